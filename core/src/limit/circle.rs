//! What the windows of a credential have in common that are shared beyond the process: the place where they are
//! kept, since when it is out of reach, and what is told of that.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

use super::fallback::{Loss, News, Phase, Standing};
use super::keeper::{Keeper, Trouble, Way};
use super::lock;
use super::locked::Locked;
use super::machine::{Folder, Machine};
use super::served::{Served, Wire};
use super::sharing::Link;
use crate::warning::{Hearers, WarningKind};

/// How long nobody is asked who did not answer.
pub(super) const PAUSE: Duration = Duration::from_secs(1);

/// With whom the slots of a credential are shared, and what is done while that can't be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Sharing {
    /// What the place is called that they are shared at, with nothing secret in it.
    pub(crate) place: String,
    /// Calls are refused, not sent at a part of the ceiling.
    pub(crate) refuses: bool,
    /// How many processes share the ceiling then.
    pub(crate) members: u32,
}

/// What the windows of a credential have in common that are shared beyond the process.
pub(super) struct Circle {
    pub(super) sharing: Sharing,
    place: Box<dyn Place>,
    member: u64,
    reach: Mutex<Reach>,
    pub(super) hearers: Hearers,
}

/// Whether the place is in reach, as far as this process knows.
#[derive(Debug, Default)]
struct Reach {
    /// It was, at some time.
    ever: bool,
    outage: Option<Outage>,
    /// When the last outage was over.
    over_since: Option<Instant>,
    /// Somebody asks until there is an answer.
    watched: bool,
}

/// A time in which the place is out of reach, for all windows.
#[derive(Debug, Clone)]
pub(super) struct Outage {
    loss: Loss,
    /// Until when nothing is sent.
    until: Instant,
    /// What was found out counts until then.
    pub(super) asks_at: Instant,
}

impl Outage {
    /// What a window is in that has not asked yet.
    pub(super) fn phase(&self, now: Instant) -> Phase {
        if self.until <= now { Phase::Divided } else { Phase::Lost(self.until) }
    }

    pub(super) fn loss(&self) -> &Loss {
        &self.loss
    }
}

/// Where the windows of a credential are kept together.
pub(crate) trait Place: fmt::Debug + Send + Sync {
    /// The way to the window of that name.
    fn way(&self, window: &str, length: Duration) -> Way;

    /// Whether it can be used, where that can be said at once.
    fn try_out(&self) -> Option<Result<(), Trouble>> {
        None
    }

    /// What is to be said of a place that can be used, for as long as nobody changes it.
    fn risk(&self) -> Option<String> {
        None
    }
}

impl Circle {
    pub(super) fn new(sharing: Sharing, place: Box<dyn Place>, member: u64) -> Self {
        Self { sharing, place, member, reach: Mutex::default(), hearers: Hearers::default() }
    }

    /// Tells of a place that can't be used, where that shows at once.
    pub(super) fn try_out(&self, now: Instant) {
        match self.place.try_out() {
            None => {}
            Some(Ok(())) => {
                lock(&self.reach).ever = true;
                if let Some(risk) = self.place.risk() {
                    self.hearers.note(WarningKind::LimitsAtRisk, risk);
                }
            }
            Some(Err(trouble)) => {
                let loss = Loss { of_place: Some(now), for_good: true, why: trouble.to_string().into() };
                lock(&self.reach).outage = Some(Outage { loss, until: now, asks_at: now });
                self.tell(News::Lost(Duration::ZERO), &trouble.to_string(), u32::MAX);
            }
        }
    }

    /// A window of that name.
    pub(super) fn link(self: &Arc<Self>, window: &str, now: Instant, length: Duration) -> Link {
        let keeper = Keeper::new(self.place.way(window, length), self.member);
        Link::new(keeper, Arc::clone(self), Standing::new(now, self.sharing.refuses), length)
    }

    /// The time without answers that it is now.
    pub(super) fn outage(&self) -> Option<Outage> {
        lock(&self.reach).outage.clone()
    }

    /// When the last one was over.
    pub(super) fn over_since(&self) -> Option<Instant> {
        lock(&self.reach).over_since
    }

    /// A window had no answer. Where that is the place's doing, it counts from when it was first noticed.
    pub(super) fn failed(
        self: &Arc<Self>,
        now: Instant,
        trouble: &Trouble,
        quiet: Duration,
        length: Duration,
    ) -> Loss {
        let pause = PAUSE.min(length);
        let mut reach = lock(&self.reach);
        // What never could be used was not lost: others may use it or not, and no waiting tells.
        let for_good = trouble.is_for_good() && !reach.ever;
        let why: Arc<str> = trouble.to_string().into();
        if !trouble.is_of_place() {
            return Loss { of_place: None, for_good, why };
        }
        let outage = reach.outage.get_or_insert_with(|| {
            let loss = Loss { of_place: Some(now), for_good, why: Arc::clone(&why) };
            Outage { loss, until: if for_good { now } else { now + quiet }, asks_at: now }
        });
        outage.asks_at = now + pause;
        outage.loss.why = why;
        let loss = outage.loss.clone();
        if !std::mem::replace(&mut reach.watched, true) {
            drop(reach);
            self.watch(pause, length);
        }
        loss
    }

    /// Asks a server until it answers: otherwise nobody knew, when nobody calls for a time, whether it was gone for all of it,
    /// and others had no slots from it.
    fn watch(self: &Arc<Self>, pause: Duration, length: Duration) {
        let Way::Served(served) = self.place.way("place", length) else { return };
        let circle = Arc::downgrade(self);
        let goes_on = move |answer: Option<Result<(), Trouble>>| {
            circle.upgrade().is_some_and(|circle| circle.watches(answer, pause))
        };
        if !served.watch(pause, goes_on) {
            lock(&self.reach).watched = false;
        }
    }

    /// Hears of an answer, or none, and says whether to go on asking.
    fn watches(&self, answer: Option<Result<(), Trouble>>, pause: Duration) -> bool {
        if let Some(Ok(())) = answer {
            self.found(Instant::now());
        }
        let mut reach = lock(&self.reach);
        reach.watched = match (&mut reach.outage, answer) {
            (None, _) => false,
            (Some(outage), Some(Err(_))) => {
                outage.asks_at = Instant::now() + pause;
                true
            }
            (Some(_), _) => true,
        };
        reach.watched
    }

    /// There was an answer.
    pub(super) fn found(&self, now: Instant) {
        let was_lost = {
            let mut reach = lock(&self.reach);
            reach.ever = true;
            let was_lost = reach.outage.take().is_some();
            if was_lost {
                reach.over_since = Some(now);
            }
            was_lost
        };
        if was_lost {
            self.tell(News::Found, "", 0);
        }
    }

    /// Tells of trouble as it begins, and when it is over; not of each window's. The one that noticed has such a ceiling.
    pub(super) fn tell(&self, news: News, trouble: &str, ceiling: u32) {
        match news {
            News::Lost(quiet) => self.hearers.begin(WarningKind::LimitsNotShared, || {
                format!(
                    "rate limits can't be shared: {trouble}; meanwhile {}",
                    self.meanwhile(quiet, ceiling)
                )
            }),
            News::Found => self.hearers.end(WarningKind::LimitsSharedAgain, "rate limits are shared again"),
        }
    }

    /// What is done until then, at first for so long.
    fn meanwhile(&self, quiet: Duration, ceiling: u32) -> String {
        let Sharing { refuses, members, .. } = self.sharing;
        if refuses {
            return "calls are refused".to_owned();
        }
        let mut apart = format!("this process counts for itself, at 1/{members} of each rate limit");
        // Two, where nothing else was said, are more than no documented limit.
        if members > 2.min(ceiling) {
            apart = format!("{apart}, and refuses calls whose limit is less than {members}");
        }
        if quiet.is_zero() {
            return apart;
        }
        let seconds = quiet.as_secs_f64();
        format!(
            "nothing is sent for {seconds:.0} s from the loss on, as others may have taken every slot, then {apart}"
        )
    }
}

impl fmt::Debug for Circle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Circle").field("sharing", &self.sharing).finish_non_exhaustive()
    }
}

/// What stands for the address of the service and the credential, and tells neither.
fn hash(base: &str, key: &str) -> String {
    let hashed = ["sonoran shared limits", base, key].map(|part| format!("{}:{part}", part.len())).concat();
    let digest = ring::digest::digest(&ring::digest::SHA256, hashed.as_bytes());
    digest.as_ref().iter().take(16).fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"))
}

/// The files of one credential.
#[derive(Debug)]
pub(crate) struct Files {
    folder: Arc<Folder>,
    hash: String,
}

impl Files {
    pub(crate) fn new(folder: Option<&Path>, base: &str, key: &str) -> Self {
        Self { folder: Arc::new(Folder::new(folder)), hash: hash(base, key) }
    }
}

impl Place for Files {
    fn way(&self, window: &str, length: Duration) -> Way {
        let name = format!("{}.{window}.{}", self.hash, length.as_millis());
        let machine = Machine::new(Arc::clone(&self.folder), &name, length);
        Way::Locked(Arc::new(Locked::new(Box::new(machine), length)))
    }

    /// Whether files can be made there and locked.
    fn try_out(&self) -> Option<Result<(), Trouble>> {
        Some(self.folder.try_out(&format!("{}.try", self.hash)))
    }

    fn risk(&self) -> Option<String> {
        self.folder.risk()
    }
}

/// What a server has of one credential.
#[derive(Debug)]
pub(crate) struct OnServer {
    wire: Arc<dyn Wire>,
    hash: String,
}

impl OnServer {
    pub(crate) fn new(wire: Arc<dyn Wire>, base: &str, key: &str) -> Self {
        Self { wire, hash: hash(base, key) }
    }
}

impl Place for OnServer {
    fn way(&self, window: &str, length: Duration) -> Way {
        Way::Served(Arc::new(Served::new(Arc::clone(&self.wire), &self.hash, window, length)))
    }
}
