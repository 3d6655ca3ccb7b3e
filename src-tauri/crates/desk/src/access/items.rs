//! One JSON object after another out of whatever a provider delivers: lines of objects, one array, or one object that holds the list.
//! Knows no provider, and never holds more than one object.

use super::{
    Problem,
    reading::{Bounded, Halt},
};
use crate::taken_in::LONGEST;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::{
    cell::Cell,
    fmt,
    io::{self, BufRead, Read},
    rc::Rc,
};

/// What may stand before a list, in a page of a provider's answers.
const BEFORE: &[&str] = &[
    "nextLink",
    "nextPageToken",
    "@odata.context",
    "@odata.nextLink",
    "@odata.count",
];

/// Names under which providers put their list.
const LISTS: &[&str] = &["Records", "records", "value", "entries", "events", "Events"];

/// Takes an object: its place from 1, the line where it has one of its own, and what it is.
type Each<'e> = dyn FnMut(u64, Option<&str>, Result<Value, Problem>) -> bool + 'e;

/// Hands every object to `each` until it says that it had enough. In lines of objects each line stands for itself: one that is no
/// JSON is a bad record like any other.
///
/// # Errors
/// What is wrong with the text, and where; nothing is said of what stands there.
pub(super) fn each(mut from: impl BufRead, each: &mut Each<'_>) -> Result<(), Halt> {
    let mut head = Vec::new();
    let (mut objects, mut ended) = (false, false);
    for line in 1..=LOOKED_AT {
        let before = head.len();
        let left = (LONGEST + 1).saturating_sub(before);
        (&mut from)
            .take(left as u64)
            .read_until(b'\n', &mut head)
            .map_err(|error| Halt::of(error, &format!("line {line}")))?;
        let read = head.get(before..).unwrap_or_default();
        ended = left > 0 && read.is_empty();
        objects |= is_plain(read);
        // A first line that is a record decides it; one that is none may be the beginning of a list, or bad.
        if read.is_empty() || (line == 1 && objects) {
            break;
        }
    }
    let lines = objects && !is_one(&head, ended);
    let from = io::Cursor::new(head).chain(from);
    if lines {
        in_lines(from, each)
    } else {
        in_one(from, each)
    }
}

/// How many lines are looked at for one that holds a record of its own.
const LOOKED_AT: usize = 16;

/// Whether a line is a record of its own, and not a page with a list of them.
fn is_plain(line: &[u8]) -> bool {
    serde_json::from_slice::<Value>(line).is_ok_and(|value| {
        value.as_object().is_some_and(|object| {
            !LISTS
                .iter()
                .any(|list| object.get(*list).is_some_and(Value::is_array))
        })
    })
}

/// Whether a text begins as one value that runs over several lines does: its first line is no value yet, and what follows goes on with it,
/// and ends it where the text ends.
fn is_one(head: &[u8], ended: bool) -> bool {
    let first = head.split_inclusive(|byte| *byte == b'\n').next();
    let whole = |text: &[u8]| {
        let mut values =
            serde_json::Deserializer::from_slice(text).into_iter::<serde::de::IgnoredAny>();
        values.find_map(Result::err)
    };
    first.and_then(whole).is_some_and(|error| error.is_eof())
        && whole(head).is_none_or(|error| error.is_eof() && !ended)
}

fn in_lines(mut from: impl BufRead, each: &mut Each<'_>) -> Result<(), Halt> {
    let mut line = Vec::new();
    let mut place = 0;
    loop {
        place += 1;
        line.clear();
        let unread = |error| Halt::of(error, &format!("line {place}"));
        let got = (&mut from)
            .take(LONGEST as u64 + 1)
            .read_until(b'\n', &mut line)
            .map_err(unread)?;
        if got == 0 {
            return Ok(());
        }
        let bad = |code, what: &str| Err(Problem::new("", "", code, what));
        let item = if line.trim_ascii().is_empty() {
            continue;
        } else if got > LONGEST && !line.ends_with(b"\n") {
            from.skip_until(b'\n').map_err(unread)?;
            line.truncate(200);
            let what = format!(
                "the record is longer than {} MB, which is the limit.",
                LONGEST >> 20
            );
            bad("E-ACCESS-LONG", &what)
        } else if std::str::from_utf8(&line).is_err() {
            bad("E-ACCESS-TEXT", "the line is not UTF-8 text.")
        } else {
            match serde_json::from_slice(&line) {
                Ok(item) => Ok(item),
                Err(error) if error.is_eof() => bad(
                    "E-ACCESS-JSON",
                    "the line ends in the middle of a record; the file may be cut.",
                ),
                Err(error) => bad(
                    "E-ACCESS-JSON",
                    &format!("this is no JSON from character {} on.", error.column()),
                ),
            }
        };
        if !each(place, Some(String::from_utf8_lossy(&line).trim()), item) {
            return Ok(());
        }
    }
}

fn in_one(from: impl Read, each: &mut Each<'_>) -> Result<(), Halt> {
    let left = Rc::new(Cell::new(LONGEST));
    let bounded = Bounded {
        from,
        left: left.clone(),
    };
    let mut json = serde_json::Deserializer::from_reader(bounded);
    let mut on = true;
    let mut place = 0;
    let mut hand = |item: Value| {
        left.set(LONGEST);
        place += 1;
        on = on && each(place, None, Ok(item));
        on
    };
    while json.end().is_err() {
        let list = List {
            each: &mut hand,
            depth: 0,
        };
        if let Err(error) = list.deserialize(&mut json) {
            return if on { Err(said(error)) } else { Ok(()) };
        }
    }
    Ok(())
}

/// What serde says, without the piece of text that it may quote.
fn said(error: serde_json::Error) -> Halt {
    let place = format!("line {}, character {}", error.line(), error.column());
    match error.classify() {
        serde_json::error::Category::Eof => Halt::File(format!(
            "the text ends in the middle of a record ({place}); the file may be cut"
        )),
        serde_json::error::Category::Io => Halt::of(error.into(), &place),
        _ => Halt::File(format!("this is no JSON ({place})")),
    }
}

/// A value that is a list of objects, holds one, or is one object itself.
struct List<'a> {
    each: &'a mut dyn FnMut(Value) -> bool,
    depth: u8,
}

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(item) = list.next_element::<Value>()? {
            if !(self.each)(item) {
                return Err(A::Error::custom("enough"));
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut object = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if self.depth == 0
                && LISTS.contains(&key.as_str())
                && object
                    .keys()
                    .all(|before| BEFORE.contains(&before.as_str()))
            {
                map.next_value_seed(List {
                    each: &mut *self.each,
                    depth: 1,
                })?;
                // What stands beside the list says nothing about an access.
                while map.next_entry::<String, serde::de::IgnoredAny>()?.is_some() {}
                return Ok(());
            }
            object.insert(key, map.next_value()?);
        }
        if (self.each)(Value::Object(object)) {
            Ok(())
        } else {
            Err(A::Error::custom("enough"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<Vec<Value>, Halt> {
        let mut found = Vec::new();
        each(text.as_bytes(), &mut |_, _, item| {
            found.extend(item.ok());
            true
        })?;
        Ok(found)
    }

    #[test]
    fn lines_arrays_and_wrapped_lists_are_the_same() {
        for text in [
            "{\"a\":1}\n{\"a\":2}\n",
            "{\"a\":1}\n\n{\"a\":2}",
            "{\"a\":1}{\"a\":2}",
            "[{\"a\":1},{\"a\":2}]",
            "[\n{\"a\":1},\n{\"a\":2}\n]",
            "{\"Records\":[{\"a\":1},{\"a\":2}]}",
            "{\n\"Records\":\n[{\"a\":1},\n{\"a\":2}]}",
            "{\"Records\":[{\"a\":1},\n{\"a\":2}\n]}",
            "{\"Records\":[\n{\"a\":1},\n{\"a\":2}\n]}",
            "{\"value\":[{\"a\":1},{\"a\":2}],\"nextLink\":\"x\"}",
            "{\"nextLink\":\"x\",\"value\":[{\"a\":1},{\"a\":2}]}",
            "{\"records\":[{\"a\":1}]}\n{\"records\":[{\"a\":2}]}",
        ] {
            assert_eq!(
                all(text).unwrap(),
                [serde_json::json!({"a": 1}), serde_json::json!({"a": 2})],
                "{text}"
            );
        }
    }

    #[test]
    fn a_line_that_is_no_json_is_one_bad_record_and_names_its_own_line() {
        for (text, bad) in [
            ("{\"a\":1}\n{\"a\":\n{\"a\":2}\n", 2),
            ("{\"a\":\n{\"a\":1}\n{\"a\":2}\n", 1),
            ("{\"a\":1}\n{\"a\":2}\n\n{\"a", 4),
            ("nonsense\n{\"a\":1}\n{\"a\":2}\n", 1),
        ] {
            let mut found = Vec::new();
            let mut wrong = Vec::new();
            each(text.as_bytes(), &mut |place, line, item| {
                assert!(line.is_some());
                match item {
                    Ok(item) => found.push(item),
                    Err(problem) => wrong.push((place, problem.code)),
                }
                true
            })
            .unwrap();
            assert_eq!(
                found,
                [serde_json::json!({"a": 1}), serde_json::json!({"a": 2})]
            );
            assert_eq!(wrong, [(bad, "E-ACCESS-JSON")], "{text}");
        }
    }

    #[test]
    fn what_is_cut_or_no_json_says_where() {
        let Err(Halt::File(why)) = all("{\"Records\":[{\"a\":1},\n{\"a\":") else {
            panic!("a list that is cut is no list");
        };
        assert!(why.contains("line 2"), "{why}");
        assert!(matches!(all("nonsense"), Err(Halt::File(_))));
        assert_eq!(all("").unwrap().len(), 0);
    }

    #[test]
    fn one_endless_record_is_not_read_into_memory() {
        for start in ["{\"a\":\"", "{\"b\":1}\n{\"Records\":[{\"a\":\""] {
            let endless = io::BufReader::new(io::repeat(b'x').take(64 << 20));
            let mut long = 0;
            let ended = each(start.as_bytes().chain(endless), &mut |_, line, item| {
                assert!(line.is_none_or(|line| line.len() <= 200));
                long += usize::from(item.is_err_and(|problem| problem.code == "E-ACCESS-LONG"));
                true
            });
            assert!(
                matches!(ended, Err(Halt::Long(_))) || (ended.is_ok() && long == 1),
                "{start}"
            );
        }
    }
}
