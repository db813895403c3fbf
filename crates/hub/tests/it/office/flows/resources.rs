//! Catalogs and customer lists in the settings: added, renamed and deleted, and when they are not.

use hub::users::permissions::{Permissions, Role};

use crate::engine::apply;
use crate::support::{Browser, Page, TestHub, json};

/// Where the forms of either are, and what is said in French.
struct Kind {
    path: &'static str,
    created: &'static str,
    renamed: &'static str,
    deleted: &'static str,
    last: &'static str,
}

const KINDS: [Kind; 2] = [
    Kind {
        path: "/settings/catalogs",
        created: "Le catalogue est créé.",
        renamed: "Le catalogue est renommé.",
        deleted: "Le catalogue est supprimé.",
        last: "Le dernier catalogue du compte ne peut pas être supprimé.",
    },
    Kind {
        path: "/settings/customer_lists",
        created: "La liste de clients est créée.",
        renamed: "La liste de clients est renommée.",
        deleted: "La liste de clients est supprimée.",
        last: "La dernière liste de clients du compte ne peut pas être supprimée.",
    },
];

impl Kind {
    fn add(&self, browser: &Browser, name: &str) -> Page {
        let action = format!("{}/new", self.path);
        let form = browser.open(&action);
        browser.fill(&form, &action, &[("name", name)])
    }

    fn rename(&self, browser: &Browser, id: &str, name: &str) -> Page {
        let action = format!("{}/{id}", self.path);
        let form = browser.open(&action);
        browser.fill(&form, &action, &[("name", name)])
    }

    fn delete(&self, browser: &Browser, id: &str) -> Page {
        let action = format!("{}/{id}/delete", self.path);
        let form = browser.open(&action);
        browser.fill(&form, &action, &[])
    }

    /// The ids of those that can be deleted here.
    fn ids(&self, browser: &Browser) -> Vec<String> {
        let css = format!("a[href^='{}/'][href$='/delete']", self.path);
        let links = browser.open("/settings").all(&css, "href");
        let ids = links.iter().filter_map(|link| link.split('/').nth(3));
        ids.map(str::to_owned).collect()
    }
}

fn administrator(hub: &TestHub) -> Browser {
    hub.user("Ana", Role::FullAdministrator.permissions(true), None)
}

#[apply(each_engine!)]
fn a_catalog_and_a_list_are_added_renamed_and_deleted(hub: TestHub) {
    let ana = administrator(&hub);
    for kind in KINDS {
        let before = kind.ids(&ana);
        let page = kind.add(&ana, "Midi");
        page.says(kind.created);
        page.says("Midi");
        let ids = kind.ids(&ana);
        let id = ids.iter().find(|id| !before.contains(id)).unwrap();
        let page = kind.rename(&ana, id, "Soir");
        page.says(kind.renamed);
        page.says("Soir");
        page.does_not_say("Midi");
        kind.delete(&ana, id).says(kind.deleted);
        assert_eq!(kind.ids(&ana), before);
    }
}

#[apply(each_engine!)]
fn the_audit_log_says_who_added_renamed_and_deleted_it(hub: TestHub) {
    let ana = administrator(&hub);
    for kind in KINDS {
        let before = kind.ids(&ana);
        kind.add(&ana, "Midi");
        let ids = kind.ids(&ana);
        let id = ids.iter().find(|id| !before.contains(id)).unwrap();
        kind.rename(&ana, id, "Soir");
        kind.delete(&ana, id);
    }
    let log = ana.open("/settings/audit");
    for text in [
        "Catalogue ajouté",
        "Catalogue renommé nom Midi → Soir",
        "Catalogue supprimé",
        "Liste de clients ajoutée",
        "Liste de clients renommée nom Midi → Soir",
        "Liste de clients supprimée",
    ] {
        log.says(text);
    }
}

#[apply(each_engine!)]
fn a_name_is_given_once_where_both_are_seen(hub: TestHub) {
    let ana = administrator(&hub);
    for kind in KINDS {
        let first = kind.ids(&ana)[0].clone();
        kind.add(&ana, "Midi");
        let page = kind.add(&ana, "Midi");
        assert_eq!(page.status(), 422);
        page.says("Ce nom est déjà pris.");
        kind.rename(&ana, &first, "Midi")
            .says("Ce nom est déjà pris.");
        let own = kind.rename(&ana, &first, "Matin");
        own.says(kind.renamed);
        kind.rename(&ana, &first, "Matin").says(kind.renamed);
        let blank = kind.add(&ana, "  ");
        assert_eq!(blank.status(), 422);
    }
}

#[apply(each_engine!)]
fn the_last_catalog_and_list_of_the_account_stay(hub: TestHub) {
    let ana = administrator(&hub);
    for kind in KINDS {
        let ids = kind.ids(&ana);
        assert_eq!(ids.len(), 1);
        let page = kind.delete(&ana, &ids[0]);
        assert_eq!(page.status(), 422);
        page.says(kind.last);
        assert_eq!(kind.ids(&ana), ids);
        kind.add(&ana, "Midi");
        kind.delete(&ana, &ids[0]).says(kind.deleted);
    }
}

#[apply(each_engine!)]
fn what_an_app_is_connected_to_stays_until_it_is_disconnected(hub: TestHub) {
    let ana = administrator(&hub);
    let till = hub.client("Kezia");
    for kind in KINDS {
        let id = kind.ids(&ana)[0].clone();
        kind.add(&ana, "Midi");
        let page = kind.delete(&ana, &id);
        assert_eq!(page.status(), 422);
        page.says("Kezia y est connectée");
    }
    let path = format!("/connections/{}/disconnect", till.connection);
    let form = ana.open(&path);
    ana.fill(&form, &path, &[]);
    for kind in KINDS {
        let id = kind.ids(&ana)[0].clone();
        kind.delete(&ana, &id).says(kind.deleted);
    }
}

#[apply(each_engine!)]
fn a_new_name_changes_nothing_for_an_app(hub: TestHub) {
    let ana = administrator(&hub);
    let till = hub.client("till");
    let paths = [
        format!("/catalogs/{}", hub.catalog),
        format!("/customer_lists/{}", hub.customer_list),
    ];
    for (kind, path) in KINDS.iter().zip(paths) {
        let id = path.split('/').nth(2).unwrap();
        kind.rename(&ana, id, "Autrement");
        let read = till.get(&path).ok();
        assert_eq!(read["name"], json!("Autrement"));
        assert_eq!(read["id"], json!(id));
    }
}

#[apply(each_engine!)]
fn whoever_has_the_right_at_a_location_changes_what_belongs_to_it(hub: TestHub) {
    let held = Role::TechnicalPartner.permissions(false);
    let tom = hub.user("Tom", held, Some(&hub.location));
    let next_door = hub.user("Leo", held, Some(&hub.second_location));
    for kind in KINDS {
        assert_eq!(kind.ids(&tom), [""; 0], "the account's are only shown");
        kind.add(&tom, "Midi").says(kind.created);
        let own = kind.ids(&tom);
        assert_eq!(own.len(), 1);
        assert_eq!(kind.ids(&next_door), [""; 0]);
        let path = format!("{}/{}", kind.path, own[0]);
        assert_eq!(next_door.get(&path).status(), 404);
        assert_eq!(
            next_door.forge(&format!("{path}/delete"), &[]).status(),
            404
        );
        kind.delete(&tom, &own[0]).says(kind.deleted);
    }
    for path in [
        format!("/settings/catalogs/{}", hub.catalog),
        format!("/settings/customer_lists/{}", hub.customer_list),
    ] {
        assert_eq!(tom.get(&path).status(), 403);
        assert_eq!(tom.forge(&format!("{path}/delete"), &[]).status(), 403);
    }
}

#[test]
fn whoever_only_views_is_offered_no_change() {
    let hub = TestHub::start();
    let nadia = hub.user("Nadia", Permissions::VIEW, None);
    let page = nadia.open("/settings");
    page.does_not_say("Ajouter un catalogue");
    for kind in KINDS {
        assert_eq!(kind.ids(&nadia), [""; 0]);
        let path = format!("{}/new", kind.path);
        assert_eq!(nadia.get(&path).status(), 403);
        assert_eq!(nadia.forge(&path, &[("name", "Midi")]).status(), 403);
    }
}

#[apply(each_engine!)]
fn a_deleted_list_takes_its_customers_along(hub: TestHub) {
    let ana = administrator(&hub);
    let chain = hub.client_with("chain", "account[all_customer_lists.write]");
    let made = chain.post("/account/customer_lists", json!({ "name": "Habitués" }));
    let list = made.ok()["id"].as_str().unwrap().to_owned();
    let path = format!("/customer_lists/{list}/customers");
    let customer = chain.post(&path, json!({ "first_name": "Ada" })).ok();
    let customer = format!("/customers/{}", customer["id"].as_str().unwrap());
    let settings = ana.open("/settings");
    settings.says(&format!("Habitués {list}"));
    assert_eq!(ana.get(&customer).status(), 200);
    let lists = &KINDS[1];
    lists.delete(&ana, &list).says(lists.deleted);
    assert_eq!(ana.get(&customer).status(), 404);
}
