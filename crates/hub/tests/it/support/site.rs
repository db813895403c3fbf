//! A place where a hub may be made, or is.

use std::path::{Path, PathBuf};

use hub::clock::Clock;
use hub::config::Config;
use hub::entropy::Entropy;
use hub::{Hub, Opening};
use jiff::Timestamp;
use tokio::runtime::Runtime;

use super::{START, postgres};

/// An empty folder, and an empty database of PostgreSQL if it is one of those.
pub struct Site {
    folder: tempfile::TempDir,
    schema: Option<postgres::Schema>,
    runtime: Runtime,
}

/// Runs a test at an empty site on PostgreSQL only.
pub fn at_a_postgres_site(test: impl Fn(&Site)) {
    if let Some(server) = postgres::server() {
        test(&Site::on(Some(&server)));
    }
}

/// The settings of a hub at a site.
#[derive(Clone)]
pub struct SiteSettings(Vec<(&'static str, String)>);

impl SiteSettings {
    /// Opens the hub.
    pub fn open(&self, opening: Opening) -> Result<Hub, String> {
        let config = Config::read(None, [], &self.0).map_err(|error| error.to_string())?;
        let clock = Clock::manual(START.parse::<Timestamp>().expect("a time"));
        Hub::open_as(opening, config, clock, Entropy::Real).map_err(|error| error.to_string())
    }
}

impl Site {
    /// An empty site on SQLite.
    pub fn on_sqlite() -> Self {
        Self::on(None)
    }

    pub fn on(server: Option<&str>) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let schema = server.map(|server| postgres::Schema::create(server, &runtime));
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            schema,
            runtime,
        }
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Whether the database is a file.
    pub fn is_sqlite(&self) -> bool {
        self.schema.is_none()
    }

    /// What a hub with the key file of that name needs to know.
    pub fn settings(&self, key: &str) -> SiteSettings {
        let url = match &self.schema {
            Some(schema) => schema.url.clone(),
            None => format!("sqlite:{}", self.path("hub.db").display()),
        };
        let path = |name: &str| self.path(name).display().to_string();
        SiteSettings(vec![
            ("database.url", url),
            ("database.threads", "2".to_owned()),
            ("keys.file", path(key)),
            ("images.store", path("images")),
            ("mail.folder", path("mail")),
        ])
    }

    /// Opens the hub with the key file of that name, as one that starts does.
    pub fn open_with(&self, opening: Opening, key: &str) -> Result<Hub, String> {
        self.settings(key).open(opening)
    }

    /// Opens the hub with the file `key`.
    pub fn open(&self, opening: Opening) -> Result<Hub, String> {
        self.open_with(opening, "key")
    }

    /// Makes a hub, and stops it again; its answer tells this hub from others.
    pub fn make(&self) -> String {
        let hub = self.open(Opening::ExistingOrNew).expect("a new hub");
        let token = token(&hub);
        stop(hub);
        token
    }

    /// Makes the database of a server empty again.
    pub fn recreate(&self) {
        if let Some(schema) = &self.schema {
            schema.recreate(&self.runtime);
        }
    }

    /// The names in the folder, in their order, without the folder of images.
    pub fn names(&self) -> Vec<String> {
        let mut names = names(self.folder.path());
        names.retain(|name| name != "images");
        names
    }

    /// Asks or changes the database by hand, while no hub runs.
    pub fn sql(&self, sql: &str) -> Vec<String> {
        match &self.schema {
            Some(schema) => self.runtime.block_on(postgres::ask(&schema.url, sql)),
            None => in_file(&self.path("hub.db"), sql),
        }
    }

    /// How many tables there are.
    pub fn tables(&self) -> usize {
        let sql = match &self.schema {
            Some(_) => {
                "SELECT CAST(table_name AS TEXT) FROM information_schema.tables
                    WHERE table_schema = CURRENT_SCHEMA()"
            }
            None if !self.path("hub.db").exists() => return 0,
            None => "SELECT name FROM sqlite_master WHERE type = 'table'",
        };
        self.sql(sql).len()
    }

    /// Waits for something async.
    pub fn wait<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }
}

/// What only this hub answers: the token of a made-up connection.
pub fn token(hub: &Hub) -> String {
    hub.key().access_token("abc")
}

/// Closes a hub, as the program does when it stops.
pub fn stop(hub: Hub) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(hub.close());
}

/// Runs statements in a file of SQLite; answers the first column of what the last of them finds.
pub fn in_file(path: &Path, sql: &str) -> Vec<String> {
    let connection = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::default())
        .expect("a database");
    let (before, last) = sql.rsplit_once(';').unwrap_or(("", sql));
    connection.execute_batch(before).expect("statements");
    let mut statement = connection.prepare(last).expect("a statement");
    let mut rows = statement.query([]).expect("an answer");
    let mut found = Vec::new();
    while let Some(row) = rows.next().expect("a row") {
        found.push(row.get(0).expect("text"));
    }
    found
}

/// The names in a folder, in their order.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}
