//! What waits for JavaScript: one queue per environment, shared by all its agents, handed over in batches of JSON text.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use napi::bindgen_prelude::{Env, Function, Result};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{JsString, Status, sys};
use napi_derive::napi;
use tokio::sync::Semaphore;

use crate::core::batch::Batch;
use crate::core::envelope::Reading;
use crate::core::event::{Admission, Event, Listener};
use crate::core::ignored::Ignored;
use crate::core::shapes::Shapes;

/// How many bytes of messages may wait for JavaScript, where nobody asks for more or less. Beyond it no socket is read,
/// which is the back-pressure. Measured: a larger queue is slower, since what waits in it falls out of the processor's
/// caches.
const ROOM: usize = 64 * 1024;

/// The most that can be asked for: a batch becomes one string.
const MOST_ROOM: usize = 64 * 1024 * 1024;

/// A batch buffer that grew beyond this for one large message is not kept.
const KEEP: usize = 4 * ROOM;

/// Weak: it is [`Inbox::hold`] that keeps the process alive. No arguments, no result, no error argument.
type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

/// The queue, shared with the threads that fill it.
pub struct Queue {
    waiting: Mutex<Waiting>,
    limits: Limits,
    room: Arc<Semaphore>,
    shapes: Mutex<Shapes>,
    wake: Wake,
    /// The number of the last item that somebody may listen to.
    last: AtomicU64,
    /// The number of the last item that JavaScript is through with, and with what followed from it.
    acknowledged: AtomicU64,
}

struct Waiting {
    batch: Batch,
    /// How much of the room the batch takes.
    room: usize,
    /// JavaScript knows that something waits, and will come for it.
    told: bool,
    /// How many items were ever queued.
    count: u64,
    /// The number of the last item that JavaScript took, and of the last that it has handed out.
    taken: u64,
    handled: u64,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues an item, and has JavaScript told unless it is a message: others may follow it. Returns the item's number.
    fn push(&self, key: u32, event: &Event) -> u64 {
        let mut waiting = self.lock();
        waiting.batch.push(key, event);
        waiting.count += 1;
        let number = waiting.count;
        match event.length() {
            None => self.tell(waiting),
            Some(length) => waiting.room += self.limits.room_for(length),
        }
        number
    }

    /// Has JavaScript told that something waits, if something does and it has not been told.
    fn tell(&self, mut waiting: MutexGuard<'_, Waiting>) {
        if waiting.told || waiting.batch.is_empty() {
            return;
        }
        waiting.told = true;
        drop(waiting);
        // Fails only while the environment goes down, when nobody listens any more.
        let _ = self.wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
    }
}

/// What may wait at most.
struct Limits {
    bytes: usize,
    /// What a message takes at least, so that there cannot be too many of them.
    least: usize,
}

impl Limits {
    fn new(bytes: Option<u32>, messages: Option<u32>) -> Self {
        let bytes = bytes.map_or(ROOM, |bytes| (bytes as usize).clamp(1, MOST_ROOM));
        let least = messages.map_or(1, |messages| bytes.div_ceil((messages as usize).clamp(1, bytes)));
        Self { bytes, least }
    }

    /// A message that is longer than all the room takes all of it.
    fn room_for(&self, bytes: usize) -> usize {
        bytes.clamp(self.least, self.bytes)
    }
}

/// The inbox of a JavaScript environment.
#[napi]
pub struct Inbox {
    queue: Arc<Queue>,
}

#[napi]
impl Inbox {
    /// `wake` is called, without arguments, when something waits and JavaScript has not been told yet. So many bytes of
    /// messages, and so many messages, may wait before no socket is read.
    #[napi(constructor)]
    pub fn new(wake: Function<'_, (), ()>, bytes: Option<u32>, messages: Option<u32>) -> Result<Self> {
        let wake = wake.build_threadsafe_function().weak::<true>().callee_handled::<false>().build()?;
        let waiting = Waiting { batch: Batch::default(), room: 0, told: false, count: 0, taken: 0, handled: 0 };
        let limits = Limits::new(bytes, messages);
        let queue = Queue {
            waiting: Mutex::new(waiting),
            room: Arc::new(Semaphore::new(limits.bytes)),
            limits,
            shapes: Mutex::default(),
            wake,
            last: AtomicU64::new(0),
            acknowledged: AtomicU64::new(0),
        };
        Ok(Self { queue: Arc::new(queue) })
    }

    /// The next batch, `[key, item, …]`, or null. Makes room for more.
    #[napi]
    pub fn take<'env>(&self, env: &'env Env) -> Result<Option<JsString<'env>>> {
        let mut waiting = self.queue.lock();
        // Each batch is taken in a turn of its own: by now what waited for a promise has run, too.
        self.queue.acknowledged.store(waiting.handled, Ordering::Release);
        if waiting.batch.is_empty() {
            return Ok(None);
        }
        let batch = waiting.batch.take(KEEP);
        let room = std::mem::take(&mut waiting.room);
        waiting.taken = waiting.count;
        drop(waiting);
        self.queue.room.add_permits(room);
        // A batch is ASCII.
        env.create_string_latin1(batch).map(Some)
    }

    /// Everything taken has been handed out. True: more waits, take again; false: `wake` will be called.
    #[napi]
    pub fn acknowledge(&self) -> bool {
        let mut waiting = self.queue.lock();
        waiting.handled = waiting.taken;
        waiting.told = !waiting.batch.is_empty();
        waiting.told
    }

    /// While on, the process is kept alive.
    #[napi]
    pub fn hold(&self, env: Env, on: bool) {
        let wake = self.queue.wake.raw();
        // Safety: on the JavaScript thread, with a function that lives as long as the queue. A refusal while the
        // environment goes down has no consequence.
        unsafe {
            if on {
                sys::napi_ref_threadsafe_function(env.raw(), wake);
            } else {
                sys::napi_unref_threadsafe_function(env.raw(), wake);
            }
        }
    }
}

impl Inbox {
    /// The listener of the agent whose items carry `key`.
    pub fn listener(&self, key: u32) -> Arc<AgentListener> {
        Arc::new(AgentListener {
            key,
            queue: self.queue.clone(),
            ignored: Mutex::default(),
            begun: Instant::now(),
            passing: AtomicBool::new(false),
        })
    }
}

/// Puts the events of one agent into the queue.
pub struct AgentListener {
    key: u32,
    queue: Arc<Queue>,
    ignored: Mutex<Ignored>,
    /// Where its clock begins.
    begun: Instant,
    /// Nobody listens to the message in hand, which is delivered because of what went before it.
    passing: AtomicBool,
}

impl AgentListener {
    /// Nobody listens to notifications of this type.
    pub fn ignore(&self, kind: &str) {
        self.ignored().ignore(kind, self.begun.elapsed());
    }

    /// Somebody may listen to anything.
    pub fn heed(&self) {
        self.ignored().heed();
    }

    fn ignored(&self) -> MutexGuard<'_, Ignored> {
        self.ignored.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener for AgentListener {
    fn read<'a>(&self, message: &'a str) -> Reading<'a> {
        self.passing.store(false, Ordering::Relaxed);
        let mut shapes = self.queue.shapes.lock().unwrap_or_else(PoisonError::into_inner);
        shapes.read(message, &mut |shape| self.queue.lock().batch.push_shape(shape))
    }

    fn hear(&self, event: Event) {
        let number = self.queue.push(self.key, &event);
        if event.length().is_none() || !self.passing.load(Ordering::Relaxed) {
            self.queue.last.fetch_max(number, Ordering::Relaxed);
        }
    }

    fn tell(&self) {
        self.queue.tell(self.queue.lock());
    }

    fn wants(&self, kind: &str) -> bool {
        if !self.ignored().contains(kind, || self.begun.elapsed()) {
            return true;
        }
        // Whoever is about to handle something, of whatever agent, may add a listener then, and must not miss what came along
        // with it.
        let passes = self.queue.last.load(Ordering::Relaxed) > self.queue.acknowledged.load(Ordering::Acquire);
        self.passing.store(passes, Ordering::Relaxed);
        passes
    }

    fn admit(&self, bytes: usize) -> Option<Admission> {
        let room = u32::try_from(self.queue.limits.room_for(bytes)).unwrap_or(u32::MAX);
        if let Ok(permit) = self.queue.room.try_acquire_many(room) {
            permit.forget();
            return None;
        }
        let semaphore = self.queue.room.clone();
        Some(Box::pin(async move {
            if let Ok(permit) = semaphore.acquire_many(room).await {
                permit.forget();
            }
        }))
    }
}
