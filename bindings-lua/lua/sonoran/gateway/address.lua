--- Where the gateway is, as the options say it.

local address = {}

local LOCAL = { localhost = true, ["[::1]"] = true }

local function isLocal(host)
  return LOCAL[host] or string.find(host, "^127%.%d+%.%d+%.%d+$") ~= nil
end

--- The address without a stroke at its end; or nil and what is wrong with it.
---@param given any
---@param allowPlainHttp any
---@return string?, string?
function address.read(given, allowPlainHttp)
  if type(given) ~= "string" then
    return nil, "gateway must be the address of a sonoran-gateway, such as http://127.0.0.1:8643"
  end
  local scheme, host, port, path = string.match(given, "^(%a+)://([%w%.%-]+)(:?%d*)(/?[^%s?#]*)$")
  if not scheme then
    scheme, host, port, path = string.match(given, "^(%a+)://(%[[%x:%.]+%])(:?%d*)(/?[^%s?#]*)$")
  end
  scheme = scheme and string.lower(scheme)
  if scheme ~= "http" and scheme ~= "https" or port == ":" or path ~= "" and string.sub(path, 1, 1) ~= "/" then
    return nil, "gateway must be an address such as http://127.0.0.1:8643 or https://gateway.example.com, "
      .. "without a name, a query or a fragment in it"
  end
  if scheme == "http" and not isLocal(string.lower(host)) and allowPlainHttp ~= true then
    return nil, "gateway must be https beyond this machine, since plain http shows the token to others; "
      .. "allowPlainHttp = true permits it, for test networks"
  end
  return scheme .. "://" .. host .. port .. string.gsub(path, "/+$", "")
end

return address
