--- The way of every call: what all methods of `client.cms` come to.

local Response = require("sonoran.response")
local log = require("sonoran.log")
local renamed = require("sonoran.renamed")

--- What belongs to the methods' objects and is nobody else's: whoever prints a client meets no connection in it.
local private = setmetatable({}, { __mode = "k" })

local call = {}

---@class sonoran.CallOptions
---@field timeout number? Milliseconds for all attempts and the pauses between them.
---@field timeoutMs number? The same by another name.
---@field deadline number? Milliseconds for the whole call, waiting in line included.
---@field retries integer? How often a failed attempt may be repeated.
---@field maxWait number? Milliseconds that the call may stand in line for the rate limit.
---@field rateLimit "wait"|"error"|"off"? What to do when no slot of the rate limit is free.

--- Has the methods of an object go through a connection. `state` has `connection`, `level` and `closed`.
function call.bind(object, state)
  private[object] = state
end

local function refuse(message)
  -- The line of the code that called the method: above it stand the method, `call` and this function.
  error(message, 4)
end

--- Sends a call and waits for its response. Raises misuse at the line that called the method.
---@param object table The methods' object.
---@param method string The method's name in the documentation.
---@param arguments table As a list with `n`, since any may be nil.
---@param options sonoran.CallOptions?
---@return sonoran.Response
function call.execute(object, method, arguments, options, ...)
  local state = private[object]
  if not state then
    refuse(("%s is called with a colon: client.cms:%s(...)"):format(method, method))
  end
  for position = 1, select("#", ...) do
    if select(position, ...) ~= nil then
      refuse(("arguments are too many for %s: its call options are the last"):format(method))
    end
  end
  if state.closed then
    refuse("the client is closed: make a new one")
  end
  if options ~= nil and type(options) ~= "table" then
    refuse(("options must be a table of call options, not a %s"):format(type(options)))
  end
  local settled, problem = renamed(options)
  if problem then
    refuse(problem)
  end
  local given, misuse = state.connection:execute(method, arguments, settled)
  if not given then
    refuse(misuse)
  end
  local response = Response.new(given)
  log.call(state.level, method, response)
  return response
end

return call
