//! What a record of BODS says: its name, its place, its fields, and what a relationship gives to whom. Nothing is guessed.

use super::{
    super::{day, spaced, text, thousandths},
    Record, RecordKind, list, relationships,
};
use crate::error::{Error, Result};
use domain::{
    country::Country,
    ownership::{Interest, InterestKind, Share},
};
use serde_json::Value;
use std::collections::BTreeMap;

/// All that is said of a record, as one text.
pub(super) fn all(record: &Record) -> String {
    format!(
        "{}\u{1f}{}",
        record.details,
        record.closed.as_deref().unwrap_or_default()
    )
}

/// The name that is shown, the name in its own script, and why there is none.
pub(super) fn name(record: &Record) -> (String, Option<String>, Option<String>) {
    let unspecified = record
        .details
        .get("unspecifiedPersonDetails")
        .or_else(|| record.details.get("unspecifiedEntityDetails"));
    if let Some(why) = unspecified {
        let (name, reason) = not_named(why);
        return (name, None, Some(reason));
    }
    if record.kind == RecordKind::Entity {
        return (
            text(&record.details, "name")
                .unwrap_or("Not named")
                .to_owned(),
            None,
            None,
        );
    }
    let names = list(&record.details, "names");
    let full = |name: &Value| {
        text(name, "fullName").map(str::to_owned).or_else(|| {
            let parts: Vec<&str> = ["givenName", "patronymicName", "familyName"]
                .iter()
                .filter_map(|part| text(name, part))
                .collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        })
    };
    let of_type = |kinds: &[&str]| {
        names
            .iter()
            .find(|name| text(name, "type").is_some_and(|kind| kinds.contains(&kind)))
            .and_then(full)
    };
    let legal = of_type(&["legal"]).or_else(|| names.first().and_then(full));
    let latin = of_type(&["transliteration", "translation"]);
    match (latin, legal) {
        (Some(latin), Some(legal)) if latin != legal => (latin, Some(legal), None),
        (Some(latin), _) => (latin, None, None),
        (None, Some(legal)) => (legal, None, None),
        (None, None) => (
            "Not named".to_owned(),
            None,
            Some("the statement gives no name".to_owned()),
        ),
    }
}

/// What stands in the place of a name, and why there is none.
pub(super) fn not_named(why: &Value) -> (String, String) {
    let reason = text(why, "reason").map_or_else(|| "no reason given".to_owned(), spaced);
    let name = format!("Not named: {reason}");
    match text(why, "description") {
        Some(more) => (name, format!("{reason}: {more}")),
        None => (name, reason),
    }
}

/// Alpha-2: where an organisation is registered, where a person lives; else the first nationality or address.
pub(super) fn place(record: &Record) -> Option<String> {
    let details = &record.details;
    let coded = |value: &Value| {
        let word = text(value, "code").or_else(|| text(value, "name"))?;
        // A part of a country, such as US-DE, counts as its country.
        let whole = word.split_once('-').map_or(word, |(whole, _)| whole);
        Country::parse(whole).or_else(|_| Country::parse(word)).ok()
    };
    let own = list(details, "nationalities")
        .first()
        .or_else(|| details.get("jurisdiction"))
        .or_else(|| details.get("incorporatedInJurisdiction"));
    list(details, "addresses")
        .iter()
        .find_map(|address| address.get("country").and_then(coded))
        .filter(|_| record.kind == RecordKind::Person)
        .or_else(|| own.and_then(coded))
        .or_else(|| {
            list(details, "addresses")
                .iter()
                .find_map(|address| address.get("country").and_then(coded))
        })
        .map(|country| country.code().to_owned())
}

pub(super) fn address(record: &Record) -> Option<String> {
    let address = list(&record.details, "addresses").first()?;
    let mut parts: Vec<&str> = ["address", "postCode"]
        .iter()
        .filter_map(|part| text(address, part))
        .collect();
    let country = address
        .get("country")
        .and_then(|country| text(country, "name"));
    // An address often ends with its country already.
    let said = |country: &&str| parts.iter().any(|part| part.ends_with(*country));
    parts.extend(country.filter(|country| !said(country)));
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn share_of(share: &Value) -> Option<Share> {
    // What stands there and is no percentage is no share, rather than none.
    let of = |name: &str| match share.get(name) {
        None | Some(Value::Null) => Some(None),
        Some(value) => thousandths(&value.as_number()?.to_string()).map(Some),
    };
    if let Some((least, most)) = of("exact")? {
        return Share::bounded(least, least != most, most, least != most);
    }
    let (least, over) = match (of("exclusiveMinimum")?, of("minimum")?) {
        (Some((least, _)), _) => (least, true),
        (None, Some((least, _))) => (least, false),
        (None, None) => (0, false),
    };
    let (most, under) = match (of("exclusiveMaximum")?, of("maximum")?) {
        (Some((_, most)), _) => (most, true),
        (None, Some((_, most))) => (most, false),
        (None, None) => (100_000, false),
    };
    Share::bounded(least, over, most, under)
}

/// What a relationship gives; `of` is not set, and `via` names records.
///
/// # Errors
/// `E-BODS-SHARE` where a share is none.
pub(super) fn interests(
    file: &str,
    record: &Record,
    records: &BTreeMap<String, Record>,
) -> Result<Vec<Interest>> {
    let of_record = text(&record.details, "subject").unwrap_or_default();
    let none = [Value::Null];
    let said = list(&record.details, "interests");
    let said = if said.is_empty() { &none } else { said };
    said.iter()
        .map(|one| interest(file, record, one, of_record, records))
        .collect()
}

fn interest(
    file: &str,
    record: &Record,
    one: &Value,
    of_record: &str,
    records: &BTreeMap<String, Record>,
) -> Result<Interest> {
    let counts = one
        .get("beneficialOwnershipOrControl")
        .and_then(Value::as_bool)
        == Some(true);
    let share = one.get("share").map(|share| {
        share_of(share).ok_or_else(|| {
            let shown: String = share.to_string().chars().take(80).collect();
            Error::input(
                "E-BODS-SHARE",
                format!("{file}: {shown} is no share between 0 and 100 %. Nothing was imported."),
            )
        })
    });
    let share = share.transpose()?;
    let said = text(one, "type");
    let (kind, share, mut means) = match said {
        Some("shareholding") => (InterestKind::Equity, share, None),
        Some("votingRights") => (InterestKind::Votes, share, None),
        Some("rightsToSurplusAssetsOnDissolution" | "rightsToProfitOrIncome") => {
            (InterestKind::Profits, share, said.map(spaced))
        }
        // The one for whom others act has all that they hold; of several, how much is not known.
        Some("nominator") => {
            let several = relationships(records)
                .filter(|other| {
                    text(&other.details, "subject") == Some(of_record) && other.closed.is_none()
                })
                .filter(|other| {
                    list(&other.details, "interests")
                        .iter()
                        .any(|one| text(one, "type") == Some("nominator"))
                })
                .count()
                > 1;
            (
                InterestKind::Equity,
                Some(if several {
                    Share::UNKNOWN
                } else {
                    Share::exact(100_000)
                }),
                Some("nominator".to_owned()),
            )
        }
        None | Some("unknownInterest" | "unpublishedInterest") => (
            InterestKind::Equity,
            share,
            Some("kind of interest not known".to_owned()),
        ),
        Some(other) => (
            if counts {
                InterestKind::Control
            } else {
                InterestKind::Other
            },
            None,
            Some(spaced(other)),
        ),
    };
    if let Some(details) = text(one, "details") {
        means = Some(match means {
            // What was handed out has its type in its details already; "other" says less than any detail.
            Some(means)
                if !details.starts_with(&means) && said != Some("otherInfluenceOrControl") =>
            {
                format!("{means} ({details})")
            }
            _ => details.to_owned(),
        });
    }
    let indirect = text(one, "directOrIndirect") == Some("indirect");
    let through = list(&record.details, "componentRecords")
        .iter()
        .filter_map(Value::as_str)
        .filter(|id| {
            records
                .get(*id)
                .is_some_and(|one| one.kind == RecordKind::Entity)
        });
    Ok(Interest {
        of: None,
        kind,
        share,
        means,
        held_for: None,
        indirect,
        via: if indirect {
            through.map(str::to_owned).collect()
        } else {
            Vec::new()
        },
        from: text(one, "startDate").and_then(day),
        to: text(one, "endDate")
            .and_then(day)
            .or_else(|| record.closed.clone()),
    })
}

/// The LEI has a field of its own.
fn is_lei(identifier: &Value) -> bool {
    text(identifier, "scheme") == Some("XI-LEI")
}

fn registrations(details: &Value) -> impl Iterator<Item = &Value> {
    list(details, "identifiers")
        .iter()
        .filter(|one| !is_lei(one))
}

/// What a customer's own record says in our fields.
pub(super) fn fields(record: &Record) -> Vec<(&'static str, Vec<String>)> {
    let details = &record.details;
    let mut fields = vec![("business_name", vec![name(record).0])];
    let mut put = |id: &'static str, value: Option<String>| {
        if let Some(value) = value {
            fields.push((id, vec![value]));
        }
    };
    put("jurisdiction", place(record));
    put("principal_place", address(record));
    let others: Vec<String> = list(details, "alternateNames")
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    let identifier = |one: Option<&Value>| one.and_then(|one| text(one, "id")).map(str::to_owned);
    put(
        "lei",
        identifier(list(details, "identifiers").iter().find(|one| is_lei(one))),
    );
    put(
        "registration_number",
        identifier(registrations(details).next()),
    );
    if !others.is_empty() {
        fields.push(("names_used", others));
    }
    fields
}

/// What a customer's statement says beyond our fields, kept as custom fields.
pub(super) fn customs(record: &Record) -> BTreeMap<String, String> {
    let details = &record.details;
    let mut custom = BTreeMap::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            custom.insert(name.to_owned(), value);
        }
    };
    let kind = details.get("entityType").map(|kind| {
        let parts: Vec<&str> = ["type", "subtype", "details"]
            .iter()
            .filter_map(|part| text(kind, part))
            .collect();
        parts.join(", ")
    });
    put("BODS entity type", kind);
    put(
        "BODS founding date",
        text(details, "foundingDate").map(str::to_owned),
    );
    put(
        "BODS statement date",
        (!record.date.is_empty()).then(|| record.date.clone()),
    );
    put(
        "BODS asserted by",
        (!record.asserted_by.is_empty()).then(|| record.asserted_by.clone()),
    );
    for one in registrations(details).skip(1) {
        let scheme = text(one, "scheme")
            .or_else(|| text(one, "schemeName"))
            .unwrap_or("identifier");
        put(
            &format!("BODS {scheme}"),
            text(one, "id").map(str::to_owned),
        );
    }
    custom
}
