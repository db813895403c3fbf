//! What may be an image, without any I/O.

use md5::{Digest, Md5};
use wire::image::{ImageType, MAX_IMAGE_BYTES};
use wire::problem::BLANK;

use super::size::probe;
use crate::entropy::hex;
use crate::http::problem::ApiError;

/// Pixels an image may have: unpacked, that is a quarter of a gigabyte for whoever shows it. In a
/// megabyte nobody sends a picture that large, but a decompression bomb fits.
const MAX_IMAGE_PIXELS: u64 = 8_192 * 8_192;

/// What is known of an image's bytes.
#[derive(Clone, Debug)]
pub struct Content {
    /// What it is.
    pub kind: ImageType,
    /// Bytes.
    pub size: u32,
    /// Digest, in hexadecimal.
    pub md5: String,
}

/// Takes bytes that are what the header `Content-Type` declares them to be (API, chapter Images).
pub fn accept(declared: Option<&str>, bytes: &[u8]) -> Result<Content, ApiError> {
    let declared = declared.and_then(image_type).ok_or(ApiError::NotAnImage)?;
    let refused = |message: &str| ApiError::field("data", message);
    if bytes.is_empty() {
        return Err(refused(BLANK));
    }
    let size = u32::try_from(bytes.len())
        .ok()
        .filter(|_| bytes.len() <= MAX_IMAGE_BYTES)
        .ok_or(ApiError::TooLarge(MAX_IMAGE_BYTES))?;
    let (kind, pixels) = probe(bytes).ok_or_else(|| refused("is not an image"))?;
    if kind != declared {
        return Err(refused(&format!("is {kind}, not {declared}")));
    }
    if pixels == 0 {
        return Err(refused("has no pixels"));
    }
    if pixels > MAX_IMAGE_PIXELS {
        return Err(refused(&format!(
            "has too many pixels (maximum is {MAX_IMAGE_PIXELS})"
        )));
    }
    Ok(Content {
        kind,
        size,
        md5: hex(&Md5::digest(bytes)),
    })
}

/// The type that a header declares, whatever parameters follow.
fn image_type(declared: &str) -> Option<ImageType> {
    let word = declared.split(';').next().unwrap_or_default().trim();
    match word.to_ascii_lowercase().as_str() {
        // As old programs have it.
        "image/pjpeg" => Some(ImageType::Jpeg),
        "image/x-png" => Some(ImageType::Png),
        "image/x-ms-bmp" | "image/x-bmp" => Some(ImageType::Bmp),
        word => ImageType::parse(word),
    }
}
