//! The upgrade of an HTTP connection to a WebSocket (RFC 6455 §4.1): the request, and which answers make it one. Node's HTTP
//! parser and the ws package are followed in that, since theirs are the words that bots find in `err.error`.

use std::io;

use ::http::{HeaderMap, HeaderName, HeaderValue, Request, header};
use tokio::io::{AsyncBufRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_tungstenite::tungstenite::handshake::client::{generate_key, generate_request};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::cause;
use super::config::Settings;
use super::error::Cause;
use super::frames::Frames;

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

/// The headers that make a request an upgrade; as in ws the options cannot change them.
const OURS: [HeaderName; 4] =
    [header::CONNECTION, header::UPGRADE, header::SEC_WEBSOCKET_VERSION, header::SEC_WEBSOCKET_KEY];

/// How long an answer may be, in bytes, as in Node (`--max-http-header-size`), and how many headers it may have.
const LONGEST_ANSWER: usize = 16 * 1024;
const MOST_HEADERS: usize = 128;

/// Builds the request; the headers of the options override ours, save those that make it an upgrade.
///
/// # Errors
/// A host that is none, a header that cannot be sent.
pub fn request(settings: &Settings, host: &str, path: &str) -> Result<Request<()>, Cause> {
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

/// Sends the request to the host `name`, and reads the answer and nothing beyond it.
///
/// # Errors
/// Any answer but one that makes the connection a WebSocket. The deadline is the caller's.
pub async fn perform<S: AsyncBufRead + AsyncWrite + Unpin>(
    stream: &mut Frames<S>,
    request: Request<()>,
    name: &str,
) -> Result<(), NotOpened> {
    let (bytes, key) = generate_request(request).map_err(|error| Cause::new(error.to_string()))?;
    let cut = |error: io::Error| NotOpened::from(cause::of_upgrade(&error, name));
    stream.write_all(&bytes).await.map_err(cut)?;
    stream.flush().await.map_err(cut)?;
    loop {
        let mut answer = Vec::new();
        while !stream.is_answered() {
            if stream.read_buf(&mut answer).await.map_err(cut)? == 0 {
                return Err(cause::hang_up().into());
            }
            if answer.len() > LONGEST_ANSWER {
                return Err(cause::answer_too_long().into());
            }
        }
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut parsed = httparse::Response::new(&mut headers);
        let status = match parsed.parse(&answer) {
            Ok(httparse::Status::Complete(_)) => parsed.code.unwrap_or_default(),
            _ => return Err(cause::not_http().into()),
        };
        match status {
            101 => return accepts(parsed.headers, &key),
            // Informational: the answer is still to come.
            100..200 => stream.await_answer(),
            _ => return Err(unexpected(status)),
        }
    }
}

/// Whether the headers of a 101 make it a WebSocket.
fn accepts(headers: &[httparse::Header<'_>], key: &str) -> Result<(), NotOpened> {
    let value = |name: &str| {
        let values = headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
        let values: Vec<_> = values.map(|header| String::from_utf8_lossy(header.value)).collect();
        (!values.is_empty()).then(|| values.join(", "))
    };
    let upgrade = value("upgrade");
    let connection = value("connection").unwrap_or_default();
    if upgrade.is_none() || !connection.split(',').any(|token| token.trim().eq_ignore_ascii_case("upgrade")) {
        return Err(unexpected(101));
    }
    let fault = if upgrade.is_some_and(|protocol| !protocol.eq_ignore_ascii_case("websocket")) {
        "Invalid Upgrade header"
    } else if value("sec-websocket-accept") != Some(derive_accept_key(key.as_bytes())) {
        "Invalid Sec-WebSocket-Accept header"
    } else if value("sec-websocket-protocol").is_some() {
        "Server sent a subprotocol but none was requested"
    } else if value("sec-websocket-extensions").is_some() {
        "Server indicated an extension that was not requested"
    } else {
        return Ok(());
    };
    Err(Cause::new(fault).into())
}

fn unexpected(status: u16) -> NotOpened {
    NotOpened { cause: Cause::new(format!("Unexpected server response: {status}")), status: Some(status) }
}
