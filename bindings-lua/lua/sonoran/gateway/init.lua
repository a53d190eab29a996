--- The transport over a `sonoran-gateway` for plain Lua, by LuaSocket, and LuaSec where the gateway has TLS.

local connection = require("sonoran.gateway.connection")

---@type sonoran.Transport
return {
  open = function(options)
    local found, host = pcall(require, "sonoran.gateway.luasocket")
    if not found then
      return nil, "gateway wants LuaSocket, which is not there for this Lua: luarocks install luasocket"
    end
    return connection.open(host, options)
  end,
}
