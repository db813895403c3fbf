//! The rule of each setting: what it may be, by itself.

use std::fmt::Write as _;

use ipnet::IpNet;
use toml::Value;

use super::hidden::masked;
use super::texts;

/// What is wrong with a value: a sentence that begins with "must".
pub(super) type Verdict = Result<(), String>;

/// A setting and what it may be.
#[derive(Debug)]
pub struct Setting {
    /// Its name, as in `server.listen`.
    pub key: &'static str,
    /// What it may be.
    pub rule: Rule,
    /// A good value, as it stands in a file.
    pub example: &'static str,
}

/// What a setting may be.
#[derive(Debug)]
pub enum Rule {
    /// `true` or `false`.
    YesNo,
    /// A whole number, of something, between two.
    Number(&'static str, i64, i64),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A text that a function checks.
    Text(fn(&str) -> Verdict),
    /// An address that a function checks; it may hold a password, which is masked.
    Address(fn(&str) -> Verdict),
    /// A secret that a function checks; it is never shown.
    Secret(fn(&str) -> Verdict),
    /// A list of networks, none of which is everything.
    Networks,
    /// How many whole numbers there may be, and between which two each is.
    Numbers(&'static str, usize, i64, i64),
}

/// Days that something is kept. What is kept for less than one is gone before anybody has seen it.
const DAYS: Rule = Rule::Number("days", 1, 3_650);

/// Calls in a window.
const CALLS: Rule = Rule::Number("calls", 1, 1_000_000_000);

/// Mails of a day.
const MAILS: Rule = Rule::Number("mails", 1, 1_000_000);

const fn setting(key: &'static str, rule: Rule, example: &'static str) -> Setting {
    Setting { key, rule, example }
}

/// Every setting. A test holds this list and the defaults together.
const ALL: &[Setting] = &[
    setting("brand", Rule::Text(texts::brand), r#""Passeplat""#),
    setting(
        "support",
        Rule::Text(texts::support),
        r#""help@example.com""#,
    ),
    setting(
        "server.listen",
        Rule::Text(texts::listen),
        r#""127.0.0.1:8080""#,
    ),
    setting(
        "server.metrics_listen",
        Rule::Text(texts::listen_or_none),
        r#""127.0.0.1:9464""#,
    ),
    setting(
        "server.connections",
        Rule::Number("connections", 16, 65_536),
        "4096",
    ),
    setting(
        "server.connections_per_address",
        Rule::Number("connections", 4, 65_536),
        "512",
    ),
    setting(
        "server.public_url",
        Rule::Address(texts::public_url),
        r#""https://hub.example.com""#,
    ),
    setting(
        "server.api_public_url",
        Rule::Address(texts::public_url),
        r#""https://api.example.com""#,
    ),
    setting(
        "server.oauth_public_url",
        Rule::Address(texts::public_url),
        r#""https://login.example.com""#,
    ),
    setting(
        "server.office_public_url",
        Rule::Address(texts::public_url),
        r#""https://office.example.com""#,
    ),
    setting(
        "server.trusted_proxies",
        Rule::Networks,
        r#"["10.0.0.0/8", "192.0.2.7/32"]"#,
    ),
    setting(
        "server.proxy_header",
        Rule::OneOf(&["x-forwarded-for", "forwarded"]),
        r#""x-forwarded-for""#,
    ),
    setting(
        "server.cookie_domain",
        Rule::Text(texts::cookie_domain),
        r#""example.com""#,
    ),
    setting("server.session_days", DAYS, "365"),
    setting(
        "database.url",
        Rule::Address(texts::database_url),
        r#""sqlite:/var/lib/passeplat/hub.db""#,
    ),
    setting(
        "database.group_commit",
        Rule::Number("changes", 1, 4_096),
        "128",
    ),
    setting("database.threads", Rule::Number("threads", 0, 256), "0"),
    setting(
        "database.timeout_seconds",
        Rule::Number("seconds", 1, 600),
        "8",
    ),
    setting(
        "keys.file",
        Rule::Text(texts::file),
        r#""/var/lib/passeplat/key""#,
    ),
    setting(
        "keys.value",
        Rule::Secret(texts::key),
        "what `openssl rand -hex 32` prints",
    ),
    setting(
        "mail.transport",
        Rule::OneOf(&["folder", "smtp"]),
        r#""smtp""#,
    ),
    setting(
        "mail.folder",
        Rule::Text(texts::file),
        r#""/var/lib/passeplat/mail""#,
    ),
    setting(
        "mail.smtp_url",
        Rule::Address(texts::smtp_url),
        r#""smtps://user:password@mail.example.com""#,
    ),
    setting(
        "mail.from",
        Rule::Text(texts::from),
        r#""Passeplat <hub@example.com>""#,
    ),
    setting("mail.per_recipient", MAILS, "10"),
    setting("mail.per_user", MAILS, "60"),
    setting("mail.per_account", MAILS, "200"),
    setting("limits.enabled", Rule::YesNo, "true"),
    setting("limits.per_minute", CALLS, "500"),
    setting("limits.per_hour", CALLS, "2500"),
    setting("limits.per_day", CALLS, "10000"),
    setting("limits.heavy_per_minute", CALLS, "10"),
    setting(
        "limits.body_bytes",
        Rule::Number("bytes", 1_048_576, 134_217_728),
        "8388608",
    ),
    setting(
        "limits.logins_per_minute",
        Rule::Number("attempts", 1, 100_000),
        "20",
    ),
    setting("egress.allow_loopback", Rule::YesNo, "false"),
    setting("egress.allow_private", Rule::YesNo, "false"),
    setting("egress.allow_nets", Rule::Networks, r#"["10.1.2.0/24"]"#),
    setting(
        "egress.extra_ca_file",
        Rule::Text(texts::file_or_none),
        r#""/etc/passeplat/authority.pem""#,
    ),
    setting("events.retention_days", DAYS, "30"),
    setting(
        "events.retry_seconds",
        Rule::Numbers("seconds", 32, 1, 604_800),
        "[60, 120, 240]",
    ),
    setting(
        "events.order_retry_seconds",
        Rule::Numbers("seconds", 32, 1, 604_800),
        "[60, 120, 240]",
    ),
    setting(
        "events.timeout_seconds",
        Rule::Number("seconds", 1, 120),
        "20",
    ),
    setting(
        "events.max_in_flight",
        Rule::Number("callbacks", 1, 512),
        "16",
    ),
    setting("journal.retention_days", DAYS, "30"),
    setting("audit.retention_days", DAYS, "365"),
    setting(
        "images.store",
        Rule::Address(texts::image_store),
        r#""s3://images""#,
    ),
    setting(
        "images.s3_endpoint",
        Rule::Address(texts::s3_endpoint),
        r#""http://127.0.0.1:9000""#,
    ),
    setting(
        "images.s3_region",
        Rule::Text(texts::s3_region),
        r#""us-east-1""#,
    ),
    setting(
        "images.s3_access_key",
        Rule::Text(texts::s3_key),
        r#""AKIAIOSFODNN7EXAMPLE""#,
    ),
    setting(
        "images.s3_secret_key",
        Rule::Secret(texts::s3_key),
        "the secret that belongs to the access key",
    ),
    setting("developers.may_publish", Rule::YesNo, "true"),
    setting("developers.design_page", Rule::YesNo, "true"),
    setting("developers.tour", Rule::YesNo, "true"),
    setting("log.format", Rule::OneOf(&["text", "json"]), r#""text""#),
    setting(
        "log.level",
        Rule::Text(texts::log_level),
        r#""info,hub::dispatch=debug""#,
    ),
];

/// Every setting with its rule.
pub fn rules() -> &'static [Setting] {
    ALL
}

impl Setting {
    /// The rule of the setting with this name.
    pub(super) fn find(key: &str) -> Option<&'static Self> {
        ALL.iter().find(|setting| setting.key == key)
    }

    /// Whether `value` is right; if not, what is wrong with it, the value as far as it may be shown, and
    /// a good one.
    pub(super) fn check(&self, value: &Value) -> Verdict {
        self.rule.verdict(value).map_err(|mut sentence| {
            let text_of = self.text_of(value);
            if !text_of.is_empty() {
                // Writing to a string cannot fail.
                let _written = write!(sentence, ", not {text_of}");
            }
            format!("{sentence}; for example {}", self.example_beside(value))
        })
    }

    /// A good value like the one that was given.
    fn example_beside(&self, value: &Value) -> &'static str {
        let is_postgres = self.key == "database.url"
            && value
                .as_str()
                .is_some_and(|text| text.starts_with("postgres"));
        if is_postgres {
            r#""postgres://user:password@db.example.com/hub?sslmode=verify-full&sslrootcert=system""#
        } else {
            self.example
        }
    }

    /// What may be shown of a value in one line; nothing of a secret.
    fn text_of(&self, value: &Value) -> String {
        const MAX_SHOWN_CHARS: usize = 80;
        let text = match (&self.rule, value) {
            (Rule::Secret(_), _) => return String::new(),
            (Rule::Address(_), Value::String(text)) => format!("{:?}", masked(text)),
            // Somebody may have typed an address with a password as something else than a text.
            (Rule::Address(_), _) => return format!("a {}", value.type_str()),
            (_, Value::String(text)) => format!("{text:?}"),
            _ => value.to_string().replace(char::is_control, " "),
        };
        match text.char_indices().nth(MAX_SHOWN_CHARS) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
            None => text,
        }
    }

    /// Masks what is secret of a value.
    pub(super) fn mask(&self, value: &mut Value) {
        let Value::String(text) = value else { return };
        match self.rule {
            Rule::Secret(_) if !text.is_empty() => *text = "****".to_owned(),
            Rule::Address(_) => *text = masked(text),
            _ => {}
        }
    }
}

impl Rule {
    fn verdict(&self, value: &Value) -> Verdict {
        match (self, value) {
            (Self::YesNo, Value::Boolean(_)) => Ok(()),
            (Self::YesNo, _) => Err("must be true or false".to_owned()),
            (Self::Number(_, from, to), Value::Integer(number))
                if (from..=to).contains(&number) =>
            {
                Ok(())
            }
            (Self::Number(what, from, to), _) => Err(format!(
                "must be a whole number of {what} from {from} to {to}"
            )),
            (Self::OneOf(words), Value::String(text)) if words.contains(&text.as_str()) => Ok(()),
            (Self::OneOf(words), _) => Err(format!("must be \"{}\"", words.join("\" or \""))),
            (
                Self::Text(check) | Self::Address(check) | Self::Secret(check),
                Value::String(text),
            ) => check(text),
            (Self::Text(_) | Self::Address(_) | Self::Secret(_), _) => {
                Err("must be a text in quotes".to_owned())
            }
            (Self::Networks, Value::Array(list)) => list.iter().try_for_each(network),
            (Self::Networks, _) => Err("must be a list of networks".to_owned()),
            (Self::Numbers(what, most, from, to), value) => {
                let fits = |it: &Value| {
                    it.as_integer()
                        .is_some_and(|it| (*from..=*to).contains(&it))
                };
                let list = value.as_array().filter(|list| list.iter().all(fits));
                match list {
                    Some(list) if (1..=*most).contains(&list.len()) => Ok(()),
                    _ => Err(format!(
                        "must be a list of 1 to {most} whole numbers of {what} from {from} to {to} each"
                    )),
                }
            }
        }
    }
}

/// A network that is not the whole world.
fn network(value: &Value) -> Verdict {
    let net: Option<IpNet> = value.as_str().and_then(|text| text.parse().ok());
    match net {
        Some(net) if net.prefix_len() > 0 => Ok(()),
        Some(_) => Err("must not name every address there is".to_owned()),
        None => Err(
            "must be a list of networks, each an address with the length of its prefix, in quotes"
                .to_owned(),
        ),
    }
}
