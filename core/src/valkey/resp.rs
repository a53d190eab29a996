//! The protocol of Valkey and Redis, RESP 2: <https://valkey.io/topics/protocol/>.

use crate::limit::Reply;

/// No answer that is asked for comes near.
const LARGEST: usize = 4 << 20;
const DEEPEST: usize = 4;

/// What came is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// Writes a command behind what is there.
pub(super) fn encode(command: &[Vec<u8>], bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(format!("*{}\r\n", command.len()).as_bytes());
    for word in command {
        bytes.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
        bytes.extend_from_slice(word);
        bytes.extend_from_slice(b"\r\n");
    }
}

/// Reads an answer, and how many bytes it has; nothing where more of it is to come.
pub(super) fn decode(bytes: &[u8]) -> Result<Option<(Reply, usize)>, Malformed> {
    let mut reader = Reader { bytes, place: 0 };
    match reader.reply(DEEPEST) {
        Ok(reply) => Ok(Some((reply, reader.place))),
        Err(Stop::Short) if bytes.len() < LARGEST => Ok(None),
        Err(_) => Err(Malformed),
    }
}

enum Stop {
    Short,
    Malformed,
}

struct Reader<'a> {
    bytes: &'a [u8],
    place: usize,
}

impl Reader<'_> {
    fn reply(&mut self, depth: usize) -> Result<Reply, Stop> {
        let line = self.line()?;
        let (kind, rest) = line.split_first().ok_or(Stop::Malformed)?;
        let rest = std::str::from_utf8(rest).map_err(|_| Stop::Malformed)?;
        let number = || rest.parse::<i64>().map_err(|_| Stop::Malformed);
        match kind {
            b'+' => Ok(Reply::Text(rest.as_bytes().to_vec())),
            b'-' => Ok(Reply::Refusal(rest.to_owned())),
            b':' => number().map(Reply::Number),
            b'$' => Ok(self.bytes(number()?)?.map_or(Reply::Nothing, Reply::Text)),
            b'*' => self.list(number()?, depth),
            _ => Err(Stop::Malformed),
        }
    }

    /// What stands before the next end of a line.
    fn line(&mut self) -> Result<Vec<u8>, Stop> {
        let rest = &self.bytes[self.place..];
        let end = memchr::memmem::find(rest, b"\r\n").ok_or(Stop::Short)?;
        self.place += end + 2;
        Ok(rest[..end].to_vec())
    }

    fn bytes(&mut self, length: i64) -> Result<Option<Vec<u8>>, Stop> {
        if length == -1 {
            return Ok(None);
        }
        let length = usize::try_from(length).ok().filter(|length| *length <= LARGEST);
        let rest = &self.bytes[self.place..];
        let length = length.ok_or(Stop::Malformed)?;
        match rest.get(length..length + 2) {
            None => Err(Stop::Short),
            Some(b"\r\n") => {
                self.place += length + 2;
                Ok(Some(rest[..length].to_vec()))
            }
            Some(_) => Err(Stop::Malformed),
        }
    }

    fn list(&mut self, length: i64, depth: usize) -> Result<Reply, Stop> {
        if length == -1 {
            return Ok(Reply::Nothing);
        }
        let deeper = depth.checked_sub(1).ok_or(Stop::Malformed)?;
        let length = usize::try_from(length).ok().filter(|length| *length <= LARGEST);
        // Room is made as its parts come, whatever number it says.
        let mut parts = Vec::new();
        for _ in 0..length.ok_or(Stop::Malformed)? {
            parts.push(self.reply(deeper)?);
        }
        Ok(Reply::List(parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Reply {
        Reply::Text(text.as_bytes().to_vec())
    }

    #[test]
    fn a_command_is_a_list_of_texts() {
        let mut bytes = Vec::new();
        encode(&[b"GET".to_vec(), "schlüssel\r\n".as_bytes().to_vec()], &mut bytes);
        assert_eq!(bytes, "*2\r\n$3\r\nGET\r\n$12\r\nschlüssel\r\n\r\n".as_bytes());
    }

    #[test]
    fn answers_are_read_one_by_one_and_however_they_come() {
        let answers = [
            ("+OK\r\n", text("OK")),
            ("-NOSCRIPT No matching script.\r\n", Reply::Refusal("NOSCRIPT No matching script.".to_owned())),
            (":-5\r\n", Reply::Number(-5)),
            ("$4\r\na\r\nb\r\n", text("a\r\nb")),
            ("$0\r\n\r\n", text("")),
            ("$-1\r\n", Reply::Nothing),
            ("*-1\r\n", Reply::Nothing),
            ("*0\r\n", Reply::List(Vec::new())),
            (
                "*2\r\n:1\r\n*2\r\n$1\r\nx\r\n$-1\r\n",
                Reply::List(vec![Reply::Number(1), Reply::List(vec![text("x"), Reply::Nothing])]),
            ),
        ];
        for (bytes, answer) in answers {
            for end in 0..bytes.len() {
                assert_eq!(decode(&bytes.as_bytes()[..end]), Ok(None), "{bytes:?} until {end}");
            }
            let more = [bytes, ":7\r\n"].concat();
            assert_eq!(decode(more.as_bytes()), Ok(Some((answer, bytes.len()))));
        }
    }

    #[test]
    fn what_is_no_answer_is_refused_and_nothing_is_made_room_for() {
        let deep = "*1\r\n".repeat(6);
        for bytes in [
            "HTTP/1.1 400 Bad Request\r\n",
            ":one\r\n",
            "$-2\r\n",
            "$9999999999\r\n",
            "\r\n",
            "$1\r\nxyz",
            &deep,
        ] {
            assert_eq!(decode(bytes.as_bytes()), Err(Malformed), "{bytes:?}");
        }
        assert_eq!(decode(b"*4000000\r\n"), Ok(None));
        assert_eq!(decode(&vec![b'+'; LARGEST]), Err(Malformed));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = decode(&bytes);
            let _ = decode(&[b"*3\r\n$2\r\n".as_slice(), &bytes].concat());
        }
    }
}
