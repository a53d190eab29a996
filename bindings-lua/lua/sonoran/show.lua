--- Values as text, in Lua's own notation and the same order each time.

local null = require("sonoran.null")

local KEYWORDS = {}
for word in ("and break do else elseif end false for function goto if in local nil not or repeat return then true until while"):gmatch("%a+") do
  KEYWORDS[word] = true
end

--- What is nested deeper is left out: it tells nobody anything, or holds itself.
local DEEPEST = 12

local show

local function key(name)
  if type(name) == "string" and name:find("^[%a_][%w_]*$") and not KEYWORDS[name] then
    return name
  end
  return "[" .. show(name) .. "]"
end

--- Numbers before texts, each in their order.
local function before(one, other)
  if type(one) == type(other) and (type(one) == "number" or type(one) == "string") then
    return one < other
  end
  return type(one) < type(other)
end

--- What stands at the positions, and the names of the rest.
local function entries(value, depth)
  local parts, names, length = {}, {}, #value
  for position = 1, length do
    parts[position] = show(value[position], depth)
  end
  for name in pairs(value) do
    local is_position = type(name) == "number" and name >= 1 and name <= length and name % 1 == 0
    if not is_position then
      names[#names + 1] = name
    end
  end
  table.sort(names, before)
  return parts, names
end

function show(value, depth)
  depth = depth or 0
  if type(value) == "string" then
    return (("%q"):format(value):gsub("\\\n", "\\n"))
  end
  if type(value) ~= "table" or value == null then
    return tostring(value)
  end
  if depth >= DEEPEST then
    return "{ ... }"
  end
  local parts, names = entries(value, depth + 1)
  for _, name in ipairs(names) do
    parts[#parts + 1] = key(name) .. " = " .. show(value[name], depth + 1)
  end
  if #parts == 0 then
    return "{}"
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

return show
