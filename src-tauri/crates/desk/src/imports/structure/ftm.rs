//! FollowTheMoney: people, organisations and their ties out of JSON lines. A customer is whoever owns and directs nobody in the file; whoever is
//! reached from it over ownerships and directorships is an owner of it.
//!
//! Other schemata are counted and named. Nothing is guessed: a director is not in control because of that, and an ownership without a
//! percentage stays one.

mod entities;
mod left;

use super::{File, Party, Standard, Structure, Tie, problem, short, thousandths};
use crate::error::{Error, Result};
use contract as c;
use domain::{
    customer::PartyKind,
    field,
    ownership::{Interest, InterestKind, Share},
    partial_date::PartialDate,
};
use entities::{Entities, Entity, Schema};
use left::Left;
use std::collections::{BTreeMap, BTreeSet};

/// Words of a tie that is substantial control, and of one that is none, as they are handed out.
pub(crate) const CONTROL: &str = "substantial control";
pub(crate) const NO_CONTROL: &str = "no substantial control";
/// The status of a tie that goes through others: what is stated of it is what they amount to together.
pub(crate) const INDIRECT: &str = "indirect";

/// Properties of a person or an organisation that have a field of a customer, first those of both kinds.
const FIELDS: &[(&str, &str, &str)] = &[
    ("alias", "other_names", "names_used"),
    ("weakAlias", "other_names", "names_used"),
    ("previousName", "other_names", "names_used"),
    ("address", "street_address", "principal_place"),
    ("email", "email", "email"),
    ("phone", "phone", "phone"),
    ("notes", "notes", "notes"),
    ("nationality", "citizenships", ""),
    ("citizenship", "citizenships", ""),
    ("country", "country", ""),
    ("birthDate", "date_of_birth", ""),
    ("jurisdiction", "", "jurisdiction"),
    ("registrationNumber", "", "registration_number"),
    ("leiCode", "", "lei"),
    ("website", "", "website"),
];

/// Whether a file begins like one of entities: a JSON object with a schema and properties.
pub(super) fn is_in(head: &str) -> bool {
    head.starts_with('{') && head.contains("\"schema\"") && head.contains("\"properties\"")
}

/// Reads entities, one a line. A line that cannot be taken is kept with its reason; whether the others are taken is decided on import.
///
/// # Errors
/// `E-FTM-FILE` where no line is an entity; `E-FTM-SUBJECT` where nobody in the file can be the customer.
pub(super) fn read(source: File, bytes: &[u8]) -> Result<Structure> {
    let Entities {
        lines,
        known,
        others,
        mut bad,
    } = Entities::of(&source, bytes);
    let nothing = |code: &str, what: &str| {
        let message = format!("{}: {what} Nothing was imported.", source.name);
        Error::input(code, message)
    };
    let mut reading = Reading {
        name: source.name.clone(),
        known: &known,
        holders: BTreeSet::new(),
        unplaced: 0,
        bad: Vec::new(),
        left: Left::default(),
    };
    let mut ties = Vec::new();
    for (id, entity) in &known {
        if matches!(entity.schema, Schema::Ownership | Schema::Directorship) {
            let others = |id: &str| others.contains_key(id);
            ties.extend(reading.ties(id, entity, &others));
        }
    }
    ties.sort_by_key(|(_, place, _)| *place);
    let mut parties = BTreeMap::new();
    for (id, entity) in &known {
        if matches!(entity.schema, Schema::Person | Schema::Organisation) {
            parties.extend(reading.party(id, entity).map(|party| (id.clone(), party)));
        }
    }
    let taken = |id: &String| parties.contains_key(id);
    ties.retain(|(tie, place, stands)| {
        let missing = [&tie.holder, &tie.of].into_iter().find(|id| !taken(id));
        if let Some(id) = missing {
            let what = format!(
                "\"{}\" cannot be taken, so neither can what ties others to it.",
                short(id)
            );
            reading.wrong(*place, stands, "", id, "E-FTM-RECORD", what);
        }
        missing.is_none()
    });
    let mut subjects: Vec<(u64, String)> = parties
        .iter()
        .filter(|(id, _)| !reading.holders.contains(*id))
        .map(|(id, party)| (party.place, id.clone()))
        .collect();
    subjects.sort();
    for (id, party) in &mut parties {
        let own = || {
            ties.iter()
                .filter(|(tie, ..)| tie.holder == *id)
                .map(|(tie, ..)| tie)
        };
        let ends: Option<Vec<&String>> = own()
            .flat_map(|tie| &tie.interests)
            .map(|one| one.to.as_ref())
            .collect();
        party.closed = ends.and_then(|ends| ends.into_iter().max().cloned());
        if reading.holders.contains(id)
            && let Some(entity) = known.get(id)
        {
            reading.left.owner(entity);
        }
    }
    ties.retain(|(tie, place, stands)| {
        let held = parties.get(&tie.of).map(|party| party.kind);
        // A person may be a customer that others stand behind; through a person nobody holds anything.
        let through_person =
            held == Some(PartyKind::Individual) && reading.holders.contains(&tie.of);
        if through_person {
            let what =
                "it says that a person is owned, who owns others. Only an organization is owned."
                    .to_owned();
            reading.wrong(*place, stands, "asset", &tie.of, "E-FTM-PERSON", what);
        }
        !through_person
    });
    let Reading {
        bad: more,
        unplaced,
        left,
        ..
    } = reading;
    bad.extend(more);
    bad.sort_by_key(|(_, problem)| problem.line);
    if parties.is_empty() && bad.is_empty() {
        return Err(nothing(
            "E-FTM-FILE",
            "it names no person and no organization (Person, Company, LegalEntity, Organization).",
        ));
    }
    if subjects.is_empty() && !parties.is_empty() {
        return Err(nothing(
            "E-FTM-SUBJECT",
            "everybody in it owns or directs somebody in it, so who the customer is cannot be told. Take out the tie that closes the circle.",
        ));
    }
    let subjects = subjects.into_iter().map(|(_, id)| id).collect();
    let ties = ties.into_iter().map(|(tie, ..)| tie).collect();
    let mut structure = Structure::of(Standard::Ftm, source, lines, parties, ties, subjects);
    structure.bad = bad;
    let mut notes = left.notes();
    let mut schemata: BTreeMap<&str, u32> = BTreeMap::new();
    for schema in others.values() {
        *schemata.entry(schema).or_default() += 1;
    }
    if !schemata.is_empty() {
        let all: Vec<String> = schemata
            .iter()
            .map(|(schema, count)| format!("{schema} ({count})"))
            .collect();
        notes.push(format!(
            "Schemata that have no place here were left out: {}.",
            all.join(", ")
        ));
    }
    if unplaced > 0 {
        let ties = if unplaced == 1 { "tie" } else { "ties" };
        notes.push(format!(
            "{unplaced} {ties} to what was left out so are not taken over."
        ));
    }
    if structure
        .ties
        .iter()
        .flat_map(|tie| &tie.interests)
        .any(|one| one.kind == InterestKind::Other)
    {
        notes.push(format!("Directorships are ties without control, unless they say \"{CONTROL}\". Where a director is in control, record it at the owner."));
    }
    structure.notes.extend(notes);
    Ok(structure)
}

/// A tie with the line that says it, and what stands there.
type Placed = (Tie, u64, String);

/// Entities on their way to being parties and ties.
struct Reading<'e> {
    name: String,
    known: &'e BTreeMap<String, Entity>,
    /// Whoever owns or directs somebody, by the words of the file.
    holders: BTreeSet<String>,
    /// Ties to what has no place here.
    unplaced: u32,
    bad: Vec<(String, c::ImportProblem)>,
    left: Left,
}

impl Reading<'_> {
    fn wrong(
        &mut self,
        place: u64,
        stands: &str,
        property: &str,
        value: &str,
        code: &str,
        what: String,
    ) {
        let why = problem(
            Standard::Ftm,
            &self.name,
            place,
            property,
            value,
            code,
            &what,
        );
        self.bad.push((stands.to_owned(), why));
    }

    /// A person or an organisation; none where it has no name.
    fn party(&mut self, id: &str, entity: &Entity) -> Option<Party> {
        let person = entity.schema == Schema::Person;
        let (name, name_original, others) = names(entity);
        let Some(name) = name else {
            let what = "it has no name. Write one under name.".to_owned();
            self.wrong(entity.place, id, "name", "", "E-FTM-NAME", what);
            return None;
        };
        let (at, place) = self.address(entity);
        let mut fields: Vec<(&'static str, Vec<String>)> = Vec::new();
        let mut custom = BTreeMap::new();
        let kind = if person {
            PartyKind::Individual
        } else {
            PartyKind::Entity
        };
        fields.push((kind.name_field(), vec![name.clone()]));
        fields.extend(
            name_original
                .clone()
                .map(|name| ("name_original", vec![name])),
        );
        let mut put = |field: &'static str, values: &[String]| match fields
            .iter_mut()
            .find(|(id, _)| *id == field)
        {
            Some((_, there)) => there.extend(
                values
                    .iter()
                    .filter(|value| !there.contains(value))
                    .cloned()
                    .collect::<Vec<_>>(),
            ),
            None => fields.push((field, values.to_vec())),
        };
        put(if person { "other_names" } else { "names_used" }, &others);
        for (property, values) in entity.properties() {
            let field = FIELDS.iter().find(|(known, ..)| *known == property).map_or(
                "",
                |(_, of_person, of_entity)| if person { of_person } else { of_entity },
            );
            // An organisation's country says where it is registered where nothing else does.
            let field = match property {
                "country" if !person && entity.all("jurisdiction").is_empty() => "jurisdiction",
                _ => field,
            };
            if ["name", "firstName", "lastName", "addressEntity"].contains(&property) {
                continue;
            }
            let several = field::find(field).is_some_and(|field| field.multiple);
            let (first, rest) = match values {
                all if field.is_empty() => (&[][..], all),
                all if several => (all, &[][..]),
                all => all.split_at(1),
            };
            let plain: Vec<String> = first
                .iter()
                .map(|value| whole_country(property, value))
                .collect();
            if !plain.is_empty() {
                put(field, &plain);
            }
            if !rest.is_empty() {
                custom.insert(format!("FtM {property}"), rest.join("; "));
            }
        }
        let addressed = if person {
            "street_address"
        } else {
            "principal_place"
        };
        let located = kind.country_field();
        for (field, value) in [(addressed, at.clone()), (located, place.clone())] {
            if let Some(value) = value.filter(|_| !fields.iter().any(|(id, _)| *id == field)) {
                fields.push((field, vec![value]));
            }
        }
        fields.retain(|(_, values)| !values.is_empty());
        let countries: &[&str] = if person {
            &["country", "nationality", "citizenship"]
        } else {
            &["jurisdiction", "country"]
        };
        let country = countries
            .iter()
            .find_map(|property| entity.first(property))
            .map(|code| whole_country("country", code));
        Some(Party {
            place: entity.place,
            kind,
            name,
            name_original,
            unspecified: None,
            country: country.or(place),
            address: entity.first("address").map(str::to_owned).or(at),
            email: entity.first("email").map(str::to_owned),
            phone: entity.first("phone").map(str::to_owned),
            source: self.publisher(id),
            closed: None,
            fields,
            custom,
            said: entity.said(),
        })
    }

    /// Who says what ties a party has.
    fn publisher(&self, holder: &str) -> Option<String> {
        let ties = self.known.values().filter(|one| {
            let ends = one.all("owner").iter().chain(one.all("director"));
            matches!(one.schema, Schema::Ownership | Schema::Directorship)
                && ends.into_iter().any(|id| id == holder)
        });
        ties.filter_map(|tie| tie.first("publisher"))
            .next()
            .map(str::to_owned)
    }

    /// The first address that stands as an entity of its own, in one line, and its country.
    fn address(&self, entity: &Entity) -> (Option<String>, Option<String>) {
        let found = entity
            .all("addressEntity")
            .iter()
            .filter_map(|id| self.known.get(id))
            .find(|one| one.schema == Schema::Address);
        let Some(address) = found else {
            return (None, None);
        };
        let first = |property: &str| address.first(property);
        let town = [first("postalCode"), first("city")];
        let town: Vec<&str> = town.into_iter().flatten().collect();
        let parts = [
            first("street").map(str::to_owned),
            first("street2").map(str::to_owned),
            Some(town.join(" ")).filter(|town| !town.is_empty()),
            first("region").or(first("state")).map(str::to_owned),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let whole = first("full").map(str::to_owned);
        let line = whole.or_else(|| (!parts.is_empty()).then(|| parts.join(", ")));
        (
            line,
            first("country").map(|code| whole_country("country", code)),
        )
    }

    /// What an ownership or a directorship ties; each end may be named several times.
    fn ties(&mut self, id: &str, entity: &Entity, others: &dyn Fn(&str) -> bool) -> Vec<Placed> {
        let (from, to) = match entity.schema {
            Schema::Ownership => ("owner", "asset"),
            _ => ("director", "organization"),
        };
        let mut ties = Vec::new();
        let (holders, held) = (entity.all(from).to_vec(), entity.all(to).to_vec());
        self.holders.extend(holders.iter().cloned());
        for (property, ends) in [(from, &holders), (to, &held)] {
            if ends.is_empty() {
                let what = format!("it does not say {property}. Name the entity by its id.");
                self.wrong(entity.place, id, property, "", "E-FTM-TIE", what);
                return ties;
            }
            for end in ends {
                if others(end) {
                    self.unplaced += 1;
                    return ties;
                }
                let is_party = self
                    .known
                    .get(end)
                    .is_some_and(|one| matches!(one.schema, Schema::Person | Schema::Organisation));
                if !is_party {
                    let what = format!(
                        "\"{}\" is no person and no organization of this file. Add its line, or take this one out.",
                        short(end)
                    );
                    self.wrong(entity.place, id, property, end, "E-FTM-RECORD", what);
                    return ties;
                }
            }
        }
        let Some(interest) = self.interest(id, entity) else {
            return ties;
        };
        self.left.tie(entity);
        for holder in &holders {
            for of in &held {
                if holder == of {
                    let what = format!(
                        "\"{}\" cannot own or direct itself. Name the organization through which it holds its share.",
                        short(of)
                    );
                    self.wrong(entity.place, id, to, of, "E-OWNER-SELF", what);
                    continue;
                }
                let tie = Tie {
                    holder: holder.clone(),
                    of: of.clone(),
                    interests: vec![interest.clone()],
                    said: entity.said(),
                };
                ties.push((tie, entity.place, id.to_owned()));
            }
        }
        ties
    }

    /// What a tie gives; none where a share or a day of it is none.
    fn interest(&mut self, id: &str, entity: &Entity) -> Option<Interest> {
        let mut means: Vec<&str> = entity.all("role").iter().map(String::as_str).collect();
        let (kind, share) = if entity.schema == Schema::Ownership {
            let kind = match entity.first("ownershipType") {
                Some("votes") => InterestKind::Votes,
                Some("profits") => InterestKind::Profits,
                Some("equity") | None => InterestKind::Equity,
                Some(other) => {
                    means.push(other);
                    InterestKind::Equity
                }
            };
            let share = match entity.first("percentage") {
                None => None,
                Some(text) => match share(text) {
                    Some(share) => Some(share),
                    None => {
                        let what = format!(
                            "\"{}\" is no share between 0 and 100 %. Write a number like 33.3, or a range like 25 to 50.",
                            short(text)
                        );
                        self.wrong(entity.place, id, "percentage", text, "E-FTM-SHARE", what);
                        return None;
                    }
                },
            };
            (kind, share)
        } else {
            let says = |word: &str| {
                entity
                    .all("status")
                    .iter()
                    .chain(entity.all("role"))
                    .any(|one| one == word)
            };
            let kind = if says(CONTROL) {
                InterestKind::Control
            } else {
                InterestKind::Other
            };
            means.retain(|role| ![CONTROL, NO_CONTROL].contains(role));
            (kind, None)
        };
        let mut days = Vec::new();
        for (property, first) in [("startDate", true), ("endDate", false)] {
            let Some(text) = entity.first(property) else {
                days.push(None);
                continue;
            };
            let plain = text.split_once('T').map_or(text, |(day, _)| day);
            match PartialDate::parse(plain) {
                Ok(date) if first => days.push(Some(date.first().to_string())),
                Ok(date) => days.push(Some(date.last().to_string())),
                Err(why) => {
                    self.wrong(
                        entity.place,
                        id,
                        property,
                        text,
                        "E-FTM-DATE",
                        why.to_string(),
                    );
                    return None;
                }
            }
        }
        let to = days.pop().flatten();
        let from = days.pop().flatten();
        Some(Interest {
            means: (!means.is_empty()).then(|| means.join("; ")),
            indirect: entity.all("status").iter().any(|one| one == INDIRECT),
            from,
            to,
            ..Interest::in_customer(kind, share)
        })
    }
}

/// A percentage as people write it; one of more decimals than are kept lies between two.
fn share(text: &str) -> Option<Share> {
    Share::parse(text).or_else(|| {
        let (least, most) = thousandths(text.trim().trim_end_matches('%').trim())?;
        Share::bounded(least, least != most, most, least != most)
    })
}

/// A code of a country, of which a part such as `us-ca` counts as the whole.
fn whole_country(property: &str, value: &str) -> String {
    match property {
        "country" | "jurisdiction" | "nationality" | "citizenship" => {
            let whole = value.split_once('-').map_or(value, |(whole, _)| whole);
            if whole.len() == 2 {
                whole.to_uppercase()
            } else {
                value.to_owned()
            }
        }
        _ => value.to_owned(),
    }
}

/// Whether a name is written in Latin letters.
fn is_latin(name: &str) -> bool {
    name.chars()
        .find(|letter| letter.is_alphabetic())
        .is_none_or(|letter| matches!(u32::from(letter), 0x41..=0x24F | 0x1E00..=0x1EFF))
}

/// The name that is shown, the name in its own script, and further ones.
fn names(entity: &Entity) -> (Option<String>, Option<String>, Vec<String>) {
    let mut all = entity.all("name").to_vec();
    if all.is_empty() {
        let parts: Vec<&str> = [entity.first("firstName"), entity.first("lastName")]
            .into_iter()
            .flatten()
            .collect();
        all.extend((!parts.is_empty()).then(|| parts.join(" ")));
    }
    if all.is_empty() {
        return (None, None, Vec::new());
    }
    let shown = all.iter().position(|name| is_latin(name)).unwrap_or(0);
    let name = all.remove(shown);
    let original = all
        .iter()
        .position(|name| !is_latin(name))
        .or((all.len() == 1).then_some(0))
        .map(|at| all.remove(at));
    (Some(name), original, all)
}
