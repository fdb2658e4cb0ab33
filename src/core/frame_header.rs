//! The headers of WebSocket frames (RFC 6455 §5.2), and what is wrong with one in the words of ws.

use super::cause::Fault;

/// More of a message that came in fragments.
pub const CONTINUATION: u8 = 0;
/// A text message, or its first fragment.
pub const TEXT: u8 = 1;
/// The first opcode of control frames.
pub const CLOSE: u8 = 8;
/// Wants a pong.
pub const PING: u8 = 9;

/// What a header says.
pub struct Head {
    /// RFC 6455 §5.2.
    pub opcode: u8,
    /// It is the last frame of its message.
    pub fin: bool,
    /// Of the payload, in bytes.
    pub length: usize,
}

/// Reads headers, and knows what may follow what.
pub struct Header {
    /// The header under way.
    bytes: [u8; 10],
    length: usize,
    /// A message in fragments is under way.
    fragmented: bool,
    /// How long that message is so far.
    total: u64,
    longest: u64,
}

impl Header {
    /// For messages of `longest` bytes at most.
    pub fn new(longest: usize) -> Self {
        let longest = u64::try_from(longest).unwrap_or(u64::MAX);
        Self { bytes: [0; 10], length: 0, fragmented: false, total: 0, longest }
    }

    /// Reads on: how many bytes belong to the header, and what it says, once it is complete.
    ///
    /// # Errors
    /// What is wrong with it, in the words of ws.
    pub fn read(&mut self, bytes: &[u8]) -> Result<(usize, Option<Head>), Fault> {
        for (n, byte) in bytes.iter().enumerate() {
            self.bytes[self.length] = *byte;
            self.length += 1;
            if let Some(frame) = self.examine()? {
                self.length = 0;
                return Ok((n + 1, Some(frame)));
            }
        }
        Ok((bytes.len(), None))
    }

    /// Looks at the header as far as it has come, in the order in which ws does.
    fn examine(&mut self) -> Result<Option<Head>, Fault> {
        let [first, second, rest @ ..] = &self.bytes[..self.length] else { return Ok(None) };
        let (fin, opcode, length) = (first & 0x80 != 0, first & 0x0f, second & 0x7f);
        if rest.is_empty() {
            self.check(*first, *second)?;
        }
        let length = match (length, rest) {
            (126, [high, low]) => u64::from(u16::from_be_bytes([*high, *low])),
            (127, &[a, b, c, d, e, f, g, h]) => u64::from_be_bytes([a, b, c, d, e, f, g, h]),
            (126 | 127, _) => return Ok(None),
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
        let length = usize::try_from(length).map_err(|_| Fault::too_long())?;
        Ok(Some(Head { opcode, fin, length }))
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

/// A frame that breaks the rules, in the words of ws.
pub fn broken(words: &str, code: &str) -> Fault {
    Fault::out_of_range(1002, &format!("Invalid WebSocket frame: {words}"), &format!("WS_ERR_{code}"))
}
