//! Lua over the gateway: plain with each interpreter, the `FiveM` resource on a runtime like a `FiveM` server's, and the Roblox
//! package on Luau with an engine like Roblox's.

use anyhow::Result;

use super::Run;
use super::count::Runner;
use super::debug::build;
use crate::lua::{interpreters, newest};
use crate::luau;
use crate::package::{fivem, roblox};
use crate::process::Program;
use crate::root::{debug, root, work};

pub(super) fn suite(run: &mut Run<'_>) -> Result<()> {
    build().args(["--bin", "sonoran-gateway"]).run()?;
    for lua in interpreters()? {
        let tests = told(run, lua.program(&[]).arg(root().join("tests/lua/gateway/run.lua")));
        run.step(&format!("lua: {} over the gateway", lua.name), Runner::Lua, tests)?;
    }
    let resource = work("fivem").join("sonoran");
    fivem(&resource)?;
    let tests = newest()?.program(&[]).arg(root().join("tests/lua/fivem/run.lua"));
    let tests = told(run, tests.env("SONORAN_FIVEM", resource));
    run.step("lua: the FiveM resource", Runner::Lua, tests)?;
    let package = work("roblox");
    roblox(&package)?;
    let tests = luau::program("roblox-host")?.arg(root().join("tests/lua/roblox/run.luau"));
    let tests = told(run, tests.env("SONORAN_ROBLOX", package));
    run.step("lua: the Roblox package", Runner::Lua, tests)
}

fn told(run: &Run<'_>, tests: Program) -> Program {
    let gateway = debug(&format!("sonoran-gateway{}", std::env::consts::EXE_SUFFIX));
    tests.env("SONORAN_FILTER", run.filter.unwrap_or_default()).env("SONORAN_GATEWAY", gateway).dir(root())
}
