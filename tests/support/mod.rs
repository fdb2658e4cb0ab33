//! What the tests talk to: a scripted peer, certificates for it, and a bot that hears.

pub mod bot;
pub mod certificates;
pub mod peer;
pub mod websocket;

use std::future::Future;
use std::time::Duration;

pub use bot::Bot;
pub use peer::{Answer, Peer, Route};
pub use websocket::WebSocket;

/// Long enough for a slow machine; a test that gets there has failed.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for something, and says what it was when it does not come.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("waited in vain for {what}"),
    }
}
