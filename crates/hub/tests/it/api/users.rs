//! GET /user.

use hub::db;
use hub::users::mailbox::VerifiedEmail;
use hub::users::store::{self as users, NewUser};

use crate::engine::apply;
use crate::support::{Caller, TestHub, json};

/// A connection that Ada Martin has granted.
fn granted(hub: &TestHub, name: &str, scope: &str) -> (Caller, String) {
    let caller = hub.client_with(name, scope);
    let connection = caller.connection.clone();
    let email = format!("{name}@example.com");
    let user = hub
        .wait(hub.hub.write("test.user", move |tx| {
            let new = NewUser {
                email: VerifiedEmail::by_operator(&email),
                name: "Ada Martin".to_owned(),
                locale: "fr-FR".to_owned(),
                timezone: "Europe/Paris".to_owned(),
                password_hash: None,
            };
            let user = users::insert(tx, &new)?.expect("a user");
            tx.write(
                "UPDATE connections SET user_id = $1 WHERE id = $2",
                hub::args![&user, &connection],
            )?;
            Ok(user)
        }))
        .unwrap_or_else(|error: db::Error| panic!("{error}"));
    (caller, user.to_string())
}

#[apply(each_engine!)]
fn a_profile_shows_the_user_without_the_email(hub: TestHub) {
    let (app, id) = granted(&hub, "app", "location[orders.read],profile");
    let expected = json!({
        "id": id, "first_name": "Ada", "last_name": "Martin",
        "timezone": { "name": "Europe/Paris", "offset": 3600 }, "locales": ["fr-FR"]
    });
    assert_eq!(app.get("/user").ok(), expected);
}

#[apply(each_engine!)]
fn the_email_is_for_those_who_asked_for_it(hub: TestHub) {
    let (app, _) = granted(&hub, "app", "location[orders.read],profile_with_email");
    assert_eq!(app.get("/user").ok()["email"], "app@example.com");
}

#[test]
fn one_token_may_open_a_location_and_show_its_user() {
    let hub = TestHub::start();
    let (app, _) = granted(&hub, "app", "location[orders.read],profile");
    assert_eq!(app.get("/user").status, 200);
    assert_eq!(app.get("/location").status, 200);
    let till = hub.client("till").get("/user");
    assert_eq!(
        till.status_and_body(),
        r#"403 {"message":"A 'profile' scope is required","error_type":"forbidden"}"#
    );
}
