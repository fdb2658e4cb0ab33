//! One tokio runtime for the process, on a thread of its own, made on first use.

use once_cell::sync::Lazy;
use tokio::runtime::{Builder, Handle};

/// Names are looked up on threads of their own, by the system's blocking resolver; Node takes four.
const RESOLVING_THREADS: usize = 8;

/// One thread serves thousands of agents: what takes time is JavaScript.
static HANDLE: Lazy<Option<Handle>> = Lazy::new(|| {
    let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(RESOLVING_THREADS).build().ok()?;
    let handle = runtime.handle().clone();
    let spin = move || runtime.block_on(std::future::pending::<()>());
    std::thread::Builder::new().name("node-agent-sdk".into()).spawn(spin).ok()?;
    Some(handle)
});

/// The shared runtime; `None` where the system gives no thread for it.
pub fn handle() -> Option<&'static Handle> {
    HANDLE.as_ref()
}
