--- JSON that loses nothing: `null` stays, digits stay, and what JSON can't say is refused by its place.
--
-- Each runtime's own JSON loses something (FiveM's and Roblox's drop null, all round large numbers where numbers are
-- doubles), and none says which field was wrong.

local null = require("sonoran.null")
local show = require("sonoran.show")

local json = {}

-- Where there are integers, `toInteger` gives them from text, or nil where they have more digits than fit.
local integerOf = rawget(math, "tointeger")
local typeOf = rawget(math, "type")

local LARGEST = 2 ^ 53
local DEEPEST = 100

local find, sub, byte, char, format = string.find, string.sub, string.byte, string.char, string.format
local floor, huge = math.floor, math.huge
local concat = table.concat

-- Writing ------------------------------------------------------------------------------------------------------------

local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function escape(sign)
  return ESCAPES[sign] or format("\\u%04x", byte(sign))
end

-- What follows the first byte of a character in UTF-8, by its range; surrogates and overlong forms fit none.
local UTF8 = {
  { "[\194-\223]", "^[\128-\191]" },
  { "\224", "^[\160-\191][\128-\191]" },
  { "[\225-\236\238\239]", "^[\128-\191][\128-\191]" },
  { "\237", "^[\128-\159][\128-\191]" },
  { "\240", "^[\144-\191][\128-\191][\128-\191]" },
  { "[\241-\243]", "^[\128-\191][\128-\191][\128-\191]" },
  { "\244", "^[\128-\143][\128-\191][\128-\191]" },
}

local function isText(text)
  local place = find(text, "[\128-\255]")
  while place do
    local last
    for _, form in ipairs(UTF8) do
      if find(sub(text, place, place), form[1]) then
        last = select(2, find(text, form[2], place + 1))
      end
    end
    if not last then
      return false
    end
    place = find(text, "[\128-\255]", last + 1)
  end
  return true
end

-- Raised while writing, and caught by `encode`.
local function refuse(path, problem)
  error({ path = path, problem = problem }, 0)
end

local function number(value, path)
  if value ~= value or value == huge or value == -huge then
    refuse(path, "must be a finite number")
  end
  if typeOf and typeOf(value) == "integer" then
    return format("%d", value)
  end
  if value == floor(value) then
    if value >= LARGEST or value <= -LARGEST then
      refuse(path, "is a whole number too large to be exact as a float: give it as text")
    end
    -- A whole number stays one: the quotient 4 / 2 is not sent as 2.0.
    return format("%.0f", value)
  end
  for digits = 15, 16 do
    local text = format("%." .. digits .. "g", value)
    if tonumber(text) == value then
      return text
    end
  end
  return format("%.17g", value)
end

-- How many entries a list has, or nil and the names of an object's fields in their order.
local function shape(value, path)
  local count, largest, names = 0, 0, {}
  for key in pairs(value) do
    if type(key) == "number" and key == floor(key) then
      count = count + 1
      largest = key > largest and key or largest
    elseif type(key) == "string" then
      names[#names + 1] = key
    else
      refuse(path, "has a key that is a " .. type(key) .. "; names of fields are strings")
    end
  end
  if #names == 0 then
    for position = 1, count do
      if value[position] == nil then
        refuse(path, "has nothing at position " .. position .. ": put Sonoran.null there, or close the gap")
      end
    end
    return count, names
  end
  table.sort(names)
  if count > 0 then
    refuse(path, "has both positions and names, such as " .. names[1] .. ": it is a list or an object")
  end
  return nil, names
end

local write

local function list(value, count, path, depth)
  local parts = {}
  for position = 1, count do
    parts[position] = write(value[position], path .. "[" .. position .. "]", depth)
  end
  return "[" .. concat(parts, ",") .. "]"
end

local function object(value, names, path, depth)
  local parts = {}
  for position, name in ipairs(names) do
    local step = find(name, "^[%w_]+$") and "." .. name or "[" .. format("%q", name) .. "]"
    parts[position] = write(name, path, depth) .. ":" .. write(value[name], path .. step, depth)
  end
  return "{" .. concat(parts, ",") .. "}"
end

-- An empty table is an empty list: the core knows where an object is wanted in its place.
local function written(value, path, depth)
  local count, names = shape(value, path)
  if count == nil then
    return object(value, names, path, depth)
  elseif count == 0 then
    local marked = getmetatable(value)
    return type(marked) == "table" and rawget(marked, "__jsontype") == "object" and "{}" or "[]"
  end
  return list(value, count, path, depth)
end

function write(value, path, depth)
  local kind = type(value)
  if kind == "string" then
    if not isText(value) then
      refuse(path, "must be text in UTF-8")
    end
    return '"' .. (string.gsub(value, '[%c"\\]', escape)) .. '"'
  elseif kind == "number" then
    return number(value, path)
  elseif kind == "boolean" then
    return tostring(value)
  elseif json.isNull(value) then
    return "null"
  elseif kind == "cdata" and find(tostring(value), "^%-?%d+U?LL$") then
    -- A 64-bit integer of LuaJIT, by its digits.
    return (string.gsub(tostring(value), "U?LL$", ""))
  elseif kind ~= "table" then
    refuse(path, "must be what JSON can hold, not a " .. kind)
  elseif depth >= DEEPEST then
    refuse(nil, "has more than " .. DEEPEST .. " levels, or holds itself")
  end
  return written(value, path, depth + 1)
end

--- Whether a value is nil or a word for null: `Sonoran.null`, that of FiveM's json or dkjson, or lua-cjson's null pointer.
---@param value any
---@return boolean
function json.isNull(value)
  if value == nil or value == null then
    return true
  elseif type(value) == "userdata" then
    local text = tostring(value)
    return find(text, "NULL") ~= nil or find(text, "%(nil%)") ~= nil or find(text, "0x0+$") ~= nil
  end
  local packages = rawget(_G, "package")
  local others = packages and packages.loaded.dkjson
  local runtime = rawget(_G, "json")
  return type(runtime) == "table" and value == rawget(runtime, "null")
    or type(others) == "table" and value == rawget(others, "null")
end

--- Writes a value; or gives nil and what can't be written, by its place.
---@param value any
---@param name string What the value is called.
---@return string?, string?
function json.encode(value, name)
  local went, text = pcall(write, value, name, 0)
  if went then
    return text
  elseif type(text) == "table" then
    return nil, (text.path or name) .. " " .. text.problem
  end
  error(text, 0)
end

-- Reading ------------------------------------------------------------------------------------------------------------

local UNESCAPED = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }

local function utf8Of(code)
  if code < 0x80 then
    return char(code)
  elseif code < 0x800 then
    return char(0xC0 + floor(code / 0x40), 0x80 + code % 0x40)
  elseif code < 0x10000 then
    return char(0xE0 + floor(code / 0x1000), 0x80 + floor(code / 0x40) % 0x40, 0x80 + code % 0x40)
  end
  local first = 0xF0 + floor(code / 0x40000)
  return char(first, 0x80 + floor(code / 0x1000) % 0x40, 0x80 + floor(code / 0x40) % 0x40, 0x80 + code % 0x40)
end

-- Raised while reading, and caught by `decode`.
local function malformed(place)
  error({ place = place }, 0)
end

-- The character of a `\u` whose digits begin at a place, and where what follows begins.
local function escaped(text, place)
  local digits = string.match(text, "^%x%x%x%x", place)
  if not digits then
    malformed(place)
  end
  local code = tonumber(digits, 16)
  if code < 0xD800 or code > 0xDFFF then
    return utf8Of(code), place + 4
  end
  local low = string.match(text, "^\\u([dD][c-fC-F]%x%x)", place + 4)
  if code < 0xDC00 and low then
    return utf8Of(0x10000 + (code - 0xD800) * 0x400 + tonumber(low, 16) - 0xDC00), place + 10
  end
  -- Half of a pair stands for no character.
  return "\239\191\189", place + 4
end

-- The text whose first sign is at a place, and where what follows its closing quotation mark begins.
local function readText(text, place)
  local stop = find(text, '["\\]', place)
  if stop and byte(text, stop) == 34 then
    return sub(text, place, stop - 1), stop + 1
  end
  local parts = {}
  while stop do
    parts[#parts + 1] = sub(text, place, stop - 1)
    if byte(text, stop) == 34 then
      return concat(parts), stop + 1
    end
    local sign = sub(text, stop + 1, stop + 1)
    if sign == "u" then
      parts[#parts + 1], place = escaped(text, stop + 2)
    elseif UNESCAPED[sign] then
      parts[#parts + 1], place = UNESCAPED[sign], stop + 2
    else
      malformed(stop)
    end
    stop = find(text, '["\\]', place)
  end
  return malformed(#text)
end

-- An integer as exactly as the runtime can: a number, or its digits where a number would lose some.
local function readNumber(digits, place)
  if not find(digits, "^%-?%d") then
    malformed(place)
  end
  local value = tonumber(digits)
  if not value then
    malformed(place)
  end
  if find(digits, "[.eE]") then
    return value
  elseif integerOf then
    return integerOf(value) == value and typeOf(value) == "integer" and value or digits
  end
  return value > -LARGEST and value < LARGEST and value or digits
end

local WORDS = { ["true"] = true, ["false"] = false, ["null"] = null }

--- Marks an empty object of an answer, so that it is one when it is sent again, as dkjson has it.
local OBJECT = { __jsontype = "object", __tostring = show }

local read

local function skip(text, place)
  return find(text, "[^ \t\r\n]", place) or #text + 1
end

--- Whether another entry follows, of what ends with this sign; and where it, or what is behind the end, begins.
local function hasMore(text, place, ending)
  place = skip(text, place)
  local sign = byte(text, place)
  if sign == ending then
    return false, place + 1
  elseif sign ~= 44 then
    malformed(place)
  end
  return true, skip(text, place + 1)
end

local function readList(text, place, depth)
  local entries, count = {}, 0
  place = skip(text, place)
  if sub(text, place, place) == "]" then
    return entries, place + 1
  end
  while true do
    count = count + 1
    entries[count], place = read(text, place, depth)
    local more
    more, place = hasMore(text, place, 93)
    if not more then
      return entries, place
    end
  end
end

local function readObject(text, place, depth)
  local members = {}
  place = skip(text, place)
  if sub(text, place, place) == "}" then
    return setmetatable(members, OBJECT), place + 1
  end
  while true do
    if byte(text, place) ~= 34 then
      malformed(place)
    end
    local name
    name, place = readText(text, place + 1)
    place = skip(text, place)
    if byte(text, place) ~= 58 then
      malformed(place)
    end
    members[name], place = read(text, skip(text, place + 1), depth)
    local more
    more, place = hasMore(text, place, 125)
    if not more then
      return members, place
    end
  end
end

function read(text, place, depth)
  if depth > DEEPEST then
    malformed(place)
  end
  local sign = byte(text, place)
  if sign == 34 then
    return readText(text, place + 1)
  elseif sign == 123 then
    return readObject(text, place + 1, depth + 1)
  elseif sign == 91 then
    return readList(text, place + 1, depth + 1)
  end
  local word = string.match(text, "^[%w.+-]+", place)
  if not word then
    return malformed(place)
  elseif WORDS[word] ~= nil then
    return WORDS[word], place + #word
  end
  return readNumber(word, place), place + #word
end

--- Reads a text: whether it is JSON, and its value.
---@param text string
---@return boolean, any
function json.decode(text)
  local place = skip(text, 1)
  local fits, value, after = pcall(read, text, place, 0)
  if fits and skip(text, after) == #text + 1 then
    return true, value
  elseif not fits and type(value) ~= "table" then
    error(value, 0)
  end
  return false, nil
end

return json
