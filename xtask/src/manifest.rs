//! The list of generated files, and that each of them is marked as generated.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::process::Program;
use crate::root::root;

/// An error names the listed files that `.gitattributes` does not mark.
pub(crate) fn check() -> Result<()> {
    let list = fs::read_to_string(root().join("xtask/generated-files.txt"))
        .context("cannot read xtask/generated-files.txt")?;
    let files = listed(&list);
    let answer = Program::new("git")
        .args(["check-attr", "linguist-generated", "--"])
        .args(&files)
        .dir(root())
        .text()?;
    let unmarked = unmarked(&answer);
    if unmarked.is_empty() {
        return Ok(());
    }
    bail!("not marked linguist-generated in .gitattributes: {}", unmarked.join(", "));
}

fn listed(list: &str) -> Vec<&str> {
    list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

/// The files of `path: linguist-generated: value` lines whose value is not true.
fn unmarked(answer: &str) -> Vec<&str> {
    answer
        .lines()
        .filter_map(|line| line.split_once(": linguist-generated: "))
        .filter(|(_, value)| !matches!(*value, "true" | "set"))
        .map(|(file, _)| file)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{listed, unmarked};

    #[test]
    fn comments_are_no_files() {
        assert_eq!(listed("# made by x\n\na.rs\n b.py\n"), ["a.rs", "b.py"]);
    }

    #[test]
    fn files_without_the_mark_are_named() {
        let answer = "a.rs: linguist-generated: true\nb.py: linguist-generated: unspecified\n";
        assert_eq!(unmarked(answer), ["b.py"]);
    }
}
