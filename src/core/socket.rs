//! The messaging WebSocket. The only file that names tokio_tungstenite's stream, and the dialling below it.

use std::pin::Pin;
use std::task::{Context, Poll};

use ::http::{HeaderMap, HeaderName, HeaderValue, Request, Uri, header};
use futures_util::{Sink, Stream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Error as WsError, Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use tower_service::Service as _;

use super::cause::{self, Fault};
use super::config::Settings;
use super::error::Cause;
use super::guard::Guarded;
use super::network::Network;
use super::resolver::{Resolver, first_address};

/// What comes out of an open socket.
#[derive(Debug)]
pub enum Incoming {
    /// A text or binary message, as text.
    Message(Utf8Bytes),
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
pub type Wire = TlsStream<TcpStream>;

/// An open WebSocket.
pub struct Socket<S = Wire> {
    stream: WebSocketStream<Guarded<S>>,
    /// Something was written that may not have left yet.
    unflushed: bool,
    /// The close frame that came, as its code.
    closing: Option<u16>,
}

/// A socket that could not be opened.
#[derive(Debug)]
pub struct NotOpened {
    /// What Node and the `ws` package would have said.
    pub cause: Cause,
    /// The status, where the service answered the upgrade with one.
    pub status: Option<u16>,
}

impl From<Cause> for NotOpened {
    fn from(cause: Cause) -> Self {
        Self { cause, status: None }
    }
}

/// No close frame came: RFC 6455 §7.1.5.
pub const ABNORMAL: u16 = 1006;
/// A control frame has 125 bytes at most, and the code takes two.
const MAX_REASON: usize = 123;
/// The close frame had no code: RFC 6455 §7.1.5.
const NO_STATUS: u16 = 1005;

/// Allocated for each connection as long as it lives; an idle agent should be cheap.
const READ_BUFFER: usize = 4096;
/// What is written in one go. Allocated when it is needed.
const WRITE_BUFFER: usize = 32 * 1024;

/// Opens the WebSocket at `host` (`host[:port]`), path and query `path`.
///
/// # Errors
/// [`NotOpened`]. The deadline is the caller's.
pub async fn open(network: &Network, settings: &Settings, host: &str, path: &str) -> Result<Socket, NotOpened> {
    let base: Uri = format!("https://{host}").parse().map_err(|_| cause::invalid_url(host))?;
    let name = base.host().ok_or_else(|| cause::invalid_url(host))?.to_owned();
    let request = upgrade_request(settings, host, path)?;
    let tcp = dial(network, &base, &name).await?;
    let server = ServerName::try_from(bare(&name).to_owned()).map_err(|_| cause::invalid_url(host))?;
    let tls = TlsConnector::from(network.tls.clone())
        .connect(server, tcp)
        .await
        .map_err(|error| cause::of_tls(&error, bare(&name), base.port_u16().unwrap_or(443)))?;
    upgrade(tls, request, settings, bare(&name)).await
}

/// The WebSocket handshake with the host `name`.
pub(super) async fn upgrade<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    request: Request<()>,
    settings: &Settings,
    name: &str,
) -> Result<Socket<S>, NotOpened> {
    let guarded = Guarded::before_upgrade(stream, longest(settings));
    let upgraded = client_async_with_config(request, guarded, Some(config(settings))).await;
    let (stream, answer) = upgraded.map_err(|error| NotOpened {
        status: match &error {
            WsError::Http(answer) => Some(answer.status().as_u16()),
            _ => None,
        },
        cause: cause::of_upgrade(&error, name),
    })?;
    if answer.headers().contains_key(header::SEC_WEBSOCKET_EXTENSIONS) {
        return Err(cause::unasked_extension().into());
    }
    Ok(Socket::new(stream))
}

fn longest(settings: &Settings) -> usize {
    settings.max_payload.min(Settings::MAX_PAYLOAD)
}

fn config(settings: &Settings) -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_message_size(Some(longest(settings)))
        .max_frame_size(Some(longest(settings)))
}

/// The headers that make a request an upgrade; as in ws the options cannot change them.
const OURS: [HeaderName; 4] =
    [header::CONNECTION, header::UPGRADE, header::SEC_WEBSOCKET_VERSION, header::SEC_WEBSOCKET_KEY];

/// Builds the upgrade request; the headers of the options override ours, save those that make it an upgrade.
pub(super) fn upgrade_request(settings: &Settings, host: &str, path: &str) -> Result<Request<()>, Cause> {
    let mut request = Request::builder()
        .uri(format!("wss://{host}{path}"))
        .header("Host", host)
        .header("Connection", "Upgrade")
        .header("Upgrade", "websocket")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Key", generate_key())
        .body(())
        .map_err(|_| cause::invalid_url(host))?;
    let mut given = HeaderMap::new();
    for (given_name, value) in &settings.headers {
        let name = HeaderName::from_bytes(given_name.as_bytes()).map_err(|_| {
            Cause::new(format!("Header name must be a valid HTTP token [\"{given_name}\"]"))
                .of_class("TypeError")
                .with("code", "ERR_INVALID_HTTP_TOKEN")
        })?;
        let value = HeaderValue::from_bytes(value.reveal().as_bytes()).map_err(|_| {
            Cause::new(format!("Invalid character in header content [\"{given_name}\"]"))
                .of_class("TypeError")
                .with("code", "ERR_INVALID_CHAR")
        })?;
        if !OURS.contains(&name) {
            given.append(name, value);
        }
    }
    request.headers_mut().extend(given);
    Ok(request)
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

impl<S: AsyncRead + AsyncWrite + Unpin> Socket<S> {
    /// A WebSocket on a stream on which the upgrade is done.
    pub async fn over(stream: S, settings: &Settings) -> Self {
        let guarded = Guarded::upgraded(stream, longest(settings));
        Self::new(WebSocketStream::from_raw_socket(guarded, Role::Client, Some(config(settings))).await)
    }

    fn new(stream: WebSocketStream<Guarded<S>>) -> Self {
        Self { stream, unflushed: false, closing: None }
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
        if self.unflushed && Pin::new(&mut self.stream).poll_flush(cx).is_pending() {
            return Poll::Pending;
        }
        self.unflushed = false;
        Poll::Ready(())
    }

    /// The next thing that comes in. Not to be called after [`Incoming::End`].
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Incoming> {
        loop {
            let Poll::Ready(next) = Pin::new(&mut self.stream).poll_next(cx) else {
                return self.poll_closed(cx);
            };
            return Poll::Ready(match next {
                Some(Ok(Message::Text(text))) => Incoming::Message(text),
                Some(Ok(Message::Binary(bytes))) => Incoming::Message(lossy(bytes)),
                // Not the frame's own code: tungstenite puts another in place of 1014, which it does not know.
                Some(Ok(Message::Close(_))) => {
                    self.closing = Some(self.stream.get_ref().close_code().unwrap_or(NO_STATUS));
                    continue;
                }
                Some(Ok(_)) => Incoming::SignOfLife,
                Some(Err(error)) if self.closing.is_none() => match cause::of_frame(&error) {
                    Some(fault) => self.break_off(fault, cx),
                    None => Incoming::End { code: ABNORMAL, fault: None },
                },
                _ => Incoming::End { code: self.closing.unwrap_or(ABNORMAL), fault: None },
            });
        }
    }

    /// The end, once both close frames have gone their way: there is no need to wait for the peer to drop the connection.
    fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<Incoming> {
        match self.closing {
            Some(code) => Pin::new(&mut self.stream).poll_flush(cx).map(|_| Incoming::End { code, fault: None }),
            None => Poll::Pending,
        }
    }

    /// The peer broke the rules, and is told so as far as it can be.
    fn break_off(&mut self, fault: Fault, cx: &mut Context<'_>) -> Incoming {
        self.close(Some(fault.status), "");
        let _ = self.poll_flush(cx);
        Incoming::End { code: ABNORMAL, fault: Some(fault.cause) }
    }
}

/// What a close frame has room for.
fn shorten(reason: &str) -> &str {
    let end = (0..=reason.len().min(MAX_REASON)).rev().find(|end| reason.is_char_boundary(*end));
    &reason[..end.unwrap_or_default()]
}

/// A binary message as text, as Node's `Buffer.toString` makes it: what is no UTF-8 becomes U+FFFD.
fn lossy(bytes: Bytes) -> Utf8Bytes {
    Utf8Bytes::try_from(bytes.clone()).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into_owned().into())
}
