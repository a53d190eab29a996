//! Callers of other machines: by TLS and with a token.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair};
use sonoran::{Call, Client, ErrorKind, Options, Response};
use sonoran_gateway::{Settings, new_token};
use tempfile::TempDir;

use crate::client::{Api, rest};

/// A new certificate for this machine, in the files of the folder, and as its callers have to know it.
fn certify(folder: &Path) -> String {
    let key = KeyPair::generate().unwrap();
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let certificate = CertificateParams::new(names).unwrap().self_signed(&key).unwrap();
    fs::write(folder.join("cert.pem"), certificate.pem()).unwrap();
    fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    certificate.pem()
}

struct Secured {
    api: Api,
    folder: TempDir,
    certificate: String,
    token: String,
}

impl Secured {
    fn new(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let certificate = certify(folder.path());
        let (token, lines) = new_token("panel", &["read".to_owned()]).unwrap();
        let file = |name: &str| Some(folder.path().join(name));
        fs::write(folder.path().join("tokens.toml"), lines).unwrap();
        let api = Api::with(|settings| {
            settings.host = IpAddr::from(Ipv4Addr::UNSPECIFIED);
            settings.tokens_file = file("tokens.toml");
            settings.tls_certificate = file("cert.pem");
            settings.tls_key = file("key.pem");
            change(settings);
        });
        Self { api, folder, certificate, token }
    }

    /// A package of this project as it is, with the gateway's address and the token as its key.
    fn call(&self, certificate: &str) -> Response {
        let options = Options::new(&self.token, "ANY").api_url(self.api.gateway.url());
        let client = Client::new(options.retries(0).root_certificate(certificate)).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let call = Call::from_json("getCommunityV2", "[]", None, None).unwrap();
        runtime.block_on(client.execute(call)).unwrap()
    }
}

#[test]
fn a_package_speaks_tls_with_it_and_no_one_is_read_in_plain() {
    let secured = Secured::new(|_| {});
    assert!(secured.api.gateway.url().starts_with("https://127.0.0.1:"));
    let response = secured.call(&secured.certificate);
    assert!(response.success, "{response:?}");
    let port = secured.api.gateway.address().port();
    let stream = std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    std::io::Write::write_all(&mut &stream, b"GET /_gateway/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    assert!(!String::from_utf8_lossy(&rest(stream)).contains("HTTP/1.1"));
}

#[test]
fn a_new_certificate_is_taken_without_a_new_start() {
    let secured = Secured::new(|_| {});
    assert!(secured.call(&secured.certificate).success);
    let new = certify(secured.folder.path());
    secured.api.gateway.reload();
    assert!(secured.call(&new).success);
    let old = secured.call(&secured.certificate);
    assert_eq!(old.error.unwrap().kind, ErrorKind::Tls);
    fs::write(secured.folder.path().join("key.pem"), "half").unwrap();
    secured.api.gateway.reload();
    assert!(secured.call(&new).success, "what can't be used changes nothing");
}

#[test]
fn a_handshake_that_does_not_come_holds_nothing_up() {
    let port = |secured: &Secured| secured.api.gateway.address().port();
    let connect = |port| std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let secured = Secured::new(|settings| settings.head_timeout = Duration::from_millis(100));
    let silent = connect(port(&secured));
    assert!(rest(silent).is_empty());
    let secured = Secured::new(|settings| {
        settings.head_timeout = Duration::from_secs(600);
        settings.grace = Duration::from_secs(600);
    });
    let silent = connect(port(&secured));
    assert!(secured.call(&secured.certificate).success);
    // It would last as long as the handshake may take.
    secured.api.gateway.shutdown();
    assert!(rest(silent).is_empty());
}
