//! Whether rate limits are shared at the moment is told, before a call finds out.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use serde_json::{Value, json};
use sonoran::{ShareLimits, ShareLimitsFallback};
use sonoran_gateway::Credential;

use crate::client::{Api, until};
use crate::program::{program, said};

/// What stands for a server: it answers every command, or is still loading.
struct Server {
    url: String,
    answers: Arc<AtomicBool>,
    /// Each command that it refused.
    refused: Receiver<()>,
}

impl Server {
    fn start(answers: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("redis://{}", listener.local_addr().unwrap());
        let answers = Arc::new(AtomicBool::new(answers));
        let answering = Arc::clone(&answers);
        let (tells, refused) = channel();
        // It ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (answering, tells) = (Arc::clone(&answering), tells.clone());
                std::thread::spawn(move || converse(stream.unwrap(), &answering, &tells));
            }
        });
        Self { url, answers, refused }
    }
}

/// Each command comes by itself.
fn converse(mut stream: TcpStream, answers: &AtomicBool, tells: &Sender<()>) {
    let mut command = [0; 4096];
    while stream.read(&mut command).is_ok_and(|length| length > 0) {
        let answers = answers.load(Ordering::SeqCst);
        let answer = if answers { ":1" } else { "-LOADING hunter2" };
        let _ = write!(stream, "{answer}\r\n");
        if !answers {
            // Not every test waits for it.
            let _ = tells.send(());
        }
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
fn an_idle_gateway_tells_that_its_server_is_gone() {
    let server = Server::start(true);
    let apis = [(ShareLimitsFallback::Divide, 200), (ShareLimitsFallback::Refuse, 503)];
    let apis = apis.map(|(fallback, ready)| (shares(&server.url, fallback), ready));
    let told = |api: &Api| {
        let told = api.get("/_gateway/ready");
        (told.status, told.json()["limitsShared"].clone())
    };
    for (api, _) in &apis {
        assert_eq!(told(api), (200, json!(true)));
    }
    server.answers.store(false, Ordering::SeqCst);
    server.refused.recv_timeout(Duration::from_secs(60)).expect("it is asked");
    for (api, ready) in &apis {
        until(|| (told(api) == (*ready, json!(false))).then_some(()));
    }
    server.answers.store(true, Ordering::SeqCst);
    for (api, _) in &apis {
        until(|| (told(api) == (200, json!(true))).then_some(()));
    }
}

#[test]
fn while_limits_are_divided_an_answer_tells_of_the_gateways_part_and_a_refusal_of_no_time() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let api = |fallback| {
        Api::with(|settings| {
            settings.ceilings = "getCommunityV2=10".parse().unwrap();
            settings.share_limits = Some(ShareLimits::Machine);
            settings.share_limits_folder = Some(file.path().to_owned());
            settings.share_limits_fallback = Some(fallback);
        })
    };
    let divided = api(ShareLimitsFallback::Divide).get("/v2/community");
    let told = ["limit", "remaining"].map(|name| divided.header(&format!("ratelimit-{name}")));
    assert_eq!((divided.status, told), (200, ["5", "4"]));
    let refused = api(ShareLimitsFallback::Refuse).get("/v2/community");
    let (status, detail) = refused.refusal();
    assert_eq!((status, refused.header("retry-after")), (429, ""), "{refused:?}");
    let words = "as share-limits-fallback is \"refuse\", nothing is sent until that is mended.";
    assert!(detail.ends_with(words), "{detail}");
    assert_eq!(refused.header("ratelimit-limit"), "10");
}

#[test]
fn where_they_need_not_be_shared_nothing_is_said_of_it() {
    let api = Api::with(|settings| settings.share_limits = Some(ShareLimits::Process));
    assert_eq!(api.get("/_gateway/health").json()["limitsShared"], Value::Null);
    assert!(!api.get("/_gateway/metrics").text.contains("limits_shared"));
}

#[test]
fn the_log_names_the_server_whenever_it_is_gone_and_when_it_answers() {
    let server = Server::start(false);
    let mut program = program();
    program.args(["--port", "0", "--pass-through", "--share-limits", &server.url]);
    let mut child = program.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut note =
        || serde_json::from_str::<Value>(&log.next().unwrap().unwrap()).unwrap()["note"].to_string();
    let words = format!("rate limits can't be shared: {}/0 refuses with LOADING; meanwhile", server.url);
    // Of one that is there at the start and later gone it is told without a call.
    for _ in 0..2 {
        server.answers.store(false, Ordering::SeqCst);
        let told = note();
        assert!(told.contains(&words) && !told.contains("hunter2"), "{told}");
        server.answers.store(true, Ordering::SeqCst);
        assert!(note().contains("rate limits are shared: the server answers now"));
    }
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

#[test]
fn a_check_tells_of_a_folder_that_can_not_be_used_as_of_a_server() {
    let check = |limits: &str, folder: &Path, fallback: &str| {
        let mut program = program();
        program.args(["--check-config", "--pass-through", "--share-limits", limits, "--share-limits-folder"]);
        said(&program.arg(folder).args(["--share-limits-fallback", fallback]).output().unwrap())
    };
    let (folder, file) = (tempfile::tempdir().unwrap(), tempfile::NamedTempFile::new().unwrap());
    for folder in [folder.path().join("missing/inner"), file.path().join("inner"), file.path().to_owned()] {
        let trouble = format!("\nsonoran-gateway: rate limits can't be shared: {}", folder.display());
        let (code, words) = check("machine", &folder, "divide");
        assert!(code == Some(0) && words.starts_with("the configuration is good\n"), "{words}");
        assert!(words.contains(&trouble), "{words}");
        let (code, words) = check("machine", &folder, "refuse");
        assert!(code == Some(1) && format!("\n{words}").starts_with(&trouble), "{words}");
        assert!(words.ends_with("meanwhile calls are refused"), "{words}");
    }
    let good = "the configuration is good, and rate limits can be shared".to_owned();
    assert_eq!(check("machine", folder.path(), "refuse"), (Some(0), good));
    for limits in ["process", "redis://127.0.0.1:1"] {
        let (code, words) = check(limits, folder.path(), "divide");
        let words = words.trim_start_matches("sonoran-gateway: ");
        assert!(code == Some(1) && words.starts_with("share-limits-folder does nothing "), "{words}");
    }
}
