use jiff::tz::TimeZone;

use super::*;
use crate::input::{Input, read};

fn paris() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
}

fn location() -> Location {
    serde_json::from_str(include_str!("../../tests/examples/location.json")).unwrap()
}

fn patch(json: &str) -> Result<Location, Vec<String>> {
    let body: Input<LocationPatch> = read(json.as_bytes()).unwrap();
    let body = body.required(&Path::ROOT, &mut Problems::new()).unwrap();
    let location = location();
    match body.check(&location, &paris()) {
        Ok(change) => Ok(change.apply_to(&location, &paris(), Timestamp::UNIX_EPOCH)),
        Err(problems) => Err(problems
            .errors()
            .iter()
            .map(|e| format!("{} {}", e.field, e.message))
            .collect()),
    }
}

fn acceptance(json: &str) -> Result<String, Vec<String>> {
    patch(&format!(r#"{{"order_acceptance": {json}}}"#))
        .map(|location| serde_json::to_string(&location.order_acceptance).unwrap())
}

#[test]
fn a_slot_may_run_past_midnight_but_not_past_the_cutoff() {
    let hours = |cutoff: &str, from: &str, to: &str| {
        patch(&format!(
            r#"{{"cutoff_time": "{cutoff}", "opening_hours": {{"monday": [{{"from": "{from}", "to": "{to}"}}]}}}}"#
        ))
        .is_ok()
    };
    assert!(hours("06:00", "18:00", "01:00"));
    assert!(hours("06:00", "18:00", "00:00"));
    assert!(!hours("00:00", "18:00", "01:00"));
    assert!(!hours("06:00", "18:00", "06:00"));
    assert!(!hours("06:00", "12:00", "12:00"));
}

#[test]
fn a_new_cutoff_must_fit_the_hours_there_are() {
    let expected = vec!["opening_hours.tuesday[1].to must be after from".to_owned()];
    assert_eq!(patch(r#"{"cutoff_time": "00:00"}"#), Err(expected));
}

#[test]
fn slots_of_a_day_do_not_overlap_and_the_week_is_not_empty() {
    let overlap = r#"{"opening_hours": {"monday": [{"from": "12:00", "to": "15:00"}, {"from": "14:00", "to": "16:00"}]}}"#;
    let expected = vec!["opening_hours.monday[1] overlaps another slot".to_owned()];
    assert_eq!(patch(overlap), Err(expected));
    let empty = r#"{"opening_hours": {"monday": []}}"#;
    let expected = vec!["opening_hours must have at least 1 item(s)".to_owned()];
    assert_eq!(patch(empty), Err(expected));
    assert_eq!(
        patch(r#"{"opening_hours": null}"#).unwrap().opening_hours,
        None
    );
}

#[test]
fn keys_that_cannot_be_written_are_refused() {
    let found = patch(r#"{"name": "x", "opening_hours": {"lundi": []}, "preparation_time": -1}"#);
    let expected = [
        "name is not a valid key",
        "opening_hours.lundi is not a valid key",
        "preparation_time must be between 0 and 10080",
    ];
    assert_eq!(found.unwrap_err(), expected);
}

#[test]
fn each_mode_has_its_own_keys() {
    assert_eq!(
        acceptance(r#"{"mode": "online"}"#).as_deref(),
        Ok(r#"{"mode":"normal"}"#)
    );
    assert_eq!(
        acceptance(
            r#"{"mode": "busy", "extra_preparation_time": 10, "resume_at": "2026-03-07T20:15:00"}"#
        )
        .as_deref(),
        Ok(
            r#"{"mode":"busy","resume_at":"2026-03-07T20:15:00+01:00","extra_preparation_time":10}"#
        )
    );
    assert_eq!(
        acceptance(r#"{"mode": "paused"}"#).as_deref(),
        Ok(r#"{"mode":"paused","resume_at":null,"reason":null}"#)
    );
    let expected = ["order_acceptance.reason is not a valid key"];
    assert_eq!(
        acceptance(r#"{"mode": "normal", "reason": "x"}"#).unwrap_err(),
        expected
    );
    let expected = ["order_acceptance.until is not a valid key"];
    assert_eq!(
        acceptance(r#"{"mode": "paused", "until": null}"#).unwrap_err(),
        expected
    );
    let expected = ["order_acceptance.extra_preparation_time can't be blank"];
    assert_eq!(acceptance(r#"{"mode": "busy"}"#).unwrap_err(), expected);
}

#[test]
fn a_key_of_another_mode_may_be_null() {
    let nothing = r#""resume_at": null, "reason": null"#;
    let sent = format!(r#"{{"mode": "normal", {nothing}, "extra_preparation_time": null}}"#);
    let normal = acceptance(&sent);
    assert_eq!(normal.as_deref(), Ok(r#"{"mode":"normal"}"#));
    let sent = format!(r#"{{"mode": "paused", {nothing}, "extra_preparation_time": null}}"#);
    let paused = acceptance(&sent);
    let expected = r#"{"mode":"paused","resume_at":null,"reason":null}"#;
    assert_eq!(paused.as_deref(), Ok(expected));
    let sent = format!(r#"{{"mode": "busy", {nothing}, "extra_preparation_time": 5}}"#);
    let busy = acceptance(&sent);
    let expected = r#"{"mode":"busy","resume_at":null,"extra_preparation_time":5}"#;
    assert_eq!(busy.as_deref(), Ok(expected));
    let sent = format!(r#"{{"mode": "busy", {nothing}, "extra_preparation_time": null}}"#);
    let expected = ["order_acceptance.extra_preparation_time can't be blank"];
    assert_eq!(acceptance(&sent).unwrap_err(), expected);
}

#[test]
fn of_a_week_that_cannot_be_read_nobody_is_told_that_it_is_empty() {
    let found = patch(r#"{"opening_hours": {"monday": [{"from": "9h", "to": "14:00"}]}}"#);
    let found = found.unwrap_err();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("opening_hours.monday[0].from "),
        "{found:?}"
    );
    let found = patch(r#"{"cutoff_time": "00:00", "opening_hours": "closed"}"#);
    assert_eq!(found.unwrap_err(), ["opening_hours must be an object"]);
}

#[test]
fn acceptance_is_normal_again_when_the_time_has_come() {
    let resume_at = Time::parse("2026-03-07T20:15:00+01:00").unwrap();
    let paused = OrderAcceptance::Paused {
        resume_at: Some(resume_at),
        reason: None,
    };
    let before = Timestamp::from_second(resume_at.at().as_second() - 1).unwrap();
    assert_eq!(paused.clone().as_of(before), paused);
    assert_eq!(paused.as_of(resume_at.at()), OrderAcceptance::Normal);
}

#[test]
fn custom_fields_are_merged() {
    let location = patch(r#"{"custom_fields": {"delivery": null, "x": 1}}"#).unwrap();
    assert_eq!(
        serde_json::to_string(&location.custom_fields).unwrap(),
        r#"{"x":1}"#
    );
}
