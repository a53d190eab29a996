//! Sockets that nobody watches, as a server sees them.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::{Call, Client, Options, Response, handoff};

/// Longer than any answer here takes, and no time at all.
const PATIENT: Duration = Duration::from_secs(60);
const HASTY: Duration = Duration::ZERO;

const ACCOUNT: &str = r#"["00000000-0000-0000-0000-000000000000"]"#;

/// A server of one connection after another.
struct Server {
    address: String,
    /// Of which connection each request was, and how long its body.
    heard: Receiver<(usize, usize)>,
}

/// What is done for every request of a connection, the first of which is 0.
type Serve = fn(&mut TcpStream, request: usize) -> Next;

enum Next {
    Keep,
    Close,
}

fn server(serve: Serve) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (teller, heard) = channel();
    thread::spawn(move || {
        for (connection, stream) in listener.incoming().enumerate() {
            let Ok(stream) = stream else { return };
            converse(stream, connection, serve, &teller);
        }
    });
    Server { address, heard }
}

fn converse(mut stream: TcpStream, connection: usize, serve: Serve, teller: &Sender<(usize, usize)>) {
    for number in 0.. {
        let Some(length) = read_request(&mut stream) else { return };
        if matches!(serve(&mut stream, number), Next::Close) {
            drop(stream);
            let _ = teller.send((connection, length));
            return;
        }
        let _ = teller.send((connection, length));
    }
}

/// Reads a request; how long its body is, or none where the connection ends.
fn read_request(stream: &mut TcpStream) -> Option<usize> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length = length.map_or(0, |length| length.parse().unwrap());
    stream.read_exact(&mut vec![0; length]).ok()?;
    Some(length)
}

fn answer(stream: &mut TcpStream, length: usize) {
    let body = format!(r#"{{"success":true,"data":"{}"}}"#, "x".repeat(length));
    write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
}

fn client(server: &Server) -> Client {
    Client::new(Options::new("KEY", "COMMUNITY").api_url(&*server.address)).unwrap()
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// Begins a call on this thread, which stays with it for so long. What hears its response.
fn begin(runtime: &Runtime, client: &Client, call: Call, patience: Duration) -> Receiver<(Response, bool)> {
    let (tell, told) = channel();
    let (client, here) = (client.clone(), thread::current().id());
    let work = async move {
        let response = client.execute(call).await.unwrap();
        tell.send((response, thread::current().id() == here)).unwrap();
    };
    drop(handoff::begin(runtime.handle(), Box::pin(work), patience));
    told
}

fn read() -> Call {
    Call::from_json("getAccountV2", ACCOUNT, None, None).unwrap()
}

fn length(response: &Response) -> usize {
    assert!(response.success && response.attempts == 1, "{response:?}");
    response.data.as_ref().unwrap().get().len() - 2
}

#[test]
fn those_who_look_themselves_and_the_runtime_share_a_connection() {
    let server = server(|stream, _| {
        answer(stream, 1000);
        Next::Keep
    });
    let (runtime, client) = (runtime(), client(&server));
    for patience in [HASTY, PATIENT, PATIENT, HASTY, HASTY, PATIENT, HASTY] {
        let (response, ends_here) = begin(&runtime, &client, read(), patience).recv().unwrap();
        assert_eq!(length(&response), 1000);
        assert!(ends_here || patience == HASTY);
        assert_eq!(server.heard.recv().unwrap(), (0, 0));
    }
}

#[test]
fn more_than_is_read_or_written_at_once_goes_through() {
    const LONG: usize = 3_000_000;
    let server = server(|stream, _| {
        answer(stream, LONG);
        Next::Keep
    });
    let (runtime, client) = (runtime(), client(&server));
    // The second one on a connection that nobody watches.
    for _ in 0..2 {
        let payload = format!(r#"{{"newName": "{}"}}"#, "y".repeat(LONG));
        let call = Call::from_json("setAccountNameV2", ACCOUNT, Some(payload), None).unwrap();
        let (response, ends_here) = begin(&runtime, &client, call, PATIENT).recv().unwrap();
        assert_eq!(length(&response), LONG);
        assert!(ends_here);
        let (connection, sent) = server.heard.recv().unwrap();
        assert!(connection == 0 && sent > LONG);
    }
}

#[test]
fn what_comes_after_the_patience_comes_in_the_runtime() {
    // Answers the second request once it is told to.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (release, released) = channel::<()>();
    let held = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        read_request(&mut stream).unwrap();
        answer(&mut stream, 1);
        read_request(&mut stream).unwrap();
        released.recv().unwrap();
        answer(&mut stream, 2);
        // So that the answer is read before the connection ends.
        read_request(&mut stream)
    });
    let runtime = runtime();
    let client = Client::new(Options::new("KEY", "COMMUNITY").api_url(address)).unwrap();
    let (first, _) = begin(&runtime, &client, read(), PATIENT).recv().unwrap();
    assert_eq!(length(&first), 1);
    let told = begin(&runtime, &client, read(), Duration::from_millis(5));
    assert!(told.try_recv().is_err());
    release.send(()).unwrap();
    let (second, ends_here) = told.recv().unwrap();
    assert_eq!(length(&second), 2);
    assert!(!ends_here);
    drop((client, runtime));
    assert_eq!(held.join().unwrap(), None);
}

#[test]
fn one_that_was_closed_while_nobody_watched_is_replaced() {
    let server = server(|stream, request| {
        answer(stream, 1);
        if request == 1 { Next::Close } else { Next::Keep }
    });
    let (runtime, client) = (runtime(), client(&server));
    for connection in [0, 0, 1, 1, 2] {
        let (response, _) = begin(&runtime, &client, read(), PATIENT).recv().unwrap();
        assert_eq!(length(&response), 1);
        // Told once it is closed.
        assert_eq!(server.heard.recv().unwrap(), (connection, 0));
    }
}
