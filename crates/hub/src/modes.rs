//! Who may read the files that the hub makes: their owner and nobody else. They hold customers'
//! names and addresses, secrets, and links that open somebody's account.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

/// The mode of a file.
pub const FILE: u32 = 0o600;

/// The mode of a folder.
pub const FOLDER: u32 = 0o700;

/// What others than the owner may do.
const OTHERS: u32 = 0o077;

/// Makes a folder, and those above it, unless they are there.
pub fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER).create(path)
}

/// Makes a file that is not there yet, and opens it for writing.
pub fn make_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(FILE)
        .open(path)
}

/// Takes from others what they may do with a file.
pub(crate) fn close_file(path: &Path) -> io::Result<()> {
    std::fs::set_permissions(path, Permissions::from_mode(FILE))
}

/// The mode of a file or folder that others than its owner may read or change; none if they may not,
/// and none if it is not there.
pub fn loose_mode(path: &Path) -> Option<u32> {
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & OTHERS != 0).then_some(mode)
}

/// Warns of a file or folder that others may read or change; `what` it is, for the line.
pub fn warn_if_loose(what: &'static str, path: &Path) {
    if let Some(mode) = loose_mode(path) {
        let (mode, file) = (format!("{mode:04o}"), path.display());
        tracing::warn!(what, %file, mode, "others may read a file of the hub: take it from them (chmod go=)");
    }
}
