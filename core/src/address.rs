//! Where the API is: the option, else the environment, else production; and what such an address
//! may look like.

use bytes::Bytes;
use http::header::HeaderValue;
use http::uri::{PathAndQuery, Uri};
use url::Url;

use crate::ArgumentError;
use crate::environment::{Environment, Variable};
use crate::loopback::is_loopback;

const PRODUCTION: &str = "https://api.sonorancms.com";
pub(crate) const API_URL: &str = "SONORAN_CMS_API_URL";
pub(crate) const ALLOW_PLAIN_HTTP: &str = "SONORAN_ALLOW_PLAIN_HTTP";

/// The checked address of the API.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    /// Without a slash at the end.
    pub(crate) base: String,
    pub(crate) host: String,
    pub(crate) security: Security,
    uri: Uri,
}

impl Address {
    /// The URI of an encoded target under this address. Of the address, nothing is read again, nor can
    /// a target name another host.
    pub(crate) fn at(&self, target: &str) -> Result<Uri, http::Error> {
        let mut parts = self.uri.clone().into_parts();
        parts.path_and_query = Some(self.path(target)?);
        Ok(Uri::from_parts(parts)?)
    }

    /// The same without the service's name.
    pub(crate) fn path(&self, target: &str) -> Result<PathAndQuery, http::Error> {
        let prefix = self.uri.path().trim_end_matches('/');
        Ok(PathAndQuery::from_maybe_shared(Bytes::from([prefix, target].concat()))?)
    }

    /// The URI of the address itself.
    pub(crate) fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The service's name, as the header `Host` has it.
    pub(crate) fn authority(&self) -> Result<HeaderValue, ArgumentError> {
        let authority = self.uri.authority().map_or("", |authority| authority.as_str());
        HeaderValue::from_str(authority).map_err(|_| ArgumentError::value("apiUrl", "must name a host"))
    }

    /// Whether it is on this machine.
    pub(crate) fn is_local(&self) -> bool {
        is_loopback(&self.host)
    }
}

/// What keeps the key from being seen on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Security {
    /// TLS.
    Tls,
    /// Plain http that stays on this machine.
    Loopback,
    /// Nothing: plain http, as it was asked for.
    None,
}

/// The address to use: the option, by its name, else the environment's, else production. Plain http beyond this
/// machine is refused unless the option or the environment allows it.
pub(crate) fn resolve(
    option: Option<(&str, &str)>,
    allow_plain_http: Option<bool>,
    environment: &Environment,
) -> Result<Address, ArgumentError> {
    let allowed = match allow_plain_http {
        Some(allowed) => allowed,
        None => environment.flag(ALLOW_PLAIN_HTTP)?.unwrap_or(false),
    };
    if let Some((name, url)) = option {
        return parse(name, url, allowed);
    }
    match environment.read(API_URL)? {
        Variable::Set(url) => parse(API_URL, &url, allowed),
        Variable::Unset => parse("apiUrl", PRODUCTION, allowed),
        Variable::Empty => {
            let problem =
                "in the environment is empty: unset it to reach the service itself, or name an address";
            Err(ArgumentError::value(API_URL, problem))
        }
    }
}

// The address is not repeated in messages: it may hold a password.
fn parse(name: &str, text: &str, plain_allowed: bool) -> Result<Address, ArgumentError> {
    let refuse = |problem: &str| Err(ArgumentError::value(name, problem));
    let no_url = "must be an absolute URL such as https://api.sonorancms.com";
    let Ok(url) = Url::parse(text) else { return refuse(no_url) };
    // "localhost:8642" is read as a URL whose scheme is "localhost".
    if !matches!(url.scheme(), "http" | "https") && !text.contains("://") {
        return refuse("must begin with https://, or for an address of this machine with http://");
    }
    let Some(host) = url.host_str() else { return refuse("must name a host") };
    let security = match url.scheme() {
        "https" => Security::Tls,
        "http" if is_loopback(host) => Security::Loopback,
        "http" if plain_allowed => Security::None,
        "http" => {
            return refuse(
                "must be https: plain http goes to this machine only, since it shows the key; in a network of \
                 your own, allow it with allowPlainHttp (in the environment SONORAN_ALLOW_PLAIN_HTTP=1)",
            );
        }
        _ => return refuse("must be an https URL"),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("must hold no user name or password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("must have no query and no fragment");
    }
    let base = url.as_str().trim_end_matches('/').to_owned();
    if base.ends_with("/v2") {
        return refuse("must not end in /v2, with which the paths of the operations begin: leave it out");
    }
    // A URL may have signs in its host that no name has.
    let Ok(uri) = url.as_str().parse() else { return refuse(no_url) };
    Ok(Address { base, host: host.to_owned(), security, uri })
}

/// The `Authorization` header of a key, marked so that nothing prints it.
pub(crate) fn bearer(key: &str) -> Result<HeaderValue, ArgumentError> {
    if key.is_empty() {
        return Err(ArgumentError::value(
            "apiKey",
            "must not be empty: it is the key that the admin panel shows",
        ));
    }
    let fits = key.bytes().all(|byte| byte.is_ascii_graphic());
    let value = fits.then(|| HeaderValue::from_str(&format!("Bearer {key}")).ok()).flatten();
    let mut value = value.ok_or_else(|| {
        ArgumentError::value("apiKey", "must be printable ASCII without spaces, as the admin panel shows it")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_stands_under_the_address() {
        let targets = [
            "/v2/community",
            "/v2/community/accounts/00000000-0000-0000-0000-000000000000/ranks",
            "/v2/things/a%2Fb%20c%25/x?take=5&name=%C3%A4%26%23&tag=a&tag=b",
            "/v2/things?",
        ];
        for base in
            ["https://host", "http://127.0.0.1:80/", "https://host:8443/some/way/", "https://host//other"]
        {
            let address = parse("apiUrl", base, false).unwrap();
            for target in targets {
                let whole = Url::parse(&format!("{}{target}", address.base)).unwrap();
                assert_eq!(address.at(target).unwrap().to_string(), whole.as_str());
            }
        }
    }

    fn problem(url: &str) -> String {
        parse("apiUrl", url, false).unwrap_err().to_string()
    }

    #[test]
    fn https_anywhere_and_http_to_this_machine() {
        assert_eq!(
            parse("apiUrl", "https://example.com/api/", false).unwrap().base,
            "https://example.com/api"
        );
        for url in ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:1/", "http://127.9.9.9"] {
            assert_eq!(parse("apiUrl", url, true).unwrap().security, Security::Loopback, "{url}");
        }
        assert!(problem("http://example.com").contains("https"));
        assert!(problem("http://localhost.example.com").contains("https"));
        assert!(problem("ftp://example.com").contains("https"));
    }

    #[test]
    fn plain_http_elsewhere_where_it_is_allowed() {
        let resolve = |option, variable| {
            let environment =
                Environment::of(&[(API_URL, "http://emulator:8642"), (ALLOW_PLAIN_HTTP, variable)]);
            resolve(None, option, &environment).map(|address| (address.base, address.security))
        };
        let allowed = ("http://emulator:8642".to_owned(), Security::None);
        assert_eq!(resolve(Some(true), "").unwrap(), allowed);
        assert_eq!(resolve(None, "1").unwrap(), allowed);
        assert_eq!(resolve(None, "").unwrap_err().argument, API_URL);
        assert!(resolve(Some(false), "1").unwrap_err().to_string().contains("SONORAN_ALLOW_PLAIN_HTTP=1"));
        assert_eq!(resolve(None, "on").unwrap_err().argument, ALLOW_PLAIN_HTTP);
    }

    #[test]
    fn a_broken_address_in_the_environment_is_never_production() {
        for broken in ["\u{FFFD}", "https://example.com/\u{FFFD}", "localhost:8642", "//example.com", " ", ""]
        {
            let error = resolve(None, None, &Environment::of(&[(API_URL, broken)])).unwrap_err();
            assert_eq!(error.argument, API_URL, "{broken}");
        }
        let production = |environment| resolve(None, None, &environment).unwrap().base;
        assert_eq!(production(Environment::of(&[])), PRODUCTION);
    }

    #[test]
    fn nothing_that_could_carry_or_redirect_a_secret() {
        assert!(problem("https://user:secret@example.com").contains("user name"));
        assert!(!problem("https://user:secret@example.com").contains("secret"));
        assert!(problem("https://example.com?key=1").contains("query"));
        assert!(problem("https://example.com#x").contains("fragment"));
        assert!(problem("not a url").contains("absolute"));
        for text in ["localhost:8642", "api.example.com:443/x"] {
            assert!(problem(text).contains("must begin with https://"), "{text}");
        }
        assert!(problem("https://{{host}}").contains("absolute"));
    }

    #[test]
    fn keys_are_refused_without_being_repeated() {
        for key in ["", "two words", "line\nbreak", "nul\0", "schlüssel"] {
            let error = bearer(key).unwrap_err();
            assert!(key.is_empty() || !error.to_string().contains(key));
        }
        assert!(bearer("").unwrap_err().to_string().starts_with("apiKey must not be empty"));
        assert!(format!("{:?}", bearer("KEY").unwrap()).contains("Sensitive"));
    }
}
