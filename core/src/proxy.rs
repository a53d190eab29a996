//! Which proxy stands between this machine and the API, if any.

use http::HeaderValue;
use http::uri::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use url::Url;

use crate::ArgumentError;
use crate::address::{Address, Security};
use crate::environment::Environment;
use crate::loopback::is_loopback;

/// Where SOCKS proxies listen that name no port (RFC 1928).
const SOCKS_PORT: u16 = 1080;

/// The environment's variables, by either of their names.
pub(crate) const HTTPS: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];
pub(crate) const ALL: [&str; 2] = ["ALL_PROXY", "all_proxy"];
pub(crate) const NONE: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// A proxy that is to be used.
pub(crate) struct Proxy {
    /// With its password, if it has one.
    url: Url,
    /// The same, taken apart.
    route: Intercept,
}

impl Proxy {
    /// The option's proxy, else the environment's, unless `NO_PROXY` names the API's host. Plain
    /// http takes none of the environment's: it would see the key.
    pub(crate) fn choose(
        option: Option<&str>,
        address: &Address,
        environment: &Environment,
    ) -> Result<Option<Self>, ArgumentError> {
        let proxy = match option {
            Some(url) => Some(parse("proxy", url)?),
            None if address.security == Security::Tls => of_environment(environment)?,
            None => None,
        };
        let Some(proxy) = proxy else { return Ok(None) };
        let exceptions = either_case(environment, NONE)?.map_or_else(String::new, |(_, hosts)| hosts);
        Ok((!is_excepted(address, exceptions)).then_some(proxy))
    }

    /// How messages name it: without its password.
    pub(crate) fn name(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port_or_known_default() {
            Some(port) => format!("{}://{host}:{port}", self.url.scheme()),
            None => format!("{}://{host}", self.url.scheme()),
        }
    }

    /// Whether the way to the proxy itself is secured.
    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether it is on this machine.
    pub(crate) fn is_local(&self) -> bool {
        self.url.host_str().is_some_and(is_loopback)
    }

    pub(crate) fn is_socks(&self) -> bool {
        matches!(self.url.scheme(), "socks5" | "socks5h")
    }

    /// Whether a SOCKS proxy is to be given addresses instead of names.
    pub(crate) fn takes_addresses(&self) -> bool {
        self.url.scheme() == "socks5"
    }

    /// Where it is, without its password.
    pub(crate) fn uri(&self) -> &Uri {
        self.route.uri()
    }

    /// Its `Proxy-Authorization`, marked so that nothing prints it.
    pub(crate) fn authorization(&self) -> Option<&HeaderValue> {
        self.route.basic_auth()
    }

    /// A SOCKS proxy's user and password.
    pub(crate) fn credentials(&self) -> Option<(&str, &str)> {
        self.route.raw_auth()
    }
}

fn of_environment(environment: &Environment) -> Result<Option<Proxy>, ArgumentError> {
    for names in [HTTPS, ALL] {
        if let Some((name, url)) = either_case(environment, names)? {
            return parse(name, &url).map(Some);
        }
    }
    Ok(None)
}

/// A variable in upper case, else in lower case, with the name under which it is there.
fn either_case(
    environment: &Environment,
    names: [&'static str; 2],
) -> Result<Option<(&'static str, String)>, ArgumentError> {
    for name in names {
        if let Some(value) = environment.get(name)? {
            return Ok(Some((name, value)));
        }
    }
    Ok(None)
}

/// A proxy's URL; one without a scheme is http, as is the custom.
fn parse(name: &str, text: &str) -> Result<Proxy, ArgumentError> {
    let text = text.trim();
    let url = if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("http://{text}")) };
    let mut url = url.map_err(|_| refused(name))?;
    let is_socks = matches!(url.scheme(), "socks5" | "socks5h");
    if !(is_socks || matches!(url.scheme(), "http" | "https")) || url.host_str().is_none_or(str::is_empty) {
        return Err(refused(name));
    }
    if is_socks && url.port().is_none() {
        url.set_port(Some(SOCKS_PORT)).map_err(|()| refused(name))?;
    }
    let any = Uri::from_static("https://api.example");
    let route = Matcher::builder().all(url.as_str()).build().intercept(&any).ok_or_else(|| refused(name))?;
    Ok(Proxy { url, route })
}

// Not repeated: it may hold a password.
fn refused(name: &str) -> ArgumentError {
    let problem = "must be an http, https, socks5 or socks5h URL such as http://proxy.example:3128";
    ArgumentError::value(name, problem)
}

fn is_excepted(address: &Address, exceptions: String) -> bool {
    let any = Matcher::builder().all("http://proxy.example").no(exceptions).build();
    any.intercept(address.uri()).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::resolve;

    fn chosen(api: &str, option: Option<&str>, variables: &[(&str, &str)]) -> Result<Option<String>, String> {
        let environment = Environment::of(variables);
        let address = resolve(Some(("apiUrl", api)), Some(true), &environment).unwrap();
        let proxy = Proxy::choose(option, &address, &environment).map_err(|error| error.to_string())?;
        Ok(proxy.map(|proxy| proxy.name()))
    }

    const API: &str = "https://api.example";

    #[test]
    fn the_option_goes_before_the_environment() {
        let of = |option, variables: &[_]| chosen(API, option, variables).unwrap();
        let named = |name: &str| Some(name.to_owned());
        assert_eq!(of(None, &[]), None);
        assert_eq!(of(Some("http://a:1"), &[("HTTPS_PROXY", "http://b:1")]), named("http://a:1"));
        assert_eq!(of(None, &[("HTTPS_PROXY", "b"), ("ALL_PROXY", "http://c:1")]), named("http://b:80"));
        assert_eq!(of(None, &[("HTTPS_PROXY", ""), ("all_proxy", "socks5h://c")]), named("socks5h://c:1080"));
        assert_eq!(of(None, &[("HTTP_PROXY", "http://b:1")]), None);
    }

    #[test]
    fn plain_http_takes_the_option_s_proxy_alone() {
        for api in ["http://127.0.0.1:1", "http://localhost:1", "http://emulator:1"] {
            let all = [("HTTP_PROXY", "http://b"), ("HTTPS_PROXY", "http://b"), ("ALL_PROXY", "http://b")];
            assert_eq!(chosen(api, None, &all).unwrap(), None);
            assert_eq!(chosen(api, Some("http://a:1"), &all).unwrap().as_deref(), Some("http://a:1"));
        }
    }

    #[test]
    fn no_proxy_names_the_exceptions() {
        let is_used = |hosts| chosen(API, Some("http://a:1"), &[("no_proxy", hosts)]).unwrap().is_some();
        for excepted in ["api.example", "example", ".example", "*", "other, api.example"] {
            assert!(!is_used(excepted), "{excepted}");
        }
        assert!(is_used("other") && is_used("ample") && is_used(""));
        let local = chosen("http://[::1]:1", Some("http://a:1"), &[("NO_PROXY", "::1")]);
        assert_eq!(local.unwrap(), None);
    }

    #[test]
    fn what_is_no_proxy_is_refused_by_name_and_without_its_password() {
        for wrong in ["ftp://user:hunter2@a", "socks4://user:hunter2@a", "http://", "", "://hunter2", "::x"] {
            let error = chosen(API, Some(wrong), &[]).unwrap_err();
            assert!(error.starts_with("proxy must be") && !error.contains("hunter2"), "{wrong}: {error}");
            if !wrong.is_empty() {
                let error = chosen(API, None, &[("https_proxy", wrong)]).unwrap_err();
                assert!(error.starts_with("https_proxy must be"), "{wrong}: {error}");
            }
        }
        assert!(chosen(API, Some("http://{{a}}:3128"), &[]).unwrap_err().starts_with("proxy must be"));
        let name = chosen(API, Some("http://user:hunter2@a:3128/"), &[]).unwrap();
        assert_eq!(name.as_deref(), Some("http://a:3128"));
    }
}
