//! What a text must look like: `*` stands for anything, capitals and small letters are the same.

use super::pieces::PieceRanges;
use crate::db::QueryBuilder;

/// Characters that a folded text may have at most: folding makes some letters longer.
const MAX_FOLDED_CHARS: usize = 3 * wire::customer::MAX_SEARCHED_CHARS;

/// A text as it is compared: capitals and small letters are the same.
pub(super) fn fold(text: &str) -> String {
    text.to_lowercase()
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// The texts of a column that begin so: from the first to the second, which is none of them.
pub(super) fn prefix_range(start: &str) -> [String; 2] {
    [start.to_owned(), format!("{start}{}", char::MAX)]
}

/// What a text must look like: these parts in this order, with anything between them.
#[derive(Clone, Debug)]
pub(super) struct Pattern(Vec<String>);

impl Pattern {
    pub(super) fn read(text: &str) -> Self {
        let mut parts: Vec<String> = fold(text).split('*').map(str::to_owned).collect();
        // Several stars in a row are one.
        let last = parts.len() - 1;
        let mut index = 0;
        parts.retain(|part| {
            index += 1;
            index == 1 || index > last || !part.is_empty()
        });
        Self(parts)
    }

    /// Whether one text alone looks so.
    pub(super) fn is_exact(&self) -> bool {
        self.0.len() < 2
    }

    /// Longer than any text that is kept.
    pub(super) fn is_hopeless(&self) -> bool {
        self.0.iter().map(|part| length(part)).sum::<usize>() > MAX_FOLDED_CHARS
    }

    /// Where everybody has a piece who looks so, by the longest part, with its length; none where that
    /// is too short. What just begins a text is better found in an index of the whole texts.
    pub(super) fn ranges(&self) -> Option<(usize, PieceRanges)> {
        let (end, rest) = self.0.split_last()?;
        if rest.is_empty() || (rest.len() == 1 && end.is_empty()) {
            return None;
        }
        let longest = rest.iter().max_by_key(|part| length(part))?;
        if length(end) >= length(longest) {
            Some((length(end), PieceRanges::ending_with(end)?))
        } else {
            Some((length(longest), PieceRanges::containing(longest)?))
        }
    }

    /// Adds the conditions on a column, such as `c.email`.
    pub(super) fn narrow(&self, query: &mut QueryBuilder, column: &str) {
        let (head, rest) = match self.0.as_slice() {
            [head, rest @ ..] if !rest.is_empty() => (head, rest),
            [whole] => {
                query.bind(&format!(" AND {column} = ?"), whole);
                return;
            }
            _ => return,
        };
        // Without a place to begin, planners do not see that an index has it all.
        let [from, to] = prefix_range(head);
        query.bind(&format!(" AND {column} >= ?"), from);
        if !head.is_empty() {
            query.bind(&format!(" AND {column} < ?"), to);
        }
        if rest.iter().any(|part| !part.is_empty()) {
            let like: Vec<String> = self.0.iter().map(|part| escape_like(part)).collect();
            query.bind(&format!(" AND {column} LIKE ? ESCAPE '!'"), like.join("%"));
        }
    }
}

/// A text in which `LIKE` sees no wildcard.
fn escape_like(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            escaped.push('!');
        }
        escaped.push(c);
    }
    escaped
}
