//! What went wrong on the wire, in the words of Node 20, since bots test them: `err.error.code === 'ECONNREFUSED'`.

use std::error::Error as StdError;
use std::io;
use std::net::IpAddr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rustls::CertificateError;

use super::error::Cause;
use super::resolver;
use super::tls::{ChainFault, WrongName};

/// An address that is none.
pub fn invalid_url(text: &str) -> Cause {
    Cause::new("Invalid URL").of_class("TypeError").with("code", "ERR_INVALID_URL").with("input", text)
}

/// No answer within the deadline.
pub fn timed_out(what: &str, milliseconds: u64) -> Cause {
    Cause::new(format!("{what} within {milliseconds} ms")).with("code", "ETIMEDOUT")
}

/// The WebSocket handshake did not end in time (ws: `handshakeTimeout`).
pub fn handshake_timed_out() -> Cause {
    Cause::new("Opening handshake has timed out")
}

/// The socket was given up before it was open (ws: `close()` and `terminate()` while connecting).
pub fn closed_early() -> Cause {
    Cause::new("WebSocket was closed before the connection was established")
}

/// The connection was cut before the answer.
pub fn hang_up() -> Cause {
    Cause::new("socket hang up").with("code", "ECONNRESET")
}

/// The connection was cut within the answer.
pub fn aborted() -> Cause {
    Cause::new("aborted").with("code", "ECONNRESET")
}

/// Connecting to `address:port` failed: the look-up of the name, or TCP.
pub fn of_connect(error: &(dyn StdError + 'static), address: &str, port: u16) -> Cause {
    if let Some(failure) = find::<resolver::Failure>(error) {
        return of_lookup(failure);
    }
    let innermost = innermost(error);
    let Some((code, errno)) = innermost.downcast_ref::<io::Error>().and_then(errno) else {
        return Cause::new(innermost.to_string());
    };
    Cause::new(format!("connect {code} {address}:{port}"))
        .with("errno", errno)
        .with("code", code)
        .with("syscall", "connect")
        .with("address", address)
        .with("port", i64::from(port))
}

fn of_lookup(failure: &resolver::Failure) -> Cause {
    let (code, errno) = if failure.try_again { ("EAI_AGAIN", -3001) } else { ("ENOTFOUND", -3008) };
    Cause::new(format!("getaddrinfo {code} {}", failure.name))
        .with("errno", errno)
        .with("code", code)
        .with("syscall", "getaddrinfo")
        .with("hostname", failure.name.as_str())
}

/// The tunnel through a proxy at `address:port` could not be opened.
pub fn of_tunnel(error: &(dyn StdError + 'static), address: &str, port: u16) -> Cause {
    let connected = error.source().is_none() && find::<resolver::Failure>(error).is_none();
    if !connected {
        return of_connect(error, address, port);
    }
    Cause::new(format!("tunneling socket could not be established: {error}")).with("code", "ECONNRESET")
}

/// The TLS handshake with `host` failed.
pub fn of_tls(error: &io::Error, host: &str, port: u16) -> Cause {
    if let Some(tls) = error.get_ref().and_then(|inner| find::<rustls::Error>(inner)) {
        return of_rustls(tls, host);
    }
    if error.kind() == io::ErrorKind::UnexpectedEof { disconnected(host, port) } else { of_read(error) }
}

/// Cut within the TLS handshake.
fn disconnected(host: &str, port: u16) -> Cause {
    Cause::new("Client network socket disconnected before secure TLS connection was established")
        .with("code", "ECONNRESET")
        .with("host", host)
        .with("port", i64::from(port))
}

fn of_rustls(error: &rustls::Error, host: &str) -> Cause {
    let certificate = |message: &str, code: &str| Cause::new(message).with("code", code);
    match error {
        rustls::Error::InvalidCertificate(fault) => match fault {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                certificate("certificate has expired", "CERT_HAS_EXPIRED")
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                certificate("certificate is not yet valid", "CERT_NOT_YET_VALID")
            }
            CertificateError::Revoked => certificate("certificate revoked", "CERT_REVOKED"),
            CertificateError::BadSignature => certificate("certificate signature failure", "CERT_SIGNATURE_FAILURE"),
            CertificateError::UnknownIssuer => ChainFault::UnknownIssuer.told(),
            CertificateError::Other(other) => match (other.0.downcast_ref(), other.0.downcast_ref::<ChainFault>()) {
                (Some(wrong), _) => wrong_name(host, wrong),
                (_, Some(fault)) => fault.told(),
                _ => certificate("certificate rejected", "CERT_REJECTED"),
            },
            other => Cause::new(other.to_string()).with("code", "CERT_REJECTED"),
        },
        rustls::Error::InvalidMessage(_) => {
            Cause::new("write EPROTO: wrong version number, the peer does not speak TLS").with("code", "EPROTO")
        }
        rustls::Error::AlertReceived(alert) => {
            Cause::new(format!("TLS alert from the peer: {alert:?}")).with("code", "EPROTO")
        }
        other => Cause::new(other.to_string()).with("code", "EPROTO"),
    }
}

/// The certificate is for other names; told as Node's `tls.checkServerIdentity` does.
fn wrong_name(host: &str, wrong: &WrongName) -> Cause {
    let addresses = || wrong.presented.iter().filter_map(|name| address_in(name));
    let reason = if host.parse::<IpAddr>().is_ok() {
        let own = addresses().map(|address| address.to_string()).collect::<Vec<_>>();
        format!("IP: {host} is not in the cert's list: {}", own.join(", "))
    } else if wrong.presented.is_empty() {
        "Cert does not contain a DNS name".to_owned()
    } else {
        let all = wrong.presented.iter().map(|name| match address_in(name) {
            Some(IpAddr::V6(address)) => {
                let parts = address.segments().map(|part| format!("{part:X}"));
                format!("IP Address:{}", parts.join(":"))
            }
            Some(address) => format!("IP Address:{address}"),
            None => format!("DNS:{}", name.trim_start_matches("DnsName").trim_matches(['(', ')', '"'])),
        });
        format!("Host: {host}. is not in the cert's altnames: {}", all.collect::<Vec<_>>().join(", "))
    };
    Cause::new(format!("Hostname/IP does not match certificate's altnames: {reason}"))
        .with("code", "ERR_TLS_CERT_ALTNAME_INVALID")
        .with("reason", reason)
        .with("host", host)
        .with("cert", BASE64_STANDARD.encode(&wrong.der))
}

/// The address in `IpAddress(1.2.3.4)`.
fn address_in(name: &str) -> Option<IpAddr> {
    name.strip_prefix("IpAddress(")?.strip_suffix(')')?.parse().ok()
}

/// An HTTP call to `host` failed before its answer; what was connected to is `address:port`.
pub fn of_http(error: &reqwest::Error, address: &str, host: &str, port: u16) -> Cause {
    if let Some(tls) = find::<rustls::Error>(error) {
        return of_rustls(tls, host);
    }
    if error.is_builder() {
        return invalid_url(host);
    }
    if error.is_connect() {
        let io = chain(error).filter_map(|error| error.downcast_ref::<io::Error>()).last();
        return match io.map(|io| (io, io.kind())) {
            Some((_, io::ErrorKind::UnexpectedEof)) => disconnected(host, port),
            // Connections are refused, not reset: this one was, within the TLS handshake.
            Some((io, io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe)) => of_read(io),
            _ => of_connect(error, address, port),
        };
    }
    if find::<hyper::Error>(error).is_some_and(hyper::Error::is_parse) { not_http() } else { hang_up() }
}

/// An HTTP call to `host` failed within its answer.
pub fn of_body(error: &reqwest::Error, host: &str) -> Cause {
    find::<rustls::Error>(error).map_or_else(aborted, |tls| of_rustls(tls, host))
}

/// The connection to `host` broke off within the upgrade.
pub fn of_upgrade(error: &io::Error, host: &str) -> Cause {
    find::<rustls::Error>(error).map_or_else(hang_up, |tls| of_rustls(tls, host))
}

/// What answered does not speak HTTP. Node's parser tells many cases apart; this is the commonest.
pub fn not_http() -> Cause {
    const REASON: &str = "Expected HTTP/, RTSP/ or ICE/";
    Cause::new(format!("Parse Error: {REASON}"))
        .with("bytesParsed", 0)
        .with("code", "HPE_INVALID_CONSTANT")
        .with("reason", REASON)
}

/// The head of an answer is longer than Node allows.
pub fn answer_too_long() -> Cause {
    Cause::new("Parse Error: Header overflow").with("code", "HPE_HEADER_OVERFLOW").with("reason", "Header overflow")
}

/// A frame that breaks RFC 6455, and the close code to answer it with.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The close code that tells the peer.
    pub status: u16,
    /// What was wrong.
    pub cause: Cause,
}

impl Fault {
    /// A `RangeError`, as which ws tells most of them.
    pub fn out_of_range(status: u16, message: &str, code: &str) -> Self {
        Self { status, cause: Cause::new(message).with("code", code).of_class("RangeError") }
    }

    /// What should be text is none.
    pub fn no_utf8() -> Self {
        let cause = Cause::new("Invalid WebSocket frame: invalid UTF-8 sequence");
        Self { status: 1007, cause: cause.with("code", "WS_ERR_INVALID_UTF8") }
    }

    /// Beyond the limit of the settings.
    pub fn too_long() -> Self {
        Self::out_of_range(1009, "Max payload size exceeded", "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH")
    }
}

fn of_read(error: &io::Error) -> Cause {
    match errno(error) {
        Some((code, errno)) => {
            Cause::new(format!("read {code}")).with("errno", errno).with("code", code).with("syscall", "read")
        }
        None => Cause::new(error.to_string()),
    }
}

/// Node's name and number of an operating system's error. The number is libuv's: the system's own with a minus, save on
/// Windows, where libuv has numbers of its own (uv/errno.h).
fn errno(error: &io::Error) -> Option<(&'static str, i64)> {
    use io::ErrorKind as Kind;
    let (code, on_windows) = match error.kind() {
        Kind::ConnectionRefused => ("ECONNREFUSED", -4078),
        Kind::ConnectionReset => ("ECONNRESET", -4077),
        Kind::ConnectionAborted => ("ECONNABORTED", -4079),
        Kind::TimedOut => ("ETIMEDOUT", -4039),
        Kind::BrokenPipe => ("EPIPE", -4047),
        Kind::HostUnreachable => ("EHOSTUNREACH", -4073),
        Kind::NetworkUnreachable => ("ENETUNREACH", -4062),
        Kind::NetworkDown => ("ENETDOWN", -4063),
        Kind::AddrNotAvailable => ("EADDRNOTAVAIL", -4090),
        Kind::PermissionDenied => ("EACCES", -4092),
        _ => return None,
    };
    let system = -i64::from(error.raw_os_error().unwrap_or_default());
    Some((code, if cfg!(windows) { on_windows } else { system }))
}

/// Looks for an error of type `E` in a chain of sources.
fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    chain(error).find_map(|error| error.downcast_ref::<E>())
}

/// The last of a chain of sources.
fn innermost<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    chain(error).last().unwrap_or(error)
}

/// An error and its sources, also those inside `io::Error`s, which hide theirs.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error: &&'a (dyn StdError + 'static)| {
        match error.downcast_ref::<io::Error>() {
            Some(io) => io.get_ref().map(|inner| inner as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}
