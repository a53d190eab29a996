//! The emulator as a server of a scenario.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};
use sonoran_emulator::{Emulator, Options, Switch};

use crate::script;

/// Starts one and sets it up.
pub(crate) fn start(setup: &script::Emulator) -> Result<Emulator, String> {
    let limits = if setup.limits.is_some() { Switch::On } else { Switch::Off };
    let emulator = Emulator::start(Options { limits, ..Options::default() }).map_err(|e| e.to_string())?;
    if let Some(limits) = &setup.limits {
        admin(&emulator, "PUT", "limits", &json!(limits).to_string())?;
    }
    if !setup.faults.is_empty() {
        admin(&emulator, "POST", "faults", &json!(setup.faults).to_string())?;
    }
    Ok(emulator)
}

/// The requests that it got, with the body under the name that scripted servers use.
pub(crate) fn requests(emulator: &Emulator) -> Result<Vec<Value>, String> {
    let text = admin(emulator, "GET", "journal", "")?;
    let mut journal: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let Value::Array(mut entries) = journal["entries"].take() else {
        return Err("its journal has no entries".to_owned());
    };
    for entry in &mut entries {
        entry["json"] = entry["body"].clone();
    }
    Ok(entries)
}

fn admin(emulator: &Emulator, method: &str, path: &str, body: &str) -> Result<String, String> {
    let exchange = || {
        let mut stream = TcpStream::connect(emulator.address())?;
        let length = body.len();
        write!(
            stream,
            "{method} /_emulator/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        std::io::Result::Ok(answer)
    };
    let answer = exchange().map_err(|error| format!("the emulator's admin side: {error}"))?;
    match answer.split_once("\r\n\r\n") {
        Some((head, body)) if head.starts_with("HTTP/1.1 2") => Ok(body.to_owned()),
        _ => Err(format!("the emulator refused {path}: {answer}")),
    }
}
