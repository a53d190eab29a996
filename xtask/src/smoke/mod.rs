//! `cargo xtask smoke`: the built packages in clean places, called with the right key and with a wrong one.

mod table;
mod windows;
mod wine;

use anyhow::Result;

use table::Table;

/// Tries what can be tried on this machine, and prints a table of what came of it.
pub(crate) fn run() -> Result<()> {
    let mut table = Table::default();
    windows::lines(&mut table);
    println!("{table}");
    table.verdict()
}
