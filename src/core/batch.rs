//! A batch: what happened, as one JSON text for one `JSON.parse` ("Out: batches" in ARCHITECTURE.md).

use std::io::Write;

use serde::Serialize;

use super::event::Event;

/// `[key,item,key,item`; empty while nothing is in it. Pure ASCII: V8 takes one-byte strings fastest.
#[derive(Default)]
pub struct Batch(Vec<u8>);

impl Batch {
    /// An empty one, with so many bytes reserved.
    pub fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Bytes so far.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Bytes reserved.
    pub fn capacity(&self) -> usize {
        self.0.capacity()
    }

    /// Adds something that happened to the agent whose items carry `key`.
    pub fn push(&mut self, key: u32, event: &Event) {
        let out = &mut self.0;
        let separator = if out.is_empty() { b'[' } else { b',' };
        out.push(separator);
        // Writing to a Vec cannot fail.
        let _ = write!(out, "{key},");
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
            Event::Unreadable { text } => push_json(out, text.as_str()),
        }
    }

    /// The whole text; nothing may have been pushed to an empty one.
    pub fn finish(mut self) -> Vec<u8> {
        self.0.push(b']');
        self.0
    }
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
