//! What may be an image, without any I/O.

use md5::{Digest, Md5};
use wire::image::{ImageType, LARGEST_IMAGE};
use wire::problem::BLANK;

use crate::chance::hex;
use crate::http::problem::Problem;

/// Pixels an image may have: unpacked, that is a quarter of a gigabyte for whoever shows it. In a
/// megabyte nobody sends a picture that large, but a decompression bomb fits.
const MOST_PIXELS: u64 = 8_192 * 8_192;

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
pub fn accept(declared: Option<&str>, bytes: &[u8]) -> Result<Content, Problem> {
    let declared = declared.and_then(image_type).ok_or(Problem::NotAnImage)?;
    let refused = |message: &str| Problem::field("data", message);
    if bytes.is_empty() {
        return Err(refused(BLANK));
    }
    let size = u32::try_from(bytes.len())
        .ok()
        .filter(|_| bytes.len() <= LARGEST_IMAGE)
        .ok_or(Problem::TooLarge(LARGEST_IMAGE))?;
    let (kind, pixels) = look(bytes).ok_or_else(|| refused("is not an image"))?;
    if kind != declared {
        return Err(refused(&format!("is {kind}, not {declared}")));
    }
    if pixels == 0 {
        return Err(refused("has no pixels"));
    }
    if pixels > MOST_PIXELS {
        return Err(refused(&format!(
            "has too many pixels (maximum is {MOST_PIXELS})"
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
    ImageType::parse(&word.to_ascii_lowercase())
}

/// The format and the number of pixels that the bytes speak of.
fn look(bytes: &[u8]) -> Option<(ImageType, u64)> {
    let kind = match imagesize::image_type(bytes).ok()? {
        imagesize::ImageType::Jpeg => ImageType::Jpeg,
        imagesize::ImageType::Png => ImageType::Png,
        imagesize::ImageType::Webp => ImageType::Webp,
        imagesize::ImageType::Gif => ImageType::Gif,
        imagesize::ImageType::Bmp => ImageType::Bmp,
        _ => return None,
    };
    if !has_head(kind, bytes) {
        return None;
    }
    let size = imagesize::blob_size(bytes).ok()?;
    let (width, height) = (as_u32(size.width)?, as_u32(size.height)?);
    // A bitmap whose first row is the topmost has a negative height.
    let height = match kind {
        ImageType::Bmp => height.cast_signed().unsigned_abs(),
        _ => height,
    };
    Some((kind, u64::from(width) * u64::from(height)))
}

/// Whether the bytes begin as those of the format must. The library is content with less: any text
/// that begins with BM would be a bitmap.
fn has_head(kind: ImageType, bytes: &[u8]) -> bool {
    let at = |from: usize, text: &[u8]| bytes.get(from..from + text.len()) == Some(text);
    match kind {
        ImageType::Png => at(0, b"\x89PNG\r\n\x1a\n") && at(12, b"IHDR"),
        ImageType::Gif => at(0, b"GIF87a") || at(0, b"GIF89a"),
        ImageType::Webp => at(12, b"VP8 ") || at(12, b"VP8L") || at(12, b"VP8X"),
        // The second header, whose first word is its own length.
        ImageType::Bmp => [40_u8, 52, 56, 108, 124]
            .iter()
            .any(|length| at(14, &[*length, 0, 0, 0])),
        // Its size is found by walking from one segment to the next.
        ImageType::Jpeg => true,
    }
}

fn as_u32(number: usize) -> Option<u32> {
    u32::try_from(number).ok()
}
