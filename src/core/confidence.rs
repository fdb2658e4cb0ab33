//! Takes out of an answer what we said in confidence: a service, or a proxy on the way, may echo a call in its error page,
//! and errors get printed.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

/// What stands in the place of a secret.
const MASK: &str = "***";

/// Shorter ones are taken out only where they stand for themselves: `pass` says nothing where it begins `password`.
const LONG: usize = 8;

/// What a call names openly.
const OPEN: [&str; 2] = ["username", "jwt"];

/// What the answer to a login gives in confidence (LivePerson: Login Service API).
const GIVEN: [&str; 4] = ["bearer", "csrf", "sessionId", "wsuk"];

/// The secrets of one call.
pub struct Confidence(Vec<String>);

impl Confidence {
    /// What a call said with its `body`, JSON, and its `cookies`, `name=value; …`, and what `answer`, perhaps JSON, gave.
    pub fn of(body: &str, cookies: &str, answer: &str) -> Self {
        let said = fields(body).into_iter().filter(|(name, _)| !OPEN.contains(&name.as_str()));
        let given = fields(answer).into_iter().filter(|(name, _)| GIVEN.contains(&name.as_str()));
        let cookies = cookies.split("; ").filter_map(|pair| Some(pair.split_once('=')?.1.to_owned()));
        let secrets = said.chain(given).filter_map(|(_, value)| value.as_str().map(ToOwned::to_owned)).chain(cookies);
        let mut forms: Vec<String> =
            secrets.filter(|secret| !secret.is_empty()).flat_map(|secret| forms(&secret)).collect();
        // One secret may be a part of another.
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        forms.dedup();
        Self(forms)
    }

    /// The text without any of them.
    pub fn keep(&self, text: &str) -> String {
        let mut kept = Cow::Borrowed(text);
        for secret in &self.0 {
            if kept.contains(secret.as_str()) {
                kept = Cow::Owned(without(&kept, secret));
            }
        }
        kept.into_owned()
    }
}

fn fields(json: &str) -> Map<String, Value> {
    serde_json::from_str(json).unwrap_or_default()
}

/// What JavaScript's encodeURIComponent encodes.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// As it is; as URLs and forms write it; as JSON does, within JSON, and within that.
fn forms(secret: &str) -> Vec<String> {
    let url = utf8_percent_encode(secret, COMPONENT).to_string();
    let mut forms = vec![secret.to_owned(), url.replace("%20", "+"), url];
    let mut json = secret.to_owned();
    for _ in 0..3 {
        json = escape(&json);
        forms.extend([
            json.clone(),
            ascii(&json, |unit| format!("\\u{unit:04x}")),
            ascii(&json, |unit| format!("\\u{unit:04X}")),
        ]);
    }
    forms
}

fn escape(text: &str) -> String {
    let json = Value::from(text).to_string();
    json[1..json.len() - 1].to_owned()
}

/// JSON by those who keep to ASCII.
fn ascii(json: &str, escaped: fn(u16) -> String) -> String {
    let units = |c: char| c.encode_utf16(&mut [0; 2]).iter().map(|unit| escaped(*unit)).collect();
    json.chars().map(|c| if c.is_ascii() { c.to_string() } else { units(c) }).collect()
}

fn without(text: &str, secret: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(secret) {
        let (before, found) = rest.split_at(at);
        let after = &found[secret.len()..];
        kept.push_str(before);
        let stands_alone = !kept.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
        kept.push_str(if secret.len() >= LONG || stands_alone { MASK } else { secret });
        rest = after;
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"username":"robot","password":"pa\"ss wörd","jwt":"dummy","assertion":"short"}"#;

    fn kept(text: &str) -> String {
        Confidence::of(BODY, "Session_id=cookie-value; b=", r#"{"bearer":"bearer-1","config":{}}"#).keep(text)
    }

    #[test]
    fn secrets_are_taken_out_in_whatever_form() {
        for text in [
            r#"<p>pa"ss wörd</p>"#.to_owned(),
            BODY.replace("short", ""),
            Value::from(BODY.replace("short", "")).to_string(),
            "q=pa%22ss%20w%C3%B6rd&x".to_owned(),
            "q=pa%22ss+w%C3%B6rd&x".to_owned(),
            r#"{"a":"pa\"ss w\u00f6rd","b":"pa\"ss w\u00F6rd"}"#.to_owned(),
        ] {
            let kept = kept(&text);
            assert!(kept.contains(MASK) && !kept.contains("rd&") && !kept.contains("ss w"), "{kept}");
            assert!(!text.contains("robot") || kept.contains("robot"), "{kept}");
        }
        assert_eq!(kept("xcookie-valuex, bearer-1!"), "x***x, ***!");
    }

    #[test]
    fn a_short_one_only_where_it_stands_alone() {
        assert_eq!(kept("short, shortly, a short one; short"), "***, shortly, a *** one; ***");
    }

    #[test]
    fn nothing_else_is_touched() {
        for text in ["", "dummy robot Session_id", "=", "β"] {
            assert_eq!(kept(text), text);
        }
        assert_eq!(Confidence::of("no JSON", "", "").keep("no JSON"), "no JSON");
    }
}
