//! Many calls, a few at a time.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tokio::task::JoinSet;

use crate::{ArgumentError, Call, Client, Response};

/// Many calls, of which a few are under way at a time: a stream of their responses as they come, each
/// with the index of its call. Dropping it cancels the calls that are under way. Made by
/// [`Client::map`].
///
/// ```
/// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
/// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
/// # let client = sonoran::Client::new(options)?;
/// # let example = async {
/// use sonoran::{Call, CallOptions};
///
/// let call = Call::from_parts("getCommunityV2", Vec::new(), None, CallOptions::default())?;
/// let mut responses = client.map(vec![call; 3], 2);
/// let mut count = 0;
/// while let Some((_, response)) = responses.next().await {
///     assert!(response?.success);
///     count += 1;
/// }
/// assert_eq!(count, 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # };
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Map {
    client: Client,
    calls: Box<dyn Iterator<Item = (usize, Call)> + Send>,
    concurrency: usize,
    under_way: JoinSet<(usize, Result<Response, ArgumentError>)>,
}

impl Map {
    pub(crate) fn new<I>(client: Client, calls: I, concurrency: usize) -> Self
    where
        I: IntoIterator<Item = Call>,
        I::IntoIter: Send + 'static,
    {
        let calls = Box::new(calls.into_iter().enumerate());
        // With none under way there would be no end.
        Self { client, calls, concurrency: concurrency.max(1), under_way: JoinSet::new() }
    }

    /// The next response, without a trait for streams.
    pub async fn next(&mut self) -> Option<(usize, Result<Response, ArgumentError>)> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Starts as many calls as may be under way; one whose response is yet to be taken counts.
    fn start(&mut self) {
        while self.under_way.len() < self.concurrency {
            let Some((index, call)) = self.calls.next() else { return };
            let client = self.client.clone();
            self.under_way.spawn(async move { (index, client.execute(call).await) });
        }
    }
}

impl Stream for Map {
    type Item = (usize, Result<Response, ArgumentError>);

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.start();
        match ready!(self.under_way.poll_join_next(context)) {
            Some(Ok(ended)) => Poll::Ready(Some(ended)),
            // `execute` lets no panic out, so it is the runtime that ends, and with it all of them.
            Some(Err(_)) | None => Poll::Ready(None),
        }
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Map").field("under_way", &self.under_way.len()).finish_non_exhaustive()
    }
}
