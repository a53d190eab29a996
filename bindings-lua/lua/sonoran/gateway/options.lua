--- The options of a client over a gateway: what goes with each request, and what the gateway has for all of its callers.

local address = require("sonoran.gateway.address")
local nearest = require("sonoran.nearest")
local null = require("sonoran.null")

--- What holds for one call, and as an option of the client for each.
local OF_A_CALL = { "timeout", "deadline", "retries", "maxWait", "rateLimit" }

--- What the gateway has for all of its callers, and what sets it there.
local OF_THE_GATEWAY = {
  apiUrl = "its api-url",
  cmsApiUrl = "its api-url",
  ceilings = "its ceilings",
  connectTimeout = "its timeout",
  idleTimeout = "itself",
  proxy = "the proxy of its environment",
  rootCertificates = "SSL_CERT_FILE of its environment",
  rateWindow = "its rate-window",
  shareLimits = "the gateway, which is how limits are shared",
  shareLimitsFolder = "the gateway, which is how limits are shared",
  shareLimitsFallback = "the gateway, which is how limits are shared",
  shareLimitsMembers = "the gateway, which is how limits are shared",
  userAgentSuffix = "the name of the caller's token",
  debug = "its log; here logLevel tells of calls",
  onAttempt = "its log and its metrics",
  onWait = "its log and its metrics",
  throwErrors = "nobody: look at success, or use response:unwrap()",
}

local KNOWN = {
  gateway = true,
  token = true,
  apiKey = true,
  cmsApiKey = true,
  communityId = true,
  cmsCommunityId = true,
  product = true,
  serverId = true,
  defaultServerId = true,
  cmsDefaultServerId = true,
  apiHeaders = true,
  allowPlainHttp = true,
}
for _, name in ipairs(OF_A_CALL) do
  KNOWN[name] = true
end

--- Headers that are set here.
local SET_HERE = {
  authorization = true,
  connection = true,
  ["content-length"] = true,
  ["content-type"] = true,
  host = true,
  ["request-timeout"] = true,
  ["sonoran-community-id"] = true,
  ["sonoran-heartbeat"] = true,
  ["transfer-encoding"] = true,
}

local function refuse(message)
  error({ misuse = message }, 0)
end

--- An option by the names it has; given twice, it must be the same.
local function one(given, ...)
  local value, named
  for position = 1, select("#", ...) do
    local name = select(position, ...)
    local here = given[name]
    if here ~= nil and here ~= null then
      if value ~= nil and value ~= here then
        refuse(name .. " is the same option as " .. named .. ", with another value: give one of them")
      end
      value, named = here, name
    end
  end
  return value, named
end

--- What stands in a header: the token, which is a text, or in Roblox a secret that nobody can read.
local function bearer(given)
  local token, name = one(given, "token", "apiKey", "cmsApiKey")
  if token == nil then
    return nil
  elseif type(token) == "userdata" then
    return token:AddPrefix("Bearer ")
  elseif type(token) ~= "string" or not string.find(token, "^[!-~]+$") then
    refuse(name .. " must be the caller's token for the gateway, without spaces")
  end
  return "Bearer " .. token
end

--- Whose key it is, where the gateway holds none. It stands in a header.
local function community(given)
  local id, name = one(given, "communityId", "cmsCommunityId")
  if id == nil then
    return nil
  elseif type(id) ~= "string" then
    refuse(name .. " must be text, not a " .. type(id))
  elseif not string.find(id, "^[!-~][ -~]*$") or string.find(id, " $") then
    refuse(name .. " must be text in one line, with no space around it")
  elseif given.apiKey == nil and given.cmsApiKey == nil then
    refuse(name .. " belongs to the gateway, which calls for the community whose key it holds; with a gateway of "
      .. "pass-through give apiKey too")
  end
  return id
end

local LONGEST = 7 * 24 * 60 * 60 * 1000

local function time(name, value)
  if type(value) ~= "number" then
    refuse(name .. " must be a number, not a " .. type(value))
  elseif not (value >= 0 and value <= LONGEST) then
    refuse(name .. " must be a time from 0 to seven days")
  elseif value == 0 and name ~= "maxWait" then
    refuse(name .. " must be more than 0")
  end
end

--- What the gateway would refuse with each call.
local function defaults(given)
  local settled = {}
  for _, name in ipairs(OF_A_CALL) do
    local value = given[name]
    if value ~= nil and value ~= null then
      if name == "retries" then
        if type(value) ~= "number" or value < 0 or value > 4294967295 or value ~= math.floor(value) then
          refuse("retries must be a whole number from 0 to 4294967295")
        end
      elseif name == "rateLimit" then
        if value ~= "wait" and value ~= "error" then
          refuse('rateLimit must be "wait" or "error": the gateway keeps the limit for all callers')
        end
      else
        time(name, value)
      end
      settled[name] = value
    end
  end
  return settled
end

local function server(given)
  local id, name = one(given, "defaultServerId", "serverId", "cmsDefaultServerId")
  if id == nil or id == "" then
    return nil
  end
  local number = type(id) == "string" and string.find(id, "^%-?%d+$") and tonumber(id) or id
  if type(number) ~= "number" or number ~= math.floor(number) or math.abs(number) >= 2 ^ 53 then
    refuse(name .. " must be a whole number")
  end
  return number
end

local function headers(given)
  local settled = {}
  if given ~= nil and type(given) ~= "table" then
    refuse("headers must be a table of texts by their names")
  end
  for name, value in pairs(given or {}) do
    if type(name) ~= "string" or not string.find(name, "^[%w!#$%%&'*+%-.^_`|~]+$") then
      refuse("headers must be a table of texts by their names: " .. tostring(name) .. " is none of a header")
    elseif SET_HERE[string.lower(name)] then
      refuse("headers." .. name .. " is set by the library itself")
    elseif type(value) ~= "string" or string.find(value, "[%c]") then
      refuse("headers." .. name .. " must be a text in one line")
    end
    settled[name] = value
  end
  return settled
end

local function known(given)
  for name in pairs(given) do
    if OF_THE_GATEWAY[name] then
      refuse(name .. " is no option of a client over a gateway: that is the business of " .. OF_THE_GATEWAY[name])
    elseif not KNOWN[name] then
      refuse(tostring(name) .. " is no option of a client over a gateway" .. nearest(name, KNOWN))
    end
  end
  local product = given.product
  if product ~= nil and product ~= null and product ~= 1 then
    refuse("product must be Sonoran.productEnums.CMS: this library speaks the CMS API")
  end
end

local function read(given)
  known(given)
  local base, problem = address.read(given.gateway, given.allowPlainHttp)
  if not base then
    refuse(problem)
  end
  local sent = headers(given.apiHeaders)
  sent["Content-Type"] = "application/json"
  sent["Authorization"] = bearer(given)
  sent["Sonoran-Community-Id"] = community(given)
  return { base = base, headers = sent, serverId = server(given), defaults = defaults(given) }
end

--- What the options come to: `base`, `headers`, `serverId` and `defaults` of calls; or nil and what is wrong.
---@param given table
---@return table?, string?
return function(given)
  local fits, settled = pcall(read, given)
  if fits then
    return settled
  elseif type(settled) == "table" and settled.misuse then
    return nil, settled.misuse
  end
  error(settled, 0)
end
