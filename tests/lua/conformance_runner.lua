-- Makes the calls of one scenario, has them judged while its clients live, and prints what is wrong as a JSON list:
-- lua conformance_runner.lua URL_OF_THE_SCENARIO FILE_WITH_ITS_BRIEF

local dkjson = require("dkjson")
local socket = require("socket")
local support = require("support")
local Sonoran = require("sonoran")
local show = require("sonoran.show")

local url, file = arg[1], arg[2]
local brief = support.decode(support.read(file))
local clients, leaks = {}, {}

--- What is null at the top is not given.
local function given(options)
  local taken = {}
  for name, value in pairs(options) do
    if value ~= Sonoran.null then
      taken[name] = value
    end
  end
  return taken
end

--- Notes the place where a key shows in whatever can be printed of the value.
local function look(place, value)
  local told = show(value) .. tostring(value)
  for _, options in pairs(brief.clients) do
    local key = options.apiKey
    if type(key) == "string" and key ~= "" and told:find(key, 1, true) then
      leaks[#leaks + 1] = "the key shows in " .. place
    end
  end
end

local function client_named(name)
  if not clients[name] then
    clients[name] = Sonoran.createClient(given(brief.clients[name]))
    look("a client", clients[name])
  end
  return clients[name]
end

local function made(call)
  local cms = client_named(call.client).cms
  local method = cms[call.operation]
  -- Beside the arguments there are the object and the options; what is left out before these is nil.
  local count = math.max(#call.values, debug.getinfo(method, "u").nparams - 2) + 1
  local values = { support.unpack(call.values) }
  local options = given(call.options)
  values[count] = next(options) and options or nil
  -- No tail call, in which the line would be lost.
  local response = method(cms, support.unpack(values, 1, count))
  return response
end

local FIELDS = { "success", "status", "data", "reason", "meta", "requestId", "attempts", "waited" }
local FAILURE = { "kind", "problem", "retryAfter", "attempts", "operation", "requestId", "traceId", "refusal", "outcomeUnknown" }

--- The fields as JSON has them, where nil is null.
local function fields(value, names)
  local told = {}
  for _, name in ipairs(names) do
    told[name] = value[name]
    if value[name] == nil then
      told[name] = Sonoran.null
    end
  end
  return told
end

local function outcome(call)
  local began = socket.gettime()
  local fine, came = pcall(made, call)
  local elapsed = math.floor((socket.gettime() - began) * 1000 + 0.5)
  if not fine then
    look("the misuse", came)
    local message = tostring(came):match("^[^\n]-%.lua:%d+: (.*)$")
    if not message then
      return { crash = tostring(came) }
    end
    local argument
    for _, word in ipairs({ "cannot", "has", "is", "must", "are" }) do
      local found = message:match("^(.-) " .. word .. " ")
      if found and (not argument or #found < #argument) then
        argument = found
      end
    end
    return { misuse = { argument = argument or Sonoran.null, message = message }, elapsed = elapsed }
  end
  look("a response", came)
  local response = fields(came, FIELDS)
  response.error = came.error and fields(came.error, FAILURE) or Sonoran.null
  return { response = response, elapsed = elapsed }
end

local outcomes = {}
for number, call in ipairs(brief.calls) do
  socket.sleep(call.pause / 1000)
  outcomes[number] = { outcome(call) }
end
local failures = support.ask("POST", url .. "/finish", { outcomes = outcomes }).failures
for _, leak in ipairs(leaks) do
  failures[#failures + 1] = leak
end
print(dkjson.encode(failures))
