//! What an address says of TLS, by the names that libpq gives to it, and which of it goes together.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;

/// A good address.
const GOOD: &str = "as in \
    postgres://user:password@db.example.com/hub?sslmode=verify-full&sslrootcert=/etc/passeplat/db.pem";

/// How a connection is protected, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    /// The connection is not encrypted.
    Disable,
    /// Encrypted if the server can do it.
    Prefer,
    /// Encrypted, to whoever answers.
    Require,
    /// Encrypted, to a server with a certificate of a known authority.
    VerifyCa,
    /// Encrypted, to a server with a certificate of a known authority for the name of the address.
    VerifyFull,
}

/// Whose certificates of servers are believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Authorities {
    /// Those that browsers know: the list that is built into the program.
    Public,
    /// Those in a file.
    File(PathBuf),
}

/// What the hub shows of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// What an address says of TLS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::db::postgres) struct Options {
    pub(super) mode: Option<Mode>,
    pub(super) authorities: Option<Authorities>,
    pub(super) identity: Option<Identity>,
    /// TLS begins at once, without asking the server whether it speaks it.
    pub(super) is_direct: bool,
}

impl Mode {
    const ALL: [(&str, Self); 5] = [
        ("disable", Self::Disable),
        ("prefer", Self::Prefer),
        ("require", Self::Require),
        ("verify-ca", Self::VerifyCa),
        ("verify-full", Self::VerifyFull),
    ];

    fn parse(word: &str) -> Option<Self> {
        let found = Self::ALL.into_iter().find(|(name, _)| *name == word);
        found.map(|(_, mode)| mode)
    }

    pub(super) fn name(self) -> &'static str {
        let found = Self::ALL.into_iter().find(|(_, mode)| *mode == self);
        found.map_or("", |(name, _)| name)
    }
}

impl Options {
    /// Takes what concerns TLS from an address; the rest of it is for the library. What is wrong is a
    /// sentence that begins with "must".
    pub(in crate::db::postgres) fn take(url: &str) -> Result<(Self, String), String> {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let mut found = ReadParameters::default();
        let mut rest = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = percent_decode_str(value)
                .decode_utf8()
                .map_err(|_| format!("must have a {name} that is UTF-8"))?;
            let field = match name {
                "sslmode" => &mut found.mode,
                "sslrootcert" => &mut found.root,
                "sslcert" => &mut found.certificate,
                "sslkey" => &mut found.key,
                _ => {
                    found.is_direct |= name == "sslnegotiation" && value == "direct";
                    rest.push(pair);
                    continue;
                }
            };
            if value.is_empty() {
                return Err(format!("must not have an empty {name}"));
            }
            if field.replace(value.into_owned()).is_some() {
                return Err(format!("must name {name} once"));
            }
        }
        let url = match rest.is_empty() {
            true => base.to_owned(),
            false => format!("{base}?{}", rest.join("&")),
        };
        Ok((found.check()?, url))
    }

    /// The mode for a host of which it is known whether it is this machine.
    ///
    /// Without a word on it nothing leaves the machine in clear. Where authorities are named they are
    /// there to be used: alone they mean `verify-full`, and `require` means `verify-ca` as it does to libpq.
    pub(super) fn mode_for(&self, is_here: bool) -> Mode {
        match (self.mode, &self.authorities) {
            (Some(Mode::Require), Some(_)) => Mode::VerifyCa,
            (Some(mode), _) => mode,
            (None, Some(_)) => Mode::VerifyFull,
            (None, None) if is_here && self.identity.is_none() && !self.is_direct => Mode::Prefer,
            (None, None) => Mode::Require,
        }
    }
}

/// The options as they stand there.
#[derive(Default)]
struct ReadParameters {
    mode: Option<String>,
    root: Option<String>,
    certificate: Option<String>,
    key: Option<String>,
    is_direct: bool,
}

impl ReadParameters {
    fn check(self) -> Result<Options, String> {
        let mode = match &self.mode {
            None => None,
            Some(word) => Some(Mode::parse(word).ok_or_else(|| {
                format!("must have an sslmode of disable, prefer, require, verify-ca or verify-full, {GOOD}")
            })?),
        };
        let authorities = self.root.map(|root| match root.as_str() {
            "system" => Authorities::Public,
            _ => Authorities::File(root.into()),
        });
        let identity = match (self.certificate, self.key) {
            (None, None) => None,
            (Some(certificate), Some(key)) => Some(Identity {
                certificate: certificate.into(),
                key: key.into(),
            }),
            (Some(_), None) => {
                return Err("must name sslkey, the file of the key, beside sslcert".to_owned());
            }
            (None, Some(_)) => {
                return Err(
                    "must name sslcert, the file of the certificate, beside sslkey".to_owned(),
                );
            }
        };
        match (mode, &authorities) {
            (Some(Mode::Disable | Mode::Prefer), Some(_)) => Err(format!(
                "must have sslmode=verify-full or verify-ca beside sslrootcert, {GOOD}"
            )),
            (Some(Mode::Require | Mode::VerifyCa), Some(Authorities::Public)) => Err(
                "must have sslmode=verify-full beside sslrootcert=system, since anybody can get a \
                 certificate for a name of their own"
                    .to_owned(),
            ),
            (Some(Mode::VerifyCa), None) => Err(format!(
                "must name the file of the authorities as sslrootcert beside sslmode=verify-ca, {GOOD}"
            )),
            (Some(Mode::Disable), None) if identity.is_some() => Err(format!(
                "must have sslmode=require or more beside sslcert, {GOOD}"
            )),
            (Some(Mode::Disable | Mode::Prefer), None) if self.is_direct => Err(format!(
                "must have sslmode=require or more beside sslnegotiation=direct, {GOOD}"
            )),
            _ => Ok(Options {
                mode,
                authorities,
                identity,
                is_direct: self.is_direct,
            }),
        }
    }
}
