//! Files of the hub are for their owner only.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use hub::mail::Email;
use hub::{Opening, modes};

use crate::support::{Site, TestHub, json, stop};

/// Every file and folder below one, with its mode.
fn modes_below(folder: &Path, found: &mut Vec<(String, u32)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let about = std::fs::metadata(&path).unwrap();
        let mode = about.permissions().mode() & 0o777;
        found.push((path.display().to_string(), mode));
        if about.is_dir() {
            modes_below(&path, found);
        }
    }
}

fn wrong(folder: &Path) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    modes_below(folder, &mut found);
    let is_wrong = |(path, mode): &(String, u32)| {
        let right = if Path::new(path).is_dir() {
            modes::FOLDER
        } else {
            modes::FILE
        };
        *mode != right
    };
    found.into_iter().filter(is_wrong).collect()
}

#[test]
fn databases_images_and_mails_are_for_their_owner_only() {
    let hub = TestHub::start();
    let menu = hub.client("menu");
    menu.post("/location/orders", json!({ "status": "new" }))
        .ok();
    hub.wait(hub.hub.journal().flush()).unwrap();
    let path = format!("/catalogs/{}/images", hub.catalog.as_str());
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\0IEND\xaeB`\x82";
    let length = png.len().to_string();
    let headers = [("Content-Type", "image/png"), ("Content-Length", &length)];
    menu.send("POST", &path, &headers, png.to_vec()).ok();
    let letter = Email {
        subject: "Bonjour".to_owned(),
        text: "Bonjour.\n".to_owned(),
    };
    hub.wait(hub.hub.mailer().send("ada@example.com", letter))
        .unwrap();
    let mut found = Vec::new();
    modes_below(hub.folder(), &mut found);
    for name in [
        "hub.db",
        "hub.db-wal",
        "hub.db-shm",
        "hub.journal.db-wal",
        ".eml",
        "images/",
    ] {
        assert!(
            found.iter().any(|(path, _)| path.contains(name)),
            "no {name}: {found:?}"
        );
    }
    assert_eq!(wrong(hub.folder()), []);
}

#[test]
fn a_new_key_is_for_its_owner_only() {
    let site = Site::on_sqlite();
    site.make();
    assert_eq!(wrong(site.path("key").parent().unwrap()), []);
}

#[test]
fn what_somebody_has_opened_to_others_stays_so() {
    let site = Site::on_sqlite();
    site.make();
    let path = site.path("hub.db");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    stop(site.open(Opening::ExistingOrNew).unwrap());
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}
