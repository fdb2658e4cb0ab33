//! TLS sessions that can be gone on with. rustls keeps eight tickets for a server, and each is good for one connection; when
//! hundreds of agents connect at once, as after an outage, most of them would begin anew, which costs the processor twice as
//! much.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use rustls::NamedGroup;
use rustls::client::{ClientSessionMemoryCache, ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue};
use rustls::pki_types::ServerName;

/// How many tickets are kept for a server: two for each connection that may be dialled at a time.
const MOST: usize = 64;

/// How many servers.
const MOST_SERVERS: usize = 32;

/// A store as rustls has it, but for more tickets of TLS 1.3.
pub struct Tickets {
    tickets: Mutex<HashMap<ServerName<'static>, Vec<Tls13ClientSessionValue>>>,
    others: ClientSessionMemoryCache,
}

impl Default for Tickets {
    fn default() -> Self {
        // It counts in tickets, eight for a server.
        Self { tickets: Mutex::default(), others: ClientSessionMemoryCache::new(8 * MOST_SERVERS) }
    }
}

/// Nothing of a session is printed.
impl fmt::Debug for Tickets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tickets")
    }
}

impl ClientSessionStore for Tickets {
    fn insert_tls13_ticket(&self, server: ServerName<'static>, ticket: Tls13ClientSessionValue) {
        let mut tickets = self.tickets.lock().unwrap_or_else(PoisonError::into_inner);
        if !tickets.contains_key(&server) && tickets.len() >= MOST_SERVERS {
            tickets.clear();
        }
        let known = tickets.entry(server).or_default();
        if known.len() >= MOST {
            known.remove(0);
        }
        known.push(ticket);
    }

    fn take_tls13_ticket(&self, server: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner).get_mut(server)?.pop()
    }

    fn set_kx_hint(&self, server: ServerName<'static>, group: NamedGroup) {
        self.others.set_kx_hint(server, group);
    }

    fn kx_hint(&self, server: &ServerName<'_>) -> Option<NamedGroup> {
        self.others.kx_hint(server)
    }

    fn set_tls12_session(&self, server: ServerName<'static>, session: Tls12ClientSessionValue) {
        self.others.set_tls12_session(server, session);
    }

    fn tls12_session(&self, server: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.others.tls12_session(server)
    }

    fn remove_tls12_session(&self, server: &ServerName<'static>) {
        self.others.remove_tls12_session(server);
    }
}
