//! What the API is: its paths, what they accept, and who does the work. The same in every world.

use crate::description::Description;
use crate::handlers::{Handler, handler};
use crate::route::{Router, routes};

/// The API, which no request changes.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) router: Router,
    pub(crate) description: Description,
    /// By the index in the route table.
    pub(crate) handlers: Vec<Option<Handler>>,
}

impl Api {
    pub(crate) fn new() -> Self {
        Self {
            router: Router::new(),
            description: Description::default(),
            handlers: routes().iter().map(|route| handler(route.operation_id)).collect(),
        }
    }
}
