//! How a hub comes to be, and what is refused so that none comes to be by accident.
//!
//! A hub is a database and a master key that belong together. Where both are missing a new hub is
//! made; where one is missing, making the other anew would answer every app with 401, upon which they
//! throw their tokens away. So that is refused, with what to do.
//!
//! A new hub is made in an order in which a crash at any moment leaves something to go on from: the
//! key is written beside its place ([`key_file`]), the database notes its fingerprint in the
//! transaction that makes the tables, and only then is the key put in its place. Whoever starts next,
//! or at the same time, finds the key that the database knows.

mod key_file;
mod unsent_mails;

use crate::clock::Clock;
use crate::config::KeySettings;
use crate::db::find::{self, DatabaseContent};
use crate::db::{self, Address, Db, Settings, Track};
use crate::entropy::Entropy;
use crate::secret::{KeyError, MasterKey};
use crate::supervisor::Supervisor;

pub(crate) use unsent_mails::warn_of_unsent_mails;

use key_file::KeyFile;

/// Whether a hub may be made where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// No: only a hub that is there is opened, and no file is made.
    Existing,
    /// Where there is neither a database nor a key.
    ExistingOrNew,
    /// A new one, also with a key that is there already, and beside other tables of a PostgreSQL
    /// database.
    New,
}

/// Why no hub was opened; the text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenHubError {
    /// What lies there is not a hub, or only half of one.
    #[error("{0}")]
    Refused(String),
    /// The database cannot be used.
    #[error("the database {0}: {1}")]
    Database(String, db::Error),
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// How often we look again because another hub began at the same time.
const LOOKS: usize = 5;

/// What is needed to open a hub.
pub(crate) struct Opener<'a> {
    pub opening: Opening,
    pub keys: &'a KeySettings,
    pub address: &'a Address,
    pub settings: Settings,
    pub clock: &'a Clock,
    pub entropy: &'a Entropy,
    pub supervisor: &'a Supervisor,
}

/// What was opened.
pub(crate) struct OpenedHub {
    pub key: MasterKey,
    pub db: Db,
    /// Whether it has just been made.
    pub is_new: bool,
}

/// What is to be done with what was found.
enum Plan {
    Open(MasterKey),
    /// Make the database: with this key, or with a new one.
    Make(Option<MasterKey>),
}

impl Opener<'_> {
    /// Opens the hub that is there, or makes it if it may be made.
    pub(crate) fn open(&self) -> Result<OpenedHub, OpenHubError> {
        for _ in 0..LOOKS {
            let made = match self.plan()? {
                Plan::Open(key) => {
                    let db = self.open_database(&key)?;
                    if self.opening != Opening::Existing && self.keys.value.is_empty() {
                        self.key_file().clear();
                    }
                    let is_new = false;
                    return Ok(OpenedHub { key, db, is_new });
                }
                Plan::Make(Some(key)) => self.make(&key)?,
                Plan::Make(None) => self.make_with_new_key()?,
            };
            if let Some(opened) = made {
                return Ok(opened);
            }
        }
        Err(OpenHubError::Refused(format!(
            "the database {} was made by others again and again while this hub began",
            self.address
        )))
    }

    fn plan(&self) -> Result<Plan, OpenHubError> {
        // The key first: whoever makes a hub puts the key in its place last.
        let key = self.key()?;
        let found = find::find(self.address, Track::Hub, self.settings.timeout)
            .map_err(|error| self.open_error(error))?;
        match (key, found) {
            (_, DatabaseContent::Others(tables)) if !self.may_share() => {
                Err(self.not_ours(&tables))
            }
            (_, DatabaseContent::Ours { .. }) if self.opening == Opening::New => {
                Err(self.is_there())
            }
            (Some(key), DatabaseContent::Ours { key_check }) => {
                if key_check.is_none_or(|known| known == key.fingerprint()) {
                    Ok(Plan::Open(key))
                } else {
                    Err(self.other_key())
                }
            }
            (None, DatabaseContent::Ours { key_check }) => {
                let left = match (self.opening, key_check) {
                    (Opening::ExistingOrNew, Some(known)) => self.key_file().adopt(&known)?,
                    _ => None,
                };
                left.map(Plan::Open).ok_or_else(|| self.no_key())
            }
            (_, DatabaseContent::Empty(why)) if self.opening == Opening::Existing => {
                Err(self.no_hub(why))
            }
            (Some(_), DatabaseContent::Empty(why))
                if self.opening == Opening::ExistingOrNew && self.keys.value.is_empty() =>
            {
                Err(self.no_database(why))
            }
            (key, _) => Ok(Plan::Make(key)),
        }
    }

    /// The key that the settings name, if it is there.
    fn key(&self) -> Result<Option<MasterKey>, KeyError> {
        if self.keys.value.is_empty() {
            self.key_file().read()
        } else {
            MasterKey::from_hex(&self.keys.value).map(Some)
        }
    }

    fn key_file(&self) -> KeyFile<'_> {
        KeyFile::new(&self.keys.file)
    }

    /// On a server a hub may lie beside the tables of others, if somebody wants that.
    fn may_share(&self) -> bool {
        self.opening == Opening::New && matches!(self.address, Address::Postgres(_))
    }

    fn make_with_new_key(&self) -> Result<Option<OpenedHub>, OpenHubError> {
        let file = self.key_file();
        let key = file.prepare(self.entropy)?;
        let made = self.make(&key);
        match &made {
            Ok(Some(_)) => file.install(&key)?,
            // Another hub was faster with another key.
            Ok(None) => file.discard(&key),
            Err(_) => {
                // Only what the database surely does not know may go.
                let found = find::find(self.address, Track::Hub, self.settings.timeout);
                if matches!(found, Ok(DatabaseContent::Empty(_))) {
                    file.discard(&key);
                }
            }
        }
        made
    }

    /// Makes the tables; none if others made them meanwhile, with another key.
    fn make(&self, key: &MasterKey) -> Result<Option<OpenedHub>, OpenHubError> {
        find::make_file(self.address).map_err(|error| self.open_error(error))?;
        match self.open_database(key) {
            Ok(db) => {
                let (database, key_file) = (self.address, self.shown_key());
                tracing::info!(%database, key = key_file, "new hub created");
                let key = key.clone();
                let is_new = true;
                Ok(Some(OpenedHub { key, db, is_new }))
            }
            Err(error) => match find::find(self.address, Track::Hub, self.settings.timeout) {
                Ok(DatabaseContent::Ours {
                    key_check: Some(known),
                }) if known != key.fingerprint() => Ok(None),
                _ => Err(error),
            },
        }
    }

    fn open_database(&self, key: &MasterKey) -> Result<Db, OpenHubError> {
        let settings = Settings {
            key_check: Some(key.fingerprint()),
            ..self.settings.clone()
        };
        Db::open(
            self.address,
            &settings,
            Track::Hub,
            self.clock.clone(),
            self.entropy.clone(),
            self.supervisor,
        )
        .map_err(|error| self.open_error(error))
    }

    fn open_error(&self, error: db::Error) -> OpenHubError {
        OpenHubError::Database(self.address.to_string(), error)
    }

    /// Where the key is, for people.
    fn shown_key(&self) -> String {
        if self.keys.value.is_empty() {
            self.keys.file.display().to_string()
        } else {
            "keys.value".to_owned()
        }
    }

    fn no_hub(&self, why: &str) -> OpenHubError {
        OpenHubError::Refused(format!(
            "there is no hub at {}: the database {why}. Is the path right (--database, or \
             database.url)? Only `passeplat serve` makes a hub; nothing was made",
            self.address
        ))
    }

    fn is_there(&self) -> OpenHubError {
        OpenHubError::Refused(format!(
            "there is a hub in {} already: start it without --new. To begin another, name another \
             database",
            self.address
        ))
    }

    fn not_ours(&self, tables: &[String]) -> OpenHubError {
        let share = match self.address {
            Address::Sqlite(_) => "name another file, which need not be there",
            Address::Postgres(_) => {
                "name another database or schema, or put a hub beside them with `passeplat serve \
                 --new`"
            }
        };
        OpenHubError::Refused(format!(
            "the database {} has tables, but not a hub's ({}): {share}",
            self.address,
            tables.join(", ")
        ))
    }

    fn no_database(&self, why: &str) -> OpenHubError {
        OpenHubError::Refused(format!(
            "there is a key ({}), but the database {} {why}. Put the database back, from a backup if \
             need be, or name the one that belongs to this key (--database, or database.url). A new \
             hub would answer every app with 401, and they would throw their tokens away; to begin a \
             new one with this key all the same: `passeplat serve --new`",
            self.shown_key(),
            self.address
        ))
    }

    fn no_key(&self) -> OpenHubError {
        OpenHubError::Refused(format!(
            "the hub in {} has a key, but the key file {} does not exist. Put it back, from a backup if \
             need be, or name it (--key-file, or keys.file): without it no token and no secret can be \
             read. No other key was made. To begin a new hub, move the database away",
            self.address,
            self.keys.file.display()
        ))
    }

    fn other_key(&self) -> OpenHubError {
        OpenHubError::Refused(format!(
            "the hub in {} belongs to another master key than {}: name the key file that it was made \
             with (--key-file, or keys.file)",
            self.address,
            self.shown_key()
        ))
    }
}
