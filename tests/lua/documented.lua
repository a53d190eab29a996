-- The documented call of every operation: it succeeds, and sends what the documentation shows.

local harness = require("harness")
local support = require("support")
local Sonoran = require("sonoran")

local test, equal = harness.test, harness.equal

-- What may differ: a profile field holds values of any type, and the documented call of setAccountRanks takes away a
-- rank that the documented answer has.
local EXCUSED = { getComAccount = "%.value is ", editAccountProfileFields = "%.value is ", setAccountRanks = " is empty" }

local function kind_of(value)
  if value == Sonoran.null then
    return "null"
  end
  return type(value)
end

--- Histories are keyed by when something happened, which is never twice the same.
local function is_time(name)
  return type(name) == "string" and name:find("^%d%d%d%d%-%d%d%-%d%d[T ]") ~= nil
end

local function find_time(value)
  for name in pairs(value) do
    if is_time(name) then
      return name
    end
  end
end

--- Notes where an answer lacks something of the documented one, or has it in another type.
local function differences(documented, actual, place, found)
  if kind_of(documented) == "null" then
    return found
  end
  if kind_of(documented) ~= kind_of(actual) then
    found[#found + 1] = ("%s is a %s, documented as a %s"):format(place, kind_of(actual), kind_of(documented))
  elseif type(documented) ~= "table" then
    return found
  elseif #documented > 0 then
    -- Only the first item of a list is the documented one; the others may have less in them.
    if #actual == 0 and not place:find("%[[1-9]") then
      found[#found + 1] = place .. " is empty"
    end
    for position, item in ipairs(actual) do
      differences(documented[1], item, ("%s[%d]"):format(place, position - 1), found)
    end
  else
    for name, value in pairs(documented) do
      local key = is_time(name) and find_time(actual) or name
      if actual[key] == nil then
        found[#found + 1] = ("%s.%s is missing"):format(place, tostring(name))
      else
        differences(value, actual[key], place .. "." .. tostring(name), found)
      end
    end
  end
  return found
end

local function call(documented)
  local emulator, arguments = support.emulator(), support.arguments(documented)
  local cms = support.client().cms
  local response = cms[documented.method](cms, support.unpack(arguments, 1, arguments.n))
  return response, emulator
end

local function check_sent(documented, emulator)
  local entries = emulator.journal()
  equal(1, #entries)
  equal(documented.verb, entries[1].method)
  local body = entries[1].body
  if documented.version == 1 then
    equal(documented.call.type, body.type)
    assert(#documented.arguments == 0 or support.same(documented.call.data, body.data), tostring(body.data))
  elseif documented.call.payload ~= Sonoran.null then
    assert(support.same(documented.call.payload, body), support.encode(body))
  end
end

for _, documented in ipairs(support.documented()) do
  test(documented.method .. " succeeds as documented, and sends what the documentation shows", function()
    local response, emulator = call(documented)
    equal(nil, response.reason)
    equal(true, response.success)
    equal(documented.status, response.status)
    equal(nil, response.error)
    equal(response.data, response:unwrap())
    if documented.status == 204 then
      equal(nil, response.data)
    else
      for _, difference in ipairs(differences(documented.data, response.data, "data", {})) do
        local excuse = EXCUSED[documented.method]
        assert(excuse and difference:find(excuse), difference)
      end
      equal(documented.version == 1 and "nil" or "table", type(response.meta))
    end
    check_sent(documented, emulator)
    support.covered(documented.method)
  end)
end
