//! When to ping, and when to take the peer for dead. No clock in here: a moment is a [`Duration`] on the caller's clock.

use std::time::Duration;

/// What is due now.
#[derive(Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing.
    Nothing,
    /// A ping frame.
    Ping,
    /// A ping went without any sign of life for too long.
    Dead,
}

/// The keep-alive of one connection: a ping at once and then at each interval (SDK: Transport pings each 60 s), and a
/// deadline for a sign of life after each.
#[derive(Debug)]
pub struct KeepAlive {
    interval: Duration,
    timeout: Duration,
    next_ping: Duration,
    /// Until when a sign of life must have come.
    awaiting: Option<Duration>,
}

impl KeepAlive {
    /// `interval` between two pings, `timeout` for the answer to one.
    pub fn new(interval: Duration, timeout: Duration) -> Self {
        Self { interval, timeout, next_ping: Duration::ZERO, awaiting: None }
    }

    /// What is due at `now`. [`Due::Ping`] counts as done.
    pub fn due(&mut self, now: Duration) -> Due {
        if self.awaiting.is_some_and(|deadline| deadline <= now) {
            return Due::Dead;
        }
        if self.next_ping > now {
            return Due::Nothing;
        }
        self.next_ping = now + self.interval;
        self.awaiting.get_or_insert(now + self.timeout);
        Due::Ping
    }

    /// Something came from the peer.
    pub fn heard(&mut self) {
        self.awaiting = None;
    }

    /// The next moment at which something may be due.
    pub fn next(&self) -> Duration {
        self.awaiting.map_or(self.next_ping, |deadline| deadline.min(self.next_ping))
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
        assert_eq!(keepalive.due(s(0)), Due::Ping);
        keepalive.heard();
        assert_eq!(keepalive.next(), s(60));
        assert_eq!(keepalive.due(s(59)), Due::Nothing);
        assert_eq!(keepalive.due(s(60)), Due::Ping);
        keepalive.heard();
        assert_eq!(keepalive.next(), s(120));
    }

    #[test]
    fn a_peer_that_stays_silent_is_dead() {
        let mut keepalive = KeepAlive::new(s(60), s(30));
        assert_eq!(keepalive.due(s(0)), Due::Ping);
        assert_eq!(keepalive.next(), s(30));
        assert_eq!(keepalive.due(s(29)), Due::Nothing);
        assert_eq!(keepalive.due(s(30)), Due::Dead);
    }

    #[test]
    fn a_later_ping_does_not_put_the_deadline_off() {
        let mut keepalive = KeepAlive::new(s(10), s(30));
        for now in [0, 10, 20] {
            assert_eq!(keepalive.due(s(now)), Due::Ping);
        }
        assert_eq!(keepalive.due(s(30)), Due::Dead);
    }
}
