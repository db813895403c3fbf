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
