//! A window that is shared beyond the process: how its slots are asked for, and what is done while
//! nobody answers.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

use super::fallback::{News, Phase, Standing};
use super::keeper::{Keeper, Trouble, Way};
use super::ledger::LATEST_ARRIVAL;
use super::line::Rank;
use super::locked::Locked;
use super::machine::{Folder, Machine};
use super::served::{Served, Wire};
use super::shared::{Ask, Reserved};
use super::window::{Slot, Window};
use super::{Refused, lock};
use crate::warning::{Hearers, WarningKind};

/// How long nobody is asked who did not answer.
const PAUSE: Duration = Duration::from_secs(1);

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
    sharing: Sharing,
    place: Box<dyn Place>,
    member: u64,
    pub(super) hearers: Hearers,
}

/// Where the windows of a credential are kept together.
pub(crate) trait Place: fmt::Debug + Send + Sync {
    /// The way to the window of that name.
    fn way(&self, window: &str, length: Duration) -> Way;

    /// Whether it can be used, as far as that can be said at once.
    fn try_out(&self) -> Result<(), Trouble> {
        Ok(())
    }
}

impl Circle {
    pub(super) fn new(sharing: Sharing, place: Box<dyn Place>, member: u64) -> Self {
        Self { sharing, place, member, hearers: Hearers::default() }
    }

    /// Tells of a place that can't be used, where that shows at once.
    pub(super) fn try_out(&self) {
        if let Err(trouble) = self.place.try_out() {
            self.tell(Some(News::Lost(Duration::ZERO)), &trouble.to_string());
        }
    }

    /// A window of that name.
    pub(super) fn link(self: &Arc<Self>, window: &str, now: Instant, length: Duration) -> Link {
        Link {
            keeper: Arc::new(Keeper::new(self.place.way(window, length), self.member)),
            circle: Arc::clone(self),
            standing: Mutex::new(Standing::new(now)),
            length,
        }
    }

    /// Tells of trouble as it begins, and when it is over; not of each window's.
    pub(super) fn tell(&self, news: Option<News>, trouble: &str) {
        match news {
            Some(News::Lost(quiet)) => self.hearers.begin(WarningKind::LimitsNotShared, || {
                format!("rate limits can't be shared: {trouble}; meanwhile {}", self.meanwhile(quiet))
            }),
            Some(News::Found) => {
                self.hearers.end(WarningKind::LimitsSharedAgain, "rate limits are shared again");
            }
            None => {}
        }
    }

    /// What is done until then, at first for so long.
    fn meanwhile(&self, quiet: Duration) -> String {
        if self.sharing.refuses {
            return "calls are refused".to_owned();
        }
        let apart =
            format!("this process counts for itself, at 1/{} of each rate limit", self.sharing.members);
        if quiet.is_zero() {
            return apart;
        }
        let seconds = quiet.as_secs_f64();
        format!("nothing is sent for {seconds:.0} s, as others may have taken every slot, then {apart}")
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
    fn try_out(&self) -> Result<(), Trouble> {
        self.folder.try_out(&format!("{}.try", self.hash))
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

/// A window's tie to those of other processes.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) keeper: Arc<Keeper>,
    circle: Arc<Circle>,
    standing: Mutex<Standing>,
    pub(super) length: Duration,
}

/// What the first in the queue is told.
pub(super) enum Asked {
    Slot(Slot),
    Denied {
        /// When to ask again.
        look: Instant,
        /// When a slot is free at the earliest.
        opens: Instant,
    },
}

impl Link {
    /// How many processes share the ceiling, where this one has to go alone by now.
    pub(super) fn divides_by(&self, now: Instant) -> Option<u32> {
        match lock(&self.standing).phase(now) {
            Phase::Shared => None,
            _ => Some(self.circle.sharing.members),
        }
    }

    /// Until when nothing is sent at the latest, where nothing is now.
    pub(super) fn silent_until(&self, now: Instant) -> Option<Instant> {
        match lock(&self.standing).phase(now) {
            Phase::Lost(until) | Phase::Returning(until) => Some(until),
            _ => None,
        }
    }

    fn failed(&self, now: Instant, trouble: &Trouble, quiet: Duration) {
        let for_good = matches!(trouble, Trouble::Unusable(_));
        let news = lock(&self.standing).failed(now, for_good, quiet, PAUSE.min(self.length));
        self.circle.tell(news, &trouble.to_string());
    }

    fn returns(&self, now: Instant, moment: Duration) {
        let news = lock(&self.standing).returns(now, moment);
        self.circle.tell(Some(news), "");
    }

    fn answered(&self, now: Instant, of_parts: bool, quiet: Duration) {
        let news = lock(&self.standing).answered(now, of_parts, quiet);
        self.circle.tell(news, "");
    }
}

impl Window {
    /// Asks for a slot for a request that may take so long.
    pub(super) async fn ask(
        self: &Arc<Self>,
        link: &Link,
        ceiling: u32,
        attempt: Duration,
        waits: bool,
    ) -> Result<Asked, Refused> {
        // So long may a request count of which nothing is heard any more.
        let lease = attempt.saturating_add(LATEST_ARRIVAL).saturating_add(link.length);
        let members = link.circle.sharing.members;
        loop {
            let now = Instant::now();
            let (phase, asks, known, is_silent) = {
                let standing = lock(&link.standing);
                // Nobody has gone on alone before.
                let is_silent = standing.is_silent_for(link.length + LATEST_ARRIVAL, now);
                (standing.phase(now), standing.asks(now), standing.is_known(), is_silent)
            };
            if let Phase::Returning(until) = phase {
                return if waits {
                    Ok(Asked::Denied { look: until, opens: until })
                } else {
                    Err(Refused::alone(until, now))
                };
            }
            let parted = matches!(phase, Phase::Divided | Phase::Rejoining(_));
            if parted
                && ceiling >= members
                && let Some(opens) = self.state(now).part_opens(ceiling, members, now)
            {
                return Ok(Asked::Denied { look: opens, opens });
            }
            let ask = link.keeper.ask(ceiling, lease, waits, (parted, known));
            if !asks {
                return self.ask_nobody(link, &ask);
            }
            if let (Phase::Lost(_), true, Some(moment)) = (phase, is_silent, link.keeper.moment()) {
                match link.keeper.probe().await {
                    Ok(()) => link.returns(Instant::now(), moment),
                    Err(trouble) => {
                        link.failed(Instant::now(), &trouble, lease);
                        return self.ask_nobody(link, &ask);
                    }
                }
                continue;
            }
            // Before it asks, or another could take all slots between no answer and this.
            if phase.leads_apart(now + 2 * PAUSE) {
                link.keeper.part(lease);
            }
            let reserved = match link.keeper.reserve(&ask).await {
                Ok(reserved) => reserved,
                Err(trouble) => {
                    link.failed(Instant::now(), &trouble, lease);
                    return self.ask_nobody(link, &ask);
                }
            };
            let now = Instant::now();
            let of_parts = matches!(&reserved, Reserved::Denied(denied) if !denied.parted_for.is_zero());
            link.answered(now, of_parts, lease);
            let mut state = self.state(now);
            let denied = match reserved {
                Reserved::Taken => return Ok(Asked::Slot(self.take(&mut state, ceiling, now, ask.slot))),
                Reserved::Denied(denied) => denied,
            };
            if of_parts {
                let until = now + denied.parted_for;
                if lock(&link.standing).rejoins(until) {
                    continue;
                }
                return Ok(Asked::Denied { look: until, opens: until });
            }
            let opens = now + denied.opens_in;
            state.hear(opens, now + denied.frozen_for, now);
            return Ok(Asked::Denied { look: now + denied.look_in, opens });
        }
    }

    /// What there is for a process while nobody answers.
    fn ask_nobody(self: &Arc<Self>, link: &Link, ask: &Ask) -> Result<Asked, Refused> {
        let now = Instant::now();
        let Sharing { members, refuses, .. } = link.circle.sharing;
        let (phase, asks_at) = {
            let standing = lock(&link.standing);
            (standing.phase(now), standing.asks_at().max(now + Duration::from_nanos(1)))
        };
        // Parts of less than a slot can't be kept apart.
        if refuses || (ask.ceiling < members && phase == Phase::Divided) {
            return Err(Refused::alone(asks_at, now));
        }
        if phase == Phase::Divided {
            link.keeper.part(ask.lease);
        }
        if phase != Phase::Divided {
            return Ok(Asked::Denied { look: asks_at, opens: now });
        }
        let mut state = self.state(now);
        Ok(match state.part_opens(ask.ceiling, members, now) {
            None => Asked::Slot(self.take(&mut state, ask.ceiling, now, ask.slot)),
            Some(opens) => Asked::Denied { look: opens, opens: now },
        })
    }

    /// A slot at once, or how long one will take, wherever the slots are kept.
    pub(crate) async fn slot_at_once(
        self: &Arc<Self>,
        ceiling: u32,
        rank: Rank,
        attempt: Duration,
    ) -> Result<Slot, Refused> {
        let Some(link) = &self.link else { return self.slot_now(ceiling, rank) };
        let now = Instant::now();
        let (ahead, ceiling) = (self.state(now).ahead_of_newcomer(rank, now), rank.part(ceiling));
        if ahead > 0 {
            return Err(Refused::until(self.state(now).earliest(ceiling, ahead, now), now));
        }
        match self.ask(link, ceiling, attempt, false).await? {
            Asked::Slot(slot) => Ok(slot),
            Asked::Denied { opens, .. } => Err(self.refused(opens, Instant::now())),
        }
    }
}
