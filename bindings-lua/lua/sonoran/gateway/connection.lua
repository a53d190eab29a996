--- A connection over a gateway: calls go to its door, `POST /_gateway/call/{method}`, and what comes back is the response.

local settle = require("sonoran.gateway.options")
local answer = require("sonoran.gateway.answer")
local json = require("sonoran.gateway.json")
local log = require("sonoran.log")
local nearest = require("sonoran.nearest")
local operations = require("sonoran.gateway.operations")

local connection = {}

---@class sonoran.Host What a runtime has to offer.
---@field ready fun(): string? What stands in the way of a call at this place, if anything.
---@field now fun(): number Seconds on a clock that never goes back.
---@field http fun(request: sonoran.HttpRequest): integer?, table, string Status, headers and body; or nil and `kind`, `reason`, `unsent`.
---@field heartbeat number? How many seconds its HTTP client waits at least for a sign of life.

---@class sonoran.HttpRequest
---@field url string
---@field headers table<string, string>
---@field body string
---@field timeout number Seconds.

--- As long the gateway waits, in line and for the service, where nothing else is said, in milliseconds.
local LONGEST_WAIT, LONGEST_TIMEOUT = 30000, 30000

--- So much later than the gateway the wait ends here, for the way there and back, in seconds.
local GRACE = 0.5

local function milliseconds(value, otherwise)
  -- What is none, the gateway refuses by its name.
  return type(value) == "number" and value > 0 and value or otherwise
end

--- How many seconds a call may take.
local function bound(options)
  local whole = milliseconds(options.timeout, LONGEST_TIMEOUT) + milliseconds(options.maxWait, LONGEST_WAIT)
  return math.min(milliseconds(options.deadline, whole), whole) / 1000
end

local function merged(defaults, given)
  local options = {}
  for name, value in pairs(defaults) do
    options[name] = value
  end
  for name, value in pairs(given or {}) do
    options[name] = value
  end
  return options
end

--- The text of an argument: an id, or the payload, which alone is a table.
local function argument(value, name, isPayload)
  if type(value) == "table" and not isPayload and not json.isNull(value) then
    return nil, name .. " must be a string or a number, not a table"
  end
  return json.encode(value, name)
end

--- The texts of what a method was given, and that of its payload; or nil and what can't be said.
local function given(operation, arguments)
  local texts, payload = {}, nil
  for position = 1, arguments.n do
    local isPayload = position == operation.payload
    local text, problem = argument(arguments[position], operation[position] or "arguments", isPayload)
    if not text then
      return nil, problem
    elseif isPayload then
      payload = text ~= "null" and text or nil
    else
      texts[#texts + 1] = text
    end
  end
  -- What is not given at the end is not there.
  while texts[#texts] == "null" do
    texts[#texts] = nil
  end
  return texts, payload
end

--- The body of a call; or nil and what can't be said in it.
local function written(operation, arguments, options, serverId)
  local texts, payload = given(operation, arguments)
  if not texts then
    return nil, payload
  end
  local members = { '"arguments":[' .. table.concat(texts, ",") .. "]" }
  if payload then
    members[#members + 1] = '"payload":' .. payload
  end
  local settled = {}
  for name, value in pairs(options) do
    local text, problem = json.encode(value, tostring(name))
    if not text then
      return nil, problem
    end
    settled[#settled + 1] = json.encode(tostring(name), "options") .. ":" .. text
  end
  if #settled > 0 then
    members[#members + 1] = '"options":{' .. table.concat(settled, ",") .. "}"
  end
  if serverId then
    members[#members + 1] = '"serverId":' .. json.encode(serverId, "serverId")
  end
  return "{" .. table.concat(members, ",") .. "}"
end

local function lowered(headers)
  local settled = {}
  for name, value in pairs(headers or {}) do
    settled[string.lower(name)] = type(value) == "table" and value[1] or value
  end
  return settled
end

--- What an answer says of the operation's limit.
local function limitOf(headers, now)
  local limit = tonumber(headers["ratelimit-limit"])
  local free = tonumber(headers["ratelimit-remaining"])
  if limit and free then
    return { limit = limit, free = free, reset = now + (tonumber(headers["ratelimit-reset"]) or 0) }
  end
  return nil
end

--- A connection with a host's means; or nil and what is wrong with the options.
---@param host sonoran.Host
---@param given table
---@return sonoran.Connection?, string?
function connection.open(host, given)
  local settled, problem = settle(given)
  if not settled then
    return nil, problem
  end
  local level = "OFF"
  local limits = {}
  local self = {}

  function self:execute(method, arguments, callOptions)
    local hindrance = host.ready()
    if hindrance then
      return nil, hindrance
    end
    local operation = operations[method]
    local options = merged(settled.defaults, callOptions)
    local body, misuse = written(operation, arguments, options, settled.serverId)
    if not body then
      return nil, misuse
    end
    local seconds = bound(options)
    local headers = merged(settled.headers, { ["Request-Timeout"] = string.format("%g", seconds) })
    if host.heartbeat then
      headers["Sonoran-Heartbeat"] = string.format("%g", host.heartbeat)
    end
    local url = settled.base .. "/_gateway/call/" .. method
    local call = { method = method, writes = not operation.reads }
    local status, answered, text =
      host.http({ url = url, headers = headers, body = body, timeout = seconds + GRACE })
    if not status then
      if level == "DEBUG" then
        log.write(url .. ": " .. answered.reason)
      end
      return answer.none(call, answered)
    end
    answered = lowered(answered)
    limits[method] = limitOf(answered, host.now()) or limits[method]
    if level == "DEBUG" then
      log.write(url .. ": the gateway answered " .. status)
    end
    return answer.read(call, status, answered, text)
  end

  function self:rateLimit(method)
    local known = limits[method]
    if not operations[method] then
      return nil, tostring(method) .. " is no operation of the API" .. nearest(method, operations)
    elseif not known then
      return nil
    end
    local wait = known.reset - host.now()
    return { limit = known.limit, free = known.free, nextFreeIn = wait > 0 and wait or nil }
  end

  function self:setLogLevel(given)
    level = given
  end

  function self:close() end

  return self
end

return connection
