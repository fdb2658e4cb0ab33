//! The session refresh.

use node_agent_sdk_rs::core::event::{Event, Step};
use serde_json::json;

use crate::support::{Answer, Bot, Peer, Route};

async fn signed_in() -> (Peer, Bot) {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    bot.open(1, peer.settings(json!({}))).await;
    (peer, bot)
}

#[tokio::test]
async fn the_call_has_the_csrf_and_the_cookies() {
    let (peer, mut bot) = signed_in().await;
    // `host` takes agentVep's place for the login alone.
    bot.refresh(2, peer.settings(json!({"host": "nowhere.invalid", "version": "1.2.3"})));
    bot.events.domains().await;
    assert!(matches!(bot.events.next("refreshed").await, Event::Refreshed { op: 2 }));
    let call = peer.last(Route::Refresh);
    assert_eq!((call.method.as_str(), call.path.as_str()), ("POST", "/api/account/1/refresh?v=1.3"));
    assert_eq!(call.body, r#"{"csrf":"c1"}"#);
    assert_eq!(call.header_names(), ["accept", "content-length", "content-type", "cookie", "host", "user-agent"]);
    assert_eq!(call.header("cookie"), Some("Session_id=s1"));
    assert_eq!(call.header("user-agent"), Some("NodeAgentSDK/1.2.3"));
}

#[tokio::test]
async fn an_empty_or_unreadable_200_is_a_success() {
    let (peer, mut bot) = signed_in().await;
    peer.script(Route::Refresh, ["", "<html>", "{}", r#"{"error":null}"#].map(Answer::ok));
    for _ in 0..4 {
        bot.refresh(2, peer.settings(json!({})));
        bot.events.domains().await;
        assert!(matches!(bot.events.next("refreshed").await, Event::Refreshed { .. }));
    }
}

#[tokio::test]
async fn the_cookies_of_the_answer_count() {
    let (peer, mut bot) = signed_in().await;
    peer.script(Route::Refresh, [Answer::ok("").with("Set-Cookie", "Session_id=s2; Path=/; Secure")]);
    bot.refresh(2, peer.settings(json!({})));
    bot.events.domains().await;
    bot.events.next("refreshed").await;
    assert_eq!(bot.client.jar.cookies(&format!("https://{}/", peer.host())), "Session_id=s2");
}

#[tokio::test]
async fn a_401_signs_in_anew_and_leaves_the_socket() {
    let (peer, mut bot) = signed_in().await;
    peer.script(Route::Refresh, [Answer::status(401, "Unauthorized", r#"{"error":{"internalCode":10}}"#)]);
    bot.refresh(2, peer.settings(json!({})));
    bot.events.domains().await;
    assert!(bot.events.signed_in().await.is_some());
    assert_eq!(peer.requests(Route::Login).len(), 2);
    assert_eq!(peer.requests(Route::Upgrade).len(), 1);
    assert!(bot.events.now().is_none(), "no closed");
}

#[tokio::test]
async fn other_answers_are_errors() {
    let (peer, mut bot) = signed_in().await;
    peer.script(Route::Refresh, [Answer::status(500, "Oh", ""), Answer::ok(r#"{"error":{"internalCode":1}}"#)]);
    for (message, code) in [("Oh", "500"), ("", "1")] {
        bot.refresh(2, peer.settings(json!({})));
        bot.events.domains().await;
        let (step, error) = bot.events.failed().await;
        assert_eq!(step, Step::Refresh);
        assert_eq!(error.message, format!("Error on AgentVEP RefreshSession: {message}"));
        assert_eq!(error.code.unwrap().get(), code);
    }
}

#[tokio::test]
async fn a_401_whose_sign_in_fails_is_a_failed_login() {
    let (peer, mut bot) = signed_in().await;
    peer.script(Route::Refresh, [Answer::status(401, "Unauthorized", "")]);
    peer.script(Route::Login, [Answer::status(429, "Slow down", "")]);
    bot.refresh(2, peer.settings(json!({})));
    bot.events.domains().await;
    let (step, error) = bot.events.failed().await;
    assert_eq!((step, error.message.as_str()), (Step::Login, "Error on AgentVEP login: Slow down"));
}
