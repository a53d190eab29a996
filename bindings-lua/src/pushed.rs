//! Push events: the keys that prove them, and a body read with these.

use mlua::{Lua, LuaString, MultiValue, Table, UserData, UserDataMethods, Value};
use sonoran::{EventKeys, parse_event};

use crate::connection::answer;
use crate::make::{Marks, make_of_json};

/// The keys that events may carry. Lua never gets them back.
pub(crate) struct Keys(EventKeys);

/// The keys of a list of texts; or nil and what is wrong with them.
#[allow(clippy::needless_pass_by_value)] // mlua hands over what it has read.
pub(crate) fn keys(lua: &Lua, keys: Vec<String>) -> mlua::Result<MultiValue> {
    answer(lua, || Ok(lua.create_userdata(Keys(EventKeys::new(keys)?))?))
}

impl UserData for Keys {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        // The fields of the event, or those of its refusal, which has a `kind`.
        methods.add_method("read", |lua, this, (body, null, object): (LuaString, Table, Table)| {
            answer(lua, || {
                let text = match parse_event(body.as_bytes(), &this.0) {
                    Ok(event) => event.to_json(),
                    Err(refusal) => refusal.to_json(),
                };
                let marks = Marks { null: Value::Table(null), object: Some(object) };
                Ok(make_of_json::<Table>(lua, &text, &marks)?)
            })
        });
    }
}
