//! `passeplat bench` is itself a promise: it must run to its end and count correctly.

use std::process::Command;

use serde_json::Value;

use crate::PROGRAM;
use crate::tools::counting::{ListedOrder, OrderCount, count_orders};
use crate::tools::order;

#[test]
fn a_short_benchmark_ends_loses_nothing_and_writes_its_report() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    let output = Command::new(PROGRAM)
        .args(["bench", "--seconds", "1", "--json"])
        .arg(&report)
        .arg("--folder")
        .arg(folder.path())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "bench failed:\n{errors}");
    let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
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
