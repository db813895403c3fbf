//! A document of the contract on its way to a caller: compressed once, and with a tag, so that who
//! has it already need not read it again.

use std::io::Write as _;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::http::etag;

/// A document as it is sent.
#[derive(Clone, Debug)]
pub(super) struct ServedDocument {
    plain: Bytes,
    /// `None` if it cannot be compressed.
    gzipped: Option<Bytes>,
    tag: String,
}

impl ServedDocument {
    pub(super) fn of(text: &str) -> Self {
        Self {
            plain: Bytes::copy_from_slice(text.as_bytes()),
            gzipped: gzip(text.as_bytes()),
            tag: etag::tag(text.as_bytes()),
        }
    }

    /// The document, or that the caller has it.
    pub(super) fn respond(&self, headers: &HeaderMap) -> Response {
        let mut response = if etag::is_known(headers, &self.tag) {
            let mut unchanged = Response::new(Body::empty());
            *unchanged.status_mut() = StatusCode::NOT_MODIFIED;
            unchanged
        } else {
            self.full_response(accepts_gzip(headers))
        };
        let out = response.headers_mut();
        // Weak, for it is the same for the compressed and the plain bytes.
        etag::set_etag(out, &format!("W/{}", self.tag));
        let anybody = HeaderValue::from_static("*");
        out.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, anybody);
        let by_encoding = HeaderValue::from_static("Accept-Encoding");
        out.insert(header::VARY, by_encoding);
        // To be kept, and asked for again with its tag.
        out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    }

    fn full_response(&self, accepts_gzip: bool) -> Response {
        let gzipped = self.gzipped.as_ref().filter(|_| accepts_gzip);
        let mut response = Response::new(Body::from(gzipped.unwrap_or(&self.plain).clone()));
        let out = response.headers_mut();
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        out.insert(header::CONTENT_TYPE, json);
        if gzipped.is_some() {
            let gzip = HeaderValue::from_static("gzip");
            out.insert(header::CONTENT_ENCODING, gzip);
        }
        response
    }
}

fn gzip(bytes: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

/// Whether `Accept-Encoding` permits gzip. What is named counts more than `*`, and a weight of 0 says
/// no.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let mut any = false;
    let mut gzip = None;
    for line in headers.get_all(header::ACCEPT_ENCODING) {
        for entry in line.to_str().unwrap_or_default().split(',') {
            let mut parts = entry.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            let weight = parts.find_map(|it| it.strip_prefix("q=").or(it.strip_prefix("Q=")));
            let is_wanted = weight.is_none_or(|it| it.parse::<f32>().is_ok_and(|it| it > 0.0));
            match name.as_str() {
                "gzip" | "x-gzip" => gzip = Some(is_wanted),
                "*" => any = is_wanted,
                _ => {}
            }
        }
    }
    gzip.unwrap_or(any)
}
