//! Which certificates are trusted: the platform's, `SSL_CERT_FILE`'s and the option's, added up.

use std::env;

use reqwest::Certificate;

use crate::ArgumentError;

/// The roots to add to those that the platform verifier loads by itself.
pub(crate) fn extra_roots(pems: &[String]) -> Result<Vec<Certificate>, ArgumentError> {
    let mut roots = platform_roots_that_the_environment_hides();
    for pem in pems {
        let certificates = Certificate::from_pem_bundle(pem.as_bytes()).unwrap_or_default();
        if certificates.is_empty() {
            return Err(ArgumentError::value("rootCertificates", "must each hold a certificate in PEM form"));
        }
        roots.extend(certificates);
    }
    Ok(roots)
}

/// `SSL_CERT_FILE` and `SSL_CERT_DIR` replace the platform's roots in the loader underneath; here
/// they add to them, so the platform's are loaded by their paths.
fn platform_roots_that_the_environment_hides() -> Vec<Certificate> {
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
