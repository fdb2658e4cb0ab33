//! The domain look-up: its call, its cache, what is made of its answer.

use node_agent_sdk_rs::core::domains::cached;
use node_agent_sdk_rs::core::event::Step;
use serde_json::json;

use crate::support::{Answer, Bot, Peer, Route};

#[tokio::test]
async fn the_call_is_as_the_original_makes_it() {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    bot.look_up(1, peer.settings(json!({"headers": [["X-Mine", "1"], ["Origin", "https://me"]]})));
    let domains = bot.events.domains().await;
    assert_eq!(domains.hosts[0], ("agentVep".into(), peer.host()));
    let call = peer.last(Route::LookUp);
    assert_eq!(call.method, "GET");
    assert_eq!(call.path, "/api/account/1/service/baseURI.json?version=1.0");
    assert_eq!(call.header_names(), ["accept", "host"]);
    assert_eq!(call.header("accept"), Some("application/json"));
}

#[tokio::test]
async fn a_status_is_told_with_the_servers_own_reason() {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    for (status, reason) in [(401, "Bad account"), (500, ""), (300, "Multiple Choices"), (304, "Not Modified")] {
        peer.script(Route::LookUp, [Answer::status(status, reason, r#"{"why":"x"}"#)]);
        bot.look_up(1, peer.settings(json!({})));
        let (step, error) = bot.events.failed().await;
        assert_eq!(step, Step::Domains);
        assert_eq!(error.message, format!("Error on CSDS request: {reason}"));
        assert_eq!(error.code.unwrap().get(), status.to_string());
        if status != 304 {
            assert_eq!(error.body.as_deref(), Some(r#"{"why":"x"}"#));
        }
    }
}

#[tokio::test]
async fn an_error_in_the_body_is_told_with_its_internal_code() {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    for (body, code) in [
        (r#"{"error":{"internalCode":17,"message":"no"}}"#, Some("17")),
        (r#"{"error":{"internalCode":"x"}}"#, Some(r#""x""#)),
        (r#"{"error":"just text"}"#, None),
    ] {
        peer.script(Route::LookUp, [Answer::ok(body)]);
        bot.look_up(1, peer.settings(json!({})));
        let (_, error) = bot.events.failed().await;
        assert_eq!(error.message, "Error on CSDS request: ");
        assert_eq!(format!(r#"{{"error":{}}}"#, error.detail.unwrap().get()), body);
        assert_eq!(error.code.as_ref().map(|code| code.get()), code);
    }
}

#[tokio::test]
async fn a_redirect_is_followed_to_https_alone() {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    let there = format!("https://{}/elsewhere/baseURI.json", peer.host());
    peer.script(Route::LookUp, [Answer::status(302, "Found", "").with("Location", &there)]);
    bot.look_up(1, peer.settings(json!({})));
    assert_eq!(bot.events.domains().await.hosts.len(), 2);
    assert_eq!(peer.last(Route::LookUp).path, "/elsewhere/baseURI.json");

    let plain = there.replace("https:", "http:");
    peer.script(Route::LookUp, [Answer::status(302, "Found", "").with("Location", &plain)]);
    bot.look_up(2, peer.settings(json!({"account": "2"})));
    assert_eq!(bot.events.failed().await.1.message, "Error on CSDS request: Found");

    let nowhere = "https://127.0.0.1:1/elsewhere/baseURI.json";
    peer.script(Route::LookUp, [Answer::status(302, "Found", "").with("Location", nowhere)]);
    bot.look_up(3, peer.settings(json!({"account": "3"})));
    let message = bot.events.failed().await.1.message;
    assert_eq!(message, "Error on CSDS request: connect ECONNREFUSED 127.0.0.1:1", "the target is named");
}

#[tokio::test]
async fn a_good_answer_is_kept_and_an_empty_one_is_not() {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    let settings = || peer.settings(json!({}));
    for body in [r#"{"baseURIs":[]}"#, "{}", "no json"] {
        peer.script(Route::LookUp, [Answer::ok(body)]);
        bot.look_up(1, settings());
        assert!(bot.events.domains().await.hosts.is_empty());
        assert!(cached(&settings()).is_none(), "{body}");
    }
    assert!(cached(&settings()).is_none());
    for op in 2..4 {
        bot.look_up(op, settings());
        assert_eq!(bot.events.domains().await.hosts.len(), 2);
    }
    assert_eq!(peer.requests(Route::LookUp).len(), 4, "the last of five came from the cache");
    assert!(cached(&settings()).is_some());
}

#[tokio::test]
async fn an_answer_is_kept_per_account_host_and_tls_settings() {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    bot.look_up(1, peer.settings(json!({})));
    bot.events.domains().await;
    let others = [
        json!({"account": "2"}),
        json!({"csdsDomain": format!("127.0.0.1:{}", peer.port)}),
        json!({"insecure": true}),
        json!({"ca": [peer.ca, peer.ca]}),
    ];
    for other in others {
        assert!(cached(&peer.settings(other.clone())).is_none(), "{other}");
    }
    let same = [json!({"domains": {"x": "y"}}), json!({"token": "t"}), json!({"wsDomainType": "z"})];
    for same in same {
        assert!(cached(&peer.settings(same.clone())).is_some(), "{same}");
    }
}

/// The cache's clock is tokio's, which this test alone moves; no socket is waited for while it is paused.
#[tokio::test]
async fn an_answer_is_forgotten_after_its_time() {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    bot.look_up(1, peer.settings(json!({"domainTtl": 60_000})));
    bot.events.domains().await;
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_millis(59_000)).await;
    assert!(cached(&peer.settings(json!({"domainTtl": 60_000}))).is_some());
    assert!(cached(&peer.settings(json!({"domainTtl": 1_000}))).is_none(), "for one who wants it fresher");
    tokio::time::advance(std::time::Duration::from_millis(1_500)).await;
    assert!(cached(&peer.settings(json!({"domainTtl": 60_000}))).is_none());
}

#[tokio::test]
async fn who_asks_the_same_at_the_same_time_shares_one_call_and_its_outcome() {
    let peer = Peer::start().await;
    let mut bots: Vec<_> = (0..20).map(|_| Bot::new()).collect();
    peer.script(Route::LookUp, [Answer::status(503, "Busy", "")]);
    for bot in &bots {
        bot.look_up(1, peer.settings(json!({})));
    }
    for bot in &mut bots {
        assert_eq!(bot.events.failed().await.1.message, "Error on CSDS request: Busy");
    }
    for bot in &bots {
        bot.look_up(2, peer.settings(json!({})));
    }
    for bot in &mut bots {
        bot.events.domains().await;
    }
    assert_eq!(peer.requests(Route::LookUp).len(), 2);
}

#[tokio::test]
async fn who_leaves_does_not_take_the_shared_call_along() {
    let peer = Peer::start().await;
    let first = Bot::new();
    peer.script(Route::LookUp, [Answer::Hang]);
    first.look_up(1, peer.settings(json!({"httpTimeout": 1500})));
    peer.called(Route::LookUp, 1).await;
    let mut second = Bot::new();
    second.look_up(1, peer.settings(json!({})));
    // The second has joined the call when its machine has turned once more than it needs to.
    second.client.ask(node_agent_sdk_rs::core::client::Command::Ping);
    tokio::task::yield_now().await;
    drop(first);
    assert_eq!(second.events.failed().await.1.cause.unwrap().code(), Some("ETIMEDOUT"));
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_any_more_is_made_anew() {
    let peer = Peer::start().await;
    let first = Bot::new();
    peer.script(Route::LookUp, [Answer::Hang]);
    first.look_up(1, peer.settings(json!({})));
    peer.called(Route::LookUp, 1).await;
    drop(first);
    // The machine has ended when its turn has come.
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    let mut second = Bot::new();
    second.look_up(1, peer.settings(json!({})));
    assert_eq!(second.events.domains().await.hosts.len(), 2);
    assert_eq!(peer.requests(Route::LookUp).len(), 2);
}

#[tokio::test]
async fn without_agent_vep_nothing_can_be_done() {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    peer.always(Route::LookUp, Answer::ok(json!({"baseURIs": [{"service": "facadeMsg", "baseURI": peer.host()}]})));
    for more in [json!({}), json!({"token": "ready"}), json!({"host": peer.host()})] {
        bot.connect(1, peer.settings(more));
        bot.events.domains().await;
        let (step, error) = bot.events.failed().await;
        assert_eq!((step, error.message.as_str()), (Step::Login, "could not fetch domains"));
        assert!(error.code.is_none());
    }
    // The settings may know it.
    bot.open(2, peer.settings(json!({"domains": {"agentVep": peer.host()}}))).await;
}

#[tokio::test]
async fn a_reconnect_needs_a_list() {
    use node_agent_sdk_rs::core::client::Command;
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    peer.script(Route::LookUp, [Answer::ok("{}"), Answer::ok(r#"{"baseURIs":[]}"#)]);
    let connect = |op| Command::Connect { op, settings: peer.settings(json!({})), known: None, again: true };
    bot.client.ask(connect(1));
    let (step, error) = bot.events.failed().await;
    assert_eq!((step, error.message.as_str()), (Step::Domains, "could not fetch domains on reconnect"));
    bot.client.ask(connect(2));
    bot.events.domains().await;
    let (step, error) = bot.events.failed().await;
    assert_eq!((step, error.message.as_str()), (Step::Login, "could not fetch domains"));
}

#[tokio::test]
async fn the_sockets_host_is_the_named_one_or_the_facade_or_the_settings() {
    let mut peer = Peer::start().await;
    let port = peer.port;
    let local = |name: &str| format!("{name}.localhost:{port}");
    let list = json!({"baseURIs": [
        {"service": "agentVep", "baseURI": peer.host()},
        {"service": "facadeMsg", "baseURI": local("facade")},
        {"service": "asyncMessagingEnt", "baseURI": local("async")},
    ]});
    peer.always(Route::LookUp, Answer::ok(list));
    let cases = [
        (json!({}), local("facade")),
        (json!({"wsDomainType": "asyncMessagingEnt"}), local("async")),
        (json!({"wsDomainType": "unheardOf"}), local("facade")),
        (json!({"domains": {"facadeMsg": local("mine")}}), local("mine")),
        (json!({"host": local("direct")}), local("direct")),
    ];
    for (more, host) in cases {
        let mut bot = Bot::new();
        bot.open(1, peer.settings(more.clone())).await;
        peer.socket().await;
        assert_eq!(peer.last(Route::Upgrade).header("host"), Some(host.as_str()), "{more}");
        let login = peer.last(Route::Login);
        let direct = more.get("host").map_or(peer.host(), |_| local("direct"));
        assert_eq!(login.header("host"), Some(direct.as_str()), "{more}");
    }
}
