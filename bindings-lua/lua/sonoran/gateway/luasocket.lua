--- HTTP by LuaSocket, and LuaSec for https.

local certificate = require("sonoran.gateway.certificate")
local http = require("socket.http")
local ltn12 = require("ltn12")
local socket = require("socket")

local host = { now = socket.gettime }

function host.ready()
  return nil
end

--- What LuaSocket says of a name that is none.
local function isOfNames(words)
  return string.find(words, "not known") or string.find(words, "host or service") or string.find(words, "resolution")
    or string.find(words, "No address")
end

--- What went wrong: `unsent` until the connection is made, and the certificate is the gateway's.
local function problem(words, kind, request, unsent)
  words = tostring(words)
  if words == "timeout" or words == "wantread" or words == "wantwrite" then
    local seconds = string.format("%g", request.timeout)
    return { kind = "timeout", unsent = unsent, reason = "The gateway gave no answer within " .. seconds .. " s." }
  end
  kind = isOfNames(words) and "dns" or kind
  return { kind = kind, unsent = unsent, reason = "The gateway is not reached: " .. words .. "." }
end

--- What is to be done about what OpenSSL says.
local ADVICE = {
  ["wrong version number"] = " (it speaks no TLS: its address begins with http:// then)",
  ["certificate verify failed"] = " (name the authority of its certificate in SSL_CERT_FILE)",
}

--- TLS on a connection with the gateway of this name; or nil and why there is none.
local function secured(ssl, plain, name, left)
  local made, failed = ssl.wrap(plain, {
    mode = "client",
    protocol = "any",
    verify = "peer",
    options = { "all", "no_sslv2", "no_sslv3", "no_tlsv1", "no_tlsv1_1" },
    cafile = os.getenv("SSL_CERT_FILE") or "/etc/ssl/certs/ca-certificates.crt",
  })
  if not made then
    return nil, failed
  end
  -- Addresses have no server name.
  if string.find(name, "%a") and not string.find(name, ":", 1, true) then
    made:sni(name)
  end
  made:settimeout(left, "t")
  local shaken, wrong = made:dohandshake()
  if shaken then
    local peer = made:getpeercertificate()
    wrong = certificate.problem(peer and peer:extensions(), name)
  end
  if wrong then
    made:close()
    return nil, wrong .. (ADVICE[wrong] or "")
  end
  return made
end

--- A socket for one request, as `socket.http` uses it. Each of its steps has what is left of the whole time, since
--- LuaSocket bounds steps alone, and a server that trickles has no end.
local function bounded(request, name, ssl, state)
  local over = socket.gettime() + request.timeout
  local function left()
    return math.max(over - socket.gettime(), 0)
  end
  return function()
    local inner, failed = socket.tcp()
    if not inner then
      return nil, failed
    end
    local outer = {}
    function outer:connect(to, port)
      inner:settimeout(left(), "t")
      local connected, refused = inner:connect(to, port)
      if connected and ssl then
        state.kind = "tls"
        local safe
        safe, refused = secured(ssl, inner, name, left())
        connected, inner = safe, safe or inner
      end
      state.unsent = not connected
      state.kind = connected and "connect" or state.kind
      return connected and 1 or nil, refused
    end
    function outer:settimeout()
      return 1
    end
    for _, step in ipairs({ "send", "receive" }) do
      outer[step] = function(_, ...)
        inner:settimeout(left(), "t")
        return inner[step](inner, ...)
      end
    end
    for _, step in ipairs({ "close", "getfd", "dirty" }) do
      outer[step] = function()
        return inner[step](inner)
      end
    end
    return outer
  end
end

function host.http(request)
  local parts = {}
  local scheme, name, port = string.match(request.url, "^(%a+)://([^%[:/]+):?(%d*)")
  if not scheme then
    scheme, name, port = string.match(request.url, "^(%a+)://%[([^%]]*)%]:?(%d*)")
  end
  local ssl
  if scheme == "https" then
    local found
    found, ssl = pcall(require, "ssl")
    if not found then
      return nil, { kind = "tls", unsent = true, reason = "A gateway with https wants LuaSec: luarocks install luasec." }
    end
  end
  local state = { unsent = true, kind = "connect" }
  local asked = {
    url = request.url,
    port = port ~= "" and port or ssl and "443" or "80",
    method = "POST",
    redirect = false,
    source = ltn12.source.string(request.body),
    sink = ltn12.sink.table(parts),
    headers = { ["Content-Length"] = tostring(#request.body), Host = string.match(request.url, "^%a+://([^/]+)") },
    create = bounded(request, name, ssl, state),
  }
  for header, value in pairs(request.headers) do
    asked.headers[header] = value
  end
  local came, status, headers = http.request(asked)
  if not came then
    return nil, problem(status, state.kind, request, state.unsent)
  end
  return status, headers, table.concat(parts)
end

return host
