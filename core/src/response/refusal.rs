//! What the service refuses by documented texts, the same in both versions: the one table of them.

use serde::{Serialize, Serializer};

use crate::ErrorKind;

/// A documented refusal: it tells what to do without comparing texts. An outage never is one.
///
/// ```
/// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
/// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
/// # let client = sonoran::Client::new(options)?;
/// # let example = async {
/// use sonoran::Refusal;
///
/// let response = client.cms().get_form_submissions_v2(99, None).await?;
/// if response.error.as_ref().and_then(|failure| failure.refusal) == Some(Refusal::UnknownTemplate) {
///     println!("there is no such form");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # };
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// The account is known and may not join the server.
    NotWhitelisted,
    /// A rank of the account is blocked from the server.
    BlockedFromWhitelist,
    /// No account of the community has the given identifier.
    UnknownAccount,
    /// The community has no such server.
    UnknownServer,
    /// The community's settings for the server are incomplete.
    ServerMisconfigured,
    /// There is no such form template.
    UnknownTemplate,
    /// There is no such roster.
    UnknownRoster,
    /// There is no such community.
    InvalidCommunity,
    /// The key is wrong.
    InvalidKey,
    /// The community has not enabled the API.
    ApiDisabled,
}

/// What a documented text says: the refusal that it is, and the kind where the status does not tell it.
pub(super) type Known = (Option<Refusal>, Option<ErrorKind>);

/// The documented texts. Version 1 answers almost everything with 400, so its texts tell the kind; a
/// whitelist that says no is of kind `api`, or what the status makes of it.
pub(super) const TEXTS: [(&str, Known); 15] = {
    use ErrorKind::{Auth, NotFound};
    use Refusal as R;
    [
        ("NOT ALLOWED ON WHITELIST", (Some(R::NotWhitelisted), None)),
        ("BLOCKED FOR WHITELIST", (Some(R::BlockedFromWhitelist), None)),
        ("UNKNOWN_ACC_API_ID", (Some(R::UnknownAccount), None)),
        ("INVALID_SERVER_ID", (Some(R::UnknownServer), None)),
        ("SERVER_CONFIG_ERROR", (Some(R::ServerMisconfigured), None)),
        ("API ID NOT LINKED TO AN ACCOUNT IN THIS COMMUNITY", (Some(R::UnknownAccount), Some(NotFound))),
        (
            "NO ACCOUNT FOUND UNDER GIVEN PARAMETERS IN THIS COMMUNITY",
            (Some(R::UnknownAccount), Some(NotFound)),
        ),
        ("ACCOUNT_NOT_FOUND", (Some(R::UnknownAccount), Some(NotFound))),
        // The member, or the record: it does not say.
        ("MEMBER NOT FOUND", (None, Some(NotFound))),
        ("INVALID_SERVER", (Some(R::UnknownServer), Some(NotFound))),
        ("INVALID_TEMPLATE_ID", (Some(R::UnknownTemplate), Some(NotFound))),
        ("ROSTER NOT FOUND", (Some(R::UnknownRoster), Some(NotFound))),
        ("INVALID COMMUNITY ID", (Some(R::InvalidCommunity), Some(NotFound))),
        ("INVALID API KEY", (Some(R::InvalidKey), Some(Auth))),
        ("API IS NOT ENABLED FOR THIS COMMUNITY", (Some(R::ApiDisabled), Some(Auth))),
    ]
};

/// What a text says, where it is a documented one.
pub(super) fn known(text: &str) -> Option<Known> {
    TEXTS.iter().find(|(documented, _)| text.eq_ignore_ascii_case(documented)).map(|(_, known)| *known)
}

impl Refusal {
    /// The name of the refusal, the same in every language.
    ///
    /// ```
    /// assert_eq!(sonoran::Refusal::NotWhitelisted.as_str(), "notWhitelisted");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotWhitelisted => "notWhitelisted",
            Self::BlockedFromWhitelist => "blockedFromWhitelist",
            Self::UnknownAccount => "unknownAccount",
            Self::UnknownServer => "unknownServer",
            Self::ServerMisconfigured => "serverMisconfigured",
            Self::UnknownTemplate => "unknownTemplate",
            Self::UnknownRoster => "unknownRoster",
            Self::InvalidCommunity => "invalidCommunity",
            Self::InvalidKey => "invalidKey",
            Self::ApiDisabled => "apiDisabled",
        }
    }
}

impl Serialize for Refusal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
