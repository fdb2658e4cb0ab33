//! Proxies that tunnel with CONNECT.

use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Bot, Peer};

/// A proxy that opens tunnels to 127.0.0.1, whatever host is asked for, and keeps the heads of the requests.
struct Proxy {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    async fn start(status: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::new(Mutex::new(vec![]));
        let seen = heads.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, status, seen.clone()));
            }
        });
        Self { port, heads }
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

async fn serve(stream: TcpStream, status: &str, heads: Arc<Mutex<Vec<String>>>) {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await.unwrap() == 0 {
            return;
        }
    }
    let port: u16 = head.split([' ', ':']).nth(2).unwrap().parse().unwrap();
    heads.lock().unwrap().push(head);
    stream.write_all(format!("HTTP/1.1 {status}\r\n\r\n").as_bytes()).await.unwrap();
    if status.starts_with("200") {
        let mut there = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let _ = copy_bidirectional(&mut stream, &mut there).await;
    }
}

/// `user:p@ss` in base64.
const BASIC: &str = "Basic dXNlcjpwQHNz";

#[tokio::test]
async fn the_websocket_goes_through_its_proxy_alone() {
    let mut peer = Peer::start().await;
    let proxy = Proxy::start("200 OK").await;
    let mut bot = Bot::new();
    let url = format!("http://user:p%40ss@127.0.0.1:{}", proxy.port);
    bot.open(1, peer.settings(json!({"wsProxy": url}))).await;
    let mut socket = peer.socket().await;
    socket.notify(1).await;
    bot.events.message().await;
    let heads = proxy.heads();
    assert_eq!(heads.len(), 1);
    assert!(heads[0].starts_with(&format!("CONNECT {} HTTP/1.1\r\n", peer.host())), "{}", heads[0]);
    assert!(heads[0].contains(BASIC), "{}", heads[0]);
}

#[tokio::test]
async fn the_calls_go_through_their_proxy_alone() {
    let mut peer = Peer::start().await;
    let proxy = Proxy::start("200 OK").await;
    let mut bot = Bot::new();
    let url = format!("http://user:p%40ss@127.0.0.1:{}", proxy.port);
    bot.open(1, peer.settings(json!({"httpProxy": url}))).await;
    peer.socket().await;
    let heads = proxy.heads();
    assert!(!heads.is_empty() && heads.iter().all(|head| head.starts_with("CONNECT ")), "{heads:?}");
    assert!(heads.iter().all(|head| head.contains(BASIC)), "{heads:?}");
    assert!(heads.len() <= 2, "look-up and login, not the upgrade: {heads:?}");
}

#[tokio::test]
async fn hosts_of_no_proxy_are_reached_directly() {
    let peer = Peer::start().await;
    let proxy = Proxy::start("200 OK").await;
    let url = format!("http://127.0.0.1:{}", proxy.port);
    for no_proxy in ["localhost", "example.com,localhost", "*"] {
        let mut bot = Bot::new();
        bot.open(1, peer.settings(json!({"httpProxy": url, "noProxy": no_proxy}))).await;
        assert!(proxy.heads().is_empty(), "{no_proxy}");
    }
    let with_port = format!("example.com, localhost:{}", peer.host().rsplit(':').next().unwrap());
    Bot::new().open(1, peer.settings(json!({"httpProxy": url, "noProxy": with_port}))).await;
    assert!(proxy.heads().is_empty(), "{with_port}");
    for no_proxy in ["example.com", "localhost:1", "ocalhost"] {
        let before = proxy.heads().len();
        Bot::new().open(1, peer.settings(json!({"httpProxy": url, "noProxy": no_proxy}))).await;
        assert!(proxy.heads().len() > before, "{no_proxy}");
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_is_an_error() {
    let peer = Peer::start().await;
    let proxy = Proxy::start("407 Proxy Authentication Required").await;
    let mut bot = Bot::new();
    let url = format!("http://user:hush@127.0.0.1:{}", proxy.port);
    bot.connect(1, peer.settings(json!({"wsProxy": url})));
    bot.events.domains().await;
    bot.events.signed_in().await;
    let error = bot.events.failure().await;
    assert!(error.message.starts_with("Error on WS connection: tunneling socket"), "{}", error.message);
    assert!(!format!("{error:?}").contains("hush"));
    assert_eq!(bot.events.closed().await, (1, 1006));

    bot.look_up(2, peer.settings(json!({"httpProxy": url, "account": "2"})));
    let (_, error) = bot.events.failed().await;
    assert!(!format!("{error:?}").contains("hush"));
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named() {
    let peer = Peer::start().await;
    let mut bot = Bot::new();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://user:hush@127.0.0.1:{port}");
    bot.connect(1, peer.settings(json!({"wsProxy": url})));
    bot.events.domains().await;
    bot.events.signed_in().await;
    let expected = format!("connect ECONNREFUSED 127.0.0.1:{port}");
    assert_eq!(bot.events.failure().await.cause.unwrap().message, expected);
    bot.events.closed().await;
    bot.look_up(2, peer.settings(json!({"httpProxy": url, "noProxy": "example.com"})));
    assert_eq!(bot.events.failed().await.1.cause.unwrap().message, expected);
}
