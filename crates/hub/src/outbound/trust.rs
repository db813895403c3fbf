//! Whom calls over https trust: the public authorities, and those of a file.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::{ClientConfig, RootCertStore};

/// Why the additional authorities cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The file cannot be read, or is not PEM.
    #[error("'egress.extra_ca_file' {path}: {error}")]
    File {
        /// Where it should be.
        path: String,
        /// What the reader said.
        error: pem::Error,
    },
    /// There is no certificate in it.
    #[error("'egress.extra_ca_file' {0}: there is no certificate in it")]
    Empty(String),
    /// One of them is no authority, or the library refuses.
    #[error("'egress.extra_ca_file': {0}")]
    Tls(#[from] rustls::Error),
}

/// The settings of calls over https. An empty path adds nobody.
pub(super) fn client(extra: &Path) -> Result<ClientConfig, TrustError> {
    let mut roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    if !extra.as_os_str().is_empty() {
        let path = || extra.display().to_string();
        let file = |error| TrustError::File {
            path: path(),
            error,
        };
        let public = roots.len();
        for certificate in CertificateDer::pem_file_iter(extra).map_err(file)? {
            roots.add(certificate.map_err(file)?)?;
        }
        if roots.len() == public {
            return Err(TrustError::Empty(path()));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
