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
    /// Looks now.
    pub(crate) fn now(&self) {
        self.tell("the tokens file", self.access.again());
        if let Some(tls) = &self.tls {
            self.tell("the certificate", tls.again());
        }
    }

    /// Looks from time to time, until it is dropped.
    pub(crate) async fn by_itself(self) {
        if matches!(*self.access, Access::Machine | Access::Keys { .. }) && self.tls.is_none() {
            return;
        }
        let mut looks = tokio::time::interval(LOOK);
        loop {
            looks.tick().await;
            let reread = self.clone();
            let _ = tokio::task::spawn_blocking(move || reread.now()).await;
        }
    }

    fn tell(&self, what: &str, read: Result<bool, String>) {
        match read {
            Ok(false) => {}
            Ok(true) => self.log.note(&format!("{what} was read again")),
            Err(problem) => self.log.note(&format!("{what} stays as it was: {problem}")),
        }
    }
}
