//! The native part of the rock `sonoran`: a connection that carries a call into the core and its answer back.
//!
//! Everything a user sees is Lua, in `lua/sonoran`. No function here raises an error for misuse: it returns nil and what
//! is wrong, and the Lua above raises that at the caller's line.

mod arguments;
mod connection;
mod convert;
mod encode;
mod events;
mod process;
mod response;
mod runtime;

use mlua::{Lua, Table};

/// The module `sonoran_native`.
#[mlua::lua_module]
fn sonoran_native(lua: &Lua) -> mlua::Result<Table> {
    let module = lua.create_table()?;
    module.raw_set("version", env!("CARGO_PKG_VERSION"))?;
    module.raw_set("open", lua.create_function(connection::open)?)?;
    Ok(module)
}
