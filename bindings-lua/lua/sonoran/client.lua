--- A client: one set of credentials, and the connection that its calls go through.

local Cms = require("sonoran.cms")
local Walks = require("sonoran.walks")
local call = require("sonoran.call")
local guard = require("sonoran.guard")
local log = require("sonoran.log")
local renamed = require("sonoran.renamed")

guard(Cms, "client.cms has no method")
guard(Walks, "client.walk has no method")

---@class sonoran.Client
---@field cms sonoran.Cms The operations of the CMS API, by the names of its documentation.
---@field walk sonoran.Walks The lists that come in pages, to be walked item by item.
local Client = {}
Client.__index = Client

--- The connections, which whoever prints a client does not meet.
local states = setmetatable({}, { __mode = "k" })

---@class sonoran.Transport What a client speaks through.
---@field open fun(options: table): sonoran.Connection?, string? A connection; or nil and what is wrong with the options.

---@class sonoran.Connection
---@field execute fun(self, method: string, arguments: table, options: table?): table?, string? The response, whose null at the top is nil or `Sonoran.null`; or nil and the misuse.
---@field rateLimit fun(self, method: string): table?, string? The state of an operation's rate limit, nil where it is not known; or nil and the misuse.
---@field setLogLevel fun(self, level: string) How much it tells by `log.write` beside what each call came to.
---@field close fun(self)

--- A client over a transport; or nil and what is wrong with the options.
---@param transport sonoran.Transport
---@param options table
---@return sonoran.Client?, string?
function Client.over(transport, options)
  local settled, problem = renamed(options)
  if not settled then
    return nil, problem
  end
  local level
  level, problem = log.level(settled.logLevel)
  if not level then
    return nil, problem
  end
  settled.logLevel = nil
  local connection
  connection, problem = transport.open(settled)
  if not connection then
    return nil, problem
  end
  connection:setLogLevel(level)
  local state = { connection = connection, level = level, closed = false }
  local client = setmetatable({ cms = setmetatable({}, Cms), walk = setmetatable({}, Walks) }, Client)
  states[client] = state
  call.bind(client.cms, state)
  call.bind(client.walk, state)
  return client
end

local function state_of(client, method)
  local state = states[client]
  if not state then
    error(("%s is called with a colon: client:%s(...)"):format(method, method), 3)
  end
  return state
end

---@class sonoran.RateLimitState
---@field limit integer Requests that may be sent in any 60 seconds; this process's part of them while limits that can't be shared are divided.
---@field free integer Requests that could be sent now.
---@field waiting integer? Calls that wait for a slot; nil over a gateway, which waits itself.
---@field nextFreeIn number? Seconds until the next slot is free; nil when one is free now.
---@field frozen boolean? Whether the service said 429, and its time is not over; nil over a gateway.

--- The rate limit of an operation at this moment, as far as it is known here; asking sends nothing. Over a gateway that
--- is what its last answer told of the operation; nil before the first.
---@param operation string The method's name, such as `getAccountV2`.
---@return sonoran.RateLimitState?
function Client:rateLimit(operation)
  local state = state_of(self, "rateLimit")
  if type(operation) ~= "string" then
    error(("operation must be text, not a %s"):format(type(operation)), 2)
  end
  if state.closed then
    error("the client is closed: make a new one", 2)
  end
  local limit, misuse = state.connection:rateLimit(operation)
  if misuse then
    error(misuse, 2)
  end
  return limit
end

--- Sets how much is told on standard error: one of `Sonoran.logLevels`.
---@param level "OFF"|"ERROR"|"DEBUG"
function Client:setLogLevel(level)
  local state = state_of(self, "setLogLevel")
  local settled, problem = log.level(level)
  if not settled then
    error(problem, 2)
  end
  state.level = settled
  state.connection:setLogLevel(settled)
end

--- Closes the connections; calls made later are refused.
function Client:close()
  local state = state_of(self, "close")
  if not state.closed then
    state.closed = true
    state.connection:close()
  end
end

-- `local client <close> = ...`, from Lua 5.4.
Client.__close = Client.close

local NAMES = { cms = true, walk = true, rateLimit = true, setLogLevel = true, close = true }

guard(Client, "client has no", NAMES, function(name)
  return rawget(Cms, name) and (": did you mean client.cms:%s?"):format(name)
end)

function Client:__tostring()
  return states[self].closed and "sonoran client (closed)" or "sonoran client"
end

return Client
