//! A customer's file: everything recorded about one customer, and what the rule pack still asks for.

use crate::{
    change::Change,
    closing::LeftOpen,
    field,
    letter::{Letter, MadeOf},
    ownership::{Counting, Interest, Ownership},
    proof::Proof,
    redflag::RedFlag,
    redress::Redress,
    reopening::Trigger,
    retention::KeptLonger,
    review::Review,
    risk::RiskDecision,
    rulebook::Rulebook,
    signatory::Signatory,
};
use chrono::NaiveDate;
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

/// An owner or a person in control (OwnershipLink, domain 5.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// Its id within the customer, such as `O-1`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Name in its own script.
    pub name_original: Option<String>,
    /// Natural person or organisation.
    pub kind: PartyKind,
    /// Its ties to the customer, and to organisations among the customer's other owners.
    pub interests: Vec<Interest>,
    /// Why it is not named: the register does not say, or may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unspecified: Option<String>,
    /// The record's id in the file that it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// A hash of what that file said of it, so that the same file again does not undo what was changed by hand since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// Country, alpha-2.
    pub country: Option<String>,
    /// Street address.
    pub address: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Where it was learned.
    pub source: Option<String>,
    /// Since when.
    pub valid_from: Option<String>,
    /// Until when.
    pub valid_to: Option<String>,
}

impl Owner {
    /// Somebody of whom nothing but the name is known.
    pub fn new(id: &str, name: &str, kind: PartyKind) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            name_original: None,
            kind,
            interests: Vec::new(),
            unspecified: None,
            external_id: None,
            said: None,
            country: None,
            address: None,
            email: None,
            phone: None,
            source: None,
            valid_from: None,
            valid_to: None,
        }
    }
}

/// Nobody owns enough to count: why, and since when that is recorded. A person in control is named beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoneIdentified {
    /// How it was looked for, and why there is nobody.
    pub explanation: String,
    /// The day.
    pub on: String,
}

/// A means of payment (domain 5.8). Never a full card number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Its id within the customer, such as `P-1`.
    pub id: String,
    /// card, bank, wallet, invoice, other.
    pub kind: String,
    /// The institution.
    pub institution: String,
    /// Whose money.
    pub source: String,
    /// Last digits, wallet address or the provider's token.
    pub identifier: Option<String>,
    /// The country from which it is paid, alpha-2; none where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// An account (domain 5.7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id within the customer, such as `A-1`.
    pub id: String,
    /// The provider's own account number.
    pub account_ref: String,
    /// requested, active, restricted, suspended, closed, refused.
    pub state: String,
    /// Products, in words.
    pub products: String,
    /// Opened on.
    pub opened_on: Option<String>,
    /// Closed on.
    pub closed_on: Option<String>,
    /// The day on which it, or a part of it, was resold to a foreign person (D-24); none where it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resold_to_foreign: Option<String>,
    /// Means of payment.
    pub payments: Vec<Payment>,
    /// Fields that a rule pack adds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<String, String>,
}

/// A U.S.-person determination (domain 5.10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Determination {
    /// The customer's reference or an owner's id.
    pub about: String,
    /// The test met, `none_met` or `cannot_tell`.
    pub test: String,
    /// What follows.
    pub outcome: UsStatus,
    /// What it rests on.
    pub evidence: String,
    /// Documents it rests on.
    pub documents: Vec<String>,
    /// Who decided: a fingerprint.
    pub decided_by: String,
    /// The day.
    pub decided_on: String,
    /// Who approved it, when the case was decided on it; none before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<Approved>,
}

/// A second look at a determination, by the signature over the decision that rests on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// Who: the fingerprint of the approval key.
    pub by: String,
    /// The day.
    pub on: String,
    /// Why one person both decided and approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone: Option<String>,
}

/// An attempt to verify an identity (domain 5.11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// The customer's reference or an owner's id.
    pub about: String,
    /// documentary, non_documentary or additional.
    pub method: String,
    /// match, partial, mismatch, unavailable.
    pub result: String,
    /// The document.
    pub document: Option<String>,
    /// What document or source, in words.
    pub basis: String,
    /// The special situation (D-28), by the rule pack's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub special: Option<String>,
    /// Notes.
    pub notes: Option<String>,
    /// Who: a fingerprint.
    pub performed_by: String,
    /// The day.
    pub performed_on: String,
}

/// Two values that do not fit (domain 5.13): neither is overwritten, and what became of it stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discrepancy {
    /// Its id within the customer, such as `D-1`.
    pub id: String,
    /// The customer's reference or an owner's id.
    pub about: String,
    /// Which fact: "Date of birth".
    pub what: String,
    /// What the customer says.
    pub claimed: String,
    /// What was found.
    pub found: String,
    /// Where it was found: the document or register.
    pub source: String,
    /// It bears on who the person is, as against a slip of the pen.
    pub substantive: bool,
    /// How it was resolved; none while it is open.
    pub resolution: Option<String>,
    /// Who recorded it last: a fingerprint.
    pub by: String,
    /// The day of the last word on it.
    pub on: String,
}

/// Under which terms an account is left open (D-32).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Permissions that were removed, and how the account is watched.
    pub text: String,
    /// The day on which it is looked at again.
    pub review_on: String,
}

/// A state that the case has reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// The state.
    pub state: String,
    /// The day.
    pub on: String,
    /// What was written down for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What was special about the step.
    #[serde(flatten)]
    pub how: How,
}

/// What is special about a step of a case, beside what was written down for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct How {
    /// The event that opened a settled case again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Trigger>,
    /// Nobody took it: the program did, by a rule that the note names.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub automatic: bool,
    /// What the case was closed over, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_open: Option<LeftOpen>,
    /// The text that what was written down was made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_of: Option<MadeOf>,
    /// By when the case is to be decided from here on: an internal target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_on: Option<String>,
    /// How the target that ran until here ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_ended: Option<TargetEnded>,
}

/// How the internal target of a case ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetEnded {
    /// The day that it was set for.
    pub on: String,
    /// met, late or cancelled.
    pub outcome: String,
}

/// The notice to the customer about disclosure (D-36).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The day.
    pub delivered_on: String,
    /// How.
    pub channel: String,
    /// Which text: "notice version 1, en".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The document that proves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
}

/// A record that looks like this one, and is another customer: a person said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apart {
    /// The other customer's reference.
    pub other: String,
    /// Why they are two.
    pub reason: String,
    /// Who decided: a fingerprint.
    pub by: String,
    /// The day.
    pub on: String,
}

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

/// A required item that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The field's id, as packs name it.
    pub field: String,
    /// In words, with whose it is.
    pub label: String,
    /// The same without a name or a number of anybody's, for what leaves the house.
    pub what: String,
    /// identity, owners, accounts, case.
    pub tab: &'static str,
    /// The owner's or account's id.
    pub part: Option<String>,
}

/// How complete a file is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completeness {
    /// Items required.
    pub required: u32,
    /// What is missing.
    pub gaps: Vec<Gap>,
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

    /// Whether a change of fields names as what was there before what is there: invariant (iv) of domain 3.1, by which no value is lost
    /// under another; and whether a step begins where the customer stands. Every other change builds on anything.
    pub fn is_continued_by(&self, change: &Change) -> bool {
        match change {
            Change::CustomerChanged { before, after, .. } => after
                .keys()
                .all(|id| before.get(id).map(Vec::as_slice) == Some(self.values(id))),
            Change::CustomerAdvanced { from, .. } => *from == self.status,
            _ => true,
        }
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

    /// What the packs in use require of this customer. A customer shown to be a U.S. person with U.S. owners only owes its name and that showing (D-23);
    /// everybody else owes the whole list (D-10).
    pub fn completeness(&self, rules: &Rulebook) -> Completeness {
        let mut all = Completeness::default();
        // What was merged away is asked for under the record that it was merged into.
        if self.merged_into.is_some() {
            return all;
        }
        let cleared = self
            .standings()
            .iter()
            .all(|(_, status)| *status == UsStatus::Us);
        for item in rules.required_fields(self.kind.word()) {
            if cleared && item.field != self.kind.name_field() {
                continue;
            }
            let (there, tab) = match item.field.as_str() {
                "beneficial_owners" => {
                    let by_share = self.has_owner_by_share(rules);
                    // Where nobody owns enough, somebody is in control, and it is said why nobody owns enough.
                    if !by_share && !self.owners.is_empty() {
                        all.item(
                            self.none_identified.is_some(),
                            "none_identified",
                            "Why nobody is found who owns enough",
                            "owners",
                            None,
                        );
                    }
                    let named = by_share || !self.beneficial_owners(rules).is_empty();
                    (named, "owners")
                }
                field => (!self.values(field).is_empty(), "identity"),
            };
            all.item(there, &item.field, &item.label, tab, None);
        }
        if !cleared {
            all.item(
                self.notice.is_some(),
                "notice_delivered",
                "Notice to the customer",
                "case",
                None,
            );
            let beneficial = self.beneficial_owners(rules);
            for owner in self
                .owners
                .iter()
                .filter(|owner| beneficial.contains(&owner.id))
            {
                if self.us_status_of(&owner.id) != UsStatus::Us {
                    all.item(
                        owner.address.is_some(),
                        "street_address",
                        "Address",
                        "owners",
                        Some((&owner.id, &owner.name, "a beneficial owner")),
                    );
                }
            }
            for field in rules.added_fields("account") {
                for account in &self.accounts {
                    let there = account.extra.contains_key(&field.rule.field);
                    all.item(
                        there,
                        &field.rule.field,
                        &field.rule.label,
                        "accounts",
                        Some((&account.id, &account.account_ref, "an account")),
                    );
                }
            }
            for item in rules.required_fields("account") {
                if item.field.starts_with("payment_") {
                    let paid = self
                        .accounts
                        .iter()
                        .any(|account| !account.payments.is_empty());
                    all.item(paid, &item.field, &item.label, "accounts", None);
                }
            }
        }
        for (about, name, status) in self.people() {
            let part = (about != self.reference).then_some((
                about.as_str(),
                name.as_str(),
                "a beneficial owner",
            ));
            let decided = status != UsStatus::Undetermined;
            all.item(
                decided,
                "us_status",
                "U.S.-person determination",
                "case",
                part,
            );
        }
        all
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

    /// Applies a change to this file. Changes about other records leave it as it is.
    pub fn apply(&mut self, change: &Change, entry: u64, recorded_at: i64) {
        let proven = (!self.proofs.is_empty()).then(|| self.clone());
        match change {
            Change::CustomerRecorded {
                fields,
                custom,
                owners,
                accounts,
                ..
            } => {
                self.set(fields, entry);
                self.custom.extend(custom.clone());
                self.owners.clone_from(owners);
                self.accounts.clone_from(accounts);
            }
            Change::CustomerChanged {
                after,
                custom,
                accounts,
                ..
            } => {
                self.set(after, entry);
                self.custom.extend(custom.clone());
                for account in accounts {
                    upsert(&mut self.accounts, account, |a| &a.id);
                }
            }
            Change::KeptApart { apart, .. } => {
                self.apart.retain(|one| one.other != apart.other);
                self.apart.push(apart.clone());
            }
            Change::MergedAway { into, on, .. } => {
                crate::likeness::MERGED.clone_into(&mut self.status);
                self.merged_into = Some(into.clone());
                self.accounts.clear();
                self.terms = None;
                self.path.push(Reached {
                    state: self.status.clone(),
                    on: on.clone(),
                    note: Some(format!("Merged into {into}")),
                    how: How::default(),
                });
            }
            // The file as it was, or as two add up to; only that it changed once more is new.
            Change::CustomerRestored { file, .. } | Change::CustomerMerged { file, .. } => {
                let revision = self.revision;
                self.clone_from(file);
                self.revision = revision;
            }
            Change::OwnerRecorded { owner, .. } => upsert(&mut self.owners, owner, |o| &o.id),
            Change::NoneIdentified { none, .. } => self.none_identified.clone_from(none),
            Change::AccountRecorded { account, .. } => {
                upsert(&mut self.accounts, account, |a| &a.id)
            }
            Change::KeptLonger { kept, .. } => self.kept_longer.clone_from(kept),
            Change::LetterSaved { letter, .. } => upsert(&mut self.letters, letter, |l| &l.id),
            Change::RiskDecided { decided, .. } => self.risk.clone_from(decided),
            Change::RedressRecorded { redress, .. } => {
                upsert(&mut self.redress, redress, |r| &r.id)
            }
            Change::SignatoryRecorded { signatory, .. } => {
                upsert(&mut self.signatories, signatory, |one| &one.id)
            }
            Change::RedFlagRecorded { flag, .. } => {
                upsert(&mut self.red_flags, flag, |one| &one.id)
            }
            Change::NoticeDelivered { notice, .. } => self.notice = Some(notice.clone()),
            Change::Determined { determination, .. } => {
                self.determinations.push(determination.clone())
            }
            Change::Verified { verification, .. } => self.verifications.push(verification.clone()),
            Change::DocumentReviewed { review, .. } => self.reviews.push((**review).clone()),
            Change::ProofRecorded { proof, holds, .. } => self.name_proof(proof, *holds),
            Change::DiscrepancyRecorded { discrepancy, .. } => {
                match self
                    .discrepancies
                    .iter_mut()
                    .find(|one| one.id == discrepancy.id)
                {
                    Some(there) => there.clone_from(discrepancy),
                    None => self.discrepancies.push(discrepancy.clone()),
                }
            }
            Change::CustomerAdvanced {
                to,
                on,
                note,
                terms,
                approval,
                how,
                ..
            } => {
                // The signature is over the case with its determinations, so it is the second look at each of them (D-22).
                if let Some(approval) = approval
                    .as_ref()
                    .filter(|_| matches!(to.as_str(), "us_cleared" | "verified"))
                {
                    for one in self
                        .determinations
                        .iter_mut()
                        .filter(|one| one.approved.is_none())
                    {
                        one.approved = Some(Approved {
                            by: approval.fingerprint.clone(),
                            on: on.clone(),
                            alone: approval.override_reason.clone(),
                        });
                    }
                }
                self.status.clone_from(to);
                self.terms.clone_from(terms);
                if how.target_on.is_some() || how.target_ended.is_some() {
                    self.target_on.clone_from(&how.target_on);
                }
                self.path.push(Reached {
                    state: to.clone(),
                    on: on.clone(),
                    note: note.clone(),
                    how: how.as_ref().clone(),
                });
            }
            _ => return,
        }
        // A file that came whole brings its own proofs.
        let whole = matches!(
            change,
            Change::CustomerRestored { .. } | Change::CustomerMerged { .. }
        );
        if let Some(before) = proven.filter(|_| !whole) {
            self.drop_proofs_of_changed(&before);
        }
        self.revision += 1;
        self.changed_at = recorded_at;
    }

    fn set(&mut self, fields: &Values, entry: u64) {
        for (id, values) in fields {
            if values.is_empty() {
                self.fields.remove(id);
            } else {
                self.fields.insert(
                    id.clone(),
                    Dated {
                        values: values.clone(),
                        entry,
                    },
                );
            }
        }
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

impl Discrepancy {
    /// Whether what it is about is masked until somebody asks to see it.
    pub fn is_sensitive(&self) -> bool {
        field::speaks_of_sensitive(&self.what)
    }

    /// Both values as they are shown: what the customer says and what was found, masked where the fact is sensitive.
    pub fn shown(&self) -> (String, String) {
        if self.is_sensitive() {
            (field::masked(&self.claimed), field::masked(&self.found))
        } else {
            (self.claimed.clone(), self.found.clone())
        }
    }
}

impl Completeness {
    /// How many required items are there.
    pub fn present(&self) -> u32 {
        self.required - self.missing()
    }

    /// How many required items are missing.
    pub fn missing(&self) -> u32 {
        u32::try_from(self.gaps.len()).unwrap_or(u32::MAX)
    }

    /// One required item; `part` is the id, the name and the kind of the owner or the account that it is asked of.
    fn item(
        &mut self,
        there: bool,
        field: &str,
        label: &str,
        tab: &'static str,
        part: Option<(&str, &str, &str)>,
    ) {
        self.required += 1;
        if !there {
            let of = |whose: Option<&str>| match whose {
                Some(whose) => format!("{label} of {whose}"),
                None => label.to_owned(),
            };
            self.gaps.push(Gap {
                field: field.to_owned(),
                label: of(part.map(|(_, name, _)| name)),
                what: of(part.map(|(_, _, kind)| kind)),
                tab,
                part: part.map(|(id, _, _)| id.to_owned()),
            });
        }
    }
}

fn upsert<T: Clone>(list: &mut Vec<T>, item: &T, id: impl Fn(&T) -> &String) {
    match list.iter_mut().find(|old| id(old) == id(item)) {
        Some(old) => old.clone_from(item),
        None => list.push(item.clone()),
    }
}

/// Checks values that were typed or imported, field by field: the values to keep, or what is wrong with which field.
pub fn check_fields<'a>(
    rules: &Rulebook,
    kind: PartyKind,
    today: NaiveDate,
    fields: impl IntoIterator<Item = (&'a str, &'a [String])>,
) -> (Values, Vec<(String, field::ValueError)>) {
    let mut kept = Values::new();
    let mut wrong = Vec::new();
    for (id, values) in fields {
        let of = |field: &&field::Field| match field.of {
            field::Of::Both => true,
            field::Of::Individual => kind == PartyKind::Individual,
            field::Of::Entity => kind == PartyKind::Entity,
        };
        let known = field::find(id).filter(of);
        let known = known.map(|spec| (spec.input, spec.multiple)).or_else(|| {
            let added = rules.added_fields(kind.word());
            let spec = added.iter().find(|added| added.rule.field == id)?;
            Some((spec.input, false))
        });
        let Some((input, multiple)) = known else {
            wrong.push((id.to_owned(), field::ValueError::Unknown));
            continue;
        };
        let given = values.iter().any(|value| !value.trim().is_empty());
        if let Some(off) = rules
            .off_by(kind.word(), id)
            .filter(|_| given && rules.is_off(kind.word(), id))
        {
            let why = format!("{} ({})", off.text, off.cite);
            wrong.push((id.to_owned(), field::ValueError::Off(why)));
            continue;
        }
        let mut checked = Vec::new();
        for value in values {
            match field::check(input, value) {
                Ok(Some(value)) if field::lies_ahead(input, &value, today) => {
                    wrong.push((id.to_owned(), field::ValueError::Future(value)));
                }
                Ok(value) => checked.extend(value),
                Err(why) => wrong.push((id.to_owned(), why)),
            }
        }
        if checked.len() > 1 && !multiple {
            wrong.push((id.to_owned(), field::ValueError::Several(checked.len())));
        }
        kept.insert(id.to_owned(), checked);
    }
    (kept, wrong)
}

#[cfg(test)]
mod tests {

    #[test]
    fn shares_are_exact_to_a_thousandth() {
        use crate::ownership::{parse_percent as parse_share, show_percent as show_share};
        assert_eq!(parse_share("25"), Some(25_000));
        assert_eq!(parse_share("24.999"), Some(24_999));
        assert_eq!(parse_share("33.3 %"), Some(33_300));
        for bad in ["101", "-1", "1e2", "25.0000", "", "NaN", "100.001"] {
            assert_eq!(parse_share(bad), None, "{bad} is no share");
        }
        assert_eq!(show_share(33_300), "33.3");
        assert_eq!(show_share(25_000), "25");
    }
}
