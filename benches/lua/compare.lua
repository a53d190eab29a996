-- What a call costs beside what a script would do instead. `cargo xtask bench lua` runs it.
--
-- All do the same work: encode the payload of setAccountRanksV2, send it, take the whole answer (1.6 KB) apart into
-- tables. The rounds of all are interleaved; each figure is a median with its spread.

local dkjson = require("dkjson")
local http = require("socket.http")
local https = require("ssl.https")
local ltn12 = require("ltn12")
local socket = require("socket")

local Sonoran = require("sonoran")

local ZEROS = "00000000-0000-0000-0000-000000000000"
local PAYLOAD = { accId = ZEROS, add = { "rank-1" }, active = true }
local PATH = "/v2/community/accounts/" .. ZEROS .. "/ranks"
local HEADERS = {
  ["Authorization"] = "Bearer YOUR_API_KEY",
  ["X-Community-Id"] = "YOUR_COMMUNITY_ID",
  ["Content-Type"] = "application/json",
}
local ROUNDS = tonumber(os.getenv("ROUNDS") or 9)
local SECONDS = tonumber(os.getenv("SECONDS_A_ROUND") or 0.4)
-- Beyond it, a figure tells of the machine rather than of the code.
local NOISY = 1.6

local function line_of(command)
  local pipe = assert(io.popen(command))
  local line = pipe:read("*l")
  pipe:close()
  return line
end

--- Starts a program that prints its address, and ends with its input, which is a pipe of ours.
local function started(command)
  local said = os.tmpname()
  local process = assert(io.popen(("exec %s > %s"):format(command, said), "w"))
  while true do
    socket.sleep(0.01)
    local file = assert(io.open(said))
    local line = file:read("*l")
    file:close()
    local address = line and dkjson.decode(line)
    if address then
      os.remove(said)
      return address.url, process
    end
  end
end

local function emulator(program)
  return started(("'%s' --port 0 --limits off --exit-with-parent"):format(program))
end

--- Gives the emulator's answer over TLS, by a certificate that is its own authority.
local function tls_server(answer)
  local folder = line_of("mktemp --directory")
  local roots = folder .. "/roots.pem"
  local form = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
    .. "-addext subjectAltName=DNS:localhost -keyout %s/key.pem -out %s 2> /dev/null && cat %s/key.pem %s > %s/server.pem"
  local made = os.execute(form:format(folder, roots, folder, roots, folder))
  assert(made == true or made == 0, "openssl makes the certificate")
  local file = assert(io.open(folder .. "/answer.json", "w"))
  file:write(answer)
  file:close()
  local url, process = started(("node benches/tls-server.mjs %s --exit-with-parent"):format(folder))
  local pem = assert(io.open(roots))
  local text = pem:read("*a")
  pem:close()
  return url, process, text, folder
end

--- The answer's data, as the official client gives them: all of the text is read.
local function taken_apart(text)
  local answer = assert(dkjson.decode(text))
  assert(answer.success)
  return answer.data
end

local function ours(url, roots)
  local client = Sonoran.createClient({
    apiKey = "YOUR_API_KEY",
    communityId = "YOUR_COMMUNITY_ID",
    apiUrl = url,
    rootCertificates = roots and { roots },
    -- Counted, but never reached.
    ceilings = { setAccountRanksV2 = 100000000 },
  })
  return function()
    return client.cms:setAccountRanksV2(ZEROS, PAYLOAD):unwrap()
  end
end

--- The text of the answer to a request of LuaSocket or LuaSec, which open a connection for each.
local function requested(library, url)
  local body, parts = dkjson.encode(PAYLOAD), {}
  local headers = { ["Content-Length"] = tostring(#body) }
  for name, value in pairs(HEADERS) do
    headers[name] = value
  end
  local _, status = library.request({
    method = "PATCH",
    url = url .. PATH,
    headers = headers,
    source = ltn12.source.string(body),
    sink = ltn12.sink.table(parts),
  })
  assert(status == 200, status)
  return table.concat(parts)
end

--- The official client's way in plain Lua. LuaSec checks no certificates unless it is told to, which spares it work.
local function by_library(library, url)
  return function()
    return taken_apart(requested(library, url))
  end
end

--- The least that keeps a connection: LuaSocket's sockets, and as much HTTP as this one answer needs.
local function by_hand(url)
  local host, port = url:match("^http://([^:/]+):(%d+)$")
  local connected = assert(socket.connect(host, tonumber(port)))
  connected:setoption("tcp-nodelay", true)
  local head = ("PATCH %s HTTP/1.1\r\nHost: %s:%s\r\n"):format(PATH, host, port)
  for name, value in pairs(HEADERS) do
    head = head .. ("%s: %s\r\n"):format(name, value)
  end
  return function()
    local body = dkjson.encode(PAYLOAD)
    assert(connected:send(("%sContent-Length: %d\r\n\r\n%s"):format(head, #body, body)))
    assert(assert(connected:receive("*l")):find("^HTTP/1%.1 200 "))
    local length
    local line = assert(connected:receive("*l"))
    while line ~= "" do
      local name, value = line:match("^([^:]+):%s*(.-)%s*$")
      if name:lower() == "content-length" then
        length = tonumber(value)
      end
      line = assert(connected:receive("*l"))
    end
    return taken_apart(assert(connected:receive(length)))
  end
end

--- A process for each call, for want of a library.
local function by_curl(url)
  local words = { "curl --silent --fail --request PATCH" }
  for name, value in pairs(HEADERS) do
    words[#words + 1] = ("--header '%s: %s'"):format(name, value)
  end
  local command = table.concat(words, " ") .. " --data '%s' " .. url .. PATH
  return function()
    local pipe = assert(io.popen(command:format(dkjson.encode(PAYLOAD))))
    local text = pipe:read("*a")
    pipe:close()
    return taken_apart(text)
  end
end

--- Calls a second, and microseconds of this process's CPU a call, over one round.
local function round(call)
  local calls, began, used = 0, socket.gettime(), os.clock()
  local elapsed
  repeat
    call()
    calls = calls + 1
    elapsed = socket.gettime() - began
  until elapsed >= SECONDS
  return { rate = calls / elapsed, cost = (os.clock() - used) / calls * 1e6 }
end

local function spread(values, digits)
  table.sort(values)
  local form = "%." .. digits .. "f"
  local noise = values[#values] <= NOISY * values[1] and "" or " NOISY"
  local text = ("%s (%s to %s)%s"):format(form, form, form, noise)
  return text:format(values[math.ceil(#values / 2)], values[1], values[#values])
end

local function each(samples, take)
  local values = {}
  for at, sample in ipairs(samples) do
    values[at] = take(sample, at)
  end
  return values
end

--- Prints how all of them do.
local function compare(peers, title)
  for _, peer in ipairs(peers) do
    peer.samples = {}
    round(peer.call)
  end
  for _ = 1, ROUNDS do
    for _, peer in ipairs(peers) do
      peer.samples[#peer.samples + 1] = round(peer.call)
    end
  end
  print(("\n## %s, %s\n"):format(jit and jit.version or _VERSION, title))
  print("| | calls a second | CPU a call, µs | sonoran is so many times as quick |\n|---|---|---|---|")
  for _, peer in ipairs(peers) do
    local rate = spread(each(peer.samples, function(sample)
      return sample.rate
    end), 0)
    -- The work of other processes is not counted.
    local cost = peer.elsewhere and "" or spread(each(peer.samples, function(sample)
      return sample.cost
    end), 1)
    -- Of one round each, which the machine has treated alike.
    local ratio = peer.aim and ("%s; aim %s"):format(spread(each(peer.samples, function(sample, at)
      return peers[1].samples[at].rate / sample.rate
    end), 2), peer.aim) or ""
    print(("| %s | %s | %s | %s |"):format(peer.name, rate, cost, ratio))
  end
end

--- With servers of their own.
local function compare_all(program, cores)
  local url, process = emulator(program)
  local peers = {
    { name = "sonoran", call = ours(url) },
    { name = "LuaSocket, a connection a call", call = by_library(http, url), aim = 5 },
    { name = "LuaSocket by hand, one connection", call = by_hand(url), aim = 1.2 },
  }
  if line_of("command -v curl") then
    peers[#peers + 1] = { name = "a curl a call", call = by_curl(url), aim = 5, elsewhere = true }
  end
  compare(peers, cores)
  local tls_url, tls_process, roots, folder = tls_server(requested(http, url))
  compare({
    { name = "sonoran", call = ours(tls_url, roots) },
    { name = "LuaSec, a connection a call", call = by_library(https, tls_url), aim = 5 },
  }, "TLS, " .. cores)
  process:close()
  tls_process:close()
  os.execute("rm -r " .. folder)
end

print(("%s, %s cores, load %s"):format(
  line_of("sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1"),
  line_of("nproc"),
  line_of("cut -d ' ' -f 1 /proc/loadavg")
))
compare_all(arg[1], "all cores")
-- This process, and with it the server that it starts.
local pinned = os.execute("taskset --cpu-list --pid 0 " .. line_of("echo $PPID") .. " > /dev/null 2>&1")
if pinned == true or pinned == 0 then
  compare_all(arg[1], "one core")
else
  print("\none core: skipped, there is no taskset")
end
