//! A special measure's sweep: a stored query over customers, owners, payments, addresses of access and resellers, and its result with one
//! hash over it. What is found is a candidate until a person decides. It must not know storage: whoever has the records asks about each.

use crate::{country::Country, customer::CustomerFile, oversight, record::Reseller, text};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{collections::BTreeSet, net::IpAddr};

/// What is looked for. Countries are alpha-2, networks like `203.0.113.0/24`, names as they stand in the determination with their aliases.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepQuery {
    /// Countries.
    #[serde(default)]
    pub countries: Vec<String>,
    /// Where countries are looked for: location, owners, payment, resellers.
    #[serde(default)]
    pub places: Vec<String>,
    /// Networks.
    #[serde(default)]
    pub networks: Vec<String>,
    /// Names and aliases.
    #[serde(default)]
    pub names: Vec<String>,
}

/// Where countries can be looked for: id and label.
pub const PLACES: &[(&str, &str)] = &[
    ("location", "Location and jurisdiction of customers"),
    ("owners", "Country of owners"),
    ("payment", "Country of payment"),
    (
        "resellers",
        "Jurisdiction of resellers, and what they resell",
    ),
];

/// What is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryFault {
    /// countries, places, networks, names.
    pub field: &'static str,
    /// A stable code.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub why: String,
}

impl SweepQuery {
    /// What it looks for, in words; what it does not look for is left out.
    pub fn words(&self) -> String {
        let countries: Vec<String> = self
            .countries
            .iter()
            .map(|code| country_name(code))
            .collect();
        let places = PLACES.iter().filter(|(id, _)| {
            let named = |place: &String| place == id;
            self.places.is_empty() || self.places.iter().any(named)
        });
        let places: Vec<String> = places.map(|(_, label)| label.to_lowercase()).collect();
        let said = [
            (!countries.is_empty())
                .then(|| format!("{} in: {}", countries.join(", "), places.join("; "))),
            (!self.networks.is_empty()).then(|| format!("networks {}", self.networks.join(", "))),
            (!self.names.is_empty()).then(|| format!("names {}", self.names.join(", "))),
        ];
        said.into_iter().flatten().collect::<Vec<_>>().join(". ")
    }

    /// The query in one form: sorted, each once, countries as codes.
    ///
    /// # Errors
    /// No country, network or place of that name; a query that looks for nothing.
    pub fn checked(&self) -> Result<Self, QueryFault> {
        let fault = |field, code, why: String| QueryFault { field, code, why };
        let mut countries = BTreeSet::new();
        for country in filled(&self.countries) {
            let short: String = country.chars().take(40).collect();
            let found = Country::parse(country).map_err(|_| fault("countries", "E-FIELD-COUNTRY", format!("\"{short}\" is no country. Write an ISO 3166 code (CN) or an English name (China).")))?;
            if found.is_us() {
                return Err(fault("countries", "E-MEASURE-US", "A special measure is taken against a foreign jurisdiction. Leave out the United States.".to_owned()));
            }
            countries.insert(found.code().to_owned());
        }
        let mut networks = BTreeSet::new();
        for network in filled(&self.networks) {
            let short: String = network.chars().take(60).collect();
            let found = Network::parse(network).ok_or_else(|| fault("networks", "E-MEASURE-NETWORK", format!("\"{short}\" is no network. Write an address, or one like 203.0.113.0/24 or 2001:db8::/32.")))?;
            networks.insert(found.to_string());
        }
        let mut names = BTreeSet::new();
        for name in filled(&self.names) {
            if folded(name).chars().count() < 3 {
                return Err(fault(
                    "names",
                    "E-MEASURE-NAME",
                    format!(
                        "\"{name}\" is too short a name to look for. Write the full name or alias."
                    ),
                ));
            }
            names.insert(name.to_owned());
        }
        let mut places = BTreeSet::new();
        for place in filled(&self.places) {
            if !PLACES.iter().any(|(id, _)| *id == place) {
                let short: String = place.chars().take(40).collect();
                return Err(fault(
                    "places",
                    "E-MEASURE-PLACE",
                    format!(
                        "\"{short}\" is no place to look in. It is one of: location, owners, payment, resellers."
                    ),
                ));
            }
            places.insert(place.to_owned());
        }
        if countries.is_empty() && networks.is_empty() && names.is_empty() {
            return Err(fault(
                "countries",
                "E-MEASURE-EMPTY",
                "The query looks for nothing. Name a country, a network or a name.".to_owned(),
            ));
        }
        if !countries.is_empty() && places.is_empty() {
            return Err(fault(
                "places",
                "E-MEASURE-PLACE",
                "Countries are named, but not where to look for them. Choose at least one place."
                    .to_owned(),
            ));
        }
        Ok(Self {
            countries: countries.into_iter().collect(),
            places: places.into_iter().collect(),
            networks: networks.into_iter().collect(),
            names: names.into_iter().collect(),
        })
    }

    fn looks_in(&self, place: &str) -> bool {
        self.places.iter().any(|one| one == place)
    }

    fn has(&self, country: &str) -> bool {
        self.countries.iter().any(|one| one == country)
    }

    /// The names it is known by that a text holds, word for word.
    fn named(&self, text: &str) -> Option<&str> {
        let text = format!(" {} ", folded(text));
        self.names
            .iter()
            .find(|name| text.contains(&format!(" {} ", folded(name))))
            .map(String::as_str)
    }
}

fn filled(list: &[String]) -> impl Iterator<Item = &str> {
    list.iter()
        .map(|one| one.trim())
        .filter(|one| !one.is_empty())
}

fn folded(name: &str) -> String {
    text::searchable(name)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A network of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: u128,
    bits: u32,
    v4: bool,
}

impl Network {
    /// Reads `203.0.113.0/24`, `2001:db8::/32`, or a single address.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = text
            .trim()
            .split_once('/')
            .map_or((text.trim(), None), |(a, b)| (a, Some(b)));
        let address: IpAddr = address.parse().ok()?;
        let (value, width) = wide(address);
        let bits = match length {
            Some(length)
                if (1..=3).contains(&length.len())
                    && length.bytes().all(|b| b.is_ascii_digit()) =>
            {
                length.parse().ok().filter(|bits| *bits <= width)?
            }
            Some(_) => return None,
            None => width,
        };
        Some(Self {
            base: masked(value, width - bits),
            bits,
            v4: width == 32,
        })
    }

    /// Whether an address lies in it.
    pub fn holds(&self, address: IpAddr) -> bool {
        let (value, width) = wide(address);
        self.v4 == (width == 32) && masked(value, width - self.bits) == self.base
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let address = if self.v4 {
            IpAddr::from(u32::try_from(self.base).unwrap_or(0).to_be_bytes())
        } else {
            IpAddr::from(self.base.to_be_bytes())
        };
        write!(to, "{address}/{}", self.bits)
    }
}

fn wide(address: IpAddr) -> (u128, u32) {
    let address = match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    };
    match address {
        IpAddr::V4(v4) => (u128::from(u32::from(v4)), 32),
        IpAddr::V6(v6) => (u128::from(v6), 128),
    }
}

fn masked(value: u128, low: u32) -> u128 {
    value
        .checked_shr(low)
        .and_then(|high| high.checked_shl(low))
        .unwrap_or(0)
}

/// One reason why a record is found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hit {
    /// The customer or the reseller.
    pub subject: String,
    /// The part of it: an owner's, payment's or account's id, an address; empty for itself.
    pub part: String,
    /// location, owner, payment, address, name, reseller, chain.
    pub by: String,
    /// In words.
    pub why: String,
}

/// The result of a sweep as it was run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    /// When: RFC 3339.
    pub at: String,
    /// The query as it was asked.
    pub query: SweepQuery,
    /// How many customers, owners, payments, addresses and resellers were looked at.
    pub looked_at: [u64; 5],
    /// How many customers and resellers were found.
    pub found: u64,
    /// Of those, how many no earlier sweep of this case had found.
    pub new: u64,
    /// What an earlier sweep had found and this one did not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<String>,
    /// SHA-256 over the hits, sorted, one JSON array a line.
    pub result_sha256: String,
}

/// SHA-256 over the hits: sorted, each once, so that neither the order nor the way of asking changes it.
pub fn result_hash(hits: &[Hit]) -> String {
    let sorted: BTreeSet<&Hit> = hits.iter().collect();
    let mut hash = Sha256::new();
    for hit in sorted {
        let line = serde_json::json!([hit.subject, hit.part, hit.by, hit.why]).to_string();
        hash.update(line.as_bytes());
        hash.update(b"\n");
    }
    crate::entry::hex(&hash.finalize())
}

fn country_name(code: &str) -> String {
    Country::parse(code).map_or_else(|_| code.to_owned(), |country| country.name().to_owned())
}

/// Why a customer is found: its places, its owners, its payments, its names. Addresses are asked of the access log.
pub fn customer_hits(query: &SweepQuery, file: &CustomerFile) -> Vec<Hit> {
    let mut hits = BTreeSet::new();
    let mut hit = |part: &str, by: &str, why: String| {
        hits.insert(Hit {
            subject: file.reference.clone(),
            part: part.to_owned(),
            by: by.to_owned(),
            why,
        });
    };
    if query.looks_in("location") {
        for field in [
            "country",
            "jurisdiction",
            "use_locations",
            "principal_place",
            "street_address",
        ] {
            for value in file.values(field) {
                if let Some(code) = country_in(query, value) {
                    hit(
                        "",
                        "location",
                        format!("{}: {}", field.replace('_', " "), country_name(&code)),
                    );
                }
            }
        }
    }
    if query.looks_in("owners") {
        for owner in file.owners.iter().filter(|owner| owner.valid_to.is_none()) {
            if let Some(country) = owner
                .country
                .as_deref()
                .filter(|country| query.has(country))
            {
                hit(
                    &owner.id,
                    "owner",
                    format!("{}, owner: {}", owner.name, country_name(country)),
                );
            }
        }
    }
    if query.looks_in("payment") {
        for payment in file.accounts.iter().flat_map(|account| &account.payments) {
            let iban = payment.identifier.as_deref().and_then(iban_country);
            let said = [&payment.institution, &payment.source]
                .into_iter()
                .find_map(|text| country_in(query, text));
            if let Some(code) = iban.filter(|code| query.has(code)).or(said) {
                hit(
                    &payment.id,
                    "payment",
                    format!("{}, payment: {}", payment.institution, country_name(&code)),
                );
            }
        }
    }
    for field in [
        "full_legal_name",
        "business_name",
        "name_original",
        "other_names",
        "names_used",
    ] {
        for value in file.values(field) {
            if let Some(name) = query.named(value) {
                hit("", "name", format!("\"{name}\" in: {value}"));
            }
        }
    }
    for owner in &file.owners {
        let names = std::iter::once(&owner.name).chain(&owner.name_original);
        for text in names {
            if let Some(name) = query.named(text) {
                hit(&owner.id, "name", format!("\"{name}\" in owner: {text}"));
            }
        }
    }
    hits.into_iter().collect()
}

/// Why a reseller is found.
pub fn reseller_hits(query: &SweepQuery, reseller: &Reseller) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut hit = |by: &str, why: String| {
        hits.push(Hit {
            subject: reseller.reference.clone(),
            part: String::new(),
            by: by.to_owned(),
            why,
        })
    };
    if query.looks_in("resellers") && query.has(&reseller.country) {
        hit(
            "reseller",
            format!("jurisdiction: {}", country_name(&reseller.country)),
        );
    }
    for text in std::iter::once(&reseller.name).chain(&reseller.oversight.names) {
        if let Some(name) = query.named(text) {
            hit("name", format!("\"{name}\" in: {text}"));
        }
    }
    hits
}

/// What lies below the resellers that are found: resellers of further tiers, and customers that came through any of them. A measure against
/// the one at the top meets those at the bottom too.
pub fn chain_hits(found: &[Hit], every: &[Reseller]) -> Vec<Hit> {
    let mut hits = BTreeSet::new();
    for reseller in every {
        for above in oversight::chain(reseller, every) {
            for reason in found.iter().filter(|hit| hit.subject == above.reference) {
                let through = format!("{} ({})", above.name, reason.why);
                let itself = above.reference == reseller.reference;
                let mut hit = |subject: &str, part: &Reseller, why: String| {
                    hits.insert(Hit {
                        subject: subject.to_owned(),
                        part: part.reference.clone(),
                        by: "chain".to_owned(),
                        why,
                    });
                };
                if !itself {
                    hit(
                        &reseller.reference,
                        above,
                        format!("buys through {through}"),
                    );
                }
                for customer in &reseller.oversight.customers {
                    let why = if itself {
                        format!("came through {through}")
                    } else {
                        format!(
                            "came through {}, which buys through {through}",
                            reseller.name
                        )
                    };
                    hit(customer, reseller, why);
                }
            }
        }
    }
    hits.into_iter().collect()
}

/// A country of the query in a value: its code alone, or its name as words.
fn country_in(query: &SweepQuery, value: &str) -> Option<String> {
    let text = format!(" {} ", folded(value));
    query
        .countries
        .iter()
        .find(|code| {
            value.trim() == code.as_str()
                || text.contains(&format!(" {} ", folded(&country_name(code))))
        })
        .cloned()
}

/// The country of an IBAN: its first two letters, where it looks like one.
fn iban_country(identifier: &str) -> Option<String> {
    let bare: String = identifier.chars().filter(|c| !c.is_whitespace()).collect();
    let long = (15..=34).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_alphanumeric());
    let head = bare.get(..4)?.as_bytes().to_vec();
    (long
        && head.iter().take(2).all(u8::is_ascii_alphabetic)
        && head.iter().skip(2).all(u8::is_ascii_digit))
    .then(|| bare.get(..2).unwrap_or_default().to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::{Owner, PartyKind};
    use proptest::prelude::*;

    fn query(countries: &[&str], networks: &[&str], names: &[&str]) -> SweepQuery {
        let list = |of: &[&str]| of.iter().map(|one| (*one).to_owned()).collect();
        SweepQuery {
            countries: list(countries),
            places: PLACES.iter().map(|(id, _)| (*id).to_owned()).collect(),
            networks: list(networks),
            names: list(names),
        }
    }

    fn owner(name: &str, country: &str) -> Owner {
        Owner {
            interests: vec![crate::ownership::Interest::in_customer(
                crate::ownership::InterestKind::Equity,
                Some(crate::ownership::Share::exact(30_000)),
            )],
            country: Some(country.to_owned()),
            ..Owner::new("O-1", name, PartyKind::Individual)
        }
    }

    #[test]
    fn a_query_that_cannot_be_is_refused_with_a_sentence() {
        let code = |query: SweepQuery| query.checked().expect_err("refused").code;
        assert_eq!(code(query(&["Untied States"], &[], &[])), "E-FIELD-COUNTRY");
        assert_eq!(code(query(&["US"], &[], &[])), "E-MEASURE-US");
        assert_eq!(
            code(query(&[], &["203.0.113.0/33"], &[])),
            "E-MEASURE-NETWORK"
        );
        assert_eq!(code(query(&[], &["203.0.113"], &[])), "E-MEASURE-NETWORK");
        assert_eq!(code(query(&[], &[], &["Li"])), "E-MEASURE-NAME");
        assert_eq!(code(query(&[], &[], &[])), "E-MEASURE-EMPTY");
        assert_eq!(
            code(SweepQuery {
                places: Vec::new(),
                ..query(&["IR"], &[], &[])
            }),
            "E-MEASURE-PLACE"
        );
        let one = query(&["Iran", "IR"], &["203.0.113.9/24"], &[])
            .checked()
            .expect("sound");
        assert_eq!(
            (one.countries, one.networks),
            (vec!["IR".to_owned()], vec!["203.0.113.0/24".to_owned()])
        );
    }

    #[test]
    fn an_owner_abroad_is_found_behind_a_customer_at_home() {
        let mut file = CustomerFile::new("C-000001", None, PartyKind::Entity);
        file.owners.push(owner("Mei Lin", "IR"));
        let hits = customer_hits(&query(&["IR"], &[], &[]), &file);
        assert_eq!(
            (hits.len(), hits[0].by.as_str(), hits[0].part.as_str()),
            (1, "owner", "O-1")
        );
        assert!(customer_hits(&query(&["KP"], &[], &[]), &file).is_empty());
    }

    #[test]
    fn an_alias_is_found_word_for_word_in_any_script_and_not_inside_another_word() {
        let mut file = CustomerFile::new("C-000001", None, PartyKind::Entity);
        file.owners.push(owner("Иван Петров", "DE"));
        assert_eq!(
            customer_hits(&query(&[], &[], &["ivan petrov"]), &file).len(),
            1
        );
        file.owners[0].name = "Ivan Petrovsky".to_owned();
        assert!(customer_hits(&query(&[], &[], &["ivan petrov"]), &file).is_empty());
    }

    #[test]
    fn a_bank_account_tells_its_country() {
        assert_eq!(
            iban_country("IR58 0540 1051 8002 1273 1130 07"),
            Some("IR".to_owned())
        );
        assert_eq!(iban_country("tok_8812"), None);
    }

    #[test]
    fn a_network_holds_its_addresses_and_no_others() {
        let net = Network::parse("203.0.113.0/24").expect("a network");
        assert!(
            net.holds("203.0.113.255".parse().expect("ip"))
                && !net.holds("203.0.114.0".parse().expect("ip"))
        );
        assert!(
            net.holds("::ffff:203.0.113.7".parse().expect("ip")),
            "an IPv4 address in IPv6 clothes"
        );
        let all = Network::parse("::/0").expect("a network");
        assert!(
            all.holds("2001:db8::1".parse().expect("ip"))
                && !all.holds("203.0.113.7".parse().expect("ip"))
        );
    }

    proptest! {
        #[test]
        fn the_hash_of_a_result_does_not_depend_on_the_order(mut subjects in prop::collection::vec("C-[0-9]{6}", 0..20), seed in any::<u64>()) {
            let hits = |list: &[String]| list.iter().map(|one| Hit { subject: one.clone(), part: String::new(), by: "name".to_owned(), why: "x".to_owned() }).collect::<Vec<_>>();
            let first = result_hash(&hits(&subjects));
            let at = usize::try_from(seed % 20).unwrap_or(0).min(subjects.len());
            subjects.rotate_left(at);
            if let Some(one) = subjects.first().cloned() { subjects.push(one); }
            prop_assert_eq!(first, result_hash(&hits(&subjects)));
        }

        #[test]
        fn every_address_lies_in_its_own_network_of_any_length(ip in any::<u32>(), bits in 0u32..=32) {
            let address = IpAddr::from(ip.to_be_bytes());
            let net = Network::parse(&format!("{address}/{bits}")).expect("a network");
            prop_assert!(net.holds(address));
            prop_assert_eq!(Network::parse(&net.to_string()), Some(net));
        }
    }
}
