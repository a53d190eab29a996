//! Which certificates are trusted: the platform's, `SSL_CERT_FILE`'s and the option's, added up.

use std::env;

use reqwest::Certificate;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::ArgumentError;

/// The certificates of the option `rootCertificates`.
pub(crate) fn given_roots(pems: &[String]) -> Result<Vec<Certificate>, ArgumentError> {
    let refuse = || {
        ArgumentError::value(
            "rootCertificates",
            "must each be the PEM text of one or more valid certificates",
        )
    };
    let mut roots = Vec::new();
    for pem in pems {
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            let certificate = certificate.map_err(|_| refuse())?;
            // Tried here, where the error can still name the option.
            RootCertStore::empty().add(certificate.clone()).map_err(|_| refuse())?;
            roots.push(Certificate::from_der(&certificate).map_err(|_| refuse())?);
        }
        if roots.len() == before {
            return Err(refuse());
        }
    }
    Ok(roots)
}

/// `SSL_CERT_FILE` and `SSL_CERT_DIR` replace the platform's roots in the loader underneath; here
/// they add to them, so the platform's are loaded by their paths.
pub(crate) fn platform_roots_that_the_environment_hides() -> Vec<Certificate> {
    if env::var_os("SSL_CERT_FILE").is_none() && env::var_os("SSL_CERT_DIR").is_none() {
        return Vec::new();
    }
    openssl_probe::candidate_cert_dirs()
        .flat_map(|directory| rustls_native_certs::load_certs_from_paths(None, Some(directory)).certs)
        .filter_map(|certificate| Certificate::from_der(&certificate).ok())
        .collect()
}

/// Makes ring the process's provider of cryptography, unless the program chose one.
pub(crate) fn install_provider() {
    // An error means that one is installed already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
