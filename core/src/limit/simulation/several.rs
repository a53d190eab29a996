//! Several processes that share one window, on virtual time: they crash at any step and come back, what
//! they share stalls, requests get lost. The service must never see more than the ceiling.
//!
//! Some hundred schedules run with the ordinary tests, all of them by
//! `cargo test -p sonoran --release shared_schedules -- --ignored`.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::service::Counter;
use crate::limit::keeper::{Store, Trouble};
use crate::limit::ledger::{Time, nanos};
use crate::limit::shared::Shared;
use crate::limit::sharing::{Circle, Place, Sharing};
use crate::limit::window::Window;
use crate::limit::{Turn, WINDOW, lock};

const CEILINGS: [u32; 6] = [1, 2, 5, 9, 18, 27];
/// The client's own bound on an attempt, and how much later its bytes may arrive.
const ATTEMPT: Duration = Duration::from_secs(30);
const STUCK: Duration = Duration::from_secs(24 * 3600);

/// What all processes see.
#[derive(Debug)]
struct World {
    start: Instant,
    shared: Mutex<Shared>,
    /// When nobody gets an answer.
    stalls: Vec<(u64, u64)>,
    /// Until when some may have sent unseen.
    parted: AtomicU64,
    service: Mutex<Counter>,
    overruns: AtomicU32,
    /// When each process sent, by its number.
    sent: Mutex<Vec<(usize, u64)>>,
}

impl World {
    fn millis(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap()
    }

    fn arrive(&self) -> Option<u64> {
        let verdict = lock(&self.service).arrive(self.millis());
        self.overruns.fetch_add(verdict.overrun.into(), Ordering::Relaxed);
        verdict.refused
    }
}

/// One process's view, which ends with it.
#[derive(Debug)]
struct View {
    world: Arc<World>,
    dead: AtomicBool,
    /// After how many changes the process dies, and whether the last one is written.
    dies_after: AtomicU64,
    last_is_written: bool,
    died: Notify,
}

impl Store for Arc<View> {
    fn change(&self, change: &mut dyn FnMut(&mut Shared, Time)) -> Result<(), Trouble> {
        let now = self.world.millis();
        let stalled = self.world.stalls.iter().any(|(from, to)| (*from..*to).contains(&now));
        if stalled || self.dead.load(Ordering::Relaxed) {
            return Err(Trouble::Busy);
        }
        let dies = self.dies_after.fetch_sub(1, Ordering::Relaxed) == 0;
        if dies {
            self.dead.store(true, Ordering::Relaxed);
            self.died.notify_one();
        }
        if !dies || self.last_is_written {
            let mut shared = lock(&self.world.shared);
            shared.parted_until = self.world.parted.load(Ordering::Relaxed);
            change(&mut shared, nanos(self.world.start.elapsed()));
        }
        if dies { Err(Trouble::Busy) } else { Ok(()) }
    }

    fn part(&self, lasts: Duration) {
        self.world.parted.fetch_max(nanos(self.world.start.elapsed() + lasts), Ordering::Relaxed);
    }

    fn look(&self) -> Result<(Shared, Time), Trouble> {
        Ok((lock(&self.world.shared).clone(), nanos(self.world.start.elapsed())))
    }
}

impl Place for Arc<View> {
    fn store(&self, _: &str, _: Duration) -> Box<dyn Store> {
        Box::new(Self::clone(self))
    }
}

/// How a schedule goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weather {
    Calm,
    Crashes,
    Stalls,
    Both,
}

struct Plan {
    processes: usize,
    ceiling: u32,
    calls: usize,
    /// Calls that a process makes at the same time.
    at_once: usize,
    weather: Weather,
    way: f64,
}

impl Plan {
    fn random(rng: &mut Rng) -> Self {
        Self {
            processes: rng.usize(2..=5),
            ceiling: CEILINGS[rng.usize(..CEILINGS.len())],
            calls: rng.usize(1..=25),
            at_once: [1, 1, 3, 40][rng.usize(..4)],
            weather: [Weather::Calm, Weather::Crashes, Weather::Stalls, Weather::Both][rng.usize(..4)],
            way: [0.0, 20.0, 250.0, 1000.0][rng.usize(..4)],
        }
    }

    fn crashes(&self) -> bool {
        matches!(self.weather, Weather::Crashes | Weather::Both)
    }

    fn world(&self, rng: &mut Rng) -> Arc<World> {
        let mut stalls = Vec::new();
        if matches!(self.weather, Weather::Stalls | Weather::Both) {
            for _ in 0..rng.usize(1..=3) {
                let from = rng.u64(..400_000);
                stalls.push((from, from + [90, 5000, 120_000, 300_000][rng.usize(..4)]));
            }
        }
        Arc::new(World {
            start: Instant::now(),
            shared: Mutex::new(Shared::new(WINDOW)),
            stalls,
            parted: AtomicU64::new(0),
            service: Mutex::new(Counter::new(self.ceiling, &[])),
            overruns: AtomicU32::new(0),
            sent: Mutex::default(),
        })
    }
}

/// What came of a schedule.
struct Outcome {
    weather: Weather,
    overruns: u32,
    stuck: bool,
    /// Milliseconds that it took.
    took: u64,
    sent: Vec<(usize, u64)>,
}

impl Outcome {
    fn fault(&self, seed: u64) -> Option<String> {
        let faulty = self.overruns > 0 || self.stuck;
        faulty.then(|| {
            format!(
                "seed {seed} in weather {:?}: {} overruns, stuck: {}",
                self.weather, self.overruns, self.stuck
            )
        })
    }
}

fn run(seed: u64, plan: impl Fn(&mut Rng) -> Plan) -> Outcome {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let mut rng = Rng::with_seed(seed);
        let plan = Arc::new(plan(&mut rng));
        let world = plan.world(&mut rng);
        let mut processes = JoinSet::new();
        for number in 0..plan.processes {
            let (plan, world) = (Arc::clone(&plan), Arc::clone(&world));
            processes.spawn(process(number, plan, world, Rng::with_seed(rng.u64(..))));
        }
        let ended =
            timeout(STUCK, async { while processes.join_next().await.is_some_and(|end| end.is_ok()) {} });
        let stuck = ended.await.is_err() || !processes.is_empty();
        Outcome {
            weather: plan.weather,
            overruns: world.overruns.load(Ordering::Relaxed),
            stuck,
            took: world.millis(),
            sent: lock(&world.sent).clone(),
        }
    })
}

/// A process from its start to its end; one that died comes back, as another.
async fn process(number: usize, plan: Arc<Plan>, world: Arc<World>, mut rng: Rng) {
    let mut lives = if plan.crashes() { rng.u32(1..=3) } else { 1 };
    loop {
        lives -= 1;
        let mortal = lives > 0;
        let view = Arc::new(View {
            world: Arc::clone(&world),
            dead: AtomicBool::new(false),
            dies_after: AtomicU64::new(if mortal { rng.u64(..40) } else { u64::MAX }),
            last_is_written: rng.bool(),
            died: Notify::new(),
        });
        let members = u32::try_from(plan.processes).unwrap();
        let sharing = Sharing { folder: None, refuses: false, members };
        let circle =
            Arc::new(Circle::new(sharing, Box::new(Arc::clone(&view)), rng.u64(..), Arc::new(|_| {})));
        let link = circle.link("window", Instant::now(), WINDOW);
        let window = Arc::new(Window::new(Instant::now(), WINDOW, Some(link)));
        let mut callers = JoinSet::new();
        let left = Arc::new(Mutex::new(plan.calls));
        for _ in 0..plan.at_once {
            let caller = Caller {
                number,
                ceiling: plan.ceiling,
                way: plan.way,
                calm: plan.weather == Weather::Calm,
                world: Arc::clone(&world),
                window: Arc::clone(&window),
            };
            callers.spawn(caller.calls(Arc::clone(&left), Rng::with_seed(rng.u64(..))));
        }
        tokio::select! {
            () = async { while callers.join_next().await.is_some() {} } => return,
            () = view.died.notified() => {}
        }
        callers.shutdown().await;
        sleep(Duration::from_millis(rng.u64(..100_000))).await;
    }
}

struct Caller {
    number: usize,
    ceiling: u32,
    way: f64,
    calm: bool,
    world: Arc<World>,
    window: Arc<Window>,
}

impl Caller {
    async fn calls(self, left: Arc<Mutex<usize>>, mut rng: Rng) {
        loop {
            {
                let mut left = lock(&left);
                match left.checked_sub(1) {
                    Some(less) => *left = less,
                    None => return,
                }
            }
            let mut turn = Turn::new(
                (!self.calm && rng.u8(..10) == 0).then(|| Duration::from_secs(rng.u64(..200))),
                None,
            );
            turn.attempt = ATTEMPT;
            if !self.calm && rng.u8(..20) == 0 {
                sleep(Duration::from_millis(rng.u64(..200_000))).await;
            }
            let slot = if rng.u8(..20) == 0 {
                self.window.acquire_at_once(self.ceiling, ATTEMPT).await
            } else {
                self.window.acquire(self.ceiling, &mut turn, None).await
            };
            let Ok(slot) = slot else { continue };
            let (there, back) = (self.way(&mut rng), self.way(&mut rng));
            let fate = if self.calm { 100 } else { rng.u8(..100) };
            if fate < 5 {
                sleep(there).await;
                slot.refund();
                continue;
            }
            lock(&self.world.sent).push((self.number, self.world.millis()));
            // It arrives whatever becomes of its process.
            let world = Arc::clone(&self.world);
            if fate < 10 {
                let late = there + Duration::from_millis(rng.u64(..5000));
                tokio::spawn(async move {
                    sleep(late).await;
                    world.arrive();
                });
                sleep(there).await;
                drop(slot);
                continue;
            }
            let arrived = tokio::spawn(async move {
                sleep(there).await;
                world.arrive()
            });
            let refused = arrived.await.unwrap();
            sleep(back).await;
            match refused {
                Some(seconds) => slot.throttled(Duration::from_secs(seconds)),
                None if fate < 12 => slot.throttled(Duration::from_secs(rng.u64(..90))),
                None => slot.answered(),
            }
        }
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Bounded and never negative.
    fn way(&self, rng: &mut Rng) -> Duration {
        let jitter = -self.way * (1.0 - rng.f64()).ln();
        Duration::from_millis((jitter as u64).min(4900))
    }
}

fn assert_clean(seeds: std::ops::Range<u64>) {
    let faults: Vec<String> = std::thread::scope(|scope| {
        let share = std::thread::available_parallelism().map_or(1, |number| number.get() as u64);
        let workers: Vec<_> = (0..share)
            .map(|first| {
                let seeds = (seeds.start + first..seeds.end).step_by(usize::try_from(share).unwrap());
                scope.spawn(move || {
                    seeds.filter_map(|seed| run(seed, Plan::random).fault(seed)).collect::<Vec<_>>()
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(faults.is_empty(), "{} faults: {:?}", faults.len(), &faults[..faults.len().min(20)]);
}

#[test]
fn some_shared_schedules() {
    assert_clean(0..120);
}

/// In each of these one died that had taken its part unseen, and another came in its place.
#[test]
fn schedules_that_once_failed() {
    for seed in [25_362, 30_218, 37_797, 42_343, 63_678, 77_507, 79_613] {
        assert_clean(seed..seed + 1);
    }
}

/// The full run.
#[test]
#[ignore = "takes minutes: cargo test -p sonoran --release shared_schedules -- --ignored"]
fn shared_schedules() {
    assert_clean(0..100_000);
}

/// A calm schedule of processes that want all they can get.
fn greedy(processes: usize, ceiling: u32, at_once: usize, windows: usize) -> Outcome {
    run(7, |_| Plan {
        processes,
        ceiling,
        calls: windows * ceiling as usize / processes,
        at_once,
        weather: Weather::Calm,
        way: 50.0,
    })
}

#[test]
fn processes_share_evenly_and_waste_nothing() {
    for (processes, ceiling, at_once) in
        [(2, 18, 40), (4, 18, 40), (8, 18, 3), (8, 60, 1), (2, 1, 5), (3, 5, 1)]
    {
        let windows = 12;
        let outcome = greedy(processes, ceiling, at_once, windows);
        assert_eq!((outcome.overruns, outcome.stuck), (0, false));
        // The last window's slots are not waited for.
        let rounds = (outcome.sent.len() as u64).div_ceil(ceiling.into()) - 1;
        let ideal = rounds * 60_000;
        assert!(
            outcome.took * 97 <= (ideal + 10_000) * 100,
            "{processes} {ceiling}: {} of {ideal}",
            outcome.took
        );
        let fair = 10 * ceiling as usize / processes;
        for number in 0..processes {
            let got = outcome.sent.iter().filter(|(who, when)| *who == number && *when < 600_000).count();
            assert!(2 * got >= fair, "{processes} {ceiling}: process {number} got {got} of {fair}");
        }
    }
}

#[test]
fn who_waits_one_by_one_gets_as_much_as_who_asks_for_all_at_once() {
    // As `run` has it, but with one process that makes its calls one after another.
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let plan = |at_once| Plan {
            processes: 2,
            ceiling: 18,
            calls: 1000,
            at_once,
            weather: Weather::Calm,
            way: 50.0,
        };
        let world = plan(1).world(&mut Rng::with_seed(1));
        let mut processes = JoinSet::new();
        for (number, at_once) in [1, 100].into_iter().enumerate() {
            processes.spawn(process(
                number,
                Arc::new(plan(at_once)),
                Arc::clone(&world),
                Rng::with_seed(number as u64),
            ));
        }
        sleep(Duration::from_secs(600)).await;
        let sent = lock(&world.sent).clone();
        let got = sent.iter().filter(|(who, _)| *who == 0).count();
        assert!((60..=120).contains(&got) && sent.len() >= 170, "{got} of {}", sent.len());
    });
}
