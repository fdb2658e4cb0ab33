//! The connection core of node-agent-sdk-rs.
//!
//! Rust moves frames, JavaScript gives them meaning. This crate owns everything that is connection: it finds the domains
//! of an account, logs in, opens the WebSocket and keeps it alive, sends what it is given, notices what is not answered in
//! time, and says what happens as a stream of [`core::event::Event`]s.
//!
//! - [`core`] knows nothing of Node. `cargo test --no-default-features` builds and tests it alone.
//! - `node` (feature `node-api`) is the bridge: one class per agent, one queue of events per JavaScript environment.
//!
//! Inside the core a layer may only look downwards:
//!
//! | layer | modules | may use |
//! | --- | --- | --- |
//! | words | `event`, `error`, `config`, `envelope` | the standard library, serde |
//! | pure | `pending`, `keepalive`, `meter`, `shapes` | words; no tokio, no I/O, time is an argument |
//! | wires | `cause`, `resolver`, `tls`, `http`, `socket`, `network` | words, and each its one library |
//! | services | `domains`, `logins`, `session` | words, `http`, `network` |
//! | machine | `errand`, `dial`, `connection`, `client` | all of the above, tokio |

#![warn(missing_docs)]

pub mod core;

#[cfg(feature = "node-api")]
mod node;
