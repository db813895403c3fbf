//! Lists of customers: pages, and what they are narrowed down to.

use std::time::Duration;

use hub::args;
use hub::customers::store;
use hub::db;
use wire::customer::CustomerDetails;

use super::{add, customers, each, path};
use crate::engine::apply;
use crate::support::{Caller, TestHub, Value, json};

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

#[apply(each_engine!)]
fn filters_find_what_they_say(hub: TestHub) {
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
}

#[apply(each_engine!)]
fn any_three_characters_of_a_text_or_of_its_end_find_it(hub: TestHub) {
    let till = hub.client("till");
    let phone = "0123456789é-ab";
    add(&hub, &till, json!({ "first_name": "Ada", "phone": phone }));
    add(
        &hub,
        &till,
        json!({ "first_name": "Eve", "phone": "0-1-2-3-4-5" }),
    );
    let all: Vec<char> = phone.chars().collect();
    for from in 0..=all.len() - 3 {
        for to in from + 3..=all.len() {
            let part: String = all[from..to].iter().collect();
            let part = part.replace('é', "%C3%A9");
            let query = format!("phone=*{part}*");
            assert_eq!(found(&hub, &till, &query), ["Ada"], "{query}");
        }
        let end: String = all[from..].iter().collect();
        let query = format!("phone=*{}", end.replace('é', "%C3%A9"));
        assert_eq!(found(&hub, &till, &query), ["Ada"], "{query}");
    }
}

#[apply(each_engine!)]
fn a_private_ref_finds_what_the_reader_calls_so(hub: TestHub) {
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
}

#[apply(each_engine!)]
fn what_is_found_follows_a_change(hub: TestHub) {
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
    assert_eq!(found(&hub, &till, "email=*old*"), [""; 0]);
    assert_eq!(found(&hub, &till, "email=new*&phone=1"), ["Ada"]);
    assert_eq!(found(&hub, &till, "email=*ew@*"), ["Ada"]);
    till.patch(&path(&made), json!({ "email": null })).ok();
    assert_eq!(found(&hub, &till, "email=*"), [""; 0]);
}

#[apply(each_engine!)]
fn pages_follow_each_other_oldest_first_whatever_narrows_them(hub: TestHub) {
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
}

#[apply(each_engine!)]
fn who_is_far_down_a_long_list_is_found(hub: TestHub) {
    let till = hub.client("till");
    long_list(&hub);
    // All of them were made at the same time, and are in the order of their ids.
    let all: Vec<u32> = by_pages(&hub, &till, "")
        .iter()
        .map(|name| name.as_str().unwrap().parse().unwrap())
        .collect();
    let is_rare = |number: u32| RARE.contains(&number);
    let ends_so = |number: u32, end: &str| number.to_string().ends_with(end);
    let found: [(&str, &dyn Fn(u32) -> bool); 13] = [
        ("email=*@rare.example", &is_rare),
        ("email=n*@rare.example", &is_rare),
        ("email=*rar*", &is_rare),
        ("email=*are.e*", &is_rare),
        ("phone=061*", &is_rare),
        ("phone=*45678", &is_rare),
        ("phone=*78", &is_rare),
        ("phone=*345*&email=*rare*", &is_rare),
        // More may match than are read at a time.
        ("email=n*17@clients.example", &|it| ends_so(it, "17")),
        // So many pieces begin so that the list is the shorter way.
        ("phone=*9999*", &|it| !is_rare(it)),
        ("phone=*9999*&email=*0*9@*", &|it| {
            !is_rare(it) && ends_so(it, "9") && it.to_string().contains('0')
        }),
        // Nobody, in an index and by pieces.
        ("phone=*9999*8*", &|_| false),
        ("email=*nobody*", &|_| false),
    ];
    for (query, matches) in found {
        let expected: Vec<String> = all
            .iter()
            .filter(|number| matches(**number))
            .map(u32::to_string)
            .collect();
        for count in [7, 100] {
            let found = by_pages(&hub, &till, &format!("{query}&count={count}"));
            assert_eq!(found, expected, "{query}, {count} a page");
        }
    }
}

#[apply(each_engine!)]
fn nothing_to_search_by_is_left_of_what_was_changed_or_erased(hub: TestHub) {
    let till = hub.client("till");
    let person = json!({ "email": "ada.martin@b.example", "phone": "+33601020304" });
    let ada = add(&hub, &till, person.clone());
    let eve = add(&hub, &till, person);
    let change = json!({ "email": "ada@b.example", "phone": null });
    till.patch(&path(&ada), change).ok();
    let own: Vec<String> = pieces(&hub, &ada);
    assert_eq!(own, [".example", "a@b.exam", "ample\n", "le\n"]);
    till.send("POST", &format!("{}/anonymise", path(&ada)), &[], "")
        .ok();
    assert_eq!(pieces(&hub, &ada), [""; 0]);
    assert_eq!(pieces(&hub, &eve).len(), 11);
}

/// What a customer is found by.
fn pieces(hub: &TestHub, customer: &Value) -> Vec<String> {
    const PIECES: &str = "SELECT piece FROM customer_pieces
        WHERE account_id = $1 AND customer_id = $2 ORDER BY piece";
    let (account, id) = (hub.account.clone(), customer["id"].as_str().unwrap());
    let id = id.to_owned();
    let read = move |tx: &mut db::Tx<'_>| tx.all::<(String,)>(PIECES, args![&account, &id]);
    let rows = hub.wait(hub.hub.read("test.pieces", read)).unwrap();
    rows.into_iter().map(|(piece,)| piece).collect()
}

/// Who has another address and phone number than the others in a long list.
const RARE: [u32; 4] = [5, 1_500, 2_050, 2_060];

/// A list of 2,100 customers; their first names are their numbers.
fn long_list(hub: &TestHub) {
    let (account, list) = (hub.account.clone(), hub.customer_list.clone());
    let add = move |tx: &mut db::Tx<'_>| {
        for number in 0..2_100 {
            let (house, phone) = if RARE.contains(&number) {
                ("rare", "0612345678")
            } else {
                ("clients", "0699999999")
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
