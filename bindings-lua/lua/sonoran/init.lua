--- Client of the Sonoran CMS API. See `Sonoran.createClient`.

local Client = require("sonoran.client")
local guard = require("sonoran.guard")
local log = require("sonoran.log")
local nearest = require("sonoran.nearest")
local null = require("sonoran.null")

---@class sonoran
local Sonoran = {}

--- The products; this library speaks the CMS API.
Sonoran.productEnums = guard({ CAD = 0, CMS = 1, RADIO = 2 }, "Sonoran.productEnums has no")

--- How much is told on standard error.
Sonoran.logLevels = log.levels

--- JSON's null inside of tables.
Sonoran.null = null

---@class sonoran.Options
---@field apiKey string? The key of the community; `cmsApiKey` is the same.
---@field communityId string? `cmsCommunityId` is the same.
---@field product integer? One of `Sonoran.productEnums`; CMS where it is left out.
---@field defaultServerId integer|string? The server of calls that name none, 1 where it is left out; `serverId` is the same.
---@field apiUrl string? Where the API is, else `SONORAN_CMS_API_URL` of the environment says it.
---@field headers table<string, string>? Sent with each request; `apiHeaders` is the same.
---@field timeoutMs number? Milliseconds for all attempts of a call, 30000 where it is left out; `timeout` is the same.
---@field connectTimeout number? Milliseconds.
---@field deadline number? Milliseconds for a whole call, waiting in line included.
---@field retries integer? How often a failed attempt may be repeated.
---@field rateLimit "wait"|"error"|"off"? What to do when no slot of the rate limit is free.
---@field maxWait number? Milliseconds that a call may stand in line.
---@field ceilings table<string, integer>? Calls in 60 s, by the method's name.
---@field proxy string?
---@field rootCertificates string[]? More roots to trust, as PEM.
---@field idleTimeout number? Milliseconds that an idle connection is kept.
---@field allowPlainHttp boolean?
---@field shareLimits string? Shares the limits with other processes: `"machine"`, or the URL of a Valkey or Redis server, `"redis://…"`.
---@field shareLimitsFolder string? Where `"machine"` keeps its files.
---@field shareLimitsFallback "divide"|"refuse"? What to do while sharing is not possible.
---@field shareLimitsMembers integer? How many processes share the limits.
---@field userAgentSuffix string?
---@field debug boolean?
---@field logLevel "OFF"|"ERROR"|"DEBUG"? One of `Sonoran.logLevels`.
---@field onAttempt fun(attempt: table)? Told of each attempt.
---@field onWait fun(waiting: table)? Told of calls that wait long in line.
---@field gateway string? The address of a `sonoran-gateway`, through which calls go then.
---@field token string? The caller's token for the gateway.

--- Options that are looked at here; what carries the calls has the others.
local OWN = { gateway = true, token = true, logLevel = true, onAttempt = true, onWait = true }

--- What is wrong with an option whose name is nearly one of these, if there is one.
local function slip(options)
  for name in pairs(options) do
    local meant = not OWN[name] and nearest(name, OWN) or ""
    if meant ~= "" then
      return name .. " is not an option" .. meant
    end
  end
end

--- Makes a client. Make one for the whole program: its calls share connections.
---
--- With `gateway` the calls go through a `sonoran-gateway`, which holds the key, and this program needs no native part;
--- without it the native part `sonoran_native` sends them.
---
--- Raises an error at the caller's line when an option is missing or wrong.
---
---     local client = Sonoran.createClient({
---       product = Sonoran.productEnums.CMS,
---       apiKey = "YOUR_API_KEY",
---       communityId = "YOUR_COMMUNITY_ID",
---       defaultServerId = 1,
---     })
---@param options? sonoran.Options They may all be left out where the host has them, as FiveM's convars do.
---@return sonoran.Client
function Sonoran.createClient(options)
  if options == nil then
    options = {}
  elseif type(options) ~= "table" or options == Sonoran then
    local given = options == Sonoran and "a call with a colon" or "a " .. type(options)
    error("options must be a table with apiKey and communityId, not " .. given .. "; or over a gateway with gateway and token", 2)
  end
  local wrong = slip(options)
  if wrong then
    error(wrong, 2)
  end
  local transport = require(options.gateway == nil and "sonoran.native" or "sonoran.gateway")
  local client, problem = Client.over(transport, options)
  if not client then
    error(problem, 2)
  end
  return client
end

--- Makes a reader of push events, which takes those that carry the community's key. It needs the native part.
---
--- Raises an error at the caller's line when the key is none.
---
---     local events = Sonoran.eventReader("YOUR_API_KEY")
---     local event, refusal = events:read(body)
---@param key string|string[] The key, or several while it is being changed.
---@return sonoran.EventReader
function Sonoran.eventReader(key)
  local reader, problem = require("sonoran.events")(key)
  if not reader then
    error(problem, 2)
  end
  return reader
end

return guard(Sonoran, "Sonoran has no")
