//! One page after the other: where the next one starts, and when there is none.

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::Query;
use super::page::Page;
use crate::{
    Argument, ArgumentError, Call, CallOptions, Client, ErrorKind, Failure, Operation, Paged, Response,
};

/// The pages of a list, each as its whole response: a stream that ends with the last page, and after
/// a page that failed. Made by [`Walk::pages`](crate::Walk::pages).
///
/// ```
/// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
/// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
/// # let client = sonoran::Client::new(options)?;
/// # let example = async {
/// let mut pages = client.walk().get_roster_v2(1, None).pages();
/// while let Some(page) = pages.next().await {
///     let roster = page?.typed()?.unwrap_or_default();
///     println!("{} rows in {} columns", roster.rows.len(), roster.columns.len());
/// }
/// # assert_eq!(Some(pages.position()), pages.total());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # };
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Pages<P> {
    client: Client,
    pub(super) operation: &'static Operation,
    paged: &'static Paged,
    arguments: Vec<Argument>,
    options: CallOptions,
    query: Query,
    state: State,
    position: u64,
    total: Option<u64>,
    /// Of the page before.
    mark: Option<u64>,
    page: PhantomData<fn() -> P>,
}

enum State {
    Ready,
    Misused(ArgumentError),
    Waiting(Answer),
    Ended,
}

/// A page as it came, and what it holds of the list.
type Came<P> = (Response<P>, Page);

type Answer = Pin<Box<dyn Future<Output = Result<Response, ArgumentError>> + Send>>;

impl<P> Pages<P> {
    pub(super) fn new(
        client: Client,
        operation: &'static Operation,
        paged: &'static Paged,
        arguments: Vec<Argument>,
        options: CallOptions,
        query: Result<Query, ArgumentError>,
    ) -> Self {
        let (query, state) = match query {
            Ok(query) => (query, State::Ready),
            Err(error) => (Query::default(), State::Misused(error)),
        };
        let (position, total, mark, page) = (query.start, None, None, PhantomData);
        Self { client, operation, paged, arguments, options, query, state, position, total, mark, page }
    }

    /// Where the next page starts, or a failed one did: a `skip` to go on from.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// How many items the whole list has, once a page has told; nothing where the service doesn't.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// The next page, without a trait for streams.
    pub async fn next(&mut self) -> Option<Result<Response<P>, ArgumentError>> {
        poll_fn(|context| self.poll_page(context)).await.map(|page| page.map(|(response, _)| response))
    }

    pub(super) fn poll_page(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Came<P>, ArgumentError>>> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Poll::Ready(None),
                State::Misused(error) => return Poll::Ready(Some(Err(error))),
                State::Ready => self.state = State::Waiting(self.ask()),
                State::Waiting(mut answer) => match answer.as_mut().poll(context) {
                    Poll::Pending => {
                        self.state = State::Waiting(answer);
                        return Poll::Pending;
                    }
                    Poll::Ready(answered) => {
                        return Poll::Ready(Some(answered.map(|response| self.took(response))));
                    }
                },
            }
        }
    }

    /// Makes the next page start so many items earlier.
    pub(super) fn go_back(&mut self, items: usize) {
        if items > 0 {
            self.position -= items as u64;
            self.mark = None;
            self.state = State::Ready;
        }
    }

    fn ask(&self) -> Answer {
        let payload = Some(self.query.of_page(self.position));
        let call = Call::to(self.operation, self.arguments.clone(), payload, self.options.clone());
        let client = self.client.clone();
        Box::pin(async move { client.execute(call).await })
    }

    /// Takes note of a page. The walk goes on from where its items ended, whatever was asked for, as
    /// the service gives fewer without a word; it ends with the total, with an empty page, and with a
    /// page that came before, so that it does end.
    pub(super) fn took(&mut self, response: Response) -> Came<P> {
        if !response.success {
            return (response.retype(), Page::default());
        }
        let page = Page::read(self.paged, response.data.as_deref());
        let total = page.as_ref().and_then(|page| page.total).or(self.total);
        // A list that is null is empty, where nothing says that there is more.
        let is_more = total.is_some_and(|total| self.position < total);
        let Some(page) = page.filter(|page| !(page.is_null && is_more)) else {
            return (self.refused(&response, "holds no list where its items belong"), Page::default());
        };
        let is_again = !page.items.is_empty() && self.mark == Some(page.mark);
        if is_again {
            return (self.refused(&response, "is the same page again: it takes no `skip`"), Page::default());
        }
        self.mark = Some(page.mark);
        self.total = total;
        self.position += page.items.len() as u64;
        let is_last = page.items.is_empty() || self.total.is_some_and(|total| self.position >= total);
        if !is_last {
            self.state = State::Ready;
        }
        (response.retype(), page)
    }

    #[cfg(test)]
    pub(super) fn goes_on(&mut self) -> bool {
        matches!(std::mem::replace(&mut self.state, State::Ended), State::Ready)
    }

    fn refused(&self, response: &Response, problem: &str) -> Response<P> {
        let mut failure = Failure::new(ErrorKind::InvalidResponse, self.operation.name, response.attempts);
        failure.request_id.clone_from(&response.request_id);
        Response::failed(response.status, format!("The service's answer {problem}."), failure)
    }
}

impl<P> Stream for Pages<P> {
    type Item = Result<Response<P>, ArgumentError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(self.get_mut().poll_page(context));
        Poll::Ready(next.map(|page| page.map(|(response, _)| response)))
    }
}

impl<P> fmt::Debug for Pages<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Pages")
            .field("operation", &self.operation.name)
            .field("position", &self.position)
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}
