--- A list that comes in pages, walked item by item: `for account in client.walk:getAccountsV2() do ... end`.

local call = require("sonoran.call")
local null = require("sonoran.null")
local show = require("sonoran.show")

---@class sonoran.Walk
---@field position integer How many items lie behind: a `skip` to go on from.
---@field total integer? How many there are in all, once a page has told; nil where the service does not.
local Walk = {}

local NO_LIST = "a walk is no list: use for item in walk do ... end, or walk:list()"

function Walk:__index(name)
  if type(name) == "number" then
    -- ipairs is between this and whoever called it.
    error(NO_LIST, 3)
  end
  return Walk[name]
end

-- From Lua 5.2 on; before, `#` and `pairs` know tables alone.
function Walk:__len()
  error(NO_LIST, 2)
end

function Walk:__pairs()
  error(NO_LIST, 3)
end

--- A walk that has asked for nothing yet. `paged` tells where the items are: `place` of the query among the arguments,
--- `items`, `total`, `size`, `largest`.
function Walk.new(object, method, arguments, paged, options)
  local given, query = arguments[paged.place], {}
  if given ~= nil and type(given) ~= "table" then
    error(("query must be a table of fields, not a %s"):format(type(given)), 3)
  end
  local wrong = call.options_problem(options)
  if wrong then
    error(wrong, 3)
  end
  for name, value in pairs(given or {}) do
    query[name] = value
  end
  if query[paged.size] == nil or query[paged.size] == null then
    query[paged.size] = paged.largest
  end
  local start = query.skip == null and 0 or tonumber(query.skip or 0)
  if not start or start < 0 or start ~= math.floor(start) or start == math.huge then
    error("query.skip must be a whole number from 0, of the items to leave out", 3)
  end
  local walk = { object = object, method = method, arguments = arguments, paged = paged, options = options }
  walk.query, walk.position, walk.asked, walk.items, walk.at = query, start, start, {}, 0
  return setmetatable(walk, Walk)
end

--- The list that an answer's data hold, and how many there are in all; nil where there is none.
local function list_of(paged, data)
  if data == nil then
    return {}
  end
  if type(data) ~= "table" then
    return nil
  end
  if not paged.items or data[1] ~= nil then
    return data
  end
  local list = data[paged.items]
  if list == null then
    list = {}
  end
  return type(list) == "table" and list or nil, tonumber(data[paged.total])
end

--- Asks for the next page. Gives its response and its items; or nil and the misuse. The walk goes on from where the items
--- ended, whatever was asked for, as the service gives fewer without a word; it ends with the total, with an empty page and
--- with a page that came before.
local function next_page(walk)
  walk.query.skip = walk.asked
  walk.arguments[walk.paged.place] = walk.query
  local response, problem = call.attempt(walk.object, walk.method, walk.arguments, walk.options)
  if not response then
    return nil, problem
  end
  if not response.success then
    walk.ended = true
    return response
  end
  local items, total = list_of(walk.paged, response.data)
  local mark = items and #items > 0 and show(items)
  if not items or mark and mark == walk.mark then
    walk.ended = true
    return nil, walk.method .. ": the service's answer holds no list that goes on"
  end
  walk.mark, walk.total = mark, total or walk.total
  walk.asked = walk.asked + #items
  walk.ended = #items == 0 or walk.total ~= nil and walk.asked >= walk.total
  return response, items
end

--- The next item, nil after the last; or nil and why there is none.
local function next_item(walk)
  while walk.at >= #walk.items do
    if walk.ended then
      return nil
    end
    local response, items = next_page(walk)
    if not response then
      return nil, items
    end
    if not response.success then
      walk.ended = false
      return nil, tostring(response)
    end
    walk.items, walk.at = items, 0
  end
  walk.at = walk.at + 1
  walk.position = walk.position + 1
  return walk.items[walk.at]
end

--- The next item, nil after the last. A page that fails is raised as an error, and can be tried again.
function Walk:__call()
  local item, problem = next_item(self)
  if problem then
    error(problem, 2)
  end
  return item
end

--- Luau's checker knows by this what a loop over a walk gives.
function Walk:__iter()
  return self
end

--- All items that are left. A page that fails is raised as an error; the items before it come again with the next try.
---@return table
function Walk:list()
  if getmetatable(self) ~= Walk then
    error("list is called with a colon: walk:list()", 2)
  end
  local list = {}
  local item, problem = next_item(self)
  while item ~= nil do
    list[#list + 1] = item
    item, problem = next_item(self)
  end
  if problem then
    self.items, self.at, self.position = list, 0, self.position - #list
    error(problem, 2)
  end
  return list
end

--- An iterator of whole responses in place of items; it ends after one that failed.
---@return fun(): sonoran.Response?
function Walk:pages()
  if getmetatable(self) ~= Walk then
    error("pages is called with a colon: walk:pages()", 2)
  end
  -- What is left of a page that is walked in part is asked for again.
  self.asked, self.items, self.at = self.position, {}, 0
  return function()
    if self.ended then
      return nil
    end
    local response, items = next_page(self)
    if not response then
      error(items, 2)
    end
    self.position = self.asked
    return response
  end
end

function Walk:__tostring()
  return ("sonoran walk of %s at %d"):format(self.method, self.position)
end

return Walk
