-- Limits shared with other programs, through a server.

local harness = require("harness")
local support = require("support")
local Sonoran = require("sonoran")

local test, equal, refused = harness.test, harness.equal, harness.refused
local ZEROS = support.ZEROS

local function line_of(words)
  local pipe = assert(io.popen(words))
  local line = pipe:read("*l")
  pipe:close()
  return line
end

local program = line_of("command -v valkey-server || command -v redis-server")

--- A server at a socket in a folder; it ends with what is given to run.
local function with_server(run)
  local folder = line_of("mktemp -d")
  local options = ("--port 0 --save '' --unixsocket %s/socket --dir %s"):format(folder, folder)
  local said = assert(io.popen(("echo $$; exec %s %s"):format(program, options)))
  local pid = said:read("*l")
  repeat
    local line = assert(said:read("*l"), program .. " has ended")
  until line:find("ready to accept connections", 1, true)
  local fine, problem = pcall(run, folder)
  os.execute("kill -9 " .. pid)
  said:close()
  os.execute("rm -r " .. folder)
  assert(fine, problem)
end

if not program then
  harness.skip("all that name a server share the limits", "neither valkey-server nor redis-server is installed")
else
  test("all that name a server share the limits", function()
    local world = support.emulator().admin("POST", "worlds", {})
    with_server(function(folder)
      -- By another name it is another one: two such clients know of each other through the server alone.
      os.execute(("ln -s socket %s/other"):format(folder))
      local clients = {}
      for position, name in ipairs({ "socket", "other" }) do
        clients[position] = support.client({
          apiKey = world.key,
          communityId = world.communityId,
          rateLimit = "error",
          ceilings = { getAccountV2 = 3 },
          shareLimits = ("unix:%s/%s"):format(folder, name),
        })
      end
      for _, position in ipairs({ 1, 2, 1 }) do
        equal(nil, clients[position].cms:getAccountV2(ZEROS).reason)
      end
      for _, client in ipairs(clients) do
        equal("rateLimited", client.cms:getAccountV2(ZEROS).error.kind)
        equal(0, client:rateLimit("getAccountV2").free)
        client:close()
      end
    end)
  end)
end

test("a server's address that is none is refused, and its password shown to nobody", function()
  local told = refused("shareLimits", function()
    local client = Sonoran.createClient(support.options({ rateLimit = "wait", shareLimits = "redis://:hunter2@" }))
    return client
  end)
  assert(not told:find("hunter2", 1, true), told)
end)
