//! JSON laid out for reading.
//!
//! The text is re-indented, never parsed into values: a body is shown with the very figures,
//! escapes and order of keys in which it travelled, and a broken one is shown as it is.

/// The text with one key or element per line, if it is JSON; else the text itself.
#[must_use]
pub fn pretty(text: &str) -> String {
    let text = text.trim();
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut depth = 0usize;
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' => string(&mut out, &mut chars),
            '{' | '[' => {
                out.push(char);
                while chars.next_if(|next| next.is_ascii_whitespace()).is_some() {}
                if let Some(close) = chars.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(close);
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(char);
            }
            ',' => {
                out.push(',');
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            char if char.is_ascii_whitespace() => {}
            char => out.push(char),
        }
    }
    out
}

/// Copies a string whose opening quote was read, up to its closing one.
fn string(out: &mut String, chars: &mut impl Iterator<Item = char>) {
    out.push('"');
    let mut escaped = false;
    for char in chars {
        out.push(char);
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return,
            _ => {}
        }
    }
}

/// Begins a line at that depth. No body of the API is nested deeper than the limit, which keeps a
/// made-up one from growing into megabytes of blanks.
fn line(out: &mut String, depth: usize) {
    out.push('\n');
    for _ in 0..depth.min(32) {
        out.push_str("  ");
    }
}
