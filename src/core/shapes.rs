//! Messages of one kind are alike but for their values. Once JavaScript knows their shape only the values travel: V8 parses
//! a flat list and fills an object literal in less than half the time that it takes to parse the whole message (measured:
//! `npm run bench -- --only small,conversation`).
//!
//! Nothing here knows what a message means, and a message that fits no shape travels as it is.

use std::collections::HashMap;

/// A shape is worth telling when it was seen this often.
const OFTEN: u32 = 16;

/// How many shapes are remembered, those that JavaScript knows among them.
const MOST: usize = 256;

/// Larger shapes, in bytes, are not looked for.
const LARGEST: usize = 8 * 1024;

/// What is nested deeper is a value.
const DEEPEST: usize = 16;

/// A longer list is a value: each length of a list makes a shape of its own.
const LONGEST_LIST: usize = 8;

/// A longer text is no name.
const LONGEST_NAME: usize = 40;

/// Stands in a skeleton for a value. JSON has no such byte.
const VALUE: char = '\0';

/// The texts at these keys are names themselves, and belong to the shape.
const NAMING: [&str; 2] = ["type", "kind"];

/// The shapes of an environment.
#[derive(Default)]
pub struct Shapes {
    seen: HashMap<Box<str>, Sight>,
    /// How many JavaScript was told of.
    told: u32,
    /// The one that was found last: the next message is often like it.
    last: Option<Template>,
    /// The message in hand; kept for their allocations.
    skeleton: String,
    values: String,
}

enum Sight {
    /// So many times.
    Times(u32),
    /// Often; JavaScript knows it by this number.
    Told(u32),
}

/// A shape to hold messages against.
struct Template {
    number: u32,
    /// What stands before, between and after its values.
    pieces: Vec<Box<str>>,
}

/// A message taken apart.
pub struct Parts<'a> {
    /// The number of its shape: how many had been told before it.
    pub shape: u32,
    /// The values, each with a comma before it.
    pub values: &'a str,
    /// The shape itself, where JavaScript is to be told of it now: `[how many values, JSON with the place of each value in
    /// its stead]`.
    pub news: Option<String>,
}

impl Shapes {
    /// Takes a message apart, which must be valid JSON. `None`: it is to travel whole.
    pub fn take_apart(&mut self, message: &str) -> Option<Parts<'_>> {
        if let Some(shape) = self.last_fits(message) {
            return Some(Parts { shape, values: &self.values, news: None });
        }
        self.skeleton.clear();
        self.values.clear();
        let mut walker = Walker { text: message, at: 0, skeleton: &mut self.skeleton, values: &mut self.values };
        if !walker.object(0) {
            return None;
        }
        let (shape, is_new) = self.number()?;
        let pieces = self.skeleton.split(VALUE).map(Box::from).collect();
        self.last = Some(Template { number: shape, pieces });
        Some(Parts { shape, values: &self.values, news: is_new.then(|| told(&self.skeleton)) })
    }

    /// The number of the last shape, if the message has it too.
    fn last_fits(&mut self, message: &str) -> Option<u32> {
        let Template { number, pieces } = self.last.as_ref()?;
        let (first, others) = pieces.split_first()?;
        self.values.clear();
        let mut walker = Walker { text: message, at: 0, skeleton: &mut self.skeleton, values: &mut self.values };
        let fits = walker.passes(first)
            && others.iter().all(|piece| {
                walker.whole();
                walker.passes(piece)
            });
        (fits && walker.at == message.len()).then_some(*number)
    }

    /// The number of the shape in hand, and whether it is news; `None` where it was not seen often enough.
    fn number(&mut self) -> Option<(u32, bool)> {
        match self.seen.get_mut(self.skeleton.as_str()) {
            Some(Sight::Told(number)) => Some((*number, false)),
            Some(Sight::Times(times)) if *times + 1 < OFTEN => {
                *times += 1;
                None
            }
            Some(sight) => {
                *sight = Sight::Told(self.told);
                self.told += 1;
                Some((self.told - 1, true))
            }
            None => {
                if self.seen.len() >= MOST {
                    self.seen.retain(|_, sight| matches!(sight, Sight::Told(_)));
                }
                if self.seen.len() < MOST {
                    self.seen.insert(self.skeleton.as_str().into(), Sight::Times(1));
                }
                None
            }
        }
    }
}

fn told(skeleton: &str) -> String {
    let mut pieces = skeleton.split(VALUE);
    let first = pieces.next().unwrap_or_default().to_owned();
    let mut count = 0;
    let numbered = pieces.fold(first, |text, piece| {
        count += 1;
        format!("{text}{}{piece}", count - 1)
    });
    format!("[{count},{numbered}]")
}

/// Walks over a message and parts what is shape from what is value.
struct Walker<'a> {
    text: &'a str,
    at: usize,
    /// JSON, with `VALUE` in place of each value.
    skeleton: &'a mut String,
    values: &'a mut String,
}

impl<'a> Walker<'a> {
    /// An object or list as a part of the shape, where it can be one; anything else as a value.
    fn value(&mut self, depth: usize) {
        let before = (self.at, self.skeleton.len(), self.values.len());
        let is_structure = match self.peek() {
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            _ => false,
        };
        if !is_structure {
            self.at = before.0;
            self.skeleton.truncate(before.1);
            self.values.truncate(before.2);
            self.whole();
            self.skeleton.push(VALUE);
        }
    }

    /// Goes on behind a piece of a shape, if it stands here.
    fn passes(&mut self, piece: &str) -> bool {
        let stands = self.text.as_bytes()[self.at..].starts_with(piece.as_bytes());
        self.at += if stands { piece.len() } else { 0 };
        stands
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
            let key = self.string();
            if !is_name(key) || self.skeleton.len() > LARGEST {
                return false;
            }
            self.skeleton.push('"');
            self.skeleton.push_str(key);
            self.skeleton.push('"');
            self.peek();
            self.step(':');
            if NAMING.contains(&key) {
                self.name();
            } else {
                self.value(depth + 1);
            }
        }
        self.step('}');
        true
    }

    /// False where a list is better taken as a value: it is long, or no list of objects.
    fn list(&mut self, depth: usize) -> bool {
        self.step('[');
        for _ in 0..LONGEST_LIST {
            if self.peek() != b'{' {
                return false;
            }
            self.value(depth + 1);
            if self.peek() == b']' {
                self.step(']');
                return true;
            }
            self.step(',');
        }
        false
    }

    /// The value of a naming key: part of the shape, if it is a name.
    fn name(&mut self) {
        if self.peek() == b'"' {
            let start = self.at;
            let name = self.string();
            if name.len() <= LONGEST_NAME && name.is_ascii() && !name.contains('\\') {
                self.skeleton.push_str(&self.text[start..self.at]);
                return;
            }
            self.at = start;
        }
        self.whole();
        self.skeleton.push(VALUE);
    }

    /// The next value, whatever is in it.
    fn whole(&mut self) {
        self.peek();
        let start = self.at;
        let mut depth = 0;
        loop {
            match self.byte() {
                b'"' => {
                    self.string();
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth -= 1;
                    self.at += 1;
                }
                _ => self.at += 1,
            }
            if depth == 0 && matches!(self.byte(), b',' | b'}' | b']' | 0) {
                break;
            }
        }
        self.values.push(',');
        self.values.push_str(&self.text[start..self.at]);
    }

    /// What stands between the quotes of the string that begins here.
    fn string(&mut self) -> &'a str {
        self.peek();
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let mut end = start;
        while let Some(length) = bytes.get(end..).and_then(|rest| rest.iter().position(|&b| b == b'"' || b == b'\\')) {
            end += length;
            if bytes[end] == b'"' {
                break;
            }
            end += 2;
        }
        self.at = end + 1;
        self.text.get(start..end).unwrap_or_default()
    }

    /// The next byte that is no white space; 0 at the end.
    fn peek(&mut self) -> u8 {
        while matches!(self.byte(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
        self.byte()
    }

    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What JavaScript gets: shape and values, once the shape is known.
    fn parts(message: &str) -> Option<(String, String)> {
        let mut shapes = Shapes::default();
        let mut told = None;
        for _ in 0..OFTEN {
            assert!(told.is_none(), "told too early");
            told = shapes.take_apart(message).map(|parts| {
                assert_eq!(parts.shape, 0);
                (parts.news.unwrap(), parts.values.to_owned())
            });
        }
        told
    }

    #[test]
    fn parts_shape_from_values() {
        let cases = [
            (r#"{"kind":"resp","n":1,"s":"a\"b"}"#, r#"[2,{"kind":"resp","n":0,"s":1}]"#, r#",1,"a\"b""#),
            (r#"{ "a" : { "b" : null } , "c" : {} }"#, r#"[1,{"a":{"b":0},"c":{}}]"#, ",null "),
            (r#"{"type":7,"kind":["x"]}"#, r#"[2,{"type":0,"kind":1}]"#, r#",7,["x"]"#),
            (r#"{"a":[{"b":1},{"b":[2]}],"c":[]}"#, r#"[3,{"a":[{"b":0},{"b":1}],"c":2}]"#, ",1,[2],[]"),
            (r#"{"a":[{"b":1},2]}"#, r#"[1,{"a":0}]"#, r#",[{"b":1},2]"#),
            (
                r#"{"unread":{"1.22":3,"x":{"y":"}"}},"z":"\\"}"#,
                r#"[2,{"unread":0,"z":1}]"#,
                r#",{"1.22":3,"x":{"y":"}"}},"\\""#,
            ),
            (r#"{"é":1}"#, "", ""),
            (r#"{"a":"é"}"#, r#"[1,{"a":0}]"#, r#","é""#),
            (r#"{"a":1,"a":2}"#, r#"[2,{"a":0,"a":1}]"#, ",1,2"),
        ];
        for (message, shape, values) in cases {
            let expected = (!shape.is_empty()).then(|| (shape.to_owned(), values.to_owned()));
            assert_eq!(parts(message), expected, "{message}");
        }
    }

    #[test]
    fn what_is_long_or_deep_is_a_value() {
        let list = format!(r#"{{"a":[{}]}}"#, [r#"{"b":1}"#; LONGEST_LIST + 1].join(","));
        assert_eq!(parts(&list).unwrap().0, r#"[1,{"a":0}]"#);
        let deep = format!("{}1{}", r#"{"a":"#.repeat(1000), "}".repeat(1000));
        assert_eq!(parts(&deep).unwrap().0.matches('{').count(), DEEPEST + 1);
        let large: Vec<String> = (0..2000).map(|n| format!(r#""key{n}":1"#)).collect();
        assert_eq!(parts(&format!("{{{}}}", large.join(","))), None);
    }

    #[test]
    fn a_shape_is_told_once() {
        let mut shapes = Shapes::default();
        let mut news = 0;
        for round in 0..3 * OFTEN {
            for key in ["a", "b"] {
                let message = format!(r#"{{"{key}":{round}}}"#);
                news += usize::from(shapes.take_apart(&message).is_some_and(|parts| parts.news.is_some()));
            }
        }
        assert_eq!((news, shapes.told), (2, 2));
        assert_eq!(shapes.take_apart(r#"{"a":9}"#).map(|parts| parts.shape), Some(0));
        assert_eq!(shapes.take_apart(r#"{"b":9}"#).map(|parts| parts.shape), Some(1));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut shapes = Shapes::default();
        for number in 0..10 * MOST {
            for _ in 0..OFTEN {
                shapes.take_apart(&format!(r#"{{"a{number}":1}}"#));
            }
        }
        assert_eq!((shapes.seen.len(), shapes.told as usize), (MOST, MOST));
    }
}
