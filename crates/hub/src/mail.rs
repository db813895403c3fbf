//! Mails: into a folder while one tries the hub out, through a mail server in earnest.
//!
//! A mail is sent apart from the answer that caused it: neither its success nor the time it takes
//! tells the reader of a page whether an address is known.

use std::fmt;
use std::path::PathBuf;

use lettre::message::{Mailbox, Message};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use tokio::io::AsyncWriteExt as _;

use crate::config::{self, Hidden, MailTransport};
use crate::entropy::Entropy;
use crate::modes;

/// An e-mail's subject and text.
#[derive(Clone, Eq, PartialEq)]
pub struct Email {
    /// The subject.
    pub subject: String,
    /// The text, lines ended by `\n`.
    pub text: String,
}

/// Prints no field: the text may hold a link that opens an account.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Email").finish_non_exhaustive()
    }
}

/// Why a mail did not leave.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// An address cannot be read.
    #[error("the address '{0}' cannot be read")]
    Address(String),
    /// The mail cannot be put together.
    #[error("the mail cannot be written: {0}")]
    Message(#[from] lettre::error::Error),
    /// The mail server.
    #[error("the mail server: {0}")]
    Server(#[from] lettre::transport::smtp::Error),
    /// The folder.
    #[error("the mail folder: {0}")]
    Folder(#[from] std::io::Error),
}

/// Sends mails as the settings say.
#[derive(Clone, Debug)]
pub struct Mailer {
    transport: MailTransport,
    folder: PathBuf,
    smtp_url: Hidden,
    from: String,
}

impl Mailer {
    /// Reads the settings; they are looked at when the first mail leaves.
    pub fn new(config: &config::MailSettings) -> Self {
        Self {
            transport: config.transport,
            folder: config.folder.clone(),
            smtp_url: config.smtp_url.clone(),
            from: config.from.clone(),
        }
    }

    /// Sends in the background; trouble goes to the log.
    pub fn send_later(&self, to: String, email: Email) {
        let mailer = self.clone();
        tokio::spawn(async move {
            if let Err(error) = mailer.send(&to, email).await {
                tracing::error!(%error, "sending mail failed");
            }
        });
    }

    /// Sends one mail.
    pub async fn send(&self, to: &str, email: Email) -> Result<(), MailError> {
        let message = Message::builder()
            .from(mailbox(&self.from)?)
            .to(mailbox(to)?)
            .subject(email.subject)
            .body(email.text)?;
        match self.transport {
            MailTransport::Folder => {
                modes::make_folder(&self.folder)?;
                // The name is a secret to nobody, it must only be a fresh one.
                let name = format!("{}.eml", Entropy::Real.hex::<16>());
                let file = self.folder.join(name);
                // The link in it opens an account.
                let mut written = tokio::fs::File::from_std(modes::make_file(&file)?);
                written.write_all(&message.formatted()).await?;
                written.flush().await?;
                // Whoever tries the hub out looks for the link in it.
                tracing::info!(file = %file.display(), "mail written to file");
            }
            MailTransport::Smtp => {
                let server =
                    AsyncSmtpTransport::<Tokio1Executor>::from_url(&self.smtp_url)?.build();
                server.send(message).await?;
            }
        }
        Ok(())
    }
}

fn mailbox(text: &str) -> Result<Mailbox, MailError> {
    text.parse()
        .map_err(|_| MailError::Address(text.to_owned()))
}
