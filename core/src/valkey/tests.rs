//! Against a real server, which each test starts for itself.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::started::Started;
use super::*;
use crate::limit::{Limiter, OnServer, Place, Refused, Sharing, Slot, Turn, Window};
use crate::warning::Hook;
use crate::{RateLimitState, tls};

struct Process {
    server: Arc<Server>,
    limiter: Arc<Limiter>,
    told: Arc<std::sync::Mutex<Vec<String>>>,
    /// It hears for as long as somebody has it.
    _hook: Hook,
}

impl Process {
    /// Another one, which shares what it sends with all of the same key.
    fn new(url: &str) -> Self {
        let address = Address::read(url).unwrap();
        let server = Arc::new(Server::new(address, None));
        let told: Arc<std::sync::Mutex<Vec<String>>> = Arc::default();
        let hears = Arc::clone(&told);
        let hook: Hook = Arc::new(move |warning| hears.lock().unwrap().push(warning.to_string()));
        let sharing = Sharing { place: format!("{:p}", Arc::as_ptr(&server)), refuses: true, members: 2 };
        let place = OnServer::new(server.clone(), "https://service", "YOUR_API_KEY");
        let limiter = Limiter::beyond::<()>(
            "https://service",
            "YOUR_API_KEY",
            Duration::from_secs(60),
            &sharing,
            |_| "getAccountV2",
            &hook,
            || Ok(Box::new(place) as Box<dyn Place>),
        );
        Self { server, limiter: limiter.unwrap(), told, _hook: hook }
    }

    fn window(&self) -> Arc<Window> {
        self.limiter.window(0)
    }

    /// A slot at once, where there is one.
    async fn try_to_take(&self, ceiling: u32) -> Result<Slot, Refused> {
        self.window().acquire_at_once(ceiling, Duration::from_secs(30)).await
    }

    /// The same of a server that answers, however late on a machine that has much to do.
    async fn take(&self, ceiling: u32) -> Option<Slot> {
        loop {
            match self.try_to_take(ceiling).await {
                Ok(slot) => return Some(slot),
                Err(refused) if refused.alone.is_none() => return None,
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    /// Waits until the state is such, which takes as long as an answer.
    async fn sees(&self, ceiling: u32, state: impl Fn(&RateLimitState) -> bool) {
        while !state(&self.limiter.state(0, ceiling)) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A slot as soon as others have given one back.
    async fn wait(&self, ceiling: u32) -> Slot {
        let mut turn = Turn::new(None, None);
        turn.attempt = Duration::from_secs(30);
        self.window().acquire(ceiling, &mut turn, None).await.unwrap()
    }

    async fn command(&self, words: &[&str]) -> Reply {
        let words = words.iter().map(|word| word.as_bytes().to_vec()).collect();
        let (tell, told) = tokio::sync::oneshot::channel();
        let answer = Arc::clone(&self.server).send(words);
        // Where its connection lives.
        self.server.spawn(Box::pin(async move { tell.send(answer.await).unwrap() }));
        told.await.unwrap().unwrap()
    }

    fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn processes_share_what_the_server_has_and_scripts_may_be_flushed() {
    let Some(server) = Started::new(&[]) else { return };
    let (one, other) = (Process::new(&server.url()), Process::new(&server.url()));
    let first = one.take(3).await.unwrap();
    one.command(&["SCRIPT", "FLUSH"]).await;
    let second = other.take(3).await.unwrap();
    let third = one.take(3).await.unwrap();
    assert!(other.take(3).await.is_none());
    other.sees(3, |state| state.free == 0).await;
    first.answered();
    second.throttled(Duration::from_secs(40));
    third.refund();
    // Each says so to the server before it asks for another.
    assert!(other.take(3).await.is_none());
    one.sees(3, |state| state.frozen).await;
    let Reply::List(keys) = one.command(&["KEYS", "*"]).await else { panic!() };
    for key in keys {
        let Reply::Text(key) = key else { panic!() };
        let key = String::from_utf8(key).unwrap();
        assert!(key.starts_with("sonoran:{") && !key.contains("YOUR_API_KEY"), "{key}");
        let Reply::Number(lasts) = one.command(&["PTTL", &key]).await else { panic!() };
        assert!((95_000..300_000).contains(&lasts), "{lasts}");
    }
}

#[tokio::test]
async fn a_slot_given_back_goes_to_who_waits() {
    let Some(server) = Started::new(&[]) else { return };
    let (one, other) = (Process::new(&server.url()), Process::new(&server.url()));
    let held = one.take(1).await.unwrap();
    let waiting = tokio::spawn(async move { other.wait(1).await.answered() });
    held.refund();
    waiting.await.unwrap();
    assert!(one.take(1).await.is_none());
}

#[tokio::test]
async fn who_is_gone_is_told_once_and_so_is_its_return() {
    let Some(mut server) = Started::new(&[]) else { return };
    let process = Process::new(&server.url());
    process.take(50).await.unwrap().answered();
    let before = process.told().len();
    server.stop();
    for _ in 0..2 {
        assert!(process.try_to_take(50).await.unwrap_err().alone.is_some());
    }
    let told = process.told();
    assert_eq!(told.len(), before + 1, "{told:?}");
    assert!(told[before].contains(&server.url()), "{told:?}");
    assert!(told[before].ends_with("meanwhile calls are refused"), "{told:?}");
    server.start();
    // It is asked once a second.
    process.take(50).await.unwrap().answered();
    assert_eq!(process.told()[before + 1], "rate limits are shared again");
}

#[tokio::test]
async fn who_stands_still_is_not_waited_for() {
    let Some(server) = Started::new(&[]) else { return };
    let (process, other) = (Process::new(&server.url()), Process::new(&server.url()));
    process.take(1000).await.unwrap().answered();
    let sleeps = tokio::spawn(async move { other.command(&["DEBUG", "SLEEP", "1"]).await });
    // Another slot is taken for as long as it has not begun to sleep.
    while process.try_to_take(100_000).await.is_ok() {}
    let told = process.told();
    assert!(told.iter().any(|told| told.contains("gives no answer within 100 ms")), "{told:?}");
    sleeps.await.unwrap();
    process.take(100_000).await.unwrap();
}

#[tokio::test]
async fn a_password_is_sent_and_never_shown() {
    let Some(server) = Started::new(&["--requirepass", "hunter2"]) else { return };
    let right = Process::new(&format!("{}?password=hunter2&db=3", server.url()));
    right.take(5).await.unwrap().answered();
    // Another, where a slow machine had it look for the server.
    assert!(matches!(right.command(&["DBSIZE"]).await, Reply::Number(2..=3)));
    let none = (server.url(), "wants a password");
    for (url, why) in
        [none, (format!("{}?password=hunter3", server.url()), "refuses the user or the password")]
    {
        let wrong = Process::new(&url);
        while !wrong.told().iter().any(|told| told.contains(why)) {
            assert!(wrong.try_to_take(5).await.unwrap_err().alone.is_some());
        }
        let told = wrong.told();
        assert!(
            !told[0].contains("hunter3") && !format!("{:?}", wrong.server).contains("hunter"),
            "{told:?}"
        );
    }
}

#[tokio::test]
async fn a_user_needs_no_more_than_the_guide_says() {
    let Some(server) = Started::new(&[]) else { return };
    let page = include_str!("../../../docs/sharing-a-key.md");
    let words = page.split(|letter: char| letter.is_whitespace() || "`();".contains(letter));
    let rights = words.filter(|word| word.starts_with('+') && word.len() > 1);
    let user = ["ACL", "SETUSER", "limits", "on", ">hunter2", "-@all", "~sonoran:*"];
    let set = Process::new(&server.url()).command(&user.into_iter().chain(rights).collect::<Vec<_>>()).await;
    assert_eq!(set, Reply::Text(b"OK".to_vec()));
    let limited = Process::new(&format!("{}?user=limits&password=hunter2&db=2", server.url()));
    let work = async {
        limited.take(2).await.unwrap().answered();
        limited.sees(2, |state| state.free == 1).await;
    };
    timeout(Duration::from_secs(60), work).await.unwrap_or_else(|_| panic!("{:?}", limited.told()));
}

/// A server that says this to each command.
fn that_says(answer: impl Fn() -> String + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            while let Some(Ok(line)) = lines.next() {
                if line.starts_with('*') {
                    stream.write_all(answer().as_bytes()).unwrap();
                }
            }
        }
    });
    address
}

#[tokio::test]
async fn a_clusters_other_member_is_asked_where_it_has_the_slots() {
    let knows = that_says(|| ":5\r\n".to_owned());
    let moved = that_says(move || format!("-MOVED 866 {knows}\r\n"));
    let server = |address: &str| {
        let address = Address::read(&format!("redis://{address}")).unwrap();
        Arc::new(Server::new(address, None))
    };
    assert_eq!(server(&moved).send(vec![b"DBSIZE".to_vec()]).await, Ok(Reply::Number(5)));
}

#[tokio::test]
async fn who_speaks_otherwise_or_is_not_there_is_out_of_reach() {
    let http = that_says(|| "HTTP/1.1 400 Bad Request\r\n\r\n".to_owned());
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    for (address, why) in [(http, "closed the connection"), (free, "can't be reached: ")] {
        let address = Address::read(&format!("redis://{address}")).unwrap();
        let server = Arc::new(Server::new(address, None));
        let answer = server.send(vec![b"PING".to_vec()]).await.unwrap_err();
        assert!(answer.starts_with(why), "{answer}");
    }
}

/// The address of a server that shows a certificate, and wants a password.
async fn that_shows(certificate: &rcgen::Certificate, key: &rcgen::KeyPair) -> String {
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("rediss://:hunter2@localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut heard = [0; 27];
            stream.read_exact(&mut heard).await.unwrap();
            assert_eq!(&heard, b"*2\r\n$4\r\nAUTH\r\n$7\r\nhunter2\r\n");
            stream.write_all(b"+OK\r\n").await.unwrap();
            while matches!(stream.read(&mut heard).await, Ok(1..)) {
                stream.write_all(b":5\r\n").await.unwrap();
            }
        }
    });
    address
}

/// The answer of a server at an address, which is to be trusted by these.
async fn trusting(address: &str, pems: &[String]) -> Result<Reply, String> {
    let options = crate::Options::new("key", "id").environment([("", "")]);
    let tls = tls::usual(tls::given_roots(pems).unwrap(), &options.environment).unwrap();
    let server = Arc::new(Server::new(Address::read(address).unwrap(), Some(Arc::new(tls))));
    server.send(vec![b"DBSIZE".to_vec()]).await
}

#[tokio::test]
async fn over_tls_a_server_is_trusted_by_its_certificate() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let address = that_shows(&made.cert, &made.signing_key).await;
    assert_eq!(trusting(&address, &[made.cert.pem()]).await, Ok(Reply::Number(5)));
    let untrusted = trusting(&address, &[]).await.unwrap_err();
    assert!(untrusted.starts_with("can't be reached: ") && !untrusted.contains("hunter2"), "{untrusted}");
    let options = crate::Options::new("key", "id").environment([("", "")]);
    let options = options.share_limits(crate::ShareLimits::Server(address));
    let client = |options| crate::Client::new(options).unwrap();
    let trusts = client(options.clone().root_certificate(made.cert.pem()));
    // Each time it is another connection, which trusts the same.
    for _ in 0..2 {
        assert_eq!(trusts.try_share_limits().await, Ok(()));
        assert!(client(options.clone()).try_share_limits().await.is_err());
    }
}

/// Elsewhere the system's own verifier has its own words and rules.
#[cfg(not(any(windows, target_vendor = "apple")))]
#[tokio::test]
async fn over_tls_an_authoritys_certificate_has_to_be_named_itself() {
    let mut parameters = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
    parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = parameters.self_signed(&key).unwrap();
    let address = that_shows(&certificate, &key).await;
    assert_eq!(trusting(&address, &[certificate.pem()]).await, Ok(Reply::Number(5)));
    let untrusted = trusting(&address, &[]).await.unwrap_err();
    assert!(untrusted.starts_with("can't be reached: its certificate is an authority's"), "{untrusted}");
}
