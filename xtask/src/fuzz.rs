//! `cargo xtask fuzz`: the fuzz targets of `fuzz/`, each for a while.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::process::Program;
use crate::root::{matching, root};

/// Runs one target, or all of them one after the other, for so many seconds each.
pub(crate) fn run(target: Option<&str>, seconds: u32) -> Result<()> {
    let folder = root().join("fuzz/targets");
    let mut targets: Vec<String> = matching(&folder, "", ".rs")
        .iter()
        .filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned()))
        .collect();
    if let Some(wanted) = target {
        targets.retain(|target| target == wanted);
    }
    if targets.is_empty() {
        bail!("there is no such target in {}", folder.display());
    }
    targets.iter().try_for_each(|target| one(target, seconds))
}

fn one(target: &str, seconds: u32) -> Result<()> {
    println!("\n== {target}, {seconds} s");
    let corpus = root().join("fuzz/corpus").join(target);
    fs::create_dir_all(&corpus).with_context(|| format!("cannot make {}", corpus.display()))?;
    Program::new("cargo")
        .args(["+nightly", "fuzz", "run", target])
        .arg(corpus)
        .arg(root().join("fuzz/inputs").join(target))
        .arg("--")
        .arg(format!("-max_total_time={seconds}"))
        .args(["-max_len=4096", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=0"])
        .dir(root())
        .run()
        .with_context(|| format!("put what it found into fuzz/inputs/{target}, where the tests replay it"))
}
