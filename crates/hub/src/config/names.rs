//! Names of settings: those that there are, those that somebody may have meant, and variables that
//! begin like ours and are something else.

use toml::{Table, Value};

/// Settings that have been renamed: what each was called, and what it is called now.
const RENAMED: [(&str, &str); 6] = [
    ("guard.allow_loopback", "egress.allow_loopback"),
    ("guard.allow_private", "egress.allow_private"),
    ("guard.allow_nets", "egress.allow_nets"),
    ("outbound.extra_ca", "egress.extra_ca_file"),
    ("events.window", "events.max_in_flight"),
    ("developer.may_list", "developers.may_publish"),
];

/// What a setting that has been renamed is called now.
pub(super) fn renamed(former: &str) -> Option<&'static str> {
    let mut names = RENAMED.into_iter();
    names.find_map(|(name, now)| (name == former).then_some(now))
}

/// The variable of a setting that has been renamed, by the name of its former variable.
pub(super) fn renamed_variable(former: &str) -> Option<String> {
    let mut names = RENAMED.into_iter();
    names.find_map(|(name, now)| (variable(name) == former).then(|| variable(now)))
}

/// Whether this is a section that has been renamed.
pub(super) fn is_former_section(path: &str) -> bool {
    let of = |name: &str| Some(name.split_once('.')?.0 == path);
    RENAMED.into_iter().any(|(name, _)| of(name) == Some(true))
}

/// What the section of a name is called now, if it has been renamed. The name may be that of a setting, of a
/// section, or of a variable without its [`PREFIX`].
pub(super) fn renamed_section(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    RENAMED.into_iter().find_map(|(former, now)| {
        let (former, now) = (former.split_once('.')?.0, now.split_once('.')?.0);
        let rest = name.strip_prefix(former)?;
        let is_within = rest.is_empty() || rest.starts_with(['.', '_']);
        (former != now && is_within).then_some(now)
    })
}

/// How names of variables begin.
pub(super) const PREFIX: &str = "PASSEPLAT_";

/// What may follow [`PREFIX`] in names that are no settings: secrets for `passeplat admin` and `app`, and
/// those of the tests, their tools and the examples of the client. One that ends with an underscore
/// stands for all that begin so. All other names are refused, but for what Kubernetes sets for a
/// service called `passeplat`.
pub const NOT_SETTINGS: [&str; 12] = [
    "ADMIN_", "API", "APP_", "CATALOG", "CHAIN_", "CORPUS", "CRASH_", "PAGES", "TEST_", "TOKEN",
    "TROUBLE_", "WRITE",
];

/// Whether a variable, called so after [`PREFIX`], is left to others.
pub(super) fn is_of_others(name: &str, value: &str) -> bool {
    let is_ours = NOT_SETTINGS.iter().any(|known| match known.ends_with('_') {
        true => name.starts_with(known),
        false => name == *known,
    });
    is_ours || is_of_kubernetes(name, value)
}

/// `PASSEPLAT_SERVICE_HOST`, `PASSEPLAT_SERVICE_PORT_HTTP`, `PASSEPLAT_PORT=tcp://…`,
/// `PASSEPLAT_PORT_8080_TCP_ADDR`; the same with the name of a service between.
fn is_of_kubernetes(name: &str, value: &str) -> bool {
    let is_address = value.starts_with("tcp://") || value.starts_with("udp://");
    let is_port = name == "PORT" || name.ends_with("_PORT");
    let is_part = name
        .split_once("PORT_")
        .is_some_and(|(_, rest)| rest.starts_with(|it: char| it.is_ascii_digit()));
    name.ends_with("SERVICE_HOST")
        || name.contains("SERVICE_PORT")
        || is_port && is_address
        || is_part
}

/// The dotted names of all settings in a table.
pub(super) fn leaves(table: &Table) -> Vec<String> {
    let mut found = Vec::new();
    walk(table, "", &mut |name, value| {
        if !value.is_table() {
            found.push(name.to_owned());
        }
    });
    found
}

/// The dotted names of all settings and sections in a table.
pub(super) fn all(table: &Table) -> Vec<String> {
    let mut found = Vec::new();
    walk(table, "", &mut |name, _| found.push(name.to_owned()));
    found
}

fn walk(table: &Table, path: &str, each: &mut impl FnMut(&str, &Value)) {
    for (key, value) in table {
        let here = join_path(path, key);
        each(&here, value);
        if let Value::Table(inner) = value {
            walk(inner, &here, each);
        }
    }
}

/// `path.key`, or `key` at the root.
pub(super) fn join_path(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// The variable for a setting.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "_").to_ascii_uppercase())
}

/// The name that is most like this one, if any is. A name without its section is enough.
pub(super) fn nearest<'n>(
    name: &str,
    known: impl IntoIterator<Item = &'n String>,
) -> Option<&'n String> {
    let plain = |name: &str| name.replace(['.', '-'], "_").to_ascii_lowercase();
    let wanted = plain(name);
    let distance = |known: &&'n String| {
        let known = plain(known);
        let rest = known
            .strip_suffix(&wanted)
            .map(|rest| rest.ends_with('_'))
            .or_else(|| Some(known.strip_prefix(&wanted)?.starts_with('_')));
        match rest {
            Some(true) => 1,
            _ => strsim::damerau_levenshtein(&known, &wanted),
        }
    };
    known
        .into_iter()
        .map(|known| (distance(&known), known))
        .filter(|(distance, _)| *distance <= 1 + wanted.len() / 4)
        .min_by_key(|(distance, known)| (*distance, known.len()))
        .map(|(_, known)| known)
}
