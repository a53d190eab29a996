-- The package has exactly the documented operations, with the documented arguments, and editors know of them.

local harness = require("harness")
local support = require("support")
local Cms = require("sonoran.cms")

local source = support.read(assert(package.searchpath and package.searchpath("sonoran.cms", package.path)
  or support.needed("SONORAN_LUA_PACKAGE") .. "/sonoran/cms.lua"))

harness.test("the methods are the documented operations", function()
  local documented = {}
  for _, each in ipairs(support.documented()) do
    documented[each.method] = true
    harness.equal("function", type(Cms[each.method]))
  end
  for name in pairs(Cms) do
    assert(documented[name] or name:find("^__"), name .. " is not documented")
  end
end)

for _, each in ipairs(support.documented()) do
  harness.test(each.method .. " takes the documented arguments, and is described so", function()
    local start = assert(source:find("\nfunction Cms:" .. each.method .. "(", 1, true))
    local parameters = source:match("^[^(]*%(([^)]*)%)", start)
    local names = {}
    for name in parameters:gmatch("[%w_.]+") do
      names[#names + 1] = name:gsub("_$", "")
    end
    harness.equal(table.concat(each.arguments, " ") .. (#each.arguments > 0 and " " or "") .. "options ...",
      table.concat(names, " "))
    -- The comment that ends just before the function.
    local comment = source:sub(1, start):match(".*\n\n(.-)$")
    for _, name in ipairs(each.arguments) do
      assert(comment:find("---@param " .. name .. "_?%?? "), name .. " is not described")
    end
    assert(comment:find("---@return sonoran.Response." .. each.method, 1, true))
    assert(comment:find("client.cms:" .. each.method .. "(", 1, true), "it has no example")
  end)
end
