//! Lists of customers: pages, and what they are narrowed down to.

use std::time::Duration;

use hub::customers::store;
use hub::db;
use wire::customer::CustomerDetails;

use super::{add, customers, each, path};
use crate::support::{Caller, TestHub, Value, json, on_each_engine};

/// The first names that a list narrowed down so has.
fn found(hub: &TestHub, who: &Caller, query: &str) -> Vec<Value> {
    each(
        &who.get(&format!("{}?{query}", customers(hub))).ok(),
        "first_name",
    )
}

fn four(hub: &TestHub, who: &Caller) {
    for (name, email, phone) in [
        (
            "Ada",
            Some("Ada.Martin@clients.example"),
            Some("+33601020304"),
        ),
        (
            "Basile",
            Some("basile@clients.example"),
            Some("+33605060708"),
        ),
        (
            "Chloé",
            Some("chloe_100%@Autre.example"),
            Some("06 09 10 11 12"),
        ),
        ("Dan", None, None),
    ] {
        hub.pass(Duration::from_secs(1));
        add(
            hub,
            who,
            json!({ "first_name": name, "email": email, "phone": phone }),
        );
    }
}

#[test]
fn filters_find_what_they_say() {
    on_each_engine(|hub| {
        let till = hub.client("till");
        four(&hub, &till);
        for (query, expected) in [
            ("", &["Ada", "Basile", "Chloé", "Dan"][..]),
            ("email=ada.martin@clients.example", &["Ada"]),
            ("email=ADA.MARTIN@CLIENTS.EXAMPLE", &["Ada"]),
            ("email=ada", &[]),
            ("email=", &[]),
            ("email=ada*", &["Ada"]),
            ("email=*@clients.example", &["Ada", "Basile"]),
            ("email=*example", &["Ada", "Basile", "Chloé"]),
            ("email=*", &["Ada", "Basile", "Chloé"]),
            ("email=***", &["Ada", "Basile", "Chloé"]),
            ("email=*A*.example", &["Ada", "Basile", "Chloé"]),
            ("email=a*@clients*", &["Ada"]),
            ("email=*martin*", &["Ada"]),
            ("email=b*s*e*@*", &["Basile"]),
            ("email=ada*a", &[]),
            ("email=*100%25*", &["Chloé"]),
            ("email=*1%25%25*", &[]),
            ("email=chloe_1*", &["Chloé"]),
            ("email=chloe_*autre*", &["Chloé"]),
            ("email=_asile*", &[]),
            ("email=*_asile*", &[]),
            ("email=*!*", &[]),
            ("phone=%2B33601020304", &["Ada"]),
            ("phone=%2B336*", &["Ada", "Basile"]),
            ("phone=%2B33*08", &["Basile"]),
            ("phone=*0304", &["Ada"]),
            ("phone=*06*", &["Basile", "Chloé"]),
            ("phone=06+09+10+11+12", &["Chloé"]),
            ("phone=0609101112", &[]),
            ("email=*@clients.example&phone=*08", &["Basile"]),
            ("email=*@autre.example&phone=*08", &[]),
            ("city=Paris", &["Ada", "Basile", "Chloé", "Dan"]),
        ] {
            assert_eq!(found(&hub, &till, query), expected, "{query}");
        }
        let long = format!("email={}*", "x".repeat(9_999));
        assert_eq!(found(&hub, &till, &long), [""; 0]);
    });
}

#[test]
fn a_private_ref_finds_what_the_reader_calls_so() {
    on_each_engine(|hub| {
        let (till, web) = (hub.client("till"), hub.client("web"));
        add(
            &hub,
            &till,
            json!({ "first_name": "Ada", "private_ref": "7", "email": "a@b.example" }),
        );
        add(
            &hub,
            &web,
            json!({ "first_name": "Eve", "private_ref": "7" }),
        );
        assert_eq!(found(&hub, &till, "private_ref=7"), ["Ada"]);
        assert_eq!(found(&hub, &web, "private_ref=7"), ["Eve"]);
        assert_eq!(found(&hub, &till, "private_ref=7&email=a*"), ["Ada"]);
        assert_eq!(found(&hub, &till, "private_ref=7&email=b*"), [""; 0]);
        assert_eq!(found(&hub, &till, "private_ref=8"), [""; 0]);
    });
}

#[test]
fn what_is_found_follows_a_change() {
    on_each_engine(|hub| {
        let till = hub.client("till");
        let made = add(
            &hub,
            &till,
            json!({ "first_name": "Ada", "email": "old@b.example" }),
        );
        till.patch(
            &path(&made),
            json!({ "email": "new@b.example", "phone": "1" }),
        )
        .ok();
        assert_eq!(found(&hub, &till, "email=old*"), [""; 0]);
        assert_eq!(found(&hub, &till, "email=new*&phone=1"), ["Ada"]);
        till.patch(&path(&made), json!({ "email": null })).ok();
        assert_eq!(found(&hub, &till, "email=*"), [""; 0]);
    });
}

#[test]
fn pages_follow_each_other_oldest_first_whatever_narrows_them() {
    on_each_engine(|hub| {
        let till = hub.client("till");
        // In the order of creation, which is not that of the addresses.
        for (number, letter) in ["f", "a", "e", "c", "b", "d", "g"].iter().enumerate() {
            hub.pass(Duration::from_secs(number as u64 % 2));
            let email = format!("{letter}@clients.example");
            let phone = format!("+3360000000{number}");
            add(
                &hub,
                &till,
                json!({ "first_name": letter, "email": email, "phone": phone }),
            );
        }
        for query in [
            "",
            "&email=*@clients.example",
            "&email=*",
            "&phone=%2B33*",
            "&phone=*0*",
        ] {
            let all = by_pages(&hub, &till, &format!("count=3{query}"));
            assert_eq!(all, ["f", "a", "e", "c", "b", "d", "g"], "{query}");
        }
    });
}

#[test]
fn who_is_far_down_a_long_list_is_found_in_an_index() {
    on_each_engine(|hub| {
        let till = hub.client("till");
        let (account, list) = (hub.account.clone(), hub.customer_list.clone());
        let add = move |tx: &mut db::Tx<'_>| {
            for number in 0..2_100 {
                let (house, phone) = match number {
                    5 | 1_500 | 2_050 | 2_060 => ("rare", "0612345678"),
                    _ => ("clients", "0699999999"),
                };
                let details = CustomerDetails {
                    first_name: Some(number.to_string()),
                    email: Some(format!("n{number}@{house}.example")),
                    phone: Some(phone.to_owned()),
                    ..CustomerDetails::default()
                };
                store::insert(tx, &account, &list, details)?;
            }
            Ok::<_, db::Error>(())
        };
        hub.wait(hub.hub.write("test.customers", add)).unwrap();
        // All of them were made at the same time, and are in the order of their ids.
        let mut expected = by_pages(&hub, &till, "");
        expected.retain(|name| ["5", "1500", "2050", "2060"].iter().any(|it| name == it));
        for query in [
            "email=*@rare.example",
            "email=n*@rare.example",
            "email=*rar*",
            "phone=061*",
            "phone=*45678",
            "phone=*345*&email=*rare*",
        ] {
            for count in [1, 100] {
                let all = by_pages(&hub, &till, &format!("{query}&count={count}"));
                assert_eq!(all, expected, "{query}, {count} a page");
            }
        }
        assert_eq!(found(&hub, &till, "email=*nobody*"), [""; 0]);
    });
}

/// The first names of all pages.
fn by_pages(hub: &TestHub, who: &Caller, query: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = who.get(&format!("{}?{query}{cursor}", customers(hub)));
        let next = page.header("X-Cursor-Next").map(str::to_owned);
        all.extend(each(&page.ok(), "first_name"));
        let Some(next) = next else { return all };
        cursor = format!("&cursor={next}");
    }
}
