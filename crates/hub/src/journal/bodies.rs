//! How the journal keeps bodies: without secrets, cut when they are very long, and compressed.
//!
//! Bodies are small and alike, so each is compressed by what bodies in general look like: a dictionary
//! that was trained on made-up traffic (`scripts/train-dictionary`). A row says by which one it was
//! packed. A better dictionary gets the next number; the older ones stay, for the rows that they
//! packed.

use std::borrow::Cow;
use std::sync::LazyLock;

use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

use crate::secret::shown_address;

/// Bodies are kept up to this many bytes.
pub(crate) const MAX_STORED_BODY_BYTES: usize = 256 * 1024;

/// Names whose values are never written.
const SECRET_NAMES: [&str; 3] = ["access_token", "client_secret", "password"];

/// Every dictionary that ever packed a row; the first has the number 1. 0 stands for none.
const DICTIONARIES: [&[u8]; 1] = [include_bytes!("bodies-1.dict")];

/// The number of the dictionary that packs new rows.
const NEWEST_DICTIONARY: i64 = DICTIONARIES.len() as i64;

/// How hard to compress: 1 is a little faster and takes a tenth more room.
const LEVEL: i32 = 3;

static WRITER: LazyLock<Option<EncoderDictionary<'static>>> =
    LazyLock::new(|| EncoderDictionary::try_copy(DICTIONARIES.last()?, LEVEL).ok());

static READERS: LazyLock<Vec<Option<DecoderDictionary<'static>>>> = LazyLock::new(|| {
    let reader = |dictionary: &&[u8]| DecoderDictionary::try_copy(dictionary).ok();
    DICTIONARIES.iter().map(reader).collect()
});

/// Packs the bodies of a batch.
pub(super) struct BodyCompressor(Option<Compressor<'static>>);

impl BodyCompressor {
    pub(super) fn new() -> Self {
        let writer = WRITER.as_ref();
        Self(writer.and_then(|writer| Compressor::with_prepared_dictionary(writer).ok()))
    }

    /// What a row must say to be unpacked.
    pub(super) fn dictionary_number(&self) -> i64 {
        if self.0.is_some() {
            NEWEST_DICTIONARY
        } else {
            0
        }
    }

    pub(super) fn pack(&mut self, body: &[u8]) -> Vec<u8> {
        let body = without_secrets(&body[..body.len().min(MAX_STORED_BODY_BYTES)]);
        match &mut self.0 {
            Some(packer) => packer.compress(&body),
            None => zstd::bulk::compress(&body, LEVEL),
        }
        .unwrap_or_default()
    }
}

/// A body that was packed by the dictionary with this number, as text; empty when it cannot be read.
pub(super) fn unpack(packed: Vec<u8>, packing: i64) -> String {
    // Masking may lengthen a body a little.
    let max_bytes = MAX_STORED_BODY_BYTES * 2;
    let bytes = match usize::try_from(packing) {
        Ok(0) => zstd::bulk::decompress(&packed, max_bytes).ok(),
        Ok(number) => READERS
            .get(number - 1)
            .and_then(Option::as_ref)
            .and_then(|reader| Decompressor::with_prepared_dictionary(reader).ok())
            .and_then(|mut reader| reader.decompress(&packed, max_bytes).ok()),
        Err(_) => None,
    };
    String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
}

/// Masks secrets where a body has any; the common body has none and is not parsed.
fn without_secrets(body: &[u8]) -> Cow<'_, [u8]> {
    // A body that was cut may end within a character.
    let text = match std::str::from_utf8(body) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&body[..error.valid_up_to()]).unwrap_or_default(),
    };
    let has_name = |name: &&str| text.contains(&format!("\"{name}\""));
    // An address with a secret in it, such as that of a callback.
    let has_address = text.contains("://") && text.contains(['?', '@']);
    if !has_address && !SECRET_NAMES.iter().any(has_name) {
        return body.into();
    }
    let Ok(mut value) = serde_json::from_slice::<serde_json::Value>(body) else {
        return b"(not shown: it may hold a secret)".to_vec().into();
    };
    mask(&mut value);
    serde_json::to_vec(&value).unwrap_or_default().into()
}

fn mask(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            for (name, value) in map.iter_mut() {
                if SECRET_NAMES.contains(&name.as_str()) && value.is_string() {
                    *value = "****".into();
                } else {
                    mask(value);
                }
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(mask),
        serde_json::Value::String(text) if text.contains("://") => {
            if let Cow::Owned(shown) = shown_address(text) {
                *text = shown;
            }
        }
        _ => {}
    }
}
