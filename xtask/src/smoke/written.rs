//! The table in the documentation.

use std::fs;

use anyhow::{Context, Result, bail};

use super::table::Table;
use crate::process::Program;
use crate::python;
use crate::root::root;

const BEGIN: &str = "<!-- cargo xtask smoke --write -->\n";
const END: &str = "<!-- end -->";

/// Writes it between its marks, with the date and the versions that it is true for.
pub(super) fn write(table: &Table) -> Result<()> {
    let file = root().join("docs/platforms.md");
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let table = format!("{}\n\n{table}", when()?);
    let Some(new) = between(&text, &table) else {
        bail!("{} has no {BEGIN}…{END}", file.display());
    };
    fs::write(&file, new).with_context(|| format!("cannot write {}", file.display()))
}

fn between(text: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{table}\n{END}{after}"))
}

fn when() -> Result<String> {
    const ASK: &str = "import datetime, platform; \
                       print(datetime.date.today(), 'on', platform.system(), platform.machine())";
    let today = Program::new(python::interpreter()?).args(["-c", ASK]).text()?;
    let rust = Program::new("rustc").arg("--version").text()?;
    let rust = rust.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    Ok(format!("Version {}, built by {rust}, tried {}.", env!("CARGO_PKG_VERSION"), today.trim()))
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn only_what_stands_between_the_marks_is_new() {
        let text = "a\n<!-- cargo xtask smoke --write -->\nold\n<!-- end -->\nb\n";
        let new = "a\n<!-- cargo xtask smoke --write -->\n\nnew\n\n<!-- end -->\nb\n";
        assert_eq!(between(text, "new\n").unwrap(), new);
        assert!(between("nothing", "new\n").is_none());
    }
}
