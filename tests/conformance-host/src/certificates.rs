//! The certificates of the servers, made anew at each start: no key is kept anywhere.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::script::Certificate;

/// An authority that nobody but these tests trusts.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new() -> Result<Self, rcgen::Error> {
        let mut parameters = CertificateParams::new(Vec::new())?;
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Ok(Self(CertifiedIssuer::self_signed(parameters, KeyPair::generate()?)?))
    }

    /// What a client has to trust.
    pub(crate) fn pem(&self) -> String {
        self.0.pem()
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
        let key = KeyPair::generate()?;
        let certificate = match kind {
            Certificate::SelfSigned => parameters.self_signed(&key)?,
            _ => parameters.signed_by(&key, &self.0)?,
        };
        let secret = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        Ok((certificate.der().clone(), secret))
    }
}
