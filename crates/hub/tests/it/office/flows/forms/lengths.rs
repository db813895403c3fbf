//! Every field of every form has a longest length, which the page says and the hub holds.

use std::collections::BTreeSet;

use hub::args;
use hub::db;
use hub::office::form::longest;

use super::walk::{Walk, administrator, count, forms};
use crate::engine::apply;
use crate::support::{Browser, TestHub};

#[test]
fn every_field_has_a_longest_length() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let (mut fields, mut every) = (0, 0);
    let everybody = walk.everybody();
    let all = everybody.iter();
    for (sender, form) in all.flat_map(|(who, forms)| forms.iter().map(move |it| (who, it))) {
        every += 1;
        for (name, most) in &form.typed {
            let limit = most.as_deref().and_then(|most| most.parse().ok());
            assert_eq!(limit, Some(longest(name)), "{name} of {}", form.action);
        }
        for (name, _) in form.fields.iter().filter(|(name, _)| name != "csrf") {
            fields += 1;
            let too_long = "a".repeat(longest(name) + 1);
            let answer = form.send_with(sender, &[(name, &too_long)]);
            assert_eq!(answer.status(), 413, "{name} of {}", form.action);
            answer.says("Ce formulaire contient un texte trop long");
        }
        let unknown = form.send_with(sender, &[("unknown", &"a".repeat(201))]);
        assert_eq!(unknown.status(), 413, "{}", form.action);
    }
    eprintln!("{fields} fields of {every} forms have a longest length");
    assert!(fields > 900, "{fields}");
}

#[apply(each_engine!)]
fn nothing_long_is_kept_of_a_stranger(hub: TestHub) {
    let browser = Browser::new(&hub);
    let form = browser.open("/signup");
    let typed = |back: &str| {
        [
            ("name", "Ana".to_owned()),
            ("email", "ana@example.com".to_owned()),
            ("password", "fourchette bleue".to_owned()),
            ("back", back.to_owned()),
        ]
    };
    let send = |back: &str| {
        let typed = typed(back);
        let typed = typed.each_ref().map(|(k, v)| (*k, v.as_str()));
        browser.send_form(&form, "/signup", &typed).status()
    };
    assert_eq!(send(&format!("/{}", "a".repeat(250_000))), 413);
    assert_eq!(send(&format!("/{}", "a".repeat(8_000))), 413);
    assert_eq!(count(&hub, "sign_ups"), 0);
    for back in [
        format!("/{}", "a".repeat(2_000)),
        "//attacker.example/phish".to_owned(),
        "https://attacker.example/phish".to_owned(),
        format!("/{}", "a".repeat(1_999)),
    ] {
        assert_eq!(send(&back), 200);
    }
    hub.mails("ana@example.com", 4);
    let mut rows: Vec<(String,)> = hub
        .wait(hub.hub.read("test.backs", |tx| {
            tx.all("SELECT back FROM sign_ups", args![])
        }))
        .unwrap_or_else(|error: db::Error| panic!("{error}"));
    rows.sort_by_key(|(back,)| back.len());
    let rows: Vec<usize> = rows.iter().map(|(back,)| back.len()).collect();
    assert_eq!(rows, [0, 1, 1, 2_000]);
}

#[apply(each_engine!)]
fn of_sign_ups_that_come_to_nothing_there_are_only_so_many(hub: TestHub) {
    hub.wait(hub.hub.write("test.crowd", |tx| {
        for number in 0..10_020_i64 {
            let at = format!("2026-03-08T18:00:00.{number:06}Z");
            let email = format!("a{number}@example.com");
            let values = args![format!("hash {number}"), email, at];
            tx.write(
                "INSERT INTO sign_ups
                        (hash, email, name, locale, password_hash, back, expires_at)
                        VALUES ($1, $2, 'Ana', 'fr-FR', '', '', $3)",
                values,
            )?;
        }
        Ok::<_, db::Error>(())
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"));
    let browser = Browser::new(&hub);
    for round in 0..8 {
        let form = browser.open("/signup");
        let typed = [
            ("name", "Ana"),
            ("email", "ana@example.com"),
            ("password", "fourchette bleue"),
        ];
        browser.send_form(&form, "/signup", &typed);
        hub.mails("ana@example.com", round + 1);
        hub.pass(std::time::Duration::from_secs(1));
    }
    let count_stored = count(&hub, "sign_ups");
    assert!((9_990..=10_001).contains(&count_stored), "{count_stored}");
    let own: Option<(i64,)> = hub
        .wait(hub.hub.read("test.own", |tx| {
            let sql = "SELECT COUNT(*) FROM sign_ups WHERE email = 'ana@example.com'";
            tx.first(sql, args![])
        }))
        .unwrap_or_else(|error: db::Error| panic!("{error}"));
    // The one that was made, and the five before it.
    assert_eq!(own, Some((6,)));
}

/// Every form that takes a name of a person, a business, a place or an app, by its own fields.
#[apply(each_engine!)]
fn a_name_with_what_cannot_be_seen_is_refused_in_every_form(hub: TestHub) {
    let walk = Walk::new(&hub);
    let everybody = walk.everybody();
    let mut known = BTreeSet::new();
    let tables = ["accounts", "locations", "clients", "sign_ups"];
    let before = tables.map(|table| count(&hub, table));
    let all = everybody.iter();
    for (sender, form) in all.flat_map(|(who, forms)| forms.iter().map(move |it| (who, it))) {
        let names = ["name", "account_name", "location_name"];
        for (name, _) in &form.typed {
            if !names.contains(&name.as_str()) || !known.insert((form.action.clone(), name.clone()))
            {
                continue;
            }
            // What else is asked for is filled in well.
            let rest = names.map(|name| (name, "Lille"));
            let rest = rest.into_iter().filter(|(key, _)| *key != name.as_str());
            let rest: Vec<_> = rest.collect();
            for bad in [
                "Li\u{202e}lle",
                "Li\r\nlle",
                "Li\tlle",
                "Li\u{2066}lle",
                "Li\u{0}lle",
            ] {
                let typed: Vec<_> = rest.iter().copied().chain([(name.as_str(), bad)]).collect();
                let answer = form.send_with(sender, &typed);
                assert_eq!(answer.status(), 422, "{bad:?} as {name} of {}", form.action);
                answer.says("Un retour à la ligne ou un caractère invisible a été retiré");
                let left = answer.all(&format!("input[name={name}]"), "value");
                assert!(
                    ["Lille", "Li  lle", "Li lle"].contains(&left[0].as_str()),
                    "{left:?}"
                );
            }
            for nothing in ["\u{200b}\u{200d}", "\u{202e}", "\r\n"] {
                let typed: Vec<_> = rest
                    .iter()
                    .copied()
                    .chain([(name.as_str(), nothing)])
                    .collect();
                let answer = form.send_with(sender, &typed);
                assert_eq!(
                    answer.status(),
                    422,
                    "{nothing:?} as {name} of {}",
                    form.action
                );
                answer.says("Ce champ est obligatoire");
            }
        }
    }
    assert_eq!(tables.map(|table| count(&hub, table)), before);
    eprintln!("{} names: {known:?}", known.len());
    assert!(known.len() >= 8, "{known:?}");
}

#[test]
fn names_of_every_script_are_taken_as_they_are() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    for name in [
        "מסעדה 7",
        "مطعم",
        "क्‍ष",
        "می‌خواهم",
        "👩‍🍳 Chez Ana",
        "O'Brien & fils",
    ] {
        let form = forms(&browser.open("/profile"));
        let form = form
            .iter()
            .find(|form| form.action == "/profile")
            .expect("the form");
        assert_eq!(
            form.send_with(&browser, &[("name", name)]).status(),
            303,
            "{name}"
        );
        let names = browser.open("/profile").all("#name", "value");
        assert_eq!(names, [name]);
    }
}

#[test]
fn an_address_and_a_city_have_an_end() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    let form = forms(&browser.open("/locations/new"));
    let form = form
        .iter()
        .find(|form| form.action == "/locations/new")
        .expect("the form");
    let before = count(&hub, "locations");
    for name in ["address", "city", "postal_code", "location_name"] {
        let typed = [("location_name", "Lille"), (name, &"a".repeat(200_000))];
        assert_eq!(form.send_with(&browser, &typed).status(), 413, "{name}");
    }
    assert_eq!(count(&hub, "locations"), before);
}
