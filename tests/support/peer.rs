//! The service as a test wants it: one TLS listener that answers look-up, login, refresh and upgrade by a script, and
//! records what came.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use node_agent_sdk_rs::core::config::Settings;
use rustls::{HandshakeKind, ServerConfig};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::certificates::{Authority, names, server};
use super::websocket::{WebSocket, Wire};
use super::within;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Route {
    LookUp,
    Login,
    Refresh,
    Upgrade,
    Other,
}

impl Route {
    fn of(path: &str) -> Self {
        match path {
            _ if path.contains("/baseURI.json") => Self::LookUp,
            _ if path.contains("/login") => Self::Login,
            _ if path.contains("/refresh") => Self::Refresh,
            _ if path.starts_with("/ws_api/") => Self::Upgrade,
            _ => Self::Other,
        }
    }
}

/// What the peer does about a call.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Status line, headers and body.
    Full { status: u16, reason: String, headers: Vec<(String, String)>, body: String },
    /// A valid 101; the WebSocket is handed to the test.
    Upgrade,
    /// Nothing, with the connection left open.
    Hang,
    /// The connection is cut.
    Cut,
    /// These bytes, and then the connection is cut.
    Raw(String),
}

impl Answer {
    pub fn ok(body: impl ToString) -> Self {
        Self::status(200, "OK", body)
    }

    pub fn status(status: u16, reason: &str, body: impl ToString) -> Self {
        Self::Full { status, reason: reason.into(), headers: vec![], body: body.to_string() }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        if let Self::Full { headers, .. } = &mut self {
            headers.push((name.into(), value.into()));
        }
        self
    }

    /// Head and a first piece of a body that was to be longer.
    pub fn cut_within() -> Self {
        Self::Raw("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{".into())
    }
}

/// A call that came.
#[derive(Clone, Debug)]
pub struct Request {
    pub route: Route,
    pub method: String,
    pub path: String,
    /// In their order, names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// Its connection went on with a TLS session of before.
    pub is_resumed: bool,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub fn header_names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names
    }
}

/// All of them the loopback.
const NAMES: &[&str] = &[
    "localhost",
    "x.localhost",
    "facade.localhost",
    "async.localhost",
    "mine.localhost",
    "direct.localhost",
    "127.0.0.1",
];

struct Shared {
    script: Mutex<HashMap<Route, VecDeque<Answer>>>,
    usual: Mutex<HashMap<Route, Answer>>,
    requests: watch::Sender<Vec<Request>>,
    sockets: mpsc::UnboundedSender<WebSocket>,
    tls: Option<TlsAcceptor>,
}

pub struct Peer {
    pub port: u16,
    /// PEM of the authority of its certificate.
    pub ca: String,
    shared: Arc<Shared>,
    sockets: mpsc::UnboundedReceiver<WebSocket>,
}

impl Peer {
    /// With a certificate for [`NAMES`].
    pub async fn start() -> Self {
        let authority = Authority::new();
        let identity = authority.issue(names(NAMES));
        Self::with(Some(server(&identity, None)), authority.pem()).await
    }

    /// `tls`: `None` for a port that answers 400 in plain HTTP, whatever comes.
    pub async fn with(tls: Option<Arc<ServerConfig>>, ca: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, sockets) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            script: Mutex::default(),
            usual: Mutex::default(),
            requests: watch::Sender::default(),
            sockets: sender,
            tls: tls.map(TlsAcceptor::from),
        });
        let peer = Self { port, ca, shared: shared.clone(), sockets };
        peer.always(Route::LookUp, Answer::ok(peer.domains()));
        peer.always(Route::Login, Answer::ok(login()).with("Set-Cookie", "Session_id=s1; Path=/; Secure"));
        peer.always(Route::Refresh, Answer::ok(""));
        peer.always(Route::Upgrade, Answer::Upgrade);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(shared.clone().serve(stream));
            }
        });
        peer
    }

    /// The usual answer to a look-up.
    pub fn domains(&self) -> Value {
        let host = self.host();
        json!({"baseURIs": [
            {"service": "agentVep", "account": "1", "baseURI": host},
            {"service": "facadeMsg", "account": "1", "baseURI": host},
        ]})
    }

    pub fn host(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// Settings that lead here, with `more` laid over them.
    pub fn settings(&self, more: Value) -> Box<Settings> {
        let mut settings = json!({
            "account": "1", "csdsDomain": self.host(), "ca": [self.ca], "login": r#"{"username":"u","password":"p"}"#,
        });
        for (name, value) in more.as_object().unwrap() {
            settings[name] = value.clone();
        }
        Box::new(Settings::parse(&settings.to_string()).unwrap())
    }

    /// The answers to the next calls of this kind.
    pub fn script(&self, route: Route, answers: impl IntoIterator<Item = Answer>) {
        self.shared.script.lock().unwrap().entry(route).or_default().extend(answers);
    }

    /// The answer where nothing is scripted.
    pub fn always(&self, route: Route, answer: Answer) {
        self.shared.usual.lock().unwrap().insert(route, answer);
    }

    pub fn requests(&self, route: Route) -> Vec<Request> {
        self.shared.requests.borrow().iter().filter(|request| request.route == route).cloned().collect()
    }

    /// The last call of this kind.
    pub fn last(&self, route: Route) -> Request {
        self.requests(route).pop().unwrap_or_else(|| panic!("no call to {route:?}"))
    }

    /// Waits until `count` calls of this kind have come.
    pub async fn called(&self, route: Route, count: usize) {
        let mut requests = self.shared.requests.subscribe();
        let enough = |all: &Vec<Request>| all.iter().filter(|request| request.route == route).count() >= count;
        within(&format!("{count} calls to {route:?}"), requests.wait_for(enough)).await.unwrap();
    }

    /// The next WebSocket that a bot has opened.
    pub async fn socket(&mut self) -> WebSocket {
        within("a WebSocket", self.sockets.recv()).await.unwrap()
    }
}

/// The usual answer to a login.
pub fn login() -> Value {
    json!({"csrf": "c1", "bearer": "b1", "config": {"userId": "u1", "userPid": "p1"}})
}

impl Shared {
    async fn serve(self: Arc<Self>, stream: TcpStream) {
        match &self.tls {
            None => {
                let mut stream = stream;
                let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            }
            Some(tls) => {
                if let Ok(stream) = tls.accept(stream).await {
                    let is_resumed = stream.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed);
                    self.clone().converse(stream, is_resumed).await;
                }
            }
        }
    }

    async fn converse(self: Arc<Self>, stream: impl Wire + 'static, is_resumed: bool) {
        let mut stream = BufReader::new(stream);
        while let Some(mut request) = read(&mut stream).await {
            request.is_resumed = is_resumed;
            let scripted = self.script.lock().unwrap().get_mut(&request.route).and_then(VecDeque::pop_front);
            let answer = scripted.or_else(|| self.usual.lock().unwrap().get(&request.route).cloned());
            let key = request.header("sec-websocket-key").map(|key| derive_accept_key(key.as_bytes()));
            self.requests.send_modify(|requests| requests.push(request));
            match answer.unwrap_or_else(|| Answer::status(404, "Not Found", "")) {
                Answer::Full { status, reason, headers, body } => {
                    let mut text = format!("HTTP/1.1 {status} {reason}\r\nContent-Length: {}\r\n", body.len());
                    for (name, value) in headers {
                        text += &format!("{name}: {value}\r\n");
                    }
                    text += "\r\n";
                    text += &body;
                    if stream.write_all(text.as_bytes()).await.is_err() || stream.flush().await.is_err() {
                        return;
                    }
                }
                Answer::Upgrade => {
                    let accept = key.expect("an upgrade");
                    let text = format!(
                        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                         Sec-WebSocket-Accept: {accept}\r\n\r\n"
                    );
                    stream.write_all(text.as_bytes()).await.unwrap();
                    stream.flush().await.unwrap();
                    let _ = self.sockets.send(WebSocket::new(stream));
                    return;
                }
                Answer::Hang => {
                    // Until the bot hangs up.
                    let _ = stream.read_u8().await;
                    return;
                }
                Answer::Cut => return,
                Answer::Raw(text) => {
                    let _ = stream.write_all(text.as_bytes()).await;
                    let _ = stream.flush().await;
                    return;
                }
            }
        }
    }
}

async fn read(stream: &mut BufReader<impl Wire>) -> Option<Request> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|count| *count > 0)?;
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let mut words = lines.first()?.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers: Vec<_> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut request =
        Request { route: Route::of(&path), method, path, headers, body: String::new(), is_resumed: false };
    let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    request.body = String::from_utf8(body).unwrap();
    Some(request)
}
