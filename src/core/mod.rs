//! Everything that is connection, and nothing that is Node. See the crate documentation for the layers.

pub mod batch;
pub mod cause;
pub mod client;
pub mod confidence;
pub mod config;
pub mod connection;
pub mod dial;
pub mod domains;
pub mod envelope;
pub mod errand;
pub mod error;
pub mod event;
pub mod frame_header;
pub mod frames;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod gulp;
pub mod http;
pub mod ignored;
pub mod json;
pub mod keepalive;
pub mod logins;
pub mod meter;
pub mod network;
pub mod pending;
pub mod resolver;
pub mod runtime;
pub mod session;
pub mod shapes;
pub mod skeleton;
pub mod socket;
pub mod template;
pub mod tickets;
pub mod tls;
pub mod upgrade;
