--- What other resources find at `exports.sonoran`, in any language. Scripts in Lua better load `@sonoran/sonoran.lua`,
--- whose calls do not cross from one resource to another.

--- JSON's null does not cross: it is left out.
local function crossing(value)
  if value == Sonoran.null then
    return nil
  elseif type(value) ~= "table" then
    return value
  end
  local copy = {}
  for key, entry in pairs(value) do
    copy[key] = crossing(entry)
  end
  return copy
end

--- Whether it is the object before the colon, which JavaScript and C# do not give.
local function isSelf(value)
  return type(value) == "table" and value.sonoran == true
end

local function arguments(first, ...)
  if isSelf(first) then
    return ...
  end
  return first, ...
end

--- The methods of an object for other resources, each with what it gives made fit to cross.
local function methodsOf(object, fit)
  local methods = { sonoran = true }
  for name, method in pairs(getmetatable(object).__index) do
    if type(method) == "function" and string.sub(name, 1, 2) ~= "__" then
      methods[name] = function(...)
        return fit(method(object, arguments(...)))
      end
    end
  end
  return methods
end

--- Of a walk crosses what gives its next item, and nil after the last.
local function step(walk)
  return function()
    return crossing(walk())
  end
end

--- A client whose methods other resources can call.
local function createClient(options)
  local client = Sonoran.createClient(options)
  return {
    sonoran = true,
    cms = methodsOf(client.cms, crossing),
    walk = methodsOf(client.walk, step),
    rateLimit = function(...)
      return client:rateLimit((arguments(...)))
    end,
    setLogLevel = function(...)
      client:setLogLevel((arguments(...)))
    end,
    close = function()
      client:close()
    end,
  }
end

exports('createClient', createClient)

AddEventHandler('onResourceStop', function(name)
  if name == GetCurrentResourceName() then
    Sonoran.stop(name)
  end
end)
