//! Who may call: whoever has a token, or a key of its own; where neither is asked for, programs of this machine, and no web
//! page that a browser here has open.

use axum::http::HeaderMap;
use axum::http::header::{HOST, HeaderName, ORIGIN};
use axum::http::uri::Authority;
use sonoran::{Operation, Priority};

use crate::config::{ConfigError, Settings, is_here};
use crate::credential::{Credential, unauthorized};
use crate::log::Line;
use crate::problem::Problem;
use crate::tokens::{Caller, Page, Tokens};
use crate::watched::Watched;

/// Who may call.
pub(crate) enum Access {
    /// The programs of this machine.
    Machine,
    /// Those with a key of the service's, which is passed on.
    Keys {
        /// Whether these can be of other machines.
        beyond: bool,
    },
    /// Those with a token of the tokens file.
    Tokens(Watched<Tokens>),
}

impl Access {
    pub(crate) fn new(settings: &Settings) -> Result<Self, ConfigError> {
        let unfit = |problem: &str| Err(ConfigError::Unfit(problem.to_owned()));
        let file = match (&settings.credential, &settings.tokens_file) {
            (Credential::PassedThrough, None) => {
                return Ok(Self::Keys { beyond: settings.is_beyond_this_machine() });
            }
            (Credential::PassedThrough, Some(_)) => {
                return unfit("pass-through takes no tokens-file: callers have keys of their own");
            }
            (Credential::Held { .. }, None) if settings.is_beyond_this_machine() => {
                return unfit(
                    "tokens-file is required where other machines are let in, by host or by a proxy: whoever reaches \
                     the gateway acts for the community",
                );
            }
            (Credential::Held { .. }, None) => return Ok(Self::Machine),
            (Credential::Held { .. }, Some(file)) => file,
        };
        let tokens = Watched::read(vec![file.clone()], |contents| Tokens::parse(&contents[0]));
        let unfit = |problem| ConfigError::Unfit(format!("the tokens file: {problem}"));
        tokens.map(Self::Tokens).map_err(unfit)
    }

    /// What can be meant, but is most likely not.
    pub(crate) fn warning(&self) -> Option<String> {
        let Self::Tokens(tokens) = self else { return None };
        let nobody = "the tokens file has no caller, so that whoever calls is refused: sonoran-gateway token NAME makes the \
                      lines of one";
        (tokens.current().number() == 0).then(|| nobody.to_owned())
    }

    /// Where a request may come from, whoever sent it.
    pub(crate) fn let_in(&self, headers: &HeaderMap) -> Result<(), Problem> {
        match self {
            Self::Machine => no_web_page(headers),
            // A page knows neither.
            Self::Keys { .. } | Self::Tokens(_) => Ok(()),
        }
    }

    /// Whether its sender may ask for this, as the token shows, and the highest priority that it can have.
    pub(crate) fn allow(
        &self,
        operation: &Operation,
        token: Option<&str>,
        line: &Line,
    ) -> Result<Option<Priority>, Problem> {
        let Self::Tokens(tokens) = self else { return Ok(None) };
        let caller = known(&tokens.current(), token, line)?;
        if caller.may(operation) {
            return Ok(caller.priority);
        }
        let (caller, operation) = (&caller.name, operation.name);
        Err(Problem::new(
            403,
            format!("{caller} may not call {operation}: see its `allow` in the tokens file."),
        ))
    }

    /// Whether its sender may see a page of the gateway's own.
    pub(crate) fn allow_page(&self, page: Page, token: Option<&str>, line: &Line) -> Result<(), Problem> {
        let word = page.word();
        match self {
            Self::Machine | Self::Keys { beyond: false } => Ok(()),
            // Nobody asks the service whether a key is one.
            Self::Keys { beyond: true } => {
                Err(Problem::new(403, format!("With pass-through there is no {word} for other machines.")))
            }
            Self::Tokens(tokens) => {
                let caller = known(&tokens.current(), token, line)?;
                if caller.may_see(page) {
                    return Ok(());
                }
                let detail =
                    format!("{} may not see {word}: see its `allow` in the tokens file.", caller.name);
                Err(Problem::new(403, detail))
            }
        }
    }

    /// Ends when the sender of this token may not do what it could, since the tokens file has changed.
    pub(crate) async fn denied(&self, token: Option<&str>, may: impl Fn(&Caller) -> bool) {
        let Self::Tokens(tokens) = self else { return std::future::pending().await };
        let denied = |tokens: &Tokens| !token.and_then(|token| tokens.caller(token)).is_some_and(&may);
        tokens.becomes(denied).await;
    }
}

/// Who has this token; the log is told.
fn known(tokens: &Tokens, token: Option<&str>, line: &Line) -> Result<Caller, Problem> {
    let Some(token) = token else {
        let detail = "Send your token as `Authorization: Bearer TOKEN`, or in version 1 as the body's key.";
        return Err(unauthorized(detail.to_owned()));
    };
    let unknown = || unauthorized("The token is none that this gateway knows.".to_owned());
    let caller = tokens.caller(token).ok_or_else(unknown)?;
    line.comes_from(&caller.name);
    Ok(caller.clone())
}

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FROM_ELSEWHERE: &str = "Web pages of other sites may not call the gateway.";

/// A page of another site can make a browser send requests here, with a name of its own for this machine.
fn no_web_page(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if !text(HOST).is_some_and(is_of_here) {
        let detail = "The header Host must name this machine, such as 127.0.0.1 or localhost.";
        return Err(Problem::new(403, detail));
    }
    // A browser says so where it sends no origin, as for an image.
    if text(FETCH_SITE).is_some_and(|site| !["same-origin", "none"].contains(&site)) {
        return Err(Problem::new(403, FROM_ELSEWHERE));
    }
    match text(ORIGIN) {
        Some(origin) if !origin.split_once("://").is_some_and(|(_, host)| is_of_here(host)) => {
            Err(Problem::new(403, FROM_ELSEWHERE))
        }
        _ => Ok(()),
    }
}

fn is_of_here(host: &str) -> bool {
    host.parse::<Authority>().is_ok_and(|authority| is_here(authority.host()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_asked_for() {
        let judged = |host: &str, origin: Option<&str>| {
            let mut headers = HeaderMap::from_iter([(HOST, host.parse().unwrap())]);
            headers.extend(origin.map(|origin| (ORIGIN, origin.parse().unwrap())));
            no_web_page(&headers).is_ok()
        };
        for host in ["127.0.0.1:8643", "localhost", "LOCALHOST:1", "[::1]:8643", "127.9.9.9"] {
            assert!(judged(host, None), "{host}");
        }
        for host in ["", "example.com", "localhost.example.com", "127.0.0.1.example.com", "10.0.0.1"] {
            assert!(!judged(host, None), "{host}");
        }
        assert!(judged("localhost", Some("http://localhost:3000")));
        for origin in ["https://example.com", "null", "", "http://localhost.example.com"] {
            assert!(!judged("localhost", Some(origin)), "{origin}");
        }
        assert!(no_web_page(&HeaderMap::new()).is_err());
        let fetched = |site: &str| {
            let headers = [(HOST, "localhost".parse().unwrap()), (FETCH_SITE, site.parse().unwrap())];
            no_web_page(&HeaderMap::from_iter(headers)).is_ok()
        };
        let sites = ["same-origin", "none", "same-site", "cross-site", "?"].map(fetched);
        assert_eq!(sites, [true, true, false, false, false]);
    }
}
