-- Every scenario of tests/conformance, one test each, in a process of its own: so its environment is its own, and all
-- that it writes can be searched for the key.

local harness = require("harness")
local support = require("support")

-- Most of a scenario's time is waiting.
local AT_ONCE = 8

-- A Lua state makes one call after the other, and none can be cancelled.
local CANNOT = { cancel = true }

local host = support.needed("SONORAN_CONFORMANCE_HOST")
local lua = support.needed("SONORAN_LUA")
local runner = support.needed("SONORAN_ROOT") .. "/tests/lua/conformance_runner.lua"
local server = support.serve(host .. " serve")

local function quoted(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function lacks(needs)
  for _, need in ipairs(needs) do
    if CANNOT[need] then
      return need
    end
  end
end

--- Starts the calls of a scenario; gives how to learn what is wrong, or why it is left out.
local function started(name)
  local url = ("%s/scenarios/%s"):format(server.url, name)
  local brief = support.ask("POST", url .. "/start")
  for _, call in ipairs(brief.calls) do
    if call.atOnce > 1 then
      return nil, "it needs calls at the same moment, and a Lua state makes one after the other"
    end
  end
  local file, aside = os.tmpname(), os.tmpname()
  local opened = assert(io.open(file, "wb"))
  opened:write(support.encode(brief))
  opened:close()
  local words = { "env" }
  for variable, value in pairs(brief.environment) do
    words[#words + 1] = quoted(variable .. "=" .. value)
  end
  for _, word in ipairs({ lua, runner, url, file }) do
    words[#words + 1] = quoted(word)
  end
  local process = assert(io.popen(table.concat(words, " ") .. " 2>" .. aside))
  return function()
    local said = process:read("*a")
    process:close()
    local written = support.read(aside)
    os.remove(file)
    os.remove(aside)
    assert(said ~= "", "the process told nothing: " .. written)
    for _, options in pairs(brief.clients) do
      local key = options.apiKey
      assert(type(key) ~= "string" or key == "" or not written:find(key, 1, true), "the key shows in standard error")
    end
    local failures = support.decode(said)
    assert(#failures == 0, table.concat(failures, "\n"))
  end
end

local chosen, running = {}, {}
local filter = os.getenv("SONORAN_FILTER") or ""
for _, scenario in ipairs(support.ask("GET", server.url .. "/scenarios")) do
  local need = lacks(scenario.needs)
  if need then
    harness.skip(scenario.name, "it needs " .. need)
  elseif scenario.name:find(filter, 1, true) then
    chosen[#chosen + 1] = scenario.name
  end
end

harness.test("there are scenarios", function()
  assert(filter ~= "" or #chosen >= 120)
end)

for number = 1, #chosen + AT_ONCE do
  local name = chosen[number]
  if name then
    local finish, why = started(name)
    if finish then
      running[number] = finish
    else
      harness.skip(name, why)
    end
  end
  -- The one that was started longest ago.
  local oldest = number - AT_ONCE
  if running[oldest] then
    harness.test(chosen[oldest], running[oldest])
    running[oldest] = nil
  end
end
