//! The operator's machine, as far as the test can spoil it: processes, clock, disk, network, log,
//! database server.

pub mod clock;
pub mod cluster;
pub mod disk;
pub mod log;
pub mod network;
pub mod process;
pub mod supervisor;

use std::path::{Path, PathBuf};

/// How folders of this test are called; then come the process and the engine.
const NAME: &str = "passeplat-trouble-";

/// A folder of this run, removed with everything in it when the run is over.
pub struct Folder {
    pub path: PathBuf,
}

impl Folder {
    /// An empty folder for this process. What others have left that are gone is removed before.
    pub fn new(engine: &str) -> Self {
        sweep();
        let name = format!("{NAME}{}-{engine}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self { path }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

/// Removes the folders, and the disks in them, of runs whose process is gone.
fn sweep() {
    for entry in std::fs::read_dir(std::env::temp_dir()).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process = name.strip_prefix(NAME).and_then(|it| it.split('-').next());
        if let Some(Ok(process)) = process.map(str::parse)
            && !process::is_there(process)
        {
            remove(&entry.path());
        }
    }
}

fn remove(folder: &Path) {
    let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let mount_points = mounts.lines().filter_map(|line| line.split(' ').nth(1));
    for mount_point in mount_points.filter(|mount_point| Path::new(mount_point).starts_with(folder))
    {
        disk::unmount(mount_point);
    }
    let _busy = std::fs::remove_dir_all(folder);
}
