//! The clock of images that no catalog uses.

use std::collections::BTreeSet;
use std::time::Duration;

use hub::db;
use wire::id::ImageId;

use super::{DAYS_30, files, id, images, picture};
use crate::engine::apply;
use crate::support::{Caller, TestHub, Value, json};

/// Says, as whoever writes the catalog does, which images it uses; answers those it cannot use.
fn attach(hub: &TestHub, used: &[&Value]) -> BTreeSet<ImageId> {
    let used: BTreeSet<ImageId> = used.iter().map(|image| id(image)).collect();
    let (account, catalog) = (hub.account.clone(), hub.catalog.clone());
    hub.wait(hub.hub.write("test.attached", move |tx| {
        hub::catalogs::images::attach(tx, &account, &catalog, &used)
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"))
}

fn chores(hub: &TestHub) {
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
}

/// The clocks of all images.
fn clocks(hub: &TestHub, who: &Caller) -> Vec<Value> {
    let found = who.get(&images(&hub.catalog)).ok();
    let found = found.as_array().unwrap().iter();
    found
        .map(|image| image["seconds_before_removal"].clone())
        .collect()
}

#[apply(each_engine!)]
fn an_image_that_nobody_uses_goes_after_thirty_days_with_its_file(hub: TestHub) {
    let menu = hub.client("menu");
    picture(&hub, &menu);
    hub.pass(Duration::from_secs(DAYS_30 - 1));
    chores(&hub);
    assert_eq!(clocks(&hub, &menu), [json!(1)]);
    hub.pass(Duration::from_secs(1));
    assert_eq!(clocks(&hub, &menu), [json!(0)]);
    chores(&hub);
    assert_eq!(menu.get(&images(&hub.catalog)).status_and_body(), "200 []");
    assert_eq!(files(&hub), 0);
}

#[apply(each_engine!)]
fn an_image_in_use_stays_and_its_clock_begins_anew_when_it_is_not(hub: TestHub) {
    let menu = hub.client("menu");
    let (used, unused) = (picture(&hub, &menu), picture(&hub, &menu));
    hub.pass(Duration::from_secs(86_400));
    assert!(attach(&hub, &[&used]).is_empty());
    assert_eq!(clocks(&hub, &menu), [json!(null), json!(DAYS_30 - 86_400)]);
    hub.pass(Duration::from_secs(DAYS_30));
    chores(&hub);
    assert_eq!(clocks(&hub, &menu), [json!(null)]);
    assert_eq!(files(&hub), 1);
    assert_eq!(
        attach(&hub, &[&used, &unused]),
        BTreeSet::from([id(&unused)])
    );
    assert!(attach(&hub, &[]).is_empty());
    assert_eq!(clocks(&hub, &menu), [json!(DAYS_30)]);
    hub.pass(Duration::from_secs(10));
    assert!(attach(&hub, &[]).is_empty());
    assert_eq!(clocks(&hub, &menu), [json!(DAYS_30 - 10)]);
    hub.pass(Duration::from_secs(DAYS_30));
    chores(&hub);
    assert_eq!(files(&hub), 0);
}

#[apply(each_engine!)]
fn a_catalog_cannot_use_the_images_of_another(hub: TestHub) {
    let other = hub.another_account();
    let scope = "account[all_catalogs.write]";
    let foreign = hub.connect_in(&other.account, "menu", scope, None);
    let path = images(&other.catalog);
    let image = super::send(&foreign, &path, "image/png", &super::png(1, 1)).ok();
    assert_eq!(attach(&hub, &[&image]), BTreeSet::from([id(&image)]));
    let path = format!("{path}/{}", id(&image));
    assert_eq!(
        foreign.get(&path).ok()["seconds_before_removal"],
        json!(DAYS_30)
    );
}

#[apply(each_engine!)]
fn a_catalog_may_use_its_own_images_whether_it_does_or_not(hub: TestHub) {
    let menu = hub.client("menu");
    let (used, unused) = (picture(&hub, &menu), picture(&hub, &menu));
    attach(&hub, &[&used]);
    let (account, catalog) = (hub.account.clone(), hub.catalog.clone());
    let found = hub
        .wait(hub.hub.read("test.images", move |tx| {
            hub::catalogs::images::of_catalog(tx, &account, &catalog)
        }))
        .unwrap_or_else(|error: db::Error| panic!("{error}"));
    assert_eq!(found, BTreeSet::from([id(&used), id(&unused)]));
}

#[apply(each_engine!)]
fn the_images_of_a_deleted_catalog_go_with_it(hub: TestHub) {
    let menu = hub.client("menu");
    let used = picture(&hub, &menu);
    picture(&hub, &menu);
    attach(&hub, &[&used]);
    let (account, catalog) = (hub.account.clone(), hub.catalog.clone());
    hub.wait(hub.hub.write("test.forget", move |tx| {
        hub::catalogs::images::delete_of_catalog(tx, &account, &catalog)
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"));
    assert_eq!(menu.get(&images(&hub.catalog)).status_and_body(), "200 []");
    chores(&hub);
    assert_eq!(files(&hub), 0);
}

#[apply(each_engine!)]
fn a_file_that_no_image_came_to_name_goes_after_an_hour(hub: TestHub) {
    let menu = hub.client("menu");
    picture(&hub, &menu);
    // As after a crash between the file and the row.
    let account = hub.account.clone();
    hub.wait(hub.hub.write("test.crash", move |tx| {
        let due_at = tx.now() + jiff::SignedDuration::from_hours(1);
        tx.write(
            "INSERT INTO image_leftovers (account_id, file, due_at) SELECT account_id, file, $2
                FROM images WHERE account_id = $1",
            hub::args![&account, due_at],
        )?;
        tx.write(
            "DELETE FROM images WHERE account_id = $1",
            hub::args![&account],
        )
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"));
    hub.pass(Duration::from_secs(3_599));
    chores(&hub);
    assert_eq!(files(&hub), 1);
    hub.pass(Duration::from_secs(1));
    chores(&hub);
    assert_eq!(files(&hub), 0);
}

#[apply(each_engine!)]
fn nothing_is_left_over_after_an_image_was_taken(hub: TestHub) {
    let menu = hub.client("menu");
    let image = picture(&hub, &menu);
    attach(&hub, &[&image]);
    hub.pass(Duration::from_secs(2 * DAYS_30));
    chores(&hub);
    let path = format!("{}/{}/data", images(&hub.catalog), id(&image));
    assert_eq!(menu.get(&path).status, 200);
}

#[apply(each_engine!)]
fn a_file_that_cannot_be_written_leaves_no_image(hub: TestHub) {
    let menu = hub.client("menu");
    let folder = hub.folder().join("images");
    std::fs::remove_dir(&folder).unwrap();
    std::fs::write(&folder, "in the way").unwrap();
    let refused = super::send(&menu, &images(&hub.catalog), "image/png", &super::png(1, 1));
    assert_eq!(
        refused.status_and_body(),
        r#"503 {"message":"The image store is unavailable: the request was not carried out, retry later","error_type":"internal_error"}"#
    );
    assert_eq!(refused.header("retry-after"), Some("2"));
    assert_eq!(menu.get(&images(&hub.catalog)).status_and_body(), "200 []");
}
