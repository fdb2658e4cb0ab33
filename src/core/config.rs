//! The settings of one operation, and the only table of their defaults.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::Deserialize;

/// A text that is never printed.
#[derive(Clone, Deserialize, PartialEq, Eq, Hash)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text itself, for the wire only.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// What the façade makes of the bot's options, anew for each operation.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// The LivePerson account (site id).
    pub account: String,
    /// Host of the domain service, `host[:port]`.
    #[serde(default = "defaults::csds_domain")]
    pub csds_domain: String,
    /// How long the answer of the domain service is kept, in milliseconds.
    #[serde(default = "defaults::domain_ttl")]
    pub domain_ttl: u64,
    /// Laid over what the domain service answers.
    #[serde(default)]
    pub domains: Option<BTreeMap<String, String>>,
    /// The service whose host carries the WebSocket; `facadeMsg` where that name is not among the domains.
    #[serde(default = "defaults::ws_domain_type")]
    pub ws_domain_type: String,
    /// Takes the place of agentVep for the login (not the refresh) and of the WebSocket host.
    #[serde(default)]
    pub host: Option<String>,
    /// `v` of the WebSocket URL.
    #[serde(default = "defaults::api_version")]
    pub api_version: String,
    /// When given, the WebSocket URL carries it with the SDK's name and version.
    #[serde(default)]
    pub app_id: Option<String>,
    /// The version of this package, as the service is told.
    #[serde(default = "defaults::version")]
    pub version: String,
    /// A ready bearer token: no login.
    #[serde(default)]
    pub token: Option<Secret>,
    /// The body of the login, JSON.
    #[serde(default)]
    pub login: Option<Secret>,
    /// One login for all agents of the process that ask with the same credentials.
    #[serde(default)]
    pub share_login: bool,
    /// With it: the token that is to be replaced.
    #[serde(default)]
    pub stale_token: Option<Secret>,
    /// Headers for the WebSocket upgrade.
    #[serde(default)]
    pub headers: Vec<(String, Secret)>,
    /// Deadline for TCP, TLS and upgrade together, in milliseconds.
    #[serde(default = "defaults::handshake_timeout")]
    pub handshake_timeout: u64,
    /// Deadline for an HTTP call, in milliseconds.
    #[serde(default = "defaults::http_timeout")]
    pub http_timeout: u64,
    /// Time between two keep-alive pings, in milliseconds.
    #[serde(default = "defaults::ping_interval")]
    pub ping_interval: u64,
    /// How long a ping may go without any sign of life, in milliseconds.
    #[serde(default = "defaults::pong_timeout")]
    pub pong_timeout: u64,
    /// The longest message accepted, in bytes; beyond [`Settings::MAX_PAYLOAD`] that counts.
    #[serde(default = "defaults::max_payload")]
    pub max_payload: usize,
    /// What decides which connections can be shared.
    #[serde(flatten)]
    pub network: NetworkSettings,
}

/// TLS and proxy settings. Agents whose settings are equal share connection pools, TLS sessions and domain answers.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Hash)]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkSettings {
    /// Trusted authorities as PEM; they take the place of the well-known ones.
    pub ca: Option<Vec<String>>,
    /// Client certificate chain, PEM.
    pub cert: Option<Vec<String>>,
    /// Key of the client certificate, PEM.
    pub key: Option<Vec<Secret>>,
    /// The file that NODE_EXTRA_CA_CERTS names: trusted besides the well-known authorities.
    pub extra_ca: Option<String>,
    /// False: certificates are not verified (NODE_TLS_REJECT_UNAUTHORIZED=0, rejectUnauthorized: false).
    pub insecure: bool,
    /// Proxy for HTTP calls.
    pub http_proxy: Option<Secret>,
    /// Hosts that are reached without that proxy, in the form of NO_PROXY.
    pub no_proxy: Option<String>,
    /// Proxy for the WebSocket.
    pub ws_proxy: Option<Secret>,
}

impl Settings {
    /// The longest text that V8 can hold (its `String::kMaxLength`). A frame's announced length is believed up to it, when
    /// memory is reserved.
    pub const MAX_PAYLOAD: usize = 512 * 1024 * 1024;

    /// Reads what the façade sent.
    ///
    /// # Errors
    /// The place and the reason, without the text (which holds credentials).
    pub fn parse(json: &str) -> Result<Self, String> {
        serde_json::from_str(json).map_err(|error| format!("{:?} error at column {}", error.classify(), error.column()))
    }

    /// [`Settings::domain_ttl`] as a duration.
    pub fn domain_ttl(&self) -> Duration {
        milliseconds(self.domain_ttl)
    }

    /// [`Settings::handshake_timeout`] as a duration.
    pub fn handshake_deadline(&self) -> Duration {
        milliseconds(self.handshake_timeout)
    }

    /// [`Settings::http_timeout`] as a duration.
    pub fn http_deadline(&self) -> Duration {
        milliseconds(self.http_timeout)
    }

    /// [`Settings::ping_interval`] as a duration.
    pub fn ping_interval(&self) -> Duration {
        milliseconds(self.ping_interval)
    }

    /// [`Settings::pong_timeout`] as a duration.
    pub fn pong_timeout(&self) -> Duration {
        milliseconds(self.pong_timeout)
    }
}

/// As good as for ever, and short enough to be added to any moment.
pub(super) const FOR_EVER: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count).min(FOR_EVER)
}

mod defaults {
    pub fn csds_domain() -> String {
        "adminlogin.liveperson.net".into()
    }
    pub fn domain_ttl() -> u64 {
        60_000
    }
    pub fn ws_domain_type() -> String {
        "facadeMsg".into()
    }
    pub fn api_version() -> String {
        "2.1".into()
    }
    pub fn version() -> String {
        env!("CARGO_PKG_VERSION").into()
    }
    pub fn handshake_timeout() -> u64 {
        30_000
    }
    pub fn http_timeout() -> u64 {
        30_000
    }
    /// The service wants a sign of life every 60 s (LivePerson: protocol overview).
    pub fn ping_interval() -> u64 {
        60_000
    }
    pub fn pong_timeout() -> u64 {
        30_000
    }
    pub fn max_payload() -> usize {
        100 * 1024 * 1024
    }
}
