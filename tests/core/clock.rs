//! Deadlines, keep-alive and pauses, in memory and under a paused clock.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use node_agent_sdk_rs::core::config::Settings;
use node_agent_sdk_rs::core::connection::Connection;
use node_agent_sdk_rs::core::event::Event;
use node_agent_sdk_rs::core::socket::Socket;
use tokio::io::{BufReader, DuplexStream, duplex};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use crate::support::WebSocket;
use crate::support::bot::{Ear, Events, request};
use crate::support::websocket::{CLOSE, PING, PONG, TEXT, frame, notification};

const S: Duration = Duration::from_secs(1);

fn settings() -> Settings {
    Settings::parse(r#"{"account":"1","pingInterval":60000,"pongTimeout":30000}"#).unwrap()
}

/// A connection on a stream in memory, and its peer.
async fn connection(buffer: usize) -> (Connection<BufReader<DuplexStream>>, WebSocket, Arc<Ear>, Events) {
    let (here, there) = duplex(buffer);
    let (ear, events) = Ear::new();
    let socket = Socket::over(BufReader::new(here), &settings()).await;
    (Connection::new(1, 1, socket, &settings(), ear.clone()), WebSocket::new(there), ear, events)
}

/// Runs it to its end: the close code, and when that was.
fn run(mut connection: Connection<BufReader<DuplexStream>>) -> JoinHandle<(u16, Duration)> {
    let start = Instant::now();
    tokio::spawn(async move {
        let code = poll_fn(|cx| connection.poll(cx)).await;
        (code, start.elapsed())
    })
}

/// The next frame and the second at which it came.
async fn next(peer: &mut WebSocket, start: Instant) -> (u8, u64) {
    let frame = peer.read().await.expect("a frame");
    (frame.opcode, start.elapsed().as_secs())
}

fn answer(id: &str) -> String {
    format!(r#"{{"kind":"resp","reqId":"{id}","code":200}}"#)
}

#[tokio::test(start_paused = true)]
async fn pings_at_once_and_at_each_interval() {
    let (connection, mut peer, _ear, _events) = connection(1024).await;
    let (start, end) = (Instant::now(), run(connection));
    for n in 0..4 {
        assert_eq!(next(&mut peer, start).await, (PING, n * 60));
        peer.frame(true, PONG, b"").await;
    }
    assert!(!end.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_missing_pong_is_the_end() {
    let (connection, _peer, _ear, mut events) = connection(1024).await;
    assert_eq!(run(connection).await.unwrap(), (1006, 30 * S));
    assert!(events.now().is_none(), "no error");
}

#[tokio::test(start_paused = true)]
async fn any_frame_is_a_sign_of_life() {
    let (connection, mut peer, _ear, _events) = connection(1024).await;
    let end = run(connection);
    sleep(29 * S).await;
    peer.notify(1).await;
    // The next ping, at 60 s, goes unanswered.
    assert_eq!(end.await.unwrap(), (1006, 90 * S));
}

#[tokio::test(start_paused = true)]
async fn a_request_times_out_on_time_and_once() {
    let (mut connection, mut peer, _ear, mut events) = connection(1024).await;
    let request = |id: &str, ms| request(id, "{}", ms);
    connection.send(vec![request("a", 700), request("b", 300), request("c", 500), request("d", 300)]);
    let (start, _end) = (Instant::now(), run(connection));
    peer.text(&answer("c")).await;
    events.message().await;
    let mut lapsed = vec![];
    while lapsed.len() < 3 {
        let ids = events.timed_out().await;
        lapsed.extend(ids.into_iter().map(|id| (id, start.elapsed().as_millis())));
    }
    assert_eq!(lapsed, [("b".into(), 300), ("d".into(), 300), ("a".into(), 700)]);
    peer.text(&answer("a")).await;
    assert_eq!(events.message().await, answer("a"), "a late answer is JavaScript's to drop");
}

#[tokio::test(start_paused = true)]
async fn an_endless_timeout_is_no_panic() {
    let (mut connection, mut peer, _ear, mut events) = connection(1024).await;
    let mut endless = request("a", "{}", 0);
    endless.timeout = Duration::MAX;
    connection.send(vec![endless]);
    let _end = run(connection);
    peer.notify(1).await;
    events.message().await;
}

#[tokio::test(start_paused = true)]
async fn deadlines_stand_still_while_nothing_is_admitted() {
    let (mut connection, mut peer, ear, mut events) = connection(1 << 20).await;
    connection.send(vec![request("a", "{}", 10_000), request("b", "{}", 10_000)]);
    let end = run(connection);
    sleep(4 * S).await;
    ear.open.send_replace(false);
    peer.notify(1).await;
    peer.text(&answer("a")).await;
    peer.frame(true, PONG, b"").await;
    // Ten minutes: neither the pong nor the answers are late, since nobody looks.
    sleep(600 * S).await;
    assert!(events.now().is_none());
    assert!(!end.is_finished());
    let resumed = Instant::now();
    ear.open.send_replace(true);
    assert_eq!(events.message().await, notification(1));
    assert_eq!(events.message().await, answer("a"), "what has arrived is read before anything is late");
    assert_eq!(events.timed_out().await, ["b"]);
    assert_eq!(resumed.elapsed(), 6 * S, "four of its ten seconds had gone");
    assert!(!end.is_finished(), "the pong was there");
}

#[tokio::test(start_paused = true)]
async fn pings_go_on_while_nothing_is_admitted() {
    let (connection, mut peer, ear, _events) = connection(1 << 20).await;
    let start = Instant::now();
    let end = run(connection);
    assert_eq!(next(&mut peer, start).await, (PING, 0));
    ear.open.send_replace(false);
    peer.notify(1).await;
    for n in 1..5 {
        assert_eq!(next(&mut peer, start).await, (PING, n * 60), "the service drops who is silent for 60 s");
    }
    assert!(!end.is_finished());
    ear.open.send_replace(true);
    // Nothing came since; the answer to the last ping has its 30 seconds.
    assert_eq!(end.await.unwrap().0, 1006);
    assert!(start.elapsed() >= 270 * S, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_does_not_answer_our_close_frame() {
    let (mut connection, mut peer, _ear, _events) = connection(1024).await;
    connection.close(Some(1000), "");
    let end = run(connection);
    assert_eq!(peer.read().await.unwrap().opcode, CLOSE);
    assert_eq!(end.await.unwrap(), (1006, 30 * S));
    assert!(peer.read().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_closes_and_does_not_read_the_echo() {
    let (mut connection, mut peer, _ear, _events) = connection(64).await;
    // More than the stream holds, so that the echo cannot leave.
    connection.send(vec![request("a", &"x".repeat(1000), 60_000)]);
    let end = run(connection);
    peer.close(Some(4401), "").await;
    assert_eq!(end.await.unwrap(), (4401, 30 * S));
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_does_not_read_gets_everything_once_it_does() {
    let (mut connection, mut peer, _ear, mut events) = connection(64).await;
    let texts: Vec<_> = (0..50).map(|n| format!("{n}{}", "x".repeat(500))).collect();
    connection.send(texts.iter().map(|text| request(&text[..2], text, 600_000)).collect());
    let _end = run(connection);
    peer.notify(1).await;
    events.message().await;
    sleep(20 * S).await;
    let mut got = vec![];
    while got.len() < texts.len() {
        let frame = peer.read().await.expect("a frame");
        if frame.opcode == TEXT {
            got.push(frame.text().to_owned());
        }
    }
    assert_eq!(got, texts);
}

#[tokio::test(start_paused = true)]
async fn a_flood_leaves_the_others_their_turn() {
    let (connection, mut peer, ear, _events) = connection(1 << 20).await;
    *ear.wanted.lock().unwrap() = Some(std::collections::HashSet::new());
    let end = run(connection);
    // The peer writes whenever there is room, the connection reads whenever there is something: without a budget neither
    // would ever wait, and the timer below never fire.
    let flood = tokio::spawn(async move {
        let frames = frame(true, TEXT, notification(1).as_bytes()).repeat(2000);
        while peer.try_raw(&frames).await.is_ok() {}
    });
    for _ in 0..5 {
        tokio::task::yield_now().await;
    }
    assert!(!end.is_finished() && !flood.is_finished());
    assert_eq!(ear.refused.load(Ordering::Relaxed), 0);
}

#[tokio::test(start_paused = true)]
async fn back_pressure_reaches_the_peer() {
    let (connection, mut peer, ear, mut events) = connection(4096).await;
    ear.open.send_replace(false);
    let _end = run(connection);
    let frames = frame(true, TEXT, notification(1).as_bytes());
    let mut written = 0;
    // Under a paused clock the time-out comes when nothing else can happen any more.
    while timeout(S, peer.try_raw(&frames)).await.is_ok() {
        written += frames.len();
        assert!(written < 100_000, "the peer's writes must stall");
    }
    assert_eq!(ear.refused.load(Ordering::Relaxed), 1, "one message is held, no more are read");
    assert!(events.now().is_none());
    ear.open.send_replace(true);
    assert!(matches!(events.next("the first message").await, Event::Message { .. }));
}
