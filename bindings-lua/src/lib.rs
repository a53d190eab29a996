//! The native part of the rock `sonoran`: a connection that carries a call into the core and its answer back.
//!
//! Everything a user sees is Lua, in `lua/sonoran`. No function here raises an error for misuse: it returns nil and what
//! is wrong, and the Lua above raises that at the caller's line.

mod arguments;
mod connection;
mod convert;
mod encode;
mod events;
mod make;
mod pushed;
mod response;
mod runtime;

use mlua::{Lua, Table};

/// The module, named for the Lua that it is built for: those for several lie side by side.
#[cfg_attr(feature = "lua54", mlua::lua_module(name = "sonoran_native_lua54"))]
#[cfg_attr(feature = "lua53", mlua::lua_module(name = "sonoran_native_lua53"))]
#[cfg_attr(any(feature = "lua51", feature = "luajit"), mlua::lua_module(name = "sonoran_native_lua51"))]
fn sonoran_native(lua: &Lua) -> mlua::Result<Table> {
    let module = lua.create_table()?;
    module.raw_set("version", env!("CARGO_PKG_VERSION"))?;
    module.raw_set("open", lua.create_function(connection::open)?)?;
    module.raw_set("keys", lua.create_function(pushed::keys)?)?;
    Ok(module)
}
