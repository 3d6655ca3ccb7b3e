//! What a form asks: its items in the order of the rule. Forms are data, read from `forms/`; a form knows neither who fills it nor from what.

use serde::Deserialize;
use std::sync::OnceLock;

/// How an answer is shaped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// One row of parts.
    #[default]
    One,
    /// Any number of rows; none reads "none".
    Many,
    /// Rows of a key and a number, with their sum.
    Counts,
}

/// What becomes of a form that leaves an item empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// It cannot be sealed.
    #[default]
    Blocks,
    /// A person is told; it prints "not recorded".
    Warns,
    /// Nothing.
    None,
}

/// What a part of an answer holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A line.
    Text,
    /// Paragraphs.
    Long,
    /// `YYYY-MM-DD`.
    Date,
    /// A whole number.
    Number,
    /// Yes or no: `true`, `false`.
    Flag,
    /// ISO 3166 alpha-2.
    Country,
    /// One of these words.
    Choice(Vec<String>),
}

impl Kind {
    fn read(text: &str) -> Self {
        match text {
            "" | "text" => Self::Text,
            "long" => Self::Long,
            "date" => Self::Date,
            "number" => Self::Number,
            "flag" => Self::Flag,
            "country" => Self::Country,
            words => Self::Choice(words.split('/').map(str::to_owned).collect()),
        }
    }

    /// The word that crosses to the window: text, long, date, number, flag, country, choice.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Long => "long",
            Self::Date => "date",
            Self::Number => "number",
            Self::Flag => "flag",
            Self::Country => "country",
            Self::Choice(_) => "choice",
        }
    }
}

/// A part of an answer: the only one of a plain answer, or a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name in the JSON.
    pub key: String,
    /// What a person reads.
    pub label: String,
    /// What it holds.
    pub kind: Kind,
    /// A row without it blocks.
    pub must: bool,
    /// A row without it lacks nothing: what is empty is not said to be missing.
    pub may_lack: bool,
}

impl Part {
    fn read(text: &str) -> Self {
        let mut pieces = text.splitn(4, '|');
        let mut next = || pieces.next().unwrap_or_default().to_owned();
        let (key, label, kind, need) = (next(), next(), next(), next());
        Self {
            key,
            label,
            kind: Kind::read(&kind),
            must: need == "must",
            may_lack: need == "may lack",
        }
    }
}

/// One thing a form asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name in the JSON.
    pub id: String,
    /// Its number, such as `7` or `A3`; empty for what every form has beside the rule's items.
    pub no: String,
    /// What a person reads.
    pub label: String,
    /// The rule pack's item behind it.
    pub pack: String,
    /// How its answer is shaped.
    pub shape: Shape,
    /// What becomes of an empty one.
    pub need: Need,
    /// "Unknown, asked on" is an answer.
    pub unknown: bool,
    /// Its parts, at least one.
    pub parts: Vec<Part>,
}

impl Item {
    /// Whether its JSON is the bare value of its one part.
    pub fn is_bare(&self) -> bool {
        self.shape == Shape::One && self.parts.len() == 1 && self.part("value").is_some()
    }

    /// A part by its key.
    pub fn part(&self, key: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.key == key)
    }
}

/// Items under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// Its items.
    pub items: Vec<Item>,
}

/// A form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Such as `F4`.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// What it is for, in a sentence.
    pub about: String,
    /// The duties behind it.
    pub duties: String,
    /// The clocks that sending it stops. Others it answers keep running.
    pub stops: Vec<String>,
    /// It stays in the house: nobody is asked for confidential treatment.
    pub internal: bool,
    /// The forms that it restates in full.
    pub restates: Vec<String>,
    /// Its sections, in the order of the rule.
    pub sections: Vec<Section>,
}

impl Form {
    /// Its items in order.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.sections.iter().flat_map(|section| &section.items)
    }

    /// An item by its id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items().find(|item| item.id == id)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormFile {
    form: String,
    title: String,
    about: String,
    duties: String,
    #[serde(default)]
    stops: Vec<String>,
    #[serde(default)]
    internal: bool,
    #[serde(default)]
    restates: Vec<String>,
    section: Vec<SectionFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionFile {
    #[serde(default)]
    title: String,
    #[serde(default)]
    mark: String,
    #[serde(default)]
    include: Option<String>,
    #[serde(default)]
    items: Vec<String>,
    #[serde(default)]
    item: Vec<ItemFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemFile {
    id: String,
    label: String,
    #[serde(default)]
    pack: Option<String>,
    #[serde(default)]
    shape: Shape,
    #[serde(default)]
    need: Need,
    #[serde(default)]
    unknown: bool,
    #[serde(default)]
    plain: bool,
    #[serde(default)]
    parts: Vec<String>,
}

const FILES: &[&str] = &[
    include_str!("../forms/f1.toml"),
    include_str!("../forms/f2.toml"),
    include_str!("../forms/f3.toml"),
    include_str!("../forms/f4.toml"),
    include_str!("../forms/f5.toml"),
    include_str!("../forms/f6.toml"),
    include_str!("../forms/f7.toml"),
    include_str!("../forms/f7r.toml"),
    include_str!("../forms/f8.toml"),
    include_str!("../forms/f9.toml"),
    include_str!("../forms/f10.toml"),
    include_str!("../forms/f11.toml"),
    include_str!("../forms/f12.toml"),
    include_str!("../forms/f13.toml"),
    include_str!("../forms/f14.toml"),
];

/// Every form, in the order of the list in the rule's analysis.
pub fn forms() -> &'static [Form] {
    static FORMS: OnceLock<Vec<Form>> = OnceLock::new();
    // A form that cannot be read is left out here; a test reads each and says why.
    FORMS.get_or_init(|| read_all().unwrap_or_default())
}

/// A form by its name, such as `F4`.
pub fn form(kind: &str) -> Option<&'static Form> {
    forms().iter().find(|form| form.kind == kind)
}

fn read_all() -> Result<Vec<Form>, toml::de::Error> {
    let common: FormFile = toml::from_str(include_str!("../forms/common.toml"))?;
    let files: Vec<FormFile> = FILES
        .iter()
        .map(|text| toml::from_str(text))
        .collect::<Result<_, _>>()?;
    Ok(files
        .iter()
        .map(|file| build(file, &files, &common))
        .collect())
}

fn build(file: &FormFile, all: &[FormFile], common: &FormFile) -> Form {
    let mut sections = Vec::new();
    let mut number = 0;
    let mut shared = common.section.iter();
    let mut add = |section: &SectionFile, only: &[String]| {
        let mut within = 0;
        let items: Vec<Item> = section
            .item
            .iter()
            .filter(|item| only.is_empty() || only.contains(&item.id))
            .map(|item| {
                let no = if item.plain {
                    String::new()
                } else if section.mark.is_empty() {
                    number += 1;
                    number.to_string()
                } else {
                    within += 1;
                    format!("{}{within}", section.mark)
                };
                item_of(item, no)
            })
            .collect();
        if !items.is_empty() {
            sections.push(Section {
                title: section.title.clone(),
                items,
            });
        }
    };
    if let Some(filer) = shared.next() {
        add(filer, &[]);
    }
    for section in &file.section {
        let Some(other) = &section.include else {
            add(section, &[]);
            continue;
        };
        let included = all.iter().filter(|one| one.form == *other);
        for theirs in included.flat_map(|one| &one.section) {
            add(theirs, &section.items);
        }
    }
    for section in shared {
        let asks = section.item.iter().any(|item| item.id == "confidential");
        if !(asks && file.internal) {
            add(section, &[]);
        }
    }
    Form {
        kind: file.form.clone(),
        title: file.title.clone(),
        about: file.about.clone(),
        duties: file.duties.clone(),
        stops: file.stops.clone(),
        internal: file.internal,
        restates: file.restates.clone(),
        sections,
    }
}

fn item_of(item: &ItemFile, no: String) -> Item {
    let mut parts: Vec<Part> = item.parts.iter().map(|text| Part::read(text)).collect();
    if parts.is_empty() {
        parts.push(Part::read(&format!("value|{}", item.label)));
    }
    Item {
        id: item.id.clone(),
        no,
        label: item.label.clone(),
        pack: item.pack.clone().unwrap_or_else(|| item.id.clone()),
        shape: item.shape,
        need: item.need,
        unknown: item.unknown,
        parts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_form_is_read_and_names_nothing_twice() {
        let forms = read_all().unwrap();
        let kinds: Vec<&str> = forms.iter().map(|form| form.kind.as_str()).collect();
        assert_eq!(
            kinds,
            [
                "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F7R", "F8", "F9", "F10", "F11", "F12",
                "F13", "F14"
            ]
        );
        for form in &forms {
            let ids: BTreeSet<&str> = form.items().map(|item| item.id.as_str()).collect();
            assert_eq!(
                ids.len(),
                form.items().count(),
                "{}: an id twice",
                form.kind
            );
            for item in form.items() {
                let keys: BTreeSet<&str> =
                    item.parts.iter().map(|part| part.key.as_str()).collect();
                assert_eq!(keys.len(), item.parts.len(), "{} {}", form.kind, item.id);
                assert!(
                    item.parts.iter().all(|part| !part.label.is_empty()),
                    "{} {}: a part without a label",
                    form.kind,
                    item.id
                );
                if item.shape == Shape::Counts {
                    assert_eq!(item.parts.len(), 2, "{} {}", form.kind, item.id);
                }
            }
        }
    }
}
