//! Cursors and the queries of lists: a cursor is ours to the letter or none, a count is 1 to 100.
#![no_main]

use std::sync::LazyLock;

use axum::extract::FromRequestParts as _;
use axum::http::Request;
use hub::db::page::{Cursor, MAX_PAGE_ROWS, PageRequest};
use hub::http::paging::Query;
use passeplat_fuzz::world::World;

static WORLD: LazyLock<World> = LazyLock::new(World::new);

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Some(cursor) = Cursor::parse(text) {
        assert_eq!(cursor.token(), text);
    }
    if let Some((key, id)) = text.split_once(' ') {
        let cursor = Cursor {
            key: key.to_owned(),
            id: id.to_owned(),
        };
        let read = Cursor::parse(&cursor.token());
        assert!(read.is_none_or(|read| read == cursor));
    }
    let query = Query::parse(text);
    let Ok(request) = Request::builder()
        .uri(format!("/v1/orders?{text}"))
        .body(())
    else {
        return;
    };
    let (mut parts, ()) = request.into_parts();
    let wanted = WORLD.wait(PageRequest::from_request_parts(&mut parts, &WORLD.hub));
    match wanted {
        Ok(wanted) => assert!((1..=MAX_PAGE_ROWS).contains(&wanted.count)),
        Err(_) => assert!(query.get("cursor").is_some() || text.contains('#')),
    }
});
