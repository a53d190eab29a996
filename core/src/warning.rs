//! Warnings: what a program may do and should not do by accident.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use crate::Options;
use crate::address::{Address, Security};
use crate::limit::Tell;

/// Warns of plain http beyond this machine, once in a process for each host.
pub(crate) fn of_plain_http(options: &Options, address: &Address) {
    static WARNED: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);
    if address.security != Security::None {
        return;
    }
    let first = WARNED.lock().unwrap_or_else(PoisonError::into_inner).insert(address.host.clone());
    if !first {
        return;
    }
    let text = format!("plain http to {} shows the API key to everybody on the way", address.host);
    teller(options)(&text);
}

/// What tells of a warning as the program wants it: by its hook, else on standard error.
pub(crate) fn teller(options: &Options) -> Tell {
    options.on_warning.clone().unwrap_or_else(|| Arc::new(|text| eprintln!("sonoran: {text}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Client;

    #[test]
    fn a_host_in_plain_text_is_warned_of_once_and_the_key_is_not_named() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let client = |url: &str| {
            let heard = Arc::clone(&heard);
            let options = Options::new("hunter2", "YOUR_COMMUNITY_ID").api_url(url).allow_plain_http(true);
            Client::new(options.on_warning(move |text| heard.lock().unwrap().push(text.to_owned()))).unwrap()
        };
        client("http://127.0.0.1:1");
        client("https://warned.example");
        assert!(heard.lock().unwrap().is_empty());
        client("http://warned.example:8642");
        client("http://warned.example");
        let heard = heard.lock().unwrap();
        assert_eq!(heard.len(), 1);
        assert!(heard[0].contains("warned.example") && !heard[0].contains("hunter2"), "{heard:?}");
    }
}
