//! Callers that are slow, huge or sly: they are refused, and nobody else notices.

use std::io::Write;
use std::net::Shutdown;
use std::time::Duration;

use crate::client::{Answer, Api, parse, rest};

/// The status of the first answer, and how many there were.
fn answers(received: &[u8]) -> (Option<u16>, usize) {
    let text = String::from_utf8_lossy(received);
    (parse(received).map(|answer| answer.status), text.matches("HTTP/1.1 ").count())
}

fn still_well(api: &Api) {
    let before = api.journal("").len();
    assert_eq!(api.get("/v2/community").status, 200);
    assert_eq!(api.journal("").len(), before + 1);
}

#[test]
fn a_request_that_can_be_read_in_two_ways_is_read_in_none() {
    // So that a connection which stays open by mistake ends all the same.
    let api = Api::with(|settings| settings.head_timeout = Duration::from_secs(1));
    let head = "POST /v2/community/short-urls HTTP/1.1\r\nHost: localhost\r\n";
    let hidden = "GET /v2/community HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for sly in [
        format!("{head}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello{hidden}"),
        format!("{head}Content-Length: 5, 6\r\n\r\nhello{hidden}"),
        format!("{head}Content-Length: +5\r\n\r\nhello{hidden}"),
        format!("{head}Content-Length: 0x5\r\n\r\nhello{hidden}"),
        format!("{head}Content-Length: -1\r\n\r\n{hidden}"),
        format!("{head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{hidden}"),
        format!("{head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("{head}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("{head}Transfer-Encoding\x0b: chunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("{head}X: a\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("{head}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{hidden}"),
        format!("{head}Transfer-Encoding: chunked\r\n\r\n-1\r\n{hidden}"),
        format!("{head}Transfer-Encoding: chunked\r\n\r\n5 x\r\nhello\r\n0\r\n\r\n{hidden}"),
        "GET /v2/community HTTP/1.1\nHost:\0localhost\n\n".to_owned(),
        "GET  /v2/community HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(),
        "GET /v2/community HTTP/3.0\r\nHost: localhost\r\n\r\n".to_owned(),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
    ] {
        let (status, count) = answers(&rest(api.wrote(sly.as_bytes())));
        // What is no HTTP/1.1 at all may have the connection closed without a word.
        let refused = matches!(status, None | Some(400 | 403 | 505));
        assert!(refused && count <= 1, "{sly:?}: {status:?}, {count} answers");
        assert_eq!(api.journal("").len(), 0, "{sly:?}");
    }
    still_well(&api);
}

#[test]
fn a_length_beside_chunks_does_not_count_and_ends_the_connection() {
    let api = Api::with(|settings| settings.head_timeout = Duration::from_secs(1));
    let hidden = "GET /v2/community HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let head = "POST /nowhere HTTP/1.1\r\nHost: localhost\r\n";
    for lengths in
        ["Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5"]
    {
        let sly = format!("{head}{lengths}\r\n\r\n0\r\n\r\n{hidden}");
        let (status, count) = answers(&rest(api.wrote(sly.as_bytes())));
        assert_eq!((status, count), (Some(404), 1), "{lengths}");
    }
    assert_eq!(api.journal("").len(), 0);
}

#[test]
fn what_is_too_large_is_refused() {
    let api = Api::with(|settings| settings.max_body = 1000);
    let head = |header: String| format!("GET /v2/community HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n");
    let ended = |request: String| answers(&rest(api.wrote(request.as_bytes()))).0;
    assert_eq!(ended(head(format!("X: {}", "x".repeat(300_000)))), Some(431));
    assert_eq!(ended(head(vec!["X: x"; 200].join("\r\n"))), Some(431));
    let path = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "x".repeat(70_000));
    assert!(matches!(ended(path), Some(414 | 431)));
    let large = api.send("POST", "/v2/community/short-urls", &[], &[b' '; 1001]);
    assert_eq!(
        large.refusal(),
        (413, "The request's body is larger than 1000 bytes, see --max-body.".to_owned())
    );
    let chunk = format!("3e9\r\n{}\r\n0\r\n\r\n", " ".repeat(1001));
    let chunked = "POST /v2/community/short-urls HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked";
    assert_eq!(ended(format!("{chunked}\r\n\r\n{chunk}")), Some(413));
    assert_eq!(api.journal("").len(), 0);
    still_well(&api);
}

#[test]
fn who_is_slow_is_not_waited_for() {
    let api = Api::with(|settings| {
        settings.head_timeout = Duration::from_millis(100);
        settings.body_timeout = Duration::from_millis(100);
    });
    // Nothing at all, a part of a head, and a second head that does not come.
    for begun in ["", "GET /v2/comm", "GET /_gateway/health HTTP/1.1\r\nHost: localhost\r\n\r\nGET"] {
        rest(api.wrote(begun.as_bytes()));
    }
    let begun = "POST /v2/community/short-urls HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf";
    let late: Option<Answer> = parse(&rest(api.wrote(begun.as_bytes())));
    assert_eq!(late.unwrap().refusal().0, 408);
    assert_eq!(api.journal("").len(), 0);
}

#[test]
fn a_body_that_breaks_off_is_not_sent() {
    let api = Api::new();
    let begun = "POST /v2/community/short-urls HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf";
    let mut stream = api.wrote(begun.as_bytes());
    stream.flush().unwrap();
    let _ = stream.shutdown(Shutdown::Write);
    rest(stream);
    assert_eq!(api.journal("").len(), 0);
    still_well(&api);
}
