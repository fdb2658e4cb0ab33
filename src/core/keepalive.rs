//! When to ping, and when to take the peer for dead. No clock in here: a moment is a [`Duration`] on the caller's clock.

use std::time::Duration;

/// The keep-alive of one connection: a ping at once and then at each interval (SDK: Transport pings each 60 s), and a
/// deadline for a sign of life after each.
///
/// It lives by two clocks. Pings go out by the wall clock, since the service drops who is silent for 60 s (LivePerson:
/// protocol overview). The deadline is on the reading clock, which stands still while nothing is read: an answer that
/// nobody has looked for is not late.
#[derive(Debug)]
pub struct KeepAlive {
    interval: Duration,
    timeout: Duration,
    next_ping: Duration,
    awaiting: Option<Duration>,
}

impl KeepAlive {
    /// `interval` between two pings, `timeout` for a sign of life after one.
    pub fn new(interval: Duration, timeout: Duration) -> Self {
        Self { interval, timeout, next_ping: Duration::ZERO, awaiting: None }
    }

    /// Whether to ping now, at `wall` and `reading` on the two clocks. If so it counts as done.
    pub fn ping(&mut self, wall: Duration, reading: Duration) -> bool {
        if self.next_ping > wall {
            return false;
        }
        self.next_ping = wall + self.interval;
        self.awaiting.get_or_insert(reading + self.timeout);
        true
    }

    /// Something came from the peer.
    pub fn heard(&mut self) {
        self.awaiting = None;
    }

    /// Whether a ping went without any sign of life for too long.
    pub fn is_dead(&self, reading: Duration) -> bool {
        self.awaiting.is_some_and(|deadline| deadline <= reading)
    }

    /// When to ping next, on the wall clock.
    pub fn next_ping(&self) -> Duration {
        self.next_ping
    }

    /// Until when a sign of life must have come, on the reading clock.
    pub fn deadline(&self) -> Option<Duration> {
        self.awaiting
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn pings_at_once_and_at_each_interval() {
        let mut keepalive = KeepAlive::new(s(60), s(30));
        assert!(keepalive.ping(s(0), s(0)));
        keepalive.heard();
        assert_eq!((keepalive.next_ping(), keepalive.deadline()), (s(60), None));
        assert!(!keepalive.ping(s(59), s(59)));
        assert!(keepalive.ping(s(60), s(60)));
        assert_eq!((keepalive.next_ping(), keepalive.deadline()), (s(120), Some(s(90))));
    }

    #[test]
    fn a_peer_that_stays_silent_is_dead() {
        let mut keepalive = KeepAlive::new(s(60), s(30));
        assert!(keepalive.ping(s(0), s(0)));
        assert!(!keepalive.is_dead(s(29)));
        assert!(keepalive.is_dead(s(30)));
    }

    #[test]
    fn a_later_ping_does_not_put_the_deadline_off() {
        let mut keepalive = KeepAlive::new(s(10), s(30));
        for now in [0, 10, 20] {
            assert!(keepalive.ping(s(now), s(now)));
        }
        assert!(keepalive.is_dead(s(30)));
    }

    #[test]
    fn pings_go_on_while_the_deadline_stands_still() {
        let mut keepalive = KeepAlive::new(s(60), s(30));
        for wall in [0, 60, 120, 180] {
            assert!(keepalive.ping(s(wall), s(0)));
            assert!(!keepalive.is_dead(s(0)));
        }
        assert!(keepalive.is_dead(s(30)));
    }
}
