//! The receiver of push events over real connections: hyper and axum in front, raw clients where it matters
//! what is on the wire.
#![forbid(unsafe_code)]
#![allow(missing_docs)]

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::{http1, http2};
use hyper::{HeaderMap, Method, Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};
use sonoran::{
    EVENT_BYTES, Event, EventData, EventKeys, EventService, EventServiceBuilder, parse_event, types,
};
use sonoran_tests::{ACCOUNT, Emulator, documented_events};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

const KEY: &str = "c4nary-0fTheKey";
const PATH: &str = "/sonorancms/events";

fn builder() -> EventServiceBuilder {
    EventService::builder(EventKeys::new(["YOUR_API_KEY", KEY]).unwrap())
}

/// A receiver whose events come out at the other end.
fn receiver(builder: EventServiceBuilder) -> (EventService, mpsc::UnboundedReceiver<Event>) {
    let (tell, told) = mpsc::unbounded_channel();
    let service = builder.on(move |event| {
        let told = tell.send(event);
        async move { Ok(told?) }
    });
    (service.unwrap(), told)
}

/// Serves it with hyper, in both versions of HTTP.
async fn serve(service: &EventService) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = TowerToHyperService::new(service.clone());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let server = auto::Builder::new(TokioExecutor::new());
                // What a client does to its connection is its own affair.
                let _ = server.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    address
}

/// A connection that is kept from one request to the next.
struct Connection(http1::SendRequest<Full<Bytes>>);

struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    async fn of(response: Response<hyper::body::Incoming>) -> Self {
        let (head, body) = response.into_parts();
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        assert!(!format!("{:?}{text}", head.headers).contains(KEY), "{text}");
        Self { status: head.status.as_u16(), headers: head.headers, text }
    }
}

impl Connection {
    async fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self(sender)
    }

    async fn send(&mut self, method: Method, path: &str, body: String) -> Answer {
        let request = Request::builder().method(method).uri(path).header("host", "localhost");
        self.0.ready().await.unwrap();
        Answer::of(self.0.send_request(request.body(Full::from(body)).unwrap()).await.unwrap()).await
    }

    async fn post(&mut self, body: String) -> u16 {
        self.send(Method::POST, PATH, body).await.status
    }
}

fn body(event_type: &str, data: &Value) -> String {
    json!({ "key": KEY, "type": event_type, "data": data }).to_string()
}

/// Sends this and no more, and gives all that comes until the other side closes the connection.
async fn raw(address: SocketAddr, head: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("POST {PATH} HTTP/1.1\r\nhost: x\r\n{head}\r\n\r\n").as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    // What the server leaves unread makes the end a reset.
    while let Ok(length @ 1..) = stream.read(&mut part).await {
        answer.extend_from_slice(&part[..length]);
    }
    String::from_utf8(answer).unwrap()
}

/// The typed data as JSON.
fn typed(event: &Event) -> Value {
    match event.typed() {
        EventData::AccountUpdated(data) => json!(data),
        EventData::AccountKicked(data) => json!(data),
        EventData::AccountBanned(data) => json!(data),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_documented_event_arrives_typed_and_whole() {
    let (service, mut told) = receiver(builder());
    let address = serve(&service).await;
    let mut connection = Connection::to(address).await;
    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (mut over_http2, driver) = http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    tokio::spawn(driver);
    let documented = documented_events();
    assert!(!documented.is_empty());
    for event in &documented {
        let body = event["body"].to_string();
        let request =
            Request::post(format!("http://localhost{PATH}")).body(Full::<Bytes>::from(body.clone()));
        let answer = Answer::of(over_http2.send_request(request.unwrap()).await.unwrap()).await;
        assert_eq!((answer.status, connection.post(body.clone()).await), (204, 204));
        for _ in 0..2 {
            let arrived = told.recv().await.unwrap();
            assert_eq!(arrived.event_type, event["type"]);
            assert_eq!(arrived.data.get(), event["body"]["data"].to_string());
            assert_eq!(typed(&arrived), event["body"]["data"]);
            let same = parse_event(&body, &EventKeys::new(["YOUR_API_KEY"]).unwrap()).unwrap();
            assert_eq!(arrived.to_json(), same.to_json());
        }
    }
}

#[tokio::test]
async fn what_is_no_event_is_refused_and_the_connection_lives_on() {
    let (service, mut told) = receiver(builder());
    let mut connection = Connection::to(serve(&service).await).await;
    let good = body("X", &json!({}));
    for (method, path, body, status, words) in [
        (Method::POST, PATH, good.replace(KEY, "wrong"), 401, "The event's `key` is missing"),
        (Method::POST, PATH, json!({ "type": "X" }).to_string(), 401, "The event's `key` is missing"),
        (Method::POST, PATH, format!("{KEY}{good}"), 400, "The body is not JSON"),
        (Method::POST, PATH, String::new(), 400, "The body is not JSON"),
        (Method::PUT, PATH, good.clone(), 405, "Events are sent with POST."),
        (Method::GET, PATH, String::new(), 405, "Events are sent with POST."),
        (Method::POST, "/", good.clone(), 404, "Events are received at another path."),
    ] {
        let answer = connection.send(method, path, body).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        assert!(answer.text.starts_with(words), "{}", answer.text);
        assert_eq!(answer.headers["content-type"], "text/plain; charset=utf-8");
        assert_eq!(
            answer.headers.get("allow").map(|allow| allow.to_str().unwrap()),
            (status == 405).then_some("POST")
        );
    }
    assert_eq!(connection.post(good).await, 204);
    service.close().await;
    assert_eq!(told.recv().await.unwrap().event_type, "X");
    assert!(told.try_recv().is_err());
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_is_there() {
    let (service, _told) = receiver(builder());
    let address = serve(&service).await;
    let beyond = vec![b' '; EVENT_BYTES + 1];
    let chunk = [format!("{:x}\r\n", beyond.len()).into_bytes(), beyond, b"\r\n".to_vec()].concat();
    for (head, body) in
        [("content-length: 1000000000", &b"{"[..]), ("transfer-encoding: chunked", &chunk[..])]
    {
        let answer = raw(address, head, body).await.to_lowercase();
        assert!(answer.starts_with("http/1.1 413 "), "{answer}");
        assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
        assert!(answer.ends_with("the body has more than 256 kib."), "{answer}");
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let (service, _told) = receiver(builder().body_timeout(std::time::Duration::from_millis(50)));
    let address = serve(&service).await;
    for (head, body) in
        [("content-length: 10", &b"{"[..]), ("transfer-encoding: chunked", &b"1\r\n{\r\n"[..])]
    {
        let answer = raw(address, head, body).await.to_lowercase();
        assert!(answer.starts_with("http/1.1 408 "), "{answer}");
        assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_events_at_once_arrive_each_once_and_in_order() {
    const CONNECTIONS: usize = 50;
    const EACH: usize = 20;
    let (service, mut told) = receiver(builder());
    let address = serve(&service).await;
    let mut senders = JoinSet::new();
    for place in 0..CONNECTIONS {
        senders.spawn(async move {
            let mut connection = Connection::to(address).await;
            for number in 0..EACH {
                let event = body("NUMBERED", &json!({ "place": place, "number": number }));
                assert_eq!(connection.post(event).await, 204);
            }
        });
    }
    assert_eq!(senders.join_all().await.len(), CONNECTIONS);
    service.close().await;
    let mut arrived = vec![Vec::new(); CONNECTIONS];
    while let Ok(event) = told.try_recv() {
        let data: Value = serde_json::from_str(event.data.get()).unwrap();
        let number = |name: &str| usize::try_from(data[name].as_u64().unwrap()).unwrap();
        arrived[number("place")].push(number("number"));
    }
    let whole: Vec<usize> = (0..EACH).collect();
    assert!(arrived.iter().all(|numbers| *numbers == whole), "{arrived:?}");
}

#[tokio::test]
async fn a_full_queue_is_told_and_closing_empties_it() {
    let (permits, done) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (hold, count) = (permits.clone(), done.clone());
    let service = builder().capacity(1).on(move |_| {
        let (hold, count) = (hold.clone(), count.clone());
        async move {
            hold.acquire().await?.forget();
            count.add_permits(1);
            Ok(())
        }
    });
    let service = service.unwrap();
    let mut connection = Connection::to(serve(&service).await).await;
    let event = || body("X", &json!({}));
    // One is with the callback, one waits; how soon the callback takes the first is not known.
    let mut accepted = 0;
    let answer = loop {
        let answer = connection.send(Method::POST, PATH, event()).await;
        if answer.status != 204 {
            break answer;
        }
        accepted += 1;
    };
    assert!((1..=2).contains(&accepted), "{accepted}");
    assert_eq!((answer.status, answer.text.as_str()), (503, "Too many events are waiting."));
    assert_eq!(answer.headers["retry-after"], "1");
    permits.add_permits(2);
    service.close().await;
    assert_eq!(done.available_permits(), accepted);
    let answer = connection.send(Method::POST, PATH, event()).await;
    assert_eq!((answer.status, answer.text.as_str()), (503, "The receiver is closed."));
}

#[tokio::test]
async fn a_callback_that_fails_or_panics_is_told_and_stops_no_other() {
    let (tell, mut told) = mpsc::unbounded_channel();
    let failures = tell.clone();
    let service = builder()
        .on_error(move |event, failure| {
            failures.send(format!("{}: {failure}", event.event_type)).unwrap();
        })
        .on(move |event| {
            let tell = tell.clone();
            async move {
                match event.event_type.as_str() {
                    "FAILS" => Err("no luck".into()),
                    "PANICS" => panic!("no way"),
                    other => Ok(tell.send(other.to_owned())?),
                }
            }
        });
    let service = service.unwrap();
    let mut connection = Connection::to(serve(&service).await).await;
    for event_type in ["FAILS", "PANICS", "GOOD"] {
        assert_eq!(connection.post(body(event_type, &json!({}))).await, 204);
    }
    for expected in ["FAILS: no luck", "PANICS: it panicked: no way", "GOOD"] {
        assert_eq!(told.recv().await.unwrap(), expected);
    }
}

#[tokio::test]
async fn it_is_mounted_in_axum() {
    let (service, mut told) = receiver(builder());
    let (anywhere, mut told_anywhere) = receiver(builder().any_path());
    let router = Router::new().route_service(PATH, service).nest_service("/hooks", anywhere);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, router).into_future());
    let mut connection = Connection::to(address).await;
    assert_eq!(connection.post(body("FIRST", &json!({}))).await, 204);
    assert_eq!(told.recv().await.unwrap().event_type, "FIRST");
    let answer = connection.send(Method::POST, "/hooks/of/any/name", body("SECOND", &json!({}))).await;
    assert_eq!(answer.status, 204);
    assert_eq!(told_anywhere.recv().await.unwrap().event_type, "SECOND");
    let answer = connection.send(Method::GET, PATH, String::new()).await;
    assert_eq!((answer.status, answer.text.as_str()), (405, "Events are sent with POST."));
}

#[tokio::test]
async fn what_the_emulator_changes_arrives() {
    let (service, mut told) = receiver(builder());
    let target = format!("http://{}{PATH}", serve(&service).await);
    let emulator = Emulator::start();
    let client = emulator.client();
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let aim = http.put(format!("{}/_emulator/events", emulator.url));
    let targets = json!({ "targets": [{ "url": target }] });
    aim.body(targets.to_string()).send().await.unwrap().error_for_status().unwrap();
    let cms = client.cms();
    assert!(cms.set_account_name_v2(ACCOUNT, &json!({ "newName": "Alex" })).await.unwrap().success);
    assert!(cms.cms_kick_account(&json!({ "accId": ACCOUNT })).await.unwrap().success);
    assert!(cms.cms_ban_account(&json!({ "accId": ACCOUNT })).await.unwrap().success);
    let updated = told.recv().await.unwrap();
    let EventData::AccountUpdated(data) = updated.typed() else { panic!("{updated:?}") };
    assert_eq!((updated.account_id.as_deref(), data.acc_name.as_deref()), (Some(ACCOUNT), Some("Alex")));
    let kicked = told.recv().await.unwrap();
    let expected = types::AccountKicked { account_id: Some(ACCOUNT.to_owned()), ..Default::default() };
    let EventData::AccountKicked(data) = kicked.typed() else { panic!("{kicked:?}") };
    assert_eq!(types::AccountKicked { discord_id: None, ..data.clone() }, expected);
    let banned = told.recv().await.unwrap();
    assert!(matches!(banned.typed(), EventData::AccountBanned(_)), "{banned:?}");
    assert_eq!(banned.account_id.as_deref(), Some(ACCOUNT));
}

#[tokio::test]
async fn the_key_is_nowhere_to_be_seen() {
    let (service, mut told) = receiver(builder());
    let mut connection = Connection::to(serve(&service).await).await;
    assert_eq!(connection.post(body("ACCOUNT_KICKED", &json!({}))).await, 204);
    let event = told.recv().await.unwrap();
    let shown = format!("{service:?}{event:?}{}{:?}{:?}", event.to_json(), builder(), EventKeys::new([KEY]));
    assert!(!shown.contains(KEY), "{shown}");
}
