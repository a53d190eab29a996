//! What the gateway is started with: flags before the environment before the file before the defaults.

mod ceilings;
mod entries;
mod listeners;
mod per_operation;
mod seconds;

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::http::{HeaderMap, Uri};
use secrecy::SecretString;
use sonoran::{ArgumentError, Client, Operation, Priority};

pub use self::ceilings::Ceilings;
pub use self::entries::{Entries, Task};
pub use self::listeners::Listeners;
pub(crate) use self::listeners::is_here;
pub use self::per_operation::PerOperation;
use crate::access::Access;
use crate::credential::Credential;
use crate::events::Posts;
use crate::headers::wants_anew;
use crate::log::Line;
use crate::reads::Plan;
use crate::tls::Tls;

/// Where the service is.
const PRODUCTION: &str = "https://api.sonorancms.com";
/// The community's key in the environment. It is no flag: everybody on a machine sees those.
const API_KEY: &str = "SONORAN_GATEWAY_API_KEY";

/// Everything that was settled. The fields' defaults are those of [`new`](Self::new).
#[derive(Clone, Debug)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Settings {
    /// The address to listen on, 127.0.0.1. Another than this machine's wants tokens and TLS.
    pub host: IpAddr,
    /// The port to listen on; 0, the default here, takes any free one. The program's is 8643.
    pub port: u16,
    /// Whose key goes to the service.
    pub credential: Credential,
    /// The file of tokens, of which a caller needs one: none, so that every program of this machine may call.
    pub tokens_file: Option<PathBuf>,
    /// The certificate to show, as a PEM file with those that lead to its root: none, so that connections are plain.
    pub tls_certificate: Option<PathBuf>,
    /// Its private key, as a PEM file.
    pub tls_key: Option<PathBuf>,
    /// Whether a proxy in front has the TLS: no.
    pub tls_by_proxy: bool,
    /// The address of the service, `https://api.sonorancms.com`.
    pub api_url: String,
    /// Whether the way to it may be plain http beyond this machine: no.
    pub allow_plain_http: bool,
    /// The longest that a request waits for slots of its rate limit: 30 s.
    pub max_wait: Duration,
    /// The longest that the service may take, repetitions included: 30 s.
    pub timeout: Duration,
    /// For how long the service counts: 60 s. Less is for an emulator.
    pub rate_window: Duration,
    /// How many requests may be sent in that time, where it is not the documented number: none.
    pub ceilings: Ceilings,
    /// The part of each ceiling that low priority leaves to others: a fifth.
    pub reserve: f64,
    /// For how long nothing is sent where going on would lead to a ban, at first: 60 s. No time: it is never so.
    pub ban_pause: Duration,
    /// Where push events are posted to: nowhere.
    pub event_listeners: Listeners,
    /// Whether reads that ask for the same at the same time are sent once: yes.
    pub coalesce: bool,
    /// How long an answer stands for the next: no time, so that each is sent.
    pub cache: PerOperation,
    /// How long an answer stands for one that can't be had: no time.
    pub stale_if_error: PerOperation,
    /// The most bytes of answers that are kept: 16 MiB.
    pub cache_size: usize,
    /// The most bytes of a request's body: 1 MiB.
    pub max_body: usize,
    /// For how long requests under way may go on when the gateway ends: 30 s.
    pub grace: Duration,
    /// Within what time a caller must have sent a request's head: 30 s. Idle connections are closed after it too.
    pub head_timeout: Duration,
    /// And its body: 30 s.
    pub body_timeout: Duration,
    /// Whether a line for each request is written to standard error: no, but the program's default is yes.
    pub log: bool,
}

/// Why the configuration is not good.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("cannot read the {what} {file}: {reason}")]
    Unreadable {
        /// What it was to be.
        what: &'static str,
        /// The file.
        file: String,
        /// What the system said.
        reason: std::io::Error,
    },
    /// The configuration file is no TOML, or has an entry that there is not.
    #[error("the configuration file {file}: {reason}")]
    File {
        /// The file.
        file: String,
        /// What is wrong with it, and where.
        reason: String,
    },
    /// An entry is missing, or does not fit the others.
    #[error("{0}")]
    Unfit(String),
    /// What the client of the service refuses.
    #[error("{name} {problem}", name = entry(&.0.argument), problem = .0.problem)]
    Refused(ArgumentError),
}

impl Settings {
    /// The defaults.
    #[must_use]
    pub fn new(credential: Credential) -> Self {
        Self {
            host: IpAddr::from([127, 0, 0, 1]),
            port: 0,
            credential,
            tokens_file: None,
            tls_certificate: None,
            tls_key: None,
            tls_by_proxy: false,
            api_url: PRODUCTION.to_owned(),
            allow_plain_http: false,
            max_wait: Duration::from_secs(30),
            timeout: Duration::from_secs(30),
            rate_window: Duration::from_secs(60),
            ceilings: Ceilings::default(),
            reserve: 0.2,
            ban_pause: Duration::from_secs(60),
            event_listeners: Listeners::default(),
            coalesce: true,
            cache: PerOperation::default(),
            stale_if_error: PerOperation::default(),
            cache_size: 16 * 1024 * 1024,
            max_body: 1024 * 1024,
            grace: Duration::from_secs(30),
            head_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(30),
            log: false,
        }
    }

    /// What these entries settle, with those of the configuration file that they name.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or entries are missing or contradict each other.
    pub fn read(entries: Entries) -> Result<Self, ConfigError> {
        let entries = match entries.config.clone() {
            Some(file) => entries.over(from_file(&file)?),
            None => entries,
        };
        let default = Self::new(credential(&entries)?);
        let seconds = |given: Option<seconds::Seconds>, default| given.map_or(default, Duration::from);
        let settings = Self {
            host: entries.host.unwrap_or(default.host),
            port: entries.port.unwrap_or(8643),
            api_url: entries.api_url.unwrap_or(default.api_url),
            allow_plain_http: entries.allow_plain_http.unwrap_or(default.allow_plain_http),
            max_wait: seconds(entries.max_wait, default.max_wait),
            timeout: seconds(entries.timeout, default.timeout),
            rate_window: seconds(entries.rate_window, default.rate_window),
            ceilings: entries.ceilings.unwrap_or(default.ceilings),
            reserve: entries.reserve.unwrap_or(default.reserve),
            ban_pause: seconds(entries.ban_pause, default.ban_pause),
            event_listeners: entries.event_listeners.unwrap_or(default.event_listeners),
            coalesce: entries.coalesce.unwrap_or(default.coalesce),
            cache: entries.cache.unwrap_or(default.cache),
            stale_if_error: entries.stale_if_error.unwrap_or(default.stale_if_error),
            cache_size: entries.cache_size.unwrap_or(default.cache_size),
            max_body: entries.max_body.unwrap_or(default.max_body),
            grace: seconds(entries.grace, default.grace),
            head_timeout: seconds(entries.head_timeout, default.head_timeout),
            body_timeout: seconds(entries.body_timeout, default.body_timeout),
            log: entries.log.unwrap_or(true),
            tokens_file: entries.tokens_file,
            tls_certificate: entries.tls_certificate,
            tls_key: entries.tls_key,
            tls_by_proxy: entries.tls_by_proxy.unwrap_or(default.tls_by_proxy),
            credential: default.credential,
        };
        settings.sensible()
    }

    /// Refuses what would let no request through.
    fn sensible(self) -> Result<Self, ConfigError> {
        let times = [
            ("timeout", self.timeout),
            ("rate-window", self.rate_window),
            ("head-timeout", self.head_timeout),
            ("body-timeout", self.body_timeout),
        ];
        let nothing = times.iter().find(|(_, time)| time.is_zero()).map(|(name, _)| *name);
        match nothing.or((self.max_body == 0).then_some("max-body")) {
            Some(name) => Err(ConfigError::Unfit(format!("{name} must be more than 0"))),
            None => Ok(self),
        }
    }

    /// Whether a gateway could start with these; nothing is sent and no port is opened.
    ///
    /// # Errors
    ///
    /// When one is no value of its kind, or too much would be let in.
    pub fn check(&self) -> Result<(), ConfigError> {
        Access::new(self).and(Tls::new(self))?;
        Posts::new(self.event_listeners.all())?;
        self.client().map(drop)
    }

    /// What holds for a read, whatever its caller wants of it.
    pub(crate) fn plan(&self, operation: &Operation, headers: &HeaderMap, priority: Priority) -> Plan {
        Plan {
            lane: priority as u8,
            bound: None,
            share: self.coalesce,
            anew: wants_anew(headers),
            fresh: self.cache.of(operation.name),
            stale: self.stale_if_error.of(operation.name),
        }
    }

    /// Whether callers can be of other machines.
    pub(crate) fn is_beyond_this_machine(&self) -> bool {
        !self.host.is_loopback() || self.tls_by_proxy
    }

    /// Whether this is the gateway's own address.
    fn is_own(&self, address: &Uri) -> bool {
        let default = if address.scheme_str() == Some("http") { 80 } else { 443 };
        let host = address.host().unwrap_or_default();
        let here = self.host.is_unspecified() || self.host.is_loopback();
        let same = host.parse() == Ok(self.host) || (here && is_here(host));
        same && self.port != 0 && address.port_u16().unwrap_or(default) == self.port
    }

    /// The client that speaks to the service.
    pub(crate) fn client(&self) -> Result<Client, ConfigError> {
        if !self.host.is_loopback() && self.tls_certificate.is_none() && !self.tls_by_proxy {
            let problem = "host lets other machines in, which wants TLS: give tls-certificate and tls-key, or tls-by-proxy \
                           where a proxy in front has it";
            return Err(ConfigError::Unfit(problem.to_owned()));
        }
        if self.api_url.parse().is_ok_and(|address| self.is_own(&address)) {
            let problem = "api-url is the gateway's own address: it must be that of the service";
            return Err(ConfigError::Unfit(problem.to_owned()));
        }
        if let Some(place) = self.event_listeners.all().iter().position(|address| self.is_own(address)) {
            let number = place + 1;
            let problem = format!(
                "event-listeners: address {number} is the gateway's own, and would go round for ever"
            );
            return Err(ConfigError::Unfit(problem));
        }
        if !self.event_listeners.all().is_empty() && matches!(self.credential, Credential::PassedThrough) {
            let problem =
                "event-listeners wants a key that is held: with pass-through no events are received";
            return Err(ConfigError::Unfit(problem.to_owned()));
        }
        let options = self
            .credential
            .options()
            .api_url(&self.api_url)
            .agent(concat!("sonoran-gateway/", env!("CARGO_PKG_VERSION")));
        let options = options.max_wait(self.max_wait).timeout(self.timeout).rate_window(self.rate_window);
        let options = options.reserve(self.reserve).on_send(|_| Line::sent());
        let options = self
            .ceilings
            .iter()
            .fold(options, |options, (operation, ceiling)| options.ceiling(operation, *ceiling));
        let options = if self.allow_plain_http { options.allow_plain_http(true) } else { options };
        Client::new(options).map_err(ConfigError::Refused)
    }
}

/// What an option of the client is called here.
fn entry(option: &str) -> &str {
    match option {
        "apiUrl" => "api-url",
        "apiKey" => "the API key",
        "communityId" => "community-id",
        other => other,
    }
}

fn from_file(file: &Path) -> Result<Entries, ConfigError> {
    let text = read("configuration file", file)?;
    toml::from_str(&text)
        .map_err(|error| ConfigError::File { file: file.display().to_string(), reason: place(&text, &error) })
}

/// What is wrong with a file, and in which line. Neither that nor the value is quoted: a key may stand there.
pub(crate) fn place(text: &str, error: &toml::de::Error) -> String {
    let line = error.span().map(|span| text[..span.start].matches('\n').count() + 1);
    let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
    let message = match error.message().rsplit_once(", expected ") {
        Some((found, expected)) if found.starts_with("invalid ") => format!("expected {expected}"),
        _ if error.message().starts_with("duplicate key") => "this name stands there already".to_owned(),
        _ => error.message().to_owned(),
    };
    place + &message
}

fn read(what: &'static str, file: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(file).map_err(|reason| ConfigError::Unreadable {
        what,
        file: file.display().to_string(),
        reason,
    })
}

fn credential(entries: &Entries) -> Result<Credential, ConfigError> {
    let unfit = |problem: String| Err(ConfigError::Unfit(problem));
    if entries.api_key_by_flag.is_some() {
        return unfit(format!(
            "no flag takes the API key, since everybody on a machine sees those: give it in the environment as {API_KEY}, or \
             in a file that api-key-file names"
        ));
    }
    let in_environment = std::env::var(API_KEY).ok().filter(|key| !key.is_empty()).map(SecretString::from);
    let in_file = match &entries.api_key_file {
        Some(file) => Some(SecretString::from(read("file of the API key", file)?.trim())),
        None => None,
    };
    let keys = [in_environment, in_file, entries.api_key.clone()];
    let mut keys = keys.into_iter().flatten();
    match (entries.pass_through.unwrap_or(false), keys.next(), &entries.community_id) {
        (true, None, None) => Ok(Credential::PassedThrough),
        (true, ..) => {
            unfit("pass-through takes no API key and no community-id: callers have their own".to_owned())
        }
        (false, Some(_), _) if keys.next().is_some() => unfit(format!(
            "the API key is given more than once: keep one of {API_KEY}, api-key-file and api-key"
        )),
        (false, Some(key), Some(community)) => Ok(Credential::Held { key, community: community.clone() }),
        (false, Some(_), None) => unfit("community-id is required: whose key is it?".to_owned()),
        (false, None, _) => unfit(format!(
            "an API key is required: in the environment as {API_KEY}, in the file that api-key-file names, or as \
             api-key in the configuration file; else pass-through takes the callers' own"
        )),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn given(flags: &[&str]) -> Entries {
        Entries::try_parse_from(["sonoran-gateway"].iter().chain(flags)).unwrap()
    }

    fn written(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        file
    }

    fn problem(flags: &[&str]) -> String {
        Settings::read(given(flags)).unwrap_err().to_string()
    }

    #[test]
    fn flags_stand_over_the_file() {
        let file = written("port = 1\nmax-wait = 2.5\ncommunity-id = \"c\"\napi-key = \"hunter2\"\n");
        let path = file.path().to_str().unwrap();
        let settings = Settings::read(given(&["--config", path, "--port", "2"])).unwrap();
        assert_eq!((settings.port, settings.max_wait), (2, Duration::from_millis(2500)));
        assert!(settings.check().is_ok() && settings.log);
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn what_the_file_can_not_mean_is_refused_by_line_and_not_repeated() {
        for (text, words) in [
            ("port = 1\napi_key = \"hunter2\"", "line 2: unknown field `api_key`"),
            ("api-key = hunter2", "line 1: "),
            ("max-wait = \"hunter2\"", "line 1: expected"),
            ("max-wait = -1", "must not be negative"),
        ] {
            let file = written(text);
            let problem = problem(&["--config", file.path().to_str().unwrap()]);
            assert!(problem.contains(words) && !problem.contains("hunter2"), "{problem}");
        }
        assert!(problem(&["--config", "/nowhere.toml"]).starts_with("cannot read the configuration file"));
    }

    #[test]
    fn one_key_from_one_place() {
        let key = written(" hunter2\n");
        let path = key.path().to_str().unwrap();
        let settings = Settings::read(given(&["--api-key-file", path, "--community-id", "c"])).unwrap();
        assert_eq!(settings.client().unwrap().api_url(), PRODUCTION);
        assert!(problem(&["--community-id", "c"]).starts_with("an API key is required"));
        assert!(problem(&["--api-key-file", path]).starts_with("community-id is required"));
        let by_flag = problem(&["--api-key", "hunter2", "--community-id", "c"]);
        assert!(by_flag.starts_with("no flag takes the API key") && !by_flag.contains("hunter2"));
        for (flag, name) in [("--timeout", "timeout"), ("--max-body", "max-body")] {
            let nothing = problem(&["--pass-through", flag, "0"]);
            assert_eq!(nothing, format!("{name} must be more than 0"));
        }
        assert!(
            problem(&["--api-key-file", path, "--pass-through", "on"]).starts_with("pass-through takes no")
        );
        let file = written("api-key = \"other\"");
        let tokens = ["--pass-through", "--tokens-file", path];
        let settings = Settings::read(given(&tokens)).unwrap();
        assert!(settings.check().unwrap_err().to_string().starts_with("pass-through takes no tokens-file"));
        let twice = ["--api-key-file", path, "--config", file.path().to_str().unwrap()];
        assert!(problem(&twice).starts_with("the API key is given more than once"));
    }

    #[test]
    fn other_machines_are_let_in_by_tokens_and_tls_only_and_the_way_out_is_safe() {
        let key = written("hunter2");
        let held = ["--api-key-file", key.path().to_str().unwrap(), "--community-id", "c"];
        let check = |flags: &[&str]| {
            let settings = Settings::read(given(flags)).unwrap();
            settings.check().map_err(|error| error.to_string())
        };
        let passed = |flags: &[&str]| check(&[&["--pass-through"], flags].concat());
        let keeps = |flags: &[&str]| check(&[&held[..], flags].concat());
        assert_eq!((passed(&[]), passed(&["--host", "::1"]), keeps(&[])), (Ok(()), Ok(()), Ok(())));
        let tokens = written("");
        let tokens = ["--tokens-file", tokens.path().to_str().unwrap()];
        let all = ["--host", "0.0.0.0"];
        for flags in [&all[..], &["--tls-by-proxy"], &["--tls-by-proxy", "on", "--host", "0.0.0.0"]] {
            assert!(keeps(flags).unwrap_err().starts_with("tokens-file is required"), "{flags:?}");
        }
        let guarded = [&all[..], &tokens].concat();
        assert!(keeps(&guarded).unwrap_err().starts_with("host lets other machines in, which wants TLS"));
        assert!(passed(&all).unwrap_err().starts_with("host lets other machines in, which wants TLS"));
        assert_eq!(keeps(&[&guarded[..], &["--tls-by-proxy"]].concat()), Ok(()));
        assert_eq!(passed(&["--host", "0.0.0.0", "--tls-by-proxy"]), Ok(()));
        assert_eq!(keeps(&["--tls-key", "k"]), Err("tls-key wants its tls-certificate".to_owned()));
        let broken = ["--tls-certificate", held[1], "--tls-key", held[1]];
        let problem = keeps(&broken).unwrap_err();
        assert!(problem.contains("no certificate") && !problem.contains("hunter2"), "{problem}");
        assert!(
            passed(&["--api-url", "http://cms.example.com"])
                .unwrap_err()
                .starts_with("api-url must be https")
        );
    }
}
