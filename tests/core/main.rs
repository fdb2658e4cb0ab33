//! The core against a scripted peer: real sockets on 127.0.0.1, or a stream in memory under a paused clock, never both.

#[path = "../support/mod.rs"]
mod support;

mod agent;
mod clock;
mod closing;
mod cookies;
mod frames;
mod http;
mod login;
mod lookup;
mod pressure;
mod proxy;
mod refresh;
mod tls;
mod upgrade;
