use super::*;
use crate::input::{FromJson, Input, read};
use crate::patch::Patch;
use crate::problem::{Path, Problems};

fn raw<T: FromJson>(json: &str) -> T {
    let body: Input<T> = read(json.as_bytes()).unwrap();
    body.required(&Path::ROOT, &mut Problems::new()).unwrap()
}

fn ada() -> OrderCustomer {
    serde_json::from_str(include_str!("../../tests/examples/customer.json")).unwrap()
}

fn change(json: &str, before: &OrderCustomer) -> Result<CheckedCustomer, Vec<String>> {
    raw::<RawCustomer>(json).check(before).map_err(|problems| {
        let errors = problems.errors().iter();
        errors
            .map(|e| format!("{} {}", e.field, e.message))
            .collect()
    })
}

#[test]
fn an_order_shows_a_customer_as_the_list_does() {
    let customer: Customer =
        serde_json::from_str(include_str!("../../tests/examples/customer.json")).unwrap();
    let (shown, in_order) = (
        serde_json::to_string(&customer).unwrap(),
        serde_json::to_string(&ada()).unwrap(),
    );
    assert_eq!(shown, in_order);
}

#[test]
fn nothing_is_mandatory_for_a_customer() {
    let nobody = OrderCustomer::default();
    let checked = change("{}", &nobody).unwrap();
    assert_eq!(checked.person, nobody);
    assert!(checked.private_ref.is_absent());
}

#[test]
fn only_what_was_sent_changes() {
    let body = r#"{"id": "zzzzz", "nickname": 7, "country": "fr", "phone": null,
        "sms_marketing": null, "private_ref": "A1", "custom_fields": {"epos": null, "vip": true}}"#;
    let checked = change(body, &ada()).unwrap();
    assert_eq!(checked.private_ref, Patch::Value("A1".to_owned()));
    let mut expected = ada();
    expected.country = Some("FR".to_owned());
    expected.phone = None;
    expected.sms_marketing = false;
    expected.custom_fields = serde_json::from_str(r#"{"vip": true}"#).unwrap();
    assert_eq!(checked.person, expected);
}

#[test]
fn an_empty_private_ref_is_none() {
    let checked = change(r#"{"private_ref": ""}"#, &ada()).unwrap();
    assert_eq!(checked.private_ref, Patch::Null);
}

#[test]
fn everything_that_is_wrong_with_a_customer_is_told() {
    let long = "x".repeat(256);
    let body = format!(
        r#"{{"private_ref": "{long}", "email": "{long}", "phone": 7.5, "gender": "other",
            "birth_date": "28/02/1990", "latitude": "north", "sms_marketing": "yes",
            "custom_fields": []}}"#
    );
    assert_eq!(
        change(&body, &OrderCustomer::default()).unwrap_err(),
        [
            "private_ref is too long (maximum is 255 characters)",
            "email is too long (maximum is 255 characters)",
            "gender is not included in the list",
            "birth_date '28/02/1990' is not a valid date",
            "phone must be a string",
            "latitude 'north' is not a valid decimal",
            "sms_marketing must be a boolean",
            "custom_fields must be an object",
        ]
    );
}

#[test]
fn anonymising_clears_exactly_the_personal_keys() {
    let before = serde_json::to_value(ada()).unwrap();
    let mut ada = ada();
    ada.anonymise();
    let after = serde_json::to_value(&ada).unwrap();
    for (key, value) in after.as_object().unwrap() {
        if PERSONAL.contains(&key.as_str()) {
            assert!(!before[key].is_null(), "{key} is in the example");
            assert!(value.is_null(), "{key}");
        } else if key == "anonymised" {
            assert_eq!(value, true);
        } else {
            assert_eq!(value, &before[key], "{key}");
        }
    }
}

#[test]
fn what_was_erased_stays_so_and_the_rest_can_be_changed() {
    let mut nobody = ada();
    nobody.anonymise();
    let body = r#"{"first_name": "Ada", "phone": "1", "city": "Paris", "custom_fields": {"a": 1}}"#;
    let after = change(body, &nobody).unwrap().person;
    assert_eq!((after.first_name, after.phone), (None, None));
    assert_eq!(after.city.as_deref(), Some("Paris"));
    assert!(after.custom_fields.0.contains_key("a"));
}

#[test]
fn what_is_sent_of_erased_data_is_ignored_where_it_is_data_at_all() {
    let mut nobody = ada();
    nobody.anonymise();
    for key in PERSONAL {
        let after = change(&format!(r#"{{"{key}": null}}"#), &nobody);
        assert_eq!(after.map(|it| it.person).as_ref(), Ok(&nobody), "{key}");
    }
    let after = change(r#"{"email": "ada@clients.example"}"#, &nobody);
    assert_eq!(after.map(|it| it.person).as_ref(), Ok(&nobody));
    let refused = change(r#"{"gender": "alien"}"#, &nobody).unwrap_err();
    assert_eq!(refused, ["gender is not included in the list"]);
}

#[test]
fn a_list_needs_a_name() {
    let message_of = |json: &str| {
        raw::<RawCustomerList>(json)
            .check()
            .unwrap_err()
            .to_string()
    };
    for blank in ["{}", r#"{"name": null}"#, r#"{"name": "  "}"#] {
        assert_eq!(message_of(blank), "name can't be blank", "{blank}");
    }
    assert_eq!(message_of(r#"{"name": 7}"#), "name must be a string");
    let rename = |json: &str| raw::<RawCustomerList>(json).check_change();
    assert_eq!(rename("{}"), Ok(None));
    assert_eq!(rename(r#"{"name": "VIP"}"#), Ok(Some("VIP".to_owned())));
    assert!(rename(r#"{"name": null}"#).is_err());
}
