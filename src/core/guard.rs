//! Looks at the frames that come in before tungstenite does, to say what is wrong with one in the words of ws, which bots
//! find in `err.error`. It reads headers and close codes only; what a frame carries passes by.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::cause::Fault;

/// A stream on which a frame that breaks RFC 6455 §5 is an error of reading, with a [`Fault`] inside. What came before that
/// frame is read as ever.
pub struct Guarded<S> {
    inner: S,
    frames: Frames,
    fault: Option<Fault>,
}

impl<S> Guarded<S> {
    /// A stream that begins with the answer to the upgrade.
    pub fn before_upgrade(inner: S, longest: usize) -> Self {
        Self { inner, frames: Frames::new(Place::Head { matched: 0 }, longest), fault: None }
    }

    /// A stream on which the upgrade is done.
    pub fn upgraded(inner: S, longest: usize) -> Self {
        Self { inner, frames: Frames::new(Place::Header, longest), fault: None }
    }

    /// The code of the close frame that came.
    pub fn close_code(&self) -> Option<u16> {
        self.frames.close_code
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if let Some(fault) = &self.fault {
            return Poll::Ready(Err(io::Error::other(fault.clone())));
        }
        let start = buf.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        if let Err((sound, fault)) = self.frames.read(&buf.filled()[start..]) {
            buf.set_filled(start + sound);
            self.fault = Some(fault.clone());
            // Nothing read would be the end of the stream.
            if sound == 0 {
                return Poll::Ready(Err(io::Error::other(fault)));
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
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

/// Where in the stream we are.
enum Place {
    /// In the answer to the upgrade, with so many bytes of its end seen.
    Head { matched: usize },
    /// In the header of a frame.
    Header,
    /// In what a frame carries. `code`: it is a close frame, of whose code so much has come.
    Payload { left: u64, code: Option<Vec<u8>> },
    /// After a close frame: what follows means nothing (RFC 6455 §5.5.1).
    Over,
}

/// What the service's side of a WebSocket may do next.
struct Frames {
    place: Place,
    header: Vec<u8>,
    /// A message in fragments is under way.
    fragmented: bool,
    /// How long that message is so far.
    total: u64,
    longest: u64,
    close_code: Option<u16>,
}

const END_OF_HEAD: &[u8] = b"\r\n\r\n";
const CONTINUATION: u8 = 0;
const CLOSE: u8 = 8;

impl Frames {
    fn new(place: Place, longest: usize) -> Self {
        let longest = u64::try_from(longest).unwrap_or(u64::MAX);
        Self { place, header: Vec::with_capacity(10), fragmented: false, total: 0, longest, close_code: None }
    }

    /// Reads on. A fault comes with the number of bytes that lie before the frame that has it.
    fn read(&mut self, bytes: &[u8]) -> Result<(), (usize, Fault)> {
        let mut at = 0;
        let mut frame = 0;
        while at < bytes.len() {
            match &mut self.place {
                Place::Head { matched } => {
                    let hit = bytes[at] == END_OF_HEAD[*matched];
                    *matched = if hit { *matched + 1 } else { usize::from(bytes[at] == b'\r') };
                    at += 1;
                    if *matched == END_OF_HEAD.len() {
                        self.place = Place::Header;
                    }
                }
                Place::Header => {
                    if self.header.is_empty() {
                        frame = at;
                    }
                    self.header.push(bytes[at]);
                    at += 1;
                    self.examine().map_err(|fault| (frame, fault))?;
                }
                Place::Over => return Ok(()),
                Place::Payload { left, code } => {
                    let here = (bytes.len() - at).min(usize::try_from(*left).unwrap_or(usize::MAX));
                    if let Some(code) = code {
                        code.extend(bytes[at..at + here].iter().take(2 - code.len()));
                        if let [high, low] = code[..] {
                            let code = u16::from_be_bytes([high, low]);
                            if !may_close_with(code) {
                                let words = format!("invalid status code {code}");
                                return Err((frame, broken(&words, "INVALID_CLOSE_CODE")));
                            }
                            self.close_code = Some(code);
                        }
                    }
                    at += here;
                    *left -= here as u64;
                    if *left == 0 {
                        self.place = if code.is_some() { Place::Over } else { Place::Header };
                    }
                }
            }
        }
        Ok(())
    }

    /// Looks at the header as far as it has come, in the order in which ws does.
    fn examine(&mut self) -> Result<(), Fault> {
        let [first, second, rest @ ..] = &self.header[..] else { return Ok(()) };
        let (fin, opcode, length) = (first & 0x80 != 0, first & 0x0f, second & 0x7f);
        if rest.is_empty() {
            self.check(*first, *second)?;
        }
        let length = match (length, rest) {
            (126, [high, low]) => u64::from(u16::from_be_bytes([*high, *low])),
            (127, &[a, b, c, d, e, f, g, h]) => u64::from_be_bytes([a, b, c, d, e, f, g, h]),
            (126 | 127, _) => return Ok(()),
            (short, _) => u64::from(short),
        };
        if length >> 32 > 0x1f_ffff {
            let words = "Unsupported WebSocket frame: payload length > 2^53 - 1";
            return Err(Fault::out_of_range(1009, words, "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH"));
        }
        if opcode < CLOSE {
            self.total += length;
            if self.total > self.longest {
                return Err(Fault::too_long());
            }
            self.fragmented = !fin;
            if fin {
                self.total = 0;
            }
        }
        self.header.clear();
        let is_close = opcode == CLOSE;
        self.place = match length {
            0 if is_close => Place::Over,
            0 => Place::Header,
            left => Place::Payload { left, code: is_close.then(Vec::new) },
        };
        Ok(())
    }

    /// The first two bytes of a frame.
    fn check(&self, first: u8, second: u8) -> Result<(), Fault> {
        let (opcode, length) = (first & 0x0f, second & 0x7f);
        if first & 0x30 != 0 {
            return Err(broken("RSV2 and RSV3 must be clear", "UNEXPECTED_RSV_2_3"));
        }
        if first & 0x40 != 0 {
            return Err(broken("RSV1 must be clear", "UNEXPECTED_RSV_1"));
        }
        let fits = match opcode {
            CONTINUATION => self.fragmented,
            1 | 2 => !self.fragmented,
            8..=10 => true,
            _ => false,
        };
        if !fits {
            return Err(broken(&format!("invalid opcode {opcode}"), "INVALID_OPCODE"));
        }
        if opcode >= CLOSE && first & 0x80 == 0 {
            return Err(broken("FIN must be set", "EXPECTED_FIN"));
        }
        if opcode >= CLOSE && (length > 125 || (opcode == CLOSE && length == 1)) {
            return Err(broken(&format!("invalid payload length {length}"), "INVALID_CONTROL_PAYLOAD_LENGTH"));
        }
        if second & 0x80 != 0 {
            return Err(broken("MASK must be clear", "UNEXPECTED_MASK"));
        }
        Ok(())
    }
}

fn broken(words: &str, code: &str) -> Fault {
    Fault::out_of_range(1002, &format!("Invalid WebSocket frame: {words}"), &format!("WS_ERR_{code}"))
}

/// RFC 6455 §7.4, and the codes that IANA has registered since.
fn may_close_with(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with a stream that comes in pieces of `size` bytes, and how much of it lies before that.
    fn fault(bytes: &[u8], size: usize) -> Option<(usize, String)> {
        let mut frames = Frames::new(Place::Header, 100);
        for (n, piece) in bytes.chunks(size).enumerate() {
            if let Err((sound, fault)) = frames.read(piece) {
                return Some((n * size + sound, fault.cause.message));
            }
        }
        None
    }

    #[test]
    fn sound_frames_pass_however_they_are_cut() {
        let mut bytes =
            vec![0x81, 2, b'h', b'i', 0x89, 0, 0x01, 1, b'a', 0x8a, 1, b'x', 0x80, 1, b'b', 0x82, 126, 0, 100];
        bytes.extend([0; 100]);
        bytes.extend([0x88, 3, 0x03, 0xf6, b'x']);
        for size in 1..=bytes.len() {
            assert_eq!(fault(&bytes, size), None, "{size}");
        }
    }

    #[test]
    fn a_fault_is_found_where_its_frame_begins() {
        for bytes in [&[0x81, 1, b'a', 0xc1, 0][..], &[0x81, 1, b'a', 0x88, 2, 0x03, 0xec]] {
            assert_eq!(fault(bytes, 100).unwrap().0, 3);
        }
    }

    #[test]
    fn nothing_counts_after_a_close_frame() {
        for close in [&[0x88, 0][..], &[0x88, 2, 0x03, 0xe9]] {
            let mut frames = Frames::new(Place::Header, 100);
            frames.read(&[close, &[0x88, 2, 0x03, 0xe8], &[0xff, 0xff]].concat()).unwrap();
            assert_eq!(frames.close_code, (close.len() > 2).then_some(1001));
        }
    }

    #[test]
    fn the_answer_to_the_upgrade_is_no_frame() {
        let mut frames = Frames::new(Place::Head { matched: 0 }, 100);
        for byte in b"HTTP/1.1 101 S\r\n\r\r\nX: \r\n\r\n\x81\x01a" {
            frames.read(&[*byte]).unwrap();
        }
        assert!(frames.read(&[0x83, 0]).is_err());
    }
}
