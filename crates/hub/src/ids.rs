//! Where public ids come from.
//!
//! An id is a number written in 32 letters and digits, 6 characters at first and 8 at the most. A
//! process takes a block of numbers from the database and hands them out in rising order with
//! random gaps: neighbours in time are neighbours in the index, two hubs on one database never
//! meet, and an id does not tell how many orders there are.

use crate::entropy::Entropy;

/// Numbers per block. A block outlasts the largest single change (a catalog of 5,000 skus) many
/// times over; what is left of it when the process ends is skipped.
pub(crate) const BLOCK: i64 = 1 << 20;

/// The first number ever: the smallest with six characters.
pub(crate) const FIRST: i64 = 1 << 25;

/// Gaps are 1 to this.
const WIDEST_GAP: u64 = 15;

/// Digits and letters without i, l, o and u, which people misread.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What is left of the block in hand.
#[derive(Debug)]
pub(crate) struct Ids {
    next: i64,
    end: i64,
}

impl Ids {
    /// Nothing in hand yet.
    pub(crate) fn empty() -> Self {
        Self { next: 0, end: 0 }
    }

    /// Whether a new block should be taken before the next change begins.
    pub(crate) fn runs_low(&self) -> bool {
        self.end - self.next < BLOCK / 2
    }

    /// Takes the block that begins at `start` into hand.
    pub(crate) fn refill(&mut self, start: i64) {
        self.next = start;
        self.end = start + BLOCK;
    }

    /// The next id; none when the block is used up.
    pub(crate) fn next(&mut self, entropy: &Entropy) -> Option<String> {
        let gap = i64::try_from(entropy.below(WIDEST_GAP)).unwrap_or(0) + 1;
        let number = self.next + gap;
        if number >= self.end {
            return None;
        }
        self.next = number;
        Some(encode_base32(number))
    }
}

impl Ids {
    /// So many ids in a row, without gaps; none when the block is used up.
    pub(crate) fn run(&mut self, count: usize, entropy: &Entropy) -> Option<IdRange> {
        let gap = i64::try_from(entropy.below(WIDEST_GAP)).unwrap_or(0) + 1;
        let next = self.next.checked_add(gap)?;
        let end = next.checked_add(i64::try_from(count).ok()?)?;
        if end >= self.end {
            return None;
        }
        self.next = end;
        Some(IdRange { next, end })
    }
}

/// Ids in a row, for the many parts of one large thing: taken at once, spelled when needed. They
/// rise: [`sortable_id`] texts of later ones are greater.
#[derive(Debug)]
pub(crate) struct IdRange {
    next: i64,
    end: i64,
}

impl Iterator for IdRange {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        if self.next >= self.end {
            return None;
        }
        self.next += 1;
        Some(encode_base32(self.next - 1))
    }
}

/// An id as a text of fixed width, so that the order of texts is the order in which ids were made.
pub(crate) fn sortable_id(id: &str) -> String {
    format!("{id:0>24}")
}

/// A number in base 32.
fn encode_base32(mut number: i64) -> String {
    let mut text = Vec::with_capacity(8);
    while number > 0 {
        text.push(char::from(ALPHABET[(number & 31) as usize]));
        number >>= 5;
    }
    text.iter().rev().collect()
}
