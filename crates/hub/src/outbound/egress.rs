//! Where the hub may be made to call: the internet, and no door from it into our own network.
//!
//! A callback URL is chosen by whoever writes an app, so it is checked twice: when it is given (a
//! literal address, a name that can only be this machine) and when it is called, after the name was
//! resolved, since a name may lead elsewhere every time.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use ipnet::IpNet;
use tower::Service;

use super::address::uri;
use super::shortage::NameServers;
use crate::config;

/// What the settings allow (`[egress]`).
#[derive(Clone, Debug)]
pub struct EgressPolicy {
    inner: Arc<config::EgressSettings>,
}

/// Every address of a name is closed to us.
#[derive(Debug, thiserror::Error)]
#[error("the address is internal")]
pub struct ForbiddenAddressError;

/// A name without address.
#[derive(Debug, thiserror::Error)]
#[error("the name was not resolved: {0}")]
pub struct ResolveError(#[source] io::Error);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AddressKind {
    Public,
    Loopback,
    Private,
    /// Link-local, metadata, multicast, reserved …: nothing a callback could be meant for.
    Closed,
}

impl EgressPolicy {
    /// A guard with these settings.
    pub fn new(config: &config::EgressSettings) -> Self {
        Self {
            inner: Arc::new(config.clone()),
        }
    }

    /// Whether this address may be called.
    pub fn allows(&self, ip: IpAddr) -> bool {
        let ip = embedded_address(ip);
        let by_kind = match address_kind(ip) {
            AddressKind::Public => true,
            AddressKind::Loopback => self.inner.allow_loopback,
            AddressKind::Private => self.inner.allow_private,
            AddressKind::Closed => false,
        };
        by_kind
            || self
                .inner
                .allow_nets
                .iter()
                .any(|net: &IpNet| net.contains(&ip))
    }

    /// What is wrong with a URL that somebody wants called, in words that follow the field's name.
    pub fn complaint(&self, url: &str) -> Option<&'static str> {
        const NOT_A_URL: &str = "is not a valid URL";
        const INTERNAL: &str = "must not lead to an internal address";
        let Ok(parsed) = url::Url::parse(url) else {
            return Some(NOT_A_URL);
        };
        let is_web = matches!(parsed.scheme(), "http" | "https");
        let has_user = !parsed.username().is_empty() || parsed.password().is_some();
        if !is_web || has_user || uri(url).is_none() {
            return Some(NOT_A_URL);
        }
        let allowed = match parsed.host() {
            None => return Some(NOT_A_URL),
            Some(url::Host::Ipv4(ip)) => self.allows(ip.into()),
            Some(url::Host::Ipv6(ip)) => self.allows(ip.into()),
            Some(url::Host::Domain(name)) => {
                let name = name.trim_end_matches('.').to_ascii_lowercase();
                let is_here = name == "localhost" || name.ends_with(".localhost");
                !is_here || self.allows(Ipv4Addr::LOCALHOST.into())
            }
        };
        (!allowed).then_some(INTERNAL)
    }

    /// Whether the host of `uri`, if it is a literal address, may be called. Names are judged by
    /// what they resolve to.
    pub(super) fn allows_host(&self, uri: &Uri) -> bool {
        let host = uri.host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        host.parse::<IpAddr>().map_or(true, |ip| self.allows(ip))
    }
}

/// An IPv4 address that travels inside an IPv6 one is judged as what it is.
fn embedded_address(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = ip else { return ip };
    if let Some(v4) = v6.to_ipv4_mapped() {
        return v4.into();
    }
    let octets = v6.octets();
    let inner =
        |at: usize| Ipv4Addr::new(octets[at], octets[at + 1], octets[at + 2], octets[at + 3]);
    match v6.segments() {
        // NAT64 and 6to4.
        [0x64, 0xff9b, 0, 0, 0, 0, _, _] => inner(12).into(),
        [0x2002, ..] => inner(2).into(),
        _ => ip,
    }
}

fn address_kind(ip: IpAddr) -> AddressKind {
    match ip {
        IpAddr::V4(ip) => address_kind_v4(ip),
        IpAddr::V6(ip) => address_kind_v6(ip),
    }
}

fn address_kind_v4(ip: Ipv4Addr) -> AddressKind {
    match ip.octets() {
        [127, ..] => AddressKind::Loopback,
        [10, ..] | [192, 168, ..] => AddressKind::Private,
        [172, second, ..] if second & 0xf0 == 16 => AddressKind::Private,
        // Shared by the customers of a carrier.
        [100, second, ..] if second & 0xc0 == 64 => AddressKind::Private,
        // "This" network, link-local with the metadata services, protocol assignments, examples.
        [0, ..] | [169, 254, ..] | [192, 0, 0 | 2, _] | [192, 88, 99, _] => AddressKind::Closed,
        [198, 18 | 19, ..] | [198, 51, 100, _] | [203, 0, 113, _] => AddressKind::Closed,
        // Multicast, reserved, broadcast.
        [224..=255, ..] => AddressKind::Closed,
        _ => AddressKind::Public,
    }
}

fn address_kind_v6(ip: Ipv6Addr) -> AddressKind {
    match ip.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => AddressKind::Loopback,
        [first, ..] if first & 0xfe00 == 0xfc00 => AddressKind::Private,
        // Only 2000::/3 is in use on the internet.
        [first, ..] if first & 0xe000 != 0x2000 => AddressKind::Closed,
        // Tunnels, benchmarks, examples.
        [0x2001, second, ..] if second < 0x0200 || second == 0x0db8 => AddressKind::Closed,
        [0x3fff, second, ..] if second < 0x1000 => AddressKind::Closed,
        _ => AddressKind::Public,
    }
}

/// Resolves names, and keeps only the addresses that may be called.
#[derive(Clone, Debug)]
pub(super) struct GuardedResolver {
    policy: EgressPolicy,
    names: GaiResolver,
    answers: NameServers,
}

impl GuardedResolver {
    pub(super) fn new(policy: EgressPolicy) -> Self {
        Self {
            policy,
            names: GaiResolver::new(),
            answers: NameServers::default(),
        }
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl Service<Name> for GuardedResolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.names
            .poll_ready(context)
            .map_err(|error| Box::new(ResolveError(error)).into())
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let (policy, answers) = (self.policy.clone(), self.answers.clone());
        let (wanted, resolving) = (name.as_str().to_owned(), self.names.call(name));
        Box::pin(async move {
            let found: Vec<SocketAddr> = match resolving.await {
                Ok(found) => found.collect(),
                Err(error) => {
                    return Err(answers
                        .shortage(error)
                        .map_or_else(|error| BoxError::from(ResolveError(error)), BoxError::from));
                }
            };
            answers.note_answer(&wanted);
            let allowed: Vec<SocketAddr> = found
                .iter()
                .copied()
                .filter(|address| policy.allows(address.ip()))
                .collect();
            if allowed.is_empty() && !found.is_empty() {
                return Err(ForbiddenAddressError.into());
            }
            Ok(allowed.into_iter())
        })
    }
}
