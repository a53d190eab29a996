//! Whether limits can be shared, told before a call has to find out.

use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::{Client, server_tls};
use crate::limit::{Reply, Wire};
use crate::options::SharedAt;
use crate::valkey::{Address, Server};
use crate::{ArgumentError, ShareLimitsFallback};

/// Who was reached and says nothing for so long is not waited for.
const PATIENCE: Duration = Duration::from_secs(1);

impl Client {
    /// What is done while rate limits can't be shared beyond this process; `None` where [they need not
    /// be](crate::Options::share_limits).
    ///
    /// ```
    /// use sonoran::{Client, Options, ShareLimits, ShareLimitsFallback};
    ///
    /// let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID");
    /// let alone = Client::new(options.clone().share_limits(ShareLimits::Process))?;
    /// assert_eq!(alone.share_limits_fallback(), None);
    /// let shared = Client::new(options.share_limits(ShareLimits::Server("redis://valkey.example".into())))?;
    /// assert_eq!(shared.share_limits_fallback(), Some(ShareLimitsFallback::Divide));
    /// # Ok::<(), sonoran::ArgumentError>(())
    /// ```
    pub fn share_limits_fallback(&self) -> Option<ShareLimitsFallback> {
        // They were good when the client was made.
        let (sharing, _) = self.0.options.sharing().ok()??;
        Some(if sharing.refuses { ShareLimitsFallback::Refuse } else { ShareLimitsFallback::Divide })
    }

    /// Asks the server that [shares rate limits](crate::Options::share_limits) whether it runs scripts, which else the first
    /// call finds out. It takes no slot, and changes nothing for calls. A folder is tried when the client is made. For
    /// gateways, and for whoever checks a configuration.
    ///
    /// ```
    /// # async fn example() -> Result<(), sonoran::ArgumentError> {
    /// use sonoran::{Client, Options, ShareLimits};
    ///
    /// let options = Options::new("YOUR_API_KEY", "YOUR_COMMUNITY_ID");
    /// let client = Client::new(options.share_limits(ShareLimits::Server("redis://127.0.0.1:1".into())))?;
    /// let trouble = client.try_share_limits().await.unwrap_err();
    /// assert!(trouble.starts_with("redis://127.0.0.1:1/0 can't be reached"));
    /// # Ok(())
    /// # }
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example()).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// A plain sentence that says what the server does instead, without user and password.
    pub async fn try_share_limits(&self) -> Result<(), String> {
        let Ok(Some((_, SharedAt::Server(address)))) = self.0.options.sharing() else { return Ok(()) };
        let tls = self.server_tls(&address).map_err(|error| error.to_string())?;
        let server = Arc::new(Server::new(address, tls));
        let trouble = |what: &str| format!("{} {what}", server.name());
        let (tell, told) = oneshot::channel();
        let asked = Arc::clone(&server);
        // Where its connections live.
        if !server.spawn(Box::pin(async move { drop(tell.send(runs_scripts(asked).await)) })) {
            return Err(trouble("has no thread to be asked by"));
        }
        match told.await {
            Ok(answer) => answer.map_err(|what| trouble(&what)),
            Err(_) => Err(trouble("was not asked to the end")),
        }
    }

    fn server_tls(&self, address: &Address) -> Result<Option<Arc<ClientConfig>>, ArgumentError> {
        if let Some(tls) = self.0.server_tls.get() {
            return Ok(tls.clone());
        }
        let tls = server_tls(&self.0.options, address)?;
        Ok(self.0.server_tls.get_or_init(|| tls).clone())
    }
}

async fn runs_scripts(server: Arc<Server>) -> Result<(), String> {
    Arc::clone(&server).reach().await?;
    let command = ["EVAL", "return 1", "0"].map(|word| word.as_bytes().to_vec());
    match timeout(PATIENCE, server.send(command.into())).await {
        Ok(Ok(Reply::Refusal(words))) => Err(match words.split(' ').next().unwrap_or_default() {
            "NOAUTH" => {
                "wants a password, which its URL has behind a colon: redis://:password@host".to_owned()
            }
            "NOPERM" => "does not allow the user to run scripts".to_owned(),
            // Not the rest: who knows what stands there.
            code => format!("refuses with {code}"),
        }),
        Ok(Ok(_)) => Ok(()),
        Ok(Err(why)) => Err(why),
        Err(_) => Err(format!("gives no answer within {} s", PATIENCE.as_secs())),
    }
}
