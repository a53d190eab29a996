-- Receives push events and looks the account up before acting on them, with LuaSocket.
--
--     lua events.lua 8080
--
-- SONORAN_API_KEY and SONORAN_COMMUNITY_ID are the credential, which the emulator has as YOUR_API_KEY and
-- YOUR_COMMUNITY_ID; SONORAN_CMS_API_URL is the emulator's address. Events come over plain HTTP and are not signed: listen
-- on a private address, and have TLS in front.

local socket = require("socket")
local Sonoran = require("sonoran")

local KEY = assert(os.getenv("SONORAN_API_KEY"), "SONORAN_API_KEY is not set")
local PORT = assert(tonumber(arg[1]), "usage: lua events.lua PORT")
local LARGEST = 256 * 1024

local client = Sonoran.createClient({ apiKey = KEY, communityId = os.getenv("SONORAN_COMMUNITY_ID") })
local events = Sonoran.eventReader(KEY)

--- What the service itself says of the account now.
local function looked_up(account)
  if not account then
    return "is of no account"
  end
  -- What is no account's id is refused by raising an error, and whoever sends events says what stands in them.
  local fits, response = pcall(client.cms.getAccountV2, client.cms, account)
  if not fits then
    return "is not looked up: " .. response
  end
  return response.success and "is " .. response.data.accName or "cannot be looked up: " .. response.reason
end

--- Reads a request; gives its body, or nil where it is none.
local function body_of(connection)
  local length
  repeat
    local line = connection:receive("*l")
    length = line and line:lower():match("^content%-length: *(%d+)") or length
  until not line or line == ""
  length = tonumber(length)
  return length and length <= LARGEST and connection:receive(length) or nil
end

local function answer(connection, status)
  connection:send(("HTTP/1.1 %d \r\ncontent-length: 0\r\nconnection: close\r\n\r\n"):format(status))
  connection:close()
end

local server = assert(socket.bind("127.0.0.1", PORT))
io.stdout:setvbuf("line")
print(("ready http://127.0.0.1:%d/sonorancms/events"):format(PORT))
while true do
  local connection = server:accept()
  if connection then
    -- Seconds of silence after which a connection is given up.
    connection:settimeout(10)
    local event, refusal = events:read(body_of(connection) or "")
    answer(connection, event and 204 or refusal.status)
    if event then
      print(("%s %s %s"):format(event.type, tostring(event.accountId), looked_up(event.accountId)))
    end
  end
end
