//! A scripted server's HTTP/2 connections.

use std::time::Duration;

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, RecvStream};
use http::{Request, Response};
use serde_json::{Map, Value};
use tokio::task::JoinSet;

use crate::answer::{Parts, parts};
use crate::record::Record;
use crate::request::described;
use crate::script::{Answer, Respond, Step};
use crate::script_server::{Play, Stream};

/// What is left to do on the connection after a stream was given its answer.
#[derive(PartialEq, Eq)]
enum Then {
    GoOn,
    GoAway,
    Deaf,
}

pub(crate) async fn connection(play: &Play, stream: impl Stream, number: usize) {
    let Ok(mut connection) = h2::server::handshake(stream).await else { return };
    let mut streams = JoinSet::new();
    while let Some(Ok((request, respond))) = connection.accept().await {
        let Some(answer) = play.next() else {
            play.record.unexpected("more requests came than the script has answers for");
            continue;
        };
        let then = then(&answer);
        streams.spawn(stream_of(play.record.clone(), request, respond, answer, number));
        match then {
            Then::GoOn => {}
            Then::GoAway => connection.graceful_shutdown(),
            // Held, but never looked at again.
            Then::Deaf => tokio::time::sleep(Duration::from_secs(600)).await,
        }
    }
    play.record.closed();
}

fn then(answer: &Answer) -> Then {
    if answer.contains(&Step::GoAway) {
        Then::GoAway
    } else if answer.contains(&Step::Deaf) {
        Then::Deaf
    } else {
        Then::GoOn
    }
}

async fn stream_of(
    record: Record,
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    answer: Answer,
    number: usize,
) {
    let (head, mut body) = request.into_parts();
    // A refused stream's request was not looked at.
    if answer.contains(&Step::Refuse) {
        return respond.send_reset(Reason::REFUSED_STREAM);
    }
    let mut bytes = Vec::new();
    while let Some(Ok(chunk)) = body.data().await {
        bytes.extend_from_slice(&chunk);
        let _ = body.flow_control().release_capacity(chunk.len());
    }
    let headers: Map<String, Value> = head
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into()))
        .collect();
    let target = head.uri.path_and_query().map_or("", |target| target.as_str());
    let mut seen = described(head.method.as_str(), target, &headers, &String::from_utf8_lossy(&bytes));
    seen["connection"] = number.into();
    record.request(seen);
    for step in &answer {
        match step {
            Step::Respond(answer) => send(&mut respond, answer),
            Step::Reset => respond.send_reset(Reason::INTERNAL_ERROR),
            Step::Pause(millis) => tokio::time::sleep(Duration::from_millis(*millis)).await,
            Step::Hang => tokio::time::sleep(Duration::from_secs(600)).await,
            _ => {}
        }
    }
}

fn send(respond: &mut SendResponse<Bytes>, answer: &Respond) {
    let Parts { status, headers, body } = parts(answer);
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name.to_ascii_lowercase(), value);
    }
    let Ok(response) = response.body(()) else { return };
    if let Ok(mut stream) = respond.send_response(response, body.is_empty()) {
        // A client that is gone by now needs no body.
        let _ = if body.is_empty() { Ok(()) } else { stream.send_data(body.into(), true) };
    }
}
