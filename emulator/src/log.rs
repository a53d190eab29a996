//! A line for each request, for someone who looks on.

use std::time::Instant;

use hyper::Request;
use hyper::body::Incoming;

use crate::route::{Found, Router, routes, tidy};
use crate::secrets::Secrets;

/// A request's line. It is written when this is dropped, so that requests whose callers went away have one too.
pub(crate) struct Line {
    method: String,
    path: String,
    operation: &'static str,
    started: Instant,
    status: Option<u16>,
}

impl Line {
    pub(crate) fn begin(request: &Request<Incoming>, router: &Router, secrets: &Secrets) -> Self {
        let (method, path) = (request.method().clone(), &*tidy(request.uri().path()));
        let operation = match router.find(&method, path) {
            Found::Route(index, _) => routes()[index].name,
            _ => "",
        };
        Self {
            method: secrets.mask(method.as_str()),
            path: shown(path, secrets),
            operation,
            started: Instant::now(),
            status: None,
        }
    }

    pub(crate) fn answered(&mut self, status: u16) {
        self.status = Some(status);
    }

    fn text(&self) -> String {
        let status = self.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
        let milliseconds = self.started.elapsed().as_secs_f64() * 1000.0;
        let line = format!("{} {} {status} {milliseconds:.1} ms {}", self.method, self.path, self.operation);
        line.trim_end().to_owned()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        eprintln!("{}", self.text());
    }
}

/// The path without the key that it may name. The query is never shown: it can name one too.
fn shown(path: &str, secrets: &Secrets) -> String {
    if path.starts_with("/_emulator/worlds/") {
        "/_emulator/worlds/[key]".to_owned()
    } else {
        secrets.mask(path)
    }
}
