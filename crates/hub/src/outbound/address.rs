//! The form in which an address goes over the wire.
//!
//! An address is stored and shown as it was given: apps compare what they registered with what is
//! there. HTTP knows ASCII alone, though, and some servers answer 400 to anything else by
//! themselves, which would acknowledge a callback that the app never saw.

use http::Uri;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// ASCII that no request line can carry. All other ASCII is kept: a receiver may compare it, or have
/// signed it.
const UNSENDABLE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');

/// An address in ASCII: what is not, in path and query, is percent-encoded as UTF-8, and a name in
/// another alphabet has its plain form. Everything else stays byte for byte. What is no address is
/// left to whoever uses it.
pub fn in_ascii(address: &str) -> String {
    let address = address.trim();
    let begins = address.find("://").map_or(0, |at| at + "://".len());
    let (scheme, rest) = address.split_at(begins);
    let ends = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (host, rest) = rest.split_at(ends);
    let rest = utf8_percent_encode(rest, UNSENDABLE);
    if host.is_ascii() {
        return format!("{scheme}{host}{rest}");
    }
    match url::Url::parse(&format!("{scheme}{host}")) {
        Ok(plain) => format!("{}{rest}", plain.as_str().trim_end_matches('/')),
        Err(_) => format!("{scheme}{host}{rest}"),
    }
}

/// The address as it is called. None when it cannot be, or carries a password.
pub(super) fn uri(address: &str) -> Option<Uri> {
    let uri = in_ascii(address).parse::<Uri>().ok().or_else(|| {
        // Written as only browsers understand it.
        url::Url::parse(address).ok()?.as_str().parse().ok()
    })?;
    let has_user = uri.authority()?.as_str().contains('@');
    (!has_user && uri.host().is_some_and(|host| !host.is_empty())).then_some(uri)
}
