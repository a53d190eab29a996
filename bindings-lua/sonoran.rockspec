rockspec_format = "3.0"
package = "sonoran"
version = "0.1.0-1"
source = { url = "git+https://github.com/sonoran-sdk/sonoran.git", tag = "v0.1.0" }
description = {
  summary = "Client for the Sonoran CMS API",
  detailed = "Every operation of the API's documentation under its own name, with rate limits kept, failed requests "
    .. "repeated where that is safe, and honest errors.",
  homepage = "https://github.com/sonoran-sdk/sonoran",
  license = "MIT OR Apache-2.0",
}
supported_platforms = { "unix" }
dependencies = { "lua >= 5.1, < 5.5" }
-- From the sources it takes Rust; a binary rock has the native part for each Lua.
build = {
  type = "command",
  build_command = "$(LUA) bindings-lua/rock.lua build",
  install_command = "$(LUA) bindings-lua/rock.lua install '$(LUADIR)' '$(LIBDIR)'",
}
