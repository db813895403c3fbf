//! What is answered where there is no request that a route could be asked, in the words of the API
//! (`docs/errors.md`).

use std::net::Ipv6Addr;

use axum::body::Body;
use axum::response::Response;
use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, DATE, HOST, RETRY_AFTER};
use http::{HeaderValue, Request, StatusCode, Version};
use jiff::tz::TimeZone;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use wire::problem::{ErrorBody, ErrorType};

use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::http::security_headers::SecurityHeaders;
use crate::http::{middleware, response};
use crate::hub::Hub;

/// Seconds after which somebody for whom there was no place may come again.
const RETRY: HeaderValue = HeaderValue::from_static("2");

/// Makes these answers.
pub(super) struct Answers {
    entropy: Entropy,
    clock: Clock,
    security_headers: SecurityHeaders,
}

impl Answers {
    pub(super) fn of(hub: &Hub) -> Self {
        Self {
            entropy: hub.entropy().clone(),
            clock: hub.clock().clone(),
            security_headers: SecurityHeaders::of(hub.config()),
        }
    }

    /// An answer after which the connection ends.
    pub(super) fn response(&self, status: StatusCode, message: &str) -> Response {
        self.build(status, message).map(Body::from)
    }

    fn build(&self, status: StatusCode, message: &str) -> http::Response<Vec<u8>> {
        let kind = match status.is_server_error() {
            true => ErrorType::InternalError,
            false => ErrorType::UnprocessableEntity,
        };
        let body = ErrorBody::with_message(kind, message);
        let mut response = http::Response::new(serde_json::to_vec(&body).unwrap_or_default());
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, response::JSON);
        middleware::mark(headers, &self.entropy.hex::<8>());
        self.security_headers.mark(headers);
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, RETRY);
        }
        response
    }

    /// The response in the bytes of HTTP/1.1.
    pub(super) fn bytes(&self, status: StatusCode, message: &str) -> Vec<u8> {
        let (head, body) = self.build(status, message).into_parts();
        let now = self.clock.now().to_zoned(TimeZone::UTC);
        let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT");
        let length = body.len();
        let mut text =
            format!("HTTP/1.1 {status}\r\n{DATE}: {date}\r\n{CONTENT_LENGTH}: {length}\r\n")
                .into_bytes();
        for (name, value) in &head.headers {
            let line = [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"];
            text.extend(line.concat());
        }
        text.extend_from_slice(b"\r\n");
        text.extend(body);
        text
    }
}

/// What a bare status of the library means.
pub(super) fn reason_text(status: StatusCode) -> &'static str {
    match status {
        StatusCode::URI_TOO_LONG => "The address of the request is too long",
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => "The header of the request is too large",
        _ => "The request cannot be read: its first line or its header is not HTTP/1.1",
    }
}

/// What is wrong with the host that a request names (RFC 9112, 3.2: exactly one, from HTTP/1.1 on).
pub(super) fn wrong_host<B>(request: &Request<B>) -> Option<&'static str> {
    let mut hosts = request.headers().get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) if request.version() >= Version::HTTP_11 => {
            Some("The request has no Host header")
        }
        (None, _) => None,
        (Some(_), Some(_)) => Some("The request has more than one Host header"),
        (Some(host), None) => {
            (!is_host(host)).then_some("The Host header of the request is not a host")
        }
    }
}

/// Whether a header is a name or an address, perhaps with a port. It may be empty.
fn is_host(value: &HeaderValue) -> bool {
    let is_part = |it: u8| it.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=%:[]".contains(&it);
    let bytes = value.as_bytes();
    if !bytes.iter().copied().all(is_part) {
        return false;
    }
    let Ok(text) = value.to_str() else {
        return false;
    };
    let is_port = |port: &str| port.bytes().all(|it| it.is_ascii_digit());
    match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']').is_some_and(|(ip, port)| {
            let is_address = ip.parse::<Ipv6Addr>().is_ok();
            is_address && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
        }),
        None => match text.split_once(':') {
            Some((name, port)) => !name.contains(['[', ']']) && is_port(port),
            None => !text.contains(['[', ']']),
        },
    }
}

/// Says something and ends a connection. Its caller has perhaps sent much that nobody has read: only when
/// that was read does the end not take the answer along.
pub(super) async fn send_and_close(mut stream: TcpStream, response: &[u8]) -> std::io::Result<()> {
    stream.write_all(response).await?;
    stream.shutdown().await?;
    let mut rest = [0; 4_096];
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}
