-- Misuse is refused at the caller's line with the argument named, before anything is sent.

local harness = require("harness")
local support = require("support")
local Sonoran = require("sonoran")

local test, refused = harness.test, harness.refused
local ZEROS, nan = support.ZEROS, 0 / 0

--- What of the good options is changed, and what is said of it. `false` stands for an option that is missing.
local WRONG_OPTIONS = {
  { "apiKey", false, "apiKey is required" },
  { "apiKey", "", "apiKey " },
  { "apiKey", "line\nbreak", "apiKey " },
  { "apiKey", 7, "apiKey must be text" },
  { "communityId", false, "communityId is required" },
  { "communityId", "", "communityId must not be empty" },
  { "communityId", "half \237\160\189", "communityId must be text in UTF-8" },
  { "product", 0, "product must be CMS" },
  { "product", 9, "product must be one of productEnums" },
  { "defaultServerId", "one", "defaultServerId must be a whole number" },
  { "defaultServerId", 2 ^ 53, "defaultServerId is a whole number too large" },
  { "timout", 5, "timout is not an option: did you mean timeout?" },
  { "Gateway", "http://127.0.0.1:8643", "Gateway is not an option: did you mean gateway?" },
  { "loglevel", "DEBUG", "loglevel is not an option: did you mean logLevel?" },
  { "on_attempt", print, "on_attempt is not an option: did you mean onAttempt?" },
  { "timeoutMs", "5", "timeout must be a number" },
  { "timeoutMs", nan, "timeout must be a finite number" },
  { "timeoutMs", -1, "timeout must be" },
  { "timeout", 5, "is the same option as" },
  { "retries", 1.5, "retries must be a whole number" },
  { "rateLimit", "never", "rateLimit must be" },
  { "ceilings", { getNothingV2 = 1 }, "ceilings.getNothingV2 " },
  { "headers", { ["x-a"] = "line\nbreak" }, "apiHeaders.x-a " },
  { "headers", "x-a: 1", "apiHeaders must be an object" },
  { "apiUrl", "http://api.example.com", "apiUrl must be https" },
  { "allowPlainHttp", "yes", "allowPlainHttp must be true or false" },
  { "logLevel", "loud", "logLevel must be one of Sonoran.logLevels" },
  { "logLevel", 3, "logLevel must be one of Sonoran.logLevels" },
  { "onAttempt", "print", "onAttempt must be a function, not a string" },
  { "onWait", 7, "onWait must be a function, not a number" },
  { "proxy", print, "proxy must be what JSON can hold, not a function" },
}

for _, wrong in ipairs(WRONG_OPTIONS) do
  local name, value, words = support.unpack(wrong, 1, 3)
  test(("the option %s is refused as %s"):format(name, tostring(value)), function()
    local options = support.options({ apiKey = "hunter2-key" })
    options[name] = value ~= false and value or nil
    local problem = refused(words, function()
      Sonoran.createClient(options)
    end)
    assert(not problem:find("hunter2", 1, true), "the key shows")
  end)
end

test("no annotated option is taken for a slip in another", function()
  local file = assert(io.open(os.getenv("SONORAN_LUA_PACKAGE") .. "/sonoran/init.lua"))
  local annotated = file:read("*a"):match("@class sonoran.Options\n(.-)\n\n")
  file:close()
  local count = 0
  for name in annotated:gmatch("@field (%w+)") do
    local _, problem = pcall(Sonoran.createClient, { [name] = {} })
    assert(not tostring(problem):find("is not an option", 1, true), problem)
    count = count + 1
  end
  assert(count > 20, count)
end)

for _, options in ipairs({ "YOUR_API_KEY", 7, false, print }) do
  test("options are refused as " .. type(options), function()
    refused("options must be a table with apiKey and communityId, not a " .. type(options), function()
      Sonoran.createClient(options)
    end)
  end)
end

test("no options are missing ones", function()
  refused("apiKey is required", function()
    Sonoran.createClient()
  end)
end)

test("a client is made with a dot", function()
  refused("options must be a table with apiKey and communityId, not a call with a colon", function()
    Sonoran:createClient(support.options())
  end)
end)

local cycle = {}
cycle.self = cycle

--- Method, arguments, and what is said of them.
local WRONG_CALLS = {
  { "getAccountV2", {}, "accountId is required: getAccountV2(accountId)" },
  { "getAccountV2", { Sonoran.null }, "accountId is required" },
  { "getAccountV2", { "" }, "accountId is required" },
  { "getAccountV2", { "not-a-uuid" }, "accountId must be a UUID" },
  { "getAccountV2", { ZEROS .. "/ranks" }, "accountId must be a UUID" },
  { "getAccountV2", { {} }, "accountId must be a string or a number, not a table" },
  { "getAccountV2", { print }, "accountId must be a string or a number, not a function" },
  { "getAccountV2", { true }, "accountId must be" },
  { "getAccountV2", { ZEROS, { timeuot = 5 } }, "timeuot is not a call option: did you mean timeout?" },
  { "getAccountV2", { ZEROS, 5 }, "options must be a table of call options, not a number" },
  { "getAccountV2", { ZEROS, {}, "more" }, "arguments are too many for getAccountV2" },
  { "getAccountV2", { ZEROS, { timeout = 0 } }, "timeout must be more than 0" },
  { "getAccountV2", { ZEROS, { timeout = 5, timeoutMs = 6 } }, "is the same option as" },
  { "resolveDiscordAccountV2", { ".." }, "discordId must be no dot segment" },
  { "resolveDiscordAccountV2", { "%2e%2e" }, "discordId must be no dot segment" },
  { "resolveDiscordAccountV2", { "a\0b" }, "discordId must be no dot segment" },
  { "resolveDiscordAccountV2", { "half \237\160\189" }, "discordId must be text in UTF-8" },
  { "resolveDiscordAccountV2", { 2 ^ 60 }, "a float has no exact digits beyond 2^53" },
  { "getAceConfigV2", { 1.5 }, "serverId must be a whole number" },
  { "setAccountRanksV2", { ZEROS }, "payload is required" },
  { "setAccountRanksV2", { ZEROS, "rank-1" }, "payload must be a table of fields, not a string" },
  { "setAccountRanksV2", { ZEROS, { "rank-1" } }, "payload must be a table of fields, not a list" },
  { "setAccountRanksV2", { ZEROS, { add = print } }, "payload.add must be what JSON can hold, not a function" },
  { "setAccountRanksV2", { ZEROS, { add = { "a", print } } }, "payload.add[2] must be what JSON can hold" },
  { "setAccountRanksV2", { ZEROS, { add = { "a", nil, "c" } } }, "payload.add has nothing at position 2" },
  { "setAccountRanksV2", { ZEROS, { add = { "a", name = "b" } } }, "payload.add has both positions and names, such as name" },
  { "setAccountRanksV2", { ZEROS, { add = { [true] = 1 } } }, "payload.add has a key that is a boolean" },
  { "setAccountRanksV2", { ZEROS, { ["a b"] = nan } }, 'payload["a b"] must be a finite number' },
  { "setAccountRanksV2", { ZEROS, { add = 1 / 0 } }, "payload.add must be a finite number" },
  { "setAccountRanksV2", { ZEROS, { add = 2 ^ 60 } }, "payload.add is a whole number too large to be exact" },
  { "setAccountRanksV2", { ZEROS, { add = "half \237\160\189" } }, "payload.add must be text in UTF-8" },
  { "setAccountRanksV2", { ZEROS, cycle }, "payload has more than 100 levels, or holds itself" },
  { "setAccountRanksV2", { ZEROS, { timeout = 5 } }, "payload.timeout is a call option" },
  { "setAccountRanksV2", { ZEROS, { accId = "11111111-1111-1111-1111-111111111111" } }, "payload.accId is 1111" },
  { "setAccountRanksV2", { ZEROS, { acc_id = ZEROS } }, "payload.acc_id is no documented field: did you mean accId?" },
  { "setAccountRanksV2", { ZEROS, { Add = {} } }, "payload.Add is no documented field: did you mean add?" },
  { "setServersV2", { { servers = { { id = 1 }, { Id = 2 } } } }, "payload.servers[2].Id is no documented field: did you mean id?" },
  { "getAccountsV2", { { Skip = 1 } }, "query.Skip is no documented field: did you mean skip?" },
  { "addGameServers", { { { Name = "x" } } }, "servers[1].Name is no documented field: did you mean name?" },
  { "getAccountsV2", { 5 }, "query must be a table of fields, not a number" },
  { "addGameServers", { { name = "x" } }, "servers must be a list of tables, not a table of fields" },
  { "addGameServers", { "x" }, "servers must be a list of tables, not a string" },
}

for _, wrong in ipairs(WRONG_CALLS) do
  local method, arguments, words = support.unpack(wrong)
  test(("%s is refused: %s"):format(method, words), function()
    local emulator = support.emulator()
    local cms = support.client().cms
    refused(words, function()
      local response = cms[method](cms, arguments[1], arguments[2], arguments[3])
      return response
    end)
    harness.equal(0, #emulator.journal())
  end)
end

test("a method without its colon is told so", function()
  local client = support.client()
  refused("getAccountV2 is called with a colon: client.cms:getAccountV2(...)", function()
    client.cms.getAccountV2(ZEROS)
  end)
  refused("rateLimit is called with a colon: client:rateLimit(...)", function()
    client.rateLimit("getAccountV2")
  end)
end)

test("a response's and a reader's methods without their colon are told so", function()
  support.emulator()
  local response = support.client().cms:getCommunityV2()
  refused("unwrap is called with a colon: response:unwrap()", function()
    response.unwrap()
  end)
  refused("read is called with a colon: events:read(body)", function()
    Sonoran.eventReader("YOUR_API_KEY").read("{}")
  end)
end)

test("a method that there is not is refused, with the one that was probably meant", function()
  local client = support.client()
  for name, words in pairs({
    getAcountV2 = "client.cms has no method getAcountV2: did you mean getAccountV2?",
    get_account_v2 = "did you mean getAccountV2?",
    somethingElse = "client.cms has no method somethingElse",
  }) do
    refused(words, function()
      client.cms[name](client.cms, ZEROS)
    end)
  end
  refused("client.walk has no method getAccountV2: did you mean getAccountsV2?", function()
    client.walk:getAccountV2()
  end)
end)

test("what neither the package nor a client has is refused, with what was probably meant", function()
  local client = support.client()
  for words, call in pairs({
    ["Sonoran has no CreateClient: did you mean createClient?"] = function()
      Sonoran.CreateClient(support.options())
    end,
    ["Sonoran.productEnums has no Cms: did you mean CMS?"] = function()
      Sonoran.createClient(support.options({ product = Sonoran.productEnums.Cms }))
    end,
    ["Sonoran.logLevels has no INFO: there are OFF, ERROR and DEBUG"] = function()
      client:setLogLevel(Sonoran.logLevels.INFO)
    end,
    ["client has no CMS: did you mean cms?"] = function()
      client.CMS:getCommunityV2()
    end,
    ["client has no getCommunityV2: did you mean client.cms:getCommunityV2?"] = function()
      client:getCommunityV2()
    end,
  }) do
    refused(words, call)
  end
end)

test("a field of a response by nearly its name is refused, and one that is not there is nil", function()
  support.emulator()
  local response = support.client().cms:getCommunityV2()
  for name, words in pairs({
    Success = "a response has no Success: did you mean success?",
    request_id = "a response has no request_id: did you mean requestId?",
    Unwrap = "a response has no Unwrap: did you mean unwrap?",
  }) do
    refused(words, function()
      return response[name], nil
    end)
  end
  harness.equal(nil, response.error)
  harness.equal(nil, response.headers)
end)

test("a token without its gateway is refused", function()
  refused("token belongs to a sonoran-gateway", function()
    Sonoran.createClient(support.options({ token = "sgw_x" }))
  end)
end)

test("the rate limit of what is no operation is refused", function()
  local client = support.client()
  refused('operation "getAcountV2" is not one of this API\'s: did you mean getAccountV2?', function()
    client:rateLimit("getAcountV2")
  end)
  refused("operation must be text, not a nil", function()
    client:rateLimit()
  end)
end)

test("a log level that is none is refused", function()
  local client = support.client()
  refused("logLevel must be one of Sonoran.logLevels: OFF, ERROR or DEBUG", function()
    client:setLogLevel("TRACE")
  end)
end)
