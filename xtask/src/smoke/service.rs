//! The emulator, over HTTP, and over HTTPS with a certificate of an authority that only those know who are told.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::packed::program;
use crate::emulator::{self, Emulator};
use crate::process::{Program, Server};
use crate::root::{copy, emptied, work};

pub(super) struct Service {
    plain: Emulator,
    secure: String,
    authority: PathBuf,
    _proxy: Server,
}

impl Service {
    pub(super) fn start() -> Result<Self> {
        let plain = emulator::start(&["--limits", "off"])?;
        let folder = work("smoke/authority");
        emptied(&folder)?;
        certify(&folder)?;
        let node = Program::new("node").arg(program("tls.mjs")).arg(&plain.url).arg(&folder);
        let (proxy, line) = node.serve()?;
        Ok(Self { plain, secure: line, authority: folder.join("authority.pem"), _proxy: proxy })
    }

    /// What a program is told that calls over HTTP.
    pub(super) fn http(&self) -> [(&'static str, String); 1] {
        [("SONORAN_CMS_API_URL", self.plain.url.clone())]
    }

    /// The same over HTTPS, where the program has the authority's certificate in a file.
    pub(super) fn https(&self, authority: impl AsRef<Path>) -> [(&'static str, String); 2] {
        let authority = authority.as_ref().display().to_string();
        [("SONORAN_CMS_API_URL", self.secure.clone()), ("SSL_CERT_FILE", authority)]
    }

    /// The file of the authority's certificate.
    pub(super) fn authority(&self) -> &Path {
        &self.authority
    }

    /// Copies the authority's certificate.
    pub(super) fn authority_to(&self, file: &Path) -> Result<()> {
        copy(&self.authority, file)
    }
}

/// An authority, and a certificate for this machine by it.
fn certify(folder: &Path) -> Result<()> {
    std::fs::write(folder.join("names.txt"), "subjectAltName=IP:127.0.0.1\n")
        .context("cannot write the names of a certificate")?;
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    for line in [
        format!("req -x509 {key} -keyout authority.key -out authority.pem -subj /CN=authority -days 2"),
        format!("req {key} -keyout key.pem -out request.pem -subj /CN=emulator"),
        "x509 -req -in request.pem -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 \
         -extfile names.txt -out certificate.pem"
            .to_owned(),
    ] {
        Program::new("openssl").args(line.split_whitespace()).dir(folder).run_quietly()?;
    }
    Ok(())
}
