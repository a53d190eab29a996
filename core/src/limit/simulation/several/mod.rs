//! Several processes that share one window, on virtual time: they crash at any step and come back, what
//! they share stalls, requests get lost. A server, or a model of it with the rules of its scripts, also ends and begins again, forgets its scripts, and has its
//! clock set back. The service must never see more than the ceiling, unless what was sent is known to nobody any more: the server lost
//! all it had, or a process crashed that sent its part while the server was away, and could not tell yet.
//!
//! Some schedules run with the ordinary tests, all of them by
//! `cargo test -p sonoran --release shared_schedules -- --ignored`.

mod caller;
mod world;

use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::server::{Kind, Server};
use super::service::Counter;
use crate::limit::circle::{Circle, Sharing};
use crate::limit::shared::Shared;
use crate::limit::window::Window;
use crate::limit::{WINDOW, lock};
use crate::valkey::started::Started;
use caller::Caller;
use world::{Kept, View, World};

const CEILINGS: [u32; 6] = [1, 2, 5, 9, 18, 27];
/// The client's own bound on an attempt, and how much later its bytes may arrive.
const ATTEMPT: Duration = Duration::from_secs(30);
const STUCK: Duration = Duration::from_secs(24 * 3600);

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
    /// How many operations they call, which are lost and found together on a server.
    operations: usize,
    /// Where the windows are on a server, and not in files.
    server: Option<Kind>,
    /// Whether the server loses all it has.
    loses: bool,
}

impl Plan {
    /// With a file.
    fn random(rng: &mut Rng) -> Self {
        Self {
            processes: rng.usize(2..=5),
            ceiling: CEILINGS[rng.usize(..CEILINGS.len())],
            calls: rng.usize(1..=25),
            at_once: [1, 1, 3, 40][rng.usize(..4)],
            weather: [Weather::Calm, Weather::Crashes, Weather::Stalls, Weather::Both][rng.usize(..4)],
            way: [0.0, 20.0, 250.0, 1000.0][rng.usize(..4)],
            operations: 1,
            server: None,
            loses: false,
        }
    }

    /// With a server, whose scripts take their time: fewer calls.
    fn on_server(rng: &mut Rng, server: &Kind) -> Self {
        let plan = Self::random(rng);
        let server = Some(server.clone());
        Self { server, processes: rng.usize(2..=4), calls: rng.usize(1..=9), ..plan }
    }

    /// With a server that keeps nothing.
    fn forgetful(rng: &mut Rng, server: &Kind) -> Self {
        Self { loses: true, ..Self::on_server(rng, server) }
    }

    /// With a server that has several windows, of which some are first used long after it was lost.
    fn of_operations(rng: &mut Rng, server: &Kind) -> Self {
        Self { operations: rng.usize(2..=4), ..Self::on_server(rng, server) }
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
        let kept = match &self.server {
            Some(server) => self.on(server, rng),
            None => Kept::File((0..self.operations).map(|_| Mutex::new(Shared::new(WINDOW))).collect()),
        };
        let counter = |_| Mutex::new(Counter::new(self.ceiling, &[]));
        Arc::new(World {
            start: Instant::now(),
            kept,
            stalls,
            parted: (0..self.operations).map(|_| AtomicU64::new(0)).collect(),
            service: (0..self.operations).map(counter).collect(),
            overruns: Mutex::default(),
            taken_along: Mutex::default(),
            sent: Mutex::default(),
        })
    }

    fn on(&self, server: &Kind, rng: &mut Rng) -> Kept {
        let calm = self.weather == Weather::Calm;
        Kept::OnServer {
            server: Server::new(server),
            ends: !calm && rng.bool(),
            way: [0, 1, 20][rng.usize(..3)],
            set_back: if calm { (0, 0) } else { ([0, 5_000, 3_600_000][rng.usize(..3)], rng.u64(..400_000)) },
            loses: self.loses.then(|| rng.u64(..200_000)),
            lost: AtomicBool::new(false),
            rng: Mutex::new(Rng::with_seed(rng.u64(..))),
        }
    }
}

/// What came of a schedule.
struct Outcome {
    weather: Weather,
    overruns: Vec<u64>,
    stuck: bool,
    /// Milliseconds that it took.
    took: u64,
    sent: Vec<(usize, u64)>,
}

impl Outcome {
    fn fault(&self, seed: u64) -> Option<String> {
        let faulty = !self.overruns.is_empty() || self.stuck;
        faulty.then(|| {
            format!(
                "seed {seed} in weather {:?}: overruns at {:?}, stuck: {}",
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
            overruns: world.overruns(),
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
            gone: Notify::new(),
        });
        let members = u32::try_from(plan.processes).unwrap();
        let sharing = Sharing { place: String::new(), refuses: false, members };
        let circle = Arc::new(Circle::new(sharing, Box::new(Arc::clone(&view)), rng.u64(..)));
        let window = |operation: usize| {
            let link = circle.link(&operation.to_string(), Instant::now(), WINDOW);
            Arc::new(Window::new(Instant::now(), WINDOW, Some(link)))
        };
        let windows: Vec<_> = (0..plan.operations).map(window).collect();
        let mut callers = JoinSet::new();
        let left = Arc::new(Mutex::new(plan.calls));
        for _ in 0..plan.at_once {
            let caller = Caller {
                number,
                ceiling: plan.ceiling,
                way: plan.way,
                calm: plan.weather == Weather::Calm,
                world: Arc::clone(&world),
                windows: windows.clone(),
            };
            callers.spawn(caller.calls(Arc::clone(&left), Rng::with_seed(rng.u64(..))));
        }
        tokio::select! {
            () = async { while callers.join_next().await.is_some() {}; world.is_told(&windows).await } => return,
            () = view.died.notified() => {}
        }
        world.takes_along(&windows);
        callers.shutdown().await;
        view.gone.notify_waiters();
        sleep(Duration::from_millis(rng.u64(..100_000))).await;
    }
}

fn assert_clean(seeds: std::ops::Range<u64>, plan: impl Fn(&mut Rng) -> Plan + Copy + Send) {
    let faults: Vec<String> = std::thread::scope(|scope| {
        let share = std::thread::available_parallelism().map_or(1, |number| number.get() as u64);
        let workers: Vec<_> = (0..share)
            .map(|first| {
                let seeds = (seeds.start + first..seeds.end).step_by(usize::try_from(share).unwrap());
                scope.spawn(move || seeds.filter_map(|seed| run(seed, plan).fault(seed)).collect::<Vec<_>>())
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(faults.is_empty(), "{} faults: {:?}", faults.len(), &faults[..faults.len().min(20)]);
}

#[test]
fn some_shared_schedules() {
    assert_clean(0..60, Plan::random);
}

/// In each of these one died that had taken its part unseen, and another came in its place.
#[test]
fn schedules_that_once_failed() {
    for seed in [25_362, 42_343, 79_613] {
        assert_clean(seed..seed + 1, Plan::random);
    }
    let Some(started) = started() else { return };
    // One came as the server did again, and before another could tell what it had sent unseen.
    assert_clean(1624..1625, |rng| Plan::on_server(rng, &started));
    // One crashed as the server came again, and took along what it had sent unseen.
    assert_clean(8857..8858, |rng| Plan::on_server(rng, &Kind::Model));
    // Those who did not wait out a freeze left the line one after another, and the one behind them was not told.
    assert_clean(23_317..23_318, |rng| Plan::of_operations(rng, &Kind::Model));
}

fn started() -> Option<Kind> {
    Started::new(&[]).map(|started| Kind::Real(Arc::new(started)))
}

/// The full run.
#[test]
#[ignore = "takes minutes: cargo test -p sonoran --release shared_schedules -- --ignored"]
fn shared_schedules() {
    assert_clean(0..100_000, Plan::random);
}

#[test]
fn some_schedules_on_a_server() {
    let Some(started) = started() else { return };
    assert_clean(0..10, |rng| Plan::on_server(rng, &started));
    assert_clean(0..10, |rng| Plan::forgetful(rng, &started));
    assert_clean(0..10, |rng| Plan::of_operations(rng, &started));
}

#[test]
fn some_schedules_by_the_rules_of_a_server() {
    assert_clean(0..40, |rng| Plan::on_server(rng, &Kind::Model));
    assert_clean(0..40, |rng| Plan::forgetful(rng, &Kind::Model));
    assert_clean(0..40, |rng| Plan::of_operations(rng, &Kind::Model));
}

#[test]
#[ignore = "takes minutes: cargo test -p sonoran --release schedules_on_a_server -- --ignored"]
fn all_schedules_on_a_server() {
    for first in (0..100_000).step_by(1_000) {
        assert_clean(first..first + 1_000, |rng| Plan::on_server(rng, &Kind::Model));
        assert_clean(first..first + 1_000, |rng| Plan::forgetful(rng, &Kind::Model));
        assert_clean(first..first + 1_000, |rng| Plan::of_operations(rng, &Kind::Model));
        eprintln!("{} schedules of each kind", first + 1_000);
    }
    // The scripts themselves, of which `served/tests.rs` finds that the model says the same.
    if let Some(started) = started() {
        assert_clean(0..300, |rng| Plan::on_server(rng, &started));
        assert_clean(0..300, |rng| Plan::forgetful(rng, &started));
        assert_clean(0..300, |rng| Plan::of_operations(rng, &started));
        eprintln!("300 schedules of each kind with the scripts");
    }
}

/// A calm schedule of processes that want all they can get.
fn greedy(server: Option<&Kind>, processes: usize, ceiling: u32, at_once: usize, windows: usize) -> Outcome {
    run(7, |_| Plan {
        processes,
        ceiling,
        calls: windows * ceiling as usize / processes,
        at_once,
        weather: Weather::Calm,
        way: 50.0,
        operations: 1,
        server: server.cloned(),
        loses: false,
    })
}

#[test]
fn processes_share_evenly_and_waste_nothing() {
    let cases = [(4, 18, 40), (8, 18, 3), (2, 1, 5), (3, 5, 1)];
    let started = started();
    let servers = [None].into_iter().chain(started.iter().map(Some));
    for (server, (processes, ceiling, at_once)) in servers.flat_map(|server| cases.map(|case| (server, case)))
    {
        let place = format!("on a server: {}, {processes} {ceiling}", server.is_some());
        let windows = 12;
        let outcome = greedy(server, processes, ceiling, at_once, windows);
        assert_eq!((&outcome.overruns[..], outcome.stuck), (&[] as &[u64], false), "{place}");
        // The last window's slots are not waited for.
        let rounds = (outcome.sent.len() as u64).div_ceil(ceiling.into()) - 1;
        let ideal = rounds * 60_000;
        assert!(outcome.took * 97 <= (ideal + 10_000) * 100, "{place}: {} of {ideal}", outcome.took);
        let fair = 10 * ceiling as usize / processes;
        for number in 0..processes {
            let got = outcome.sent.iter().filter(|(who, when)| *who == number && *when < 600_000).count();
            assert!(2 * got >= fair, "{place}: process {number} got {got} of {fair}");
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
            operations: 1,
            server: None,
            loses: false,
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
