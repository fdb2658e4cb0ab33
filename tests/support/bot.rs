//! An agent whose events a test can wait for.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use node_agent_sdk_rs::core::client::{Client, Command};
use node_agent_sdk_rs::core::config::Settings;
use node_agent_sdk_rs::core::connection::Frame;
use node_agent_sdk_rs::core::domains::Domains;
use node_agent_sdk_rs::core::error::Error;
use node_agent_sdk_rs::core::event::{Admission, Event, Listener, Op, SignedIn, Step};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;

use super::within;

/// A listener that passes everything on to the test.
pub struct Ear {
    events: UnboundedSender<Event>,
    /// Whether messages are admitted.
    pub open: watch::Sender<bool>,
    /// How many messages were refused at once.
    pub refused: AtomicUsize,
    /// Panic at the next message.
    pub panics: AtomicBool,
    /// The types that are heard; `None`: all.
    pub wanted: Mutex<Option<HashSet<String>>>,
}

impl Ear {
    pub fn new() -> (Arc<Self>, Events) {
        let (sender, receiver) = unbounded_channel();
        let ear = Self {
            events: sender,
            open: watch::Sender::new(true),
            refused: AtomicUsize::default(),
            panics: AtomicBool::default(),
            wanted: Mutex::default(),
        };
        (Arc::new(ear), Events(receiver))
    }
}

impl Listener for Ear {
    fn hear(&self, event: Event) {
        if matches!(event, Event::Message { .. }) && self.panics.swap(false, Ordering::Relaxed) {
            panic!("a listener that panics, as this test wants it");
        }
        let _ = self.events.send(event);
    }

    fn wants(&self, kind: &str) -> bool {
        self.wanted.lock().unwrap().as_ref().is_none_or(|wanted| wanted.contains(kind))
    }

    fn admit(&self, _bytes: usize) -> Option<Admission> {
        if *self.open.borrow() {
            return None;
        }
        self.refused.fetch_add(1, Ordering::Relaxed);
        let mut open = self.open.subscribe();
        Some(Box::pin(async move {
            let _ = open.wait_for(|open| *open).await;
        }))
    }
}

/// The events, in their order.
pub struct Events(UnboundedReceiver<Event>);

impl Events {
    pub async fn next(&mut self, what: &str) -> Event {
        within(what, self.0.recv()).await.unwrap_or_else(|| panic!("the machine ended before {what}"))
    }

    /// What has been heard already, without waiting.
    pub fn now(&mut self) -> Option<Event> {
        self.0.try_recv().ok()
    }

    pub async fn domains(&mut self) -> Arc<Domains> {
        match self.next("domains").await {
            Event::Domains { domains, .. } => domains,
            other => panic!("domains, not {other:?}"),
        }
    }

    pub async fn signed_in(&mut self) -> Option<SignedIn> {
        match self.next("signedIn").await {
            Event::SignedIn { answer, .. } => answer,
            other => panic!("signedIn, not {other:?}"),
        }
    }

    /// The end of an operation before there was a socket.
    pub async fn failed(&mut self) -> (Step, Error) {
        match self.next("failed").await {
            Event::Failed { step, error, .. } => (step, error),
            other => panic!("failed, not {other:?}"),
        }
    }

    pub async fn opened(&mut self) -> u32 {
        match self.next("opened").await {
            Event::Opened { connection, .. } => connection,
            other => panic!("opened, not {other:?}"),
        }
    }

    pub async fn failure(&mut self) -> Error {
        match self.next("error").await {
            Event::Failure { error, .. } => error,
            other => panic!("error, not {other:?}"),
        }
    }

    pub async fn closed(&mut self) -> (Op, u16) {
        match self.next("closed").await {
            Event::Closed { op, code } => (op, code),
            other => panic!("closed, not {other:?}"),
        }
    }

    pub async fn message(&mut self) -> String {
        match self.next("a message").await {
            Event::Message { text } => text.to_string(),
            other => panic!("a message, not {other:?}"),
        }
    }

    pub async fn timed_out(&mut self) -> Vec<String> {
        match self.next("timeout").await {
            Event::TimedOut { ids } => ids,
            other => panic!("timeout, not {other:?}"),
        }
    }
}

pub struct Bot {
    pub client: Client,
    pub ear: Arc<Ear>,
    pub events: Events,
}

impl Bot {
    pub fn new() -> Self {
        let (ear, events) = Ear::new();
        Self { client: Client::start(&Handle::current(), ear.clone()), ear, events }
    }

    pub fn connect(&self, op: Op, settings: Box<Settings>) {
        self.client.ask(Command::Connect { op, settings, known: None, again: false });
    }

    pub fn dial(&self, op: Op, settings: Box<Settings>) {
        self.client.ask(Command::Dial { op, settings });
    }

    pub fn refresh(&self, op: Op, settings: Box<Settings>) {
        let body = r#"{"csrf":"c1"}"#.into();
        self.client.ask(Command::Refresh { op, settings, known: None, body });
    }

    pub fn look_up(&self, op: Op, settings: Box<Settings>) {
        self.client.ask(Command::LookUp { op, settings });
    }

    /// Connects and hears the three events of it.
    pub async fn open(&mut self, op: Op, settings: Box<Settings>) -> u32 {
        self.connect(op, settings);
        self.events.domains().await;
        self.events.signed_in().await;
        self.events.opened().await
    }

    pub fn send(&self, connection: u32, id: &str, text: &str) {
        self.client.ask(Command::Send { connection, frames: vec![request(id, text, 10_000)] });
    }

    pub fn close(&self, code: Option<u16>, reason: &str) {
        self.client.ask(Command::Close { code, reason: reason.into() });
    }
}

pub fn request(id: &str, text: &str, milliseconds: u64) -> Frame {
    Frame { id: id.into(), text: text.into(), timeout: Duration::from_millis(milliseconds) }
}
