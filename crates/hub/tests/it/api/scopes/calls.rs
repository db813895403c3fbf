//! Every way to call a path.

use super::rules::Whose;

/// A call: a path, and whose the things in it are.
#[derive(Clone, Copy, Debug)]
pub struct ScopedCall {
    /// As the table writes it.
    pub path: &'static str,
    /// The location or account that it names.
    pub entity: Option<Whose>,
    /// The order, catalog, list or event that it names.
    pub thing: Option<Whose>,
    /// What it names inside that.
    pub part: Option<Whose>,
}

impl ScopedCall {
    /// The path with a name for each id in it: `name` is told what is named, such as `orders`, and
    /// whose it is.
    pub fn with(self, mut name: impl FnMut(&'static str, Whose) -> String) -> String {
        let mut things = [self.thing, self.part].into_iter();
        let mut kind = "";
        let words = self.path.split('/').map(|word| {
            if word != "{}" {
                kind = word;
                return word.to_owned();
            }
            let whose = match kind {
                "locations" | "accounts" => self.entity,
                // Whatever lies deeper is within the same part.
                _ => things.next().unwrap_or(self.part),
            };
            name(kind, whose.unwrap_or(Whose::Unknown))
        });
        words.collect::<Vec<_>>().join("/")
    }

    /// A path that says whose everything in it is: `/locations/{sibling}/orders/{own}`.
    pub fn shown(self) -> String {
        self.with(|_, whose| format!("{{{whose:?}}}").to_lowercase())
    }
}

/// Every way to call a path: whose the place and the things in it are. Combinations that nothing can
/// be learnt from are left out.
pub fn calls(path: &'static str) -> Vec<ScopedCall> {
    use Whose::{Chosen, Foreign, Own, Sibling, Unknown};
    let words: Vec<&str> = path.split('/').collect();
    let named: Vec<&str> = words
        .windows(2)
        .filter(|pair| pair[1] == "{}" && !matches!(pair[0], "locations" | "accounts"))
        .map(|pair| pair[0])
        .collect();
    let entities = if path.contains("/locations/{}") {
        vec![Some(Own), Some(Sibling), Some(Foreign), Some(Unknown)]
    } else if path.contains("/accounts/{}") {
        vec![Some(Own), Some(Foreign), Some(Unknown)]
    } else {
        vec![None]
    };
    let things: Vec<Option<Whose>> = match named.first() {
        None => vec![None],
        Some(&("catalogs" | "customer_lists")) => {
            [Own, Chosen, Sibling, Foreign, Unknown].map(Some).to_vec()
        }
        Some(_) => [Own, Sibling, Foreign, Unknown].map(Some).to_vec(),
    };
    let mut calls = Vec::new();
    for entity in entities {
        for thing in things.iter().copied() {
            // At a place that is not there, only what is not there either.
            if matches!(entity, Some(Foreign | Unknown)) && thing.is_some() && thing != entity {
                continue;
            }
            let mut parts = vec![thing.filter(|_| named.len() > 1)];
            if parts[0].is_some() && matches!(thing, Some(Own | Chosen)) {
                parts.extend([Some(Foreign), Some(Unknown)]);
            }
            for part in parts {
                calls.push(ScopedCall {
                    path,
                    entity,
                    thing,
                    part,
                });
            }
        }
    }
    calls
}
