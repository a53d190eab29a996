//! A window that is shared beyond the process: how its slots are asked for, and what is done while
//! nobody answers.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::time::Instant;

use super::circle::{Circle, Outage, PAUSE, Sharing};
use super::fallback::{Loss, News, Phase, Standing};
use super::keeper::{Keeper, Trouble};
use super::ledger::LATEST_ARRIVAL;
use super::line::Rank;
use super::shared::{Ask, Reserved};
use super::window::{Alone, Slot, Window};
use super::{Refused, lock};

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
    pub(super) fn new(keeper: Keeper, circle: Arc<Circle>, standing: Standing, length: Duration) -> Self {
        Self { keeper: Arc::new(keeper), circle, standing: Mutex::new(standing), length }
    }

    /// The phase by now. Where others of this process found the place out of reach, it is so for this window too.
    fn phase(&self, now: Instant) -> Phase {
        let outage = self.circle.outage();
        let standing = self.standing();
        match (standing.phase(now), outage) {
            (Phase::Shared, Some(outage)) => standing.may_divide(outage.phase(now), now),
            (phase, _) => phase,
        }
    }

    /// As it is by now: what was found of a server meanwhile counts.
    fn standing(&self) -> MutexGuard<'_, Standing> {
        let mut standing = lock(&self.standing);
        // Of a folder each file says for itself whether it can be used.
        if let (Some(moment), Some(over)) = (self.keeper.moment(), self.circle.over_since()) {
            standing.catches_up(over, moment, self.length + LATEST_ARRIVAL);
        }
        standing
    }

    /// How many processes share the ceiling, where this one keeps to its part by now, or will before it may have more.
    pub(super) fn divides_by(&self, now: Instant) -> Option<u32> {
        let Sharing { refuses, members, .. } = self.circle.sharing;
        match self.phase(now) {
            Phase::Lost(_) if refuses => None,
            Phase::Shared | Phase::Returning(_) => None,
            Phase::Lost(_) | Phase::Divided | Phase::Rejoining(_) => Some(members),
        }
    }

    /// Until when nothing is sent at the latest, where nothing is now; where that is not known, until it is asked again.
    pub(super) fn silent_until(&self, ceiling: u32, now: Instant) -> Option<Instant> {
        let Sharing { refuses, members, .. } = self.circle.sharing;
        match self.phase(now) {
            Phase::Lost(_) if refuses => Some(now + PAUSE.min(self.length)),
            Phase::Divided if ceiling < members => Some(now + PAUSE.min(self.length)),
            Phase::Lost(until) | Phase::Returning(until) => Some(until),
            _ => None,
        }
    }

    /// The refusal of a call while the place is out of reach, which says why, and what helps.
    pub(super) fn refuses(&self, ceiling: u32, until: Instant, now: Instant) -> Refused {
        let Sharing { refuses, members, .. } = self.circle.sharing;
        let phase = self.phase(now);
        let outage = self.circle.outage();
        let loss = lock(&self.standing).loss().or(outage.as_ref().map(Outage::loss)).cloned();
        let (why, for_good) = match &loss {
            Some(loss) => (&*loss.why, loss.for_good),
            None => ("it was out of reach", false),
        };
        let seconds = until.saturating_duration_since(now).as_secs_f64();
        let (what, is_known) = match phase {
            Phase::Returning(_) => (
                format!(
                    "it is reached again, and others first tell what they sent meanwhile, for {seconds:.1} s"
                ),
                true,
            ),
            _ if refuses => (
                "as shareLimitsFallback is \"refuse\", nothing is sent until that is mended".to_owned(),
                !for_good,
            ),
            _ if ceiling < members => (
                format!(
                    "of its {ceiling} requests none is left for each of {members} processes (shareLimitsMembers), so nothing \
                     is sent until that is mended; where fewer processes share the key, lower shareLimitsMembers"
                ),
                false,
            ),
            _ => {
                (format!("nothing is sent for {seconds:.1} s yet, as others may have taken every slot"), true)
            }
        };
        Refused::alone(until, now, Alone { why: format!("{why}; {what}"), is_known })
    }

    fn failed(&self, now: Instant, trouble: &Trouble, ask: &Ask) {
        let loss = self.circle.failed(now, trouble, ask.lease, self.length);
        self.lost(now, &loss, ask);
    }

    /// It counts as lost from when the place was.
    fn lost(&self, now: Instant, loss: &Loss, ask: &Ask) {
        let news = lock(&self.standing).failed(now, loss, ask.lease, PAUSE.min(self.length));
        if let Some(news) = news {
            self.circle.tell(news, &loss.why, ask.ceiling);
        }
    }

    fn returns(&self, now: Instant, until: Instant) {
        lock(&self.standing).returns(now, until);
        self.circle.found(now);
        self.circle.tell(News::Found, "", 0);
    }

    fn answered(&self, now: Instant, of_parts: bool, quiet: Duration) {
        let news = lock(&self.standing).answered(now, of_parts, quiet);
        self.circle.found(now);
        if let Some(news) = news {
            self.circle.tell(news, "", 0);
        }
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
                let standing = link.standing();
                // Nobody has gone on alone before.
                let is_silent = standing.is_silent_for(link.length + LATEST_ARRIVAL, now);
                (standing.phase(now), standing.asks(now), standing.is_known(), is_silent)
            };
            if let Phase::Returning(until) = phase {
                return if waits {
                    Ok(Asked::Denied { look: until, opens: until })
                } else {
                    Err(link.refuses(ceiling, until, now))
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
            // What another window has found out just now need not be found out again.
            let outage = (phase == Phase::Shared).then(|| link.circle.outage()).flatten();
            if let Some(outage) = outage.as_ref().filter(|outage| outage.asks_at > now) {
                link.lost(now, outage.loss(), &ask);
                return self.ask_nobody(link, &ask);
            }
            if is_silent && let Some(moment) = link.keeper.moment() {
                if matches!(phase, Phase::Lost(_)) || outage.is_some() {
                    match link.keeper.probe().await {
                        Ok(()) => link.returns(Instant::now(), Instant::now() + moment),
                        Err(trouble) => {
                            link.failed(Instant::now(), &trouble, &ask);
                            return self.ask_nobody(link, &ask);
                        }
                    }
                    continue;
                }
                let told_by = link.circle.over_since().map(|over| over + moment).filter(|told| *told > now);
                if let (Phase::Shared, Some(until)) = (phase, told_by) {
                    lock(&link.standing).returns(now, until);
                    continue;
                }
            }
            // Before it asks, or another could take all slots between no answer and this. Who refuses takes none unseen.
            if !link.circle.sharing.refuses && phase.leads_apart(now + 2 * PAUSE) {
                link.keeper.part(lease);
            }
            let reserved = match link.keeper.reserve(&ask).await {
                Ok(reserved) => reserved,
                Err(trouble) => {
                    link.failed(Instant::now(), &trouble, &ask);
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
        // Parts of less than a slot can't be kept apart: in whatever windows each took one, they might take them together.
        if refuses || (ask.ceiling < members && phase == Phase::Divided) {
            return Err(link.refuses(ask.ceiling, asks_at, now));
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
            Asked::Denied { opens, .. } => Err(self.refused(ceiling, opens, Instant::now())),
        }
    }
}
