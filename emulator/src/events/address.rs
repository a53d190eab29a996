//! Where a target is.

use hyper::Uri;
use hyper::header::HeaderValue;

/// An http address that was found fit to post to.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    /// As it was given.
    pub(super) text: String,
    pub(super) host: String,
    pub(super) port: u16,
    /// The `Host` header.
    pub(super) authority: HeaderValue,
    /// Path and query.
    pub(super) place: Uri,
}

const WRONG: &str = "must be an http address such as http://127.0.0.1:30120/sonorancms/events, without user name and fragment";

impl Address {
    /// Reads an address, or says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let uri: Uri = text.parse().map_err(|_| WRONG)?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => return Err("must be an http address: the emulator does not speak TLS"),
            _ => return Err(WRONG),
        }
        let (host, port) = (uri.host().unwrap_or_default(), uri.port_u16());
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        // What is neither host nor port is a user name, or a port that is no number.
        let plain = port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        if host.is_empty() || authority != plain || text.contains('#') {
            return Err(WRONG);
        }
        Ok(Self {
            text: text.to_owned(),
            // Brackets belong to addresses in text only.
            host: host.trim_matches(['[', ']']).to_owned(),
            port: port.unwrap_or(80),
            authority: HeaderValue::from_str(authority).map_err(|_| WRONG)?,
            place: uri.path_and_query().map_or("/", |place| place.as_str()).parse().map_err(|_| WRONG)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, u16, String, String) {
        let address = Address::parse(text).expect(text);
        let authority = address.authority.to_str().expect("a text").to_owned();
        (address.host, address.port, authority, address.place.to_string())
    }

    #[test]
    fn reads_http_addresses() {
        let expected = ("127.0.0.1".to_owned(), 30120, "127.0.0.1:30120".to_owned(), "/a/b?c=1".to_owned());
        assert_eq!(read("http://127.0.0.1:30120/a/b?c=1"), expected);
        let expected = ("game.example".to_owned(), 80, "game.example".to_owned(), "/".to_owned());
        assert_eq!(read("http://game.example"), expected);
        let expected = ("::1".to_owned(), 80, "[::1]:80".to_owned(), "/x".to_owned());
        assert_eq!(read("http://[::1]:80/x"), expected);
    }

    #[test]
    fn refuses_others() {
        for text in [
            "",
            "127.0.0.1:80",
            "/events",
            "ftp://127.0.0.1/",
            "http://",
            "http://:80/",
            "http://user:word@127.0.0.1/",
            "http://127.0.0.1:99999/",
            "http://127.0.0.1:/",
            "http://127.0.0.1/#part",
            "http://a b/",
        ] {
            assert_eq!(Address::parse(text).expect_err(text), WRONG);
        }
        assert!(Address::parse("https://127.0.0.1/").expect_err("no TLS").contains("TLS"));
    }
}
