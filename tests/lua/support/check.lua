--- Tests by name, each of which runs whatever became of the others, and the words for what is expected.

local check = {}

local tests = {}

local filter = os.getenv("SONORAN_FILTER") or ""

function check.test(name, body)
  if not name:find(filter, 1, true) then
    return
  end
  tests[#tests + 1] = { name = name, body = body }
end

local function show(value)
  return type(value) == "string" and ("%q"):format(value) or tostring(value)
end

function check.equal(given, expected, what)
  if given ~= expected then
    error((what and what .. ": " or "") .. show(given) .. " is not " .. show(expected), 2)
  end
end

function check.has(text, part)
  if not tostring(text):find(part, 1, true) then
    error(show(text) .. " does not have " .. show(part), 2)
  end
end

--- What a function raises, which it must.
function check.raises(body, ...)
  local went, problem = pcall(body, ...)
  if went then
    error("nothing was raised", 2)
  end
  return tostring(problem)
end

--- Runs what was told of, and says how many passed.
function check.run()
  local passed, failed = 0, 0
  for _, test in ipairs(tests) do
    local went, problem = xpcall(test.body, debug.traceback)
    if went then
      passed = passed + 1
    else
      failed = failed + 1
      print("FAILED " .. test.name .. ": " .. problem)
    end
  end
  print(("lua: %d passed, %d failed"):format(passed, failed))
  return failed == 0
end

return check
