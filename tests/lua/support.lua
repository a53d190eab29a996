-- What the tests need beside the package: servers that end with them, the emulator's admin side, and JSON.

local dkjson = require("dkjson")
local http = require("socket.http")
local ltn12 = require("ltn12")
local socket = require("socket")
local Sonoran = require("sonoran")

local support = { ZEROS = "00000000-0000-0000-0000-000000000000", null = Sonoran.null }

--- A variable of the environment that the tests can't do without.
function support.needed(name)
  return assert(os.getenv(name), name .. " is not set; run these tests with: cargo xtask test --lang lua")
end

--- The value of JSON; where it is `marked`, empty objects and empty lists are told apart when it is written again.
function support.decode(text, marked)
  local value, problem, _
  if marked then
    value, _, problem = dkjson.decode(text, 1, Sonoran.null)
  else
    value, _, problem = dkjson.decode(text, 1, Sonoran.null, nil, nil)
  end
  assert(problem == nil, problem)
  return value
end

function support.encode(value)
  return dkjson.encode(value)
end

function support.read(file)
  local opened = assert(io.open(file, "rb"))
  local text = opened:read("*a")
  opened:close()
  return text
end

--- Starts a program that says its url in its first line, and ends when its input does: with this process at the latest.
function support.serve(words)
  local said = os.tmpname()
  local process = assert(io.popen(("exec %s > %s"):format(words, said), "w"))
  local line
  -- Nobody tells when it has ended instead; no machine takes so long.
  for _ = 1, 12000 do
    socket.sleep(0.01)
    line = support.read(said):match("^[^\n]*\n")
    if line then
      break
    end
  end
  assert(line, words .. " did not say its url")
  os.remove(said)
  return { url = support.decode(line).url, process = process }
end

--- Makes a request and gives the answer's JSON.
function support.ask(method, url, body, marked)
  local text, came = body ~= nil and support.encode(body) or "", {}
  local _, status = http.request({
    method = method,
    url = url,
    headers = { ["content-type"] = "application/json", ["content-length"] = tostring(#text) },
    source = ltn12.source.string(text),
    sink = ltn12.sink.table(came),
  })
  came = table.concat(came)
  assert(type(status) == "number" and status < 300, ("%s %s: %s %s"):format(method, url, tostring(status), came))
  return came ~= "" and support.decode(came, marked) or nil
end

local emulator

local function running()
  if not emulator then
    emulator = support.serve(support.needed("SONORAN_EMULATOR") .. " --port 0 --exit-with-parent")
    function emulator.admin(method, path, body)
      return support.ask(method, emulator.url .. "/_emulator/" .. path, body)
    end
    --- The requests that came since the reset, oldest first.
    function emulator.journal()
      return support.ask("GET", emulator.url .. "/_emulator/journal", nil, true).entries
    end
  end
  return emulator
end

--- The emulator of these tests, as it starts: its rate limits, journal and faults are as new.
function support.emulator()
  running().admin("POST", "reset")
  return emulator
end

--- The options that the documentation shows, for the emulator.
function support.options(more)
  local options = {
    product = Sonoran.productEnums.CMS,
    apiKey = "YOUR_API_KEY",
    communityId = "YOUR_COMMUNITY_ID",
    defaultServerId = 1,
    timeoutMs = 30000,
    apiUrl = running().url,
    rateLimit = "off",
  }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return options
end

function support.client(more)
  return Sonoran.createClient(support.options(more))
end

--- Every documented call.
function support.documented()
  return support.decode(support.read(support.needed("SONORAN_ROOT") .. "/tests/generated/documented-calls.json"))
end

--- Tells xtask that a documented operation or event has passed its test.
function support.covered(name)
  local folder = os.getenv("SONORAN_COVERED")
  if folder then
    assert(io.open(folder .. "/" .. name, "w")):close()
  end
end

--- The arguments of a documented call, as a list with `n`: what it leaves out is nil.
function support.arguments(documented)
  local values = { n = 0 }
  for position, value in ipairs(documented.call.values) do
    if value ~= Sonoran.null then
      values[position] = value
      values.n = position
    end
  end
  return values
end

support.unpack = table.unpack or unpack

--- The line of a source that fits a pattern, where the source is a file of the package.
function support.line_of(source, pattern)
  local file = source:match("^@(.*/sonoran/native%.lua)$")
  local number = 0
  for line in file and io.lines(file) or function() end do
    number = number + 1
    if line:find(pattern) then
      return number
    end
  end
end

--- Whether two values say the same.
function support.same(one, other)
  if type(one) ~= "table" or type(other) ~= "table" or one == Sonoran.null or other == Sonoran.null then
    return one == other
  end
  for name, value in pairs(one) do
    if not support.same(value, other[name]) then
      return false
    end
  end
  for name in pairs(other) do
    if one[name] == nil then
      return false
    end
  end
  return true
end

return support
