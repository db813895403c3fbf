//! Names of apps as a reader takes them in: what looks alike is the same.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A name without what the eye does not tell apart: capitals, accents, blanks and signs, letters that are
/// written alike. `KEZIA-ll` and `Kezia II` fold to one.
pub(super) fn normalize_name(name: &str) -> String {
    let letters: String = name
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric())
        .map(base_letter)
        .collect();
    if letters.is_empty() {
        // Nothing but signs: as they are.
        name.trim().to_owned()
    } else {
        letters
    }
}

/// The Latin letter that a letter or figure looks like.
fn base_letter(c: char) -> char {
    match c {
        '1' | 'i' | 'ı' | 'і' | 'ι' | 'ӏ' => 'l',
        '0' | 'о' | 'ο' => 'o',
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' => 'c',
        'е' | 'ε' => 'e',
        'һ' => 'h',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' | 'μ' => 'm',
        'н' => 'h',
        'п' | 'η' => 'n',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'ν' => 'v',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        'ζ' => 'z',
        other => other,
    }
}
