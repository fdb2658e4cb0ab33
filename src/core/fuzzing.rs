//! What must hold whatever a peer sends. The fuzz targets in `fuzz/` are these functions; `cargo test` runs them on the
//! committed seeds and on seeded mutations of them. Built for both only.

use std::sync::Arc;
use std::task::{Context, Poll};

use ::http::HeaderValue;
use futures_util::task::noop_waker;
use reqwest::Url;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::io::{AsyncWriteExt, BufReader};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::batch::Batch;
use super::config::Settings;
use super::domains;
use super::envelope::{self, Head, Reading};
use super::error::{Error, Service};
use super::event::{Event, Step};
use super::frames::Frames;
use super::http::Answer;
use super::session::{Jar, read_login, read_refresh};
use super::shapes::Shapes;
use super::socket::{Incoming, Socket};
use super::upgrade;

/// A password that an answer may repeat.
const SECRET: &str = "recognisable-secret";
const SENT: &str = r#"{"username":"robot","password":"recognisable-secret"}"#;

/// Messages, one a line: each becomes one item of a batch, which is one JSON text and pure ASCII. They come often enough for
/// their shapes to be told.
pub fn messages(data: &[u8]) {
    let (mut shapes, mut batch) = (Shapes::default(), Batch::default());
    let mut items = Vec::new();
    let data = String::from_utf8_lossy(data);
    for text in data.lines().flat_map(|line| std::iter::repeat_n(line, 20)) {
        let Reading { head, parts } = shapes.read(text, &mut |shape| batch.push_shape(shape));
        // However it was read: the same is known of it.
        assert_eq!(head, envelope::read(text), "{text}");
        let event = match (head, parts) {
            (Head::Other, _) => continue,
            (Head::Unreadable, _) => Event::Unreadable { text: text.into() },
            (_, Some(parts)) => Event::Parts { parts, length: text.len() },
            (_, None) => Event::Message { text: text.into() },
        };
        batch.push(7, &event);
        items.push((event, text));
    }
    if batch.is_empty() {
        return;
    }
    let text = String::from_utf8(batch.take(0)).expect("ASCII");
    let found = unpacked(&parts(&text));
    assert_eq!(found.len(), items.len());
    for ((key, item), (event, text)) in found.iter().zip(&items) {
        assert_eq!(key, "7");
        match event {
            Event::Unreadable { .. } => assert_eq!(value(item), Some(Value::from(*text))),
            _ => assert_eq!(value(item), value(text)),
        }
    }
}

/// Keys and items of a batch, as lib/inbox.js understands it: what came as values is put back into its shape.
fn unpacked(parts: &[&RawValue]) -> Vec<(String, String)> {
    let mut shapes: Vec<(usize, String)> = Vec::new();
    let mut found = Vec::new();
    let mut rest = parts.iter().map(|part| part.get());
    while let (Some(key), Some(item)) = (rest.next(), rest.next()) {
        if key == "0" {
            let (size, skeleton): (usize, &RawValue) = serde_json::from_str(item).expect("a shape");
            shapes.push((size, skeleton.get().to_owned()));
        } else if let Ok(number) = item.parse::<usize>() {
            let values: Vec<&str> = rest.by_ref().take(shapes[number].0).collect();
            found.push((key.to_owned(), filled(&shapes, number, &values)));
        } else {
            found.push((key.to_owned(), item.to_owned()));
        }
    }
    found
}

/// A shape with its values in place of their numbers, which alone are digits outside of strings. A negative number is the
/// complement of that of a list of rows.
fn filled(shapes: &[(usize, String)], shape: usize, values: &[&str]) -> String {
    let mut text = String::new();
    for (place, part) in shapes[shape].1.split('"').enumerate() {
        let is_string = place % 2 == 1;
        text.push_str(if place == 0 { "" } else { "\"" });
        let mut rest = part;
        let begins = |c: char| c == '-' || c.is_ascii_digit();
        while let Some(start) = rest.find(|c: char| begins(c) && !is_string) {
            let end = rest[start..].find(|c: char| !begins(c)).map_or(rest.len(), |length| start + length);
            text.push_str(&rest[..start]);
            let number: isize = rest[start..end].parse().expect("a place");
            match usize::try_from(number) {
                Ok(place) => text.push_str(values[place]),
                Err(_) => text.push_str(&listed(shapes, values[!number as usize])),
            }
            rest = &rest[end..];
        }
        text.push_str(rest);
    }
    text
}

/// A list of rows as the list of objects that it was.
fn listed(shapes: &[(usize, String)], rows: &str) -> String {
    let parts: Vec<&RawValue> = serde_json::from_str(rows).expect("a list");
    let mut rest = parts.iter().map(|part| part.get());
    let mut objects = Vec::new();
    while let Some(item) = rest.next() {
        objects.push(match item.parse::<usize>() {
            Ok(number) => {
                let values: Vec<&str> = rest.by_ref().take(shapes[number].0).collect();
                filled(shapes, number, &values)
            }
            Err(_) => item.to_owned(),
        });
    }
    format!("[{}]", objects.join(","))
}

/// An HTTP answer: two bytes of status, then the body. What it means can be said in a batch, and without what was secret in
/// the call.
pub fn answers(data: &[u8]) {
    let [high, low, body @ ..] = data else { return };
    let answer = || Answer {
        status: 200 + u16::from_be_bytes([*high, *low]) % 400,
        reason: String::from_utf8_lossy(&body[..body.len().min(20)]).into_owned(),
        cookies: vec![],
        body: String::from_utf8_lossy(body).into_owned(),
    };
    let found = match domains::read(answer()) {
        Ok(domains) => Event::Domains { op: 1, domains: Arc::new(domains) },
        Err(error) => failed(Step::Domains, error.told()),
    };
    said(&found);
    match read_login(&answer(), SENT) {
        Ok(sign_in) => drop(said(&Event::SignedIn { op: 1, answer: sign_in.answer })),
        Err(error) => keeps_quiet(&failed(Step::Login, error)),
    }
    let csrf = format!(r#"{{"csrf":"{SECRET}"}}"#);
    if let Err(error) = read_refresh(&answer(), &csrf, &format!("Session_id={SECRET}")) {
        keeps_quiet(&failed(Step::Refresh, error));
    }
}

fn keeps_quiet(event: &Event) {
    // JSON writes a carriage return before its last letters as the first of them.
    let text = said(event).replace("\\r", " ");
    assert!(!text.contains(SECRET), "{text}");
}

/// `Set-Cookie` headers, one a line, as far as HTTP lets them through: what is sent back is a header too, and goes nowhere
/// else.
pub fn cookies(data: &[u8]) {
    let jar = Jar::default();
    let text = String::from_utf8_lossy(data);
    let answer = Answer {
        status: 200,
        reason: "OK".into(),
        cookies: text.lines().filter(|line| HeaderValue::from_str(line).is_ok()).map(Into::into).collect(),
        body: String::new(),
    };
    let Ok(url) = Url::parse("https://vep.example/api/account/1/login?v=1.3") else { return };
    jar.keep(&answer, &url);
    let sent = jar.cookies(url.as_str());
    assert!(HeaderValue::from_str(&sent).is_ok(), "{sent:?}");
    assert_eq!(jar.cookies("https://elsewhere.test/"), "");
}

/// What a peer writes on an open WebSocket: it is read to an end, and the same whatever pieces it comes in.
pub fn frames(data: &[u8]) {
    assert_eq!(heard(data, data.len().max(1)), heard(data, 3));
}

/// What a peer answers to the upgrade, and then writes: there is a socket, or an error that can be told.
pub fn upgrade(data: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let settings = settings();
    runtime.block_on(async {
        let (mut peer, stream) = tokio::io::duplex(1 << 16);
        let request = upgrade::request(&settings, "peer.example", "/ws_api").expect("a request");
        let key = request.headers()["Sec-WebSocket-Key"].as_bytes();
        // Where a seed has this word there stands what the handshake wants.
        let accepted = String::from_utf8_lossy(data).replace("ACCEPTED", &derive_accept_key(key));
        peer.write_all(accepted.as_bytes()).await.expect("room");
        peer.shutdown().await.expect("a peer");
        let mut frames = Frames::before_upgrade(BufReader::new(stream), 4096);
        match upgrade::perform(&mut frames, request, "peer.example").await {
            Ok(()) => while std::future::poll_fn(|cx| frames.poll_next(cx)).await.is_ok() {},
            Err(failure) => drop(said(&failed(Step::Login, Error::wire(Service::Messaging, "x", failure.cause)))),
        }
    });
}

fn settings() -> Settings {
    Settings::parse(r#"{"account":"1","maxPayload":4096}"#).expect("settings")
}

/// All that a socket says of these bytes.
fn heard(data: &[u8], piece: usize) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let settings = settings();
    runtime.block_on(async {
        let (mut peer, stream) = tokio::io::duplex(1 << 16);
        let mut socket = Socket::over(BufReader::new(stream), &settings).await;
        let mut heard = Vec::new();
        let mut pieces = data.chunks(piece);
        let waker = noop_waker();
        let mut cx = Context::from_waker(&waker);
        loop {
            match pieces.next() {
                // The socket may have had enough.
                Some(piece) => drop(peer.write_all(piece).await),
                None => drop(peer.shutdown().await),
            }
            while let Poll::Ready(incoming) = socket.poll_next(&mut cx, |text| heard.push(text.to_owned())) {
                heard.push(format!("{incoming:?}"));
                if matches!(incoming, Incoming::End { .. }) {
                    return heard;
                }
            }
            let _ = socket.poll_flush(&mut cx);
            // A task that never waits gets nothing more to read.
            tokio::task::yield_now().await;
        }
    })
}

fn failed(step: Step, error: Error) -> Event {
    Event::Failed { op: 1, step, error }
}

/// The text of a batch with this event alone.
fn said(event: &Event) -> String {
    let mut batch = Batch::default();
    batch.push(1, event);
    let text = String::from_utf8(batch.take(0)).expect("ASCII");
    assert_eq!(parts(&text).len(), 2);
    text
}

fn parts(text: &str) -> Vec<&RawValue> {
    assert!(text.is_ascii());
    serde_json::from_str(text).expect("one JSON text")
}

/// As serde_json builds it; `None` for what it does not (lone surrogates, deep nesting, numbers beyond its range).
fn value(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// How many mutations of each seed.
    const ROUNDS: usize = 200;

    #[test]
    fn messages_hold() {
        run("messages", messages);
    }

    #[test]
    fn answers_hold() {
        run("answers", answers);
    }

    #[test]
    fn cookies_hold() {
        run("cookies", cookies);
    }

    #[test]
    fn upgrades_hold() {
        run("upgrade", upgrade);
    }

    #[test]
    fn frames_hold() {
        run("frames", frames);
    }

    fn run(name: &str, target: fn(&[u8])) {
        let folder = format!("{}/fuzz/seeds/{name}", env!("CARGO_MANIFEST_DIR"));
        let mut seeds: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        seeds.sort();
        let seeds: Vec<Vec<u8>> = seeds.iter().map(|path| fs::read(path).unwrap()).collect();
        assert!(!seeds.is_empty());
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        for seed in &seeds {
            target(seed);
            for _ in 0..ROUNDS {
                let mut data = seed.clone();
                for _ in 0..=random.below(4) {
                    random.mutate(&mut data, &seeds);
                }
                target(&data);
            }
        }
    }

    /// xorshift64*: the same numbers in every run.
    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: usize) -> usize {
            self.0 ^= self.0 >> 12;
            self.0 ^= self.0 << 25;
            self.0 ^= self.0 >> 27;
            (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit.max(1)
        }

        /// One change: a byte, a bit, a cut, a repetition, or a piece of another seed.
        fn mutate(&mut self, data: &mut Vec<u8>, seeds: &[Vec<u8>]) {
            let at = self.below(data.len() + 1);
            let length = self.below(16).min(data.len() - at);
            match self.below(5) {
                0 => data.insert(at, self.below(256) as u8),
                1 if at < data.len() => data[at] ^= 1 << self.below(8),
                2 => drop(data.drain(at..at + length)),
                3 => {
                    let again = data[at..at + length].to_vec();
                    data.splice(at..at, again);
                }
                _ => {
                    let other = &seeds[self.below(seeds.len())];
                    let from = self.below(other.len());
                    let until = (from + self.below(32)).min(other.len());
                    data.splice(at..at, other[from..until].iter().copied());
                }
            }
        }
    }
}
