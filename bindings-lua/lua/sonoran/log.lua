--- The log: lines on standard error, or where that is not to be had, printed.

local guard = require("sonoran.guard")

local log = {}

--- How much is told, see `Sonoran.logLevels`.
local RANKS = { OFF = 0, ERROR = 1, DEBUG = 2 }

---@type table<string, "OFF"|"ERROR"|"DEBUG">
log.levels = guard({ OFF = "OFF", ERROR = "ERROR", DEBUG = "DEBUG" }, "Sonoran.logLevels has no", nil, function()
  return ": there are OFF, ERROR and DEBUG"
end)

--- The level that was meant, or nil and what is wrong with it.
---@return string?, string?
function log.level(given)
  if given == nil then
    return "OFF"
  end
  local level = type(given) == "string" and given:upper() or nil
  if level and RANKS[level] then
    return level
  end
  return nil, "logLevel must be one of Sonoran.logLevels: OFF, ERROR or DEBUG"
end

function log.write(line)
  line = "sonoran: " .. line
  if io and io.stderr then
    io.stderr:write(line, "\n")
  else
    print(line)
  end
end

--- Tells of a call that is over: at ERROR of failures, at DEBUG of all.
function log.call(level, method, response)
  if level == "DEBUG" or level == "ERROR" and not response.success then
    local words = response.success and method .. ": " .. tostring(response) or tostring(response)
    log.write(("%s (attempts: %d, waited: %.1f s)"):format(words, response.attempts, response.waited))
  end
end

return log
