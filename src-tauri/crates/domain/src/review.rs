//! The review of a document: what was read from it and where on the page, how that stands to what the customer says, and what was decided.
//!
//! What is read is a claim of the document, not a fact of the record: a value becomes the customer's only when somebody takes it over.

use crate::{
    agree::{self, Agreement, Kind, Mark},
    customer::{CustomerFile, PartyKind},
    field::{self, Input, ValueError},
    mrz::{self, Mrz},
    partial_date::PartialDate,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A box on a page, in ten-thousandths of its width and height as the page lies unrotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// The page, from 1.
    pub page: u32,
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// Width.
    pub w: u32,
    /// Height.
    pub h: u32,
}

impl Pin {
    /// Whether the box lies on the page and is not empty.
    pub fn is_sound(&self) -> bool {
        const WHOLE: u32 = 10_000;
        let within = |from: u32, length: u32| {
            length > 0 && from.checked_add(length).is_some_and(|end| end <= WHOLE)
        };
        self.page > 0 && within(self.x, self.w) && within(self.y, self.h)
    }
}

/// One thing that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Which: one of [`Asked::id`].
    pub field: String,
    /// As it was read, in the form that is kept.
    pub value: String,
    /// Where on the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<Pin>,
    /// How it stood to what the customer said at the time: same, similar, different, missing.
    pub mark: String,
}

/// A review (D-26, D-39). A document can be reviewed again; each review stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Its id within the customer, such as `RV-1`.
    pub id: String,
    /// The document.
    pub document: String,
    /// Its type.
    pub kind: String,
    /// Whom it is about: the customer's reference or an owner's id.
    pub about: String,
    /// accept, ask_again, reject.
    pub decision: String,
    /// Why not, out of [`REASONS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What the customer is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_customer: Option<String>,
    /// For us alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub internal: Option<String>,
    /// original, scan, video, certified.
    pub seen: String,
    /// What was read.
    pub facts: Vec<Fact>,
    /// The machine-readable zone as it was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mrz: Option<String>,
    /// The checklist: item and answer (yes, no, not_applicable).
    pub answers: Vec<(String, String)>,
    /// Who: a fingerprint.
    pub by: String,
    /// The day.
    pub on: String,
}

impl Review {
    /// A fact's value.
    pub fn value(&self, field: &str) -> Option<&str> {
        self.facts
            .iter()
            .find(|fact| fact.field == field)
            .map(|fact| fact.value.as_str())
    }

    /// When the document expires, where it says so.
    pub fn expires(&self) -> Option<PartialDate> {
        PartialDate::parse(self.value("expires_on")?).ok()
    }

    /// What the document says of itself: type, masked number, issuer, dates (D-26).
    pub fn describe(&self) -> String {
        let mut words = vec![crate::record::document_type_label(&self.kind).to_owned()];
        words.extend(
            self.value("document_number")
                .map(|number| format!("number {}", field::masked(number))),
        );
        words.extend(
            self.value("issuing_country")
                .map(|country| format!("issued by {country}")),
        );
        words.extend(self.value("issued_on").map(|day| format!("on {day}")));
        words.extend(self.value("expires_on").map(|day| format!("expires {day}")));
        words.join(", ")
    }
}

/// What a form asks of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The id.
    pub id: &'static str,
    /// The label.
    pub label: &'static str,
    /// What may be written.
    pub input: Input,
    /// The customer's field that claims the same; none where no field does.
    pub claim: Option<&'static str>,
    /// It must be read before the document is accepted.
    pub required: bool,
}

const fn asked(
    id: &'static str,
    label: &'static str,
    input: Input,
    claim: Option<&'static str>,
    required: bool,
) -> Asked {
    Asked {
        id,
        label,
        input,
        claim,
        required,
    }
}

const IDENTITY: &[Asked] = &[
    asked(
        "full_name",
        "Name on the document",
        Input::Text,
        Some("full_legal_name"),
        true,
    ),
    asked(
        "date_of_birth",
        "Date of birth",
        Input::Birth,
        Some("date_of_birth"),
        false,
    ),
    asked(
        "citizenships",
        "Nationality",
        Input::Country,
        Some("citizenships"),
        false,
    ),
    asked(
        "document_number",
        "Document number",
        Input::Text,
        None,
        true,
    ),
    asked(
        "issuing_country",
        "Issuing country",
        Input::Country,
        Some("country"),
        true,
    ),
    asked(
        "issuing_authority",
        "Issuing authority",
        Input::Text,
        None,
        false,
    ),
    asked("issued_on", "Issued on", Input::Birth, None, false),
    asked("expires_on", "Expires on", Input::Partial, None, false),
];
const REGISTRY: &[Asked] = &[
    asked(
        "business_name",
        "Name in the register",
        Input::Text,
        Some("business_name"),
        true,
    ),
    asked(
        "registration_number",
        "Registration number",
        Input::Text,
        Some("registration_number"),
        true,
    ),
    asked(
        "jurisdiction",
        "Jurisdiction",
        Input::Country,
        Some("jurisdiction"),
        true,
    ),
    asked(
        "principal_place",
        "Registered address",
        Input::Long,
        Some("principal_place"),
        false,
    ),
    asked("issuing_authority", "Register", Input::Text, None, false),
    asked("issued_on", "Extract of", Input::Birth, None, true),
];
const ADDRESS: &[Asked] = &[
    asked(
        "full_name",
        "Name on the document",
        Input::Text,
        Some("full_legal_name"),
        true,
    ),
    asked(
        "street_address",
        "Address",
        Input::Long,
        Some("street_address"),
        true,
    ),
    asked("issuing_authority", "Issued by", Input::Text, None, true),
    asked("issued_on", "Issued on", Input::Birth, None, true),
];
const OTHER: &[Asked] = &[
    asked(
        "full_name",
        "Name on the document",
        Input::Text,
        Some("full_legal_name"),
        false,
    ),
    asked("issuing_authority", "Issued by", Input::Text, None, false),
    asked("document_number", "Number", Input::Text, None, false),
    asked("issued_on", "Issued on", Input::Birth, None, false),
    asked("expires_on", "Expires on", Input::Partial, None, false),
];

/// Whether the document identifies a person by itself.
pub fn identifies(kind: &str) -> bool {
    matches!(
        kind,
        "passport" | "national_id" | "driving_licence" | "residence_permit"
    )
}

/// Whether somebody reads it field by field and decides on it; other papers only show that something was sent or said.
pub fn is_reviewed(kind: &str) -> bool {
    !std::ptr::eq(asked_of(kind), OTHER)
}

/// What the form of a type of document asks.
pub fn asked_of(kind: &str) -> &'static [Asked] {
    match kind {
        _ if identifies(kind) => IDENTITY,
        "registry_extract" | "ownership_chart" => REGISTRY,
        "proof_of_address" | "payment_proof" => ADDRESS,
        _ => OTHER,
    }
}

/// The checklist, with what each item asks; "yes" is always the good answer.
pub const CHECKLIST: &[(&str, &str)] = &[
    ("legible", "Every line is legible"),
    ("corners", "All four corners are seen"),
    ("not_expired", "It has not expired"),
    ("name_matches", "The name is the customer's"),
    ("mrz", "The check digits of the machine-readable zone hold"),
    (
        "number_format",
        "The number has the form that the issuing country uses",
    ),
    ("untouched", "There is no sign of tampering"),
    ("second_address", "A second document shows the address"),
];

/// Whether a document can be accepted although the item was answered "no": what is a flaw of the file, not of the document.
fn may_be_no(item: &str) -> bool {
    matches!(item, "second_address" | "number_format")
}

/// Why a document is asked for again or rejected: code, decision, words, and what the customer is told to begin with.
pub const REASONS: &[(&str, &str, &str, &str)] = &[
    (
        "not_legible",
        "ask_again",
        "Not legible",
        "We could not read every line of your document. Please send a sharper picture, in good light and without glare.",
    ),
    (
        "cut_off",
        "ask_again",
        "Cut off",
        "A part of your document is missing on the picture. Please send one that shows all four corners.",
    ),
    (
        "expired",
        "ask_again",
        "Expired",
        "Your document has expired. Please send one that is valid.",
    ),
    (
        "wrong_type",
        "ask_again",
        "Not the document that was asked for",
        "This is not the document that we asked for. Please send the one named in our letter.",
    ),
    (
        "page_missing",
        "ask_again",
        "A page is missing",
        "A page of your document is missing. Please send all of them.",
    ),
    (
        "name_differs",
        "ask_again",
        "Name differs",
        "The name on the document is not the one on your account. Please tell us which is right, and send a document that shows it.",
    ),
    (
        "altered",
        "reject",
        "Signs of tampering",
        "We cannot accept this document. Please contact us.",
    ),
    (
        "not_acceptable",
        "reject",
        "Not a document that we accept",
        "We do not accept this kind of document for this purpose.",
    ),
    (
        "other_person",
        "reject",
        "Belongs to somebody else",
        "The document does not belong to the person named on the account.",
    ),
    (
        "specimen",
        "reject",
        "A specimen or a fantasy document",
        "We cannot accept this document. Please send one that was issued to you.",
    ),
];

/// How the document was seen (domain 5.12).
pub const SEEN: &[(&str, &str)] = &[
    ("scan", "A scan or photograph"),
    ("original", "The original"),
    ("video", "Live on video"),
    ("certified", "A certified copy"),
];

/// What the customer, an owner or a signatory says where a document says the same.
pub fn claims<'a>(file: &'a CustomerFile, about: &str, asked: &Asked) -> Vec<&'a str> {
    let owner = file.owners.iter().find(|owner| owner.id == about);
    let owner = owner.map(|one| (&one.name, &one.name_original, &one.country, &one.address));
    let signatory = file.signatories.iter().find(|one| one.id == about);
    let signatory =
        signatory.map(|one| (&one.name, &one.name_original, &one.country, &one.address));
    if let Some((name, original, country, address)) = owner.or(signatory) {
        return match asked.id {
            "full_name" | "business_name" => std::iter::once(name.as_str())
                .chain(original.as_deref())
                .collect(),
            "issuing_country" | "jurisdiction" => country.as_deref().into_iter().collect(),
            "street_address" | "principal_place" => address.as_deref().into_iter().collect(),
            _ => Vec::new(),
        };
    }
    let claim = match (asked.claim, file.kind) {
        (Some("full_legal_name"), PartyKind::Entity) => Some("business_name"),
        (Some("street_address"), PartyKind::Entity) => Some("principal_place"),
        (claim, _) => claim,
    };
    let Some(claim) = claim else {
        return Vec::new();
    };
    let more: &[&str] = match asked.id {
        "full_name" | "business_name" => &["name_original", "other_names", "names_used"],
        _ => &[],
    };
    std::iter::once(&claim)
        .chain(more)
        .flat_map(|field| file.values(field))
        .map(String::as_str)
        .collect()
}

/// The customer's field that a value may be taken over into.
pub fn takes_into(file: &CustomerFile, about: &str, asked: &Asked) -> Option<&'static str> {
    let claim = asked.claim?;
    // Where somebody lives is not shown by who issued the passport.
    if about != file.reference || asked.id == "issuing_country" {
        return None;
    }
    field::find(claim)
        .filter(|spec| match spec.of {
            field::Of::Both => true,
            field::Of::Individual => file.kind == PartyKind::Individual,
            field::Of::Entity => file.kind == PartyKind::Entity,
        })
        .map(|spec| spec.id)
}

/// A value that was typed: the form that is kept and how it stands to the claim, or what is wrong with it.
pub type Reading = Result<Option<(String, Agreement)>, ValueError>;

/// Checks one value that was read, and compares it.
///
/// # Errors
/// What is no value of this kind.
pub fn read(
    file: &CustomerFile,
    about: &str,
    asked: &Asked,
    typed: &str,
    today: NaiveDate,
) -> Reading {
    // Documents write countries with three letters.
    let three = (asked.input == Input::Country)
        .then(|| mrz::country_of_three(&typed.trim().to_uppercase()))
        .flatten();
    let Some(value) = field::check(asked.input, three.unwrap_or(typed))? else {
        return Ok(None);
    };
    if field::lies_ahead(asked.input, &value, today) {
        return Err(ValueError::Future(value));
    }
    let claims = claims(file, about, asked);
    let kind = Kind::of(asked.id, asked.input);
    let mut agreement = agree::compare(kind, &value, &claims);
    // That a country issued it says nothing against living in another.
    if asked.id == "issuing_country" && agreement.mark == Mark::Different {
        agreement = Agreement {
            mark: Mark::Similar,
            why: Some("Another country than the customer's address; that alone is no conflict."),
        };
    }
    Ok(Some((value, agreement)))
}

/// What a zone says, as the form asks it.
pub fn facts_of(mrz: &Mrz) -> Vec<(&'static str, String)> {
    let mut facts = vec![(
        "full_name",
        format!("{} {}", mrz.given, mrz.surname).trim().to_owned(),
    )];
    facts.push(("document_number", mrz.number.clone()));
    let country = |three: &str| mrz::country_of_three(three).map(str::to_owned);
    facts.extend(country(&mrz.issuer).map(|code| ("issuing_country", code)));
    facts.extend(country(&mrz.nationality).map(|code| ("citizenships", code)));
    facts.extend(mrz.birth.map(|date| ("date_of_birth", date.to_string())));
    facts.extend(mrz.expires.map(|date| ("expires_on", date.to_string())));
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

/// Whether what was typed from the page says what the zone says.
pub fn zone_agrees(asked: &Asked, typed: &str, zone: &str) -> Agreement {
    agree::compare(Kind::of(asked.id, asked.input), typed, &[zone])
}

/// What the checklist can be told by itself: item and proposed answer. A person may say otherwise.
pub fn proposed(
    kind: &str,
    facts: &[Fact],
    mrz: Option<&Mrz>,
    today: NaiveDate,
) -> Vec<(&'static str, &'static str)> {
    let word = |good: bool| if good { "yes" } else { "no" };
    let mut answers = Vec::new();
    let of = |field: &str| facts.iter().find(|fact| fact.field == field);
    if let Some(date) = of("expires_on").and_then(|fact| PartialDate::parse(&fact.value).ok()) {
        answers.push(("not_expired", word(!date.is_over_on(today))));
    }
    let name = of("full_name").or_else(|| of("business_name"));
    if let Some(mark) = name.map(|fact| fact.mark.as_str())
        && mark != "missing"
    {
        answers.push(("name_matches", word(mark != "different")));
    }
    match mrz {
        Some(mrz) => answers.push(("mrz", word(mrz.checks.iter().all(mrz::CheckDigit::holds)))),
        None if !identifies(kind) => answers.push(("mrz", "not_applicable")),
        None => {}
    }
    answers
}

/// Why a decision cannot be taken yet, in sentences; none when it can.
pub fn blocked_by(review: &Review, today: NaiveDate) -> Vec<String> {
    let mut why = Vec::new();
    let given = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    let reason = review.reason.as_deref().and_then(|code| {
        REASONS
            .iter()
            .find(|(known, decision, ..)| *known == code && *decision == review.decision)
    });
    match review.decision.as_str() {
        "accept" => {
            for asked in asked_of(&review.kind).iter().filter(|asked| asked.required) {
                if review.value(asked.id).is_none() {
                    why.push(format!("{} has not been read.", asked.label));
                }
            }
            for (item, words) in CHECKLIST {
                match review
                    .answers
                    .iter()
                    .find(|(id, _)| id == item)
                    .map(|(_, answer)| answer.as_str())
                {
                    None => why.push(format!("The checklist is open: \"{words}\".")),
                    Some("no") if !may_be_no(item) => why.push(format!(
                        "\"{words}\" is answered no. Ask for the document again, or reject it."
                    )),
                    _ => {}
                }
            }
            if review.expires().is_some_and(|date| date.is_over_on(today)) {
                why.push("The document has expired. Ask for a valid one.".to_owned());
            }
        }
        "ask_again" => {
            if reason.is_none() {
                why.push("Choose why it is asked for again.".to_owned());
            }
            if !given(&review.to_customer) {
                why.push("Write what the customer is told.".to_owned());
            }
        }
        "reject" => {
            if reason.is_none() {
                why.push("Choose why it is rejected.".to_owned());
            }
            if !given(&review.internal) {
                why.push("Write for the record what was seen.".to_owned());
            }
        }
        _ => why.push("Choose: accept, ask again or reject.".to_owned()),
    }
    why
}

/// A decision in words.
pub fn decision_label(decision: &str) -> &str {
    match decision {
        "accept" => "Accepted",
        "ask_again" => "Asked for again",
        "reject" => "Rejected",
        other => other,
    }
}

impl CustomerFile {
    /// The latest review of a document.
    pub fn review_of(&self, document: &str) -> Option<&Review> {
        self.reviews
            .iter()
            .rev()
            .find(|review| review.document == document)
    }

    /// Documents whose expiry counts, with the last day each can mean: accepted ones that identify somebody, and of several about one
    /// person the one accepted last.
    pub fn expiries(&self) -> Vec<(&str, NaiveDate)> {
        let mut seen: Vec<&str> = Vec::new();
        let mut found = Vec::new();
        for review in self.reviews.iter().rev() {
            let counts = review.decision == "accept"
                && identifies(&review.kind)
                && self.review_of(&review.document) == Some(review);
            if !counts || seen.contains(&review.about.as_str()) {
                continue;
            }
            seen.push(&review.about);
            found.extend(
                review
                    .expires()
                    .map(|date| (review.document.as_str(), date.last())),
            );
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn review(decision: &str) -> Review {
        let fact = |field: &str, value: &str| Fact {
            field: field.to_owned(),
            value: value.to_owned(),
            pin: None,
            mark: "same".to_owned(),
        };
        Review {
            id: "RV-1".to_owned(),
            document: "d".to_owned(),
            kind: "passport".to_owned(),
            about: "C-000001".to_owned(),
            decision: decision.to_owned(),
            reason: None,
            to_customer: None,
            internal: None,
            seen: "scan".to_owned(),
            facts: vec![
                fact("full_name", "Ada Byron"),
                fact("document_number", "L898902C3"),
                fact("issuing_country", "DE"),
                fact("expires_on", "2027-01"),
            ],
            mrz: None,
            answers: CHECKLIST
                .iter()
                .map(|(id, _)| ((*id).to_owned(), "yes".to_owned()))
                .collect(),
            by: String::new(),
            on: String::new(),
        }
    }

    #[test]
    fn accepting_needs_the_details_the_checklist_and_a_document_that_is_valid() {
        let day = |text| field::date(text).unwrap();
        assert_eq!(
            blocked_by(&review("accept"), day("2027-01-31")),
            Vec::<String>::new()
        );
        assert!(blocked_by(&review("accept"), day("2027-02-01"))[0].contains("has expired"));
        let mut bare = review("accept");
        bare.facts.clear();
        bare.answers[0].1 = "no".to_owned();
        bare.answers.pop();
        let why = blocked_by(&bare, day("2026-11-24")).join(" ");
        for wanted in [
            "Document number has not been read",
            "Every line is legible\" is answered no",
            "The checklist is open",
        ] {
            assert!(why.contains(wanted), "{why}");
        }
    }

    #[test]
    fn asking_again_and_rejecting_need_a_reason_of_theirs_and_words() {
        let today = field::date("2026-11-24").unwrap();
        let mut again = review("ask_again");
        assert_eq!(blocked_by(&again, today).len(), 2);
        again.reason = Some("altered".to_owned());
        assert_eq!(
            blocked_by(&again, today).len(),
            2,
            "a reason to reject is none to ask again"
        );
        again.reason = Some("not_legible".to_owned());
        again.to_customer = Some("Please send it again.".to_owned());
        assert!(blocked_by(&again, today).is_empty());
    }

    #[test]
    fn a_box_lies_on_the_page() {
        let pin = |x, w| Pin {
            page: 1,
            x,
            y: 0,
            w,
            h: 10,
        };
        assert!(pin(0, 10_000).is_sound());
        assert!(
            !pin(1, 10_000).is_sound() && !pin(0, 0).is_sound() && !pin(u32::MAX, 2).is_sound()
        );
    }

    #[test]
    fn a_number_is_described_by_its_end_alone() {
        let words = review("accept").describe();
        assert_eq!(
            words,
            "Passport, number ••••C3, issued by DE, expires 2027-01"
        );
    }
}
