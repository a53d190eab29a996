//! Attempts of the calls that .NET follows, as they cross.

use std::collections::HashMap;
use std::mem;
use std::ptr;

use sonoran::{Attempted, Call, Operation, Response};
use uniffi::{Lower, RustBuffer};

use crate::UniFfiTag;

tokio::task_local! {
    /// The call that the running task makes, where somebody follows it.
    static FOLLOWED: Followed;
}

struct Followed {
    call: u64,
    client: sonoran::Client,
}

/// A function of .NET that takes the number of a call, and an [`Attempt`] of it. It returns soon, and gives
/// the memory back.
pub(crate) type Hear = extern "C" fn(u64, RustBuffer);

/// Who follows a call, and as what it is known beyond this process.
#[derive(uniffi::Record)]
pub struct Traced {
    /// What the call is known by where its attempts are heard; 0 where nobody hears of them.
    pub call: u64,
    /// Headers that say which trace it belongs to.
    pub headers: HashMap<String, String>,
}

impl Traced {
    /// Lets the call's requests tell which trace they belong to.
    pub(crate) fn head(&self, call: &mut Call) {
        for (name, value) in &self.headers {
            // What is none of a header is another library's fault, and no reason to fail.
            let _ = call.header(name, value);
        }
    }

    /// Makes the call, which its attempts are told with.
    pub(crate) async fn follow(
        self,
        client: sonoran::Client,
        call: Call,
    ) -> Result<Response, sonoran::ArgumentError> {
        let followed = Followed { call: self.call, client: client.clone() };
        FOLLOWED.scope(followed, client.execute(call)).await
    }
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

/// The function of .NET at an address, where it is one.
pub(crate) fn function_at(address: u64) -> Option<Hear> {
    let address = usize::try_from(address).ok().filter(|address| *address != 0)?;
    let pointer = ptr::with_exposed_provenance::<()>(address);
    // Sound: .NET hands over 0 or the address of such a function, which lasts as long as the process.
    Some(unsafe { mem::transmute::<*const (), Hear>(pointer) })
}

/// Whether the call of the running task is followed.
pub(crate) fn is_followed() -> bool {
    FOLLOWED.try_with(|followed| followed.call != 0).unwrap_or(false)
}

/// Tells .NET of the attempts of calls that it follows. The core calls it within the task of the call.
pub(crate) fn hook(hear: Hear) -> impl Fn(&Attempted) + Send + Sync + 'static {
    move |attempted| {
        // Of a call that nobody follows there is no such thing.
        let _ = FOLLOWED.try_with(|followed| {
            let attempt = Attempt::of(attempted, followed.client.api_url());
            hear(followed.call, <Attempt as Lower<UniFfiTag>>::lower(attempt));
        });
    }
}
