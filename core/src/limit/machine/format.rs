//! The file's form: a page with the magic, the host and the time until which some may send unseen, then two
//! copies of a window, of which the newer one that is whole counts. Their pages lie in turn, so that each can
//! grow. A copy is
//!
//! magic, checksum (CRC-32 of all that follows), number of bytes that follow,
//! number of the copy, host, time of writing, length of the window, turn,
//! whether there is a freeze and a probe, its two times, how many releases, leases and members, and these.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::super::ledger::{Freeze, Ledger, Time};
use super::super::shared::{Lease, Member, Shared};

const MAGIC: &[u8; 8] = b"SNRNLIM1";
const HEAD: usize = 16;
const PAGE: usize = 4096;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Copy {
    number: u64,
    pub(super) host: u64,
    pub(super) written: Time,
    pub(super) shared: Shared,
}

/// What a file has.
#[derive(Debug)]
pub(super) struct Pages {
    pub(super) newest: Option<Copy>,
    /// A host, and until when some may send there unseen.
    parted: (u64, Time),
}

impl Pages {
    /// Reads a file; nothing where it is damaged. One that was never written, or whose very first
    /// writer died, is empty.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let number = |place| Some(u64::from_le_bytes(bytes.get(place..place + 8)?.try_into().ok()?));
        let first = &bytes[..PAGE.min(bytes.len())];
        if !first.starts_with(MAGIC) && first.iter().any(|byte| *byte != 0) {
            return None;
        }
        let parted = (number(8).unwrap_or(0), number(16).unwrap_or(0));
        let copies = [1, 2].map(|copy| side(bytes, copy));
        let [even, odd] = copies.each_ref().map(|side| decode(side.as_ref()));
        let newest = match (even, odd) {
            (Some(even), Some(odd)) => Some(if even.number > odd.number { even } else { odd }),
            (even, odd) => even.or(odd),
        };
        let blank = copies[0].iter().all(|byte| *byte == 0);
        (newest.is_some() || blank).then_some(Self { newest, parted })
    }

    /// Until when some may send unseen.
    pub(super) fn parted_until(&self, host: u64) -> Time {
        if self.parted.0 == host { self.parted.1 } else { 0 }
    }

    /// What to write where, so that this is the newest.
    pub(super) fn next(&mut self, shared: Shared, written: Time, host: u64) -> Vec<(u64, Vec<u8>)> {
        let number = self.newest.as_ref().map_or(0, |copy| copy.number) + 1;
        let bytes = encode(&Copy { number, host, written, shared });
        let place = |page: usize| ((1 + 2 * page + usize::from(number % 2 == 1)) * PAGE) as u64;
        bytes.chunks(PAGE).enumerate().map(|(page, bytes)| (place(page), bytes.to_vec())).collect()
    }
}

/// What the first page says.
pub(super) fn parting(host: u64, until: Time) -> Vec<u8> {
    [*MAGIC, host.to_le_bytes(), until.to_le_bytes()].concat()
}

/// The pages of one copy.
fn side(bytes: &[u8], copy: usize) -> Cow<'_, [u8]> {
    let mut pages = bytes.chunks(PAGE).skip(copy).step_by(2);
    match (pages.next(), pages.next()) {
        (first, None) => Cow::Borrowed(first.unwrap_or_default()),
        (first, second) => first.into_iter().chain(second).chain(pages).flatten().copied().collect(),
    }
}

fn encode(copy: &Copy) -> Vec<u8> {
    // Who is parted stands before them.
    let Shared { ledger, leases, line, turn, parted_until: _ } = &copy.shared;
    let freeze = ledger.freeze.as_ref();
    let flags = u64::from(freeze.is_some()) | u64::from(freeze.is_some_and(|freeze| freeze.probing)) << 1;
    let mut bytes = Vec::with_capacity(PAGE);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&[0; 8]);
    let mut put =
        |numbers: &[u64]| numbers.iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
    put(&[copy.number, copy.host, copy.written, ledger.length, *turn, flags]);
    put(&[freeze.map_or(0, |freeze| freeze.until), freeze.map_or(0, |freeze| freeze.cautious)]);
    put(&[ledger.releases.len(), leases.len(), line.len()].map(|number| number as u64));
    ledger.releases.iter().for_each(|release| put(&[*release]));
    for Lease { slot, until, probe } in leases {
        put(&[*slot, *until, u64::from(*probe)]);
    }
    for Member { id, turn, back_at, waits } in line {
        put(&[*id, *turn, *back_at, u64::from(*waits)]);
    }
    let length = u32::try_from(bytes.len() - HEAD).unwrap_or(u32::MAX);
    bytes[12..16].copy_from_slice(&length.to_le_bytes());
    let checksum = crc32fast::hash(&bytes[12..]);
    bytes[8..12].copy_from_slice(&checksum.to_le_bytes());
    bytes
}

fn decode(bytes: &[u8]) -> Option<Copy> {
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    let number = |bytes: &[u8]| Some(u32::from_le_bytes(bytes.try_into().ok()?));
    let length = usize::try_from(number(&head[12..])?).ok()?;
    let body = rest.get(..length)?;
    let whole =
        head.starts_with(MAGIC) && number(&head[8..12])? == crc32fast::hash(&bytes[12..HEAD + length]);
    if !whole {
        return None;
    }
    let mut numbers =
        body.chunks_exact(8).map_while(|bytes| Some(u64::from_le_bytes(bytes.try_into().ok()?)));
    let mut take = || numbers.next();
    let (number, host, written) = (take()?, take()?, take()?);
    let (length, turn, flags) = (take()?, take()?, take()?);
    let (until, cautious) = (take()?, take()?);
    let freeze = (flags & 1 == 1).then_some(Freeze { until, cautious, probing: flags & 2 == 2 });
    let (releases, leases, members) = (take()?, take()?, take()?);
    let releases = (0..releases).map(|_| take()).collect::<Option<VecDeque<_>>>()?;
    let leases = (0..leases)
        .map(|_| Some(Lease { slot: take()?, until: take()?, probe: take()? == 1 }))
        .collect::<Option<Vec<_>>>()?;
    let line = (0..members)
        .map(|_| Some(Member { id: take()?, turn: take()?, back_at: take()?, waits: take()? == 1 }))
        .collect::<Option<Vec<_>>>()?;
    let ledger = Ledger { length, releases, under_way: leases.len(), freeze };
    Some(Copy { number, host, written, shared: Shared { ledger, leases, line, turn, parted_until: 0 } })
}
