//! Several processes that share one window, on virtual time: they crash at any step and come back, what
//! they share stalls, requests get lost. A server also ends and begins again, forgets its scripts, and has its
//! clock set back. The service must never see more than the ceiling.
//!
//! Some schedules run with the ordinary tests, all of them by
//! `cargo test -p sonoran --release shared_schedules -- --ignored`.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::server::Server;
use super::service::Counter;
use crate::limit::circle::{Circle, Place, Sharing};
use crate::limit::keeper::{Trouble, Way};
use crate::limit::ledger::{LATEST_ARRIVAL, Time, nanos};
use crate::limit::locked::{Locked, Store};
use crate::limit::served::{Promise, Reply, Served, Wire};
use crate::limit::shared::Shared;
use crate::limit::window::Window;
use crate::limit::{Turn, WINDOW, lock};
use crate::valkey::started::Started;

const CEILINGS: [u32; 6] = [1, 2, 5, 9, 18, 27];
/// The client's own bound on an attempt, and how much later its bytes may arrive.
const ATTEMPT: Duration = Duration::from_secs(30);
const STUCK: Duration = Duration::from_secs(24 * 3600);

/// What all processes see.
#[derive(Debug)]
struct World {
    start: Instant,
    kept: Kept,
    /// When nobody gets an answer.
    stalls: Vec<(u64, u64)>,
    /// Until when some may have sent unseen.
    parted: AtomicU64,
    service: Mutex<Counter>,
    /// When there were more than the ceiling.
    overruns: Mutex<Vec<u64>>,
    /// When each process sent, by its number.
    sent: Mutex<Vec<(usize, u64)>>,
}

/// Where the window is.
#[derive(Debug)]
enum Kept {
    /// Behind a lock.
    File(Mutex<Shared>),
    OnServer {
        server: Server,
        /// It ends as it stalls, and its answers are lost.
        ends: bool,
        /// How long commands and answers take to it, at most.
        way: u64,
        /// By how much its clock is set back, and when.
        set_back: (u64, u64),
        /// When it loses all it has.
        loses: Option<u64>,
        lost: AtomicBool,
        rng: Mutex<Rng>,
    },
}

impl World {
    fn stall(&self) -> Option<u64> {
        let now = self.millis();
        self.stalls.iter().filter(|(from, to)| (*from..*to).contains(&now)).map(|(_, to)| *to).max()
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap()
    }

    /// Those for which a loss of all that the server had is no reason: it may cost one window.
    fn overruns(&self) -> Vec<u64> {
        let late = (WINDOW + LATEST_ARRIVAL).as_millis();
        let excused = |time: &u64| match &self.kept {
            Kept::OnServer { loses: Some(when), .. } => {
                u128::from(time.saturating_sub(*when)) <= late && time >= when
            }
            _ => false,
        };
        lock(&self.overruns).iter().filter(|time| !excused(time)).copied().collect()
    }

    fn arrive(&self) -> Option<u64> {
        let verdict = lock(&self.service).arrive(self.millis());
        if verdict.overrun {
            lock(&self.overruns).push(self.millis());
        }
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
    /// Told to all that it did in the background.
    gone: Notify,
}

impl View {
    /// Counts its steps, of which one may be its last.
    fn dies(&self) -> bool {
        let dies = self.dies_after.fetch_sub(1, Ordering::Relaxed) == 0;
        if dies {
            self.dead.store(true, Ordering::Relaxed);
            self.died.notify_one();
        }
        dies
    }
}

impl Store for Arc<View> {
    fn change(&self, change: &mut dyn FnMut(&mut Shared, Time)) -> Result<(), Trouble> {
        if self.world.stall().is_some() || self.dead.load(Ordering::Relaxed) {
            return Err(Trouble::Busy);
        }
        let dies = self.dies();
        if !dies || self.last_is_written {
            let Kept::File(shared) = &self.world.kept else { panic!("it is on a server") };
            let mut shared = lock(shared);
            shared.parted_until = self.world.parted.load(Ordering::Relaxed);
            change(&mut shared, nanos(self.world.start.elapsed()));
        }
        if dies { Err(Trouble::Busy) } else { Ok(()) }
    }

    fn part(&self, lasts: Duration) {
        self.world.parted.fetch_max(nanos(self.world.start.elapsed() + lasts), Ordering::Relaxed);
    }

    fn look(&self) -> Result<(Shared, Time), Trouble> {
        let Kept::File(shared) = &self.world.kept else { panic!("it is on a server") };
        Ok((lock(shared).clone(), nanos(self.world.start.elapsed())))
    }
}

impl Place for Arc<View> {
    fn way(&self, name: &str, length: Duration) -> Way {
        match self.world.kept {
            Kept::File(_) => Way::Locked(Arc::new(Locked::new(Box::new(Self::clone(self)), length))),
            Kept::OnServer { .. } => {
                Way::Served(Arc::new(Served::new(Arc::new(Line(Self::clone(self))), "hash", name, length)))
            }
        }
    }
}

/// A process's connection to the server.
#[derive(Debug)]
struct Line(Arc<View>);

impl Line {
    async fn exchange(self: Arc<Self>, command: Vec<Vec<u8>>) -> Result<Reply, String> {
        let world = &self.0.world;
        let Kept::OnServer { server, ends, way, set_back, loses, lost, rng } = &world.kept else {
            panic!("it is in a file")
        };
        let some_way = || Duration::from_millis(lock(rng).u64(..=*way));
        let gone = || Err("is gone".to_owned());
        if self.0.dead.load(Ordering::Relaxed) {
            return gone();
        }
        let dies = self.0.dies();
        if dies && !self.0.last_is_written {
            return gone();
        }
        sleep(some_way()).await;
        if let Some(end) = world.stall() {
            if *ends {
                return gone();
            }
            // It is done when the server goes on, whoever waits for it.
            sleep(Duration::from_millis(end - world.millis())).await;
        }
        let (back, when) = set_back;
        let micros = u64::try_from(world.start.elapsed().as_micros()).unwrap() + 1_764_000_000_000_000;
        let now = if world.millis() >= *when { micros - back * 1000 } else { micros };
        if loses.is_some_and(|when| world.millis() >= when) && !lost.swap(true, Ordering::Relaxed) {
            server.forget_all();
        }
        if lock(rng).u8(..50) == 0 {
            server.forget_scripts();
        }
        let reply = server.run(&command, now);
        // An answer that is lost: the connection ends meanwhile.
        if dies || lock(rng).u16(..if *ends { 200 } else { u16::MAX }) == 0 {
            return gone();
        }
        sleep(some_way()).await;
        Ok(reply)
    }
}

impl Wire for Line {
    fn name(&self) -> String {
        "the server".to_owned()
    }

    fn reach(self: Arc<Self>) -> Promise<Result<(), String>> {
        let Kept::OnServer { ends, .. } = &self.0.world.kept else { panic!("it is in a file") };
        let gone = *ends && self.0.world.stall().is_some() || self.0.dead.load(Ordering::Relaxed);
        Box::pin(async move { if gone { Err("can't be reached".to_owned()) } else { Ok(()) } })
    }

    fn send(self: Arc<Self>, command: Vec<Vec<u8>>) -> Promise<Result<Reply, String>> {
        // A command that is on its way gets there, though nobody waits for the answer.
        let sent = tokio::spawn(self.exchange(command));
        Box::pin(async move { sent.await.unwrap() })
    }

    fn spawn(&self, work: Promise<()>) -> bool {
        let view = Arc::clone(&self.0);
        tokio::spawn(async move {
            tokio::select! {
                () = work => {}
                () = view.gone.notified() => {}
            }
        });
        true
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
    /// Where the window is on a server, and not in a file.
    server: Option<Arc<Started>>,
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
            server: None,
            loses: false,
        }
    }

    /// With a server, whose scripts take their time: fewer calls.
    fn on_server(rng: &mut Rng, started: &Arc<Started>) -> Self {
        let plan = Self::random(rng);
        let server = Some(Arc::clone(started));
        Self { server, processes: rng.usize(2..=4), calls: rng.usize(1..=9), ..plan }
    }

    /// With a server that keeps nothing.
    fn forgetful(rng: &mut Rng, started: &Arc<Started>) -> Self {
        Self { loses: true, ..Self::on_server(rng, started) }
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
            Some(started) => self.on(started, rng),
            None => Kept::File(Mutex::new(Shared::new(WINDOW))),
        };
        Arc::new(World {
            start: Instant::now(),
            kept,
            stalls,
            parted: AtomicU64::new(0),
            service: Mutex::new(Counter::new(self.ceiling, &[])),
            overruns: Mutex::default(),
            sent: Mutex::default(),
        })
    }

    fn on(&self, started: &Started, rng: &mut Rng) -> Kept {
        let calm = self.weather == Weather::Calm;
        Kept::OnServer {
            server: Server::new(started),
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
        view.gone.notify_waiters();
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
}

fn started() -> Option<Arc<Started>> {
    Started::new(&[]).map(Arc::new)
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
}

#[test]
#[ignore = "takes minutes: cargo test -p sonoran --release schedules_on_a_server -- --ignored"]
fn all_schedules_on_a_server() {
    let Some(started) = started() else { return };
    for first in (0..100_000).step_by(1_000) {
        assert_clean(first..first + 1_000, |rng| Plan::on_server(rng, &started));
        assert_clean(first..first + 1_000, |rng| Plan::forgetful(rng, &started));
        eprintln!("{} schedules of each kind", first + 1_000);
    }
}

/// A calm schedule of processes that want all they can get.
fn greedy(
    server: Option<&Arc<Started>>,
    processes: usize,
    ceiling: u32,
    at_once: usize,
    windows: usize,
) -> Outcome {
    run(7, |_| Plan {
        processes,
        ceiling,
        calls: windows * ceiling as usize / processes,
        at_once,
        weather: Weather::Calm,
        way: 50.0,
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
