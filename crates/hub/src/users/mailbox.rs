//! E-mail addresses: how they are compared, and whose they are.
//!
//! Whoever reads the mailbox of a user can reset the password and accept invitations. So an address becomes a user's only once its mailbox has answered, by a link that was
//! sent there and used. [`VerifiedEmail`] is that promise as a type; the operator's word, given at the command
//! line, is the one exception.

/// Characters of an address at most (RFC 5321).
pub(crate) const MAX_EMAIL_CHARS: usize = 254;

/// Normalizes an address: without outer spaces, in lower case. It is stored, compared and written to in this
/// form only.
pub fn normalize_address(address: &str) -> String {
    address.trim().to_lowercase()
}

/// Whether mail can be sent there: somebody, at, a host with a dot.
pub fn is_address(text: &str) -> bool {
    let normalized = normalize_address(text);
    normalized.chars().count() <= MAX_EMAIL_CHARS
        && normalized
            .rsplit_once('@')
            .is_some_and(|(_, host)| host.contains('.'))
        && normalized.parse::<lettre::Address>().is_ok()
}

/// An address whose mailbox has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedEmail(String);

impl VerifiedEmail {
    /// The address of a link that was sent there and is being used.
    pub(crate) fn by_link(address: &str) -> Self {
        Self(normalize_address(address))
    }

    /// An address for which the hub's operator vouches: `passeplat admin user create`, the demo.
    pub fn by_operator(address: &str) -> Self {
        Self(normalize_address(address))
    }

    /// The address, folded.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
