//! One request over the wire and its answer, or why there is none.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue,
    PROXY_AUTHORIZATION,
};
use hyper::body::Incoming;
use secrecy::ExposeSecret;

use crate::address::{Address, Security, bearer};
use crate::attempt::{Attempt, Loss, Reply};
use crate::channel::{Channel, Form};
use crate::connect::Connector;
use crate::loss::{Way, classify, give_up, is_untouched};
use crate::pool::{Failure, Pool};
use crate::proxy::Proxy;
use crate::request::Request;
use crate::request_body::TrackedBody;
use crate::response_body::{Flaw, LARGEST_BODY, ResponseBody};
use crate::{ArgumentError, ErrorKind, Method, Options, headers, retry_after, tls};

/// What the service calls a request, or its gateway does.
static REQUEST_IDS: [HeaderName; 2] =
    [HeaderName::from_static("x-request-id"), HeaderName::from_static("x-kong-request-id")];

/// The way to the service.
#[derive(Debug, Clone)]
pub(crate) struct Transport {
    pool: Pool,
    address: Address,
    /// The name of the proxy, where one stands between.
    proxy: Option<String>,
    proxy_is_local: bool,
    headers: Headers,
}

/// The headers of requests, put together once: for those that have the key in a header, for those with a body, and for
/// both. Values of the option and the key are marked as sensitive, so that they print as such.
#[derive(Debug, Clone)]
struct Headers([HeaderMap; 4]);

impl Headers {
    fn new(of_each_request: &HeaderMap, host: &HeaderValue, authorization: &HeaderValue) -> Self {
        // First, as RFC 9110 section 7.2 wants it.
        let mut usual = HeaderMap::from_iter([(HOST, host.clone())]);
        usual.extend(of_each_request.clone());
        // In the order of their index.
        let kinds = [(false, false), (true, false), (false, true), (true, true)];
        Self(kinds.map(|(has_key, has_body)| {
            let mut headers = usual.clone();
            if has_key {
                headers.insert(AUTHORIZATION, authorization.clone());
            }
            if has_body {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            }
            // Room for those that come on the way: copies have it too.
            headers.reserve(4);
            headers
        }))
    }

    fn with_key(mut self, authorization: &HeaderValue) -> Self {
        for value in self.0.iter_mut().filter_map(|headers| headers.get_mut(AUTHORIZATION)) {
            value.clone_from(authorization);
        }
        self
    }

    /// Those of a request. Its own go before the option's and before the type of the body, but never before the key
    /// and the service's name.
    fn of(&self, request: &Request) -> HeaderMap {
        let usual = &self.0[Self::index(request.key_in_header, request.body.is_some())];
        let mut headers = usual.clone();
        if !request.headers.is_empty() {
            headers.extend(request.headers.clone());
            for name in [HOST, AUTHORIZATION] {
                if let Some(value) = usual.get(&name) {
                    headers.insert(name, value.clone());
                }
            }
        }
        headers
    }

    fn index(has_key: bool, has_body: bool) -> usize {
        usize::from(has_key) + 2 * usize::from(has_body)
    }
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
        let pool = Pool::new(connector, address.uri().clone(), options.idle_timeout);
        let mut headers = headers::of_each_request(options, agent)?;
        // A tunnel's proxy gets it as the tunnel is made.
        if let Some(authorization) = proxy.as_ref().and_then(Proxy::authorization).filter(|_| !is_secured) {
            headers.entry(PROXY_AUTHORIZATION).or_insert_with(|| authorization.clone());
        }
        let key = options.api_key.as_ref().map_or("", |key| key.expose_secret());
        Ok(Self {
            pool,
            proxy_is_local: proxy.as_ref().is_none_or(Proxy::is_local),
            proxy: proxy.map(|proxy| proxy.name()),
            headers: Headers::new(&headers, &address.authority()?, &bearer(key)?),
            address,
        })
    }

    /// The same connections for another key.
    pub(crate) fn with_key(&self, key: &str) -> Result<Self, ArgumentError> {
        let headers = self.headers.clone().with_key(&bearer(key)?);
        Ok(Self { headers, ..self.clone() })
    }

    /// The address that requests go to, without a slash at the end.
    pub(crate) fn base(&self) -> &str {
        &self.address.base
    }

    pub(crate) fn is_local(&self) -> bool {
        self.address.is_local()
    }

    /// Where requests leave this machine: the API's address, or the proxy before one that is on it.
    pub(crate) fn foreign(&self) -> Option<&str> {
        if self.is_local() {
            self.proxy.as_deref().filter(|_| !self.proxy_is_local)
        } else {
            Some(self.base())
        }
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
        match self.pool.send(|form| self.http_request(request, form, written)).await {
            Ok((channel, response)) => self.read(channel, response).await,
            Err(Failure::Unsendable(error)) => Attempt::Lost(unsendable(&error)),
            Err(failure) => {
                let written = written.load(Ordering::Relaxed) && !is_untouched(&failure);
                Attempt::Lost(classify(&failure, self.way(), written))
            }
        }
    }

    /// The same request in HTTP's terms.
    fn http_request(
        &self,
        request: &Request,
        form: Form,
        written: &Arc<AtomicBool>,
    ) -> Result<http::Request<TrackedBody>, http::Error> {
        let body = TrackedBody { bytes: request.body.clone(), polled: Arc::clone(written) };
        let mut http = http::Request::new(body);
        *http.method_mut() = method(request.method);
        *http.uri_mut() = match form {
            Form::Origin => self.address.path(&request.target)?.into(),
            Form::Absolute | Form::Http2 => self.address.at(&request.target)?,
        };
        *http.headers_mut() = self.headers.of(request);
        if form == Form::Http2 {
            http.headers_mut().remove(HOST);
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

    async fn read(&self, mut channel: Channel, response: http::Response<Incoming>) -> Attempt {
        let (head, mut incoming) = response.into_parts();
        let status = head.status.as_u16();
        let header = |name: &HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok());
        let mut reply = Reply {
            status,
            body: Bytes::new(),
            content_type: header(&CONTENT_TYPE).unwrap_or_default().to_owned(),
            retry_after: retry_after::of_answer(status, header),
            left: retry_after::left_of_limit(header),
            request_id: REQUEST_IDS.iter().find_map(header).map(str::to_owned),
            headers: HeaderMap::new(),
        };
        let is_compressed = head.headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding == "gzip");
        reply.headers = head.headers;
        // 204 and 205 have no body; what a broken server sends with them is not read.
        if matches!(status, 204 | 205) {
            self.pool.give_back(channel);
            return Attempt::Answered(reply);
        }
        if is_compressed {
            reply.headers.remove(CONTENT_ENCODING);
            reply.headers.remove(CONTENT_LENGTH);
        }
        match self.read_body(&mut channel, &mut incoming, is_compressed).await {
            Ok(body) => {
                self.pool.give_back(channel);
                reply.body = body;
                Attempt::Answered(reply)
            }
            Err(loss) => Attempt::Lost(Loss { request_id: reply.request_id, ..loss }),
        }
    }

    async fn read_body(
        &self,
        channel: &mut Channel,
        incoming: &mut Incoming,
        is_compressed: bool,
    ) -> Result<Bytes, Loss> {
        let flawed = |flaw| match flaw {
            Flaw::TooLarge => give_up(LARGEST_BODY),
            Flaw::Compression(error) => classify(&error, self.way(), true),
        };
        let mut body = ResponseBody::new(is_compressed);
        while let Some(frame) = channel.frame(incoming).await {
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

#[cfg(test)]
mod tests {
    use http::header::USER_AGENT;

    use super::*;

    fn headers(
        key: &str,
        key_in_header: bool,
        has_body: bool,
        own: &[(HeaderName, &'static str)],
    ) -> HeaderMap {
        let option = HeaderMap::from_iter([(USER_AGENT, HeaderValue::from_static("one"))]);
        let host = HeaderValue::from_static("host");
        let all = Headers::new(&option, &host, &bearer("KEY").unwrap()).with_key(&bearer(key).unwrap());
        let headers =
            own.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
        let body = has_body.then(Bytes::new);
        all.of(&Request { method: Method::Post, target: String::new(), body, key_in_header, headers })
    }

    #[test]
    fn the_key_and_the_type_are_there_where_they_belong() {
        for (key, body) in [(false, false), (false, true), (true, false), (true, true)] {
            let headers = headers("OTHER", key, body, &[]);
            let value = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap());
            assert_eq!(value(AUTHORIZATION), key.then_some("Bearer OTHER"));
            assert_eq!(value(CONTENT_TYPE), body.then_some("application/json"));
            assert_eq!(headers.len(), 2 + usize::from(key) + usize::from(body));
        }
    }

    #[test]
    fn those_of_a_request_go_before_all_but_the_key() {
        let own = [(USER_AGENT, "two"), (CONTENT_TYPE, "text/plain"), (AUTHORIZATION, "Bearer STRANGE")];
        let headers = headers("KEY", true, true, &own);
        assert_eq!(
            [USER_AGENT, CONTENT_TYPE, AUTHORIZATION].map(|name| &headers[name]),
            ["two", "text/plain", "Bearer KEY"]
        );
        assert_eq!(headers.len(), 4);
    }
}
