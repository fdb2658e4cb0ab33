//! What a JSON object has in common with others: its skeleton, which is JSON with a mark in place of each value.

use super::json::{byte, end_of_string, end_of_value, skip_blank};
use super::template::{ROWS, VALUE};

/// Larger shapes, in bytes, are not looked for.
const LARGEST: usize = 8 * 1024;

/// What is nested deeper is a value.
pub(super) const DEEPEST: usize = 16;

/// A longer list of objects is a list of rows: each length of a list would make a shape of its own.
const LONGEST_LIST: usize = 8;

/// A longer text is no name.
const LONGEST_NAME: usize = 64;

/// The texts at these keys are names themselves, and belong to the shape.
const NAMING: [&str; 2] = ["type", "kind"];

/// The skeleton of an object, which must be valid JSON: with [`VALUE`] or [`ROWS`] in place of each value. `is_message`: long lists of
/// objects in it are lists of rows, which have none themselves. `None`: it has none that others could be compared with, its keys being
/// data, or white space standing between them.
pub fn of(object: &str, is_message: bool) -> Option<String> {
    let mut walker = Walker { text: object, at: 0, skeleton: String::new(), is_message, has_blanks: false };
    (walker.object(0) && !walker.has_blanks).then_some(walker.skeleton)
}

struct Walker<'a> {
    text: &'a str,
    at: usize,
    skeleton: String,
    /// Whether lists may be lists of rows, which have none themselves.
    is_message: bool,
    /// There is white space between what belongs to the shape, and no message is compared with that.
    has_blanks: bool,
}

impl<'a> Walker<'a> {
    /// An object or list as a part of the shape, where it can be one; anything else as a value. False where the end of the
    /// value is not found.
    fn value(&mut self, depth: usize) -> bool {
        let (at, length) = (self.at, self.skeleton.len());
        let is_structure = match self.peek() {
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            _ => false,
        };
        if is_structure {
            return true;
        }
        self.at = at;
        self.skeleton.truncate(length);
        self.whole(VALUE)
    }

    /// False where an object is better taken as a value: its keys are no names but data, or it is too deep or too large.
    fn object(&mut self, depth: usize) -> bool {
        if self.peek() != b'{' || depth > DEEPEST {
            return false;
        }
        self.step('{');
        while self.peek() != b'}' {
            if self.peek() == b',' {
                self.step(',');
            }
            let Some(key) = self.string() else { return false };
            if !is_name(key) || self.skeleton.len() > LARGEST {
                return false;
            }
            self.skeleton.push('"');
            self.skeleton.push_str(key);
            self.skeleton.push('"');
            self.peek();
            self.step(':');
            let passed = if NAMING.contains(&key) { self.name() } else { self.value(depth + 1) };
            if !passed {
                return false;
            }
        }
        self.step('}');
        true
    }

    /// False where a list is better taken as a value: it is empty, or no list of objects.
    fn list(&mut self, depth: usize) -> bool {
        let (at, length) = (self.at, self.skeleton.len());
        self.step('[');
        for _ in 0..LONGEST_LIST {
            if self.peek() != b'{' || !self.value(depth + 1) {
                return false;
            }
            if self.peek() == b']' {
                self.step(']');
                return true;
            }
            self.step(',');
        }
        self.at = at;
        self.skeleton.truncate(length);
        self.is_message && self.is_of_objects() && self.whole(ROWS)
    }

    /// Whether nothing but objects is in the list that comes next.
    fn is_of_objects(&self) -> bool {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        loop {
            at = skip_blank(bytes, at + 1);
            if byte(bytes, at) != b'{' {
                return false;
            }
            let Some(end) = end_of_value(bytes, at) else { return false };
            at = skip_blank(bytes, end);
            if byte(bytes, at) == b']' {
                return true;
            }
        }
    }

    /// The value of a naming key: part of the shape, if it is a name.
    fn name(&mut self) -> bool {
        let start = skip_blank(self.text.as_bytes(), self.at);
        match self.string() {
            Some(name) if name.len() <= LONGEST_NAME && name.is_ascii() && !name.contains('\\') => {
                self.skeleton.push_str(&self.text[start..self.at]);
                true
            }
            _ => {
                self.at = start;
                self.whole(VALUE)
            }
        }
    }

    /// Passes the next value, whatever is in it.
    fn whole(&mut self, mark: char) -> bool {
        self.peek();
        let Some(end) = end_of_value(self.text.as_bytes(), self.at) else { return false };
        self.at = end;
        self.skeleton.push(mark);
        true
    }

    /// What stands between the quotes of the string that comes next.
    fn string(&mut self) -> Option<&'a str> {
        self.peek();
        let start = self.at;
        self.at = end_of_string(self.text.as_bytes(), start)?;
        self.text.get(start + 1..self.at - 1)
    }

    /// The next byte that is no white space; 0 at the end.
    fn peek(&mut self) -> u8 {
        let at = skip_blank(self.text.as_bytes(), self.at);
        self.has_blanks |= at != self.at;
        self.at = at;
        byte(self.text.as_bytes(), at)
    }

    /// Passes a byte that belongs to the shape.
    fn step(&mut self, structural: char) {
        self.at += 1;
        self.skeleton.push(structural);
    }
}

fn is_name(key: &str) -> bool {
    !key.is_empty()
        && key.len() <= LONGEST_NAME
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !key.as_bytes()[0].is_ascii_digit()
}
