//! A line of JSON for each request, which the metrics count too, without anything that is secret or somebody's: no path but
//! that of a page of the gateway's own, no query, no body, no key.

use std::io::Write;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::{Thread, park_timeout};
use std::time::{Duration, Instant};

use axum::http::{HeaderValue, Method, StatusCode};
use serde::{Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::metrics::{Metrics, Request};
use crate::reads::Source;

/// So many lines wait when whoever reads them is slow. What comes then is left out: requests do not wait for it.
const MOST_WAITING: usize = 4096;

/// So many lines more are written together with one.
const MOST_AT_ONCE: usize = 255;

/// So long a line waits for others to be written with: to wake the writer for each costs a request more than the line does.
const GATHERS: Duration = Duration::from_millis(10);

/// As long the end waits for whoever reads them.
const LONGEST_FINISH: Duration = Duration::from_secs(1);

/// Where lines go; nowhere when it is off.
#[derive(Clone)]
pub(crate) struct Log(Option<Arc<Lines>>);

struct Lines {
    waiting: SyncSender<String>,
    writer: Thread,
}

/// What ends when every line is written.
pub(crate) struct Writer(Receiver<()>);

impl Log {
    pub(crate) fn start(on: bool) -> std::io::Result<(Self, Writer)> {
        let (written, writer) = sync_channel(0);
        if !on {
            return Ok((Self(None), Writer(writer)));
        }
        let (lines, waiting) = sync_channel::<String>(MOST_WAITING);
        let thread = std::thread::Builder::new().name("sonoran-gateway-log".to_owned());
        let thread = thread.spawn(move || {
            let _written: SyncSender<()> = written;
            while let Ok(mut text) = waiting.recv() {
                text.push('\n');
                park_timeout(GATHERS);
                // What waits by now goes along: a write costs more than a line.
                for line in waiting.try_iter().take(MOST_AT_ONCE) {
                    text.push_str(&line);
                    text.push('\n');
                }
                let _ = std::io::stderr().lock().write_all(text.as_bytes());
            }
        })?;
        let lines = Lines { waiting: lines, writer: thread.thread().clone() };
        Ok((Self(Some(Arc::new(lines))), Writer(writer)))
    }

    /// Tells what is of no request. It is written where requests are not, too: somebody may have to act.
    pub(crate) fn note(&self, note: &str) {
        tell(self.0.as_deref(), note);
    }

    /// The same for whoever may live longer than the gateway, whose end waits for those who have the log.
    pub(crate) fn teller(&self) -> impl Fn(&str) + Send + Sync + 'static {
        let lines = self.0.as_ref().map(Arc::downgrade);
        move |note| tell(lines.as_ref().and_then(Weak::upgrade).as_deref(), note)
    }
}

fn tell(lines: Option<&Lines>, note: &str) {
    let line = serde_json::json!({ "time": now(), "note": note }).to_string();
    match lines {
        Some(lines) => {
            let _ = lines.waiting.try_send(line);
            lines.writer.unpark();
        }
        None => drop(writeln!(std::io::stderr().lock(), "{line}")),
    }
}

impl Writer {
    /// Once nobody has the log any more: waits until the last line is written, unless whoever reads them has stopped.
    pub(crate) fn finish(self) {
        let _ = self.0.recv_timeout(LONGEST_FINISH);
    }
}

/// A request's line. It is written when the last one who knows it lets it go, so that a request whose caller went
/// away has one too, and one that goes on without its caller has it at the end.
#[derive(Clone)]
pub(crate) struct Line(Arc<Written>);

tokio::task_local! {
    /// Of the request whose work is done at this moment.
    static LINE: Line;
}

struct Written {
    log: Log,
    metrics: Arc<Metrics>,
    started: Instant,
    fields: Mutex<Fields>,
}

#[derive(Serialize)]
struct Fields {
    /// When it began.
    time: String,
    request_id: String,
    method: String,
    /// Of a page of the gateway's own; none for the service's paths and for what there is not.
    path: Option<&'static str>,
    /// The name that the caller's token has.
    caller: Option<String>,
    /// The operation's name; none for the gateway's own pages and for what it does not know.
    operation: Option<&'static str>,
    /// What the caller was answered; none where it went away before.
    status: Option<u16>,
    /// Why nothing was sent for it: `shared` with another, `kept` from before, or `stale`.
    saved: Option<&'static str>,
    /// What the service answered, where it did.
    upstream_status: Option<u16>,
    upstream_id: Option<String>,
    attempts: u32,
    #[serde(rename = "waited_ms", serialize_with = "as_milliseconds")]
    waited: Duration,
    #[serde(rename = "duration_ms", serialize_with = "as_milliseconds")]
    duration: Duration,
    /// Whether it went on to the service, as far as it came.
    #[serde(skip)]
    forwarded: bool,
}

impl Line {
    pub(crate) fn begin(
        log: &Log,
        metrics: &Arc<Metrics>,
        method: &Method,
        path: Option<&'static str>,
        request_id: &HeaderValue,
    ) -> Self {
        let fields = Fields {
            time: now(),
            request_id: text(request_id),
            method: method.as_str().chars().take(16).collect(),
            path,
            caller: None,
            operation: None,
            status: None,
            saved: None,
            upstream_status: None,
            upstream_id: None,
            attempts: 0,
            waited: Duration::ZERO,
            duration: Duration::ZERO,
            forwarded: false,
        };
        metrics.begun();
        let (log, metrics) = (log.clone(), Arc::clone(metrics));
        Self(Arc::new(Written { log, metrics, started: Instant::now(), fields: Mutex::new(fields) }))
    }

    /// The work of this request, whose sending is noted here.
    pub(crate) async fn of<F: Future>(self, work: F) -> F::Output {
        LINE.scope(self, work).await
    }

    /// The work that is done at this moment sends a request.
    pub(crate) fn sent() {
        let _ = LINE.try_with(|line| line.0.change(|fields| fields.attempts += 1));
    }

    pub(crate) fn comes_from(&self, caller: &str) {
        self.0.change(|fields| fields.caller = Some(caller.to_owned()));
    }

    /// The name that the caller's token has.
    pub(crate) fn caller(&self) -> Option<String> {
        self.0.fields.lock().unwrap_or_else(PoisonError::into_inner).caller.clone()
    }

    pub(crate) fn asks_for(&self, operation: &'static str) {
        self.0.change(|fields| fields.operation = Some(operation));
    }

    /// What became of the request on its way to the service.
    pub(crate) fn forwarded(&self, status: Option<u16>, id: Option<&str>, attempts: u32, waited: Duration) {
        self.0.change(|fields| {
            fields.upstream_status = status;
            fields.upstream_id = id.map(str::to_owned);
            fields.attempts = attempts;
            fields.waited = waited;
            fields.forwarded = true;
        });
    }

    /// What the caller has without a request of its own, where it has.
    pub(crate) fn saved(&self, source: Source, status: Option<u16>) {
        let saved = match source {
            Source::Sent => return,
            Source::Shared => "shared",
            Source::Kept(..) => "kept",
            Source::Stale(_) => "stale",
        };
        self.0.change(|fields| {
            fields.saved = Some(saved);
            fields.forwarded = true;
            fields.upstream_status = status;
        });
    }

    pub(crate) fn answered(&self, status: StatusCode, request_id: &HeaderValue) {
        self.0.change(|fields| {
            fields.status = Some(status.as_u16());
            fields.request_id = text(request_id);
        });
    }
}

impl Written {
    fn change(&self, change: impl FnOnce(&mut Fields)) {
        change(&mut self.fields.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        let fields = self.fields.get_mut().unwrap_or_else(PoisonError::into_inner);
        fields.duration = self.started.elapsed();
        self.metrics.ended(&fields.counted(), fields.attempts, fields.waited, fields.duration);
        if let Some(lines) = &self.log.0 {
            let _ = lines.waiting.try_send(serde_json::to_string(fields).unwrap_or_default());
        }
    }
}

impl Fields {
    /// As what it is counted.
    fn counted(&self) -> Request {
        let outcome = match (self.status, self.upstream_status) {
            (_, Some(_)) => "answered",
            (None, None) => "left",
            (Some(_), None) if self.forwarded => "failed",
            (Some(status), None) if status >= 400 => "refused",
            (Some(_), None) => "served",
        };
        Request {
            operation: self.operation.unwrap_or_default(),
            status: self.upstream_status.or(self.status),
            outcome,
            saved: self.saved,
            caller: self.caller.clone(),
        }
    }
}

fn now() -> String {
    OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default()
}

fn text(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

fn as_milliseconds<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u128(time.as_millis())
}
