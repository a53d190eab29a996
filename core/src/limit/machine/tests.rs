//! The file itself: what it survives, whom it refuses, and what it does not show.

use std::fs;

use super::format::Pages;
use super::*;
use crate::limit::ledger::{Freeze, Outcome};
use crate::limit::shared::{Ask, Lease, Member, Reserved, Settled};
use crate::limit::{Files, Place, WINDOW};

/// A folder of the test's own, which goes with it.
struct Own(PathBuf);

impl Own {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sonoran-test-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    fn machine(&self) -> Machine {
        Machine::new(Arc::new(Folder::new(Some(&self.0))), "window", WINDOW)
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn ask(slot: u64) -> Ask {
    Ask { member: 1, slot, ceiling: 2, lease: WINDOW, waits: true, parted: false, known: false }
}

fn reserve(machine: &Machine, slot: u64) -> bool {
    let mut taken = false;
    machine.change(&mut |shared, now| taken = shared.reserve(&ask(slot), now) == Reserved::Taken).unwrap();
    taken
}

/// As many releases, and one of everything else.
fn full(releases: u64) -> Shared {
    let mut shared = Shared::new(WINDOW);
    shared.ledger.releases = (0..releases).collect();
    shared.ledger.under_way = 1;
    shared.ledger.freeze = Some(Freeze { until: 7, cautious: 8, probing: true });
    shared.leases = vec![Lease { slot: 3, until: 4, probe: true }];
    shared.line = vec![Member { id: 5, turn: 6, back_at: 7, waits: true }];
    shared.turn = 9;
    shared
}

/// A file after these writes.
fn written(file: &mut Vec<u8>, pages: &[(u64, Vec<u8>)]) {
    for (place, bytes) in pages {
        let place = usize::try_from(*place).unwrap();
        file.resize(file.len().max(place + bytes.len()), 0);
        file[place..place + bytes.len()].copy_from_slice(bytes);
    }
}

#[test]
fn what_is_written_is_read_whatever_its_size() {
    let mut file = Vec::new();
    for releases in [0, 3, 480, 481, 5000, 2, 900] {
        let pages = Pages::read(&file).unwrap().next(full(releases), 11, 12);
        written(&mut file, &pages);
        let copy = Pages::read(&file).unwrap().newest.unwrap();
        assert_eq!((copy.shared, copy.written, copy.host), (full(releases), 11, 12));
    }
}

#[test]
fn who_dies_while_writing_leaves_what_was_there_before() {
    let mut file = Vec::new();
    for step in 0..4 {
        let before = file.clone();
        let pages = Pages::read(&file).unwrap().next(full(700 + step), step, 12);
        let bytes: usize = pages.iter().map(|(_, bytes)| bytes.len()).sum();
        for cut in (0..bytes).step_by(97) {
            let (mut torn, mut left) = (before.clone(), cut);
            for (place, bytes) in &pages {
                let part = bytes.len().min(left);
                left -= part;
                written(&mut torn, &[(*place, bytes[..part].to_vec())]);
            }
            let found = Pages::read(&torn).unwrap().newest.map(|copy| copy.written);
            assert_eq!(found, step.checked_sub(1), "cut at {cut}");
        }
        written(&mut file, &pages);
    }
}

#[test]
fn what_is_damaged_or_foreign_is_refused_and_left_alone() {
    let own = Own::new("foreign");
    let machine = own.machine();
    assert!(reserve(&machine, 1));
    for foreign in [b"somebody's notes".to_vec(), vec![1; 20_000]] {
        fs::write(&machine.path, &foreign).unwrap();
        let trouble = machine.change(&mut |_, _| {}).unwrap_err().to_string();
        assert!(trouble.contains("is damaged, or of another version"), "{trouble}");
        assert_eq!(fs::read(&machine.path).unwrap(), foreign);
    }
}

#[test]
fn two_share_a_file_and_one_that_was_deleted_is_made_anew() {
    let own = Own::new("shared");
    let (first, second) = (own.machine(), own.machine());
    assert!(reserve(&first, 1) && reserve(&second, 2) && !reserve(&first, 3));
    let settled = Settled { slot: 2, ceiling: 2, outcome: Outcome::Refunded, left: None };
    second.change(&mut |shared, now| shared.settle(&settled, now)).unwrap();
    assert_eq!(first.look().unwrap().0.ledger.held(), 1);
    fs::remove_dir_all(&own.0).unwrap();
    assert!(reserve(&first, 4) && reserve(&second, 5) && !reserve(&second, 6));
}

#[test]
fn a_lock_that_is_held_is_not_waited_for() {
    let own = Own::new("held");
    let machine = own.machine();
    let other = own.machine();
    let busy = other.with_lock(|_, _| Ok(machine.change(&mut |_, _| {}))).unwrap();
    assert_eq!(busy, Err(Trouble::Busy));
    assert!(reserve(&machine, 1));
}

#[test]
fn a_reboot_begins_anew_and_two_machines_on_one_file_are_found_out() {
    let own = Own::new("reboot");
    let machine = own.machine();
    assert!(reserve(&machine, 1) && reserve(&machine, 2) && !reserve(&machine, 3));
    let pages = Pages::read(&fs::read(&machine.path).unwrap()).unwrap().next(full(5), 1, 1);
    let mut file = fs::read(&machine.path).unwrap();
    written(&mut file, &pages);
    fs::write(&machine.path, &file).unwrap();
    let trouble = machine.change(&mut |_, _| {}).unwrap_err().to_string();
    assert!(trouble.contains("is used by another machine too"), "{trouble}");
    // Who comes first after a reboot knows nothing of the one before.
    assert!(reserve(&own.machine(), 4));
    assert_eq!(own.machine().look().unwrap().0.ledger.held(), 1);
}

#[test]
fn who_takes_a_part_unseen_leaves_word_without_the_lock() {
    let own = Own::new("parted");
    let (machine, holder) = (own.machine(), own.machine());
    let note = |_: &File, _: usize| {
        machine.part(WINDOW);
        Ok(())
    };
    holder.with_lock(note).unwrap();
    let mut answer = None;
    own.machine().change(&mut |shared, now| answer = Some(shared.reserve(&ask(1), now))).unwrap();
    let Some(Reserved::Denied(denied)) = answer else { panic!("a whole ceiling's slot was given") };
    assert!(!denied.parted_for.is_zero() && denied.parted_for <= WINDOW);
    let parted = Ask { parted: true, ..ask(1) };
    machine.change(&mut |shared, now| assert_eq!(shared.reserve(&parted, now), Reserved::Taken)).unwrap();
}

#[test]
fn the_key_is_in_no_name_and_another_address_or_key_has_another_file() {
    let own = Own::new("names");
    let files = |base, key| Files::new(Some(&own.0), base, key);
    files("https://a", "hunter2").try_out().unwrap().unwrap();
    files("https://a", "other").try_out().unwrap().unwrap();
    files("https://b", "hunter2").try_out().unwrap().unwrap();
    files("https://b", "hunter2").try_out().unwrap().unwrap();
    let names: Vec<_> = fs::read_dir(&own.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 3);
    assert!(!format!("{names:?} {:?}", files("https://a", "hunter2")).contains("hunter2"));
}

#[test]
fn a_folder_that_cannot_be_used_is_named() {
    let own = Own::new("unusable");
    fs::create_dir_all(&own.0).unwrap();
    let file = own.0.join("file");
    fs::write(&file, "").unwrap();
    let trouble =
        Files::new(Some(&file.join("in a file")), "https://a", "key").try_out().unwrap().unwrap_err();
    assert!(trouble.to_string().contains("unusable") && !trouble.to_string().contains("key"), "{trouble}");
}

#[test]
fn a_folder_is_made_and_those_it_would_be_in_are_not() {
    let own = Own::new("mistyped");
    let files = |path: &Path| Files::new(Some(path), "https://a", "key");
    let trouble = files(&own.0.join("limits")).try_out().unwrap().unwrap_err();
    assert!(trouble.is_of_place() && trouble.is_for_good());
    assert!(trouble.to_string().contains("limits can't be made") && !own.0.exists(), "{trouble}");
    fs::create_dir(&own.0).unwrap();
    files(&own.0.join("limits")).try_out().unwrap().unwrap();
}

#[cfg(unix)]
#[test]
fn a_named_folder_that_is_open_to_all_is_used_and_told() {
    use std::os::unix::fs::PermissionsExt;
    let own = Own::new("open");
    fs::create_dir(&own.0).unwrap();
    let files = Files::new(Some(&own.0), "https://a", "key");
    for (mode, is_told) in [(0o777, true), (0o1777, false), (0o770, false), (0o700, false)] {
        fs::set_permissions(&own.0, fs::Permissions::from_mode(mode)).unwrap();
        files.try_out().unwrap().unwrap();
        let risk = files.risk();
        assert_eq!(risk.is_some_and(|risk| risk.contains("chmod 700")), is_told, "{mode:o}");
    }
}

#[cfg(unix)]
#[test]
fn files_are_the_users_own_and_a_strangers_folder_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let own = Own::new("modes");
    let machine = own.machine();
    assert!(reserve(&machine, 1));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&own.0), mode(&machine.path)), (0o700, 0o600));
    // As if it was the temporary folder's: that may be anybody's.
    let folder = |path: &Path| Folder { path: path.to_owned(), named: false };
    folder(&own.0).prepare().unwrap();
    fs::set_permissions(&own.0, fs::Permissions::from_mode(0o777)).unwrap();
    let trouble = folder(&own.0).prepare().unwrap_err().to_string();
    assert!(trouble.contains("shareLimitsFolder"), "{trouble}");
    let link = own.0.join("link");
    std::os::unix::fs::symlink(&own.0, &link).unwrap();
    assert!(folder(&link).prepare().is_err());
}
