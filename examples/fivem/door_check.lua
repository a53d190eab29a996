--- Lets in who is on the server's whitelist. While the service can't be asked, whoever was let in before comes in.

-- Nobody shall stand at the door for long.
local client = Sonoran.createClient({ timeoutMs = 5000, maxWait = 5000 })

--- What the service says of those who shall stay outside. All else says nothing of the player.
local REFUSED = { notWhitelisted = true, blockedFromWhitelist = true, unknownAccount = true }

local letInBefore = {}

AddEventHandler('playerConnecting', function(_, _, deferrals)
  local player = source
  deferrals.defer()
  -- FiveM wants a tick before anything else is done with deferrals.
  Wait(0)
  local discord = GetPlayerIdentifierByType(player, 'discord')
  if not discord then
    deferrals.done('Start Discord, and come again.')
    return
  end
  deferrals.update('Looking for you on the whitelist ...')
  local response = client.cms:verifyWhitelistV2(nil, { apiId = discord })
  if response.success then
    letInBefore[discord] = true
    deferrals.done()
  elseif REFUSED[response.error.refusal] then
    letInBefore[discord] = nil
    deferrals.done('You are not on the whitelist.')
  elseif letInBefore[discord] then
    deferrals.done()
  else
    print(tostring(response))
    deferrals.done('The whitelist cannot be asked right now. Come again in a minute.')
  end
end)
