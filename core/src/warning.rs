//! Warnings: what a program should know that no response tells, and who hears of it.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

/// What a program should know that no response tells; see [`Options::on_warning`](crate::Options::on_warning).
///
/// ```
/// use sonoran::{Options, WarningKind};
///
/// let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID").on_warning(|warning| {
///     let is_over = warning.kind == WarningKind::LimitsSharedAgain;
///     println!("{}: {warning}", if is_over { "over" } else { "to be looked at" });
/// });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// What it is about.
    pub kind: WarningKind,
    /// The same as a plain sentence, without key and password.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

/// What a [`Warning`] is about.
///
/// ```
/// assert_eq!(sonoran::WarningKind::PlainHttp.as_str(), "plainHttp");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WarningKind {
    /// The key crosses a network for all to read, since that [was allowed](crate::Options::allow_plain_http).
    PlainHttp,
    /// Rate limits [can't be shared](crate::Options::share_limits) from now on.
    LimitsNotShared,
    /// That is over.
    LimitsSharedAgain,
    /// Rate limits may be overrun by how they are counted: others may change the folder they are shared by, or clients of
    /// one key do not count together.
    LimitsAtRisk,
}

impl WarningKind {
    /// The name of the kind, the same in every language.
    ///
    /// ```
    /// assert_eq!(sonoran::WarningKind::LimitsNotShared.as_str(), "limitsNotShared");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PlainHttp => "plainHttp",
            Self::LimitsNotShared => "limitsNotShared",
            Self::LimitsSharedAgain => "limitsSharedAgain",
            Self::LimitsAtRisk => "limitsAtRisk",
        }
    }
}

impl fmt::Display for WarningKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// What hears of a warning.
pub(crate) type Hook = Arc<Hear>;
type Hear = dyn Fn(&Warning) + Send + Sync;

/// The hook where a program has none: it writes to standard error, for all clients as one.
pub(crate) fn on_standard_error() -> Hook {
    static HOOK: LazyLock<Hook> = LazyLock::new(|| Arc::new(|warning| eprintln!("sonoran: {warning}")));
    Arc::clone(&HOOK)
}

/// No lock may be held that a client needs: a hook may wait for a thread that makes one. A panic in it is told by Rust's
/// own hook, and ends no call.
pub(crate) fn say(hook: &Hook, warning: &Warning) {
    let _ = catch_unwind(AssertUnwindSafe(|| hook(warning)));
}

/// Who hears of what several clients have in common: each hook once, however many clients have it, and for as long as
/// one of them lives.
#[derive(Default)]
pub(crate) struct Hearers(Mutex<Heard>);

#[derive(Default)]
struct Heard {
    hooks: Vec<Weak<Hear>>,
    /// The trouble that is not over.
    trouble: Option<Warning>,
    /// What stays as it is.
    risk: Option<Warning>,
}

impl Hearers {
    /// Has a hook hear of what comes, and at once of the trouble there is.
    pub(crate) fn join(&self, hook: &Hook) {
        let so_far = {
            let mut heard = self.lock();
            heard.hooks.retain(|known| known.strong_count() > 0);
            if heard.hooks.iter().any(|known| known.as_ptr().cast::<()>() == Arc::as_ptr(hook).cast()) {
                return;
            }
            heard.hooks.push(Arc::downgrade(hook));
            [heard.risk.clone(), heard.trouble.clone()]
        };
        for warning in so_far.into_iter().flatten() {
            say(hook, &warning);
        }
    }

    /// Tells of trouble, unless there is some already.
    pub(crate) fn begin(&self, kind: WarningKind, message: impl FnOnce() -> String) {
        let mut heard = self.lock();
        if heard.trouble.is_some() {
            return;
        }
        let warning = Warning { kind, message: message() };
        heard.trouble = Some(warning.clone());
        Self::tell(heard, &warning);
    }

    /// Tells of what does not end, once.
    pub(crate) fn note(&self, kind: WarningKind, message: String) {
        let mut heard = self.lock();
        if heard.risk.is_none() {
            let warning = Warning { kind, message };
            heard.risk = Some(warning.clone());
            Self::tell(heard, &warning);
        }
    }

    /// Tells that the trouble is over, if there was any.
    pub(crate) fn end(&self, kind: WarningKind, message: &str) {
        let mut heard = self.lock();
        if heard.trouble.take().is_some() {
            Self::tell(heard, &Warning { kind, message: message.to_owned() });
        }
    }

    fn tell(heard: MutexGuard<'_, Heard>, warning: &Warning) {
        let hooks: Vec<Hook> = heard.hooks.iter().filter_map(Weak::upgrade).collect();
        drop(heard);
        for hook in hooks {
            say(&hook, warning);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hook, and what it heard.
    fn hook() -> (Hook, Arc<Mutex<Vec<String>>>) {
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&heard);
        (Arc::new(move |warning| kept.lock().unwrap().push(warning.to_string())), heard)
    }

    fn begin(hearers: &Hearers) {
        hearers.begin(WarningKind::LimitsNotShared, || "lost".to_owned());
    }

    fn end(hearers: &Hearers) {
        hearers.end(WarningKind::LimitsSharedAgain, "found");
    }

    #[test]
    fn each_hook_hears_once_for_as_long_as_a_client_has_it() {
        let ((shared, by_all), (own, by_one)) = (hook(), hook());
        let hearers = Hearers::default();
        for hook in [&shared, &own, &shared] {
            hearers.join(hook);
        }
        begin(&hearers);
        begin(&hearers);
        drop(own);
        end(&hearers);
        end(&hearers);
        assert_eq!(*by_all.lock().unwrap(), ["lost", "found"]);
        assert_eq!(*by_one.lock().unwrap(), ["lost"]);
    }

    #[test]
    fn who_comes_later_hears_of_the_trouble_there_is_and_of_none_that_is_over() {
        let hearers = Hearers::default();
        begin(&hearers);
        let (late, heard) = hook();
        hearers.join(&late);
        assert_eq!(*heard.lock().unwrap(), ["lost"]);
        end(&hearers);
        let (later, nothing) = hook();
        hearers.join(&later);
        assert_eq!(*heard.lock().unwrap(), ["lost", "found"]);
        assert!(nothing.lock().unwrap().is_empty());
        for _ in 0..2 {
            hearers.note(WarningKind::LimitsAtRisk, "open".to_owned());
        }
        let (latest, risk) = hook();
        hearers.join(&latest);
        assert_eq!(*heard.lock().unwrap(), ["lost", "found", "open"]);
        assert_eq!(
            (&*nothing.lock().unwrap(), &*risk.lock().unwrap()),
            (&vec!["open".to_owned()], &vec!["open".to_owned()])
        );
    }

    #[test]
    fn a_hook_may_join_and_may_panic() {
        let hearers = Arc::new(Hearers::default());
        let (other, heard) = hook();
        let (joined, hook) = (Arc::clone(&hearers), Arc::clone(&other));
        let joins: Hook = Arc::new(move |_| {
            joined.join(&hook);
            panic!("the hook's own");
        });
        hearers.join(&joins);
        begin(&hearers);
        assert_eq!(*heard.lock().unwrap(), ["lost"]);
    }
}
