//! An account and its locations are changed in the settings: what the apps hear of it, who may, and what
//! happens when two people do it at once.

use hub::users::permissions::{Permissions, Role};

use crate::engine::apply;
use crate::support::{Browser, Caller, Page, TestHub, Value, json};

const ACCOUNT: &str = "/settings/account";

fn administrator(hub: &TestHub) -> Browser {
    hub.user("Ana", Role::FullAdministrator.permissions(true), None)
}

fn details(hub: &TestHub) -> String {
    format!("/settings/locations/{}", hub.location)
}

fn hours(hub: &TestHub) -> String {
    format!("/settings/locations/{}/hours", hub.location)
}

fn change(browser: &Browser, path: &str, typed: &[(&str, &str)]) -> Page {
    browser.fill(&browser.open(path), path, typed)
}

/// A till that hears of changes of its location.
fn listener(hub: &TestHub) -> Caller {
    let till = hub.client("till");
    till.post("/callback", json!({ "events": { "location": ["update"] } }))
        .ok();
    till
}

fn events(till: &Caller) -> Vec<Value> {
    let all = till.get("/callback/events").ok();
    all.as_array().cloned().unwrap_or_default()
}

#[apply(each_engine!)]
fn the_name_and_address_of_a_location_are_changed_and_its_apps_hear_of_it(hub: TestHub) {
    let (ana, till) = (administrator(&hub), listener(&hub));
    let typed = [
        ("name", "Lyon Terreaux"),
        ("address", "3 place des Terreaux"),
        ("postal_code", "69001"),
        ("city", "Lyon"),
        ("timezone", "Indian/Reunion"),
    ];
    let page = change(&ana, &details(&hub), &typed);
    page.says("Le point de vente est mis à jour.");
    page.says("Lyon Terreaux");
    let location = till.get("/location").ok();
    assert_eq!(location["name"], "Lyon Terreaux");
    assert_eq!(location["address"], "3 place des Terreaux");
    assert_eq!(location["postal_code"], "69001");
    assert_eq!(
        location["timezone"],
        json!({ "name": "Indian/Reunion", "offset": 14_400 })
    );
    let events = events(&till);
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0]["resource_type"], "location");
    let id = events[0]["id"].as_str().unwrap_or_default();
    let event = till.get(&format!("/callback/events/{id}")).ok();
    assert_eq!(event["new_state"]["name"], "Lyon Terreaux");
}

#[apply(each_engine!)]
fn the_audit_log_says_who_changed_what_of_a_location_and_an_account(hub: TestHub) {
    let ana = administrator(&hub);
    change(&ana, &details(&hub), &[("city", "Villeurbanne")]);
    change(&ana, &hours(&hub), &[("preparation_time", "25")]);
    change(&ana, ACCOUNT, &[("name", "Pizzeria Ombre")]);
    let log = ana.open("/settings/audit");
    log.says("Point de vente modifié");
    log.says("→ Villeurbanne");
    log.says("temps de préparation (minutes) 15 → 25");
    log.says("Compte modifié nom Pizzeria Lumière → Pizzeria Ombre");
}

#[apply(each_engine!)]
fn a_form_that_changes_nothing_is_told_to_nobody(hub: TestHub) {
    let (ana, till) = (administrator(&hub), listener(&hub));
    change(&ana, &details(&hub), &[]).says("Le point de vente est mis à jour.");
    change(&ana, &hours(&hub), &[]).says("Le point de vente est mis à jour.");
    change(&ana, ACCOUNT, &[]).says("Le compte est mis à jour.");
    assert_eq!(events(&till), Vec::<Value>::new());
    ana.open("/settings/audit").does_not_say("modifié");
}

#[apply(each_engine!)]
fn the_audit_log_shows_opening_hours_and_how_orders_are_taken_in_words(hub: TestHub) {
    let ana = administrator(&hub);
    let typed = [("monday", "11:45-14:15, 18:30-01:00"), ("mode", "paused")];
    change(&ana, &hours(&hub), &typed);
    let log = ana.open("/settings/audit");
    log.says("Lundi 11:45-14:15, 18:30-01:00");
    log.says("Normale → En pause");
}

#[apply(each_engine!)]
fn of_a_range_that_cannot_be_read_only_its_day_complains(hub: TestHub) {
    let ana = administrator(&hub);
    let page = change(&ana, &hours(&hub), &[("monday", "18:30-25:00")]);
    assert_eq!(page.all("[aria-invalid=true]", "name"), ["monday"]);
}

#[apply(each_engine!)]
fn opening_hours_have_several_ranges_a_day_and_go_past_midnight(hub: TestHub) {
    let (ana, till) = (administrator(&hub), listener(&hub));
    let typed = [
        ("monday", "11h45-14h15, 18:30 – 1:00"),
        ("saturday", "18.30-02.00"),
    ];
    let page = change(&ana, &hours(&hub), &typed);
    page.says("Le point de vente est mis à jour.");
    let location = till.get("/location").ok();
    let expected = json!({
        "monday": [{ "from": "11:45", "to": "14:15" }, { "from": "18:30", "to": "01:00" }],
        "tuesday": [], "wednesday": [], "thursday": [], "friday": [],
        "saturday": [{ "from": "18:30", "to": "02:00" }],
        "sunday": []
    });
    assert_eq!(location["opening_hours"], expected);
    let shown = ana.open(&hours(&hub)).all("input[name=monday]", "value");
    assert_eq!(shown, ["11:45-14:15, 18:30-01:00"]);
    let all_empty = [("monday", ""), ("saturday", "")];
    change(&ana, &hours(&hub), &all_empty);
    assert_eq!(till.get("/location").ok()["opening_hours"], Value::Null);
    assert_eq!(events(&till).len(), 2);
}

#[apply(each_engine!)]
fn orders_are_paused_until_a_time_of_the_location(hub: TestHub) {
    let (ana, till) = (administrator(&hub), listener(&hub));
    let typed = [
        ("mode", "paused"),
        ("resume_at", "2026-03-08T12:00"),
        ("reason", "Four en panne"),
        ("extra_preparation_time", "20"),
    ];
    change(&ana, &hours(&hub), &typed).says("Le point de vente est mis à jour.");
    let acceptance = json!({
        "mode": "paused", "resume_at": "2026-03-08T12:00:00+01:00", "reason": "Four en panne"
    });
    assert_eq!(till.get("/location").ok()["order_acceptance"], acceptance);
    // What is not touched stays as it is.
    change(&ana, &hours(&hub), &[("preparation_time", "")]);
    let location = till.get("/location").ok();
    assert_eq!(location["order_acceptance"], acceptance);
    assert_eq!(location["preparation_time"], Value::Null);
}

#[test]
fn what_is_wrong_is_said_at_its_field_and_what_was_typed_stays() {
    let hub = TestHub::start();
    let ana = administrator(&hub);
    let typed = [
        ("preparation_time", "-3"),
        ("mode", "busy"),
        ("resume_at", "2020-01-01T00:00"),
        ("monday", "11:45-14:15, 13:00-15:00"),
        ("tuesday", "14:00-11:00"),
        ("wednesday", "le matin"),
    ];
    let page = change(&ana, &hours(&hub), &typed);
    assert_eq!(page.status(), 422);
    for text in [
        "Indiquez un nombre entier de minutes, de 0 à 10 080.",
        "En affluence, indiquez les minutes en plus.",
        "Deux plages se chevauchent.",
        "Une plage finit après son début ; une fin avant 06:00 est le lendemain.",
        "Écrivez des plages comme 11:45-14:15, 18:30-01:00.",
    ] {
        page.says(text);
    }
    for (name, value) in typed {
        if name != "mode" {
            let css = format!("input[name={name}]");
            assert_eq!(page.all(&css, "value"), [value]);
        }
    }
    let late = change(&ana, &hours(&hub), &[("mode", "paused"), typed[2]]);
    late.says("Cette heure est déjà passée.");
    let nameless = change(&ana, &details(&hub), &[("name", " "), ("city", "Bron")]);
    assert_eq!(nameless.status(), 422);
    nameless.says("Ce champ est obligatoire");
    assert_eq!(nameless.all("input[name=city]", "value"), ["Bron"]);
}

#[apply(each_engine!)]
fn two_people_do_not_overwrite_each_other(hub: TestHub) {
    let ana = administrator(&hub);
    let bea = hub.user("Bea", Role::FullAdministrator.permissions(true), None);
    for (path, field, label) in [
        (ACCOUNT.to_owned(), "name", "Nom"),
        (details(&hub), "name", "Nom"),
        (
            hours(&hub),
            "preparation_time",
            "Temps de préparation (minutes)",
        ),
    ] {
        let form = ana.open(&path);
        change(&bea, &path, &[(field, "40")]);
        let refused = ana.fill(&form, &path, &[(field, "50")]);
        assert_eq!(refused.status(), 409, "{path}");
        refused.says("Quelqu'un d'autre a modifié ces réglages entre-temps.");
        refused.says(&format!("Valeurs actuelles : {label} : 40"));
        let css = format!("input[name={field}]");
        assert_eq!(refused.all(&css, "value"), ["50"], "{path}");
        assert_eq!(bea.open(&path).all(&css, "value"), ["40"], "{path}");
        // Whoever has been shown it may go on.
        ana.fill(&refused, &path, &[]).says("mis à jour");
        assert_eq!(bea.open(&path).all(&css, "value"), ["50"], "{path}");
    }
}

#[apply(each_engine!)]
fn an_app_that_changes_something_else_is_in_nobodys_way(hub: TestHub) {
    let (ana, till) = (administrator(&hub), hub.client("till"));
    let form = ana.open(&details(&hub));
    till.patch("/location", json!({ "preparation_time": 30 }))
        .ok();
    let page = ana.fill(&form, &details(&hub), &[("name", "Lyon Terreaux")]);
    page.says("Le point de vente est mis à jour.");
    let location = till.get("/location").ok();
    assert_eq!(location["preparation_time"], 30);
    assert_eq!(location["name"], "Lyon Terreaux");
}

#[apply(each_engine!)]
fn the_account_gets_another_name_and_its_currency_stays(hub: TestHub) {
    let (ana, till) = (administrator(&hub), hub.client("till"));
    let form = ana.open(ACCOUNT);
    form.says("La devise ne peut pas être modifiée.");
    let typed = [("name", "Pizzeria Ombre"), ("currency", "CHF")];
    ana.fill(&form, ACCOUNT, &typed)
        .says("Le compte est mis à jour.");
    let account = &till.get("/location").ok()["account"];
    assert_eq!(account["name"], "Pizzeria Ombre");
    assert_eq!(account["currency"], "EUR");
}

#[apply(each_engine!)]
fn a_location_is_added_from_the_settings(hub: TestHub) {
    let ana = administrator(&hub);
    let settings = ana.open("/settings");
    settings.says("Ajouter un point de vente");
    let link = &settings.all("a[href^='/locations/new']", "href")[0];
    let form = ana.open(link);
    let page = ana.fill(&form, "/locations/new", &[("location_name", "Grenoble")]);
    page.says("Le point de vente est ajouté.");
    page.says("Grenoble");
}

#[test]
fn only_who_manages_the_entity_changes_it() {
    let hub = TestHub::start();
    let paths = [ACCOUNT.to_owned(), details(&hub), hours(&hub)];
    let viewer = hub.user("Vic", Role::BackOfficeViewer.permissions(true), None);
    for path in &paths {
        assert_eq!(viewer.open(path).status(), 403, "{path}");
        assert_eq!(viewer.forge(path, &[("name", "x")]).status(), 403, "{path}");
    }
    let settings = viewer.open("/settings");
    settings.does_not_say("Ajouter un point de vente");
    assert!(!settings.has("a[href='/settings/account']"));
    let other = hub.another_account().account;
    let held = Role::FullAdministrator.permissions(true);
    let (_, stranger) = hub.user_of(&other, "Sam", held, None);
    for path in &paths[1..] {
        assert_eq!(stranger.open(path).status(), 404, "{path}");
    }
    // At one location: that one, and not the account or another.
    let entity = Permissions::ENTITY.with_implied(false);
    let local = hub.user("Loc", entity, Some(&hub.location));
    assert_eq!(local.open(&details(&hub)).status(), 200);
    assert_eq!(local.open(ACCOUNT).status(), 403);
    let second = format!("/settings/locations/{}", hub.second_location);
    assert_eq!(local.open(&second).status(), 404);
}
