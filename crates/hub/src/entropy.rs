//! Randomness: the only source of secrets, codes, jitter and the gaps between ids.
//!
//! A test seeds it, and then sees the same ids and codes in every run.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

/// A source of random bytes.
#[derive(Clone, Debug)]
pub enum Entropy {
    /// The operating system's generator.
    Real,
    /// A fixed sequence, for tests: the seed and how many blocks were taken.
    Seeded(Arc<(u64, AtomicU64)>),
}

impl Entropy {
    /// A sequence that is the same in every run.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new((seed, AtomicU64::new(0))))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            Self::Real => {
                #[expect(
                    clippy::expect_used,
                    reason = "a hub without randomness must not go on"
                )]
                getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
            }
            Self::Seeded(state) => {
                for chunk in bytes.chunks_mut(32) {
                    let count = state.1.fetch_add(1, Ordering::SeqCst);
                    let mut hash = Sha256::new();
                    hash.update(state.0.to_le_bytes());
                    hash.update(count.to_le_bytes());
                    chunk.copy_from_slice(&hash.finalize()[..chunk.len()]);
                }
            }
        }
        bytes
    }

    /// A number below `limit`, good enough for jitter and gaps. `limit` 0 gives 0.
    pub fn below(&self, limit: u64) -> u64 {
        u64::from_le_bytes(self.bytes()) % limit.max(1)
    }

    /// `2 * N` lower-case hexadecimal characters.
    pub fn hex<const N: usize>(&self) -> String {
        hex(&self.bytes::<N>())
    }
}

/// Bytes as lower-case hexadecimal text.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}
