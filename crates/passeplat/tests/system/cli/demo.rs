//! The demo, where it cannot begin.

use std::process::Command;

use crate::PROGRAM;

#[test]
fn a_demo_leaves_a_folder_with_other_files_alone_and_says_so_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("letter.txt"), "Dear Ada").unwrap();
    let output = Command::new(PROGRAM)
        .args(["demo", "--port", "0", "--data"])
        .arg(&data)
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(errors.contains("is not empty"), "{errors}");
    assert_eq!(std::fs::read_dir(&data).unwrap().count(), 1);
    assert!(!folder.path().join("data.unfinished").exists());
}
