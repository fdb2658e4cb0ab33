//! What the sockets of an agent have carried: counters that one thread writes and any may read.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// The counters of an agent, over all its connections.
#[derive(Debug, Default)]
pub struct Meter {
    frames_in: AtomicU64,
    bytes_in: AtomicU64,
    frames_out: AtomicU64,
    bytes_out: AtomicU64,
    /// Bytes that were handed over to be sent, and those of them that are settled: written, or dropped.
    handed: AtomicU64,
    settled: AtomicU64,
    /// Milliseconds since 1970; 0: never.
    last_sign_of_life: AtomicU64,
    round_trips: AtomicU64,
    /// In microseconds.
    round_trip_last: AtomicU64,
    round_trip_total: AtomicU64,
    round_trip_longest: AtomicU64,
}

impl Meter {
    /// A message came in.
    pub fn came(&self, bytes: usize) {
        self.frames_in.fetch_add(1, Relaxed);
        self.bytes_in.fetch_add(wide(bytes), Relaxed);
    }

    /// A message is to be sent.
    pub fn handed(&self, bytes: usize) {
        self.handed.fetch_add(wide(bytes), Relaxed);
    }

    /// A message that was handed over is not sent.
    pub fn dropped(&self, bytes: usize) {
        self.settled.fetch_add(wide(bytes), Relaxed);
    }

    /// A ping or pong came, at `now` since 1970.
    pub fn lives(&self, now: Duration) {
        self.last_sign_of_life.store(u64::try_from(now.as_millis()).unwrap_or(u64::MAX), Relaxed);
    }

    /// A request was answered after so long.
    pub fn answered(&self, after: Duration) {
        let micros = u64::try_from(after.as_micros()).unwrap_or(u64::MAX);
        self.round_trips.fetch_add(1, Relaxed);
        self.round_trip_last.store(micros, Relaxed);
        self.round_trip_total.fetch_add(micros, Relaxed);
        self.round_trip_longest.fetch_max(micros, Relaxed);
    }

    /// Bytes that were handed over and are not written yet.
    pub fn buffered(&self) -> u64 {
        self.handed.load(Relaxed).saturating_sub(self.settled.load(Relaxed))
    }

    /// Frames in, bytes in, frames out, bytes out, the last sign of life (milliseconds since 1970, 0: none), round trips that
    /// were measured, and of these the last, the sum and the longest, in milliseconds.
    #[allow(clippy::cast_precision_loss)]
    pub fn figures(&self) -> [f64; 9] {
        let count = |counter: &AtomicU64| counter.load(Relaxed) as f64;
        let ms = |counter: &AtomicU64| count(counter) / 1000.0;
        [
            count(&self.frames_in),
            count(&self.bytes_in),
            count(&self.frames_out),
            count(&self.bytes_out),
            count(&self.last_sign_of_life),
            count(&self.round_trips),
            ms(&self.round_trip_last),
            ms(&self.round_trip_total),
            ms(&self.round_trip_longest),
        ]
    }
}

/// What a connection was given to send and has not written yet. When it goes away, nothing of it waits any more.
#[derive(Debug)]
pub struct Load {
    meter: Arc<Meter>,
    bytes: u64,
}

impl Load {
    /// Nothing yet.
    pub fn new(meter: Arc<Meter>) -> Self {
        Self { meter, bytes: 0 }
    }

    /// One more message.
    pub fn add(&mut self, bytes: usize) {
        self.bytes += wide(bytes);
        self.meter.frames_out.fetch_add(1, Relaxed);
        self.meter.bytes_out.fetch_add(wide(bytes), Relaxed);
    }

    /// All of it is written, or will never be.
    pub fn clear(&mut self) {
        if self.bytes > 0 {
            self.meter.settled.fetch_add(std::mem::take(&mut self.bytes), Relaxed);
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.clear();
    }
}

fn wide(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_handed_over_waits_until_it_is_written_or_dropped() {
        let meter = Arc::new(Meter::default());
        let mut load = Load::new(meter.clone());
        for bytes in [10, 20, 30, 40] {
            meter.handed(bytes);
        }
        load.add(10);
        load.add(20);
        assert_eq!(meter.buffered(), 100);
        load.clear();
        assert_eq!(meter.buffered(), 70);
        meter.dropped(30);
        load.add(40);
        drop(load);
        assert_eq!(meter.buffered(), 0);
        assert_eq!(meter.figures()[2..4], [3.0, 70.0]);
    }

    #[test]
    fn round_trips_are_told_in_milliseconds() {
        let meter = Meter::default();
        for micros in [1500, 500] {
            meter.answered(Duration::from_micros(micros));
        }
        assert_eq!(meter.figures()[5..], [2.0, 0.5, 2.0, 1.5]);
    }
}
