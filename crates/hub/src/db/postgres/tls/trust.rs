//! Whose certificate is good enough for a mode.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_cert_signed_by_trust_anchor};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::options::{Authorities, Identity, Mode, Options};

/// The name by which a server may know that PostgreSQL is meant, and must when TLS begins at once.
const PROTOCOL: &[u8] = b"postgresql";

/// The settings of a connection; what is wrong with the files is a sentence with the cure.
pub(super) fn client(options: &Options, mode: Mode) -> Result<ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = match mode {
        Mode::VerifyFull => {
            let roots = Arc::new(roots(options.authorities.as_ref())?);
            WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider))
                .build()
                .map_err(|error| format!("sslrootcert cannot be used: {error}"))?
        }
        Mode::VerifyCa => Arc::new(AnyHostnameVerifier {
            roots: Some(roots(options.authorities.as_ref())?),
            provider: Arc::clone(&provider),
        }),
        Mode::Disable | Mode::Prefer | Mode::Require => Arc::new(AnyHostnameVerifier {
            roots: None,
            provider: Arc::clone(&provider),
        }),
    };
    let begun = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be used: {error}"))?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match &options.identity {
        None => begun.with_no_client_auth(),
        Some(identity) => {
            let (chain, key) = load_identity(identity)?;
            let certified = begun.with_client_auth_cert(chain, key);
            certified.map_err(|error| identity_error(identity, &error))?
        }
    };
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    Ok(config)
}

fn roots(authorities: Option<&Authorities>) -> Result<RootCertStore, String> {
    let Some(Authorities::File(path)) = authorities else {
        return Ok(RootCertStore::from_iter(
            webpki_roots::TLS_SERVER_ROOTS.iter().cloned(),
        ));
    };
    let mut roots = RootCertStore::empty();
    for certificate in certificates("sslrootcert", path)? {
        roots.add(certificate).map_err(|error| {
            format!(
                "sslrootcert {}: a certificate in it cannot be used: {error}",
                path.display()
            )
        })?;
    }
    Ok(roots)
}

/// What the hub shows of itself, and the proof that it is its own.
fn load_identity(
    identity: &Identity,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), String> {
    let chain = certificates("sslcert", &identity.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&identity.key).map_err(|error| match error {
        pem::Error::NoItemsFound => format!(
            "sslkey {0}: there is no private key in it that can be read without a passphrase; \
             `openssl pkey -in {0} -out FILE` writes one",
            identity.key.display()
        ),
        other => unreadable("sslkey", &identity.key, other),
    })?;
    Ok((chain, key))
}

fn identity_error(identity: &Identity, error: &Error) -> String {
    let (certificate, key) = (identity.certificate.display(), identity.key.display());
    match error {
        Error::InconsistentKeys(_) => format!(
            "sslkey {key} does not belong to the certificate of sslcert {certificate}: name the two that \
             were made together, and the hub's own certificate first in its file"
        ),
        other => format!("sslcert {certificate} with sslkey {key} cannot be used: {other}"),
    }
}

fn certificates(option: &str, path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let found: Vec<_> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|error| unreadable(option, path, error))?;
    if found.is_empty() {
        return Err(format!(
            "{option} {}: there is no certificate in it; it must be PEM, as in -----BEGIN CERTIFICATE-----",
            path.display()
        ));
    }
    Ok(found)
}

fn unreadable(option: &str, path: &Path, error: pem::Error) -> String {
    let path = path.display();
    match error {
        pem::Error::Io(error) => format!(
            "{option} {path} cannot be read: {error}; name a file that is there and that the hub's user may \
             read"
        ),
        // What else it says may be a line of the file.
        _ => format!("{option} {path} is not whole PEM"),
    }
}

/// Takes a certificate for any name: one of these authorities, or of anybody. That the server has the key
/// of its certificate is proved all the same, since passwords are bound to it.
#[derive(Debug)]
struct AnyHostnameVerifier {
    roots: Option<RootCertStore>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for AnyHostnameVerifier {
    fn verify_server_cert(
        &self,
        server: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(roots) = &self.roots {
            let algorithms = self.provider.signature_verification_algorithms.all;
            let server = ParsedCertificate::try_from(server)?;
            verify_server_cert_signed_by_trust_anchor(&server, roots, between, now, algorithms)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
