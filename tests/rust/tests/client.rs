//! The crate's behaviour against the emulator: state, misuse, failures, cancellation.
#![forbid(unsafe_code)]
#![allow(missing_docs)]

use std::time::Duration;

use serde_json::{Value, json};
use sonoran::{
    Argument, Call, CallOptions, Client, ErrorKind, Options, Product, RateLimit, ShareLimits, types,
};
use sonoran_tests::{ACCOUNT, Admin, Emulator};
use tokio::task::JoinSet;

#[tokio::test]
async fn what_is_written_is_read_back_typed() {
    let emulator = Emulator::start();
    let client = emulator.client();
    let ranks = ["33333333-3333-3333-3333-333333333333", "rank-1"];
    let set = Some(ranks.map(String::from).to_vec());
    let payload = types::SetAccountRanksPayload { set, ..Default::default() };
    let written = client.cms().set_account_ranks_v2(ACCOUNT, &payload).await.unwrap();
    assert_eq!(written.typed().unwrap().unwrap().ranks, ranks);
    let read = client.cms().get_account_ranks_v2(ACCOUNT).await.unwrap();
    assert_eq!(read.typed().unwrap().unwrap(), ranks);
    assert_eq!(read.status, Some(200));
}

#[test]
fn an_answer_that_lacks_what_it_should_have_is_read_all_the_same() {
    let text =
        r#"{"accId": "id", "accName": null, "uniqueId": 7, "banned": null, "clockData": {}, "new": 1}"#;
    let account: types::Account = serde_json::from_str(text).unwrap();
    assert_eq!((account.acc_id.as_str(), account.unique_id), ("id", 7));
    assert_eq!((account.acc_name.as_str(), account.ranks.len(), account.clock_data.data.len()), ("", 0, 0));
    // A flag that is not there says nothing.
    assert_eq!((account.banned, account.archived), (None, None));
    assert_eq!(account.extra["new"], 1);
    assert!(serde_json::from_str::<types::Account>(r#"{"accId": 1}"#).is_err());
}

#[test]
fn a_search_is_read_in_both_its_forms() {
    for (text, total) in
        [(r#"{"items": [{"accId": "id"}], "total": 1}"#, Some(1)), (r#"[{"accId": "id"}]"#, None)]
    {
        let found: types::AccountMatches = serde_json::from_str(text).unwrap();
        assert_eq!((found.items.len(), found.items[0].acc_id.as_str(), found.total), (1, "id", total));
        let written = serde_json::to_value(&found).unwrap();
        assert_eq!(written["items"][0]["accId"], "id");
    }
    assert!(serde_json::from_str::<types::AccountMatches>(r#"["no account"]"#).is_err());
}

#[test]
fn what_is_sent_as_one_of_several_types_has_the_documented_one() {
    let server = types::ServerInput { id: Some(7), port: Some("30120".to_owned()), ..Default::default() };
    assert_eq!(serde_json::to_value(&server).unwrap(), json!({ "id": 7, "port": "30120" }));
    let member = types::VerifyWhitelistPayload { unique_id: Some(1001), ..Default::default() };
    assert_eq!(serde_json::to_value(&member).unwrap(), json!({ "uniqueId": 1001 }));
}

#[tokio::test]
async fn two_hundred_calls_at_once_are_never_too_many() {
    let emulator = Emulator::start_with(&["--window-seconds", "1"]);
    let client = Client::new(emulator.options().rate_window(Duration::from_secs(1))).unwrap();
    let mut calls = JoinSet::new();
    for _ in 0..200 {
        let client = client.clone();
        calls.spawn(async move { client.cms().get_account_v2(ACCOUNT).await.unwrap().success });
    }
    assert_eq!(calls.join_all().await, [true; 200]);
    let statuses: Vec<Value> =
        Admin::of(&emulator).journal().await.iter().map(|entry| entry["status"].clone()).collect();
    assert_eq!(statuses, [200; 200]);
}

#[tokio::test]
async fn the_default_server_stands_in() {
    let emulator = Emulator::start();
    let client = Client::new(emulator.options().default_server_id(1)).unwrap();
    let payload = json!({ "accId": ACCOUNT });
    assert!(client.cms().start_session_v2(&payload).await.unwrap().success);
    let session = client.cms().get_current_session_v2(None::<i64>).await.unwrap();
    assert_eq!(session.typed().unwrap().unwrap().server_id, 1);
    let missing = Client::new(emulator.options().default_server_id(77)).unwrap();
    let session = missing.cms().get_current_session_v2(Argument::Missing).await.unwrap();
    assert_eq!(session.error.unwrap().kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn misuse_is_refused_before_anything_is_sent() {
    let emulator = Emulator::start();
    let client = emulator.client();
    let call = |name, arguments: &str, payload: Option<&str>| {
        Call::from_json(name, arguments, payload.map(str::to_owned), None)
    };
    let mut problems = vec![call("noSuchMethod", "[]", None).unwrap_err()];
    problems.push(call("getAccountV2", "[[]]", None).unwrap_err());
    let wrong = [
        call("getAccountV2", "[true]", None),
        call("getComAccount", "[]", Some("{}")),
        call("setFormLockStatus", r#"[1, "maybe"]"#, None),
        call("addGameServers", "[]", Some("{}")),
        call("getAccountV2", "[]", None),
        call("getAccountV2", r#"["nope"]"#, None),
        call("resolveDiscordAccountV2", "[true]", None),
        call("resolveDiscordAccountV2", "[1.5]", None),
        call("resolveDiscordAccountV2", r#"[""]"#, None),
        call("resolveDiscordAccountV2", r#"[".."]"#, None),
        call("setAccountNameV2", r#"["00000000-0000-0000-0000-000000000000"]"#, None),
        call("setAccountNameV2", r#"["00000000-0000-0000-0000-000000000000"]"#, Some("[]")),
        call("getAccountsV2", "[]", Some(r#"{"take":"many"}"#)),
    ];
    for call in wrong {
        problems.push(client.execute(call.unwrap()).await.unwrap_err());
    }
    assert!(problems.iter().all(|problem| !problem.argument.is_empty() && !problem.problem.is_empty()));
    assert!(CallOptions::from_json(Some(r#"{"timeot":1}"#)).unwrap_err().to_string().contains("timeot"));
    assert!(Admin::of(&emulator).journal().await.is_empty());
}

#[test]
fn wrong_options_are_refused_without_a_word_of_the_key() {
    let refuse = |json: Value| {
        let error = Options::from_json(&json.to_string()).and_then(Client::new).unwrap_err();
        assert!(!error.to_string().contains("SECRET"), "{error}");
        error.argument
    };
    let with = |name: &str, value: Value| {
        let mut options = json!({ "apiKey": "SECRET", "communityId": "c" });
        options[name] = value;
        refuse(options)
    };
    assert_eq!(refuse(json!({})), "apiKey");
    assert_eq!(refuse(json!({ "apiKey": "SECRET" })), "communityId");
    assert_eq!(with("apiKey", json!("SECRET\nkey")), "apiKey");
    assert_eq!(with("communityId", json!("")), "communityId");
    assert_eq!(with("communityId", json!(" ")), "communityId");
    assert_eq!(with("apiUrl", json!("https://api.sonorancms.com/v2/")), "apiUrl");
    assert_eq!(with("product", json!(0)), "product");
    assert_eq!(with("product", json!(9)), "product");
    assert_eq!(with("apiUrl", json!("http://example.com/SECRET")), "apiUrl");
    assert_eq!(with("apiHeaders", json!({ "X-A": "SECRET\r\n" })), "apiHeaders.X-A");
    assert_eq!(with("apiHeaders", json!({ "Authorization": "SECRET" })), "apiHeaders.Authorization");
    assert_eq!(with("timeout", json!("30")), "timeout");
    assert_eq!(with("timeout", json!(0)), "timeout");
    assert_eq!(with("rateLimit", json!("sometimes")), "rateLimit");
    assert_eq!(with("ceilings", json!({ "noSuchMethod": 1 })), "ceilings.noSuchMethod");
    assert_eq!(with("rootCertificates", json!(["SECRET"])), "rootCertificates");
    let empty = "-----BEGIN CERTIFICATE-----\nU0VDUkVU\n-----END CERTIFICATE-----\n";
    assert_eq!(with("rootCertificates", json!([empty])), "rootCertificates");
    assert_eq!(with("proxy", json!("::SECRET")), "proxy");
    assert_eq!(with("typo", json!(1)), "typo");
    assert_eq!(Product::default(), Product::Cms);
    assert!(!format!("{:?}", Options::new("SECRET", "c").proxy("http://u:SECRET@p")).contains("SECRET"));
    let client = Client::new(Options::new("SECRET", "c").header("X-A", "SECRET")).unwrap();
    assert!(!format!("{client:?}").contains("SECRET"));
}

#[tokio::test]
async fn a_wrong_key_says_so() {
    let emulator = Emulator::start();
    let client = Client::new(Options::new("WRONG", "YOUR_COMMUNITY_ID").api_url(&emulator.url)).unwrap();
    let response = client.cms().get_community_v2().await.unwrap();
    let failure = response.error.unwrap();
    assert_eq!((response.status, failure.kind, failure.attempts), (Some(401), ErrorKind::Auth, 1));
    let problem: Value = serde_json::from_str(failure.problem.unwrap().get()).unwrap();
    assert_eq!(response.reason.as_deref(), problem["detail"].as_str());
    assert!(failure.request_id.is_some());
}

#[tokio::test]
async fn a_429_is_waited_out() {
    let emulator = Emulator::start();
    let admin = Admin::of(&emulator);
    admin
        .post(
            "faults",
            &json!({
                "operation": "getSubVersionV2", "times": 1,
                "action": { "type": "respond", "status": 429, "headers": { "Retry-After": "1" }, "body": "" }
            }),
        )
        .await;
    let start = std::time::Instant::now();
    let response = emulator.client().cms().get_sub_version_v2().await.unwrap();
    assert!(response.success && start.elapsed() >= Duration::from_secs(1));
    assert_eq!(admin.journal().await.len(), 2);
}

#[tokio::test]
async fn the_ceiling_is_kept_and_in_mode_error_told() {
    let emulator = Emulator::start();
    let client = Client::new(emulator.options().rate_limit(RateLimit::Error)).unwrap();
    for _ in 0..9 {
        assert!(client.cms().get_roster_v2(1, None).await.unwrap().success);
    }
    let response = client.cms().get_roster_v2(1, None).await.unwrap();
    let failure = response.error.unwrap();
    assert_eq!((failure.kind, failure.attempts), (ErrorKind::RateLimited, 0));
    assert!(failure.retry_after.unwrap() > Duration::from_secs(30));
    assert_eq!(Admin::of(&emulator).journal().await.len(), 9);
}

#[tokio::test]
async fn failures_of_the_service_are_repeated_where_that_is_harmless() {
    let emulator = Emulator::start();
    let admin = Admin::of(&emulator);
    let down = json!({ "times": "always", "action": { "type": "respond", "status": 503, "body": "down for repair" } });
    admin.post("faults", &down).await;
    let client = emulator.client();
    let read = client.cms().get_community_v2().await.unwrap();
    assert_eq!((read.reason.as_deref(), read.error.unwrap().attempts), (Some("down for repair"), 3));
    let write = client.cms().set_account_name_v2(ACCOUNT, &json!({ "newName": "x" })).await.unwrap();
    assert_eq!(write.error.unwrap().attempts, 1);
    let once = client.cms().with(CallOptions { retries: Some(0), ..CallOptions::default() });
    assert_eq!(once.get_community_v2().await.unwrap().error.unwrap().attempts, 1);
}

#[tokio::test]
async fn a_lost_answer_to_a_write_leaves_its_outcome_unknown() {
    let emulator = Emulator::start();
    let admin = Admin::of(&emulator);
    admin.post("faults", &json!({ "times": "always", "delay": 5000 })).await;
    let client = emulator.client();
    let short = CallOptions { timeout: Some(Duration::from_secs(1)), ..CallOptions::default() };
    let cms = client.cms().with(short);
    let write = cms.set_account_name_v2(ACCOUNT, &json!({ "newName": "x" })).await.unwrap();
    let failure = write.error.unwrap();
    assert_eq!((write.status, failure.kind, failure.outcome_unknown), (None, ErrorKind::Timeout, true));
    let read = cms.get_account_v2(ACCOUNT).await.unwrap();
    assert!(!read.error.unwrap().outcome_unknown);
}

#[tokio::test]
async fn dropping_a_call_closes_its_connection() {
    let emulator = Emulator::start();
    let admin = Admin::of(&emulator);
    admin.post("faults", &json!({ "times": "always", "delay": 5000 })).await;
    let client = emulator.client();
    let cms = client.cms();
    let call = cms.get_community_v2();
    assert!(tokio::time::timeout(Duration::from_secs(1), call).await.is_err());
    for _ in 0..3000 {
        if admin.journal().await.last().is_some_and(|entry| entry["outcome"] == "aborted") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the emulator never saw the connection close: {:?}", admin.journal().await);
}

#[tokio::test]
async fn nobody_there_is_a_connection_failure_and_no_such_host_one_of_names() {
    let options = || Options::new("k", "c").retries(1);
    let refused = Client::new(options().api_url("http://127.0.0.1:9")).unwrap();
    let response = refused.cms().start_activity_v2(1).await.unwrap();
    let failure = response.error.unwrap();
    assert_eq!((failure.kind, failure.attempts), (ErrorKind::Connect, 2));
    // Nothing was written, so a write is repeated, and its outcome is known.
    assert!(!failure.outcome_unknown);
    let nowhere = Client::new(options().api_url("https://nowhere.invalid")).unwrap();
    let failure = nowhere.cms().get_community_v2().await.unwrap().error.unwrap();
    assert_eq!((failure.kind, failure.attempts), (ErrorKind::Dns, 2));
}

/// A Valkey or Redis server in a folder, which ends with this value.
#[cfg(unix)]
struct Server {
    process: std::process::Child,
    folder: std::path::PathBuf,
}

#[cfg(unix)]
impl Server {
    /// Nothing where none is installed.
    fn start() -> Option<Self> {
        use std::io::{BufRead, BufReader};
        use std::process::{Command, Stdio};

        let installed = |program: &&str| Command::new(program).arg("--version").output().is_ok();
        let program = ["valkey-server", "redis-server"].into_iter().find(installed)?;
        let folder = std::env::temp_dir().join(format!("sonoran-client-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut process = Command::new(program)
            .args(["--port", "0", "--save", "", "--unixsocket", "socket", "--dir"])
            .arg(&folder)
            .current_dir(&folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("eady to accept connections")));
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self { process, folder })
    }

    fn url(&self, socket: &str) -> String {
        format!("unix:{}", self.folder.join(socket).display())
    }
}

#[cfg(unix)]
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn all_that_name_a_server_share_the_limits() {
    let Some(server) = Server::start() else {
        eprintln!("skipped: neither valkey-server nor redis-server is installed");
        return;
    };
    // By another name it is another one: two such clients know of each other through the server alone.
    std::os::unix::fs::symlink(server.folder.join("socket"), server.folder.join("other")).unwrap();
    let emulator = Emulator::start();
    let client = |socket| {
        let shared = emulator.options().share_limits(ShareLimits::Server(server.url(socket)));
        Client::new(shared.ceiling("getAccountV2", 3)).unwrap()
    };
    let (one, other) = (client("socket"), client("other"));
    for client in [&one, &other, &one] {
        assert!(client.cms().get_account_v2(ACCOUNT).await.unwrap().success);
    }
    let hurried = CallOptions { max_wait: Some(Duration::from_secs(1)), ..CallOptions::default() };
    for client in [&one, &other] {
        let refused = client.cms().with(hurried.clone()).get_account_v2(ACCOUNT).await.unwrap();
        assert_eq!(refused.error.unwrap().kind, ErrorKind::RateLimited);
    }
    assert_eq!(Admin::of(&emulator).journal().await.len(), 3);
}

#[test]
fn the_snippet_of_the_guide_to_sharing_a_key_stands_here_too() {
    let page = include_str!("../../../docs/sharing-a-key.md");
    let (_, snippet) = page.split_once("```rust\n").unwrap();
    let (snippet, _) = snippet.split_once("\n```").unwrap();
    assert!(include_str!("client.rs").contains(snippet), "{snippet}");
    let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").share_limits(ShareLimits::Machine);
    assert!(Client::new(options).is_ok());
}
