//! The body of an answer, put together as it comes.

use std::io;

use bytes::{Bytes, BytesMut};

use crate::gunzip::Gunzip;

/// The most that an answer may hold, decompressed.
pub(crate) const LARGEST_BODY: usize = 32 * 1024 * 1024;

/// Why a body is no use.
#[derive(Debug)]
pub(crate) enum Flaw {
    TooLarge,
    /// What should undo the compression can't.
    Compression(io::Error),
}

/// A body so far.
pub(crate) enum ResponseBody {
    Plain(Chunks),
    Compressed(Box<Gunzip>),
}

impl ResponseBody {
    pub(crate) fn new(is_compressed: bool) -> Self {
        if is_compressed {
            Self::Compressed(Box::new(Gunzip::new(LARGEST_BODY)))
        } else {
            Self::Plain(Chunks::default())
        }
    }

    pub(crate) fn add(&mut self, chunk: Bytes) -> Result<(), Flaw> {
        match self {
            Self::Plain(body) if body.len() + chunk.len() > LARGEST_BODY => Err(Flaw::TooLarge),
            Self::Plain(body) => {
                body.add(chunk);
                Ok(())
            }
            Self::Compressed(body) => body.add(chunk),
        }
    }

    /// All of it, once nothing more comes.
    pub(crate) fn whole(self) -> Result<Bytes, Flaw> {
        match self {
            Self::Plain(body) => Ok(body.whole()),
            Self::Compressed(body) => body.whole(),
        }
    }
}

/// One chunk alone, as most answers are, is not copied.
#[derive(Default)]
pub(crate) struct Chunks {
    first: Bytes,
    /// All of them, from the second on.
    joined: BytesMut,
}

impl Chunks {
    fn len(&self) -> usize {
        self.first.len().max(self.joined.len())
    }

    fn add(&mut self, chunk: Bytes) {
        if self.first.is_empty() {
            self.first = chunk;
            return;
        }
        if self.joined.is_empty() {
            self.joined.extend_from_slice(&self.first);
        }
        self.joined.extend_from_slice(&chunk);
    }

    fn whole(self) -> Bytes {
        if self.joined.is_empty() { self.first } else { self.joined.freeze() }
    }
}
