//! What a body takes while it is read. Memory is counted for the whole process, so this is measured
//! in one of its own.

use std::collections::BTreeMap;
use std::process::Command;

use super::fields::{Bodies, fields};
use crate::MEMORY;
use crate::support::TestHub;

const NAME: &str =
    "api::senders::memory::a_body_takes_at_most_four_times_its_size_and_gives_it_back";

/// Set in the process that measures.
const IS_MEASURED: &str = "PASSEPLAT_TEST_MEASURED";

/// The longest body that is taken.
const LONGEST: usize = 8 * 1024 * 1024;

/// What the test and the journal keep.
const BESIDE: usize = 4 * 1024 * 1024;

/// The values that are made of few bytes and take many, or are kept as long as may be.
fn values(takes_objects: bool, is_text: bool) -> Vec<(&'static str, String)> {
    let list = |entry: &str, times: usize| format!("[{}]", vec![entry; times].join(","));
    let free = |times: usize| format!("{{\"x\":{}}}", list("[[]]", times));
    let mut values = vec![("objects in a list", list("{}", 1_000))];
    if takes_objects {
        values.push(("free data", free(1_500)));
        let keys = (0..1_500).map(|key| format!("\"{key}\":{{}}"));
        let keys: Vec<String> = keys.collect();
        values.push(("keys", format!("{{{}}}", keys.join(","))));
    }
    if is_text {
        values.push(("a text", format!("\"{}\"", "x".repeat(9_000))));
    }
    values
}

fn measure() {
    let hub = TestHub::start();
    let bodies = Bodies::of(&hub);
    let mut most = BTreeMap::<String, (usize, String)>::new();
    let before = MEMORY.current_usage();
    let mut seen = 0;
    for field in fields() {
        let endpoint = format!("{} {}", field.method, field.path);
        let takes_objects = field.takes("object");
        if !takes_objects && !field.takes("array") && !field.is_text() {
            continue;
        }
        for (kind, value) in values(takes_objects, field.is_text()) {
            let mut texts = vec![field.repeated(&value, LONGEST - 4_096)];
            if texts[0].len() < LONGEST / 2 {
                let times = (LONGEST - 4_096) / (value.len() + 1);
                let long = format!("[{}]", vec![value.as_str(); times].join(","));
                texts.push(field.repeated(&format!("{{\"x\":{long}}}"), 0));
                texts.push(field.repeated(&long, 0));
            }
            for text in texts {
                let length = text.len();
                let taken = MEMORY.current_usage();
                MEMORY.reset_peak_usage();
                let answer = bodies.send_text(&field, text);
                let peak = MEMORY.peak_usage() - taken + length;
                seen += 1;
                let told = format!("{} of {kind}, {length} bytes: {}", field.name, answer.status);
                let entry = most.entry(endpoint.clone()).or_default();
                if length > LONGEST / 2 && peak * 100 / length > entry.0 {
                    *entry = (peak * 100 / length, told);
                }
                assert_ne!(answer.status, 500, "{answer:?}");
            }
        }
    }
    let kept = MEMORY.current_usage().saturating_sub(before);
    for (endpoint, (ratio, told)) in &most {
        eprintln!("{}.{:02} {endpoint}: {told}", ratio / 100, ratio % 100);
    }
    eprintln!("{seen} bodies at {} endpoints; {kept} bytes kept", most.len());
    let most = most.values().map(|(ratio, _)| *ratio).max();
    assert!(most.is_some_and(|most| most > 100 && most <= 400), "{most:?}");
    assert!(kept < BESIDE, "{kept} bytes");
}

#[test]
fn a_body_takes_at_most_four_times_its_size_and_gives_it_back() {
    if std::env::var_os(IS_MEASURED).is_some() {
        return measure();
    }
    let this = std::env::current_exe().expect("this program");
    let told = Command::new(this)
        .args(["--exact", NAME, "--nocapture"])
        .env(IS_MEASURED, "1")
        .output()
        .expect("a process");
    let said = String::from_utf8_lossy(&told.stderr);
    eprintln!("{said}");
    assert!(told.status.success(), "{said}");
}
