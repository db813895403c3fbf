//! What others than the owner of the hub could read.

use std::path::Path;

use crate::config::{Config, MailTransport};
use crate::db::Address;
use crate::modes::warn_if_loose;

/// Warns of files that others may read, and of mails that nobody is sent.
pub(crate) fn warn_of_others(config: &Config, database: &Address, journal: Option<&Path>) {
    if let Address::Sqlite(path) = database {
        warn_if_loose("database", path);
    }
    if let Some(path) = journal {
        warn_if_loose("journal", path);
    }
    if config.mail.transport == MailTransport::Folder {
        warn_if_loose("mail folder", &config.mail.folder);
        if config.office_url().starts_with("https:") {
            let file = config.mail.folder.display();
            tracing::warn!(
                %file,
                "mails are written into a folder, so nobody gets them: set mail.transport to smtp"
            );
        }
    }
}
