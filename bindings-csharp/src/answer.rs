//! The response to a call, as it crosses to .NET: its data as they are, and what stands beside them.

use sonoran::Response;
use uniffi::RustBuffer;

use crate::ending::Outcome;

/// The variants, as of an enumeration of `UniFFI`'s.
const SUCCEEDED: i32 = 1;
const FAILED: i32 = 2;

/// The sizes of what comes before the texts of a success, and of each text's own head.
const HEAD: usize = 4 + 1 + 2 + 4 + 8;
const TEXT: usize = 1 + 4;

/// A success field by field: whether it has data, status, attempts, seconds waited for rate limits, and where they are
/// there id of the request and meta as JSON; the data are not copied. A failure is rare enough to be JSON altogether.
pub(crate) fn written(mut response: Response) -> Outcome {
    let Some(status) = response.status.filter(|_| response.success) else {
        return RustBuffer::from_vec(failed(&response.to_json())).into();
    };
    let data = response.data.take().map(|json| Box::<str>::from(json).into_string().into_bytes());
    let texts = [response.request_id.as_deref(), response.meta.as_ref().map(|json| json.get())];
    let length = texts.iter().flatten().map(|text| text.len()).sum::<usize>();
    let mut bytes = Vec::with_capacity(HEAD + texts.len() * TEXT + length);
    bytes.extend(SUCCEEDED.to_be_bytes());
    bytes.push(u8::from(data.is_some()));
    bytes.extend(status.to_be_bytes());
    bytes.extend(response.attempts.to_be_bytes());
    bytes.extend(response.waited.as_secs_f64().to_be_bytes());
    for text in texts {
        bytes.push(u8::from(text.is_some()));
        if let Some(text) = text {
            write(&mut bytes, text);
        }
    }
    Outcome { result: RustBuffer::from_vec(bytes), data: RustBuffer::from_vec(data.unwrap_or_default()) }
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
