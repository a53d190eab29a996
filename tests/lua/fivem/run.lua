--- The FiveM resource, on a runtime that is like a FiveM server's, against gateway and emulator.

local root = assert(os.getenv("SONORAN_ROOT"), "set SONORAN_ROOT to the checkout")
local resource = assert(os.getenv("SONORAN_FIVEM"), "set SONORAN_FIVEM to the resource's folder")
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. here .. "/../support/?.lua;" .. root .. "/bindings-lua/lua/?.lua;" .. package.path

local Runtime = require("runtime")
local check = require("check")
local faulty = require("faulty")
local json = require("sonoran.gateway.json")
local null = require("sonoran.null")
local programs = require("programs")

local test, equal, has = check.test, check.equal, check.has

local ACCOUNT = "00000000-0000-0000-0000-000000000000"
local FACE = resource .. "/sonoran.lua"

local emulator = programs.emulator()
local gateway = programs.gateway(emulator)

--- A server with a resource that loads the face.
local function server(change)
  programs.ask(emulator.url .. "/_emulator/reset", "POST")
  local runtime = Runtime.new()
  runtime.convars.sonoran_gateway = gateway.url
  for key, value in pairs(change or {}) do
    runtime[key] = value
  end
  return runtime, runtime:start("game", { FACE })
end

--- A value with the null of the resource's own copy.
local function given(value, globals)
  if value == null then
    return globals.Sonoran.null
  elseif type(value) ~= "table" then
    return value
  end
  local copy = {}
  for key, entry in pairs(value) do
    copy[key] = given(entry, globals)
  end
  return copy
end

--- What a call gives, made within a thread of the resource.
local function made(runtime, options, method, ...)
  local arguments = table.pack(...)
  return runtime:await_in("game", function(globals)
    local client = globals.Sonoran.createClient(options)
    return client.cms[method](client.cms, table.unpack(arguments, 1, arguments.n))
  end)
end

--- A server whose gateway behaves as told.
local function before(behave, change)
  local runtime, globals = server(change)
  local url, step = faulty.listen(behave)
  runtime.convars.sonoran_gateway = url
  runtime.tasks[step] = true
  return runtime, globals
end

local function says(text)
  return function(connected)
    connected:send(text)
  end
end

test("each documented call succeeds", function()
  local runtime = server()
  local calls = select(2, json.decode(io.open(root .. "/tests/generated/documented-calls.json"):read("a")))
  runtime:await_in("game", function(globals)
    local client = globals.Sonoran.createClient({})
    for _, call in ipairs(calls) do
      local values = {}
      for position, value in ipairs(call.call.values) do
        if value ~= null then
          values[position] = given(value, globals)
        end
      end
      -- Each on a fresh seed.
      programs.ask(emulator.url .. "/_emulator/reset", "POST")
      local response = client.cms[call.method](client.cms, table.unpack(values, 1, #call.call.values))
      equal(response.success, true, call.method .. ", " .. tostring(response))
    end
  end)
  equal(#calls, 112)
end)

test("the server's loop runs on while a call waits", function()
  local runtime = server()
  programs.ask(emulator.url .. "/_emulator/faults", "POST", '{"delay": 200}')
  local ticks, response = 0, nil
  runtime:thread(runtime.resources.game, function()
    response = runtime.resources.game.globals.Sonoran.createClient({}).cms:getCommunityV2()
  end)
  runtime:thread(runtime.resources.game, function()
    while not response do
      ticks = ticks + 1
      runtime.resources.game.globals.Wait(0)
    end
  end)
  runtime:run_until(function()
    return response
  end)
  equal(response.success, true)
  assert(ticks > 3, ticks)
end)

test("calls of several threads and resources do not get in each other's way", function()
  local runtime = server()
  runtime:start("other", { FACE })
  local names, count = {}, 0
  for _, name in ipairs({ "game", "other" }) do
    for number = 1, 4 do
      runtime:thread(runtime.resources[name], function()
        local client = runtime.resources[name].globals.Sonoran.createClient({ defaultServerId = number })
        names[name .. number] = client.cms:getCurrentSessionV2().status
        count = count + 1
      end)
    end
  end
  runtime:run_until(function()
    return count == 8
  end)
  equal(names.game1, 200)
  equal(names.other1, 200)
  equal(names.game4, 404)
end)

test("other resources use the exports, with and without a colon", function()
  local runtime = server()
  runtime:start("sonoran", { FACE, resource .. "/exports.lua" })
  local data, other, again, limit = runtime:await_in("game", function(globals)
    local client = globals.exports.sonoran:createClient()
    local found = client.cms:getAccountV2(ACCOUNT)
    client.cms.setAccountNameV2(ACCOUNT, { newName = "Alex" })
    local renamed = client.cms.getAccountV2(ACCOUNT)
    return found.data, renamed.data.accName, client.cms:getCommunityV2().success, client:rateLimit("getAccountV2").limit
  end)
  equal(data.accId, ACCOUNT)
  equal(data.teamspeakId, nil)
  equal(other, "Alex")
  equal(again, true)
  assert(limit > 0)
  local misuse = runtime:await_in("game", function(globals)
    local client = globals.exports.sonoran:createClient({})
    return check.raises(client.cms.getAccountV2, "1")
  end)
  has(misuse, "accountId must be")
end)

test("other resources walk lists by the exports", function()
  local runtime = server()
  runtime:start("sonoran", { FACE, resource .. "/exports.lua" })
  local walked, total, ended = runtime:await_in("game", function(globals)
    local client = globals.exports.sonoran:createClient()
    local ids, count = {}, 0
    for account in client.walk:getAccountsV2({ take = 1 }) do
      ids[account.accId] = true
      count = count + 1
    end
    local step = client.walk.getAccountsV2()
    assert(step().accId)
    for _ = 2, count do
      step()
    end
    return ids, client.cms:getAccountsV2({}).data.total, step() == nil and count
  end)
  equal(walked[ACCOUNT], true)
  assert(total > 1)
  equal(ended, total)
end)

test("who waits on the exports is answered when the resource stops", function()
  local is_asked = false
  local runtime = before(function()
    is_asked = true
    faulty.pause(math.huge)
  end)
  runtime:start("sonoran", { FACE, resource .. "/exports.lua" })
  local response
  runtime:thread(runtime.resources.game, function()
    local client = runtime.resources.game.globals.exports.sonoran:createClient({})
    response = client.cms:setAccountNameV2(ACCOUNT, { newName = "Alex" })
  end)
  runtime:run_until(function()
    return is_asked
  end)
  runtime:stop("sonoran")
  runtime:run_until(function()
    return response
  end)
  equal(response.success, false)
  has(response.reason, "The resource sonoran was stopped")
  equal(response.error.outcomeUnknown, true)
end)

test("a resource that loads the face ends without a word", function()
  local answered, is_sent = false, false
  local runtime = before(function(connected)
    connected:send(faulty.answer(200, "application/json", '{"success":true,"status":200,"attempts":1,"waited":0}'))
    is_sent = true
  end)
  runtime:thread(runtime.resources.game, function()
    runtime.resources.game.globals.Sonoran.createClient({}).cms:getCommunityV2()
    answered = true
  end)
  runtime:stop("game")
  runtime:run_until(function()
    local listening = next(runtime.tasks)
    return is_sent and next(runtime.tasks, listening) == nil
  end)
  equal(answered, false)
  equal(#runtime.errors, 0)
end)

test("a call outside of a thread says what to do, and where", function()
  local _, globals = server()
  local problem = check.raises(load([[
    local client = Sonoran.createClient({})

    local response = client.cms:getCommunityV2()
  ]], "=server.lua", "t", globals))
  has(problem, "server.lua:3: ")
  has(problem, "CreateThread")
end)

test("misuse is raised at the caller's line", function()
  local runtime, globals = server()
  local function line_of(code)
    local body = assert(load("Wait(0)\n" .. code .. "\nWait(0)", "=server.lua", "t", globals))
    return runtime:await_in("game", function()
      return check.raises(body)
    end)
  end
  globals.client = globals.Sonoran.createClient({})
  for code, words in pairs({
    ["client.cms:getAccountV2('1')"] = "accountId must be a UUID",
    ["client.cms:setAccountNameV2('" .. ACCOUNT .. "', { newName = print })"] = "payload.newName must be what JSON can hold, not a function",
    ["client.cms:setAccountNameV2('" .. ACCOUNT .. "', { newName = 0/0 })"] = "payload.newName must be a finite number",
    ["client.cms:setAccountNameV2('" .. ACCOUNT .. "', { newName = '\255' })"] = "payload.newName must be text in UTF-8",
    ["local a = {} a.a = a client.cms:createActivityV2(1, a)"] = "payload has more than 100 levels, or holds itself",
    ["client.cms:getAccountV2({})"] = "accountId must be a string or a number, not a table",
    ["client.cms:createActivityV2(1, { a = { 1, nil, 3 } })"] = "payload.a has nothing at position 2",
    ["client.cms:createActivityV2(1, { a = { 1, b = 3 } })"] = "payload.a has both positions and names, such as b",
    ["client.cms:createActivityV2(1, { a = 2^53 })"] = "payload.a is a whole number too large to be exact",
    ["client.cms:getCommunityV2({ timeuot = 5 })"] = "did you mean timeout?",
    ["Sonoran.createClient({ gateway = 'http://example.com' })"] = "allowPlainHttp",
    ["Sonoran.createClient({ gateway = 'ftp://127.0.0.1' })"] = "gateway must be an address",
    ["Sonoran.createClient({ gatewy = 'http://127.0.0.1' })"] = "gatewy is not an option: did you mean gateway?",
    ["Sonoran.createClient({ apiUrl = 'http://127.0.0.1' })"] = "business of its api-url",
    ["Sonoran.createClient({ token = 'a b' })"] = "token must be",
    ["Sonoran.createClient({ headers = { Host = 'x' } })"] = "headers.Host is set by the library",
    ["Sonoran.createClient({ product = Sonoran.productEnums.CAD })"] = "product must be",
    ["Sonoran.createClient({ defaultServerId = 'one' })"] = "defaultServerId must be a whole number",
  }) do
    local problem = line_of(code)
    has(problem, "server.lua:2: ")
    has(problem, words)
  end
end)

test("what the gateway does not answer is a response", function()
  local html = "<html><head><title>502 Bad Gateway</title></head></html>"
  for _, case in ipairs({
    { says(""), "connect", "Empty reply", true },
    { says("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"success\""), "connect", "Empty reply", true },
    { says(faulty.answer(200, "text/html", html)), "invalidResponse", "a web page, \"502 Bad Gateway\"", true },
    { says(faulty.answer(502, "text/html", html)), "unavailable", "answered 502 with a web page", true },
    { says(faulty.answer(404, "text/html", "Not here")), "invalidResponse", "answered 404", false },
    { says(faulty.answer(302, "text/html", "")), "invalidResponse", "answered 302 with nothing", true },
    { says(faulty.answer(200, "application/json", "{\"a\":1}")), "invalidResponse", "no JSON that a gateway", true },
    { says(faulty.answer(200, "application/json", "{\"success\":tru}")), "invalidResponse", "no JSON that", true },
    { says("no HTTP"), "connect", "Empty reply", true },
  }) do
    local runtime = before(case[1])
    local response = made(runtime, {}, "setAccountNameV2", ACCOUNT, { newName = "Alex" })
    equal(response.success, false)
    equal(response.error.kind, case[2], response.reason)
    has(response.reason, case[3])
    equal(response.error.outcomeUnknown, case[4], response.reason)
    local read = made(before(case[1]), {}, "getCommunityV2")
    equal(read.error.outcomeUnknown, false, read.reason)
  end
end)

test("a gateway that is not there is a response, and nothing was sent", function()
  local runtime = server()
  runtime.convars.sonoran_gateway = "http://127.0.0.1:1"
  local response = made(runtime, {}, "setAccountNameV2", ACCOUNT, { newName = "Alex" })
  equal(response.error.kind, "connect")
  has(response.reason, "Couldn't connect to server")
  equal(response.error.outcomeUnknown, false)
  equal(response.status, nil)
end)

test("signs of life keep a call going that FiveM would give up", function()
  local asked
  local function slowly(connected, received)
    asked = received
    connected:send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 61\r\n\r\n")
    for _ = 1, 8 do
      connected:send(" ")
      faulty.pause(50)
    end
    connected:send('{"success":true')
    connected:send(',"status":200,"attempts":1,"waited":0}')
  end
  equal(made(before(slowly, { patience = 300 }), {}, "getCommunityV2").success, true)
  has(asked, "Sonoran-Heartbeat: 2\r\n")
  has(asked, "Request-Timeout: 60\r\n")
end)

test("the wait has an end", function()
  local silent = function()
    faulty.pause(math.huge)
  end
  local given_up = made(before(silent, { patience = 100 }), {}, "getCommunityV2")
  equal(given_up.error.kind, "timeout")
  has(given_up.reason, "aborted by an application callback")
  local runtime = before(silent, { patience = 60000, speed = 100 })
  local bounded = made(runtime, { timeoutMs = 100, maxWait = 100 }, "setAccountNameV2", ACCOUNT, { newName = "A" })
  equal(bounded.error.kind, "timeout")
  has(bounded.reason, "no answer within 0.7 s")
  equal(bounded.error.outcomeUnknown, true)
end)

test("a call's bound reaches the gateway", function()
  local asked
  local runtime = before(function(connected, received)
    asked = received
    connected:send(faulty.answer(200, "application/json", '{"success":true,"status":200,"data":null,"attempts":1,"waited":0}'))
  end)
  equal(made(runtime, { timeoutMs = 2000 }, "getCommunityV2").data, nil)
  has(asked, "Request-Timeout: 32\r\n")
  has(asked, '"options":{"timeout":2000}')
  made(runtime, {}, "getCommunityV2", { deadline = 1500, retries = 0 })
  has(asked, "Request-Timeout: 1.5\r\n")
end)

test("the convars say where the gateway is and who calls, and the token is not to be seen", function()
  local asked
  local runtime = before(function(connected, received)
    asked = received
    connected:send(faulty.answer(401, "application/problem+json",
      '{"source":"sonoran-gateway","status":401,"detail":"No token that is known."}'))
  end)
  runtime.convars.sonoran_token = "sgw_SECRET"
  local response, client = runtime:await_in("game", function(globals)
    local client = globals.Sonoran.createClient({ logLevel = "DEBUG" })
    return client.cms:getCommunityV2(), client
  end)
  has(asked, "Authorization: Bearer sgw_SECRET\r\n")
  equal(response.error.kind, "auth")
  equal(response.status, 401)
  has(response.reason, "No token that is known.")
  local function visible(value, depth)
    if type(value) ~= "table" or depth > 8 then
      return tostring(value)
    end
    local parts = { tostring(value) }
    for key, entry in pairs(value) do
      parts[#parts + 1] = tostring(key) .. visible(entry, depth + 1)
    end
    return table.concat(parts, " ")
  end
  local shown = visible(client, 0) .. visible(response, 0) .. table.concat(runtime.printed)
  assert(#runtime.printed > 0)
  equal(shown:find("SECRET"), nil)
end)

test("nothing is lost on the way", function()
  local body
  local runtime = before(function(connected, received)
    while not received:match('"options"') do
      received = received .. (select(3, connected:receive(65536)) or "")
      coroutine.yield()
    end
    body = received:match("\r\n\r\n(.*)$")
    connected:send(faulty.answer(200, "application/json", [[{"success":true,"status":200,"attempts":1,"waited":0,"reason":null,"error":null,"data":{
      "big":9007199254740993,"huge":123456789012345678901,"none":null,"list":[],"entry":[1,null,2],
      "text":"\ud83d\ude00 \u00e4\n","half":0.5}}]]))
  end)
  local response, is_null = runtime:await_in("game", function(globals)
    local Sonoran = globals.Sonoran
    local given = Sonoran.createClient({}).cms:setAccountNameV2(ACCOUNT, {
      big = 9007199254740993, whole = 3.0, half = 0.1, none = Sonoran.null, other = globals.json.null,
      empty = {}, list = { 1, Sonoran.null }, text = "\u{1F600} \"\\\0\r\n",
    }, { retries = 0 })
    return given, given.data.none == Sonoran.null and given.data.entry[2] == Sonoran.null
  end)
  equal(response.data.big, 9007199254740993)
  equal(response.data.huge, "123456789012345678901")
  equal(response.data.text, "\u{1F600} ä\n")
  equal(response.data.half, 0.5)
  equal(#response.data.list, 0)
  equal(is_null, true)
  equal(response.reason, nil)
  local fits, sent = json.decode(body)
  assert(fits, body)
  local payload = sent.payload
  equal(payload.big, 9007199254740993)
  equal(payload.whole, 3)
  equal(payload.none, null)
  equal(payload.other, null)
  equal(payload.list[2], null)
  equal(payload.text, "\u{1F600} \"\\\0\r\n")
end)

test("push events are not for a game server", function()
  local _, globals = server()
  has(check.raises(globals.Sonoran.eventReader, "KEY"), "FiveM cannot load")
end)

test("players' scripts get no client", function()
  local runtime = Runtime.new()
  local globals = runtime:start("client", { FACE }, { onClient = true })
  has(check.raises(globals.Sonoran.createClient, {}), "server scripts")
end)

test("the manifest names what there is", function()
  local told = {}
  local words = setmetatable({}, {
    __index = function(_, name)
      return function(value)
        told[name] = value
      end
    end,
  })
  assert(loadfile(resource .. "/fxmanifest.lua", "t", words))()
  equal(told.lua54, "yes")
  equal(#told.server_scripts, 2)
  assert(told.version:find("^%d+%.%d+%.%d+$"), told.version)
  for _, script in ipairs(told.server_scripts) do
    assert(io.open(resource .. "/" .. script), script):close()
  end
end)

test("what the resource's page shows runs", function()
  local page = io.open(resource .. "/README.md"):read("a")
  local count = 0
  for code in page:gmatch("\n```lua\n(.-)\n```") do
    local runtime, globals = server()
    runtime:start("sonoran", { FACE, resource .. "/exports.lua" })
    runtime.players = { [7] = { discord = "discord:111111111111111111" } }
    assert(load(code, "=README.md", "t", globals))()
    if runtime.commands.whitelisted then
      runtime:command("whitelisted", 7)
    end
    runtime:run_until(function()
      return runtime.printed[1]
    end)
    assert(not runtime.printed[1]:find("not reached"), runtime.printed[1])
    count = count + 1
  end
  equal(count, 4)
end)

--- A server with the examples, and a player who is in the seed or, without a Discord id, is not.
local function with_examples()
  local runtime = server()
  local scripts = { FACE }
  for _, name in ipairs({ "door_check", "clock_in", "ace_sync" }) do
    scripts[#scripts + 1] = root .. "/examples/fivem/" .. name .. ".lua"
  end
  runtime:start("examples", scripts)
  runtime.source = 7
  runtime.players = { [7] = { discord = "discord:111111111111111111" } }
  return runtime
end

--- What a player at the door is told in the end: nothing, where they come in.
local function at_the_door(runtime)
  local told
  runtime:event("playerConnecting", "Alex", function() end, {
    defer = function() end,
    update = function() end,
    done = function(words)
      told = { words }
    end,
  })
  runtime:run_until(function()
    return told
  end)
  return told[1]
end

test("the door check of the examples", function()
  local runtime = with_examples()
  equal(at_the_door(runtime), nil)
  programs.ask(emulator.url .. "/_emulator/faults", "POST", '{"operation": "verifyWhitelistV2", "times": 100, "action": {"type": "respond", "status": 503}}')
  equal(at_the_door(runtime), nil)
  runtime.players[7].discord = "discord:222"
  has(at_the_door(runtime), "cannot be asked")
  programs.ask(emulator.url .. "/_emulator/reset", "POST")
  has(at_the_door(runtime), "not on the whitelist")
  runtime.players[7].discord = nil
  has(at_the_door(runtime), "Start Discord")
end)

test("the commands of the examples", function()
  local runtime = with_examples()
  local function told(command)
    runtime.told = nil
    runtime:command(command, 7)
    runtime:run_until(function()
      return runtime.told
    end)
    return runtime.told[1][1].args[2]
  end
  equal(told("clockout"), "You are off duty.")
  equal(told("clockin"), "You are on duty.")
  runtime.players[7].discord = "discord:222"
  has(told("clockin"), "No account")
end)

test("the ACE groups of the examples", function()
  local runtime = with_examples()
  runtime:event("playerJoining")
  runtime:run_until(function()
    return runtime.executed[1]
  end)
  has(runtime.executed[1], "_principal identifier.discord:111111111111111111 group:")
end)

local good = check.run()
programs.stop(gateway)
programs.stop(emulator)
os.exit(good)
