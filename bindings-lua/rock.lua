-- What LuaRocks runs to build the rock from the sources, for the Lua that runs this: `build`, then `install LUADIR LIBDIR`.

local version = _VERSION:gsub("%D", "")

local function run(words)
  -- The first is true from Lua 5.2 on, and was the status before.
  local status = os.execute(words)
  if status ~= true and status ~= 0 then
    error("failed: " .. words)
  end
end

local commands = {}

function commands.build()
  run("cargo build --release --locked --package sonoran-lua --no-default-features --features lua" .. version)
end

function commands.install(lua_folder, lib_folder)
  local target = os.getenv("CARGO_TARGET_DIR") or "target"
  local library = target .. "/release/libsonoran_native."
  local opened = io.open(library .. "so", "rb") or io.open(library .. "dylib", "rb")
  local found = assert(opened, "cargo has built no " .. library .. "so")
  local bytes = found:read("*a")
  found:close()
  run(("mkdir -p '%s' '%s'"):format(lua_folder, lib_folder))
  run(("cp -R bindings-lua/lua/. '%s'"):format(lua_folder))
  local written = assert(io.open(("%s/sonoran_native_lua%s.so"):format(lib_folder, version), "wb"))
  written:write(bytes)
  written:close()
end

commands[arg[1]](arg[2], arg[3])
