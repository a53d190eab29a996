//! What a process does while what it shares its slots with is out of reach. Never does it go on as
//! if nothing was: until the loss others may have taken every slot, so it first sends nothing for as
//! long as those may count. Then it takes its part of the ceiling, and goes on asking. Once there is
//! an answer again, both bounds hold for as long.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

#[derive(Debug)]
pub(super) struct Standing {
    phase: Phase,
    /// Nothing is sent alone, however long there is no answer.
    refuses: bool,
    /// Why there was no answer last, and since when.
    loss: Option<Loss>,
    /// When what is out of reach is asked again.
    asks_at: Instant,
    /// Whether it was ever in reach.
    reached: bool,
    /// When there was an answer last.
    heard_at: Option<Instant>,
    /// For how long what others sent may count, as of the last loss.
    quiet: Duration,
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

/// How what is shared got out of reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Loss {
    /// Since when it is for all windows; nothing where it is for this one alone.
    pub(super) of_place: Option<Instant>,
    /// It can't be used at all, and never could.
    pub(super) for_good: bool,
    /// The reason, which goes on as a sentence.
    pub(super) why: Arc<str>,
}

/// What there is to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// And for how long nothing is sent at the most.
    Lost(Duration),
    Found,
}

impl Standing {
    pub(super) fn new(now: Instant, refuses: bool) -> Self {
        Self {
            phase: Phase::Shared,
            refuses,
            loss: None,
            asks_at: now,
            reached: false,
            heard_at: None,
            quiet: Duration::ZERO,
        }
    }

    /// The phase by now.
    pub(super) fn phase(&self, now: Instant) -> Phase {
        match self.phase {
            Phase::Lost(until) if until <= now => self.may_divide(Phase::Divided, now),
            Phase::Rejoining(until) | Phase::Returning(until) if until <= now => Phase::Shared,
            phase => phase,
        }
    }

    /// Who refuses never takes a part.
    pub(super) fn may_divide(&self, phase: Phase, now: Instant) -> Phase {
        if self.refuses && phase == Phase::Divided { Phase::Lost(now) } else { phase }
    }

    /// Why there was no answer last, where this window asked.
    pub(super) fn loss(&self) -> Option<&Loss> {
        self.loss.as_ref()
    }

    /// Whether it is time to ask.
    pub(super) fn asks(&self, now: Instant) -> bool {
        !matches!(self.phase(now), Phase::Lost(_) | Phase::Divided) || self.asks_at <= now
    }

    /// When to ask again.
    pub(super) fn asks_at(&self) -> Instant {
        self.asks_at
    }

    /// There was no answer. The silence counts from when the place was lost, which may be long ago; after another answer
    /// that any window had, from the next loss.
    pub(super) fn failed(
        &mut self,
        now: Instant,
        loss: &Loss,
        quiet: Duration,
        pause: Duration,
    ) -> Option<News> {
        let phase = self.phase(now);
        (self.asks_at, self.quiet) = (now + pause, quiet);
        let known = self.loss.replace(loss.clone());
        let is_lost = matches!(phase, Phase::Lost(_) | Phase::Divided);
        let is_news = loss.of_place.is_some() && known.is_none_or(|known| known.of_place != loss.of_place);
        if is_lost && !is_news {
            return None;
        }
        let until = loss.of_place.unwrap_or(now) + quiet;
        let (next, quiet) = match phase {
            Phase::Shared if loss.for_good => (Phase::Divided, Duration::ZERO),
            Phase::Lost(earlier) => (Phase::Lost(earlier.max(until)), quiet),
            _ => (Phase::Lost(until), quiet),
        };
        self.phase = self.may_divide(next, now);
        Some(News::Lost(quiet))
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
    /// others may have, and tell so until then.
    pub(super) fn returns(&mut self, now: Instant, until: Instant) {
        self.heard_at = Some(now);
        self.phase = Phase::Returning(until);
    }

    /// The place was in reach again then, as was found elsewhere: all goes on from there, and not from when this window
    /// is used next. Others may need a moment to tell what they sent, where there was silence for so long.
    pub(super) fn catches_up(&mut self, over: Instant, moment: Duration, longest: Duration) {
        let lost = self.loss.as_ref().and_then(|loss| loss.of_place);
        if lost.is_none_or(|lost| lost >= over) {
            return;
        }
        self.phase = match self.phase(over) {
            Phase::Lost(_) if self.is_silent_for(longest, over) => Phase::Returning(over + moment),
            Phase::Lost(_) => Phase::Shared,
            // It may have taken a slot unseen until it had to ask again.
            Phase::Divided => Phase::Rejoining(over.max(self.asks_at) + self.quiet),
            phase => phase,
        };
        (self.loss, self.heard_at) = (None, Some(over));
    }

    /// There was an answer, or one that told only of parts. Who was silent meanwhile has nothing to
    /// make good.
    pub(super) fn answered(&mut self, now: Instant, of_parts: bool, quiet: Duration) -> Option<News> {
        self.reached |= !of_parts;
        self.heard_at = Some(now);
        self.loss = None;
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

    fn standing(start: Instant) -> Standing {
        Standing::new(start, false)
    }

    fn of_window() -> Loss {
        Loss { of_place: None, for_good: false, why: "gone".into() }
    }

    fn of_place(since: Instant) -> Loss {
        Loss { of_place: Some(since), ..of_window() }
    }

    #[test]
    fn who_lost_it_is_silent_then_takes_a_part_then_keeps_both_bounds() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut standing = standing(start);
        assert_eq!(standing.answered(start, false, QUIET), None);
        assert_eq!(standing.failed(start, &of_window(), QUIET, PAUSE), Some(News::Lost(QUIET)));
        assert_eq!(standing.phase(after(94)), Phase::Lost(after(95)));
        assert!(!standing.asks(start) && standing.asks(after(1)));
        assert_eq!(standing.failed(after(94), &of_window(), QUIET, PAUSE), None);
        assert_eq!(standing.phase(after(95)), Phase::Divided);
        assert_eq!(standing.answered(after(100), false, QUIET), Some(News::Found));
        assert_eq!(standing.phase(after(100)), Phase::Rejoining(after(195)));
        assert_eq!(standing.failed(after(110), &of_window(), QUIET, PAUSE), Some(News::Lost(QUIET)));
        assert_eq!(standing.answered(after(111), false, QUIET), Some(News::Found));
        assert_eq!(standing.phase(after(111)), Phase::Shared);
    }

    #[test]
    fn the_silence_counts_from_the_loss_of_the_place_and_anew_from_the_next() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut late = standing(after(300));
        assert!(late.failed(after(300), &of_place(start), QUIET, PAUSE).is_some());
        assert_eq!(late.phase(after(300)), Phase::Divided);
        let mut soon = standing(after(60));
        assert!(soon.failed(after(60), &of_place(start), QUIET, PAUSE).is_some());
        assert_eq!(soon.phase(after(60)), Phase::Lost(after(95)));
        assert_eq!(soon.failed(after(61), &of_place(start), QUIET, PAUSE), None);
        // Another window had an answer meanwhile: others may have taken every slot until the next loss.
        for standing in [&mut late, &mut soon] {
            assert!(standing.failed(after(310), &of_place(after(310)), QUIET, PAUSE).is_some());
            assert_eq!(standing.phase(after(310)), Phase::Lost(after(405)));
        }
    }

    #[test]
    fn who_refuses_takes_no_part_and_has_nothing_to_make_good() {
        let start = Instant::now();
        let mut standing = Standing::new(start, true);
        standing.answered(start, false, QUIET);
        standing.failed(start, &of_window(), QUIET, PAUSE);
        let later = start + 2 * QUIET;
        assert_eq!(standing.phase(later), Phase::Lost(later));
        assert_eq!(standing.answered(later, false, QUIET), Some(News::Found));
        assert_eq!(standing.phase(later), Phase::Shared);
    }

    #[test]
    fn what_never_could_be_used_is_not_waited_out() {
        let start = Instant::now();
        let mut standing = standing(start);
        let never = Loss { for_good: true, ..of_place(start) };
        assert_eq!(standing.failed(start, &never, QUIET, PAUSE), Some(News::Lost(Duration::ZERO)));
        assert_eq!(standing.phase(start), Phase::Divided);
    }

    #[test]
    fn who_returns_waits_a_moment_and_knows_how_long_there_was_silence() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut standing = standing(start);
        assert!(standing.is_silent_for(QUIET, start));
        standing.answered(start, false, QUIET);
        assert!(!standing.is_silent_for(QUIET, after(95)) && standing.is_silent_for(QUIET, after(96)));
        standing.failed(after(10), &of_window(), QUIET, PAUSE);
        standing.returns(after(100), after(103));
        assert_eq!(standing.phase(after(102)), Phase::Returning(after(103)));
        assert_eq!(standing.phase(after(103)), Phase::Shared);
        assert!(!standing.is_silent_for(QUIET, after(103)));
    }

    #[test]
    fn what_was_found_elsewhere_counts_from_then() {
        const MOMENT: Duration = Duration::from_secs(3);
        const LONGEST: Duration = Duration::from_secs(65);
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let lost = |refuses| {
            let mut standing = Standing::new(start, refuses);
            standing.answered(start, false, QUIET);
            standing.failed(start, &of_place(start), QUIET, PAUSE);
            standing
        };
        for (refuses, over, phase) in [
            (false, 10, Phase::Shared),
            (false, 80, Phase::Returning(after(83))),
            (false, 200, Phase::Rejoining(after(295))),
            (true, 200, Phase::Returning(after(203))),
        ] {
            let mut standing = lost(refuses);
            standing.catches_up(after(over), MOMENT, LONGEST);
            assert_eq!(standing.phase, phase, "{refuses}, {over}");
            assert_eq!(standing.phase(after(300)), Phase::Shared);
        }
        // Another outage was over by then, or what is kept of this window alone can't be used.
        let mut standing = lost(false);
        standing.catches_up(start, MOMENT, LONGEST);
        assert_eq!(standing.phase(after(1)), Phase::Lost(after(95)));
        standing.failed(after(1), &of_window(), QUIET, PAUSE);
        standing.catches_up(after(2), MOMENT, LONGEST);
        assert!(matches!(standing.phase(after(2)), Phase::Lost(_)));
    }

    #[test]
    fn a_newcomer_has_no_part_of_its_own() {
        let start = Instant::now();
        let mut standing = standing(start);
        standing.answered(start, true, QUIET);
        assert!(!standing.rejoins(start + QUIET));
        assert_eq!(standing.phase(start), Phase::Shared);
        standing.answered(start, false, QUIET);
        assert!(standing.rejoins(start + QUIET));
        assert_eq!(standing.phase(start), Phase::Rejoining(start + QUIET));
    }
}
