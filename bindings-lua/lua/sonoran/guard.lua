--- Has what a table does not have be refused, with the name that was probably meant.

local nearest = require("sonoran.nearest")

--- What is refused, of a table with names. `words` come before the name, such as `client.cms has no method`; `known` are
--- the names, where the table itself has not all of them; `hint` may know better what was meant.
---@generic T: table
---@param names T
---@param words string
---@param known? table
---@param hint? fun(name: string): string?
---@return T
return function(names, words, known, hint)
  return setmetatable(names, {
    __index = function(_, name)
      if type(name) == "string" and string.sub(name, 1, 2) ~= "__" then
        error(words .. " " .. name .. (hint and hint(name) or nearest(name, known or names)), 2)
      end
    end,
  })
end
