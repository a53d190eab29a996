//! Undoes gzip (RFC 1952) while an answer comes.

use std::io::{self, BufRead, Read};

use bytes::{Buf, Bytes};
use flate2::bufread::MultiGzDecoder;

use crate::response_body::Flaw;

/// How much is decompressed before it is looked at how much there is.
const PIECE: usize = 16 * 1024;

/// A decompressed body so far.
pub(crate) struct Gunzip {
    /// Made with the first chunk: where none comes, there is nothing to decompress.
    decoder: Option<MultiGzDecoder<Feed>>,
    body: Vec<u8>,
    largest: usize,
}

impl Gunzip {
    /// A body that may hold so much, decompressed.
    pub(crate) fn new(largest: usize) -> Self {
        Self { decoder: None, body: Vec::new(), largest }
    }

    pub(crate) fn add(&mut self, chunk: Bytes) -> Result<(), Flaw> {
        match &mut self.decoder {
            Some(decoder) => decoder.get_mut().chunk = chunk,
            None => self.decoder = Some(MultiGzDecoder::new(Feed { chunk, is_whole: false })),
        }
        self.decompress()
    }

    /// All of it, once nothing more comes.
    pub(crate) fn whole(mut self) -> Result<Bytes, Flaw> {
        if let Some(decoder) = &mut self.decoder {
            decoder.get_mut().is_whole = true;
            self.decompress()?;
        }
        Ok(self.body.into())
    }

    /// Goes on until the chunk is used up.
    fn decompress(&mut self) -> Result<(), Flaw> {
        let Some(decoder) = &mut self.decoder else { return Ok(()) };
        let mut piece = [0; PIECE];
        loop {
            match decoder.read(&mut piece) {
                Ok(0) => return Ok(()),
                Ok(length) if self.body.len() + length > self.largest => return Err(Flaw::TooLarge),
                Ok(length) => self.body.extend_from_slice(&piece[..length]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(Flaw::Compression(error)),
            }
        }
    }
}

/// One chunk after the other, for a decoder that reads: between them, it would have to wait.
struct Feed {
    chunk: Bytes,
    /// Whether no other chunk comes.
    is_whole: bool,
}

impl BufRead for Feed {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.chunk.is_empty() && !self.is_whole {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(&self.chunk)
    }

    fn consume(&mut self, length: usize) {
        self.chunk.advance(length);
    }
}

impl Read for Feed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(into)?;
        self.consume(length);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    const TEXT: &[u8] = b"{\"success\":true,\"data\":[1,2,3,4,5,6,7,8,9]}";

    fn compressed(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    /// What becomes of these bytes in chunks of so many.
    fn gunzip(bytes: &[u8], chunk: usize, largest: usize) -> Result<Bytes, Flaw> {
        let mut body = Gunzip::new(largest);
        for chunk in bytes.chunks(chunk) {
            body.add(Bytes::copy_from_slice(chunk))?;
        }
        body.whole()
    }

    fn failure(bytes: &[u8], chunk: usize) -> io::ErrorKind {
        match gunzip(bytes, chunk, TEXT.len()) {
            Err(Flaw::Compression(error)) => error.kind(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn chunks_may_end_anywhere() {
        let bytes = compressed(TEXT);
        for chunk in 1..=bytes.len() {
            assert_eq!(gunzip(&bytes, chunk, TEXT.len()).unwrap(), TEXT, "{chunk}");
        }
    }

    #[test]
    fn a_body_may_have_several_parts_or_none() {
        let bytes = [compressed(&TEXT[..9]), compressed(b""), compressed(&TEXT[9..])].concat();
        for chunk in [1, 7, bytes.len()] {
            assert_eq!(gunzip(&bytes, chunk, TEXT.len()).unwrap(), TEXT, "{chunk}");
        }
        assert!(gunzip(b"", 1, TEXT.len()).unwrap().is_empty());
    }

    #[test]
    fn what_is_cut_off_is_no_body() {
        let bytes = compressed(TEXT);
        for length in 1..bytes.len() {
            for chunk in [1, 5, length] {
                assert_eq!(
                    failure(&bytes[..length], chunk),
                    io::ErrorKind::UnexpectedEof,
                    "{length} {chunk}"
                );
            }
        }
    }

    #[test]
    fn what_was_changed_on_the_way_is_no_body() {
        let bytes = compressed(TEXT);
        let checksum = bytes.len() - 8;
        for place in [0, checksum, bytes.len() - 1] {
            let mut bytes = bytes.clone();
            bytes[place] ^= 1;
            assert_eq!(failure(&bytes, bytes.len()), io::ErrorKind::InvalidInput, "{place}");
        }
        assert_eq!(failure(TEXT, 3), io::ErrorKind::InvalidInput);
    }

    #[test]
    fn more_than_may_be_is_not_decompressed() {
        let bytes = compressed(&vec![b'0'; 10 * PIECE]);
        assert_eq!(gunzip(&bytes, 50, 10 * PIECE).unwrap().len(), 10 * PIECE);
        assert!(matches!(gunzip(&bytes, 50, 10 * PIECE - 1), Err(Flaw::TooLarge)));
    }
}
