//! The login: what goes out, what is made of the answer.

use node_agent_sdk_rs::core::event::Step;
use serde_json::{Value, json};

use crate::support::peer::login;
use crate::support::{Answer, Bot, Peer, Route};

#[tokio::test]
async fn the_four_kinds_of_credentials_go_out_as_given() {
    let peer = Peer::start().await;
    for body in [
        r#"{"username":"u","password":"p\"ä"}"#,
        r#"{"jwt":"dummy","assertion":"PHNhbWw+"}"#,
        r#"{"username":"u","appKey":"k","secret":"s","accessToken":"t","accessTokenSecret":"ts"}"#,
    ] {
        let mut bot = Bot::new();
        bot.open(1, peer.settings(json!({"login": body, "version": "7.7.7", "headers": [["X-Mine", "1"]]}))).await;
        let call = peer.last(Route::Login);
        assert_eq!((call.method.as_str(), call.path.as_str()), ("POST", "/api/account/1/login?v=1.3"));
        assert_eq!(call.body, body);
        assert_eq!(call.header_names(), ["accept", "content-length", "content-type", "host", "user-agent"]);
        assert_eq!(call.header("accept"), Some("application/json"));
        assert_eq!(call.header("content-type"), Some("application/json"));
        assert_eq!(call.header("user-agent"), Some("NodeAgentSDK/7.7.7"));
    }
}

#[tokio::test]
async fn a_ready_token_needs_no_login() {
    let mut peer = Peer::start().await;
    let mut bot = Bot::new();
    bot.connect(1, peer.settings(json!({"token": "ready"})));
    bot.events.domains().await;
    assert!(bot.events.signed_in().await.is_none());
    bot.events.opened().await;
    peer.socket().await;
    assert!(peer.requests(Route::Login).is_empty());
    assert!(peer.last(Route::Upgrade).path.contains("/brand/ready?"));
}

#[tokio::test]
async fn what_the_service_sent_is_handed_on_as_it_sent_it() {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    peer.always(Route::Login, Answer::ok(r#"{"csrf":null,"bearer":12,"config":{"userId":7.0,"userPid":"ä\u00e4"}}"#));
    bot.connect(1, peer.settings(json!({})));
    bot.events.domains().await;
    let answer = bot.events.signed_in().await.unwrap();
    let told = serde_json::to_string(&answer).unwrap();
    assert_eq!(told, r#"{"userId":7.0,"userPid":"ä\u00e4","csrf":null,"bearer":12}"#);
    bot.events.opened().await;
    assert!(peer.last(Route::Upgrade).path.contains("/brand/12?"));
}

async fn failure(answer: Answer) -> node_agent_sdk_rs::core::error::Error {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    peer.always(Route::Login, answer);
    bot.connect(1, peer.settings(json!({})));
    bot.events.domains().await;
    let (step, error) = bot.events.failed().await;
    assert_eq!(step, Step::Login);
    assert!(peer.requests(Route::Upgrade).is_empty());
    error
}

#[tokio::test]
async fn an_answer_without_what_is_needed_is_an_error() {
    let without = |field: &str| {
        let mut body = login();
        body[field] = Value::Null;
        Answer::ok(body)
    };
    for (answer, message) in [
        (without("config"), "invalid login state, userId is undefined"),
        (Answer::ok(json!({"bearer": "b", "config": {"userId": ""}})), "invalid login state, userId is undefined"),
        (Answer::ok("<html>"), "invalid login state, userId is undefined"),
        (without("bearer"), "could not generate token"),
    ] {
        let error = failure(answer).await;
        assert_eq!((error.message.as_str(), error.code.is_none()), (message, true));
    }
}

#[tokio::test]
async fn a_refusal_keeps_the_servers_words() {
    let error = failure(Answer::status(401, "Wrong password again", r#"{"error":{"internalCode":3}}"#)).await;
    assert_eq!(error.message, "Error on AgentVEP login: Wrong password again");
    assert_eq!(error.code.unwrap().get(), "401");
    assert_eq!(error.body.as_deref(), Some(r#"{"error":{"internalCode":3}}"#));

    let error = failure(Answer::ok(r#"{"error":{"internalCode":3}}"#)).await;
    assert_eq!((error.message.as_str(), error.code.unwrap().get()), ("Error on AgentVEP login: ", "3"));
    assert_eq!(error.detail.unwrap().get(), r#"{"internalCode":3}"#);
}

#[tokio::test]
async fn a_redirect_of_the_login_is_an_error() {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    let there = format!("https://{}/login/elsewhere", peer.host());
    peer.always(Route::Login, Answer::status(302, "Found", "").with("Location", &there));
    bot.connect(1, peer.settings(json!({})));
    bot.events.domains().await;
    let (_, error) = bot.events.failed().await;
    assert_eq!((error.message.as_str(), error.code.unwrap().get()), ("Error on AgentVEP login: Found", "302"));
    assert_eq!(peer.requests(Route::Login).len(), 1);
}

#[tokio::test]
async fn credentials_are_in_no_debug_text() {
    let peer = Peer::start().await;
    let settings = peer.settings(json!({
        "login": "hush-1", "token": "hush-2", "key": ["hush-3"], "httpProxy": "http://u:hush-4@h",
        "wsProxy": "http://u:hush-5@h", "headers": [["Authorization", "hush-6"]],
    }));
    let text = format!("{settings:?}");
    assert!(!text.contains("hush"), "{text}");
}
