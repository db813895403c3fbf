//! Where a request came from.
//!
//! Behind a proxy the other end of the connection is the proxy. It says in a header for whom it
//! calls, after whatever the caller has written there: so the header is read from its end, for as
//! long as those who wrote it are trusted, and what comes before is nobody's word.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use crate::config::{ProxyHeader, ServerSettings};
use crate::hub::Hub;
pub(crate) use crate::rate_limits::ClientIp;

impl FromRequestParts<Hub> for ClientIp {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Self::Rejection> {
        Ok(Self(client_address(hub, parts)))
    }
}

/// The address from which a request comes, behind any trusted proxy.
pub(crate) fn client_address(hub: &Hub, parts: &Parts) -> Option<IpAddr> {
    let ConnectInfo(end) = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
    let server = &hub.config().server;
    let end = end.ip().to_canonical();
    let header_name = ["x-forwarded-for", header::FORWARDED.as_str()];
    let header_name = header_name
        .into_iter()
        .find(|it| parts.headers.contains_key(*it));
    if let (Some(name), false) = (header_name, is_trusted(server, end)) {
        hub.warn_of_untrusted_proxy(end, name);
    }
    Some(caller(end, &parts.headers, server))
}

fn is_trusted(server: &ServerSettings, proxy: IpAddr) -> bool {
    let nets = &server.trusted_proxies;
    nets.iter().any(|net| net.contains(&proxy))
}

/// Who called, given who is at the other end.
fn caller(end: IpAddr, headers: &HeaderMap, server: &ServerSettings) -> IpAddr {
    let mut caller = end;
    let name = match server.proxy_header {
        ProxyHeader::XForwardedFor => "x-forwarded-for",
        ProxyHeader::Forwarded => header::FORWARDED.as_str(),
    };
    let lines: Vec<&str> = headers
        .get_all(name)
        .iter()
        .map(|line| line.to_str().unwrap_or_default())
        .collect();
    let mut hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
    while is_trusted(server, caller)
        && let Some(hop) = hops.next()
    {
        let forwarded = match server.proxy_header {
            ProxyHeader::XForwardedFor => address(hop.trim()),
            ProxyHeader::Forwarded => forwarded_for(hop),
        };
        match forwarded {
            Some(forwarded) => caller = forwarded.to_canonical(),
            // A proxy that does not tell: its own address is all there is.
            None => break,
        }
    }
    caller
}

/// The address in `for=192.0.2.1;proto=https`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        if name.eq_ignore_ascii_case("for") {
            address(value.trim_matches('"'))
        } else {
            None
        }
    })
}

/// An address, perhaps in brackets, perhaps with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    bare.unwrap_or(text)
        .parse()
        .ok()
        .or_else(|| text.parse().ok().map(|end: SocketAddr| end.ip()))
}
