//! A certificate for `localhost`, and the authority that signed it, both made at start.

use std::fs;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

use crate::Failure;

/// Writes the authority's certificate to `ca_file`, for NODE_EXTRA_CA_CERTS.
pub fn make(ca_file: &str) -> Result<ServerConfig, Failure> {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.distinguished_name.push(DnType::CommonName, "bench-service authority");
    let authority_key = KeyPair::generate()?;
    fs::write(ca_file, authority.self_signed(&authority_key)?.pem())?;
    let issuer = Issuer::new(authority, authority_key);

    let key = KeyPair::generate()?;
    let leaf = CertificateParams::new(vec!["localhost".into()])?.signed_by(&key, &issuer)?;
    let key = PrivateKeyDer::try_from(key.serialize_der())?;
    let mut config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![leaf.der().clone()], key)?;
    // Sessions are resumed by tickets, as large services do it: nothing to remember for each client.
    config.ticketer = rustls::crypto::ring::Ticketer::new()?;
    Ok(config)
}
