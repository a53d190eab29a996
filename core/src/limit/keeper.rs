//! One process's way to what several share: to a file of the machine that is locked (`locked.rs`), or to a
//! server that is asked (`served.rs`).

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::ledger::Time;
use super::locked::Locked;
use super::served::{self, Served};
use super::shared::{Ask, Reserved, Settled, Shared};

/// Whoever does not answer for so long is out of reach.
pub(super) const PATIENCE: Duration = Duration::from_millis(100);

/// Why there was no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Somebody else holds it.
    Busy,
    /// It did not answer, and may do so for others; the reason goes on as a sentence.
    Silent(String),
    /// It can't be used, for a reason that goes on as a sentence.
    Unusable(String),
    /// What is kept of this window can't be used, whatever is with others.
    Spoilt(String),
}

impl Trouble {
    /// Whether it is the place's, and so every window's.
    pub(super) fn is_of_place(&self) -> bool {
        matches!(self, Self::Silent(_) | Self::Unusable(_))
    }

    /// Whether it stays so until somebody mends it.
    pub(super) fn is_for_good(&self) -> bool {
        matches!(self, Self::Unusable(_) | Self::Spoilt(_))
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => formatter.write_str("another process holds its lock and does not go on"),
            Self::Silent(reason) | Self::Unusable(reason) | Self::Spoilt(reason) => {
                formatter.write_str(reason)
            }
        }
    }
}

#[derive(Debug)]
pub(super) struct Keeper {
    /// What this process is called among the others: no two are called the same.
    member: u64,
    /// Slots asked for so far.
    slots: AtomicU64,
    way: Way,
}

#[derive(Debug)]
pub(crate) enum Way {
    Locked(Arc<Locked>),
    Served(Arc<Served>),
}

impl Keeper {
    pub(super) fn new(way: Way, member: u64) -> Self {
        Self { member, slots: AtomicU64::new(0), way }
    }

    /// What to ask for a slot with.
    pub(super) fn ask(
        &self,
        ceiling: u32,
        lease: Duration,
        waits: bool,
        (parted, known): (bool, bool),
    ) -> Ask {
        // Members are far apart.
        let slot = self.member.wrapping_add(1 + self.slots.fetch_add(1, Ordering::Relaxed));
        Ask { member: self.member, slot, ceiling, lease, waits, parted, known }
    }

    /// Asks for a slot. Nothing is lost where the future is dropped.
    pub(super) async fn reserve(&self, ask: &Ask) -> Result<Reserved, Trouble> {
        match &self.way {
            Way::Locked(locked) => locked.reserve(ask).await,
            Way::Served(served) => served.reserve(ask).await,
        }
    }

    /// Who was without an answer first asks whether there is one again, where others may then have to tell
    /// what they sent unseen: how long that may take.
    pub(super) fn moment(&self) -> Option<Duration> {
        match &self.way {
            // It is written while there is no answer.
            Way::Locked(_) => None,
            Way::Served(_) => Some(served::MOMENT),
        }
    }

    /// Whether there is an answer.
    pub(super) async fn probe(&self) -> Result<(), Trouble> {
        match &self.way {
            Way::Locked(_) => Ok(()),
            Way::Served(served) => served.probe().await,
        }
    }

    /// Notes what became of a slot, now or as soon as it can be.
    pub(super) fn settle(&self, settled: Settled) {
        match &self.way {
            Way::Locked(locked) => locked.settle(settled),
            Way::Served(served) => served.settle(settled),
        }
    }

    /// Notes that this process takes its part for so long, unseen by others.
    pub(super) fn part(&self, lasts: Duration) {
        match &self.way {
            Way::Locked(locked) => locked.part(lasts),
            Way::Served(served) => served.part(lasts),
        }
    }

    /// Until when what this process sent unseen counts, where others do not know of it yet.
    #[cfg(test)]
    pub(super) fn unseen_until(&self) -> Option<tokio::time::Instant> {
        match &self.way {
            // It is written while there is no answer.
            Way::Locked(_) => None,
            Way::Served(served) => served.unseen_until(),
        }
    }

    /// What all know, where that can be told at once.
    pub(super) fn look(&self) -> Option<(Shared, Time)> {
        let (mut shared, now) = match &self.way {
            Way::Locked(locked) => locked.look(),
            Way::Served(served) => served.look(),
        }?;
        shared.expire(now);
        Some((shared, now))
    }
}
