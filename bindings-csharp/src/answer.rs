//! The response to a call, as it crosses to .NET: the answer as it came, or its data, and what stands beside them.

use std::sync::Arc;

use sonoran::Response;
use uniffi::{Lower, RustBuffer};

use crate::UniFfiTag;
use crate::ending::Outcome;

/// The variants, as of an enumeration of `UniFFI`'s.
const SUCCEEDED: i32 = 1;
const FAILED: i32 = 2;
const UNREAD: i32 = 3;

/// The size of a success without the id of its request, and of what comes before a text.
const SIZE: usize = 4 + 2 + 4 + 8 + 1 + TEXT + 3 * 8;
const TEXT: usize = 4;

/// An answer that .NET reads from the memory in which it came, so that it is read once.
#[derive(uniffi::Object)]
pub struct Unread {
    client: sonoran::Client,
    response: Response,
}

#[uniffi::export]
impl Unread {
    /// The whole response as JSON, where the answer is not as .NET expected it.
    pub fn read(&self) -> String {
        self.client.read(self.response.clone()).to_json()
    }
}

/// A success field by field: status, attempts, seconds waited for rate limits, and where it is there the id of the request;
/// then, where .NET is to read the answer, what it is known by, where it is, and how long. Data that are read already are
/// not copied. A failure is rare enough to be JSON altogether.
pub(crate) fn written(client: &sonoran::Client, mut response: Response) -> Outcome {
    let Some(status) = response.status.filter(|_| response.success) else {
        return RustBuffer::from_vec(failed(&response.to_json())).into();
    };
    let is_unread = response.unread().is_some();
    let mut bytes = Vec::with_capacity(SIZE + response.request_id.as_ref().map_or(0, String::len));
    bytes.extend(if is_unread { UNREAD } else { SUCCEEDED }.to_be_bytes());
    bytes.extend(status.to_be_bytes());
    bytes.extend(response.attempts.to_be_bytes());
    bytes.extend(response.waited.as_secs_f64().to_be_bytes());
    bytes.push(u8::from(response.request_id.is_some()));
    if let Some(id) = &response.request_id {
        write(&mut bytes, id);
    }
    let data = response.data.take().map(|json| Box::<str>::from(json).into_string().into_bytes());
    if is_unread {
        write_unread(&mut bytes, Unread { client: client.clone(), response });
    }
    Outcome { result: RustBuffer::from_vec(bytes), data: RustBuffer::from_vec(data.unwrap_or_default()) }
}

/// .NET gives it back by what it is known by, and reads nothing of it afterwards.
fn write_unread(bytes: &mut Vec<u8>, unread: Unread) {
    let unread = Arc::new(unread);
    let envelope = unread.response.unread().unwrap_or_default();
    let place = [envelope.as_ptr().expose_provenance(), envelope.len()];
    let known_by = <Arc<Unread> as Lower<UniFfiTag>>::lower(Arc::clone(&unread));
    bytes.extend(known_by.as_raw().to_be_bytes());
    for number in place {
        bytes.extend((number as u64).to_be_bytes());
    }
}

fn failed(json: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(4 + TEXT + json.len());
    bytes.extend(FAILED.to_be_bytes());
    write(&mut bytes, json);
    bytes
}

fn write(bytes: &mut Vec<u8>, text: &str) {
    // Never more: answers have at most 32 MiB.
    bytes.extend(i32::try_from(text.len()).unwrap_or(i32::MAX).to_be_bytes());
    bytes.extend(text.as_bytes());
}
