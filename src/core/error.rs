//! What went wrong, as data. The façade makes an `SDKError` of it.

use serde::Serialize;
use serde_json::value::RawValue;

/// The service that an error is about, in the original's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Service {
    /// The domain service (CSDS).
    #[serde(rename = "domainNames")]
    DomainNames,
    /// The login of agentVep.
    #[serde(rename = "authentication.login")]
    Login,
    /// The session refresh of agentVep.
    #[serde(rename = "authentication.refreshSession")]
    Refresh,
    /// The messaging WebSocket.
    #[serde(rename = "messaging")]
    Messaging,
}

/// Something that failed, told in the words of the compatibility table.
///
/// Holds no password, token, csrf or cookie: messages are made of fixed texts, status lines and causes only.
#[derive(Debug, Serialize)]
pub struct Error {
    /// Whom it is about.
    pub service: Service,
    /// What happened.
    pub message: String,
    /// The HTTP status, or the service's own code, as JSON; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Box<RawValue>>,
    /// The HTTP status, where the service answered with one that is an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The service's own `error` object, to be appended to the message as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<Box<RawValue>>,
    /// What the wire said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Box<Cause>>,
    /// The body of the HTTP answer that was an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

impl Error {
    /// An error that is only words.
    pub fn new(service: Service, message: impl Into<String>) -> Self {
        Self { service, message: message.into(), code: None, status: None, detail: None, cause: None, body: None }
    }

    /// `{prefix}: {what the wire said}`.
    pub fn wire(service: Service, prefix: &str, cause: Cause) -> Self {
        Self { cause: Some(Box::new(cause.clone())), ..Self::new(service, format!("{prefix}: {}", cause.message)) }
    }

    /// Adds an HTTP status as the code.
    pub fn with_status(mut self, status: u16) -> Self {
        self.code = RawValue::from_string(status.to_string()).ok();
        self.status = Some(status);
        self
    }
}

/// The error underneath, as Node would have made it: its message, then its own fields in Node's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Node's words.
    pub message: String,
    /// The class of the error; empty for `Error`.
    pub class: &'static str,
    /// `errno`, `code`, `syscall`, `address`, `port`, … as far as Node gives them.
    pub fields: Vec<(&'static str, Field)>,
}

/// A field of a [`Cause`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Field {
    /// A text such as `ECONNREFUSED`.
    Text(String),
    /// A number such as a port.
    Number(i64),
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Field {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Field {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl Cause {
    /// A cause without fields.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), class: "", fields: Vec::new() }
    }

    /// Adds a field.
    pub fn with(mut self, name: &'static str, value: impl Into<Field>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// Makes it an error of another class of JavaScript's.
    pub fn of_class(self, class: &'static str) -> Self {
        Self { class, ..self }
    }

    /// The field `code`, such as `ECONNREFUSED`.
    pub fn code(&self) -> Option<&str> {
        self.fields.iter().find_map(|(name, value)| match value {
            Field::Text(text) if *name == "code" => Some(text.as_str()),
            _ => None,
        })
    }
}

impl Serialize for Cause {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("message", &self.message)?;
        if !self.class.is_empty() {
            map.serialize_entry("class", self.class)?;
        }
        for (name, value) in &self.fields {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
