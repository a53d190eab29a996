//! The certificates of the servers, made anew at each start: no key is kept anywhere.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::script::Certificate;

/// An authority that nobody but these tests trusts.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: PathBuf,
}

impl Authority {
    pub(crate) fn new() -> Result<Self, String> {
        let issuer = issuer().map_err(|error| error.to_string())?;
        let file = std::env::temp_dir().join(format!("sonoran-conformance-{}.pem", std::process::id()));
        std::fs::write(&file, issuer.pem()).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(Self { issuer, file })
    }

    /// What a client has to trust.
    pub(crate) fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// The same in a file, which goes with this value.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// What a server needs to show this certificate and to speak this protocol.
    pub(crate) fn server(&self, kind: Certificate, http2: bool) -> Result<Arc<ServerConfig>, String> {
        let (certificate, key) = self.certificate(kind).map_err(|error| error.to_string())?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![certificate], key))
            .map_err(|error| error.to_string())?;
        config.alpn_protocols = vec![if http2 { b"h2".to_vec() } else { b"http/1.1".to_vec() }];
        Ok(Arc::new(config))
    }

    fn certificate(
        &self,
        kind: Certificate,
    ) -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), rcgen::Error> {
        let names = match kind {
            Certificate::WrongHost => vec!["elsewhere.example".to_owned()],
            _ => vec!["localhost".to_owned(), "127.0.0.1".to_owned()],
        };
        let mut parameters = CertificateParams::new(names)?;
        if kind == Certificate::Expired {
            parameters.not_before = date_time_ymd(2020, 1, 1);
            parameters.not_after = date_time_ymd(2021, 1, 1);
        }
        if kind == Certificate::Authority {
            parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        let key = KeyPair::generate()?;
        let certificate = match kind {
            Certificate::SelfSigned => parameters.self_signed(&key)?,
            _ => parameters.signed_by(&key, &self.issuer)?,
        };
        let secret = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        Ok((certificate.der().clone(), secret))
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        // Left behind, it would do no harm.
        let _ = std::fs::remove_file(&self.file);
    }
}

fn issuer() -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut parameters = CertificateParams::new(Vec::new())?;
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(parameters, KeyPair::generate()?)
}
