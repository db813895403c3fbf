//! Rules of settings that are texts, one function each. Nothing that these say repeats the text.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use lettre::message::Mailbox;
use lettre::{Address, AsyncSmtpTransport, Tokio1Executor};
use tokio_postgres::config::Host;
use url::Url;

use super::rules::Verdict;
use crate::db;
use crate::secret::MasterKey;

fn must(text: impl Into<String>) -> Verdict {
    Err(format!("must {}", text.into()))
}

/// Line breaks and the like, which end up in headers, in mails and on screens.
fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

pub(super) fn brand(text: &str) -> Verdict {
    const MAX_BRAND_CHARS: usize = 60;
    if text.trim().is_empty() {
        return must("not be empty");
    }
    if has_control(text) {
        return must("not hold line breaks or other control characters");
    }
    if text.chars().count() > MAX_BRAND_CHARS {
        return must(format!("have {MAX_BRAND_CHARS} characters at most"));
    }
    Ok(())
}

pub(super) fn support(text: &str) -> Verdict {
    let is_page = || web(text).is_some_and(|url| url.scheme() == "https");
    if text.is_empty() || text.parse::<Address>().is_ok() || is_page() {
        return Ok(());
    }
    must("be an e-mail address, the https:// address of a page, or empty")
}

pub(super) fn listen(text: &str) -> Verdict {
    match text.parse::<SocketAddr>() {
        Ok(_) => Ok(()),
        Err(_) => must("be an IP address and a port; an IPv6 address stands in brackets"),
    }
}

pub(super) fn listen_or_none(text: &str) -> Verdict {
    if text.is_empty() {
        Ok(())
    } else {
        listen(text)
    }
}

/// A web address without a user, a password, or anything behind the path.
fn web(text: &str) -> Option<Url> {
    // The parser forgives spaces and line breaks, and where it is used the text is what counts.
    let is_plain = !text.contains(|it: char| it.is_whitespace() || it.is_control());
    let url = Url::parse(text).ok().filter(|_| is_plain)?;
    let is_web = matches!(url.scheme(), "http" | "https");
    let has_user = !url.username().is_empty() || url.password().is_some();
    let has_port = url.port() != Some(0);
    (is_web && url.has_host() && !has_user && has_port).then_some(url)
}

pub(super) fn public_url(text: &str) -> Verdict {
    if text.is_empty() {
        return Ok(());
    }
    let has_nothing_behind = |url: &Url| {
        let is_root = matches!(url.path(), "" | "/");
        is_root && url.query().is_none() && url.fragment().is_none()
    };
    let Some(url) = web(text).filter(has_nothing_behind) else {
        return must(
            "be http:// or https:// with a host, without a user, a password or a path behind",
        );
    };
    let is_any = match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_unspecified(),
        Some(url::Host::Ipv6(ip)) => ip.is_unspecified(),
        _ => false,
    };
    if is_any {
        return must("name an address that others can reach");
    }
    Ok(())
}

pub(super) fn cookie_domain(text: &str) -> Verdict {
    let is_label = |label: &str| {
        let is_plain = |it: u8| it.is_ascii_alphanumeric() || it == b'-';
        !label.is_empty() && !label.starts_with('-') && label.bytes().all(is_plain)
    };
    let is_domain =
        text.contains('.') && text.split('.').all(is_label) && text.parse::<IpAddr>().is_err();
    if text.is_empty() || is_domain {
        return Ok(());
    }
    must("be a domain with a point in it")
}

pub(super) fn database_url(text: &str) -> Verdict {
    if has_control(text) {
        return must("not hold line breaks or other control characters");
    }
    match db::Address::parse(text) {
        Ok(db::Address::Sqlite(path)) => sqlite_file(&path),
        Ok(address @ db::Address::Postgres(_)) => postgres_url(text).and_then(|()| address.check()),
        Err(_) => must("be sqlite:PATH or postgres://user:password@host/name"),
    }
}

fn sqlite_file(path: &Path) -> Verdict {
    let text = path.to_string_lossy();
    if text == ":memory:" || text.starts_with("file:") || text.contains('?') {
        return must("name a file and nothing else behind sqlite:");
    }
    if text.ends_with('/') || path.file_name().is_none() {
        return must("name a file and no folder");
    }
    Ok(())
}

/// What stands before the `?`. Nothing behind it is read before this is right, since it may be a part of a
/// password.
fn postgres_url(url: &str) -> Verdict {
    let (base, options) = url.split_once('?').unwrap_or((url, ""));
    let names_host = |config: &tokio_postgres::Config| {
        !config.get_hosts().is_empty()
            || !config.get_hostaddrs().is_empty()
            || options.split('&').any(|pair| pair.starts_with("host"))
    };
    // A password that is not encoded ends where it should not, and the rest of it is taken for a host.
    let is_whole = |config: &tokio_postgres::Config| {
        let is_torn = |host: &Host| matches!(host, Host::Tcp(name) if name.contains('@'));
        let name = config.get_dbname().unwrap_or_default();
        !name.contains(['@', '/'])
            && !options.contains('@')
            && !config.get_hosts().iter().any(is_torn)
    };
    match base.parse::<tokio_postgres::Config>() {
        Ok(config) if is_whole(&config) && names_host(&config) => Ok(()),
        Ok(config) if is_whole(&config) => {
            must("name a host, as in postgres://user:password@host/name")
        }
        _ => must(
            "be postgres://user:password@host/name, with %40 for @, %3A for :, %2F for / and %3F for ? in \
             the user and the password, and with %40 for @ behind the ?",
        ),
    }
}

pub(super) fn key(text: &str) -> Verdict {
    if text.is_empty() || MasterKey::from_hex(text).is_ok() {
        return Ok(());
    }
    must("be 64 hexadecimal characters, or empty")
}

pub(super) fn file(text: &str) -> Verdict {
    if text.is_empty() {
        return must("not be empty");
    }
    file_or_none(text)
}

pub(super) fn file_or_none(text: &str) -> Verdict {
    if has_control(text) {
        return must("not hold line breaks or other control characters");
    }
    Ok(())
}

pub(super) fn smtp_url(text: &str) -> Verdict {
    let is_usable = || {
        let has_host = Url::parse(text).is_ok_and(|url| {
            matches!(url.scheme(), "smtp" | "smtps") && url.has_host() && url.port() != Some(0)
        });
        has_host && AsyncSmtpTransport::<Tokio1Executor>::from_url(text).is_ok()
    };
    if text.is_empty() || !has_control(text) && is_usable() {
        return Ok(());
    }
    must(
        "be smtps://user:password@host or smtp://host:25, with %40 for @, %3A for : and %2F for / in the user \
         and the password",
    )
}

pub(super) fn from(text: &str) -> Verdict {
    if !has_control(text) && text.parse::<Mailbox>().is_ok() {
        return Ok(());
    }
    must("be an e-mail address, with or without a name before it")
}

pub(super) fn image_store(text: &str) -> Verdict {
    if has_control(text) {
        return must("not hold line breaks or other control characters");
    }
    let Some(bucket_path) = text.strip_prefix("s3://") else {
        if text.contains("://") || text.starts_with("s3:") {
            return must("be a folder, s3://BUCKET or s3://BUCKET/PREFIX");
        }
        return Ok(());
    };
    let bucket = bucket_path.split('/').next().unwrap_or_default();
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.' | b'_');
    if (3..=63).contains(&bucket.len()) && bucket.bytes().all(is_plain) {
        return Ok(());
    }
    must("name a bucket of 3 to 63 letters, digits, points and hyphens behind s3://")
}

pub(super) fn s3_endpoint(text: &str) -> Verdict {
    let is_plain = |url: &Url| url.query().is_none() && url.fragment().is_none();
    if text.is_empty() || web(text).as_ref().is_some_and(is_plain) {
        return Ok(());
    }
    must("be http:// or https:// with a host, without a user or a password")
}

pub(super) fn s3_region(text: &str) -> Verdict {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_');
    if text.bytes().all(is_plain) {
        return Ok(());
    }
    must("be the name of a region, in letters, digits and hyphens")
}

pub(super) fn s3_key(text: &str) -> Verdict {
    if text.chars().all(|it| it.is_ascii_graphic()) {
        return Ok(());
    }
    must("not hold spaces or control characters")
}

/// The levels of log lines, and none at all.
const LEVELS: [&str; 6] = ["error", "warn", "info", "debug", "trace", "off"];

/// A level for everything, and perhaps others for modules. A word that is no level would be read as the
/// name of a module, and silence all the others.
pub(super) fn log_level(text: &str) -> Verdict {
    let is_level = |word: &str| LEVELS.iter().any(|level| level.eq_ignore_ascii_case(word));
    let is_module = |name: &str| {
        let is_plain = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
        name.split("::")
            .all(|part| !part.is_empty() && part.bytes().all(is_plain))
    };
    let (mut for_all, mut good) = (0, true);
    for part in text.split(',').map(str::trim) {
        match part.split_once('=') {
            None => {
                for_all += 1;
                good &= is_level(part);
            }
            Some((module, level)) => good &= is_module(module) && is_level(level),
        }
    }
    if good && for_all == 1 {
        return Ok(());
    }
    must(format!(
        "be one level for everything ({}), and may name others for modules",
        LEVELS.join(", ")
    ))
}
