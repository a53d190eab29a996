//! The change log's sections: what is not yet released, and one for each version.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::date::is_day;
use super::version::Version;

pub(super) const FILE: &str = "CHANGELOG.md";
const UNRELEASED: &str = "## Unreleased";

pub(super) fn read(root: &Path) -> Result<String> {
    fs::read_to_string(root.join(FILE)).with_context(|| format!("cannot read {FILE}"))
}

/// Makes what is not yet released the section of a version.
pub(super) fn date(root: &Path, version: &Version, before: &str, today: &str) -> Result<()> {
    let dated = dated(&read(root)?, version, before, today)?;
    fs::write(root.join(FILE), dated).with_context(|| format!("cannot write {FILE}"))
}

fn dated(text: &str, version: &Version, before: &str, today: &str) -> Result<String> {
    let before: Version = before.parse().map_err(anyhow::Error::msg)?;
    if *version < before {
        bail!("{version} is older than {before}, which the packages have: choose a later one");
    }
    if heading(text, &version.to_string()).is_some() {
        bail!("{FILE} has a section for {version} already: choose a later version");
    }
    let Some(unreleased) = section(text, UNRELEASED) else {
        bail!(
            "{FILE} has no line «{UNRELEASED}», so nothing is told of {version}: write what users will notice"
        );
    };
    if unreleased.trim().is_empty() {
        bail!("{FILE} has nothing under «{UNRELEASED}»: write what users will notice of {version}");
    }
    let heading = format!("{UNRELEASED}\n\n## {version} - {today}");
    Ok(text.replacen(UNRELEASED, &heading, 1))
}

/// What is said of a version.
pub(super) fn notes(text: &str, version: &str) -> Result<String> {
    let Some((_, heading)) = heading(text, version) else {
        bail!("{FILE} has no section for {version}");
    };
    let said = section(text, heading).unwrap_or_default();
    Ok(format!("{}\n", said.trim()))
}

/// What is wrong with the change log, for a release of a version.
pub(super) fn problem(text: &str, version: &str) -> Option<String> {
    let Some((line, heading)) = heading(text, version) else {
        return Some(format!(
            "{FILE}: no section «## {version} - YYYY-MM-DD»; cargo xtask release --version {version} makes it"
        ));
    };
    let day = heading.rsplit_once(" - ").map_or("", |(_, day)| day);
    if !is_day(day) {
        return Some(format!("{FILE}:{line}: «{heading}» has no date, such as «## {version} - 2027-01-31»"));
    }
    if section(text, heading).is_none_or(|said| said.trim().is_empty()) {
        return Some(format!("{FILE}:{line}: nothing is said of {version}"));
    }
    let (first, newest) = headings(text).find(|(_, heading)| *heading != UNRELEASED)?;
    if newest != heading {
        return Some(format!("{FILE}:{first}: «{newest}» stands before {version}: the newest comes first"));
    }
    let unreleased = section(text, UNRELEASED).unwrap_or_default();
    (!unreleased.trim().is_empty())
        .then(|| format!("{FILE}: something under «{UNRELEASED}» is not told of {version}"))
}

/// The heading of a version, with its line.
fn heading<'a>(text: &'a str, version: &str) -> Option<(usize, &'a str)> {
    headings(text).find(|(_, heading)| {
        heading.strip_prefix("## ").and_then(|rest| rest.split(' ').next()) == Some(version)
    })
}

fn headings(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines()).filter(|(_, line)| line.starts_with("## "))
}

/// What stands between a heading and the next of its kind.
fn section<'a>(text: &'a str, heading: &str) -> Option<&'a str> {
    let start = text.find(&format!("\n{heading}\n"))? + heading.len() + 2;
    let rest = &text[start..];
    Some(rest.find("\n## ").map_or(rest, |end| &rest[..end]))
}

#[cfg(test)]
mod tests {
    use super::{dated, notes, problem};

    const BEFORE: &str = "# Changelog\n\n## Unreleased\n\n### Added\n\n- Everything.\n";

    fn after() -> String {
        dated(BEFORE, &"1.2.3".parse().unwrap(), "1.2.2", "2026-11-26").unwrap()
    }

    #[test]
    fn what_is_unreleased_becomes_the_versions() {
        let expected =
            "# Changelog\n\n## Unreleased\n\n## 1.2.3 - 2026-11-26\n\n### Added\n\n- Everything.\n";
        assert_eq!(after(), expected);
        assert_eq!(problem(&after(), "1.2.3"), None);
        assert_eq!(notes(&after(), "1.2.3").unwrap(), "### Added\n\n- Everything.\n");
    }

    #[test]
    fn the_first_release_keeps_the_version_that_the_packages_have() {
        assert!(dated(BEFORE, &"0.1.0".parse().unwrap(), "0.1.0", "2026-11-26").is_ok());
    }

    #[test]
    fn what_must_not_be_released_is_refused() {
        let refused = |text: &str, version: &str| {
            dated(text, &version.parse().unwrap(), "1.2.2", "2026-11-26").unwrap_err().to_string()
        };
        assert!(refused(BEFORE, "1.2.1").contains("older than 1.2.2"));
        assert!(refused(&after(), "1.2.3").contains("a section for 1.2.3 already"));
        assert!(refused(&after(), "1.2.4").contains("nothing under «## Unreleased»"));
        assert!(refused("# Changelog\n", "1.2.4").contains("no line «## Unreleased»"));
    }

    #[test]
    fn each_fault_is_told_with_its_place() {
        let told = |text: &str| problem(text, "1.2.3").unwrap();
        assert!(told(BEFORE).starts_with("CHANGELOG.md: no section «## 1.2.3 - YYYY-MM-DD»"));
        assert!(
            told(&after().replace(" - 2026-11-26", "")).starts_with("CHANGELOG.md:5: «## 1.2.3» has no date")
        );
        let empty = "# Changelog\n\n## 1.2.3 - 2026-11-26\n\n## 1.2.2 - 2026-11-25\n\n- Old.\n";
        assert_eq!(told(empty), "CHANGELOG.md:3: nothing is said of 1.2.3");
        let later = after().replace("## Unreleased\n", "## 2.0.0 - 2027-01-01\n\n- New.\n");
        assert!(told(&later).starts_with("CHANGELOG.md:3: «## 2.0.0 - 2027-01-01» stands before 1.2.3"));
        let more = after().replace("## Unreleased\n", "## Unreleased\n\n- More.\n");
        assert!(told(&more).ends_with("is not told of 1.2.3"));
    }

    #[test]
    fn a_version_is_not_taken_for_a_longer_one() {
        let longer = after().replace("1.2.3", "1.2.30");
        assert!(problem(&longer, "1.2.3").unwrap().contains("no section"));
        assert!(notes(&longer, "1.2.3").is_err());
    }
}
