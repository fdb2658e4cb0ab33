//! How a WebSocket ends.

use node_agent_sdk_rs::core::client::Command;
use serde_json::json;

use crate::support::websocket::{CLOSE, WebSocket};
use crate::support::{Bot, Peer};

async fn open() -> (Peer, Bot, WebSocket, u32) {
    let mut peer = Peer::start().await;
    let mut bot = Bot::new();
    let connection = bot.open(1, peer.settings(json!({}))).await;
    let socket = peer.socket().await;
    (peer, bot, socket, connection)
}

#[tokio::test]
async fn the_services_close_code_is_told_and_echoed() {
    for (code, reason) in [(1000, ""), (1011, "oops"), (4401, "token expired"), (4407, "ä"), (3000, ""), (4999, "x")] {
        let (_peer, mut bot, mut socket, _) = open().await;
        socket.close(Some(code), reason).await;
        assert_eq!(bot.events.closed().await, (1, code));
        assert_eq!(socket.next_but_pings().await.close(), Some((code, reason)));
        socket.gone().await;
    }
}

#[tokio::test]
async fn a_close_frame_without_a_code_is_1005() {
    let (_peer, mut bot, mut socket, _) = open().await;
    socket.close(None, "").await;
    assert_eq!(bot.events.closed().await, (1, 1005));
    assert_eq!(socket.next_but_pings().await.close(), None);
}

#[tokio::test]
async fn a_cut_is_1006_without_an_error() {
    let (_peer, mut bot, socket, _) = open().await;
    drop(socket);
    assert_eq!(bot.events.closed().await, (1, 1006));
}

#[tokio::test]
async fn our_own_close_goes_out_as_asked() {
    for (code, reason, answer) in [(Some(1000), "bye", Some(1000)), (Some(4000), "", Some(1011)), (None, "", None)] {
        let (_peer, mut bot, mut socket, connection) = open().await;
        bot.send(connection, "1", r#"{"kind":"req","id":"1"}"#);
        bot.close(code, reason);
        assert_eq!(socket.next_but_pings().await.text(), r#"{"kind":"req","id":"1"}"#);
        assert_eq!(socket.next_but_pings().await.close(), code.map(|code| (code, reason)));
        // What was on its way is still heard.
        socket.notify(1).await;
        socket.close(answer, "").await;
        assert!(bot.events.message().await.contains(".test"));
        assert_eq!(bot.events.closed().await, (1, answer.unwrap_or(1005)));
        socket.gone().await;
    }
}

#[tokio::test]
async fn a_reason_is_cut_to_what_a_frame_has_room_for() {
    let (_peer, _bot, mut socket, _) = {
        let (peer, bot, socket, connection) = open().await;
        bot.close(Some(4000), &"ä".repeat(100));
        (peer, bot, socket, connection)
    };
    assert_eq!(socket.next_but_pings().await.close(), Some((4000, "ä".repeat(61).as_str())));
}

#[tokio::test]
async fn close_codes_that_nobody_may_send_are_an_error() {
    for code in [0, 999, 1004, 1005, 1006, 1015, 2999, 5000] {
        let (_peer, mut bot, mut socket, _) = open().await;
        socket.close(Some(code), "").await;
        let error = bot.events.failure().await;
        assert!(error.message.starts_with("Error on WS connection: Invalid WebSocket frame"), "{}", error.message);
        assert_eq!(bot.events.closed().await, (1, 1006), "{code}");
        assert_eq!(socket.next_but_pings().await.close().map(|(code, _)| code), Some(1002));
    }
}

#[tokio::test]
async fn malformed_close_frames_are_an_error() {
    let not_utf8 = [&1000_u16.to_be_bytes()[..], b"\xff"].concat();
    for payload in [&b"x"[..], &not_utf8] {
        let (_peer, mut bot, mut socket, _) = open().await;
        socket.frame(true, CLOSE, payload).await;
        bot.events.failure().await;
        assert_eq!(bot.events.closed().await, (1, 1006));
    }
}

#[tokio::test]
async fn cut_ends_at_once() {
    let (_peer, mut bot, mut socket, _) = open().await;
    bot.client.ask(Command::Cut);
    assert_eq!(bot.events.closed().await, (1, 1006));
    socket.gone().await;
    bot.client.ask(Command::Cut);
    bot.close(None, "");
    bot.client.ask(Command::Ping);
    assert!(bot.events.now().is_none());
}
