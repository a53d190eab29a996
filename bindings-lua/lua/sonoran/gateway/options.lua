--- The options of a client over a gateway: what goes with each request, and what the gateway has for all of its callers.

local address = require("sonoran.gateway.address")
local null = require("sonoran.null")

--- What holds for one call, and as an option of the client for each.
local OF_A_CALL = { "timeout", "deadline", "retries", "maxWait", "rateLimit" }

--- What the gateway has for all of its callers, and what sets it there.
local OF_THE_GATEWAY = {
  apiUrl = "its api-url",
  cmsApiUrl = "its api-url",
  ceilings = "the service's own ceilings",
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
      refuse(tostring(name) .. " is no option of a client over a gateway")
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
  sent["Sonoran-Community-Id"] = one(given, "communityId", "cmsCommunityId")
  local defaults = {}
  for _, name in ipairs(OF_A_CALL) do
    defaults[name] = given[name]
  end
  return { base = base, headers = sent, serverId = server(given), defaults = defaults }
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
