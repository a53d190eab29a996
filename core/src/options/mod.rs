//! The options of a client, the same in every language.

mod json;
mod share;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

pub(crate) use self::json::rate_limit;
pub(crate) use self::share::{
    SHARE_LIMITS, SHARE_LIMITS_FALLBACK, SHARE_LIMITS_FOLDER, SHARE_LIMITS_MEMBERS, Share, SharedAt,
};
pub use self::share::{ShareLimits, ShareLimitsFallback};
use crate::environment::{self, Environment};
use crate::limit::WINDOW;
use crate::settings::LONGEST;
use crate::warning::{self, Hook};
use crate::{Attempted, Waiting, Warning};

/// A product of the service. This library speaks the CMS API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum Product {
    /// Computer aided dispatch.
    Cad = 0,
    /// Community management system.
    #[default]
    Cms = 1,
    /// Radio.
    Radio = 2,
}

/// What a call does when no slot of its rate limit is free.
///
/// ```
/// use sonoran::{Client, Options, RateLimit};
///
/// let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").rate_limit(RateLimit::Error);
/// # Client::new(options)?;
/// # Ok::<(), sonoran::ArgumentError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RateLimit {
    /// Wait for a slot, up to [`Options::max_wait`].
    #[default]
    Wait,
    /// Fail at once, with kind `rateLimited` and the time to come back.
    Error,
    /// Send all the same: the service counts alone.
    Off,
}

/// What hears of waiting calls.
pub(crate) type WaitHook = Arc<dyn Fn(&Waiting) + Send + Sync>;

/// What hears of a request that is about to be sent.
pub(crate) type SendHook = Arc<dyn Fn(&'static str) + Send + Sync>;

/// What hears of attempts, and whether it listens.
#[derive(Clone)]
pub(crate) struct AttemptHook {
    pub(crate) listens: Arc<dyn Fn() -> bool + Send + Sync>,
    pub(crate) tell: Arc<dyn Fn(&Attempted) + Send + Sync>,
}

/// The options of a client.
///
/// ```
/// use std::time::Duration;
/// use sonoran::Options;
///
/// let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID")
///     .timeout(Duration::from_secs(10))
///     .ceiling("getAccountV2", 10);
/// assert!(!format!("{options:?}").contains("YOUR_API_KEY"));
/// ```
#[derive(Clone)]
pub struct Options {
    pub(crate) api_key: Option<SecretString>,
    pub(crate) community_id: Option<String>,
    pub(crate) product: Product,
    /// What was given for other products, by the options' names.
    others: HashMap<String, SecretString>,
    pub(crate) server_id: i64,
    /// And the name that it was given by.
    pub(crate) api_url: Option<(&'static str, String)>,
    pub(crate) allow_plain_http: Option<bool>,
    pub(crate) environment: Environment,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) deadline: Option<Duration>,
    pub(crate) retries: u32,
    pub(crate) rate_limit: RateLimit,
    pub(crate) max_wait: Option<Duration>,
    pub(crate) ceilings: HashMap<String, u32>,
    pub(crate) reserve: f64,
    pub(crate) proxy: Option<String>,
    pub(crate) root_certificates: Vec<String>,
    pub(crate) idle_timeout: Duration,
    pub(crate) agent: String,
    pub(crate) user_agent_suffix: Option<String>,
    pub(crate) debug: bool,
    pub(crate) rate_window: Duration,
    pub(crate) share: Share,
    pub(crate) on_wait: Option<WaitHook>,
    pub(crate) on_send: Option<SendHook>,
    pub(crate) on_attempt: Option<AttemptHook>,
    pub(crate) on_warning: Hook,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            api_key: None,
            community_id: None,
            product: Product::Cms,
            others: HashMap::new(),
            server_id: 1,
            api_url: None,
            allow_plain_http: None,
            environment: Environment::Process,
            headers: Vec::new(),
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            deadline: None,
            retries: 2,
            rate_limit: RateLimit::Wait,
            max_wait: None,
            ceilings: HashMap::new(),
            reserve: 0.2,
            proxy: None,
            root_certificates: Vec::new(),
            idle_timeout: Duration::from_secs(4),
            agent: concat!("sonoran-rust/", env!("CARGO_PKG_VERSION")).to_owned(),
            user_agent_suffix: None,
            debug: false,
            rate_window: WINDOW,
            share: Share::default(),
            on_wait: None,
            on_send: None,
            on_attempt: None,
            on_warning: warning::on_standard_error(),
        }
    }
}

impl Options {
    /// Options for one credential, everything else at its default.
    ///
    /// ```
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID");
    /// # sonoran::Client::new(options)?;
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    pub fn new(api_key: impl Into<String>, community_id: impl Into<String>) -> Self {
        Self {
            api_key: Some(api_key.into().into()),
            community_id: Some(community_id.into()),
            ..Self::default()
        }
    }

    /// Whether a key was given for this product. Only that of the CMS is of use today.
    ///
    /// ```
    /// use sonoran::{Options, Product};
    ///
    /// let options = Options::from_json(r#"{"cadApiKey": "YOUR_CAD_KEY"}"#)?;
    /// assert!(options.has_key(Product::Cad) && !options.has_key(Product::Cms));
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    pub fn has_key(&self, product: Product) -> bool {
        match product {
            Product::Cad => self.others.contains_key("cadApiKey"),
            Product::Cms => self.api_key.is_some(),
            Product::Radio => self.others.contains_key("radioApiKey"),
        }
    }

    /// The server that stands in where a call leaves its server id out; 1 by default.
    ///
    /// ```
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").default_server_id(2);
    /// # sonoran::Client::new(options)?;
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn default_server_id(mut self, server_id: i64) -> Self {
        self.server_id = server_id;
        self
    }

    /// The address of the API: https, or http to this machine (elsewhere see
    /// [`allow_plain_http`](Self::allow_plain_http)). By default the environment's
    /// `SONORAN_CMS_API_URL`, else the production address.
    ///
    /// ```
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url("http://127.0.0.1:8642");
    /// # sonoran::Client::new(options)?;
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn api_url(mut self, url: impl Into<String>) -> Self {
        self.api_url = Some(("apiUrl", url.into()));
        self
    }

    /// Whether plain http may go beyond this machine, where everybody on the way sees the key: for
    /// test networks such as a compose file's. Warned of once for each host. By default what the
    /// environment's `SONORAN_ALLOW_PLAIN_HTTP` says (1 or 0), else not.
    ///
    /// ```
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID")
    ///     .api_url("http://emulator:8642")
    ///     .allow_plain_http(true);
    /// # sonoran::Client::new(options)?;
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = Some(allow);
        self
    }

    /// The names of all variables of the environment that count: addresses, `SONORAN_SHARE_LIMITS` and its companions,
    /// `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` in either case, `SSL_CERT_FILE` and `SSL_CERT_DIR`.
    ///
    /// ```
    /// assert!(sonoran::Options::VARIABLES.contains(&"SONORAN_CMS_API_URL"));
    /// ```
    pub const VARIABLES: &[&str] = &environment::VARIABLES;

    /// The environment to read, in place of the process's own: the [variables](Self::VARIABLES) that it has of those that
    /// count. For languages whose programs see another one than native code does.
    ///
    /// ```
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID")
    ///     .environment([("SONORAN_CMS_API_URL", "http://127.0.0.1:8642")]);
    /// ```
    #[must_use]
    pub fn environment<N: Into<String>, V: Into<String>>(
        mut self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let owned = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        self.environment = Environment::Given(owned.collect());
        self
    }

    /// What to call with a [`Warning`]; by default it is written to standard error. Of plain http beyond this machine
    /// it comes while the client is made; of rate limits that [can't be shared](Self::share_limits) then or later, from
    /// any thread, and once more when that is over. It must not block; a panic in it is ignored.
    ///
    /// ```
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID")
    ///     .api_url("http://emulator.test:8642")
    ///     .allow_plain_http(true)
    ///     .on_warning(|warning| println!("sonoran: {warning}"));
    /// # sonoran::Client::new(options)?;
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn on_warning(self, hook: impl Fn(&Warning) + Send + Sync + 'static) -> Self {
        self.on_warning_shared(Arc::new(hook))
    }

    /// The same with one that several clients have: of what concerns many of them, such as limits that they share, it
    /// hears once.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use sonoran::{Client, Options, Warning};
    ///
    /// let hook: Arc<dyn Fn(&Warning) + Send + Sync> = Arc::new(|warning| println!("sonoran: {warning}"));
    /// for community in ["ONE_COMMUNITY", "ANOTHER_COMMUNITY"] {
    ///     Client::new(Options::new("YOUR_API_KEY", community).on_warning_shared(Arc::clone(&hook)))?;
    /// }
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn on_warning_shared(mut self, hook: Arc<dyn Fn(&Warning) + Send + Sync>) -> Self {
        self.on_warning = hook;
        self
    }

    /// A header to send with every request.
    ///
    /// ```
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").header("X-Program", "promotions");
    /// # sonoran::Client::new(options)?;
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Bound on all attempts of a call and the pauses between them; 30 s by default. Waiting for
    /// a slot of the rate limit counts apart, see [`max_wait`](Self::max_wait).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").timeout(Duration::from_secs(10));
    /// # sonoran::Client::new(options)?;
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Bound on making a connection; 10 s by default.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").connect_timeout(Duration::from_secs(3));
    /// # sonoran::Client::new(options)?;
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Bound on a whole call, waiting for slots included; none by default.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").deadline(Duration::from_secs(90));
    /// # sonoran::Client::new(options)?;
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// How often a failed attempt may be repeated; 2 by default, so at most 3 attempts.
    ///
    /// ```
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").retries(0);
    /// # sonoran::Client::new(options)?;
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// What a call does when no slot of its rate limit is free; it waits by default.
    ///
    /// ```
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").rate_limit(sonoran::RateLimit::Error);
    /// # sonoran::Client::new(options)?;
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn rate_limit(mut self, mode: RateLimit) -> Self {
        self.rate_limit = mode;
        self
    }

    /// Bound on a call's waiting for slots; none by default, but for a 429 that asks for more than two
    /// minutes, which is told at once.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").max_wait(Duration::from_secs(5));
    /// # sonoran::Client::new(options)?;
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = Some(wait);
        self
    }

    /// What to call, once for each call, when its waiting for slots of the rate limit passes one
    /// second. It runs between two steps of the call and must not block; a panic in it is ignored.
    ///
    /// ```
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").on_wait(|waiting| {
    ///     println!("{} waits for {:?} more", waiting.operation, waiting.expected);
    /// });
    /// ```
    #[must_use]
    pub fn on_wait(mut self, hook: impl Fn(&Waiting) + Send + Sync + 'static) -> Self {
        self.on_wait = Some(Arc::new(hook));
        self
    }

    /// What to call after each attempt of a call, whatever came of it, before the pause that follows
    /// and before the call returns. A cancelled attempt is not told of. It runs where the call is polled, with
    /// its task's locals and spans, and must not block; a panic in it is ignored.
    ///
    /// ```
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").on_attempt(|attempt| {
    ///     println!("{} {}: {:?} in {:?}", attempt.operation, attempt.number, attempt.status, attempt.elapsed);
    /// });
    /// ```
    #[must_use]
    pub fn on_attempt(self, hook: impl Fn(&Attempted) + Send + Sync + 'static) -> Self {
        self.on_attempt_if(|| true, hook)
    }

    /// The same where listeners come and go: `listens` is asked after each attempt, and where it says no, nothing is
    /// put together to be told.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicBool, Ordering};
    ///
    /// static WATCHED: AtomicBool = AtomicBool::new(false);
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID")
    ///     .on_attempt_if(|| WATCHED.load(Ordering::Relaxed), |attempt| println!("{attempt}"));
    /// ```
    #[must_use]
    pub fn on_attempt_if(
        mut self,
        listens: impl Fn() -> bool + Send + Sync + 'static,
        hook: impl Fn(&Attempted) + Send + Sync + 'static,
    ) -> Self {
        self.on_attempt = Some(AttemptHook { listens: Arc::new(listens), tell: Arc::new(hook) });
        self
    }

    /// What to call before each request that is sent, with the operation's name; of one that is dropped under way,
    /// [`on_attempt`](Self::on_attempt) hears nothing. It runs in the midst of the call and must not block; a panic in it
    /// is ignored. For gateways.
    ///
    /// ```
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").on_send(|operation| println!("{operation}"));
    /// # sonoran::Client::new(options)?;
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn on_send(mut self, hook: impl Fn(&'static str) + Send + Sync + 'static) -> Self {
        self.on_send = Some(Arc::new(hook));
        self
    }

    /// For how long the service counts calls: 60 s. Less is for an emulator that counts for a shorter time; the
    /// service would answer 429.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID")
    ///     .api_url("http://127.0.0.1:8642")
    ///     .rate_window(Duration::from_secs(1));
    /// # sonoran::Client::new(options)?;
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn rate_window(mut self, window: Duration) -> Self {
        self.rate_window = window.min(LONGEST);
        self
    }

    /// With whom the rate limits are shared: all that use one key must, as the service counts them together. By default
    /// what the environment's `SONORAN_SHARE_LIMITS` says (`process`, `machine` or the URL of a Valkey or Redis server),
    /// else with the clients of this process alone. The guide "Sharing a key" tells more.
    ///
    /// ```
    /// use sonoran::{Client, Options, ShareLimits};
    ///
    /// # let folder = std::env::temp_dir().join(format!("sonoran-doc-{}", std::process::id()));
    /// let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").share_limits(ShareLimits::Machine);
    /// # let options = options.share_limits_folder(&folder);
    /// let client = Client::new(options)?;
    /// # std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn share_limits(mut self, with: ShareLimits) -> Self {
        self.share.with = Some(with);
        self
    }

    /// The folder of the files through which the processes of a machine share their limits; by default one of the
    /// user's own in the temporary folder. It is made where it is not there, and no folder that it would be in. For
    /// containers, and for programs of several users: each must be able to write to what the others have made.
    ///
    /// ```
    /// use sonoran::{Options, ShareLimits};
    ///
    /// let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID")
    ///     .share_limits(ShareLimits::Machine)
    ///     .share_limits_folder("/var/lib/sonoran");
    /// ```
    #[must_use]
    pub fn share_limits_folder(mut self, folder: impl Into<std::path::PathBuf>) -> Self {
        self.share.folder = Some(folder.into());
        self
    }

    /// What is done while the limits can't be shared; they are divided by default. A warning tells of it, and when it
    /// is over: see [`on_warning`](Self::on_warning).
    ///
    /// ```
    /// use sonoran::{Options, ShareLimits, ShareLimitsFallback};
    ///
    /// let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID")
    ///     .share_limits(ShareLimits::Machine)
    ///     .share_limits_fallback(ShareLimitsFallback::Refuse);
    /// ```
    #[must_use]
    pub fn share_limits_fallback(mut self, fallback: ShareLimitsFallback) -> Self {
        self.share.fallback = Some(fallback);
        self
    }

    /// How many processes share the limits, by default what `SONORAN_SHARE_LIMITS_MEMBERS` says, else 2: into so many
    /// parts each is divided while they can't be shared. Where that leaves a process less than one request, calls are
    /// refused, and the reason says so.
    ///
    /// ```
    /// use sonoran::{Options, ShareLimits};
    ///
    /// let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID")
    ///     .share_limits(ShareLimits::Machine)
    ///     .share_limits_members(4);
    /// ```
    #[must_use]
    pub fn share_limits_members(mut self, members: u32) -> Self {
        self.share.members = Some(members);
        self
    }

    /// Calls per 60 s for one operation, instead of the documented ceiling.
    ///
    /// ```
    /// use sonoran::{Client, Options};
    ///
    /// let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").ceiling("getAccountV2", 10).ceiling("v1", 30);
    /// assert_eq!(Client::new(options)?.rate_limit("getAccountV2")?.limit, 10);
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn ceiling(mut self, operation: impl Into<String>, ceiling: u32) -> Self {
        self.ceilings.insert(operation.into(), ceiling);
        self
    }

    /// The part of each ceiling that calls of [low priority](crate::Priority::Low) leave to others, from 0 to less
    /// than 1; a fifth by default.
    ///
    /// ```
    /// use sonoran::{Client, Options};
    ///
    /// assert!(Client::new(Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").reserve(0.5)).is_ok());
    /// let refused = Client::new(Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").reserve(1.0)).unwrap_err();
    /// assert_eq!(refused.argument, "reserve");
    /// ```
    #[must_use]
    pub fn reserve(mut self, part: f64) -> Self {
        self.reserve = part;
        self
    }

    /// The proxy to use, as a URL; by default what the environment names.
    ///
    /// ```
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").proxy("http://127.0.0.1:3128");
    /// # sonoran::Client::new(options)?;
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// Certificates (PEM text) to trust beside the platform's and those of `SSL_CERT_FILE` and `SSL_CERT_DIR`.
    ///
    /// ```
    /// use sonoran::{Client, Options};
    ///
    /// let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").root_certificate("no certificate");
    /// assert_eq!(Client::new(options).unwrap_err().argument, "rootCertificates");
    /// ```
    #[must_use]
    pub fn root_certificate(mut self, pem: impl Into<String>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// How long an idle connection is kept; 4 s by default, less than servers keep theirs, so
    /// that none is used as the server closes it.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").idle_timeout(Duration::from_secs(2));
    /// # sonoran::Client::new(options)?;
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// What to append to the `User-Agent` header, e.g. the name of your program.
    ///
    /// ```
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").user_agent_suffix("promotions/1.2");
    /// # sonoran::Client::new(options)?;
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent_suffix = Some(suffix.into());
        self
    }

    /// Whether to write a line to standard error for each attempt, and for a call that waits for
    /// its rate limit longer than a second. The key is never in it.
    ///
    /// ```
    /// let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").debug(true);
    /// # sonoran::Client::new(options)?;
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    #[must_use]
    pub fn debug(mut self, debug: bool) -> Self {
        self.debug = debug;
        self
    }

    /// The package that speaks, as `name/version`, for the `User-Agent` header; for bindings.
    #[must_use]
    pub fn agent(mut self, agent: impl Into<String>) -> Self {
        self.agent = agent.into();
        self
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers, proxy and certificates may hold secrets too, so only the harmless is shown.
        formatter
            .debug_struct("Options")
            .field("api_key", &"[hidden]")
            .field("community_id", &self.community_id)
            .field("server_id", &self.server_id)
            .field("timeout", &self.timeout)
            .field("retries", &self.retries)
            .field("rate_limit", &self.rate_limit)
            .finish_non_exhaustive()
    }
}
