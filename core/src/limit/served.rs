//! A process's way to a window that the processes of several machines share, on a server. The server runs
//! one script at a time: `reserve.lua` takes slots, `settle.lua` notes what became of others, and both have the
//! rules of `ledger.rs` and `shared.rs`, on the server's own clock. What they are asked, and say, stands in
//! `words.rs`; how it gets there is the [`Wire`]'s.
//!
//! What became of a slot travels with whatever is asked at the same time, else alone. However late it comes, a slot
//! is never free too early by it: until then its lease holds it, and its time counts from when the server hears.

mod words;

use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, timeout};

use super::keeper::{PATIENCE, Trouble};
use super::ledger::{LATEST_ARRIVAL, Outcome, Time};
use super::lock;
use super::shared::{Ask, Reserved, Settled, Shared};
#[cfg(test)]
pub(super) use words::digest;
pub(super) use words::{LOOK, RESERVE, TELL};
use words::{Script, asked, micros, of_refusal, read, reserved, told_of};

/// How long what could not be told waits before it is tried again.
const BETWEEN_TRIES: Duration = Duration::from_millis(100);
/// After a time without an answer, until all have told who sent something unseen: a connection is made within 2 s.
pub(super) const MOMENT: Duration = Duration::from_secs(3);

pub(crate) type Promise<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What carries commands to a server, and their answers back. There is no network in this module.
pub(crate) trait Wire: fmt::Debug + Send + Sync {
    /// What the server is called where somebody reads it: no user, no password.
    fn name(&self) -> String;

    /// Makes sure of a connection, within a bound of its own; else why there is none.
    fn reach(self: Arc<Self>) -> Promise<Result<(), String>>;

    /// The answer to a command, or why there is none. Commands go in the order in which they are sent.
    fn send(self: Arc<Self>, command: Vec<Vec<u8>>) -> Promise<Result<Reply, String>>;

    /// Does it to its end, whatever becomes of the caller and of its runtime; false where it can't be.
    fn spawn(&self, work: Promise<()>) -> bool;
}

/// A server's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    Number(i64),
    Text(Vec<u8>),
    List(Vec<Reply>),
    Nothing,
    /// An error, by the server's own words.
    Refusal(String),
}

#[derive(Debug)]
pub(crate) struct Served {
    wire: Arc<dyn Wire>,
    /// Of the slots, and of all else. Both have the part in braces by which a cluster keeps them together.
    keys: [String; 2],
    length: Duration,
    /// What became of slots since when, and the server is yet to be told.
    untold: Mutex<Vec<(Instant, Settled)>>,
    /// The last question had its answer.
    answers: AtomicBool,
    /// Until when what this process sent unseen may count, and is yet to be told.
    apart: Mutex<Option<Instant>>,
}

/// There is no answer.
struct Silence {
    trouble: Trouble,
    /// The question may have got there.
    sent: bool,
}

/// A slot on its way from the server to who asked for it. It goes back where nobody takes it.
struct Grant {
    served: Arc<Served>,
    slot: u64,
    ceiling: u32,
    taken: bool,
}

impl Drop for Grant {
    fn drop(&mut self) {
        if !self.taken {
            let Self { slot, ceiling, .. } = *self;
            self.served.settle(Settled { slot, ceiling, outcome: Outcome::Refunded, left: None });
        }
    }
}

impl Served {
    /// The window of that name.
    pub(super) fn new(wire: Arc<dyn Wire>, hash: &str, window: &str, length: Duration) -> Self {
        let slots = format!("sonoran:{{{hash}}}:{window}:{}", length.as_millis());
        let rest = format!("{slots}:rest");
        let (untold, apart) = (Mutex::default(), Mutex::default());
        Self { wire, keys: [slots, rest], length, untold, answers: AtomicBool::new(true), apart }
    }

    /// Asks for a slot. Where the future is dropped, a slot that comes goes back.
    pub(super) async fn reserve(self: &Arc<Self>, ask: &Ask) -> Result<Reserved, Trouble> {
        let (tell, told) = oneshot::channel();
        let (served, ask) = (Arc::clone(self), ask.clone());
        let spawned = self.wire.spawn(Box::pin(async move {
            let reserved = served.ask_for(&ask).await;
            // Whether it got one is not known where there is no answer.
            let grant = match &reserved {
                Ok(Reserved::Taken) | Err(Silence { sent: true, .. }) => {
                    Some(Grant { served, slot: ask.slot, ceiling: ask.ceiling, taken: false })
                }
                _ => None,
            };
            let _ = tell.send((reserved.map_err(|silence| silence.trouble), grant));
        }));
        if !spawned {
            return Err(self.trouble("has no thread to be asked by"));
        }
        let Ok((reserved, grant)) = told.await else { return Err(self.trouble("was not asked to the end")) };
        if let (Ok(_), Some(mut grant)) = (&reserved, grant) {
            grant.taken = true;
        }
        reserved
    }

    async fn ask_for(self: &Arc<Self>, ask: &Ask) -> Result<Reserved, Silence> {
        let reply = self.run_telling(&RESERVE, asked(ask, self.length), self.take_untold()).await;
        if reply.is_err() {
            self.tell();
        }
        let unreadable = || Trouble::Spoilt(format!("{} says what can't be read", self.wire.name()));
        reserved(&reply?).ok_or_else(|| Silence { trouble: unreadable(), sent: true })
    }

    /// Tells what became of a slot, now or as soon as it can be.
    pub(super) fn settle(self: &Arc<Self>, settled: Settled) {
        lock(&self.untold).push((Instant::now(), settled));
        self.tell();
    }

    fn tell(self: &Arc<Self>) {
        let served = Arc::clone(self);
        // Where there is no thread to be had, who asks next tells it, or its lease ends.
        self.wire.spawn(Box::pin(async move {
            // Who asks for a slot meanwhile takes it along.
            yield_now().await;
            loop {
                let telling = served.take_untold();
                if telling.is_empty() || served.run_telling(&TELL, Vec::new(), telling).await.is_ok() {
                    return;
                }
                sleep(BETWEEN_TRIES).await;
            }
        }));
    }

    fn take_untold(&self) -> Vec<(Instant, Settled)> {
        let mut untold = std::mem::take(&mut *lock(&self.untold));
        // Other slots would be free by then.
        untold.retain(|(since, _)| since.elapsed() < self.length + LATEST_ARRIVAL);
        untold
    }

    /// The answer of a script that hears besides what became of slots.
    async fn run_telling(
        &self,
        script: &Script,
        mut arguments: Vec<String>,
        telling: Vec<(Instant, Settled)>,
    ) -> Result<Reply, Silence> {
        arguments.extend(telling.iter().flat_map(|(_, settled)| told_of(settled, self.length)));
        let reply = self.run(script, &arguments).await;
        if reply.is_err() {
            lock(&self.untold).extend(telling);
        }
        reply
    }

    /// Tells, as soon as it can be, that this process takes its part for so long, unseen by others.
    pub(super) fn part(self: &Arc<Self>, lasts: Duration) {
        let until = Instant::now() + lasts;
        if lock(&self.apart).replace(until).is_some() {
            return;
        }
        let served = Arc::clone(self);
        let spawned = self.wire.spawn(Box::pin(async move {
            loop {
                let telling = *lock(&served.apart);
                let told = served.tell_nothing().await.is_ok();
                if served.has_told(told, telling) {
                    return;
                }
                sleep(BETWEEN_TRIES).await;
            }
        }));
        if !spawned {
            *lock(&self.apart) = None;
        }
    }

    /// Until when what this process sent unseen counts, where others do not know of it yet.
    #[cfg(test)]
    pub(super) fn unseen_until(&self) -> Option<Instant> {
        *lock(&self.apart)
    }

    /// Whether there is an answer.
    pub(super) async fn probe(self: &Arc<Self>) -> Result<(), Trouble> {
        let (tell, told) = oneshot::channel();
        let served = Arc::clone(self);
        let spawned = self.wire.spawn(Box::pin(async move {
            let _ = tell.send(served.tell_nothing().await.map_err(|silence| silence.trouble));
        }));
        if !spawned {
            return Err(self.trouble("has no thread to be asked by"));
        }
        told.await.unwrap_or_else(|_| Err(self.trouble("was not asked to the end")))
    }

    /// Asks until it is told that this is enough, for the first time after a pause; false where nobody can.
    pub(super) fn watch(
        self: &Arc<Self>,
        pause: Duration,
        goes_on: impl Fn(Option<Result<(), Trouble>>) -> bool + Send + 'static,
    ) -> bool {
        let served = Arc::clone(self);
        self.wire.spawn(Box::pin(async move {
            loop {
                sleep(pause).await;
                if !goes_on(None) {
                    return;
                }
                let answer = served.tell_nothing().await.map_err(|silence| silence.trouble);
                if !goes_on(Some(answer)) {
                    return;
                }
            }
        }))
    }

    /// Tells of no slot, and so only of what was sent unseen.
    async fn tell_nothing(&self) -> Result<(), Silence> {
        self.run(&TELL, &[]).await.map(drop)
    }

    /// Whether there is nothing to tell any more of what was sent unseen: it was told, or does not count by now.
    fn has_told(&self, told: bool, telling: Option<Instant>) -> bool {
        let mut apart = lock(&self.apart);
        let done = (told && *apart == telling) || apart.is_none_or(|until| until <= Instant::now());
        apart.take_if(|_| done);
        done
    }

    /// What the server knows, if it says so soon. Who asks waits, with its thread.
    pub(super) fn look(self: &Arc<Self>) -> Option<(Shared, Time)> {
        if !self.answers.load(Ordering::Relaxed) {
            return None;
        }
        let (tell, told) = mpsc::sync_channel(1);
        let served = Arc::clone(self);
        self.wire.spawn(Box::pin(async move {
            let looked = served.run(&LOOK, &[]).await.ok();
            let _ = tell.send(looked.and_then(|reply| read(&reply, served.length)));
        }));
        told.recv_timeout(PATIENCE).ok().flatten()
    }

    /// The answer of a script, which is sent whole where the server does not know it any more.
    async fn run(&self, script: &Script, arguments: &[String]) -> Result<Reply, Silence> {
        let reached = Arc::clone(&self.wire).reach().await;
        let answer = match reached {
            Ok(()) => match timeout(PATIENCE, self.evaluate(script, arguments)).await {
                Ok(Ok(Reply::Refusal(words))) => {
                    Err(Silence { trouble: of_refusal(&self.wire.name(), &words), sent: false })
                }
                Ok(Ok(reply)) => Ok(reply),
                Ok(Err(why)) => Err(Silence { trouble: self.trouble(&why), sent: true }),
                Err(_) => Err(Silence {
                    trouble: self.trouble(&format!("gives no answer within {} ms", PATIENCE.as_millis())),
                    sent: true,
                }),
            },
            Err(why) => Err(Silence { trouble: self.trouble(&why), sent: false }),
        };
        self.answers.store(answer.is_ok(), Ordering::Relaxed);
        answer
    }

    async fn evaluate(&self, script: &Script, arguments: &[String]) -> Result<Reply, String> {
        let apart = lock(&self.apart).map_or(Duration::ZERO, |until| until - Instant::now());
        let command = |verb: &str, script: &str| {
            let head = [verb, script, "2"].map(String::from);
            let common = [micros(self.length), micros(apart)];
            let words = head.iter().chain(&self.keys).chain(&common).chain(arguments);
            words.map(|word| word.clone().into_bytes()).collect::<Vec<_>>()
        };
        let wire = || Arc::clone(&self.wire);
        match wire().send(command("EVALSHA", &script.digest)).await? {
            Reply::Refusal(words) if words.starts_with("NOSCRIPT") => {
                wire().send(command("EVAL", script.text)).await
            }
            reply => Ok(reply),
        }
    }

    fn trouble(&self, what: &str) -> Trouble {
        Trouble::Silent(format!("{} {what}", self.wire.name()))
    }
}

#[cfg(test)]
mod tests;
