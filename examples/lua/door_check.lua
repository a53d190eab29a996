-- The door of a game server: may this member join?
--
--     lua door_check.lua discord:1234567890 ...
--
-- SONORAN_API_KEY and SONORAN_COMMUNITY_ID are the credential, which the emulator has as YOUR_API_KEY and
-- YOUR_COMMUNITY_ID; SONORAN_CMS_API_URL is the emulator's address. A refusal, an unknown member and an outage are three
-- things: in the last case the list that was had before decides, so that a restart of the service locks nobody out.

local Sonoran = require("sonoran")

local SERVER = 1
-- Somebody waits at the door.
local PATIENCE = 5000

local client = Sonoran.createClient({
  apiKey = os.getenv("SONORAN_API_KEY"),
  communityId = os.getenv("SONORAN_COMMUNITY_ID"),
})

local function complain(...)
  io.stderr:write(table.concat({ ... }), "\n")
end

--- Who may join by the service's list, by their identifiers; nothing where it can't be had.
local function whitelist()
  local response = client.cms:getWhitelistV2(SERVER)
  if not response.success then
    complain("the list is not to be had: ", response.reason)
    return nil
  end
  local members = {}
  for _, entry in ipairs(response.data) do
    for _, identifier in ipairs(entry.apiIds) do
      members[identifier] = true
    end
  end
  return members
end

--- Whether a member may join, by one of their identifiers, such as discord and 1234567890.
local function ask(kind, value, saved)
  local member = kind == "discord" and { discord = value } or { apiId = value }
  local response = client.cms:verifyWhitelistV2(SERVER, member, { deadline = PATIENCE })
  if response.success then
    return "welcome"
  end
  local refusal = response.error.refusal
  if refusal == "notWhitelisted" or refusal == "blockedFromWhitelist" then
    return "you are not on this server's whitelist"
  elseif refusal == "unknownAccount" then
    return "link your account to the community first"
  end
  -- Of the member that says nothing: the set-up is wrong, or the service is down.
  local identifier = kind .. ":" .. value
  complain("no answer for ", identifier, ": ", response.reason)
  if not saved then
    return "the door cannot be checked now, try again in a minute"
  end
  return saved[identifier] and "welcome" or "you are not on this server's whitelist"
end

local saved = whitelist()
for _, identifier in ipairs(arg) do
  local kind, value = identifier:match("^(.-):(.*)$")
  if kind then
    print(identifier .. ": " .. ask(kind, value, saved))
  else
    complain(identifier, " is no identifier such as discord:1234567890")
  end
end
client:close()
