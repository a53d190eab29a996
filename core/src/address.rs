//! Where the API is: the option, else the environment, else production; and what such an address
//! may look like.

use reqwest::Url;
use reqwest::header::HeaderValue;

use crate::ArgumentError;

const PRODUCTION: &str = "https://api.sonorancms.com";
const ENVIRONMENT: &str = "SONORAN_CMS_API_URL";

/// The checked address of the API.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    /// Without a slash at the end.
    pub(crate) base: String,
    pub(crate) host: String,
    /// Plain http, which only goes to this machine.
    pub(crate) plain: bool,
}

/// The address to use: the option, else the environment's, else production.
pub(crate) fn resolve(option: Option<&str>) -> Result<Address, ArgumentError> {
    match option {
        Some(url) => parse("apiUrl", url),
        None => match std::env::var(ENVIRONMENT) {
            Ok(url) if !url.is_empty() => parse(ENVIRONMENT, &url),
            _ => parse("apiUrl", PRODUCTION),
        },
    }
}

// The address is not repeated in messages: it may hold a password.
fn parse(name: &str, text: &str) -> Result<Address, ArgumentError> {
    let refuse = |problem: &str| Err(ArgumentError::value(name, problem));
    let Ok(url) = Url::parse(text) else {
        return refuse("must be an absolute URL such as https://api.sonorancms.com");
    };
    let Some(host) = url.host_str() else { return refuse("must name a host") };
    let plain = match url.scheme() {
        "https" => false,
        "http" if is_loopback(host) => true,
        "http" => {
            return refuse("must be https: plain http goes to this machine only, since it shows the key");
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
    Ok(Address { base, host: host.to_owned(), plain })
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The `Authorization` header of a key, marked so that nothing prints it.
pub(crate) fn bearer(key: &str) -> Result<HeaderValue, ArgumentError> {
    let fits = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
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

    fn problem(url: &str) -> String {
        parse("apiUrl", url).unwrap_err().to_string()
    }

    #[test]
    fn https_anywhere_and_http_to_this_machine() {
        assert_eq!(parse("apiUrl", "https://example.com/api/").unwrap().base, "https://example.com/api");
        for url in ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:1/", "http://127.9.9.9"] {
            assert!(parse("apiUrl", url).unwrap().plain, "{url}");
        }
        assert!(problem("http://example.com").contains("https"));
        assert!(problem("http://localhost.example.com").contains("https"));
        assert!(problem("ftp://example.com").contains("https"));
    }

    #[test]
    fn nothing_that_could_carry_or_redirect_a_secret() {
        assert!(problem("https://user:secret@example.com").contains("user name"));
        assert!(!problem("https://user:secret@example.com").contains("secret"));
        assert!(problem("https://example.com?key=1").contains("query"));
        assert!(problem("https://example.com#x").contains("fragment"));
        assert!(problem("not a url").contains("absolute"));
    }

    #[test]
    fn keys_are_refused_without_being_repeated() {
        for key in ["", "two words", "line\nbreak", "nul\0", "schlüssel"] {
            let error = bearer(key).unwrap_err();
            assert!(key.is_empty() || !error.to_string().contains(key));
        }
        assert!(format!("{:?}", bearer("KEY").unwrap()).contains("Sensitive"));
    }
}
