//! The nupkg in a program for .NET Framework, by Mono.

use anyhow::Result;

use super::Run;
use super::count::Runner;
use crate::emulator;
use crate::root::{copy, emptied, work};
use crate::smoke::{Mono, framework_program};

const WHAT: &str = "csharp: a program for .NET Framework 4.8 by Mono";
const FROM_MEMORY: &str = "csharp: the same with its libraries loaded from memory";

/// Left out where Mono can't be had: on machines without Debian's apt or a network. That says nothing of the package, and
/// fails no run, even where CI is set.
pub(super) fn suite(run: &mut Run<'_>) -> Result<()> {
    if run.filter.is_some() {
        return Ok(());
    }
    let mono = match Mono::ready() {
        Ok(mono) => mono,
        Err(lack) => {
            run.report.left_out_here(WHAT, &format!("{lack:#}"));
            return Ok(());
        }
    };
    let folder = work("mono-test");
    emptied(&folder)?;
    let program = framework_program("net48", &folder, &mono.references())?;
    let emulator = emulator::start(&["--limits", "off"])?;
    let call = mono.program(&program).env("SONORAN_CMS_API_URL", &emulator.url).dir(&folder);
    run.step(WHAT, Runner::Whole, call.repeated_by("cargo xtask test --lang csharp"))?;
    // As a game server runs it.
    let alone = folder.join("alone/call.exe");
    copy(&program, &alone)?;
    let call = mono.program(&alone).env("SONORAN_CMS_API_URL", &emulator.url).env("CALL_LIBRARIES", &folder);
    let call = call.env("SONORAN_NATIVE_LIBRARY", folder.join("runtimes/linux-x64/native"));
    run.step(FROM_MEMORY, Runner::Whole, call.repeated_by("cargo xtask test --lang csharp"))
}
