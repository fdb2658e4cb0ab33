//! Messages, and what breaks the rules of RFC 6455.

use std::collections::HashSet;

use node_agent_sdk_rs::core::event::Event;
use serde_json::json;

use crate::support::websocket::{BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, WebSocket, frame, notification};
use crate::support::{Bot, Peer};

async fn open(more: serde_json::Value) -> (Peer, Bot, WebSocket, u32) {
    let mut peer = Peer::start().await;
    let mut bot = Bot::new();
    let connection = bot.open(1, peer.settings(more)).await;
    let socket = peer.socket().await;
    (peer, bot, socket, connection)
}

#[tokio::test]
async fn frames_that_break_the_rules_end_the_connection() {
    let masked = [0x81, 0x82, 1, 2, 3, 4, b'h' ^ 1, b'i' ^ 2].to_vec();
    let cases: [(&str, Vec<u8>, u16); 11] = [
        ("a reserved bit", [&[0xc1, 2][..], b"hi"].concat(), 1002),
        ("a reserved opcode", frame(true, 3, b""), 1002),
        ("a reserved control opcode", frame(true, 11, b""), 1002),
        ("a masked frame", masked, 1002),
        ("a continuation of nothing", frame(true, CONTINUATION, b"x"), 1002),
        ("a message within a message", [frame(false, TEXT, b"a"), frame(true, TEXT, b"b")].concat(), 1002),
        ("a fragmented ping", frame(false, PING, b""), 1002),
        ("a long ping", frame(true, PING, &[0; 126]), 1002),
        ("a text that is no UTF-8", frame(true, TEXT, b"\xff\xfe"), 1007),
        (
            "a fragmented text that is no UTF-8",
            [frame(false, TEXT, b"\xe2"), frame(true, CONTINUATION, b"x")].concat(),
            1007,
        ),
        ("a message that is too long", frame(true, TEXT, &[b' '; 2001]), 1009),
    ];
    for (what, bytes, status) in cases {
        let (_peer, mut bot, mut socket, _) = open(json!({"maxPayload": 2000})).await;
        socket.raw(&bytes).await;
        let error = bot.events.failure().await;
        assert!(error.message.starts_with("Error on WS connection: "), "{what}: {}", error.message);
        assert!(error.code.is_none(), "{what}");
        assert_eq!(bot.events.closed().await, (1, 1006), "{what}");
        let told = socket.next_but_pings().await;
        assert_eq!(told.close().map(|(code, _)| code), Some(status), "{what}");
    }
}

#[tokio::test]
async fn max_payload_counts_for_all_fragments_together() {
    let (_peer, mut bot, mut socket, _) = open(json!({"maxPayload": 2000})).await;
    socket.text(&format!("\"{}\"", "x".repeat(1998))).await;
    assert!(matches!(bot.events.next("the longest message").await, Event::Unreadable { .. }));
    socket.frame(false, TEXT, &[b' '; 1500]).await;
    socket.frame(true, CONTINUATION, &[b' '; 501]).await;
    assert!(bot.events.failure().await.message.ends_with("Max payload size exceeded"));
    assert_eq!(bot.events.closed().await, (1, 1006));
}

#[tokio::test]
async fn a_frame_that_claims_to_be_endless_is_refused() {
    for (length, words) in [(1 << 52, "Max payload size exceeded"), (1 << 53, "payload length > 2^53 - 1")] {
        let (_peer, mut bot, mut socket, _) = open(json!({"maxPayload": u64::MAX / 2})).await;
        socket.raw(&[&[0x82, 127][..], &u64::to_be_bytes(length)].concat()).await;
        assert!(bot.events.failure().await.message.ends_with(words));
        assert_eq!(bot.events.closed().await, (1, 1006));
    }
}

#[tokio::test]
async fn binary_messages_are_text_with_replacements() {
    let (_peer, mut bot, mut socket, _) = open(json!({})).await;
    socket.frame(true, BINARY, notification(1).as_bytes()).await;
    assert_eq!(bot.events.message().await, notification(1));
    socket.frame(true, BINARY, b"{\"kind\":\"notification\",\"body\":\"\xff\"}").await;
    assert_eq!(bot.events.message().await, "{\"kind\":\"notification\",\"body\":\"\u{fffd}\"}");
}

#[tokio::test]
async fn fragments_are_joined_and_control_frames_between_them_answered() {
    let (_peer, mut bot, mut socket, _) = open(json!({})).await;
    let text = r#"{"kind":"notification","body":"ää"}"#;
    // One byte a frame, so that characters are cut through.
    let bytes = text.as_bytes();
    for (n, byte) in bytes.iter().enumerate() {
        socket.frame(n + 1 == bytes.len(), if n == 0 { TEXT } else { CONTINUATION }, &[*byte]).await;
        if n == 5 {
            socket.frame(true, PING, b"are you there").await;
            socket.frame(true, PONG, b"unasked").await;
        }
    }
    assert_eq!(bot.events.message().await, text);
    let pong = socket.next_but_pings().await;
    assert_eq!((pong.opcode, pong.payload.as_slice()), (PONG, &b"are you there"[..]));
}

#[tokio::test]
async fn long_and_deep_messages_come_through() {
    let (_peer, mut bot, mut socket, _) = open(json!({})).await;
    let long = format!(r#"{{"kind":"notification","body":"{}"}}"#, "ä".repeat(5_000_000));
    socket.text(&long).await;
    assert!(bot.events.message().await == long, "10 MB, unchanged");
    let deep = format!(r#"{{"kind":"notification","body":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    socket.text(&deep).await;
    assert_eq!(bot.events.message().await, deep);
}

#[tokio::test]
async fn what_is_no_message_is_dropped_or_left_to_javascript() {
    let (_peer, mut bot, mut socket, _) = open(json!({})).await;
    for dropped in ["{}", r#"{"kind":"req"}"#, r#"{"kind":5}"#, r#"{"kind":null,"type":"x"}"#] {
        socket.text(dropped).await;
    }
    for unreadable in ["", "hello", "[1]", r#"{"kind":"resp","kind":"notification"}"#] {
        socket.text(unreadable).await;
        match bot.events.next("an unreadable message").await {
            Event::Unreadable { text } => assert_eq!(text.as_str(), unreadable),
            other => panic!("an unreadable message, not {other:?}"),
        }
    }
}

#[tokio::test]
async fn notifications_that_nobody_wants_are_dropped_and_answers_are_not() {
    let (_peer, mut bot, mut socket, _) = open(json!({})).await;
    *bot.ear.wanted.lock().unwrap() = Some(HashSet::from([".wanted".to_owned()]));
    socket.text(r#"{"kind":"notification","type":".unwanted","body":{}}"#).await;
    for text in [
        // Something may be wrong with what has no object for a body; the bot hears of that.
        r#"{"kind":"notification","type":".unwanted","body":[]}"#,
        r#"{"kind":"notification","type":".unwanted"}"#,
        r#"{"kind":"notification","type":".wanted","body":{}}"#,
        r#"{"kind":"notification","type":"\u002ewanted","body":{}}"#,
        r#"{"kind":"notification","type":7,"body":{}}"#,
        r#"{"kind":"resp","reqId":"1","type":".test"}"#,
    ] {
        socket.text(text).await;
        assert_eq!(bot.events.message().await, text);
    }
}

#[tokio::test]
async fn frames_go_out_in_order_and_masked() {
    use node_agent_sdk_rs::core::client::Command;

    use crate::support::bot::request;
    let (_peer, bot, mut socket, connection) = open(json!({})).await;
    let text = |n: usize| format!(r#"{{"kind":"req","id":"{n}","body":"{}"}}"#, "ä".repeat(n * n * 100));
    let frames = (0..20).map(|n| request(&n.to_string(), &text(n), 10_000)).collect();
    bot.client.ask(Command::Send { connection, frames });
    for n in 0..20 {
        let frame = socket.next_but_pings().await;
        assert!(frame.opcode != CLOSE && frame.text() == text(n), "frame {n}");
    }
}
