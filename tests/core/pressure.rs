//! Back-pressure on real sockets.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::json;

use crate::support::websocket::{TEXT, frame, notification};
use crate::support::{Bot, Peer, within};

#[tokio::test]
async fn a_bot_that_admits_nothing_stalls_its_peer_and_loses_nothing() {
    let mut peer = Peer::start().await;
    let mut bot = Bot::new();
    bot.open(1, peer.settings(json!({}))).await;
    let mut socket = peer.socket().await;
    bot.ear.open.send_replace(false);
    let body = "x".repeat(10_000);
    let message = |n: usize| format!(r#"{{"kind":"notification","type":".test","body":"{n} {body}"}}"#);
    const COUNT: usize = 5000;
    let mut writing = tokio::spawn({
        let frames: Vec<_> = (0..COUNT).map(|n| frame(true, TEXT, message(n).as_bytes())).collect();
        async move {
            for frame in frames {
                socket.try_raw(&frame).await.unwrap();
            }
            socket
        }
    });
    // 50 MB do not fit between the two: the writer is not done, however long it is given, and one message was looked at.
    assert!(tokio::time::timeout(Duration::from_secs(1), &mut writing).await.is_err());
    assert_eq!(bot.ear.refused.load(Ordering::Relaxed), 1);
    bot.ear.open.send_replace(true);
    for n in 0..COUNT {
        assert!(bot.events.message().await == message(n), "message {n}");
    }
    within("the writer", writing).await.unwrap();
}

#[tokio::test]
async fn a_flooded_bot_does_not_starve_another() {
    let mut peer = Peer::start().await;
    let (mut flooded, mut other) = (Bot::new(), Bot::new());
    flooded.open(1, peer.settings(json!({}))).await;
    let mut flood = peer.socket().await;
    *flooded.ear.wanted.lock().unwrap() = Some([String::new()].into());
    other.open(1, peer.settings(json!({"account": "2"}))).await;
    let mut socket = peer.socket().await;
    let flooding = tokio::spawn(async move {
        let unwanted = r#"{"kind":"notification","type":".unwanted","body":{}}"#;
        let frames = frame(true, TEXT, unwanted.as_bytes()).repeat(1000);
        loop {
            flood.raw(&frames).await;
        }
    });
    for n in 0..5 {
        socket.notify(n).await;
        assert_eq!(other.events.message().await, notification(n));
    }
    flooding.abort();
}
