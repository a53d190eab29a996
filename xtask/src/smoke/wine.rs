//! A small Windows: wine 10 in a folder of Debian 13, entered by namespaces, so that nothing of the host is changed.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::apt;
use super::once::once;
use crate::process::Program;
use crate::root::{copy, work};

/// Where Debian keeps the one library that its wine takes from elsewhere.
const ZLIB: &str = "usr/x86_64-w64-mingw32/lib/zlib1.dll";

/// The folder of Windows' own libraries, in the prefix.
const SYSTEM: &str = "prefix/drive_c/windows/system32";

/// What is run in the namespaces. Each run has a server of wine's own.
///
/// A file takes the output, since node.exe can't write to a pipe there.
const ENTER: &str = r#"
root=$1 folder=$2 home=$3; shift 3
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"
if [ "$home" = read-only ]; then
    users="$root/smoke/prefix/drive_c/users"
    mount --bind "$users" "$users"
    mount -o remount,bind,ro "$users"
fi
chroot "$root" sh -c '
    cd "$1" || exit; shift
    timeout --kill-after=5 90 "$@" < /dev/null > /tmp/output 2>&1
    status=$?
    # It writes the registry when it ends.
    /usr/lib/wine/wineserver --kill
    cat /tmp/output
    exit $status
' sh "/smoke/$folder" "$@"
"#;

/// Whether the Windows user's home can be written to.
#[derive(Clone, Copy)]
pub(super) enum Home {
    Writable,
    ReadOnly,
}

/// The folder of Debian, with a prefix that says it is Windows 10.
pub(super) struct Wine(PathBuf);

impl Wine {
    /// Makes it, or takes the one that is there.
    pub(super) fn ready() -> Result<Self> {
        let wine = Self(work("smoke/wine"));
        once(&wine.0, || {
            eprintln!("setting up wine in {}", wine.0.display());
            apt::unpack_system("trixie", &["wine", "wine64"], &wine.0)?;
            wine.make_prefix()
        })?;
        Ok(wine)
    }

    fn make_prefix(&self) -> Result<()> {
        // Wine's own libraries need it, wherever they are loaded from.
        copy(&self.0.join(ZLIB), &self.path(SYSTEM).join("zlib1.dll"))?;
        self.run("", Home::Writable, &["wineboot", "--init"], &[])?;
        let version = ["reg", "add", r"HKCU\Software\Wine", "/v", "Version", "/d", "win10", "/f"];
        self.run("", Home::Writable, &version, &[])?;
        Ok(())
    }

    /// A file or folder that wine sees as `Z:\smoke\<name>`.
    pub(super) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join("smoke").join(name)
    }

    /// Runs a program of Windows in a folder below `Z:\smoke`, and gives what it printed.
    pub(super) fn run(
        &self,
        folder: &str,
        home: Home,
        words: &[impl AsRef<OsStr>],
        environment: &[(&str, &str)],
    ) -> Result<String> {
        let place = self.path(folder);
        fs::create_dir_all(&place).with_context(|| format!("cannot make {}", place.display()))?;
        let home = match home {
            Home::Writable => "writable",
            Home::ReadOnly => "read-only",
        };
        // Of the host's environment nothing may come along: certificates of the host are none of wine's.
        let fixed = [
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME=/root",
            "LANG=C.UTF-8",
            "WINEDEBUG=-all",
            "WINEPREFIX=/smoke/prefix",
        ];
        let more = environment.iter().map(|(name, value)| format!("{name}={value}"));
        Program::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"])
            .args(["env", "--ignore-environment"])
            .args(fixed)
            .args(more)
            .args(["sh", "-e", "-c", ENTER, "sh"])
            .arg(&self.0)
            .args([folder, home, "/usr/lib/wine/wine64"])
            .args(words)
            .text()
    }
}
