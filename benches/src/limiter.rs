//! What a free slot of the rate limit costs, over the least that any limiter must do: look at the
//! clock and lock a mutex.

use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, LazyLock, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::time::Instant;

use crate::limit::{self, Files, Limiter, Place, Sharing, Slot, Turn};
use crate::{machine, warning};

const ROUNDS: usize = 21;
/// Slots that are taken in a round: those of so many operations with the highest ceiling.
const PLACES: usize = 110;
const CEILING: u32 = 60;
const SLOTS: usize = PLACES * CEILING as usize;

pub(crate) fn run() -> Result<()> {
    let (mut floors, mut takes, mut answers) = (Vec::new(), Vec::new(), Vec::new());
    let (mut shared_takes, mut shared_answers) = (Vec::new(), Vec::new());
    let folder = std::env::temp_dir().join(format!("sonoran-bench-{}", std::process::id()));
    let mut held = Vec::with_capacity(SLOTS);
    // What is waited for is made within a runtime.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let _entered = runtime.enter();
    for round in 0..=ROUNDS {
        let floor = floor();
        let credential = format!("round {round}");
        let (take, answer) =
            slots(&Limiter::shared("https://service", &credential, limit::WINDOW), &mut held)?;
        let (shared_take, shared_answer) = slots(&*shared(&credential, &folder)?, &mut held)?;
        // The first round warms up both.
        if round > 0 {
            floors.push(nanos(floor));
            takes.push(nanos(take));
            answers.push(nanos(answer));
            shared_takes.push(nanos(shared_take));
            shared_answers.push(nanos(shared_answer));
        }
    }
    std::fs::remove_dir_all(&folder)?;
    println!("machine: {}", machine::describe());
    println!("{ROUNDS} interleaved rounds of {SLOTS} slots in {PLACES} windows, one thread");
    for (name, samples) in [
        ("clock and mutex alone", &mut floors),
        ("taking a free slot", &mut takes),
        ("giving it back as answered", &mut answers),
        ("taking one that the machine's processes share", &mut shared_takes),
        ("giving that back", &mut shared_answers),
    ] {
        let (low, median, high) = machine::spread(samples);
        println!("{name}: {median:.0} ns (median; {low:.0} to {high:.0})");
    }
    Ok(())
}

#[allow(clippy::cast_precision_loss)] // Some thousands.
fn nanos(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9 / SLOTS as f64
}

fn floor() -> Duration {
    let last = Mutex::new(Instant::now());
    let start = Instant::now();
    for _ in 0..SLOTS {
        if let Ok(mut last) = std::hint::black_box(&last).lock() {
            *last = Instant::now();
        }
    }
    start.elapsed()
}

/// A limiter that others of the machine may share.
fn shared(credential: &str, folder: &Path) -> Result<Arc<Limiter>> {
    let base = "https://service";
    let sharing = Sharing { place: folder.display().to_string(), refuses: true, members: 2 };
    let place = || Ok(Box::new(Files::new(Some(folder), base, credential)) as Box<dyn Place>);
    Limiter::beyond(base, credential, limit::WINDOW, &sharing, name, &warning::on_standard_error(), place)
}

/// What the window at a place is called.
fn name(place: usize) -> &'static str {
    static NAMES: LazyLock<Vec<String>> =
        LazyLock::new(|| (0..PLACES).map(|place| place.to_string()).collect());
    &NAMES[place]
}

/// The time that it takes to take all slots, and to note all answers. They are held in memory that is there already, of
/// which the system would else make each page as it is first written to.
fn slots(limiter: &Limiter, held: &mut Vec<Slot>) -> Result<(Duration, Duration)> {
    for place in 0..PLACES {
        // The first of a window makes it.
        if let Some(slot) = take(limiter, place) {
            slot.refund();
        }
    }
    let start = Instant::now();
    for number in 0..SLOTS {
        held.extend(take(limiter, number % PLACES));
    }
    let taken = start.elapsed();
    ensure!(held.len() == SLOTS && take(limiter, 0).is_none(), "every slot, and no more");
    let start = Instant::now();
    for slot in held.drain(..) {
        slot.answered();
    }
    Ok((taken, start.elapsed()))
}

/// As a call takes it: finds the window, draws a ticket, takes the slot if one is free.
fn take(limiter: &Limiter, place: usize) -> Option<Slot> {
    let window = limiter.window(place);
    let mut turn = Turn::new(Some(Duration::ZERO), None);
    let acquire = pin!(window.acquire(CEILING, &mut turn, None));
    match acquire.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(slot) => slot.ok(),
        Poll::Pending => None,
    }
}
