//! The programs we need from the machine, and how to get them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// One sentence for each program that a fresh machine may lack.
pub(crate) fn how_to_get(name: &str) -> &'static str {
    match Path::new(name).file_name().and_then(OsStr::to_str).unwrap_or(name) {
        "python3" | "python" => ": install Python 3.9 or newer from https://www.python.org",
        "node" | "npm" | "npm.cmd" => ": install Node.js 18 or newer from https://nodejs.org",
        "dotnet" => ": install the .NET SDK 8 or newer from https://dotnet.microsoft.com",
        _ => "",
    }
}

/// The path of a program, if it is on PATH.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).map(|folder| folder.join(&file)).find(|file| file.is_file())
}

/// A Valkey or Redis server's program, where one is installed.
pub(crate) fn valkey() -> Option<&'static str> {
    ["valkey-server", "redis-server"].into_iter().find(|name| on_path(name).is_some())
}

/// Why there is none, and how to get it.
pub(crate) const NO_VALKEY: &str =
    "neither valkey-server nor redis-server is on PATH (Debian, Ubuntu: apt-get install redis-server)";
