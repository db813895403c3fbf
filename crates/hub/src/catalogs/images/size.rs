//! Which format an image is of, and how many pixels it has, from its first bytes and without unpacking
//! it.
//!
//! A library reads most of it. Where it would refuse images that every reader shows, or could be shown
//! another size than readers find, the few bytes are read here.

use wire::image::ImageType;

/// The format and the number of pixels that the bytes speak of.
pub fn probe(bytes: &[u8]) -> Option<(ImageType, u64)> {
    let kind = match imagesize::image_type(bytes).ok()? {
        imagesize::ImageType::Jpeg => ImageType::Jpeg,
        imagesize::ImageType::Png => ImageType::Png,
        imagesize::ImageType::Webp => ImageType::Webp,
        imagesize::ImageType::Gif => ImageType::Gif,
        imagesize::ImageType::Bmp => ImageType::Bmp,
        _ => return None,
    };
    let (width, height) = match kind {
        ImageType::Jpeg => jpeg(bytes)?,
        ImageType::Gif => gif(bytes)?,
        ImageType::Bmp => bmp(bytes)?,
        ImageType::Png | ImageType::Webp => library_size(kind, bytes)?,
    };
    Some((kind, u64::from(width) * u64::from(height)))
}

/// Width and height as the library finds them, if the bytes begin as those of the format must: it is
/// content with less.
fn library_size(kind: ImageType, bytes: &[u8]) -> Option<(u32, u32)> {
    let at = |from: usize, text: &[u8]| bytes.get(from..from + text.len()) == Some(text);
    let has_head = match kind {
        ImageType::Png => at(0, b"\x89PNG\r\n\x1a\n") && at(12, b"IHDR"),
        _ => at(12, b"VP8 ") || at(12, b"VP8L") || at(12, b"VP8X"),
    };
    let size = imagesize::blob_size(bytes).ok().filter(|_| has_head)?;
    let number = |number: usize| u32::try_from(number).ok();
    Some((number(size.width)?, number(size.height)?))
}

/// Width and height of a JPEG, from the segment that begins its picture. Before every marker there may
/// be any number of bytes 0xFF, which readers skip and the library does not.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    loop {
        rest = rest.strip_prefix(b"\xff")?;
        let fill = rest.iter().take_while(|byte| **byte == 0xff).count();
        let (marker, after) = rest.get(fill..)?.split_first()?;
        rest = match marker {
            // It stands alone, without a length.
            0x01 => after,
            0xc0..=0xcf if ![0xc4, 0xc8, 0xcc].contains(marker) => {
                return Some((be_u16(after, 5)?, be_u16(after, 3)?));
            }
            // The picture ends, or begins without a size.
            0x00 | 0xd0..=0xda => return None,
            _ => {
                let length = be_u16(after, 0).filter(|length| *length >= 2)?;
                after.get(usize::try_from(length).ok()?..)?
            }
        };
    }
}

/// Width and height of the screen of a GIF. One without a screen is as large as its first picture, if it
/// has any.
fn gif(bytes: &[u8]) -> Option<(u32, u32)> {
    let has_head = bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a");
    let (width, height) = (le_u16(bytes, 6)?, le_u16(bytes, 8)?);
    if !has_head || (width > 0 && height > 0) {
        return has_head.then_some((width, height));
    }
    let flags = *bytes.get(10)?;
    let colours = if flags & 0x80 == 0 {
        0
    } else {
        2 << (flags & 7)
    };
    let mut rest = bytes.get(13 + 3 * colours..)?;
    // Extensions come before a picture: two bytes, and blocks up to one of no length.
    while let Some(after) = rest.strip_prefix(b"\x21") {
        rest = after.get(1..)?;
        loop {
            let (length, block) = rest.split_first()?;
            rest = block.get(usize::from(*length)..)?;
            if *length == 0 {
                break;
            }
        }
    }
    match rest.first()? {
        0x2c => Some((le_u16(rest, 5)?, le_u16(rest, 7)?)),
        _ => Some((0, 0)),
    }
}

/// Width and height of a bitmap, from the second header. Its first word is its own length and tells
/// its version: 12 bytes have short numbers, 16 and 64 are of OS/2, too, all others of Windows.
fn bmp(bytes: &[u8]) -> Option<(u32, u32)> {
    let long = |from: usize| Some(le_u16(bytes, from)? | le_u16(bytes, from + 2)? << 16);
    match long(14)? {
        12 => Some((le_u16(bytes, 18)?, le_u16(bytes, 20)?)),
        // Where the first row is the topmost, the height is negative.
        16 | 40 | 52 | 56 | 64 | 108 | 124 => {
            Some((long(18)?, long(22)?.cast_signed().unsigned_abs()))
        }
        _ => None,
    }
}

/// Two bytes there, the more significant first.
fn be_u16(bytes: &[u8], from: usize) -> Option<u32> {
    let pair = bytes.get(from..from + 2)?.try_into().ok()?;
    Some(u32::from(u16::from_be_bytes(pair)))
}

/// Two bytes there, the less significant first.
fn le_u16(bytes: &[u8], from: usize) -> Option<u32> {
    let pair = bytes.get(from..from + 2)?.try_into().ok()?;
    Some(u32::from(u16::from_le_bytes(pair)))
}
