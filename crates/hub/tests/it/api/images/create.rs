//! POST /catalogs/:id/images.

use super::{bmp, files, gif, images, jpeg, png, send, webp, without_screen};
use crate::engine::apply;
use crate::support::{TestHub, json};

#[apply(each_engine!)]
fn an_image_is_answered_with_its_type_size_digest_and_clock(hub: TestHub) {
    let menu = hub.client("menu");
    let image = send(&menu, &images(&hub.catalog), "image/png", &png(3, 2)).ok();
    assert_eq!(
        image,
        json!({
            "id": image["id"], "type": "image/png", "size": 45,
            "md5": "6ac45b74f7169b0ba3362a4e03c5b36c", "private_ref": null,
            "seconds_before_removal": 2_592_000
        })
    );
    let path = format!("{}/{}", images(&hub.catalog), image["id"].as_str().unwrap());
    assert_eq!(menu.get(&path).ok(), image);
    assert_eq!(files(&hub), 1);
}

#[apply(each_engine!)]
fn five_formats_are_known_by_their_bytes(hub: TestHub) {
    let menu = hub.client("menu");
    for (kind, stored, bytes) in [
        ("image/png", "image/png", png(1, 1)),
        ("image/jpeg", "image/jpeg", jpeg(640, 480)),
        ("IMAGE/JPG; q=1", "image/jpeg", jpeg(1, 1)),
        ("image/gif", "image/gif", gif(10, 10)),
        ("image/webp", "image/webp", webp(20, 30)),
        ("image/bmp", "image/bmp", bmp(1, 1)),
        // The first row is the topmost.
        ("image/bmp", "image/bmp", bmp(1, -1)),
        ("image/bmp", "image/bmp", of_os2(12)),
        ("image/bmp", "image/bmp", of_os2(64)),
        ("image/gif", "image/gif", without_screen(3, 2)),
        ("image/jpeg", "image/jpeg", filled(640, 480)),
    ] {
        let image = send(&menu, &images(&hub.catalog), kind, &bytes).ok();
        assert_eq!(image["type"], stored);
        let path = format!(
            "{}/{}/data",
            images(&hub.catalog),
            image["id"].as_str().unwrap()
        );
        assert_eq!(menu.get(&path).bytes, bytes, "{kind}");
    }
}

/// A bitmap of one pixel, with a second header of so many bytes.
fn of_os2(header: u32) -> Vec<u8> {
    let mut bytes = b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0".to_vec();
    bytes.extend(header.to_le_bytes());
    let size: &[u8] = if header == 12 {
        b"\x01\0\x01\0"
    } else {
        b"\x01\0\0\0\x01\0\0\0"
    };
    bytes.extend(size);
    // One plane of 24 bits, and then anything.
    bytes.extend(b"\x01\0\x18\0");
    bytes.resize(14 + 4 + header as usize, 0);
    bytes
}

/// A JPEG with fill bytes before its markers.
fn filled(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = jpeg(width, height);
    let frame = bytes
        .windows(2)
        .position(|pair| pair == b"\xff\xc0")
        .unwrap();
    bytes.splice(frame..frame, [0xff; 3]);
    bytes.splice(2..2, [0xff]);
    bytes
}

#[test]
fn a_megabyte_is_taken_and_a_byte_more_is_not() {
    let hub = TestHub::start();
    let menu = hub.client("menu");
    let mut bytes = png(1200, 800);
    bytes.resize(1_048_576, 0);
    let image = send(&menu, &images(&hub.catalog), "image/png", &bytes).ok();
    assert_eq!(image["size"], 1_048_576);
    bytes.push(0);
    let refused = send(&menu, &images(&hub.catalog), "image/png", &bytes);
    assert_eq!(
        refused.status_and_body(),
        r#"422 {"message":"Validation failed","errors":[{"field":"","message":"is too big (maximum is 1048576 bytes)"}],"error_type":"unprocessable_entity"}"#
    );
    assert_eq!(files(&hub), 1);
}

#[apply(each_engine!)]
fn the_same_bytes_sent_twice_are_two_images(hub: TestHub) {
    let menu = hub.client("menu");
    let (first, second) = (super::picture(&hub, &menu), super::picture(&hub, &menu));
    assert_ne!(first["id"], second["id"]);
    assert_eq!(first["md5"], second["md5"]);
    assert_eq!(menu.get(&images(&hub.catalog)).ok(), json!([first, second]));
}

#[apply(each_engine!)]
fn a_private_ref_is_unique_per_client_and_catalog(hub: TestHub) {
    let (menu, other) = (hub.client("menu"), hub.client("other"));
    let path = format!("{}?private_ref=a+b%26c", images(&hub.catalog));
    let image = send(&menu, &path, "image/png", &png(3, 2)).ok();
    assert_eq!(image["private_ref"], "a b&c");
    let refused = send(&menu, &path, "image/gif", &gif(1, 1));
    assert_eq!(refused.status, 422);
    assert_eq!(
        refused.json()["errors"],
        json!([{ "field": "private_ref", "message": "has already been taken" }])
    );
    assert_eq!(files(&hub), 1);
    send(&other, &path, "image/png", &png(3, 2)).ok();
    let images_of_other = other.get(&images(&hub.catalog)).ok();
    assert_eq!(
        [
            &images_of_other[0]["private_ref"],
            &images_of_other[1]["private_ref"]
        ],
        [&json!(null), &json!("a b&c")]
    );
    assert_eq!(menu.get(&path).ok(), json!([image]));
    let unknown = format!("{}?private_ref=nobody", images(&hub.catalog));
    assert_eq!(menu.get(&unknown).status_and_body(), "200 []");
    for nobodys in ["", &"x".repeat(256)] {
        let path = format!("{}?private_ref={nobodys}", images(&hub.catalog));
        assert_eq!(menu.get(&path).status_and_body(), "200 []");
    }
}

#[apply(each_engine!)]
fn the_journal_says_of_an_image_how_large_it_was(hub: TestHub) {
    let menu = hub.client("menu");
    let image = super::picture(&hub, &menu);
    let path = format!(
        "{}/{}/data",
        images(&hub.catalog),
        image["id"].as_str().unwrap()
    );
    menu.get(&path);
    // Even one whose bytes are all below 128.
    send(&menu, &images(&hub.catalog), "image/bmp", &bmp(1, 1)).ok();
    hub.wait(hub.hub.journal().flush()).unwrap();
    let (account, connection) = (hub.account.clone(), menu.connection.clone());
    let found = hub
        .wait(hub.hub.journal().db().read("test.journal", move |tx| {
            hub::journal::store::of_connection(
                tx,
                &account,
                &connection,
                ("9", ""),
                &[],
                &["image"],
                10,
            )
        }))
        .unwrap_or_else(|error: hub::db::Error| panic!("{error}"));
    let mut bodies: Vec<_> = found
        .iter()
        .flat_map(|entry| [entry.request.as_str(), entry.response.as_str()])
        .filter(|body| body.contains("not text"))
        .collect();
    bodies.sort_unstable();
    assert_eq!(
        bodies,
        [
            "(45 bytes that are not text)",
            "(45 bytes that are not text)",
            "(58 bytes that are not text)"
        ]
    );
}
