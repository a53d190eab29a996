//! The limiter under random schedules on virtual time, against a model of the service that counts
//! arrivals in a true sliding window. A failing schedule names its seed: `run` it alone.
//!
//! Some thousands run with the ordinary tests, all of them by
//! `cargo test -p sonoran --release limit_schedules -- --ignored`.

mod ledger;
pub(super) mod model;
mod run;
mod schedule;
pub(super) mod server;
mod service;
mod several;
mod strategy;

use std::ops::Range;
use std::thread;

use super::ledger::LATEST_ARRIVAL;
use run::{Findings, run};
use schedule::{Schedule, crowd, schedule};
use strategy::{Bucket, Real, StampedAtSending, Strategy};

/// A request given up arrives no later than the limiter allows for.
const IN_TIME: u64 = LATEST_ARRIVAL.as_secs() * 1000;

/// Runs the schedules of these seeds on all processors.
fn findings<S: Strategy>(seeds: Range<u64>, make: impl Fn(u64) -> Schedule + Sync) -> Findings {
    let share = thread::available_parallelism().map_or(1, |number| number.get() as u64);
    let make = &make;
    let mut all = Findings::default();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..share)
            .map(|first| {
                let seeds = (seeds.start + first..seeds.end).step_by(usize::try_from(share).unwrap());
                scope.spawn(move || seeds.map(|seed| run::<S>(make(seed))).collect::<Vec<_>>())
            })
            .collect();
        for found in workers.into_iter().flat_map(|worker| worker.join().unwrap()) {
            all.overruns += found.overruns;
            all.faults.extend(found.faults);
        }
    });
    all
}

fn assert_clean(found: &Findings) {
    let shown = found.faults.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(found.faults.is_empty(), "{} faults:\n{shown}", found.faults.len());
    assert_eq!(found.overruns, 0);
}

fn usual(seed: u64) -> Schedule {
    schedule(seed, IN_TIME)
}

#[test]
fn some_schedules() {
    assert_clean(&findings::<Real>(0..3000, usual));
}

#[test]
fn ten_thousand_waiters() {
    assert_clean(&findings::<Real>(0..4, |seed| crowd(seed, 10_000, IN_TIME)));
}

/// The full run.
#[test]
#[ignore = "takes minutes: cargo test -p sonoran --release limit_schedules -- --ignored"]
fn limit_schedules() {
    assert_clean(&findings::<Real>(0..120_000, usual));
    assert_clean(&findings::<Real>(0..200, |seed| crowd(seed, 10_000, IN_TIME)));
}

#[test]
fn slots_stamped_at_sending_are_found_out() {
    assert!(findings::<StampedAtSending>(0..300, usual).overruns > 0);
}

#[test]
fn a_token_bucket_is_found_out() {
    assert!(findings::<Bucket>(0..300, usual).overruns > 0);
}

/// What is promised ends here: a request that arrives later than this after it was given up.
#[test]
fn requests_that_arrive_too_late_are_found_out() {
    let late = |seed| schedule(seed, 4 * IN_TIME);
    assert!(findings::<Real>(0..300, late).overruns > 0);
}
