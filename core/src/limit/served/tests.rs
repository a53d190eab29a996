//! The scripts against the rules as this library has them, and against the simulation's model of a server, step by step.

use fastrand::Rng;

use super::words::MICRO;
use super::*;
use crate::limit::ledger::nanos;
use crate::limit::lock;
use crate::limit::simulation::model::Model;
use crate::limit::simulation::server::Real;
use crate::valkey::started::Started;

const KEYS: [&str; 2] = ["slots", "line"];

fn command(verb: &str, script: &str, common: [String; 2], arguments: &[String]) -> Vec<Vec<u8>> {
    let head = [verb, script, "2"].into_iter().chain(KEYS).map(String::from);
    head.chain(common).chain(arguments.iter().cloned()).map(String::into_bytes).collect()
}

/// The two, which are told the same at the same times, and the model of a server, which says what the server does.
struct Both {
    rules: Shared,
    server: Real,
    model: Mutex<Model>,
    length: Duration,
    /// Microseconds since the server's clock began.
    now: u64,
    /// What the next one who asks takes along.
    untold: Vec<Settled>,
}

impl Both {
    fn run(&self, script: &Script, apart: Duration, arguments: &[String]) -> Reply {
        let run = |verb, script| {
            let common = [micros(self.length), micros(apart)];
            let command = command(verb, script, common, arguments);
            let reply = self.server.run(&command, self.now);
            let modelled = lock(&self.model).run(&command, self.now);
            assert!(modelled == reply || modelled == Reply::Nothing, "{modelled:?}, not {reply:?}");
            reply
        };
        match run("EVALSHA", &script.digest) {
            Reply::Refusal(_) => run("EVAL", script.text),
            reply => reply,
        }
    }

    fn time(&self) -> Time {
        self.now * MICRO
    }

    fn reserve(&mut self, ask: &Ask, apart: Duration) -> (Reserved, Reserved) {
        let untold = std::mem::take(&mut self.untold);
        let mut arguments = asked(ask, self.length);
        arguments.extend(untold.iter().flat_map(|settled| told_of(settled, self.length)));
        let said = reserved(&self.run(&RESERVE, apart, &arguments)).unwrap();
        let (now, ask) = (self.time(), Ask { lease: ask.lease + PATIENCE, ..ask.clone() });
        if !apart.is_zero() {
            self.rules.parted_until = self.rules.parted_until.max(now + nanos(apart));
        }
        for settled in &untold {
            self.rules.settle(settled, now);
        }
        let mut meant = self.rules.reserve(&ask, now);
        if let Reserved::Denied(denied) = &mut meant {
            // Its least pause is one step of the clock.
            denied.look_in = denied.look_in.max(Duration::from_micros(1));
        }
        (said, meant)
    }

    fn settle(&mut self, settled: &Settled) {
        self.run(&TELL, Duration::ZERO, &told_of(settled, self.length));
        self.rules.settle(settled, self.time());
    }

    /// Both as they stand, in the same order.
    fn states(&mut self) -> (Shared, Shared) {
        let (mut said, now) = read(&self.run(&LOOK, Duration::ZERO, &[]), self.length).unwrap();
        assert_eq!(now, self.time());
        if said == Shared::new(self.length) {
            // What has long been over is forgotten there.
            self.rules.expire(now);
            assert_eq!((self.rules.ledger.held(), self.rules.ledger.is_frozen(now)), (0, false));
            self.rules = said.clone();
        }
        let mut meant = self.rules.clone();
        for state in [&mut said, &mut meant] {
            state.expire(now);
            state.leases.sort_by_key(|lease| lease.slot);
            state.line.sort_by_key(|member| member.id);
        }
        (said, meant)
    }
}

fn some_time(rng: &mut Rng, most: Duration) -> Duration {
    Duration::from_micros(rng.u64(..=u64::try_from(most.as_micros()).unwrap()))
}

/// What can become of requests and processes, in any order.
fn steps(started: &Started, seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let length = Duration::from_millis([1200, 6000, 60_000][rng.usize(..3)]);
    let mut both = Both {
        rules: Shared::new(length),
        server: Real::new(started),
        model: Mutex::default(),
        length,
        now: 1_764_000_000_000_000 + rng.u64(..1_000_000_000),
        untold: Vec::new(),
    };
    let ceiling = [1, 2, 5, 18][rng.usize(..4)];
    let (mut under_way, mut slots) = (Vec::new(), 0);
    for step in 0..120 {
        let rests = [Duration::ZERO, length / 100, length / 10, length, 3 * length];
        let rest = rests[rng.usize(..5)];
        both.now += u64::try_from(some_time(&mut rng, rest).as_micros()).unwrap();
        let place = format!("seed {seed}, step {step}");
        let (said, meant) = both.states();
        assert_eq!(said.line, meant.line, "{place}, before");
        if under_way.is_empty() || rng.bool() {
            slots += 1;
            let ask = Ask {
                member: u64::MAX - rng.u64(..4),
                slot: slots,
                ceiling,
                lease: some_time(&mut rng, length) + LATEST_ARRIVAL + length,
                waits: rng.bool(),
                parted: rng.u8(..4) == 0,
                known: false,
            };
            let apart = if rng.u8(..30) == 0 { some_time(&mut rng, 2 * length) } else { Duration::ZERO };
            let (said, meant) = both.reserve(&ask, apart);
            assert_eq!(said, meant, "{place}: {ask:?}");
            if said == Reserved::Taken {
                under_way.push(slots);
            }
        } else {
            let slot = under_way.swap_remove(rng.usize(..under_way.len()));
            let retry_after = some_time(&mut rng, 2 * length);
            let outcomes =
                [Outcome::Answered, Outcome::Throttled(retry_after), Outcome::Refunded, Outcome::Lost];
            let outcome = outcomes[[0, 0, 0, 0, 0, 1, 2, 3][rng.usize(..8)]];
            let left = (rng.u8(..4) == 0).then(|| (rng.u32(..20), some_time(&mut rng, 2 * length)));
            let settled = Settled { slot, ceiling, outcome, left };
            if rng.bool() {
                both.settle(&settled);
            } else {
                both.untold.push(settled);
            }
        }
        let (said, meant) = both.states();
        assert_eq!(said, meant, "{place}");
    }
}

#[test]
fn the_scripts_have_the_same_rules() {
    let Some(started) = Started::new(&[]) else { return };
    (0..60).for_each(|seed| steps(&started, seed));
}

#[test]
#[ignore = "takes minutes: cargo test -p sonoran --release the_scripts_have_the_same_rules -- --ignored"]
fn the_scripts_have_the_same_rules_in_any_case() {
    let Some(started) = Started::new(&[]) else { return };
    (0..100_000).for_each(|seed| steps(&started, seed));
}

fn one(started: &Started, ceiling: u32) -> Both {
    let length = Duration::from_secs(60);
    let now = 1_764_000_000_000_000;
    let (rules, server, model) = (Shared::new(length), Real::new(started), Mutex::default());
    let mut both = Both { rules, server, model, length, now, untold: Vec::new() };
    let lease = Duration::from_secs(95);
    let ask = Ask { member: 1, slot: 1, ceiling, lease, waits: true, parted: false, known: false };
    assert_eq!(both.reserve(&ask, Duration::ZERO).0, Reserved::Taken);
    both
}

fn free(both: &Both, ceiling: u32) -> u32 {
    let (shared, now) = read(&both.run(&LOOK, Duration::ZERO, &[]), both.length).unwrap();
    let mut shared = shared;
    shared.expire(now);
    shared.ledger.free(ceiling, now)
}

#[test]
fn who_asks_again_for_the_same_slot_takes_one() {
    let Some(started) = Started::new(&[]) else { return };
    let both = one(&started, 2);
    let ask = Ask {
        member: 1,
        slot: 1,
        ceiling: 2,
        lease: Duration::from_secs(95),
        waits: true,
        parted: false,
        known: false,
    };
    let again = both.run(&RESERVE, Duration::ZERO, &asked(&ask, both.length));
    assert_eq!((reserved(&again), free(&both, 2)), (Some(Reserved::Taken), 1));
}

#[test]
fn who_comes_after_long_silence_keeps_to_its_part_for_a_moment() {
    let Some(started) = Started::new(&[]) else { return };
    let mut both = one(&started, 9);
    both.now += 66_000_000;
    let lease = Duration::from_secs(95);
    let ask = Ask { member: 1, slot: 2, ceiling: 9, lease, waits: true, parted: false, known: true };
    let reserve =
        |both: &Both, ask: &Ask| reserved(&both.run(&RESERVE, Duration::ZERO, &asked(ask, both.length)));
    let Some(Reserved::Denied(denied)) = reserve(&both, &ask) else { panic!("it takes what it wants") };
    assert_eq!(denied.parted_for, MOMENT);
    let parted = Ask { parted: true, ..ask.clone() };
    assert_eq!(reserve(&both, &parted), Some(Reserved::Taken));
    both.now += 3_000_000;
    assert_eq!(reserve(&both, &Ask { slot: 3, ..ask }), Some(Reserved::Taken));
}

#[test]
fn what_is_told_twice_counts_once() {
    let Some(started) = Started::new(&[]) else { return };
    let both = one(&started, 2);
    let settled = Settled { slot: 1, ceiling: 2, outcome: Outcome::Answered, left: None };
    for _ in 0..2 {
        both.run(&TELL, Duration::ZERO, &told_of(&settled, both.length));
    }
    assert_eq!(free(&both, 2), 1);
}

#[test]
fn a_clock_that_is_set_back_delays_nobody() {
    let Some(started) = Started::new(&[]) else { return };
    let mut both = one(&started, 1);
    both.settle(&Settled { slot: 1, ceiling: 1, outcome: Outcome::Answered, left: None });
    both.now -= 3_600_000_000;
    let ask = Ask {
        member: 2,
        slot: 2,
        ceiling: 1,
        lease: Duration::from_secs(95),
        waits: true,
        parted: false,
        known: false,
    };
    let Some(Reserved::Denied(denied)) =
        reserved(&both.run(&RESERVE, Duration::ZERO, &asked(&ask, both.length)))
    else {
        panic!("a slot is free")
    };
    assert_eq!(denied.opens_in, Duration::from_secs(60));
    both.now += 60_000_000;
    let taken = reserved(&both.run(&RESERVE, Duration::ZERO, &asked(&ask, both.length)));
    assert_eq!(taken, Some(Reserved::Taken));
}

#[test]
fn what_is_not_used_is_forgotten_and_not_before_it_is_free() {
    let Some(started) = Started::new(&[]) else { return };
    let mut both = one(&started, 1);
    both.now += 94_000_000;
    assert_eq!(free(&both, 1), 0);
    both.now += 300_000_000;
    let Reply::List(parts) = both.run(&LOOK, Duration::ZERO, &[]) else { panic!() };
    assert_eq!(parts[1..], [Reply::List(Vec::new()), Reply::Nothing]);
}

#[test]
fn what_a_server_says_is_told_without_its_words() {
    let refused = |words: &str| of_refusal("the server", words);
    let silent = |what: &str| Trouble::Silent(format!("the server {what}"));
    assert_eq!(
        refused("NOPERM User hunter has no permissions"),
        silent("does not allow the user to run scripts on the keys sonoran:*")
    );
    assert_eq!(refused("OOM command not allowed"), silent("refuses with OOM"));
    assert_eq!(refused("hunter2"), silent("refuses"));
    // Other windows may be well.
    assert_eq!(
        refused("WRONGTYPE Operation against hunter2"),
        Trouble::Spoilt("the server refuses with WRONGTYPE".to_owned())
    );
}
