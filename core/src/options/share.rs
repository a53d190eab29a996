//! With whom a client shares its rate limits, as its options and the environment say.

use std::path::PathBuf;

use crate::limit::Sharing;
use crate::{ArgumentError, Options};

const VARIABLE: &str = "SONORAN_SHARE_LIMITS";
/// How many processes share a ceiling where nothing was said.
const MEMBERS: u32 = 2;

/// Who shares the rate limits of a credential, see [`Options::share_limits`].
///
/// ```
/// use sonoran::{Options, ShareLimits};
///
/// let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").share_limits(ShareLimits::Machine);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ShareLimits {
    /// The clients of this process.
    #[default]
    Process,
    /// All processes of this machine that say so, through a file.
    Machine,
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
        // Not repeated: it may be an address with a password in it.
        _ => Err(ArgumentError::value(name, "must be \"process\" or \"machine\"")),
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
    /// With whom the limits are shared beyond the process; nothing where they are not. What says more
    /// of it is refused then: it would do nothing.
    pub(crate) fn sharing(&self) -> Result<Option<Sharing>, ArgumentError> {
        let Share { with, folder, fallback, members } = &self.share;
        let with = match (with, self.environment.get(VARIABLE)?) {
            (Some(with), _) => *with,
            (None, Some(text)) => share_limits(VARIABLE, &text)?,
            (None, None) => ShareLimits::Process,
        };
        if let ShareLimits::Process = with {
            let given = [
                ("shareLimitsFolder", folder.is_some()),
                ("shareLimitsFallback", fallback.is_some()),
                ("shareLimitsMembers", members.is_some()),
            ];
            return match given.iter().find(|(_, given)| *given) {
                None => Ok(None),
                Some((name, _)) => Err(ArgumentError::value(
                    *name,
                    "does nothing unless limits are shared: set shareLimits to \"machine\" too",
                )),
            };
        }
        if *members == Some(0) {
            return Err(ArgumentError::value("shareLimitsMembers", "must be at least 1"));
        }
        if folder.as_ref().is_some_and(|folder| folder.as_os_str().is_empty()) {
            return Err(ArgumentError::value("shareLimitsFolder", "must not be empty"));
        }
        Ok(Some(Sharing {
            folder: folder.clone(),
            refuses: *fallback == Some(ShareLimitsFallback::Refuse),
            members: members.unwrap_or(MEMBERS),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sharing(options: &str, variable: &str) -> Result<Option<Sharing>, String> {
        let options = Options::from_json(options).map_err(|error| error.to_string())?;
        options.environment([(VARIABLE, variable)]).sharing().map_err(|error| error.to_string())
    }

    #[test]
    fn the_option_wins_over_the_environment() {
        assert_eq!(sharing("{}", ""), Ok(None));
        assert_eq!(sharing(r#"{"shareLimits":"process"}"#, "machine"), Ok(None));
        let machine = Sharing { folder: None, refuses: false, members: 2 };
        assert_eq!(sharing("{}", "machine"), Ok(Some(machine)));
        let all = r#"{"shareLimits":"machine","shareLimitsFolder":"/f","shareLimitsFallback":"refuse","shareLimitsMembers":5}"#;
        let machine = Sharing { folder: Some("/f".into()), refuses: true, members: 5 };
        assert_eq!(sharing(all, "process"), Ok(Some(machine)));
    }

    #[test]
    fn what_would_do_nothing_or_is_unknown_is_refused_by_name() {
        let problem = |options, variable| sharing(options, variable).unwrap_err();
        assert_eq!(
            problem(r#"{"shareLimitsMembers":3}"#, ""),
            "shareLimitsMembers does nothing unless limits are shared: set shareLimits to \"machine\" too"
        );
        assert!(problem(r#"{"shareLimits":"machine","shareLimitsMembers":0}"#, "").contains("at least 1"));
        assert!(problem(r#"{"shareLimits":"machine","shareLimitsFolder":""}"#, "").contains("empty"));
        assert!(problem(r#"{"shareLimitsFallback":"open"}"#, "").contains("\"divide\" or \"refuse\""));
        let url = problem(r#"{"shareLimits":"redis://user:hunter2@host"}"#, "");
        assert!(url.contains("\"process\" or \"machine\"") && !url.contains("hunter2"), "{url}");
        assert!(problem("{}", "yes").starts_with("SONORAN_SHARE_LIMITS must be"));
    }
}
