//! With whom a client shares its rate limits, as its options and the environment say.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::LazyLock;

use secrecy::ExposeSecret;

use crate::limit::Sharing;
use crate::valkey::Address;
use crate::{ArgumentError, Options, RateLimit};

pub(crate) const SHARE_LIMITS: &str = "SONORAN_SHARE_LIMITS";
pub(crate) const SHARE_LIMITS_FOLDER: &str = "SONORAN_SHARE_LIMITS_FOLDER";
pub(crate) const SHARE_LIMITS_FALLBACK: &str = "SONORAN_SHARE_LIMITS_FALLBACK";
pub(crate) const SHARE_LIMITS_MEMBERS: &str = "SONORAN_SHARE_LIMITS_MEMBERS";
/// How many processes share a ceiling where nothing was said.
const MEMBERS: u32 = 2;

/// Who shares the rate limits of a credential, see [`Options::share_limits`].
///
/// ```
/// use sonoran::{Options, ShareLimits};
///
/// let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").share_limits(ShareLimits::Machine);
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ShareLimits {
    /// The clients of this process.
    #[default]
    Process,
    /// All processes of this machine that say so, through a file.
    Machine,
    /// All processes of any machine that name the same Valkey or Redis server, by its URL: `redis://`, `rediss://`
    /// (TLS) or `unix:`, with user, password and number of the database where they are needed. They are never shown.
    Server(String),
}

impl fmt::Debug for ShareLimits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Process => "Process",
            Self::Machine => "Machine",
            Self::Server(_) => "Server(..)",
        })
    }
}

impl FromStr for ShareLimits {
    type Err = ArgumentError;

    /// As `SONORAN_SHARE_LIMITS` says it: `process`, `machine`, or a URL, of which only how it begins is looked at here.
    ///
    /// ```
    /// use sonoran::ShareLimits;
    ///
    /// assert_eq!("machine".parse(), Ok(ShareLimits::Machine));
    /// assert_eq!("redis://host".parse(), Ok(ShareLimits::Server("redis://host".to_owned())));
    /// assert!("http://host".parse::<ShareLimits>().is_err());
    /// ```
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        share_limits("shareLimits", text)
    }
}

/// What a client does while its rate limits can't be shared, see [`Options::share_limits_fallback`].
///
/// ```
/// use sonoran::{Options, ShareLimits, ShareLimitsFallback};
///
/// let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID")
///     .share_limits(ShareLimits::Machine)
///     .share_limits_fallback(ShareLimitsFallback::Refuse);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ShareLimitsFallback {
    /// Count for itself, at a part of each ceiling: see [`Options::share_limits_members`].
    #[default]
    Divide,
    /// Answer calls with kind `rateLimited`, and a reason that says why.
    Refuse,
}

/// Where the limits are, as far as it was said.
#[derive(Debug)]
pub(crate) enum SharedAt {
    /// In files of this folder, else of the usual one.
    Folder(Option<PathBuf>),
    Server(Address),
}

/// What the options say of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Share {
    pub(crate) with: Option<ShareLimits>,
    pub(crate) folder: Option<PathBuf>,
    pub(crate) fallback: Option<ShareLimitsFallback>,
    pub(crate) members: Option<u32>,
}

pub(crate) fn share_limits(name: &str, text: &str) -> Result<ShareLimits, ArgumentError> {
    match text {
        "process" => Ok(ShareLimits::Process),
        "machine" => Ok(ShareLimits::Machine),
        address if Address::is_meant(address) => Ok(ShareLimits::Server(address.to_owned())),
        // Not repeated: it may be an address with a password in it.
        _ => Err(ArgumentError::value(
            name,
            "must be \"process\", \"machine\", or the URL of a Valkey or Redis server, such as redis://host:6379",
        )),
    }
}

pub(super) fn fallback(name: &str, text: &str) -> Result<ShareLimitsFallback, ArgumentError> {
    match text {
        "divide" => Ok(ShareLimitsFallback::Divide),
        "refuse" => Ok(ShareLimitsFallback::Refuse),
        _ => Err(ArgumentError::value(name, "must be \"divide\" or \"refuse\"")),
    }
}

impl Options {
    /// With whom the limits are shared beyond the process, and where; nothing where they are not. What says more
    /// of it is refused where it would do nothing.
    pub(crate) fn sharing(&self) -> Result<Option<(Sharing, SharedAt)>, ArgumentError> {
        let Share { with, folder, fallback, members } = &self.share;
        let (name, with) = match (with, self.environment.get(SHARE_LIMITS)?) {
            (Some(with), _) => ("shareLimits", with.clone()),
            (None, Some(text)) => (SHARE_LIMITS, share_limits(SHARE_LIMITS, &text)?),
            (None, None) => (SHARE_LIMITS, ShareLimits::Process),
        };
        let misuse = |name: &str, problem: &str| Err(ArgumentError::value(name, problem));
        // What the environment says must be right also where nothing comes of it.
        let said_fallback = match self.environment.get(SHARE_LIMITS_FALLBACK)? {
            Some(text) => self::fallback(SHARE_LIMITS_FALLBACK, &text)?,
            None => ShareLimitsFallback::default(),
        };
        let said_members = match self.environment.get(SHARE_LIMITS_MEMBERS)? {
            Some(text) => members_of(&text)?,
            None => MEMBERS,
        };
        let said_folder = self.environment.get(SHARE_LIMITS_FOLDER)?.map(PathBuf::from);
        if let Some(folder) = &said_folder {
            check_folder(SHARE_LIMITS_FOLDER, folder)?;
        }
        if with == ShareLimits::Process {
            let unless = "does nothing unless limits are shared: set shareLimits to \"machine\"";
            return match (folder, fallback, members) {
                (None, None, None) => Ok(None),
                (Some(_), ..) => misuse("shareLimitsFolder", &format!("{unless} too")),
                (None, fallback, _) => {
                    let name = if fallback.is_some() { "shareLimitsFallback" } else { "shareLimitsMembers" };
                    misuse(name, &format!("{unless}, or to a server's URL, too"))
                }
            };
        }
        let fallback = fallback.unwrap_or(said_fallback);
        let members = match members {
            Some(0) => return misuse("shareLimitsMembers", "must be at least 1"),
            members => members.unwrap_or(said_members),
        };
        let (place, at) = match with {
            ShareLimits::Server(_) if folder.is_some() => {
                return misuse("shareLimitsFolder", "does nothing where limits are shared through a server");
            }
            ShareLimits::Server(url) => {
                let address = Address::read(&url).map_err(|problem| ArgumentError::value(name, problem))?;
                // Who trusts other certificates has a connection of its own.
                let trusted =
                    if address.is_secured() { self.root_certificates.concat() } else { String::new() };
                (
                    digest(&format!("{}\n{trusted}", address.whole().expose_secret())),
                    SharedAt::Server(address),
                )
            }
            _ => {
                if let Some(folder) = folder {
                    check_folder("shareLimitsFolder", folder)?;
                }
                let folder = folder.clone().or(said_folder);
                (format!("{folder:?}"), SharedAt::Folder(folder))
            }
        };
        // The environment speaks to all clients, also to those that count nothing.
        if self.rate_limit == RateLimit::Off && self.share.with.is_some() {
            return misuse(
                "shareLimits",
                "does nothing where rateLimit is \"off\", as calls then take no slots: leave one of the two out",
            );
        }
        Ok(Some((Sharing { place, refuses: fallback == ShareLimitsFallback::Refuse, members }, at)))
    }
}

/// Refuses a folder that each program would find elsewhere.
fn check_folder(name: &str, folder: &Path) -> Result<(), ArgumentError> {
    let problem = if folder.as_os_str().is_empty() {
        "must not be empty"
    } else if folder.starts_with("~") {
        "must be a whole path: \"~\" is another folder for each user"
    } else if folder.as_os_str().to_string_lossy().starts_with("file:") {
        "must be a path, such as /run/sonoran, and no URL"
    } else if !folder.has_root() {
        "must be a whole path, which begins at the root: programs that start elsewhere would not find it"
    } else {
        return Ok(());
    };
    Err(ArgumentError::value(name, problem))
}

fn members_of(text: &str) -> Result<u32, ArgumentError> {
    let number = text.parse().ok().filter(|members| *members > 0);
    number.ok_or_else(|| ArgumentError::value(SHARE_LIMITS_MEMBERS, "must be a whole number of at least 1"))
}

/// What stands for a text that must not be shown, in this process.
fn digest(text: &str) -> String {
    static HASHES: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    format!("{:x}", HASHES.hash_one(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where it is shared, and how.
    fn sharing(options: &str, variable: &str) -> Result<Option<(String, bool, u32)>, String> {
        let options = Options::from_json(options).map_err(|error| error.to_string())?;
        let sharing =
            options.environment([(SHARE_LIMITS, variable)]).sharing().map_err(|error| error.to_string())?;
        Ok(sharing.map(|(sharing, at)| {
            assert!(!format!("{sharing:?}{at:?}").contains("hunter2"));
            (format!("{at:?}"), sharing.refuses, sharing.members)
        }))
    }

    #[test]
    fn the_option_wins_over_the_environment() {
        let shared = |at: &str, refuses, members| Ok(Some((at.to_owned(), refuses, members)));
        assert_eq!(sharing("{}", ""), Ok(None));
        assert_eq!(sharing(r#"{"shareLimits":"process"}"#, "machine"), Ok(None));
        assert_eq!(sharing("{}", "machine"), shared("Folder(None)", false, 2));
        let all = r#"{"shareLimits":"machine","shareLimitsFolder":"/f","shareLimitsFallback":"refuse","shareLimitsMembers":5}"#;
        assert_eq!(sharing(all, "process"), shared(r#"Folder(Some("/f"))"#, true, 5));
        let server = "rediss://user:hunter2@host/2";
        assert_eq!(sharing("{}", server), shared("Server(Address(rediss://host:6379/2))", false, 2));
        let option = format!(r#"{{"shareLimits":"{server}","shareLimitsMembers":3}}"#);
        assert_eq!(sharing(&option, "process"), shared("Server(Address(rediss://host:6379/2))", false, 3));
        assert!(!format!("{:?}", ShareLimits::Server(server.to_owned())).contains("hunter2"));
    }

    #[test]
    fn what_would_do_nothing_or_is_unknown_is_refused_by_name() {
        let problem = |options, variable| sharing(options, variable).unwrap_err();
        assert_eq!(
            problem(r#"{"shareLimitsMembers":3}"#, ""),
            "shareLimitsMembers does nothing unless limits are shared: set shareLimits to \"machine\", or to a server's \
             URL, too"
        );
        assert_eq!(
            problem(r#"{"shareLimitsFolder":"/f"}"#, ""),
            "shareLimitsFolder does nothing unless limits are shared: set shareLimits to \"machine\" too"
        );
        assert!(problem(r#"{"shareLimitsFallback":"refuse"}"#, "").starts_with("shareLimitsFallback does"));
        assert!(problem(r#"{"shareLimits":"machine","shareLimitsMembers":0}"#, "").contains("at least 1"));
        assert!(problem(r#"{"shareLimits":"machine","shareLimitsFolder":""}"#, "").contains("empty"));
        assert!(problem(r#"{"shareLimitsFallback":"open"}"#, "").contains("\"divide\" or \"refuse\""));
        let folder = r#"{"shareLimits":"redis://host","shareLimitsFolder":"/f"}"#;
        assert!(problem(folder, "").starts_with("shareLimitsFolder does nothing"));
        let url = problem(r#"{"shareLimits":"http://user:hunter2@host"}"#, "");
        assert!(url.contains("\"process\", \"machine\"") && !url.contains("hunter2"), "{url}");
        assert!(
            problem(r#"{"shareLimits":"redis://:hunter2@"}"#, "").starts_with("shareLimits is no valid URL")
        );
        assert!(problem("{}", "redis://:hunter2@").starts_with("SONORAN_SHARE_LIMITS is no valid URL"));
        assert!(problem("{}", "yes").starts_with("SONORAN_SHARE_LIMITS must be"));
        let off = problem(r#"{"shareLimits":"machine","rateLimit":"off"}"#, "");
        assert!(off.starts_with("shareLimits does nothing where rateLimit is \"off\""), "{off}");
        // The environment speaks to all.
        assert!(sharing(r#"{"rateLimit":"off"}"#, "machine").is_ok());
    }

    #[test]
    fn the_environment_may_say_what_is_done_alone() {
        let shared = |options: &str, name: &str, value: &str| {
            let options = Options::from_json(options).unwrap();
            let sharing = options.environment([(SHARE_LIMITS, "machine"), (name, value)]).sharing();
            sharing.map(|sharing| sharing.unwrap().0).map_err(|error| error.to_string())
        };
        assert!(shared("{}", SHARE_LIMITS_FALLBACK, "refuse").unwrap().refuses);
        assert_eq!(shared("{}", SHARE_LIMITS_MEMBERS, "4").unwrap().members, 4);
        let option =
            shared(r#"{"shareLimitsFallback":"divide","shareLimitsMembers":3}"#, SHARE_LIMITS_MEMBERS, "4");
        assert_eq!(option.unwrap().members, 3);
        for (name, value) in
            [(SHARE_LIMITS_FALLBACK, "open"), (SHARE_LIMITS_MEMBERS, "0"), (SHARE_LIMITS_MEMBERS, "two")]
        {
            assert!(shared("{}", name, value).unwrap_err().starts_with(name));
        }
        // Also where nothing is shared, or the option says it.
        let wrong = [
            (SHARE_LIMITS_FALLBACK, "open"),
            (SHARE_LIMITS_MEMBERS, "0"),
            (SHARE_LIMITS_MEMBERS, "two"),
            (SHARE_LIMITS_FOLDER, "~/limits"),
        ];
        let options =
            ["{}", r#"{"shareLimits":"machine","shareLimitsMembers":3}"#, r#"{"shareLimits":"redis://h"}"#];
        for ((name, value), options) in
            wrong.into_iter().flat_map(|wrong| options.map(|options| (wrong, options)))
        {
            let options = Options::from_json(options).unwrap().environment([(name, value)]);
            assert!(options.sharing().unwrap_err().to_string().starts_with(name), "{name}={value}");
        }
        let process = Options::from_json("{}").unwrap().environment([(SHARE_LIMITS_MEMBERS, "4")]);
        assert!(process.sharing().unwrap().is_none());
    }

    #[test]
    fn who_trusts_other_certificates_has_another_place() {
        let place = |options: &str| Options::from_json(options).unwrap().sharing().unwrap().unwrap().0.place;
        let pem = "-----BEGIN CERTIFICATE-----";
        let with = |url: &str| place(&format!(r#"{{"shareLimits":"{url}","rootCertificates":["{pem}"]}}"#));
        assert_ne!(place(r#"{"shareLimits":"rediss://h"}"#), with("rediss://h"));
        assert_eq!(place(r#"{"shareLimits":"redis://h"}"#), with("redis://h"));
    }

    #[test]
    fn a_folder_is_named_by_its_whole_path_which_the_environment_may_say() {
        let named = |option: Option<&str>, variable| {
            let mut options = Options::new("key", "id").share_limits(ShareLimits::Machine);
            options.share.folder = option.map(PathBuf::from);
            let sharing = options.environment([(SHARE_LIMITS_FOLDER, variable)]).sharing();
            sharing.map(|sharing| format!("{:?}", sharing.unwrap().1)).map_err(|error| error.to_string())
        };
        assert_eq!(named(None, ""), Ok("Folder(None)".to_owned()));
        assert_eq!(named(None, "/run/limits"), Ok("Folder(Some(\"/run/limits\"))".to_owned()));
        assert_eq!(named(Some("/f"), "/run/limits"), Ok("Folder(Some(\"/f\"))".to_owned()));
        for (folder, why) in
            [("~/limits", "\"~\" is"), ("file:///run", "no URL"), ("limits", "begins at the root")]
        {
            for (refused, name) in
                [(named(Some(folder), ""), "shareLimitsFolder"), (named(None, folder), SHARE_LIMITS_FOLDER)]
            {
                let problem = refused.unwrap_err();
                assert!(problem.starts_with(name) && problem.contains(why), "{problem}");
            }
        }
    }
}
