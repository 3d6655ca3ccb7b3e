//! Whether a JSON file means the same to every reader: no duplicate keys, bounded depth and strings, finite numbers. Knows no schema.

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use std::{collections::BTreeSet, fmt};

/// Deepest nesting.
const MAX_DEPTH: usize = 32;
/// Longest string or key, in bytes.
const MAX_STRING: usize = 1 << 20;
/// Most keys in one object: they are remembered to find one that stands twice.
const MAX_KEYS: usize = 100_000;
/// Largest whole number that every reader keeps exactly.
const MAX_WHOLE: u64 = 1 << 53;

/// What is wrong with a JSON text, in words.
pub(crate) fn fault(bytes: &[u8]) -> Option<String> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = Node(0).deserialize(&mut reader).and_then(|()| reader.end());
    let error = read.err()?;
    // Only our own sentences are shown; the parser's may quote content.
    let own = error.to_string();
    let known = OWN.iter().find(|sentence| own.starts_with(**sentence));
    Some(format!(
        "{} (line {})",
        known.unwrap_or(&"it is not valid JSON"),
        error.line()
    ))
}

const DUPLICATE: &str = "a key stands twice in one object";
const DEEP: &str = "it is nested too deep (limit 32)";
const LONG: &str = "a text is too long (limit 1 MiB)";
const HUGE: &str = "a number is too large";
const MANY: &str = "an object has too many keys (limit 100,000)";
const OWN: [&str; 5] = [DUPLICATE, DEEP, LONG, HUGE, MANY];

#[derive(Clone, Copy)]
struct Node(usize);

impl<'de> DeserializeSeed<'de> for Node {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<(), E> {
        if number.unsigned_abs() > MAX_WHOLE {
            Err(E::custom(HUGE))
        } else {
            Ok(())
        }
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<(), E> {
        if number > MAX_WHOLE {
            Err(E::custom(HUGE))
        } else {
            Ok(())
        }
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<(), E> {
        if number.is_finite() && number.abs() <= MAX_WHOLE as f64 {
            Ok(())
        } else {
            Err(E::custom(HUGE))
        }
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        if text.len() > MAX_STRING {
            Err(E::custom(LONG))
        } else {
            Ok(())
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        if self.0 >= MAX_DEPTH {
            return Err(A::Error::custom(DEEP));
        }
        while items.next_element_seed(Node(self.0 + 1))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        if self.0 >= MAX_DEPTH {
            return Err(A::Error::custom(DEEP));
        }
        let mut keys = BTreeSet::new();
        while let Some(key) = items.next_key::<String>()? {
            if key.len() > MAX_STRING {
                return Err(A::Error::custom(LONG));
            }
            if !keys.insert(key) {
                return Err(A::Error::custom(DUPLICATE));
            }
            if keys.len() > MAX_KEYS {
                return Err(A::Error::custom(MANY));
            }
            items.next_value_seed(Node(self.0 + 1))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_that_two_readers_may_read_differently_is_named() {
        assert_eq!(fault(br#"{"a":[1,2.5,null,true,"x"],"b":{"a":-3}}"#), None);
        for (text, why) in [
            (r#"{"a":1,"a":2}"#.to_owned(), DUPLICATE),
            ("[".repeat(33) + &"]".repeat(33), DEEP),
            ("[".repeat(40_000), DEEP),
            ("99999999999999999999".to_owned(), HUGE),
            ("1e300".to_owned(), HUGE),
            (format!("\"{}\"", "x".repeat(MAX_STRING + 1)), LONG),
            (
                format!(
                    "{{{}}}",
                    (0..=MAX_KEYS)
                        .map(|n| format!("\"{n}\":0"))
                        .collect::<Vec<_>>()
                        .join(",")
                ),
                MANY,
            ),
            ("{} {}".to_owned(), "it is not valid JSON"),
            ("\"\\ud800\"".to_owned(), "it is not valid JSON"),
            (String::new(), "it is not valid JSON"),
        ] {
            let found = fault(text.as_bytes()).unwrap_or_default();
            assert!(found.starts_with(why), "{why}: {found}");
        }
    }
}
