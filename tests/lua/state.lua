-- What one call writes the next one reads; failures, limits, events of a call, the log, and the end of a client.

local harness = require("harness")
local support = require("support")
local socket = require("socket")
local Sonoran = require("sonoran")

local test, equal, refused = harness.test, harness.equal, harness.refused
local ZEROS = support.ZEROS

--- A key of its own on the emulator, since each limiter is shared by address and key.
local function fresh_world()
  local world = support.emulator().admin("POST", "worlds", {})
  return world
end

test("what is written is read back", function()
  support.emulator()
  local cms = support.client().cms
  equal(true, cms:setAccountNameV2(ZEROS, { newName = "Ünï" }).success)
  equal("Ünï", cms:getAccountV2(ZEROS).data.accName)
end)

test("a failure is a response, which tells what to do", function()
  support.emulator()
  local response = support.client().cms:getAccountV2("99999999-9999-4999-8999-999999999999")
  equal(false, response.success)
  equal(404, response.status)
  equal("notFound", response.error.kind)
  equal("getAccountV2", response.error.operation)
  equal(false, response.error.outcomeUnknown)
  equal(nil, response.error.retryAfter)
  equal(404, response.error.problem.status)
  equal(nil, response.data)
  assert(tostring(response):find("^getAccountV2: 404, "), tostring(response))
  refused("getAccountV2: 404, ", function()
    response:unwrap()
  end)
end)

test("nobody who listens is a failure of kind connect", function()
  local response = support.client({ apiUrl = "http://127.0.0.1:9", retries = 0 }).cms:getCommunityV2()
  equal("connect", response.error.kind)
  equal(nil, response.status)
  assert(tostring(response):find("^getCommunityV2: no answer, "), tostring(response))
end)

test("a wrong key is a failure of kind auth, and no key shows", function()
  local client = support.client({ apiKey = "hunter2-key", userAgentSuffix = "hidden" })
  local response = client.cms:getCommunityV2()
  equal("auth", response.error.kind)
  local show = require("sonoran.show")
  for _, told in ipairs({ show(client), show(client.cms), tostring(client), tostring(response), show(response) }) do
    assert(not told:find("hunter2", 1, true), told)
  end
end)

test("a limit is waited out, and told", function()
  local world = fresh_world()
  local window, waits = 0.7, {}
  local client = support.client({
    apiKey = world.key,
    communityId = world.communityId,
    rateLimit = "wait",
    ceilings = { getSubVersionV2 = 1 },
    rateWindow = window * 1000,
    onWait = function(waiting)
      waits[#waits + 1] = waiting
    end,
  })
  local began = socket.gettime()
  equal(0, client.cms:getSubVersionV2().waited)
  local second_began = socket.gettime()
  local second = client.cms:getSubVersionV2()
  equal(true, second.success)
  -- On a machine that was busy with other things the slot may have been free again.
  assert(second.waited > 0 or second_began - began >= window)
  for _, waiting in ipairs(waits) do
    equal("getSubVersionV2", waiting.operation)
  end
end)

test("a limit that leaves no slot is a failure where that is wanted, and is known before", function()
  local world = fresh_world()
  local client = support.client({
    apiKey = world.key,
    communityId = world.communityId,
    rateLimit = "error",
    ceilings = { getSubVersionV2 = 1 },
  })
  equal(1, client:rateLimit("getSubVersionV2").free)
  equal(nil, client:rateLimit("getSubVersionV2").nextFreeIn)
  equal(true, client.cms:getSubVersionV2().success)
  local state = client:rateLimit("getSubVersionV2")
  equal(0, state.free)
  assert(state.nextFreeIn > 0)
  local refusal = client.cms:getSubVersionV2()
  equal("rateLimited", refusal.error.kind)
  equal(0, refusal.attempts)
  assert(refusal.error.retryAfter > 0)
end)

test("attempts are told", function()
  support.emulator()
  local attempts = {}
  local client = support.client({
    onAttempt = function(attempt)
      attempts[#attempts + 1] = attempt
    end,
  })
  client.cms:getSubVersionV2()
  equal(1, #attempts)
  equal("getSubVersionV2", attempts[1].operation)
  equal(1, attempts[1].number)
  equal(200, attempts[1].status)
  equal(nil, attempts[1].pause)
  assert(attempts[1].elapsed > 0)
end)

test("a callback that fails leaves its call alone", function()
  support.emulator()
  local client = support.client({
    onAttempt = function()
      error("on purpose")
    end,
  })
  equal(true, client.cms:getCommunityV2().success)
end)

test("a callback may make a call of its own", function()
  support.emulator()
  local client, inner
  client = support.client({
    onAttempt = function(attempt)
      if attempt.operation == "getCommunityV2" then
        inner = client.cms:getSubVersionV2().success
      end
    end,
  })
  equal(true, client.cms:getCommunityV2().success)
  equal(true, inner)
end)

test("failed attempts are repeated, and told", function()
  local emulator = support.emulator()
  emulator.admin("POST", "faults", { operation = "getCommunityV2", times = 1, action = { type = "respond", status = 503 } })
  local attempts = {}
  local client = support.client({
    onAttempt = function(attempt)
      attempts[#attempts + 1] = attempt.status
    end,
  })
  local response = client.cms:getCommunityV2()
  equal(true, response.success)
  equal(2, response.attempts)
  equal("503 200", table.concat(attempts, " "))
end)

test("calls work inside coroutines", function()
  support.emulator()
  local cms = support.client().cms
  local routine = coroutine.wrap(function()
    coroutine.yield(cms:getCommunityV2().success)
    coroutine.yield(cms:getSubVersionV2().success)
  end)
  equal(true, routine())
  equal(true, routine())
end)

test("a hook, as Ctrl-C sets one, ends a call that waits", function()
  local world = fresh_world()
  local client = support.client({
    apiKey = world.key,
    communityId = world.communityId,
    rateLimit = "wait",
    ceilings = { getSubVersionV2 = 1 },
  })
  client.cms:getSubVersionV2()
  local began = os.time()
  local fine, problem = pcall(function()
    debug.sethook(function(_, line)
      local info = debug.getinfo(2, "S")
      -- Lua runs there once the call waits, and not before.
      local first = support.line_of(info.source, "^function Connection:hear")
      if first and line > first then
        debug.sethook()
        error("interrupted!")
      end
    end, "l")
    local response = client.cms:getSubVersionV2()
    return response
  end)
  debug.sethook()
  equal(false, fine)
  assert(tostring(problem):find("interrupted!", 1, true), tostring(problem))
  assert(os.time() - began < 30)
end)

test("a closed client makes no more calls, and is closed once", function()
  support.emulator()
  local client = support.client()
  equal(true, client.cms:getCommunityV2().success)
  equal("sonoran client", tostring(client))
  client:close()
  client:close()
  equal("sonoran client (closed)", tostring(client))
  refused("the client is closed: make a new one", function()
    local response = client.cms:getCommunityV2()
    return response
  end)
  refused("the client is closed: make a new one", function()
    client:rateLimit("getCommunityV2")
  end)
end)

test("many clients come and go", function()
  support.emulator()
  for _ = 1, 20 do
    equal(true, support.client().cms:getAccountV2(ZEROS).success)
    collectgarbage()
  end
end)

test("the credentials of all products are taken, and those of the CMS are used", function()
  support.emulator()
  local options = support.options({ cmsApiKey = "YOUR_API_KEY", cmsCommunityId = "YOUR_COMMUNITY_ID", cadApiKey = "other" })
  options.apiKey, options.communityId = nil, nil
  equal(true, Sonoran.createClient(options).cms:getCommunityV2().success)
end)

test("the log tells of failures at ERROR, of all at DEBUG, and of nothing else", function()
  support.emulator()
  local log, lines = require("sonoran.log"), {}
  local write = log.write
  log.write = function(line)
    lines[#lines + 1] = line
  end
  local fine, problem = pcall(function()
    local client = support.client()
    client.cms:getCommunityV2()
    equal(0, #lines)
    client:setLogLevel(Sonoran.logLevels.ERROR)
    client.cms:getCommunityV2()
    equal(0, #lines)
    client.cms:getAccountV2("99999999-9999-4999-8999-999999999999")
    equal(1, #lines)
    assert(lines[1]:find("^getAccountV2: 404, "), lines[1])
    client:setLogLevel("debug")
    client.cms:getCommunityV2()
    equal(3, #lines)
    assert(lines[2]:find("^getCommunityV2: attempt 1: status 200, "), lines[2])
    assert(lines[3]:find("^getCommunityV2: status 200 "), lines[3])
  end)
  log.write = write
  assert(fine, problem)
end)

for _, place in ipairs({ "panic in the core", "panic in the binding" }) do
  test("a " .. place .. " is a failure of kind internal", function()
    support.emulator()
    local client = support.client({ userAgentSuffix = place })
    for _ = 1, 2 do
      local response = client.cms:getCommunityV2()
      equal("internal", response.error.kind)
      equal("getCommunityV2", response.error.operation)
      assert(response.reason:find("The library failed", 1, true), response.reason)
    end
    equal(true, support.client().cms:getCommunityV2().success)
  end)
end
