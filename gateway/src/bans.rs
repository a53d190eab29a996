//! Bans prevented: where the service refuses a key again and again, or something before it refuses this machine, nothing is
//! sent for a while. Whoever goes on is banned for longer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sonoran::{ErrorKind, Operation, Wire};
use tokio::sync::watch;

use crate::course::Course;
use crate::log::{Line, Log};
use crate::problem::{Problem, whole_seconds};
use crate::tokens::fingerprint;

/// So many refusals of a key in a row.
const IN_A_ROW: u32 = 3;
/// A pause doubles up to so many times its length while nothing becomes better.
const LONGEST: u32 = 16;

/// So many callers' keys that were refused, without one good answer to any of them, within so long a time.
const STRANGERS: u32 = 10;
const WITHIN: Duration = Duration::from_secs(600);

/// What to look at where the service refuses the key that the gateway holds.
const CHECK: &str = "check the key (SONORAN_GATEWAY_API_KEY, api-key-file or api-key), that it is still valid and is that of the \
                     community that community-id names, and that api-url is where it holds";

/// Why nothing is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    Key,
    Machine,
    Strangers,
}

impl Reason {
    pub(crate) const ALL: [Self; 3] = [Self::Key, Self::Machine, Self::Strangers];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Machine => "machine",
            Self::Strangers => "strangers",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Key => "the service refused the API key three times in a row",
            Self::Machine => "something before the service refuses this machine",
            Self::Strangers => {
                "the service refused ten keys, one after the other; keys that had a good answer before go on"
            }
        }
    }
}

/// A pause that may be on: of one key, or of all.
#[derive(Debug)]
pub(crate) struct Pause {
    reason: Reason,
    /// How long the first one is; none where it is off.
    length: Duration,
    /// By what a caller's own key is known in the log; none for the gateway's, and where it is of more than one.
    whose: Option<String>,
    until: watch::Sender<Option<Instant>>,
    course: Mutex<Refusals>,
}

#[derive(Debug, Default)]
struct Refusals {
    in_a_row: u32,
    pauses: u32,
    /// Whether there ever was a refusal, or any other answer.
    refused: bool,
    accepted: bool,
}

impl Pause {
    pub(crate) fn new(reason: Reason, length: Duration) -> Self {
        Self { reason, length, whose: None, until: watch::Sender::new(None), course: Mutex::default() }
    }

    fn course(&self) -> MutexGuard<'_, Refusals> {
        self.course.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the service took this key before.
    pub(crate) fn is_known(&self) -> bool {
        self.course().accepted
    }

    /// Whether this is the first refusal since the service last took the key, if it ever did.
    fn is_first(&self) -> bool {
        !std::mem::replace(&mut self.course().refused, true)
    }

    /// A pause of a caller's own key, which is off.
    pub(crate) fn of_caller(&self, key: &str) -> Self {
        Self { whose: Some(fingerprint(key)), ..Self::new(self.reason, self.length) }
    }

    /// How long it is still on.
    pub(crate) fn left(&self) -> Option<Duration> {
        let until = (*self.until.borrow())?;
        until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }

    /// Ends when it is on.
    async fn begins(&self) {
        let mut until = self.until.subscribe();
        let is_on = |until: &Option<Instant>| until.is_some_and(|until| until > Instant::now());
        if until.wait_for(is_on).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// A refusal, and how long it says that it lasts. Whether a pause begins with it, and how long.
    fn refused(&self, limit: u32, lasts: Option<Duration>) -> Option<Duration> {
        let mut course = self.course();
        // What was under way when it began changes nothing.
        if self.length.is_zero() || self.left().is_some() {
            return None;
        }
        course.in_a_row = (course.in_a_row + 1).min(limit);
        if course.in_a_row < limit {
            return None;
        }
        let pause = self.length.saturating_mul(1 << course.pauses.min(LONGEST.ilog2()));
        let pause = pause.max(lasts.unwrap_or_default()).min(self.length.saturating_mul(LONGEST));
        course.pauses += 1;
        self.until.send_replace(Instant::now().checked_add(pause));
        Some(pause)
    }

    /// Any other answer.
    fn accepted(&self) {
        *self.course() = Refusals { accepted: true, ..Refusals::default() };
    }
}

/// The pause of all keys that the service has not taken yet: where callers send their own, whoever tries one key after the
/// other would have the gateway banned.
#[derive(Debug)]
pub(crate) struct Strangers {
    pause: Pause,
    /// How many were refused, and since when that counts.
    refused: Mutex<(u32, Option<Instant>)>,
}

impl Strangers {
    fn new(length: Duration) -> Self {
        Self { pause: Pause::new(Reason::Strangers, length), refused: Mutex::default() }
    }

    /// One more was refused. Whether a pause begins with it, and how long.
    fn refused(&self) -> Option<Duration> {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let (number, since) = &mut *refused;
        let now = Instant::now();
        if since.is_none_or(|since| now.saturating_duration_since(since) > WITHIN) {
            (*number, *since) = (0, Some(now));
            // The next pause is a first one again.
            self.pause.accepted();
        }
        *number += 1;
        if *number < STRANGERS {
            return None;
        }
        *number = 0;
        let begins = self.pause.refused(1, None);
        *since = begins.and_then(|length| now.checked_add(length)).or(*since);
        begins
    }

    /// Why nothing is sent with a key that was never seen, where that is so.
    pub(crate) fn refusal(&self) -> Result<(), Problem> {
        match self.pause.left() {
            Some(left) => Err(refusal(Reason::Strangers, left)),
            None => Ok(()),
        }
    }
}

fn refusal(reason: Reason, left: Duration) -> Problem {
    let detail = format!("Nothing is sent for {} s: {}.", whole_seconds(left), reason.words());
    Problem::new(503, detail).retry_after(left)
}

/// The pauses of the gateway.
pub(crate) struct Bans {
    length: Duration,
    machine: Arc<Pause>,
    strangers: Arc<Strangers>,
    log: Log,
    begun: Arc<[AtomicU64; Reason::ALL.len()]>,
}

impl Bans {
    pub(crate) fn new(length: Duration, log: Log) -> Self {
        let machine = Arc::new(Pause::new(Reason::Machine, length));
        Self { length, machine, strangers: Arc::new(Strangers::new(length)), log, begun: Arc::default() }
    }

    /// The pause of a key that is new here.
    pub(crate) fn of_key(&self) -> Arc<Pause> {
        Arc::new(Pause::new(Reason::Key, self.length))
    }

    /// The pause of keys that are new here.
    pub(crate) fn of_strangers(&self) -> Arc<Strangers> {
        Arc::clone(&self.strangers)
    }

    /// What holds for requests with a key.
    pub(crate) fn with(&self, key: &Arc<Pause>) -> Ban {
        Ban {
            key: Arc::clone(key),
            machine: Arc::clone(&self.machine),
            strangers: Arc::clone(&self.strangers),
            log: self.log.clone(),
            begun: Arc::clone(&self.begun),
        }
    }

    /// For how long nothing is sent with any key.
    pub(crate) fn of_machine(&self) -> Option<(Reason, Duration)> {
        self.machine.left().map(|left| (Reason::Machine, left))
    }

    /// For how long nothing is sent with keys that the service has not taken yet.
    pub(crate) fn of_strange_keys(&self) -> Option<(Reason, Duration)> {
        self.strangers.pause.left().map(|left| (Reason::Strangers, left))
    }

    /// How many pauses began for that reason.
    pub(crate) fn begun(&self, reason: Reason) -> u64 {
        self.begun[reason as usize].load(Ordering::Relaxed)
    }
}

/// The pauses that concern a request.
#[derive(Clone)]
pub(crate) struct Ban {
    key: Arc<Pause>,
    machine: Arc<Pause>,
    strangers: Arc<Strangers>,
    log: Log,
    begun: Arc<[AtomicU64; Reason::ALL.len()]>,
}

impl Ban {
    /// The pause that is on, and for how long yet.
    pub(crate) fn on(&self) -> Option<(Reason, Duration)> {
        let strangers = Some(&self.strangers.pause).filter(|_| !self.key.is_known());
        let pauses = [&*self.machine, &*self.key].into_iter().chain(strangers);
        pauses.filter_map(|pause| Some((pause.reason, pause.left()?))).max_by_key(|(_, left)| *left)
    }

    /// Why nothing is sent now, where that is so.
    pub(crate) fn refusal(&self) -> Result<(), Problem> {
        match self.on() {
            Some((reason, left)) => Err(refusal(reason, left)),
            None => Ok(()),
        }
    }

    /// Ends when nothing is sent any more.
    pub(crate) async fn begins(self) {
        tokio::select! {
            () = self.key.begins() => {}
            () = self.machine.begins() => {}
            () = self.strangers.pause.begins(), if !self.key.is_known() => {}
        }
    }

    /// Looks at what became of a request.
    pub(crate) fn note(&self, operation: &Operation, course: &Course<'_>, line: &Line) {
        let Some(status) = course.status else { return };
        let is_v1 = matches!(operation.wire, Wire::V1(_));
        match course.kind {
            // One page is enough: the next may make it last for longer.
            Some(ErrorKind::Blocked) => {
                self.tell(&self.machine, self.machine.refused(1, course.retry_after), line);
            }
            // A key that may not do this one thing has a 403.
            Some(ErrorKind::Auth) if status == 401 || is_v1 => {
                match (self.key.is_first(), &self.key.whose) {
                    (true, None) => self.log.note(&format!(
                        "the service refused the API key (status {status}, {}): {CHECK}",
                        operation.name
                    )),
                    (true, Some(_)) if !self.key.is_known() => {
                        self.tell(&self.strangers.pause, self.strangers.refused(), line);
                    }
                    _ => {}
                }
                self.tell(&self.key, self.key.refused(IN_A_ROW, course.retry_after), line);
            }
            // Of the key it says nothing.
            Some(ErrorKind::Unavailable | ErrorKind::RateLimited) => {}
            _ => {
                self.key.accepted();
                self.machine.accepted();
            }
        }
    }

    fn tell(&self, pause: &Pause, begins: Option<Duration>, line: &Line) {
        let Some(length) = begins else { return };
        self.begun[pause.reason as usize].fetch_add(1, Ordering::Relaxed);
        let mark = pause.whose.as_ref();
        let with =
            mark.map(|mark| format!(" with the key whose SHA-256 begins with {mark}")).unwrap_or_default();
        let caller =
            line.caller().map(|caller| format!("; the last request was of {caller}")).unwrap_or_default();
        let (seconds, why) = (whole_seconds(length), pause.reason.words());
        self.log.note(&format!("nothing is sent{with} for {seconds} s: {why}{caller}"));
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn ends(pause: &Pause) {
        pause.until.send_replace(Some(Instant::now()));
    }

    #[test]
    fn a_pause_begins_with_the_last_of_some_refusals_and_doubles_until_it_is_better() {
        let pause = Pause::new(Reason::Key, MINUTE);
        let refused = || pause.refused(3, None);
        assert_eq!((refused(), refused(), pause.left()), (None, None, None));
        assert_eq!(refused(), Some(MINUTE));
        assert!(pause.left().is_some_and(|left| left <= MINUTE));
        // Those that were under way.
        assert_eq!((refused(), refused(), refused()), (None, None, None));
        for factor in [2, 4, 8, 16, 16, 16] {
            ends(&pause);
            assert_eq!((pause.left(), refused()), (None, Some(factor * MINUTE)));
        }
        ends(&pause);
        pause.accepted();
        assert_eq!((refused(), refused(), refused()), (None, None, Some(MINUTE)));
        ends(&pause);
        assert_eq!(pause.refused(3, Some(5 * MINUTE)), Some(5 * MINUTE));
    }

    #[test]
    fn strangers_are_counted_once_each_and_never_one_that_was_taken() {
        let strangers = Strangers::new(MINUTE);
        let (new, known) = (Pause::new(Reason::Key, MINUTE), Pause::new(Reason::Key, MINUTE));
        known.accepted();
        assert_eq!((new.is_first(), new.is_first(), known.is_first()), (true, false, true));
        assert!(known.is_known() && !new.is_known());
        let tries = || (0..STRANGERS).filter_map(|_| strangers.refused()).collect::<Vec<_>>();
        assert_eq!((tries(), strangers.refusal().is_err()), (vec![MINUTE], true));
        ends(&strangers.pause);
        assert_eq!((strangers.refusal().is_ok(), tries()), (true, vec![2 * MINUTE]));
        ends(&strangers.pause);
        // Long ago.
        *strangers.refused.lock().unwrap() = (STRANGERS - 1, Instant::now().checked_sub(2 * WITHIN));
        assert_eq!(strangers.refused(), None);
    }

    #[test]
    fn it_can_be_off() {
        let strangers = Strangers::new(Duration::ZERO);
        assert!((0..2 * STRANGERS).all(|_| strangers.refused().is_none()));
        let off = Pause::new(Reason::Machine, Duration::ZERO);
        assert_eq!((off.refused(1, Some(MINUTE)), off.left()), (None, None));
    }

    #[tokio::test]
    async fn whoever_waits_hears_of_it() {
        let pause = Pause::new(Reason::Machine, MINUTE);
        let begins = pause.begins();
        tokio::pin!(begins);
        assert!(begins.as_mut().now_or_never().is_none());
        pause.refused(1, None);
        begins.await;
        pause.begins().await;
    }
}
