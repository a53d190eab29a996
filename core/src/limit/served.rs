//! A process's way to a window that the processes of several machines share, on a server. The server runs
//! one script at a time: `reserve.lua` takes slots, `settle.lua` notes what became of them, and both have the
//! rules of `ledger.rs` and `shared.rs`, on the server's own clock. What they are asked, and say, is
//! written and read here; how it gets there is the [`Wire`]'s.

use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, mpsc};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

use super::keeper::{PATIENCE, Trouble};
use super::ledger::{Freeze, LATEST_ARRIVAL, LONGEST_FREEZE, Ledger, Outcome, Time};
use super::lock;
use super::shared::{Ask, Denied, Lease, Member, Reserved, Settled, Shared};

/// How long what could not be told waits before it is tried again.
const BETWEEN_TRIES: Duration = Duration::from_millis(100);
/// After a time without an answer, until all have told who sent something unseen: a connection is made within 2 s.
pub(super) const MOMENT: Duration = Duration::from_secs(3);
const MICRO: Time = 1000;

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

/// A script, and what the server calls it.
pub(super) struct Script {
    pub(super) text: &'static str,
    pub(super) digest: String,
}

impl Script {
    fn new(text: &'static str) -> Self {
        Self { text, digest: digest(text) }
    }
}

/// What a server calls a script.
pub(super) fn digest(script: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, script.as_bytes());
    digest.as_ref().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

pub(super) static RESERVE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(concat!(include_str!("served/window.lua"), include_str!("served/reserve.lua")))
});
pub(super) static SETTLE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(concat!(include_str!("served/window.lua"), include_str!("served/settle.lua")))
});
pub(super) static LOOK: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("served/look.lua")));

#[derive(Debug)]
pub(crate) struct Served {
    wire: Arc<dyn Wire>,
    /// Of the slots, and of all else. Both have the part in braces by which a cluster keeps them together.
    keys: [String; 2],
    length: Duration,
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
        Self { wire, keys: [slots, rest], length, answers: AtomicBool::new(true), apart: Mutex::new(None) }
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

    async fn ask_for(&self, ask: &Ask) -> Result<Reserved, Silence> {
        let reply = self.run(&RESERVE, &asked(ask, self.length)).await?;
        reserved(&reply)
            .ok_or_else(|| Silence { trouble: self.trouble("says what can't be read"), sent: true })
    }

    /// Tells what became of a slot, now or as soon as it can be.
    pub(super) fn settle(self: &Arc<Self>, settled: Settled) {
        let (served, since) = (Arc::clone(self), Instant::now());
        // Where there is no thread to be had, its lease ends.
        self.wire.spawn(Box::pin(async move {
            let arguments = told_of(&settled, served.length);
            // By then the slot would be free.
            while since.elapsed() < served.length + LATEST_ARRIVAL {
                if served.run(&SETTLE, &arguments).await.is_ok() {
                    return;
                }
                sleep(BETWEEN_TRIES).await;
            }
        }));
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

    /// Tells of no slot, and so only of what was sent unseen.
    async fn tell_nothing(&self) -> Result<(), Silence> {
        let nothing = ["-", "0", "told", "0", "0", "-1", "0"].map(String::from);
        self.run(&SETTLE, &nothing).await.map(drop)
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
                    Err(Silence { trouble: self.trouble(&of_refusal(&words)), sent: false })
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

fn micros(duration: Duration) -> String {
    // Beyond what a script counts exactly, nothing comes.
    const FAR: u128 = 1 << 50;
    duration.as_micros().min(FAR).to_string()
}

/// What a server's refusal comes to. Its own words may name a user.
fn of_refusal(words: &str) -> String {
    let code = words.split(' ').next().unwrap_or_default();
    match code {
        // Who has not said who it is may not even send a long command.
        _ if matches!(code, "WRONGPASS" | "NOAUTH") || words.contains("unauthenticated") => {
            "refuses the user or the password".to_owned()
        }
        "NOPERM" => "does not allow the user to run scripts on the keys sonoran:*".to_owned(),
        "READONLY" => "is a replica, which can't be written to".to_owned(),
        _ if !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_uppercase()) => {
            format!("refuses with {code}")
        }
        _ => "refuses".to_owned(),
    }
}

/// The arguments that ask for a slot.
pub(super) fn asked(ask: &Ask, length: Duration) -> Vec<String> {
    let number = |truth: bool| u64::from(truth).to_string();
    let [glance, grace] = Shared::new(length).pauses().map(|pause| (pause / MICRO).to_string());
    vec![
        ask.member.to_string(),
        ask.slot.to_string(),
        ask.ceiling.to_string(),
        // The caller counts the time of an attempt from when it has heard.
        micros(ask.lease + PATIENCE),
        number(ask.waits),
        number(ask.parted),
        glance,
        grace,
        // Who knows nothing of a time without answers, and had one before it.
        number(ask.known && !ask.parted),
        micros(length + LATEST_ARRIVAL),
        micros(MOMENT),
    ]
}

/// The arguments that tell what became of a slot.
pub(super) fn told_of(settled: &Settled, length: Duration) -> Vec<String> {
    let (outcome, held_for, frozen_for) = match settled.outcome {
        Outcome::Answered => ("answered", length, Duration::ZERO),
        Outcome::Throttled(retry_after) => ("throttled", length, retry_after.min(LONGEST_FREEZE)),
        Outcome::Refunded => ("refunded", Duration::ZERO, Duration::ZERO),
        Outcome::Lost => ("lost", length + LATEST_ARRIVAL, Duration::ZERO),
    };
    let (remaining, reset) =
        settled.left.map_or((String::from("-1"), Duration::ZERO), |(remaining, reset)| {
            (remaining.to_string(), reset.min(length))
        });
    vec![
        settled.slot.to_string(),
        settled.ceiling.to_string(),
        outcome.to_owned(),
        micros(held_for),
        micros(frozen_for),
        remaining,
        micros(reset),
    ]
}

/// What `reserve.lua` says.
pub(super) fn reserved(reply: &Reply) -> Option<Reserved> {
    let Reply::List(parts) = reply else { return None };
    let number = |part: &Reply| match part {
        Reply::Number(number) => u64::try_from(*number).ok(),
        _ => None,
    };
    let numbers: Vec<u64> = parts.iter().map(number).collect::<Option<_>>()?;
    let for_so_long = Duration::from_micros;
    match numbers[..] {
        [1] => Some(Reserved::Taken),
        [0, look, opens, frozen, parted] => Some(Reserved::Denied(Denied {
            look_in: for_so_long(look),
            opens_in: for_so_long(opens),
            frozen_for: for_so_long(frozen),
            parted_for: for_so_long(parted),
        })),
        _ => None,
    }
}

/// A window as `look.lua` shows it, and the server's time.
pub(super) fn read(reply: &Reply, length: Duration) -> Option<(Shared, Time)> {
    let Reply::List(parts) = reply else { return None };
    let texts = |part: &Reply| match part {
        Reply::List(texts) => texts.iter().map(text).collect::<Option<Vec<_>>>(),
        _ => None,
    };
    let [time, slots, rest] = &parts[..] else { return None };
    let (time, slots) = (texts(time)?, texts(slots)?);
    let [seconds, micros] = &time[..] else { return None };
    let now = seconds.parse::<Time>().ok()? * 1_000_000 + micros.parse::<Time>().ok()?;

    let mut shared = Shared::new(length);
    let Ledger { releases, under_way, .. } = &mut shared.ledger;
    for pair in slots.chunks_exact(2) {
        let until = time_of(pair[1].parse().ok()?);
        match pair[0].strip_prefix('w') {
            Some(slot) => {
                *under_way += 1;
                shared.leases.push(Lease { slot: slot.parse().ok()?, until, probe: false });
            }
            None => releases.push_back(until),
        }
    }
    match rest {
        Reply::Nothing => {}
        Reply::Text(packed) => read_rest(&mut Packed(packed), &mut shared)?,
        _ => return None,
    }
    Some((shared, now * MICRO))
}

/// Reads what `window.lua` packs.
fn read_rest(packed: &mut Packed<'_>, shared: &mut Shared) -> Option<()> {
    let mut numbers = [0.0; 7];
    for number in &mut numbers {
        *number = packed.number()?;
    }
    let [_seen, turn, _keep, _lasts, frozen, cautious, parted] = numbers;
    shared.turn = whole(turn);
    shared.parted_until = time_of(parted);
    let probe = packed.name()?;
    for lease in &mut shared.leases {
        lease.probe = lease.slot.to_string() == probe;
    }
    if frozen > 0.0 {
        let probing = shared.leases.iter().any(|lease| lease.probe);
        shared.ledger.freeze = Some(Freeze { until: time_of(frozen), cautious: time_of(cautious), probing });
    }
    while !packed.0.is_empty() {
        let id = packed.name()?.parse().ok()?;
        let [turn, back_at] = [packed.number()?, packed.number()?];
        let waits = packed.take(1)? == [1];
        shared.line.push(Member { id, turn: whole(turn), back_at: time_of(back_at), waits });
    }
    Some(())
}

/// What is left of a packed text.
struct Packed<'a>(&'a [u8]);

impl<'a> Packed<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<f64> {
        Some(f64::from_be_bytes(self.take(8)?.try_into().ok()?))
    }

    /// A slot's or a process's.
    fn name(&mut self) -> Option<&'a str> {
        let length = self.take(1)?[0];
        std::str::from_utf8(self.take(length.into())?).ok()
    }
}

fn text(reply: &Reply) -> Option<String> {
    match reply {
        Reply::Text(bytes) => String::from_utf8(bytes.clone()).ok(),
        Reply::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A time of the server's. One before its clock began, which was set back, is over.
fn time_of(micros: f64) -> Time {
    whole(micros) * MICRO
}

/// A number as a script counts, which is never negative.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // None is that large.
fn whole(number: f64) -> u64 {
    number as u64
}

#[cfg(test)]
mod tests;
