--- HTTP by LuaSocket, and LuaSec for https.

local http = require("socket.http")
local ltn12 = require("ltn12")
local socket = require("socket")

local host = { now = socket.gettime }

function host.ready()
  return nil
end

--- What went wrong, of the words that LuaSocket and LuaSec have for it.
local function problem(words, request)
  words = tostring(words)
  if words == "timeout" or words == "wantread" then
    local seconds = string.format("%g", request.timeout)
    return { kind = "timeout", reason = "The gateway gave no answer within " .. seconds .. " s." }
  end
  local unsent = string.find(words, "refused") or string.find(words, "unreachable") or string.find(words, "not known")
    or string.find(words, "host or service") or string.find(words, "resolution") or string.find(words, "certificate")
  local kind = string.find(words, "certificate") and "tls"
    or (string.find(words, "not known") or string.find(words, "host or service") or string.find(words, "resolution"))
      and "dns"
    or "connect"
  return { kind = kind, unsent = unsent ~= nil, reason = "The gateway is not reached: " .. words .. "." }
end

--- Sockets that give up when the whole time is over, not a part of it.
local function bounded(request)
  return function()
    local made, failed = socket.tcp()
    if made then
      made:settimeout(request.timeout, "t")
    end
    return made, failed
  end
end

function host.http(request)
  local parts = {}
  local asked = {
    url = request.url,
    method = "POST",
    redirect = false,
    source = ltn12.source.string(request.body),
    sink = ltn12.sink.table(parts),
    headers = { ["Content-Length"] = tostring(#request.body) },
    create = bounded(request),
  }
  for name, value in pairs(request.headers) do
    asked.headers[name] = value
  end
  local client = http
  if string.find(request.url, "^https") then
    local found, https = pcall(require, "ssl.https")
    if not found then
      return nil, { kind = "tls", unsent = true, reason = "A gateway with https wants LuaSec: luarocks install luasec." }
    end
    client, asked.create = https, nil
    asked.verify, asked.options, asked.mode = "peer", "all", "client"
    asked.cafile = os.getenv("SSL_CERT_FILE") or "/etc/ssl/certs/ca-certificates.crt"
    http.TIMEOUT = request.timeout
  end
  local came, status, headers = client.request(asked)
  if not came then
    return nil, problem(status, request)
  end
  return status, headers, table.concat(parts)
end

return host
