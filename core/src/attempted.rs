//! What is told of an attempt: to the hook, and to those who debug.

use std::fmt;
use std::time::Duration;

use crate::attempt::Attempt;
use crate::error::hide;
use crate::retry::Next;
use crate::{ErrorKind, Operation};

/// One attempt of a call, once its answer is there or it was lost, see
/// [`Options::on_attempt`](crate::Options::on_attempt).
///
/// ```
/// use sonoran::{Attempted, Options};
///
/// fn tell(attempt: &Attempted) {
///     match attempt.pause {
///         Some(pause) => println!("{} failed, and is tried again in {pause:?}", attempt.operation),
///         None => println!("{} is done after {} attempts", attempt.operation, attempt.number),
///     }
/// }
///
/// let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").on_attempt(tell);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempted {
    /// Method name of the operation.
    pub operation: &'static str,
    /// Which attempt of its call it was; the first is 1.
    pub number: u32,
    /// HTTP status of the answer; none where it was lost.
    pub status: Option<u16>,
    /// What a lost attempt failed of; none where an answer came, whatever it says.
    pub kind: Option<ErrorKind>,
    /// The same as a plain sentence.
    pub reason: Option<String>,
    /// From sending the request to the end of the answer, or its loss.
    pub elapsed: Duration,
    /// How long the call pauses before its next attempt, which may have to wait for a slot besides;
    /// none where this one was the last.
    pub pause: Option<Duration>,
    /// The service's or its gateway's id of the request.
    pub request_id: Option<String>,
}

impl Attempted {
    /// What may be told of an attempt; the key is taken out of it.
    pub(crate) fn new(
        operation: &Operation,
        attempt: &Attempt,
        number: u32,
        elapsed: Duration,
        next: &Next,
        key: &str,
    ) -> Self {
        let (status, kind, reason) = match attempt {
            Attempt::Answered(reply) => (Some(reply.status), None, None),
            Attempt::Lost(loss) => (None, Some(loss.kind), Some(loss.reason.clone())),
        };
        let pause = match *next {
            Next::Return => None,
            Next::RetryAfter(pause) | Next::Wait(pause) => Some(pause),
        };
        let request_id = attempt.request_id().map(str::to_owned);
        let mut told =
            Self { operation: operation.name, number, status, kind, reason, elapsed, pause, request_id };
        told.reason.iter_mut().chain(&mut told.request_id).for_each(|text| hide(key, text));
        told
    }
}

/// As the option `debug` writes it.
impl fmt::Display for Attempted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, number, .. } = self;
        write!(formatter, "{operation} attempt {number}, {} ms: ", self.elapsed.as_millis())?;
        match (self.status, self.kind, &self.reason) {
            (Some(status), ..) => write!(formatter, "status {status}")?,
            (None, Some(kind), Some(reason)) => write!(formatter, "{kind}: {reason}")?,
            (None, ..) => {}
        }
        match self.pause {
            Some(pause) => write!(formatter, ", next attempt in {} ms", pause.as_millis()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;
    use crate::attempt::{Loss, Reply};

    const KEY: &str = "a/key";

    fn told(attempt: &Attempt, next: &Next) -> Attempted {
        let operation = Operation::find("getCommunityV2").unwrap();
        Attempted::new(operation, attempt, 2, Duration::from_millis(7), next, KEY)
    }

    #[test]
    fn an_answer_has_a_status_and_no_kind() {
        let reply = Reply {
            status: 503,
            body: bytes::Bytes::new(),
            content_type: String::new(),
            retry_after: None,
            left: None,
            request_id: Some(format!("id of {KEY}")),
            headers: HeaderMap::new(),
        };
        let told = told(&Attempt::Answered(reply), &Next::Wait(Duration::from_millis(20)));
        assert_eq!((told.status, told.kind, &told.reason), (Some(503), None, &None));
        assert_eq!(told.request_id.as_deref(), Some("id of [hidden]"));
        assert_eq!(told.to_string(), "getCommunityV2 attempt 2, 7 ms: status 503, next attempt in 20 ms");
    }

    #[test]
    fn a_loss_has_a_kind_and_a_reason_without_the_key() {
        let loss = Loss {
            kind: ErrorKind::Connect,
            written: true,
            reason: r"No way to a\/key, nor to a/key.".to_owned(),
            request_id: None,
        };
        let told = told(&Attempt::Lost(loss), &Next::Return);
        assert_eq!((told.status, told.kind, told.pause), (None, Some(ErrorKind::Connect), None));
        let words = "connect: No way to [hidden], nor to [hidden].";
        assert_eq!(told.to_string(), format!("getCommunityV2 attempt 2, 7 ms: {words}"));
    }
}
