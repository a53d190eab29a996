//! The program: how it says that it is ready, and how it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use sonoran_emulator::{Emulator, EmulatorError, Options};

fn spawn(arguments: &[&str]) -> (Child, Value) {
    ready(&mut Command::new(env!("CARGO_BIN_EXE_sonoran-emulator")), arguments)
}

fn ready(program: &mut Command, arguments: &[&str]) -> (Child, Value) {
    let started = program.args(["--port", "0"]).args(arguments).stdout(Stdio::piped()).spawn();
    let mut child = started.expect("the program starts");
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

#[cfg(unix)]
#[test]
fn a_state_that_is_not_there_yet_starts_from_the_seed() {
    let file = temporary("handed-on.json");
    let path = file.to_str().unwrap();
    let both = ["--seed-file", path, "--export-on-exit", path];
    let (child, _) = spawn(&both);
    assert_eq!(terminate(child), Some(0));
    let mut state: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(state["community"]["name"], "Example Community");
    state["community"]["name"] = Value::from("Another");
    std::fs::write(&file, state.to_string()).unwrap();
    let (child, _) = spawn(&both);
    assert_eq!(terminate(child), Some(0));
    let state: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(state["community"]["name"], "Another", "and goes on from there");
    std::fs::remove_file(&file).unwrap();
    let elsewhere = temporary("elsewhere.json");
    let options = Options { seed_file: Some(file), export_on_exit: Some(elsewhere), ..Options::default() };
    assert!(matches!(Emulator::start(options), Err(EmulatorError::Seed { .. })), "a slip, most likely");
}

#[test]
fn the_ready_line_has_an_address_that_can_be_asked() {
    for (host, start) in [("0.0.0.0", "http://127.0.0.1:"), ("127.0.0.1", "http://127.0.0.1:")] {
        let (mut child, ready) = spawn(&["--host", host]);
        let url = ready["url"].as_str().unwrap();
        assert!(url.starts_with(start), "{host}: {url}");
        assert!(std::net::TcpStream::connect(url.trim_start_matches("http://")).is_ok(), "{host}");
        child.kill().expect("it ends");
        child.wait().expect("it ends");
    }
}

#[test]
fn it_ends_with_the_one_who_started_it() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_sonoran-emulator"));
    let (mut child, ready) = ready(program.stdin(Stdio::piped()), &["--exit-with-parent"]);
    let address = ready["url"].as_str().unwrap().trim_start_matches("http://").to_owned();
    let mut input = child.stdin.take().expect("its input");
    input.write_all(b"whatever is written there\n").expect("written");
    assert!(std::net::TcpStream::connect(&address).is_ok());
    assert_eq!(child.try_wait().expect("its status"), None, "not while the pipe is open");
    drop(input);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn a_closed_input_means_nothing_without_the_flag() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_sonoran-emulator"));
    let (mut child, ready) = ready(program.stdin(Stdio::null()), &[]);
    let address = ready["url"].as_str().unwrap().trim_start_matches("http://").to_owned();
    assert!(std::net::TcpStream::connect(&address).is_ok());
    assert_eq!(child.try_wait().expect("its status"), None);
    child.kill().expect("it ends");
    child.wait().expect("it ends");
}

/// What the program says when it asks with flags and with variables, and the code it ends with.
fn asked(flags: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_sonoran-emulator"));
    let ended = program.arg("--check-health").args(flags).envs(variables.iter().copied()).output();
    let ended = ended.expect("the program starts");
    let said = [&ended.stdout[..], &ended.stderr].concat();
    (ended.status.code(), String::from_utf8(said).expect("a text"))
}

#[test]
fn it_asks_a_running_one_for_its_health() {
    let options = Options { admin_token: Some("S3CRET".parse().unwrap()), ..Options::default() };
    let emulator = Emulator::start(options).unwrap();
    let port = emulator.address().port().to_string();
    let ready = (
        Some(0),
        format!("the emulator at {} is ready (version {})\n", emulator.url(), env!("CARGO_PKG_VERSION")),
    );
    assert_eq!(asked(&["--port", &port], &[]), ready);
    let variables = [
        ("SONORAN_EMULATOR_HOST", "0.0.0.0"),
        ("SONORAN_EMULATOR_PORT", &port),
        ("SONORAN_EMULATOR_ADMIN_TOKEN", "S3CRET"),
    ];
    assert_eq!(asked(&[], &variables), ready, "as a container tells both");
    emulator.shutdown().unwrap();
    let (code, said) = asked(&["--port", &port], &variables);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains(&format!("ready at http://127.0.0.1:{port}: cannot connect: ")), "{said}");
    assert!(!said.contains("S3CRET") && said.lines().count() == 1, "{said}");
    let (code, said) = asked(&["--port", "0"], &[]);
    assert!(code == Some(1) && said.contains("--port"), "{said}");
}

#[test]
fn its_token_is_sent_for_its_health() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let other = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut head = BufReader::new(&stream).lines();
        let head: Vec<String> =
            head.by_ref().map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
        (&stream).write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").unwrap();
        head
    });
    let (code, said) = asked(&["--port", &port, "--admin-token", "S3CRET"], &[]);
    assert!(code == Some(1) && said.contains("something else"), "{said}");
    let head = other.join().unwrap();
    assert_eq!(head[0], "GET /_emulator/health HTTP/1.1");
    assert!(head.iter().any(|line| line.eq_ignore_ascii_case("authorization: Bearer S3CRET")), "{head:?}");
}

#[test]
fn the_log_has_a_line_for_each_request_and_no_key() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_sonoran-emulator"));
    let (mut child, ready) = ready(program.stderr(Stdio::piped()), &["--log"]);
    let address = ready["url"].as_str().unwrap().trim_start_matches("http://").to_owned();
    let ask = |method: &str, target: &str| {
        let mut stream = std::net::TcpStream::connect(&address).expect("a connection");
        let head = "Host: localhost\r\nAuthorization: Bearer YOUR_API_KEY\r\nConnection: close";
        write!(stream, "{method} {target} HTTP/1.1\r\n{head}\r\n\r\n").expect("written");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
    };
    ask("GET", "/v2/community?x=SECRET");
    ask("GET", "/_emulator/journal?credential=SECRET");
    ask("DELETE", "/_emulator/worlds/SECRET");
    ask("POST", "/nothing");
    ask("GET", "//v2/community/accounts/YOUR_API_KEY/");
    child.kill().expect("it ends");
    let mut log = String::new();
    child.stderr.take().expect("its log").read_to_string(&mut log).expect("read");
    child.wait().expect("it ends");
    assert!(!log.contains("SECRET") && !log.contains("YOUR_API_KEY"), "{log}");
    let lines: Vec<Vec<&str>> = log.lines().map(|line| line.split(' ').collect()).collect();
    let without_time: Vec<String> =
        lines.iter().map(|line| [&line[..3], &line[5..]].concat().join(" ")).collect();
    let expected = [
        "GET /v2/community 200 getCommunityV2",
        "GET /_emulator/journal 200",
        "DELETE /_emulator/worlds/[key] 404",
        "POST /nothing 200",
        "GET /v2/community/accounts/[key] 400 getAccountV2",
    ];
    assert_eq!(without_time, expected);
    assert!(lines.iter().all(|line| line[3].parse::<f64>().is_ok() && line[4] == "ms"), "{log}");
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

#[test]
fn the_environment_has_the_words_of_the_flags() {
    let with = |variables: &[(&str, &str)]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_sonoran-emulator"));
        program.envs(variables.iter().copied()).stdin(Stdio::null());
        let (mut child, ready) = ready(&mut program, &[]);
        child.kill().expect("it ends");
        child.wait().expect("it ends");
        ready["url"].is_string()
    };
    let names =
        ["LIMITS", "SUBSCRIPTIONS", "STRICT", "LOG", "HOST", "WINDOW_SECONDS", "SEED_FILE", "ADMIN_TOKEN"];
    let names = names.map(|name| format!("SONORAN_EMULATOR_{name}"));
    let empty: Vec<_> = names.iter().map(|name| (name.as_str(), "")).collect();
    assert!(with(&empty), "an empty variable is one that is not set");
    for word in ["on", "off", "1", "0", "true", "false"] {
        let set: Vec<_> = names[..4].iter().map(|name| (name.as_str(), word)).collect();
        assert!(with(&set), "{word}");
    }
    assert!(with(&[("SONORAN_EMULATOR_EXIT_WITH_PARENT", "off")]));
    let mut wrong = Command::new(env!("CARGO_BIN_EXE_sonoran-emulator"));
    let ended = wrong.env("SONORAN_EMULATOR_LOG", "perhaps").output().expect("it ends");
    assert!(String::from_utf8_lossy(&ended.stderr).contains("on or off"), "{ended:?}");
}
