//! The requests that wait for an answer, and until when. No clock in here: a moment is a [`Duration`] on the caller's clock.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// Requests awaiting their answers.
///
/// Most requests of a bot have the same timeout, so a deadline is nearly always added at the back of the queue, and one that
/// was answered is dropped when it comes to the front.
#[derive(Debug, Default)]
pub struct Pending {
    deadlines: HashMap<String, Duration>,
    queue: VecDeque<(Duration, String)>,
}

impl Pending {
    /// A request went out and must be answered by `deadline`.
    pub fn sent(&mut self, id: String, deadline: Duration) {
        let later = self.queue.iter().rev().take_while(|(other, _)| *other > deadline).count();
        self.queue.insert(self.queue.len() - later, (deadline, id.clone()));
        self.deadlines.insert(id, deadline);
    }

    /// An answer came. False when nobody waits for it, or not any more.
    pub fn answered(&mut self, id: &str) -> bool {
        let known = self.deadlines.remove(id).is_some();
        self.drop_answered();
        known
    }

    /// The ids of the requests whose deadline is not after `now`; they wait no longer.
    pub fn lapsed(&mut self, now: Duration) -> Vec<String> {
        let mut ids = Vec::new();
        while self.queue.front().is_some_and(|(deadline, _)| *deadline <= now) {
            let (deadline, id) = self.queue.pop_front().unwrap_or_default();
            if self.deadlines.get(&id) == Some(&deadline) {
                self.deadlines.remove(&id);
                ids.push(id);
            }
        }
        self.drop_answered();
        ids
    }

    /// The nearest deadline.
    pub fn next(&self) -> Option<Duration> {
        self.queue.front().map(|(deadline, _)| *deadline)
    }

    /// How many requests wait.
    pub fn len(&self) -> usize {
        self.deadlines.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.deadlines.is_empty()
    }

    fn drop_answered(&mut self) {
        while let Some((deadline, id)) = self.queue.front() {
            if self.deadlines.get(id) == Some(deadline) {
                break;
            }
            self.queue.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn lapses_in_the_order_of_the_deadlines() {
        let mut pending = Pending::default();
        pending.sent("a".into(), at(300));
        pending.sent("b".into(), at(100));
        pending.sent("c".into(), at(200));
        assert_eq!(pending.next(), Some(at(100)));
        assert_eq!(pending.lapsed(at(99)), Vec::<String>::new());
        assert_eq!(pending.lapsed(at(200)), ["b", "c"]);
        assert_eq!(pending.lapsed(at(1000)), ["a"]);
        assert!(pending.is_empty());
    }

    #[test]
    fn an_answer_ends_the_wait_once() {
        let mut pending = Pending::default();
        pending.sent("a".into(), at(100));
        assert!(pending.answered("a"));
        assert!(!pending.answered("a"));
        assert!(!pending.answered("never sent"));
        assert_eq!(pending.lapsed(at(100)), Vec::<String>::new());
        assert_eq!(pending.next(), None);
    }

    #[test]
    fn the_queue_does_not_keep_what_was_answered() {
        let mut pending = Pending::default();
        for n in 0..1000 {
            pending.sent(n.to_string(), at(n));
            pending.answered(&n.to_string());
        }
        assert_eq!((pending.len(), pending.queue.len()), (0, 0));
    }

    #[test]
    fn an_id_that_is_used_again_has_its_new_deadline() {
        let mut pending = Pending::default();
        pending.sent("a".into(), at(100));
        pending.sent("a".into(), at(200));
        assert_eq!(pending.lapsed(at(150)), Vec::<String>::new());
        assert_eq!(pending.lapsed(at(200)), ["a"]);
    }
}
