//! Connections as a server sees them.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::{Call, CallOptions, Client, Options};

const ANSWER: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 26\r\n\r\n{\"success\":true,\"data\":1}\n";

struct Server(TcpListener);

impl Server {
    async fn start() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    fn client(&self, idle_timeout: Duration) -> Client {
        let url = format!("http://{}", self.0.local_addr().unwrap());
        let options = Options::new("KEY", "community").api_url(url).idle_timeout(idle_timeout).retries(0);
        Client::new(options).unwrap()
    }

    async fn accept(&self) -> TcpStream {
        self.0.accept().await.unwrap().0
    }
}

/// Reads the head of a request; none where the client closed the connection instead.
async fn asked(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return None,
        }
    }
    Some(String::from_utf8(head).unwrap())
}

async fn answer(stream: &mut TcpStream) -> String {
    let head = asked(stream).await.unwrap();
    stream.write_all(ANSWER.as_bytes()).await.unwrap();
    head
}

async fn call(client: &Client) -> bool {
    let call = Call::from_parts("getCommunityV2", Vec::new(), None, CallOptions::default()).unwrap();
    client.execute(call).await.unwrap().success
}

#[tokio::test]
async fn the_next_request_takes_the_same_connection_and_names_the_service_first() {
    let server = Server::start().await;
    let client = server.client(Duration::from_secs(60));
    let serve = async {
        let mut stream = server.accept().await;
        answer(&mut stream).await;
        answer(&mut stream).await
    };
    let (head, ()) = tokio::join!(serve, async {
        assert!(call(&client).await);
        assert!(call(&client).await);
    });
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("GET /v2/community HTTP/1.1"));
    let host = format!("host: {}", server.0.local_addr().unwrap());
    assert_eq!(lines.next(), Some(host.as_str()));
    assert_eq!(head.matches("host: ").count(), 1);
}

#[tokio::test]
async fn idle_connections_are_closed_in_time_though_nobody_calls() {
    let server = Server::start().await;
    let client = server.client(Duration::from_millis(50));
    let serve = async {
        let (mut one, mut other) = (server.accept().await, server.accept().await);
        tokio::join!(answer(&mut one), answer(&mut other));
        (asked(&mut one).await, asked(&mut other).await)
    };
    let (closed, ..) = tokio::join!(serve, call(&client), call(&client));
    assert_eq!(closed, (None, None));

    // Nor is the next one kept for ever.
    let serve = async {
        let mut stream = server.accept().await;
        answer(&mut stream).await;
        asked(&mut stream).await
    };
    let (closed, ok) = tokio::join!(serve, call(&client));
    assert_eq!((closed, ok), (None, true));
}

#[tokio::test]
async fn without_an_idle_timeout_each_request_has_its_own() {
    let server = Server::start().await;
    let client = server.client(Duration::ZERO);
    for _ in 0..2 {
        let serve = async {
            let mut stream = server.accept().await;
            answer(&mut stream).await;
            asked(&mut stream).await
        };
        assert_eq!(tokio::join!(serve, call(&client)), (None, true));
    }
}

#[tokio::test]
async fn one_whose_call_was_dropped_is_closed_and_not_used_again() {
    let server = Server::start().await;
    let client = server.client(Duration::from_secs(60));
    let serve = async {
        let mut stream = server.accept().await;
        asked(&mut stream).await.unwrap();
        stream
    };
    let mut stream = tokio::select! {
        _ = call(&client) => panic!("nothing answered it"),
        stream = serve => stream,
    };
    assert_eq!(asked(&mut stream).await, None);

    let serve = async { answer(&mut server.accept().await).await };
    assert!(tokio::join!(serve, call(&client)).1);
}

#[tokio::test]
async fn one_that_says_more_than_it_was_asked_is_not_used_again() {
    let server = Server::start().await;
    let client = server.client(Duration::from_secs(60));
    let serve = async {
        let mut stream = server.accept().await;
        asked(&mut stream).await.unwrap();
        stream.write_all([ANSWER, ANSWER].concat().as_bytes()).await.unwrap();
        answer(&mut server.accept().await).await
    };
    let (_, ok) = tokio::join!(serve, async { call(&client).await && call(&client).await });
    assert!(ok);
}

#[test]
fn those_of_a_runtime_that_is_gone_are_not_used_again() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let client = Client::new(Options::new("KEY", "community").api_url(url).retries(0)).unwrap();
    for _ in 0..2 {
        let listener = listener.try_clone().unwrap();
        let work = async {
            let server = Server(TcpListener::from_std(listener).unwrap());
            let serve = async { answer(&mut server.accept().await).await };
            assert!(tokio::join!(serve, call(&client)).1);
        };
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
    }
}
