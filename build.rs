//! Link settings for a Node-API addon; nothing to do for the core alone.

fn main() {
    if std::env::var_os("CARGO_FEATURE_NODE_API").is_some() {
        napi_build::setup();
    }
}
