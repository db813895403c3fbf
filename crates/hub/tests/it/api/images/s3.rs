//! Images in a bucket, with a small server that speaks as much S3 as is needed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};

use super::{DAYS_30, id, images, picture, png};
use crate::engine::{Engine, apply};
use crate::support::TestHub;

/// What the server holds, by path.
type Bucket = Arc<Mutex<BTreeMap<String, Bytes>>>;

async fn answer(
    State(bucket): State<Bucket>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let signature = headers["authorization"].to_str().unwrap();
    assert!(
        signature.starts_with("AWS4-HMAC-SHA256 Credential=AKIATEST/")
            && signature.contains("/eu-west-3/s3/aws4_request"),
        "{signature}"
    );
    let path = uri.path().to_owned();
    let mut bucket = bucket.lock().unwrap();
    match method {
        Method::PUT => {
            bucket.insert(path, body);
            [("etag", "\"1\"")].into_response()
        }
        Method::GET => match bucket.get(&path) {
            Some(bytes) => (
                [
                    ("etag", "\"1\""),
                    ("last-modified", "Sat, 07 Mar 2026 18:41:08 GMT"),
                ],
                bytes.clone(),
            )
                .into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
        Method::DELETE => {
            bucket.remove(&path);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

/// A server on a thread of its own, which ends with the tests.
fn server() -> (String, Bucket) {
    let bucket = Bucket::default();
    let router = Router::new().fallback(answer).with_state(bucket.clone());
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, router).await.unwrap();
        });
    });
    (url, bucket)
}

#[apply(each_engine!)]
fn images_lie_in_a_bucket_if_the_settings_say_so(engine: Engine) {
    let (url, bucket) = server();
    let settings = [
        ("images.store", "s3://pictures/hub"),
        ("images.s3_endpoint", url.as_str()),
        ("images.s3_region", "eu-west-3"),
        ("images.s3_access_key", "AKIATEST"),
        ("images.s3_secret_key", "secret"),
    ];
    let hub = engine.start_with(&settings);
    let menu = hub.client("menu");
    let image = picture(&hub, &menu);
    let names: Vec<String> = bucket.lock().unwrap().keys().cloned().collect();
    let folder = format!("/pictures/hub/{}/", hub.account);
    assert!(
        names.len() == 1 && names[0].starts_with(&folder),
        "{names:?}"
    );
    let path = format!("{}/{}/data", images(&hub.catalog), id(&image));
    assert_eq!(menu.get(&path).bytes, png(3, 2));
    hub.pass(Duration::from_secs(DAYS_30));
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert_eq!(bucket.lock().unwrap().len(), 0);
    assert_eq!(menu.get(&path).status, 404);
}

#[test]
fn a_bucket_that_cannot_be_reached_is_a_503_and_leaves_no_image() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let hub = TestHub::start_with(&[
        ("images.store", "s3://pictures"),
        ("images.s3_endpoint", url.as_str()),
        ("images.s3_access_key", "AKIATEST"),
        ("images.s3_secret_key", "secret"),
    ]);
    let menu = hub.client("menu");
    let refused = super::send(&menu, &images(&hub.catalog), "image/png", &png(1, 1));
    assert_eq!(refused.status, 503, "{refused:?}");
    assert_eq!(menu.get(&images(&hub.catalog)).status_and_body(), "200 []");
}
