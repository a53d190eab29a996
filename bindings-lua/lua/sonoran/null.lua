--- JSON's null inside of tables, where nil would be no entry at all: what an answer has as null, and what is to be sent
--- as null. It prints as `null`, is equal to itself alone, and is true in a condition: compare with `Sonoran.null`.
---@class sonoran.Null
local null = setmetatable({}, {
  __tostring = function()
    return "null"
  end,
  -- What dkjson writes in its place.
  __tojson = function()
    return "null"
  end,
  __newindex = function()
    error("Sonoran.null has no fields", 2)
  end,
})

return null
