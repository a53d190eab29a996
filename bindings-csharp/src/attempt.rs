//! Attempts of the calls that .NET follows, as they cross.

use std::cell::Cell;
use std::time::Instant;

use sonoran::{Attempted, Call, Operation, Response};
use uniffi::Lower;

use crate::UniFfiTag;
use crate::ending::{Ended, Hear};

tokio::task_local! {
    /// The call that the running task makes, where somebody follows it.
    static FOLLOWED: Followed;
}

struct Followed {
    call: u64,
    client: sonoran::Client,
    hear: Hear,
    /// How many attempts were told.
    told: Cell<u32>,
    /// The attempt that is under way: of which operation, and since when.
    under_way: Cell<Option<(&'static str, Instant)>>,
}

impl Followed {
    fn tell(&self, attempt: Attempt) {
        Ended::success(self.hear, self.call, <Attempt as Lower<UniFfiTag>>::lower(attempt)).tell();
    }
}

/// The core tells nothing of an attempt that is dropped with its call. Here it comes before the call's own end.
impl Drop for Followed {
    fn drop(&mut self) {
        if let Some((operation, since)) = self.under_way.take() {
            let mut attempt = Attempt::bare(operation, self.client.api_url());
            attempt.number = self.told.get() + 1;
            attempt.elapsed = since.elapsed().as_secs_f64();
            self.tell(attempt);
        }
    }
}

/// Makes a call that .NET follows, and knows by this number: its attempts are told with it.
pub(crate) async fn follow(
    number: u64,
    client: &sonoran::Client,
    call: Call,
    hear: Hear,
) -> Result<Response, sonoran::ArgumentError> {
    let followed = Followed {
        call: number,
        client: client.clone(),
        hear,
        told: Cell::new(0),
        under_way: Cell::new(None),
    };
    let work = async {
        let answered = client.execute(call).await;
        if answered.is_ok() {
            // One that has an end, if that of a fault, was not called off.
            let _ = FOLLOWED.try_with(|followed| followed.under_way.take());
        }
        answered
    };
    FOLLOWED.scope(followed, work).await
}

/// One attempt of a call, once its answer is there, it was lost, or it was called off, which alone has neither a status
/// nor a kind; times in seconds.
#[derive(uniffi::Record)]
pub struct Attempt {
    /// Method name of the operation.
    pub operation: String,
    /// The verb of its request.
    pub method: String,
    /// The address of the API.
    pub address: String,
    /// The operation's path below it, with names for what differs.
    pub path: String,
    /// Which attempt of its call it was; the first is 1.
    pub number: u32,
    /// HTTP status of the answer; none where it was lost.
    pub status: Option<u16>,
    /// What a lost attempt failed of.
    pub kind: Option<String>,
    /// The same as a plain sentence.
    pub reason: Option<String>,
    /// From sending the request to the end of the answer, or its loss.
    pub elapsed: f64,
    /// How long the call pauses before its next attempt; none where this one was the last.
    pub pause: Option<f64>,
    /// The service's or its gateway's id of the request.
    pub request_id: Option<String>,
}

impl Attempt {
    fn of(attempted: &Attempted, address: &str) -> Self {
        Self {
            number: attempted.number,
            status: attempted.status,
            kind: attempted.kind.map(|kind| kind.to_string()),
            reason: attempted.reason.clone(),
            elapsed: attempted.elapsed.as_secs_f64(),
            pause: attempted.pause.map(|pause| pause.as_secs_f64()),
            request_id: attempted.request_id.clone(),
            ..Self::bare(attempted.operation, address)
        }
    }

    /// One of which only is known where it went.
    fn bare(name: &str, address: &str) -> Self {
        let operation = Operation::find(name);
        Self {
            operation: name.to_owned(),
            method: operation
                .map_or_else(String::new, |operation| format!("{:?}", operation.method).to_uppercase()),
            address: address.to_owned(),
            path: operation.map_or_else(String::new, |operation| operation.path.to_owned()),
            number: 0,
            status: None,
            kind: None,
            reason: None,
            elapsed: 0.0,
            pause: None,
            request_id: None,
        }
    }
}

/// Whether the call of the running task is followed.
pub(crate) fn is_followed() -> bool {
    FOLLOWED.try_with(|_| ()).is_ok()
}

/// Notes that a request of a followed call is about to be sent. The core calls it within the task of the call.
pub(crate) fn sent(operation: &'static str) {
    // Of a call that nobody follows there is no such thing, as below.
    let _ = FOLLOWED.try_with(|followed| followed.under_way.set(Some((operation, Instant::now()))));
}

/// Tells .NET of the attempts of calls that it follows. The core calls it within the task of the call.
pub(crate) fn tell(attempted: &Attempted) {
    let _ = FOLLOWED.try_with(|followed| {
        followed.under_way.set(None);
        followed.told.set(attempted.number);
        followed.tell(Attempt::of(attempted, followed.client.api_url()));
    });
}
