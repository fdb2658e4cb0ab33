//! A batch: what happened, as one JSON text for one `JSON.parse` ("Out: batches" in ARCHITECTURE.md).

use serde::Serialize;

use super::envelope::Parts;
use super::event::Event;

/// In place of an agent's key: the item is a shape.
const SHAPE: u32 = 0;

/// What waits, batch after batch.
#[derive(Default)]
pub struct Batch {
    /// `[key,item,key,item`; empty while nothing is in it. Pure ASCII: V8 takes one-byte strings fastest.
    text: Vec<u8>,
}

impl Batch {
    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Adds something that happened to the agent whose items carry `key`.
    pub fn push(&mut self, key: u32, event: &Event) {
        let out = &mut self.text;
        push_key(out, key);
        match event {
            Event::Domains { op, domains } => push_json(out, &("domains", op, &**domains, domains.listed)),
            Event::SignedIn { op, answer } => push_json(out, &("signedIn", op, answer)),
            Event::Refreshed { op } => push_json(out, &("refreshed", op)),
            Event::Failed { op, step, error } => push_json(out, &("failed", op, step, error)),
            Event::Opened { op, connection } => push_json(out, &("opened", op, connection)),
            Event::Failure { op, error } => push_json(out, &("error", op, error)),
            Event::Closed { op, code } => push_json(out, &("closed", op, code)),
            Event::TimedOut { ids } => {
                let words: Vec<&str> = std::iter::once("timeout").chain(ids.iter().map(String::as_str)).collect();
                push_json(out, &words);
            }
            Event::Message { text } => push_ascii(out, text),
            Event::Parts { parts: Parts { shape, values }, .. } => {
                push_number(out, *shape);
                push_ascii(out, values);
            }
            Event::Unreadable { text } => push_json(out, text.as_str()),
        }
    }

    /// Adds a shape, as [`super::template::told`] tells it: the messages that follow may name it by its number.
    pub fn push_shape(&mut self, shape: &str) {
        push_key(&mut self.text, SHAPE);
        self.text.extend_from_slice(shape.as_bytes());
    }

    /// The whole text, after which it is empty again; `keep`: room for another one like it is reserved, unless that would be
    /// more. Something must have been pushed.
    pub fn take(&mut self, keep: usize) -> Vec<u8> {
        let size = if self.text.capacity() > keep { 0 } else { self.text.len() };
        let mut text = std::mem::replace(&mut self.text, Vec::with_capacity(size));
        text.push(b']');
        text
    }
}

fn push_key(out: &mut Vec<u8>, key: u32) {
    out.push(if out.is_empty() { b'[' } else { b',' });
    push_number(out, key);
    out.push(b',');
}

/// This is done for each message, and `write!` takes several times as long.
fn push_number(out: &mut Vec<u8>, number: u32) {
    if number >= 10 {
        push_number(out, number / 10);
    }
    out.push(b'0' + (number % 10) as u8);
}

fn push_json(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    // None of our types can fail to serialise; an item that is nothing would be passed over.
    let text = serde_json::to_string(value).unwrap_or_else(|_| "null".into());
    push_ascii(out, &text);
}

/// Appends JSON with everything beyond ASCII as `\uXXXX`. Outside of strings JSON is ASCII anyway.
fn push_ascii(out: &mut Vec<u8>, json: &str) {
    if json.is_ascii() {
        out.extend_from_slice(json.as_bytes());
        return;
    }
    let mut units = [0; 2];
    for character in json.chars() {
        if character.is_ascii() {
            out.push(character as u8);
            continue;
        }
        for unit in character.encode_utf16(&mut units) {
            let digit = |shift: u32| HEX[usize::from(*unit >> shift & 0xf)];
            out.extend_from_slice(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
        }
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";
