//! Where settings come from, and how they become a [`Config`].

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

use toml::{Table, Value};

use super::error::{ConfigError, Origin};
use super::names::{self, PREFIX, join_path};
use super::rules::{Setting, rules};
use super::together::Values;
use super::{Config, DEFAULTS};

/// Everything that sets something, the later the stronger: defaults, a file, the environment, flags.
#[derive(Default)]
pub struct Sources {
    file: Option<(String, String)>,
    variables: Vec<(String, Option<String>)>,
    flags: Vec<(String, String, String)>,
}

impl Sources {
    /// A configuration file: its name, and its text.
    pub fn file(&mut self, name: &str, text: &str) {
        self.file = Some((name.to_owned(), text.to_owned()));
    }

    /// The environment. Only names that begin with `PASSEPLAT_` are looked at.
    pub fn environment(&mut self, variables: impl IntoIterator<Item = (OsString, OsString)>) {
        let ours = variables.into_iter().filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            let name = name.strip_prefix(PREFIX)?;
            Some((name.to_owned(), value.into_string().ok()))
        });
        self.variables.extend(ours);
    }

    /// A flag: what it is called, the setting that it sets, and to what.
    pub fn flag(&mut self, name: &str, key: &str, value: &str) {
        self.flags
            .push((name.to_owned(), key.to_owned(), value.to_owned()));
    }

    /// The settings.
    pub fn read(&self) -> Result<Config, ConfigError> {
        self.collect_settings()?
            .try_into()
            .map_err(|error: toml::de::Error| bad(error.message()))
    }

    /// The settings as TOML, secrets masked: what `passeplat config` prints.
    pub fn to_toml(&self) -> Result<String, ConfigError> {
        let mut table = self.collect_settings()?;
        mask(&mut table);
        toml::to_string_pretty(&table).map_err(|error| bad(&error.to_string()))
    }

    /// One table of everything, in which nothing is wrong.
    fn collect_settings(&self) -> Result<Table, ConfigError> {
        let defaults: Table = DEFAULTS
            .parse()
            .map_err(|error: toml::de::Error| bad(error.message()))?;
        let mut collector = SettingCollector {
            leaves: names::leaves(&defaults),
            all: names::all(&defaults),
            table: defaults,
            origins: BTreeMap::new(),
            errors: Vec::new(),
        };
        collector.check_file(self.file.as_ref());
        for (name, value) in &self.variables {
            collector.set_variable(name, value.as_deref());
        }
        for (name, key, value) in &self.flags {
            collector.set(Origin::Flag(name.clone()), key, value);
        }
        collector.checked()
    }
}

/// Whether the text of a configuration file holds a secret, so that only its owner should read it.
pub fn holds_secrets(text: &str) -> bool {
    let Ok(mut table) = text.parse::<Table>() else {
        return false;
    };
    let given = table.clone();
    mask(&mut table);
    table != given
}

fn mask(table: &mut Table) {
    for key in names::leaves(table) {
        if let (Some(setting), Some(value)) = (Setting::find(&key), leaf_mut(table, &key)) {
            setting.mask(value);
        }
    }
}

fn bad(error: &str) -> ConfigError {
    ConfigError {
        errors: vec![error.to_owned()],
    }
}

/// What was gathered so far.
struct SettingCollector {
    /// The names of all settings, and with those of sections.
    leaves: Vec<String>,
    all: Vec<String>,
    table: Table,
    origins: BTreeMap<String, Origin>,
    errors: Vec<String>,
}

impl SettingCollector {
    fn check_file(&mut self, file: Option<&(String, String)>) {
        let Some((name, text)) = file else { return };
        match text.parse::<Table>() {
            Ok(over) => self.overlay(&Origin::File(name.clone()), over, ""),
            Err(error) => self.errors.push(syntax(name, text, &error)),
        }
    }

    fn overlay(&mut self, origin: &Origin, over: Table, path: &str) {
        for (key, value) in over {
            let here = join_path(path, &key);
            let is_section = self.all.contains(&here) && !self.leaves.contains(&here);
            let is_former_section = !is_section && names::is_former_section(&here);
            match value {
                Value::Table(inner) if is_section => self.overlay(origin, inner, &here),
                Value::Table(inner) if is_former_section && !inner.is_empty() => {
                    self.overlay(origin, inner, &here);
                }
                _ if is_section => self.errors.push(format!(
                    "{here} ({origin}): is a section: write [{here}], and its settings below"
                )),
                value => self.put(origin.clone(), &here, value),
            }
        }
    }

    fn set_variable(&mut self, name: &str, value: Option<&str>) {
        if names::is_of_others(name, value.unwrap_or_default()) {
            return;
        }
        let wanted = format!("{PREFIX}{}", name.to_ascii_uppercase());
        let key = self
            .leaves
            .iter()
            .find(|key| names::variable(key) == wanted);
        match (key.cloned(), value) {
            (Some(key), Some(value)) => {
                self.set(Origin::Variable(format!("{PREFIX}{name}")), &key, value);
            }
            (Some(_), None) => self.errors.push(format!(
                "{PREFIX}{name}: is not UTF-8, so that it cannot be read"
            )),
            (None, _) => {
                let origin = "a variable of the environment";
                let given = format!("{PREFIX}{name}");
                let error = match names::renamed_variable(&wanted) {
                    Some(now) => renamed(&given, origin, &now),
                    None => unknown(&given, origin, &self.variable_hint(name)),
                };
                self.errors.push(error);
            }
        }
    }

    fn variable_hint(&self, name: &str) -> String {
        let nearest = names::nearest(name, &self.leaves);
        match (nearest, names::renamed_section(name)) {
            (Some(nearest), _) => did_you_mean(&names::variable(nearest)),
            (None, Some(section)) => moved(section),
            (None, None) => NO_HINT.to_owned(),
        }
    }

    /// What may have been meant by a name that there is not.
    fn hint(&self, key: &str) -> String {
        if let Some(section) = names::renamed_section(key) {
            let there = key
                .split_once('.')
                .map(|(_, rest)| join_path(section, rest));
            let nearest = there.and_then(|there| names::nearest(&there, &self.leaves));
            return nearest.map_or_else(|| moved(section), |name| did_you_mean(name));
        }
        match names::nearest(key, &self.all) {
            // A section by itself: one of its settings was meant.
            Some(section) if section == key => {
                let is_within = |setting: &&Setting| {
                    let rest = setting.key.strip_prefix(key);
                    rest.is_some_and(|rest| rest.starts_with('.'))
                };
                let first = rules().iter().find(is_within);
                first.map_or_else(|| NO_HINT.to_owned(), |setting| did_you_mean(setting.key))
            }
            Some(nearest) => did_you_mean(nearest),
            None => NO_HINT.to_owned(),
        }
    }

    /// Sets a key from text, in the type that the default has.
    fn set(&mut self, origin: Origin, key: &str, text: &str) {
        let value = match leaf(&self.table, key) {
            Some(Value::Integer(_)) => text.trim().parse().ok().map(Value::Integer),
            Some(Value::Boolean(_)) => text.trim().parse().ok().map(Value::Boolean),
            Some(Value::Array(_)) => list(text),
            _ => None,
        };
        // What is of another type stays a text, which its rule then refuses.
        let value = value.unwrap_or_else(|| Value::String(text.to_owned()));
        self.put(origin, key, value);
    }

    fn put(&mut self, origin: Origin, key: &str, value: Value) {
        if !self.leaves.iter().any(|known| known == key) {
            // What is no name may be an address with a password.
            let is_name = |it: char| it.is_ascii_alphanumeric() || "_-.".contains(it);
            let error = match (key.chars().all(is_name), names::renamed(key)) {
                (true, Some(now)) => renamed(key, &origin.to_string(), now),
                (true, None) => unknown(key, &origin.to_string(), &self.hint(key)),
                (false, _) => {
                    "a setting has a name that is none, which is not shown: write section.name"
                        .to_owned()
                }
            };
            self.errors.push(error);
            return;
        }
        if let Some(slot) = leaf_mut(&mut self.table, key) {
            *slot = value;
            self.origins.insert(key.to_owned(), origin);
        }
    }

    /// The table, if no setting in it is wrong.
    fn checked(mut self) -> Result<Table, ConfigError> {
        let mut wrong = BTreeSet::new();
        let mut faults = Vec::new();
        for key in &self.leaves {
            let (Some(setting), Some(value)) = (Setting::find(key), leaf(&self.table, key)) else {
                continue;
            };
            if let Err(sentence) = setting.check(value) {
                faults.push((setting.key, sentence));
                wrong.insert(key.clone());
            }
        }
        let values = Values {
            table: &self.table,
            wrong: &wrong,
        };
        faults.extend(values.faults());
        for (key, sentence) in faults {
            let origin = self.origins.get(key).cloned().unwrap_or_default();
            self.errors.push(format!("{key} ({origin}): {sentence}"));
        }
        if self.errors.is_empty() {
            Ok(self.table)
        } else {
            Err(ConfigError {
                errors: self.errors,
            })
        }
    }
}

/// What is said of the former name of a setting.
fn renamed(name: &str, origin: &str, now: &str) -> String {
    format!("{name} ({origin}): this setting has been renamed: write {now}")
}

/// Where to look when no name is like the one that was given.
const NO_HINT: &str = "`passeplat config` prints all there are";

fn did_you_mean(name: &str) -> String {
    format!("did you mean {name}?")
}

fn moved(section: &str) -> String {
    format!("its section is called {section} now: {NO_HINT}")
}

/// What is said of a name that was mistyped.
fn unknown(name: &str, origin: &str, hint: &str) -> String {
    let name = name.escape_debug();
    format!("{name} ({origin}): there is no such setting; {hint}")
}

/// Where the file cannot be read, without the line: it may hold a password.
fn syntax(name: &str, text: &str, error: &toml::de::Error) -> String {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    format!("{name}, line {line}, column {column}: {}", error.message())
}

/// A list, as in `[1, 2]`.
fn list(text: &str) -> Option<Value> {
    let line: Table = format!("it = {}", text.trim()).parse().ok()?;
    line.get("it").cloned()
}

pub(super) fn leaf<'t>(table: &'t Table, key: &str) -> Option<&'t Value> {
    match key.split_once('.') {
        None => table.get(key),
        Some((first, rest)) => leaf(table.get(first)?.as_table()?, rest),
    }
}

fn leaf_mut<'t>(table: &'t mut Table, key: &str) -> Option<&'t mut Value> {
    match key.split_once('.') {
        None => table.get_mut(key),
        Some((first, rest)) => leaf_mut(table.get_mut(first)?.as_table_mut()?, rest),
    }
}
