//! A request's body, read within bounds of size, time and memory.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::problem::Problem;

/// What is beyond the bound is read too, up to this, and thrown away: a caller that is still writing would otherwise
/// see a reset instead of the answer.
const MOST_THROWN_AWAY: usize = 8 * 1024 * 1024;

/// A body, and the place in memory that it takes up as long as this lives.
pub(crate) struct Held {
    pub(crate) bytes: Bytes,
    _place: Option<OwnedSemaphorePermit>,
}

/// The most bytes of a body, within what time it must be here, and the room for the bodies of all requests.
pub(crate) struct Bounds<'a> {
    pub(crate) most: usize,
    pub(crate) time: Duration,
    pub(crate) room: &'a Arc<Semaphore>,
}

pub(crate) async fn read(body: Body, headers: &HeaderMap, bounds: Bounds<'_>) -> Result<Held, Problem> {
    let late = |_| Problem::new(408, "The request's body did not come in time.");
    let held = timeout(bounds.time, read_all(body, &bounds)).await.map_err(late)??;
    // After it was read, as a caller that is still writing would see a reset. Where there is none, nothing is encoded.
    if !held.bytes.is_empty() && is_encoded(headers) {
        let detail = "The request's body must be as it is: Content-Encoding may be identity, or is left out.";
        return Err(Problem::new(415, detail).with_header(ACCEPT_ENCODING, "identity"));
    }
    Ok(held)
}

/// Whether a body is compressed, or whatever else its header says of it (RFC 9110 section 8.4).
fn is_encoded(headers: &HeaderMap) -> bool {
    let is_plain = |coding: &str| coding.trim().is_empty() || coding.trim().eq_ignore_ascii_case("identity");
    let mut values = headers.get_all(CONTENT_ENCODING).iter();
    values.any(|value| !value.to_str().is_ok_and(|text| text.split(',').all(is_plain)))
}

async fn read_all(mut body: Body, bounds: &Bounds<'_>) -> Result<Held, Problem> {
    let (mut bytes, mut place, mut total) = (BytesMut::new(), None, 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::new(400, "The request's body is broken."))?;
        let Ok(data) = frame.into_data() else { continue };
        total += data.len();
        if total > bounds.most {
            bytes.clear();
            if total > bounds.most.saturating_add(MOST_THROWN_AWAY) {
                break;
            }
            continue;
        }
        take(&mut place, data.len(), bounds.room)?;
        bytes.extend_from_slice(&data);
    }
    if total > bounds.most {
        let detail = format!("The request's body is larger than {} bytes, see --max-body.", bounds.most);
        return Err(Problem::new(413, detail));
    }
    Ok(Held { bytes: bytes.freeze(), _place: place })
}

/// Makes the place larger by so many bytes.
fn take(place: &mut Option<OwnedSemaphorePermit>, more: usize, room: &Arc<Semaphore>) -> Result<(), Problem> {
    let more = u32::try_from(more).unwrap_or(u32::MAX);
    let further = Arc::clone(room).try_acquire_many_owned(more).map_err(|_| {
        let detail = "The gateway holds as much of other requests as it can; try again in a moment.";
        Problem::new(503, detail).retry_after(Duration::from_secs(1))
    })?;
    match place {
        Some(place) => place.merge(further),
        None => *place = Some(further),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn status(bytes: usize, most: usize, room: &Arc<Semaphore>) -> Result<Held, String> {
        let bounds = Bounds { most, time: Duration::from_secs(5), room };
        read(Body::from(vec![0; bytes]), &HeaderMap::new(), bounds)
            .await
            .map_err(|problem| format!("{problem:?}"))
    }

    #[tokio::test]
    async fn bodies_share_their_room_and_give_it_back() {
        let room = Arc::new(Semaphore::new(10));
        let first = status(6, 8, &room).await.ok().unwrap();
        assert_eq!(first.bytes.len(), 6);
        assert!(status(6, 8, &room).await.err().unwrap().contains("503"));
        assert!(status(9, 8, &room).await.err().unwrap().contains("413"));
        drop(first);
        assert!(status(6, 8, &room).await.is_ok());
        assert_eq!(room.available_permits(), 10);
    }
}
