--- The options by their one name: some have another in the official clients.

local OTHER_NAMES = { timeoutMs = "timeout", headers = "apiHeaders", setLogLevel = "logLevel" }

--- A copy of the options, or nil and what is wrong with them.
---@param options table?
---@return table?, string?
return function(options)
  if options == nil then
    return nil
  end
  local settled = {}
  for name, value in pairs(options) do
    local other = OTHER_NAMES[name]
    if other and options[other] ~= nil and options[other] ~= value then
      return nil, ("%s is the same option as %s, with another value: give one of them"):format(name, other)
    end
    settled[other or name] = value
  end
  return settled
end
