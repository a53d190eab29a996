--- Whether a certificate is that of a host (RFC 9525): LuaSec checks who signed it, and leaves the names to its users.

local certificate = {}

--- The extension that has the names.
local NAMES = "2.5.29.17"

--- The eight groups of an address of IPv6 in one form, or nil.
local function groups(text)
  local left, right = string.match(text, "^([%x:]-)::([%x:]*)$")
  local function words(part)
    local list = {}
    for word in string.gmatch(part, "%x+") do
      list[#list + 1] = string.format("%x", tonumber(word, 16))
    end
    return list
  end
  local list = words(left or text)
  if left then
    local after = words(right)
    while #list + #after < 8 do
      list[#list + 1] = "0"
    end
    for _, word in ipairs(after) do
      list[#list + 1] = word
    end
  end
  return string.find(text, ":", 1, true) and #list == 8 and table.concat(list, ":") or nil
end

--- An address in one form, or nil where it is a name.
local function address(text)
  return groups(text) or string.match(text, "^%d+%.%d+%.%d+%.%d+$")
end

--- Whether a name of a certificate is this one. A star stands for one whole label, the left-most.
local function same(pattern, name)
  if pattern == name then
    return true
  end
  local rest = string.match(pattern, "^%*(%.[^*]+%.[^*]+)$")
  return rest ~= nil and string.match(name, "^[^.]+(%..+)$") == rest
end

local function plain(name)
  return (string.gsub(string.lower(name), "%.$", ""))
end

--- What speaks against the certificate of a connection, or nil. Of names only those of subjectAltName count.
---@param extensions table? As LuaSec gives them.
---@param host string As it stands in the gateway's address.
---@return string?
function certificate.problem(extensions, host)
  local names = extensions and extensions[NAMES] or {}
  host = plain(string.match(host, "^%[(.*)%]$") or host)
  local wanted = address(host)
  if wanted then
    for _, given in ipairs(names.iPAddress or {}) do
      if address(string.lower(given)) == wanted then
        return nil
      end
    end
  else
    for _, given in ipairs(names.dNSName or {}) do
      if same(plain(given), host) then
        return nil
      end
    end
  end
  return "its certificate is not for " .. host
end

return certificate
