//! The messaging WebSocket: dialling, and what goes in and out of an open one.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ::http::Uri;
use futures_util::Sink;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncBufRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Message, Utf8Bytes};
use tower_service::Service as _;

use super::cause::{self, Fault};
use super::config::Settings;
use super::error::Cause;
use super::frame_header::broken;
use super::frames::{End, Frames, Kind};
use super::gulp::Gulp;
use super::network::Network;
use super::resolver::{Resolver, first_address};
use super::upgrade::{self, NotOpened};

/// What comes out of an open socket.
#[derive(Debug)]
pub enum Incoming {
    /// A text or binary message; it has been heard.
    Message,
    /// A sign of life: ping or pong.
    SignOfLife,
    /// The closing handshake is through, or the connection is gone.
    End {
        /// The close code.
        code: u16,
        /// What broke the rules of the protocol, where something did.
        fault: Option<Cause>,
    },
}

/// What the WebSocket runs on in earnest; tests have streams of their own.
pub type Wire = TlsStream<Gulp<TcpStream>>;

/// An open WebSocket. What goes out is tungstenite's, what comes in is [`Frames`]'.
pub struct Socket<S = Wire> {
    stream: WebSocketStream<Frames<S>>,
    /// Something was written that may not have left yet.
    unflushed: bool,
    /// What the last ping wants back. Only the last one: a peer that does not read must not make us hoard (RFC 6455 §5.5.3).
    pong: Option<Bytes>,
    /// The close frame that came, as its code.
    closing: Option<u16>,
}

/// No close frame came: RFC 6455 §7.1.5.
pub const ABNORMAL: u16 = 1006;
/// A control frame has 125 bytes at most, and the code takes two.
const MAX_REASON: usize = 123;
/// The close frame had no code: RFC 6455 §7.1.5.
const NO_STATUS: u16 = 1005;

/// What is written in one go. Allocated when it is needed.
const WRITE_BUFFER: usize = 32 * 1024;

/// Opens the WebSocket at `host` (`host[:port]`), path and query `path`.
///
/// # Errors
/// [`NotOpened`]. The deadline is the caller's.
pub async fn open(network: &Network, settings: &Settings, host: &str, path: &str) -> Result<Socket, NotOpened> {
    let base: Uri = format!("https://{host}").parse().map_err(|_| cause::invalid_url(host))?;
    let name = base.host().ok_or_else(|| cause::invalid_url(host))?.to_owned();
    let request = upgrade::request(settings, host, path)?;
    let tcp = dial(network, &base, &name).await?;
    let server = ServerName::try_from(bare(&name).to_owned()).map_err(|_| cause::invalid_url(host))?;
    let tls = TlsConnector::from(network.tls.clone())
        .connect(server, Gulp::new(tcp))
        .await
        .map_err(|error| cause::of_tls(&error, bare(&name), base.port_u16().unwrap_or(443)))?;
    let mut frames = Frames::before_upgrade(tls, longest(settings));
    upgrade::perform(&mut frames, request, bare(&name)).await?;
    Ok(Socket::new(frames).await)
}

fn longest(settings: &Settings) -> usize {
    settings.max_payload.min(Settings::MAX_PAYLOAD)
}

/// TCP to the host, or a tunnel through the proxy to it. Happy eyeballs are the connector's.
async fn dial(network: &Network, base: &Uri, name: &str) -> Result<TcpStream, Cause> {
    let mut connector = HttpConnector::new_with_resolver(Resolver);
    connector.enforce_http(false);
    connector.set_nodelay(true);
    let Some(proxy) = &network.ws_proxy else {
        let port = base.port_u16().unwrap_or(443);
        let stream = match connector.call(base.clone()).await {
            Ok(stream) => stream,
            Err(error) => {
                let address = first_address(bare(name)).await;
                return Err(cause::of_connect(&error, &address, port));
            }
        };
        return Ok(stream.into_inner());
    };
    let mut tunnel = Tunnel::new(proxy.uri.clone(), connector);
    if let Some(authorization) = &proxy.authorization {
        tunnel = tunnel.with_auth(authorization.clone());
    }
    // CONNECT needs the port spelled out.
    let target = format!("https://{name}:{}", base.port_u16().unwrap_or(443));
    let target = target.parse().map_err(|_| cause::invalid_url(name))?;
    match tunnel.call(target).await {
        Ok(stream) => Ok(TokioIo::into_inner(stream)),
        Err(error) => {
            let address = first_address(proxy.host()).await;
            Err(cause::of_tunnel(&error, &address, proxy.port()))
        }
    }
}

/// An IPv6 address without its brackets.
fn bare(name: &str) -> &str {
    name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(name)
}

impl<S: AsyncBufRead + AsyncWrite + Unpin> Socket<S> {
    /// A WebSocket on a stream on which the upgrade is done.
    pub async fn over(stream: S, settings: &Settings) -> Self {
        Self::new(Frames::upgraded(stream, longest(settings))).await
    }

    async fn new(frames: Frames<S>) -> Self {
        // Nothing is read through it.
        let config = WebSocketConfig::default().read_buffer_size(0).write_buffer_size(WRITE_BUFFER);
        let stream = WebSocketStream::from_raw_socket(frames, Role::Client, Some(config)).await;
        Self { stream, unflushed: false, pong: None, closing: None }
    }

    /// Queues a text message.
    pub fn send(&mut self, text: Utf8Bytes) {
        self.write(Message::Text(text));
    }

    /// Queues a ping frame.
    pub fn ping(&mut self) {
        self.write(Message::Ping(Bytes::new()));
    }

    /// Starts the closing handshake; without a code the frame has none. A reason beyond 123 bytes is cut off (RFC 6455
    /// §5.5).
    pub fn close(&mut self, code: Option<u16>, reason: &str) {
        let frame = code.map(|code| CloseFrame { code: CloseCode::from(code), reason: shorten(reason).into() });
        self.write(Message::Close(frame));
    }

    /// The code of the close frame that came, where one did.
    pub fn close_code(&self) -> Option<u16> {
        self.closing
    }

    /// Errors of writing are not told here: reading meets the same broken connection and tells it once.
    fn write(&mut self, message: Message) {
        let _ = Pin::new(&mut self.stream).start_send(message);
        self.unflushed = true;
    }

    /// Lets what was queued leave. Ready once nothing is left, or nothing can leave any more.
    pub fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if self.unflushed && Pin::new(&mut self.stream).poll_flush(cx).is_pending() {
                return Poll::Pending;
            }
            self.unflushed = false;
            let Some(payload) = self.pong.take() else { return Poll::Ready(()) };
            self.write(Message::Pong(payload));
        }
    }

    /// The next thing that comes in; a message is handed to `hear`. Not to be called after [`Incoming::End`].
    pub fn poll_next(&mut self, cx: &mut Context<'_>, hear: impl FnOnce(&str)) -> Poll<Incoming> {
        if self.closing.is_some() {
            return self.poll_closed(cx);
        }
        let frames = self.stream.get_mut();
        let fault = match ready!(frames.poll_next(cx)) {
            Ok(Kind::Text) => match std::str::from_utf8(frames.payload()) {
                Ok(text) => {
                    hear(text);
                    return Poll::Ready(Incoming::Message);
                }
                Err(_) => Fault::no_utf8(),
            },
            Ok(Kind::Binary) => {
                // As Node's Buffer.toString makes it: what is no UTF-8 becomes U+FFFD.
                hear(&String::from_utf8_lossy(frames.payload()));
                return Poll::Ready(Incoming::Message);
            }
            Ok(Kind::Pong) => return Poll::Ready(Incoming::SignOfLife),
            Ok(Kind::Ping) => {
                self.pong = Some(Bytes::copy_from_slice(frames.payload()));
                return Poll::Ready(Incoming::SignOfLife);
            }
            Ok(Kind::Close) => match closing(frames.payload()) {
                Ok((code, reason)) => {
                    let frame = code.map(|code| CloseFrame { code: CloseCode::from(code), reason: reason.into() });
                    self.closing = Some(code.unwrap_or(NO_STATUS));
                    // An echo, unless it is one itself; then this is not sent.
                    self.write(Message::Close(frame));
                    return self.poll_closed(cx);
                }
                Err(fault) => fault,
            },
            Err(End::Gone) => return Poll::Ready(Incoming::End { code: ABNORMAL, fault: None }),
            Err(End::Fault(fault)) => fault,
        };
        // The peer broke the rules, and is told so as far as it can be.
        self.close(Some(fault.status), "");
        let _ = self.poll_flush(cx);
        Poll::Ready(Incoming::End { code: ABNORMAL, fault: Some(fault.cause) })
    }

    /// The end, once both close frames have gone their way: there is no need to wait for the peer to drop the connection.
    fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<Incoming> {
        let code = self.closing.unwrap_or(ABNORMAL);
        self.poll_flush(cx).map(|()| Incoming::End { code, fault: None })
    }
}

/// What a close frame has room for.
fn shorten(reason: &str) -> &str {
    let end = (0..=reason.len().min(MAX_REASON)).rev().find(|end| reason.is_char_boundary(*end));
    &reason[..end.unwrap_or_default()]
}

/// Code and reason of a close frame.
fn closing(payload: &[u8]) -> Result<(Option<u16>, &str), Fault> {
    let [high, low, reason @ ..] = payload else { return Ok((None, "")) };
    let code = u16::from_be_bytes([*high, *low]);
    // RFC 6455 §7.4, and the codes that IANA has registered since.
    if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
        return Err(broken(&format!("invalid status code {code}"), "INVALID_CLOSE_CODE"));
    }
    let reason = std::str::from_utf8(reason).map_err(|_| Fault::no_utf8())?;
    Ok((Some(code), reason))
}
