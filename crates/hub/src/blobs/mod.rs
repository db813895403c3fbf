//! Blobs: bytes under a name, in a folder, or in a bucket of a server that speaks S3.

mod s3;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload};
use tokio::time::timeout;

use crate::config::Config;
use crate::db::Address;
use crate::modes;

/// How long writing, reading or removing a file may take. A leftover is deleted much later than
/// that, so that it is not one that is still being written.
const DEADLINE: Duration = Duration::from_secs(30);

/// Where blobs are stored. Cheap to clone.
#[derive(Clone)]
pub struct BlobStore {
    store: Arc<dyn ObjectStore>,
    /// The store again, if it is a folder.
    folder: Option<Arc<LocalFileSystem>>,
    /// What the name of every file begins with; empty, or with a slash at its end.
    prefix: String,
}

impl fmt::Debug for BlobStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobStore({}, {})", self.store, self.prefix)
    }
}

/// The place for images cannot be used; the text says what to do.
#[derive(Debug, thiserror::Error)]
#[error("images.store: {0}")]
pub struct OpenError(String);

/// Why a file could not be written, read or removed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BlobError {
    /// There is no such file.
    #[error("there is no such file")]
    Missing,
    /// Not now, maybe later.
    #[error("{0}")]
    Unreachable(String),
}

impl From<object_store::Error> for BlobError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::Missing,
            other => Self::Unreachable(other.to_string()),
        }
    }
}

impl From<std::io::Error> for BlobError {
    fn from(error: std::io::Error) -> Self {
        Self::Unreachable(error.to_string())
    }
}

impl BlobStore {
    /// The place that the settings name; a folder is made when absent.
    pub(crate) fn open(config: &Config, database: &Address) -> Result<Self, OpenError> {
        let wanted = config.images.store.as_str();
        if let Some(location) = wanted.strip_prefix("s3://") {
            let (bucket, prefix) = location.split_once('/').unwrap_or((location, ""));
            let prefix = prefix.trim_matches('/');
            return Ok(Self {
                store: s3::open(&config.images, bucket).map_err(OpenError)?,
                folder: None,
                prefix: match prefix {
                    "" => String::new(),
                    some => format!("{some}/"),
                },
            });
        }
        let folder = match (wanted, database) {
            ("", Address::Sqlite(path)) => path.with_extension("images"),
            ("", Address::Postgres(_)) => config.keys.file.with_file_name("images"),
            (some, _) => PathBuf::from(some),
        };
        let shown = folder.display();
        modes::make_folder(&folder)
            .map_err(|error| OpenError(format!("the folder {shown} cannot be made: {error}")))?;
        let store = LocalFileSystem::new_with_prefix(&folder)
            .map_err(|error| OpenError(format!("the folder {shown} cannot be used: {error}")))?;
        // What was answered is there after a power cut.
        let store = Arc::new(store.with_fsync(true));
        Ok(Self {
            folder: Some(Arc::clone(&store)),
            store,
            prefix: String::new(),
        })
    }

    /// Writes a file; it is durable afterwards.
    pub(crate) async fn write(&self, name: &str, bytes: Bytes) -> Result<(), BlobError> {
        let path = self.path(name);
        let file = match &self.folder {
            Some(folder) => Some(folder.path_to_filesystem(&path)?),
            None => None,
        };
        if let Some(folder) = file.as_deref().and_then(std::path::Path::parent) {
            modes::make_folder(folder)?;
        }
        let put = self.store.put(&path, PutPayload::from_bytes(bytes));
        in_time(put).await?;
        if let Some(file) = file {
            modes::close_file(&file)?;
        }
        Ok(())
    }

    /// The bytes of a file.
    pub(crate) async fn read(&self, name: &str) -> Result<Bytes, BlobError> {
        let path = self.path(name);
        in_time(async { self.store.get(&path).await?.bytes().await }).await
    }

    /// Removes a file; one that is not there is removed already.
    pub(crate) async fn remove(&self, name: &str) -> Result<(), BlobError> {
        let path = self.path(name);
        match in_time(self.store.delete(&path)).await {
            Err(BlobError::Missing) => Ok(()),
            outcome => outcome,
        }
    }

    fn path(&self, name: &str) -> Path {
        Path::from(format!("{}{name}", self.prefix))
    }
}

async fn in_time<T>(
    work: impl Future<Output = Result<T, object_store::Error>>,
) -> Result<T, BlobError> {
    match timeout(DEADLINE, work).await {
        Ok(outcome) => Ok(outcome?),
        Err(_) => Err(BlobError::Unreachable(format!(
            "no answer within {} s",
            DEADLINE.as_secs()
        ))),
    }
}
