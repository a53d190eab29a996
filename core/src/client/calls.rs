//! A client's calls: what is asked of the core, and what it answers.

use std::convert::Infallible;
use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;

use super::Client;
use super::carry::End;
use crate::attempt::Attempt;
use crate::request::{prepare, readdress};
use crate::response::{self, Course};
use crate::{Answer, ArgumentError, Call, Forward, Forwarded, Map, Operation, Response, spans};

impl Client {
    /// Carries out a call; the methods of [`cms`](Self::cms) do so with typed arguments. See [`Call`]
    /// for an example. Dropping the future cancels it: the request is dropped and its connection closed.
    ///
    /// # Errors
    ///
    /// Only for misuse, before anything is sent, and where the client is or gets
    /// [closed](Self::close). What the service or the network does, and even a panic in here, becomes
    /// a [`Response`].
    pub async fn execute(&self, call: Call) -> Result<Response, ArgumentError> {
        // Whoever drops the future calls it off.
        let Ok(response) = self.outcome(call, pending::<Infallible>()).await?;
        Ok(response)
    }

    /// Carries out a call that can be called off as long as nothing is sent: while it waits for a slot of the rate
    /// limit it ends, with nothing; a request under way runs to its end. For gateways, whose callers may go away when
    /// nobody could say any more what became of a write.
    ///
    /// ```
    /// # let emulator = sonoran_emulator::Emulator::start(sonoran_emulator::Options::default())?;
    /// # let options = sonoran::Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").api_url(emulator.url());
    /// # let client = sonoran::Client::new(options)?;
    /// # let example = async {
    /// use sonoran::Call;
    ///
    /// let call = Call::from_json("getCommunityV2", "[]", None, None)?;
    /// let response = client.execute_unless(call, std::future::pending()).await?;
    /// assert!(response.is_some_and(|response| response.success));
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// # };
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(example)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    pub async fn execute_unless(
        &self,
        call: Call,
        called_off: impl Future<Output = ()>,
    ) -> Result<Option<Response>, ArgumentError> {
        Ok(self.outcome(call, called_off).await?.ok())
    }

    /// The response to one of this client's calls, read as far as the call [left it unread](Call::leave_unread). Data with
    /// more than 127 levels of lists and objects are refused: whoever reads them needs a bound.
    pub fn read(&self, response: Response) -> Response {
        response.read().printable(self.caller().api_key)
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
                    Forwarded::Answered(Answer::of(operation, reply, course, self.caller().api_key))
                }
                end => match self.respond(operation, end, course, response::decode) {
                    Ok(response) => Forwarded::Failed(Box::new(response)),
                    Err(()) => Forwarded::CalledOff,
                },
            }
        });
        let caught = pin!(unless_it_panics(run, || Forwarded::Failed(Box::new(panicked(operation)))));
        self.0.closing.unless_closed(caught).await
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

    /// The response to a call, or what called it off.
    async fn outcome<C>(
        &self,
        call: Call,
        called_off: impl Future<Output = C>,
    ) -> Result<Result<Response, C>, ArgumentError> {
        let operation = call.operation;
        // A key in the wrong place shall not show.
        let request = prepare(&call, self.caller()).map_err(|error| error.hiding(self.caller().api_key))?;
        // Pinned here: each layer that takes a future by value would hold it twice.
        let run = pin!(async {
            #[cfg(feature = "fault-injection")]
            assert!(self.0.options.user_agent_suffix.as_deref() != Some("panic in the core"), "injected");
            let (end, course) = self.carry(operation, &call.options, &request, pin!(called_off)).await;
            let decode = if call.leaves_unread { response::left_unread } else { response::decode };
            self.respond(operation, end, course, decode)
        });
        let run = pin!(spans::call(operation, run));
        let caught = pin!(unless_it_panics(run, || Ok(panicked(operation))));
        self.0.closing.unless_closed(caught).await
    }

    /// What a call came to, in the words of a response, or what called it off.
    fn respond<C>(
        &self,
        operation: &'static Operation,
        end: End<C>,
        course: Course,
        decode: fn(&'static Operation, Attempt, Course) -> Response,
    ) -> Result<Response, C> {
        match end {
            End::Attempt(attempt) => Ok(decode(operation, attempt, course).printable(self.caller().api_key)),
            End::NoSlot(refused) => Ok(response::limited(operation, &refused, course)),
            End::CalledOff(by) => Err(by),
        }
    }
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
