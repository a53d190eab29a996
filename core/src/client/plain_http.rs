//! Plain http beyond this machine: allowed where a program asks for it, and warned of.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use crate::address::{Address, Security};
use crate::warning::{Hearers, Hook, WarningKind};

/// Warns of it, each hook once for each host.
pub(super) fn warn(hook: &Hook, address: &Address) {
    static HOSTS: LazyLock<Mutex<HashMap<String, Arc<Hearers>>>> = LazyLock::new(Mutex::default);
    if address.security != Security::None {
        return;
    }
    let mut hosts = HOSTS.lock().unwrap_or_else(PoisonError::into_inner);
    let hearers = Arc::clone(hosts.entry(address.host.clone()).or_default());
    drop(hosts);
    hearers.begin(WarningKind::PlainHttp, || {
        format!("plain http to {} shows the API key to everybody on the way", address.host)
    });
    hearers.join(hook);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Client, Options, Warning};

    #[test]
    fn a_host_in_plain_text_is_warned_of_once_and_the_key_is_not_named() {
        let heard: Arc<Mutex<Vec<Warning>>> = Arc::default();
        let kept = Arc::clone(&heard);
        let hook: Hook = Arc::new(move |warning| kept.lock().unwrap().push(warning.clone()));
        let client = |url: &str| {
            let options = Options::new("hunter2", "YOUR_COMMUNITY_ID").api_url(url).allow_plain_http(true);
            Client::new(options.on_warning_shared(Arc::clone(&hook))).unwrap()
        };
        client("http://127.0.0.1:1");
        client("https://warned.example");
        assert!(heard.lock().unwrap().is_empty());
        client("http://warned.example:8642");
        client("http://warned.example");
        let heard = heard.lock().unwrap();
        assert_eq!(heard.len(), 1);
        assert_eq!(heard[0].kind, WarningKind::PlainHttp);
        let text = heard[0].to_string();
        assert!(text.contains("warned.example") && !text.contains("hunter2"), "{text}");
    }
}
