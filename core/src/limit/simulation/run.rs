//! Runs a schedule on virtual time: calls as the client makes them, over a strategy, to the model.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::ledger::{Ledger, Wait};
use super::schedule::{Attempt, Call, Fate, Schedule};
use super::strategy::{Settlement, Strategy, Wish};
use crate::limit::{Refused, Turn};

/// Longer than any schedule takes.
const STUCK: Duration = Duration::from_secs(60 * 24 * 3600);

/// What came to light.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Arrivals beyond the ceiling.
    pub(super) overruns: usize,
    pub(super) faults: Vec<String>,
}

/// Runs the schedule with this strategy.
pub(super) fn run<S: Strategy>(schedule: Schedule) -> Findings {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let seed = schedule.seed;
        let world = Arc::new(World::<S>::new(&schedule));
        let mut calls = JoinSet::new();
        for call in schedule.calls {
            calls.spawn(Arc::clone(&world).call(call));
        }
        let finished =
            timeout(STUCK, async { while calls.join_next().await.is_some_and(|end| end.is_ok()) {} });
        let mut findings = Findings::default();
        if finished.await.is_err() || !calls.is_empty() {
            findings.faults.push(format!("seed {seed}: a call was stuck, or panicked"));
        }
        for ledger in &world.ledgers {
            let mut ledger = ledger.lock().unwrap();
            ledger.close(world.now());
            findings.overruns += ledger.overruns;
            findings.faults.extend(ledger.faults.iter().map(|fault| format!("seed {seed}, {fault}")));
        }
        findings
    })
}

struct World<S> {
    start: Instant,
    strategy: S,
    ceilings: Vec<u32>,
    ledgers: Vec<Mutex<Ledger>>,
}

impl<S: Strategy> World<S> {
    fn new(schedule: &Schedule) -> Self {
        let operations = schedule.ceilings.len();
        let ledgers = (0..schedule.credentials * operations)
            .map(|key| Mutex::new(Ledger::new(schedule.ceilings[key % operations], &schedule.strangers[key])))
            .collect();
        Self { start: Instant::now(), strategy: S::new(), ceilings: schedule.ceilings.clone(), ledgers }
    }

    fn now(&self) -> u64 {
        self.since_start(Instant::now())
    }

    fn since_start(&self, time: Instant) -> u64 {
        u64::try_from((time - self.start).as_millis()).unwrap()
    }

    fn ledger(&self, call: &Call) -> MutexGuard<'_, Ledger> {
        self.ledgers[call.credential * self.ceilings.len() + call.operation].lock().unwrap()
    }

    /// A call from its beginning to its end, as the client carries it out.
    async fn call(self: Arc<Self>, call: Call) {
        sleep_until(self.start + Duration::from_millis(call.starts)).await;
        let mut turn = Turn::new(call.max_wait.map(Duration::from_millis), None);
        let mut caller = Caller { number: None, waited: 0, deadline: None };
        caller.deadline = call.deadline.map(|deadline| Instant::now() + Duration::from_millis(deadline));
        for attempt in call.attempts {
            let Some((slot, grant)) = self.wait(&call, &mut turn, &mut caller).await else { return };
            let settlement = self.send(&call, attempt, slot, grant).await;
            let Settlement::Throttled(pause) = settlement else { return };
            if pause > turn.longest_freeze() {
                return;
            }
            let rests = self.now();
            turn.rest(pause + Duration::from_millis(attempt.there % 100)).await;
            caller.waited += self.now() - rests;
        }
    }

    /// Waits for a slot, unless the caller loses patience.
    async fn wait(
        &self,
        call: &Call,
        turn: &mut Turn<'static>,
        caller: &mut Caller,
    ) -> Option<(S::Slot, usize)> {
        let begun = self.now();
        let of_wait = call.max_wait.map(|bound| begun + bound.saturating_sub(caller.waited));
        let of_deadline = caller.deadline.map(|deadline| self.since_start(deadline));
        let wait = Wait {
            at_once: call.at_once,
            bound: [of_wait, of_deadline].into_iter().flatten().min(),
            sits_out_any: call.max_wait.is_some(),
        };
        let wish = Wish {
            credential: call.credential,
            operation: call.operation,
            ceiling: self.ceilings[call.operation],
            at_once: call.at_once,
            deadline: caller.deadline,
        };
        self.ledger(call).join(&mut caller.number, wait);
        let number = caller.number?;
        let before = self.ledger(call).events;
        let mut polls = 0;
        let outcome = {
            let mut slot = pin!(self.strategy.acquire(&wish, turn));
            let granted = poll_fn(|context| {
                polls += 1;
                match slot.as_mut().poll(context) {
                    Poll::Ready(Ok(slot)) => {
                        let grant = self.ledger(call).grant(self.now(), number, begun);
                        Poll::Ready(Ok((slot, grant)))
                    }
                    Poll::Ready(Err(Refused { retry_after, .. })) => Poll::Ready(Err(retry_after)),
                    Poll::Pending => Poll::Pending,
                }
            });
            match call.patience {
                Some(patience) => timeout(Duration::from_millis(patience), granted).await.ok(),
                None => Some(granted.await),
            }
        };
        let now = self.now();
        caller.waited += now - begun;
        let mut ledger = self.ledger(call);
        let events = ledger.events - before;
        ledger.polled(now, polls, events);
        match outcome {
            Some(Ok(granted)) => return Some(granted),
            Some(Err(after)) => {
                ledger.refuse(now, number, wait, polls > 1, u64::try_from(after.as_millis()).unwrap());
                ledger.leave(number, false);
            }
            None => ledger.leave(number, false),
        }
        None
    }

    /// Sends a request and settles its slot.
    async fn send(&self, call: &Call, attempt: Attempt, slot: S::Slot, grant: usize) -> Settlement {
        let way = |time| sleep(Duration::from_millis(time));
        let settlement = match attempt.fate {
            Fate::Unsent => {
                way(attempt.there).await;
                Settlement::Unsent
            }
            Fate::GivenUp(after) if after <= attempt.there => {
                way(after).await;
                self.settle(call, slot, grant, Settlement::GivenUp);
                way(attempt.there - after).await;
                self.ledger(call).arrive(self.now());
                return Settlement::GivenUp;
            }
            Fate::GivenUp(after) => {
                way(attempt.there).await;
                self.ledger(call).arrive(self.now());
                way(after - attempt.there).await;
                Settlement::GivenUp
            }
            Fate::Answered | Fate::Refused(_) => {
                way(attempt.there).await;
                let verdict = self.ledger(call).arrive(self.now());
                way(attempt.back).await;
                // A 429 may say when to come back, or not; the client then takes a second.
                match (verdict.refused, attempt.fate) {
                    (_, Fate::Refused(seconds)) => throttled(seconds),
                    (Some(seconds), _) => throttled(call.starts.is_multiple_of(2).then_some(seconds)),
                    (None, _) => Settlement::Answered,
                }
            }
        };
        self.settle(call, slot, grant, settlement);
        settlement
    }

    fn settle(&self, call: &Call, slot: S::Slot, grant: usize, settlement: Settlement) {
        self.ledger(call).settle(self.now(), grant, settlement);
        S::settle(slot, settlement);
    }
}

/// A call's place in line, and its bounds.
struct Caller {
    number: Option<u64>,
    waited: u64,
    deadline: Option<Instant>,
}

fn throttled(seconds: Option<u64>) -> Settlement {
    Settlement::Throttled(Duration::from_secs(seconds.unwrap_or(1)))
}
