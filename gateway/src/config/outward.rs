//! The client that speaks to the service, as the settings have it, and what about it should not be so.

use axum::http::Uri;
use sonoran::{Client, Options, WarningKind, operations};

use super::error::{ConfigError, in_entries};
use super::{Settings, is_here};
use crate::credential::Credential;
use crate::log::Line;

/// For so long the service counts, in seconds.
const MINUTE: f64 = 60.0;

impl Settings {
    /// What can be meant, but for an emulator or a test alone: it is told at the start.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let address = self.api_url.parse::<Uri>();
        if address.is_ok_and(|address| address.host().is_some_and(is_here)) {
            return Vec::new();
        }
        let mut warnings = Vec::new();
        let beyond = "what is beyond its ceilings is answered with 429, and may lead to a ban";
        let seconds = self.rate_window.as_secs_f64();
        if seconds < MINUTE {
            warnings.push(format!(
                "rate-window is {seconds} s, but the service counts for {MINUTE} s: {beyond}; less is for an emulator"
            ));
        }
        for (name, ceiling) in self.ceilings.iter() {
            let documented = operations().iter().filter(|operation| operation.limit() == name);
            let documented = documented.map(|operation| operation.ceiling).max().unwrap_or(u32::MAX);
            if *ceiling > documented {
                warnings.push(format!(
                    "ceilings has {ceiling} for {name}, but the documentation says {documented}: {beyond}"
                ));
            }
        }
        warnings
    }

    /// The client that speaks to the service. What it has to tell while it runs goes to `tell`.
    pub(crate) fn client(
        &self,
        tell: impl Fn(WarningKind, &str) + Send + Sync + 'static,
    ) -> Result<Client, ConfigError> {
        self.goes_out()?;
        let options = self
            .credential
            .options()
            .api_url(&self.api_url)
            .agent(concat!("sonoran-gateway/", env!("CARGO_PKG_VERSION")));
        let options = options.max_wait(self.max_wait).timeout(self.timeout).rate_window(self.rate_window);
        let options = options.reserve(self.reserve).on_send(|_| Line::sent());
        let options = options.on_warning(move |warning| tell(warning.kind, &in_entries(&warning.message)));
        let options = self
            .ceilings
            .iter()
            .fold(options, |options, (operation, ceiling)| options.ceiling(operation, *ceiling));
        let options = if self.allow_plain_http { options.allow_plain_http(true) } else { options };
        Client::new(self.shared(options)).map_err(ConfigError::Refused)
    }

    /// What was not said is as the environment has it for all clients.
    fn shared(&self, options: Options) -> Options {
        let options = match &self.share_limits {
            Some(with) => options.share_limits(with.clone()),
            None => options,
        };
        let options = match &self.share_limits_folder {
            Some(folder) => options.share_limits_folder(folder),
            None => options,
        };
        let options = match self.share_limits_fallback {
            Some(fallback) => options.share_limits_fallback(fallback),
            None => options,
        };
        match self.share_limits_members {
            Some(members) => options.share_limits_members(members),
            None => options,
        }
    }

    /// Refuses what would go in circles, or show what must not be seen.
    fn goes_out(&self) -> Result<(), ConfigError> {
        let unfit = |problem: &str| Err(ConfigError::Unfit(problem.to_owned()));
        if !self.host.is_loopback() && self.tls_certificate.is_none() && !self.tls_by_proxy {
            return unfit(
                "host lets other machines in, which wants TLS: give tls-certificate and tls-key, or tls-by-proxy \
                 where a proxy in front has it",
            );
        }
        if self.api_url.parse().is_ok_and(|address| self.is_own(&address)) {
            return unfit("api-url is the gateway's own address: it must be that of the service");
        }
        let listeners = self.event_listeners.all();
        if let Some(place) = listeners.iter().position(|address| self.is_own(address)) {
            let number = place + 1;
            return unfit(&format!(
                "event-listeners: address {number} is the gateway's own, and would go round for ever"
            ));
        }
        if !listeners.is_empty() && matches!(self.credential, Credential::PassedThrough) {
            return unfit(
                "event-listeners wants a key that is held: with pass-through no events are received",
            );
        }
        Ok(())
    }

    /// Whether this is the gateway's own address.
    fn is_own(&self, address: &Uri) -> bool {
        let default = if address.scheme_str() == Some("http") { 80 } else { 443 };
        let host = address.host().unwrap_or_default();
        let here = self.host.is_unspecified() || self.host.is_loopback();
        let same = host.parse() == Ok(self.host) || (here && is_here(host));
        same && self.port != 0 && address.port_u16().unwrap_or(default) == self.port
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_for_an_emulator_is_told_of_where_the_service_is_meant() {
        let mut settings = Settings::new(Credential::PassedThrough);
        settings.ceilings = "getAccountV2=1".parse().unwrap();
        assert!(settings.warnings().is_empty());
        settings.rate_window = Duration::from_secs(5);
        settings.ceilings = "getAccountV2=100000,getCommunityV2=1,v1=100000".parse().unwrap();
        let told = settings.warnings();
        assert!(told[0].starts_with("rate-window is 5 s, but the service counts for 60 s"), "{told:?}");
        assert!(told[1].starts_with("ceilings has 100000 for getAccountV2, but the documentation says "));
        assert!(told[2].contains(" for v1, ") && told.len() == 3, "{told:?}");
        settings.api_url = "http://127.0.0.1:1".to_owned();
        assert!(settings.warnings().is_empty());
    }
}
