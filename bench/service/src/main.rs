//! The load service of the benchmark: it plays LivePerson's services on one port, much faster than any client. And the
//! raw client, which does nothing but receive and count: what no SDK can beat.
//!
//!     bench-service serve CA_FILE                     prints `{"port":…}`; ends when its stdin does
//!     bench-service flood PORT CA_FILE LOAD           LOAD: JSON, see load.rs; prints its figures as JSON
//!     bench-service clock PORT CA_FILE COUNT          getClock round trips, one at a time

mod answers;
mod certificate;
mod frames;
mod http;
mod load;
mod peer;
mod raw;

use std::io::{self, Read as _};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", ca_file] => serve(ca_file),
        ["flood", port, ca_file, load] => raw::flood(port.parse()?, ca_file, load),
        ["clock", port, ca_file, count] => raw::clock(port.parse()?, ca_file, count.parse()?),
        _ => Err("usage: bench-service serve CA_FILE | flood PORT CA_FILE LOAD | clock PORT CA_FILE COUNT".into()),
    }
}

/// One thread: the machine's other cores are the client's.
fn serve(ca_file: &str) -> Result<(), Failure> {
    let acceptor = TlsAcceptor::from(Arc::new(certificate::make(ca_file)?));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listener = runtime.block_on(listen())?;
    println!("{{\"port\":{}}}", listener.local_addr()?.port());
    std::thread::spawn(|| {
        // Whoever started the service holds the other end: should they die, so does the service.
        let _ = io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    runtime.block_on(async {
        loop {
            let (tcp, _) = listener.accept().await?;
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // Clients come and go as they like; a connection that breaks is nobody's fault.
                let _ = peer::attend(tcp, acceptor).await;
            });
        }
    })
}

/// `localhost` may be either address.
async fn listen() -> io::Result<TcpListener> {
    match TcpListener::bind(SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0))).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await,
    }
}
