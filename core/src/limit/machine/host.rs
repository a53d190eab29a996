//! What a machine tells of itself: its clock, which run of it this is, and whose folders there are.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;
use std::sync::LazyLock;

use super::super::ledger::Time;

/// The clock that all processes share. It does not go on while the machine sleeps, as they don't.
#[cfg(all(unix, not(test)))]
pub(super) fn clock() -> Time {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    seconds * 1_000_000_000 + u64::try_from(now.tv_nsec).unwrap_or(0)
}

#[cfg(all(windows, not(test)))]
pub(super) fn clock() -> Time {
    let (ticks, a_second) = (winsafe::QueryPerformanceCounter(), winsafe::QueryPerformanceFrequency());
    let ticks = u128::try_from(ticks.unwrap_or(0)).unwrap_or(0);
    let a_second = u128::try_from(a_second.unwrap_or(1)).unwrap_or(1).max(1);
    u64::try_from(ticks * 1_000_000_000 / a_second).unwrap_or(u64::MAX)
}

/// The clock of the test's own runtime, which it may have paused.
#[cfg(test)]
pub(super) fn clock() -> Time {
    static START: LazyLock<tokio::time::Instant> = LazyLock::new(tokio::time::Instant::now);
    const AN_HOUR: u64 = 3_600_000_000_000;
    let (start, now) = (*START, tokio::time::Instant::now());
    match now.checked_duration_since(start) {
        Some(since) => AN_HOUR + super::super::ledger::nanos(since),
        None => AN_HOUR - super::super::ledger::nanos(start - now),
    }
}

/// Which run of which machine this is, where the system tells; elsewhere 0, and a clock that went
/// backwards tells.
pub(super) fn identity() -> u64 {
    static IDENTITY: LazyLock<u64> = LazyLock::new(|| {
        let Ok(boot) = std::fs::read("/proc/sys/kernel/random/boot_id") else { return 0 };
        // Containers may have a clock of their own.
        let clock = std::fs::read_link("/proc/self/ns/time").unwrap_or_default();
        let digest = ring::digest::digest(
            &ring::digest::SHA256,
            &[boot.as_slice(), clock.as_os_str().as_encoded_bytes()].concat(),
        );
        digest.as_ref().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    });
    *IDENTITY
}

/// What the folder is called among the temporary ones.
#[cfg(unix)]
pub(super) fn folder_name() -> String {
    format!("sonoran-{}", rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
pub(super) fn folder_name() -> String {
    "sonoran".to_owned()
}

/// Whether a folder is a true one of this user's, and nobody else may write there.
#[cfg(unix)]
pub(super) fn is_own(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::symlink_metadata(folder).is_ok_and(|found| {
        found.is_dir() && found.uid() == rustix::process::geteuid().as_raw() && found.mode() & 0o022 == 0
    })
}

/// Elsewhere the temporary folder is the user's own.
#[cfg(not(unix))]
pub(super) fn is_own(folder: &Path) -> bool {
    folder.is_dir()
}

/// Whether anybody may remove what others have in a folder.
#[cfg(unix)]
pub(super) fn is_open_to_all(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(folder).is_ok_and(|found| found.mode() & 0o1002 == 0o002)
}

#[cfg(not(unix))]
pub(super) fn is_open_to_all(_: &Path) -> bool {
    false
}

/// The length of an open file; none where it has no name any more.
pub(super) fn length(file: &File) -> Option<usize> {
    let found = file.metadata().ok().filter(has_name)?;
    usize::try_from(found.len()).ok()
}

#[cfg(unix)]
fn has_name(found: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(found) > 0
}

/// Elsewhere a file that is open keeps its name.
#[cfg(not(unix))]
fn has_name(_: &Metadata) -> bool {
    true
}

/// So many bytes of a file, unless it ends before.
pub(super) fn read(file: &File, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    let mut filled = 0;
    while filled < length {
        match read_at(file, &mut bytes[filled..], filled as u64)? {
            0 => break,
            read => filled += read,
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], place: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, place)
}

#[cfg(windows)]
fn read_at(file: &File, bytes: &mut [u8], place: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, place)
}

#[cfg(unix)]
pub(super) fn write(file: &File, bytes: &[u8], place: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, place)
}

#[cfg(windows)]
pub(super) fn write(file: &File, bytes: &[u8], place: u64) -> io::Result<()> {
    let mut written = 0;
    while written < bytes.len() {
        match std::os::windows::fs::FileExt::seek_write(file, &bytes[written..], place + written as u64)? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            more => written += more,
        }
    }
    Ok(())
}
