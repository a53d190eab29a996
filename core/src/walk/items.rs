//! One item after the other, over all pages.

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::Pages;
use crate::{Error, ErrorKind, Failure, WalkError};

/// A list that comes in pages, item by item: a stream of `Result<T, WalkError>` that asks for the next
/// page when the one before is used up. Made by the methods of [`Client::walk`](crate::Client::walk).
/// Rate limits, retries and the call's bounds hold for each page.
///
/// What fails comes as an `Err` and ends the walk; [`position`](Self::position) is then where to go
/// on. What is added or removed while somebody walks may shift the pages: the service counts anew for
/// each of them.
///
/// ```
/// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
/// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
/// # let client = sonoran::Client::new(options)?;
/// # let example = async {
/// use sonoran::types::GetAccountsQuery;
///
/// let active = GetAccountsQuery { sys_status: Some(true), ..Default::default() };
/// let mut accounts = client.walk().get_accounts_v2(Some(&active));
/// while let Some(account) = accounts.next().await {
///     println!("{} of {:?}: {}", accounts.position(), accounts.total(), account?.acc_name);
/// }
///
/// let all = client.walk().get_accounts_v2(None).list().await?;
/// # assert!(!all.is_empty());
/// # Ok::<(), sonoran::WalkError>(())
/// # };
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Walk<T, P> {
    pages: Pages<P>,
    items: vec::IntoIter<Box<RawValue>>,
    ended: bool,
    item: PhantomData<fn() -> T>,
}

impl<T, P> Walk<T, P> {
    pub(super) fn new(pages: Pages<P>) -> Self {
        Self { pages, items: Vec::new().into_iter(), ended: false, item: PhantomData }
    }

    /// How many items lie behind, counted from the start of the list: the `skip` of a query that goes
    /// on from here.
    pub fn position(&self) -> u64 {
        self.pages.position() - self.items.len() as u64
    }

    /// How many items the whole list has, once a page has told; nothing where the service doesn't.
    pub fn total(&self) -> Option<u64> {
        self.pages.total()
    }

    /// The whole responses in place of the items, from where these ended: what is left of a page that is
    /// walked in part is asked for again.
    ///
    /// ```
    /// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
    /// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
    /// # let client = sonoran::Client::new(options)?;
    /// # let example = async {
    /// let mut accounts = client.walk().get_accounts_v2(None);
    /// let first = accounts.next().await.ok_or("nobody")??;
    /// let mut rest = accounts.pages();
    /// while let Some(page) = rest.next().await {
    ///     println!("{} on this page, without {}", page?.typed()?.unwrap_or_default().items.len(), first.acc_name);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # };
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pages(mut self) -> Pages<P> {
        self.pages.go_back(self.items.len());
        self.pages
    }

    /// The same walk with items of another type, such as one of your own or [`serde_json::Value`].
    ///
    /// ```
    /// # let client = sonoran::Client::new(sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID"))?;
    /// #[derive(serde::Deserialize)]
    /// struct Name {
    ///     #[serde(rename = "accName")]
    ///     name: String,
    /// }
    ///
    /// let names = client.walk().get_accounts_v2(None).of::<Name>();
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    pub fn of<U>(self) -> Walk<U, P> {
        Walk { pages: self.pages, items: self.items, ended: self.ended, item: PhantomData }
    }
}

impl<T: DeserializeOwned, P> Walk<T, P> {
    /// The next item, without a trait for streams.
    pub async fn next(&mut self) -> Option<Result<T, WalkError>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// All items that are left.
    ///
    /// ```
    /// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
    /// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
    /// # let client = sonoran::Client::new(options)?;
    /// # let example = async {
    /// let accounts = client.walk().get_accounts_v2(None).list().await?;
    /// assert!(!accounts.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # };
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When a page fails; what came before it is lost then, unlike where the items are taken one by
    /// one.
    pub async fn list(&mut self) -> Result<Vec<T>, WalkError> {
        let mut list = Vec::new();
        while let Some(item) = self.next().await {
            list.push(item?);
        }
        Ok(list)
    }

    /// The next item of this page. One that can't be read stays the next.
    fn item(&mut self) -> Option<Result<T, WalkError>> {
        let next = self.items.as_slice().first()?;
        let item = serde_json::from_str(next.get()).map_err(|error| self.unreadable(&error));
        if item.is_ok() {
            self.items.next();
        }
        Some(item)
    }

    fn unreadable(&self, error: &serde_json::Error) -> WalkError {
        let failure = Failure::new(ErrorKind::InvalidResponse, self.pages.operation.name, 1);
        let reason = format!("Item {} of the list is not as documented: {error}.", self.position());
        WalkError::Failed(Error { reason, status: None, failure: Box::new(failure) })
    }
}

impl<T: DeserializeOwned, P> Stream for Walk<T, P> {
    type Item = Result<T, WalkError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        while !this.ended {
            if let Some(item) = this.item() {
                this.ended = item.is_err();
                return Poll::Ready(Some(item));
            }
            let Some(page) = ready!(this.pages.poll_page(context)) else { break };
            let page = page.map_err(WalkError::from).and_then(|(response, page)| {
                response.into_result().map_err(WalkError::from)?;
                Ok(page)
            });
            match page {
                Ok(page) => this.items = page.items.into_iter(),
                Err(error) => {
                    this.ended = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
        this.ended = true;
        Poll::Ready(None)
    }
}

impl<T, P> fmt::Debug for Walk<T, P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Walk").field(&self.pages).finish()
    }
}
