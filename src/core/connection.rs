//! One open socket until its end: frames in and out, deadlines, keep-alive, back-pressure.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::config::Settings;
use super::envelope::{self, Head};
use super::error::{Error, Service};
use super::event::{Admission, Event, Listener, Op};
use super::keepalive::{Due, KeepAlive};
use super::pending::Pending;
use super::socket::{ABNORMAL, Incoming, Socket};

/// How long the service may take to answer our close frame (ws: closeTimeout).
const CLOSE_TIMEOUT: Duration = Duration::from_secs(30);

/// A request on its way out.
#[derive(Debug)]
pub struct Frame {
    /// The id that its answer will name.
    pub id: String,
    /// The frame, JSON.
    pub text: String,
    /// How long to wait for the answer.
    pub timeout: Duration,
}

/// An open socket.
pub struct Connection {
    /// The attempt that opened it.
    pub op: Op,
    /// The number that requests for it name.
    pub number: u32,
    socket: Socket,
    listener: Arc<dyn Listener>,
    pending: Pending,
    keepalive: KeepAlive,
    clock: Clock,
    /// A message that was read and finds no room yet. Nothing more is read until it does.
    held: Option<(Event, Admission)>,
    /// Until when the closing handshake that we began must be through.
    closing: Option<Duration>,
    timer: Pin<Box<Sleep>>,
}

impl Connection {
    /// A connection on a socket that has just been opened. Pings at once.
    pub fn new(op: Op, number: u32, socket: Socket, settings: &Settings, listener: Arc<dyn Listener>) -> Self {
        let ms = Duration::from_millis;
        Self {
            op,
            number,
            socket,
            listener,
            pending: Pending::default(),
            keepalive: KeepAlive::new(ms(settings.ping_interval), ms(settings.pong_timeout)),
            clock: Clock::start(),
            held: None,
            closing: None,
            timer: Box::pin(sleep_until(Instant::now())),
        }
    }

    /// Sends frames in one write; their timeouts run from now.
    pub fn send(&mut self, frames: Vec<Frame>) {
        let now = self.clock.now();
        for frame in frames {
            self.pending.sent(frame.id, now + frame.timeout);
            self.socket.send(frame.text.into());
        }
    }

    /// Sends a ping frame, for nobody's account.
    pub fn ping(&mut self) {
        self.socket.ping();
    }

    /// Starts the closing handshake.
    pub fn close(&mut self, code: Option<u16>, reason: &str) {
        self.socket.close(code, reason);
        self.closing.get_or_insert(self.clock.now() + CLOSE_TIMEOUT);
    }

    /// Goes on until the end, whose close code it resolves to. What happens on the way the listener hears.
    ///
    /// Reading comes before looking at the time: after a pause, what has arrived is read before anything is declared late.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<u16> {
        loop {
            self.socket.poll_flush(cx);
            if let Some((event, admission)) = &mut self.held {
                if admission.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                let event = std::mem::replace(event, Event::TimedOut { ids: Vec::new() });
                self.held = None;
                self.clock.resume();
                self.listener.hear(event);
            }
            match self.socket.poll_next(cx) {
                Poll::Ready(Incoming::Message(text)) => {
                    self.keepalive.heard();
                    self.receive(text);
                    continue;
                }
                Poll::Ready(Incoming::SignOfLife) => {
                    self.keepalive.heard();
                    continue;
                }
                Poll::Ready(Incoming::End { code, fault }) => {
                    if let Some(cause) = fault {
                        let error = Error::wire(Service::Messaging, "Error on WS connection", cause);
                        self.listener.hear(Event::Failure { op: self.op, error });
                    }
                    return Poll::Ready(code);
                }
                Poll::Pending => {}
            }
            let now = self.clock.now();
            let lapsed = self.pending.lapsed(now);
            if !lapsed.is_empty() {
                self.listener.hear(Event::TimedOut { ids: lapsed });
            }
            match self.keepalive.due(now) {
                Due::Dead => return Poll::Ready(ABNORMAL),
                Due::Ping => {
                    self.socket.ping();
                    continue;
                }
                Due::Nothing => {}
            }
            if self.closing.is_some_and(|deadline| deadline <= now) {
                return Poll::Ready(ABNORMAL);
            }
            if self.poll_timer(cx).is_pending() {
                return Poll::Pending;
            }
        }
    }

    fn receive(&mut self, text: Utf8Bytes) {
        let event = match envelope::read(&text) {
            Head::Response(id) => {
                if let Some(id) = id {
                    self.pending.answered(&id);
                }
                Event::Message { text }
            }
            Head::Notification(kind) if kind.as_deref().is_some_and(|kind| !self.listener.wants(kind)) => return,
            Head::Notification(_) => Event::Message { text },
            Head::Other => return,
            Head::Unreadable => Event::Unreadable { text },
        };
        let bytes = match &event {
            Event::Message { text } | Event::Unreadable { text } => text.len(),
            _ => 0,
        };
        match self.listener.admit(bytes) {
            None => self.listener.hear(event),
            Some(admission) => {
                self.clock.pause();
                self.held = Some((event, admission));
            }
        }
    }

    /// Ready when something may be due. The timer is moved only when it would fire too late.
    fn poll_timer(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut next = self.keepalive.next();
        for other in [self.pending.next(), self.closing].into_iter().flatten() {
            next = next.min(other);
        }
        let next = self.clock.instant(next);
        if self.timer.is_elapsed() || next < self.timer.deadline() {
            self.timer.as_mut().reset(next);
        }
        self.timer.as_mut().poll(cx)
    }
}

/// Time since the connection was opened, less the time for which it was not read.
struct Clock {
    opened: Instant,
    paused: Duration,
    since: Option<Instant>,
}

impl Clock {
    fn start() -> Self {
        Self { opened: Instant::now(), paused: Duration::ZERO, since: None }
    }

    fn now(&self) -> Duration {
        self.since.unwrap_or_else(Instant::now).duration_since(self.opened).saturating_sub(self.paused)
    }

    /// The moment at which [`Clock::now`] will be `time`, if it is not paused until then.
    fn instant(&self, time: Duration) -> Instant {
        self.opened + self.paused + time
    }

    fn pause(&mut self) {
        self.since.get_or_insert_with(Instant::now);
    }

    fn resume(&mut self) {
        if let Some(since) = self.since.take() {
            self.paused += since.elapsed();
        }
    }
}
