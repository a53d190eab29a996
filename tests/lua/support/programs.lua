--- Starts the emulator and the gateway for a run of tests, and ends them with it.

local http = require("socket.http")
local ltn12 = require("ltn12")

local programs = {}

local function started(line)
  local pipe = assert(io.popen("echo $$; exec " .. line .. " 2>/dev/null"))
  local pid = assert(pipe:read("*l"))
  local ready = assert(pipe:read("*l"), "it does not start: " .. line)
  return { pid = pid, pipe = pipe, url = assert(ready:match('"url":"([^"]+)"'), ready) }
end

local function program(name)
  return assert(os.getenv(name), "set " .. name .. " to the program")
end

function programs.emulator(more)
  return started(("'%s' --port 0 %s"):format(program("SONORAN_EMULATOR"), more or "--limits off"))
end

function programs.gateway(emulator, more)
  local line = "env SONORAN_GATEWAY_API_KEY=YOUR_API_KEY '%s' --community-id YOUR_COMMUNITY_ID --port 0 --api-url %s --log off %s"
  return started(line:format(program("SONORAN_GATEWAY"), emulator.url, more or ""))
end

--- A server that answers by what the path begins with, see `answers.lua`.
function programs.answers(folder)
  return started(("'%s' '%s/answers.lua'"):format(os.getenv("SONORAN_LUA") or "lua5.4", folder))
end

function programs.stop(program)
  os.execute("kill " .. program.pid)
  program.pipe:close()
end

--- Asks a page, such as the emulator's admin side.
function programs.ask(url, method, body)
  local parts = {}
  local came, status = http.request({
    url = url,
    method = method or "GET",
    source = ltn12.source.string(body or ""),
    headers = { ["Content-Length"] = tostring(#(body or "")) },
    sink = ltn12.sink.table(parts),
  })
  assert(came, status)
  assert(status < 300, table.concat(parts))
  return table.concat(parts)
end

return programs
