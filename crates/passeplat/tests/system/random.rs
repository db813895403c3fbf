//! Random numbers that can be had again: the same seed gives the same numbers.

/// A small generator of random numbers.
pub struct SeededRandom(u64);

impl SeededRandom {
    /// Begins with the seed in this environment variable, or with a fresh one, and prints it.
    pub fn from_variable(name: &str) -> Self {
        use std::hash::{BuildHasher, Hasher};
        let fresh = || std::hash::RandomState::new().build_hasher().finish() | 1;
        let seed = number_from(name).unwrap_or_else(fresh);
        println!("{name}={seed}");
        Self(seed)
    }

    /// Begins with a seed.
    pub fn from_seed(seed: u64) -> Self {
        // Seeds that are neighbours shall not begin alike, and zero would stay zero.
        Self((seed ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9) | 1)
    }

    /// A number from zero to just below `limit`. Xorshift: good enough to choose.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        // Its lowest bits are its weakest.
        (self.0 >> 8) % limit
    }

    /// An amount from `least` to just below `limit`.
    pub fn between(&mut self, least: i64, limit: i64) -> i64 {
        least + self.below((limit - least) as u64) as i64
    }

    /// Whether it comes true, so many times in a hundred.
    pub fn percent(&mut self, times: u64) -> bool {
        self.below(100) < times
    }

    /// One of these.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }

    /// A copy of one of these.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        *self.one(of)
    }
}

/// A number that an environment variable gives.
pub fn number_from(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
