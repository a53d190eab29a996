//! What a process does while what it shares its slots with is out of reach. Never does it go on as
//! if nothing was: until the loss others may have taken every slot, so it first sends nothing for as
//! long as those may count. Then it takes its part of the ceiling, and goes on asking. Once there is
//! an answer again, both bounds hold for as long.

use std::time::Duration;

use tokio::time::Instant;

#[derive(Debug)]
pub(super) struct Standing {
    phase: Phase,
    /// When what is out of reach is asked again.
    asks_at: Instant,
    /// Whether it was ever in reach.
    reached: bool,
    /// When there was an answer last.
    heard_at: Option<Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Shared,
    /// Sends nothing until then.
    Lost(Instant),
    /// Takes its part alone.
    Divided,
    /// Takes its part until then, of what is shared.
    Rejoining(Instant),
    /// There is an answer again, and until then others may be about to tell what they sent unseen.
    Returning(Instant),
}

impl Phase {
    /// Whether slots are taken unseen by then.
    pub(super) fn leads_apart(self, by: Instant) -> bool {
        match self {
            Self::Lost(until) => until <= by,
            Self::Divided => true,
            Self::Shared | Self::Rejoining(_) | Self::Returning(_) => false,
        }
    }
}

/// What there is to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// And for how long nothing is sent at the most.
    Lost(Duration),
    Found,
}

impl Standing {
    pub(super) fn new(now: Instant) -> Self {
        Self { phase: Phase::Shared, asks_at: now, reached: false, heard_at: None }
    }

    /// The phase by now.
    pub(super) fn phase(&self, now: Instant) -> Phase {
        match self.phase {
            Phase::Lost(until) if until <= now => Phase::Divided,
            Phase::Rejoining(until) | Phase::Returning(until) if until <= now => Phase::Shared,
            phase => phase,
        }
    }

    /// Whether it is time to ask.
    pub(super) fn asks(&self, now: Instant) -> bool {
        !matches!(self.phase(now), Phase::Lost(_) | Phase::Divided) || self.asks_at <= now
    }

    /// When to ask again.
    pub(super) fn asks_at(&self) -> Instant {
        self.asks_at
    }

    /// There was no answer. What can't be used at all, and never could, was not lost: others may
    /// use it or not, and no waiting tells.
    pub(super) fn failed(
        &mut self,
        now: Instant,
        for_good: bool,
        quiet: Duration,
        pause: Duration,
    ) -> Option<News> {
        let phase = self.phase(now);
        self.asks_at = now + pause;
        let (next, news) = match phase {
            Phase::Shared if for_good && !self.reached => (Phase::Divided, Some(News::Lost(Duration::ZERO))),
            Phase::Lost(_) | Phase::Divided => (phase, None),
            _ => (Phase::Lost(now + quiet), Some(News::Lost(quiet))),
        };
        self.phase = next;
        news
    }

    /// Some were out of reach until then, and took their part; so this one takes its own. Not a newcomer:
    /// it may stand in for one that died, and has no part of its own yet.
    pub(super) fn rejoins(&mut self, until: Instant) -> bool {
        if self.reached {
            self.phase = Phase::Rejoining(until);
        }
        self.reached
    }

    /// Whether there ever was an answer.
    pub(super) fn is_known(&self) -> bool {
        self.reached
    }

    /// Whether there has been no answer for so long.
    pub(super) fn is_silent_for(&self, time: Duration, now: Instant) -> bool {
        self.heard_at.is_none_or(|heard| now - heard > time)
    }

    /// There is an answer after a time of silence, to which this process sent nothing. It has nothing to make good;
    /// others may have, and tell so within a moment.
    pub(super) fn returns(&mut self, now: Instant, moment: Duration) -> News {
        self.heard_at = Some(now);
        self.phase = Phase::Returning(now + moment);
        News::Found
    }

    /// There was an answer, or one that told only of parts. Who was silent meanwhile has nothing to
    /// make good.
    pub(super) fn answered(&mut self, now: Instant, of_parts: bool, quiet: Duration) -> Option<News> {
        self.reached |= !of_parts;
        self.heard_at = Some(now);
        let phase = self.phase(now);
        self.phase = match phase {
            Phase::Lost(_) => Phase::Shared,
            Phase::Divided => Phase::Rejoining(now + quiet),
            phase => phase,
        };
        matches!(phase, Phase::Lost(_) | Phase::Divided).then_some(News::Found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Duration = Duration::from_secs(95);
    const PAUSE: Duration = Duration::from_secs(1);

    #[test]
    fn who_lost_it_is_silent_then_takes_a_part_then_keeps_both_bounds() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut standing = Standing::new(start);
        assert_eq!(standing.answered(start, false, QUIET), None);
        assert_eq!(standing.failed(start, true, QUIET, PAUSE), Some(News::Lost(QUIET)));
        assert_eq!(standing.phase(after(94)), Phase::Lost(after(95)));
        assert!(!standing.asks(start) && standing.asks(after(1)));
        assert_eq!(standing.failed(after(94), false, QUIET, PAUSE), None);
        assert_eq!(standing.phase(after(95)), Phase::Divided);
        assert_eq!(standing.answered(after(100), false, QUIET), Some(News::Found));
        assert_eq!(standing.phase(after(100)), Phase::Rejoining(after(195)));
        assert_eq!(standing.failed(after(110), false, QUIET, PAUSE), Some(News::Lost(QUIET)));
        assert_eq!(standing.answered(after(111), false, QUIET), Some(News::Found));
        assert_eq!(standing.phase(after(111)), Phase::Shared);
    }

    #[test]
    fn what_never_could_be_used_is_not_waited_out() {
        let start = Instant::now();
        let mut standing = Standing::new(start);
        assert_eq!(standing.failed(start, true, QUIET, PAUSE), Some(News::Lost(Duration::ZERO)));
        assert_eq!(standing.phase(start), Phase::Divided);
        let mut standing = Standing::new(start);
        standing.failed(start, false, QUIET, PAUSE);
        assert_eq!(standing.phase(start), Phase::Lost(start + QUIET));
    }

    #[test]
    fn who_returns_waits_a_moment_and_knows_how_long_there_was_silence() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut standing = Standing::new(start);
        assert!(standing.is_silent_for(QUIET, start));
        standing.answered(start, false, QUIET);
        assert!(!standing.is_silent_for(QUIET, after(95)) && standing.is_silent_for(QUIET, after(96)));
        standing.failed(after(10), false, QUIET, PAUSE);
        assert_eq!(standing.returns(after(100), 3 * PAUSE), News::Found);
        assert_eq!(standing.phase(after(102)), Phase::Returning(after(103)));
        assert_eq!(standing.phase(after(103)), Phase::Shared);
        assert!(!standing.is_silent_for(QUIET, after(103)));
    }

    #[test]
    fn a_newcomer_has_no_part_of_its_own() {
        let start = Instant::now();
        let mut standing = Standing::new(start);
        standing.answered(start, true, QUIET);
        assert!(!standing.rejoins(start + QUIET));
        assert_eq!(standing.phase(start), Phase::Shared);
        standing.answered(start, false, QUIET);
        assert!(standing.rejoins(start + QUIET));
        assert_eq!(standing.phase(start), Phase::Rejoining(start + QUIET));
    }
}
