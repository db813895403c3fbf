//! Settings that depend on each other.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use toml::{Table, Value};
use url::Url;

use super::sources::leaf;

/// The settings as they were given, without those that are wrong by themselves.
pub(super) struct Values<'t> {
    pub table: &'t Table,
    pub wrong: &'t BTreeSet<String>,
}

/// What is wrong: the setting to look at, and a sentence.
type Faults = Vec<(&'static str, String)>;

impl Values<'_> {
    fn text(&self, key: &str) -> Option<&str> {
        let is_wrong = self.wrong.contains(key);
        let value = leaf(self.table, key).filter(|_| !is_wrong);
        value.and_then(Value::as_str)
    }

    /// Everything that does not go together.
    pub(super) fn faults(&self) -> Faults {
        let mut faults = Faults::new();
        let checks = [
            self.metrics(),
            self.cookie_domain(),
            self.key(),
            self.mail(),
            self.mail_server(),
            self.bucket_region(),
            self.bucket_keys(),
            self.bucket(),
        ];
        faults.extend(checks.into_iter().flatten());
        faults
    }

    /// One address cannot be listened at twice. Port 0 is a free one each time.
    fn metrics(&self) -> Option<(&'static str, String)> {
        const KEY: &str = "server.metrics_listen";
        let listen: SocketAddr = self.text("server.listen")?.parse().ok()?;
        let metrics: SocketAddr = self.text(KEY)?.parse().ok()?;
        let is_any = listen.ip().is_unspecified() || metrics.ip().is_unspecified();
        let is_taken = listen.port() == metrics.port() && (is_any || listen.ip() == metrics.ip());
        let what = "must have another port than server.listen, which takes the same address; for \
                    example \"127.0.0.1:9464\"";
        (is_taken && listen.port() != 0).then(|| (KEY, what.to_owned()))
    }

    /// A cookie for a domain is refused by browsers at hosts that are not in it.
    fn cookie_domain(&self) -> Option<(&'static str, String)> {
        const KEY: &str = "server.cookie_domain";
        let domain = self.text(KEY).filter(|domain| !domain.is_empty())?;
        let public = self.text("server.public_url")?;
        for key in ["server.oauth_public_url", "server.office_public_url"] {
            let own = self.text(key)?;
            let url = if own.is_empty() { public } else { own };
            let host = Url::parse(url).ok();
            let host = host.as_ref().and_then(Url::host_str).unwrap_or_default();
            let is_within = host
                .strip_suffix(domain)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
            if !is_within {
                let key = if own.is_empty() {
                    "server.public_url"
                } else {
                    key
                };
                let what = format!(
                    "must hold the public hosts of OAuth and the back office, and {key} is not below \
                     {domain:?}; for example \"example.com\" for https://hub.example.com"
                );
                return Some((KEY, what));
            }
        }
        None
    }

    fn key(&self) -> Option<(&'static str, String)> {
        let database = self.text("database.url")?;
        let file = self.text("keys.file")?;
        let is_same = self.text("keys.value")?.is_empty()
            && database
                .strip_prefix("sqlite:")
                .is_some_and(|path| path == file);
        let what = "must not be the file of the database; for example \"/var/lib/passeplat/key\"";
        is_same.then(|| ("keys.file", what.to_owned()))
    }

    fn mail(&self) -> Option<(&'static str, String)> {
        let is_missing =
            self.text("mail.transport")? == "smtp" && self.text("mail.smtp_url")?.is_empty();
        let what = "must be set, since mail.transport is \"smtp\"; for example \
                    \"smtps://user:password@mail.example.com\"";
        is_missing.then(|| ("mail.smtp_url", what.to_owned()))
    }

    fn mail_server(&self) -> Option<(&'static str, String)> {
        let is_idle =
            self.text("mail.transport")? == "folder" && !self.text("mail.smtp_url")?.is_empty();
        let what = "must be \"smtp\", since mail.smtp_url names a server and no mail would reach it; or leave \
                    mail.smtp_url empty";
        is_idle.then(|| ("mail.transport", what.to_owned()))
    }

    fn bucket_region(&self) -> Option<(&'static str, String)> {
        let is_missing = self.is_bucket()? && self.text("images.s3_region")?.is_empty();
        let what = "must be set, since images.store is a bucket; for example \"us-east-1\"";
        is_missing.then(|| ("images.s3_region", what.to_owned()))
    }

    fn bucket_keys(&self) -> Option<(&'static str, String)> {
        let access = self.text("images.s3_access_key")?;
        let secret = self.text("images.s3_secret_key")?;
        match (access.is_empty(), secret.is_empty()) {
            (true, false) => Some((
                "images.s3_access_key",
                "must be set, since images.s3_secret_key is; for example \"AKIAIOSFODNN7EXAMPLE\""
                    .to_owned(),
            )),
            (false, true) => Some((
                "images.s3_secret_key",
                "must be set, since images.s3_access_key is".to_owned(),
            )),
            _ => None,
        }
    }

    /// Images would silently lie in a folder.
    fn bucket(&self) -> Option<(&'static str, String)> {
        let names = ["images.s3_endpoint", "images.s3_access_key"];
        let set = names
            .into_iter()
            .find(|key| self.text(key).is_some_and(|text| !text.is_empty()))?;
        let what = format!("must be s3://BUCKET, since {set} is set; for example \"s3://images\"");
        (!self.is_bucket()?).then_some(("images.store", what))
    }

    fn is_bucket(&self) -> Option<bool> {
        Some(self.text("images.store")?.starts_with("s3://"))
    }
}
