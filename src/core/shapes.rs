//! Messages of one kind are alike but for their values. Once JavaScript knows their shape only the values travel: V8 parses
//! a flat list and fills an object literal in less than half the time that it takes to parse the whole message (measured:
//! `npm run bench -- --only small,conversation`). And a message that has a known shape is read in one go: what stands
//! between its values is compared, and the values alone are looked at.
//!
//! Nothing here knows what a message means, save for the four fields of the envelope. A message that fits no shape travels
//! as it is.

use std::collections::HashMap;

use super::envelope::{self, Head, Parts, Reading};
use super::json::{byte, end_of_value, skip_blank};
use super::skeleton;
use super::template::{self, Template};

/// A shape is worth telling when it was seen this often.
const OFTEN: u32 = 16;

/// How many shapes are remembered, those that JavaScript knows among them.
const MOST: usize = 256;

/// So many shapes are held against a message, those that were found last.
const TRIES: usize = 16;

/// The shapes of an environment.
#[derive(Default)]
pub struct Shapes {
    seen: HashMap<Box<str>, Sight>,
    /// How many JavaScript was told of.
    told: u32,
    /// Those of messages, and those of rows; the one that was found last comes first.
    messages: Vec<Template>,
    rows: Vec<Template>,
}

enum Sight {
    /// So many times.
    Times(u32),
    /// Often; JavaScript knows it by this number.
    Told(u32),
}

impl Shapes {
    /// Reads a message. `tell` gets the shapes that JavaScript is to know from now on: `[how many values, JSON with the place
    /// of each value in its stead]`.
    pub fn read<'a>(&mut self, message: &'a str, tell: &mut dyn FnMut(&str)) -> Reading<'a> {
        if let Some(reading) = self.fit(message, TRIES, tell) {
            return reading;
        }
        let head = envelope::read(message);
        if !matches!(head, Head::Response(_) | Head::Notification { .. }) {
            return Reading { head, parts: None };
        }
        if let Some((number, skeleton)) = self.number(message, true, tell) {
            promote(&mut self.messages, number, || Template::of_message(number, &skeleton));
            if let Some(reading) = self.fit(message, 1, tell) {
                return reading;
            }
        }
        Reading { head, parts: None }
    }

    /// Holds the message against the shapes that were found last.
    fn fit<'a>(&mut self, message: &'a str, tries: usize, tell: &mut dyn FnMut(&str)) -> Option<Reading<'a>> {
        let mut messages = std::mem::take(&mut self.messages);
        let mut values = String::new();
        let found = messages.iter().take(tries).enumerate().find_map(|(n, template)| {
            let mut rows = |at, values: &mut String| self.rows(message, at, values, tell);
            let head = template.read(message, &mut values, &mut rows)?;
            Some((
                n,
                Reading { head, parts: Some(Parts { shape: template.number, values: std::mem::take(&mut values) }) },
            ))
        });
        let found = found.map(|(n, reading)| {
            messages[..=n].rotate_right(1);
            reading
        });
        self.messages = messages;
        found
    }

    /// Passes the list that begins at `at`, if it is one of objects, and appends it as `[shape, value, …, shape, value, …]`;
    /// an object that fits no shape stands there as it is.
    fn rows(&mut self, text: &str, at: usize, values: &mut String, tell: &mut dyn FnMut(&str)) -> Option<usize> {
        let bytes = text.as_bytes();
        if byte(bytes, at) != b'[' {
            return None;
        }
        values.push_str(",[");
        let mut at = skip_blank(bytes, at + 1);
        if byte(bytes, at) == b']' {
            values.push(']');
            return Some(at + 1);
        }
        loop {
            if byte(bytes, at) != b'{' {
                return None;
            }
            at = self.row(text, at, values, tell)?;
            at = skip_blank(bytes, at);
            match byte(bytes, at) {
                b',' => values.push(','),
                b']' => break,
                _ => return None,
            }
            at = skip_blank(bytes, at + 1);
        }
        values.push(']');
        Some(at + 1)
    }

    fn row(&mut self, text: &str, at: usize, values: &mut String, tell: &mut dyn FnMut(&str)) -> Option<usize> {
        if let Some(end) = self.fit_row(text, at, TRIES, values) {
            return Some(end);
        }
        let end = end_of_value(text.as_bytes(), at)?;
        if let Some((number, skeleton)) = self.number(&text[at..end], false, tell) {
            promote(&mut self.rows, number, || Some(Template::of_row(number, &skeleton)));
            if let Some(end) = self.fit_row(text, at, 1, values) {
                return Some(end);
            }
        }
        values.push_str(&text[at..end]);
        Some(end)
    }

    fn fit_row(&mut self, text: &str, at: usize, tries: usize, values: &mut String) -> Option<usize> {
        let before = values.len();
        for n in 0..tries.min(self.rows.len()) {
            if let Some(end) = self.rows[n].read_row(text, at, values) {
                self.rows[..=n].rotate_right(1);
                return Some(end);
            }
            values.truncate(before);
        }
        None
    }

    /// The number of an object's shape, and the shape; `None` where it has none, or it was not seen often enough.
    fn number(&mut self, object: &str, is_message: bool, tell: &mut dyn FnMut(&str)) -> Option<(u32, String)> {
        let skeleton = skeleton::of(object, is_message)?;
        match self.seen.get_mut(skeleton.as_str()) {
            Some(Sight::Told(number)) => Some((*number, skeleton)),
            Some(Sight::Times(times)) if *times + 1 < OFTEN => {
                *times += 1;
                None
            }
            // Of no use.
            Some(_) if is_message && Template::of_message(0, &skeleton).is_none() => None,
            Some(sight) => {
                *sight = Sight::Told(self.told);
                self.told += 1;
                tell(&template::told(&skeleton));
                Some((self.told - 1, skeleton))
            }
            None => {
                if self.seen.len() >= MOST {
                    self.seen.retain(|_, sight| matches!(sight, Sight::Told(_)));
                }
                if self.seen.len() < MOST {
                    self.seen.insert(skeleton.into(), Sight::Times(1));
                }
                None
            }
        }
    }
}

/// Puts the template with this number first, which is made if there is none yet.
fn promote(templates: &mut Vec<Template>, number: u32, make: impl FnOnce() -> Option<Template>) {
    match templates.iter().position(|template| template.number == number) {
        Some(place) => templates[..=place].rotate_right(1),
        None => templates.splice(0..0, make()).for_each(drop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    /// What JavaScript gets of an object in the body of a message: shape and values, once the shape is known.
    fn parts(body: &str) -> Option<(String, String)> {
        let mut shapes = Shapes::default();
        let mut told = Vec::new();
        let message = format!(r#"{{"kind":"resp","body":{body}}}"#);
        // Rows are looked at once the message has a shape.
        let mut read = || shapes.read(&message, &mut |shape| told.push(shape.to_owned())).parts;
        for _ in 1..2 * OFTEN {
            read();
        }
        let parts = read()?;
        let shape = told[parts.shape as usize].replacen(r#"{"kind":"resp","body":"#, "", 1);
        Some((format!("{}]", shape.strip_suffix("}]")?), parts.values))
    }

    #[test]
    fn parts_shape_from_values() {
        let nine = |object: &str| [object; 9].join(",");
        let cases = [
            (r#"{"kind":"x","n":1,"s":"a\"b"}"#, r#"[2,{"kind":"x","n":0,"s":1}]"#, r#",1,"a\"b""#),
            (r#"{"type":7,"kind":["x"]}"#, r#"[2,{"type":0,"kind":1}]"#, r#",7,["x"]"#),
            (r#"{"a":[{"b":1},{"b":[2]}],"c":[]}"#, r#"[3,{"a":[{"b":0},{"b":1}],"c":2}]"#, ",1,[2],[]"),
            (
                r#"{"unread":{"1.22":3,"x":{"y":"}"}},"z":"\\"}"#,
                r#"[2,{"unread":0,"z":1}]"#,
                r#",{"1.22":3,"x":{"y":"}"}},"\\""#,
            ),
            (r#"{"é":1}"#, "[1,0]", r#",{"é":1}"#),
            (r#"{"a":"é"}"#, r#"[1,{"a":0}]"#, r#","é""#),
            (r#"{"a":1,"a":2}"#, r#"[2,{"a":0,"a":1}]"#, ",1,2"),
            // White space in what is a value, or a row, does no harm.
            (
                r#"{"a":[2,{"b" : 1}],"c":{"b" : 1,"1": 2}}"#,
                r#"[2,{"a":0,"c":1}]"#,
                r#",[2,{"b" : 1}],{"b" : 1,"1": 2}"#,
            ),
            (
                &format!(r#"[{{"b": 1}},{}]"#, nine(r#"{"b":1}"#)),
                "[1,-1]",
                &format!(r#",[{{"b": 1}},{}]"#, nine("1,1")),
            ),
            (&format!("[{}]", nine(r#"{"b":1}"#)), "[1,-1]", &format!(",[{}]", nine("1,1"))),
        ];
        for (body, shape, values) in cases {
            assert_eq!(parts(body), Some((shape.to_owned(), values.to_owned())), "{body}");
        }
    }

    #[test]
    fn a_list_of_rows_may_be_short_later_and_rows_may_differ() {
        let mut shapes = Shapes::default();
        let mut read = |rows: &[&str]| {
            let message = format!(r#"{{"kind":"resp","body":[{}]}}"#, rows.join(","));
            shapes.read(&message, &mut |_| {}).parts.map(|parts| parts.values)
        };
        for _ in 0..2 * OFTEN {
            read(&[r#"{"b":1}"#; 9]);
        }
        assert_eq!(read(&[]).as_deref(), Some(",[]"));
        assert_eq!(
            read(&[r#"{"b":"x"}"#, r#"{"c":2}"#, r#"{ "b":1}"#]).as_deref(),
            Some(r#",[1,"x",{"c":2},{ "b":1}]"#)
        );
        assert_eq!(read(&[r#"{"b":1}"#, "2"]), None);
    }

    #[test]
    fn a_shape_with_little_in_some_place_does_not_fit_what_has_more_there() {
        let mut shapes = Shapes::default();
        let mut shape_of = |body: &str| {
            let message = format!(r#"{{"kind":"resp","body":{body}}}"#);
            let read = |shapes: &mut Shapes| shapes.read(&message, &mut |_| {}).parts.map(|parts| parts.shape);
            for _ in 1..OFTEN {
                read(&mut shapes);
            }
            read(&mut shapes).unwrap()
        };
        let bodies = ["null", r#"{"a":1}"#, "[]", r#"[{"a":1}]"#, r#"{"a":1,"1":1}"#, r#"[{"1":1}]"#, "[ [] ]", "{}"];
        let numbers = bodies.map(&mut shape_of);
        assert_eq!(numbers, [0, 1, 0, 2, 3, 4, 0, 5]);
        assert_eq!(bodies.map(&mut shape_of), numbers);
    }

    #[test]
    fn what_is_deep_or_large_or_a_list_of_this_and_that_has_no_shape() {
        let deep = format!("{}1{}", r#"{"a":"#.repeat(50), "}".repeat(50));
        let large: Vec<String> = (0..2000).map(|n| format!(r#""key{n}":1"#)).collect();
        for body in [deep, format!("{{{}}}", large.join(",")), r#"{"a":[{"b":1},2]}"#.into()] {
            assert_eq!(parts(&body), None);
        }
    }

    #[test]
    fn the_head_is_read_off_the_shape() {
        let note = |kind: &'static str, has_body| Head::Notification { kind: Some(Cow::Borrowed(kind)), has_body };
        for (message, head) in [
            (r#"{"kind":"notification","type":".a.B","body":{"c":"é"}}"#, note(".a.B", true)),
            (r#"{"n":1,"kind":"notification","body":{"m":["é"]},"x":"é","type":".a.B"}"#, note(".a.B", true)),
            (r#"{"kind":"notification","type":".a.B","body":[{"c":1}]}"#, note(".a.B", false)),
            (r#"{"kind":"notification","type":".a.B","body":{"1":1}}"#, note(".a.B", true)),
            (r#"{"kind":"notification","type":".a.B","body":null}"#, note(".a.B", false)),
            (r#"{"kind":"notification","type":".a.B"}"#, note(".a.B", false)),
            (r#"{"code":200,"kind":"resp","reqId":"a-1","body":{}}"#, Head::Response(Some("a-1".into()))),
            (r#"{"kind":"resp","reqId":"a\u002d1"}"#, Head::Response(Some("a-1".into()))),
            (r#"{"kind":"resp","reqId":7}"#, Head::Response(None)),
            (r#"{"kind":"resp","reqId":{"a":1}}"#, Head::Response(None)),
        ] {
            let mut shapes = Shapes::default();
            for _ in 1..OFTEN {
                assert!(shapes.read(message, &mut |_| {}).parts.is_none());
            }
            let reading = shapes.read(message, &mut |_| {});
            assert!(reading.parts.is_some(), "{message}");
            assert_eq!(reading.head, head, "{message}");
            assert_eq!(envelope::read(message), head, "{message}");
        }
    }

    #[test]
    fn what_fits_a_shape_but_is_no_json_does_not_fit() {
        let mut shapes = Shapes::default();
        let message = |value: &str| format!(r#"{{"kind":"resp","body":{value}}}"#);
        for _ in 0..OFTEN {
            shapes.read(&message("1"), &mut |_| {});
        }
        assert!(shapes.read(&message("2"), &mut |_| {}).parts.is_some());
        for value in ["", "nul", "01", "1,", "\"\t\"", "[1", "1}", "\"a\\\""] {
            let text = message(value);
            let Reading { head, parts } = shapes.read(&text, &mut |_| {});
            assert!(parts.is_none() && head == Head::Unreadable, "{value}");
        }
    }

    #[test]
    fn what_no_message_can_be_compared_with_is_not_told() {
        for message in [
            r#"{"kind": "resp","body":1}"#,
            r#"{"kind":"resp","body":{"a" :1}}"#,
            r#"{"kind":"notification","body":1}"#,
            r#"{"kind":"notification","type":7}"#,
        ] {
            let mut shapes = Shapes::default();
            for _ in 0..3 * OFTEN {
                assert!(shapes.read(message, &mut |_| panic!("{message}")).parts.is_none());
            }
        }
    }

    #[test]
    fn a_shape_is_told_once_and_many_are_held_against_a_message() {
        let mut shapes = Shapes::default();
        let mut news = 0;
        for round in 0..3 * OFTEN {
            for number in 0..40 {
                let message = format!(r#"{{"kind":"resp","a{number}":{round}}}"#);
                let parts = shapes.read(&message, &mut |_| news += 1).parts;
                assert_eq!(parts.map(|parts| parts.shape), (round + 1 >= OFTEN).then_some(number));
            }
        }
        assert_eq!((news, shapes.told, shapes.messages.len()), (40, 40, 40));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut shapes = Shapes::default();
        for number in 0..10 * MOST {
            for _ in 0..OFTEN {
                shapes.read(&format!(r#"{{"kind":"resp","a{number}":1}}"#), &mut |_| {});
            }
        }
        assert_eq!((shapes.seen.len(), shapes.told as usize, shapes.messages.len()), (MOST, MOST, MOST));
    }
}
