//! Spans of `tracing` for calls and their attempts, with the feature `tracing`; without it nothing is
//! left of them.

#[cfg(feature = "tracing")]
pub(crate) use self::told::{attempt, call};
#[cfg(not(feature = "tracing"))]
pub(crate) use self::untold::{attempt, call};

#[cfg(feature = "tracing")]
mod told {
    use tracing::field::{Empty, display};
    use tracing::{Instrument, Level, Span, span};

    use crate::attempt::Attempt;
    use crate::error::hide;
    use crate::{Operation, Response};

    /// A call from its first wait for a slot to its response, or to where it was called off.
    pub(crate) async fn call<C>(
        operation: &Operation,
        work: impl Future<Output = Result<Response, C>>,
    ) -> Result<Response, C> {
        let span = span!(
            Level::INFO,
            "sonoran.call",
            operation = operation.name,
            status = Empty,
            kind = Empty,
            attempts = Empty,
            waited_ms = Empty,
            request_id = Empty,
        );
        let response = work.instrument(span.clone()).await?;
        record(&span, response.status, response.request_id.as_deref());
        span.record("attempts", response.attempts);
        span.record("waited_ms", u64::try_from(response.waited.as_millis()).unwrap_or(u64::MAX));
        if let Some(failure) = &response.error {
            span.record("kind", failure.kind.as_str());
        }
        Ok(response)
    }

    /// One attempt from the request to the end of the answer. The key shows in none of its fields.
    pub(crate) async fn attempt(
        operation: &Operation,
        number: u32,
        key: &str,
        work: impl Future<Output = Attempt>,
    ) -> Attempt {
        let span = span!(
            Level::DEBUG,
            "sonoran.attempt",
            operation = operation.name,
            attempt = number,
            status = Empty,
            kind = Empty,
            request_id = Empty,
        );
        let attempt = work.instrument(span.clone()).await;
        if !span.is_disabled() {
            let request_id = attempt.request_id().map(|id| {
                let mut id = id.to_owned();
                hide(key, &mut id);
                id
            });
            let (status, kind) = match &attempt {
                Attempt::Answered(reply) => (Some(reply.status), None),
                Attempt::Lost(loss) => (None, Some(loss.kind)),
            };
            record(&span, status, request_id.as_deref());
            if let Some(kind) = kind {
                span.record("kind", kind.as_str());
            }
        }
        attempt
    }

    fn record(span: &Span, status: Option<u16>, request_id: Option<&str>) {
        if let Some(status) = status {
            span.record("status", status);
        }
        if let Some(id) = request_id {
            span.record("request_id", display(id));
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod untold {
    use crate::Operation;

    pub(crate) fn call<F: Future>(_: &Operation, work: F) -> F {
        work
    }

    pub(crate) fn attempt<F: Future>(_: &Operation, _: u32, _: &str, work: F) -> F {
        work
    }
}
