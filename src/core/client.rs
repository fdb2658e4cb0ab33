//! The machine: connects, reconnects, refreshes, sends and closes for one agent. Commands go in, events come out.

use std::future::{Future, poll_fn};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use super::cause;
use super::config::{Secret, Settings};
use super::connection::{Connection, Frame};
use super::dial::{Prepared, dial};
use super::domains::{Domains, Places};
use super::errand::Errand;
use super::error::{Cause, Error, Service};
use super::event::{Event, Listener, Op, Step};
use super::meter::Meter;
use super::network::Network;
use super::session::Jar;
use super::socket::{ABNORMAL, Socket};
use super::upgrade::NotOpened;

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
    /// Ends the session; [`Event::Refreshed`] or [`Event::Failed`] tell how that went.
    LogOut {
        /// The caller's number for it.
        op: Op,
        /// The settings as they are now.
        settings: Box<Settings>,
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
    /// Starts the closing handshake of the open socket. A socket that is being dialled is given up, as ws does it: an error,
    /// then 1006. Where there is neither, nothing happens.
    Close {
        /// The close code; `None` for a frame without one.
        code: Option<u16>,
        /// The reason; what is beyond 123 bytes is cut off (RFC 6455 §5.5).
        reason: String,
    },
    /// Sends a ping frame.
    Ping,
    /// Drops the open socket without a close frame; else as [`Command::Close`].
    Cut,
}

/// A handle to an agent's machine. Dropping it is hanging up: everything stops, and no event comes any more.
pub struct Client {
    /// Boxed, since a channel reserves room for dozens, and thousands of agents have one each.
    commands: UnboundedSender<Box<Command>>,
    /// The cookies of the session.
    pub jar: Arc<Jar>,
    /// What the connections have carried.
    pub meter: Arc<Meter>,
}

impl Client {
    /// Starts a machine on `runtime`.
    pub fn start(runtime: &Handle, listener: Arc<dyn Listener>) -> Self {
        let (commands, receiver) = unbounded_channel();
        let jar = Arc::new(Jar::default());
        let meter = Arc::new(Meter::default());
        let mut machine = Machine {
            commands: receiver,
            jar: jar.clone(),
            meter: meter.clone(),
            listener,
            session: None,
            attempt: None,
            connection: None,
            connections: 0,
            errands: JoinSet::new(),
        };
        runtime.spawn(async move {
            // A panic, of a listener say, is the end of what it interrupted and not of the agent.
            while AssertUnwindSafe(machine.run()).catch_unwind().await.is_err() {
                machine.collapse();
            }
        });
        Self { commands, jar, meter }
    }

    /// Asks for something.
    pub fn ask(&self, command: Command) {
        // Fails only where the runtime is gone, and with it whoever would be told.
        let _ = self.commands.send(Box::new(command));
    }
}

const INTERNAL: &str = "internal error in the connection core of node-agent-sdk-rs; please report it";

struct Machine {
    commands: UnboundedReceiver<Box<Command>>,
    listener: Arc<dyn Listener>,
    jar: Arc<Jar>,
    meter: Arc<Meter>,
    /// What the last attempt that got to dialling was prepared with: where a dial alone goes to, and what keeps the TLS
    /// sessions for it.
    session: Option<(Arc<Network>, Places)>,
    attempt: Option<Attempt>,
    connection: Option<Connection>,
    /// How many connections were opened so far.
    connections: u32,
    /// Refreshes and look-ups, which go on beside the socket.
    errands: JoinSet<()>,
}

/// An attempt to connect: first it is [`Prepared`], then it dials.
struct Attempt {
    op: Op,
    settings: Arc<Settings>,
    /// Whether there is a socket, as bots see it, that could be closed.
    dials: bool,
    stage: BoxFuture<'static, Stage>,
}

enum Stage {
    /// Ready to dial.
    Prepared(Prepared),
    /// The end of the dialling.
    Dialled(Box<Result<Socket, NotOpened>>),
    /// It failed before there was anything to dial, and has said so.
    Over,
}

impl Machine {
    /// Runs until the handle is dropped.
    async fn run(&mut self) {
        loop {
            tokio::select! {
                biased;
                command = self.commands.recv() => match command {
                    Some(command) => self.obey(*command),
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
                let stage = async move { errand.prepare(known, again).await.map_or(Stage::Over, Stage::Prepared) };
                self.attempt = Some(Attempt { op, settings, dials: false, stage: stage.boxed() });
            }
            Command::Dial { op, settings } => {
                let settings = Arc::new(*settings);
                let stage = match self.redial(&settings) {
                    Ok(prepared) => Stage::Prepared(prepared),
                    Err(cause) => Stage::Dialled(Box::new(Err(cause.into()))),
                };
                self.attempt = Some(Attempt { op, settings, dials: true, stage: async { stage }.boxed() });
            }
            Command::Refresh { op, settings, known, body } => {
                let errand = self.errand(op, Arc::new(*settings));
                self.run_beside(op, Step::Refresh, errand.refresh(known, body));
            }
            Command::LogOut { op, settings, body } => {
                let errand = self.errand(op, Arc::new(*settings));
                self.run_beside(op, Step::Refresh, errand.log_out(self.session.clone(), body));
            }
            Command::LookUp { op, settings } => {
                let errand = self.errand(op, Arc::new(*settings));
                self.run_beside(op, Step::Domains, async move {
                    errand.look_up(None, false).await;
                });
            }
            Command::Send { connection, frames } => {
                match self.connection.as_mut().filter(|open| open.number == connection) {
                    Some(open) => open.send(frames),
                    None => self.meter.dropped(frames.iter().map(|frame| frame.text.len()).sum()),
                }
            }
            Command::Close { code, reason } => match &mut self.connection {
                Some(open) => open.close(code, &reason),
                None => self.give_up_dialling(),
            },
            Command::Ping => {
                if let Some(open) = &mut self.connection {
                    open.ping();
                }
            }
            Command::Cut => match self.connection {
                Some(_) => self.end_connection(ABNORMAL),
                None => self.give_up_dialling(),
            },
        }
    }

    fn redial(&self, settings: &Settings) -> Result<Prepared, Cause> {
        let nothing = || Cause::new("there is no session to go on with: connect first");
        let (_, places) = self.session.as_ref().ok_or_else(nothing)?;
        let token = settings.token.clone().ok_or_else(nothing)?;
        Ok(Prepared { network: Network::of(&settings.network)?, places: places.clone(), token })
    }

    fn advance(&mut self, stage: Stage) {
        let Some(attempt) = &mut self.attempt else { return };
        let op = attempt.op;
        match stage {
            Stage::Prepared(prepared) => {
                let settings = attempt.settings.clone();
                self.session = Some((prepared.network.clone(), prepared.places.clone()));
                attempt.dials = true;
                attempt.stage = async { Stage::Dialled(Box::new(dial(prepared, settings).await)) }.boxed();
                // One socket an agent: the old one ends before the new one is dialled.
                self.end_connection(ABNORMAL);
            }
            Stage::Dialled(result) => match *result {
                Ok(socket) => {
                    self.connections += 1;
                    let connection = self.connections;
                    let opened = Connection::new(op, connection, socket, &attempt.settings, self.listener.clone());
                    self.connection = Some(opened.metered(self.meter.clone()));
                    self.attempt = None;
                    self.listener.hear(Event::Opened { op, connection });
                }
                Err(failure) => self.end_attempt(failure),
            },
            Stage::Over => self.attempt = None,
        }
    }

    /// Drops the socket that is being dialled, where one is.
    fn give_up_dialling(&mut self) {
        if self.attempt.as_ref().is_some_and(|attempt| attempt.dials) {
            self.end_attempt(cause::closed_early().into());
        }
    }

    fn end_attempt(&mut self, failure: NotOpened) {
        let Some(attempt) = self.attempt.take() else { return };
        let error = Error::wire(Service::Messaging, "Error on WS connection", failure.cause);
        // Only a refused token has a code; other statuses stand in the message alone.
        let error = if failure.status == Some(401) { error.with_status(401) } else { error };
        let error = Error { status: failure.status, ..error };
        self.listener.hear(Event::Failure { op: attempt.op, error });
        self.listener.hear(Event::Closed { op: attempt.op, code: ABNORMAL });
    }

    fn end_connection(&mut self, code: u16) {
        if let Some(open) = self.connection.take() {
            self.listener.hear(Event::Closed { op: open.op, code });
        }
    }

    /// After a panic: whatever was going on is over.
    fn collapse(&mut self) {
        let open = self.connection.take().map(|open| open.op);
        let attempt = self.attempt.take().map(|attempt| attempt.op);
        for op in open.into_iter().chain(attempt) {
            self.listener.hear(Event::Failure { op, error: Error::new(Service::Messaging, INTERNAL) });
            self.listener.hear(Event::Closed { op, code: ABNORMAL });
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
