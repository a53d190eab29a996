-- The examples, each run as a program of its own.

local harness = require("harness")
local support = require("support")

local test, equal = harness.test, harness.equal
local ZEROS = support.ZEROS
local folder = support.needed("SONORAN_ROOT") .. "/examples/lua/"

--- Runs an example in a world, and gives what it said.
local function said(emulator, world, example, ...)
  local words = {
    ("SONORAN_CMS_API_URL=%s SONORAN_API_KEY=%s SONORAN_COMMUNITY_ID=%s"):format(emulator.url, world.key, world.communityId),
    ("'%s' '%s%s'"):format(support.needed("SONORAN_LUA"), folder, example),
  }
  for _, argument in ipairs({ ... }) do
    words[#words + 1] = "'" .. argument .. "'"
  end
  local process = assert(io.popen(table.concat(words, " ") .. " 2>&1"))
  local text = process:read("*a")
  process:close()
  return text
end

local function has(text, part)
  assert(text:find(part, 1, true), ("it did not say %q: %s"):format(part, text))
end

local function world_with_member()
  local emulator = support.emulator()
  local world = emulator.admin("POST", "worlds", {})
  --- The world's own admin side.
  function world.admin(method, path, body)
    return support.ask(method, ("%s/_emulator/%s?world=%s"):format(emulator.url, path, world.key), body)
  end
  world.admin("PATCH", "state", { accounts = { [ZEROS] = { discordId = "1234567890" } } })
  return emulator, world
end

test("the door check tells refusal, outage and unknown apart", function()
  local emulator, world = world_with_member()
  local told = said(emulator, world, "door_check.lua", "discord:1234567890", "discord:5", "nobody")
  has(told, "discord:1234567890: welcome\n")
  has(told, "discord:5: link your account to the community first\n")
  has(told, "nobody is no identifier")
  world.admin("PATCH", "state", { accounts = { [ZEROS] = { banned = true } } })
  has(said(emulator, world, "door_check.lua", "discord:1234567890"), "you are not on this server's whitelist")
  -- The service is down: with a list that decides, without one nobody can tell.
  world.admin("PATCH", "state", { accounts = { [ZEROS] = { banned = false } } })
  local down = { type = "respond", status = 503 }
  world.admin("POST", "faults", { operation = "verifyWhitelistV2", times = "always", action = down })
  told = said(emulator, world, "door_check.lua", "discord:1234567890", "discord:5")
  has(told, "discord:1234567890: welcome\n")
  has(told, "discord:5: you are not on this server's whitelist\n")
  world.admin("POST", "faults", { operation = "getWhitelistV2", times = "always", action = down })
  has(said(emulator, world, "door_check.lua", "discord:1234567890"), "the door cannot be checked now")
end)

test("members clock in and out, and are told why not", function()
  local emulator, world = world_with_member()
  equal("clocked in\n", said(emulator, world, "clock_in.lua", "in", "1234567890"))
  equal("clocked out\n", said(emulator, world, "clock_in.lua", "out", "1234567890"))
  has(said(emulator, world, "clock_in.lua", "in", "5"), "not clocked in: ")
  has(said(emulator, world, "clock_in.lua", "away", "5"), "usage: ")
end)

test("the receiver of events asks for its port", function()
  local emulator, world = world_with_member()
  has(said(emulator, world, "events.lua"), "usage: lua events.lua PORT")
  has(said(emulator, world, "events.lua", "http"), "usage: lua events.lua PORT")
end)

test("the export has everybody, and a night without the service leaves the last one", function()
  local emulator, world = world_with_member()
  local file = os.tmpname()
  local told = said(emulator, world, "nightly_export.lua", file)
  local count = tonumber(told:match("^(%d+) accounts are in "))
  assert(count and count > 0, told)
  local before = support.read(file)
  equal(count + 1, select(2, before:gsub("\r\n", "")))
  has(before, ZEROS .. ",ExampleAccount,")
  world.admin("POST", "faults", { operation = "getAccountsV2", times = "always", action = { type = "respond", status = 503 } })
  has(said(emulator, world, "nightly_export.lua", file), "getAccountsV2: 503")
  equal(before, support.read(file))
  os.remove(file)
  os.remove(file .. ".partial")
end)
