//! The program: how it says that it is ready, and how it ends.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use sonoran_emulator::{Emulator, EmulatorError, Options};

fn spawn(arguments: &[&str]) -> (Child, Value) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sonoran-emulator"))
        .args(["--port", "0"])
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    (child, serde_json::from_str(&line).expect("a line of JSON"))
}

#[cfg(unix)]
fn terminate(mut child: Child) -> Option<i32> {
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
    child.wait().expect("it ends").code()
}

fn temporary(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("sonoran-emulator-{}-{name}", std::process::id()))
}

#[cfg(unix)]
#[test]
fn it_says_where_it_answers_and_ends_cleanly() {
    let (child, ready) = spawn(&[]);
    assert_eq!(ready["pid"], child.id());
    assert_eq!(ready["version"], env!("CARGO_PKG_VERSION"));
    let address = ready["url"].as_str().unwrap().trim_start_matches("http://").to_owned();
    assert!(std::net::TcpStream::connect(&address).is_ok());
    assert_eq!(terminate(child), Some(0));
    assert!(std::net::TcpStream::connect(&address).is_err());
}

#[cfg(unix)]
#[test]
fn an_exported_state_is_a_seed() {
    let file = temporary("state.json");
    let path = file.to_str().unwrap();
    let (child, _) = spawn(&["--export-on-exit", path]);
    assert_eq!(terminate(child), Some(0));
    let mut state: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    state["community"]["name"] = Value::from("Another");
    std::fs::write(&file, state.to_string()).unwrap();
    let api = crate::client::Api::with(Options { seed_file: Some(file.clone()), ..Options::default() });
    assert_eq!(api.get("").data()["name"], "Another");
    api.emulator.reset();
    assert_eq!(api.get("").data()["name"], "Another", "a reset comes back to this seed");
    std::fs::remove_file(file).unwrap();
}

#[test]
fn a_taken_port_and_a_broken_seed_are_told() {
    let first = Emulator::start(Options::default()).unwrap();
    let taken = Options { port: first.address().port(), ..Options::default() };
    assert!(matches!(Emulator::start(taken), Err(EmulatorError::Listen { .. })));
    let file = temporary("broken.json");
    std::fs::write(&file, "{").unwrap();
    let broken = Options { seed_file: Some(file.clone()), ..Options::default() };
    let error = Emulator::start(broken).expect_err("no state").to_string();
    assert!(error.contains("broken.json"), "{error}");
    std::fs::remove_file(file).unwrap();
}

#[test]
fn several_threads_answer_too() {
    let api = crate::client::Api::with(Options { threads: 3, ..Options::default() });
    assert_eq!(api.get("").status, 200);
}
