//! GET /catalogs/:id/images, …/:id and …/:id/data.

use super::{id, images, picture, png};
use crate::engine::apply;
use crate::support::{TestHub, json};

const NOT_FOUND: &str = r#"404 {"error_type":"not_found"}"#;
const OUT_OF_REACH: &str =
    r#"403 {"message":"Operation not allowed for the current scope","error_type":"forbidden"}"#;

#[apply(each_engine!)]
fn the_bytes_come_back_as_they_were_sent_to_be_kept_for_ever(hub: TestHub) {
    let menu = hub.client("menu");
    let image = picture(&hub, &menu);
    let path = format!("{}/{}/data", images(&hub.catalog), id(&image));
    let data = menu.get(&path);
    assert_eq!(data.status, 200);
    assert_eq!(data.bytes, png(3, 2));
    let tag = format!("\"{}\"", image["md5"].as_str().unwrap());
    for (name, value) in [
        ("content-type", "image/png"),
        ("etag", tag.as_str()),
        ("cache-control", "private, max-age=31536000, immutable"),
        ("x-content-type-options", "nosniff"),
        ("access-control-allow-origin", "*"),
    ] {
        assert_eq!(data.header(name), Some(value), "{name}");
    }
}

#[apply(each_engine!)]
fn whoever_has_the_bytes_is_told_so(hub: TestHub) {
    let menu = hub.client("menu");
    let image = picture(&hub, &menu);
    let path = format!("{}/{}/data", images(&hub.catalog), id(&image));
    let tag = format!("\"{}\"", image["md5"].as_str().unwrap());
    for known in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
        let data = menu.send("GET", &path, &[("If-None-Match", &known)], "");
        assert_eq!(data.status_and_body(), "304 ");
        assert_eq!(data.header("etag"), Some(tag.as_str()));
    }
    let data = menu.send("GET", &path, &[("If-None-Match", "\"x\"")], "");
    assert_eq!(data.status, 200);
    let head = menu.send("HEAD", &path, &[], "");
    assert_eq!(head.status_and_body(), "200 ");
    assert_eq!(head.header("etag"), Some(tag.as_str()));
}

#[apply(each_engine!)]
fn images_belong_to_their_catalog(hub: TestHub) {
    let menus = hub.client_with("menus", "account[all_catalogs.write]");
    let image = picture(&hub, &menus);
    let account = hub.account.clone();
    let another = hub
        .wait(hub.hub.write("test.catalog", move |tx| {
            hub::provision::add_catalog(tx, &account, None, "Another")
        }))
        .unwrap_or_else(|error: hub::db::Error| panic!("{error}"));
    assert_eq!(menus.get(&images(&another)).status_and_body(), "200 []");
    for path in ["", "/data"] {
        let path = format!("{}/{}{path}", images(&another), id(&image));
        assert_eq!(menus.get(&path).status_and_body(), NOT_FOUND);
    }
}

#[apply(each_engine!)]
fn another_account_knows_nothing_of_a_catalog_or_an_image(hub: TestHub) {
    let image = picture(&hub, &hub.client("menu"));
    let other = hub.another_account();
    let scope = "account[all_catalogs.write]";
    let foreign = hub.connect_in(&other.account, "menu", scope, None);
    for path in [
        images(&hub.catalog),
        format!("{}/{}", images(&hub.catalog), id(&image)),
        format!("{}/{}/data", images(&hub.catalog), id(&image)),
        format!("{}/{}", images(&other.catalog), id(&image)),
        format!("{}/{}/data", images(&other.catalog), id(&image)),
        format!("{}/No%20Id", images(&other.catalog)),
        "/catalogs/No%20Id/images".to_owned(),
    ] {
        assert_eq!(foreign.get(&path).status_and_body(), NOT_FOUND, "{path}");
    }
    let sent = super::send(&foreign, &images(&hub.catalog), "image/png", &png(1, 1));
    assert_eq!(sent.status_and_body(), NOT_FOUND);
}

#[apply(each_engine!)]
fn each_of_the_permissions_opens_what_it_names(hub: TestHub) {
    let (account, location) = (hub.account.clone(), hub.location.clone());
    let own = hub
        .wait(hub.hub.write("test.catalog", move |tx| {
            hub::provision::add_catalog(tx, &account, Some(&location), "Own")
        }))
        .unwrap_or_else(|error: hub::db::Error| panic!("{error}"));
    // The account's catalog, which was chosen, and one of the location.
    for (scope, chosen, another) in [
        ("location[catalog.read]", (200, 403), (403, 403)),
        ("location[catalog.write]", (200, 200), (403, 403)),
        ("location[all_catalogs.read]", (200, 403), (200, 403)),
        ("location[all_catalogs.write]", (200, 403), (200, 200)),
        ("account[catalog.write]", (200, 200), (403, 403)),
        ("account[all_catalogs.write]", (200, 200), (200, 200)),
        ("location[inventory.write]", (403, 403), (403, 403)),
    ] {
        let who = hub.client_with("menu", scope);
        for (catalog, (reading, writing)) in [(&hub.catalog, chosen), (&own, another)] {
            assert_eq!(who.get(&images(catalog)).status, reading, "{scope}");
            let sent = super::send(&who, &images(catalog), "image/png", &png(1, 1));
            assert_eq!(sent.status, writing, "{scope}");
        }
    }
    let there = hub.connect(
        "there",
        "location[all_catalogs.read]",
        Some(&hub.second_location),
    );
    assert_eq!(there.get(&images(&own)).status_and_body(), OUT_OF_REACH);
}

#[test]
fn an_image_whose_file_is_gone_is_not_found() {
    let hub = TestHub::start();
    let menu = hub.client("menu");
    let image = picture(&hub, &menu);
    std::fs::remove_dir_all(hub.folder().join("images").join(hub.account.as_str())).unwrap();
    let path = format!("{}/{}/data", images(&hub.catalog), id(&image));
    assert_eq!(menu.get(&path).status_and_body(), NOT_FOUND);
}

#[test]
fn an_image_cannot_be_deleted_or_changed() {
    let hub = TestHub::start();
    let menu = hub.client("menu");
    let image = picture(&hub, &menu);
    let path = format!("{}/{}", images(&hub.catalog), id(&image));
    let no_route = r#"404 {"error_type":"routing_error"}"#;
    assert_eq!(menu.delete(&path).status_and_body(), no_route);
    assert_eq!(
        menu.patch(&path, json!({ "private_ref": "x" }))
            .status_and_body(),
        no_route
    );
}
