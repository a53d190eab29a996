//! Chance that its seed settles: the same in every run.

/// A sequence of numbers (`SplitMix64`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The next number in [0, 1).
    pub(crate) fn fraction(&mut self) -> f64 {
        f64::from(u32::try_from(self.bits() >> 32).unwrap_or(0)) / 4_294_967_296.0
    }

    /// Whether something of this probability happens.
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        self.fraction() < probability
    }

    /// A number of at least `least` and less than `end`.
    pub(crate) fn between(&mut self, least: i64, end: i64) -> i64 {
        let span = u64::try_from(end.saturating_sub(least)).unwrap_or(0).max(1);
        least.saturating_add(i64::try_from(self.bits() % span).unwrap_or(0))
    }

    /// One of these, if there are any.
    pub(crate) fn of<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        let count = u64::try_from(choices.len()).unwrap_or(0).max(1);
        choices.get(usize::try_from(self.bits() % count).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_settles_everything() {
        let run = |seed| {
            let mut random = Random::new(seed);
            (random.bits(), random.between(5, 10), random.of(&["a", "b", "c"]).copied(), random.happens(0.5))
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7).0, run(8).0);
    }

    #[test]
    fn numbers_stay_in_bounds() {
        let mut random = Random::new(1);
        let numbers: Vec<i64> = (0..1000).map(|_| random.between(-2, 3)).collect();
        assert_eq!((numbers.iter().min(), numbers.iter().max()), (Some(&-2), Some(&2)));
        assert_eq!((random.between(4, 4), random.of::<u8>(&[])), (4, None));
    }
}
