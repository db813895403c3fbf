//! A small JSON file that survives restarts.
//!
//! Promise: the file is either the old state or the new one, never half of it; and what `change`
//! has returned is on disk. The file holds access tokens, so only its owner may read it.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::Mutex;

use super::Failure;

/// A value in memory and in its file.
#[derive(Debug)]
pub(crate) struct Kept<T> {
    path: PathBuf,
    value: Mutex<T>,
}

impl<T: Clone + Default + Serialize + DeserializeOwned> Kept<T> {
    /// Reads the file; a missing one is an empty state, an unreadable one an error, so that
    /// nothing is overwritten by accident.
    pub(crate) async fn open(path: &Path) -> Result<Kept<T>, Failure> {
        let value = match tokio::fs::read(path).await {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| failure(path, error))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => T::default(),
            Err(error) => return Err(failure(path, error)),
        };
        Ok(Kept {
            path: path.into(),
            value: Mutex::new(value),
        })
    }

    /// Looks at the state.
    pub(crate) async fn read<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&*self.value.lock().await)
    }

    /// Changes the state, in the file first: when writing fails nothing has changed.
    pub(crate) async fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, Failure> {
        let mut value = self.value.lock().await;
        let mut next = value.clone();
        let result = change(&mut next);
        write(&self.path, &next)
            .await
            .map_err(|error| failure(&self.path, error))?;
        *value = next;
        Ok(result)
    }
}

fn failure(path: &Path, error: impl ToString) -> Failure {
    Failure::State {
        path: path.display().to_string(),
        reason: error.to_string(),
    }
}

async fn write<T: Serialize>(path: &Path, value: &T) -> std::io::Result<()> {
    let text = serde_json::to_vec_pretty(value)?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(&beside).await?;
    file.write_all(&text).await?;
    file.sync_all().await?;
    tokio::fs::rename(&beside, path).await
}
