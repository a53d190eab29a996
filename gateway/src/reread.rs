//! The files that are read again while it runs: tokens and certificates.

use std::sync::Arc;
use std::time::Duration;

use crate::access::Access;
use crate::log::Log;
use crate::tls::Tls;

/// How often they are looked at. What they say is compared, which is certain where their dates are not.
const LOOK: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub(crate) struct Reread {
    pub(crate) access: Arc<Access>,
    pub(crate) tls: Option<Arc<Tls>>,
    pub(crate) log: Log,
}

impl Reread {
    /// Looks now, and says in any case what came of it: somebody asked for it.
    pub(crate) fn now(&self) {
        if !self.has_files() {
            self.log.note(
                "nothing to read again: there is no tokens-file and no tls-certificate; all else is read at the start alone",
            );
        }
        self.look(true);
    }

    /// Looks from time to time, until it is dropped.
    pub(crate) async fn by_itself(self) {
        if !self.has_files() {
            return;
        }
        let mut looks = tokio::time::interval(LOOK);
        loop {
            looks.tick().await;
            let reread = self.clone();
            let _ = tokio::task::spawn_blocking(move || reread.look(false)).await;
        }
    }

    fn has_files(&self) -> bool {
        matches!(*self.access, Access::Tokens(_)) || self.tls.is_some()
    }

    fn look(&self, was_asked_for: bool) {
        if let Access::Tokens(tokens) = &*self.access {
            let read = tokens.again();
            let callers = match tokens.current().number() {
                1 => "1 caller".to_owned(),
                number => format!("{number} callers"),
            };
            self.tell("the tokens file", read, was_asked_for, &format!(" and has {callers} now"));
        }
        if let Some(tls) = &self.tls {
            self.tell("the certificate", tls.again(), was_asked_for, "");
        }
    }

    fn tell(&self, what: &str, read: Result<bool, String>, was_asked_for: bool, new: &str) {
        let words = match read {
            Ok(false) if !was_asked_for => return,
            Ok(false) => format!("{what} is as it was when it was last read"),
            Ok(true) => format!("{what} was read again{new}"),
            Err(problem) => format!("{what} stays as it was: {problem}"),
        };
        self.log.note(&words);
    }
}
