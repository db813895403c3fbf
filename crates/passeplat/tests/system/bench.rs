//! `passeplat bench` is itself a promise: it must run to its end and count correctly.

use std::process::Command;

use serde_json::Value;

use crate::PROGRAM;
use crate::tools::counting::{ListedOrder, OrderCount, count_orders};
use crate::tools::order;

/// Runs the benchmark with its own arguments; answers the report.
fn run_bench(arguments: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    let output = Command::new(PROGRAM)
        .args(["bench", "--seconds", "1", "--json"])
        .arg(&report)
        .arg("--folder")
        .arg(folder.path())
        .args(arguments)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "bench failed:\n{errors}");
    serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap()
}

#[test]
fn a_short_benchmark_ends_loses_nothing_and_writes_its_report() {
    let report = run_bench(&[]);
    let rows = report["api"].as_array().unwrap();
    let created = rows.iter().filter(|row| row["name"] == "create an order");
    let lost: Vec<_> = created
        .map(|row| [&row["errors"], &row["lost"], &row["doubled"]])
        .collect();
    assert_eq!(
        lost,
        [[0, 0, 0]; 3],
        "errors, lost and doubled at 1, 16 and 64 connections"
    );
    assert_eq!(
        report["callbacks"]["callbacks"]["lost"], 0,
        "callbacks that never came"
    );
    let backlog = &report["backlog"]["drain"]["callbacks"];
    assert_eq!(
        backlog["lost"], 0,
        "callbacks of the backlog that never came"
    );
}

#[test]
fn receivers_that_are_well_are_timed_beside_those_that_are_ill() {
    let ill = ["--spread", "10", "--dead", "10", "--hanging", "10"];
    let report = run_bench(&ill);
    let plan = [&report["receivers"], &report["dead"], &report["hanging"]];
    assert_eq!(plan, [10, 1, 1], "receivers, dead and hanging ones");
    for part in ["all_healthy", "beside_ill"] {
        let [posts, callbacks] = ["posts", "callbacks"].map(|row| &report[part][row]);
        assert_eq!(posts["errors"], 0, "{posts}");
        assert_eq!(callbacks["lost"], 0, "{callbacks}");
        assert_ne!(callbacks["answered"], 0, "{callbacks}");
    }
}

#[test]
fn a_backlog_is_worked_off_beside_a_dead_receiver_and_nothing_is_lost() {
    let arguments = ["--backlog", "200", "--receivers", "4", "--dead", "25"];
    let report = &run_bench(&arguments)["backlog"];
    let plan = [&report["orders"], &report["receivers"], &report["dead"]];
    assert_eq!(plan, [50, 4, 1], "orders, receivers and dead ones");
    let (drain, steady) = (&report["drain"], &report["steady"]);
    let lost = [&drain["callbacks"]["lost"], &steady["callbacks"]["lost"]];
    assert_eq!(lost, [0, 0], "callbacks that never came");
    let rows = [
        &report["intake_idle"],
        &report["fill"],
        &report["intake_beside"],
        &drain["callbacks"],
        &drain["orders"],
        &steady["posts"],
        &steady["callbacks"],
    ];
    for row in rows {
        assert_ne!(row["answered"], 0, "{row} was measured");
        assert_eq!(row["errors"], 0, "{row} without errors");
    }
    // What was created beside the backlog belongs to it.
    let orders = report["fill"]["answered"].as_u64().unwrap()
        + report["intake_beside"]["answered"].as_u64().unwrap();
    let came = drain["callbacks"]["answered"].as_u64().unwrap();
    assert!(
        came >= 3 * orders,
        "{came} callbacks of {orders} orders to three apps"
    );
}

#[test]
fn a_backlog_needs_a_healthy_receiver() {
    let output = Command::new(PROGRAM)
        .args(["bench", "--backlog", "10", "--receivers", "2"])
        .args(["--dead", "50", "--hanging", "50"])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        errors.contains("leave no healthy receiver"),
        "the reason is missing:\n{errors}"
    );
    assert!(!output.status.success(), "bench went on:\n{errors}");
}

#[test]
fn counting_tells_lost_doubled_and_unanswered_orders_apart() {
    let run = order::run_name();
    let stored = |number: u32, id: &str| -> ListedOrder {
        let reference = order::reference(&run, 7, number);
        let order = serde_json::json!({ "id": id, "ref": reference, "created_at": "" });
        serde_json::from_value(order).unwrap()
    };
    let readable = [
        stored(1, "a"),
        stored(2, "b"),
        stored(2, "c"),
        stored(9, "d"),
    ];
    let acknowledged = [(7, 1), (7, 2), (7, 3)].into_iter();
    let expected = OrderCount {
        acknowledged: 3,
        lost: 1,
        doubled: 1,
        unanswered: 1,
    };
    assert_eq!(count_orders(&run, acknowledged, &readable), expected);
}
