//! The table of entries. Each stands here once and is a flag, a variable of the environment and an entry of the
//! configuration file, but for those that can't be all three, which say so.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, Command, CommandFactory, FromArgMatches, Parser, Subcommand};
use secrecy::SecretString;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::ceilings::Ceilings;
use super::key::API_KEY;
use super::listeners::Listeners;
use super::per_operation::PerOperation;
use super::seconds::Seconds;
use super::sharing::{Fallback, has_password};
use super::switch;

/// How the entries' names in the environment begin.
const PREFIX: &str = "SONORAN_GATEWAY_";

/// A gateway to the Sonoran CMS API for many programs that share one key.
///
/// It has the service's own paths: programs change the address and nothing else. It waits for slots of the rate limit
/// and repeats what is safe to repeat. Its own pages are under /_gateway/. When ready it prints one line of JSON with
/// its url. The community's key comes from the environment as `SONORAN_GATEWAY_API_KEY`, from a file, or as `api-key`
/// from the configuration file; no flag takes it, since everybody on a machine sees those.
#[derive(Clone, Debug, Default, Parser, Deserialize)]
#[command(name = "sonoran-gateway", version, max_term_width = 100, args_conflicts_with_subcommands = true)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Entries {
    /// What to do instead of serving.
    #[command(subcommand)]
    #[serde(skip)]
    pub task: Option<Task>,

    /// A configuration file (TOML) with entries named as the flags are; flags and environment come before it.
    #[arg(long, env = "SONORAN_GATEWAY_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,

    /// Says whether the configuration is good and ends: with 0 if it is, else with 1.
    #[arg(long)]
    #[serde(skip)]
    pub check_config: bool,

    /// Asks the gateway that runs with this configuration whether it lives and ends: with 0 if it does, else with 1.
    #[arg(long)]
    #[serde(skip)]
    pub check_health: bool,

    /// The address to listen on; another than this machine's wants tokens and TLS [default: 127.0.0.1].
    #[arg(long, env = "SONORAN_GATEWAY_HOST", value_parser = host)]
    #[serde(deserialize_with = "host_of_file")]
    pub host: Option<IpAddr>,

    /// The port to listen on; 0 takes any free one [default: 8643].
    #[arg(long, env = "SONORAN_GATEWAY_PORT")]
    pub port: Option<u16>,

    /// The community's key; in the configuration file only.
    #[arg(skip)]
    pub api_key: Option<SecretString>,

    /// Taken only to say that it is none.
    #[arg(long = "api-key", hide = true, value_name = "KEY")]
    #[serde(skip)]
    pub(super) api_key_by_flag: Option<SecretString>,

    /// A file that holds the community's key and nothing else.
    #[arg(long, env = "SONORAN_GATEWAY_API_KEY_FILE", value_name = "FILE")]
    pub api_key_file: Option<PathBuf>,

    /// The community whose key it is.
    #[arg(long, env = "SONORAN_GATEWAY_COMMUNITY_ID", value_name = "ID")]
    pub community_id: Option<String>,

    /// Holds no key: each caller sends its own, as it would to the service [default: off].
    #[arg(long, env = "SONORAN_GATEWAY_PASS_THROUGH", value_parser = switch::parse, num_args = 0..=1,
          default_missing_value = "on", value_name = "SWITCH")]
    #[serde(deserialize_with = "switch::of_file")]
    pub pass_through: Option<bool>,

    /// A file of callers' tokens, as the task `token` makes them: whoever calls needs one [default: none].
    #[arg(long, env = "SONORAN_GATEWAY_TOKENS_FILE", value_name = "FILE")]
    pub tokens_file: Option<PathBuf>,

    /// A PEM file with the certificate to show callers, and those that lead to its root [default: none].
    #[arg(long, env = "SONORAN_GATEWAY_TLS_CERTIFICATE", value_name = "FILE")]
    pub tls_certificate: Option<PathBuf>,

    /// A PEM file with the certificate's private key [default: none].
    #[arg(long, env = "SONORAN_GATEWAY_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,

    /// Whether a proxy in front has the TLS that other machines want [default: off].
    #[arg(long, env = "SONORAN_GATEWAY_TLS_BY_PROXY", value_parser = switch::parse, num_args = 0..=1,
          default_missing_value = "on", value_name = "SWITCH")]
    #[serde(deserialize_with = "switch::of_file")]
    pub tls_by_proxy: Option<bool>,

    /// The address of the service [default: `https://api.sonorancms.com`].
    #[arg(long, env = "SONORAN_GATEWAY_API_URL", value_name = "URL")]
    pub api_url: Option<String>,

    /// Whether the way to the service may be plain http beyond this machine: for test networks [default: off].
    #[arg(long, env = "SONORAN_GATEWAY_ALLOW_PLAIN_HTTP", value_parser = switch::parse, num_args = 0..=1,
          default_missing_value = "on", value_name = "SWITCH")]
    #[serde(deserialize_with = "switch::of_file")]
    pub allow_plain_http: Option<bool>,

    /// The longest that a request waits for slots of its rate limit [default: 30].
    #[arg(long, env = "SONORAN_GATEWAY_MAX_WAIT", value_name = "SECONDS")]
    pub max_wait: Option<Seconds>,

    /// The longest that the service may take for a request, repetitions included [default: 30].
    #[arg(long, env = "SONORAN_GATEWAY_TIMEOUT", value_name = "SECONDS")]
    pub timeout: Option<Seconds>,

    /// For how long the service counts requests; less than a minute is for an emulator [default: 60].
    #[arg(long, env = "SONORAN_GATEWAY_RATE_WINDOW", value_name = "SECONDS")]
    pub rate_window: Option<Seconds>,

    /// How many requests may be sent in that time, where it is not the documented number, such as getAccountV2=10,v1=30
    /// [default: none].
    #[arg(long, env = "SONORAN_GATEWAY_CEILINGS", value_name = "NUMBERS")]
    pub ceilings: Option<Ceilings>,

    /// The part of each ceiling that low priority leaves to others [default: 0.2].
    #[arg(long, env = "SONORAN_GATEWAY_RESERVE", value_name = "PART")]
    pub reserve: Option<f64>,

    /// With whom rate limits are shared: process, machine, or the URL of a Valkey or Redis server; one with a password is no
    /// flag, since everybody on a machine sees those [default: process].
    #[arg(long, env = "SONORAN_GATEWAY_SHARE_LIMITS", value_name = "WHERE", hide_env_values = true)]
    pub share_limits: Option<SecretString>,

    /// The folder of the files by which the processes of a machine share them [default: the user's own].
    #[arg(long, env = "SONORAN_GATEWAY_SHARE_LIMITS_FOLDER", value_name = "FOLDER")]
    pub share_limits_folder: Option<PathBuf>,

    /// What is done while they can't be shared: divide them, or refuse requests [default: divide].
    #[arg(long, env = "SONORAN_GATEWAY_SHARE_LIMITS_FALLBACK", value_name = "WHAT")]
    pub share_limits_fallback: Option<Fallback>,

    /// How many share them: into so many parts each is divided meanwhile [default: 2].
    #[arg(long, env = "SONORAN_GATEWAY_SHARE_LIMITS_MEMBERS", value_name = "MEMBERS")]
    pub share_limits_members: Option<u32>,

    /// For how long nothing is sent after refusals that would lead to a ban, at first; 0: never so [default: 60].
    #[arg(long, env = "SONORAN_GATEWAY_BAN_PAUSE", value_name = "SECONDS")]
    pub ban_pause: Option<Seconds>,

    /// Addresses that push events are posted to, divided by commas [default: none].
    #[arg(long, env = "SONORAN_GATEWAY_EVENT_LISTENERS", value_name = "URLS", hide_env_values = true)]
    pub event_listeners: Option<Listeners>,

    /// Whether reads that ask for the same at the same time are sent once [default: on].
    #[arg(long, env = "SONORAN_GATEWAY_COALESCE", value_parser = switch::parse, num_args = 0..=1,
          default_missing_value = "on", value_name = "SWITCH")]
    #[serde(deserialize_with = "switch::of_file")]
    pub coalesce: Option<bool>,

    /// For how long answers of reads stand for the next, such as getAccountV2=5,getAccountsV2=60 [default: none].
    #[arg(long, env = "SONORAN_GATEWAY_CACHE", value_name = "TIMES")]
    pub cache: Option<PerOperation>,

    /// For how long they stand for one that can't be had from the service, in the same form [default: none].
    #[arg(long, env = "SONORAN_GATEWAY_STALE_IF_ERROR", value_name = "TIMES")]
    pub stale_if_error: Option<PerOperation>,

    /// The most bytes of answers that are kept [default: 16777216].
    #[arg(long, env = "SONORAN_GATEWAY_CACHE_SIZE", value_name = "BYTES")]
    pub cache_size: Option<usize>,

    /// The most bytes of a request's body [default: 1048576].
    #[arg(long, env = "SONORAN_GATEWAY_MAX_BODY", value_name = "BYTES")]
    pub max_body: Option<usize>,

    /// Within what time a caller must have sent a request's head; idle connections are closed after it too
    /// [default: 30].
    #[arg(long, env = "SONORAN_GATEWAY_HEAD_TIMEOUT", value_name = "SECONDS")]
    pub head_timeout: Option<Seconds>,

    /// Within what time a caller must have sent a request's body [default: 30].
    #[arg(long, env = "SONORAN_GATEWAY_BODY_TIMEOUT", value_name = "SECONDS")]
    pub body_timeout: Option<Seconds>,

    /// For how long requests under way may go on when the gateway ends [default: 30].
    #[arg(long, env = "SONORAN_GATEWAY_GRACE", value_name = "SECONDS")]
    pub grace: Option<Seconds>,

    /// Whether a line of JSON for each request is written to standard error [default: on].
    #[arg(long, env = "SONORAN_GATEWAY_LOG", value_parser = switch::parse, num_args = 0..=1,
          default_missing_value = "on", value_name = "SWITCH")]
    #[serde(deserialize_with = "switch::of_file")]
    pub log: Option<bool>,
}

/// What the program does instead of serving.
#[derive(Clone, Debug, Subcommand)]
#[non_exhaustive]
pub enum Task {
    /// Makes a token for a caller: writes it to standard error, and its lines for the tokens file, which hold no more
    /// than its hash, to standard output.
    Token {
        /// What the caller is called in the file and in the log.
        name: String,
        /// What it may call: an operation such as verifyWhitelistV2, a group such as accounts.*, read, or * [default: read].
        #[arg(long, value_name = "WHAT", value_delimiter = ',')]
        allow: Vec<String>,
        /// The highest priority that it can ask for, and what it has without asking: high, normal or low.
        #[arg(long, value_name = "PRIORITY", value_parser = ["high", "normal", "low"])]
        priority: Option<String>,
    },
}

impl Entries {
    /// What the program was started with. Ends it where that cannot be meant.
    #[must_use]
    pub fn of_program() -> Self {
        let mut command = Self::command();
        if let Some((given, meant)) = misspelt(&command, std::env::vars_os().map(|(name, _)| name)) {
            let problem = format!("the environment has {given}, which is no entry: did you mean {meant}?\n");
            command.error(ErrorKind::UnknownArgument, problem).exit();
        }
        let mut command = without_empty_variables(command);
        let matches = command.try_get_matches_from_mut(std::env::args_os());
        let matches = matches.unwrap_or_else(|error| without_secrets(error).exit());
        let entries = Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        let by_flag = matches.value_source("share_limits") == Some(ValueSource::CommandLine);
        if by_flag && entries.share_limits.as_ref().is_some_and(has_password) {
            let problem = "--share-limits takes no URL with a password, since everybody on a machine sees flags: give it in the \
                           environment as SONORAN_GATEWAY_SHARE_LIMITS, or as share-limits in the configuration file\n";
            command.error(ErrorKind::ValueValidation, problem).exit();
        }
        entries
    }

    /// These, and from below what they leave open.
    pub(super) fn over(self, below: Self) -> Self {
        Self {
            task: self.task,
            config: self.config,
            check_config: self.check_config,
            check_health: self.check_health,
            host: self.host.or(below.host),
            port: self.port.or(below.port),
            api_key: self.api_key.or(below.api_key),
            api_key_by_flag: self.api_key_by_flag,
            api_key_file: self.api_key_file.or(below.api_key_file),
            community_id: self.community_id.or(below.community_id),
            pass_through: self.pass_through.or(below.pass_through),
            tokens_file: self.tokens_file.or(below.tokens_file),
            tls_certificate: self.tls_certificate.or(below.tls_certificate),
            tls_key: self.tls_key.or(below.tls_key),
            tls_by_proxy: self.tls_by_proxy.or(below.tls_by_proxy),
            api_url: self.api_url.or(below.api_url),
            allow_plain_http: self.allow_plain_http.or(below.allow_plain_http),
            max_wait: self.max_wait.or(below.max_wait),
            timeout: self.timeout.or(below.timeout),
            rate_window: self.rate_window.or(below.rate_window),
            ceilings: self.ceilings.or(below.ceilings),
            reserve: self.reserve.or(below.reserve),
            share_limits: self.share_limits.or(below.share_limits),
            share_limits_folder: self.share_limits_folder.or(below.share_limits_folder),
            share_limits_fallback: self.share_limits_fallback.or(below.share_limits_fallback),
            share_limits_members: self.share_limits_members.or(below.share_limits_members),
            ban_pause: self.ban_pause.or(below.ban_pause),
            event_listeners: self.event_listeners.or(below.event_listeners),
            coalesce: self.coalesce.or(below.coalesce),
            cache: self.cache.or(below.cache),
            stale_if_error: self.stale_if_error.or(below.stale_if_error),
            cache_size: self.cache_size.or(below.cache_size),
            max_body: self.max_body.or(below.max_body),
            head_timeout: self.head_timeout.or(below.head_timeout),
            body_timeout: self.body_timeout.or(below.body_timeout),
            grace: self.grace.or(below.grace),
            log: self.log.or(below.log),
        }
    }
}

/// An address of a listener that is refused may have a secret in it.
fn without_secrets(mut error: clap::Error) -> clap::Error {
    let is_secret = matches!(error.get(ContextKind::InvalidArg),
        Some(ContextValue::String(arg)) if arg.starts_with("--event-listeners"));
    if is_secret {
        error.insert(ContextKind::InvalidValue, ContextValue::String("[hidden]".to_owned()));
    }
    error
}

/// An empty variable is one that is not set: a file of container settings often has no other way to leave one out. An
/// empty address is refused, since it never means production.
fn without_empty_variables(command: Command) -> Command {
    let is_empty = |arg: &Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    let counts = |arg: &Arg| arg.get_id() == "api_url" || !is_empty(arg);
    command.mut_args(|arg| if counts(&arg) { arg } else { arg.env(Resettable::Reset) })
}

/// A variable that is nearly an entry's, and that one. Others with our prefix pass: Kubernetes sets some for a service
/// that is called as the gateway is.
fn misspelt(command: &Command, variables: impl Iterator<Item = OsString>) -> Option<(String, String)> {
    let entries = command.get_arguments().filter_map(|arg| arg.get_env()?.to_str()).chain([API_KEY]);
    let entries: Vec<&str> = entries.collect();
    let ours = variables.filter_map(|name| name.into_string().ok()).filter(|name| name.starts_with(PREFIX));
    ours.filter(|name| !entries.contains(&name.as_str())).find_map(|name| {
        let is_near = |entry: &&&str| strsim::damerau_levenshtein(&name, entry) <= 2;
        entries.iter().find(is_near).map(|entry| (name.clone(), (*entry).to_owned()))
    })
}

fn host(text: &str) -> Result<IpAddr, String> {
    let plain = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    if plain.eq_ignore_ascii_case("localhost") {
        return Ok(Ipv4Addr::LOCALHOST.into());
    }
    plain.parse().map_err(|_| "must be an IP address to listen on, or localhost".to_owned())
}

fn host_of_file<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<IpAddr>, D::Error> {
    host(&String::deserialize(deserializer)?).map(Some).map_err(Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = include_str!("../../../docs/gateway.md");

    #[test]
    fn every_entry_has_three_names_and_stands_on_the_page() {
        let command = Entries::command();
        command.clone().debug_assert();
        for arg in command.get_arguments().filter(|arg| {
            !matches!(arg.get_id().as_str(), "config" | "check_config" | "check_health" | "api_key_by_flag")
        }) {
            let name = arg.get_long().unwrap();
            let variable = format!("SONORAN_GATEWAY_{}", name.replace('-', "_").to_uppercase());
            assert_eq!(arg.get_env().unwrap(), variable.as_str());
            let line = PAGE.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
            let line = line.unwrap_or_else(|| panic!("{name} is not in the table"));
            let help = arg.get_help().unwrap().to_string();
            if let Some((_, default)) = help.split_once("[default: ") {
                let default = default.split(']').next().unwrap().trim_matches('`');
                assert!(line.contains(&format!("| {default} |")), "{default} of {name}: {line}");
            }
        }
    }

    #[test]
    fn names_that_are_nearly_an_entrys_are_told_of_and_no_others() {
        let found = |name: &str| misspelt(&Entries::command(), [OsString::from(name)].into_iter());
        for (given, meant) in [("MAXWAIT", "MAX_WAIT"), ("API_KEYS", "API_KEY"), ("HOSTS", "HOST")] {
            let (given, meant) = (format!("{PREFIX}{given}"), format!("{PREFIX}{meant}"));
            assert_eq!(found(&given), Some((given, meant)));
        }
        for name in ["SONORAN_GATEWAY_API_KEY", "SONORAN_GATEWAY_SERVICE_HOST", "GATEWAY_PORTS"] {
            assert_eq!(found(name), None, "{name}");
        }
    }

    #[test]
    fn hosts_are_addresses_or_this_machine() {
        let host = |text: &str| host(text).map(|host| host.to_string());
        for (text, meant) in
            [("localhost", "127.0.0.1"), ("[::1]", "::1"), ("::1", "::1"), ("0.0.0.0", "0.0.0.0")]
        {
            assert_eq!(host(text).as_deref(), Ok(meant));
        }
        assert!(host("example.com").is_err() && host("[").is_err() && host("").is_err());
    }

    #[test]
    fn a_switch_needs_no_value() {
        let parsed = |flags: &[&str]| {
            Entries::try_parse_from(["sonoran-gateway"].iter().chain(flags)).map(|entries| entries.log)
        };
        assert_eq!(parsed(&["--log"]).unwrap(), Some(true));
        assert_eq!(parsed(&["--log", "off"]).unwrap(), Some(false));
        assert!(parsed(&["--log=perhaps"]).is_err());
    }
}
