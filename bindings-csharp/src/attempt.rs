//! Attempts of the calls that .NET follows, as they cross.

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
}

/// Makes a call that .NET follows, and knows by this number: its attempts are told with it.
pub(crate) async fn follow(
    number: u64,
    client: sonoran::Client,
    call: Call,
) -> Result<Response, sonoran::ArgumentError> {
    let followed = Followed { call: number, client: client.clone() };
    FOLLOWED.scope(followed, client.execute(call)).await
}

/// One attempt of a call, once its answer is there or it was lost; times in seconds.
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
        let operation = Operation::find(attempted.operation);
        Self {
            operation: attempted.operation.to_owned(),
            method: operation
                .map_or_else(String::new, |operation| format!("{:?}", operation.method).to_uppercase()),
            address: address.to_owned(),
            path: operation.map_or_else(String::new, |operation| operation.path.to_owned()),
            number: attempted.number,
            status: attempted.status,
            kind: attempted.kind.map(|kind| kind.to_string()),
            reason: attempted.reason.clone(),
            elapsed: attempted.elapsed.as_secs_f64(),
            pause: attempted.pause.map(|pause| pause.as_secs_f64()),
            request_id: attempted.request_id.clone(),
        }
    }
}

/// Whether the call of the running task is followed.
pub(crate) fn is_followed() -> bool {
    FOLLOWED.try_with(|_| ()).is_ok()
}

/// Tells .NET of the attempts of calls that it follows. The core calls it within the task of the call.
pub(crate) fn hook(hear: Hear) -> impl Fn(&Attempted) + Send + Sync + 'static {
    move |attempted| {
        // Of a call that nobody follows there is no such thing.
        let _ = FOLLOWED.try_with(|followed| {
            let attempt = Attempt::of(attempted, followed.client.api_url());
            Ended::success(hear, followed.call, <Attempt as Lower<UniFfiTag>>::lower(attempt)).tell();
        });
    }
}
