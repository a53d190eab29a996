//! TLS towards callers: certificate and key from PEM files, which can be replaced while it runs.

use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::{Accept, TlsAcceptor};

use crate::config::{ConfigError, Settings};
use crate::watched::Watched;

/// What connections are accepted with.
pub(crate) struct Tls(Watched<ServerConfig>);

impl Tls {
    /// None where connections are plain.
    pub(crate) fn new(settings: &Settings) -> Result<Option<Self>, ConfigError> {
        let unfit = |problem: String| ConfigError::Unfit(problem);
        let (chain, key) = match (&settings.tls_certificate, &settings.tls_key) {
            (None, None) => return Ok(None),
            (Some(chain), Some(key)) => (chain.clone(), key.clone()),
            (Some(_), None) => return Err(unfit("tls-certificate wants its tls-key".to_owned())),
            (None, Some(_)) => return Err(unfit("tls-key wants its tls-certificate".to_owned())),
        };
        let files = Watched::read(vec![chain, key], |contents| config(&contents[0], &contents[1]));
        files.map(|files| Some(Self(files))).map_err(|problem| unfit(format!("TLS: {problem}")))
    }

    pub(crate) fn accept(&self, stream: TcpStream) -> Accept<TcpStream> {
        TlsAcceptor::from(self.0.current()).accept(stream)
    }

    /// Reads the files again, and says whether there was something new.
    pub(crate) fn again(&self) -> Result<bool, String> {
        self.0.again()
    }
}

fn config(chain: &[u8], key: &[u8]) -> Result<ServerConfig, String> {
    let chain = CertificateDer::pem_slice_iter(chain)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| format!("the certificate is no PEM: {error}"))?;
    if chain.is_empty() {
        return Err("there is no certificate in it (PEM)".to_owned());
    }
    let key =
        PrivateKeyDer::from_pem_slice(key).map_err(|_| "there is no private key in it (PEM)".to_owned())?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| error.to_string())?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
