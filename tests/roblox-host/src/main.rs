//! `sonoran-roblox-host FILE`: runs a script of Luau, which finds of this machine what the tests need, as `host`: files,
//! programs, time, and HTTP on other threads, as a game server's engine has it.

#![forbid(unsafe_code)]

mod http;

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use mlua::chunk::Compiler;
use mlua::{Error, Function, Lua, Result, Table};

/// Programs that end with this one.
#[derive(Default)]
struct Started(Vec<Child>);

impl Drop for Started {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn main() -> ExitCode {
    let Some(file) = std::env::args().nth(1) else {
        eprintln!("usage: sonoran-roblox-host FILE");
        return ExitCode::FAILURE;
    };
    let started = Rc::new(RefCell::new(Started::default()));
    match run(&file, &started) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(file: &str, started: &Rc<RefCell<Started>>) -> Result<bool> {
    let lua = Lua::new();
    // As live servers have it.
    lua.set_compiler(Compiler::new().set_optimization_level(2));
    lua.globals().set("host", host(&lua, started)?)?;
    load(&lua, file)?.call(())
}

fn load(lua: &Lua, file: &str) -> Result<Function> {
    let text = std::fs::read_to_string(file).map_err(|error| Error::runtime(format!("{file}: {error}")))?;
    lua.load(text).set_name(format!("={file}")).into_function()
}

fn host(lua: &Lua, started: &Rc<RefCell<Started>>) -> Result<Table> {
    let host = lua.create_table()?;
    host.set("load", lua.create_function(|lua, file: String| load(lua, &file))?)?;
    host.set("compile", lua.create_function(|lua, text: String| lua.load(text).into_function())?)?;
    host.set(
        "read",
        lua.create_function(|lua, file: String| {
            let bytes = std::fs::read(&file).map_err(|error| Error::runtime(format!("{file}: {error}")))?;
            lua.create_string(bytes)
        })?,
    )?;
    host.set("env", lua.create_function(|_, name: String| Ok(std::env::var(name).ok()))?)?;
    host.set(
        "sleep",
        lua.create_function(|_, seconds: f64| {
            thread::sleep(Duration::from_secs_f64(seconds));
            Ok(())
        })?,
    )?;
    let begun = Instant::now();
    host.set("now", lua.create_function(move |_, ()| Ok(begun.elapsed().as_secs_f64()))?)?;
    let started = Rc::clone(started);
    host.set(
        "start",
        lua.create_function(move |_, (program, arguments): (String, Vec<String>)| {
            start(&program, &arguments, &mut started.borrow_mut())
        })?,
    )?;
    sending(lua, &host)?;
    Ok(host)
}

/// Starts a program and gives the first line that it prints.
fn start(program: &str, arguments: &[String], started: &mut Started) -> Result<String> {
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null());
    command.env("SONORAN_GATEWAY_API_KEY", "YOUR_API_KEY");
    let mut child = command.spawn().map_err(|error| Error::runtime(format!("{program}: {error}")))?;
    let mut line = String::new();
    let output = child.stdout.take().expect("it is piped");
    BufReader::new(output).read_line(&mut line)?;
    started.0.push(child);
    Ok(line)
}

type Answer = std::result::Result<http::Answer, String>;

/// `host.send(url, method, headers, body)` gives a number, and `host.received(number)` nothing until the answer is there.
fn sending(lua: &Lua, host: &Table) -> Result<()> {
    let waiting: Rc<RefCell<HashMap<u32, Receiver<Answer>>>> = Rc::default();
    let sent = Rc::clone(&waiting);
    host.set(
        "send",
        lua.create_function(
            move |_, (url, method, headers, body): (String, String, HashMap<String, String>, String)| {
                let (done, answer) = channel();
                thread::spawn(move || {
                    let _ = done.send(http::send(&url, &method, &headers, &body));
                });
                let mut sent = sent.borrow_mut();
                let number = u32::try_from(sent.len()).unwrap_or_default();
                sent.insert(number, answer);
                Ok(number)
            },
        )?,
    )?;
    host.set(
        "received",
        lua.create_function(move |lua, number: u32| {
            let Some(Ok(answer)) = waiting.borrow().get(&number).map(Receiver::try_recv) else {
                return Ok(None);
            };
            let table = lua.create_table()?;
            match answer {
                Ok(http::Answer { status, headers, body }) => {
                    table.set("StatusCode", status)?;
                    table.set("Success", (200..300).contains(&status))?;
                    table.set("Headers", headers)?;
                    table.set("Body", lua.create_string(body)?)?;
                }
                Err(words) => table.set("failed", words)?,
            }
            Ok(Some(table))
        })?,
    )
}
