//! One agent's machine: attempts that replace each other, stale sends, ends.

use std::sync::atomic::Ordering;

use node_agent_sdk_rs::core::client::Command;
use node_agent_sdk_rs::core::event::Event;
use serde_json::json;

use crate::support::{Answer, Bot, Peer, Route};

#[tokio::test]
async fn an_answer_meets_its_request() {
    let mut peer = Peer::start().await;
    let mut bot = Bot::new();
    let connection = bot.open(1, peer.settings(json!({}))).await;
    let mut socket = peer.socket().await;
    bot.send(connection, "r1", r#"{"kind":"req","id":"r1","type":".GetClock","body":{}}"#);
    assert!(socket.next_but_pings().await.text().contains("r1"));
    let answer = r#"{"kind":"resp","reqId":"r1","code":200,"body":{"currentTime":1},"type":".GetClock$Response"}"#;
    socket.text(answer).await;
    assert_eq!(bot.events.message().await, answer);
}

#[tokio::test]
async fn a_new_attempt_replaces_the_one_under_way() {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    for route in [Route::LookUp, Route::Login, Route::Upgrade] {
        peer.script(route, [Answer::Hang]);
        let settings = || peer.settings(json!({"account": format!("{route:?}")}));
        let before = peer.requests(route).len();
        bot.connect(1, settings());
        peer.called(route, before + 1).await;
        bot.connect(2, settings());
        // Of the first nothing is heard but what had happened before it was replaced.
        loop {
            match bot.events.next("the second to be open").await {
                Event::Opened { op, .. } => break assert_eq!(op, 2, "{route:?}"),
                Event::Domains { .. } | Event::SignedIn { .. } | Event::Closed { code: 1006, .. } => {}
                other => panic!("{route:?}: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn the_old_socket_lives_until_the_new_one_is_dialled() {
    let mut peer = Peer::start().await;
    let mut bot = Bot::new();
    bot.open(1, peer.settings(json!({}))).await;
    let mut old = peer.socket().await;
    peer.script(Route::Login, [Answer::Hang]);
    bot.connect(2, peer.settings(json!({"account": "2"})));
    bot.events.domains().await;
    peer.called(Route::Login, 2).await;
    old.notify(1).await;
    assert!(bot.events.message().await.contains(".test"));
    bot.connect(3, peer.settings(json!({})));
    bot.events.domains().await;
    bot.events.signed_in().await;
    assert_eq!(bot.events.closed().await, (1, 1006));
    assert_eq!(bot.events.opened().await, 2);
    old.gone().await;
}

#[tokio::test]
async fn a_login_that_fails_leaves_the_open_socket() {
    let mut peer = Peer::start().await;
    let mut bot = Bot::new();
    bot.open(1, peer.settings(json!({}))).await;
    let mut socket = peer.socket().await;
    peer.script(Route::Login, [Answer::status(500, "No", "")]);
    bot.connect(2, peer.settings(json!({})));
    bot.events.domains().await;
    bot.events.failed().await;
    socket.notify(1).await;
    bot.events.message().await;
}

#[tokio::test]
async fn a_send_for_a_connection_that_is_gone_is_dropped() {
    let mut peer = Peer::start().await;
    let mut bot = Bot::new();
    let first = bot.open(1, peer.settings(json!({}))).await;
    drop(peer.socket().await);
    assert_eq!(bot.events.closed().await, (1, 1006));
    bot.dial(2, peer.settings(json!({"token": "b1"})));
    let second = bot.events.opened().await;
    assert_ne!(first, second);
    let mut socket = peer.socket().await;
    bot.send(first, "stale", "stale");
    bot.send(second, "fresh", "fresh");
    assert_eq!(socket.next_but_pings().await.text(), "fresh");
}

#[tokio::test]
async fn a_dial_before_any_session_fails() {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    bot.dial(1, peer.settings(json!({"token": "t"})));
    assert!(bot.events.failure().await.message.starts_with("Error on WS connection: "));
    assert_eq!(bot.events.closed().await, (1, 1006));
}

#[tokio::test]
async fn a_socket_that_is_given_up_while_it_is_dialled() {
    let peer = Peer::start().await;
    for (n, command) in [Command::Close { code: None, reason: String::new() }, Command::Cut].into_iter().enumerate() {
        let mut bot = Bot::new();
        peer.script(Route::Upgrade, [Answer::Hang]);
        bot.connect(1, peer.settings(json!({"domainTtl": 0})));
        bot.events.domains().await;
        bot.events.signed_in().await;
        peer.called(Route::Upgrade, n + 1).await;
        bot.client.ask(command);
        let message = "Error on WS connection: WebSocket was closed before the connection was established";
        assert_eq!(bot.events.failure().await.message, message);
        assert_eq!(bot.events.closed().await, (1, 1006));
    }
}

#[tokio::test]
async fn a_close_during_the_login_is_about_no_socket() {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    bot.close(None, "");
    bot.connect(1, peer.settings(json!({})));
    bot.close(None, "");
    bot.client.ask(Command::Cut);
    bot.events.domains().await;
    bot.events.signed_in().await;
    bot.events.opened().await;
}

#[tokio::test]
async fn dropping_the_client_ends_everything() {
    let mut peer = Peer::start().await;
    let mut bot = Bot::new();
    let connection = bot.open(1, peer.settings(json!({}))).await;
    let mut socket = peer.socket().await;
    bot.send(connection, "1", "last words");
    let Bot { client, mut events, .. } = bot;
    drop(client);
    socket.gone().await;
    assert!(events.now().is_none(), "nothing is heard any more");

    let bot = Bot::new();
    peer.script(Route::Login, [Answer::Hang]);
    bot.connect(1, peer.settings(json!({})));
    peer.called(Route::Login, 2).await;
    drop(bot);
    // The peer's side of the hanging call sees its end: the next one is served by a new connection.
    let mut other = Bot::new();
    other.open(1, peer.settings(json!({"account": "2"}))).await;
}

#[tokio::test]
async fn a_panic_ends_the_connection_and_not_the_agent() {
    let mut peer = Peer::start().await;
    let mut bot = Bot::new();
    bot.open(1, peer.settings(json!({}))).await;
    let mut socket = peer.socket().await;
    bot.ear.panics.store(true, Ordering::Relaxed);
    socket.notify(1).await;
    assert!(bot.events.failure().await.message.contains("internal error"));
    assert_eq!(bot.events.closed().await, (1, 1006));
    socket.gone().await;
    bot.open(2, peer.settings(json!({"domainTtl": 0}))).await;
}

#[tokio::test]
async fn a_tls_session_is_resumed_by_the_next_dial() {
    let mut peer = Peer::start().await;
    let mut bot = Bot::new();
    bot.open(1, peer.settings(json!({}))).await;
    drop(peer.socket().await);
    assert_eq!(bot.events.closed().await, (1, 1006));
    bot.dial(2, peer.settings(json!({"token": "b1"})));
    bot.events.opened().await;
    assert!(peer.last(Route::Upgrade).is_resumed);
}
