//! The bridge to Node: the only code that names napi. Thin: text and numbers in, batches of events out.

mod client;
mod inbox;
