//! A shape to hold messages against: what stands before, between and after their values.

use super::envelope::{Head, plain};
use super::json::{byte, end_of_string, end_of_value, skip_blank};

/// Stands in a skeleton for a value. JSON has no such byte.
pub const VALUE: char = '\0';

/// Stands in a skeleton for a list of rows: objects that have shapes of their own.
pub const ROWS: char = '\u{1}';

/// Stands in a skeleton for an object whose keys are data and no names. It has a mark of its own, as lists of objects have: so a shape
/// with null or an empty list in some place does not fit messages that have more there, and a shape for it.
pub const DATA: char = '\u{2}';

const MARKS: [char; 3] = [VALUE, ROWS, DATA];

/// A longer text is no name.
const LONGEST_NAME: usize = 64;

/// Which mark stands for the value that begins at `at`. `None`: none does, it has to be a part of the shape, or a list of rows.
pub fn mark(text: &[u8], at: usize) -> Option<char> {
    match byte(text, at) {
        b'{' => has_data(text, at).then_some(DATA),
        b'[' if byte(text, skip_blank(text, at + 1)) == b'{' => None,
        _ => Some(VALUE),
    }
}

/// Whether the object that begins at `at` has a key that is no name.
fn has_data(text: &[u8], mut at: usize) -> bool {
    loop {
        let start = skip_blank(text, at + 1);
        let Some(end) = end_of_string(text, start) else { return false };
        if !is_name(&text[start + 1..end - 1]) {
            return true;
        }
        let colon = skip_blank(text, end);
        let Some(end) = end_of_value(text, skip_blank(text, colon + 1)) else { return false };
        at = skip_blank(text, end);
        if byte(text, at) != b',' {
            return false;
        }
    }
}

/// Whether a key is one that messages of a kind have in common.
pub fn is_name(key: &[u8]) -> bool {
    key.len() <= LONGEST_NAME
        && key.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_')
        && key.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// A shape that JavaScript knows.
pub struct Template {
    /// By this number.
    pub number: u32,
    /// One more than there are values.
    pieces: Vec<Box<str>>,
    /// For each value, the mark that stands for it.
    marks: Vec<char>,
    envelope: Envelope,
}

/// What messages of this shape are to the core.
enum Envelope {
    /// The type is `length` bytes long, from this byte of that piece on.
    Notification { piece: usize, start: usize, length: usize, body: Body },
    /// The value that is the id; `None`: there is none that could be one.
    Response { id: Option<usize> },
    /// No message, but a part of one.
    Row,
}

/// What the body is.
#[derive(Clone, Copy)]
enum Body {
    Object,
    /// Whatever this value is.
    Value(usize),
    Missing,
}

/// Passes the list of rows that begins at a byte of the message, and appends it to the values.
pub type Rows<'a> = dyn FnMut(usize, &mut String) -> Option<usize> + 'a;

impl Template {
    /// The shape of messages. `None`: it does not say what the core needs to know of them.
    pub fn of_message(number: u32, skeleton: &str) -> Option<Self> {
        let fields = fields(skeleton);
        let field = |name: &str| fields.iter().find(|(key, _)| *key == name).map(|(_, field)| field);
        let envelope = match field("kind") {
            Some(Field::Name("notification")) => {
                let Some(Field::Name(kind)) = field("type") else { return None };
                let before = &skeleton[..kind.as_ptr() as usize - skeleton.as_ptr() as usize];
                let body = match field("body") {
                    Some(Field::Object) => Body::Object,
                    Some(Field::Value(place)) => Body::Value(*place),
                    _ => Body::Missing,
                };
                let start = before.rfind(MARKS).map_or(before.len(), |mark| before.len() - mark - 1);
                Envelope::Notification { piece: before.matches(MARKS).count(), start, length: kind.len(), body }
            }
            Some(Field::Name("resp")) => match field("reqId") {
                Some(Field::Value(place)) => Envelope::Response { id: Some(*place) },
                _ => Envelope::Response { id: None },
            },
            _ => return None,
        };
        Some(Self { envelope, ..Self::of_row(number, skeleton) })
    }

    /// The shape of rows.
    pub fn of_row(number: u32, skeleton: &str) -> Self {
        let pieces = skeleton.split(MARKS).map(Box::from).collect();
        let marks = skeleton.chars().filter(|character| MARKS.contains(character)).collect();
        Self { number, pieces, marks, envelope: Envelope::Row }
    }

    /// Reads a message that has this shape: its head. Appends its values, each with a comma before it.
    pub fn read<'a>(&self, message: &'a str, values: &mut String, rows: &mut Rows<'_>) -> Option<Head<'a>> {
        let (first, others) = self.pieces.split_first()?;
        if !message.starts_with(&**first) {
            return None;
        }
        values.clear();
        values.reserve(message.len());
        let (mut id, mut kind, mut has_body) = (None, None, false);
        let mut at = first.len();
        if let Envelope::Notification { piece: 0, start, length, .. } = self.envelope {
            kind = Some(&message[start..start + length]);
        }
        for (place, (piece, mark)) in others.iter().zip(&self.marks).enumerate() {
            let end = if *mark == ROWS { rows(at, values)? } else { append(message, at, *mark, values)? };
            if !message.as_bytes()[end..].starts_with(piece.as_bytes()) {
                return None;
            }
            match self.envelope {
                Envelope::Response { id: Some(its) } if its == place => id = plain(&message[at..end]),
                Envelope::Notification { body: Body::Value(its), .. } if its == place => {
                    has_body = message[at..end].starts_with('{');
                }
                _ => {}
            }
            if let Envelope::Notification { piece, start, length, .. } = self.envelope
                && piece == place + 1
            {
                kind = Some(&message[end + start..end + start + length]);
            }
            at = end + piece.len();
        }
        if at != message.len() {
            return None;
        }
        Some(match self.envelope {
            Envelope::Notification { body, .. } => {
                Head::Notification { kind: kind.map(Into::into), has_body: has_body || matches!(body, Body::Object) }
            }
            Envelope::Response { .. } => Head::Response(id),
            Envelope::Row => return None,
        })
    }

    /// Passes the row that begins at `at`, if it has this shape, and appends the number of the shape and its values.
    pub fn read_row(&self, text: &str, at: usize, values: &mut String) -> Option<usize> {
        let (first, others) = self.pieces.split_first()?;
        let bytes = text.as_bytes();
        if !bytes[at..].starts_with(first.as_bytes()) {
            return None;
        }
        push_number(values, self.number);
        let mut at = at + first.len();
        for (piece, mark) in others.iter().zip(&self.marks) {
            at = append(text, at, *mark, values)?;
            if !bytes[at..].starts_with(piece.as_bytes()) {
                return None;
            }
            at += piece.len();
        }
        Some(at)
    }
}

/// Appends the value that begins at `at`, if it is one of those that the mark stands for; where it ends.
fn append(text: &str, at: usize, wanted: char, values: &mut String) -> Option<usize> {
    if mark(text.as_bytes(), at) != Some(wanted) {
        return None;
    }
    let end = end_of_value(text.as_bytes(), at)?;
    values.push(',');
    values.push_str(text.get(at..end)?);
    Some(end)
}

fn push_number(out: &mut String, number: u32) {
    use std::fmt::Write as _;
    // Writing to a String does not fail.
    let _ = write!(out, "{number}");
}

/// A field of a message, as its skeleton tells it.
enum Field<'a> {
    /// This text, always.
    Name(&'a str),
    /// The value of this number.
    Value(usize),
    /// An object.
    Object,
    /// A list of objects.
    List,
}

/// The fields of a message itself, not of what is in it.
fn fields(skeleton: &str) -> Vec<(&str, Field<'_>)> {
    let bytes = skeleton.as_bytes();
    let (mut at, mut depth, mut places) = (0, 0, 0);
    let mut key = "";
    let mut fields = Vec::new();
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let end = at + 1 + skeleton[at + 1..].find('"').unwrap_or_default();
                let word = &skeleton[at + 1..end];
                at = end;
                if depth == 1 && bytes.get(end + 1) == Some(&b':') {
                    key = word;
                } else if depth == 1 {
                    fields.push((key, Field::Name(word)));
                }
            }
            open @ (b'{' | b'[') => {
                if depth == 1 {
                    fields.push((key, if open == b'{' { Field::Object } else { Field::List }));
                }
                depth += 1;
            }
            b'}' | b']' => depth -= 1,
            0..=2 => {
                if depth == 1 {
                    fields.push((key, Field::Value(places)));
                }
                places += 1;
            }
            _ => {}
        }
        at += 1;
    }
    fields
}

/// A skeleton as JavaScript is told of it: `[how many values, JSON]`, with its number in place of each value, and in place of
/// a list of rows the bitwise complement of its number, which is negative.
pub fn told(skeleton: &str) -> String {
    let mut text = String::new();
    let mut count = 0;
    for character in skeleton.chars() {
        match character {
            VALUE | DATA => text += &count.to_string(),
            ROWS => text += &(-1 - count).to_string(),
            other => {
                text.push(other);
                continue;
            }
        }
        count += 1;
    }
    format!("[{count},{text}]")
}
