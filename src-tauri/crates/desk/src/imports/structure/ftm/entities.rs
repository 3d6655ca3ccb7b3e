//! Lines of FollowTheMoney as entities: each a JSON object with an id, a schema and lists of texts. Knows nothing of owners.

use super::super::{File, Standard, problem, short};
use contract as c;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// The longest line that is read, in bytes: an entity of a whole register has less.
const LONGEST: usize = 1 << 20;
/// How much of a line that cannot be taken is shown in the report.
const SHOWN: usize = 200;

/// The schemata that have a place here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Schema {
    Person,
    Organisation,
    Address,
    Ownership,
    Directorship,
}

impl Schema {
    fn of(word: &str) -> Option<Self> {
        match word {
            "Person" => Some(Self::Person),
            "Company" | "LegalEntity" | "Organization" | "PublicBody" => Some(Self::Organisation),
            "Address" => Some(Self::Address),
            "Ownership" => Some(Self::Ownership),
            "Directorship" => Some(Self::Directorship),
            _ => None,
        }
    }
}

/// An entity, as the lines about it add up to it.
#[derive(Debug, Clone)]
pub(super) struct Entity {
    /// Its first line, from 1.
    pub(super) place: u64,
    pub(super) schema: Schema,
    properties: BTreeMap<String, Vec<String>>,
}

impl Entity {
    /// The values of a property.
    pub(super) fn all(&self, property: &str) -> &[String] {
        self.properties.get(property).map_or(&[], Vec::as_slice)
    }

    /// The first value of a property.
    pub(super) fn first(&self, property: &str) -> Option<&str> {
        self.all(property).first().map(String::as_str)
    }

    /// Every property that is not empty, in the order of their names.
    pub(super) fn properties(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.properties
            .iter()
            .map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// All that it says, as one text.
    pub(super) fn said(&self) -> String {
        let mut said = format!("{:?}", self.schema);
        for (name, values) in self.properties() {
            said.push_str(&format!("\u{1e}{name}\u{1f}{}", values.join("\u{1f}")));
        }
        said
    }
}

/// The lines of a file, understood.
pub(super) struct Entities {
    /// How many lines say something.
    pub(super) lines: u32,
    pub(super) known: BTreeMap<String, Entity>,
    /// Entities of schemata that have no place here: their ids with their schema.
    pub(super) others: HashMap<String, String>,
    /// Lines that cannot be taken, as they stand, and why.
    pub(super) bad: Vec<(String, c::ImportProblem)>,
}

impl Entities {
    pub(super) fn of(source: &File, bytes: &[u8]) -> Self {
        let mut all = Self {
            lines: 0,
            known: BTreeMap::new(),
            others: HashMap::new(),
            bad: Vec::new(),
        };
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        for (place, line) in (1u64..).zip(text.split(|byte| *byte == b'\n')) {
            let line = line.trim_ascii();
            if line.is_empty() {
                continue;
            }
            all.lines = all.lines.saturating_add(1);
            if let Err((code, property, what)) = all.take(place, line) {
                let stands = String::from_utf8_lossy(line).chars().take(SHOWN).collect();
                let why = problem(
                    Standard::Ftm,
                    &source.name,
                    place,
                    &property,
                    "",
                    code,
                    &what,
                );
                all.bad.push((stands, why));
            }
        }
        all
    }

    fn take(&mut self, place: u64, line: &[u8]) -> Result<(), (&'static str, String, String)> {
        let bad = |code, what: &str| Err((code, String::new(), what.to_owned()));
        if line.len() > LONGEST {
            return bad(
                "E-FTM-LONG",
                &format!(
                    "the line is longer than {} MB, which is the limit. Shorten what it says.",
                    LONGEST >> 20
                ),
            );
        }
        if std::str::from_utf8(line).is_err() {
            return bad(
                "E-FTM-TEXT",
                "the line is not UTF-8 text. Save the file as UTF-8.",
            );
        }
        let value: Value = match serde_json::from_slice(line) {
            Ok(value) => value,
            Err(why) if why.is_eof() => {
                return bad(
                    "E-FTM-JSON",
                    "the line ends in the middle of an entity; the file may be cut off. Fetch it again.",
                );
            }
            Err(why) => {
                let what = format!(
                    "this is no JSON from character {} on. Write one entity a line.",
                    why.column()
                );
                return bad("E-FTM-JSON", &what);
            }
        };
        let word = |name: &str| super::super::text(&value, name).map(str::to_owned);
        let (Some(id), Some(schema)) = (word("id"), word("schema")) else {
            return bad(
                "E-FTM-ENTITY",
                "this is no entity: it has no id or no schema. Each line is an object with id, schema and properties.",
            );
        };
        let Some(schema) = Schema::of(&schema) else {
            self.others.insert(id, short(&schema));
            return Ok(());
        };
        let mut properties: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let given = value.get("properties").and_then(Value::as_object);
        for (name, given) in given.into_iter().flatten() {
            let values = texts(given).ok_or_else(|| {
                (
                    "E-FTM-ENTITY",
                    short(name),
                    "its values are no list of texts. Entities within entities stand on lines of their own, named by their ids.".to_owned(),
                )
            })?;
            if !values.is_empty() {
                properties.insert(name.clone(), values);
            }
        }
        match self.known.get_mut(&id) {
            None => {
                let entity = Entity {
                    place,
                    schema,
                    properties,
                };
                self.known.insert(id, entity);
            }
            Some(there) if there.schema != schema => {
                let what = format!(
                    "the entity \"{}\" is of another schema on line {}. Keep one of the two.",
                    short(&id),
                    there.place
                );
                return bad("E-FTM-TWICE", &what);
            }
            // Several lines about one entity say together what it is.
            Some(there) => {
                for (name, values) in properties {
                    let known = there.properties.entry(name).or_default();
                    for value in values {
                        if !known.contains(&value) {
                            known.push(value);
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// The values of a property: texts and numbers, one or a list; none where something else stands among them.
fn texts(value: &Value) -> Option<Vec<String>> {
    let one = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null => Some(String::new()),
        _ => None,
    };
    let mut values = match value {
        Value::Array(all) => all.iter().map(one).collect::<Option<Vec<_>>>()?,
        one_value => vec![one(one_value)?],
    };
    values.retain(|text| !text.is_empty());
    Some(values)
}
