--- Plain Lua over the gateway, by LuaSocket.

local root = assert(os.getenv("SONORAN_ROOT"), "set SONORAN_ROOT to the checkout")
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/../support/?.lua;" .. root .. "/bindings-lua/lua/?.lua;" .. root
  .. "/bindings-lua/lua/?/init.lua;" .. package.path

local Sonoran = require("sonoran")
local check = require("check")
local json = require("sonoran.gateway.json")
local programs = require("programs")

local test, equal, has = check.test, check.equal, check.has
local unpack = table.unpack or unpack

local ACCOUNT = "00000000-0000-0000-0000-000000000000"

local emulator = programs.emulator()
local gateway = programs.gateway(emulator)
local answers = programs.answers(here .. "/../support")

local function client(more)
  local options = { gateway = gateway.url }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return Sonoran.createClient(options)
end

test("each documented call succeeds", function()
  local file = io.open(root .. "/tests/generated/documented-calls.json")
  local _, calls = json.decode(file:read("*a"))
  file:close()
  local cms = client().cms
  for _, call in ipairs(calls) do
    programs.ask(emulator.url .. "/_emulator/reset", "POST")
    local values, count = {}, #call.call.values
    for position, value in ipairs(call.call.values) do
      if value ~= Sonoran.null then
        values[position] = value
      end
    end
    local response = cms[call.method](cms, unpack(values, 1, count))
    equal(response.success, true, call.method .. ", " .. tostring(response))
  end
  equal(#calls, 112)
end)

test("what is written is read", function()
  local cms = client().cms
  local name = "Zo\195\171 \"\\\n\240\159\152\128"
  equal(cms:setAccountNameV2(ACCOUNT, { newName = name }).success, true)
  local found = cms:getAccountV2(ACCOUNT)
  equal(found.data.accName, name)
  equal(found.data.teamspeakId, Sonoran.null)
  equal(found.reason, nil)
  equal(cms:getAccountsV2({}).success, true)
  equal(cms:getAccountsV2().success, true)
end)

test("a call does not hold what is large", function()
  local _, value = json.decode('{"small":9007199254740991,"large":9007199254740993,"huge":12345678901234567890}')
  equal(value.small, 9007199254740991)
  equal(value.huge, "12345678901234567890")
  equal(tostring(value.large), "9007199254740993")
end)

test("an empty object of an answer is sent again as one", function()
  local _, value = json.decode('{"object":{},"list":[]}')
  equal(json.encode(value, "payload"), '{"list":[],"object":{}}')
end)

test("lists walk by themselves", function()
  local count = 0
  for account in client().walk:getAccountsV2({ take = 1 }) do
    count = count + 1
    equal(type(account.accId), "string")
  end
  assert(count > 0)
end)

test("JSON that is none is refused", function()
  for _, text in ipairs({ "", "{", "[1,]", "{\"a\":1,}", "01a", "nul", "\"\\x\"", "\"abc", "[1 2]", "{\"a\" 1}", "1 1", "{a:1}",
    ("["):rep(500) }) do
    equal((json.decode(text)), false, text)
  end
end)

if rawget(_G, "jit") then
  test("64-bit integers of LuaJIT are written with all their digits", function()
    local given = loadstring("return { a = 9007199254740993LL, b = { -1LL, 18446744073709551615ULL } }")()
    equal(json.encode(given, "payload"), '{"a":9007199254740993,"b":[-1,18446744073709551615]}')
    local written, problem = json.encode({ a = loadstring("return 1i")() }, "payload")
    equal(written, nil)
    equal(problem, "payload.a must be what JSON can hold, not a cdata")
  end)
end

test("what is no gateway is a response", function()
  for _, case in ipairs({
    { "/html", "invalidResponse", "a web page, \"Welcome to nginx!\"" },
    { "/refusal", "invalidResponse", "no JSON that a gateway writes" },
    { "/success", "invalidResponse", "no JSON that a gateway writes" },
    { "/failure", "invalidResponse", "no JSON that a gateway writes" },
    { "/word", "invalidResponse", "no JSON that a gateway writes" },
    { "/moved", "invalidResponse", "answered 302 with nothing" },
    { "/nothing", "connect", "not reached" },
  }) do
    local response = client({ gateway = answers.url .. case[1] }).cms:setAccountNameV2(ACCOUNT, { newName = "A" })
    equal(response.success, false)
    equal(response.error.kind, case[2], tostring(response))
    has(response.reason, case[3])
    equal(response.error.outcomeUnknown, true, tostring(response))
    equal(response.error.operation, "setAccountNameV2")
  end
  -- LuaSocket takes it for an answer of HTTP/0.9.
  equal(client({ gateway = answers.url .. "/noise" }).cms:getCommunityV2().success, false)
  local cut = client({ gateway = answers.url .. "/cut" }).cms:getCommunityV2()
  equal(cut.success, false)
  equal(cut.error.outcomeUnknown, false)
  local absent = client({ gateway = "http://127.0.0.1:1" }).cms:setAccountNameV2(ACCOUNT, { newName = "A" })
  equal(absent.error.kind, "connect")
  equal(absent.error.outcomeUnknown, false)
end)

test("misuse is raised at the caller's line", function()
  local cms = client().cms
  for code, words in pairs({
    ["local a = cms:getAccountV2('1')"] = "accountId must be a UUID",
    ["local a = cms:setAccountNameV2('1', { newName = print })"] = "payload.newName must be what JSON can hold",
    ["local a = cms:getCommunityV2({ retries = -1 })"] = "retries",
    ["local a = cms:getAcountV2('1')"] = "client.cms has no method getAcountV2: did you mean getAccountV2?",
    ["local a = cms.nothing"] = "client.cms has no method nothing",
    ["local a = Sonoran.createClient({ gateway = 'http://127.0.0.1', deadline = '5' })"] = "deadline must be a number",
    ["local a = Sonoran.createClient({ gateway = 'http://127.0.0.1', retries = -1 })"] = "retries must be a whole number",
    ["local a = Sonoran.createClient({ gateway = 'http://127.0.0.1', timeout = 0 })"] = "timeout must be more than 0",
    ["local a = Sonoran.createClient({ gateway = 'http://127.0.0.1', maxWait = 1 / 0 })"] = "maxWait must be a time",
    ["local a = Sonoran.createClient({ gateway = 'http://127.0.0.1', rateLimit = 'Wait' })"] = 'rateLimit must be "wait" or "error"',
    ["local a = Sonoran.createClient({ gateway = 'http://127.0.0.1', timout = 5 })"] = "did you mean timeout?",
    ["local a = Sonoran.createClient({ gateway = 'http://127.0.0.1', token = 'a\\r\\nX-B: c' })"] = "token must be",
    ["local a = Sonoran.createClient({ gateway = 'http://127.0.0.1', token = 7 })"] = "token must be",
    ["local a = Sonoran.createClient({ gateway = 'http://127.0.0.1', apiKey = 'k', communityId = 'a\\r\\nX-B: c' })"] = "communityId must be text in one line",
    ["local a = Sonoran.createClient({ gateway = 'http://127.0.0.1', apiKey = 'k', communityId = ' a' })"] = "communityId must be text in one line",
    ["local a = Sonoran.createClient({ gateway = 'http://127.0.0.1', apiKey = 'k', communityId = 7 })"] = "communityId must be text, not a number",
    ["local a = Sonoran.createClient({ gateway = 'http://127.0.0.1', communityId = 'a' })"] = "communityId belongs to the gateway",
    ["local a = Sonoran.createClient('http://127.0.0.1')"] = "gateway and token",
    ["local a = Sonoran.eventReader('key')"] = "push events are read by the native part",
    ["local a = Sonoran.createClient({ gateway = 'http://example.com' })"] = "allowPlainHttp",
    ["local a = Sonoran.createClient({ gateway = 'http://127.0.0.1', shareLimits = 'machine' })"] = "shareLimits",
  }) do
    local load = loadstring or load
    local body = assert(load("local cms, Sonoran = ...\n" .. code .. "\nreturn a", "=mine.lua"))
    local problem = check.raises(body, cms, Sonoran)
    has(problem, "mine.lua:2: ")
    has(problem, words)
  end
end)

test("without the native part each try says so, at the caller's line", function()
  for _ = 1, 2 do
    local problem = check.raises(function()
      local made = Sonoran.createClient({ apiKey = "YOUR_API_KEY", communityId = "YOUR_COMMUNITY_ID" })
      return made
    end)
    has(problem, "run.lua:")
    has(problem, ": the native part for " .. _VERSION)
    has(problem, "is not there")
  end
end)

test("the limit of an operation is what the gateway told last", function()
  local mine = client()
  equal(mine:rateLimit("getAccountV2"), nil)
  has(check.raises(mine.rateLimit, mine, "getAcountV2"), "no operation of the API: did you mean getAccountV2?")
  mine.cms:getAccountV2(ACCOUNT)
  local limit = mine:rateLimit("getAccountV2")
  assert(limit.free < limit.limit, limit.free)
end)

test("the wait has an end", function()
  if _VERSION ~= "Lua 5.4" then
    return -- It takes two seconds, and is no matter of an interpreter.
  end
  local before = require("socket.http").TIMEOUT
  local addresses = { answers.url .. "/trickle", answers.url .. "/silent" }
  if pcall(require, "ssl") then
    addresses[3] = (answers.url:gsub("^http", "https"))
  end
  for _, address in ipairs(addresses) do
    local mine = client({ gateway = address, timeoutMs = 1, maxWait = 1 })
    local response = mine.cms:setAccountNameV2(ACCOUNT, { newName = "A" })
    equal(response.error.kind, "timeout", address .. ", " .. tostring(response))
    if address:find("^https") then
      -- There was no TLS yet to send anything by.
      equal(response.error.outcomeUnknown, false)
    end
  end
  equal(require("socket.http").TIMEOUT, before)
end)

test("a certificate is for the names that it has", function()
  local problem = require("sonoran.gateway.certificate").problem
  local function of(names, addresses)
    return { ["2.5.29.17"] = { dNSName = names, iPAddress = addresses } }
  end
  for host, extensions in pairs({
    ["gateway.example.com"] = of({ "other.example.com", "Gateway.Example.com." }),
    ["a.example.com"] = of({ "*.example.com" }),
    ["127.0.0.1"] = of(nil, { "10.0.0.1", "127.0.0.1" }),
    ["[::1]"] = of(nil, { "0:0:0:0:0:0:0:1" }),
    ["[2001:DB8::a:1]"] = of(nil, { "2001:db8:0:0:0:0:a:1" }),
  }) do
    equal(problem(extensions, host), nil, host)
  end
  for _, case in ipairs({
    { "gateway.example.com", nil },
    { "gateway.example.com", {} },
    { "gateway.example.com", of({ "example.com", "gateway.example.com.evil.org", "gateway.example.com\0.evil.org" }) },
    { "a.b.example.com", of({ "*.example.com" }) },
    { "example.com", of({ "*.example.com", "*.com", "*" }) },
    { "ab.example.com", of({ "a*.example.com", "*b.example.com", "ab.*.com", "**.example.com" }) },
    { "axexample.com", of({ "a.example.com" }) },
    { "127.0.0.1", of({ "127.0.0.1", "*.0.0.1" }, { "127.0.0.2" }) },
    { "[::1]", of({ "::1" }, { "::2", "1::" }) },
  }) do
    has(problem(case[2], case[1]), "its certificate is not for ")
  end
end)

test("a gateway with TLS is the one that its certificate names", function()
  local folder = os.tmpname()
  os.remove(folder)
  local made = "mkdir %s && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    .. " -addext subjectAltName=DNS:localhost -keyout %s/key.pem -out %s/cert.pem 2>/dev/null"
  local went = os.execute(made:format(folder, folder, folder))
  if not pcall(require, "ssl") or went ~= true and went ~= 0 then
    return -- Without LuaSec, or what makes certificates, there is nothing to try.
  end
  local secure = programs.gateway(emulator, ("--tls-certificate %s/cert.pem --tls-key %s/key.pem"):format(folder, folder))
  local port = secure.url:match("%d+$")
  local getenv, trusted = os.getenv, nil
  os.getenv = function(name)
    return name == "SSL_CERT_FILE" and trusted or getenv(name)
  end
  local function called(host)
    return client({ gateway = "https://" .. host .. ":" .. port }).cms:setAccountNameV2(ACCOUNT, { newName = "A" })
  end
  local foreign = called("localhost")
  trusted = folder .. "/cert.pem"
  local named, other = called("localhost"), called("127.0.0.1")
  os.getenv = getenv
  programs.stop(secure)
  os.execute("rm -r " .. folder)
  equal(named.success, true, tostring(named))
  for _, response in ipairs({ foreign, other }) do
    equal(response.error and response.error.kind, "tls", tostring(response))
    equal(response.error.outcomeUnknown, false)
  end
  has(other.reason, "its certificate is not for 127.0.0.1")
  has(foreign.reason, "in SSL_CERT_FILE")
  local plain = client({ gateway = (gateway.url:gsub("^http:", "https:")) }).cms:getCommunityV2()
  equal(plain.error.kind, "tls")
  has(plain.reason, "begins with http://")
end)

test("nulls of other packages are null", function()
  for _, name in ipairs({ "dkjson", "cjson" }) do
    local found, other = pcall(require, name)
    if found then
      equal(json.encode({ a = { other.null } }, "payload"), '{"a":[null]}', name)
    end
  end
end)

test("what the page shows runs", function()
  programs.ask(emulator.url .. "/_emulator/reset", "POST")
  local file = io.open(root .. "/docs/lua.md")
  local page, count = file:read("*a"), 0
  file:close()
  local said = {}
  for code in page:gmatch("\n```lua gateway\n(.-)\n```") do
    code = code:gsub("http://127.0.0.1:8643", gateway.url):gsub("\nprint%(", "\nsay(")
    local load = loadstring or load
    assert(load("local say = ...\n" .. code, "=lua.md"))(function(words)
      said[#said + 1] = words
    end)
    count = count + 1
  end
  equal(count, 2)
  equal(said[1], "Example Community")
  equal(said[2], "ExampleAccount")
end)

local good = check.run()
programs.stop(answers)
programs.stop(gateway)
programs.stop(emulator)
os.exit(good and 0 or 1)
