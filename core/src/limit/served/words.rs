//! What the scripts are asked and told, and what they say.

use std::sync::LazyLock;
use std::time::Duration;

use super::{MOMENT, Reply};
use crate::limit::keeper::{PATIENCE, Trouble};
use crate::limit::ledger::{Freeze, LATEST_ARRIVAL, LONGEST_FREEZE, Ledger, Outcome, Time};
use crate::limit::shared::{Ask, Denied, Lease, Member, Reserved, Settled, Shared};

pub(super) const MICRO: Time = 1000;

/// A script, and what the server calls it.
pub(in crate::limit) struct Script {
    pub(super) text: &'static str,
    pub(in crate::limit) digest: String,
}

impl Script {
    fn new(text: &'static str) -> Self {
        Self { text, digest: digest(text) }
    }
}

/// What a server calls a script.
pub(in crate::limit) fn digest(script: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, script.as_bytes());
    digest.as_ref().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// What the scripts have in common that change a window.
macro_rules! script {
    ($name:literal) => {
        Script::new(concat!(include_str!("window.lua"), include_str!("settle.lua"), include_str!($name)))
    };
}

pub(in crate::limit) static RESERVE: LazyLock<Script> = LazyLock::new(|| script!("reserve.lua"));
pub(in crate::limit) static TELL: LazyLock<Script> = LazyLock::new(|| script!("tell.lua"));
pub(in crate::limit) static LOOK: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("look.lua")));

pub(super) fn micros(duration: Duration) -> String {
    // Beyond what a script counts exactly, nothing comes.
    const FAR: u128 = 1 << 50;
    duration.as_micros().min(FAR).to_string()
}

/// What a server's refusal comes to. Its own words may name a user.
pub(super) fn of_refusal(name: &str, words: &str) -> Trouble {
    let code = words.split(' ').next().unwrap_or_default();
    let what = match code {
        // Who has not said who it is may not even send a long command.
        _ if code == "NOAUTH" || words.contains("unauthenticated") => {
            "wants a password, which its URL has behind a colon: redis://:password@host".to_owned()
        }
        "WRONGPASS" => "refuses the user or the password".to_owned(),
        "NOPERM" => "does not allow the user to run scripts on the keys sonoran:*".to_owned(),
        "READONLY" => "is a replica, which can't be written to".to_owned(),
        _ if !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_uppercase()) => {
            format!("refuses with {code}")
        }
        _ => "refuses".to_owned(),
    };
    // What this window's keys hold is nothing that the scripts know.
    if code == "WRONGTYPE" || words.contains("user_script") {
        return Trouble::Spoilt(format!("{name} {what}"));
    }
    Trouble::Silent(format!("{name} {what}"))
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
