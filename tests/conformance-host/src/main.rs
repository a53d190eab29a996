//! The conformance scenarios' host as a program: `list`, `serve` or `schema`.
#![forbid(unsafe_code)]

use std::io::Read;
use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::{Value, json};
use sonoran_conformance::{Host, control, schema};

fn main() -> ExitCode {
    match run(std::env::args().nth(1).as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("conformance-host: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Option<&str>) -> Result<(), String> {
    match command {
        Some("list") => print(&Host::new()?.list()),
        Some("schema") => print(&schema()),
        Some("serve") => serve()?,
        _ => return Err("usage: conformance-host list | serve | schema".to_owned()),
    }
    Ok(())
}

fn print(document: &Value) {
    println!("{document:#}");
}

/// Prints one line with the address, and ends with its standard input: when the runner does.
fn serve() -> Result<(), String> {
    let host = Arc::new(Host::new()?);
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("{}", json!({ "url": format!("http://{address}") }));
    std::thread::spawn(move || control::serve(&listener, &host));
    let mut rest = Vec::new();
    std::io::stdin().read_to_end(&mut rest).map_err(|error| error.to_string())?;
    Ok(())
}
