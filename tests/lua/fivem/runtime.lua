--- As much of a FiveM server as its scripts need: resources with globals of their own, threads, timers, events, exports
--- that cross from one resource to another by value, convars, commands, and HTTP.

local http = require("http")
local promise = require("promise")
local socket = require("socket")

local Runtime = {}
Runtime.__index = Runtime

--- What scripts find of Lua itself; files, modules and processes are not among it.
local LUA = {
  "assert", "error", "getmetatable", "ipairs", "math", "next", "pairs", "pcall", "rawequal", "rawget", "rawlen", "rawset",
  "select", "setmetatable", "string", "table", "tonumber", "tostring", "type", "utf8", "xpcall", "coroutine",
}

function Runtime.new()
  local runtime = setmetatable({
    resources = {},
    convars = {},
    commands = {},
    timers = {},
    tasks = {},
    errors = {},
    printed = {},
    executed = {},
    --- How many turns of its loop, each a millisecond or longer, may pass without a byte of an answer. In turns, so that it
    --- is the same on a machine that has much else to do.
    patience = 5000,
    --- How many times too fast its timers run.
    speed = 1,
  }, Runtime)
  return runtime
end

--- Runs a function as a thread of a resource, until it waits.
local function resume(runtime, resource, thread, ...)
  if resource.stopped then
    return
  end
  local went, sentinel = coroutine.resume(thread, ...)
  if not went then
    runtime.errors[#runtime.errors + 1] = tostring(sentinel)
  elseif type(sentinel) == "function" then
    sentinel(function(...)
      resume(runtime, resource, thread, ...)
    end)
  end
end

function Runtime:thread(resource, body)
  resume(self, resource, coroutine.create(body))
end

function Runtime:after(resource, milliseconds, body)
  local timer = { due = socket.gettime() + milliseconds / 1000 / self.speed, body = body, resource = resource }
  self.timers[timer] = true
  return timer
end

--- What a value is on the other side: no metatables, and functions that call back.
local function crossed(runtime, owner, value, depth)
  depth = depth or 0
  assert(depth < 20, "it does not end")
  if type(value) == "function" then
    return setmetatable({ __cfx_functionReference = true }, {
      __call = function(_, ...)
        return runtime:call(owner, value, ...)
      end,
      __index = function()
        error("Cannot index a funcref", 2)
      end,
    })
  elseif type(value) ~= "table" or rawget(value, "__cfx_functionReference") then
    return value
  end
  local copy = {}
  for key, entry in pairs(value) do
    copy[key] = crossed(runtime, owner, entry, depth + 1)
  end
  return copy
end

--- Calls a function of a resource from another one, and waits for what it returns.
function Runtime:call(owner, body, ...)
  local arguments = table.pack(...)
  for position = 1, arguments.n do
    arguments[position] = crossed(self, owner, arguments[position])
  end
  local done, results, failed = promise.new(), nil, nil
  self:thread(owner, function()
    local packed = table.pack(pcall(body, table.unpack(arguments, 1, arguments.n)))
    if packed[1] then
      results = packed
    else
      failed = packed[2]
    end
    done:resolve(true)
  end)
  self.await(done)
  if not results then
    error("An error occurred while calling an export:\n" .. tostring(failed), 0)
  end
  for position = 2, results.n do
    results[position] = crossed(self, owner, results[position])
  end
  return table.unpack(results, 2, results.n)
end

function Runtime.await(done)
  if done.state == 0 then
    assert(coroutine.isyieldable(), "Current execution context is not in the scheduler")
    coroutine.yield(function(go)
      done:next(go, go)
    end)
  end
  if done.state == 4 then
    error(done.value, 2)
  end
  return done.value
end

local function request(runtime, resource, url, callback, method, data, headers, options)
  assert(options and options.followLocation == false, "redirects are not followed")
  local task = http.task({
    url = url,
    method = method,
    body = data,
    headers = headers,
    patience = runtime.patience,
  }, function(status, body, answered, failed)
    if not resource.stopped then
      runtime:thread(resource, function()
        callback(status, body, answered, failed)
      end)
    end
  end)
  runtime.tasks[task] = true
end

local function exports(runtime, resource)
  return setmetatable({}, {
    __call = function(_, name, body)
      resource.exported[name] = body
    end,
    __index = function(_, other)
      return setmetatable({}, {
        __index = function(_, name)
          local owner = runtime.resources[other]
          local body = owner and owner.exported[name]
          if not body then
            error("No such export " .. name .. " in resource " .. other, 2)
          end
          return function(_, ...)
            return runtime:call(owner, body, ...)
          end
        end,
      })
    end,
  })
end

--- The globals of a resource.
local function globals(runtime, resource)
  local found = {}
  for _, name in ipairs(LUA) do
    found[name] = _G[name]
  end
  found._G = found
  found.print = function(...)
    local words = table.pack(...)
    for position = 1, words.n do
      words[position] = tostring(words[position])
    end
    runtime.printed[#runtime.printed + 1] = table.concat(words, "\t")
  end
  found.promise = promise
  found.json = { null = setmetatable({}, { __name = "json.null" }) }
  found.Citizen = { Await = runtime.await }
  found.CreateThread = function(body)
    runtime:thread(resource, body)
  end
  found.Citizen.CreateThread = found.CreateThread
  found.Wait = function(milliseconds)
    coroutine.yield(function(go)
      runtime:after(resource, milliseconds, go)
    end)
  end
  found.SetTimeout = function(milliseconds, body)
    return runtime:after(resource, milliseconds, function()
      runtime:thread(resource, body)
    end)
  end
  found.ClearTimeout = function(timer)
    runtime.timers[timer] = nil
  end
  found.GetGameTimer = function()
    return math.floor(socket.gettime() * 1000)
  end
  found.IsDuplicityVersion = function()
    return not resource.onClient
  end
  found.GetCurrentResourceName = function()
    return resource.name
  end
  found.GetConvar = function(name, otherwise)
    return runtime.convars[name] or otherwise
  end
  found.PerformHttpRequest = function(...)
    request(runtime, resource, ...)
  end
  found.AddEventHandler = function(event, body)
    resource.handlers[event] = resource.handlers[event] or {}
    table.insert(resource.handlers[event], body)
  end
  found.RegisterCommand = function(name, body)
    runtime.commands[name] = { resource = resource, body = body }
  end
  found.ExecuteCommand = function(line)
    runtime.executed[#runtime.executed + 1] = line
  end
  found.GetPlayerIdentifierByType = function(player, kind)
    return (runtime.players[tonumber(player)] or {})[kind]
  end
  found.GetPlayerName = function(player)
    return (runtime.players[tonumber(player)] or {}).name
  end
  found.TriggerClientEvent = function(event, player, ...)
    runtime.told = runtime.told or {}
    table.insert(runtime.told, { event = event, player = player, ... })
  end
  found.exports = exports(runtime, resource)
  return found
end

--- Starts a resource with the scripts at these paths, in this order.
function Runtime:start(name, paths, change)
  local resource = { name = name, exported = {}, handlers = {} }
  for key, value in pairs(change or {}) do
    resource[key] = value
  end
  resource.globals = globals(self, resource)
  self.resources[name] = resource
  for _, path in ipairs(paths) do
    local chunk, problem
    if path:find("\n") then
      chunk, problem = load(path, "=" .. name, "t", resource.globals)
    else
      chunk, problem = loadfile(path, "t", resource.globals)
    end
    assert(chunk, problem)
    chunk()
  end
  return resource.globals
end

--- Tells all resources of an event.
function Runtime:event(event, ...)
  local arguments = table.pack(...)
  for _, resource in pairs(self.resources) do
    for _, body in ipairs(resource.handlers[event] or {}) do
      self:thread(resource, function()
        resource.globals.source = self.source
        body(table.unpack(arguments, 1, arguments.n))
      end)
    end
  end
end

function Runtime:stop(name)
  self:event("onResourceStop", name)
  self.resources[name].stopped = true
end

function Runtime:command(name, player, ...)
  local command = assert(self.commands[name], "no such command")
  local arguments = { ... }
  self:thread(command.resource, function()
    command.body(player, arguments, name)
  end)
end

--- Lets the loop run until something is so.
function Runtime:run_until(so)
  local limit = socket.gettime() + 60
  while not so() do
    assert(#self.errors == 0, table.concat(self.errors, "\n"))
    assert(socket.gettime() < limit, "it never came to that")
    for task in pairs(self.tasks) do
      if task() then
        self.tasks[task] = nil
      end
    end
    local due = {}
    for timer in pairs(self.timers) do
      if timer.due <= socket.gettime() then
        due[#due + 1] = timer
      end
    end
    for _, timer in ipairs(due) do
      self.timers[timer] = nil
      if not timer.resource.stopped then
        timer.body()
      end
    end
    socket.sleep(0.001)
  end
end

--- Runs a body in a thread of a resource to its end, and gives what it returns.
function Runtime:await_in(name, body)
  local results
  self:thread(self.resources[name], function()
    results = table.pack(body(self.resources[name].globals))
  end)
  self:run_until(function()
    return results ~= nil
  end)
  return table.unpack(results, 1, results.n)
end

return Runtime
