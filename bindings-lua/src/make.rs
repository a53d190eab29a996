//! Makes Lua values in one protected call: one for each table and field would cost several times what they do.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::slice::Iter;

use mlua::{Error, Lua, Result, Table, Value, ffi};

use crate::convert::{Item, Items};

/// What Lua has no values for.
pub(crate) struct Marks {
    /// Stands for null.
    pub(crate) null: Value,
    /// The metatable of an empty object, so that it is one when it is sent again.
    pub(crate) object: Option<Table>,
}

/// Where these lie on the stack.
const NULL: c_int = 1;
const OBJECT: c_int = 2;

/// What a table, a name and a value in it need of the stack.
const SLOTS: c_int = 3;

/// The Lua value of the items.
pub(crate) fn make<T: mlua::FromLua>(lua: &Lua, items: &Items<'_>, marks: &Marks) -> Result<T> {
    // SAFETY: the closure runs in a protected call with both marks as its arguments, and leaves one value in their place.
    // Where Lua is out of memory or stack it jumps over the frames of the closure and of `push`, which own nothing that
    // has to be dropped and cannot panic: the items are borrowed from this frame.
    unsafe {
        lua.exec_raw((marks.null.clone(), marks.object.clone()), |state| {
            push(state, &mut items.0.iter());
            ffi::lua_replace(state, 1);
            ffi::lua_settop(state, 1);
        })
    }
}

/// The Lua value that JSON text stands for.
pub(crate) fn make_of_json<T: mlua::FromLua>(lua: &Lua, text: &str, marks: &Marks) -> Result<T> {
    make(lua, &Items::read(text).map_err(Error::runtime)?, marks)
}

/// Pushes the next value with all that is in it.
///
/// # Safety
///
/// It must run in a protected call, with the marks at their places and room for a value on the stack.
unsafe fn push(state: *mut ffi::lua_State, rest: &mut Iter<'_, Item<'_>>) {
    // SAFETY: each value is pushed to where there is room for it, and what is set is a table that was just made. As deep as
    // text is read, so deep this calls itself.
    unsafe {
        match rest.next() {
            None => ffi::lua_pushnil(state),
            Some(Item::Null) => ffi::lua_pushvalue(state, NULL),
            Some(Item::Boolean(flag)) => ffi::lua_pushboolean(state, c_int::from(*flag)),
            Some(Item::Integer(number)) => push_integer(state, *number),
            Some(Item::Number(number)) => ffi::lua_pushnumber(state, *number),
            Some(Item::Text(text)) => {
                ffi::lua_pushlstring(state, text.as_ptr().cast(), text.len());
            }
            Some(Item::List(count)) => {
                push_table(state, *count, 0);
                for position in (1..).take(*count) {
                    push(state, rest);
                    ffi::lua_rawseti(state, -2, position);
                }
            }
            Some(Item::Object(count)) => {
                push_table(state, 0, *count);
                if *count == 0 {
                    ffi::lua_pushvalue(state, OBJECT);
                    ffi::lua_setmetatable(state, -2);
                }
                for _ in 0..*count {
                    push(state, rest);
                    push(state, rest);
                    ffi::lua_rawset(state, -3);
                }
            }
        }
    }
}

/// Before Lua 5.3 it is a float, and has all its digits as one.
///
/// # Safety
///
/// There must be room for it on the stack.
#[allow(clippy::cast_precision_loss)]
unsafe fn push_integer(state: *mut ffi::lua_State, number: i64) {
    // SAFETY: as its caller promises.
    unsafe {
        #[cfg(any(feature = "lua53", feature = "lua54"))]
        ffi::lua_pushinteger(state, number);
        #[cfg(not(any(feature = "lua53", feature = "lua54")))]
        ffi::lua_pushnumber(state, number as f64);
    }
}

/// Pushes an empty table with room for so much, and has room on the stack for what is put into it.
///
/// # Safety
///
/// It must run in a protected call.
unsafe fn push_table(state: *mut ffi::lua_State, items: usize, fields: usize) {
    // SAFETY: where there is no room an error is raised, which the caller allows.
    unsafe {
        ffi::luaL_checkstack(state, SLOTS, c"the answer is nested too deeply".as_ptr());
        let [items, fields] = [items, fields].map(|count| c_int::try_from(count).unwrap_or_default());
        ffi::lua_createtable(state, items, fields);
    }
}
