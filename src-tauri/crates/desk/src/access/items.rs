//! One JSON object after another out of whatever a provider delivers: lines of objects, one array, or one object that holds the list.
//! Knows no provider, and never holds more than one object.

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::{
    cell::Cell,
    fmt,
    io::{self, Read},
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

/// The longest object that is read, in bytes: a real event has a few thousand.
const LONGEST: usize = 4 << 20;

/// Names under which providers put their list.
const LISTS: &[&str] = &["Records", "records", "value", "entries", "events", "Events"];

/// Ends the reading when one object is longer than any real one.
struct Bounded<R> {
    from: R,
    left: Rc<Cell<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.from.read(buffer)?;
        let left = self
            .left
            .get()
            .checked_sub(got)
            .ok_or_else(|| io::Error::other(TooLong))?;
        self.left.set(left);
        Ok(got)
    }
}

#[derive(Debug)]
struct TooLong;

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one record is longer than {} MB", LONGEST >> 20)
    }
}

impl std::error::Error for TooLong {}

/// Hands every object to `each` until it says that it had enough.
///
/// # Errors
/// In words, what is wrong with the text, and where; nothing is said of what stands there.
pub(super) fn each(from: impl Read, each: &mut dyn FnMut(Value) -> bool) -> Result<(), String> {
    let left = Rc::new(Cell::new(LONGEST));
    let bounded = Bounded {
        from,
        left: left.clone(),
    };
    let mut json = serde_json::Deserializer::from_reader(bounded);
    let mut on = true;
    let mut hand = |item: Value| {
        left.set(LONGEST);
        on = on && each(item);
        on
    };
    while json.end().is_err() {
        let list = List {
            each: &mut hand,
            depth: 0,
        };
        if let Err(error) = list.deserialize(&mut json) {
            return if on { Err(said(&error)) } else { Ok(()) };
        }
    }
    Ok(())
}

/// What serde says, without the piece of text that it may quote.
fn said(error: &serde_json::Error) -> String {
    let place = format!("line {}, character {}", error.line(), error.column());
    match error.classify() {
        serde_json::error::Category::Eof => {
            format!("the text ends in the middle of a record ({place})")
        }
        serde_json::error::Category::Io if error.to_string().starts_with("one record") => {
            format!("one record is longer than {} MB ({place})", LONGEST >> 20)
        }
        serde_json::error::Category::Io => {
            format!("the file could not be read or unpacked to its end ({place})")
        }
        _ => format!("this is no JSON ({place})"),
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

    fn all(text: &str) -> Result<Vec<Value>, String> {
        let mut found = Vec::new();
        each(text.as_bytes(), &mut |item| {
            found.push(item);
            true
        })?;
        Ok(found)
    }

    #[test]
    fn lines_arrays_and_wrapped_lists_are_the_same() {
        for text in [
            "{\"a\":1}\n{\"a\":2}\n",
            "{\"a\":1}{\"a\":2}",
            "[{\"a\":1},{\"a\":2}]",
            "{\"Records\":[{\"a\":1},{\"a\":2}]}",
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
    fn what_is_cut_or_no_json_says_where() {
        assert!(all("{\"a\":1}\n{\"a\":").unwrap_err().contains("line 2"));
        assert!(all("nonsense").unwrap_err().contains("no JSON"));
        assert_eq!(all("").unwrap().len(), 0);
    }

    #[test]
    fn one_endless_record_is_not_read_into_memory() {
        let endless = std::io::Read::chain(&b"{\"a\":\""[..], std::io::repeat(b'x'));
        let error = each(endless, &mut |_| true).unwrap_err();
        assert!(error.contains("longer than"), "{error}");
    }
}
