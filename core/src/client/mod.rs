//! The client: its making, and what it knows.

mod calls;
mod carry;
mod ceilings;
mod counting_apart;
mod plain_http;
mod sharing;

use std::sync::{Arc, OnceLock};

use rustls::ClientConfig;
use secrecy::ExposeSecret;

use crate::closing::Closing;
use crate::limit::{Files, Limiter, OnServer, Place, Sharing};
use crate::options::SharedAt;
use crate::request::Caller;
use crate::retry::Quota;
use crate::transport::Transport;
use crate::valkey::{Address, Server};
use crate::{
    ArgumentError, Cms, Operation, Options, Product, RateLimit, RateLimitState, Walks, address, tls,
};

/// A client of the API for one credential. Cheap to clone; clones share their connections, and
/// all clients of a process share the rate limits of a credential.
///
/// ```
/// use sonoran::{Client, Options};
///
/// let client = Client::new(Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID"))?;
/// let clone = client.clone();
/// std::thread::spawn(move || println!("{:?}", clone.rate_limit("getAccountV2")));
/// # Ok::<(), sonoran::ArgumentError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: Options,
    transport: Transport,
    limiter: Arc<Limiter>,
    /// The server that shares the limits, where it is not on this machine.
    foreign_server: Option<String>,
    /// What it is trusted by when it is asked whether it does: to read the platform's roots each time would cost more.
    server_tls: OnceLock<Option<Arc<ClientConfig>>>,
    quota: Quota,
    closing: Closing,
}

impl Client {
    /// A client with these options.
    ///
    /// ```
    /// use sonoran::{Client, Options};
    ///
    /// let refused = Client::new(Options::new("", "YOUR_COMMUNITY_ID")).unwrap_err();
    /// assert_eq!(refused.argument, "apiKey");
    /// let client = Client::new(Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID"))?;
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When an option is missing or wrong; nothing is sent.
    pub fn new(options: Options) -> Result<Self, ArgumentError> {
        if options.product != Product::Cms {
            return Err(ArgumentError::value("product", "must be CMS: this library speaks the CMS API"));
        }
        if options.api_key.is_none() {
            return Err(missing("apiKey"));
        }
        match options.community_id.as_deref() {
            None => return Err(missing("communityId")),
            Some(id) => check_community(id)?,
        }
        ceilings::check(&options.ceilings)?;
        if !(0.0..1.0).contains(&options.reserve) {
            return Err(ArgumentError::value("reserve", "must be from 0 to less than 1"));
        }
        let api_url = options.api_url.as_ref().map(|(name, url)| (*name, url.as_str()));
        let address = address::resolve(api_url, options.allow_plain_http, &options.environment)?;
        let transport = Transport::new(&options, address.clone())?;
        let client = Self::over(transport, options)?;
        plain_http::warn(&client.0.options.on_warning, &address);
        Ok(client)
    }

    fn over(transport: Transport, options: Options) -> Result<Self, ArgumentError> {
        let key = options.api_key.as_ref().ok_or_else(|| missing("apiKey"))?;
        let sharing = options.sharing()?;
        let foreign_server = match &sharing {
            Some((_, SharedAt::Server(address))) if !address.is_local() => Some(address.to_string()),
            _ => None,
        };
        let limiter = limiter(&options, sharing, transport.base(), key.expose_secret())?;
        // An emulator's programs and tests try many windows, and a gateway counts by itself.
        if !transport.is_local() && options.rate_limit != RateLimit::Off {
            counting_apart::warn(&options.on_warning, &limiter, transport.base(), key.expose_secret());
        }
        let (quota, closing) = (Quota::full(), Closing::default());
        let server_tls = OnceLock::new();
        Ok(Self(Arc::new(Inner { options, transport, limiter, foreign_server, server_tls, quota, closing })))
    }

    /// The operations of the CMS API.
    ///
    /// ```
    /// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
    /// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
    /// # let client = sonoran::Client::new(options)?;
    /// # let example = async {
    /// let response = client.cms().get_community_v2().await?;
    /// assert!(response.success && response.attempts == 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # };
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cms(&self) -> Cms<'_> {
        Cms::new(self)
    }

    /// The address of the API that this client speaks to, without a slash at the end.
    ///
    /// ```
    /// use sonoran::{Client, Options};
    ///
    /// let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url("http://localhost:8080/");
    /// assert_eq!(Client::new(options)?.api_url(), "http://localhost:8080");
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    pub fn api_url(&self) -> &str {
        self.0.transport.base()
    }

    /// Whether [that address](Self::api_url) is on this machine, as an emulator's is.
    ///
    /// ```
    /// use sonoran::{Client, Options};
    ///
    /// let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID");
    /// assert!(!Client::new(options.clone().api_url("https://cms.example.com"))?.is_local());
    /// assert!(Client::new(options.api_url("http://127.0.0.1:8080"))?.is_local());
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    pub fn is_local(&self) -> bool {
        self.0.transport.is_local()
    }

    /// Where calls leave this machine: the [address](Self::api_url) of the API, else a proxy, else the server that shares
    /// rate limits, without user and password. `None` where all of them are on this machine; for guards of tests.
    ///
    /// ```
    /// use sonoran::{Client, Options, ShareLimits};
    ///
    /// let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url("http://127.0.0.1:8080");
    /// assert_eq!(Client::new(options.clone())?.foreign(), None);
    /// let shared = options.clone().share_limits(ShareLimits::Server("redis://valkey.example".into()));
    /// assert_eq!(Client::new(shared)?.foreign(), Some("redis://valkey.example:6379/0"));
    /// let proxied = options.proxy("http://user:secret@proxy.example:3128");
    /// assert_eq!(Client::new(proxied)?.foreign(), Some("http://proxy.example:3128"));
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    pub fn foreign(&self) -> Option<&str> {
        self.0.transport.foreign().or(self.0.foreign_server.as_deref())
    }

    /// The lists of the CMS API that come in pages, to be walked item by item, see [`Walk`](crate::Walk).
    ///
    /// ```
    /// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
    /// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
    /// # let client = sonoran::Client::new(options)?;
    /// # let example = async {
    /// let mut accounts = client.walk().get_accounts_v2(None);
    /// while let Some(account) = accounts.next().await {
    ///     println!("{}", account?.acc_name);
    /// }
    /// # assert!(accounts.position() > 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # };
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn walk(&self) -> Walks<'_> {
        Walks::new(self)
    }

    /// The rate limit of an operation at this moment, as this process knows it: what other
    /// processes send with the same key shows only where the limits [are shared](Options::share_limits), or in
    /// a 429. Who waits is counted in this process alone. Asking sends nothing and takes no slot. All operations of
    /// version 1 share one limit. With [`RateLimit::Off`] nothing is counted, and every request is free to go.
    ///
    /// ```
    /// use sonoran::{Client, Options};
    ///
    /// let client = Client::new(Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID"))?;
    /// let state = client.rate_limit("getAccountV2")?;
    /// assert_eq!((state.free, state.waiting, state.next_free_in), (state.limit, 0, None));
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When there is no such operation.
    pub fn rate_limit(&self, operation: &str) -> Result<RateLimitState, ArgumentError> {
        let operation = Operation::named(operation)?;
        let ceiling = self.ceiling(operation);
        Ok(match self.0.options.rate_limit {
            RateLimit::Off => RateLimitState::unused(ceiling),
            RateLimit::Wait | RateLimit::Error => self.0.limiter.state(operation.window(), ceiling),
        })
    }

    /// A client for another credential, with the same options and connections. For gateways.
    ///
    /// ```
    /// use sonoran::{Client, Options};
    ///
    /// let client = Client::new(Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID"))?;
    /// let other = client.with_credential("ANOTHER_KEY", "ANOTHER_COMMUNITY")?;
    /// assert_eq!(other.api_url(), client.api_url());
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the key has signs that no key has, or either is empty.
    pub fn with_credential(&self, api_key: &str, community_id: &str) -> Result<Self, ArgumentError> {
        check_community(community_id)?;
        let transport = self.0.transport.with_key(api_key)?;
        let mut options = self.0.options.clone();
        options.api_key = Some(api_key.into());
        options.community_id = Some(community_id.to_owned());
        Self::over(transport, options)
    }

    /// Closes the client and its clones: a call that waits for a slot, for a pause or for an answer
    /// ends at once, as if it had been cancelled, with an error that [says
    /// so](ArgumentError::is_closed), and so does every later call. What was asked of the service
    /// may still be carried out. Connections close with the last clone, and idle ones as ever.
    ///
    /// ```
    /// use sonoran::{Client, Options};
    ///
    /// # async fn example() -> Result<(), sonoran::ArgumentError> {
    /// let client = Client::new(Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID"))?;
    /// client.close();
    /// let refused = client.cms().get_community_v2().await.unwrap_err();
    /// assert!(refused.is_closed());
    /// assert_eq!(refused.to_string(), "client is closed: make a new one");
    /// # Ok(())
    /// # }
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example()).unwrap();
    /// ```
    pub fn close(&self) {
        self.0.closing.close();
    }

    fn caller(&self) -> Caller<'_> {
        let options = &self.0.options;
        Caller {
            // Both are there, or the client would not be.
            community_id: options.community_id.as_deref().unwrap_or_default(),
            api_key: options.api_key.as_ref().map_or("", |key| key.expose_secret()),
            default_server: options.server_id,
        }
    }

    fn ceiling(&self, operation: &Operation) -> u32 {
        let ceilings = &self.0.options.ceilings;
        ceilings.get(operation.limit()).copied().unwrap_or(operation.ceiling)
    }
}

/// The limiter of a credential: of this process alone, or of all processes that share it.
fn limiter(
    options: &Options,
    sharing: Option<(Sharing, SharedAt)>,
    base: &str,
    key: &str,
) -> Result<Arc<Limiter>, ArgumentError> {
    let window = options.rate_window;
    let Some((sharing, at)) = sharing else {
        return Ok(Limiter::shared(base, key, window));
    };
    let place = || -> Result<Box<dyn Place>, ArgumentError> {
        Ok(match at {
            SharedAt::Folder(folder) => Box::new(Files::new(folder.as_deref(), base, key)),
            SharedAt::Server(address) => {
                let tls = server_tls(options, &address)?;
                Box::new(OnServer::new(Arc::new(Server::new(address, tls)), base, key))
            }
        })
    };
    Limiter::beyond(base, key, window, &sharing, ceilings::window_at, &options.on_warning, place)
}

/// By what the server is trusted that has shared limits, where there is TLS to it: as the service is.
fn server_tls(options: &Options, address: &Address) -> Result<Option<Arc<ClientConfig>>, ArgumentError> {
    if !address.is_secured() {
        return Ok(None);
    }
    let tls = tls::usual(tls::given_roots(&options.root_certificates)?, &options.environment)?;
    Ok(Some(Arc::new(tls)))
}

fn missing(option: &str) -> ArgumentError {
    ArgumentError::of_type(option, "is required")
}

fn check_community(id: &str) -> Result<(), ArgumentError> {
    if id.trim().is_empty() {
        return Err(ArgumentError::value("communityId", "must not be empty"));
    }
    Ok(())
}

#[cfg(test)]
mod closing_tests;
#[cfg(test)]
mod tests;
