//! The session's cookies, by RFC 6265.

use serde_json::json;

use crate::support::peer::login;
use crate::support::{Answer, Bot, Peer, Route};

/// The jar after a login with these `Set-Cookie` headers.
async fn jar(set: &[&str]) -> (Peer, Bot) {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    peer.always(Route::Login, set.iter().fold(Answer::ok(login()), |answer, set| answer.with("Set-Cookie", set)));
    bot.open(1, peer.settings(json!({}))).await;
    (peer, bot)
}

#[tokio::test]
async fn path_domain_and_age_decide() {
    let (peer, bot) = jar(&[
        "a=1; Path=/",
        "b=2; Path=/api/account/1",
        "c=3; Path=/api/account/2",
        "d=4; Max-Age=0",
        "e=5; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "f=6; Domain=elsewhere.example; Path=/",
        "g=7; Path=/; Max-Age=3600; HttpOnly; Secure",
        "h=8",
    ])
    .await;
    let to = |path: &str| bot.client.jar.cookies(&format!("https://{}{path}", peer.host()));
    assert_eq!(to("/api/account/1/refresh?v=1.3"), "b=2; h=8; a=1; g=7");
    assert_eq!(to("/api/account/2/refresh"), "c=3; a=1; g=7");
    assert_eq!(to("/"), "a=1; g=7");
    assert_eq!(bot.client.jar.cookies("https://other.localhost/"), "");
    assert_eq!(bot.client.jar.cookies("no url"), "");
}

#[tokio::test]
async fn the_longest_path_comes_first_then_the_oldest() {
    let (peer, bot) = jar(&["z=1; Path=/", "y=2; Path=/api/account", "x=3; Path=/api", "w=4; Path=/api/account"]).await;
    let url = format!("https://{}/api/account/1/refresh", peer.host());
    assert_eq!(bot.client.jar.cookies(&url), "y=2; w=4; x=3; z=1");
}

#[tokio::test]
async fn quotes_and_signs_in_values_stay() {
    let (peer, bot) = jar(&[r#"q="a b"; Path=/"#, "s=a=b%20c; Path=/", "empty=; Path=/"]).await;
    assert_eq!(bot.client.jar.cookies(&format!("https://{}/", peer.host())), r#"q="a b"; s=a=b%20c; empty="#);
}

#[tokio::test]
async fn a_new_login_starts_a_new_jar() {
    let (peer, mut bot) = jar(&["old=1; Path=/"]).await;
    peer.always(Route::Login, Answer::ok(login()).with("Set-Cookie", "new=2; Path=/"));
    bot.connect(2, peer.settings(json!({"domainTtl": 0})));
    bot.events.domains().await;
    bot.events.signed_in().await;
    assert_eq!(bot.client.jar.cookies(&format!("https://{}/", peer.host())), "new=2");
}
