//! Where the settings come from: defaults, file, environment, flags.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use hub::config::Config;

/// The flags that every command shares.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Flags {
    /// A configuration file; `passeplat config` prints one to start from
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

impl Flags {
    /// The settings that count; `more` are the flags of a single command.
    pub(crate) fn read(&self, more: &[(&'static str, Option<String>)]) -> anyhow::Result<Config> {
        let file = self.file()?;
        Ok(Config::read(
            file.as_deref(),
            std::env::vars(),
            &self.flags(more)?,
        )?)
    }

    fn file(&self) -> anyhow::Result<Option<String>> {
        let Some(path) = &self.config else {
            return Ok(None);
        };
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("the configuration file {} cannot be read", path.display()))?;
        Ok(Some(text))
    }

    fn flags(
        &self,
        more: &[(&'static str, Option<String>)],
    ) -> anyhow::Result<Vec<(&str, String)>> {
        let mut flags = Vec::new();
        for pair in &self.set {
            let (key, value) = pair
                .split_once('=')
                .with_context(|| format!("--set {pair}: there is no '='"))?;
            flags.push((key, value.to_owned()));
        }
        let own = [
            ("database.url", self.database.clone()),
            (
                "keys.file",
                self.key_file
                    .as_ref()
                    .map(|path| path.display().to_string()),
            ),
        ];
        for (key, value) in own.into_iter().chain(more.iter().cloned()) {
            flags.extend(value.map(|value| (key, value)));
        }
        Ok(flags)
    }

    /// Prints the settings that count.
    #[expect(clippy::print_stdout, reason = "the command's answer")]
    pub(crate) fn print(&self) -> anyhow::Result<()> {
        let file = self.file()?;
        println!(
            "{}",
            Config::shown(file.as_deref(), std::env::vars(), &self.flags(&[])?)?
        );
        Ok(())
    }
}
