//! Where the settings come from: defaults, file, environment, flags.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use hub::config::{Config, Sources};

use crate::serve::print_line;

/// The flags that every command shares.
#[derive(Args, Clone, Default)]
pub(crate) struct SettingsFlags {
    /// A configuration file; `passeplat config` prints the settings that count
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// sqlite:PATH or postgres://user@host/name
    #[arg(long, value_name = "URL", global = true)]
    database: Option<String>,
    /// The master key; `serve` makes it together with a new database
    #[arg(long, value_name = "PATH", global = true)]
    key_file: Option<PathBuf>,
    /// Any setting, as in --set limits.enabled=false; may be repeated
    #[arg(long, value_name = "KEY=VALUE", global = true)]
    set: Vec<String>,
}

/// A flag of a single command: its name, the setting that it stands for, and the value if it was given.
pub(crate) type CommandFlag = (&'static str, &'static str, Option<String>);

impl SettingsFlags {
    /// The settings that count; `more` are the flags of a single command.
    pub(crate) fn read(&self, more: &[CommandFlag]) -> anyhow::Result<Config> {
        Ok(self.sources(more)?.read()?)
    }

    /// The configuration file, if one was named.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.config.as_deref()
    }

    fn sources(&self, more: &[CommandFlag]) -> anyhow::Result<Sources> {
        let mut sources = Sources::default();
        if let Some(path) = &self.config {
            let path = path.display().to_string();
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("the configuration file {path} cannot be read"))?;
            sources.file(&path, &text);
        }
        sources.environment(std::env::vars_os());
        for pair in &self.set {
            let Some((key, value)) = pair.split_once('=') else {
                // What stands there instead may be a secret.
                bail!("--set: there is no '=' in what follows; write --set KEY=VALUE");
            };
            sources.flag(&format!("--set {key}"), key, value);
        }
        let key_file = self.key_file.as_ref();
        let own: [CommandFlag; 2] = [
            ("--database", "database.url", self.database.clone()),
            (
                "--key-file",
                "keys.file",
                key_file.map(|path| path.display().to_string()),
            ),
        ];
        for (name, key, value) in own.iter().chain(more) {
            if let Some(value) = value {
                sources.flag(name, key, value);
            }
        }
        Ok(sources)
    }

    /// Prints the settings that count.
    pub(crate) fn print(&self) -> anyhow::Result<()> {
        print_line(&self.sources(&[])?.to_toml()?)
    }
}
