//! What a server does that runs the scripts, by the rules as this library has them, without a server to ask:
//! `served/tests.rs` finds that both say the same.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::limit::ledger::{LONGEST_FREEZE, Outcome, Time, nanos};
use crate::limit::served::{LOOK, RESERVE, Reply, TELL};
use crate::limit::shared::{Ask, Denied, Reserved, Settled, Shared};

const MICRO: Time = 1000;
const A_SECOND: Time = 1_000_000;
/// How many arguments tell of one request.
const FIELDS: usize = 7;

#[derive(Debug, Default)]
pub(in crate::limit) struct Model {
    windows: HashMap<String, Kept>,
    scripts: HashSet<String>,
}

/// A window, as its keys have it. Its times are microseconds, but for those of the rules.
#[derive(Debug)]
struct Kept {
    shared: Shared,
    /// When somebody came last.
    seen: u64,
    /// Until when anything matters, and the keys surely stay.
    keep: u64,
    lasts: u64,
    /// How long the keys stay after somebody came last, as with the real one here, whose own clock stands.
    stays: u64,
    ends: u64,
    /// Whether a key begins with what is written now.
    is_new: bool,
}

impl Kept {
    fn new(length: Duration) -> Self {
        Self {
            shared: Shared::new(length),
            seen: 0,
            keep: 0,
            lasts: 0,
            stays: 0,
            ends: u64::MAX,
            is_new: true,
        }
    }

    /// The clock was set back: all goes on as if it was not.
    fn set_back(&mut self, ahead: u64) {
        let shared = &mut self.shared;
        let back = ahead * MICRO;
        let earlier = |time: &mut Time| *time = time.saturating_sub(back);
        shared.ledger.releases.iter_mut().for_each(earlier);
        shared.leases.iter_mut().for_each(|lease| earlier(&mut lease.until));
        shared.line.iter_mut().for_each(|member| earlier(&mut member.back_at));
        if let Some(freeze) = &mut shared.ledger.freeze {
            earlier(&mut freeze.until);
            earlier(&mut freeze.cautious);
        }
        earlier(&mut shared.parted_until);
        (self.keep, self.lasts) = (self.keep.saturating_sub(ahead), 0);
    }

    fn settle(&mut self, settled: &Settled, now: u64) -> bool {
        let shared = &mut self.shared;
        shared.expire(now * MICRO);
        let probe = shared.leases.iter().find(|lease| lease.slot == settled.slot).map(|lease| lease.probe);
        let held = shared.ledger.held();
        let throttled = matches!(settled.outcome, Outcome::Throttled(_));
        let is_unknown = settled.outcome != Outcome::Refunded && probe.is_none();
        self.is_new |= is_unknown || (settled.left.is_some() && held == 0);
        shared.settle(settled, now * MICRO);
        probe == Some(true) || throttled || is_unknown || shared.ledger.held() > held
    }

    /// Writes down all, of which the keys last as long as it matters.
    fn write(&mut self, now: u64, length: Duration) {
        let shared = &self.shared;
        let times = shared.ledger.releases.iter().chain(shared.leases.iter().map(|lease| &lease.until));
        let frozen = shared.ledger.freeze.as_ref().map(|freeze| freeze.until);
        let latest = times.copied().chain(frozen).chain([shared.parted_until]).max().unwrap_or(0);
        self.keep = self.keep.max(latest / MICRO);
        if self.is_new || self.keep > self.lasts {
            let length = nanos(length) / MICRO;
            self.lasts = self.keep + length;
            self.stays = self.lasts.saturating_sub(now) + length;
        }
        self.seen = now;
    }
}

impl Model {
    /// The answer to a script's command at this time; of what there is, it shows nothing.
    pub(in crate::limit) fn run(&mut self, command: &[Vec<u8>], now: u64) -> Reply {
        let words: Vec<&str> = command.iter().map(|word| std::str::from_utf8(word).unwrap()).collect();
        let [verb, script, "2", slots, _, length, apart, arguments @ ..] = &words[..] else {
            panic!("{words:?}")
        };
        let script = match *verb {
            "EVALSHA" if self.scripts.contains(*script) => (*script).to_owned(),
            "EVALSHA" => return Reply::Refusal("NOSCRIPT No matching script.".to_owned()),
            _ => {
                let digest = crate::limit::served::digest(script);
                self.scripts.insert(digest.clone());
                digest
            }
        };
        let (length, apart) = (micros(length), micros(apart));
        self.windows.retain(|_, kept| kept.ends > now);
        if script == LOOK.digest {
            if let Some(kept) = self.windows.get_mut(*slots) {
                kept.ends = now + kept.stays;
            }
            return Reply::Nothing;
        }
        let is_new = !self.windows.contains_key(*slots);
        let kept = self.windows.entry((*slots).to_owned()).or_insert_with(|| Kept::new(length));
        kept.is_new = is_new;
        let ahead = kept.seen.saturating_sub(now);
        if ahead > 0 {
            kept.set_back(ahead);
        }
        let parted = if apart.is_zero() { 0 } else { now * MICRO + nanos(apart) };
        kept.shared.parted_until = kept.shared.parted_until.max(parted);
        let answer = if script == RESERVE.digest {
            reserve(kept, arguments, now, length)
        } else {
            assert_eq!(script, TELL.digest);
            let mut changed = ahead > 0 || parted > 0;
            for settled in arguments.chunks_exact(FIELDS).map(settled) {
                changed |= kept.settle(&settled, now);
            }
            let held = kept.shared.leases.iter().map(|lease| lease.until).max().unwrap_or(0);
            let last = kept.shared.ledger.releases.back().copied().unwrap_or(0).max(held) / MICRO;
            if changed || kept.keep.max(last) > kept.lasts || now.saturating_sub(kept.seen) > A_SECOND {
                kept.write(now, length);
            }
            Reply::List(vec![Reply::Number(1)])
        };
        kept.ends = now + kept.stays;
        answer
    }

    /// As after `SCRIPT FLUSH`.
    pub(in crate::limit) fn forget_scripts(&mut self) {
        self.scripts.clear();
    }
}

fn reserve(kept: &mut Kept, arguments: &[&str], now: u64, length: Duration) -> Reply {
    let (asked, told) = arguments.split_at(11);
    let [member, slot, ceiling, lease, waits, parted, _, _, unaware, longest, moment] = asked else {
        panic!("{arguments:?}")
    };
    kept.shared.expire(now * MICRO);
    for settled in told.chunks_exact(FIELDS).map(settled) {
        kept.settle(&settled, now);
        kept.seen = now;
    }
    let longest: u64 = longest.parse().unwrap();
    if *unaware == "1" && now.saturating_sub(kept.seen) > longest {
        let moment = now * MICRO + nanos(micros(moment));
        kept.shared.parted_until = kept.shared.parted_until.max(moment);
    }
    let ask = Ask {
        member: member.parse().unwrap(),
        slot: slot.parse().unwrap(),
        ceiling: ceiling.parse().unwrap(),
        lease: micros(lease),
        waits: *waits == "1",
        parted: *parted == "1",
        known: false,
    };
    let held = kept.shared.ledger.held();
    let answer = kept.shared.reserve(&ask, now * MICRO);
    kept.is_new |= answer == Reserved::Taken && held == 0;
    kept.write(now, length);
    let taken = Reply::List(vec![Reply::Number(1)]);
    match answer {
        Reserved::Taken => taken,
        // Asked again, since the answer was lost.
        Reserved::Denied(_) if kept.shared.leases.iter().any(|lease| lease.slot == ask.slot) => taken,
        Reserved::Denied(Denied { look_in, opens_in, frozen_for, parted_for }) => {
            // Its least pause is one step of the clock.
            let look_in = look_in.max(Duration::from_micros(1));
            let numbers = [Duration::ZERO, look_in, opens_in, frozen_for, parted_for];
            let number = |time: Duration| Reply::Number(i64::try_from(time.as_micros()).unwrap());
            Reply::List(numbers.map(number).to_vec())
        }
    }
}

/// What one request is told of by.
fn settled(fields: &[&str]) -> Settled {
    let [slot, ceiling, outcome, _, frozen_for, remaining, reset] = fields else { panic!("{fields:?}") };
    let frozen_for = micros(frozen_for);
    assert!(frozen_for <= LONGEST_FREEZE);
    Settled {
        slot: slot.parse().unwrap(),
        ceiling: ceiling.parse().unwrap(),
        outcome: match *outcome {
            "answered" => Outcome::Answered,
            "throttled" => Outcome::Throttled(frozen_for),
            "refunded" => Outcome::Refunded,
            "lost" => Outcome::Lost,
            _ => panic!("{outcome}"),
        },
        left: remaining.parse().ok().map(|remaining| (remaining, micros(reset))),
    }
}

fn micros(text: &str) -> Duration {
    Duration::from_micros(text.parse().unwrap())
}
