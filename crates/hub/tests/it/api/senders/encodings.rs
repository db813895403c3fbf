//! How bodies are wrapped and written.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use hub::http::body::is_quick;
use hub::http::content_encoding::{Charset, ContentEncoding};

use crate::engine::apply;
use crate::support::{Answer, Caller, TestHub};

const JSON: (&str, &str) = ("Content-Type", "application/json");
const ORDER: &str = r#"{"status": "new", "customer_notes": "Bien épicé"}"#;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(bytes).expect("memory");
    packed.finish().expect("memory")
}

fn post(kiosk: &Caller, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Answer {
    let body = body.into();
    let length = body.len().to_string();
    let mut all = headers.to_vec();
    all.push(("Content-Length", &length));
    kiosk.send("POST", "/location/orders", &all, body)
}

#[apply(each_engine!)]
fn a_byte_order_mark_is_skipped(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let order = post(&kiosk, &[JSON], format!("\u{feff}{ORDER}")).ok();
    assert_eq!(order["customer_notes"], "Bien épicé");
    let nothing = kiosk.send("PATCH", "/location", &[JSON], "\u{feff} ");
    assert_eq!(nothing.status, 200, "{nothing:?}");
    let put = kiosk.send(
        "PUT",
        &format!("/catalogs/{}", hub.catalog),
        &[JSON],
        "\u{feff}{\"data\": {}}",
    );
    assert_eq!(put.status, 200, "{put:?}");
}

#[test]
fn a_packed_body_is_unpacked_up_to_the_size_a_body_may_have() {
    const MAX_BODY_BYTES: usize = 1_048_576;
    let hub = TestHub::start_with(&[("limits.body_bytes", &MAX_BODY_BYTES.to_string())]);
    let kiosk = hub.client("kiosk");
    for name in ["gzip", "x-gzip", "GZIP"] {
        let order = post(
            &kiosk,
            &[JSON, ("Content-Encoding", name)],
            gzip(ORDER.as_bytes()),
        );
        assert_eq!(order.ok()["customer_notes"], "Bien épicé", "{name}");
    }
    let plain = post(&kiosk, &[JSON, ("Content-Encoding", "identity")], ORDER);
    assert_eq!(plain.status, 200, "{plain:?}");
    let bomb = format!(
        "{{\"status\": \"new\", \"x\": \"{}\"}}",
        " ".repeat(MAX_BODY_BYTES)
    );
    let packed = gzip(bomb.as_bytes());
    assert!(packed.len() < MAX_BODY_BYTES / 500);
    let refused = post(&kiosk, &[JSON, ("Content-Encoding", "gzip")], packed);
    assert_eq!(refused.status, 422, "{refused:?}");
    assert!(refused.text.contains("is too big"), "{refused:?}");
    let mut cut = gzip(ORDER.as_bytes());
    cut.truncate(30);
    let broken = post(&kiosk, &[JSON, ("Content-Encoding", "gzip")], cut);
    assert_eq!(broken.status, 400, "{broken:?}");
    assert!(broken.text.contains("gzip"), "{broken:?}");
}

#[test]
fn an_encoding_that_is_not_spoken_is_named() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    for name in ["br", "deflate", "gzip, gzip", "zstd"] {
        let refused = post(&kiosk, &[JSON, ("Content-Encoding", name)], ORDER);
        assert_eq!(refused.status, 415, "{refused:?}");
        assert!(refused.text.contains(name), "{refused:?}");
    }
}

#[apply(each_engine!)]
fn without_a_body_nothing_is_encoded(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    for name in ["utf-8", "br", "gzip"] {
        let encoding = ("Content-Encoding", name);
        let read = kiosk.send("GET", "/location/orders", &[encoding], "");
        assert_eq!(read.status, 200, "{name}: {read:?}");
        let none = ("Content-Length", "0");
        let sent = kiosk.send("PATCH", "/location", &[JSON, encoding, none], "");
        assert_eq!(sent.status, 200, "{name}: {sent:?}");
    }
}

#[test]
fn latin_1_is_understood_and_other_charsets_are_named() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    let latin: Vec<u8> = ORDER.chars().map(|char| char as u8).collect();
    for charset in ["iso-8859-1", "ISO-8859-1", "\"latin1\"", "windows-1252"] {
        let kind = format!("application/json; charset={charset}");
        let order = post(&kiosk, &[("Content-Type", &kind)], latin.clone());
        assert_eq!(order.ok()["customer_notes"], "Bien épicé", "{charset}");
    }
    for charset in ["utf-8", "UTF-8", "utf8", "us-ascii"] {
        let kind = format!("application/json; charset={charset}");
        assert_eq!(
            post(&kiosk, &[("Content-Type", &kind)], ORDER).status,
            200,
            "{charset}"
        );
    }
    let kind = "application/json; charset=utf-16";
    let refused = post(&kiosk, &[("Content-Type", kind)], ORDER);
    assert_eq!(refused.status, 415, "{refused:?}");
    assert!(refused.text.contains("utf-16"), "{refused:?}");
    let long = [&b"{\"a\":\""[..], &[0xe9; 2_500_000], b"\"}"].concat();
    let kind = "application/json; charset=iso-8859-1";
    let wide = TestHub::start_with(&[("limits.body_bytes", "4000000")]);
    let refused = post(&wide.client("kiosk"), &[("Content-Type", kind)], long);
    assert!(refused.text.contains("is too big"), "{refused:?}");
    let raw = post(&kiosk, &[JSON], latin);
    assert!(raw.status == 400 && raw.text.contains("UTF-8"), "{raw:?}");
}

#[test]
fn only_what_must_be_unpacked_or_converted_gets_a_thread() {
    const LARGE: usize = 256 * 1024;
    for charset in [Some(Charset::Utf8), None] {
        assert!(
            is_quick(ContentEncoding::Identity, charset, LARGE),
            "{charset:?}"
        );
        assert!(
            !is_quick(ContentEncoding::Gzip, charset, 100),
            "{charset:?}"
        );
    }
    let windows = Some(Charset::Windows1252);
    assert!(is_quick(ContentEncoding::Identity, windows, 32 * 1024));
    assert!(!is_quick(ContentEncoding::Identity, windows, LARGE));
}

#[apply(each_engine!)]
fn a_method_in_lower_case_is_the_method(hub: TestHub) {
    let kiosk = hub.client("kiosk");
    let order = kiosk.send("post", "/location/orders", &[JSON], ORDER).ok();
    let path = format!("/location/orders/{}", order["id"].as_str().expect("an id"));
    let changed = kiosk
        .send("patch", &path, &[JSON], r#"{"status": "accepted"}"#)
        .ok();
    assert_eq!(changed["status"], "accepted");
    assert_eq!(kiosk.send("Get", &path, &[], "").ok(), changed);
    let over = [JSON, ("X-Http-Method-Override", "patch")];
    let changed = kiosk
        .send("Post", &path, &over, r#"{"status": "received"}"#)
        .ok();
    assert_eq!(changed["status"], "received");
}

#[test]
fn old_names_of_image_types_are_understood() {
    let hub = TestHub::start();
    let kiosk = hub.client("kiosk");
    let png = STANDARD
        .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAACklEQVR4nGMAAQAABQABDQotxAAAAABJRU5ErkJggg==")
        .expect("base64");
    let path = format!("/catalogs/{}/images", hub.catalog);
    for kind in ["image/x-png", "IMAGE/PNG", "image/png; charset=binary"] {
        let made = kiosk
            .send("POST", &path, &[("Content-Type", kind)], png.clone())
            .ok();
        assert_eq!(made["type"], "image/png", "{kind}");
    }
    let wrong = kiosk.send("POST", &path, &[("Content-Type", "image/pjpeg")], png);
    assert_eq!(wrong.status, 422, "{wrong:?}");
    let other = kiosk.send("POST", &path, &[("Content-Type", "image/tiff")], "II*");
    assert_eq!(other.status, 415, "{other:?}");
}
