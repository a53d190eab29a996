//! A window that the processes of one machine share, in a file.
//!
//! Whoever changes it holds the file's lock, which ends with its process. The file has room for two
//! copies, page by page in turn, and the older one is overwritten: who dies while writing leaves the
//! other one whole, and took no slot. Before them stands until when some may send unseen, which is
//! written without the lock. Times are those of a clock that all processes of the machine
//! share, and that no change of the date moves; a reboot begins anew.

mod format;
mod host;

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::keeper::Trouble;
use super::ledger::{Time, nanos};
use super::lock;
use super::locked::Store;
use super::shared::Shared;
use format::Pages;

/// The lock is held for some microseconds: so often it is worth while to try again at once, after as many
/// idle steps. To yield would cost a whole slice of time where other programs are at work.
const TRIES: u32 = 10;
const STEPS: u32 = 100;

/// Where the files are.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// Named by the program, who answers for who may write there.
    named: bool,
}

impl Folder {
    /// The folder that the program names, else one of the user's own in the temporary folder.
    ///
    /// Not the user's runtime folder: a bot that was started at boot does not see it, a script that the
    /// same user starts by hand does, and the two would not share.
    pub(super) fn new(named: Option<&Path>) -> Self {
        match named {
            Some(path) => Self { path: path.to_owned(), named: true },
            None => Self { path: std::env::temp_dir().join(host::folder_name()), named: false },
        }
    }

    /// Makes it where it is not there.
    fn prepare(&self) -> Result<(), Trouble> {
        #[allow(unused_mut)] // Elsewhere nothing more is said of it.
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        // Not those it is in: what was mistyped shows by them.
        match builder.create(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Err(Trouble::Unusable(format!(
                "{} can't be made, since the folder it would be in is not there: make that, or name another by \
                 shareLimitsFolder",
                self.path.display()
            ))),
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(self.trouble(&error)),
            _ if self.named || host::is_own(&self.path) => Ok(()),
            _ => Err(Trouble::Unusable(format!(
                "{} belongs to somebody else, or others may write there: name a folder by shareLimitsFolder",
                self.path.display()
            ))),
        }
    }

    fn trouble(&self, error: &io::Error) -> Trouble {
        Trouble::Unusable(format!("{}: {error}", self.path.display()))
    }

    /// Not refused, as the unnamed folder is: what is mounted in containers may have no other rights.
    pub(super) fn risk(&self) -> Option<String> {
        host::is_open_to_all(&self.path).then(|| {
            format!(
                "rate limits are shared by {}, where anybody may remove files and so have sent requests forgotten: let its \
                 owner alone write there (chmod 700), or set the sticky bit (chmod +t)",
                self.path.display()
            )
        })
    }

    /// Whether files can be made and locked there.
    pub(super) fn try_out(self: &Arc<Self>, name: &str) -> Result<(), Trouble> {
        let store = Machine::new(Arc::clone(self), name, Duration::ZERO);
        match store.change(&mut |_, _| {}) {
            Ok(()) | Err(Trouble::Busy) => Ok(()),
            Err(trouble) => Err(trouble),
        }
    }
}

#[derive(Debug)]
pub(super) struct Machine {
    folder: Arc<Folder>,
    path: PathBuf,
    length: Duration,
    /// This process has written to it: from now on it is of this machine, or somebody else uses it too.
    known: AtomicBool,
    /// The open file, and the process that opened it: a child after a fork must not share its parent's lock.
    file: Mutex<Option<(u32, File)>>,
}

impl Machine {
    pub(super) fn new(folder: Arc<Folder>, name: &str, length: Duration) -> Self {
        let path = folder.path.join(name);
        Self { folder, path, length, known: AtomicBool::new(false), file: Mutex::new(None) }
    }

    fn open(&self) -> Result<File, Trouble> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        if !self.known.load(Ordering::Relaxed) {
            self.folder.prepare()?;
        }
        match options.open(&self.path) {
            Ok(file) => Ok(file),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.folder.prepare()?;
                options.open(&self.path).map_err(|error| self.folder.trouble(&error))
            }
            // A file that is there and can't be opened says nothing of the others.
            Err(error) if error.kind() != ErrorKind::ReadOnlyFilesystem && self.path.exists() => {
                Err(self.spoilt(&error))
            }
            Err(error) => Err(self.folder.trouble(&error)),
        }
    }

    fn spoilt(&self, error: &io::Error) -> Trouble {
        Trouble::Spoilt(format!("{}: {error}", self.path.display()))
    }

    /// The file, open once for a process.
    fn own<'a>(&self, opened: &'a mut Option<(u32, File)>) -> Result<&'a File, Trouble> {
        let process = std::process::id();
        if opened.as_ref().is_none_or(|(owner, _)| *owner != process) {
            *opened = None;
        }
        match opened {
            Some((_, file)) => Ok(file),
            empty => Ok(&empty.insert((process, self.open()?)).1),
        }
    }

    /// Does it with the file that all use now, and its length.
    fn with_file<T>(&self, work: impl FnOnce(&File, usize) -> Result<T, Trouble>) -> Result<T, Trouble> {
        let mut opened = lock(&self.file);
        for _ in 0..TRIES {
            let file = self.own(&mut opened)?;
            match host::length(file) {
                Some(length) => return work(file, length),
                None => *opened = None,
            }
        }
        Err(Trouble::Busy)
    }

    /// The same with the lock.
    fn with_lock<T>(&self, work: impl FnOnce(&File, usize) -> Result<T, Trouble>) -> Result<T, Trouble> {
        let mut opened = lock(&self.file);
        for _ in 0..TRIES {
            let file = self.own(&mut opened)?;
            match file.try_lock() {
                Ok(()) => match host::length(file) {
                    Some(length) => {
                        let done = work(file, length);
                        return file.unlock().map_err(|error| self.unlockable(&error)).and(done);
                    }
                    // Deleted before it was locked: the next try makes another.
                    None => *opened = None,
                },
                Err(TryLockError::WouldBlock) => (0..STEPS).for_each(|_| std::hint::spin_loop()),
                Err(TryLockError::Error(error)) => return Err(self.unlockable(&error)),
            }
        }
        Err(Trouble::Busy)
    }

    fn unlockable(&self, error: &io::Error) -> Trouble {
        Trouble::Unusable(format!("{} can't be locked: {error}", self.folder.path.display()))
    }

    fn read(&self, file: &File, length: usize) -> Result<Pages, Trouble> {
        let bytes = host::read(file, length).map_err(|error| self.spoilt(&error))?;
        Pages::read(&bytes).ok_or_else(|| {
            Trouble::Spoilt(format!(
                "{} is damaged, or of another version of this library: delete it while no program uses it",
                self.path.display()
            ))
        })
    }

    /// What the file says, if it is of this run of this machine.
    fn current(&self, pages: &Pages, now: Time) -> Result<Shared, Trouble> {
        let length = self.length;
        match &pages.newest {
            Some(copy) if copy.host == host::identity() && copy.written <= now => {
                Ok(Shared { parted_until: pages.parted_until(host::identity()), ..copy.shared.clone() })
            }
            Some(_) if self.known.load(Ordering::Relaxed) => Err(Trouble::Spoilt(format!(
                "{} is used by another machine too: each has a clock of its own",
                self.path.display()
            ))),
            _ => Ok(Shared { parted_until: pages.parted_until(host::identity()), ..Shared::new(length) }),
        }
    }
}

impl Store for Machine {
    fn change(&self, change: &mut dyn FnMut(&mut Shared, Time)) -> Result<(), Trouble> {
        self.with_lock(|file, length| {
            let mut pages = self.read(file, length)?;
            let now = host::clock();
            let mut shared = self.current(&pages, now)?;
            change(&mut shared, now);
            for (place, bytes) in pages.next(shared, now, host::identity()) {
                host::write(file, &bytes, place).map_err(|error| self.spoilt(&error))?;
            }
            self.known.store(true, Ordering::Relaxed);
            Ok(())
        })
    }

    fn part(&self, lasts: Duration) {
        let until = host::clock().saturating_add(nanos(lasts));
        let bytes = format::parting(host::identity(), until);
        // Where it can't be written, nobody could read it.
        let _ = self.with_file(|file, _| host::write(file, &bytes, 0).map_err(|error| self.spoilt(&error)));
    }

    fn look(&self) -> Result<(Shared, Time), Trouble> {
        // Without the lock: of two copies, one at most is being written. Who reads slowly may meet two.
        let mut trouble = Trouble::Busy;
        for _ in 0..TRIES {
            let pages = self.with_file(|file, length| self.read(file, length));
            match pages.and_then(|pages| self.current(&pages, host::clock())) {
                Ok(shared) => return Ok((shared, host::clock())),
                Err(error) => trouble = error,
            }
        }
        Err(trouble)
    }
}

#[cfg(test)]
mod tests;
