//! The places that name the version, which stands once in `Cargo.toml` for what cargo builds, and again
//! wherever a tool cannot read it from there.

use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::version::Version;
use crate::process::Program;

/// A version in a file, by what stands right before and after it.
struct Place {
    /// A path in the checkout, or how the paths of several files end.
    file: &'static str,
    before: &'static str,
    after: char,
    /// Whether a file without it is a fault.
    needed: bool,
}

const fn needed(file: &'static str, before: &'static str, after: char) -> Place {
    Place { file, before, after, needed: true }
}

const fn wherever(file: &'static str, before: &'static str, after: char) -> Place {
    Place { file, before, after, needed: false }
}

const WORKSPACE: Place = needed("Cargo.toml", "\n[workspace.package]\nversion = \"", '"');

const PLACES: [Place; 20] = [
    WORKSPACE,
    needed("Cargo.toml", "\nsonoran = { path = \"core\", version = \"", '"'),
    needed("Cargo.toml", "\nsonoran-emulator = { path = \"emulator\", version = \"", '"'),
    needed("bindings-node/package.json", "\n  \"version\": \"", '"'),
    needed("bindings-node/package-lock.json", "{\n  \"name\": \"sonoran.js\",\n  \"version\": \"", '"'),
    needed("bindings-node/package-lock.json", "      \"name\": \"sonoran.js\",\n      \"version\": \"", '"'),
    wherever("emulator/npm/package.json", "\n  \"version\": \"", '"'),
    needed("bindings-python/pyproject.toml", "\ntesting = [\"sonoran-emulator==", '"'),
    needed("bindings-csharp/dotnet/Directory.Build.props", "'$(SonoranVersion)' == ''\">", '<'),
    needed("emulator/dotnet/Directory.Build.props", "'$(SonoranVersion)' == ''\">", '<'),
    needed("examples/compose/compose.yaml", "-emulator:", '\n'),
    needed("examples/compose/gateway.yaml", "-emulator:", '\n'),
    needed("examples/compose/gateway.yaml", "-gateway:", '\n'),
    needed("examples/compose/bot/requirements.txt", "Sonoran.py==", '\n'),
    // Where it is not left to maturin to take it from Cargo.toml.
    wherever("pyproject.toml", "\nversion = \"", '"'),
    needed("bindings-lua/sonoran.rockspec", "\nversion = \"", '-'),
    needed("bindings-lua/sonoran.rockspec", "tag = \"v", '"'),
    wherever(".md", "luarocks install sonoran-", '-'),
    wherever(".md", "\"version\":\"", '"'),
    wherever("README.md", ":8642 ghcr.io/sonoran-sdk/sonoran-emulator:", '\n'),
];

/// The lock files, each with our packages that have the workspace's version.
pub(super) const LOCKS: [(&str, &[&str]); 2] = [
    (
        "Cargo.lock",
        &[
            "sonoran",
            "sonoran-benches",
            "sonoran-conformance",
            "sonoran-csharp",
            "sonoran-emulator",
            "sonoran-gateway",
            "sonoran-lua",
            "sonoran-node",
            "sonoran-python",
            "sonoran-tests",
            "xtask",
        ],
    ),
    ("fuzz/Cargo.lock", &["sonoran", "sonoran-gateway"]),
];

/// The workspace's version, which all others follow.
pub(super) fn workspace(root: &Path) -> Result<String> {
    let text = read(root, WORKSPACE.file)?;
    match find(&text, WORKSPACE.before, WORKSPACE.after).first() {
        Some(version) => Ok(text[version.clone()].to_owned()),
        None => bail!("Cargo.toml has no version under [workspace.package]"),
    }
}

/// What is not as the workspace has it, each with its place.
pub(super) fn disagreements(root: &Path) -> Result<Vec<String>> {
    let version = workspace(root)?;
    let mut wrong = Vec::new();
    for Spot { file, before, after, needed } in spots(root)? {
        let text = read(root, &file)?;
        let found = find(&text, &before, after);
        if needed && found.is_empty() {
            wrong.push(format!("{file}: no version after «{}»", before.trim().replace('\n', " ")));
        }
        for range in found.into_iter().filter(|range| text[range.clone()] != version) {
            let line = text[..range.start].lines().count();
            wrong.push(format!("{file}:{line}: {}, but Cargo.toml has {version}", &text[range]));
        }
    }
    Ok(wrong)
}

/// Writes a version to every place.
pub(super) fn set(root: &Path, version: &Version) -> Result<()> {
    for Spot { file, before, after, .. } in spots(root)? {
        let mut text = read(root, &file)?;
        for range in find(&text, &before, after).into_iter().rev() {
            text.replace_range(range, &version.to_string());
        }
        fs::write(root.join(&file), text).with_context(|| format!("cannot write {file}"))?;
    }
    Ok(())
}

/// A place in one file.
struct Spot {
    file: String,
    before: String,
    after: char,
    needed: bool,
}

fn spots(root: &Path) -> Result<Vec<Spot>> {
    let files = files(root)?;
    let mut spots = Vec::new();
    for Place { file, before, after, needed } in PLACES {
        let named = files.iter().filter(|path| *path == file || !needed && path.ends_with(file));
        let before = before.to_owned();
        spots.extend(named.map(|file| Spot { file: file.clone(), before: before.clone(), after, needed }));
    }
    for (file, packages) in LOCKS {
        spots.extend(packages.iter().map(|package| Spot {
            file: file.to_owned(),
            before: format!("\nname = \"{package}\"\nversion = \""),
            after: '"',
            needed: true,
        }));
    }
    Ok(spots)
}

/// Where a version stands.
fn find(text: &str, before: &str, after: char) -> Vec<Range<usize>> {
    let starts = text.match_indices(before).map(|(at, _)| at + before.len());
    starts.filter_map(|start| Some(start..start + text[start..].find(after)?)).collect()
}

fn read(root: &Path, file: &str) -> Result<String> {
    fs::read_to_string(root.join(file)).with_context(|| format!("cannot read {file}"))
}

/// The files of the checkout that are there, and not ignored by git.
fn files(root: &Path) -> Result<Vec<String>> {
    let list = Program::new("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]).dir(root);
    let list = list.text()?;
    Ok(list.lines().filter(|file| root.join(file).exists()).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::{disagreements, find, set, workspace};
    use crate::release::fixture::Fixture;

    #[test]
    fn what_stands_between_is_found() {
        let text = "a=\"1\" a=\"22\"";
        let found: Vec<_> = find(text, "a=\"", '"').into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["1", "22"]);
    }

    #[test]
    fn a_disagreement_is_told_with_its_place() {
        let checkout = Fixture::new("places-told");
        assert_eq!(disagreements(checkout.path()).unwrap(), Vec::<String>::new());
        checkout.replace("bindings-csharp/dotnet/Directory.Build.props", "1.2.3", "1.2.4");
        checkout.replace("emulator/README.md", "1.2.3", "1.2.2");
        checkout.replace("Cargo.lock", "xtask", "ytask");
        assert_eq!(
            disagreements(checkout.path()).unwrap(),
            [
                "bindings-csharp/dotnet/Directory.Build.props:1: 1.2.4, but Cargo.toml has 1.2.3",
                "emulator/README.md:3: 1.2.2, but Cargo.toml has 1.2.3",
                "Cargo.lock: no version after «name = \"xtask\" version = \"»",
            ]
        );
    }

    #[test]
    fn a_version_is_written_everywhere_and_nowhere_else() {
        let checkout = Fixture::new("places-set");
        set(checkout.path(), &"2.0.0".parse().unwrap()).unwrap();
        assert_eq!(workspace(checkout.path()).unwrap(), "2.0.0");
        assert_eq!(disagreements(checkout.path()).unwrap(), Vec::<String>::new());
        // Another's package that has our version by chance.
        assert!(checkout.read("Cargo.lock").contains("name = \"other\"\nversion = \"1.2.3\""));
    }
}
