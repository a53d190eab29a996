//! Which certificates are trusted: the platform's, `SSL_CERT_FILE`'s and `SSL_CERT_DIR`'s, and the option's, added up.

use std::env;
use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_native_certs::load_certs_from_paths;
use rustls_platform_verifier::Verifier;

use crate::ArgumentError;
use crate::environment::Environment;
use crate::handshake::is_for_an_authority;

type Certificate = CertificateDer<'static>;

pub(crate) const FILE: &str = "SSL_CERT_FILE";
pub(crate) const DIRECTORIES: &str = "SSL_CERT_DIR";

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
            roots.push(certificate);
        }
        if roots.len() == before {
            return Err(refuse());
        }
    }
    Ok(roots)
}

/// The certificates of `SSL_CERT_FILE` and `SSL_CERT_DIR`. The loader underneath knows the two on Linux alone,
/// and there only the process's own.
fn roots_of_environment(environment: &Environment) -> Result<Vec<Certificate>, ArgumentError> {
    let mut roots = Vec::new();
    if let Some(file) = environment.get(FILE)? {
        roots.extend(roots_of_file(&file)?);
    }
    if let Some(directories) = environment.get(DIRECTORIES)? {
        roots.extend(roots_of_directories(&directories)?);
    }
    Ok(roots)
}

fn roots_of_file(file: &str) -> Result<Vec<Certificate>, ArgumentError> {
    let found = load_certs_from_paths(Some(Path::new(file)), None);
    let roots = valid(found.certs);
    if !roots.is_empty() {
        return Ok(roots);
    }
    let why = match found.errors.first() {
        Some(error) => error.to_string(),
        None => format!("there is no valid certificate in '{file}'"),
    };
    let problem = format!("must name a file of PEM certificates, or be unset: {why}");
    Err(ArgumentError::value(FILE, problem))
}

/// Any of them may be missing or empty, as for OpenSSL, but not all missing.
fn roots_of_directories(directories: &str) -> Result<Vec<Certificate>, ArgumentError> {
    let there: Vec<_> = env::split_paths(directories).filter(|directory| directory.is_dir()).collect();
    if there.is_empty() {
        let problem =
            format!("must name a folder of PEM certificates, or be unset: there is none at '{directories}'");
        return Err(ArgumentError::value(DIRECTORIES, problem));
    }
    Ok(there.iter().flat_map(|directory| of_directory(directory)).collect())
}

/// `SSL_CERT_FILE` and `SSL_CERT_DIR` replace the platform's roots in the loader underneath; here
/// they add to them, so the platform's are loaded by their paths.
fn platform_roots_that_the_environment_hides() -> Vec<Certificate> {
    let is_ignored_underneath = cfg!(any(windows, target_vendor = "apple"));
    if is_ignored_underneath || env::var_os(FILE).is_none() && env::var_os(DIRECTORIES).is_none() {
        return Vec::new();
    }
    openssl_probe::candidate_cert_dirs().flat_map(of_directory).collect()
}

fn of_directory(directory: &Path) -> Vec<Certificate> {
    valid(load_certs_from_paths(None, Some(directory)).certs)
}

/// Those that can be trusted: a verifier would fail as a whole for another one beside them.
fn valid(certificates: Vec<Certificate>) -> Vec<Certificate> {
    let is_valid = |certificate: &Certificate| RootCertStore::empty().add(certificate.clone()).is_ok();
    certificates.into_iter().filter(is_valid).collect()
}

/// Trusts the platform's roots, those of the option and those of the environment.
pub(crate) fn usual(
    given: Vec<Certificate>,
    environment: &Environment,
) -> Result<ClientConfig, ArgumentError> {
    let named = roots_of_environment(environment)?;
    let hidden = platform_roots_that_the_environment_hides();
    trusting(given.into_iter().chain(named).chain(hidden).collect()).map_err(|error| unusable(&error))
}

/// Why options give no TLS to work with.
pub(crate) fn unusable(error: &rustls::Error) -> ArgumentError {
    ArgumentError::value("options", format!("give no working HTTPS client: {error}"))
}

/// Trusts the platform's roots and these.
fn trusting(roots: Vec<Certificate>) -> Result<ClientConfig, rustls::Error> {
    let provider = provider();
    let usual = if roots.is_empty() {
        Verifier::new(Arc::clone(&provider))?
    } else {
        Verifier::new_with_extra_roots(roots.iter().cloned(), Arc::clone(&provider))?
    };
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let verifier = Arc::new(NamedOnesToo { usual, named: roots });
    Ok(config.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

/// Trusts a certificate also where it is itself one of those that were named, though it is an authority's: many a
/// recipe for a private server makes such a one, which could as well sign one that is not.
#[derive(Debug)]
struct NamedOnesToo {
    usual: Verifier,
    named: Vec<Certificate>,
}

impl ServerCertVerifier for NamedOnesToo {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        match self.usual.verify_server_cert(shown, others, name, ocsp, now) {
            Err(error) if is_for_an_authority(&error) && self.named.contains(shown) => {
                // Whether its time is over was looked at before.
                verify_server_name(&ParsedCertificate::try_from(shown)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.usual.verify_tls12_signature(message, shown, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.usual.verify_tls13_signature(message, shown, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}

/// Trusts nobody, for plain text: there are no certificates to load.
pub(crate) fn trusting_nobody() -> Result<ClientConfig, rustls::Error> {
    let config = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

/// The process's provider of cryptography: ring, unless the program chose one.
fn provider() -> Arc<CryptoProvider> {
    // An error means that one is installed already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Arc::clone(CryptoProvider::get_default().expect("one is installed"))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    /// Of an authority whose key nobody has.
    const AUTHORITY: &str = "\
-----BEGIN CERTIFICATE-----
MIIBdDCCARugAwIBAgIUZvwCLOcXn/FUId16cDI2kdf1rGEwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEVGVzdDAgFw0yNjExMjYyMjUxMTBaGA8yMTI2MTEwMjIyNTEx
MFowDzENMAsGA1UEAwwEVGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGs9
mE6QZPzgBBjRC5dFrR0poSI2pkZQk8kg4k5dTNwgVUGcRcjJrygoimKybtkIXVlK
aDjLhYGqbEJc0MI73iCjUzBRMB0GA1UdDgQWBBS85Id0IxnBRav29pU7H6T12Jy4
eDAfBgNVHSMEGDAWgBS85Id0IxnBRav29pU7H6T12Jy4eDAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0cAMEQCIF4iry8FssywJ2ppHMBu4IHtsEkuUscYJDFD
aDGRcKhzAiAmTaxILzIRLa677Hdnb+1V9kUPWP4dvdPybZsoDkF6/A==
-----END CERTIFICATE-----
";

    /// A folder of a test's own, with a file in it.
    fn folder(name: &str, file: &str, content: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("sonoran-tls-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(file), content).unwrap();
        folder
    }

    fn roots(variable: &str, value: &Path) -> Result<usize, String> {
        let environment = Environment::of(&[(variable, value.to_str().unwrap())]);
        roots_of_environment(&environment).map(|roots| roots.len()).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_is_loaded_where_nothing_is_named() {
        assert!(roots_of_environment(&Environment::of(&[])).unwrap().is_empty());
        assert!(roots_of_environment(&Environment::of(&[(FILE, ""), (DIRECTORIES, "")])).unwrap().is_empty());
    }

    #[test]
    fn the_certificates_of_a_file_are_loaded_and_what_stands_between_them_is_not() {
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let folder = folder("file", "ca.pem", &format!("Test\n====\n{broken}{AUTHORITY}"));
        assert_eq!(roots(FILE, &folder.join("ca.pem")), Ok(1));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_file_that_gives_no_certificate_is_refused_with_the_reason() {
        let folder = folder("none", "empty.pem", "nothing\n");
        let missing = roots(FILE, &folder.join("missing.pem")).unwrap_err();
        assert!(missing.starts_with(FILE) && missing.contains("missing.pem"), "{missing}");
        let empty = roots(FILE, &folder.join("empty.pem")).unwrap_err();
        assert!(empty.contains("no valid certificate") && empty.contains("empty.pem"), "{empty}");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn folders_may_be_missing_beside_one_that_is_there() {
        let folder = folder("folder", "ca.pem", AUTHORITY);
        let missing = folder.join("missing");
        assert_eq!(roots(DIRECTORIES, &PathBuf::from(env::join_paths([&missing, &folder]).unwrap())), Ok(1));
        let refusal = roots(DIRECTORIES, &missing).unwrap_err();
        assert!(refusal.starts_with(DIRECTORIES) && refusal.contains("missing"), "{refusal}");
        fs::remove_dir_all(folder).unwrap();
    }

    /// A certificate that is an authority's, of localhost.
    #[cfg(not(any(windows, target_vendor = "apple")))]
    fn of_an_authority(change: impl FnOnce(&mut rcgen::CertificateParams)) -> Certificate {
        let mut parameters = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        change(&mut parameters);
        parameters.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().der().clone()
    }

    /// Elsewhere the system's own verifier has its own rules.
    #[cfg(not(any(windows, target_vendor = "apple")))]
    #[test]
    fn an_authoritys_certificate_is_trusted_where_it_is_named_for_its_host_and_time() {
        let (named, another) = (of_an_authority(|_| {}), of_an_authority(|_| {}));
        let over = of_an_authority(|parameters| parameters.not_after = rcgen::date_time_ymd(2021, 1, 1));
        let roots = vec![named.clone(), over.clone()];
        let verifier = NamedOnesToo {
            usual: Verifier::new_with_extra_roots(roots.clone(), provider()).unwrap(),
            named: roots,
        };
        let verdict = |shown: &Certificate, host: &'static str| {
            let host = ServerName::try_from(host).unwrap();
            verifier.verify_server_cert(shown, &[], &host, &[], UnixTime::now()).map(drop)
        };
        assert_eq!(verdict(&named, "localhost"), Ok(()));
        let refusal = |shown, host| crate::handshake::words(&verdict(shown, host).unwrap_err());
        assert!(refusal(&named, "elsewhere.example").contains("not valid for name"));
        assert!(refusal(&over, "localhost").contains("expired"));
        assert!(refusal(&another, "localhost").contains("CA:TRUE"));
    }
}
