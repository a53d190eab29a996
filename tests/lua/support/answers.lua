--- A server that is no gateway: it answers by what the path begins with.

local socket = require("socket")

local html = "<html><head><title>Welcome to nginx!</title></head></html>"
local function json(text)
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " .. #text .. "\r\n\r\n" .. text
end

local ANSWERS = {
  ["/html"] = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " .. #html .. "\r\n\r\n" .. html,
  ["/moved"] = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
  ["/cut"] = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"success\":true",
  ["/nothing"] = "",
  ["/refusal"] = json('{"success":false,"error":"Unauthorized"}'),
  ["/success"] = json('{"success":true}'),
  ["/failure"] = json('{"success":false}'),
  ["/word"] = json('"success"'),
  ["/noise"] = "what is this\r\n\r\n",
}

local listening = assert(socket.bind("127.0.0.1", 0))
local _, port = listening:getsockname()
print(('{"url":"http://127.0.0.1:%d"}'):format(port))
io.stdout:flush()

local held = {}
while true do
  local connected = listening:accept()
  local line = connected:receive("*l") or ""
  local length = 0
  while true do
    local header = connected:receive("*l")
    if not header or header == "" then
      break
    end
    length = tonumber(header:lower():match("^content%-length: *(%d+)")) or length
  end
  connected:receive(length)
  local answer = ANSWERS[line:match("^%u+ (/%w+)")]
  if line:find("/trickle", 1, true) then
    -- A sign every so often, and never a whole answer.
    connected:settimeout(5)
    connected:send("HTTP/1.1 200 OK\r\nX-Slow: ")
    while connected:send("x") do
      socket.sleep(0.05)
    end
    connected:close()
  elseif answer then
    connected:send(answer)
    connected:close()
  else
    -- Silent.
    held[#held + 1] = connected
  end
end
