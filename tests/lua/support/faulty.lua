--- A server that answers what a test wants, within the loop that the tests run in.

local socket = require("socket")

local faulty = {}

--- Listens: `behave(connected, request)` runs as a coroutine for each request, and may yield to wait.
--- Gives its address, and a function to call again and again.
function faulty.listen(behave)
  local listening = assert(socket.bind("127.0.0.1", 0))
  listening:settimeout(0)
  local _, port = listening:getsockname()
  local threads = {}
  local function serve(connected)
    connected:settimeout(0)
    local received = ""
    while not received:find("\r\n\r\n", 1, true) do
      local piece, problem, partly = connected:receive(65536)
      received = received .. (piece or partly or "")
      if problem == "closed" then
        return
      end
      coroutine.yield()
    end
    behave(connected, received)
  end
  local function step()
    local connected = listening:accept()
    if connected then
      threads[coroutine.create(serve)] = connected
    end
    for thread, sock in pairs(threads) do
      assert(coroutine.resume(thread, sock))
      if coroutine.status(thread) == "dead" then
        sock:close()
        threads[thread] = nil
      end
    end
    return false
  end
  return "http://127.0.0.1:" .. port, step
end

--- Waits within `behave`, for so many turns of the loop.
function faulty.pause(turns)
  for _ = 1, turns do
    coroutine.yield()
  end
end

--- A whole answer.
function faulty.answer(status, kind, body)
  local head = "HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
  return head:format(status, kind, #body, body)
end

return faulty
