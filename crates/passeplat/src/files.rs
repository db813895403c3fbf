//! Who may read what the hub keeps: its owner alone.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::bail;
use hub::config::{Config, MailTransport};
use hub::db::Address;
use nix::sys::stat::{Mode, umask};
use nix::unistd::{AccessFlags, access};

/// From now on what this process makes (the database, the key, images, mails) is its owner's alone.
pub(crate) fn restrict_new_files() {
    umask(Mode::S_IRWXG | Mode::S_IRWXO);
}

/// Refuses a folder for mails that is not there and cannot be made, or into which nothing can be written:
/// the first mail would tell so, to nobody. The folder itself is made with the first mail.
pub(crate) fn check_mail_folder(config: &Config) -> anyhow::Result<()> {
    if config.mail.transport != MailTransport::Folder {
        return Ok(());
    }
    let folder = std::path::absolute(&config.mail.folder)?;
    let mut above = folder.ancestors();
    // What cannot be looked at is behind one that cannot be entered, which is then the one to blame.
    let Some((there, about)) = above.find_map(|it| Some((it, fs::metadata(it).ok()?))) else {
        return Ok(());
    };
    let why = if !about.is_dir() {
        "is no folder"
    } else if access(there, AccessFlags::W_OK | AccessFlags::X_OK).is_err() {
        "cannot be written"
    } else {
        return Ok(());
    };
    let (folder, there) = (folder.display(), there.display());
    bail!(
        "mail.folder: no mail can be written to {folder}, since {there} {why}: name another folder, or set \
         mail.transport to smtp"
    )
}

/// Warns of each file with secrets or personal data that others than its owner may read or change.
pub(crate) fn warn_about_readable_files(config: &Config, settings: Option<&Path>) {
    let mut files: Vec<(PathBuf, &str)> = Vec::new();
    if config.keys.value.is_empty() {
        files.push((
            config.keys.file.clone(),
            "master key readable by other users",
        ));
    }
    if let Some(path) = settings.filter(|path| holds_secrets(path)) {
        let what = "configuration file with secrets readable by other users";
        files.push((path.to_owned(), what));
    }
    let address = Address::parse(&config.database.url);
    if let Some(key) = address.as_ref().ok().and_then(Address::key_file) {
        files.push((key, "key of the client certificate readable by other users"));
    }
    if let Ok(Address::Sqlite(path)) = address {
        for database in [path.with_extension("journal.db"), path] {
            let mut log = database.clone().into_os_string();
            log.push("-wal");
            let both = [database, log.into()];
            files.extend(both.map(|path| (path, "database readable by other users")));
        }
    }
    if config.mail.transport == MailTransport::Folder {
        let what = "mails with links to set passwords readable by other users";
        files.push((config.mail.folder.clone(), what));
    }
    for (path, what) in files {
        // One that is not there, or cannot be looked at, is the affair of whoever opens it.
        let Ok(about) = fs::metadata(&path) else {
            continue;
        };
        let mode = about.permissions().mode() & 0o7777;
        if mode & 0o077 != 0 {
            let (mode, file) = (format!("{mode:04o}"), path.display());
            let right = if about.is_dir() { "700" } else { "600" };
            let cure = format!("chmod {right} {file}");
            tracing::warn!(%file, mode, cure, "{what}");
        }
    }
}

fn holds_secrets(path: &Path) -> bool {
    fs::read_to_string(path).is_ok_and(|text| hub::config::holds_secrets(&text))
}
