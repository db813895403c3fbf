//! Bad input against images: each with the exact answer.

use super::{bmp, gif, images, jpeg, png, webp, without_screen};
use crate::api::orders::bad_input::Table;
use crate::support::{TestHub, json};

#[test]
fn bad_input_is_refused_in_these_words() {
    let hub = TestHub::start();
    let menu = hub.client("menu");
    let path = images(&hub.catalog);
    let taken = format!("{path}?private_ref=taken");
    let image = super::send(&menu, &taken, "image/png", &png(1, 1)).ok();
    let foreign = hub.another_account();
    let mut table = Table {
        who: &menu,
        names: vec![
            (hub.catalog.to_string(), "{catalog}"),
            (foreign.catalog.to_string(), "{foreign}"),
            (super::id(&image).to_string(), "{image}"),
        ],
        text: String::new(),
        lines: 0,
    };
    types(&mut table, &path);
    contents(&mut table, &path);
    private_refs(&mut table, &path);
    field_paths(&mut table);
    let Table { text, lines, .. } = table;
    assert!(lines >= 50, "only {lines}");
    assert_eq!(
        menu.get(&path).ok(),
        json!([image]),
        "a refusal keeps nothing"
    );
    assert_eq!(super::files(&hub), 1);
    insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("bad_input_images", text);
    });
}

fn types(table: &mut Table<'_>, path: &str) {
    table.chapter("Declared types");
    for kind in [
        "",
        "image",
        "image/",
        "image/svg+xml",
        "image/tiff",
        "image/avif",
        "image/heic",
        "image/*",
        "*/*",
        "text/html",
        "application/json",
        "application/octet-stream",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "image/png,image/gif",
    ] {
        let shown = format!("[{kind}] a PNG");
        table.send(&shown, "POST", path, &[("Content-Type", kind)], &png(1, 1));
    }
    table.send("no type, a PNG", "POST", path, &[], &png(1, 1));
    let json = br#"{"mime_type": "image/png", "data": "iVBORw0KGgo="}"#;
    for kind in ["application/json", "image/png"] {
        let shown = format!("[{kind}] JSON with base64");
        table.send(&shown, "POST", path, &[("Content-Type", kind)], json);
    }
}

fn contents(table: &mut Table<'_>, path: &str) {
    table.chapter("Contents");
    let mut without_head = png(1, 1);
    without_head[12..16].copy_from_slice(b"IDAT");
    let mut endless = b"\xff\xd8".to_vec();
    endless.extend(b"\xff\xe1\0\0".repeat(1000));
    // Who does not skip the second 0xFF reads a length of 0xC000 here, and finds another size there.
    let mut hidden = b"\xff\xd8\xff\xff".to_vec();
    hidden.extend(&jpeg(u16::MAX, u16::MAX)[21..]);
    hidden.resize(0xc000 + 4, 0);
    hidden.extend(&jpeg(1, 1)[20..]);
    for (shown, kind, bytes) in [
        ("nothing", "image/png", Vec::new()),
        ("one byte", "image/png", vec![0x89]),
        (
            "the first eight bytes of a PNG",
            "image/png",
            png(1, 1)[..8].to_vec(),
        ),
        (
            "the first 20 bytes of a PNG",
            "image/png",
            png(1, 1)[..20].to_vec(),
        ),
        (
            "a PNG that begins with something else",
            "image/png",
            without_head,
        ),
        ("a text", "image/png", b"Tiramisu, 5.00 EUR".to_vec()),
        (
            "a text that begins with BM",
            "image/bmp",
            b"BMW is a maker of cars".to_vec(),
        ),
        (
            "a text that begins with GIF8",
            "image/gif",
            b"GIF8 is not a version".to_vec(),
        ),
        (
            "a page",
            "image/png",
            b"<!doctype html><script>alert(1)</script>".to_vec(),
        ),
        (
            "a drawing in SVG",
            "image/png",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(),
        ),
        (
            "a TIFF",
            "image/png",
            b"II*\0\x08\0\0\0\0\0\0\0\0\0".to_vec(),
        ),
        (
            "a program",
            "image/gif",
            b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec(),
        ),
        (
            "an archive",
            "image/jpeg",
            b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0".to_vec(),
        ),
        ("zeros", "image/bmp", vec![0; 100]),
        ("a GIF", "image/png", gif(1, 1)),
        ("a PNG", "image/jpeg", png(1, 1)),
        ("a JPEG", "image/webp", jpeg(1, 1)),
        ("a WebP", "image/gif", webp(1, 1)),
        ("a bitmap", "image/png", bmp(1, 1)),
        ("a PNG", "image/bmp", png(1, 1)),
        (
            "a JPEG without size",
            "image/jpeg",
            jpeg(1, 1)[..20].to_vec(),
        ),
        (
            "a JPEG whose segments have no length",
            "image/jpeg",
            endless,
        ),
        (
            "a WebP of an unknown kind",
            "image/webp",
            b"RIFF\x1a\0\0\0WEBPVP9 \x0d\0\0\0".to_vec(),
        ),
        ("a WebP cut off", "image/webp", webp(9, 9)[..20].to_vec()),
        ("a GIF of 0 × 10", "image/gif", gif(0, 10)),
        ("a GIF of 0 × 0 with nothing in it", "image/gif", gif(0, 0)),
        (
            "a GIF of 0 × 0 with 0 × 9 in it",
            "image/gif",
            without_screen(0, 9),
        ),
        (
            "a GIF of 0 × 0 with 65535 × 65535 in it",
            "image/gif",
            without_screen(u16::MAX, u16::MAX),
        ),
        ("a PNG of 10 × 0", "image/png", png(10, 0)),
        ("a PNG of 50000 × 50000", "image/png", png(50_000, 50_000)),
        (
            "a PNG of 4294967295 × 4294967295",
            "image/png",
            png(u32::MAX, u32::MAX),
        ),
        ("a PNG of 8193 × 8192", "image/png", png(8_193, 8_192)),
        (
            "a GIF of 65535 × 65535",
            "image/gif",
            gif(u16::MAX, u16::MAX),
        ),
        (
            "a JPEG that hides its size behind fill bytes",
            "image/jpeg",
            hidden,
        ),
        (
            "a JPEG of 65500 × 65500",
            "image/jpeg",
            jpeg(65_500, 65_500),
        ),
        (
            "a bitmap of 2147483647 × -2147483648",
            "image/bmp",
            bmp(i32::MAX, i32::MIN),
        ),
    ] {
        let shown = format!("[{kind}] {shown}");
        table.send(&shown, "POST", path, &[("Content-Type", kind)], &bytes);
    }
    let mut large = png(1, 1);
    large.resize(1_048_577, 0);
    let kind = [("Content-Type", "image/png")];
    table.send("a byte more than a megabyte", "POST", path, &kind, &large);
}

fn private_refs(table: &mut Table<'_>, path: &str) {
    table.chapter("Private refs");
    let long = format!("?private_ref={}", "x".repeat(256));
    let kind = [("Content-Type", "image/png")];
    for query in ["?private_ref=taken", &long] {
        let shown = format!("POST {}", &query[..query.len().min(40)]);
        table.send(&shown, "POST", &format!("{path}{query}"), &kind, &png(1, 1));
    }
}

fn field_paths(table: &mut Table<'_>) {
    table.chapter("Places");
    for path in [
        "/catalogs/{foreign}/images",
        "/catalogs/zzzzz/images",
        "/catalogs/a%20b/images",
        "/catalogs/%FF/images",
        "/catalogs/{catalog}/images/zzzzz",
        "/catalogs/{catalog}/images/a%20b",
        "/catalogs/{catalog}/images/zzzzz/data",
        "/catalogs/{foreign}/images/{image}",
        "/catalogs/{foreign}/images/{image}/data",
        "/catalogs/{catalog}/images/{image}/thumbnail",
        "/images/{image}",
    ] {
        table.line("GET", path, &[], "");
    }
    for method in ["PUT", "PATCH", "DELETE"] {
        table.line(method, "/catalogs/{catalog}/images/{image}", &[], "");
    }
}
