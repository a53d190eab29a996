//! Lists that come in pages, walked item by item or page by page.

mod items;
mod page;
mod pages;

use serde::Serialize;
use serde_json::{Map, Value};

pub use self::items::Walk;
pub use self::pages::Pages;
use crate::settings::{id, wrong_type};
use crate::{Argument, ArgumentError, CallOptions, Client, Operation, Paged};

/// Where a page starts, in the query of every list that comes in pages.
const SKIP: &str = "skip";

/// The lists that come in pages, by the names and with the arguments of their operations. Made by
/// [`Client::walk`].
///
/// ```
/// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
/// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
/// # let client = sonoran::Client::new(options)?;
/// # let example = async {
/// let rows = client.walk().get_roster_v2(1, None).list().await?;
/// println!("{} rows", rows.len());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # };
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Walks<'a> {
    client: &'a Client,
    options: CallOptions,
}

impl<'a> Walks<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client, options: CallOptions::default() }
    }

    /// The same lists with other bounds for the call that each page is.
    ///
    /// ```
    /// # let client = sonoran::Client::new(sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID"))?;
    /// use std::time::Duration;
    /// use sonoran::CallOptions;
    ///
    /// let patient = CallOptions { timeout: Some(Duration::from_secs(60)), ..CallOptions::default() };
    /// let accounts = client.walk().with(patient).get_accounts_v2(None);
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn with(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// The one way that every generated method takes.
    pub(crate) fn start<T, P>(
        &self,
        operation: &'static Operation,
        arguments: Vec<Argument>,
        query: Option<&impl Serialize>,
    ) -> Walk<T, P> {
        let paged = operation.paged.as_ref().expect("only lists that come in pages have such a method");
        let (client, options) = (self.client.clone(), self.options.clone());
        let query = Query::read(operation, paged, query);
        Walk::new(Pages::new(client, operation, paged, arguments, options, query))
    }
}

/// The fields of the query, and where the first page starts.
#[derive(Debug, Default)]
struct Query {
    fields: Map<String, Value>,
    start: u64,
}

impl Query {
    fn read(
        operation: &Operation,
        paged: &Paged,
        query: Option<&impl Serialize>,
    ) -> Result<Self, ArgumentError> {
        let name = operation.payload_name();
        let written = query
            .map(serde_json::to_value)
            .transpose()
            .map_err(|error| ArgumentError::of_type(name, format!("can't be written as JSON: {error}")))?;
        let mut fields = match written {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(fields)) => fields,
            Some(other) => return Err(wrong_type(name, "an object of fields", &other)),
        };
        let place = format!("{name}.{SKIP}");
        let skip = match fields.shift_remove(SKIP).unwrap_or_default() {
            Value::Null => None,
            skip => id(&place, &skip)?,
        };
        let start = u64::try_from(skip.unwrap_or_default())
            .map_err(|_| ArgumentError::value(place, "must be a whole number from 0"))?;
        let size = fields.entry(paged.size).or_insert(Value::Null);
        if size.is_null() {
            *size = paged.largest.into();
        }
        // The rest is the service's to judge; such a page leads nowhere.
        if id("", size).is_ok_and(|size| size.is_some_and(|size| size < 1)) {
            return Err(ArgumentError::value(format!("{name}.{}", paged.size), "must be at least 1"));
        }
        Ok(Self { fields, start })
    }

    fn of_page(&self, position: u64) -> String {
        let mut fields = self.fields.clone();
        fields.insert(SKIP.to_owned(), position.into());
        Value::Object(fields).to_string()
    }
}

#[cfg(test)]
mod tests;
