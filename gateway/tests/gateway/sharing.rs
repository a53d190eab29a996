//! Whether rate limits are shared at the moment is told, before a call finds out.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use sonoran::{ShareLimits, ShareLimitsFallback};
use sonoran_gateway::Credential;

use crate::client::{Api, until};
use crate::program::{program, said};

/// What stands for a server: it answers every command, or is still loading.
struct Server {
    url: String,
    answers: Arc<AtomicBool>,
}

impl Server {
    fn start(answers: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("redis://{}", listener.local_addr().unwrap());
        let answers = Arc::new(AtomicBool::new(answers));
        let answering = Arc::clone(&answers);
        // It ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let answering = Arc::clone(&answering);
                std::thread::spawn(move || converse(stream.unwrap(), &answering));
            }
        });
        Self { url, answers }
    }
}

/// Each command comes by itself.
fn converse(mut stream: TcpStream, answers: &AtomicBool) {
    let mut command = [0; 4096];
    while stream.read(&mut command).is_ok_and(|length| length > 0) {
        let answer = if answers.load(Ordering::SeqCst) { ":1" } else { "-LOADING hunter2" };
        let _ = write!(stream, "{answer}\r\n");
    }
}

fn shares(url: &str, fallback: ShareLimitsFallback) -> Api {
    Api::with(|settings| {
        settings.credential = Credential::PassedThrough;
        settings.share_limits = Some(ShareLimits::Server(url.to_owned()));
        settings.share_limits_fallback = Some(fallback);
    })
}

#[test]
fn a_server_that_does_not_answer_at_the_start_is_told_of_until_it_does() {
    let server = Server::start(false);
    for (fallback, ready) in [(ShareLimitsFallback::Divide, 200), (ShareLimitsFallback::Refuse, 503)] {
        server.answers.store(false, Ordering::SeqCst);
        let api = shares(&server.url, fallback);
        let told = api.get("/_gateway/ready");
        assert_eq!((told.status, &told.json()["limitsShared"]), (ready, &json!(false)));
        let health = api.get("/_gateway/health");
        assert_eq!((health.status, &health.json()["limitsShared"]), (200, &json!(false)));
        let shared = || api.get("/_gateway/metrics").text;
        assert!(shared().contains("sonoran_gateway_limits_shared 0\n"), "{}", shared());
        server.answers.store(true, Ordering::SeqCst);
        until(|| shared().contains("sonoran_gateway_limits_shared 1\n").then_some(()));
        let told = api.get("/_gateway/ready");
        assert_eq!((told.status, &told.json()["limitsShared"]), (200, &json!(true)));
    }
}

#[test]
fn where_they_need_not_be_shared_nothing_is_said_of_it() {
    let api = Api::with(|settings| settings.share_limits = Some(ShareLimits::Process));
    assert_eq!(api.get("/_gateway/health").json()["limitsShared"], Value::Null);
    assert!(!api.get("/_gateway/metrics").text.contains("limits_shared"));
}

#[test]
fn the_log_names_the_server_at_the_start_and_when_it_answers() {
    let server = Server::start(false);
    let mut program = program();
    program.args(["--port", "0", "--pass-through", "--share-limits", &server.url]);
    let mut child = program.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut note =
        || serde_json::from_str::<Value>(&log.next().unwrap().unwrap()).unwrap()["note"].to_string();
    let told = note();
    let words = format!("rate limits can't be shared: {}/0 refuses with LOADING; meanwhile", server.url);
    assert!(told.contains(&words) && !told.contains("hunter2"), "{told}");
    server.answers.store(true, Ordering::SeqCst);
    assert!(note().contains("rate limits are shared: the server answers now"));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_check_asks_the_server_and_fails_where_requests_would_be_refused() {
    let server = Server::start(false);
    let check = |fallback: &str| {
        let flags = ["--check-config", "--pass-through", "--share-limits", &server.url];
        said(&program().args(flags).args(["--share-limits-fallback", fallback]).output().unwrap())
    };
    let (code, words) = check("divide");
    assert_eq!(code, Some(0));
    assert!(words.starts_with("the configuration is good\n"), "{words}");
    assert!(words.contains("sonoran-gateway: rate limits can't be shared: redis://127.0.0.1:"), "{words}");
    let (code, words) = check("refuse");
    assert!(code == Some(1) && words.ends_with("LOADING; meanwhile requests are refused"), "{words}");
    server.answers.store(true, Ordering::SeqCst);
    for fallback in ["divide", "refuse"] {
        let good = "the configuration is good, and rate limits can be shared".to_owned();
        assert_eq!(check(fallback), (Some(0), good));
    }
}
