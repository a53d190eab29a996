--- What was probably meant by a name that there is not.

--- Names with no case and no strokes, as in `get_account`.
local function plain(name)
  return (string.gsub(string.lower(name), "_", ""))
end

--- How many signs one text has to change to be the other.
local function distance(one, other)
  local row = {}
  for column = 0, #other do
    row[column] = column
  end
  for line = 1, #one do
    local diagonal = row[0]
    row[0] = line
    for column = 1, #other do
      local same = string.byte(one, line) == string.byte(other, column)
      local cost = math.min(row[column] + 1, row[column - 1] + 1, diagonal + (same and 0 or 1))
      diagonal, row[column] = row[column], cost
    end
  end
  return row[#other]
end

--- `: did you mean ...?` with the name that is most like it, or nothing where none is.
---@param name any
---@param known table Names are its keys.
---@return string
return function(name, known)
  if type(name) ~= "string" or #name > 100 then
    return ""
  end
  local best, least = nil, math.max(1, math.floor(#name / 4)) + 1
  for each in pairs(known) do
    if type(each) == "string" and string.sub(each, 1, 2) ~= "__" then
      local far = distance(plain(name), plain(each))
      -- Of two as near, the same one each time.
      if far < least or far == least and best and each < best then
        best, least = each, far
      end
    end
  end
  return best and ": did you mean " .. best .. "?" or ""
end
