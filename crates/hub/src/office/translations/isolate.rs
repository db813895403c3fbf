//! Names inside sentences, where no element can hold them together: a name that runs from right to
//! left, or that would turn round what follows, is set apart by the characters made for it. Where data
//! stands alone, pages use `<bdi>`.

use std::borrow::Cow;

/// U+2068 FIRST STRONG ISOLATE
const BEGIN: char = '\u{2068}';

/// U+2069 POP DIRECTIONAL ISOLATE
const END: char = '\u{2069}';

/// What a sentence takes in.
pub(super) trait Isolate {
    /// The value as it is written in the sentence.
    type IsolatedText;

    fn isolate(self) -> Self::IsolatedText;
}

impl<'a> Isolate for &'a str {
    type IsolatedText = Cow<'a, str>;

    fn isolate(self) -> Cow<'a, str> {
        if !self.chars().any(changes_direction) {
            return Cow::Borrowed(self);
        }
        let is_whole = is_balanced(self);
        let characters = self
            .chars()
            .filter(|char| !is_direction(*char) || (is_whole && is_isolate(*char)));
        let isolated_text: String = [BEGIN].into_iter().chain(characters).chain([END]).collect();
        Cow::Owned(isolated_text)
    }
}

/// A name as it stands beside figures and other names, where no element can hold it together.
#[must_use]
pub fn isolated(name: &str) -> Cow<'_, str> {
    name.isolate()
}

macro_rules! as_they_are {
    ($($kind:ty),*) => {
        $(impl Isolate for $kind {
            type IsolatedText = Self;

            fn isolate(self) -> Self {
                self
            }
        })*
    };
}

as_they_are!(u16, u32, u64, usize, i64);

/// Whether a character gives its surroundings another direction.
fn changes_direction(char: char) -> bool {
    let right_to_left = matches!(
        char,
        '\u{590}'..='\u{8ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefe}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
            | '\u{200f}'
    );
    right_to_left || is_direction(char)
}

/// Whether a character only says a direction.
fn is_direction(char: char) -> bool {
    matches!(char, '\u{202a}'..='\u{202e}') || is_isolate(char)
}

fn is_isolate(char: char) -> bool {
    matches!(char, '\u{2066}'..=END)
}

/// Whether what begins an isolate is followed by what ends it, as in a name beside its id.
fn is_balanced(text: &str) -> bool {
    let mut open = 0_usize;
    for char in text.chars().filter(|char| is_isolate(*char)) {
        match (char, open) {
            (END, 0) => return false,
            (END, _) => open -= 1,
            _ => open += 1,
        }
    }
    open == 0
}
