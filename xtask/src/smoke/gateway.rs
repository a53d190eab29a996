//! The gateway from its archive.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::packed::packed_in;
use crate::process::Program;
use crate::root::{dist, emptied};

/// Unpacks the one for a platform of Unix into a folder, and gives its program.
pub(super) fn unpacked(triple: &str, folder: &Path) -> Result<PathBuf> {
    let archive = packed_in(&dist(), &format!("sonoran-gateway-{triple}"), ".tar.gz")?;
    emptied(folder)?;
    Program::new("tar").arg("-xzf").arg(archive).dir(folder).run_quietly()?;
    Ok(folder.join("sonoran-gateway"))
}

/// Starts it, and asks it for its health as its image does.
pub(super) fn lives(start: impl Fn() -> Program) -> Result<()> {
    let program = || start().args(["--pass-through", "--port"]);
    let (_running, line) = program().arg("0").serve()?;
    let ready: Value = serde_json::from_str(&line)?;
    let port = ready["url"].as_str().and_then(|url| url.rsplit(':').next());
    program().arg(port.context("the gateway named no url")?).arg("--check-health").run_quietly()
}
