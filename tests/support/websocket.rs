//! The peer's end of a WebSocket, byte for byte: it can break every rule.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::within;

pub const CONTINUATION: u8 = 0;
pub const TEXT: u8 = 1;
pub const BINARY: u8 = 2;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;

pub trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// A frame that came, unmasked.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame {
    pub opcode: u8,
    pub payload: Vec<u8>,
}

impl Frame {
    pub fn text(&self) -> &str {
        assert_eq!(self.opcode, TEXT, "a text frame");
        std::str::from_utf8(&self.payload).unwrap()
    }

    /// Code and reason of a close frame; `None` where it has no code.
    pub fn close(&self) -> Option<(u16, &str)> {
        assert_eq!(self.opcode, CLOSE, "a close frame");
        let (code, reason) = self.payload.split_first_chunk()?;
        Some((u16::from_be_bytes(*code), std::str::from_utf8(reason).unwrap()))
    }
}

pub struct WebSocket {
    stream: Box<dyn Wire>,
}

impl WebSocket {
    pub fn new(stream: impl Wire + 'static) -> Self {
        Self { stream: Box::new(stream) }
    }

    pub async fn raw(&mut self, bytes: &[u8]) {
        within("the bot to read", async {
            self.stream.write_all(bytes).await.unwrap();
            self.stream.flush().await.unwrap();
        })
        .await;
    }

    /// As [`WebSocket::raw`], without a deadline, for a bot that may not read.
    pub async fn try_raw(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    pub async fn frame(&mut self, is_final: bool, opcode: u8, payload: &[u8]) {
        let bytes = frame(is_final, opcode, payload);
        self.raw(&bytes).await;
    }

    pub async fn text(&mut self, text: &str) {
        self.frame(true, TEXT, text.as_bytes()).await;
    }

    /// A notification that the bot wants, told apart by its number.
    pub async fn notify(&mut self, number: usize) {
        self.text(&notification(number)).await;
    }

    pub async fn close(&mut self, code: Option<u16>, reason: &str) {
        let mut payload = code.map_or_else(Vec::new, |code| code.to_be_bytes().to_vec());
        payload.extend_from_slice(reason.as_bytes());
        self.frame(true, CLOSE, &payload).await;
    }

    /// The next frame; panics when none comes.
    pub async fn next(&mut self) -> Frame {
        within("a frame of the bot", self.read()).await.expect("a frame, not the end of the connection")
    }

    /// The next frame that is no ping of the keep-alive.
    pub async fn next_but_pings(&mut self) -> Frame {
        loop {
            let frame = self.next().await;
            if frame.opcode != PING {
                return frame;
            }
        }
    }

    /// Waits until the bot has dropped the connection.
    pub async fn gone(&mut self) {
        within("the bot to drop the connection", async { while self.read().await.is_some() {} }).await;
    }

    /// The next frame, without a deadline; `None` at the end.
    pub async fn read(&mut self) -> Option<Frame> {
        let mut head = [0; 2];
        self.stream.read_exact(&mut head).await.ok()?;
        let length = match head[1] & 0x7f {
            126 => usize::from(self.stream.read_u16().await.ok()?),
            127 => usize::try_from(self.stream.read_u64().await.ok()?).unwrap(),
            short => usize::from(short),
        };
        assert_eq!(head[1] & 0x80, 0x80, "a client masks (RFC 6455 §5.1)");
        let mut mask = [0; 4];
        self.stream.read_exact(&mut mask).await.ok()?;
        let mut payload = vec![0; length];
        self.stream.read_exact(&mut payload).await.ok()?;
        for (byte, key) in payload.iter_mut().zip(mask.iter().cycle()) {
            *byte ^= key;
        }
        Some(Frame { opcode: head[0] & 0x0f, payload })
    }
}

pub fn notification(number: usize) -> String {
    format!(r#"{{"kind":"notification","type":".test","body":{number}}}"#)
}

/// A frame as a server sends it.
pub fn frame(is_final: bool, opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![opcode | if is_final { 0x80 } else { 0 }];
    match payload.len() {
        short @ 0..126 => bytes.push(u8::try_from(short).unwrap()),
        middle @ 126..65_536 => {
            bytes.push(126);
            bytes.extend_from_slice(&u16::try_from(middle).unwrap().to_be_bytes());
        }
        long => {
            bytes.push(127);
            bytes.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    bytes.extend_from_slice(payload);
    bytes
}
