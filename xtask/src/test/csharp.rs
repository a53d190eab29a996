//! .NET: the nupkg restored from `dist/`.

use anyhow::Result;

use super::Run;
use super::count::Runner;
use crate::dotnet;
use crate::root::root;

pub(super) fn suite(run: &mut Run<'_>) -> Result<()> {
    let mut test = dotnet::with_our_package()?.args(["test", "--nologo", "--configuration", "Release"]);
    if let Some(filter) = run.filter {
        test = test.args(["--filter", &format!("FullyQualifiedName~{filter}|DisplayName~{filter}")]);
    }
    run.step("csharp: dotnet test", Runner::Dotnet, test.dir(root().join("tests/dotnet")))
}
