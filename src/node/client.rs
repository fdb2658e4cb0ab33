//! The native half of an agent.

use std::mem::take;
use std::sync::Arc;
use std::time::Duration;

use napi::bindgen_prelude::Result;
use napi_derive::napi;

use super::inbox::{AgentListener, Inbox};
use crate::core::client::{Client as Machine, Command};
use crate::core::config::{Secret, Settings};
use crate::core::connection::Frame;
use crate::core::domains::{self, Domains};
use crate::core::error::{Error, Service};
use crate::core::event::{Event, Listener, Op, Step};
use crate::core::runtime;

/// The native half of an agent, from its first connect until dispose. No method throws for a user's mistake; what happens
/// is told in the inbox.
#[napi]
pub struct Client {
    machine: Option<Machine>,
    listener: Arc<AgentListener>,
    /// Requests of this turn of the event loop, for one connection.
    corked: Vec<Frame>,
    connection: u32,
}

#[napi]
impl Client {
    /// `key` marks what comes from it in the inbox.
    #[napi(constructor)]
    pub fn new(inbox: &Inbox, key: u32) -> Result<Self> {
        let runtime = runtime::handle().ok_or_else(|| {
            napi::Error::from_reason("node-agent-sdk-rs could not start its I/O thread: the system gave none")
        })?;
        let listener = inbox.listener(key);
        let machine = Machine::start(runtime, listener.clone());
        Ok(Self { machine: Some(machine), listener, corked: Vec::new(), connection: 0 })
    }

    /// Look-up, sign-in, socket; replaces the attempt under way. Returns the domains, JSON, where no network is needed for
    /// them. `again`: a reconnect, for which an answer without a list of domains is the end.
    #[napi]
    pub fn connect(&self, op: u32, settings: String, again: bool) -> Option<String> {
        let settings = self.parse(op, &settings)?;
        let known = domains::cached(&settings);
        self.ask(Command::Connect { op, settings, known: known.clone(), again });
        told(known)
    }

    /// The socket only, with the token of the settings, to the host of the last look-up; replaces the attempt under way.
    #[napi]
    pub fn dial(&self, op: u32, settings: String) {
        if let Some(settings) = self.parse(op, &settings) {
            self.ask(Command::Dial { op, settings });
        }
    }

    /// Look-up and session refresh; `body`: the JSON to post. Returns as connect does.
    #[napi]
    pub fn refresh(&self, op: u32, settings: String, body: String) -> Option<String> {
        let settings = self.parse(op, &settings)?;
        let known = domains::cached(&settings);
        self.ask(Command::Refresh { op, settings, known: known.clone(), body: Secret::from(body.as_str()) });
        told(known)
    }

    /// Ends the session; `body`: the JSON to post.
    #[napi]
    pub fn log_out(&self, op: u32, settings: String, body: String) {
        if let Some(settings) = self.parse(op, &settings) {
            self.ask(Command::LogOut { op, settings, body: Secret::from(body.as_str()) });
        }
    }

    /// Domain look-up only. Returns as connect does.
    #[napi]
    pub fn look_up(&self, op: u32, settings: String) -> Option<String> {
        let settings = self.parse(op, &settings)?;
        let known = domains::cached(&settings);
        if known.is_none() {
            self.ask(Command::LookUp { op, settings });
        }
        told(known)
    }

    /// A request frame for a connection, kept until flush. `timeout` in ms, from flush on.
    #[napi]
    pub fn send(&mut self, connection: u32, id: String, text: String, timeout: f64) {
        if connection != self.connection {
            self.flush();
            self.connection = connection;
        }
        let timeout = Duration::try_from_secs_f64(timeout / 1000.0).unwrap_or(Duration::MAX);
        if let Some(machine) = &self.machine {
            machine.meter.handed(text.len());
        }
        self.corked.push(Frame { id, text, timeout });
    }

    /// Lets the frames go out, in one write.
    #[napi]
    pub fn flush(&mut self) {
        if !self.corked.is_empty() {
            let frames = take(&mut self.corked);
            self.ask(Command::Send { connection: self.connection, frames });
        }
    }

    /// The closing handshake; without a code the close frame has none.
    #[napi]
    pub fn close(&mut self, code: Option<u32>, reason: Option<String>) {
        self.flush();
        let code = code.and_then(|code| u16::try_from(code).ok());
        self.ask(Command::Close { code, reason: reason.unwrap_or_default() });
    }

    /// A ping frame.
    #[napi]
    pub fn ping(&self) {
        self.ask(Command::Ping);
    }

    /// Drops the socket, or the attempt to open one, without a close frame.
    #[napi]
    pub fn cut(&mut self) {
        self.flush();
        self.ask(Command::Cut);
    }

    /// The cookies that a call to this URL would carry; '' for none.
    #[napi]
    pub fn cookies(&self, url: String) -> String {
        self.machine.as_ref().map(|machine| machine.jar.cookies(&url)).unwrap_or_default()
    }

    /// Bytes that were handed to send and are not written yet.
    #[napi]
    pub fn buffered_amount(&self) -> f64 {
        #[allow(clippy::cast_precision_loss)]
        self.machine.as_ref().map(|machine| machine.meter.buffered() as f64).unwrap_or_default()
    }

    /// What the sockets have carried: see Meter::figures.
    #[napi]
    pub fn figures(&self) -> Vec<f64> {
        self.machine.as_ref().map(|machine| machine.meter.figures().to_vec()).unwrap_or_default()
    }

    /// Nobody listens to notifications of this type, in the service's words: for a second, or until heed, those whose body is an
    /// object need not come.
    #[napi]
    pub fn ignore(&self, kind: String) {
        self.listener.ignore(&kind);
    }

    /// Somebody may listen to any type.
    #[napi]
    pub fn heed(&self) {
        self.listener.heed();
    }

    /// Everything stops; nothing that comes later is of interest.
    #[napi]
    pub fn dispose(&mut self) {
        self.machine = None;
        self.corked.clear();
    }
}

impl Client {
    fn ask(&self, command: Command) {
        if let Some(machine) = &self.machine {
            machine.ask(command);
        }
    }

    fn parse(&self, op: Op, json: &str) -> Option<Box<Settings>> {
        match Settings::parse(json) {
            Ok(settings) => Some(Box::new(settings)),
            Err(why) => {
                let error = Error::new(Service::DomainNames, format!("the options cannot be used: {why}"));
                self.listener.hear(Event::Failed { op, step: Step::Domains, error });
                None
            }
        }
    }
}

fn told(known: Option<Arc<Domains>>) -> Option<String> {
    serde_json::to_string(&*known?).ok()
}
