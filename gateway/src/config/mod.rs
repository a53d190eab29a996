//! What the gateway is started with: flags before the environment before the file before the defaults.

mod ceilings;
mod entries;
mod error;
mod file;
mod key;
mod listeners;
mod outward;
mod per_operation;
mod seconds;
mod sharing;
mod switch;

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use sonoran::{ShareLimits, ShareLimitsFallback, WarningKind};

pub use self::ceilings::Ceilings;
pub use self::entries::{Entries, Task};
pub use self::error::ConfigError;
pub(crate) use self::error::in_entries;
#[cfg(any(test, fuzzing))]
pub(crate) use self::file::entries as entries_of;
pub(crate) use self::file::{place, table};
pub use self::listeners::Listeners;
pub(crate) use self::listeners::is_here;
pub use self::per_operation::PerOperation;
use crate::access::Access;
use crate::credential::Credential;
use crate::events::Posts;
use crate::tls::Tls;

/// Where the service is.
const PRODUCTION: &str = "https://api.sonorancms.com";
/// Where the program listens, if nothing else is said.
const PORT: u16 = 8643;

/// No request takes longer, nor is any counted for longer.
const AN_HOUR: Duration = Duration::from_secs(3600);

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
    /// With whom rate limits are shared: what the environment's `SONORAN_SHARE_LIMITS` says, else nobody beyond the process.
    pub share_limits: Option<ShareLimits>,
    /// The folder of the files by which the processes of a machine share them: one of the user's own.
    pub share_limits_folder: Option<PathBuf>,
    /// What is done while they can't be shared: they are divided.
    pub share_limits_fallback: Option<ShareLimitsFallback>,
    /// Into how many parts: 2.
    pub share_limits_members: Option<u32>,
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
            share_limits: None,
            share_limits_folder: None,
            share_limits_fallback: None,
            share_limits_members: None,
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
            Some(file) => entries.over(file::read(&file, |_| true)?),
            None => entries,
        };
        let default = Self::new(key::credential(&entries)?);
        let seconds = |given: Option<seconds::Seconds>, default| given.map_or(default, Duration::from);
        let settings = Self {
            host: entries.host.unwrap_or(default.host),
            port: entries.port.unwrap_or(PORT),
            api_url: entries.api_url.unwrap_or(default.api_url),
            allow_plain_http: entries.allow_plain_http.unwrap_or(default.allow_plain_http),
            max_wait: seconds(entries.max_wait, default.max_wait),
            timeout: seconds(entries.timeout, default.timeout),
            rate_window: seconds(entries.rate_window, default.rate_window),
            ceilings: entries.ceilings.unwrap_or(default.ceilings),
            reserve: entries.reserve.unwrap_or(default.reserve),
            share_limits: entries.share_limits.as_ref().map(sharing::with).transpose()?,
            share_limits_folder: entries.share_limits_folder,
            share_limits_fallback: entries.share_limits_fallback.map(|fallback| fallback.0),
            share_limits_members: entries.share_limits_members,
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

    /// What these entries settle of where the gateway is, which is all that [`check_health`](crate::check_health) needs: the
    /// rest is as it is by default, and nothing else is required or read.
    ///
    /// # Errors
    ///
    /// When the configuration file cannot be read, or says it wrongly.
    pub fn whereabouts(entries: Entries) -> Result<Self, ConfigError> {
        let wanted = |name: &str| ["host", "port", "tls-certificate"].contains(&name);
        let entries = match entries.config.clone() {
            Some(file) => entries.over(file::read(&file, wanted)?),
            None => entries,
        };
        let default = Self::new(Credential::PassedThrough);
        Ok(Self {
            host: entries.host.unwrap_or(default.host),
            port: entries.port.unwrap_or(PORT),
            tls_certificate: entries.tls_certificate,
            ..default
        })
    }

    /// Refuses what would let no request through, and what can only have been meant in milliseconds.
    fn sensible(self) -> Result<Self, ConfigError> {
        let times = [
            ("timeout", self.timeout),
            ("rate-window", self.rate_window),
            ("head-timeout", self.head_timeout),
            ("body-timeout", self.body_timeout),
        ];
        if let Some((name, time)) = times.iter().find(|(_, time)| *time > AN_HOUR) {
            let seconds = time.as_secs_f64();
            return Err(ConfigError::Unfit(format!(
                "{name} is in seconds, and {seconds} of them are more than an hour: {seconds} milliseconds are {}",
                seconds / 1000.0
            )));
        }
        let nothing = times.iter().find(|(_, time)| time.is_zero()).map(|(name, _)| *name);
        match nothing.or((self.max_body == 0).then_some("max-body")) {
            Some(name) => Err(ConfigError::Unfit(format!("{name} must be more than 0"))),
            None => Ok(self),
        }
    }

    /// Whether a gateway could start with these; nothing is sent and no port is opened. Whether limits can be shared is
    /// [another question](Self::check_sharing).
    ///
    /// # Errors
    ///
    /// When one is no value of its kind, or too much would be let in.
    pub fn check(&self) -> Result<(), ConfigError> {
        let access = Access::new(self)?;
        Tls::new(self)?;
        Posts::new(self.event_listeners.all())?;
        let tell = |kind: WarningKind, warning: &str| {
            if kind != WarningKind::LimitsNotShared {
                eprintln!("sonoran-gateway: {warning}");
            }
        };
        self.client(tell)?;
        if let Some(warning) = access.warning() {
            eprintln!("sonoran-gateway: {warning}");
        }
        Ok(())
    }

    /// Whether callers can be of other machines.
    pub(crate) fn is_beyond_this_machine(&self) -> bool {
        !self.host.is_loopback() || self.tls_by_proxy
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

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
    fn what_the_file_can_not_mean_is_refused_by_its_name() {
        let file = written("port = 1\nmax-wait = \"hunter2\"");
        let path = file.path().to_str().unwrap();
        assert_eq!(
            problem(&["--config", path]),
            format!(
                "the configuration file {path}: line 2: max-wait must be a number of seconds, such as max-wait = 30"
            )
        );
        assert!(problem(&["--config", "/nowhere.toml"]).starts_with("cannot read the configuration file"));
        // Where the gateway is can be known all the same.
        let settings = Settings::whereabouts(given(&["--config", path])).unwrap();
        assert_eq!((settings.host.to_string().as_str(), settings.port), ("127.0.0.1", 1));
    }

    #[test]
    fn limits_are_shared_as_the_entries_say_and_what_they_say_is_refused_by_their_names() {
        let shared = |flags: &[&str]| {
            let settings = Settings::read(given(&[&["--pass-through"], flags].concat()));
            settings
                .and_then(|settings| settings.check().map(|()| settings))
                .map_err(|error| error.to_string())
        };
        let machine = ["--share-limits", "machine"];
        let folder = tempfile::tempdir().unwrap();
        let folder = ["--share-limits-folder", folder.path().to_str().unwrap()];
        let further = ["--share-limits-fallback", "refuse", "--share-limits-members", "3"];
        let settings = shared(&[&machine[..], &folder, &further].concat()).unwrap();
        assert_eq!(settings.share_limits, Some(ShareLimits::Machine));
        assert_eq!(settings.share_limits_fallback, Some(ShareLimitsFallback::Refuse));
        assert_eq!(settings.share_limits_members, Some(3));
        let server = "share-limits = \"redis://:hunter2@127.0.0.1:1\"";
        let file = written(server);
        let settings = shared(&["--config", file.path().to_str().unwrap()]).unwrap();
        assert!(matches!(settings.share_limits, Some(ShareLimits::Server(_))));
        assert!(!format!("{settings:?}").contains("hunter2"));
        for (flags, words) in [
            (
                &["--share-limits", "process", "--share-limits-members", "3"][..],
                "share-limits-members does nothing unless limits are shared: set share-limits to",
            ),
            (&["--share-limits", "hunter2"], "share-limits must be \"process\", \"machine\", or the URL"),
            (
                &["--share-limits", "http://:hunter2@host"],
                "share-limits must be \"process\", \"machine\", or the URL",
            ),
            (&["--share-limits", "machine", "--share-limits-folder", "~/x"], "share-limits-folder must be"),
            (&["--share-limits", "machine", "--share-limits-members", "0"], "share-limits-members must be"),
        ] {
            let problem = shared(flags).unwrap_err();
            assert!(problem.starts_with(words) && !problem.contains("hunter2"), "{problem}");
        }
    }

    #[test]
    fn one_key_from_one_place() {
        let key = written(" hunter2\n");
        let path = key.path().to_str().unwrap();
        let settings = Settings::read(given(&["--api-key-file", path, "--community-id", "c"])).unwrap();
        assert_eq!(settings.client(|_, _| {}).unwrap().api_url(), PRODUCTION);
        assert!(problem(&["--community-id", "c"]).starts_with("an API key is required"));
        assert!(problem(&["--api-key-file", path]).starts_with("community-id is required"));
        let by_flag = problem(&["--api-key", "hunter2", "--community-id", "c"]);
        assert!(by_flag.starts_with("no flag takes the API key") && !by_flag.contains("hunter2"));
        let empty = written(" \n");
        let path_of_empty = empty.path().to_str().unwrap();
        let nothing = problem(&["--api-key-file", path_of_empty, "--community-id", "c"]);
        assert_eq!(nothing, format!("api-key-file: {path_of_empty} is empty: the key belongs into it"));
        for (flag, name) in [("--timeout", "timeout"), ("--max-body", "max-body")] {
            let nothing = problem(&["--pass-through", flag, "0"]);
            assert_eq!(nothing, format!("{name} must be more than 0"));
        }
        let milliseconds = problem(&["--pass-through", "--rate-window", "60000"]);
        let told =
            "rate-window is in seconds, and 60000 of them are more than an hour: 60000 milliseconds are 60";
        assert_eq!(milliseconds, told);
        assert!(
            problem(&["--api-key-file", path, "--pass-through", "on"]).starts_with("pass-through takes no")
        );
        let file = written("api-key = \"other\"");
        let tokens = ["--pass-through", "--tokens-file", path];
        let settings = Settings::read(given(&tokens)).unwrap();
        assert!(settings.check().unwrap_err().to_string().starts_with("pass-through takes no tokens-file"));
        let twice = ["--api-key-file", path, "--config", file.path().to_str().unwrap()];
        let told = problem(&twice);
        let words = format!(
            "the API key is given more than once: in {path}, which api-key-file names, and as api-key in "
        );
        assert!(told.starts_with(&words) && told.ends_with(": keep one of them"), "{told}");
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
