//! WebSocket frames (RFC 6455 §5), unfragmented ones alone: nobody here sends others.

pub const TEXT: u8 = 1;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;

/// A frame that has arrived as a whole.
pub struct Frame<'a> {
    pub opcode: u8,
    pub payload: &'a [u8],
    /// How many bytes it took, header and all.
    pub size: usize,
}

/// Reads the frame that `bytes` begins with, unmasking it in place; `None`: more has to come.
pub fn read(bytes: &mut [u8]) -> Option<Frame<'_>> {
    let (&first, &second) = (bytes.first()?, bytes.get(1)?);
    let (length, mut start) = match second & 0x7f {
        126 => (u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?) as usize, 4),
        127 => (u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?) as usize, 10),
        short => (short as usize, 2),
    };
    let mask: Option<[u8; 4]> = match second & 0x80 {
        0 => None,
        _ => Some(bytes.get(start..start + 4)?.try_into().ok()?),
    };
    start += mask.map_or(0, |_| 4);
    let payload = bytes.get_mut(start..start + length)?;
    if let Some(mask) = mask {
        for (byte, mask) in payload.iter_mut().zip(mask.iter().cycle()) {
            *byte ^= mask;
        }
    }
    Some(Frame { opcode: first & 0x0f, payload, size: start + length })
}

/// Appends a frame as a service sends it, or, with `masked`, as a client does (with a mask of zeros).
pub fn write(out: &mut Vec<u8>, opcode: u8, payload: &[u8], masked: bool) {
    let mask = if masked { 0x80 } else { 0 };
    out.push(0x80 | opcode);
    match payload.len() {
        length @ 0..126 => out.push(mask | length as u8),
        length @ 126..65536 => {
            out.push(mask | 126);
            out.extend((length as u16).to_be_bytes());
        }
        length => {
            out.push(mask | 127);
            out.extend((length as u64).to_be_bytes());
        }
    }
    if masked {
        out.extend([0; 4]);
    }
    out.extend(payload);
}
