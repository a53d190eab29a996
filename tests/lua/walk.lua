-- Lists that come in pages.

local harness = require("harness")
local support = require("support")

local test, equal, refused = harness.test, harness.equal, harness.refused

--- An emulator with so many accounts beside the seed's.
local function with_accounts(count)
  local emulator = support.emulator()
  emulator.admin("POST", "generate", { accounts = count, seed = 7 })
  return emulator
end

test("a walk gives each item once, page by page", function()
  local emulator = with_accounts(250)
  local walk = support.client().walk:getAccountsV2()
  equal("sonoran walk of getAccountsV2 at 0", tostring(walk))
  local seen, count = {}, 0
  for account in walk do
    assert(not seen[account.accId], "an account came twice")
    seen[account.accId] = true
    count = count + 1
  end
  assert(count > 250)
  equal(count, walk.total)
  equal(count, walk.position)
  equal(nil, walk())
  local queries = {}
  for _, entry in ipairs(emulator.journal()) do
    queries[#queries + 1] = support.encode(entry.query)
  end
  equal(3, #queries)
end)

test("a walk starts where it is told, and its pages are as large as that", function()
  local emulator = with_accounts(20)
  local walk = support.client().walk:getAccountsV2({ skip = 5, take = 25 })
  local list = walk:list()
  equal(walk.total - 5, #list)
  assert(#emulator.journal() <= 2)
end)

test("pages are whole responses, from where the items ended", function()
  with_accounts(120)
  local walk = support.client().walk:getAccountsV2({ take = 50 })
  walk()
  local count, pages = 0, 0
  for page in walk:pages() do
    equal(true, page.success)
    count, pages = count + #page.data.items, pages + 1
  end
  equal(walk.total, count + 1)
  assert(pages >= 3)
end)

test("the other lists walk too", function()
  support.emulator()
  local walks = support.client().walk
  assert(#walks:getFormSubmissionsV2(1):list() > 0)
  assert(#walks:getRosterV2(1):list() > 0)
end)

test("a page that fails is raised, and asked for again by the next step", function()
  local emulator = support.emulator()
  local walk = support.client({ retries = 0 }).walk:getAccountsV2()
  emulator.admin("POST", "faults", { operation = "getAccountsV2", times = 1, action = { type = "respond", status = 503 } })
  refused("getAccountsV2: 503, ", function()
    for _ in walk do
    end
  end)
  equal(0, walk.position)
  assert(#walk:list() > 0)
end)

test("what a list had before a page failed comes with the next try", function()
  local emulator = with_accounts(120)
  local walk = support.client({ retries = 0 }).walk:getAccountsV2({ take = 50 })
  local first = walk()
  for _ = 2, 50 do
    walk()
  end
  emulator.admin("POST", "faults", {
    operation = "getAccountsV2",
    nth = 2,
    times = 1,
    action = { type = "respond", status = 503 },
  })
  refused("getAccountsV2: 503, ", function()
    walk:list()
  end)
  equal(50, walk.position)
  local asked = #emulator.journal()
  local list = walk:list()
  equal(walk.total - 50, #list)
  equal(walk.total, walk.position)
  assert(list[1].accId ~= first.accId)
  -- The page that was there is not asked for again.
  equal(asked + math.ceil((walk.total - 100) / 50), #emulator.journal())
end)

test("a failed page ends the pages", function()
  local emulator = support.emulator()
  emulator.admin("POST", "faults", { operation = "getAccountsV2", action = { type = "respond", status = 503 } })
  local count = 0
  for page in support.client({ retries = 0 }).walk:getAccountsV2():pages() do
    equal("unavailable", page.error.kind)
    count = count + 1
  end
  equal(1, count)
end)

test("a page that comes again ends the walk", function()
  local emulator = support.emulator()
  local body = '{"success": true, "data": [{"accId": "a"}], "meta": {}}'
  emulator.admin("POST", "faults", { operation = "getAccountsV2", times = 9, action = { type = "respond", status = 200, body = body } })
  local walk = support.client().walk:getAccountsV2()
  equal("a", walk().accId)
  refused("holds no list that goes on", function()
    local item = walk()
    return item
  end)
end)

test("a walk that is taken for a list is refused, where Lua can be told", function()
  local walk = support.client().walk:getAccountsV2()
  local words = "a walk is no list: use for item in walk do ... end, or walk:list()"
  local too_old = _VERSION == "Lua 5.1"
  for _, call in ipairs(too_old and {} or { ipairs, pairs }) do
    refused(words, function()
      for _ in call(walk) do
        break
      end
    end)
  end
  if not too_old then
    refused(words, function()
      return #walk, nil
    end)
  end
  refused(words, function()
    -- As ipairs does it.
    local function step()
      return walk[1], nil
    end
    return step(), nil
  end)
end)

test("misuse of a walk is refused", function()
  local client = support.client()
  refused("query must be a table of fields, not a number", function()
    local walk = client.walk:getAccountsV2(5)
    return walk
  end)
  refused("getAccountsV2 is called with a colon: client.walk:getAccountsV2(...)", function()
    client.walk.getAccountsV2({})
  end)
  for _, skip in ipairs({ "abc", -1, 1.5, true }) do
    refused("query.skip must be a whole number", function()
      local walk = client.walk:getAccountsV2({ skip = skip })
      return walk
    end)
  end
  refused("options must be a table of call options, not a number", function()
    local walk = client.walk:getAccountsV2({}, 5)
    return walk
  end)
  refused("templateId must be a whole number", function()
    client.walk:getFormSubmissionsV2("x"):list()
  end)
  refused("list is called with a colon: walk:list()", function()
    client.walk:getAccountsV2().list()
  end)
  refused("templateId must be a whole number", function()
    for _ in client.walk:getFormSubmissionsV2("x") do
    end
  end)
end)
