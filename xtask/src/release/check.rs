//! Whether the checkout is what can be released.

use std::path::Path;

use anyhow::{Result, bail};

use super::{changelog, places};
use crate::process::Program;

/// Everything that a release needs; all that is wrong is told at once.
pub(super) fn all(root: &Path, tag: Option<&str>) -> Result<()> {
    let version = places::workspace(root)?;
    let mut wrong = places::disagreements(root)?;
    wrong.extend(changelog::problem(&changelog::read(root)?, &version));
    wrong.extend(wrong_tag(root, &version, tag)?);
    wrong.extend(uncommitted(root)?);
    told("this cannot be released", &wrong)
}

/// The versions alone.
pub(super) fn versions(root: &Path) -> Result<()> {
    told("the versions differ (cargo xtask release --version X.Y.Z sets all)", &places::disagreements(root)?)
}

fn told(what: &str, wrong: &[String]) -> Result<()> {
    if wrong.is_empty() {
        return Ok(());
    }
    bail!("{what}:\n  {}", wrong.join("\n  "))
}

fn wrong_tag(root: &Path, version: &str, tag: Option<&str>) -> Result<Option<String>> {
    let right = format!("v{version}");
    if let Some(tag) = tag.filter(|tag| *tag != right) {
        return Ok(Some(format!("the tag is {tag}, but Cargo.toml has {version}: it must be {right}")));
    }
    let tags = |of: &[&str]| git(root, &[&["tag", "--list", right.as_str()], of].concat()).text();
    let elsewhere = tags(&["--points-at", "HEAD"])? != tags(&[])?;
    Ok(elsewhere.then(|| format!("the tag {right} stands at another commit: choose a later version")))
}

fn uncommitted(root: &Path) -> Result<Vec<String>> {
    let status = git(root, &["status", "--porcelain"]).text()?;
    Ok(status.lines().map(|line| format!("not committed: {}", line.trim())).collect())
}

fn git(root: &Path, arguments: &[&str]) -> Program {
    Program::new("git").args(arguments).dir(root)
}

#[cfg(test)]
mod tests {
    use super::all;
    use crate::release::fixture::Fixture;

    fn told(checkout: &Fixture, tag: Option<&str>) -> String {
        all(checkout.path(), tag).unwrap_err().to_string()
    }

    #[test]
    fn a_checkout_in_which_all_agrees_can_be_released() {
        let checkout = Fixture::committed("check-good");
        all(checkout.path(), None).unwrap();
        all(checkout.path(), Some("v1.2.3")).unwrap();
        checkout.git(&["tag", "v1.2.3"]);
        all(checkout.path(), Some("v1.2.3")).unwrap();
    }

    #[test]
    fn another_tag_is_refused() {
        let checkout = Fixture::committed("check-tag");
        assert!(told(&checkout, Some("v1.2.4")).contains("the tag is v1.2.4, but Cargo.toml has 1.2.3"));
        assert!(told(&checkout, Some("1.2.3")).contains("it must be v1.2.3"));
    }

    #[test]
    fn a_version_that_was_released_is_refused() {
        let checkout = Fixture::committed("check-released");
        checkout.git(&["tag", "v1.2.3"]);
        checkout.git(&["commit", "--quiet", "--allow-empty", "--message", "More"]);
        assert!(told(&checkout, None).contains("the tag v1.2.3 stands at another commit"));
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let checkout = Fixture::committed("check-all");
        checkout.replace("bindings-node/package.json", "1.2.3", "1.2.2");
        checkout.replace("CHANGELOG.md", "1.2.3", "1.2.2");
        let told = told(&checkout, None);
        assert!(told.contains("bindings-node/package.json:3: 1.2.2, but Cargo.toml has 1.2.3"), "{told}");
        assert!(told.contains("CHANGELOG.md: no section «## 1.2.3"), "{told}");
        assert!(told.contains("not committed: M CHANGELOG.md"), "{told}");
    }
}
