--- The commands /clockin and /clockout.

local client = Sonoran.createClient({ deadline = 10000 })

local function tell(player, words)
  TriggerClientEvent('chat:addMessage', player, { args = { 'Duty', words } })
end

local function clock(player, intention, done)
  local discord = GetPlayerIdentifierByType(player, 'discord')
  if not discord then
    return tell(player, 'Start Discord, and come again.')
  end
  local account = client.cms:resolveDiscordAccountV2(discord:match('%d+'))
  if not account.success then
    return tell(player, account.reason)
  end
  local id = account.data.accId
  local response = client.cms:clockAccountV2(id, { accId = id, intention = intention })
  tell(player, response.success and done or response.reason)
end

RegisterCommand('clockin', function(player)
  clock(player, 'in', 'You are on duty.')
end, false)

RegisterCommand('clockout', function(player)
  clock(player, 'out', 'You are off duty.')
end, false)
