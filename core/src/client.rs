//! The client: carries a call through request, limit, retry, transport and response.

use std::collections::HashMap;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use secrecy::ExposeSecret;
use tokio::time::Instant;

use crate::attempt::Attempt;
use crate::closing::Closing;
use crate::limit::{Limiter, Notice, Refused, Slot, Turn};
use crate::nearest::nearest;
use crate::options::AttemptHook;
use crate::request::{Caller, Request, prepare, readdress};
use crate::response::Course;
use crate::retry::{Bounds, Next, Quota, Retries};
use crate::transport::Transport;
use crate::{
    Answer, ArgumentError, Attempted, Call, CallOptions, Cms, Forward, Forwarded, Map, Operation, Options,
    Product, RateLimit, RateLimitState, Response, Waiting, Walks, Wire, address, operations, response, spans,
    warning,
};

/// The name of version 1's one ceiling in the option `ceilings`.
const V1_CEILING: &str = "v1";

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
        let key = options.api_key.as_ref().ok_or_else(|| missing("apiKey"))?;
        match options.community_id.as_deref() {
            None => return Err(missing("communityId")),
            Some("") => return Err(ArgumentError::value("communityId", "must not be empty")),
            Some(_) => {}
        }
        check_ceilings(&options.ceilings)?;
        let api_url = options.api_url.as_ref().map(|(name, url)| (*name, url.as_str()));
        let address = address::resolve(api_url, options.allow_plain_http, &options.environment)?;
        let limiter = limiter(&options, &address.base, key.expose_secret())?;
        let transport = Transport::new(&options, address.clone())?;
        warning::of_plain_http(&options, &address);
        Ok(Self(Arc::new(Inner {
            options,
            transport,
            limiter,
            quota: Quota::full(),
            closing: Closing::default(),
        })))
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
    /// a 429. Who waits is counted in this process alone. Asking sends nothing and takes no slot. All operations of version 1 share one limit. With [`RateLimit::Off`] nothing is
    /// counted, and every request is free to go.
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

    /// Carries out a call; the methods of [`cms`](Self::cms) do so with typed arguments. See [`Call`]
    /// for an example. Dropping the future cancels it: the request is dropped and its connection closed.
    ///
    /// # Errors
    ///
    /// Only for misuse, before anything is sent, and where the client is or gets
    /// [closed](Self::close). What the service or the network does, and even a panic in here, becomes
    /// a [`Response`].
    pub async fn execute(&self, call: Call) -> Result<Response, ArgumentError> {
        let operation = call.operation;
        // A key in the wrong place shall not show.
        let request = prepare(&call, self.caller()).map_err(|error| error.hiding(self.caller().api_key))?;
        // Pinned here: each layer that takes a future by value would hold it twice.
        let run = pin!(self.run(call, request));
        let run = pin!(spans::call(operation, run));
        let caught = pin!(unless_it_panics(run, || panicked(operation)));
        self.0.closing.unless_closed(caught).await
    }

    /// Sends on a request that another program has written, in the way of every call: it waits for a slot of the
    /// operation's rate limit, and is repeated where that is safe. The answer is handed out as it came. The
    /// credential is the client's. For gateways.
    ///
    /// When `called_off` ends, a request that waits for its slot or for another attempt is given up; one that is
    /// under way runs to its end. Dropping the future drops that too.
    ///
    /// ```
    /// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
    /// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
    /// # let client = sonoran::Client::new(options)?;
    /// # let example = async {
    /// use sonoran::{Forward, Forwarded};
    ///
    /// let mut forward = Forward::new("getAccountV2")?;
    /// forward.path_values = vec!["00000000-0000-0000-0000-000000000000".to_owned()];
    /// match client.forward(forward, std::future::pending()).await? {
    ///     Forwarded::Answered(answer) => println!("{} {:?}", answer.status, answer.body),
    ///     Forwarded::Failed(response) => println!("{}", response.reason.unwrap_or_default()),
    ///     Forwarded::CalledOff => {}
    /// }
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// # };
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When a value can't stand in the operation's path, or the body of a version 1 request is not that of the
    /// operation; nothing is sent.
    pub async fn forward(
        &self,
        forward: Forward,
        called_off: impl Future<Output = ()>,
    ) -> Result<Forwarded, ArgumentError> {
        let operation = forward.operation;
        let request = readdress(&forward, self.caller())?;
        let run = pin!(async {
            let (end, course) = self.carry(operation, &forward.options, &request, pin!(called_off)).await;
            match end {
                End::Attempt(Attempt::Answered(reply)) => {
                    Forwarded::Answered(Answer::of(reply, course, self.caller().api_key))
                }
                End::CalledOff => Forwarded::CalledOff,
                end => Forwarded::Failed(Box::new(self.respond(operation, end, course))),
            }
        });
        let caught = pin!(unless_it_panics(run, || Forwarded::Failed(Box::new(panicked(operation)))));
        self.0.closing.unless_closed(caught).await
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
        if community_id.is_empty() {
            return Err(ArgumentError::value("communityId", "must not be empty"));
        }
        let transport = self.0.transport.with_key(api_key)?;
        let mut options = self.0.options.clone();
        options.api_key = Some(api_key.into());
        options.community_id = Some(community_id.to_owned());
        let limiter = limiter(&options, self.api_url(), api_key)?;
        Ok(Self(Arc::new(Inner {
            options,
            transport,
            limiter,
            quota: Quota::full(),
            closing: Closing::default(),
        })))
    }

    /// Carries out many calls, at most `concurrency` of them under way at a time, and hands out their
    /// responses as they come, each with the index of its call. Those that wait for a slot of the rate
    /// limit are under way too. Dropping the [`Map`] cancels them.
    ///
    /// ```
    /// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
    /// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
    /// # let client = sonoran::Client::new(options)?;
    /// # let example = async {
    /// use sonoran::{Call, CallOptions};
    ///
    /// let members = ["00000000-0000-0000-0000-000000000000", "11111111-1111-1111-1111-111111111111"];
    /// let calls = members.map(|member| {
    ///     Call::from_parts("getAccountV2", vec![member.into()], None, CallOptions::default())
    /// });
    /// let mut responses = client.map(calls.into_iter().collect::<Result<Vec<_>, _>>()?, 8);
    /// while let Some((index, response)) = responses.next().await {
    ///     println!("{}: {:?}", members[index], response?.reason);
    /// }
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// # };
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn map<I>(&self, calls: I, concurrency: usize) -> Map
    where
        I: IntoIterator<Item = Call>,
        I::IntoIter: Send + 'static,
    {
        Map::new(self.clone(), calls, concurrency)
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

    async fn run(&self, call: Call, request: Request) -> Response {
        #[cfg(feature = "fault-injection")]
        assert!(self.0.options.user_agent_suffix.as_deref() != Some("panic in the core"), "injected");
        let operation = call.operation;
        // Whoever drops the future calls it off.
        let never = pin!(std::future::pending());
        let (end, course) = self.carry(operation, &call.options, &request, never).await;
        self.respond(operation, end, course)
    }

    /// What a call came to, in the words of a response.
    fn respond(&self, operation: &'static Operation, end: End, course: Course) -> Response {
        match end {
            End::Attempt(attempt) => {
                response::decode(operation, attempt, course).printable(self.caller().api_key)
            }
            End::NoSlot(refused) => response::limited(operation, &refused, course),
            End::CalledOff => unreachable!("a call is called off by dropping it"),
        }
    }

    /// Carries a request through limit, retry and transport, until its last attempt is over.
    async fn carry(
        &self,
        operation: &'static Operation,
        options: &CallOptions,
        request: &Request,
        mut called_off: Pin<&mut impl Future<Output = ()>>,
    ) -> (End, Course) {
        let mut retries = Retries::new(operation, self.bounds(options), &self.0.quota);
        let notice = |waited, expected| self.tell_wait(operation, waited, expected);
        let heard = self.0.options.debug || self.0.options.on_wait.is_some();
        let max_wait = options.max_wait.or(self.0.options.max_wait);
        let mode = options.rate_limit.unwrap_or(self.0.options.rate_limit);
        let mut turn = Turn::new(max_wait, heard.then_some(&notice as Notice<'_>));
        loop {
            let slot = tokio::select! {
                biased;
                () = called_off.as_mut() => return (End::CalledOff, course(&retries, &turn)),
                slot = self.slot(operation, mode, &mut turn, &retries) => slot,
            };
            let slot = match slot {
                Ok(slot) => slot,
                Err(refused) => return (End::NoSlot(refused), course(&retries, &turn)),
            };
            let sent = Instant::now();
            let attempt = pin!(self.0.transport.send(request, retries.time_left(sent)));
            let attempt =
                spans::attempt(operation, retries.attempts() + 1, self.caller().api_key, attempt).await;
            let now = Instant::now();
            settle(operation, slot, &attempt);
            let longest_freeze = match mode {
                RateLimit::Wait => Some(turn.longest_freeze()),
                RateLimit::Error => Some(Duration::ZERO),
                RateLimit::Off => None,
            };
            let next = retries.after(&attempt, now - sent, now, longest_freeze);
            self.tell_attempt(operation, &attempt, retries.attempts(), now - sent, &next);
            match next {
                Next::Return => return (End::Attempt(attempt), course(&retries, &turn)),
                Next::RetryAfter(pause) => tokio::time::sleep(pause).await,
                Next::Wait(pause) => turn.rest(pause).await,
            }
        }
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

    fn bounds(&self, call: &CallOptions) -> Bounds {
        let options = &self.0.options;
        let deadline = call.deadline.or(options.deadline);
        Bounds {
            retries: call.retries.unwrap_or(options.retries),
            timeout: call.timeout.unwrap_or(options.timeout),
            // One too far away for the clock is none.
            deadline: deadline.and_then(|deadline| Instant::now().checked_add(deadline)),
        }
    }

    /// Waits for a slot of the operation's rate limit, as the mode says.
    async fn slot(
        &self,
        operation: &'static Operation,
        mode: RateLimit,
        turn: &mut Turn<'_>,
        retries: &Retries<'_>,
    ) -> Result<Option<Slot>, Refused> {
        let window = || self.0.limiter.window(operation.window());
        let ceiling = self.ceiling(operation);
        turn.attempt = retries.time_left(Instant::now()).0;
        match mode {
            RateLimit::Off => Ok(None),
            RateLimit::Error => window().acquire_at_once(ceiling, turn.attempt).await.map(Some),
            RateLimit::Wait => window().acquire(ceiling, turn, retries.deadline()).await.map(Some),
        }
    }

    fn ceiling(&self, operation: &Operation) -> u32 {
        let ceilings = &self.0.options.ceilings;
        ceilings.get(ceiling_name(operation)).copied().unwrap_or(operation.ceiling)
    }

    fn tell_wait(&self, operation: &Operation, waited: Duration, expected: Duration) {
        let options = &self.0.options;
        if options.debug {
            eprintln!(
                "sonoran: {} waits for its rate limit, {} ms so far, about {} ms to go",
                operation.name,
                waited.as_millis(),
                expected.as_millis()
            );
        }
        if let Some(hook) = &options.on_wait {
            let waiting = Waiting { operation: operation.name, waited, expected };
            // The caller's code: a panic in it is theirs, and the call goes on.
            let _ = catch_unwind(AssertUnwindSafe(|| hook(&waiting)));
        }
    }

    fn tell_attempt(
        &self,
        operation: &Operation,
        attempt: &Attempt,
        number: u32,
        elapsed: Duration,
        next: &Next,
    ) {
        let options = &self.0.options;
        // The caller's code, as that of `on_wait` is.
        let listens =
            |hook: &&AttemptHook| catch_unwind(AssertUnwindSafe(|| (hook.listens)())).unwrap_or(false);
        let hook = options.on_attempt.as_ref().filter(listens);
        if !options.debug && hook.is_none() {
            return;
        }
        let told = Attempted::new(operation, attempt, number, elapsed, next, self.caller().api_key);
        if options.debug {
            eprintln!("sonoran: {told}");
        }
        if let Some(hook) = hook {
            let _ = catch_unwind(AssertUnwindSafe(|| (hook.tell)(&told)));
        }
    }
}

/// The limiter of a credential: of this process alone, or of all processes that share it.
fn limiter(options: &Options, base: &str, key: &str) -> Result<Arc<Limiter>, ArgumentError> {
    let window = options.rate_window;
    Ok(match options.sharing()? {
        None => Limiter::shared(base, key, window),
        Some(sharing) => Limiter::beyond(base, key, window, &sharing, window_name, warning::teller(options)),
    })
}

/// What processes that share it call the window at a place.
fn window_name(place: usize) -> &'static str {
    operations().get(place).map_or(V1_CEILING, |operation| ceiling_name(operation))
}

/// What a request on its way came to.
enum End {
    /// Its last attempt is over.
    Attempt(Attempt),
    /// The rate limit left no slot in time.
    NoSlot(Refused),
    CalledOff,
}

/// The outcome of the work, also where it panics.
async fn unless_it_panics<F: Future>(mut work: Pin<&mut F>, panicked: impl Fn() -> F::Output) -> F::Output {
    poll_fn(|context| {
        // Whatever a panic left half done is dropped with the future, which is not polled again.
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(poll) => poll,
            Err(_) => Poll::Ready(panicked()),
        }
    })
    .await
}

fn panicked(operation: &'static Operation) -> Response {
    let words = "The library failed; please report it with what was written to standard error.";
    Response::internal(operation.name, words)
}

/// What the option `ceilings` calls the operation's window.
fn ceiling_name(operation: &Operation) -> &'static str {
    match operation.wire {
        Wire::V2 => operation.name,
        Wire::V1(_) => V1_CEILING,
    }
}

fn course(retries: &Retries<'_>, turn: &Turn<'_>) -> Course {
    Course { attempts: retries.attempts(), waited: turn.waited(), outcome_unknown: retries.outcome_unknown() }
}

/// Tells the limiter what became of a request that took a slot.
fn settle(operation: &Operation, slot: Option<Slot>, attempt: &Attempt) {
    let Some(mut slot) = slot else { return };
    match attempt {
        Attempt::Lost(loss) if !loss.written => slot.refund(),
        Attempt::Answered(reply) if reply.status == 429 => slot.throttled(reply.freeze(&operation.wire)),
        Attempt::Answered(reply) => {
            if let Some((remaining, reset)) = reply.left {
                slot.believe(remaining, reset);
            }
            slot.answered();
        }
        // The answer was lost: the slot is held from now on, which its drop does.
        Attempt::Lost(_) => drop(slot),
    }
}

fn missing(option: &str) -> ArgumentError {
    ArgumentError::of_type(option, "is required")
}

fn check_ceilings(ceilings: &HashMap<String, u32>) -> Result<(), ArgumentError> {
    for (name, ceiling) in ceilings {
        let argument = format!("ceilings.{name}");
        let known = Operation::find(name).is_some_and(|operation| ceiling_name(operation) == name);
        if !known && name != V1_CEILING {
            let problem = "is no operation of version 2; version 1 is counted as a whole, under the name v1";
            let meant = nearest(name, operations().iter().map(|operation| ceiling_name(operation)));
            let hint = meant.map(|meant| format!(": did you mean {meant}?")).unwrap_or_default();
            return Err(ArgumentError::value(argument, format!("{problem}{hint}")));
        }
        if *ceiling == 0 {
            return Err(ArgumentError::value(argument, "must be at least 1"));
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "client_closing_tests.rs"]
mod closing_tests;
#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
