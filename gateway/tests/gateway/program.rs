//! The program: how it says that it is ready, what it logs, and how it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use sonoran_emulator::{Emulator, Options, Switch};

use crate::client::{ACCOUNT, send, until};

pub(crate) fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_sonoran-gateway"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SONORAN_")) {
        program.env_remove(name);
    }
    program
}

pub(crate) fn ready(program: &mut Command) -> (Child, Value) {
    let started = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = started.expect("the program starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    (child, serde_json::from_str(&line).expect("a line of JSON"))
}

pub(crate) fn said(output: &Output) -> (Option<i32>, String) {
    let text = [&output.stdout[..], &output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).trim().to_owned())
}

#[cfg(unix)]
#[test]
fn it_serves_logs_and_ends_cleanly() {
    let emulator = Emulator::start(Options { limits: Switch::Off, ..Options::default() }).unwrap();
    let (mut child, ready) = ready(program().env("SONORAN_GATEWAY_API_KEY", "YOUR_API_KEY").args([
        "--port",
        "0",
        "--community-id",
        "YOUR_COMMUNITY_ID",
        "--api-url",
        &emulator.url(),
    ]));
    assert_eq!(ready["pid"], child.id());
    assert_eq!(ready["version"], env!("CARGO_PKG_VERSION"));
    let address = ready["url"].as_str().unwrap().trim_start_matches("http://").parse().unwrap();
    let path = format!("/v2/community/accounts/{ACCOUNT}?apiKey=hunter2");
    let headers = ["Authorization: Bearer hunter2", "X-Request-Id: mine"];
    assert_eq!(send(address, "GET", &path, &headers, b"").unwrap().status, 200);
    assert_eq!(send(address, "GET", "/hunter2", &[], b"").unwrap().status, 404);
    assert_eq!(send(address, "GET", "/_gateway/ready?hunter2", &[], b"").unwrap().status, 200);
    assert_eq!(send(address, "POST", "/_gateway/call/hunter2", &[], b"").unwrap().status, 404);
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    for secret in ["YOUR_API_KEY", "hunter2", ACCOUNT] {
        assert!(!log.contains(secret), "{log}");
    }
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let [found, unknown, ready, called] = &lines[..] else { panic!("not four lines: {log}") };
    assert_eq!((&found["path"], &unknown["path"]), (&Value::Null, &Value::Null));
    assert_eq!(ready["path"], "/_gateway/ready");
    assert_eq!(called["path"], "/_gateway/call/{method}");
    assert_eq!(found["operation"], "getAccountV2");
    for (name, number) in [("status", 200), ("upstream_status", 200), ("attempts", 1)] {
        assert_eq!(found[name], number, "{name} in {log}");
    }
    assert_eq!(unknown["operation"], Value::Null);
    assert_eq!(unknown["status"], 404);
    for name in ["time", "request_id", "method", "waited_ms", "duration_ms"] {
        assert!(!found[name].is_null(), "{name} in {log}");
    }
}

#[cfg(unix)]
#[test]
fn limits_that_can_not_be_shared_are_told_of_in_a_line_of_the_log_by_the_entrys_name() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let emulator = Emulator::start(Options { limits: Switch::Off, ..Options::default() }).unwrap();
    // The user's own is there already, and open to all.
    let temporary = tempfile::tempdir().unwrap();
    let user = temporary.path().metadata().unwrap().uid();
    let own = temporary.path().join(format!("sonoran-{user}"));
    std::fs::create_dir(&own).unwrap();
    std::fs::set_permissions(&own, PermissionsExt::from_mode(0o777)).unwrap();
    let (mut child, ready) = ready(
        program()
            .env("SONORAN_GATEWAY_API_KEY", "YOUR_API_KEY")
            .env("TMPDIR", temporary.path())
            .args(["--port", "0", "--community-id", "YOUR_COMMUNITY_ID", "--share-limits", "machine"])
            .args(["--api-url", &emulator.url()]),
    );
    let address = ready["url"].as_str().unwrap().trim_start_matches("http://").parse().unwrap();
    assert_eq!(send(address, "GET", "/v2/community", &[], b"").unwrap().status, 200);
    child.kill().unwrap();
    child.wait().unwrap();
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    let notes = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let notes: Vec<_> = notes.filter_map(|line| line["note"].as_str().map(str::to_owned)).collect();
    assert!(notes.len() == 1 && notes[0].contains("name a folder by share-limits-folder"), "{log}");
}

#[cfg(unix)]
#[test]
fn a_hangup_without_anything_to_read_again_is_told_of() {
    // Its standard input is no terminal, or it would end.
    let (mut child, _) = ready(program().args(["--port", "0", "--pass-through"]).stdin(Stdio::null()));
    let pid = child.id().to_string();
    let signal = |name: &str| assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    signal("-HUP");
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    log.read_line(&mut line).unwrap();
    assert!(line.contains("nothing to read again: there is no tokens-file and no tls-certificate"), "{line}");
    signal("-TERM");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_second_signal_ends_it_at_once() {
    let emulator = Emulator::start(Options { limits: Switch::Off, ..Options::default() }).unwrap();
    let fault = br#"{"delay":600000}"#;
    assert!(send(emulator.address(), "POST", "/_emulator/faults", &[], fault).unwrap().status < 300);
    let (mut child, ready) = ready(program().env("SONORAN_GATEWAY_API_KEY", "YOUR_API_KEY").args([
        "--port",
        "0",
        "--community-id",
        "YOUR_COMMUNITY_ID",
        "--grace",
        "600",
        "--api-url",
        &emulator.url(),
    ]));
    let address: std::net::SocketAddr =
        ready["url"].as_str().unwrap().trim_start_matches("http://").parse().unwrap();
    // An idle connection is closed when it was told to end.
    let mut idle = std::net::TcpStream::connect(address).unwrap();
    idle.write_all(b"GET /_gateway/health HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert!(idle.read(&mut [0; 4096]).unwrap() > 0);
    let asked = std::thread::spawn(move || send(address, "GET", "/v2/community", &[], b""));
    // It is under way when the emulator has it.
    let journal = || send(emulator.address(), "GET", "/_emulator/journal", &[], b"").unwrap();
    until(|| journal().text.contains("pending").then_some(()));
    let pid = child.id().to_string();
    let interrupt = || Command::new("kill").args(["-INT", &pid]).status().expect("kill").success();
    assert!(interrupt());
    idle.read_to_end(&mut Vec::new()).unwrap();
    assert!(interrupt());
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("ended at once, as it was told to twice"), "{said}");
    drop(asked.join());
}

#[test]
fn what_is_deployed_starts_it_as_it_can_be_started() {
    let unit = include_str!("../../deploy/sonoran-gateway.service");
    let start = unit.lines().find_map(|line| line.strip_prefix("ExecStart=")).expect("a start");
    let mut words = start.split_whitespace();
    assert_eq!(words.next(), Some("/usr/local/bin/sonoran-gateway"));
    let key = tempfile::NamedTempFile::new().unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(key.path(), "YOUR_API_KEY").unwrap();
    std::fs::write(file.path(), "community-id = \"YOUR_COMMUNITY_ID\"").unwrap();
    let here = |word: &str| match word {
        "/etc/sonoran/gateway.toml" => file.path().to_owned(),
        "${CREDENTIALS_DIRECTORY}/key" => key.path().to_owned(),
        word => word.into(),
    };
    let ran = program().args(words.map(here)).arg("--check-config").output().unwrap();
    assert_eq!(said(&ran), (Some(0), "the configuration is good".to_owned()));
}

#[test]
fn whoever_asks_for_its_health_needs_no_more_than_to_know_where_it_is() {
    let (mut child, ready) = ready(program().args(["--port", "0", "--pass-through"]));
    let url = ready["url"].as_str().unwrap();
    let port = url.rsplit(':').next().unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    // What it was started with besides is nothing to who asks.
    std::fs::write(file.path(), format!("port = {port}\napi-key-file = \"/nowhere\"\nmax-wait = \"long\"\n"))
        .unwrap();
    let asked = program().arg("--config").arg(file.path()).arg("--check-health").output().unwrap();
    assert_eq!(said(&asked), (Some(0), format!("the gateway at 127.0.0.1:{port} lives")));
    child.kill().unwrap();
    child.wait().unwrap();
    let (code, words) = said(&program().args(["--check-health", "--port", "1"]).output().unwrap());
    assert!(code == Some(1) && words.contains("no gateway lives at 127.0.0.1:1"), "{words}");
}

#[test]
fn secrets_of_urls_are_not_shown_and_a_password_is_no_flag() {
    let run = |flags: &[&str], variables: &[(&str, &str)]| {
        let mut program = program();
        program.arg("--pass-through").args(flags).envs(variables.iter().copied());
        let (code, words) = said(&program.output().unwrap());
        assert!(!words.contains("hunter2"), "{words}");
        (code, words)
    };
    let url = "redis://:hunter2@127.0.0.1:1";
    let (code, words) = run(&["--check-config", "--share-limits", url], &[]);
    assert_eq!(code, Some(2));
    assert!(
        words.contains("takes no URL with a password") && words.contains("SONORAN_GATEWAY_SHARE_LIMITS"),
        "{words}"
    );
    let variable = [("SONORAN_GATEWAY_SHARE_LIMITS", url)];
    let (code, words) = run(&["--check-config"], &variable);
    assert!(code == Some(0) && words.contains("redis://127.0.0.1:1/0 can't be reached"), "{words}");
    assert_eq!(run(&["--help"], &variable).0, Some(0));
    let listener = "http://panel.example.com/hunter2";
    let variable = [("SONORAN_GATEWAY_EVENT_LISTENERS", listener)];
    for (flags, variables) in [(&["--event-listeners", listener][..], &[][..]), (&[], &variable)] {
        let (code, words) = run(flags, variables);
        assert!(code == Some(2) && words.contains("must be https"), "{words}");
    }
    assert_eq!(run(&["--help"], &variable).0, Some(0));
}

#[test]
fn a_check_tells_what_is_for_an_emulator_alone() {
    let flags = ["--check-config", "--pass-through", "--rate-window", "5"];
    let checked = program().args(flags).output().unwrap();
    assert_eq!((checked.status.code(), &checked.stdout[..]), (Some(0), &b"the configuration is good\n"[..]));
    let warned = String::from_utf8(checked.stderr).unwrap();
    assert!(
        warned.starts_with("sonoran-gateway: rate-window is 5 s, but the service counts for 60 s"),
        "{warned}"
    );
}

#[test]
fn a_tokens_file_without_a_caller_is_told_of_by_a_check_and_at_the_start() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let with_tokens = || {
        let mut program = program();
        program.env("SONORAN_GATEWAY_API_KEY", "YOUR_API_KEY").env("SONORAN_GATEWAY_COMMUNITY_ID", "C");
        program.arg("--tokens-file").arg(file.path());
        program
    };
    let checked = with_tokens().arg("--check-config").output().unwrap();
    assert_eq!((checked.status.code(), &checked.stdout[..]), (Some(0), &b"the configuration is good\n"[..]));
    let warned = String::from_utf8(checked.stderr).unwrap();
    assert!(warned.starts_with("sonoran-gateway: the tokens file has no caller, so that"), "{warned}");
    let (mut child, ready) = ready(with_tokens().args(["--port", "0"]));
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("the tokens file has no caller, so that whoever calls is refused"), "{line}");
    let address = ready["url"].as_str().unwrap().trim_start_matches("http://").parse().unwrap();
    assert_eq!(send(address, "GET", "/v2/community", &[], b"").unwrap().status, 401);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn an_address_that_is_its_own_is_refused() {
    let check = |url: &str| {
        said(&program().args(["--check-config", "--pass-through", "--api-url", url]).output().unwrap())
    };
    for url in ["http://localhost:8643", "http://127.0.0.1:8643/"] {
        let (code, words) = check(url);
        assert!(code == Some(1) && words.contains("api-url is the gateway's own address"), "{words}");
    }
    assert_eq!(check("http://localhost:8642").0, Some(0));
}

#[test]
fn a_configuration_is_checked_without_being_used() {
    let check =
        |flags: &[&str]| said(&program().arg("--check-config").args(flags).output().expect("it runs"));
    assert_eq!(check(&["--pass-through"]), (Some(0), "the configuration is good".to_owned()));
    let (code, words) = check(&[]);
    assert_eq!(code, Some(1));
    assert!(words.starts_with("sonoran-gateway: an API key is required: in the environment as"), "{words}");
    let (code, words) = check(&["--pass-through", "--host", "0.0.0.0"]);
    assert!(code == Some(1) && words.contains("host lets other machines in, which wants TLS"), "{words}");
    let (code, words) = check(&["--pass-through", "--coalesce", "perhaps"]);
    assert!(code == Some(2) && words.contains("must be on or off; true or false"), "{words}");
    let (code, words) = check(&["--max-wait", "long"]);
    assert!(code == Some(2) && words.contains("--max-wait"), "{words}");
}

#[test]
fn the_environment_has_every_entry_and_an_empty_variable_is_none() {
    let mut program = program();
    program
        .arg("--check-config")
        .env("SONORAN_GATEWAY_MAX_WAIT", "")
        .env("SONORAN_GATEWAY_PASS_THROUGH", "on");
    assert_eq!(said(&program.output().unwrap()).0, Some(0));
    // But an empty address is not the service's.
    let (code, words) = said(&program.env("SONORAN_GATEWAY_API_URL", "").output().unwrap());
    assert!(code == Some(1) && words.contains("api-url"), "{words}");
    program.env_remove("SONORAN_GATEWAY_API_URL").env("SONORAN_GATEWAY_API_KEY", "hunter2");
    let (code, words) = said(&program.output().unwrap());
    assert!(code == Some(1) && words.contains("pass-through takes no API key"), "{words}");
    assert!(!words.contains("hunter2"));
}

#[cfg(unix)]
#[test]
fn a_token_from_the_task_is_one_of_the_file() {
    let emulator = Emulator::start(Options { limits: Switch::Off, ..Options::default() }).unwrap();
    // A configuration that is there for serving does not matter to it.
    let made = program()
        .env("SONORAN_GATEWAY_PORT", "1")
        .args(["token", "bot", "--allow", "read,accounts.*", "--allow", "servers.*", "--priority", "low"])
        .output()
        .expect("it runs");
    assert!(made.status.success(), "{made:?}");
    let said = String::from_utf8(made.stderr).unwrap();
    let token = said.trim().rsplit(' ').next().unwrap();
    assert!(token.starts_with("sgw_"), "{said}");
    let lines = String::from_utf8(made.stdout).unwrap();
    assert!(lines.starts_with("[bot]\nhash = ") && !lines.contains(&token[4..]), "{lines}");
    let rest = "\nallow = [\"read\", \"accounts.*\", \"servers.*\"]\npriority = \"low\"\n";
    assert!(lines.ends_with(rest), "{lines}");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &lines).unwrap();
    let (mut child, ready) = ready(
        program()
            .env("SONORAN_GATEWAY_API_KEY", "YOUR_API_KEY")
            .env("SONORAN_GATEWAY_TOKENS_FILE", file.path())
            .args(["--port", "0", "--community-id", "YOUR_COMMUNITY_ID", "--api-url", &emulator.url()]),
    );
    let pid = child.id().to_string();
    let signal =
        |name: &str| assert!(Command::new("kill").args([name, &pid]).status().expect("kill").success());
    // It would end one at a terminal that has nothing to read again.
    signal("-HUP");
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    log.read_line(&mut line).unwrap();
    assert!(line.contains("the tokens file is as it was when it was last read"), "{line}");
    let (_, other) = sonoran_gateway::new_token("panel", &["read".to_owned()]).unwrap();
    std::fs::write(file.path(), format!("{lines}{other}")).unwrap();
    line.clear();
    log.read_line(&mut line).unwrap();
    assert!(line.contains("the tokens file was read again and has 2 callers now"), "{line}");
    let address = ready["url"].as_str().unwrap().trim_start_matches("http://").parse().unwrap();
    let header = format!("Authorization: Bearer {token}");
    assert_eq!(send(address, "GET", "/v2/community", &[&header], b"").unwrap().status, 200);
    assert_eq!(send(address, "GET", "/v2/community", &[], b"").unwrap().status, 401);
    signal("-TERM");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    let mut lines = String::new();
    log.read_to_string(&mut lines).unwrap();
    assert!(lines.contains(r#""caller":"bot""#) && !lines.contains(&token[4..]), "{lines}");
    let made = program().args(["token", "bot"]).output().expect("it runs");
    assert!(
        String::from_utf8(made.stderr).unwrap().starts_with("bot may read and change nothing, as no --allow")
    );
    assert!(String::from_utf8(made.stdout).unwrap().ends_with("\nallow = [\"read\"]\n"));
    let refused = program().args(["token", "bot", "--allow", "everything"]).output().expect("it runs");
    let (code, words) = self::said(&refused);
    assert!(code == Some(1) && words.contains("\"everything\" is neither"), "{words}");
    let refused = program().args(["token", "bot", "--allow", "reed"]).output().expect("it runs");
    assert!(self::said(&refused).1.ends_with("did you mean read?"));
}
