--- Push events: what the service sends by itself, read from the body of its request. A web server of any kind takes the
--- request; this says whether the event is the service's, and what is in it.

local null = require("sonoran.null")
local show = require("sonoran.show")

---@class sonoran.Event
---@field type string The constant that names it, such as `ACCOUNT_KICKED`.
---@field known boolean Whether it is documented, and its data have the documented types.
---@field accountId string? The account that it is about.
---@field data any What came with it.

---@class sonoran.EventRefusal
---@field kind "auth"|"malformed"|"tooLarge" Why it is none.
---@field reason string The same as a sentence.
---@field status integer The HTTP status that tells the sender so.

---@class sonoran.EventReader
local EventReader = {}
EventReader.__index = EventReader

--- The keys, which whoever prints a reader does not meet.
local readers = setmetatable({}, { __mode = "k" })

--- The top of it, without null.
local function told(fields)
  for name, value in pairs(fields) do
    if value == null then
      fields[name] = nil
    end
  end
  return setmetatable(fields, { __tostring = show })
end

--- Reads the body of a request. Gives the event; or nil and why it is none.
---@param body string
---@return sonoran.Event?, sonoran.EventRefusal?
function EventReader:read(body)
  if not readers[self] then
    error("read is called with a colon: events:read(body)", 2)
  end
  if type(body) ~= "string" then
    error(("body must be a string, not a %s"):format(type(body)), 2)
  end
  local fields = told(readers[self]:read(body))
  if fields.kind then
    return nil, fields
  end
  return fields
end

--- A reader of events that carry a key; or nil and what is wrong with the key.
---@param key string|string[] The community's key, or several while it is being changed.
---@return sonoran.EventReader?, string?
local function reader(key)
  local keys = type(key) == "table" and key or { key }
  for _, each in ipairs(keys) do
    if type(each) ~= "string" then
      return nil, ("key must be a string or a list of them, not a %s"):format(type(each))
    end
  end
  if #keys == 0 then
    return nil, "key is required"
  end
  local native, problem = require("sonoran.native").keys(keys)
  if not native then
    return nil, problem
  end
  local made = setmetatable({}, EventReader)
  readers[made] = native
  return made
end

return reader
