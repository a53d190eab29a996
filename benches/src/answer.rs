//! A server that does next to nothing, so that what is measured is the client: it gives each request the same answer.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use anyhow::Result;

/// Answers with the JSON on standard input, and prints where.
pub(crate) fn run() -> Result<()> {
    let mut body = String::new();
    std::io::stdin().read_to_string(&mut body)?;
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length:";
    let answer: &[u8] = format!("{head} {}\r\n\r\n{body}", body.len()).leak().as_bytes();
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", serde_json::json!({ "url": format!("http://{}", listener.local_addr()?) }));
    for connection in listener.incoming() {
        let connection = connection?;
        connection.set_nodelay(true)?;
        // Whatever ends a connection is the client's doing.
        thread::spawn(move || serve(connection, answer));
    }
    Ok(())
}

fn serve(mut connection: TcpStream, answer: &[u8]) -> std::io::Result<()> {
    let mut held = Vec::new();
    let mut room = [0; 16 * 1024];
    loop {
        while let Some(length) = length(&held) {
            held.drain(..length);
            connection.write_all(answer)?;
        }
        match connection.read(&mut room)? {
            0 => return Ok(()),
            read => held.extend_from_slice(&room[..read]),
        }
    }
}

/// How long the first request is, once it is all there.
fn length(held: &[u8]) -> Option<usize> {
    let start = held.windows(4).position(|end| end == b"\r\n\r\n")? + 4;
    let body = std::str::from_utf8(&held[..start]).ok()?.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let whole = start + body.unwrap_or_default();
    (held.len() >= whole).then_some(whole)
}
