//! Reads WebSocket frames (RFC 6455 §5) off a stream.
//!
//! A reader of our own, since this is where time goes: a message that lies in what TLS has decrypted is lent from there and
//! copied nowhere, and a connection on which nothing happens holds no buffer.

use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::{io, mem};

use tokio::io::{AsyncBufRead, AsyncRead, AsyncWrite, ReadBuf};

use super::cause::Fault;
use super::frame_header::{CLOSE, CONTINUATION, Head, Header, PING, TEXT};

/// What has come as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text message, whatever frames it came in. Not known to be UTF-8.
    Text,
    /// A binary message.
    Binary,
    /// A ping, which wants its payload back.
    Ping,
    /// A pong.
    Pong,
    /// A close frame, after which nothing counts: two bytes of code and a reason, or nothing.
    Close,
}

/// Why there is no next frame.
#[derive(Debug)]
pub enum End {
    /// The stream has ended, or broke off.
    Gone,
    /// A frame breaks the rules.
    Fault(Fault),
}

/// A stream on which the peer writes frames once the upgrade is done. Before that it reads as the answer to the upgrade, and
/// ends with it.
pub struct Frames<S> {
    inner: S,
    place: Place,
    header: Header,
    /// The message under way: its opcode, and what of it came in other pieces than one.
    opcode: u8,
    message: Vec<u8>,
    /// The control frame under way.
    control: Vec<u8>,
    lent: Lent,
}

/// Where in the stream we are.
#[derive(Clone, Copy)]
enum Place {
    /// In the answer to the upgrade.
    Answer(Line),
    /// In the header of a frame.
    Header,
    /// In what a frame carries.
    Payload { opcode: u8, fin: bool, left: usize },
    /// After a close frame, or a fault.
    Over,
}

/// Where in a line of the answer we are.
#[derive(Clone, Copy)]
enum Line {
    Begins,
    BeginsWithReturn,
    GoesOn,
}

/// Where the payload lies that the caller may look at.
#[derive(Clone, Copy)]
enum Lent {
    Nothing,
    /// So many, at the front of the stream.
    Stream(usize),
    Message,
    Control,
}

impl<S> Frames<S> {
    /// A stream that begins with the answer to the upgrade. Messages may have `longest` bytes.
    pub fn before_upgrade(inner: S, longest: usize) -> Self {
        Self {
            inner,
            place: Place::Answer(Line::GoesOn),
            header: Header::new(longest),
            opcode: TEXT,
            message: Vec::new(),
            control: Vec::new(),
            lent: Lent::Nothing,
        }
    }

    /// A stream on which the upgrade is done.
    pub fn upgraded(inner: S, longest: usize) -> Self {
        Self { place: Place::Header, ..Self::before_upgrade(inner, longest) }
    }

    /// Whether the answer has been read to its end.
    pub fn is_answered(&self) -> bool {
        !matches!(self.place, Place::Answer(_))
    }

    /// It was no answer yet: another one follows.
    pub fn await_answer(&mut self) {
        self.place = Place::Answer(Line::GoesOn);
    }
}

impl<S: AsyncBufRead + Unpin> Frames<S> {
    /// The next message or control frame. Nothing comes after a close frame or an end.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Kind, End>> {
        self.give_back();
        let found = ready!(self.poll_found(cx));
        if found.is_err() {
            self.place = Place::Over;
        }
        Poll::Ready(found.map(|(opcode, lent)| {
            self.lent = lent;
            match opcode {
                TEXT => Kind::Text,
                CLOSE => Kind::Close,
                PING => Kind::Ping,
                control if control > CLOSE => Kind::Pong,
                _ => Kind::Binary,
            }
        }))
    }

    /// What it carries, until the next one is asked for.
    pub fn payload(&mut self) -> &[u8] {
        match self.lent {
            Lent::Nothing => &[],
            Lent::Message => &self.message,
            Lent::Control => &self.control,
            // It has been there, so it is there still.
            Lent::Stream(length) => {
                match Pin::new(&mut self.inner).poll_fill_buf(&mut Context::from_waker(Waker::noop())) {
                    Poll::Ready(Ok(bytes)) => &bytes[..length.min(bytes.len())],
                    _ => &[],
                }
            }
        }
    }

    /// What was lent is not needed any more.
    fn give_back(&mut self) {
        match mem::replace(&mut self.lent, Lent::Nothing) {
            Lent::Nothing => {}
            Lent::Stream(length) => Pin::new(&mut self.inner).consume(length),
            Lent::Control => self.control.clear(),
            Lent::Message => self.message = Vec::new(),
        }
    }

    /// Reads on until something is complete: its opcode, and where it lies.
    fn poll_found(&mut self, cx: &mut Context<'_>) -> Poll<Result<(u8, Lent), End>> {
        loop {
            if let Place::Over = self.place {
                return Poll::Ready(Err(End::Gone));
            }
            if let Place::Payload { opcode, fin, left: 0 } = self.place {
                self.place = if opcode == CLOSE { Place::Over } else { Place::Header };
                if opcode >= CLOSE {
                    return Poll::Ready(Ok((opcode, Lent::Control)));
                }
                if fin {
                    return Poll::Ready(Ok((self.opcode, Lent::Message)));
                }
            }
            let bytes = match ready!(Pin::new(&mut self.inner).poll_fill_buf(cx)) {
                Ok([]) | Err(_) => return Poll::Ready(Err(End::Gone)),
                Ok(bytes) => bytes,
            };
            let used = match &mut self.place {
                Place::Answer(line) => {
                    let (length, ends) = rest_of_answer(line, bytes);
                    if ends {
                        self.place = Place::Header;
                    }
                    length
                }
                Place::Header => {
                    let (used, frame) = self.header.read(bytes).map_err(End::Fault)?;
                    if let Some(Head { opcode, fin, length }) = frame {
                        self.place = Place::Payload { opcode, fin, left: length };
                        if (TEXT..CLOSE).contains(&opcode) {
                            self.opcode = opcode;
                        }
                    }
                    used
                }
                Place::Payload { opcode, fin, left } => {
                    let (opcode, fin) = (*opcode, *fin);
                    let buffer = if opcode < CLOSE { &mut self.message } else { &mut self.control };
                    if bytes.len() >= *left && buffer.is_empty() && fin && opcode != CONTINUATION {
                        let length = mem::take(left);
                        self.place = if opcode == CLOSE { Place::Over } else { Place::Header };
                        return Poll::Ready(Ok((opcode, Lent::Stream(length))));
                    }
                    let length = bytes.len().min(*left);
                    buffer.extend_from_slice(&bytes[..length]);
                    *left -= length;
                    length
                }
                Place::Over => 0,
            };
            Pin::new(&mut self.inner).consume(used);
        }
    }
}

/// How many of these bytes belong to the answer, and whether it ends with them: with an empty line.
fn rest_of_answer(line: &mut Line, bytes: &[u8]) -> (usize, bool) {
    for (n, byte) in bytes.iter().enumerate() {
        *line = match (*line, byte) {
            (Line::Begins | Line::BeginsWithReturn, b'\n') => return (n + 1, true),
            (_, b'\n') => Line::Begins,
            (Line::Begins, b'\r') => Line::BeginsWithReturn,
            _ => Line::GoesOn,
        };
    }
    (bytes.len(), false)
}

/// Reads the answer to the upgrade; after its end there is nothing to read.
impl<S: AsyncBufRead + Unpin> AsyncRead for Frames<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let Place::Answer(line) = &mut this.place else { return Poll::Ready(Ok(())) };
        let bytes = ready!(Pin::new(&mut this.inner).poll_fill_buf(cx))?;
        let room = buf.remaining().min(bytes.len());
        let (length, ends) = rest_of_answer(line, &bytes[..room]);
        buf.put_slice(&bytes[..length]);
        if ends {
            this.place = Place::Header;
        }
        Pin::new(&mut this.inner).consume(length);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Frames<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::BufReader;

    /// What a stream says that comes in pieces of `size` bytes, to its end.
    fn read(bytes: &[u8], size: usize) -> Vec<String> {
        let mut frames = Frames::upgraded(BufReader::with_capacity(size, bytes), 100);
        heard(&mut frames)
    }

    fn heard(frames: &mut Frames<impl AsyncBufRead + Unpin>) -> Vec<String> {
        let mut cx = Context::from_waker(Waker::noop());
        let mut heard = Vec::new();
        while let Poll::Ready(next) = frames.poll_next(&mut cx) {
            match next {
                Ok(Kind::Binary) => heard.push(format!("Binary of {}", frames.payload().len())),
                Ok(kind) => heard.push(format!("{kind:?} {}", String::from_utf8_lossy(frames.payload()))),
                Err(End::Gone) => return heard,
                Err(End::Fault(fault)) => heard.push(fault.cause.message),
            }
        }
        panic!("a slice is never pending");
    }

    #[test]
    fn frames_are_the_same_however_they_are_cut() {
        let mut bytes = vec![
            0x81, 2, b'h', b'i', 0x89, 0, 0x01, 1, b'a', 0x8a, 1, b'x', 0x89, 1, b'?', 0x80, 1, b'b', 0x82, 126, 0, 100,
        ];
        bytes.extend([0; 100]);
        bytes.extend([0x81, 0, 0x01, 0, 0x80, 0, 0x88, 3, 0x03, 0xf6, b'x', 0xff, 0xff]);
        let expected = [
            "Text hi",
            "Ping ",
            "Pong x",
            "Ping ?",
            "Text ab",
            "Binary of 100",
            "Text ",
            "Text ",
            "Close \u{3}\u{fffd}x",
        ];
        for size in 1..=bytes.len() {
            assert_eq!(read(&bytes, size), expected, "{size}");
        }
    }

    #[test]
    fn what_comes_before_a_fault_is_read() {
        for size in 1..=5 {
            assert_eq!(
                read(&[0x81, 1, b'a', 0xc1, 0], size),
                ["Text a", "Invalid WebSocket frame: RSV1 must be clear"],
                "{size}"
            );
        }
    }

    #[test]
    fn the_answer_to_the_upgrade_is_no_frame() {
        for ends in ["\r\n\r\n", "\n\n"] {
            let text = format!("HTTP/1.1 101 S\r\n\r\r\nX: {ends}");
            let bytes = [text.as_bytes(), &[0x81, 1, b'a']].concat();
            for size in 1..=bytes.len() {
                let mut frames = Frames::before_upgrade(BufReader::with_capacity(size, &bytes[..]), 100);
                assert_eq!(heard(&mut frames), ["Text a"], "{size}");
            }
        }
    }

    #[test]
    fn nothing_is_kept_of_a_long_message() {
        let longest = 1 << 20;
        let mut bytes = vec![0x81, 127];
        bytes.extend(u64::to_be_bytes(longest));
        bytes.resize(bytes.len() + longest as usize, b'x');
        bytes.extend([0x89, 0]);
        let mut frames = Frames::upgraded(BufReader::with_capacity(4096, &bytes[..]), longest as usize);
        assert_eq!(heard(&mut frames).len(), 2);
        assert_eq!(frames.message.capacity(), 0);
    }
}
