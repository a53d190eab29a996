//! One request over the wire and its answer, or why there is none.

use std::convert::Infallible;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::redirect;
use secrecy::ExposeSecret;

use crate::address::{Address, Security, bearer};
use crate::attempt::{Attempt, Loss, Reply};
use crate::loss::{Way, classify, give_up, is_untouched};
use crate::proxy::Proxy;
use crate::request::Request;
use crate::{ArgumentError, ErrorKind, Method, Options, headers, retry_after, tls};

/// The most that an answer may hold, decompressed.
const LARGEST_BODY: usize = 32 * 1024 * 1024;

/// An HTTP/2 peer that sends nothing for so long while an answer is due is asked whether it still
/// lives, and has so long to say so. Else a dead connection would be used for call after call.
const PING_AFTER: Duration = Duration::from_secs(4);
const PING_TIMEOUT: Duration = Duration::from_secs(3);

/// The connections to the service. Belongs to the runtime that it is first used on.
#[derive(Debug, Clone)]
pub(crate) struct Transport {
    http: reqwest::Client,
    address: Address,
    /// The name of the proxy, where one stands between.
    proxy: Option<String>,
    /// Of the option, values marked as sensitive, so that they print as such.
    headers: HeaderMap,
    /// Marked likewise.
    authorization: HeaderValue,
}

impl Transport {
    pub(crate) fn new(options: &Options, address: Address) -> Result<Self, ArgumentError> {
        tls::install_provider();
        let mut builder = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .referer(false)
            // Every attempt is ours to count and takes a slot of the rate limit.
            .retry(reqwest::retry::never())
            .connect_timeout(options.connect_timeout)
            .pool_idle_timeout(options.idle_timeout)
            .http2_keep_alive_interval(PING_AFTER)
            .http2_keep_alive_timeout(PING_TIMEOUT)
            .resolve_to_addrs("localhost", &localhost())
            .no_proxy()
            .default_headers(headers::own(options)?);
        let roots = tls::given_roots(&options.root_certificates)?;
        let proxy = Proxy::choose(options.proxy.as_deref(), &address, &options.environment)?;
        if address.security == Security::Tls || proxy.as_ref().is_some_and(Proxy::is_https) {
            let named = tls::roots_of_environment(&options.environment)?;
            let hidden = tls::platform_roots_that_the_environment_hides();
            builder = builder.tls_certs_merge(roots.into_iter().chain(named).chain(hidden));
        } else {
            // In plain text: no certificates to load.
            builder = builder.tls_certs_only([]);
        }
        if let Some(proxy) = &proxy {
            builder = builder.proxy(proxy.route()?);
        }
        let http = builder.build().map_err(|error| {
            let cause = crate::loss::innermost(&error);
            ArgumentError::value("options", format!("give no working HTTPS client: {cause}"))
        })?;
        let key = options.api_key.as_ref().map_or("", |key| key.expose_secret());
        Ok(Self {
            http,
            address,
            proxy: proxy.map(|proxy| proxy.name()),
            headers: headers::given(options)?,
            authorization: bearer(key)?,
        })
    }

    /// The address that requests go to, without a slash at the end.
    pub(crate) fn base(&self) -> &str {
        &self.address.base
    }

    pub(crate) fn is_local(&self) -> bool {
        self.address.is_local()
    }

    /// Sends the request and reads the whole answer, within a time that ends by the bound of this name.
    pub(crate) async fn send(&self, request: &Request, (limit, bound): (Duration, &str)) -> Attempt {
        let written = Arc::new(AtomicBool::new(request.body.is_none()));
        match tokio::time::timeout(limit, self.exchange(request, &written)).await {
            Ok(attempt) => attempt,
            Err(_) => Attempt::Lost(Loss {
                kind: ErrorKind::Timeout,
                written: written.load(Ordering::Relaxed),
                reason: format!("No whole answer from {} within the call's {bound}.", self.address.host),
                request_id: None,
            }),
        }
    }

    async fn exchange(&self, request: &Request, written: &Arc<AtomicBool>) -> Attempt {
        let url = self.address.at(&request.target);
        let mut builder = self.http.request(method(request.method), url).headers(self.headers.clone());
        if !request.headers.is_empty() {
            builder = builder.headers(request.headers.clone());
        }
        if request.key_in_header {
            builder = builder.header(AUTHORIZATION, self.authorization.clone());
        }
        if let Some(bytes) = &request.body {
            let body = TrackedBody { bytes: Some(bytes.clone()), polled: Arc::clone(written) };
            builder = builder
                .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
                .body(reqwest::Body::wrap(body));
        }
        match builder.send().await {
            Ok(response) => self.read(response).await,
            Err(error) => {
                let written = written.load(Ordering::Relaxed) && !is_untouched(&error);
                Attempt::Lost(classify(&error, self.way(), written))
            }
        }
    }

    fn way(&self) -> Way<'_> {
        Way {
            host: &self.address.host,
            proxy: self.proxy.as_deref(),
            is_tunnel: self.address.security == Security::Tls,
        }
    }

    async fn read(&self, mut response: reqwest::Response) -> Attempt {
        let status = response.status().as_u16();
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        let mut reply = Reply {
            status,
            body: Bytes::new(),
            content_type: header("content-type").unwrap_or_default().to_owned(),
            retry_after: retry_after::of_answer(status, header),
            left: retry_after::left_of_limit(header),
            request_id: header("x-request-id").or_else(|| header("x-kong-request-id")).map(str::to_owned),
        };
        // 204 and 205 have no body; what a broken server sends with them is not read.
        if matches!(status, 204 | 205) {
            return Attempt::Answered(reply);
        }
        let mut body = Chunks::default();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > LARGEST_BODY => {
                    return Attempt::Lost(give_up(reply.request_id, LARGEST_BODY));
                }
                Ok(Some(chunk)) => body.add(chunk),
                Ok(None) => {
                    reply.body = body.whole();
                    return Attempt::Answered(reply);
                }
                Err(error) => {
                    let mut loss = classify(&error, self.way(), true);
                    loss.request_id = reply.request_id;
                    return Attempt::Lost(loss);
                }
            }
        }
    }
}

/// The addresses of this machine, whatever its table of hosts says. The newer one is only tried
/// where there is one: its failure would hide that of the other.
fn localhost() -> Vec<SocketAddr> {
    let mut addresses = vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))];
    let newer = SocketAddr::from((Ipv6Addr::LOCALHOST, 0));
    if UdpSocket::bind(newer).is_ok() {
        addresses.push(newer);
    }
    addresses
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

/// An answer's body as it comes. One chunk alone, as most answers are, is not copied.
#[derive(Default)]
struct Chunks {
    first: Bytes,
    /// All of them, from the second on.
    joined: BytesMut,
}

impl Chunks {
    fn len(&self) -> usize {
        self.first.len().max(self.joined.len())
    }

    fn add(&mut self, chunk: Bytes) {
        if self.first.is_empty() {
            self.first = chunk;
            return;
        }
        if self.joined.is_empty() {
            self.joined.extend_from_slice(&self.first);
        }
        self.joined.extend_from_slice(&chunk);
    }

    fn whole(self) -> Bytes {
        if self.joined.is_empty() { self.first } else { self.joined.freeze() }
    }
}

/// A body that tells when it is asked for, which happens as the request's head is written: until
/// then nothing was sent.
struct TrackedBody {
    bytes: Option<Bytes>,
    polled: Arc<AtomicBool>,
}

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.polled.store(true, Ordering::Relaxed);
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
