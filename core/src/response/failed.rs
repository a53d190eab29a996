//! Answers that hold no result: what kind of failure they are, and the words for it.

use std::borrow::Cow;

use super::outcome::Response;
use super::page;
use super::problem::Problem;
use super::refusal::{Known, Refusal, known};
use crate::attempt::{BLOCK, Reply};
use crate::{ErrorKind, Failure, Operation, Wire};

/// A redirect: the key goes to no other address.
pub(super) fn redirected(reply: &Reply, failure: Failure) -> Response {
    let reason =
        format!("The server redirects ({}), which is not followed: check the API url.", reply.status);
    invalid(reply, failure, reason)
}

/// A good status with something else than `expected`. A write may have been carried out all the same.
pub(super) fn unreadable(
    operation: &Operation,
    reply: &Reply,
    mut failure: Failure,
    expected: &str,
) -> Response {
    failure.outcome_unknown |= !operation.reads();
    let text = String::from_utf8_lossy(&reply.body);
    let found = match text.trim() {
        "" => "it is empty".to_owned(),
        _ if reply.is_page() => format!("it is a {}", page_named(reply)),
        text => text.to_owned(),
    };
    let reason = format!("The answer (status {}) is not {expected}: {found}", reply.status);
    invalid(reply, failure, reason)
}

fn invalid(reply: &Reply, mut failure: Failure, reason: String) -> Response {
    failure.kind = ErrorKind::InvalidResponse;
    Response::failed(Some(reply.status), reason, failure)
}

/// A refusal: a problem document, another JSON object that says why, a text, or a web page.
pub(super) fn refused(operation: &Operation, reply: &Reply, mut failure: Failure) -> Response {
    let refused = Refused::read(operation, reply);
    (failure.refusal, failure.kind) = refused.judged();
    if let Some(problem) = &refused.problem {
        let id = || problem.text("request_id").or_else(|| problem.text("ray_id")).map(str::to_owned);
        failure.request_id = failure.request_id.or_else(id);
        failure.trace_id = problem.text("traceId").map(str::to_owned);
    }
    if reply.blocks(&operation.wire) {
        failure.retry_after = Some(BLOCK);
    }
    let reason = refused.reason(failure.request_id.as_deref());
    failure.problem = refused.problem.map(|problem| problem.document);
    Response::failed(Some(reply.status), reason, failure)
}

/// What kind of failure an answer with such a status is.
pub(crate) fn kind_of(operation: &Operation, reply: &Reply) -> ErrorKind {
    Refused::read(operation, reply).judged().1
}

/// A refusal as far as it can be read.
struct Refused<'a> {
    operation: &'a Operation,
    reply: &'a Reply,
    problem: Option<Problem>,
    text: Cow<'a, str>,
}

impl<'a> Refused<'a> {
    fn read(operation: &'a Operation, reply: &'a Reply) -> Self {
        let text = String::from_utf8_lossy(&reply.body);
        Self { operation, reply, problem: Problem::read(&reply.body), text }
    }

    fn text(&self) -> &str {
        self.text.trim()
    }

    /// The documented refusal that it says it is.
    fn known(&self) -> Option<Known> {
        match &self.problem {
            Some(problem) => problem.texts().find_map(known),
            None => known(self.text()),
        }
    }

    /// What the refusal and its kind are, by its text where that is a documented one.
    fn judged(&self) -> (Option<Refusal>, ErrorKind) {
        match self.known().filter(|_| self.is_of_the_service()) {
            Some((refusal, kind)) => (refusal, kind.unwrap_or(self.kind())),
            None => (None, self.kind()),
        }
    }

    fn kind(&self) -> ErrorKind {
        match self.reply.status {
            429 => ErrorKind::RateLimited,
            _ if self.reply.is_outage() => ErrorKind::Unavailable,
            401 | 403 if self.is_foreign() => ErrorKind::Blocked,
            401 | 403 => ErrorKind::Auth,
            404 => ErrorKind::NotFound,
            _ => ErrorKind::Api,
        }
    }

    /// Whether the service decided it, rather than a limit, an outage or something before it.
    fn is_of_the_service(&self) -> bool {
        !matches!(self.kind(), ErrorKind::RateLimited | ErrorKind::Unavailable | ErrorKind::Blocked)
    }

    /// Whether a 401 or 403 comes from something before the service. The service and its gateway explain
    /// themselves by JSON, version 1 by texts; a firewall shows a page, or a text of its own.
    fn is_foreign(&self) -> bool {
        match &self.problem {
            Some(problem) => problem.is_of_the_edge(),
            None if known(self.text()).is_some() => false,
            None if self.reply.is_page() || self.text().starts_with("error code: ") => true,
            None => {
                self.reply.status == 403 && !self.text().is_empty() && matches!(self.operation.wire, Wire::V2)
            }
        }
    }

    fn reason(&self, request_id: Option<&str>) -> String {
        let Reply { status, .. } = self.reply;
        let is_page = self.problem.is_none() && self.reply.is_page();
        let explanation = self.problem.as_ref().and_then(|problem| problem.texts().next());
        let words = match explanation.unwrap_or(self.text()) {
            _ if is_page => page_named(self.reply),
            words => words.to_owned(),
        };
        match self.kind() {
            ErrorKind::Blocked => {
                let words = if is_page { words } else { page::clean(&words) };
                let naming = request_id.map(|id| format!(", naming the request id {id}")).unwrap_or_default();
                format!(
                    "A firewall before the service refuses this machine's requests (status {status}, {words}): \
                     try another network, or ask the service's support{naming}."
                )
            }
            _ if self.reply.blocks(&self.operation.wire) => self.unnamed_block(is_page.then_some(&words)),
            ErrorKind::Unavailable if is_page => {
                format!("The service is down (status {status}, {words}): try again later.")
            }
            _ if is_page => format!("The server answered with status {status} and a {words}."),
            _ if words.is_empty() => {
                format!("The service answered with status {status} and no explanation.")
            }
            _ => words,
        }
    }

    fn unnamed_block(&self, page: Option<&String>) -> String {
        let who = match page {
            Some(page) => format!("A firewall before the service blocks this machine (429, {page})"),
            None => "The service blocks this key (429)".to_owned(),
        };
        let what = match self.operation.wire {
            Wire::V2 => self.operation.name,
            Wire::V1(_) => "version 1",
        };
        format!("{who} and does not say for how long; nothing of {what} is sent for a minute.")
    }
}

/// A page by its title.
fn page_named(reply: &Reply) -> String {
    match page::title(&reply.body) {
        Some(title) => format!("web page \"{title}\""),
        None => "web page".to_owned(),
    }
}
