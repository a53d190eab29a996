//! The ordinary tests run the fuzz targets over what is kept for them: inputs to start from, and whatever was ever found.
//! Both crates that have targets take this file in.

use std::fs;
use std::path::Path;

/// Runs a target over its inputs.
pub(crate) fn replay(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/inputs").join(name);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut count = 0;
    for entry in entries {
        let path = entry.unwrap().path();
        eprintln!("{}", path.display());
        target(&fs::read(path).unwrap());
        count += 1;
    }
    assert!(count > 0, "{} is empty", folder.display());
}
