//! Where the server is, as the option `shareLimits` says it.

use std::borrow::Cow;
use std::fmt;
#[cfg(unix)]
use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::loopback::is_loopback;

const PORT: u16 = 6379;

/// A checked address. It shows neither user nor password.
#[derive(Clone)]
pub(crate) struct Address {
    host: Host,
    secured: bool,
    user: Option<SecretString>,
    password: Option<SecretString>,
    database: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Host {
    Name(String, u16),
    #[cfg(unix)]
    Path(PathBuf),
}

impl Address {
    /// Whether a text is meant as one.
    pub(crate) fn is_meant(text: &str) -> bool {
        text.split_once(':').is_some_and(|(scheme, _)| scheme_of(scheme).is_some())
    }

    /// Reads it, or says what is wrong with it. Nothing of it is repeated: it may be the password.
    pub(crate) fn read(text: &str) -> Result<Self, &'static str> {
        // The first of these signs ends what stands before the host.
        let rest = text.split_once("://").and_then(|(_, rest)| rest.split_once(['/', '?', '#']));
        if rest.is_some_and(|(_, rest)| rest.contains('@')) && !text.to_ascii_lowercase().starts_with("unix:")
        {
            return Err(
                "has a # / or ? before its @: in a user or password they are written %23 %2F and %3F",
            );
        }
        let url = Url::parse(text)
            .map_err(|_| "is no valid URL of a Valkey or Redis server, such as redis://host:6379")?;
        let secured = match scheme_of(url.scheme()) {
            Some(Scheme::Plain) => false,
            Some(Scheme::Secured) => true,
            Some(Scheme::Path) => return Self::of_path(&url),
            None => return Err("must begin with redis://, rediss:// or unix:"),
        };
        if url.query().is_some() || url.fragment().is_some() {
            return Err(
                "must end after the number of the database, as in redis://host:6379/0; a password's own \
                        # ? / @ and % are written %23 %3F %2F %40 and %25",
            );
        }
        let host = match url.host_str() {
            None | Some("") => return Err("must name the server's host"),
            Some(host) => decoded(host.trim_start_matches('[').trim_end_matches(']'))?,
        };
        let given =
            |text: &str| if text.is_empty() { Ok(None) } else { decoded(text).map(|text| Some(text.into())) };
        if !url.username().is_empty() && url.password().is_none() {
            return Err("names a user without a password; a password alone stands behind a colon, as in \
                        redis://:password@host");
        }
        Ok(Self {
            host: Host::Name(host, url.port().unwrap_or(PORT)),
            secured,
            user: given(url.username())?,
            password: given(url.password().unwrap_or_default())?,
            database: database(url.path().trim_start_matches('/'))?,
        })
    }

    #[cfg(unix)]
    fn of_path(url: &Url) -> Result<Self, &'static str> {
        if url.host_str().is_some_and(|host| !host.is_empty()) || !url.path().starts_with('/') {
            return Err("must name the socket's whole path, as in unix:///run/valkey.sock");
        }
        let path = decoded(url.path())?;
        let host = Host::Path(path.into());
        let mut address = Self { host, secured: false, user: None, password: None, database: 0 };
        for (key, value) in url.query_pairs() {
            match &*key {
                "db" => address.database = database(&value)?,
                "user" => address.user = Some(value.into_owned().into()),
                "pass" | "password" => address.password = Some(value.into_owned().into()),
                _ => return Err("may have db, user and password behind the socket's path, and no more"),
            }
        }
        Ok(address)
    }

    #[cfg(not(unix))]
    fn of_path(_: &Url) -> Result<Self, &'static str> {
        Err("can't be a unix socket on this system: name the server by redis://")
    }

    pub(super) fn host(&self) -> &Host {
        &self.host
    }

    /// Whether it is on this machine.
    pub(crate) fn is_local(&self) -> bool {
        match &self.host {
            Host::Name(host, _) => is_loopback(host),
            #[cfg(unix)]
            Host::Path(_) => true,
        }
    }

    /// Whether TLS goes before all else.
    pub(crate) fn is_secured(&self) -> bool {
        self.secured
    }

    /// Where the server sends on to: host and port, of which the host may be left out.
    pub(super) fn moved_to(&self, text: &str) -> Option<Host> {
        let (host, port) = text.rsplit_once(':')?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = port.parse().ok()?;
        match (&self.host, host) {
            (Host::Name(host, _), "") => Some(Host::Name(host.clone(), port)),
            (_, host) => Some(Host::Name(host.to_owned(), port)),
        }
    }

    /// The commands that come first on a connection.
    pub(super) fn greeting(&self) -> Vec<Vec<SecretString>> {
        let mut commands = Vec::new();
        if let Some(password) = &self.password {
            let user = self.user.iter().cloned();
            commands.push(
                [SecretString::from("AUTH")].into_iter().chain(user).chain([password.clone()]).collect(),
            );
        }
        if self.database != 0 {
            commands.push(vec!["SELECT".into(), self.database.to_string().into()]);
        }
        commands
    }

    /// All of it, to tell two apart.
    pub(crate) fn whole(&self) -> SecretString {
        let shown =
            |text: &Option<SecretString>| text.as_ref().map_or("", |text| text.expose_secret()).to_owned();
        format!("{self}\n{}\n{}", shown(&self.user), shown(&self.password)).into()
    }
}

/// What may be written down and shown.
impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Name(host, port) => {
                let scheme = if self.secured { "rediss" } else { "redis" };
                let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
                write!(formatter, "{scheme}://{host}:{port}/{}", self.database)
            }
            #[cfg(unix)]
            Host::Path(path) => write!(formatter, "unix:{}?db={}", path.display(), self.database),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Address({self})")
    }
}

enum Scheme {
    Plain,
    Secured,
    Path,
}

fn scheme_of(scheme: &str) -> Option<Scheme> {
    match scheme.to_ascii_lowercase().as_str() {
        "redis" | "valkey" => Some(Scheme::Plain),
        "rediss" | "valkeys" => Some(Scheme::Secured),
        "unix" => Some(Scheme::Path),
        _ => None,
    }
}

fn decoded(text: &str) -> Result<String, &'static str> {
    let escapes =
        |after: &str| after.len() >= 2 && after.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    if !text.split('%').skip(1).all(escapes) {
        return Err("holds a percent sign that begins no escape: write it %25");
    }
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(Cow::into_owned).map_err(|_| "holds percent signs that stand for no UTF-8")
}

fn database(text: &str) -> Result<u32, &'static str> {
    if text.is_empty() {
        return Ok(0);
    }
    text.parse().map_err(|_| "must name the database by its number, as in redis://host:6379/0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Address {
        Address::read(text).unwrap()
    }

    fn greeting(address: &Address) -> Vec<String> {
        let words = |command: &Vec<SecretString>| {
            command.iter().map(|word| word.expose_secret().to_owned()).collect::<Vec<_>>().join(" ")
        };
        address.greeting().iter().map(words).collect()
    }

    #[test]
    fn what_an_address_says_is_done() {
        let plain = read("redis://cache");
        assert_eq!((plain.host(), plain.is_secured()), (&Host::Name("cache".to_owned(), 6379), false));
        assert_eq!(greeting(&plain), [] as [&str; 0]);
        let all = read("rediss://us%40er:p%2Fss@10.0.0.7:7000/3");
        assert_eq!((all.host(), all.is_secured()), (&Host::Name("10.0.0.7".to_owned(), 7000), true));
        assert_eq!(greeting(&all), ["AUTH us@er p/ss", "SELECT 3"]);
        assert_eq!(greeting(&read("valkey://:only@[::1]")), ["AUTH only"]);
        assert_eq!(read("VALKEYS://[::1]:1/").host(), &Host::Name("::1".to_owned(), 1));
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_is_named_by_its_path() {
        for text in ["unix:/run/val%20key.sock?db=2&password=p", "unix:///run/val%20key.sock?db=2&pass=p"] {
            let address = read(text);
            assert_eq!(address.host(), &Host::Path("/run/val key.sock".into()));
            assert_eq!(greeting(&address), ["AUTH p", "SELECT 2"]);
        }
        for text in ["unix:run/socket", "unix://host/run/socket", "unix:/run/socket?pool=5"] {
            assert!(Address::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn who_it_is_and_what_was_wrong_show_no_secret() {
        let address = read("redis://hunter:hunter2@[::1]/4");
        assert_eq!(address.to_string(), "redis://[::1]:6379/4");
        assert!(!format!("{address:?}").contains("hunter"));
        assert_ne!(
            address.whole().expose_secret(),
            read("redis://hunter:hunter3@[::1]/4").whole().expose_secret()
        );
        for text in [
            "redis://hunter2:6379000",
            "redis://:hunter2@",
            "redis://h/hunter2",
            "redis://h/?hunter2",
            "redis://h/0#hunter2",
            "redis://%FFhunter2:x@h",
            "redis:hunter2",
            "redis://hunter2@h",
            "redis://:hunter2%zz@h",
        ] {
            let problem = Address::read(text).unwrap_err();
            assert!(!problem.contains("hunter2"), "{text}: {problem}");
        }
    }

    #[test]
    fn a_password_that_ends_too_early_is_told_how_to_be_written() {
        for text in [
            "redis://:hunter2#x@h/0",
            "redis://:hunter2/x@h",
            "redis://u:1/hunter2@h",
            "REDISS://:a?hunter2@h",
        ] {
            let problem = Address::read(text).unwrap_err();
            assert!(problem.contains("%23 %2F and %3F") && !problem.contains("hunter2"), "{text}: {problem}");
        }
        assert_eq!(greeting(&read("redis://:a%23b%2Fc@h")), ["AUTH a#b/c"]);
    }

    #[test]
    fn who_has_the_slots_is_said_by_host_and_port() {
        let address = read("redis://cache:7000");
        assert_eq!(address.moved_to("10.0.0.2:7001"), Some(Host::Name("10.0.0.2".to_owned(), 7001)));
        assert_eq!(address.moved_to("::1:7001"), Some(Host::Name("::1".to_owned(), 7001)));
        assert_eq!(address.moved_to(":7002"), Some(Host::Name("cache".to_owned(), 7002)));
        assert_eq!(address.moved_to("nothing"), None);
    }

    #[test]
    fn an_address_is_told_from_other_words() {
        assert!(Address::is_meant("redis://x") && Address::is_meant("unix:/x"));
        assert!(!Address::is_meant("machine") && !Address::is_meant("https://x"));
    }
}
