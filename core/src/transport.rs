//! One request over the wire and its answer, or why there is none.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue,
    PROXY_AUTHORIZATION,
};
use http_body::Body;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use secrecy::ExposeSecret;

use crate::address::{Address, Security, bearer};
use crate::attempt::{Attempt, Loss, Reply};
use crate::connect::Connector;
use crate::loss::{Way, classify, give_up, is_untouched};
use crate::proxy::Proxy;
use crate::request::Request;
use crate::request_body::TrackedBody;
use crate::response_body::{Flaw, LARGEST_BODY, ResponseBody};
use crate::{ArgumentError, ErrorKind, Method, Options, headers, retry_after, tls};

/// An HTTP/2 peer that sends nothing for so long while an answer is due is asked whether it still
/// lives, and has so long to say so. Else a dead connection would be used for call after call.
const PING_AFTER: Duration = Duration::from_secs(4);
const PING_TIMEOUT: Duration = Duration::from_secs(3);

/// The connections to the service. Belongs to the runtime that it is first used on.
#[derive(Debug, Clone)]
pub(crate) struct Transport {
    http: Client<Connector, TrackedBody>,
    address: Address,
    /// The name of the proxy, where one stands between.
    proxy: Option<String>,
    /// Of every request. Values of the option are marked as sensitive, so that they print as such.
    headers: HeaderMap,
    /// Marked likewise.
    authorization: HeaderValue,
}

impl Transport {
    pub(crate) fn new(options: &Options, address: Address) -> Result<Self, ArgumentError> {
        let agent = headers::agent(options)?;
        let roots = tls::given_roots(&options.root_certificates)?;
        let proxy = Proxy::choose(options.proxy.as_deref(), &address, &options.environment)?;
        let is_secured = address.security == Security::Tls;
        let tls = if is_secured || proxy.as_ref().is_some_and(Proxy::is_https) {
            tls::usual(roots, &options.environment)?
        } else {
            tls::trusting_nobody().map_err(|error| tls::unusable(&error))?
        };
        let connector = Connector::new(options.connect_timeout, tls, proxy.as_ref(), is_secured, &agent);
        // What was not begun on a connection that had closed is sent over another one. Every other
        // attempt is ours to count and takes a slot of the rate limit.
        let http = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(options.idle_timeout)
            .http2_keep_alive_interval(PING_AFTER)
            .http2_keep_alive_timeout(PING_TIMEOUT)
            .build(connector);
        let mut headers = headers::of_each_request(options, agent)?;
        // A tunnel's proxy gets it as the tunnel is made.
        if let Some(authorization) = proxy.as_ref().and_then(Proxy::authorization).filter(|_| !is_secured) {
            headers.entry(PROXY_AUTHORIZATION).or_insert_with(|| authorization.clone());
        }
        let key = options.api_key.as_ref().map_or("", |key| key.expose_secret());
        Ok(Self {
            http,
            address,
            proxy: proxy.map(|proxy| proxy.name()),
            headers,
            authorization: bearer(key)?,
        })
    }

    /// The same connections for another key.
    pub(crate) fn with_key(&self, key: &str) -> Result<Self, ArgumentError> {
        Ok(Self { authorization: bearer(key)?, ..self.clone() })
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
        match tokio::time::timeout(limit, pin!(self.exchange(request, &written))).await {
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
        let request = match self.http_request(request, written) {
            Ok(request) => request,
            Err(error) => return Attempt::Lost(unsendable(&error)),
        };
        match self.http.request(request).await {
            Ok(response) => self.read(response).await,
            Err(error) => {
                let written = written.load(Ordering::Relaxed) && !is_untouched(&error);
                Attempt::Lost(classify(&error, self.way(), written))
            }
        }
    }

    /// The same request in HTTP's terms.
    fn http_request(
        &self,
        request: &Request,
        written: &Arc<AtomicBool>,
    ) -> Result<http::Request<TrackedBody>, http::Error> {
        let body = TrackedBody { bytes: request.body.clone(), polled: Arc::clone(written) };
        let mut http = http::Request::new(body);
        *http.method_mut() = method(request.method);
        *http.uri_mut() = self.address.at(&request.target)?;
        let headers = http.headers_mut();
        headers.clone_from(&self.headers);
        if !request.headers.is_empty() {
            headers.extend(request.headers.clone());
        }
        if request.key_in_header {
            headers.insert(AUTHORIZATION, self.authorization.clone());
        }
        if request.body.is_some() {
            headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        }
        Ok(http)
    }

    fn way(&self) -> Way<'_> {
        Way {
            host: &self.address.host,
            proxy: self.proxy.as_deref(),
            is_tunnel: self.address.security == Security::Tls,
        }
    }

    async fn read(&self, response: http::Response<Incoming>) -> Attempt {
        let (head, mut incoming) = response.into_parts();
        let status = head.status.as_u16();
        let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
        let mut reply = Reply {
            status,
            body: Bytes::new(),
            content_type: header("content-type").unwrap_or_default().to_owned(),
            retry_after: retry_after::of_answer(status, header),
            left: retry_after::left_of_limit(header),
            request_id: header("x-request-id").or_else(|| header("x-kong-request-id")).map(str::to_owned),
            headers: HeaderMap::new(),
        };
        let is_compressed = head.headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding == "gzip");
        reply.headers = head.headers;
        // 204 and 205 have no body; what a broken server sends with them is not read.
        if matches!(status, 204 | 205) {
            return Attempt::Answered(reply);
        }
        if is_compressed {
            reply.headers.remove(CONTENT_ENCODING);
            reply.headers.remove(CONTENT_LENGTH);
        }
        match self.read_body(&mut incoming, is_compressed).await {
            Ok(body) => {
                reply.body = body;
                Attempt::Answered(reply)
            }
            Err(loss) => Attempt::Lost(Loss { request_id: reply.request_id, ..loss }),
        }
    }

    async fn read_body(&self, incoming: &mut Incoming, is_compressed: bool) -> Result<Bytes, Loss> {
        let flawed = |flaw| match flaw {
            Flaw::TooLarge => give_up(LARGEST_BODY),
            Flaw::Compression(error) => classify(&error, self.way(), true),
        };
        let mut body = ResponseBody::new(is_compressed);
        while let Some(frame) = poll_fn(|context| Pin::new(&mut *incoming).poll_frame(context)).await {
            let frame = frame.map_err(|error| classify(&error, self.way(), true))?;
            // The others are trailers.
            if let Ok(chunk) = frame.into_data() {
                body.add(chunk).map_err(flawed)?;
            }
        }
        body.whole().map_err(flawed)
    }
}

/// The loss of a request that HTTP has no form for: its address is too long.
fn unsendable(error: &http::Error) -> Loss {
    let reason = format!("The request can't be sent: {error}.");
    Loss { kind: ErrorKind::Internal, written: false, reason, request_id: None }
}

fn method(method: Method) -> http::Method {
    match method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Patch => http::Method::PATCH,
        Method::Delete => http::Method::DELETE,
    }
}
