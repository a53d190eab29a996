-- Clocks a member in or out, by their number at Discord.
--
--     lua clock_in.lua in 1234567890
--
-- SONORAN_API_KEY and SONORAN_COMMUNITY_ID are the credential, which the emulator has as YOUR_API_KEY and
-- YOUR_COMMUNITY_ID; SONORAN_CMS_API_URL is the emulator's address.

local Sonoran = require("sonoran")

local intention, discord = arg[1], arg[2]
if intention ~= "in" and intention ~= "out" or not discord then
  io.stderr:write("usage: lua clock_in.lua in|out DISCORD_NUMBER\n")
  os.exit(2)
end

local client = Sonoran.createClient({
  apiKey = os.getenv("SONORAN_API_KEY"),
  communityId = os.getenv("SONORAN_COMMUNITY_ID"),
  -- Somebody waits for it.
  deadline = 10000,
})

local function refused(response)
  local failure = response.error
  io.stderr:write("not clocked ", intention, ": ", response.reason, "\n")
  if failure.outcomeUnknown then
    io.stderr:write("it may have been carried out all the same: look before you try again\n")
  end
  client:close()
  os.exit(1)
end

local account = client.cms:resolveDiscordAccountV2(discord)
if not account.success then
  refused(account)
end
local id = account.data.accId
local response = client.cms:clockAccountV2(id, { accId = id, intention = intention })
if not response.success then
  refused(response)
end
print("clocked " .. intention)
client:close()
