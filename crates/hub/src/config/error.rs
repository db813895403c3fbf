//! What is wrong with the settings, and where it comes from.

use std::fmt;

/// Where a value was set.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) enum Origin {
    /// Nobody has set it.
    #[default]
    Default,
    /// In a file.
    File(String),
    /// By a variable of the environment.
    Variable(String),
    /// By a flag.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the default"),
            Self::File(path) => f.write_str(path),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// Settings that cannot be used: a line for each says which one, where it was set, what is wrong with
/// it, and what would be right. Secrets are not in it.
#[derive(Debug)]
pub struct ConfigError {
    pub(super) errors: Vec<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("these settings cannot be used:")?;
        self.errors
            .iter()
            .try_for_each(|error| write!(f, "\n  {error}"))
    }
}

impl std::error::Error for ConfigError {}
