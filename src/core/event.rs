//! What the core says: one enum of events, one listener.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;

use super::domains::Domains;
use super::envelope::{self, Parts, Reading};
use super::error::Error;

/// The number that the caller chose for an attempt, a refresh or a look-up.
pub type Op = u32;

/// The step at which an operation failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// The domain look-up.
    Domains,
    /// The login, or what it needs.
    Login,
    /// The session refresh.
    Refresh,
}

/// The part of the login's answer that the façade needs, each value as the service sent it.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    /// `config.userId`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<Box<RawValue>>,
    /// `config.userPid`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_pid: Option<Box<RawValue>>,
    /// `csrf`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub csrf: Option<Box<RawValue>>,
    /// `bearer`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bearer: Option<Box<RawValue>>,
}

/// Something that happened to an agent. Events are heard in the order in which they happened.
#[derive(Debug)]
pub enum Event {
    /// A look-up succeeded; `listed` is false when the answer had no list of domains at all.
    Domains {
        /// Whose look-up.
        op: Op,
        /// What was found.
        domains: Arc<Domains>,
    },
    /// The login was answered; `None` where a ready token made it unnecessary.
    SignedIn {
        /// Whose login.
        op: Op,
        /// What the login answered.
        answer: Option<SignedIn>,
    },
    /// The session was refreshed.
    Refreshed {
        /// Whose refresh.
        op: Op,
    },
    /// An operation failed before there was a socket, and is over.
    Failed {
        /// Which operation.
        op: Op,
        /// Where it failed.
        step: Step,
        /// Why.
        error: Error,
    },
    /// The socket is open.
    Opened {
        /// The attempt that opened it.
        op: Op,
        /// The number that requests for this socket must name.
        connection: u32,
    },
    /// The socket failed, or could not be opened. [`Event::Closed`] follows.
    Failure {
        /// The attempt that made the socket.
        op: Op,
        /// Why.
        error: Error,
    },
    /// A socket, or an attempt to open one, came to its end.
    Closed {
        /// The attempt that made the socket.
        op: Op,
        /// The close code: the service's, 1005 where its frame had none, 1006 where there was no frame.
        code: u16,
    },
    /// These requests were not answered in time.
    TimedOut {
        /// Their ids.
        ids: Vec<String>,
    },
    /// A message whose envelope and syntax are known to be good.
    Message {
        /// The text as it came.
        text: String,
    },
    /// Such a message, of a shape that JavaScript knows.
    Parts {
        /// What is left of it.
        parts: Parts,
        /// How long it was, in bytes.
        length: usize,
    },
    /// A message that the core cannot read; JavaScript decides.
    Unreadable {
        /// The text as it came.
        text: String,
    },
}

impl Event {
    /// How long the message was, in bytes; `None` for what is no message.
    pub fn length(&self) -> Option<usize> {
        match self {
            Self::Message { text } | Self::Unreadable { text } => Some(text.len()),
            Self::Parts { length, .. } => Some(*length),
            _ => None,
        }
    }
}

/// A future that resolves when there is room for one more message.
pub type Admission = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where the events of an agent go.
pub trait Listener: Send + Sync + 'static {
    /// Reads a message. Whoever listens may know its shape.
    fn read<'a>(&self, message: &'a str) -> Reading<'a> {
        Reading { head: envelope::read(message), parts: None }
    }

    /// Takes an event. Never blocks. Messages may be kept back until [`Listener::tell`].
    fn hear(&self, event: Event);

    /// No message follows at once: what was kept back is to be handed on. A hand-over for each message would cost more than
    /// the message.
    fn tell(&self) {}

    /// Whether a notification of this type must be delivered, whose body is an object; one that nobody would hear need not be.
    fn wants(&self, kind: &str) -> bool;

    /// Asks for room for a message of `bytes` bytes: `None` when there is room now, else when there will be. Until then the
    /// socket is not read, which is the back-pressure.
    fn admit(&self, bytes: usize) -> Option<Admission>;
}
