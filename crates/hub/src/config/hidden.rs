//! [`Hidden`]: settings that must not be printed, and what may be shown of them.

use std::fmt;
use std::ops::Deref;

use serde::Deserialize;

use crate::secret::is_secret_name;

/// A setting that is a secret, or an address that may hold one. It is not printed.
#[derive(Clone, Default, Deserialize, Eq, PartialEq)]
#[serde(transparent)]
pub struct Hidden(String);

impl Deref for Hidden {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(****)")
    }
}

impl From<String> for Hidden {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Hidden {
    /// An address without what only its owner may read.
    pub fn without_secrets(&self) -> String {
        masked(self)
    }
}

/// An address without what only its owner may read: everything before an `@` is taken for a user and
/// a password, since one that is not encoded may hold any sign, and so are parameters that are called
/// like one. Paths of files are shown as they are.
pub(super) fn masked(address: &str) -> String {
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), address),
    };
    let is_file = address.starts_with("sqlite:") || scheme.is_empty() && !rest.contains(':');
    if is_file {
        return address.to_owned();
    }
    let shown = match rest.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}****@{host}"),
        None => address.to_owned(),
    };
    let Some((before, query)) = shown.split_once('?') else {
        return shown;
    };
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if is_secret_name(name) => format!("{name}=****"),
        _ => pair.to_owned(),
    });
    format!("{before}?{}", pairs.collect::<Vec<_>>().join("&"))
}
