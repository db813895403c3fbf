//! A disk of a bounded size, in memory, that can be full.

use std::path::{Path, PathBuf};

use super::process::run;

/// More than an hour of orders takes.
const MEGABYTES: u32 = 8 * 1024;

/// A mounted file system. It is gone with this value.
pub struct Disk {
    path: PathBuf,
}

impl Disk {
    /// Mounts an empty disk at a folder that is made for it. Only root may.
    pub async fn mount(path: &Path) -> Result<Self, String> {
        std::fs::create_dir_all(path).map_err(|error| error.to_string())?;
        let size = format!("size={MEGABYTES}m,mode=755");
        let words = ["-t", "tmpfs", "-o", &size, "passeplat-trouble", &text(path)];
        run("mount", &words).await?;
        Ok(Self {
            path: path.to_owned(),
        })
    }

    /// Leaves no room beyond what is used now.
    pub async fn fill(&self) -> Result<(), String> {
        // What is written meanwhile makes the wish too small: ask again.
        let mut last = String::new();
        for _ in 0..20 {
            let used = run("df", &["--output=used", "-k", &text(&self.path)]).await?;
            let used: u64 = used
                .lines()
                .last()
                .and_then(|line| line.trim().parse().ok())
                .ok_or("df says nothing")?;
            match self.resize(&format!("{}k", used.div_ceil(4) * 4)).await {
                Ok(()) => return Ok(()),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// There is room again.
    pub async fn free(&self) -> Result<(), String> {
        self.resize(&format!("{MEGABYTES}m")).await
    }

    async fn resize(&self, size: &str) -> Result<(), String> {
        let option = format!("remount,size={size}");
        run("mount", &["-o", &option, &text(&self.path)])
            .await
            .map(drop)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        unmount(&text(&self.path));
    }
}

/// Takes a disk away, even while somebody uses it.
pub fn unmount(path: &str) {
    let _gone = std::process::Command::new("umount")
        .args(["--lazy", path])
        .output();
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
