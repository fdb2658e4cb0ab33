//! The machine: connects, reconnects, refreshes, sends and closes for one agent. Commands go in, events come out.

use std::future::{Future, poll_fn};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use super::config::{Secret, Settings};
use super::connection::{Connection, Frame};
use super::domains::{self, Domains, Places};
use super::error::{Cause, Error, Service};
use super::event::{Event, Listener, Op, Step};
use super::network::Network;
use super::session::{self, Jar, Refresh};
use super::socket::{self, ABNORMAL, NotOpened, Socket};
use super::{cause, error};

/// What an agent can be asked to do.
#[derive(Debug)]
pub enum Command {
    /// Look-up, sign-in, socket. Takes the place of the attempt under way; an open socket lives until the new one is dialled.
    Connect {
        /// The caller's number for this attempt.
        op: Op,
        /// The settings as they are now.
        settings: Box<Settings>,
        /// The domains, where [`domains::cached`] knew them and the caller has said so already.
        known: Option<Arc<Domains>>,
        /// A reconnect: an answer without a list of domains is its end.
        again: bool,
    },
    /// The socket only, with the token of the settings, to the host of the last look-up.
    Dial {
        /// The caller's number for this attempt.
        op: Op,
        /// The settings as they are now.
        settings: Box<Settings>,
    },
    /// Refreshes the session; after a 401 signs in anew.
    Refresh {
        /// The caller's number for this refresh.
        op: Op,
        /// The settings as they are now.
        settings: Box<Settings>,
        /// As for [`Command::Connect`].
        known: Option<Arc<Domains>>,
        /// The body of the call, with the csrf.
        body: Secret,
    },
    /// A domain look-up only.
    LookUp {
        /// The caller's number for this look-up.
        op: Op,
        /// The settings as they are now.
        settings: Box<Settings>,
    },
    /// Sends requests, if this connection is still the open one.
    Send {
        /// The number that [`Event::Opened`] gave.
        connection: u32,
        /// The requests, in order.
        frames: Vec<Frame>,
    },
    /// Starts the closing handshake of the open socket.
    Close {
        /// The close code; `None` for a frame without one.
        code: Option<u16>,
        /// The reason, 123 bytes at most.
        reason: String,
    },
    /// Sends a ping frame.
    Ping,
    /// Drops the socket, or the attempt to open one, without a close frame.
    Cut,
}

/// A handle to an agent's machine. Dropping it is hanging up: everything stops, and no event comes any more.
pub struct Client {
    commands: UnboundedSender<Command>,
    /// The cookies of the session.
    pub jar: Arc<Jar>,
}

impl Client {
    /// Starts a machine on `runtime`.
    pub fn start(runtime: &Handle, listener: Arc<dyn Listener>) -> Self {
        let (commands, receiver) = unbounded_channel();
        let jar = Arc::new(Jar::default());
        let current = Arc::new(AtomicU32::new(0));
        let machine = Machine {
            commands: receiver,
            jar: jar.clone(),
            listener: listener.clone(),
            current: current.clone(),
            places: None,
            attempt: None,
            connection: None,
            connections: 0,
            errands: JoinSet::new(),
        };
        runtime.spawn(async move {
            if AssertUnwindSafe(machine.run()).catch_unwind().await.is_err() {
                let op = current.load(Ordering::Relaxed);
                let error = error::Error::new(Service::Messaging, INTERNAL);
                listener.hear(Event::Failure { op, error });
                listener.hear(Event::Closed { op, code: ABNORMAL });
            }
        });
        Self { commands, jar }
    }

    /// Asks for something. After the machine has come to an end nobody listens.
    pub fn ask(&self, command: Command) {
        let _ = self.commands.send(command);
    }
}

const INTERNAL: &str = "internal error in the connection core of node-agent-sdk-rs; please report it";

struct Machine {
    commands: UnboundedReceiver<Command>,
    listener: Arc<dyn Listener>,
    jar: Arc<Jar>,
    /// The attempt that events of a panic would belong to.
    current: Arc<AtomicU32>,
    /// What the last look-up found.
    places: Option<Places>,
    attempt: Option<Attempt>,
    connection: Option<Connection>,
    /// How many connections were opened so far.
    connections: u32,
    /// Refreshes and look-ups, which go on beside the socket.
    errands: JoinSet<()>,
}

/// An attempt to connect: first [`Prepared`], then a socket.
struct Attempt {
    op: Op,
    settings: Arc<Settings>,
    stage: BoxFuture<'static, Stage>,
}

enum Stage {
    /// Ready to dial.
    Prepared { network: Arc<Network>, places: Places, token: Secret },
    /// The end of the dialling.
    Dialled(Result<Socket, NotOpened>),
    /// It failed before there was anything to dial, and has said so.
    Over,
}

impl Machine {
    async fn run(mut self) {
        loop {
            tokio::select! {
                biased;
                command = self.commands.recv() => match command {
                    Some(command) => self.obey(command),
                    None => return,
                },
                stage = poll_fn(|cx| poll_attempt(&mut self.attempt, cx)) => self.advance(stage),
                code = poll_fn(|cx| poll_connection(&mut self.connection, cx)) => self.end_connection(code),
                Some(_) = self.errands.join_next() => {}
            }
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Connect { op, settings, known, again } => {
                let settings = Arc::new(*settings);
                let errand = self.errand(op, settings.clone());
                let stage = async move { errand.prepare(known, again).await }.boxed();
                self.begin(Attempt { op, settings, stage });
            }
            Command::Dial { op, settings } => {
                let settings = Arc::new(*settings);
                let stage = self.redial(&settings).boxed();
                self.begin(Attempt { op, settings, stage });
            }
            Command::Refresh { op, settings, known, body } => {
                let errand = self.errand(op, Arc::new(*settings));
                self.run_beside(op, Step::Refresh, async move { errand.refresh(known, &body).await });
            }
            Command::LookUp { op, settings } => {
                let errand = self.errand(op, Arc::new(*settings));
                self.run_beside(op, Step::Domains, async move {
                    errand.look_up(None).await;
                });
            }
            Command::Send { connection, frames } => {
                if let Some(open) = self.connection.as_mut().filter(|open| open.number == connection) {
                    open.send(frames);
                }
            }
            Command::Close { code, reason } => match &mut self.connection {
                Some(open) => open.close(code, &reason),
                None => self.cut(),
            },
            Command::Ping => {
                if let Some(open) = &mut self.connection {
                    open.ping();
                }
            }
            Command::Cut => self.cut(),
        }
    }

    fn begin(&mut self, attempt: Attempt) {
        self.current.store(attempt.op, Ordering::Relaxed);
        self.attempt = Some(attempt);
    }

    fn redial(&self, settings: &Settings) -> impl Future<Output = Stage> + Send + 'static {
        let network = Network::of(&settings.network);
        let places = self.places.clone();
        let token = settings.token.clone();
        async move {
            match (network, places, token) {
                (Ok(network), Some(places), Some(token)) => Stage::Prepared { network, places, token },
                (Err(cause), ..) => Stage::Dialled(Err(cause.into())),
                _ => Stage::Dialled(Err(Cause::new("there is no session to go on with: connect first").into())),
            }
        }
    }

    /// Drops the socket, and the dialling of one.
    fn cut(&mut self) {
        let dialling = self.attempt.take();
        let open = self.connection.take().map(|open| open.op);
        for op in open.into_iter().chain(dialling.map(|attempt| attempt.op)) {
            self.listener.hear(Event::Closed { op, code: ABNORMAL });
        }
    }

    fn advance(&mut self, stage: Stage) {
        let Some(attempt) = &mut self.attempt else { return };
        match stage {
            Stage::Prepared { network, places, token } => {
                // The service allows one socket an agent to be of use: the old one ends before the new one is dialled.
                if let Some(old) = self.connection.take() {
                    self.listener.hear(Event::Closed { op: old.op, code: ABNORMAL });
                }
                self.places = Some(places.clone());
                attempt.stage = dial(network, attempt.settings.clone(), places, token).boxed();
            }
            Stage::Dialled(Ok(socket)) => {
                self.connections += 1;
                let (op, connection) = (attempt.op, self.connections);
                let opened = Connection::new(op, connection, socket, &attempt.settings, self.listener.clone());
                self.connection = Some(opened);
                self.attempt = None;
                self.listener.hear(Event::Opened { op, connection });
            }
            Stage::Dialled(Err(failure)) => {
                let op = attempt.op;
                self.attempt = None;
                let error = Error::wire(Service::Messaging, "Error on WS connection", failure.cause);
                // Only a refused token has a code; other statuses stand in the message alone.
                let error = if failure.status == Some(401) { error.with_status(401) } else { error };
                self.listener.hear(Event::Failure { op, error });
                self.listener.hear(Event::Closed { op, code: ABNORMAL });
            }
            Stage::Over => self.attempt = None,
        }
    }

    fn end_connection(&mut self, code: u16) {
        if let Some(open) = self.connection.take() {
            self.listener.hear(Event::Closed { op: open.op, code });
        }
    }

    fn errand(&self, op: Op, settings: Arc<Settings>) -> Errand {
        Errand { op, settings, listener: self.listener.clone(), jar: self.jar.clone() }
    }

    /// Runs something beside the socket; should it panic, its operation is over all the same.
    fn run_beside(&mut self, op: Op, step: Step, work: impl Future<Output = ()> + Send + 'static) {
        let listener = self.listener.clone();
        self.errands.spawn(async move {
            if AssertUnwindSafe(work).catch_unwind().await.is_err() {
                listener.hear(Event::Failed { op, step, error: Error::new(Service::Messaging, INTERNAL) });
            }
        });
    }
}

fn poll_attempt(attempt: &mut Option<Attempt>, cx: &mut Context<'_>) -> Poll<Stage> {
    attempt.as_mut().map_or(Poll::Pending, |attempt| attempt.stage.as_mut().poll(cx))
}

fn poll_connection(connection: &mut Option<Connection>, cx: &mut Context<'_>) -> Poll<u16> {
    connection.as_mut().map_or(Poll::Pending, |connection| connection.poll(cx))
}

/// The HTTP calls of one operation.
struct Errand {
    op: Op,
    settings: Arc<Settings>,
    listener: Arc<dyn Listener>,
    jar: Arc<Jar>,
}

impl Errand {
    fn fail(&self, step: Step, error: Error) {
        self.listener.hear(Event::Failed { op: self.op, step, error });
    }

    /// Finds the domains, and says so unless they were known; `None` when that failed, which it has said too.
    async fn look_up(&self, known: Option<Arc<Domains>>) -> Option<(Arc<Network>, Arc<Domains>)> {
        let found = match (Network::of(&self.settings.network), known) {
            (Ok(network), Some(domains)) => return Some((network, domains)),
            (Ok(network), None) => domains::look_up(&network, &self.settings).await.map(|domains| (network, domains)),
            (Err(cause), _) => Err(Error::wire(Service::DomainNames, "Error on CSDS request", cause)),
        };
        match found {
            Ok((network, domains)) => {
                self.listener.hear(Event::Domains { op: self.op, domains: domains.clone() });
                Some((network, domains))
            }
            Err(error) => {
                self.fail(Step::Domains, error);
                None
            }
        }
    }

    /// The way to a token.
    async fn prepare(self, known: Option<Arc<Domains>>, again: bool) -> Stage {
        let Some((network, found)) = self.look_up(known).await else { return Stage::Over };
        if again && !found.listed && self.settings.domains.is_none() {
            self.fail(Step::Domains, Error::new(Service::DomainNames, "could not fetch domains on reconnect"));
            return Stage::Over;
        }
        let places = Places::new(&found, &self.settings);
        match session::sign_in(&network, &self.settings, &places, &self.jar).await {
            Ok(session::SignIn { token, answer }) => {
                self.listener.hear(Event::SignedIn { op: self.op, answer });
                Stage::Prepared { network, places, token }
            }
            Err(error) => {
                self.fail(Step::Login, error);
                Stage::Over
            }
        }
    }

    async fn refresh(self, known: Option<Arc<Domains>>, body: &Secret) {
        let Some((network, found)) = self.look_up(known).await else { return };
        let places = Places::new(&found, &self.settings);
        match session::refresh(&network, &self.settings, &places, &self.jar, body).await {
            Ok(Refresh::Done) => self.listener.hear(Event::Refreshed { op: self.op }),
            Ok(Refresh::Expired) => match session::sign_in(&network, &self.settings, &places, &self.jar).await {
                Ok(signed_in) => self.listener.hear(Event::SignedIn { op: self.op, answer: signed_in.answer }),
                Err(error) => self.fail(Step::Login, error),
            },
            Err(error) => self.fail(Step::Refresh, error),
        }
    }
}

async fn dial(network: Arc<Network>, settings: Arc<Settings>, places: Places, token: Secret) -> Stage {
    let host = places.messaging(&settings);
    let path = brand_path(&settings, &token);
    let opening = socket::open(&network, &settings, &host, &path);
    let socket = tokio::time::timeout(settings.handshake_deadline(), opening).await;
    Stage::Dialled(socket.unwrap_or_else(|_| Err(cause::handshake_timed_out().into())))
}

/// What a path segment may not hold (RFC 3986 pchar), save the percent sign, which needs a look at what follows it.
const NOT_PCHAR: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Path and query of the brand socket (LivePerson: Messaging Agent API; SDK: Transport).
fn brand_path(settings: &Settings, token: &Secret) -> String {
    let mut path = format!(
        "/ws_api/account/{}/messaging/brand/{}?v={}",
        segment(&settings.account),
        segment(token.reveal()),
        segment(&settings.api_version)
    );
    if let Some(app_id) = &settings.app_id {
        path += &format!("&intid=na-sdk-js&intvn={}&appId={}", settings.version, segment(app_id));
    }
    path
}

/// A text as a path segment: unchanged as far as a segment may hold it, escapes included.
fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (n, part) in text.split('%').enumerate() {
        if n > 0 {
            let escape = part.len() >= 2 && part.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit);
            out.push_str(if escape { "%" } else { "%25" });
        }
        out.extend(utf8_percent_encode(part, NOT_PCHAR));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_into_the_path_unchanged_as_far_as_it_may() {
        for (token, path) in [
            ("abc-._~!$&'()*+,;=:@", "abc-._~!$&'()*+,;=:@"),
            ("a%2Fb%2f", "a%2Fb%2f"),
            ("a/b?c#d e", "a%2Fb%3Fc%23d%20e"),
            ("100%", "100%25"),
            ("%zz%4", "%25zz%254"),
            ("%éa", "%25%C3%A9a"),
        ] {
            assert_eq!(segment(token), path, "{token}");
        }
    }
}
