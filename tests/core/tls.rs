//! Whom the core trusts, and what it says of those it does not, in OpenSSL's words.

use serde_json::{Value, json};

use crate::support::certificates::{Authority, Identity, common_name, expired, names, self_signed, server};
use crate::support::{Bot, Peer, Route};

async fn peer(identity: &Identity) -> Peer {
    Peer::with(Some(server(identity, None)), String::new()).await
}

/// Message and code of a look-up that fails.
async fn refusal(peer: &Peer, more: Value) -> (String, String) {
    let mut bot = Bot::new();
    bot.look_up(1, peer.settings(more));
    let cause = bot.events.failed().await.1.cause.unwrap();
    (cause.message.clone(), cause.code().unwrap_or_default().to_owned())
}

async fn works(peer: &Peer, more: Value) {
    let mut bot = Bot::new();
    bot.open(1, peer.settings(more)).await;
}

fn told(message: &str, code: &str) -> (String, String) {
    (message.into(), code.into())
}

#[tokio::test]
async fn an_unknown_authority() {
    let peer = peer(&Authority::new().issue(names(&["localhost"]))).await;
    let expected = told("unable to verify the first certificate", "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    assert_eq!(refusal(&peer, json!({"ca": [Authority::new().pem()]})).await, expected);
    assert_eq!(refusal(&peer, json!({"ca": null})).await, expected);
    assert!(peer.requests(Route::LookUp).is_empty());
}

#[tokio::test]
async fn an_unknown_authority_in_the_chain() {
    let authority = Authority::new();
    let mut identity = authority.issue(names(&["localhost"]));
    identity.certificate += &authority.pem();
    let peer = peer(&identity).await;
    let expected = told("self-signed certificate in certificate chain", "SELF_SIGNED_CERT_IN_CHAIN");
    assert_eq!(refusal(&peer, json!({"ca": [Authority::new().pem()]})).await, expected);
}

#[tokio::test]
async fn a_self_signed_certificate_works_only_as_the_ca() {
    for is_ca in [true, false] {
        let identity = self_signed(names(&["localhost"]), is_ca);
        let peer = peer(&identity).await;
        let expected = told("self-signed certificate", "DEPTH_ZERO_SELF_SIGNED_CERT");
        assert_eq!(refusal(&peer, json!({"ca": [Authority::new().pem()]})).await, expected, "CA:{is_ca}");
        works(&peer, json!({"ca": [identity.certificate]})).await;
        works(&peer, json!({"ca": [Authority::new().pem(), identity.certificate]})).await;
        works(&peer, json!({"ca": [Authority::new().pem() + &identity.certificate]})).await;
    }
}

#[tokio::test]
async fn a_trusted_self_signed_certificate_is_still_for_its_names_and_its_time() {
    let identity = self_signed(names(&["elsewhere.example"]), true);
    let (_, code) = refusal(&peer(&identity).await, json!({"ca": [identity.certificate]})).await;
    assert_eq!(code, "ERR_TLS_CERT_ALTNAME_INVALID");
    for is_ca in [true, false] {
        let identity = self_signed(expired(), is_ca);
        let refused = refusal(&peer(&identity).await, json!({"ca": [identity.certificate]})).await;
        assert_eq!(refused, told("certificate has expired", "CERT_HAS_EXPIRED"), "CA:{is_ca}");
    }
}

#[tokio::test]
async fn the_common_name_counts_where_no_names_are_listed() {
    let authority = Authority::new();
    let issued = authority.issue(common_name("localhost"));
    works(&peer(&issued).await, json!({"ca": [authority.pem()]})).await;
    for is_ca in [true, false] {
        let identity = self_signed(common_name("localhost"), is_ca);
        works(&peer(&identity).await, json!({"ca": [identity.certificate]})).await;
    }
    let other = authority.issue(common_name("elsewhere.example"));
    let (_, code) = refusal(&peer(&other).await, json!({"ca": [authority.pem()]})).await;
    assert_eq!(code, "ERR_TLS_CERT_ALTNAME_INVALID");
    let mut listed = names(&["elsewhere.example"]);
    listed.distinguished_name.push(rcgen::DnType::CommonName, "localhost");
    let (_, code) = refusal(&peer(&authority.issue(listed)).await, json!({"ca": [authority.pem()]})).await;
    assert_eq!(code, "ERR_TLS_CERT_ALTNAME_INVALID", "a list is the whole truth");
}

#[tokio::test]
async fn an_expired_certificate() {
    let authority = Authority::new();
    let peer = peer(&authority.issue(expired())).await;
    let refused = refusal(&peer, json!({"ca": [authority.pem()]})).await;
    assert_eq!(refused, told("certificate has expired", "CERT_HAS_EXPIRED"));
}

#[tokio::test]
async fn a_certificate_for_others() {
    let authority = Authority::new();
    let peer = peer(&authority.issue(names(&["a.example", "10.0.0.1"]))).await;
    let start = "Hostname/IP does not match certificate's altnames:";
    let (message, code) = refusal(&peer, json!({"ca": [authority.pem()]})).await;
    assert_eq!(
        message,
        format!("{start} Host: localhost. is not in the cert's altnames: DNS:a.example, IP Address:10.0.0.1")
    );
    assert_eq!(code, "ERR_TLS_CERT_ALTNAME_INVALID");
    let host = format!("127.0.0.1:{}", peer.port);
    let (message, code) = refusal(&peer, json!({"ca": [authority.pem()], "csdsDomain": host})).await;
    assert!(message.starts_with(&format!("{start} IP: 127.0.0.1 is not in the cert's list:")), "{message}");
    assert_eq!(code, "ERR_TLS_CERT_ALTNAME_INVALID");
}

#[tokio::test]
async fn a_port_that_speaks_no_tls() {
    let peer = Peer::with(None, Authority::new().pem()).await;
    assert_eq!(refusal(&peer, json!({})).await.1, "EPROTO");
}

#[tokio::test]
async fn insecure_accepts_anybody() {
    works(&peer(&self_signed(names(&["elsewhere.example"]), false)).await, json!({"insecure": true, "ca": null})).await;
    works(&peer(&Authority::new().issue(expired())).await, json!({"insecure": true, "ca": null})).await;
}

#[tokio::test]
async fn the_file_of_extra_authorities_counts_unless_ca_is_given() {
    let authority = Authority::new();
    let peer = peer(&authority.issue(names(&["localhost"]))).await;
    let file = std::env::temp_dir().join(format!("extra-ca-{}-{}.pem", std::process::id(), peer.port));
    std::fs::write(&file, format!("some words\n{}{}", Authority::new().pem(), authority.pem())).unwrap();
    works(&peer, json!({"ca": null, "extraCa": file})).await;
    let (_, code) = refusal(&peer, json!({"ca": [Authority::new().pem()], "extraCa": file})).await;
    assert_eq!(code, "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    std::fs::remove_file(&file).unwrap();
    let (_, code) = refusal(&peer, json!({"ca": null, "extraCa": "/nowhere/at/all.pem", "account": "2"})).await;
    assert_eq!(code, "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "a file that is not there is passed over");
}

#[tokio::test]
async fn a_client_certificate_is_shown_where_one_is_wanted() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let identity = authority.issue(names(&["localhost"]));
    let peer = Peer::with(Some(server(&identity, Some(&clients))), authority.pem()).await;
    let mine = clients.issue(names(&["bot"]));
    works(&peer, json!({"cert": [mine.certificate], "key": [mine.key]})).await;

    let mut bot = Bot::new();
    bot.look_up(1, peer.settings(json!({})));
    bot.events.failed().await;
    let stranger = Authority::new().issue(names(&["bot"]));
    bot.look_up(2, peer.settings(json!({"cert": [stranger.certificate], "key": [stranger.key]})));
    bot.events.failed().await;
}

#[tokio::test]
async fn options_that_are_no_pem_are_named() {
    let peer = Peer::start().await;
    let mine = Authority::new().issue(names(&["bot"]));
    for (more, option) in [
        (json!({"ca": ["nonsense"]}), "ca"),
        (json!({"cert": [mine.certificate]}), "cert"),
        (json!({"key": [mine.key]}), "key"),
        (json!({"cert": [mine.certificate], "key": ["nonsense"]}), "key"),
        (json!({"cert": ["nonsense"], "key": [mine.key]}), "cert"),
        (json!({"cert": [mine.certificate], "key": [Authority::new().issue(names(&["x"])).key]}), "cert and key"),
    ] {
        let (message, code) = refusal(&peer, more).await;
        assert!(message.starts_with(&format!("the option {option} cannot be used: ")), "{message}");
        assert_eq!(code, "ERR_INVALID_ARG_VALUE");
        assert!(!message.contains("PRIVATE"), "{message}");
    }
}

#[tokio::test]
async fn the_websocket_is_judged_like_the_calls() {
    let peer = Peer::start().await;
    let stranger = Peer::start().await;
    let mut bot = Bot::new();
    bot.connect(1, peer.settings(json!({"domains": {"facadeMsg": stranger.host()}})));
    bot.events.domains().await;
    bot.events.signed_in().await;
    let error = bot.events.failure().await;
    assert_eq!(error.message, "Error on WS connection: unable to verify the first certificate");
    assert_eq!(error.cause.unwrap().code(), Some("UNABLE_TO_VERIFY_LEAF_SIGNATURE"));
    assert_eq!(bot.events.closed().await, (1, 1006));
}
