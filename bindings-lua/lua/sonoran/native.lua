--- The transport through the native part, which sends the calls itself.

local log = require("sonoran.log")
local null = require("sonoran.null")
local show = require("sonoran.show")

--- Each Lua has its own; LuaJIT is a 5.1.
local module = "sonoran_native_lua" .. _VERSION:gsub("%D", "")

local found, native = pcall(require, module)
if not found then
  local words = "the native part for %s, %s, is not there: install the rock, which has it, or give the option gateway to "
    .. "go through a sonoran-gateway. %s"
  local problem = words:format(_VERSION, module, tostring(native))
  -- Of a module that raises an error Lua 5.1 says the next time that it requires itself.
  return {
    open = function()
      return nil, problem
    end,
    keys = function()
      return nil, "push events are read by the native part, which is not there: install the rock, which has it"
    end,
  }
end

--- Marks an empty object of an answer, so that it is one when it is sent again; dkjson knows the mark too.
local object = { __jsontype = "object", __tostring = show }

--- Takes a callback out of the options, or gives nil and what is wrong with it.
local function taken(options, name)
  local callback = options[name]
  options[name] = nil
  if callback == nil or callback == null or type(callback) == "function" then
    return callback ~= null and callback or false
  end
  return nil, ("%s must be a function, not a %s"):format(name, type(callback))
end

--- Whatever the callback does, the call goes on.
local function tell(name, callback, event)
  local fine, problem = pcall(callback, event)
  if not fine then
    log.write(("%s: %s"):format(name, tostring(problem)))
  end
end

local function attempt_in_words(attempt)
  local outcome = attempt.status and "status " .. attempt.status or attempt.reason or "no answer"
  local again = attempt.pause and (", again in %.2f s"):format(attempt.pause) or ""
  return ("%s: attempt %d: %s, %.3f s%s"):format(attempt.operation, attempt.number, outcome, attempt.elapsed, again)
end

local Connection = {}
Connection.__index = Connection

function Connection:execute(method, arguments, options)
  -- It may be loaded at any time.
  local dkjson = package.loaded.dkjson
  return self.handle:execute(method, arguments, options, type(dkjson) == "table" and dkjson.null or nil)
end

function Connection:rateLimit(method)
  return self.handle:rateLimit(method)
end

function Connection:setLogLevel(level)
  self.logs = level == "DEBUG"
  self.handle:watch(self.logs or self.on_attempt ~= false)
end

function Connection:close()
  self.handle:close()
end

--- Called while a call waits: with an event, or with nothing, so that hooks run, such as the one of Ctrl-C.
function Connection:hear(kind, event)
  if kind == "attempt" then
    if self.logs then
      log.write(attempt_in_words(event))
    end
    if self.on_attempt then
      tell("onAttempt", self.on_attempt, event)
    end
  elseif kind == "wait" then
    if self.logs then
      log.write(("%s: in line for %.1f s, %.1f s to go"):format(event.operation, event.waited, event.expected))
    end
    if self.on_wait then
      tell("onWait", self.on_wait, event)
    end
  end
end

---@type sonoran.Transport
return {
  --- The keys of a list of texts; or nil and what is wrong with them. `keys:read(body)` gives the fields of the event, or
  --- those of its refusal, which has a `kind`.
  keys = function(texts)
    local keys, problem = native.keys(texts)
    if not keys then
      return nil, problem
    end
    return {
      read = function(_, body)
        return keys:read(body, null, object)
      end,
    }
  end,
  open = function(options)
    if options.token ~= nil then
      return nil, "token belongs to a sonoran-gateway: give the option gateway too, or apiKey in its place"
    end
    local connection, problem = setmetatable({ logs = false }, Connection), nil
    for field, name in pairs({ on_attempt = "onAttempt", on_wait = "onWait" }) do
      connection[field], problem = taken(options, name)
      if problem then
        return nil, problem
      end
    end
    connection.handle, problem = native.open(options, null, object, function(kind, event)
      connection:hear(kind, event)
    end)
    if not connection.handle then
      return nil, problem
    end
    return connection
  end,
}
