//! Ownership structures as statements of the Beneficial Ownership Data Standard 0.4. The statement of an organisation or a person comes before
//! those of its ties, as the standard asks.

use super::key;
use domain::{
    customer::{CustomerFile, Owner, PartyKind},
    ownership::{Interest, InterestKind, Share, show_percent},
};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// An id that is the same for the same statement: 32 hexadecimal digits, which the standard asks for at least.
fn statement_id(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest = domain::entry::hex(&hash.finalize());
    digest.get(..32).unwrap_or_default().to_owned()
}

struct Writer<'a> {
    subject: &'a str,
    day: &'a str,
    publisher: &'a str,
    statements: Vec<Value>,
}

impl Writer<'_> {
    fn add(&mut self, kind: &str, record: &str, details: Value) {
        let said = details.to_string();
        self.statements.push(json!({
            "statementId": statement_id(&[kind, record, &said]),
            "declarationSubject": self.subject,
            "statementDate": self.day,
            "publicationDetails": {
                "publicationDate": self.day,
                "bodsVersion": "0.4",
                "publisher": {"name": self.publisher},
            },
            "recordId": record,
            "recordStatus": "new",
            "recordType": kind,
            "recordDetails": details,
        }));
    }
}

fn number(thousandths: u32) -> Value {
    serde_json::from_str(&show_percent(thousandths)).unwrap_or(Value::Null)
}

fn share(share: Share) -> Value {
    if share.is_exact() {
        return json!({"exact": number(share.least)});
    }
    let mut out = Map::new();
    let least = if share.over {
        "exclusiveMinimum"
    } else {
        "minimum"
    };
    let most = if share.under {
        "exclusiveMaximum"
    } else {
        "maximum"
    };
    out.insert(least.to_owned(), number(share.least));
    out.insert(most.to_owned(), number(share.most));
    Value::Object(out)
}

/// Types of the standard's closed list, as an import writes them in words.
const MEANS: &[(&str, &str)] = &[
    ("appointment of board", "appointmentOfBoard"),
    ("other influence or control", "otherInfluenceOrControl"),
    ("senior managing official", "seniorManagingOfficial"),
    ("settlor", "settlor"),
    ("trustee", "trustee"),
    ("protector", "protector"),
    (
        "beneficiary of legal arrangement",
        "beneficiaryOfLegalArrangement",
    ),
    ("board member", "boardMember"),
    ("board chair", "boardChair"),
    ("nominee", "nominee"),
    ("nominator", "nominator"),
];

fn interest(one: &Interest, person: bool) -> Value {
    let means = one.means.as_deref().unwrap_or_default();
    let known = MEANS
        .iter()
        .find(|(words, _)| means.starts_with(words))
        .map(|(_, kind)| *kind);
    let kind = match one.kind {
        // Who stands behind a nomination has no share of it.
        InterestKind::Equity if means == "nominator" => "nominator",
        InterestKind::Equity => "shareholding",
        InterestKind::Votes => "votingRights",
        InterestKind::Profits => "rightsToProfitOrIncome",
        InterestKind::Control | InterestKind::Other => known.unwrap_or("otherInfluenceOrControl"),
    };
    let mut out = Map::new();
    out.insert("type".to_owned(), kind.into());
    let way = if one.indirect { "indirect" } else { "direct" };
    out.insert("directOrIndirect".to_owned(), way.into());
    // Only a natural person is a beneficial owner.
    let counts = person && one.kind == InterestKind::Control;
    out.insert("beneficialOwnershipOrControl".to_owned(), counts.into());
    if let Some(said) = one.share.filter(|_| kind != "nominator") {
        out.insert("share".to_owned(), share(said));
    }
    if let Some(means) = &one.means {
        out.insert("details".to_owned(), means.as_str().into());
    }
    for (name, day) in [("startDate", &one.from), ("endDate", &one.to)] {
        if let Some(day) = day {
            out.insert(name.to_owned(), day.as_str().into());
        }
    }
    Value::Object(out)
}

fn place(name: &str, code: Option<&str>) -> Option<(String, Value)> {
    let country = domain::country::Country::parse(code?).ok()?;
    Some((
        name.to_owned(),
        json!({"name": country.name(), "code": country.code()}),
    ))
}

fn entity(
    name: &str,
    jurisdiction: Option<&str>,
    address: Option<&str>,
    component: bool,
) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("isComponent".to_owned(), component.into());
    out.insert("entityType".to_owned(), json!({"type": "registeredEntity"}));
    out.insert("name".to_owned(), name.into());
    out.extend(place("jurisdiction", jurisdiction));
    if let Some(address) = address {
        out.insert(
            "addresses".to_owned(),
            json!([{"type": "registered", "address": address}]),
        );
    }
    out
}

/// Why a person is not named: the standard's closed list, as an import writes it in words.
const NOT_NAMED: &[(&str, &str)] = &[
    ("no beneficial owners", "noBeneficialOwners"),
    (
        "subject unable to confirm or identify beneficial owner",
        "subjectUnableToConfirmOrIdentifyBeneficialOwner",
    ),
    (
        "interested party has not provided information",
        "interestedPartyHasNotProvidedInformation",
    ),
    (
        "subject exempt from disclosure",
        "subjectExemptFromDisclosure",
    ),
    (
        "interested party exempt from disclosure",
        "interestedPartyExemptFromDisclosure",
    ),
    ("unknown", "unknown"),
    (
        "information unknown to publisher",
        "informationUnknownToPublisher",
    ),
];

/// What is written instead of a name.
fn not_named(why: &str) -> Value {
    let known = NOT_NAMED.iter().find_map(|(words, reason)| {
        let rest = why.strip_prefix(words)?;
        let more = rest.strip_prefix(": ");
        (rest.is_empty() || more.is_some()).then_some((*reason, more))
    });
    let (reason, more) = known.unwrap_or(("informationUnknownToPublisher", Some(why)));
    let mut details = json!({"reason": reason});
    if let Some(more) = more {
        details["description"] = more.into();
    }
    json!({"isComponent": false, "personType": "unknownPerson", "unspecifiedPersonDetails": details})
}

fn person(owner: &Owner) -> Value {
    if let Some(why) = &owner.unspecified {
        return not_named(why);
    }
    let mut names = vec![
        json!({"type": "legal", "fullName": owner.name_original.as_deref().unwrap_or(&owner.name)}),
    ];
    if owner.name_original.is_some() {
        names.push(json!({"type": "transliteration", "fullName": owner.name}));
    }
    let mut out = json!({"isComponent": false, "personType": "knownPerson", "names": names});
    if let Some(address) = &owner.address {
        let mut one = Map::from_iter([
            ("type".to_owned(), "residence".into()),
            ("address".to_owned(), address.as_str().into()),
        ]);
        one.extend(place("country", owner.country.as_deref()));
        out["addresses"] = json!([one]);
    }
    out
}

/// The statements about one customer and its owners; none about a person, who is owned by nobody.
pub(super) fn statements(file: &CustomerFile, day: &str, publisher: &str) -> Vec<Value> {
    if file.kind == PartyKind::Individual {
        return Vec::new();
    }
    let subject = key(file);
    let mut out = Writer {
        subject,
        day,
        publisher,
        statements: Vec::new(),
    };
    let record = |owner: &Owner| {
        owner
            .external_id
            .clone()
            .unwrap_or_else(|| format!("{subject}.{}", owner.id))
    };
    let mut own = entity(
        file.name(),
        Some(file.country()),
        file.value("principal_place"),
        false,
    );
    let others = file.values("names_used");
    if !others.is_empty() {
        own.insert("alternateNames".to_owned(), others.into());
    }
    let mut identifiers = Vec::new();
    if let Some(number) = file.value("registration_number") {
        identifiers.push(json!({"id": number, "schemeName": "registration number"}));
    }
    if let Some(lei) = file.value("lei") {
        identifiers.push(json!({"id": lei, "scheme": "XI-LEI"}));
    }
    if !identifiers.is_empty() {
        own.insert("identifiers".to_owned(), identifiers.into());
    }
    out.add("entity", subject, Value::Object(own));
    for owner in &file.owners {
        match owner.kind {
            PartyKind::Individual => out.add("person", &record(owner), person(owner)),
            PartyKind::Entity => {
                let details = entity(
                    &owner.name,
                    owner.country.as_deref(),
                    owner.address.as_deref(),
                    true,
                );
                out.add("entity", &record(owner), Value::Object(details));
            }
        }
    }
    for owner in &file.owners {
        let targets: std::collections::BTreeSet<_> = owner
            .interests
            .iter()
            .map(|one| (one.of.as_deref(), one.indirect))
            .collect();
        for (of, indirect) in targets {
            let target = match of {
                None => subject.to_owned(),
                Some(id) => file
                    .owners
                    .iter()
                    .find(|other| other.id == id)
                    .map_or_else(|| id.to_owned(), record),
            };
            let these = || {
                owner
                    .interests
                    .iter()
                    .filter(move |one| one.of.as_deref() == of && one.indirect == indirect)
            };
            let interests: Vec<Value> = these()
                .map(|one| interest(one, owner.kind == PartyKind::Individual))
                .collect();
            let mut details = json!({
                "isComponent": owner.kind == PartyKind::Entity || of.is_some(),
                "subject": target,
                "interestedParty": record(owner),
                "interests": interests,
            });
            let through: Vec<String> = these()
                .flat_map(|one| &one.via)
                .filter_map(|id| file.owners.iter().find(|other| other.id == *id).map(record))
                .collect();
            if !through.is_empty() {
                details["componentRecords"] = through.into();
            }
            let way = if indirect { "indirect" } else { "direct" };
            out.add(
                "relationship",
                &format!("{}>{target}.{way}", record(owner)),
                details,
            );
        }
    }
    // A tie that others are made of comes before the one that is made of it.
    out.statements.sort_by_key(|one| {
        (
            one["recordType"] == "relationship",
            one["recordDetails"].get("componentRecords").is_some(),
        )
    });
    out.statements
}
