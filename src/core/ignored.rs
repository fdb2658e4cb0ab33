//! Notifications that nobody listens to, by their types. No clock in here: a moment is a [`Duration`] on the caller's clock.

use std::time::Duration;

/// How long it holds that nobody listens to a type. Somebody may begin to listen in a way of which the core is not told (a
/// bot that puts an `emit` of its own in place of the emitter's): they miss a part of a flood, and never what comes seldom.
const HOLDS: Duration = Duration::from_secs(1);

/// No more types are remembered; a service has some ten.
const MOST: usize = 32;

/// The types that an agent ignores.
#[derive(Debug, Default)]
pub struct Ignored {
    types: Vec<(Box<str>, Duration)>,
}

impl Ignored {
    /// From `now` on nobody listens to this type.
    pub fn ignore(&mut self, kind: &str, now: Duration) {
        self.types.retain(|(other, until)| **other != *kind && *until > now);
        self.types.truncate(MOST - 1);
        self.types.push((kind.into(), now + HOLDS));
    }

    /// Somebody may listen to anything again.
    pub fn heed(&mut self) {
        self.types.clear();
    }

    /// Whether this type is ignored at `now`; the moment is asked for only if it matters.
    pub fn contains(&self, kind: &str, now: impl FnOnce() -> Duration) -> bool {
        let found = self.types.iter().find(|(other, _)| **other == *kind);
        found.is_some_and(|(_, until)| *until > now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_type_is_ignored_for_a_while() {
        let mut ignored = Ignored::default();
        ignored.ignore("a", at(100));
        ignored.ignore("b", at(600));
        assert!(ignored.contains("a", || at(1099)) && ignored.contains("b", || at(1100)));
        assert!(!ignored.contains("a", || at(1100)) && !ignored.contains("c", || at(100)));
        ignored.ignore("a", at(1100));
        assert!(ignored.contains("a", || at(2099)));
        ignored.heed();
        assert!(!ignored.contains("a", || at(1100)));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut ignored = Ignored::default();
        for number in 0..10 * MOST {
            ignored.ignore(&number.to_string(), at(0));
        }
        assert_eq!(ignored.types.len(), MOST);
        assert!(ignored.contains(&(10 * MOST - 1).to_string(), || at(0)));
    }
}
