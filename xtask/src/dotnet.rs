//! .NET: the SDK on PATH, or the one that lies beside the checkout.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};

use crate::process::Program;
use crate::python::new_enough;
use crate::root::{root, work};
use crate::tools::on_path;

/// What has to be in the environment for `dotnet` to work.
pub(crate) type Environment = BTreeMap<String, String>;

/// The folder of packages to restore from, where there is one.
const FEED: &str = "SONORAN_NUGET_SOURCE";

/// `dotnet`, ready to be given its arguments.
pub(crate) fn dotnet() -> Result<Program> {
    let environment = environment()?;
    // The name is looked up in the PATH that the child gets, so give the whole way.
    let program = environment
        .get("DOTNET_ROOT")
        .map_or_else(|| PathBuf::from("dotnet"), |root| PathBuf::from(root).join("dotnet"));
    Ok(Program::new(program).envs(environment))
}

/// `dotnet` that takes our packages from a folder, as they are now and not as they were once cached.
pub(crate) fn with_our_package(packages: &Path) -> Result<Program> {
    let cache = work("nuget");
    for package in [
        "sonoran.net",
        "sonoran.net.aspnetcore",
        "sonoran.net.dependencyinjection",
        "sonoran.net.testing",
        "sonoran.emulator",
        "sonoran.emulator.native",
    ] {
        let old = cache.join(package);
        if old.exists() {
            fs::remove_dir_all(&old).with_context(|| format!("cannot remove {}", old.display()))?;
        }
    }
    let mut dotnet = dotnet()?.env("NUGET_PACKAGES", cache).env("RestoreAdditionalProjectSources", packages);
    // The one feed of a machine without a network; elsewhere the user's usual feeds.
    let feed = environment()?.get(FEED).cloned().or_else(|| std::env::var(FEED).ok());
    if let Some(feed) = feed {
        dotnet = dotnet.env("RestoreSources", feed);
    }
    Ok(dotnet)
}

/// The version of the SDK.
pub(crate) fn version() -> Result<String> {
    Ok(dotnet()?.arg("--version").text()?.trim().to_owned())
}

/// The environment, found once; the error says what is missing.
pub(crate) fn environment() -> Result<&'static Environment> {
    static FOUND: OnceLock<Result<Environment, String>> = OnceLock::new();
    match FOUND.get_or_init(|| find().map_err(|error| error.to_string())) {
        Ok(environment) => Ok(environment),
        Err(problem) => bail!("{problem}"),
    }
}

fn find() -> Result<Environment> {
    if on_path("dotnet").is_some() {
        let version = Program::new("dotnet").arg("--version").text()?;
        if new_enough(version.trim(), (8, 0)) {
            return Ok(defaults());
        }
    }
    let script = root().join("../shared/dotnet/env");
    if script.is_file() {
        return from_script(&script.to_string_lossy());
    }
    bail!("there is no .NET SDK: install version 8 or newer from https://dotnet.microsoft.com")
}

fn defaults() -> Environment {
    let quiet =
        [("DOTNET_NOLOGO", "1"), ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), ("MSBUILDDISABLENODEREUSE", "1")];
    quiet.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// What the script's exports set, read back from a shell that ran them.
fn from_script(script: &str) -> Result<Environment> {
    const SHOW: &str = r#"eval "$("$0")" && env -0"#;
    let after = Program::new("bash").args(["-c", SHOW, script]).text()?;
    Ok(changed(&after, |name| std::env::var(name).ok()))
}

/// The variables of `after` that are not what they were before.
fn changed(after: &str, before: impl Fn(&str) -> Option<String>) -> Environment {
    after
        .split('\0')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, value)| *name != "_" && *name != "SHLVL" && before(name).as_deref() != Some(*value))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::changed;

    #[test]
    fn only_what_changed_is_taken_over() {
        let before = |name: &str| (name == "HOME").then(|| "/root".to_owned());
        let environment = changed("HOME=/root\0A=b=c\nd\0SHLVL=2\0", before);
        assert_eq!(environment.into_iter().collect::<Vec<_>>(), [("A".to_owned(), "b=c\nd".to_owned())]);
    }
}
