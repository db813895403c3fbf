//! The file of the master key, and how a new one comes into its place: first beside it, under a name
//! that has its fingerprint, then, once the database knows it, under its own.

use std::fs::File;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use crate::entropy::Entropy;
use crate::modes;
use crate::secret::{KeyError, MasterKey};

/// What stands between the name of the key file and the fingerprint of a key that is not in its place
/// yet.
const NEW: &str = ".new-";

/// The file of the master key.
pub(super) struct KeyFile<'a> {
    path: &'a Path,
}

impl<'a> KeyFile<'a> {
    pub(super) fn new(path: &'a Path) -> Self {
        Self { path }
    }

    /// The key, if the file is there.
    pub(super) fn read(&self) -> Result<Option<MasterKey>, KeyError> {
        read(self.path)
    }

    /// A key for a new hub, written beside its place; one that a start before has left there, if any.
    pub(super) fn prepare(&self, entropy: &Entropy) -> Result<MasterKey, KeyError> {
        let usable = |left: PathBuf| {
            let key = read(&left).ok()??;
            (left == self.prepared_path(&key)).then_some(key)
        };
        if let Some(key) = self.prepared_files().into_iter().find_map(usable) {
            return Ok(key);
        }
        let key = MasterKey::from_bytes(entropy.bytes());
        modes::make_folder(self.folder())
            .and_then(|()| self.write(&key))
            .map_err(|error| key_error(self.path, "made", &error))?;
        Ok(key)
    }

    /// The key that the database knows, if a start before, or another hub that is starting now, has it
    /// written already; it is in its place then.
    pub(super) fn adopt(&self, fingerprint: &str) -> Result<Option<MasterKey>, KeyError> {
        if let Some(key) = read(&self.prepared_path_of(fingerprint))?
            && key.fingerprint() == fingerprint
        {
            self.install(&key)?;
            return Ok(Some(key));
        }
        // The other one may just have put it there.
        let key = self.read()?;
        Ok(key.filter(|key| key.fingerprint() == fingerprint))
    }

    /// Puts a key into its place.
    pub(super) fn install(&self, key: &MasterKey) -> Result<(), KeyError> {
        self.move_into_place(key)
            .map_err(|error| key_error(self.path, "put in its place", &error))?;
        let placed = self.read()?;
        if placed.is_none_or(|placed| placed.fingerprint() != key.fingerprint()) {
            return Err(KeyError::new(format!(
                "the key of this hub is in {}, but another one has come into its place {} meanwhile",
                self.prepared_path(key).display(),
                self.path.display()
            )));
        }
        self.clear();
        Ok(())
    }

    /// Takes away what starts before have left, once there is a key in its place.
    pub(super) fn clear(&self) {
        for left in self.prepared_files() {
            // It is in nobody's way.
            let _stays = std::fs::remove_file(left);
        }
    }

    /// Takes a prepared key away that no database knows.
    pub(super) fn discard(&self, key: &MasterKey) {
        // It is in nobody's way.
        let _stays = std::fs::remove_file(self.prepared_path(key));
    }

    fn move_into_place(&self, key: &MasterKey) -> io::Result<()> {
        let prepared = self.prepared_path(key);
        if !prepared.exists() && !self.path.exists() {
            // Another hub that was starting has failed, and taken it away.
            self.write(key)?;
        }
        // A link, unlike a new name, never takes the place of another file.
        match std::fs::hard_link(&prepared, self.path) {
            // The other hub that was starting has put it there.
            Err(_) if self.path.exists() => {}
            // There are file systems without links.
            Err(_) => std::fs::rename(&prepared, self.path)?,
            Ok(()) => {}
        }
        sync(self.folder())
    }

    fn write(&self, key: &MasterKey) -> io::Result<()> {
        let mut file = modes::make_file(&self.prepared_path(key))?;
        file.write_all(key.text().as_bytes())?;
        file.sync_all()?;
        sync(self.folder())
    }

    fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        }
    }

    fn prepared_path(&self, key: &MasterKey) -> PathBuf {
        self.prepared_path_of(&key.fingerprint())
    }

    fn prepared_path_of(&self, fingerprint: &str) -> PathBuf {
        let mut name = self.path.as_os_str().to_owned();
        name.push(NEW);
        name.push(fingerprint);
        PathBuf::from(name)
    }

    /// Keys that starts before have left beside the place.
    fn prepared_files(&self) -> Vec<PathBuf> {
        let Some(name) = self.path.file_name().and_then(|name| name.to_str()) else {
            return Vec::new();
        };
        let begins = format!("{name}{NEW}");
        let Ok(entries) = std::fs::read_dir(self.folder()) else {
            return Vec::new();
        };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut left: Vec<PathBuf> = names
            .filter(|name| name.starts_with(&begins))
            .map(|name| self.path.with_file_name(name))
            .collect();
        // All who start at the same time take the same one.
        left.sort();
        left
    }
}

/// The key in a file, if the file is there.
fn read(path: &Path) -> Result<Option<MasterKey>, KeyError> {
    match std::fs::read_to_string(path) {
        Ok(text) => MasterKey::from_hex(&text)
            .map(Some)
            .map_err(|error| KeyError::new(format!("the key file {}: {error}", path.display()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(key_error(path, "read", &error)),
    }
}

fn key_error(path: &Path, what: &str, error: &io::Error) -> KeyError {
    KeyError::new(format!(
        "the key file {} cannot be {what}: {error}",
        path.display()
    ))
}

/// Makes what was done in a folder last.
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
