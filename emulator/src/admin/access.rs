//! Who may use the admin side: callers from the right place, with the token if there is one, and no web page.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use hyper::header::{HOST, HeaderValue, InvalidHeaderValue, ORIGIN};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;
use ipnet::IpNet;
use subtle::ConstantTimeEq;

use crate::credential;
use crate::options::Options;
use crate::problem::Problem;

/// Where callers of the admin side may be: `loopback`, `any`, networks such as `172.16.0.0/12`, or several of them
/// with commas between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminFrom(Vec<Place>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Loopback,
    Any,
    Network(IpNet),
}

impl AdminFrom {
    fn admits(&self, caller: IpAddr) -> bool {
        self.0.iter().any(|place| match place {
            Place::Loopback => caller.is_loopback(),
            Place::Any => true,
            Place::Network(network) => network.contains(&caller),
        })
    }
}

impl Default for AdminFrom {
    /// This machine only.
    fn default() -> Self {
        Self(vec![Place::Loopback])
    }
}

impl FromStr for AdminFrom {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.split(',').map(|place| place.trim().parse()).collect::<Result<_, _>>().map(Self)
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let network = || text.parse().or_else(|_| text.parse().map(|address: IpAddr| address.into()));
        match text {
            "loopback" => Ok(Self::Loopback),
            "any" => Ok(Self::Any),
            _ => network().map(Self::Network).map_err(|_| {
                format!("`{text}` is neither loopback nor any, nor a network such as 172.16.0.0/12")
            }),
        }
    }
}

/// What every admin call must bring along. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct AdminToken(String);

impl AdminToken {
    /// In constant time, so that nobody can feel his way to it.
    fn is(&self, given: &str) -> bool {
        self.0.as_bytes().ct_eq(given.as_bytes()).into()
    }

    /// As an admin call brings it along.
    pub(crate) fn header(&self) -> Result<HeaderValue, InvalidHeaderValue> {
        HeaderValue::try_from(format!("Bearer {}", self.0))
    }
}

impl FromStr for AdminToken {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text.to_owned()))
        } else {
            Err("a token has at least one letter, and none beyond the visible ones of ASCII".to_owned())
        }
    }
}

impl fmt::Debug for AdminToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AdminToken([redacted])")
    }
}

/// Lets a caller in, or says why not.
pub(super) fn check(options: &Options, caller: IpAddr, head: &Parts) -> Result<(), Problem> {
    let caller = caller.to_canonical();
    if !options.admin_from.admits(caller) {
        let detail =
            format!("The admin side does not answer {caller}. Start the emulator with --admin-from.");
        return Err(Problem::new(403, detail));
    }
    match &options.admin_token {
        None => no_web_page(head),
        // A web page does not know the token.
        Some(token) if credential::bearer(&head.headers).is_some_and(|given| token.is(given)) => Ok(()),
        Some(_) => {
            let detail = "The admin side needs its token: Authorization: Bearer <token>.";
            Err(Problem::new(401, detail).with_header("www-authenticate", "Bearer"))
        }
    }
}

/// Refuses what a web page can have a browser send. A page from elsewhere names its `Origin`; one whose own name was
/// made to lead here (DNS rebinding) has that name in `Host`.
fn no_web_page(head: &Parts) -> Result<(), Problem> {
    let text = |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let hosts: Vec<String> = head.headers.get_all(HOST).iter().map(text).collect();
    let asked = head.uri.authority().map(ToString::to_string).into_iter().chain(hosts.iter().cloned());
    if let Some(host) = asked.into_iter().find(|host| !belongs_to_no_page(host)) {
        let detail = format!(
            "The admin side was asked as {host}. So that no web page can use it, it answers to IP addresses, \
             localhost and names without a dot. For others start the emulator with --admin-token."
        );
        return Err(Problem::new(403, detail));
    }
    let own: Vec<String> = hosts.iter().map(|host| format!("http://{host}")).collect();
    if let Some(origin) = head.headers.get_all(ORIGIN).iter().map(text).find(|origin| !own.contains(origin)) {
        let detail =
            format!("The admin side does not answer web pages, and this call comes from one: {origin}.");
        return Err(Problem::new(403, detail));
    }
    Ok(())
}

/// Whether a host is one that no stranger's web page can be served from.
fn belongs_to_no_page(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host().to_ascii_lowercase();
    let address = name.starts_with('[') || name.parse::<IpAddr>().is_ok();
    address || !name.contains('.') || [".localhost", ".internal"].iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(text: &str) -> AdminFrom {
        text.parse().unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn callers_are_let_in_by_place() {
        let (local, local_6, other, other_6) = ("127.0.0.1", "::1", "172.17.0.1", "fd00::1");
        for (text, admitted) in [
            ("loopback", [true, true, false, false]),
            ("any", [true, true, true, true]),
            ("172.16.0.0/12", [false, false, true, false]),
            ("172.17.0.1", [false, false, true, false]),
            ("loopback, fd00::/8", [true, true, false, true]),
        ] {
            let admits = |caller: &str| from(text).admits(caller.parse().expect("an address"));
            assert_eq!([local, local_6, other, other_6].map(admits), admitted, "{text}");
        }
        assert_eq!(AdminFrom::default(), from("loopback"));
        for wrong in ["", "everyone", "loopback,", "172.16.0.0/33", "example.com"] {
            let error = wrong.parse::<AdminFrom>().expect_err(wrong);
            assert!(error.contains("172.16.0.0/12"), "{error}");
        }
    }

    #[test]
    fn a_token_is_compared_whole_and_not_shown() {
        let token: AdminToken = "S3CRET".parse().expect("a token");
        assert!(token.is("S3CRET"));
        for other in ["", "S3CRE", "S3CRET ", "s3cret", "S3CRETS"] {
            assert!(!token.is(other), "{other}");
        }
        assert!(!format!("{token:?}").contains("S3CRET"));
        for wrong in ["", "two words", "ü", "a\n"] {
            assert!(wrong.parse::<AdminToken>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn hosts_that_a_page_can_have_are_told() {
        for own in [
            "127.0.0.1:8642",
            "[::1]:8642",
            "10.0.0.7",
            "localhost",
            "LOCALHOST:1",
            "emulator:8642",
            "a.localhost",
            "host.docker.internal:8642",
        ] {
            assert!(belongs_to_no_page(own), "{own}");
        }
        for other in
            ["", "example.com", "example.com:8642", "localhost.", "127.0.0.1.example.com", "a b", "x.local"]
        {
            assert!(!belongs_to_no_page(other), "{other}");
        }
    }
}
