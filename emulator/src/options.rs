//! What the emulator is started with.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::builder::Resettable;
use clap::{Arg, Command, CommandFactory, FromArgMatches, Parser, ValueEnum};

use crate::admin::{AdminFrom, AdminToken};

/// A local emulator of the Sonoran CMS API.
///
/// It keeps a whole community in memory, answers every operation of the API from it, counts rate limits as the
/// service does, and can be told to fail. It needs no account and no network. When ready it prints one line of JSON
/// with its url. The admin side is under /_emulator/ and answers this machine only, unless told otherwise.
#[derive(Clone, Debug, Parser)]
#[command(name = "sonoran-emulator", version, max_term_width = 100)]
pub struct Options {
    /// The address to listen on.
    #[arg(long, env = "SONORAN_EMULATOR_HOST", default_value = "127.0.0.1")]
    pub host: IpAddr,

    /// The port to listen on; 0 takes any free one.
    #[arg(long, env = "SONORAN_EMULATOR_PORT", default_value_t = 8642)]
    pub port: u16,

    /// Whether rate limits are counted.
    #[arg(long, env = "SONORAN_EMULATOR_LIMITS", value_enum, ignore_case = true, default_value_t = Switch::On)]
    pub limits: Switch,

    /// Whether operations that need a subscription are refused to a community with a lower one.
    #[arg(long, env = "SONORAN_EMULATOR_SUBSCRIPTIONS", value_enum, ignore_case = true, default_value_t = Switch::Off)]
    pub subscriptions: Switch,

    /// Whether only what the API description documents is taken: no other fields, query names or types.
    #[arg(long, env = "SONORAN_EMULATOR_STRICT", value_enum, ignore_case = true, default_value_t = Switch::Off, num_args = 0..=1,
          default_missing_value = "on")]
    pub strict: Switch,

    /// The length of the rate limits' window.
    #[arg(long, env = "SONORAN_EMULATOR_WINDOW_SECONDS", default_value_t = 60, value_name = "SECONDS",
          value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub window_seconds: u32,

    /// A state to start with, and to come back to at a reset, instead of the built-in one. A state dumped from
    /// /_emulator/state or with --export-on-exit fits.
    #[arg(long, env = "SONORAN_EMULATOR_SEED_FILE", value_name = "FILE")]
    pub seed_file: Option<PathBuf>,

    /// Where to write the state when the program ends.
    #[arg(long, env = "SONORAN_EMULATOR_EXPORT_ON_EXIT", value_name = "FILE")]
    pub export_on_exit: Option<PathBuf>,

    /// Who may use the admin side: loopback, any, or networks such as 172.16.0.0/12; several with commas between.
    #[arg(long, env = "SONORAN_EMULATOR_ADMIN_FROM", value_name = "PLACES", default_value = "loopback")]
    pub admin_from: AdminFrom,

    /// A token that every admin call must then bring along, as `Authorization: Bearer TOKEN`.
    #[arg(long, env = "SONORAN_EMULATOR_ADMIN_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub admin_token: Option<AdminToken>,

    /// Writes a line for each request to standard error.
    #[arg(long, env = "SONORAN_EMULATOR_LOG", value_parser = is_on)]
    pub log: bool,

    /// Ends when standard input does. A program that starts the emulator with a pipe there takes it along when it
    /// ends, however it does.
    #[arg(long, env = "SONORAN_EMULATOR_EXIT_WITH_PARENT", value_parser = is_on)]
    pub exit_with_parent: bool,

    /// Asks the emulator that was started with the same flags or environment whether it is ready, says so and ends:
    /// with 0 if it is, else with 1.
    #[arg(long)]
    pub check_health: bool,

    /// How many requests the journal remembers.
    #[arg(long, env = "SONORAN_EMULATOR_JOURNAL", default_value_t = 10_000, value_name = "REQUESTS")]
    pub journal: usize,

    /// How many threads answer requests.
    #[arg(long, env = "SONORAN_EMULATOR_THREADS", default_value_t = 1, value_name = "NUMBER",
          value_parser = clap::value_parser!(u16).range(1..=64))]
    pub threads: u16,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// On.
    #[value(aliases = ["true", "1"])]
    On,
    /// Off.
    #[value(aliases = ["false", "0"])]
    Off,
}

/// The words of a [`Switch`] for a flag that has none on the command line, only in the environment.
fn is_on(word: &str) -> Result<bool, String> {
    let switch = <Switch as ValueEnum>::from_str(word, true);
    switch.map(|switch| switch == Switch::On).map_err(|_| "on or off is expected".to_owned())
}

impl Options {
    /// What the program was started with. Ends it where that cannot be meant.
    #[must_use]
    pub fn of_program() -> Self {
        let matches = without_empty_variables(Self::command()).get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }
}

/// An empty variable is one that is not set: a file of container settings often has no other way to leave one out.
fn without_empty_variables(command: Command) -> Command {
    let is_empty = |arg: &Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    command.mut_args(|arg| if is_empty(&arg) { arg.env(Resettable::Reset) } else { arg })
}

impl Default for Options {
    /// What the program takes when no flag is given, but any free port: several can run side by side in tests.
    fn default() -> Self {
        Self {
            host: IpAddr::from([127, 0, 0, 1]),
            port: 0,
            limits: Switch::On,
            subscriptions: Switch::Off,
            strict: Switch::Off,
            window_seconds: 60,
            seed_file: None,
            export_on_exit: None,
            admin_from: AdminFrom::default(),
            admin_token: None,
            log: false,
            exit_with_parent: false,
            check_health: false,
            journal: 10_000,
            threads: 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_and_defaults_agree() {
        use clap::CommandFactory;
        Options::command().debug_assert();
        let parsed = Options::try_parse_from(["sonoran-emulator", "--port", "0"]).unwrap();
        assert_eq!(format!("{parsed:?}"), format!("{:?}", Options::default()));
    }

    #[test]
    fn switches_have_one_set_of_words() {
        for (word, on) in [("on", true), ("1", true), ("true", true), ("TRUE", true)].into_iter().chain([
            ("off", false),
            ("0", false),
            ("false", false),
            ("Off", false),
        ]) {
            assert_eq!(is_on(word), Ok(on), "{word}");
            let flags = ["sonoran-emulator", "--limits", word, "--subscriptions", word];
            let options = Options::try_parse_from(flags).unwrap();
            let switch = if on { Switch::On } else { Switch::Off };
            assert_eq!((options.limits, options.subscriptions), (switch, switch), "{word}");
        }
        assert!(is_on("perhaps").is_err());
    }

    #[test]
    fn strict_needs_no_value() {
        let strict = |flags: &[&str]| {
            let flags = ["sonoran-emulator"].iter().chain(flags);
            Options::try_parse_from(flags).map(|options| options.strict)
        };
        for flags in [&["--strict"][..], &["--strict", "--port", "0"], &["--strict", "on"]] {
            assert_eq!(strict(flags).unwrap(), Switch::On, "{flags:?}");
        }
        assert_eq!(strict(&["--strict", "off"]).unwrap(), Switch::Off);
        assert!(strict(&["--strict=perhaps"]).is_err());
    }
}
