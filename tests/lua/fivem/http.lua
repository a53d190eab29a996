--- HTTP as a FiveM server has it: one request each time, not waited for, and given up when nothing comes for a while.

local socket = require("socket")

local http = {}

--- The status, the headers and the body of a whole answer, or nil.
local function parse(received)
  local head, body = received:match("^(.-\r\n)\r\n(.*)$")
  local status = head and tonumber(head:match("^HTTP/1%.1 (%d+)"))
  if not status then
    return nil
  end
  local headers = {}
  for name, value in head:gmatch("\r\n([^:\r\n]+): *([^\r\n]*)") do
    headers[name] = value
  end
  local length = tonumber(head:lower():match("\r\ncontent%-length: *(%d+)"))
  if length then
    return #body >= length and status or nil, headers, body
  end
  local whole, position = {}, 1
  while true do
    local size, start = body:match("^(%x+)\r\n()", position)
    size = size and tonumber(size, 16)
    if not size or #body < start + size + 1 then
      return nil
    elseif size == 0 then
      return status, headers, table.concat(whole)
    end
    whole[#whole + 1] = body:sub(start, start + size - 1)
    position = start + size + 2
  end
end

local function failure(words, code)
  return 0, nil, {}, words .. " - CURL error code " .. code .. " (" .. words .. ")"
end

local function text(asked)
  local host, path = asked.url:match("^http://([^/]+)(/.*)$")
  local lines = { asked.method .. " " .. path .. " HTTP/1.1", "Host: " .. host, "Connection: close" }
  for name, value in pairs(asked.headers) do
    lines[#lines + 1] = name .. ": " .. value
  end
  lines[#lines + 1] = "Content-Length: " .. #asked.body
  return host, table.concat(lines, "\r\n") .. "\r\n\r\n" .. asked.body
end

local function exchange(asked)
  local host, whole = text(asked)
  local name, port = host:match("^(.-):(%d+)$")
  local connected = socket.tcp()
  connected:settimeout(5)
  if not connected:connect(name, tonumber(port)) then
    return failure("Couldn't connect to server", 7)
  end
  connected:settimeout(0)
  local sent = 0
  while sent < #whole do
    local last, problem, partly = connected:send(whole, sent + 1)
    sent = last or partly
    if problem and problem ~= "timeout" then
      return failure("Send failure: Connection reset by peer", 55)
    end
    coroutine.yield()
  end
  local received, quiet = "", 0
  while true do
    local piece, problem, partly = connected:receive(65536)
    piece = piece or partly or ""
    received = received .. piece
    quiet = #piece > 0 and 0 or quiet + 1
    local status, headers, body = parse(received)
    if status then
      connected:close()
      if status >= 400 then
        return status, nil, {}, "HTTP " .. status .. ": " .. body
      end
      return status, body, headers, nil
    elseif problem == "closed" then
      return failure("Empty reply from server", 52)
    elseif quiet > asked.patience then
      connected:close()
      return failure("Operation was aborted by an application callback", 42)
    end
    coroutine.yield()
  end
end

--- A request under way: a function to call again until it gives true. `done` is told status, body, headers and failure.
function http.task(asked, done)
  local thread = coroutine.create(function()
    done(exchange(asked))
  end)
  return function()
    assert(coroutine.resume(thread))
    return coroutine.status(thread) == "dead"
  end
end

return http
