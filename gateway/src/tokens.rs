//! Callers by name: each has a token of its own, and what it may ask for.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ring::digest::{SHA256, digest};
use ring::error::Unspecified;
use ring::rand::{SecureRandom, SystemRandom};
use serde::Deserialize;
use sonoran::{Operation, Priority, operations};
use subtle::ConstantTimeEq;
use toml::de::Deserializer;

use crate::{config, priority};

/// What every token begins with, so that one is known where it has got loose.
const MARK: &str = "sgw_";

/// What stands for all that changes nothing.
const READ: &str = "read";

/// How like another a word must be to be taken for it.
const LIKE: f64 = 0.6;

/// The callers of the tokens file. Of a token only its hash is known.
#[derive(Debug, Default)]
pub(crate) struct Tokens(Vec<Caller>);

/// Who calls.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) name: String,
    hash: [u8; 32],
    allowed: Vec<Allowed>,
    /// The highest that it can ask for.
    pub(crate) priority: Option<Priority>,
}

/// What a caller may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Allowed {
    /// Everything.
    All,
    /// What changes nothing.
    Read,
    /// A group of operations.
    Group(&'static str),
    /// This one.
    Operation(&'static str),
    /// A page of the gateway's own.
    Page(Page),
}

/// The gateway's own pages that not everybody may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Metrics,
    Events,
}

impl Page {
    const ALL: [Self; 2] = [Self::Metrics, Self::Events];

    /// What it is called in the tokens file.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Metrics => "metrics",
            Self::Events => "events",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    hash: String,
    allow: Vec<String>,
    priority: Option<String>,
}

impl Tokens {
    /// Reads the tokens file: a table for each caller, by its name. Errors quote no value.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(text).map_err(|_| "is no valid UTF-8".to_owned())?;
        let table = config::table(text)?;
        let entries = BTreeMap::<String, Entry>::deserialize(Deserializer::from(table))
            .map_err(|error| config::place(text, &error))?;
        let callers = entries.into_iter().map(|(name, entry)| {
            let hash =
                digits(&entry.hash).ok_or_else(|| format!("{name}.hash must be 64 hexadecimal digits"));
            let allowed = entry.allow.iter().map(|word| Allowed::parse(word));
            let allowed =
                allowed.collect::<Result<_, _>>().map_err(|problem| format!("{name}.allow: {problem}"));
            let priority = entry.priority.as_deref().map(|word| {
                priority::parse(word).ok_or_else(|| format!("{name}.priority must be high, normal or low"))
            });
            Ok(Caller { hash: hash?, allowed: allowed?, priority: priority.transpose()?, name })
        });
        let callers = callers.collect::<Result<Vec<_>, String>>()?;
        match twins(&callers) {
            Some([one, other]) => Err(format!("{} and {} have the same hash", one.name, other.name)),
            None => Ok(Self(callers)),
        }
    }

    /// How many callers there are.
    pub(crate) fn number(&self) -> usize {
        self.0.len()
    }

    /// Whose token it is. All are compared, each in constant time, so that nobody can feel the way to one.
    pub(crate) fn caller(&self, token: &str) -> Option<&Caller> {
        let hash = hash(token);
        let mut found = None;
        for caller in &self.0 {
            if bool::from(caller.hash.ct_eq(&hash)) {
                found = Some(caller);
            }
        }
        found
    }
}

/// Two callers with one token, of whom nobody could say who calls.
fn twins(callers: &[Caller]) -> Option<[&Caller; 2]> {
    let later = |place: usize| &callers[place + 1..];
    callers.iter().enumerate().find_map(|(place, one)| {
        later(place).iter().find(|other| other.hash == one.hash).map(|other| [one, other])
    })
}

impl Caller {
    pub(crate) fn may(&self, operation: &Operation) -> bool {
        self.allowed.iter().any(|allowed| match allowed {
            Allowed::All => true,
            Allowed::Read => operation.reads(),
            Allowed::Group(group) => operation.group == *group,
            Allowed::Operation(name) => operation.name == *name,
            Allowed::Page(_) => false,
        })
    }

    pub(crate) fn may_see(&self, page: Page) -> bool {
        self.allowed.iter().any(|allowed| matches!(allowed, Allowed::All) || *allowed == Allowed::Page(page))
    }
}

impl Allowed {
    fn parse(word: &str) -> Result<Self, String> {
        match word {
            "*" => return Ok(Self::All),
            READ => return Ok(Self::Read),
            _ => {}
        }
        if let Some(page) = Page::ALL.into_iter().find(|page| page.word() == word) {
            return Ok(Self::Page(page));
        }
        let group = word.strip_suffix(".*");
        let group = group.and_then(|group| operations().iter().find(|operation| operation.group == group));
        match (group, Operation::find(word)) {
            (Some(operation), _) => Ok(Self::Group(operation.group)),
            (None, Some(operation)) => Ok(Self::Operation(operation.name)),
            (None, None) => Err(unknown(word)),
        }
    }
}

fn unknown(word: &str) -> String {
    if word.split(',').any(|word| word.trim().starts_with(MARK)) {
        return "a token stands there in the place of what its caller may".to_owned();
    }
    if word.contains(',') {
        return format!(
            "{word:?} is more than one: each stands for itself, such as \"read\", \"accounts.*\""
        );
    }
    let groups = operations().iter().map(|operation| format!("{}.*", operation.group));
    let names = operations().iter().map(|operation| operation.name.to_owned());
    let words = Page::ALL.into_iter().map(Page::word).chain([READ]).map(str::to_owned);
    let is_group = |known: &String| known.strip_suffix(".*") == Some(&*word.to_lowercase());
    let likeness = |known: &String| {
        if is_group(known) {
            1.0
        } else {
            strsim::normalized_damerau_levenshtein(&word.to_lowercase(), &known.to_lowercase())
        }
    };
    let rated = words.chain(groups).chain(names).map(|known| (likeness(&known), known));
    let nearest = rated.reduce(|best, next| if next.0 > best.0 { next } else { best });
    let hint = match nearest.filter(|(likeness, _)| *likeness > LIKE) {
        Some((_, known)) => format!("did you mean {known}?"),
        None => "such as *, read, metrics, accounts.* or getAccountV2".to_owned(),
    };
    format!("{word:?} is neither *, read, a group, an operation nor a page: {hint}")
}

/// Why no token was made.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The name can't stand in the file.
    #[error("a name has letters, digits, - and _ only")]
    Name,
    /// A word of what it may is none.
    #[error("--allow: {0}")]
    Allow(String),
    /// The system gave no chance.
    #[error("the system gives no random numbers")]
    Random,
}

/// A new token, and the lines of the tokens file by which it is known.
///
/// ```
/// let (token, lines) = sonoran_gateway::new_token("bot", &["read".to_owned()])?;
/// assert!(token.starts_with("sgw_") && lines.starts_with("[bot]"));
/// # Ok::<(), sonoran_gateway::TokenError>(())
/// ```
///
/// # Errors
///
/// When the name or a word of what it may is none, or the system has no random numbers.
pub fn new_token(name: &str, allow: &[String]) -> Result<(String, String), TokenError> {
    let is_sign = |sign: char| sign.is_ascii_alphanumeric() || "-_".contains(sign);
    if name.is_empty() || !name.chars().all(is_sign) {
        return Err(TokenError::Name);
    }
    for word in allow {
        Allowed::parse(word).map_err(TokenError::Allow)?;
    }
    let mut secret = [0; 32];
    SystemRandom::new().fill(&mut secret).map_err(|Unspecified| TokenError::Random)?;
    let token = format!("{MARK}{}", hexadecimal(&secret));
    let lines = format!("[{name}]\nhash = \"{}\"\nallow = {allow:?}\n", hexadecimal(&hash(&token)));
    Ok((token, lines))
}

/// By what a key is known without being shown.
pub(crate) fn fingerprint(key: &str) -> String {
    hexadecimal(&hash(key)[..4])
}

/// A token has 256 bits of chance: no slow hash is needed to keep it.
fn hash(token: &str) -> [u8; 32] {
    let digest = digest(&SHA256, token.as_bytes());
    digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("text takes text");
        text
    })
}

fn digits(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let is_hash = text.len() == 64 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    for (place, byte) in bytes.iter_mut().enumerate().filter(|_| is_hash) {
        *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).ok()?;
    }
    is_hash.then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_by_its_hash_and_may_what_its_lines_say() {
        let (token, lines) = new_token("bot", &["read".to_owned()]).unwrap();
        assert!(token.starts_with(MARK) && !lines.contains(&token[4..]));
        let lines = lines.replace("[\"read\"]", r#"["read", "servers.*", "setAccountNameV2"]"#);
        let tokens = Tokens::parse(lines.as_bytes()).unwrap();
        let caller = tokens.caller(&token).unwrap();
        assert_eq!(caller.name, "bot");
        let may = |name| caller.may(Operation::find(name).unwrap());
        for (name, allowed) in [("getAccountV2", true), ("getAccountRanks", true), ("setServersV2", true)] {
            assert_eq!(may(name), allowed, "{name}");
        }
        assert!(!may("setAccountRanksV2") && !caller.may_see(Page::Metrics));
        let metrics = Tokens::parse(lines.replace("\"read\"", "\"metrics\"").as_bytes()).unwrap();
        assert!(metrics.caller(&token).unwrap().may_see(Page::Metrics));
        assert!(matches!(new_token("a b", &[]), Err(TokenError::Name)));
        assert!(matches!(new_token("a", &["everything".to_owned()]), Err(TokenError::Allow(_))));
        for wrong in ["", MARK, &token[..token.len() - 1], &format!("{token}0"), &token.to_uppercase()] {
            assert!(tokens.caller(wrong).is_none());
        }
    }

    #[test]
    fn what_the_file_can_not_mean_is_refused_by_place() {
        let hash = "0".repeat(64);
        for (text, words) in [
            ("[a]\nhash = \"hunter2\"\nallow = []".to_owned(), "a.hash must be 64 hexadecimal digits"),
            (format!("[a]\nhash = \"{hash}\"\nallow = [\"acounts.*\"]"), "did you mean accounts.*?"),
            (format!("[a]\nhash = \"{hash}\"\nallow = [\"getAcountV2\"]"), "did you mean getAccountV2?"),
            (format!("[a]\nhash = \"{hash}\"\nallow = [\"reed\"]"), "did you mean read?"),
            (format!("[a]\nhash = \"{hash}\"\nallow = [\"Accounts\"]"), "did you mean accounts.*?"),
            (format!("[a]\nhash = \"{hash}\"\nallow = [\"servers\"]"), "did you mean servers.*?"),
            (
                format!("[a]\nhash = \"{hash}\"\nallow = [\"read,accounts.*\"]"),
                "is more than one: each stands",
            ),
            (
                format!("[a]\nhash = \"{hash}\"\nallow = [\"read,sgw_hunter2\"]"),
                "a token stands there in the place of what its caller may",
            ),
            (format!("[a]\nhash = \"{hash}\"\nallow = [\"everything\"]"), "a page: such as *, read, metrics"),
            (
                format!("[a]\nhash = \"{hash}\"\nallow = [\"*\"]\ntoken = \"hunter2\""),
                "unknown field `token`",
            ),
            (format!("[a]\nhash = \"{hash}\""), "missing field `allow`"),
            (
                format!("[a]\nhash = \"{hash}\"\nallow = [\"read]\n[b]\nhash = \"hunter2\""),
                "line 3: expected `\"`",
            ),
            (
                format!("[a]\nhash = \"{hash}\"\nallow = []\n[b]\nhash = \"{hash}\"\nallow = [\"*\"]"),
                "a and b have the same hash",
            ),
        ] {
            let problem = Tokens::parse(text.as_bytes()).unwrap_err();
            assert!(problem.contains(words) && !problem.contains("hunter2"), "{problem}");
        }
    }
}
