//! Clients of one key that count apart: neither knows what the other sends.

use std::sync::Arc;

use crate::limit::Limiter;
use crate::warning::{Hook, Warning, WarningKind, say};

/// Warns, once for a credential, where another client of it counts elsewhere.
pub(super) fn warn(hook: &Hook, limiter: &Arc<Limiter>, base: &str, key: &str) {
    if limiter.counts_apart(base, key) {
        let message = "clients of one key count its rate limits apart, and may overrun them together, as they differ in \
                       shareLimits, its folder or rateWindow: give all of them the same";
        say(hook, &Warning { kind: WarningKind::LimitsAtRisk, message: message.to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use super::*;
    use crate::{Client, Options};

    #[test]
    fn clients_of_one_key_that_count_apart_are_told_of_unless_the_api_is_on_this_machine() {
        let heard: Arc<Mutex<Vec<Warning>>> = Arc::default();
        let kept = Arc::clone(&heard);
        let hook: Hook = Arc::new(move |warning| kept.lock().unwrap().push(warning.clone()));
        let client = |url: &str, seconds| {
            let options = Options::new("hunter2", "YOUR_COMMUNITY_ID").api_url(url);
            let options = options.rate_window(Duration::from_secs(seconds));
            Client::new(options.on_warning_shared(Arc::clone(&hook))).unwrap()
        };
        let _here = [5, 60].map(|seconds| client("http://127.0.0.1:1", seconds));
        assert_eq!(*heard.lock().unwrap(), []);
        let _there = [5, 60, 70].map(|seconds| client("https://apart.example", seconds));
        let heard = heard.lock().unwrap();
        let [warning] = &heard[..] else { panic!("{heard:?}") };
        assert_eq!(warning.kind, WarningKind::LimitsAtRisk);
        assert!(warning.message.contains("rateWindow") && !warning.message.contains("hunter2"));
    }
}
