//! Names to addresses, by the system's resolver.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::Name;

/// A name that could not be resolved.
#[derive(Debug)]
pub struct Failure {
    /// The name.
    pub name: String,
    /// Whether the resolver could not be reached, rather than not know the name.
    pub try_again: bool,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no address for {}", self.name)
    }
}

impl std::error::Error for Failure {}

/// The addresses of a name, in the system's order. Names under `localhost` are the loopback by definition (RFC 6761 §6.3), and
/// those under `invalid` do not exist (§6.4).
///
/// # Errors
/// [`Failure`], with the name.
pub async fn resolve(name: &str) -> Result<Vec<IpAddr>, Failure> {
    let lower = name.to_ascii_lowercase();
    if lower.ends_with(".localhost") {
        return Ok(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
    }
    if lower.ends_with(".invalid") {
        return Err(Failure { name: name.to_owned(), try_again: false });
    }
    let failed = |error: io::Error| Failure { name: name.to_owned(), try_again: is_temporary(&error) };
    let found = tokio::net::lookup_host((name, 0)).await.map_err(failed)?;
    Ok(found.map(|address| address.ip()).collect())
}

/// EAI_AGAIN in the words of glibc, BSD and musl (the standard library keeps no number of it), WSATRY_AGAIN on Windows.
fn is_temporary(error: &io::Error) -> bool {
    const WSATRY_AGAIN: i32 = 11002;
    let text = error.to_string();
    text.contains("Temporary failure") || text.contains("Try again") || error.raw_os_error() == Some(WSATRY_AGAIN)
}

/// The address that an error about `host` names. The connectors do not tell which one they tried; Node names the first.
pub async fn first_address(host: &str) -> String {
    let found = match host.parse::<IpAddr>() {
        Ok(address) => Some(address),
        Err(_) => resolve(host).await.ok().and_then(|found| found.first().copied()),
    };
    found.map_or_else(|| host.to_owned(), |address| address.to_string())
}

/// [`resolve`] as the connectors want it.
#[derive(Clone, Debug)]
pub struct Resolver;

type Found = Pin<Box<dyn Future<Output = Result<std::vec::IntoIter<SocketAddr>, Failure>> + Send>>;

impl tower_service::Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = Failure;
    type Future = Found;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Found {
        Box::pin(async move {
            let found = resolve(name.as_str()).await?;
            let addresses: Vec<_> = found.into_iter().map(|ip| SocketAddr::new(ip, 0)).collect();
            Ok(addresses.into_iter())
        })
    }
}

impl reqwest::dns::Resolve for Resolver {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        Box::pin(async move {
            let found = resolve(name.as_str()).await?;
            let addresses = found.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(addresses.collect::<Vec<_>>().into_iter()) as reqwest::dns::Addrs)
        })
    }
}
