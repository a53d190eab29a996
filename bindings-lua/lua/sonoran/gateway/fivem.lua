--- The transport of a FiveM server: the gateway by `PerformHttpRequest`, waited for by `Citizen.Await`, so that the
--- server's loop runs on. Convars say where the gateway is and hold the token.

local connection = require("sonoran.gateway.connection")

local host = {
  -- FiveM gives a request up when nothing comes for five seconds.
  heartbeat = 2,
}

--- How to end what waits, by its promise.
local waiting = {}

function host.ready()
  local thread, isMain = coroutine.running()
  if not thread or isMain then
    return "a call waits for its answer, which only a thread can: make it within CreateThread(function() ... end), "
      .. "an event handler or a command"
  end
  return nil
end

function host.now()
  return GetGameTimer() / 1000
end

--- Kinds of failures, by curl's codes; what is in `UNSENT` comes before a request is sent.
local KINDS = { [6] = "dns", [28] = "timeout", [35] = "tls", [42] = "timeout", [51] = "tls", [58] = "tls", [60] = "tls", [77] = "tls" }
local UNSENT = { [6] = true, [7] = true, [35] = true, [51] = true, [58] = true, [60] = true, [77] = true }

--- When there is no status.
local function problem(words)
  words = type(words) == "string" and words ~= "" and words or "no reason was given"
  local code = tonumber(string.match(words, "CURL error code (%d+)"))
  return {
    kind = KINDS[code] or "connect",
    unsent = UNSENT[code] or words == "Failure handling HTTP request",
    reason = "The gateway is not reached: " .. words .. ".",
  }
end

function host.http(request)
  local done = promise.new()
  local answer
  local function settle(...)
    if not answer then
      answer = { ... }
      waiting[done] = nil
      done:resolve(true)
    end
  end
  waiting[done] = settle
  local seconds = string.format("%g", request.timeout)
  local timer = SetTimeout(math.ceil(request.timeout * 1000), function()
    settle(nil, { kind = "timeout", reason = "The gateway gave no answer within " .. seconds .. " s." })
  end)
  PerformHttpRequest(request.url, function(status, body, headers, failed)
    if type(status) ~= "number" or status == 0 then
      settle(nil, problem(failed))
    else
      -- What is refused comes as the words of a failure: HTTP, the status, a colon and the body.
      local told = type(failed) == "string" and string.match(failed, "^HTTP %d+: ?(.*)$") or ""
      settle(status, headers or {}, body or told)
    end
  end, "POST", request.body, request.headers, { followLocation = false })
  Citizen.Await(done)
  if timer and ClearTimeout then
    ClearTimeout(timer)
  end
  return answer[1], answer[2], answer[3]
end

local function convar(name, otherwise)
  local value = GetConvar(name, "")
  return value ~= "" and value or otherwise
end

return {
  ---@type sonoran.Transport
  open = function(options)
    if not IsDuplicityVersion() then
      return nil, "the client belongs into server scripts: players have no business with the community's key"
    end
    local settled = {}
    for name, value in pairs(options) do
      settled[name] = value
    end
    settled.gateway = settled.gateway or convar("sonoran_gateway", "http://127.0.0.1:8643")
    if settled.token == nil and settled.apiKey == nil and settled.cmsApiKey == nil then
      settled.token = convar("sonoran_token", nil)
    end
    return connection.open(host, settled)
  end,

  --- Push events come to a web server, which the native part is for.
  keys = function()
    return nil, "push events are read by the native part alone, which FiveM cannot load"
  end,

  --- Answers all calls that wait, as the resource ends.
  stop = function(name)
    local ended = {}
    for _, settle in pairs(waiting) do
      ended[#ended + 1] = settle
    end
    for _, settle in ipairs(ended) do
      settle(nil, { kind = "connect", reason = "The resource " .. name .. " was stopped before the answer came." })
    end
  end,
}
