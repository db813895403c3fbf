//! `Content-Encoding` and the charset of request bodies: bodies in gzip are unpacked, those in other
//! charsets than UTF-8 converted. A refusal names the encoding or charset that is not supported.

use std::io::Read as _;

use axum::body::Bytes;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName};

use super::problem::ApiError;

/// Bytes of a name that is quoted back.
const MAX_ENCODING_NAME_BYTES: usize = 60;

/// How the bytes of a body are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentEncoding {
    /// They are not compressed.
    Identity,
    /// They are compressed with gzip.
    Gzip,
}

/// How the characters of a body are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// In UTF-8, as JSON should be.
    Utf8,
    /// A byte each, as Windows-1252 and, within it, ISO-8859-1 have them.
    Windows1252,
}

/// A header as one text; what is no text says nothing.
fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

fn truncate_name(name: &str) -> String {
    name.chars().take(MAX_ENCODING_NAME_BYTES).collect()
}

/// How a body is compressed by its header, or that this encoding is not supported.
pub(crate) fn of_headers(headers: &HeaderMap) -> Result<ContentEncoding, ApiError> {
    let name = text(headers, &CONTENT_ENCODING).trim().to_ascii_lowercase();
    match name.as_str() {
        "" | "identity" => Ok(ContentEncoding::Identity),
        "gzip" | "x-gzip" => Ok(ContentEncoding::Gzip),
        _ => Err(ApiError::UnknownEncoding(truncate_name(&name))),
    }
}

/// How a body that was read is compressed: an empty one is not, whatever its header declares.
pub(crate) fn of_body(body: &Bytes, headers: &HeaderMap) -> Result<ContentEncoding, ApiError> {
    if body.is_empty() {
        Ok(ContentEncoding::Identity)
    } else {
        of_headers(headers)
    }
}

/// How the characters of a body of JSON are written, or that this is not spoken here.
pub(crate) fn charset(headers: &HeaderMap) -> Result<Charset, ApiError> {
    let parameters = text(headers, &CONTENT_TYPE).split(';').skip(1);
    let name = parameters
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(key, _)| key.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, name)| name.trim().trim_matches(['"', '\'']).to_ascii_lowercase());
    match name.as_deref().unwrap_or_default() {
        "" | "utf-8" | "utf8" | "us-ascii" | "ascii" => Ok(Charset::Utf8),
        "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" | "latin-1" | "windows-1252"
        | "cp1252" => Ok(Charset::Windows1252),
        other => Err(ApiError::UnknownCharset(truncate_name(other))),
    }
}

/// The bytes of a body as they were before they were packed; of more than `most` nothing is kept.
pub(crate) fn decode(
    bytes: Bytes,
    encoding: ContentEncoding,
    most: usize,
) -> Result<Bytes, ApiError> {
    if encoding == ContentEncoding::Identity {
        return Ok(bytes);
    }
    let bound = u64::try_from(most).map_or(u64::MAX, |most| most.saturating_add(1));
    let mut unpacked = Vec::new();
    let read = flate2::read::MultiGzDecoder::new(&*bytes)
        .take(bound)
        .read_to_end(&mut unpacked);
    match read {
        Ok(length) if length > most => Err(ApiError::TooLarge(most)),
        Ok(_) => Ok(unpacked.into()),
        Err(_) => Err(ApiError::Malformed(
            "The request body is not valid gzip, which Content-Encoding says it is".to_owned(),
        )),
    }
}

/// The bytes of a body in UTF-8; of more than `most` nothing is made. What is valid UTF-8 already is
/// taken for what it is, whatever was declared: no sender means what it would say otherwise.
pub(crate) fn in_utf8(bytes: Bytes, charset: Charset, most: usize) -> Result<Bytes, ApiError> {
    if charset == Charset::Utf8 || std::str::from_utf8(&bytes).is_ok() {
        return Ok(bytes);
    }
    let characters = || bytes.iter().copied().map(of_windows_1252);
    let length = characters().map(char::len_utf8).sum();
    if length > most {
        return Err(ApiError::TooLarge(most));
    }
    let mut text = String::with_capacity(length);
    text.extend(characters());
    Ok(text.into())
}

/// The character behind a byte of Windows-1252; what has none is the control character of ISO-8859-1.
fn of_windows_1252(byte: u8) -> char {
    const UPPER: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    let upper = byte
        .checked_sub(0x80)
        .and_then(|at| UPPER.get(usize::from(at)));
    upper.copied().unwrap_or(char::from(byte))
}

/// What is said of a body that is not UTF-8 and does not name what it is instead.
pub(crate) fn text_error(bytes: &[u8]) -> Option<String> {
    let at = std::str::from_utf8(bytes).err()?.valid_up_to() + 1;
    Some(format!(
        "The request body is not UTF-8 (byte {at}), and Content-Type names no other charset"
    ))
}
