//! A customer's file: everything recorded about one customer, and what can be read of it.

mod applied;
mod completeness;
mod course;
mod entered;
mod findings;
mod parts;

use crate::{
    letter::Letter,
    ownership::{Counting, Ownership},
    proof::Proof,
    redflag::RedFlag,
    redress::Redress,
    retention::KeptLonger,
    review::Review,
    risk::RiskDecision,
    rulebook::Rulebook,
    signatory::Signatory,
};
pub use completeness::{Completeness, Gap};
pub use course::{How, Reached, TargetEnded, Terms};
pub use entered::check_fields;
pub use findings::{Apart, Approved, Determination, Discrepancy, Notice, Verification};
pub use parts::{Account, NoneIdentified, Owner, Payment};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A natural person or an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyKind {
    /// A natural person.
    Individual,
    /// An organisation.
    Entity,
}

impl PartyKind {
    /// The word in tables and packs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Individual => "individual",
            Self::Entity => "entity",
        }
    }

    /// The field that holds the name.
    pub fn name_field(self) -> &'static str {
        match self {
            Self::Individual => "full_legal_name",
            Self::Entity => "business_name",
        }
    }

    /// The field that holds the country.
    pub fn country_field(self) -> &'static str {
        match self {
            Self::Individual => "country",
            Self::Entity => "jurisdiction",
        }
    }
}

/// Whether someone is a U.S. person (D-22). Undetermined is treated as not shown to be one (D-10).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsStatus {
    /// Not decided.
    #[default]
    Undetermined,
    /// A U.S. person.
    Us,
    /// A foreign person.
    Foreign,
}

impl UsStatus {
    /// The word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Undetermined => "undetermined",
            Self::Us => "us",
            Self::Foreign => "foreign",
        }
    }

    /// What a test's result means.
    pub fn of_test(test: &str) -> Option<Self> {
        match test {
            "citizen"
            | "lpr"
            | "organised_in_us"
            | "foreign_branch_of_us_entity"
            | "located_in_us" => Some(Self::Us),
            "none_met" => Some(Self::Foreign),
            "cannot_tell" => Some(Self::Undetermined),
            _ => None,
        }
    }
}

/// A field's values and the journal entry that last set them: the entry says who, when and from where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated {
    /// The values.
    #[serde(rename = "v")]
    pub values: Vec<String>,
    /// The entry's place in the journal.
    #[serde(rename = "e")]
    pub entry: u64,
}

/// Field values by field id.
pub type Values = BTreeMap<String, Vec<String>>;

/// Everything about one customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerFile {
    /// Such as `C-000001`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The provider's own id.
    pub external_id: Option<String>,
    /// Natural person or organisation.
    pub kind: PartyKind,
    /// The case's state.
    pub status: String,
    /// Fields with the entry that set each.
    pub fields: BTreeMap<String, Dated>,
    /// Columns of an import that we do not know.
    pub custom: BTreeMap<String, String>,
    /// Owners.
    pub owners: Vec<Owner>,
    /// Why nobody is found who owns enough to count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub none_identified: Option<NoneIdentified>,
    /// Accounts.
    pub accounts: Vec<Account>,
    /// Determinations, oldest first.
    pub determinations: Vec<Determination>,
    /// Verification attempts, oldest first.
    pub verifications: Vec<Verification>,
    /// Discrepancies, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discrepancies: Vec<Discrepancy>,
    /// Reviews of documents, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<Review>,
    /// Documents that a person named as proof of values, as far as those values still stand, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proofs: Vec<Proof>,
    /// Under which terms the accounts are left open, while they are restricted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Terms>,
    /// The states that the case has reached, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<Reached>,
    /// Why and until when the records are kept longer than they must be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_longer: Option<KeptLonger>,
    /// Records that look alike and are other customers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub apart: Vec<Apart>,
    /// Records that were merged into this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<String>,
    /// A person's decision on the risk tier, over the points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<RiskDecision>,
    /// Letters to the customer, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub letters: Vec<Letter>,
    /// Complaints and notices of compromise, and what became of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redress: Vec<Redress>,
    /// Signatories and persons with authority over the accounts (D-29), oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signatories: Vec<Signatory>,
    /// Red flags, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub red_flags: Vec<RedFlag>,
    /// By when the open case is to be decided: an internal target, set when it opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_on: Option<String>,
    /// The record that this one was merged into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<String>,
    /// The notice.
    pub notice: Option<Notice>,
    /// Changes with every write.
    pub revision: u32,
    /// When it last changed: milliseconds of UTC.
    pub changed_at: i64,
}

impl CustomerFile {
    /// A new customer out of its first values.
    pub fn new(reference: &str, external_id: Option<&str>, kind: PartyKind) -> Self {
        Self {
            reference: reference.to_owned(),
            external_id: external_id.map(str::to_owned),
            kind,
            status: "draft".to_owned(),
            fields: BTreeMap::new(),
            custom: BTreeMap::new(),
            owners: Vec::new(),
            none_identified: None,
            accounts: Vec::new(),
            determinations: Vec::new(),
            verifications: Vec::new(),
            discrepancies: Vec::new(),
            reviews: Vec::new(),
            proofs: Vec::new(),
            terms: None,
            path: Vec::new(),
            kept_longer: None,
            apart: Vec::new(),
            merged: Vec::new(),
            risk: None,
            letters: Vec::new(),
            redress: Vec::new(),
            signatories: Vec::new(),
            red_flags: Vec::new(),
            target_on: None,
            merged_into: None,
            notice: None,
            revision: 0,
            changed_at: 0,
        }
    }

    /// A field's values; none where it is empty.
    pub fn values(&self, field: &str) -> &[String] {
        self.fields
            .get(field)
            .map_or(&[], |dated| dated.values.as_slice())
    }

    /// A field's first value.
    pub fn value(&self, field: &str) -> Option<&str> {
        self.values(field).first().map(String::as_str)
    }

    /// The name, in Latin script where there are two.
    pub fn name(&self) -> &str {
        self.value(self.kind.name_field()).unwrap_or("")
    }

    /// The country, alpha-2, or empty.
    pub fn country(&self) -> &str {
        self.value(self.kind.country_field()).unwrap_or("")
    }

    /// The latest determination about the customer or an owner; a claim not to be a U.S. person counts as foreign until decided.
    pub fn us_status_of(&self, about: &str) -> UsStatus {
        let decided = self
            .determinations
            .iter()
            .rev()
            .find(|d| d.about == about)
            .map(|d| d.outcome);
        decided.unwrap_or_else(|| match self.value("claimed_us_person") {
            Some("no") if about == self.reference => UsStatus::Foreign,
            _ => UsStatus::Undetermined,
        })
    }

    /// The customer's own standing.
    pub fn us_status(&self) -> UsStatus {
        self.us_status_of(&self.reference)
    }

    /// The customer and its present owners: id, name, standing.
    pub fn people(&self) -> Vec<(String, String, UsStatus)> {
        let customer = (
            self.reference.clone(),
            self.name().to_owned(),
            self.us_status(),
        );
        let owners = self.owners.iter().filter(|owner| owner.valid_to.is_none());
        std::iter::once(customer)
            .chain(owners.map(|owner| {
                (
                    owner.id.clone(),
                    owner.name.clone(),
                    self.us_status_of(&owner.id),
                )
            }))
            .collect()
    }

    /// The name of the customer, an owner or a signatory by id; the id where there is none.
    pub fn person_name<'a>(&'a self, about: &'a str) -> &'a str {
        if about == self.reference {
            return self.name();
        }
        let owner = self
            .owners
            .iter()
            .find(|one| one.id == about)
            .map(|one| &one.name);
        let signatory = self
            .signatories
            .iter()
            .find(|one| one.id == about)
            .map(|one| &one.name);
        owner.or(signatory).map_or(about, String::as_str)
    }

    /// Whether somebody of this id is in the record: the customer, a present owner, a present signatory.
    pub fn knows(&self, about: &str) -> bool {
        self.people().iter().any(|(id, ..)| id == about)
            || self.present_signatories().any(|one| one.id == about)
    }

    /// Signatories and persons with authority over the accounts who have not ceased.
    pub fn present_signatories(&self) -> impl Iterator<Item = &Signatory> {
        self.signatories.iter().filter(|one| one.valid_to.is_none())
    }

    /// Whether signatories were asked for since the case was last opened (D-29).
    pub fn asked_for_signatories(&self) -> bool {
        let states: Vec<&str> = self.path.iter().map(|one| one.state.as_str()).collect();
        let opened = states
            .iter()
            .rposition(|state| matches!(*state, "collecting" | "reverify"))
            .unwrap_or(0);
        states[opened..]
            .windows(2)
            .any(|pair| pair == ["verifying", "verifying"])
    }

    /// Names and standings of the customer and its present owners.
    pub fn standings(&self) -> Vec<(String, UsStatus)> {
        self.people()
            .into_iter()
            .map(|(_, name, status)| (name, status))
            .collect()
    }

    /// Individuals who own at least the packs' share, over all chains, or are in control, and have not ceased (7.301, A-18); by id. Who
    /// may own as much, as far as is known, is among them until it is known (D-10).
    pub fn beneficial_owners(&self, rules: &Rulebook) -> BTreeSet<String> {
        let ownership = Ownership::of(&self.owners);
        let threshold = rules.ownership_threshold();
        self.individuals()
            .filter(|owner| {
                let held = ownership.held_by(&owner.id);
                held.is_some_and(|held| held.counts(threshold) >= Counting::Possibly)
            })
            .map(|owner| owner.id.clone())
            .collect()
    }

    /// Whether somebody owns enough to count, or may, apart from who is in control.
    pub fn has_owner_by_share(&self, rules: &Rulebook) -> bool {
        let ownership = Ownership::of(&self.owners);
        let threshold = rules.ownership_threshold();
        self.individuals().any(|owner| {
            ownership.held_by(&owner.id).is_some_and(|held| {
                let shares = crate::ownership::Holding {
                    control: None,
                    ..held.clone()
                };
                shares.counts(threshold) >= Counting::Possibly
            })
        })
    }

    fn individuals(&self) -> impl Iterator<Item = &Owner> {
        self.owners
            .iter()
            .filter(|owner| owner.kind == PartyKind::Individual && owner.valid_to.is_none())
    }

    /// Whether the latest attempt about someone is a match, and the document that it rests on, if any, was not rejected since.
    pub fn is_verified(&self, about: &str) -> bool {
        let rejected = |document: &String| {
            self.review_of(document)
                .is_some_and(|review| review.decision == "reject")
        };
        self.verifications
            .iter()
            .rev()
            .find(|v| v.about == about)
            .is_some_and(|v| v.result == "match" && !v.document.as_ref().is_some_and(rejected))
    }

    /// The text that search looks through: names in every script, references, addresses of e-mail, owners, account numbers.
    pub fn search_text(&self) -> String {
        let fields = [
            "full_legal_name",
            "business_name",
            "name_original",
            "other_names",
            "names_used",
            "email",
            "phone",
            "registration_number",
            "lei",
        ];
        let mut words: Vec<&str> = vec![&self.reference];
        words.extend(self.external_id.as_deref());
        words.extend(
            fields
                .iter()
                .flat_map(|field| self.values(field))
                .map(String::as_str),
        );
        for owner in &self.owners {
            words.push(&owner.name);
            words.extend(owner.name_original.as_deref());
        }
        words.extend(
            self.accounts
                .iter()
                .map(|account| account.account_ref.as_str()),
        );
        crate::text::searchable(&words.join(" "))
    }

    /// The next free id of a part, such as `O-3`.
    pub fn next_id(&self, prefix: &str) -> String {
        let payments = self
            .accounts
            .iter()
            .flat_map(|account| &account.payments)
            .map(|payment| payment.id.as_str());
        let ids = self
            .owners
            .iter()
            .map(|o| o.id.as_str())
            .chain(self.accounts.iter().map(|a| a.id.as_str()))
            .chain(self.discrepancies.iter().map(|d| d.id.as_str()))
            .chain(self.letters.iter().map(|l| l.id.as_str()))
            .chain(self.redress.iter().map(|r| r.id.as_str()))
            .chain(self.signatories.iter().map(|s| s.id.as_str()))
            .chain(self.red_flags.iter().map(|f| f.id.as_str()))
            .chain(payments);
        let highest = ids
            .filter_map(|id| {
                id.strip_prefix(prefix)?
                    .strip_prefix('-')?
                    .parse::<u32>()
                    .ok()
            })
            .max();
        format!("{prefix}-{}", highest.unwrap_or(0) + 1)
    }
}
