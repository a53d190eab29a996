//! A copy of this checkout that a test may change, generate in and build.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process::Program;
use crate::root::{root, work};

const MANIFEST: &str = "xtask/generated-files.txt";

pub(super) struct Checkout(PathBuf);

impl Checkout {
    /// The files that git knows or would know, without the generated ones. What is there already and the same is
    /// left untouched, so that a build has little to do the next time.
    ///
    /// Each copy has its crates compiled with a level of debug information of its own: by nothing else would cargo tell
    /// them from ours and from those of another copy, since it goes by names and by places within a workspace.
    pub(super) fn copy(name: &str, debug: &str) -> Result<Self> {
        let folder = work(name);
        let generated: BTreeSet<String> = lines(&root().join(MANIFEST)).into_iter().collect();
        let known = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        let listed = Program::new("git").args(known).dir(root()).text()?;
        let wanted: BTreeSet<&str> = listed
            .split_terminator('\0')
            .filter(|path| *path != MANIFEST && !generated.contains(*path) && root().join(path).is_file())
            .collect();
        remove_others(&folder, &wanted)?;
        for path in &wanted {
            update(&root().join(path), &folder.join(path))?;
        }
        fs::write(folder.join("copied-files.txt"), wanted.into_iter().collect::<Vec<_>>().join("\n"))?;
        let checkout = Self(folder);
        checkout.compiled_apart(debug)?;
        Ok(checkout)
    }

    fn compiled_apart(&self, debug: &str) -> Result<()> {
        let metadata =
            Program::new("cargo").args(["metadata", "--no-deps", "--locked", "--format-version=1"]);
        let metadata: Value = serde_json::from_str(&metadata.dir(root()).text()?)?;
        let members = metadata["packages"].as_array().context("the workspace has no packages")?;
        let mut config = String::new();
        for name in members.iter().filter_map(|member| member["name"].as_str()) {
            writeln!(config, "[profile.dev.package.{name}]\ndebug = \"{debug}\"")?;
        }
        self.write(".cargo/config.toml", &config)
    }

    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }

    /// Puts a text in the place of a file, or of a new one.
    pub(super) fn write(&self, path: &str, text: &str) -> Result<()> {
        let file = self.path(path);
        if fs::read_to_string(&file).is_ok_and(|present| present == text) {
            return Ok(());
        }
        fs::create_dir_all(file.parent().context("a file has a folder")?)?;
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
    }

    pub(super) fn generate(&self) -> Result<()> {
        super::super::run(&self.0, false)
    }

    /// Builds what is named, an example among it: then the features of what all crates share are those of this checkout's
    /// tests, and what is compiled of it is theirs too. Programs and libraries are put apart.
    pub(super) fn build(&self, what: &[&str]) -> Program {
        let shared = work("").parent().map(Path::to_path_buf).unwrap_or_default();
        Program::new("cargo")
            .args(["build", "--workspace", "--locked", "--quiet"])
            .args(what)
            .env("CARGO_BUILD_BUILD_DIR", shared)
            .env("CARGO_TARGET_DIR", self.path("target"))
            .dir(&self.0)
    }
}

fn lines(file: &Path) -> Vec<String> {
    fs::read_to_string(file).unwrap_or_default().lines().map(str::to_owned).collect()
}

/// Removes what an earlier copy has and this one has not; generated files are removed by the generator.
fn remove_others(folder: &Path, wanted: &BTreeSet<&str>) -> Result<()> {
    for path in lines(&folder.join("copied-files.txt")) {
        let file = folder.join(&path);
        if !wanted.contains(path.as_str()) && file.exists() {
            fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
    }
    Ok(())
}

fn update(from: &Path, to: &Path) -> Result<()> {
    let text = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    if fs::read(to).is_ok_and(|present| present == text) {
        return Ok(());
    }
    fs::create_dir_all(to.parent().context("a file has a folder")?)?;
    fs::write(to, text).with_context(|| format!("cannot write {}", to.display()))
}
