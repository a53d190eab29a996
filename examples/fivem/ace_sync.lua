--- Gives each player who joins the groups of the server's ACE configuration that their ranks are entitled to, and takes
--- those away that they are not. server.cfg needs `add_ace resource.NAME command.add_principal allow`, with the name of
--- this resource, and the same for `remove_principal`.

local client = Sonoran.createClient({ deadline = 20000 })

local function has(list, wanted)
  for _, entry in ipairs(list) do
    if entry == wanted then
      return true
    end
  end
  return false
end

local function entitled(ranks, entry)
  for _, rank in ipairs(entry.ranks) do
    if has(ranks, rank) then
      return true
    end
  end
  return false
end

AddEventHandler('playerJoining', function()
  local discord = GetPlayerIdentifierByType(source, 'discord')
  local account = discord and client.cms:resolveDiscordAccountV2(discord:match('%d+'))
  if not account or not account.success then
    return
  end
  local ranks = client.cms:getAccountRanksV2(account.data.accId)
  local config = client.cms:getAceConfigV2()
  if not ranks.success or not config.success then
    print('no groups for ' .. discord .. ': ' .. tostring(ranks.success and config or ranks))
    return
  end
  for _, entry in ipairs(config.data) do
    -- It becomes a part of a command.
    if entry.principal:find('^[%w%.:_-]+$') then
      local verb = entitled(ranks.data, entry) and 'add_principal' or 'remove_principal'
      ExecuteCommand(('%s identifier.%s %s'):format(verb, discord, entry.principal))
    end
  end
end)
