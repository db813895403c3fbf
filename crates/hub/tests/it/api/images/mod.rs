//! Images of catalogs: sending, reading, using, removing.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test says by panicking what is wrong"
)]

mod bad_input;
mod catalogs;
mod create;
mod read;
mod removal;
mod s3;
mod size;

use wire::id::{CatalogId, ImageId};

use crate::support::{Answer, Caller, TestHub, Value};

/// Thirty days.
const DAYS_30: u64 = 30 * 86_400;

/// Pictures of so many pixels, as far as their first bytes tell.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend(b"\x08\x02\0\0\0\x90wS\xde\0\0\0\0IEND\xaeB`\x82");
    bytes
}

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec();
    bytes.extend(b"\xff\xc0\0\x11\x08");
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes.extend(b"\x03\x01\x22\0\x02\x11\x01\x03\x11\x01\xff\xd9");
    bytes
}

fn gif(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = b"GIF89a".to_vec();
    bytes.extend(width.to_le_bytes());
    bytes.extend(height.to_le_bytes());
    bytes.extend(b"\0\0\0;");
    bytes
}

/// A GIF whose screen has no size, and a picture in it that has.
fn without_screen(width: u16, height: u16) -> Vec<u8> {
    let mut bytes =
        b"GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff\x21\xf9\x04\0\0\0\0\0\x2c\0\0\0\0".to_vec();
    bytes.extend(width.to_le_bytes());
    bytes.extend(height.to_le_bytes());
    bytes.extend(b"\0\x02\x02\x44\x01\0;");
    bytes
}

fn bmp(width: i32, height: i32) -> Vec<u8> {
    let mut bytes = b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
    bytes.extend(width.to_le_bytes());
    bytes.extend(height.to_le_bytes());
    bytes.extend(b"\x01\0\x18\0\0\0\0\0");
    bytes.resize(58, 0);
    bytes
}

/// Lossless; width and height below 256.
fn webp(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f".to_vec();
    bytes.extend(((width - 1) | (height - 1) << 14).to_le_bytes());
    bytes.resize(34, 0);
    bytes
}

fn images(catalog: &CatalogId) -> String {
    format!("/catalogs/{catalog}/images")
}

fn send(who: &Caller, path: &str, kind: &str, bytes: &[u8]) -> Answer {
    let length = bytes.len().to_string();
    let headers = [("Content-Type", kind), ("Content-Length", length.as_str())];
    who.send("POST", path, &headers, bytes.to_vec())
}

/// A PNG in the account's catalog.
fn picture(hub: &TestHub, who: &Caller) -> Value {
    send(who, &images(&hub.catalog), "image/png", &png(3, 2)).ok()
}

fn id(image: &Value) -> ImageId {
    ImageId::parse(image["id"].as_str().expect("an id")).expect("an id")
}

/// How many files the hub keeps.
fn files(hub: &TestHub) -> usize {
    let folder = hub.folder().join("images").join(hub.account.as_str());
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}
