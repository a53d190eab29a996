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

--- What is wrong with how a method was called, if anything.
local function misuse(object, method, name, ...)
  if not private[object] then
    return ("%s is called with a colon: client.%s:%s(...)"):format(method, name, method)
  end
  for position = 1, select("#", ...) do
    if select(position, ...) ~= nil then
      return ("arguments are too many for %s: its call options are the last"):format(method)
    end
  end
end

--- Raises that, at the line of the code that called the method.
function call.check(object, method, name, ...)
  local problem = misuse(object, method, name, ...)
  if problem then
    error(problem, 3)
  end
end

--- What is wrong with call options before they are looked into, if anything.
function call.options_problem(options)
  if options ~= nil and type(options) ~= "table" then
    return ("options must be a table of call options, not a %s"):format(type(options))
  end
end

--- Sends a call and waits for its response; nil and the misuse where there is some.
---@param object table The methods' object.
---@param method string The method's name in the documentation.
---@param arguments table As a list with `n`, since any may be nil.
---@param options sonoran.CallOptions?
---@return sonoran.Response?, string?
function call.attempt(object, method, arguments, options)
  local state = private[object]
  if state.closed then
    return nil, "the client is closed: make a new one"
  end
  for position = 1, arguments.n do
    -- A 64-bit integer of LuaJIT, by its digits.
    if type(arguments[position]) == "cdata" then
      local digits = string.match(tostring(arguments[position]), "^(%-?%d+)U?LL$")
      arguments[position] = digits or arguments[position]
    end
  end
  local wrong_options = call.options_problem(options)
  if wrong_options then
    return nil, wrong_options
  end
  local settled, problem = renamed(options)
  if problem then
    return nil, problem
  end
  local given, wrong = state.connection:execute(method, arguments, settled)
  if not given then
    return nil, wrong
  end
  local response = Response.new(given)
  log.call(state.level, method, response)
  return response
end

--- The same, which raises misuse at the line that called the method.
---@return sonoran.Response
function call.execute(object, method, arguments, options, ...)
  local problem = misuse(object, method, "cms", ...)
  local response
  if not problem then
    response, problem = call.attempt(object, method, arguments, options)
  end
  if problem then
    error(problem, 3)
  end
  return response
end

return call
