//! As much of HTTP/1.1 as the clients of a login service speak.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest;

/// A request that has arrived as a whole.
pub struct Request {
    pub path: String,
    pub host: String,
    /// `Sec-WebSocket-Key`, where it asks for a WebSocket.
    pub key: Option<String>,
}

/// Takes the first request out of `buffer`; `None`: more has to come.
pub fn take_request(buffer: &mut Vec<u8>) -> Option<Request> {
    let end = buffer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
    let header = |wanted: &str| {
        let lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim().to_owned())
    };
    let body = header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    if buffer.len() < end + body {
        return None;
    }
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let request = Request { path, host: header("host").unwrap_or_default(), key: header("sec-websocket-key") };
    buffer.drain(..end + body);
    Some(request)
}

/// What the domain and login services answer.
pub fn answer(request: &Request) -> String {
    let Request { path, host, .. } = request;
    if path.contains("/baseURI.json") {
        let entry = |service: &str| format!(r#"{{"service":"{service}","account":"1","baseURI":"{host}"}}"#);
        let services = ["agentVep", "asyncMessagingEnt", "facadeMsg"].map(entry).join(",");
        json(&format!(r#"{{"baseURIs":[{services}]}}"#), "")
    } else if path.contains("/login") {
        let config = r#"{"loginName":"bot","userId":"111","userPid":"b1946ac9-2492-5d23-8a6b-000000000001"}"#;
        let body = format!(r#"{{"csrf":"c5f1","sessionTTl":"28800000","bearer":"7d8e","config":{config}}}"#);
        json(&body, "Set-Cookie: JSESSIONID=a1b2c3; Path=/; Secure; HttpOnly\r\n")
    } else if path.contains("/refresh") {
        json("{}", "")
    } else {
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".into()
    }
}

fn json(body: &str, headers: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{headers}Content-Length: {length}\r\n\r\n{body}")
}

/// The answer that makes it a WebSocket (RFC 6455 §4.2.2).
pub fn upgrade(key: &str) -> String {
    let text = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    let accept = STANDARD.encode(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()));
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
    )
}
