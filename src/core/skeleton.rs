//! What a JSON object has in common with others: its skeleton, which is JSON with a mark in place of each value.

use super::json::{byte, end_of_string, end_of_value, skip_blank};
use super::template::{ROWS, is_name, mark};

/// What would have a larger skeleton, in bytes, has none.
const LARGEST: usize = 8 * 1024;

/// What is nested deeper has none either.
const DEEPEST: usize = 16;

/// A longer list of objects is a list of rows: each length of a list would make a shape of its own.
const LONGEST_LIST: usize = 8;

/// A longer type or kind is no name.
const LONGEST_TYPE: usize = 64;

/// The texts at these keys are names themselves, and belong to the shape.
const NAMING: [&str; 2] = ["type", "kind"];

/// The skeleton of an object, which must be valid JSON: with one of the marks of [`super::template`] in place of each value.
/// `is_message`: long lists of objects in it are lists of rows, which have none themselves. `None`: it has none that others could be
/// compared with.
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
    /// An object or list as a part of the shape, where it can be one; anything else as a value. False where neither will do.
    fn value(&mut self, depth: usize) -> bool {
        let before = self.place();
        let is_structure = match self.peek() {
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            _ => false,
        };
        if is_structure {
            return true;
        }
        self.go_back(before);
        self.whole(None)
    }

    fn place(&self) -> (usize, usize, bool) {
        (self.at, self.skeleton.len(), self.has_blanks)
    }

    /// What was taken for a structure is none: nothing of it counts.
    fn go_back(&mut self, (at, length, has_blanks): (usize, usize, bool)) {
        self.at = at;
        self.skeleton.truncate(length);
        self.has_blanks = has_blanks;
    }

    /// False where an object is no part of a shape: its keys are no names but data, or it is too deep or too large.
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
            if !is_name(key.as_bytes()) || self.skeleton.len() > LARGEST {
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

    /// False where a list is no part of a shape: it is empty, or no list of objects.
    fn list(&mut self, depth: usize) -> bool {
        let before = self.place();
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
        self.go_back(before);
        self.is_message && self.is_of_objects() && self.whole(Some(ROWS))
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
            Some(name) if name.len() <= LONGEST_TYPE && name.is_ascii() && !name.contains('\\') => {
                self.skeleton.push_str(&self.text[start..self.at]);
                true
            }
            _ => {
                self.at = start;
                self.whole(None)
            }
        }
    }

    /// Passes the next value, whatever is in it; `given`: the mark that stands for it.
    fn whole(&mut self, given: Option<char>) -> bool {
        self.peek();
        let Some(mark) = given.or_else(|| mark(self.text.as_bytes(), self.at)) else { return false };
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
