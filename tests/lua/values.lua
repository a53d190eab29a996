-- What goes out and comes back: numbers, null, empty tables, text.

local harness = require("harness")
local support = require("support")
local Sonoran = require("sonoran")

local test, equal = harness.test, harness.equal
local ZEROS = support.ZEROS
local has_integers = math.type ~= nil

--- The text of the one body that a call sends.
local function sent(method, ...)
  local emulator = support.emulator()
  local cms = support.client().cms
  cms[method](cms, ...)
  return emulator.journal()[1]
end

--- What a call gives where the service answers with this text.
local function answered(text)
  local emulator = support.emulator()
  local body = '{"success": true, "data": ' .. text .. ', "meta": {}}'
  emulator.admin("POST", "faults", { operation = "getCommunityV2", action = { type = "respond", status = 200, body = body } })
  local response = support.client().cms:getCommunityV2()
  assert(response.success, tostring(response))
  return response.data
end

test("numbers keep their digits", function()
  equal(7, answered("7"))
  equal(-0.5, answered("-0.5"))
  equal(1e300, answered("1e300"))
  equal(9007199254740991, answered("9007199254740991"))
  if has_integers then
    equal("integer", math.type(answered("7")))
    equal("float", math.type(answered("7.0")))
    equal("9007199254740993", ("%d"):format(answered("9007199254740993")))
    equal("-9223372036854775808", ("%d"):format(answered("-9223372036854775808")))
  else
    equal("9007199254740993", answered("9007199254740993"))
    equal("-9007199254740993", answered("-9007199254740993"))
  end
  equal("18446744073709551615", answered("18446744073709551615"))
  equal("123456789012345678901234567890", answered("123456789012345678901234567890"))
end)

test("null is nil at the top and Sonoran.null inside", function()
  equal(nil, answered("null"))
  equal(Sonoran.null, answered('{"a": null}').a)
  equal(Sonoran.null, answered("[null, 1]")[1])
  equal("null", tostring(Sonoran.null))
end)

test("text is read whatever its escapes", function()
  equal('a "quoted" \\ line\nand \228\189\160 \240\159\152\128', answered([["a \"quoted\" \\ line\nand \u4f60 \ud83d\ude00"]]))
  equal("", answered('""'))
  equal(1, answered('{"a\\tb": 1}')["a\tb"])
end)

test("an answer nested too deeply is told, not read", function()
  local emulator = support.emulator()
  local deep = ("["):rep(500) .. ("]"):rep(500)
  local body = '{"success": true, "data": ' .. deep .. ', "meta": {}}'
  emulator.admin("POST", "faults", { operation = "getCommunityV2", action = { type = "respond", status = 200, body = body } })
  local response = support.client().cms:getCommunityV2()
  equal(false, response.success)
end)

test("data print as what is in them", function()
  local data = answered('{"b": [1, {"end": null}], "a b": "x\\ny", "c": {}, "d": true}')
  equal('{ ["a b"] = "x\\ny", b = { 1, { ["end"] = null } }, c = {}, d = true }', tostring(data))
end)

test("whole numbers are sent as such, null as null, and a fraction as it is", function()
  local body = sent("setAccountRanksV2", ZEROS, { a = 6 / 2, b = 0.5, c = Sonoran.null, d = { 1, Sonoran.null }, e = -0.0 }).body
  equal("[3,0.5,null,[1,null],0]", support.encode({ body.a, body.b, body.c, body.d, body.e }))
end)

local _ = jit and test("64-bit integers of LuaJIT are sent with all their digits", function()
  local given = loadstring("return { a = 9007199254740993LL, b = { -1LL, 18446744073709551615ULL } }")()
  local emulator = support.emulator()
  support.client().cms:setAccountRanksV2(ZEROS, given)
  -- As the emulator writes it down: a number here could not hold it.
  local parts = {}
  require("socket.http").request({ url = emulator.url .. "/_emulator/journal", sink = require("ltn12").sink.table(parts) })
  local written = table.concat(parts):gsub("%s", "")
  assert(written:find('"a":9007199254740993,"b":[-1,18446744073709551615]', 1, true), written)
  harness.refused("payload.a must be what JSON can hold, not a cdata", function()
    support.client().cms:setAccountRanksV2(ZEROS, { a = loadstring("return 1i")() })
  end)
end)

test("the nulls of other packages are sent as null", function()
  local null = require("dkjson").null
  local given = { a = null, b = { 1, { null } }, c = Sonoran.null }
  local body = sent("setAccountRanksV2", ZEROS, given).body
  equal("[null,[1,[null]],null]", support.encode({ body.a, body.b, body.c }))
  equal(null, given.b[2][1])
  local found, cjson = pcall(require, "cjson")
  if found then
    equal(Sonoran.null, sent("setAccountRanksV2", ZEROS, { a = cjson.null }).body.a)
  end
end)

test("fields that nobody documents are sent", function()
  local body = sent("setAccountRanksV2", ZEROS, { adds = 1, accId = ZEROS, acc_id = 2 }).body
  equal('[1,2]', support.encode({ body.adds, body.acc_id }))
end)

test("an empty table stands for an empty list and for an empty object", function()
  local emulator = support.emulator()
  local cms = support.client().cms
  equal(true, cms:setAceConfigV2(1, { mappings = {} }).success)
  equal(true, cms:undoRankChangeV2(ZEROS, {}).success)
  equal(true, cms:getAccountsV2({}).success)
  equal(true, cms:setServersV2({ servers = { { id = 7, name = "One", robloxMetadata = {}, aceConfig = {} } } }).success)
  equal(4, #emulator.journal())
end)

test("an empty object of an answer is one when it is sent again, and an empty list a list", function()
  local data = answered('{"object": {}, "list": []}')
  local emulator = support.emulator()
  emulator.admin("DELETE", "faults")
  support.client().cms:setAccountRanksV2(ZEROS, { data = data })
  local sent_again = support.encode(emulator.journal()[1].body.data)
  assert(sent_again:find('"object":{}', 1, true) and sent_again:find('"list":[]', 1, true), sent_again)
end)

test("ids are taken as numbers and as text", function()
  equal("/v2/community/servers/1/ace-config", sent("getAceConfigV2", 1).path)
  equal("/v2/community/servers/1/ace-config", sent("getAceConfigV2", "1").path)
  equal("/v2/community/servers/1/ace-config", sent("getAceConfigV2").path)
  if jit then
    local integer = (loadstring or load)("return 1111111111111111111ULL")()
    local path = sent("resolveDiscordAccountV2", integer).path
    assert(path:find("/1111111111111111111", 1, true), path)
  end
  if has_integers then
    local path = sent("resolveDiscordAccountV2", 1111111111111111111).path
    assert(path:find("1111111111111111111", 1, true), path)
  end
end)
