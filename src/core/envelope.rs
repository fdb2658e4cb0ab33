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
    /// A notification, with its type where that is a plain text.
    Notification(Option<Cow<'a, str>>),
    /// Valid JSON that is neither: nobody hears of it.
    Other,
    /// Not for this reader to judge: it may be no JSON at all, or JSON that `JSON.parse` reads and serde_json does not
    /// (repeated keys, lone surrogates).
    Unreadable,
}

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    kind: Option<&'a RawValue>,
    #[serde(borrow, rename = "type")]
    kind_of_event: Option<&'a RawValue>,
    #[serde(borrow, rename = "reqId")]
    request: Option<&'a RawValue>,
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
    match plain(wire.kind).as_deref() {
        Some("notification") => Head::Notification(plain(wire.kind_of_event)),
        Some("resp") => Head::Response(plain(wire.request)),
        _ => Head::Other,
    }
}

fn plain(raw: Option<&RawValue>) -> Option<Cow<'_, str>> {
    let raw = raw?.get();
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

    #[test]
    fn tells_answers_from_notifications() {
        let cases = [
            (r#"{"kind":"resp","reqId":"a-1","code":200,"type":"T","body":{}}"#, Head::Response(Some("a-1".into()))),
            (r#"{"reqId":4,"kind":"resp"}"#, Head::Response(None)),
            (r#"{"body":[{"kind":"x"}],"type":".a.b","kind":"notification"}"#, Head::Notification(Some(".a.b".into()))),
            (r#"{"kind":"notification","type":null}"#, Head::Notification(None)),
            (r#"{"kind":"notification","type":"\u0041\n"}"#, Head::Notification(Some("A\n".into()))),
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
            assert_eq!(read(&text), Head::Notification(Some("t".into())), "{text}");
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
