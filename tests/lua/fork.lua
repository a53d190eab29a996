-- A process that forks: its child makes connections of its own, and neither disturbs the other.

local harness = require("harness")
local support = require("support")

local test, equal = harness.test, harness.equal

--- `fork`, `wait` and `exit` of the system: by LuaJIT's own means, or by luaposix where it is installed.
local function system()
  local is_jit, ffi = pcall(require, "ffi")
  if is_jit then
    ffi.cdef("int fork(void); int waitpid(int, int *, int); void _exit(int);")
    local function wait(child)
      local status = ffi.new("int[1]")
      equal(child, ffi.C.waitpid(child, status, 0))
      return status[0]
    end
    return { fork = ffi.C.fork, wait = wait, exit = ffi.C._exit }
  end
  local is_there, unistd = pcall(require, "posix.unistd")
  if not is_there then
    return nil
  end
  local function wait(child)
    return select(3, require("posix.sys.wait").wait(child))
  end
  return { fork = unistd.fork, wait = wait, exit = unistd._exit }
end

local process = system()

--- Runs a function in a child, which it ends, and gives the child's number.
local function in_child(body)
  local child = process.fork()
  if child == 0 then
    local went, problem = pcall(body)
    if not went then
      io.stderr:write("in the child: ", tostring(problem), "\n")
    end
    process.exit(went and 0 or 1)
  end
  return child
end

local function goes_on_in_both()
  local emulator = support.emulator()
  local client = support.client()
  client.cms:getCommunityV2():unwrap()
  local children = {}
  for number = 1, 3 do
    children[number] = in_child(function()
      client.cms:getCommunityV2():unwrap()
      assert(#client.walk:getAccountsV2():list() > 1)
      if number == 2 then
        client:close()
      elseif number == 3 then
        client = nil
        collectgarbage()
      end
    end)
    client.cms:getCommunityV2():unwrap()
  end
  for _, child in ipairs(children) do
    equal(0, process.wait(child))
  end
  client.cms:getCommunityV2():unwrap()
  equal(1 + 3 * 2 + 3 + 1, #emulator.journal())
end

local function goes_on_from_inside_a_call()
  local emulator = support.emulator()
  local child, client, has_forked
  client = support.client({
    onAttempt = function()
      if not has_forked then
        has_forked = true
        child = in_child(function()
          client.cms:getCommunityV2():unwrap()
        end)
      end
    end,
  })
  client.cms:getSubVersionV2():unwrap()
  equal(0, process.wait(child))
  client.cms:getSubVersionV2():unwrap()
  equal(3, #emulator.journal())
end

for _, each in ipairs({
  { "a client goes on in a process that forked, and in its children", goes_on_in_both },
  { "a child that is forked by a callback makes calls of its own", goes_on_from_inside_a_call },
}) do
  if process then
    test(each[1], each[2])
  else
    harness.skip(each[1], "there is nothing here to fork with")
  end
end
