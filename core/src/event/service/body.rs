//! Reading a body that may be endless.

use std::pin::pin;

use bytes::{Buf, BufMut};
use http_body::Body;
use http_body_util::BodyExt;

use super::answer::Refusal;
use crate::{EVENT_BYTES, EventError};

/// The whole body. Of one that is too large, or says that it will be, no more is read.
pub(super) async fn read<B: Body>(body: B) -> Result<Vec<u8>, Refusal> {
    let mut body = pin!(body);
    let mut whole = Vec::new();
    if body.size_hint().lower() > EVENT_BYTES as u64 {
        return Err(EventError::too_large().into());
    }
    while let Some(frame) = body.frame().await {
        // What is no data is a trailer.
        let Ok(data) = frame.map_err(|_| Refusal::Broken)?.into_data() else { continue };
        if data.remaining() > EVENT_BYTES - whole.len() {
            return Err(EventError::too_large().into());
        }
        whole.put(data);
    }
    Ok(whole)
}
