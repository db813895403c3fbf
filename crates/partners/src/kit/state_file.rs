//! A small JSON file that survives restarts.
//!
//! Promise: the file is either the old state or the new one, never half of it; and what `change`
//! has returned is on disk. The file holds access tokens, so only its owner may read it.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::Mutex;

use super::AppError;

/// A value in memory and in its file.
pub(crate) struct StateFile<T> {
    path: PathBuf,
    value: Mutex<T>,
}

impl<T: Clone + Default + Serialize + DeserializeOwned> StateFile<T> {
    /// Reads the file; a missing one is an empty state, an unreadable one an error, so that
    /// nothing is overwritten by accident.
    pub(crate) async fn open(path: &Path) -> Result<StateFile<T>, AppError> {
        let value = match tokio::fs::read(path).await {
            Ok(text) => {
                serde_json::from_slice(&text).map_err(|error| state_file_error(path, error))?
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => T::default(),
            Err(error) => return Err(state_file_error(path, error)),
        };
        Ok(StateFile {
            path: path.into(),
            value: Mutex::new(value),
        })
    }

    /// Reads the state.
    pub(crate) async fn read<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(&*self.value.lock().await)
    }

    /// Changes the state, in the file first: when writing fails nothing has changed.
    pub(crate) async fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, AppError> {
        let mut value = self.value.lock().await;
        let mut next = value.clone();
        let result = change(&mut next);
        write(&self.path, &next)
            .await
            .map_err(|error| state_file_error(&self.path, error))?;
        *value = next;
        Ok(result)
    }
}

fn state_file_error(path: &Path, error: impl ToString) -> AppError {
    AppError::StateFile {
        path: path.display().to_string(),
        reason: error.to_string(),
    }
}

async fn write<T: Serialize>(path: &Path, value: &T) -> std::io::Result<()> {
    let text = serde_json::to_vec_pretty(value)?;
    let mut new_path = path.as_os_str().to_owned();
    new_path.push(".new");
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(&new_path).await?;
    file.write_all(&text).await?;
    file.sync_all().await?;
    tokio::fs::rename(&new_path, path).await
}
