//! Whom to trust: roots as Node has them, client certificates, and what is wrong with a certificate in OpenSSL's words.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use once_cell::sync::Lazy;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, CipherSuite, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme,
};
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::der::asn1::ObjectIdentifier;

use super::config::NetworkSettings;
use super::error::Cause;
use super::tickets::Tickets;

/// AES-128 first, as browsers have it: what belongs to it in a handshake, SHA-256, is an instruction of the processor, and
/// SHA-384 is not.
static PROVIDER: Lazy<Arc<CryptoProvider>> = Lazy::new(|| {
    let mut provider = rustls::crypto::ring::default_provider();
    provider.cipher_suites.sort_by_key(|suite| suite.suite() != CipherSuite::TLS13_AES_128_GCM_SHA256);
    Arc::new(provider)
});

/// The TLS configuration for these settings.
///
/// # Errors
/// A `ca`, `cert` or `key` that is no PEM, or does not fit. A NODE_EXTRA_CA_CERTS that cannot be read is passed over, as in
/// Node (which warns of it itself).
pub fn configure(settings: &NetworkSettings) -> Result<ClientConfig, Cause> {
    let builder = ClientConfig::builder_with_provider(PROVIDER.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| Cause::new(error.to_string()))?;
    let trust = if settings.insecure { Trust::Anybody } else { Trust::in_roots(settings)? };
    let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(Verifier(trust)));
    let mut config = match (&settings.cert, &settings.key) {
        (Some(chain), Some(keys)) => {
            let chain = certificates("cert", chain)?;
            let key = keys
                .iter()
                .find_map(|key| PrivateKeyDer::from_pem_slice(key.reveal().as_bytes()).ok())
                .ok_or_else(|| unreadable("key", "no private key in PEM form"))?;
            builder.with_client_auth_cert(chain, key).map_err(|error| unreadable("cert and key", &error.to_string()))
        }
        (None, None) => Ok(builder.with_no_client_auth()),
        (Some(_), None) => Err(unreadable("cert", "a client certificate needs its `key`")),
        (None, Some(_)) => Err(unreadable("key", "a key needs its certificate in `cert`")),
    }?;
    config.resumption = Resumption::store(Arc::new(Tickets::default()));
    Ok(config)
}

fn unreadable(option: &str, why: &str) -> Cause {
    Cause::new(format!("the option {option} cannot be used: {why}")).with("code", "ERR_INVALID_ARG_VALUE")
}

fn certificates(option: &str, texts: &[String]) -> Result<Vec<CertificateDer<'static>>, Cause> {
    let mut found = Vec::new();
    for text in texts {
        for certificate in CertificateDer::pem_slice_iter(text.as_bytes()) {
            found.push(certificate.map_err(|error| unreadable(option, &error.to_string()))?);
        }
    }
    if found.is_empty() { Err(unreadable(option, "no certificate in PEM form")) } else { Ok(found) }
}

/// Whom to trust.
#[derive(Debug)]
enum Trust {
    /// What `rejectUnauthorized: false` asks for: any certificate, but still one whose key the server has.
    Anybody,
    /// As webpki does, and besides a server certificate that is itself among the trusted ones, as OpenSSL does.
    Roots { webpki: Arc<WebPkiServerVerifier>, trusted: HashSet<Vec<u8>> },
}

impl Trust {
    fn in_roots(settings: &NetworkSettings) -> Result<Self, Cause> {
        let mut roots = RootCertStore::empty();
        let mut own = Vec::new();
        match &settings.ca {
            Some(texts) => own = certificates("ca", texts)?,
            None => {
                roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
                if let Some(text) = settings.extra_ca.as_ref().and_then(|path| std::fs::read(path).ok()) {
                    own.extend(CertificateDer::pem_slice_iter(&text).flatten());
                }
            }
        }
        roots.add_parsable_certificates(own.iter().cloned());
        if roots.is_empty() {
            return Err(unreadable("ca", "no usable certificate in it"));
        }
        let webpki = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), PROVIDER.clone())
            .build()
            .map_err(|error| unreadable("ca", &error.to_string()))?;
        Ok(Self::Roots { webpki, trusted: own.into_iter().map(|der| der.to_vec()).collect() })
    }
}

#[derive(Debug)]
struct Verifier(Trust);

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        use CertificateError as Bad;
        let Trust::Roots { webpki, trusted } = &self.0 else { return Ok(ServerCertVerified::assertion()) };
        let error = match webpki.verify_server_cert(leaf, others, name, ocsp, now) {
            Ok(verified) => return Ok(verified),
            Err(error) => error,
        };
        match &error {
            rustls::Error::InvalidCertificate(
                Bad::Expired | Bad::ExpiredContext { .. } | Bad::NotValidYet | Bad::NotValidYetContext { .. },
            ) => Err(error),
            // The chain is good.
            rustls::Error::InvalidCertificate(Bad::NotValidForName | Bad::NotValidForNameContext { .. }) => {
                if common_name_fits(leaf, name) {
                    Ok(ServerCertVerified::assertion())
                } else {
                    Err(WrongName::of(leaf, error))
                }
            }
            rustls::Error::InvalidCertificate(_) if trusted.contains(leaf.as_ref()) => {
                check_dates(leaf, now)?;
                match verify_server_name(&ParsedCertificate::try_from(leaf)?, name) {
                    Err(error) if !common_name_fits(leaf, name) => Err(WrongName::of(leaf, error)),
                    _ => Ok(ServerCertVerified::assertion()),
                }
            }
            rustls::Error::InvalidCertificate(Bad::UnknownIssuer | Bad::Other(_)) => {
                let fault = ChainFault::of(leaf, others);
                Err(rustls::Error::InvalidCertificate(Bad::Other(OtherError(Arc::new(fault)))))
            }
            _ => Err(error),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &PROVIDER.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &PROVIDER.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        PROVIDER.signature_verification_algorithms.supported_schemes()
    }
}

/// Whether the subject's common name is this host. As in Node it counts only where the certificate lists no names at all.
fn common_name_fits(der: &CertificateDer<'_>, name: &ServerName<'_>) -> bool {
    const SUBJECT_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
    const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
    let (ServerName::DnsName(host), Ok(certificate)) = (name, Certificate::from_der(der)) else { return false };
    let certificate = certificate.tbs_certificate;
    if certificate.extensions.iter().flatten().any(|extension| extension.extn_id == SUBJECT_ALT_NAME) {
        return false;
    }
    let mut parts = certificate.subject.0.iter().flat_map(|part| part.0.iter());
    parts.any(|part| part.oid == COMMON_NAME && part.value.value().eq_ignore_ascii_case(host.as_ref().as_bytes()))
}

fn check_dates(der: &CertificateDer<'_>, now: UnixTime) -> Result<(), rustls::Error> {
    let bad = rustls::Error::InvalidCertificate;
    let certificate = Certificate::from_der(der).map_err(|_| bad(CertificateError::BadEncoding))?;
    let validity = certificate.tbs_certificate.validity;
    if now.as_secs() > validity.not_after.to_unix_duration().as_secs() {
        return Err(bad(CertificateError::Expired));
    }
    if now.as_secs() < validity.not_before.to_unix_duration().as_secs() {
        return Err(bad(CertificateError::NotValidYet));
    }
    Ok(())
}

/// A good certificate, but of somebody else.
#[derive(Debug)]
pub struct WrongName {
    /// The names it is for, in the words of webpki: `DnsName("a.b")` or `IpAddress(1.2.3.4)`.
    pub presented: Vec<String>,
    /// The certificate, DER.
    pub der: Vec<u8>,
}

impl WrongName {
    fn of(leaf: &CertificateDer<'_>, error: rustls::Error) -> rustls::Error {
        let presented = match error {
            rustls::Error::InvalidCertificate(CertificateError::NotValidForNameContext { presented, .. }) => presented,
            rustls::Error::InvalidCertificate(CertificateError::NotValidForName) => Vec::new(),
            other => return other,
        };
        let wrong = Self { presented, der: leaf.to_vec() };
        rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(wrong))))
    }
}

impl fmt::Display for WrongName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the certificate is for other names")
    }
}

impl std::error::Error for WrongName {}

/// Why a chain ends at nobody we trust, as OpenSSL tells the cases apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainFault {
    /// The server's certificate is signed by itself.
    SelfSigned,
    /// A certificate further up is signed by itself.
    SelfSignedInChain,
    /// Only the server's certificate came, and its issuer is unknown.
    UnknownIssuer,
    /// The chain came, and the issuer of its last certificate is unknown.
    UnknownRoot,
}

impl ChainFault {
    fn of(leaf: &CertificateDer<'_>, others: &[CertificateDer<'_>]) -> Self {
        let self_signed = |der: &CertificateDer<'_>| {
            Certificate::from_der(der)
                .is_ok_and(|certificate| certificate.tbs_certificate.issuer == certificate.tbs_certificate.subject)
        };
        if self_signed(leaf) {
            Self::SelfSigned
        } else if others.iter().any(self_signed) {
            Self::SelfSignedInChain
        } else if others.is_empty() {
            Self::UnknownIssuer
        } else {
            Self::UnknownRoot
        }
    }

    /// OpenSSL's words and code.
    pub fn told(self) -> Cause {
        let (message, code) = match self {
            Self::SelfSigned => ("self-signed certificate", "DEPTH_ZERO_SELF_SIGNED_CERT"),
            Self::SelfSignedInChain => ("self-signed certificate in certificate chain", "SELF_SIGNED_CERT_IN_CHAIN"),
            Self::UnknownIssuer => ("unable to verify the first certificate", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
            Self::UnknownRoot => ("unable to get local issuer certificate", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"),
        };
        Cause::new(message).with("code", code)
    }
}

impl fmt::Display for ChainFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told().message)
    }
}

impl std::error::Error for ChainFault {}
