-- Push events: the documented ones are read, and what is none is refused.

local harness = require("harness")
local support = require("support")
local socket = require("socket")
local Sonoran = require("sonoran")

local test, equal, refused = harness.test, harness.equal, harness.refused

local documented =
  support.decode(support.read(support.needed("SONORAN_ROOT") .. "/tests/generated/documented-events.json"))

for _, each in ipairs(documented) do
  test(each.type .. " is read", function()
    local event, refusal = Sonoran.eventReader({ "OLD_KEY", "YOUR_API_KEY" }):read(support.encode(each.body))
    equal(nil, refusal)
    equal(each.type, event.type)
    equal(true, event.known)
    equal("string", type(event.accountId))
    assert(support.same(each.body.data, event.data), tostring(event))
    support.covered(each.type)
  end)
end

test("what does not prove itself is refused, and no key shows", function()
  local reader = Sonoran.eventReader("hunter2-key")
  local event, refusal = reader:read('{"key": "x", "type": "ACCOUNT_KICKED", "data": {}}')
  equal(nil, event)
  equal("auth", refusal.kind)
  assert(not (require("sonoran.show")(reader) .. tostring(refusal)):find("hunter2", 1, true))
end)

test("a body that is no event is refused", function()
  local reader = Sonoran.eventReader("YOUR_API_KEY")
  local _, refusal = reader:read("no JSON")
  assert(refusal.kind ~= "auth" and refusal.reason, tostring(refusal))
  _, refusal = reader:read((" "):rep(300 * 1024))
  equal("tooLarge", refusal.kind)
  refused("body must be a string, not a table", function()
    reader:read({})
  end)
end)

test("the example goes on after an event whose account has no id that fits", function()
  local free = socket.bind("127.0.0.1", 0)
  local _, port = free:getsockname()
  free:close()
  local words = "echo $$; SONORAN_API_KEY=YOUR_API_KEY SONORAN_COMMUNITY_ID=YOUR_COMMUNITY_ID SONORAN_CMS_API_URL=%s"
    .. " exec '%s' '%s/examples/lua/events.lua' %d 2>&1"
  local root = support.needed("SONORAN_ROOT")
  local program = io.popen(words:format(support.emulator().url, support.needed("SONORAN_LUA"), root, port))
  local pid = program:read("*l")
  local fine, problem = pcall(function()
    assert(program:read("*l"):find("^ready "))
    for account, told in pairs({ ["1"] = "is not looked up: accountId must be a UUID", [support.ZEROS] = "is " }) do
      local body = '{"key": "YOUR_API_KEY", "type": "ACCOUNT_KICKED", "data": {"accountId": "' .. account .. '"}}'
      support.ask("POST", ("http://127.0.0.1:%d/"):format(port), support.decode(body))
      local line = program:read("*l")
      assert(line and line:find("ACCOUNT_KICKED " .. account .. " " .. told, 1, true), line)
    end
  end)
  os.execute("kill " .. pid)
  program:close()
  assert(fine, problem)
end)

test("a key that is none is refused", function()
  refused("key must be a string or a list of them, not a number", function()
    Sonoran.eventReader(7)
  end)
  refused("key is required", function()
    Sonoran.eventReader({})
  end)
  refused("key", function()
    Sonoran.eventReader("")
  end)
end)
