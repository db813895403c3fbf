//! How the documents of the contract are sent: compressed for those who accept that, and not at all
//! to those who have them.

use std::io::Read as _;

use crate::support::TestHub;

const DOCUMENTS: [&str; 3] = [
    "/openapi.json",
    "/postman.json",
    "/docs/events/order.create.json",
];

#[test]
fn a_document_is_compressed_for_whoever_accepts_that() {
    let hub = TestHub::start();
    for path in DOCUMENTS {
        let plain = hub.anybody().send("GET", path, &[], "");
        assert_eq!(plain.header("content-encoding"), None, "{path}");
        for accepted in ["gzip", "br, gzip;q=0.5", "*", "GZIP , deflate"] {
            let headers = [("accept-encoding", accepted)];
            let answer = hub.anybody().send("GET", path, &headers, "");
            assert_eq!(
                answer.header("content-encoding"),
                Some("gzip"),
                "{accepted}"
            );
            assert_eq!(answer.header("vary"), Some("Accept-Encoding"), "{path}");
            let mut text = String::new();
            flate2::read::GzDecoder::new(answer.bytes.as_slice())
                .read_to_string(&mut text)
                .expect("gzip");
            assert_eq!(text, plain.text, "{path}");
            assert!(answer.bytes.len() * 4 < text.len(), "{path}");
        }
        for refused in ["identity", "gzip;q=0", "*, gzip; q=0", "br"] {
            let answer = hub
                .anybody()
                .send("GET", path, &[("accept-encoding", refused)], "");
            assert_eq!(answer.header("content-encoding"), None, "{refused}");
            assert_eq!(answer.text, plain.text, "{refused}");
        }
    }
}

#[test]
fn a_document_is_not_sent_again_to_whoever_has_it() {
    let hub = TestHub::start();
    for path in DOCUMENTS {
        let first = hub.anybody().send("GET", path, &[], "");
        let tag = first.header("etag").expect("a tag").to_owned();
        let strong = tag.trim_start_matches("W/");
        for known in [tag.as_str(), strong, &format!("\"other\", {tag}"), "*"] {
            let again = [("if-none-match", known), ("accept-encoding", "gzip")];
            let answer = hub.anybody().send("GET", path, &again, "");
            assert_eq!((answer.status, answer.text.as_str()), (304, ""), "{known}");
            assert_eq!(answer.header("etag"), Some(tag.as_str()), "{path}");
        }
        let other = [("if-none-match", "\"0123\"")];
        let answer = hub.anybody().send("GET", path, &other, "");
        assert_eq!((answer.status, answer.text), (200, first.text), "{path}");
    }
}
