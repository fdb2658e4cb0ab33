//! Where a JSON value ends, and whether it is one. Values are looked at here and nowhere built.

/// What is nested deeper is left to others.
const DEEPEST: u32 = 63;

/// Where the value ends that begins at `at`. `None`: it is not valid (RFC 8259), or too deep to say.
pub fn end_of_value(text: &[u8], mut at: usize) -> Option<usize> {
    // A bit for each container that is open, the innermost being the lowest: 1 an object. Above them stands a 1.
    let mut open: u64 = 1;
    loop {
        at = match byte(text, at) {
            b'"' => end_of_string(text, at)?,
            b'{' | b'[' if open >> DEEPEST != 0 => return None,
            b'{' => {
                let inside = skip_blank(text, at + 1);
                if byte(text, inside) != b'}' {
                    open = open << 1 | 1;
                    at = end_of_key(text, inside)?;
                    continue;
                }
                inside + 1
            }
            b'[' => {
                let inside = skip_blank(text, at + 1);
                if byte(text, inside) != b']' {
                    open <<= 1;
                    at = inside;
                    continue;
                }
                inside + 1
            }
            b't' => end_of_word(text, at, b"true")?,
            b'f' => end_of_word(text, at, b"false")?,
            b'n' => end_of_word(text, at, b"null")?,
            _ => end_of_number(text, at)?,
        };
        loop {
            if open == 1 {
                return Some(at);
            }
            at = skip_blank(text, at);
            let is_object = open & 1 == 1;
            match byte(text, at) {
                b',' if is_object => {
                    at = end_of_key(text, skip_blank(text, at + 1))?;
                    break;
                }
                b',' => {
                    at = skip_blank(text, at + 1);
                    break;
                }
                b'}' if is_object => {}
                b']' if !is_object => {}
                _ => return None,
            }
            open >>= 1;
            at += 1;
        }
    }
}

/// Where the string ends whose opening quote stands at `at`.
pub fn end_of_string(text: &[u8], at: usize) -> Option<usize> {
    if byte(text, at) != b'"' {
        return None;
    }
    let mut at = at + 1;
    loop {
        at = skip_plain(text, at);
        at += match byte(text, at) {
            b'"' => return Some(at + 1),
            b'\\' => match byte(text, at + 1) {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 2,
                b'u' if text.get(at + 2..at + 6)?.iter().all(u8::is_ascii_hexdigit) => 6,
                _ => return None,
            },
            // A control character, or the end.
            _ => return None,
        };
    }
}

/// Passes what a string may hold as it is: all but quotes, backslashes and control characters; eight bytes at a time.
fn skip_plain(text: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    // The high bit of each byte that is zero; above the lowest such byte it may be wrong.
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    while let Some(bytes) = text.get(at..).and_then(<[u8]>::first_chunk) {
        let word = u64::from_le_bytes(*bytes);
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let found = (zero(word ^ (ONES * 0x22)) | zero(word ^ (ONES * 0x5c)) | control) & HIGH;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while !matches!(byte(text, at), 0..0x20 | b'"' | b'\\') {
        at += 1;
    }
    at
}

/// Passes white space.
pub fn skip_blank(text: &[u8], mut at: usize) -> usize {
    while matches!(byte(text, at), b' ' | b'\n' | b'\r' | b'\t') {
        at += 1;
    }
    at
}

/// Passes a key, its colon and the white space after it.
fn end_of_key(text: &[u8], at: usize) -> Option<usize> {
    let at = skip_blank(text, end_of_string(text, at)?);
    (byte(text, at) == b':').then(|| skip_blank(text, at + 1))
}

fn end_of_word(text: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    text[at..].starts_with(word).then_some(at + word.len())
}

fn end_of_number(text: &[u8], at: usize) -> Option<usize> {
    let mut at = at + usize::from(byte(text, at) == b'-');
    at = if byte(text, at) == b'0' { at + 1 } else { end_of_digits(text, at)? };
    if byte(text, at) == b'.' {
        at = end_of_digits(text, at + 1)?;
    }
    if matches!(byte(text, at), b'e' | b'E') {
        at = end_of_digits(text, at + 1 + usize::from(matches!(byte(text, at + 1), b'+' | b'-')))?;
    }
    Some(at)
}

/// One digit at least.
fn end_of_digits(text: &[u8], at: usize) -> Option<usize> {
    let digits = text.get(at..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (digits > 0).then_some(at + digits)
}

/// The byte at `at`; 0, which is no byte of JSON, at the end.
pub fn byte(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_end_of_what_is_json() {
        let long = format!("\"{}\"", "plain text, and some beyond ASCII: äöü ".repeat(10));
        let deep = format!("{}1{}", r#"[{"a":"#.repeat(31), "}]".repeat(31));
        for value in [
            "0",
            "-0",
            "12",
            "-1.5e+10",
            "1E9",
            "0.0e-1",
            "true",
            "false",
            "null",
            r#""""#,
            r#""a\"\\\/\b\f\n\r\té\ud83d""#,
            "[]",
            "{}",
            "[ ]",
            "{ }",
            "[1 , 2]",
            r#"{ "a" : [ { } , [ ] ] , "b" : "}" }"#,
            "\"\u{7f}é😀\"",
            &long,
            &deep,
        ] {
            for after in ["", ",", "]", " ", "}"] {
                let text = format!("{value}{after}");
                assert_eq!(end_of_value(text.as_bytes(), 0), Some(value.len()), "{text}");
            }
        }
    }

    #[test]
    fn finds_no_end_of_what_is_not() {
        let deep = "[".repeat(100) + &"]".repeat(100);
        for text in [
            "",
            " 1",
            "-",
            "+1",
            ".5",
            "1.",
            "1e",
            "1e+",
            "tru",
            "nul",
            "True",
            "NaN",
            "'a'",
            "\"",
            "\"a",
            "\"\\\"",
            r#""\x""#,
            r#""\u12g4""#,
            r#""\u123"#,
            "\"a\tb\"",
            "\"12345678\n\"",
            "\"1234567\0 \"",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[",
            "[1",
            "{",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1,}"#,
            r#"{a:1}"#,
            r#"{"a":1"#,
            r#"{"a":1]"#,
            "[1}",
            "[\u{a0}]",
            &deep,
        ] {
            assert_eq!(end_of_value(text.as_bytes(), 0), None, "{text}");
        }
        // "01" is a 0 with something behind it, which the caller does not expect.
        assert_eq!(end_of_value(b"01", 0), Some(1));
    }
}
