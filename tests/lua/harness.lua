-- A test is a function with a name, run in the order in which it was written; what it raises is its failure.

local harness = { passed = 0, failed = 0, skipped = 0 }

local filter = os.getenv("SONORAN_FILTER") or ""

--- Runs a test, unless the filter leaves it out.
function harness.test(name, run)
  if not name:find(filter, 1, true) then
    return
  end
  local fine, problem = xpcall(run, debug.traceback)
  if fine then
    harness.passed = harness.passed + 1
  else
    harness.failed = harness.failed + 1
    print(("FAILED %s: %s: %s"):format(_VERSION, name, problem))
  end
end

function harness.skip(name, why)
  harness.skipped = harness.skipped + 1
  print(("skipped %s: %s"):format(name, why))
end

--- What is wrong must be raised at the line that called the given function, in a file of the tests.
function harness.refused(wanted, call, ...)
  local fine, problem = pcall(call, ...)
  assert(not fine, "it was not refused, which should have said: " .. wanted)
  problem = tostring(problem)
  assert(problem:find(wanted, 1, true), ("it said %q instead of %q"):format(problem, wanted))
  assert(problem:find("^[^\n]*tests/lua/[%w_]+%.lua:%d+: "), "it does not name the caller's line: " .. problem)
  return problem
end

function harness.equal(wanted, given)
  if wanted ~= given then
    error(("%s instead of %s"):format(tostring(given), tostring(wanted)), 2)
  end
end

--- Says how it went, in the words that xtask counts.
function harness.finish()
  print(("lua: %d passed, %d failed, %d skipped"):format(harness.passed, harness.failed, harness.skipped))
  os.exit(harness.failed == 0 and 0 or 1)
end

return harness
