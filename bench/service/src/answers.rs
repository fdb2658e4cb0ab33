//! Answers to requests on the messaging socket (UMS v2).

use serde::Deserialize;
use serde_json::value::RawValue;
use std::sync::LazyLock;

use crate::load::{Load, message};

/// A dialog's history: 500 messages.
static HISTORY: LazyLock<String> = LazyLock::new(|| {
    let messages: Vec<String> = (0..500).map(|number| message(number, 25)).collect();
    format!("[{}]", messages.join(","))
});

#[derive(Deserialize)]
struct Request<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(borrow)]
    body: &'a RawValue,
}

#[derive(Deserialize)]
struct Subscription {
    load: Option<Load>,
}

/// The answer, and the load that was asked for. `None`: this is no request.
pub fn answer(text: &[u8]) -> Option<(String, Option<Load>)> {
    let request: Request<'_> = serde_json::from_slice(text).ok()?;
    let load = || serde_json::from_str::<Subscription>(request.body.get()).ok()?.load;
    Some(match request.kind {
        ".GetClock" => (response(&request, r#"{"currentTime":1513813587308}"#), None),
        ".ams.ms.PublishEvent" => (response(&request, r#"{"sequence":17}"#), None),
        ".ams.ms.QueryMessages" => (response(&request, &HISTORY), None),
        _ => (response(&request, r#"{"subscriptionId":"5a1f8e1c-51c6-4b7a-9d0f-3e2a1b0c9d8e"}"#), load()),
    })
}

fn response(Request { id, kind, .. }: &Request<'_>, body: &str) -> String {
    format!(r#"{{"kind":"resp","reqId":"{id}","code":200,"body":{body},"type":"{kind}$Response"}}"#)
}
