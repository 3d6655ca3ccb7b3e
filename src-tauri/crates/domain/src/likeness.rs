//! How alike two customers are: the marks by which one is looked up, and a comparison with its reasons in words.
//!
//! It suggests and never decides: two records are a candidate until a person says what they are. It must not know how marks are kept.

use crate::{
    country::Country,
    customer::{CustomerFile, PartyKind},
    field, review,
    rulebook::Rulebook,
    text,
};
use std::collections::BTreeSet;

/// The state of a record that was merged into another.
pub const MERGED: &str = "merged";
/// From how many points on two records are a candidate.
pub const CANDIDATE: i32 = 40;
/// A mark that more customers than this have says nothing about any two of them, and is not compared.
pub const TOO_COMMON: usize = 40;

/// What a mark is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // each is what its name says
pub enum Kind {
    /// A pair that a person keeps apart: the other's reference.
    Apart,
    Address,
    /// The number of an accepted document that identifies somebody, with the country that issued it.
    Document,
    Email,
    External,
    Lei,
    Name,
    Payment,
    Phone,
    Registration,
    /// The day by which something is due: the part says what.
    Due,
    /// How a name sounds.
    Sound,
    /// Whose identity could not be verified: the day since when. It is how the register finds its cases.
    Unverified,
}

impl Kind {
    /// Every kind, in the order of its word.
    pub const ALL: [Self; 13] = [
        Self::Address,
        Self::Apart,
        Self::Document,
        Self::Due,
        Self::Email,
        Self::External,
        Self::Lei,
        Self::Name,
        Self::Payment,
        Self::Phone,
        Self::Registration,
        Self::Sound,
        Self::Unverified,
    ];

    /// The word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Apart => "apart",
            Self::Document => "document",
            Self::Email => "email",
            Self::External => "external",
            Self::Lei => "lei",
            Self::Name => "name",
            Self::Payment => "payment",
            Self::Phone => "phone",
            Self::Registration => "registration",
            Self::Due => "due",
            Self::Sound => "sound",
            Self::Unverified => "unverified",
        }
    }

    /// The kind of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// How strongly a shared mark suggests one and the same customer; 0 where it suggests nothing.
    pub fn suggests(self) -> i32 {
        match self {
            Self::Lei => 60,
            Self::Document => 55,
            Self::Registration => 45,
            Self::Email | Self::Name => 30,
            Self::Payment | Self::Phone => 25,
            Self::External => 20,
            Self::Address | Self::Sound => 15,
            Self::Apart | Self::Due | Self::Unverified => 0,
        }
    }

    /// Whether unrelated customers who share it belong on the radar.
    pub fn connects(self) -> bool {
        matches!(
            self,
            Self::Address
                | Self::Document
                | Self::Email
                | Self::Payment
                | Self::Phone
                | Self::Registration
        )
    }

    /// What a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Address => "Address",
            Self::Apart => "Kept apart",
            Self::Document => "Document number",
            Self::Email => "E-mail",
            Self::External => "Your reference",
            Self::Lei => "LEI",
            Self::Name => "Name",
            Self::Payment => "Payment source",
            Self::Phone => "Telephone",
            Self::Registration => "Registration number",
            Self::Due => "Due",
            Self::Sound => "Name as it sounds",
            Self::Unverified => "Could not be verified",
        }
    }
}

/// Something that another customer may have too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// What it is of.
    pub kind: Kind,
    /// The value, brought to one form.
    pub value: String,
    /// Whose: empty for the customer, else the owner's id.
    pub part: String,
}

/// Words that say what kind of company it is, not which.
const FORMS: [&str; 30] = [
    "ab",
    "ag",
    "as",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "kg",
    "kk",
    "limited",
    "llc",
    "llp",
    "ltd",
    "ltda",
    "nv",
    "oy",
    "plc",
    "pte",
    "pty",
    "pvt",
    "sa",
    "sarl",
    "sas",
    "sl",
    "spa",
    "srl",
];
/// Words of addresses that are written short or long.
const SHORT: [(&str, &str); 9] = [
    ("avenue", "ave"),
    ("boulevard", "blvd"),
    ("drive", "dr"),
    ("lane", "ln"),
    ("number", "no"),
    ("road", "rd"),
    ("square", "sq"),
    ("street", "st"),
    ("suite", "ste"),
];

/// Folded Latin words of a text.
fn words(text: &str) -> Vec<String> {
    text::fold(&any_ascii::any_ascii(text))
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn name_words(name: &str) -> Vec<String> {
    let all = words(name);
    let kept: Vec<String> = all
        .iter()
        .filter(|word| !FORMS.contains(&word.as_str()))
        .cloned()
        .collect();
    if kept.is_empty() { all } else { kept }
}

/// The forms of a name that are the same name: its words in any order, and as one word, as other scripts are transliterated.
fn name_keys(name: &str) -> BTreeSet<String> {
    let mut words = name_words(name);
    let mut keys = BTreeSet::from([words.concat()]);
    words.sort();
    keys.insert(words.concat());
    keys.retain(|key| key.chars().count() > 2);
    keys
}

/// Consonants that are spelled differently in different tongues, made one: "Iwanow" and "Ivanov" sound alike.
fn sound(word: &str) -> String {
    let spelled = word
        .replace("sch", "s")
        .replace("sh", "s")
        .replace("ch", "k")
        .replace("ph", "f")
        .replace("th", "t")
        .replace("kh", "k")
        .replace("ck", "k")
        .replace("ts", "s")
        .replace("tz", "s");
    let mut out = String::new();
    for (place, letter) in spelled.chars().enumerate() {
        let letter = match letter {
            'w' => 'v',
            'y' | 'j' => 'i',
            'c' | 'q' => 'k',
            'z' | 'x' => 's',
            other => other,
        };
        let vowel = matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'h');
        if (place == 0 || !vowel) && !out.ends_with(letter) {
            out.push(if place == 0 && vowel { 'a' } else { letter });
        }
    }
    out
}

fn sound_key(name: &str) -> Option<String> {
    let mut sounds: Vec<String> = name_words(name).iter().map(|word| sound(word)).collect();
    sounds.sort();
    let key = sounds.join(" ");
    // A name of one short word sounds like too many others.
    (key.chars().count() > 4).then_some(key)
}

fn address_key(address: &str) -> Option<String> {
    let mut parts: Vec<&str> = address.split([',', '\n']).map(str::trim).collect();
    while parts.len() > 1
        && parts
            .last()
            .is_some_and(|last| last.is_empty() || Country::parse(last).is_ok())
    {
        parts.pop();
    }
    let mut all: Vec<String> = words(&parts.join(" "))
        .into_iter()
        .map(|word| {
            SHORT
                .iter()
                .find(|(long, _)| *long == word)
                .map_or(word.clone(), |(_, short)| (*short).to_owned())
        })
        .collect();
    all.sort();
    let key = all.join(" ");
    // "Hamburg" is where many live; a street and a number is where few do.
    (all.len() > 2 && key.chars().any(|c| c.is_ascii_digit())).then_some(key)
}

fn letters_and_digits(text: &str) -> String {
    words(text).concat()
}

fn digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= 7).then_some(digits)
}

fn email_key(text: &str) -> Option<String> {
    let key = text.trim().to_lowercase();
    key.contains('@').then_some(key)
}

/// What tells a means of payment from others: the whole identifier where there is one, else the institution with the last digits.
fn payment_key(institution: &str, identifier: Option<&str>) -> Option<String> {
    let identifier = letters_and_digits(identifier?);
    if identifier.is_empty() {
        return None;
    }
    Some(if identifier.chars().count() >= 8 {
        identifier
    } else {
        format!("{} {identifier}", letters_and_digits(institution))
    })
}

const NAMES: [&str; 5] = [
    "full_legal_name",
    "business_name",
    "name_original",
    "other_names",
    "names_used",
];

/// The days by which something is due about this customer, by which the list of what is due is made.
pub fn due_marks(file: &CustomerFile, rules: &Rulebook) -> BTreeSet<Mark> {
    if file.merged_into.is_some() {
        return BTreeSet::new();
    }
    crate::due::due(file, rules)
        .into_iter()
        .map(|due| Mark {
            kind: Kind::Due,
            value: due.on.to_string(),
            part: due.what.word().to_owned(),
        })
        .collect()
}

/// Everything by which this customer is found; of a record that was merged away only what the register needs.
pub fn marks(file: &CustomerFile) -> BTreeSet<Mark> {
    let mut marks = BTreeSet::new();
    if let Some(first) = file
        .path
        .iter()
        .find(|reached| reached.state == "unverified")
    {
        marks.insert(Mark {
            kind: Kind::Unverified,
            value: first.on.clone(),
            part: String::new(),
        });
    }
    if file.status == MERGED {
        return marks;
    }
    let mut put = |kind: Kind, value: Option<String>, part: &str| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            marks.insert(Mark {
                kind,
                value,
                part: part.to_owned(),
            });
        }
    };
    let each = |field: &'static str| file.values(field).iter();
    for name in NAMES.into_iter().flat_map(each) {
        for key in name_keys(name) {
            put(Kind::Name, Some(key), "");
        }
        put(Kind::Sound, sound_key(name), "");
    }
    for address in ["street_address", "principal_place"]
        .into_iter()
        .flat_map(each)
    {
        put(Kind::Address, address_key(address), "");
    }
    for email in each("email") {
        put(Kind::Email, email_key(email), "");
    }
    for phone in each("phone") {
        put(Kind::Phone, digits(phone), "");
    }
    for lei in each("lei") {
        put(Kind::Lei, Some(letters_and_digits(lei)), "");
    }
    for number in each("registration_number") {
        put(Kind::Registration, registration_key(file, number), "");
    }
    put(
        Kind::External,
        file.external_id.as_deref().map(letters_and_digits),
        "",
    );
    for payment in file.accounts.iter().flat_map(|account| &account.payments) {
        let key = payment_key(&payment.institution, payment.identifier.as_deref());
        put(Kind::Payment, key, "");
    }
    for owner in file.owners.iter().filter(|owner| owner.valid_to.is_none()) {
        put(
            Kind::Address,
            owner.address.as_deref().and_then(address_key),
            &owner.id,
        );
        put(
            Kind::Email,
            owner.email.as_deref().and_then(email_key),
            &owner.id,
        );
        put(
            Kind::Phone,
            owner.phone.as_deref().and_then(digits),
            &owner.id,
        );
    }
    for (about, key) in document_keys(file) {
        let part = if about == file.reference { "" } else { about };
        put(Kind::Document, Some(key), part);
    }
    for apart in &file.apart {
        put(Kind::Apart, Some(apart.other.clone()), "");
    }
    marks
}

/// What tells an identity document from all others: its type, who issued it, and its number; with whom it is about. Of each document only
/// the latest review counts, and only where it was accepted or belongs to somebody else.
fn document_keys(file: &CustomerFile) -> Vec<(&str, String)> {
    file.reviews
        .iter()
        .filter(|one| review::identifies(&one.kind))
        .filter(|one| file.review_of(&one.document) == Some(one))
        .filter(|one| one.decision == "accept" || one.reason.as_deref() == Some("other_person"))
        .filter_map(|one| {
            let number = letters_and_digits(one.value("document_number")?);
            let country = one.value("issuing_country").unwrap_or_default();
            (number.chars().count() > 3).then(|| {
                (
                    one.about.as_str(),
                    format!("{} {country} {number}", one.kind),
                )
            })
        })
        .collect()
}

fn registration_key(file: &CustomerFile, number: &str) -> Option<String> {
    let number = letters_and_digits(number);
    (!number.is_empty()).then(|| format!("{} {number}", file.country()))
}

/// A mark as it was written in this record, where it has it; of a means of payment the last four characters alone.
pub fn written(file: &CustomerFile, kind: Kind, value: &str) -> Option<String> {
    let is = |key: Option<String>| key.as_deref() == Some(value);
    let fields = |ids: &'static [&'static str]| ids.iter().flat_map(|id| file.values(id));
    match kind {
        Kind::Address => fields(&["street_address", "principal_place"])
            .chain(
                file.owners
                    .iter()
                    .filter_map(|owner| owner.address.as_ref()),
            )
            .find(|address| is(address_key(address)))
            .cloned(),
        Kind::Document => document_keys(file)
            .into_iter()
            .find(|(_, key)| key == value)
            .and_then(|(_, key)| {
                let mut words = key.splitn(3, ' ');
                let (kind, country, number) = (words.next()?, words.next()?, words.next()?);
                let kind = crate::record::document_type_label(kind);
                let number = field::masked(&number.to_uppercase());
                Some(format!("{kind} {country} {number}"))
            }),
        Kind::Registration => fields(&["registration_number"])
            .find(|number| is(registration_key(file, number)))
            .cloned(),
        Kind::Payment => file
            .accounts
            .iter()
            .flat_map(|account| &account.payments)
            .find(|one| is(payment_key(&one.institution, one.identifier.as_deref())))
            .map(|one| {
                let whole: Vec<char> = one.identifier.iter().flat_map(|id| id.chars()).collect();
                let tail: String = whole.iter().skip(whole.len().saturating_sub(4)).collect();
                format!("{}, {} …{tail}", one.kind, one.institution)
            }),
        _ => None,
    }
}

/// Something that speaks for or against two records being one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// In words: "The same e-mail, a@example.org".
    pub words: String,
    /// Points for it, or against it.
    pub points: i32,
}

/// How alike two customers are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Likeness {
    /// The points together; [`CANDIDATE`] and more make a candidate.
    pub score: i32,
    /// What they are made of, the strongest first.
    pub reasons: Vec<Reason>,
}

impl Likeness {
    fn add(&mut self, points: i32, words: impl Into<String>) {
        self.score += points;
        self.reasons.push(Reason {
            words: words.into(),
            points,
        });
    }
}

/// Compares two customers.
pub fn compare(one: &CustomerFile, other: &CustomerFile) -> Likeness {
    let mut likeness = Likeness::default();
    let (mine, theirs) = (marks(one), marks(other));
    let own = |marks: &BTreeSet<Mark>, kind: Kind| -> BTreeSet<String> {
        marks
            .iter()
            .filter(|mark| mark.kind == kind && mark.part.is_empty())
            .map(|mark| mark.value.clone())
            .collect()
    };
    for kind in [
        Kind::Lei,
        Kind::Document,
        Kind::Registration,
        Kind::Email,
        Kind::Phone,
        Kind::Payment,
        Kind::External,
        Kind::Address,
    ] {
        let (a, b) = (own(&mine, kind), own(&theirs, kind));
        if let Some(shared) = a.intersection(&b).next() {
            let what = match kind {
                Kind::Email => format!("The same e-mail, {shared}"),
                Kind::Phone => format!("The same telephone number, +{shared}"),
                Kind::Lei => format!("The same LEI, {}", shared.to_uppercase()),
                Kind::Document => "The same identity document, by its number".to_owned(),
                Kind::Registration => "The same registration number in the same country".to_owned(),
                Kind::Payment => "The same means of payment".to_owned(),
                Kind::External => "Your references differ in spelling only".to_owned(),
                _ => "The same address".to_owned(),
            };
            likeness.add(kind.suggests(), what);
        } else if matches!(kind, Kind::Lei | Kind::Registration) && !a.is_empty() && !b.is_empty() {
            likeness.add(
                -kind.suggests(),
                format!(
                    "Different {}",
                    if kind == Kind::Lei {
                        "LEIs"
                    } else {
                        "registration numbers"
                    }
                ),
            );
        }
    }
    let (a, b) = (own(&mine, Kind::Name), own(&theirs, Kind::Name));
    if !a.is_disjoint(&b) {
        let words = if text::fold(one.name()) == text::fold(other.name()) {
            "The same name"
        } else {
            "The same name in another order, script or spelling"
        };
        likeness.add(Kind::Name.suggests(), words);
    } else if !own(&mine, Kind::Sound).is_disjoint(&own(&theirs, Kind::Sound)) {
        likeness.add(
            Kind::Sound.suggests(),
            format!("The names sound alike: {}, {}", one.name(), other.name()),
        );
    }
    if let (Some(a), Some(b)) = (one.value("date_of_birth"), other.value("date_of_birth")) {
        if a == b {
            likeness.add(25, "The same date of birth");
        } else if !(a.starts_with(b) || b.starts_with(a)) {
            likeness.add(-35, "Different dates of birth");
        }
    }
    match (one.country(), other.country()) {
        ("", _) | (_, "") => {}
        (a, b) if a == b => likeness.add(5, format!("The same country, {a}")),
        (a, b) => likeness.add(-10, format!("Different countries, {a} and {b}")),
    }
    if one.kind != other.kind {
        let person = |file: &CustomerFile| match file.kind {
            PartyKind::Individual => "a natural person",
            PartyKind::Entity => "an organization",
        };
        likeness.add(
            -30,
            format!("One is {}, the other {}", person(one), person(other)),
        );
    }
    likeness.reasons.sort_by_key(|reason| -reason.points.abs());
    likeness.score = likeness.score.clamp(0, 99);
    likeness
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(reference: &str, fields: &[(&str, &str)]) -> CustomerFile {
        let mut file = CustomerFile::new(reference, None, PartyKind::Individual);
        for (id, value) in fields {
            file.fields.insert(
                (*id).to_owned(),
                crate::customer::Dated {
                    values: vec![(*value).to_owned()],
                    entry: 1,
                },
            );
        }
        file
    }

    #[test]
    fn a_name_is_the_same_in_any_order_script_and_spelling() {
        let one = person(
            "C-1",
            &[("full_legal_name", "Ivan Petrov"), ("country", "RU")],
        );
        for (name, least) in [
            ("Petrov, Ivan", 30),
            ("Иван Петров", 30),
            ("IVAN PETRÓV", 30),
            ("Iwan Petrow", 15),
        ] {
            let other = person("C-2", &[("full_legal_name", name), ("country", "RU")]);
            let found = compare(&one, &other);
            assert!(found.score >= least, "{name}: {found:?}");
        }
        let other = person(
            "C-2",
            &[("full_legal_name", "Ivana Petersen"), ("country", "RU")],
        );
        assert!(compare(&one, &other).score < 15, "another name");
        let li = person("C-3", &[("full_legal_name", "Li Xiaolong")]);
        let original = person("C-4", &[("full_legal_name", "李小龙")]);
        assert!(compare(&li, &original).score >= 30, "one word in Chinese");
    }

    #[test]
    fn what_contradicts_counts_against() {
        let fields = [("full_legal_name", "Ana Lima"), ("country", "BR")];
        let one = person(
            "C-1",
            &[fields[0], fields[1], ("date_of_birth", "1974-08-12")],
        );
        let same = person(
            "C-2",
            &[fields[0], fields[1], ("date_of_birth", "1974-08-12")],
        );
        let other = person(
            "C-3",
            &[fields[0], fields[1], ("date_of_birth", "1981-01-02")],
        );
        assert_eq!(compare(&one, &same).score, 60);
        assert!(
            compare(&one, &other).score < CANDIDATE,
            "another date of birth"
        );
        let year = person("C-4", &[fields[0], fields[1], ("date_of_birth", "1974")]);
        assert!(
            compare(&one, &year).score == 35,
            "a year that fits contradicts nothing"
        );
    }

    #[test]
    fn an_address_is_the_same_however_long_its_words_are() {
        let key = |text| address_key(text).unwrap_or_default();
        assert_eq!(
            key("12 Harbour Street, Boston, United States"),
            key("12 harbour st\nBoston")
        );
        assert_ne!(
            key("12 Harbour Street, Boston"),
            key("14 Harbour Street, Boston")
        );
        assert_eq!(address_key("Hamburg"), None, "a town is no address");
    }

    #[test]
    fn the_last_digits_of_a_card_are_nothing_without_the_bank() {
        assert_ne!(
            payment_key("First Bank", Some("4242")),
            payment_key("Other Bank", Some("4242"))
        );
        assert_eq!(
            payment_key("A", Some("DE89 3704 0044 0532 0130 00")),
            payment_key("B", Some("DE89370400440532013000"))
        );
        assert_eq!(payment_key("A", None), None);
    }

    #[test]
    fn the_table_keeps_its_order_by_word() {
        assert!(Kind::ALL.is_sorted_by_key(|kind| kind.word()));
    }
}
