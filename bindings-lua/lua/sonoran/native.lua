--- The transport through the native part, which sends the calls itself.

local log = require("sonoran.log")
local null = require("sonoran.null")

local found, native = pcall(require, "sonoran_native")
if not found then
  error(
    "sonoran: the native part, sonoran_native, is not there for this Lua: install the rock for it, or give the option "
      .. "gateway to go through a sonoran-gateway. "
      .. tostring(native),
    0
  )
end

---@type sonoran.Transport
return {
  open = function(options)
    return native.open(options, null, log.write)
  end,
}
