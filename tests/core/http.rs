//! HTTP calls that get no answer, in Node's words.

use node_agent_sdk_rs::core::error::{Cause, Field};
use serde_json::json;

use crate::support::{Answer, Bot, Peer, Route};

/// The cause of a failed look-up.
async fn lookup(peer: &Peer, answer: Answer, more: serde_json::Value) -> Cause {
    let mut bot = Bot::new();
    peer.script(Route::LookUp, [answer]);
    bot.look_up(1, peer.settings(more));
    let (_, error) = bot.events.failed().await;
    let cause = error.cause.unwrap();
    assert_eq!(error.message, format!("Error on CSDS request: {}", cause.message));
    assert!(error.code.is_none());
    *cause
}

fn text(text: &str) -> Field {
    Field::Text(text.into())
}

#[tokio::test]
async fn cut_before_and_within_the_answer() {
    let peer = Peer::start().await;
    let code = vec![("code", text("ECONNRESET"))];
    for (answer, message) in [
        (Answer::Cut, "socket hang up"),
        (Answer::Raw("HTTP/1.1 200".into()), "socket hang up"),
        (Answer::cut_within(), "aborted"),
        (Answer::Raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab".into()), "aborted"),
    ] {
        let cause = lookup(&peer, answer.clone(), json!({})).await;
        assert_eq!((cause.message.as_str(), &cause.fields), (message, &code), "{answer:?}");
    }
}

#[tokio::test]
async fn no_answer_ends_at_the_deadline() {
    let peer = Peer::start().await;
    for answer in [Answer::Hang, Answer::status(200, "OK", "x").with("Content-Length", "9")] {
        let cause = lookup(&peer, answer, json!({"httpTimeout": 100})).await;
        assert!(matches!(cause.code(), Some("ETIMEDOUT" | "HPE_INVALID_CONSTANT")), "{cause:?}");
    }
    let cause = lookup(&peer, Answer::Hang, json!({"httpTimeout": 100})).await;
    assert_eq!(cause.message, "no answer within 100 ms");
}

#[tokio::test]
async fn a_refused_connection_names_the_address() {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    // Nobody listens at a port that was ours a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for host in [format!("127.0.0.1:{port}"), format!("some.localhost:{port}")] {
        bot.look_up(1, peer.settings(json!({"csdsDomain": host})));
        let cause = bot.events.failed().await.1.cause.unwrap();
        assert_eq!(cause.message, format!("connect ECONNREFUSED 127.0.0.1:{port}"));
        assert_eq!(
            cause.fields,
            [
                ("errno", Field::Number(if cfg!(windows) { -4078 } else { -i64::from(refused()) })),
                ("code", text("ECONNREFUSED")),
                ("syscall", text("connect")),
                ("address", text("127.0.0.1")),
                ("port", Field::Number(port.into())),
            ]
        );
    }
}

/// This system's number, found by being refused.
fn refused() -> i32 {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    std::net::TcpStream::connect(("127.0.0.1", port)).unwrap_err().raw_os_error().unwrap()
}

#[tokio::test]
async fn an_unknown_name_is_named() {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    // By definition there is none (RFC 6761 §6.4), so nobody is asked.
    let name = "some.invalid";
    bot.look_up(1, peer.settings(json!({"csdsDomain": name})));
    let cause = bot.events.failed().await.1.cause.unwrap();
    assert_eq!(cause.message, format!("getaddrinfo ENOTFOUND {name}"));
    assert_eq!(
        cause.fields,
        [
            ("errno", Field::Number(-3008)),
            ("code", text("ENOTFOUND")),
            ("syscall", text("getaddrinfo")),
            ("hostname", text(name)),
        ]
    );
}

#[tokio::test]
async fn a_host_that_is_none_is_an_error_and_no_panic() {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    for host in ["", ":", "a b", "[::1", "x:99999", "\u{0}"] {
        bot.look_up(1, peer.settings(json!({"csdsDomain": host})));
        let cause = bot.events.failed().await.1.cause.unwrap();
        assert_eq!(cause.code(), Some("ERR_INVALID_URL"), "{host:?}: {cause:?}");
    }
    bot.connect(2, peer.settings(json!({"domains": {"facadeMsg": "a b"}})));
    bot.events.domains().await;
    bot.events.signed_in().await;
    assert_eq!(bot.events.failure().await.cause.unwrap().code(), Some("ERR_INVALID_URL"));
    assert_eq!(bot.events.closed().await, (2, 1006));
}

#[tokio::test]
async fn happy_eyeballs_find_the_address_that_listens() {
    // `x.localhost` is 127.0.0.1 and ::1; the peer listens on the first alone.
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    let host = format!("x.localhost:{}", peer.port);
    let list = json!({"agentVep": host, "facadeMsg": host});
    bot.open(1, peer.settings(json!({"csdsDomain": host, "domains": list}))).await;
    assert_eq!(peer.last(Route::Upgrade).header("host"), Some(host.as_str()));
}
