//! Identifiers that are the same in every run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Counts; the count is part of the state, so that a loaded state goes on where the dumped one stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Ids(u64);

impl Ids {
    /// The next UUID: `e0000000-0000-4000-8000-` and the count.
    pub(crate) fn next(&mut self) -> String {
        self.0 = self.0.wrapping_add(1);
        format!("e0000000-0000-4000-8000-{:012x}", self.0 & 0xffff_ffff_ffff)
    }
}

/// Whether the text is a UUID of any version, with hyphens.
pub(crate) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_uuids() {
        let mut ids = Ids::default();
        assert_eq!(ids.next(), "e0000000-0000-4000-8000-000000000001");
        assert_eq!(ids.next(), "e0000000-0000-4000-8000-000000000002");
        assert!(is_uuid(&ids.next()));
    }

    #[test]
    fn knows_uuids() {
        assert!(is_uuid("00000000-0000-0000-0000-000000000000"));
        for other in [
            "",
            "1",
            "00000000-0000-0000-0000-00000000000",
            "000000000000000000000000000000000000",
            "g0000000-0000-0000-0000-000000000000",
        ] {
            assert!(!is_uuid(other), "{other}");
        }
    }
}
