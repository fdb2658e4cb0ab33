//! What agents with the same TLS and proxy settings share: TLS sessions and pooled HTTP connections.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use ::http::{HeaderValue, Uri};
use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use once_cell::sync::Lazy;
use percent_encoding::percent_decode_str;
use rustls::ClientConfig;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::cause;
use super::config::{NetworkSettings, Secret};
use super::error::Cause;
use super::http::{Answer, Call, Http};
use super::tls;

/// The shared wires of agents with equal settings.
pub struct Network {
    /// TLS: roots, client certificate, session resumption.
    pub tls: Arc<ClientConfig>,
    /// HTTP calls.
    pub http: Http,
    /// Who may call now.
    pub calls: Turns,
    /// Who may dial now.
    pub dials: Turns,
    /// The proxy for WebSockets.
    pub ws_proxy: Option<Proxy>,
    /// What it was made of; equal settings share domain answers too.
    pub settings: NetworkSettings,
}

/// Who may call or dial now. A thousand agents that start at once share their connections and TLS sessions only if they do
/// not all come at the same moment.
pub struct Turns(Semaphore);

impl Turns {
    /// This many at a time: more are no faster.
    const AT_A_TIME: usize = 32;

    /// Nobody waits longer than this: a service that does not answer must not hold up those who call another.
    const PATIENCE: Duration = Duration::from_secs(3);

    /// One's turn, while one keeps what this returns.
    pub async fn take(&self) -> Option<SemaphorePermit<'_>> {
        tokio::time::timeout(Self::PATIENCE, self.0.acquire()).await.ok()?.ok()
    }
}

impl Default for Turns {
    fn default() -> Self {
        Self(Semaphore::new(Self::AT_A_TIME))
    }
}

/// An HTTP proxy that tunnels with CONNECT.
pub struct Proxy {
    /// `http://host:port`
    pub uri: Uri,
    /// `Basic …`, from the user and password of its URL.
    pub authorization: Option<HeaderValue>,
}

static KNOWN: Lazy<Mutex<HashMap<NetworkSettings, Weak<Network>>>> = Lazy::new(Mutex::default);

impl Network {
    /// The network for these settings: the one in use, or a new one.
    ///
    /// # Errors
    /// Settings that cannot be used: certificates that are none, a proxy that is no URL.
    pub fn of(settings: &NetworkSettings) -> Result<Arc<Self>, Cause> {
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(network) = known.get(settings).and_then(Weak::upgrade) {
            return Ok(network);
        }
        let tls = tls::configure(settings)?;
        let network = Arc::new(Self {
            http: Http::new(tls.clone(), settings)?,
            tls: Arc::new(tls),
            calls: Turns::default(),
            dials: Turns::default(),
            ws_proxy: settings.ws_proxy.as_ref().map(Proxy::parse).transpose()?,
            settings: settings.clone(),
        });
        known.retain(|_, network| network.strong_count() > 0);
        known.insert(settings.clone(), Arc::downgrade(&network));
        Ok(network)
    }
}

impl Network {
    /// Makes an HTTP call, when it is its turn.
    ///
    /// # Errors
    /// What Node would have said of it.
    pub async fn call(&self, call: Call<'_>) -> Result<Answer, Cause> {
        let _turn = self.calls.take().await;
        self.http.call(call).await
    }
}

impl Proxy {
    fn parse(url: &Secret) -> Result<Self, Cause> {
        let bad = || cause::invalid_url("proxy");
        let url = reqwest::Url::parse(url.reveal()).map_err(|_| bad())?;
        if url.scheme() != "http" {
            return Err(
                Cause::new("only http:// proxies are supported for the WebSocket").with("code", "ERR_INVALID_URL")
            );
        }
        let host = url.host_str().ok_or_else(bad)?;
        let uri = format!("http://{host}:{}", url.port_or_known_default().unwrap_or(80)).parse().map_err(|_| bad())?;
        let decode = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let authorization = (!url.username().is_empty()).then(|| {
            let pair = format!("{}:{}", decode(url.username()), decode(url.password().unwrap_or_default()));
            HeaderValue::from_str(&format!("Basic {}", BASE64.encode(pair)))
        });
        Ok(Self { uri, authorization: authorization.transpose().map_err(|_| bad())? })
    }

    /// The proxy's host.
    pub fn host(&self) -> &str {
        self.uri.host().unwrap_or_default()
    }

    /// The proxy's port.
    pub fn port(&self) -> u16 {
        self.uri.port_u16().unwrap_or(80)
    }
}
