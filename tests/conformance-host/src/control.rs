//! The control side: a few requests over HTTP, one to a connection.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::Host;

/// Answers on the listener until the process ends.
pub fn serve(listener: &TcpListener, host: &Arc<Host>) {
    for stream in listener.incoming().flatten() {
        let host = Arc::clone(host);
        // A runner that hangs up early needs no answer.
        std::thread::spawn(move || exchange(&host, &stream).unwrap_or_default());
    }
}

fn exchange(host: &Host, mut stream: &TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default().to_owned());
    let method = method.to_owned();
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let (status, answer) = match answer(host, &method, &path, &body) {
        Ok(answer) => (200, answer),
        Err(problem) => (400, json!({ "problem": problem })),
    };
    let text = answer.to_string();
    write!(
        stream,
        "HTTP/1.1 {status} Status\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{text}",
        text.len()
    )
}

fn answer(host: &Host, method: &str, path: &str, body: &[u8]) -> Result<Value, String> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (method, parts.as_slice()) {
        ("GET", ["scenarios"]) => Ok(host.list()),
        ("POST", ["scenarios", name, "start"]) => host.start(name),
        ("POST", ["scenarios", name, "finish"]) => {
            let report = serde_json::from_slice(body).map_err(|error| error.to_string())?;
            Ok(json!({ "failures": host.finish(name, &report)? }))
        }
        _ => Err(format!("{method} {path} is none of GET /scenarios, POST /scenarios/NAME/start, …/finish")),
    }
}
