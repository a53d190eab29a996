//! What the processes of a schedule share: the service, and a file or a server with all that happens to it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use super::super::server::Server;
use super::super::service::Counter;
use crate::limit::circle::Place;
use crate::limit::keeper::{Trouble, Way};
use crate::limit::ledger::{LATEST_ARRIVAL, Time, nanos};
use crate::limit::locked::{Locked, Store};
use crate::limit::served::{Promise, Reply, Served, Wire};
use crate::limit::shared::Shared;
use crate::limit::window::Window;
use crate::limit::{WINDOW, lock};

/// What all processes see.
#[derive(Debug)]
pub(super) struct World {
    pub(super) start: Instant,
    pub(super) kept: Kept,
    /// When nobody gets an answer.
    pub(super) stalls: Vec<(u64, u64)>,
    /// Until when some may have sent unseen, of each operation.
    pub(super) parted: Vec<AtomicU64>,
    pub(super) service: Vec<Mutex<Counter>>,
    /// When there were more than the ceiling.
    pub(super) overruns: Mutex<Vec<u64>>,
    /// What processes sent unseen that crashed before they could tell: from when it is known to nobody, and until when it counts.
    pub(super) taken_along: Mutex<Vec<(u64, u64)>>,
    /// When each process sent, by its number.
    pub(super) sent: Mutex<Vec<(usize, u64)>>,
}

/// Where the window is.
#[derive(Debug)]
pub(super) enum Kept {
    /// Behind a lock for each operation.
    File(Vec<Mutex<Shared>>),
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

    pub(super) fn millis(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap()
    }

    /// A process has told what it sent unseen in those windows.
    pub(super) async fn is_told(&self, windows: &[Arc<Window>]) {
        while unseen_until(windows).is_some() {
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// A process crashes that has those windows.
    pub(super) fn takes_along(&self, windows: &[Arc<Window>]) {
        if let Some(until) = unseen_until(windows) {
            let until = u64::try_from((until - self.start).as_millis()).unwrap();
            lock(&self.taken_along).push((self.millis(), until));
        }
    }

    /// Those that nothing excuses: what nobody knows any more may cost one window.
    pub(super) fn overruns(&self) -> Vec<u64> {
        let late = u64::try_from((WINDOW + LATEST_ARRIVAL).as_millis()).unwrap();
        let lost = match &self.kept {
            Kept::OnServer { loses: Some(when), .. } => Some((*when, when + late)),
            _ => None,
        };
        let taken_along = lock(&self.taken_along);
        let unknown = || lost.iter().chain(taken_along.iter());
        let excused = |time: u64| unknown().any(|(from, until)| (*from..=*until).contains(&time));
        lock(&self.overruns).iter().copied().filter(|time| !excused(*time)).collect()
    }

    pub(super) fn arrive(&self, operation: usize) -> Option<u64> {
        let verdict = lock(&self.service[operation]).arrive(self.millis());
        if verdict.overrun {
            lock(&self.overruns).push(self.millis());
        }
        verdict.refused
    }
}

/// Until when what was sent unseen counts, and others do not know of it.
fn unseen_until(windows: &[Arc<Window>]) -> Option<Instant> {
    windows.iter().filter_map(|window| window.link.as_ref()?.keeper.unseen_until()).max()
}

/// One process's view, which ends with it.
#[derive(Debug)]
pub(super) struct View {
    pub(super) world: Arc<World>,
    pub(super) dead: AtomicBool,
    /// After how many changes the process dies, and whether the last one is written.
    pub(super) dies_after: AtomicU64,
    pub(super) last_is_written: bool,
    pub(super) died: Notify,
    /// Told to all that it did in the background.
    pub(super) gone: Notify,
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

/// An operation's file.
#[derive(Debug)]
struct Part {
    view: Arc<View>,
    operation: usize,
}

impl Part {
    fn shared(&self) -> &Mutex<Shared> {
        let Kept::File(shared) = &self.view.world.kept else { panic!("it is on a server") };
        &shared[self.operation]
    }

    fn parted(&self) -> &AtomicU64 {
        &self.view.world.parted[self.operation]
    }
}

impl Store for Part {
    fn change(&self, change: &mut dyn FnMut(&mut Shared, Time)) -> Result<(), Trouble> {
        let view = &self.view;
        if view.world.stall().is_some() || view.dead.load(Ordering::Relaxed) {
            return Err(Trouble::Busy);
        }
        let dies = view.dies();
        if !dies || view.last_is_written {
            let mut shared = lock(self.shared());
            shared.parted_until = self.parted().load(Ordering::Relaxed);
            change(&mut shared, nanos(view.world.start.elapsed()));
        }
        if dies { Err(Trouble::Busy) } else { Ok(()) }
    }

    fn part(&self, lasts: Duration) {
        self.parted().fetch_max(nanos(self.view.world.start.elapsed() + lasts), Ordering::Relaxed);
    }

    fn look(&self) -> Result<(Shared, Time), Trouble> {
        Ok((lock(self.shared()).clone(), nanos(self.view.world.start.elapsed())))
    }
}

impl Place for Arc<View> {
    fn way(&self, name: &str, length: Duration) -> Way {
        match self.world.kept {
            Kept::File(_) => {
                let part = Part { view: Self::clone(self), operation: name.parse().unwrap() };
                Way::Locked(Arc::new(Locked::new(Box::new(part), length)))
            }
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
