//! Random schedules: who calls what and when, how long the ways take, and what goes wrong. The
//! same seed gives the same schedule. All times are milliseconds.

use std::iter::repeat_with;

use fastrand::Rng;

/// The ceilings in use, those of the documentation among them.
const CEILINGS: [u32; 10] = [1, 2, 3, 5, 9, 13, 18, 22, 27, 60];
/// Means of the ways' exponential jitter.
const WAYS: [f64; 4] = [0.0, 20.0, 250.0, 1000.0];
const LONGEST_WAY: u64 = 5000;
const FOREVER: u64 = 40 * 24 * 3_600_000;

/// What a schedule is allowed to contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weather {
    /// Every call waits as long as it takes and is answered.
    Calm,
    /// Waits are bounded, answers get lost, some calls want a slot at once.
    Bounded,
    /// Also, calls are cancelled in the queue, and requests fail before anything was written.
    Stormy,
    /// Also, the service says 429: on a whim, or as strangers use the same key.
    Throttled,
}

#[derive(Debug)]
pub(super) struct Schedule {
    pub(super) seed: u64,
    /// Ceilings by operation, the same for each credential.
    pub(super) ceilings: Vec<u32>,
    pub(super) credentials: usize,
    pub(super) calls: Vec<Call>,
    /// When strangers' requests arrive, by credential and operation.
    pub(super) strangers: Vec<Vec<u64>>,
}

#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) credential: usize,
    pub(super) operation: usize,
    pub(super) starts: u64,
    /// Wants a slot now or never.
    pub(super) at_once: bool,
    /// A bound that the caller gave.
    pub(super) max_wait: Option<u64>,
    pub(super) deadline: Option<u64>,
    /// Cancelled after waiting so long.
    pub(super) patience: Option<u64>,
    /// Up to three attempts; those after the first follow a 429.
    pub(super) attempts: [Attempt; 3],
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Attempt {
    pub(super) there: u64,
    pub(super) back: u64,
    pub(super) fate: Fate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Answered,
    /// The service says 429 on a whim, with so many seconds or without.
    Refused(Option<u64>),
    /// Cancelled or timed out so long after sending. The request arrives all the same.
    GivenUp(u64),
    /// No byte was written.
    Unsent,
}

/// A schedule of up to 120 calls to several operations with several credentials. A request given
/// up arrives at most `latest` later.
pub(super) fn schedule(seed: u64, latest: u64) -> Schedule {
    let mut rng = Rng::with_seed(seed);
    let weather = [Weather::Calm, Weather::Bounded, Weather::Stormy, Weather::Throttled][rng.usize(..4)];
    let credentials = rng.usize(1..=2);
    let ceilings: Vec<u32> = (0..rng.usize(1..=3)).map(|_| CEILINGS[rng.usize(..CEILINGS.len())]).collect();
    let number = rng.usize(1..=120);
    build(rng, seed, weather, (credentials, ceilings), number, latest)
}

/// So many calls to one operation.
pub(super) fn crowd(seed: u64, number: usize, latest: u64) -> Schedule {
    let mut rng = Rng::with_seed(seed);
    let weather = [Weather::Calm, Weather::Stormy][rng.usize(..2)];
    let ceiling = CEILINGS[rng.usize(5..CEILINGS.len())];
    build(rng, seed, weather, (1, vec![ceiling]), number, latest)
}

fn build(
    mut rng: Rng,
    seed: u64,
    weather: Weather,
    (credentials, ceilings): (usize, Vec<u32>),
    number: usize,
    latest: u64,
) -> Schedule {
    let mut maker = Maker { weather, way: WAYS[rng.usize(..WAYS.len())], arrive_within: latest, rng };
    let spread = [0, 10_000, 300_000][maker.rng.usize(..3)];
    let calls = (0..number)
        .map(|_| {
            let credential = maker.rng.usize(..credentials);
            let operation = maker.rng.usize(..ceilings.len());
            let starts = maker.rng.u64(..=spread);
            maker.call(credential, operation, starts)
        })
        .collect();
    let strangers = (0..credentials * ceilings.len()).map(|_| maker.strangers()).collect();
    Schedule { seed, ceilings, credentials, calls, strangers }
}

struct Maker {
    rng: Rng,
    weather: Weather,
    way: f64,
    arrive_within: u64,
}

impl Maker {
    /// Something that happens so many times in a hundred, in weather as bad as this.
    fn chance(&mut self, weather: Weather, percent: u8) -> bool {
        self.rng.u8(..100) < percent && self.weather as u8 >= weather as u8
    }

    fn call(&mut self, credential: usize, operation: usize, starts: u64) -> Call {
        let bounded = self.chance(Weather::Bounded, 20);
        let endless = self.chance(Weather::Throttled, 20).then_some(FOREVER);
        let deadline = self.chance(Weather::Bounded, 10);
        let impatient = self.chance(Weather::Stormy, 10);
        let first = self.fate();
        Call {
            credential,
            operation,
            starts,
            at_once: self.chance(Weather::Bounded, 5),
            max_wait: if bounded { Some(self.rng.u64(..200_000)) } else { endless },
            deadline: deadline.then(|| self.rng.u64(..200_000)),
            patience: impatient.then(|| self.rng.u64(..200_000)),
            attempts: [first, Fate::Answered, Fate::Answered].map(|fate| self.attempt(fate)),
        }
    }

    fn fate(&mut self) -> Fate {
        if self.chance(Weather::Throttled, 4) {
            // Now and then for longer than calls wait unasked, or than a freeze may last.
            let longest = [90, 90, 90, 90, 400, 5000][self.rng.usize(..6)];
            let seconds = self.rng.u64(..longest);
            return Fate::Refused(self.rng.bool().then_some(seconds));
        }
        if self.chance(Weather::Bounded, 8) {
            return Fate::GivenUp(self.rng.u64(..=500));
        }
        if self.chance(Weather::Bounded, 4) {
            return Fate::GivenUp(30_000);
        }
        if self.chance(Weather::Stormy, 5) {
            return Fate::Unsent;
        }
        Fate::Answered
    }

    fn attempt(&mut self, fate: Fate) -> Attempt {
        let (there, back) = (self.way(), self.way());
        let there = match fate {
            // Beyond an ordinary way: as late as is allowed.
            Fate::GivenUp(after) if self.rng.bool() => after + self.rng.u64(..=self.arrive_within),
            Fate::GivenUp(after) => there.min(after + self.arrive_within),
            _ => there,
        };
        Attempt { there, back, fate }
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Bounded and never negative.
    fn way(&mut self) -> u64 {
        let jitter = -self.way * (1.0 - self.rng.f64()).ln();
        (jitter as u64).min(LONGEST_WAY)
    }

    fn strangers(&mut self) -> Vec<u64> {
        if !self.chance(Weather::Throttled, 50) {
            return Vec::new();
        }
        let number = self.rng.usize(..60);
        let mut times: Vec<u64> = repeat_with(|| self.rng.u64(..300_000)).take(number).collect();
        times.sort_unstable();
        times
    }
}
