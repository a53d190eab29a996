//! The one function at the boundary, and what is around it.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use mlua::{AnyUserData, Function, IntoLuaMulti, Lua, MultiValue, Table, UserData, UserDataMethods, Value};
use sonoran::process::PerProcess;
use sonoran::{Client, Options};

use crate::arguments::{Refusal, call};
use crate::encode::{Null, encode_options};
use crate::events;
use crate::make::{Marks, make_of_json};
use crate::response::{FAILED, internal, to_lua};
use crate::runtime::{self, release};

const AGENT: &str = concat!("sonoran-lua/", env!("CARGO_PKG_VERSION"));

/// The places of what a connection keeps in Lua.
const NULL: usize = 1;
const HEAR: usize = 2;
const OBJECT: usize = 3;

/// The core's client for one client of Lua: one per process, until it is closed.
pub(crate) struct Connection {
    options: Options,
    inner: PerProcess<Client>,
    closed: Cell<bool>,
    watched: Arc<AtomicBool>,
    #[cfg(feature = "fault-injection")]
    panics: bool,
}

/// A connection from options by name, what stands for null, the metatable of empty objects, and the function that hears
/// of attempts and waits; or nil and what is wrong with the options.
pub(crate) fn open(
    lua: &Lua,
    (options, null, object, hear): (Table, Table, Table, Function),
) -> mlua::Result<MultiValue> {
    answer(lua, || {
        let options = encode_options(&options, &Null::new(null.clone()))?;
        let connection = Connection::new(&options)?;
        let connection = lua.create_userdata(connection)?;
        connection.set_nth_user_value(NULL, &null)?;
        connection.set_nth_user_value(HEAR, &hear)?;
        connection.set_nth_user_value(OBJECT, &object)?;
        Ok(connection)
    })
}

impl Connection {
    fn new(text: &str) -> Result<Self, Refusal> {
        let watched = Arc::new(AtomicBool::new(false));
        let options = Options::from_json(text)?.agent(AGENT);
        let mut connection = Self {
            options: events::hooked(options, Arc::clone(&watched)),
            inner: PerProcess::new(),
            closed: Cell::new(false),
            watched,
            #[cfg(feature = "fault-injection")]
            panics: text.contains(r#""userAgentSuffix":"panic in the binding""#),
        };
        // Whatever the environment says later, a forked child calls the same address.
        let address = connection.open()?.api_url().to_owned();
        connection.options = connection.options.clone().api_url(address);
        Ok(connection)
    }

    /// This process's client, unless it is closed.
    fn open(&self) -> Result<Client, Refusal> {
        if self.closed.get() {
            return Err(Refusal::Misuse("the client is closed: make a new one".to_owned()));
        }
        Ok(self.inner.get(|| Client::new(self.options.clone()))?)
    }

    fn close(&self) {
        self.closed.set(true);
        if let Some(client) = self.inner.take() {
            client.close();
            // A panic must not cross into Lua, nor out of a drop.
            let _ = catch_unwind(AssertUnwindSafe(|| release(client)));
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.close();
    }
}

impl UserData for Connection {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_function("execute", execute);
        methods.add_method("rateLimit", |lua, this, method: String| {
            answer(lua, || {
                let state = this.open()?.rate_limit(&method)?;
                let marks = Marks { null: Value::Nil, object: None };
                Ok(make_of_json::<Value>(lua, &state.to_json(), &marks)?)
            })
        });
        // Whether attempts are told.
        methods.add_method("watch", |_, this, watched: bool| {
            this.watched.store(watched, Ordering::Relaxed);
            Ok(())
        });
        methods.add_method("close", |_, this, ()| {
            this.close();
            Ok(())
        });
    }
}

/// Makes a call and gives its response; or nil and the misuse. The last is what another package has for null.
fn execute(
    lua: &Lua,
    (connection, method, arguments, options, other_null): (
        AnyUserData,
        String,
        Table,
        Option<Table>,
        Option<Value>,
    ),
) -> mlua::Result<MultiValue> {
    let null: Table = connection.nth_user_value(NULL)?;
    let hear: Function = connection.nth_user_value(HEAR)?;
    let this = connection.borrow::<Connection>()?;
    answer(lua, || {
        let client = this.open()?;
        let call = call(&method, &arguments, options.as_ref(), &Null::new(null.clone()), other_null)?;
        events::forget();
        let response = caught(|| {
            #[cfg(feature = "fault-injection")]
            assert!(!this.panics, "injected");
            Ok::<_, Refusal>(runtime::execute(client, call, || events::tell(lua, &hear))??)
        })
        .unwrap_or_else(|| Ok(internal(&method, FAILED.to_owned())))?;
        events::tell_rest(lua, &hear)?;
        let object = connection.nth_user_value(OBJECT)?;
        Ok(to_lua(lua, &method, &response, &Marks { null: Value::Table(null), object })?)
    })
}

/// None after a panic, which must not cross into Lua. Its message is on standard error already.
fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// What Lua is given: a value, or nil and what is wrong.
pub(crate) fn answer<T: IntoLuaMulti>(
    lua: &Lua,
    work: impl FnOnce() -> Result<T, Refusal>,
) -> mlua::Result<MultiValue> {
    let failed = || Err(Refusal::Misuse(FAILED.to_owned()));
    match caught(work).unwrap_or_else(failed) {
        Ok(value) => value.into_lua_multi(lua),
        Err(Refusal::Misuse(problem)) => (Value::Nil, problem).into_lua_multi(lua),
        Err(Refusal::Lua(error)) => Err(error),
    }
}
