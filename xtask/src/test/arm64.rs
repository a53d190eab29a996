//! The npm packages for arm64, by qemu.

use anyhow::Result;

use super::Run;
use super::count::Runner;
use crate::package::build;
use crate::package::target::Target;
use crate::root::{emptied, work};
use crate::smoke::{Arm64, arm64_project};
use crate::{emulator, package};

const WHAT: &str = "node: arm64 by qemu";

/// A part of what is tried of packages as they are shipped, since it compiles all of the native part once more.
///
/// Left out where qemu, arm64's libraries or Rust's standard library for it can't be had. That is so on machines
/// without Debian's apt or a network, and says nothing of the packages: it fails no run, even where CI is set.
pub(super) fn suite(run: &mut Run<'_>) -> Result<()> {
    if run.filter.is_some() || !run.shipped {
        return Ok(());
    }
    let target = Target::find("aarch64-unknown-linux-gnu")?;
    let arm64 = match Arm64::ready().and_then(|arm64| build::ready_for_libraries(target).map(|()| arm64)) {
        Ok(arm64) => arm64,
        Err(lack) => {
            run.report.left_out_here(WHAT, &format!("{lack:#}"));
            return Ok(());
        }
    };
    let packages = work("arm64-test/packages");
    emptied(&packages)?;
    package::npm_to_try(target, &packages)?;
    let folder = work("arm64-test/project");
    let program = arm64_project(&folder, &packages)?;
    let emulator = emulator::start(&["--limits", "off"])?;
    let call = arm64.node().arg(program).env("SONORAN_CMS_API_URL", &emulator.url).dir(&folder);
    run.step(WHAT, Runner::Whole, call.repeated_by("cargo xtask test --lang node --shipped"))
}
