//! What the registries will be told: that the crates are whole, and that every package names the same source.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::process::Program;
use crate::root::root;

/// Where the source is, as `Cargo.toml` of the workspace says.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// The crates that are published, with their folders.
const CRATES: [(&str, &str); 2] = [("sonoran", "core/"), ("sonoran-emulator", "emulator/")];

/// Packs the crates without compiling them, and looks into the manifests.
pub(crate) fn check() -> Result<()> {
    for (name, folder) in CRATES {
        whole(name, folder)?;
    }
    let names = CRATES.iter().flat_map(|(name, _)| ["--package", name]);
    cargo(&["package", "--no-verify", "--allow-dirty", "--quiet", "--offline"]).args(names).run()?;
    same_source()
}

/// The package must hold its licences, its page, and what the generator wrote for it.
fn whole(name: &str, folder: &str) -> Result<()> {
    let list = cargo(&["package", "--list", "--allow-dirty", "--offline", "--package", name]).text()?;
    let generated = fs::read_to_string(root().join("xtask/generated-files.txt"))
        .context("cannot read xtask/generated-files.txt")?;
    let missing = missing(&list, &generated, folder);
    if missing.is_empty() {
        return Ok(());
    }
    bail!("the crate {name} lacks {}: see include in {folder}Cargo.toml", missing.join(", "));
}

fn missing<'a>(list: &str, generated: &'a str, folder: &str) -> Vec<&'a str> {
    let packed: Vec<&str> = list.lines().collect();
    let generated = generated.lines().filter_map(|line| line.trim().strip_prefix(folder));
    ["README.md", "LICENSE-MIT", "LICENSE-APACHE"]
        .into_iter()
        .chain(generated)
        .filter(|file| !packed.contains(file))
        .collect()
}

/// The registry that a manifest of Wally's names.
const WALLY: &str = "https://github.com/UpliftGames/wally-index";

fn same_source() -> Result<()> {
    let manifests = ["*.toml", "*package.json", "*.csproj", "*.props", "*.nuspec"];
    let grep = Program::new("git").args(["grep", "--no-color", "-oE", "https://github.com/[^\"<> ]+", "--"]);
    let addresses = grep.args(manifests).dir(root()).text()?;
    let others = foreign(&addresses);
    if others.is_empty() {
        return Ok(());
    }
    bail!("the source is at {REPOSITORY}, as Cargo.toml says, but not for {}", others.join(", "));
}

/// The `file:address` lines whose address is not under ours.
fn foreign(lines: &str) -> Vec<&str> {
    let is_ours = |address: &str| {
        address.strip_prefix(REPOSITORY).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
    };
    let is_foreign = |address: &str| !is_ours(address) && address != WALLY;
    lines
        .lines()
        .filter(|line| line.split_once(':').is_some_and(|(_, address)| is_foreign(address)))
        .collect()
}

fn cargo(arguments: &[&str]) -> Program {
    Program::new("cargo").args(arguments).dir(root())
}

#[cfg(test)]
mod tests {
    use super::{REPOSITORY, WALLY, foreign, missing};

    #[test]
    fn what_a_crate_lacks_is_named() {
        let generated = "# made by x\ncore/src/generated/cms.rs\nemulator/src/generated/routes.rs\n";
        let list = "Cargo.toml\nLICENSE-APACHE\nLICENSE-MIT\nREADME.md\nsrc/generated/cms.rs\n";
        assert!(missing(list, generated, "core/").is_empty());
        assert_eq!(
            missing("LICENSE-MIT\nREADME.md", generated, "core/"),
            ["LICENSE-APACHE", "src/generated/cms.rs"]
        );
    }

    #[test]
    fn another_source_is_named_with_its_file() {
        let ours = format!("Cargo.toml:{REPOSITORY}\na.toml:{REPOSITORY}/issues\nwally.toml:{WALLY}\n");
        assert!(foreign(&ours).is_empty());
        let other = format!("a.toml:{REPOSITORY}-old/issues");
        assert_eq!(foreign(&format!("{ours}{other}\n")), [other.as_str()]);
    }
}
