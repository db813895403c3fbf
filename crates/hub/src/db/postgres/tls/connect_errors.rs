//! Why no connection came about, in words that say what to do. None of them repeats a password.

use std::error::Error as StdError;
use std::io;

use rustls::{AlertDescription, CertificateError, Error as TlsError};
use tokio_postgres::error::{DbError, SqlState};

use super::Tls;
use super::options::{Authorities, Mode};

impl Tls {
    /// Says why a connection to `host` failed.
    pub(super) fn explain(&self, host: &str, error: &tokio_postgres::Error) -> String {
        if let Some(error) = error.as_db_error() {
            return self.server_error_text(error);
        }
        if is_without_tls(error) {
            return self.no_tls();
        }
        if let Some(fault) = tls_fault(error) {
            return self.broken_off(host, fault);
        }
        let cause = error.source().map(|cause| format!(": {cause}"));
        let mut text = format!("{error}{}", cause.unwrap_or_default());
        if self.mode > Mode::Disable && is_broken_off(error) {
            // Its reason comes as the connection ends, and may be lost with it.
            let whose = match &self.options.identity {
                Some(identity) => format!(" (sslcert {})", identity.certificate.display()),
                None => " (sslcert and sslkey name none)".to_owned(),
            };
            text.push_str(&format!(
                ": the server broke off as TLS began, as it does when it does not like the hub's certificate\
                 {whose}; its log says why"
            ));
        }
        if text.contains("channel binding") {
            text.push_str(
                " (channel_binding=require needs TLS, a password with SCRAM, and no pooler between)",
            );
        }
        text
    }

    /// The server, or a pooler before it, refused in so many words.
    fn server_error_text(&self, error: &DbError) -> String {
        let text = error.message();
        let cure = match error.code() {
            _ if text.contains("client certificate") => {
                "name the hub's certificate and its key in the address, as sslcert=FILE and sslkey=FILE"
                    .to_owned()
            }
            &SqlState::INVALID_AUTHORIZATION_SPECIFICATION if text.contains("no encryption") => {
                format!(
                    "if it wants TLS, sslmode must not be {}: write sslmode=verify-full",
                    self.mode.name()
                )
            }
            _ if text.contains("SSL required") => {
                format!("sslmode must not be {}: write sslmode=verify-full", self.mode.name())
            }
            _ if text.contains("unsupported startup parameter") => {
                "this is a pooler that does not pass on what the hub sets for a session: leave it out of \
                 the address (for a schema: ALTER ROLE … SET search_path), or name PostgreSQL itself; with \
                 ignore_startup_parameters pgbouncer would let it in and forget the setting"
                    .to_owned()
            }
            _ => return format!("db error: {error}"),
        };
        format!("{text}: {cure}")
    }

    fn no_tls(&self) -> String {
        let wish = match (self.options.mode, self.mode) {
            (None, Mode::Require) => {
                "nothing is sent in clear beyond this machine unless the address says so".to_owned()
            }
            (_, mode) => format!("sslmode is {}", mode.name()),
        };
        format!(
            "the server does not take TLS, and {wish}: switch it on there (ssl = on), or, if everybody on \
             the way to it is trusted, write sslmode=disable in the address"
        )
    }

    fn broken_off(&self, host: &str, fault: &TlsError) -> String {
        match fault {
            TlsError::InvalidCertificate(fault) => self.certificate_error_text(host, fault),
            TlsError::AlertReceived(alert) => self.alert_text(*alert),
            TlsError::PeerIncompatible(_) | TlsError::PeerMisbehaved(_) => {
                format!("no TLS with this server ({fault}): it must speak TLS 1.2 or 1.3")
            }
            TlsError::InvalidMessage(_) => {
                format!("what answers does not speak TLS ({fault}): is it PostgreSQL?")
            }
            other => format!("no TLS with this server: {other}"),
        }
    }

    /// The server's certificate is not good enough.
    fn certificate_error_text(&self, host: &str, fault: &CertificateError) -> String {
        match fault {
            // Two authorities of one name with different keys make a bad signature.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                let trusted = match &self.options.authorities {
                    Some(Authorities::File(path)) => format!("sslrootcert is {}", path.display()),
                    _ => "only the public ones are".to_owned(),
                };
                format!(
                    "the server's certificate comes from an authority that is not trusted ({trusted}): name \
                     the file of that authority's certificate, as sslrootcert=FILE"
                )
            }
            CertificateError::NotValidForName => self.other_name(host, &[]),
            CertificateError::NotValidForNameContext { presented, .. } => {
                self.other_name(host, presented)
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "the server's certificate has expired: renew it there and reload PostgreSQL, or set this \
                 machine's clock if that is wrong"
                    .to_owned()
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "the server's certificate is not valid yet: is this machine's clock right, and the server's?"
                    .to_owned()
            }
            CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
                "the server's certificate is an authority's own: make one for the server that says \
                 basicConstraints=CA:FALSE"
                    .to_owned()
            }
            CertificateError::Other(other) if other.to_string().contains("UnsupportedCertVersion") => {
                "the server's certificate is of an old version: make one of version 3, with its name as \
                 subjectAltName"
                    .to_owned()
            }
            other => format!("the server's certificate cannot be used: {other}"),
        }
    }

    fn other_name(&self, host: &str, presented: &[String]) -> String {
        let (whose, cure) = match presented {
            [] => (
                "names no host as subjectAltName".to_owned(),
                "make one that does",
            ),
            names => (
                // As the library writes them: DnsName("db.example.com").
                format!("is for {}", names.join(", ")),
                "name the server like this (and where it is as hostaddr=…)",
            ),
        };
        format!(
            "the server's certificate {whose}, and not for {host}: {cure}, or write sslmode=verify-ca, which \
             takes any name that the authority of sslrootcert has signed"
        )
    }

    /// The server does not like what the hub shows of itself.
    fn alert_text(&self, alert: AlertDescription) -> String {
        let Some(identity) = &self.options.identity else {
            return match alert {
                AlertDescription::CertificateRequired | AlertDescription::HandshakeFailure => {
                    format!(
                        "the server broke TLS off ({alert:?}): if it wants a certificate of the hub, name it \
                         and its key in the address, as sslcert=FILE and sslkey=FILE"
                    )
                }
                _ => format!("the server broke TLS off ({alert:?}): its log says why"),
            };
        };
        let certificate = identity.certificate.display();
        match alert {
            AlertDescription::UnknownCA => format!(
                "the server does not know the authority of sslcert {certificate}: name that authority there \
                 (ssl_ca_file), or another certificate here"
            ),
            AlertDescription::CertificateExpired => {
                format!("the hub's certificate, sslcert {certificate}, has expired: renew it")
            }
            AlertDescription::CertificateRevoked => {
                format!(
                    "the hub's certificate, sslcert {certificate}, was revoked: name another one"
                )
            }
            _ => format!(
                "the server broke TLS off ({alert:?}), perhaps because of sslcert {certificate}: its log says \
                 why"
            ),
        }
    }
}

/// Whether the server said that it does not take TLS. The library has no other sign of it than this text.
pub(super) fn is_without_tls(error: &tokio_postgres::Error) -> bool {
    error
        .source()
        .is_some_and(|cause| cause.to_string() == "server does not support TLS")
}

/// Whether the other side ended the connection before it had let us in.
fn is_broken_off(error: &tokio_postgres::Error) -> bool {
    let cause = error
        .source()
        .and_then(|cause| cause.downcast_ref::<io::Error>());
    let kind = cause.map(io::Error::kind);
    matches!(
        kind,
        Some(
            io::ErrorKind::ConnectionReset
                | io::ErrorKind::BrokenPipe
                | io::ErrorKind::UnexpectedEof
        )
    )
}

/// What TLS said, somewhere in the chain.
fn tls_fault(error: &tokio_postgres::Error) -> Option<&TlsError> {
    let mut next: Option<&(dyn StdError + 'static)> = error.source();
    while let Some(cause) = next {
        if let Some(fault) = cause.downcast_ref() {
            return Some(fault);
        }
        // An input error has what it wraps for itself, and names only the cause of that as its own.
        next = match cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(within) => Some(within),
            None => cause.source(),
        };
    }
    None
}
