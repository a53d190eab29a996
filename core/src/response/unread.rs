//! Envelopes that are left to whoever made the call, where its language reads JSON itself: they are read once then.

use super::failed::unreadable;
use super::{Course, Response, decode};
use crate::attempt::{Attempt, Reply};
use crate::{ErrorKind, Operation, Wire};

/// A success of version 2 whose envelope nobody has read.
#[derive(Debug, Clone)]
pub(super) struct Unread {
    operation: &'static Operation,
    reply: Reply,
    course: Course,
}

impl Unread {
    /// Whether an answer can be left so: it has an envelope, as far as its status and its bytes tell.
    pub(super) fn fits(operation: &Operation, reply: &Reply) -> bool {
        let has_envelope = matches!(reply.status, 200..300) && !matches!(reply.status, 204 | 205);
        has_envelope && matches!(operation.wire, Wire::V2) && std::str::from_utf8(&reply.body).is_ok()
    }

    /// What its caller is told before it has read anything.
    pub(super) fn response(operation: &'static Operation, reply: Reply, course: Course) -> Response {
        let mut response = Response::succeeded(reply.status, None, None);
        response.request_id.clone_from(&reply.request_id);
        response.unread = Some(Box::new(Self { operation, reply, course }));
        course.told(response)
    }

    /// As any other is read, if it is not too deep: whoever reads JSON itself needs a bound.
    fn read(self) -> Response {
        let Self { operation, reply, course } = self;
        let failure = course.failure(ErrorKind::InvalidResponse, operation);
        let response = decode(operation, Attempt::Answered(reply.clone()), course);
        if ![&response.data, &response.meta].into_iter().flatten().any(|json| is_deeper(json.get(), LEVELS)) {
            return response;
        }
        course.told(unreadable(operation, &reply, failure, &format!("JSON of at most {LEVELS} levels")))
    }
}

/// As many levels of lists and objects as `serde_json` reads in a value.
const LEVELS: usize = 127;

/// Whether JSON has more levels than so many.
fn is_deeper(json: &str, most: usize) -> bool {
    let (mut level, mut in_text, mut is_escaped) = (0, false, false);
    json.bytes().any(|sign| {
        match sign {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => level += 1,
            b']' | b'}' if !in_text => level -= 1,
            _ => {}
        }
        level > most
    })
}

impl<T> Response<T> {
    /// The envelope of a success as it came, where the call [left it unread](crate::Call::leave_unread): text in UTF-8
    /// without halves of surrogate pairs, which may yet be no JSON, or no envelope of a success. Such a response has neither
    /// data nor meta. For language bindings.
    pub fn unread(&self) -> Option<&[u8]> {
        self.unread.as_ref().map(|unread| &unread.reply.body[..])
    }
}

impl Response {
    /// The same, read as by any other call.
    pub(crate) fn read(mut self) -> Self {
        match self.unread.take() {
            Some(unread) => unread.read(),
            None => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::left_unread;
    use super::super::tests::{ONCE, WRITE, reply};
    use super::*;

    fn unread(status: u16, body: &str) -> Response {
        left_unread(&WRITE, Attempt::Answered(reply(status, "application/json", body)), ONCE)
    }

    #[test]
    fn a_success_is_left_as_it_came_and_can_be_read() {
        let body = r#"{"success":true,"data":{"a":"\ud83d"},"meta":{"b":1}}"#;
        let response = unread(200, body);
        assert!(response.success && response.data.is_none() && response.meta.is_none());
        assert_eq!((response.status, response.attempts), (Some(200), 1));
        assert_eq!(response.unread(), Some(body.replace("ud83d", "uFFFD").as_bytes()));
        let read = response.read();
        assert_eq!(read.unread(), None);
        assert_eq!(read.data.unwrap().get(), r#"{"a":"\uFFFD"}"#);
        assert_eq!(read.meta.unwrap().get(), r#"{"b":1}"#);
    }

    #[test]
    fn what_is_no_envelope_of_a_success_is_told_once_it_is_read() {
        for body in [r#"{"success":false,"message":"no"}"#, r#"{"success":true,"data":"#, "<html>", ""] {
            let read = unread(200, body).read();
            let usual = decode(&WRITE, Attempt::Answered(reply(200, "application/json", body)), ONCE);
            assert!(!read.success);
            assert_eq!(read.to_json(), usual.to_json(), "{body}");
        }
    }

    #[test]
    fn it_is_read_as_deep_as_values_are() {
        let deep = |levels: usize| {
            let data = format!("{}\"]]\\\"[[\"{}", "[".repeat(levels), "]".repeat(levels));
            let value = serde_json::from_str::<serde_json::Value>(&data);
            (unread(200, &format!(r#"{{"success":true,"data":{data}}}"#)).read(), value.is_ok())
        };
        let (read, fits) = deep(LEVELS);
        assert!(read.success && fits);
        let (refused, fits) = deep(LEVELS + 1);
        assert!(!refused.success && !fits && refused.data.is_none());
        let meta = format!(
            r#"{{"success":true,"data":1,"meta":{}1{}}}"#,
            "[".repeat(LEVELS + 1),
            "]".repeat(LEVELS + 1)
        );
        assert!(!unread(200, &meta).read().success);
        assert!(
            refused
                .reason
                .unwrap()
                .starts_with("The answer (status 200) is not JSON of at most 127 levels: ")
        );
    }

    #[test]
    fn everything_else_is_read_at_once() {
        for (status, body) in [(204, ""), (404, r#"{"title":"no"}"#), (302, "")] {
            let response = unread(status, body);
            assert_eq!(response.unread(), None, "{status}");
            let usual = decode(&WRITE, Attempt::Answered(reply(status, "application/json", body)), ONCE);
            assert_eq!(response.to_json(), usual.to_json(), "{status}");
        }
        let broken =
            Reply { body: b"{\"success\":true,\"data\":\"\xff\"}".as_slice().into(), ..reply(200, "", "") };
        let response = left_unread(&WRITE, Attempt::Answered(broken), ONCE);
        assert!(!response.success && response.unread().is_none());
    }
}
