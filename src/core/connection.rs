//! One open socket until its end: frames in and out, deadlines, keep-alive, back-pressure.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncBufRead, AsyncWrite};
use tokio::task::coop;
use tokio::time::{Instant, Sleep, sleep_until};

use super::config::{FOR_EVER, Settings};
use super::envelope::{Head, Reading};
use super::error::{Error, Service};
use super::event::{Admission, Event, Listener, Op};
use super::keepalive::KeepAlive;
use super::meter::{Load, Meter};
use super::pending::Pending;
use super::socket::{ABNORMAL, Incoming, Socket, Wire};

/// How long the closing handshake may take (ws: closeTimeout).
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
pub struct Connection<S = Wire> {
    /// The attempt that opened it.
    pub op: Op,
    /// The number that requests for it name.
    pub number: u32,
    socket: Socket<S>,
    desk: Desk,
    keepalive: KeepAlive,
    clock: Clock,
    /// Until when the closing handshake must be through.
    closing: Option<Duration>,
    /// What was given to be sent and is not written yet.
    load: Load,
    timer: Pin<Box<Sleep>>,
}

impl<S: AsyncBufRead + AsyncWrite + Unpin> Connection<S> {
    /// A connection on a socket that has just been opened. Pings at once.
    pub fn new(op: Op, number: u32, socket: Socket<S>, settings: &Settings, listener: Arc<dyn Listener>) -> Self {
        let meter = Arc::new(Meter::default());
        Self {
            op,
            number,
            socket,
            desk: Desk { listener, meter: meter.clone(), pending: Pending::default(), probe: None, held: None },
            keepalive: KeepAlive::new(settings.ping_interval(), settings.pong_timeout()),
            clock: Clock::start(),
            closing: None,
            load: Load::new(meter),
            timer: Box::pin(sleep_until(Instant::now())),
        }
    }

    /// Counts into this meter what it carries.
    pub fn metered(mut self, meter: Arc<Meter>) -> Self {
        self.load = Load::new(meter.clone());
        self.desk.meter = meter;
        self
    }

    /// Sends frames in one write; their timeouts run from now.
    pub fn send(&mut self, frames: Vec<Frame>) {
        let now = self.clock.reading();
        for frame in frames {
            self.load.add(frame.text.len());
            self.desk.probe.get_or_insert_with(|| (frame.id.clone(), Instant::now()));
            self.desk.pending.sent(frame.id, now + frame.timeout.min(FOR_EVER));
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
        self.closing.get_or_insert(self.clock.reading() + CLOSE_TIMEOUT);
    }

    /// Goes on until the end, whose close code it resolves to. What happens on the way the listener hears.
    ///
    /// Reading comes before looking at the time: after a pause, what has arrived is read before anything is declared late.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<u16> {
        let end = self.go_on(cx);
        self.desk.listener.tell();
        end
    }

    fn go_on(&mut self, cx: &mut Context<'_>) -> Poll<u16> {
        loop {
            if self.socket.poll_flush(cx).is_ready() {
                self.load.clear();
            }
            let reads = self.poll_admission(cx).is_ready();
            if reads {
                match self.socket.poll_next(cx, |message| self.desk.receive(message)) {
                    Poll::Ready(Incoming::End { code, fault }) => {
                        if let Some(cause) = fault {
                            let error = Error::wire(Service::Messaging, "Error on WS connection", cause);
                            self.desk.listener.hear(Event::Failure { op: self.op, error });
                        }
                        return Poll::Ready(code);
                    }
                    Poll::Ready(Incoming::Message) => {
                        if self.desk.held.is_some() {
                            self.clock.pause();
                        }
                        if self.heard(cx).is_ready() {
                            continue;
                        }
                    }
                    Poll::Ready(Incoming::SignOfLife) => {
                        self.desk.meter.lives(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default());
                        if self.heard(cx).is_ready() {
                            continue;
                        }
                    }
                    Poll::Pending => {}
                }
            }
            let (wall, reading) = (self.clock.wall(), self.clock.reading());
            if self.keepalive.ping(wall, reading) {
                self.socket.ping();
                continue;
            }
            if !coop::has_budget_remaining() {
                // It is the other tasks' turn. There may be more to read before anything is late.
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            if reads && let Some(code) = self.end_if_late(reading) {
                return Poll::Ready(code);
            }
            if self.poll_timer(cx, reads).is_pending() {
                return Poll::Pending;
            }
        }
    }

    /// The peer lives. What came takes its share of this turn, even where it was in a buffer already: a flood on one
    /// connection must not starve the others. Ready while there is something left of the turn.
    fn heard(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.keepalive.heard();
        pin!(coop::consume_budget()).poll(cx)
    }

    /// Ready when there is room for the message that was held, if one was, and it has been heard.
    fn poll_admission(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some((event, mut admission)) = self.desk.held.take() else { return Poll::Ready(()) };
        if admission.as_mut().poll(cx).is_pending() {
            self.desk.held = Some((event, admission));
            return Poll::Pending;
        }
        self.clock.resume();
        self.desk.listener.hear(event);
        Poll::Ready(())
    }

    /// Tells of requests that were not answered in time. The close code, if the connection itself is over.
    fn end_if_late(&mut self, now: Duration) -> Option<u16> {
        let lapsed = self.desk.pending.lapsed(now);
        if !lapsed.is_empty() {
            self.desk.probe.take_if(|(id, _)| lapsed.contains(id));
            self.desk.listener.hear(Event::TimedOut { ids: lapsed });
        }
        let close_code = self.socket.close_code();
        if close_code.is_some() {
            // The service is leaving; our echo must not take for ever.
            self.closing.get_or_insert(now + CLOSE_TIMEOUT);
        }
        let is_over = self.keepalive.is_dead(now) || self.closing.is_some_and(|deadline| deadline <= now);
        is_over.then(|| close_code.unwrap_or(ABNORMAL))
    }

    /// Ready when something may be due. The timer is moved only when it would fire too late. While nothing is read only the
    /// next ping counts.
    fn poll_timer(&mut self, cx: &mut Context<'_>, reads: bool) -> Poll<()> {
        let mut next = self.clock.on_wall(self.keepalive.next_ping());
        if reads {
            let deadlines = [self.keepalive.deadline(), self.desk.pending.next(), self.closing];
            for deadline in deadlines.into_iter().flatten() {
                next = next.min(self.clock.on_reading(deadline));
            }
        }
        if self.timer.is_elapsed() || next < self.timer.deadline() {
            self.timer.as_mut().reset(next);
        }
        self.timer.as_mut().poll(cx)
    }
}

/// Where messages arrive, and what they are compared with.
struct Desk {
    listener: Arc<dyn Listener>,
    meter: Arc<Meter>,
    pending: Pending,
    /// The request whose round trip is being measured, and since when.
    probe: Option<(String, Instant)>,
    /// A message that was read and finds no room yet. Nothing more is read until it does.
    held: Option<(Event, Admission)>,
}

impl Desk {
    fn receive(&mut self, message: &str) {
        self.meter.came(message.len());
        let Reading { head, parts } = self.listener.read(message);
        match &head {
            Head::Response(Some(id)) => {
                if let Some((_, since)) = self.probe.take_if(|(probe, _)| *probe == **id) {
                    self.meter.answered(since.elapsed());
                }
                self.pending.answered(id);
            }
            Head::Notification { kind: Some(kind), has_body: true } if !self.listener.wants(kind) => return,
            Head::Other => return,
            _ => {}
        }
        let event = match parts {
            Some(parts) => Event::Parts { parts, length: message.len() },
            None if head == Head::Unreadable => Event::Unreadable { text: message.into() },
            None => Event::Message { text: message.into() },
        };
        match self.listener.admit(message.len()) {
            None => self.listener.hear(event),
            Some(admission) => self.held = Some((event, admission)),
        }
    }
}

/// Two clocks since the connection was opened: the wall's, and one that stands still while nothing is read.
struct Clock {
    opened: Instant,
    paused: Duration,
    since: Option<Instant>,
}

impl Clock {
    fn start() -> Self {
        Self { opened: Instant::now(), paused: Duration::ZERO, since: None }
    }

    fn wall(&self) -> Duration {
        self.opened.elapsed()
    }

    fn reading(&self) -> Duration {
        self.since.unwrap_or_else(Instant::now).duration_since(self.opened).saturating_sub(self.paused)
    }

    /// The moment at which the wall clock shows `time`.
    fn on_wall(&self, time: Duration) -> Instant {
        self.opened + time
    }

    /// The moment at which the reading clock will show `time`, if it does not stand still until then.
    fn on_reading(&self, time: Duration) -> Instant {
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
