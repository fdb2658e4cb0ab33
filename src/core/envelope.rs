//! The head of a message: who it is for. The body stays text.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

/// What the core needs to know of a message.
#[derive(Debug, PartialEq, Eq)]
pub enum Head<'a> {
    /// An answer, with the id of its request where that is a plain text.
    Response(Option<Cow<'a, str>>),
    /// A notification.
    Notification {
        /// Its type, where that is a plain text.
        kind: Option<Cow<'a, str>>,
        /// Its body is an object.
        has_body: bool,
    },
    /// Valid JSON that is neither: nobody hears of it.
    Other,
    /// Not for this reader to judge: it may be no JSON at all, or JSON that `JSON.parse` reads and serde_json does not
    /// (repeated keys, lone surrogates).
    Unreadable,
}

/// A message that was read.
pub struct Reading<'a> {
    /// What the core needs to know of it.
    pub head: Head<'a>,
    /// What is left of it where it has a shape.
    pub parts: Option<Parts>,
}

/// A message without its shape.
#[derive(Debug)]
pub struct Parts {
    /// The number of its shape, by which JavaScript knows it.
    pub shape: u32,
    /// The values, JSON, each with a comma before it.
    pub values: String,
}

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    kind: Option<&'a RawValue>,
    #[serde(borrow, rename = "type")]
    kind_of_event: Option<&'a RawValue>,
    #[serde(borrow, rename = "reqId")]
    request: Option<&'a RawValue>,
    #[serde(borrow)]
    body: Option<&'a RawValue>,
}

/// Reads the head of a message and walks over the rest, so that a message with a head is known to be JSON.
pub fn read(text: &str) -> Head<'_> {
    // serde would read a list as the fields in their order.
    if !text.trim_ascii_start().starts_with('{') {
        return Head::Unreadable;
    }
    let Ok(wire) = serde_json::from_str::<Wire<'_>>(text) else {
        return Head::Unreadable;
    };
    match wire.kind.and_then(|kind| plain(kind.get())).as_deref() {
        Some("notification") => Head::Notification {
            kind: wire.kind_of_event.and_then(|kind| plain(kind.get())),
            has_body: wire.body.is_some_and(|body| body.get().starts_with('{')),
        },
        Some("resp") => Head::Response(wire.request.and_then(|id| plain(id.get()))),
        _ => Head::Other,
    }
}

/// The text that this JSON is, if it is one.
pub fn plain(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        return serde_json::from_str::<String>(raw).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(inner))
}

/// The fields of a JSON object, of each name the last one, as `JSON.parse` has it; none of a text that is no object.
pub fn fields(text: &str) -> BTreeMap<String, &RawValue> {
    serde_json::from_str(text).unwrap_or_default()
}

/// Whether JavaScript would call this JSON value true.
pub fn is_truthy(raw: Option<&RawValue>) -> bool {
    match raw.map(|value| value.get()) {
        None | Some("null" | "false" | "\"\"") => false,
        Some(text) if text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => text.parse::<f64>() != Ok(0.0),
        Some(_) => true,
    }
}

/// The text of a JSON value as JavaScript's template strings would write it: strings without their quotes.
pub fn as_text(raw: &RawValue) -> String {
    serde_json::from_str::<String>(raw.get()).unwrap_or_else(|_| raw.get().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> Box<RawValue> {
        RawValue::from_string(json.to_owned()).unwrap()
    }

    fn notification(kind: Option<&str>, has_body: bool) -> Head<'_> {
        Head::Notification { kind: kind.map(Cow::Borrowed), has_body }
    }

    #[test]
    fn tells_answers_from_notifications() {
        let cases = [
            (r#"{"kind":"resp","reqId":"a-1","code":200,"type":"T","body":{}}"#, Head::Response(Some("a-1".into()))),
            (r#"{"reqId":4,"kind":"resp"}"#, Head::Response(None)),
            (r#"{"body":[{"kind":"x"}],"type":".a.b","kind":"notification"}"#, notification(Some(".a.b"), false)),
            (r#"{"kind":"notification","type":null}"#, notification(None, false)),
            (r#"{"kind":"notification","body": {},"type":"\u0041\n"}"#, notification(Some("A\n"), true)),
            (r#"{"kind":"req","id":"1"}"#, Head::Other),
            (r#"{"kind":7}"#, Head::Other),
            (r#"{}"#, Head::Other),
        ];
        for (text, head) in cases {
            assert_eq!(read(text), head, "{text}");
        }
    }

    #[test]
    fn leaves_to_javascript_what_only_javascript_reads() {
        for text in [
            "",
            "hello",
            "[1]",
            r#"["resp","t","id"]"#,
            "\"x\"",
            r#"{"kind":"resp","kind":"notification"}"#,
            r#"{"\ud83d":1,"kind":"resp"}"#,
            r#"{"kind":"resp"} trailing"#,
            "\u{feff}{\"kind\":\"resp\"}",
        ] {
            assert_eq!(read(text), Head::Unreadable, "{text}");
        }
    }

    #[test]
    fn walks_over_what_serde_json_would_not_build() {
        let deep = format!(r#"{{"kind":"resp","body":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(read(&deep), Head::Response(None));
        for body in [r#""\ud83d""#, "1e400", "9007199254740993", r#"{"a":1,"a":2}"#] {
            let text = format!(r#"{{"kind":"notification","type":"t","body":{body}}}"#);
            assert_eq!(read(&text), notification(Some("t"), body.starts_with('{')), "{text}");
        }
    }

    #[test]
    fn the_last_field_of_a_name_counts() {
        let found = fields(r#" {"a":1,"b":null,"a":[2]} "#);
        assert_eq!(
            found.iter().map(|(name, raw)| (name.as_str(), raw.get())).collect::<Vec<_>>(),
            [("a", "[2]"), ("b", "null")]
        );
        for text in ["", "null", "[1]", "5", "{", "{}"] {
            assert!(fields(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn truth_is_javascripts() {
        for falsy in ["null", "false", "0", "-0", "0.0", "0e5", "\"\""] {
            assert!(!is_truthy(Some(&raw(falsy))), "{falsy}");
        }
        assert!(!is_truthy(None));
        for truthy in ["true", "1", "\"0\"", "{}", "[]", "1e400", "-0.1"] {
            assert!(is_truthy(Some(&raw(truthy))), "{truthy}");
        }
    }
}
