//! Files that can be replaced while what was read from them is in use.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::sleep;
use std::time::Duration;

use ring::digest::{Context, SHA256};
use tokio::sync::watch;

/// A file that is written in place is empty for a moment, which means something else than what it will say. So what is
/// new counts once it has stood so long.
const STANDS: Duration = Duration::from_millis(50);
/// What changes for longer is left for the next look.
const LOOKS: u32 = 10;

/// What files say, as they were last good.
pub(crate) struct Watched<T> {
    files: Vec<PathBuf>,
    parse: fn(&[Vec<u8>]) -> Result<T, String>,
    current: RwLock<Arc<T>>,
    /// Of what was last looked at, good or not, so that it is judged once.
    seen: Mutex<Vec<u8>>,
    /// Who waits for what is new.
    changed: watch::Sender<()>,
}

impl<T> Watched<T> {
    pub(crate) fn read(
        files: Vec<PathBuf>,
        parse: fn(&[Vec<u8>]) -> Result<T, String>,
    ) -> Result<Self, String> {
        let contents = contents(&files);
        let seen = Mutex::new(fingerprint(&contents));
        let current = RwLock::new(Arc::new(parsed(&files, parse, contents)?));
        Ok(Self { files, parse, current, seen, changed: watch::Sender::new(()) })
    }

    pub(crate) fn current(&self) -> Arc<T> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Ends when what is current is like this, now or later.
    pub(crate) async fn becomes(&self, like: impl Fn(&T) -> bool) {
        let mut changed = self.changed.subscribe();
        // It does not end before this does.
        while !like(&self.current()) && changed.changed().await.is_ok() {}
    }

    /// Looks again, and says whether there was something new. What can't be used leaves all as it was.
    pub(crate) fn again(&self) -> Result<bool, String> {
        // Before anything is read: what was read later also counts later.
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(contents) = settled(|| contents(&self.files), |contents| fingerprint(contents) == *seen)
        else {
            return Ok(false);
        };
        *seen = fingerprint(&contents);
        let new = Arc::new(parsed(&self.files, self.parse, contents)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = new;
        self.changed.send_replace(());
        Ok(true)
    }
}

/// What is new and stands; none where nothing is, or it changes on and on.
fn settled<T: PartialEq>(mut look: impl FnMut() -> T, is_old: impl Fn(&T) -> bool) -> Option<T> {
    let mut last = look();
    for _ in 0..LOOKS {
        if is_old(&last) {
            return None;
        }
        sleep(STANDS);
        let now = look();
        if now == last {
            return Some(now);
        }
        last = now;
    }
    None
}

fn parsed<T>(
    files: &[PathBuf],
    parse: fn(&[Vec<u8>]) -> Result<T, String>,
    contents: Result<Vec<Vec<u8>>, String>,
) -> Result<T, String> {
    let names: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
    parse(&contents?).map_err(|problem| format!("{}: {problem}", names.join(", ")))
}

fn contents(files: &[PathBuf]) -> Result<Vec<Vec<u8>>, String> {
    files
        .iter()
        .map(|file| fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display())))
        .collect()
}

fn fingerprint(contents: &Result<Vec<Vec<u8>>, String>) -> Vec<u8> {
    let mut digest = Context::new(&SHA256);
    match contents {
        Ok(contents) => {
            for content in contents {
                digest.update(&content.len().to_le_bytes());
                digest.update(content);
            }
        }
        Err(problem) => digest.update(problem.as_bytes()),
    }
    digest.finish().as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_being_written_does_not_count_yet() {
        let looks = |seen: &[u8]| {
            let mut seen = seen.iter().copied();
            settled(move || seen.next().unwrap(), |content| *content == 1)
        };
        assert_eq!(looks(&[1]), None);
        assert_eq!(looks(&[2, 2]), Some(2));
        assert_eq!(looks(&[0, 2, 2]), Some(2));
        assert_eq!(looks(&[0, 1]), None, "it was written again as it was");
        assert_eq!(looks(&[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), None);
    }

    #[test]
    fn what_is_good_is_taken_and_what_is_not_is_told_once() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let write = |text: &str| fs::write(file.path(), text).unwrap();
        let parse = |contents: &[Vec<u8>]| match &contents[0][..] {
            b"bad" => Err("is bad".to_owned()),
            other => Ok(other.len()),
        };
        write("one");
        let watched = Watched::read(vec![file.path().to_owned()], parse).unwrap();
        assert_eq!((watched.again(), *watched.current()), (Ok(false), 3));
        write("three");
        assert_eq!((watched.again(), *watched.current()), (Ok(true), 5));
        write("bad");
        assert!(watched.again().unwrap_err().ends_with(": is bad"));
        assert_eq!((watched.again(), *watched.current()), (Ok(false), 5));
        fs::remove_file(file.path()).unwrap();
        assert!(watched.again().unwrap_err().starts_with("cannot read"));
        assert_eq!((watched.again(), *watched.current()), (Ok(false), 5));
        write("three");
        assert_eq!((watched.again(), *watched.current()), (Ok(true), 5));
        assert!(Watched::read(vec![file.path().join("no")], parse).is_err());
    }
}
