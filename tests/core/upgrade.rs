//! The WebSocket upgrade.

use node_agent_sdk_rs::core::error::Error;
use serde_json::json;

use crate::support::{Answer, Bot, Peer, Route};

#[tokio::test]
async fn the_request_has_the_tokens_path_and_the_options_headers() {
    let mut peer = Peer::start().await;
    let mut bot = Bot::new();
    let headers = json!([
        ["X-Mine", "1"],
        ["X-Mine", "2"],
        ["Origin", "https://me"],
        ["Connection", "close"],
        ["Sec-WebSocket-Version", "8"]
    ]);
    bot.open(1, peer.settings(json!({"token": "a+b=~%2F/c d", "headers": headers}))).await;
    peer.socket().await;
    let call = peer.last(Route::Upgrade);
    assert_eq!(call.path, "/ws_api/account/1/messaging/brand/a+b=~%2F%2Fc%20d?v=2.1");
    let sent: Vec<_> = call.headers.iter().filter(|(name, _)| name == "x-mine").map(|(_, value)| value).collect();
    assert_eq!(sent, ["1", "2"]);
    assert_eq!(call.header("origin"), Some("https://me"));
    assert_eq!(call.header("connection"), Some("Upgrade"), "what makes it an upgrade cannot be changed");
    assert_eq!(call.header("sec-websocket-version"), Some("13"));
    for never in ["user-agent", "accept", "accept-encoding", "cookie", "content-type"] {
        assert_eq!(call.header(never), None, "{never}");
    }
}

#[tokio::test]
async fn version_and_app_id_are_in_the_query() {
    let mut peer = Peer::start().await;
    let mut bot = Bot::new();
    bot.open(1, peer.settings(json!({"apiVersion": "2", "appId": "my.app", "version": "9.9.9"}))).await;
    peer.socket().await;
    let path = peer.last(Route::Upgrade).path;
    assert!(path.ends_with("/brand/b1?v=2&intid=na-sdk-js&intvn=9.9.9&appId=my.app"), "{path}");
}

/// The error of an upgrade that is answered like this; `closed` 1006 follows and the next attempt succeeds.
async fn failure(answer: Answer) -> Error {
    let mut peer = Peer::start().await;
    let mut bot = Bot::new();
    peer.script(Route::Upgrade, [answer]);
    bot.connect(1, peer.settings(json!({"handshakeTimeout": 2000})));
    bot.events.domains().await;
    bot.events.signed_in().await;
    let error = bot.events.failure().await;
    assert_eq!(bot.events.closed().await, (1, 1006));
    bot.dial(2, peer.settings(json!({"token": "b1"})));
    bot.events.opened().await;
    peer.socket().await;
    error
}

#[tokio::test]
async fn any_answer_but_a_101_is_told_with_its_status() {
    for status in [401, 502, 302, 200] {
        let error = failure(Answer::status(status, "Whatever", "body").with("Location", "https://x/")).await;
        let message = format!("Error on WS connection: Unexpected server response: {status}");
        assert_eq!(error.message, message);
        let code = (status == 401).then_some("401");
        assert_eq!(error.code.as_ref().map(|code| code.get()), code, "only a refused token has a code");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_valid_101_is_an_error() {
    let upgrade = |accept: &str| {
        format!(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Accept: {accept}\r\n\r\n"
        )
    };
    for (answer, message) in [
        (upgrade("bm90IHlvdXJzIGF0IGFsbA=="), "Invalid Sec-WebSocket-Accept header"),
        ("HTTP/1.1 101 Switching Protocols\r\n\r\n".into(), "Unexpected server response: 101"),
        (upgrade("x").replace("Connection: Upgrade", "Connection: keep-alive"), "Unexpected server response: 101"),
        (upgrade("x").replace("websocket", "h2c"), "Invalid Upgrade header"),
        (upgrade("x").replace("Upgrade: websocket", "Upgrade: websocket\r\nUpgrade: h2c"), "Invalid Upgrade header"),
        (format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(20_000)), "Parse Error: Header overflow"),
        ("certainly no HTTP\r\n\r\n".into(), "Parse Error: Expected HTTP/, RTSP/ or ICE/"),
        (String::new(), "socket hang up"),
        ("HTTP/1.1 10".into(), "socket hang up"),
    ] {
        let error = failure(Answer::Raw(answer)).await;
        assert_eq!(error.message, format!("Error on WS connection: {message}"));
        assert!(error.code.is_none());
    }
}

#[tokio::test]
async fn a_handshake_that_hangs_lapses() {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    peer.script(Route::Upgrade, [Answer::Hang]);
    bot.connect(1, peer.settings(json!({"handshakeTimeout": 100})));
    bot.events.domains().await;
    bot.events.signed_in().await;
    assert_eq!(bot.events.failure().await.message, "Error on WS connection: Opening handshake has timed out");
    assert_eq!(bot.events.closed().await, (1, 1006));
}

#[tokio::test]
async fn headers_that_cannot_be_sent_are_an_error() {
    let peer = Peer::start().await;
    for header in [["bad name", "x"], ["X-Good", "bad\nvalue"]] {
        let mut bot = Bot::new();
        bot.connect(1, peer.settings(json!({"headers": [header]})));
        bot.events.domains().await;
        bot.events.signed_in().await;
        let code = bot.events.failure().await.cause.unwrap();
        assert!(matches!(code.code(), Some("ERR_INVALID_HTTP_TOKEN" | "ERR_INVALID_CHAR")), "{code:?}");
        assert_eq!(bot.events.closed().await, (1, 1006));
    }
}
