//! Mails that nobody is sent.

use crate::config::{Config, MailTransport};

/// Warns when a hub on the internet writes its mails into a folder.
pub(crate) fn warn_of_unsent_mails(config: &Config) {
    if config.mail.transport == MailTransport::Folder && config.office_url().starts_with("https:") {
        let file = config.mail.folder.display();
        tracing::warn!(
            %file,
            "mails are written to a folder and not sent: set mail.transport to smtp"
        );
    }
}
