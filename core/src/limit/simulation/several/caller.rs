//! One who calls, of a process.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use tokio::time::sleep;

use super::ATTEMPT;
use super::world::World;
use crate::limit::window::Window;
use crate::limit::{Turn, lock};

pub(super) struct Caller {
    pub(super) number: usize,
    pub(super) ceiling: u32,
    pub(super) way: f64,
    pub(super) calm: bool,
    pub(super) world: Arc<World>,
    pub(super) windows: Vec<Arc<Window>>,
}

impl Caller {
    pub(super) async fn calls(self, left: Arc<Mutex<usize>>, mut rng: Rng) {
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
            let operation = if self.windows.len() > 1 { rng.usize(..self.windows.len()) } else { 0 };
            let window = &self.windows[operation];
            let slot = if rng.u8(..20) == 0 {
                window.acquire_at_once(self.ceiling, ATTEMPT).await
            } else {
                window.acquire(self.ceiling, &mut turn, None).await
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
                    world.arrive(operation);
                });
                sleep(there).await;
                drop(slot);
                continue;
            }
            let arrived = tokio::spawn(async move {
                sleep(there).await;
                world.arrive(operation)
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
