//! Owners of a customer: recorded with their ties, ended and never deleted; what they add up to, as it stood on any day.

use super::{Wrong, part, party};
use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
};
use contract as c;
use domain::{
    change::Change,
    customer::{CustomerFile, NoneIdentified, Owner, PartyKind, UsStatus},
    field,
    ownership::{self, Counting, Holding, Interest, InterestKind, Ownership, Share},
    reopening::Trigger,
};
use std::collections::{BTreeMap, BTreeSet};
use store::Act;

/// What a person is told who writes no share.
fn no_share(text: &str) -> String {
    let short: String = text.chars().take(40).collect();
    format!(
        "\"{short}\" is no share. Write a number from 0 to 100 with at most three decimals, like 33.3, or a range like 25 to 50."
    )
}

impl Wrong {
    /// A tie as it was typed.
    fn interest(&mut self, req: &c::InterestReq) -> Option<Interest> {
        use field::Input;
        let Some(kind) = InterestKind::of_word(&req.kind) else {
            let short: String = req.kind.chars().take(40).collect();
            self.add(
                "interests",
                "E-OWNER-KIND",
                format!(
                    "\"{short}\" is no kind of tie. Write equity, votes, profits, control or other."
                ),
            );
            return None;
        };
        let typed = |text: &Option<String>| {
            text.as_deref()
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        let share = typed(&req.share).and_then(|text| {
            let share = Share::parse(&text);
            if share.is_none() {
                self.add("interests", "E-OWNER-SHARE", no_share(&text));
            }
            share
        });
        Some(Interest {
            of: typed(&req.of),
            kind,
            share,
            means: self.one("interests", Input::Text, req.means.as_deref()),
            held_for: typed(&req.held_for),
            indirect: req.indirect || !req.via.is_empty(),
            via: req.via.clone(),
            from: self.one("interests", Input::Date, req.from.as_deref()),
            to: self.one("interests", Input::Date, req.to.as_deref()),
        })
    }
}

/// An owner's name among the others; the customer's where there is none.
fn name_of(file: &CustomerFile, id: Option<&str>) -> String {
    match id {
        None => file.name().to_owned(),
        Some(id) => file
            .owners
            .iter()
            .find(|other| other.id == id)
            .map_or_else(|| id.to_owned(), |other| other.name.clone()),
    }
}

/// A tie in words: `50 % of the votes of Holding, as nominee for Ada Byron`.
pub(crate) fn interest_words(file: &CustomerFile, one: &Interest) -> String {
    let mut words = short_words(one);
    if one.of.is_some() {
        words.push_str(&format!(" of {}", name_of(file, one.of.as_deref())));
    }
    if let Some(held_for) = &one.held_for {
        words.push_str(&format!(
            ", as nominee for {}",
            name_of(file, Some(held_for))
        ));
    }
    if one.indirect && one.via.is_empty() {
        words.push_str(", stated as indirect");
    } else if one.indirect {
        let through: Vec<String> = one.via.iter().map(|id| name_of(file, Some(id))).collect();
        words.push_str(&format!(", stated, through {}", through.join(" and ")));
    }
    words
}

/// `60 %`, `51 % of the votes`, `control: appoints the board`, `shares, how many is not known`.
pub(crate) fn short_words(one: &Interest) -> String {
    let share = one.share.map(|share| format!("{} %", share.show()));
    let what = match one.kind {
        InterestKind::Equity => share.unwrap_or_else(|| "shares, how many is not known".to_owned()),
        InterestKind::Votes => share.map_or_else(
            || "votes, how many is not known".to_owned(),
            |share| format!("{share} of the votes"),
        ),
        InterestKind::Profits => share.map_or_else(
            || "profits, how much is not known".to_owned(),
            |share| format!("{share} of the profits"),
        ),
        InterestKind::Control => "control".to_owned(),
        InterestKind::Other => "another tie".to_owned(),
    };
    match &one.means {
        Some(means) => format!("{what}: {means}"),
        None => what,
    }
}

/// What an owner holds directly today: "25 %, control".
pub(crate) fn direct_words(owner: &Owner) -> String {
    let there = owner
        .interests
        .iter()
        .filter(|one| one.to.is_none() && one.of.is_none() && !one.indirect);
    there.map(short_words).collect::<Vec<_>>().join(", ")
}

fn counting(of: Counting) -> c::Counting {
    match of {
        Counting::No => c::Counting::No,
        Counting::Possibly => c::Counting::Possibly,
        Counting::Yes => c::Counting::Yes,
    }
}

/// The chains and ties that an owner's holding rests on, in words.
fn why(held: &Holding) -> Vec<String> {
    let mut why = held.chains.clone();
    why.extend(held.control.iter().map(|how| match how.as_str() {
        "control without shares" => "Control without shares".to_owned(),
        how if how.starts_with("through ") => format!("In control {how}"),
        how => format!("In control: {how}"),
    }));
    why.extend(held.majority.clone());
    if held.cut {
        why.push(
            "The structure has more chains than were followed: look at it by hand.".to_owned(),
        );
    }
    why
}

impl OpenVault {
    /// Records or changes an owner. An owner is ended, never deleted.
    pub fn owner_save(&self, req: &c::OwnerSaveReq) -> Result<c::CustomerView> {
        use field::Input;
        let mut wrong = Wrong::default();
        let name = wrong.one("name", Input::Text, Some(&req.name));
        let name_original = wrong.one("name_original", Input::Text, req.name_original.as_deref());
        let unspecified = wrong.one("unspecified", Input::Text, req.unspecified.as_deref());
        let country = wrong.one("country", Input::Country, req.country.as_deref());
        let address = wrong.one("address", Input::Long, req.address.as_deref());
        let email = wrong.one("email", Input::Email, req.email.as_deref());
        let phone = wrong.one("phone", Input::Phone, req.phone.as_deref());
        let source = wrong.one("source", Input::Text, req.source.as_deref());
        let valid_from = wrong.one("valid_from", Input::Date, req.valid_from.as_deref());
        let valid_to = wrong.one("valid_to", Input::Date, req.valid_to.as_deref());
        let interests: Vec<Interest> = req
            .interests
            .iter()
            .filter_map(|one| wrong.interest(one))
            .collect();
        if name.is_none() {
            wrong.add(
                "name",
                "E-OWNER-NAME",
                "The name is empty. Write the owner's full legal name.".to_owned(),
            );
        }
        let today = self.today().to_string();
        let dates = interests.iter().flat_map(|one| [&one.from, &one.to]);
        for ahead in dates
            .chain([&valid_from, &valid_to])
            .flatten()
            .filter(|day| **day > today)
        {
            wrong.add(
                "interests",
                "E-OWNER-AHEAD",
                format!("{ahead} lies ahead. Record what changes hands when it has happened."),
            );
        }
        if let (Some(from), Some(to)) = (&valid_from, &valid_to)
            && to < from
        {
            wrong.add(
                "valid_to",
                "E-OWNER-DATES",
                format!("The end ({to}) is before the start ({from})."),
            );
        }
        wrong.done(&format!("{} owner", req.customer))?;
        self.act(|act| {
            let file = act.read().customer_file(&req.customer)?;
            let before = match &req.id {
                None => None,
                Some(id) => Some(part(&file, "owner", &file.owners, id, |owner| &owner.id)?),
            };
            let owner = Owner {
                id: req.id.clone().unwrap_or_else(|| file.next_id("O")),
                name: name.clone().unwrap_or_default(),
                name_original,
                kind: party(req.kind),
                interests,
                unspecified,
                external_id: before.as_ref().and_then(|owner| owner.external_id.clone()),
                said: before.as_ref().and_then(|owner| owner.said.clone()),
                country,
                address,
                email,
                phone,
                source,
                valid_from,
                valid_to,
            };
            self.put_owner(act, &file, before, owner)?;
            self.prove_new(act, &file, req.proved_by.as_deref())?;
            self.customer_view(act.read(), &req.customer)
        })
    }

    /// Writes an owner: what all owners add up to is held, and a settled case may open again.
    pub(crate) fn put_owner(
        &self,
        act: &mut Act<'_, '_>,
        file: &CustomerFile,
        before: Option<Owner>,
        owner: Owner,
    ) -> Result<()> {
        self.put_owners(act, file, vec![(before, owner)])
    }

    /// Holds several owners of one customer, which may name each other, against all of them as they will be.
    ///
    /// # Errors
    /// `E-OWNER-*` with what does not add up.
    pub(crate) fn hold_owners(
        &self,
        file: &CustomerFile,
        owners: &[(Option<Owner>, Owner)],
    ) -> Result<()> {
        let mut all = file.owners.clone();
        for (_, owner) in owners {
            match all.iter_mut().find(|there| there.id == owner.id) {
                Some(there) => there.clone_from(owner),
                None => all.push(owner.clone()),
            }
        }
        for (_, owner) in owners {
            ownership::check_interests(owner, &all, file.name()).map_err(|why| {
                Error::input(
                    why.code(),
                    format!("{} owner {}: {why}", file.reference, owner.name),
                )
            })?;
            let held = |of: &Owner| {
                of.interests.iter().any(|one| {
                    one.to.is_none()
                        && (one.of.as_ref() == Some(&owner.id)
                            || one.held_for.as_ref() == Some(&owner.id)
                            || one.via.contains(&owner.id))
                })
            };
            if owner.valid_to.is_some() && all.iter().any(|of| of.valid_to.is_none() && held(of)) {
                return Err(Error::input(
                    "E-OWNER-HELD",
                    format!(
                        "{}: others hold their shares through {}. Write how they hold them now, then end it.",
                        file.reference, owner.name
                    ),
                ));
            }
        }
        Ok(())
    }

    /// Writes several owners of one customer that may name each other.
    pub(crate) fn put_owners(
        &self,
        act: &mut Act<'_, '_>,
        file: &CustomerFile,
        owners: Vec<(Option<Owner>, Owner)>,
    ) -> Result<()> {
        self.hold_owners(file, &owners)?;
        let new_organisations: Vec<String> = owners
            .iter()
            .filter(|(before, owner)| {
                before.is_none() && owner.kind == PartyKind::Entity && owner.valid_to.is_none()
            })
            .map(|(_, owner)| owner.id.clone())
            .collect();
        let today = self.today().to_string();
        for (before, owner) in owners {
            // What is recorded of the past keeps its own day: since when somebody owns, or until when.
            let left = owner
                .valid_to
                .clone()
                .filter(|_| before.as_ref().is_none_or(|old| old.valid_to.is_none()));
            let day = match &before {
                None => owner.valid_from.clone(),
                Some(_) => left,
            }
            .filter(|day| *day <= today);
            act.push(
                Change::OwnerRecorded {
                    customer: file.reference.clone(),
                    before,
                    owner,
                },
                day.as_deref(),
                None,
            )?;
        }
        // A new owner who is not shown to be a U.S. person opens a settled case again (D-24).
        let after = act.read().customer_file(&file.reference)?;
        let rules = self.rules();
        if after.none_identified.is_some() && after.has_owner_by_share(&rules) {
            let change = Change::NoneIdentified {
                customer: file.reference.clone(),
                none: None,
            };
            act.push(change, None, Some("somebody owns enough now"))?;
        }
        let counted = file.beneficial_owners(&rules);
        // A change may make others count too: a share that their chain goes through.
        let counts = after.beneficial_owners(&rules);
        let became = counts.difference(&counted).chain(&new_organisations);
        for id in became {
            if after.us_status_of(id) == UsStatus::Us {
                continue;
            }
            let name = after
                .owners
                .iter()
                .find(|one| one.id == *id)
                .map_or_else(String::new, |one| one.name.clone());
            let why = format!("{name} became an owner and is not shown to be a U.S. person");
            self.reopen_for(act, &after, Trigger::Owner, &why)?;
            break;
        }
        Ok(())
    }

    /// Records why nobody is found who owns enough to count, or takes it back. Somebody in control must be named.
    pub fn none_identified(&self, req: &c::NoneIdentifiedReq) -> Result<c::CustomerView> {
        let mut wrong = Wrong::default();
        let explanation = wrong.one(
            "explanation",
            field::Input::Long,
            req.explanation.as_deref(),
        );
        wrong.done(&format!("{} owners", req.r#ref))?;
        self.act(|act| {
            let file = act.read().customer_file(&req.r#ref)?;
            let controlled = file
                .beneficial_owners(&self.rules())
                .iter()
                .any(|id| Ownership::of(&file.owners).held_by(id).is_some_and(|held| held.control.is_some()));
            if explanation.is_some() && !controlled {
                return Err(Error::input(
                    "E-OWNER-CONTROL",
                    format!("{}: nobody is recorded as in control. Add the person in control first, a managing director for example, then write why nobody owns enough.", file.reference),
                ));
            }
            let none = explanation.map(|explanation| NoneIdentified {
                explanation,
                on: self.today().to_string(),
            });
            if none != file.none_identified {
                act.push(
                    Change::NoneIdentified {
                        customer: file.reference.clone(),
                        none,
                    },
                    None,
                    None,
                )?;
            }
            self.customer_view(act.read(), &file.reference)
        })
    }

    /// Who owns a customer, as it stood on a day, and by another threshold: it changes nothing.
    pub fn ownership(&self, req: &c::OwnershipReq) -> Result<c::OwnershipView> {
        let mut wrong = Wrong::default();
        let on = wrong.one("on", field::Input::Date, req.on.as_deref());
        let typed = req
            .threshold
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty());
        let asked = typed.and_then(|text| {
            let threshold = ownership::parse_percent(text).filter(|threshold| *threshold > 0);
            if threshold.is_none() {
                wrong.add("threshold", "E-OWNER-SHARE", no_share(text));
            }
            threshold
        });
        wrong.done(&format!("{} owners", req.r#ref))?;
        self.read(|read| {
            let file = read.customer_file(&req.r#ref)?;
            let rules = self.rules();
            let ours = rules.ownership_threshold();
            let threshold = asked.or(ours);
            let ownership = Ownership::on(&file.owners, on.as_deref());
            let there = |owner: &&Owner| ownership.held_by(&owner.id).is_some();
            let layers = layers(&file, on.as_deref());
            let mut nodes: Vec<c::OwnershipNode> = file
                .owners
                .iter()
                .filter(there)
                .filter_map(|owner| {
                    let held = ownership.held_by(&owner.id)?;
                    Some(c::OwnershipNode {
                        id: owner.id.clone(),
                        name: owner.name.clone(),
                        kind: super::party_view(owner.kind),
                        us_status: super::us_view(file.us_status_of(&owner.id)),
                        unspecified: owner.unspecified.clone(),
                        layer: layers.get(owner.id.as_str()).copied().unwrap_or(1),
                        equity: held.equity.percent(),
                        votes: held.votes.percent(),
                        profits: (!held.profits.is_none()).then(|| held.profits.percent()),
                        control: held.control.clone(),
                        counts: match owner.kind {
                            PartyKind::Individual => counting(held.counts(threshold)),
                            // Only a natural person is a beneficial owner (7.301).
                            PartyKind::Entity => c::Counting::No,
                        },
                        why: why(held),
                        more_chains: held.more_chains,
                    })
                })
                .collect();
            nodes.sort_by_key(|node| node.layer);
            let mut ties = Vec::new();
            for owner in file.owners.iter().filter(there) {
                for one in owner
                    .interests
                    .iter()
                    .filter(|one| one.is_there(on.as_deref()))
                {
                    ties.push(c::OwnershipTie {
                        holder: owner.id.clone(),
                        of: one.of.clone(),
                        kind: one.kind.word().to_owned(),
                        words: short_words(one),
                        held_for: one.held_for.clone(),
                        stated: one.indirect,
                    });
                }
            }
            let days: BTreeSet<String> = file
                .owners
                .iter()
                .flat_map(|owner| {
                    let dates = owner.interests.iter().flat_map(|one| [&one.from, &one.to]);
                    dates.chain([&owner.valid_from, &owner.valid_to])
                })
                .flatten()
                .cloned()
                .collect();
            Ok(c::OwnershipView {
                customer: file.name().to_owned(),
                on: on.clone(),
                threshold: threshold.map(ownership::show_percent),
                pack_threshold: ours.map(ownership::show_percent),
                rule: rules
                    .rule_for(file.kind.word(), "beneficial_owners")
                    .map(crate::words::rule_note),
                nodes,
                ties,
                notes: notes(&file, &ownership, on.as_deref()),
                days: days.into_iter().collect(),
                none_identified: file.none_identified.map(|none| none.explanation),
            })
        })
    }
}

/// What a person should know of the whole: what the shares add up to, circles, what is not known.
pub(super) fn notes(file: &CustomerFile, ownership: &Ownership, on: Option<&str>) -> Vec<String> {
    let mut notes = Vec::new();
    let there = |owner: &&Owner| ownership.held_by(&owner.id).is_some();
    let direct: Vec<Share> = file
        .owners
        .iter()
        .filter(there)
        .flat_map(|owner| &owner.interests)
        .filter(|one| {
            one.of.is_none()
                && one.kind == InterestKind::Equity
                && !one.indirect
                && one.is_there(on)
        })
        .map(|one| one.share.unwrap_or(Share::UNKNOWN))
        .collect();
    if !direct.is_empty() {
        let least: u32 = direct.iter().map(|share| share.least).sum();
        let most = direct
            .iter()
            .map(|share| share.most)
            .fold(0u32, u32::saturating_add);
        let sum = if least == most {
            ownership::show_percent(least)
        } else {
            format!(
                "{} to {}",
                ownership::show_percent(least),
                ownership::show_percent(most.min(100_000))
            )
        };
        notes.push(match least {
            100_000 => "Direct owners account for all of the shares.".to_owned(),
            least if least > 100_000 => format!(
                "Direct owners add up to {sum} %, more than there is. One of the shares is wrong."
            ),
            _ => format!(
                "Direct owners account for {sum} % of the shares; who has the rest is not recorded."
            ),
        });
    }
    for circle in &ownership.cycles {
        notes.push(format!(
            "{} own each other; what comes round again lies within the bounds.",
            circle.join(" and ")
        ));
    }
    notes
}

/// How many links lie between each owner and the customer by the shortest way.
fn layers<'a>(file: &'a CustomerFile, on: Option<&str>) -> BTreeMap<&'a str, u32> {
    let mut held_by: BTreeMap<Option<&str>, Vec<&'a str>> = BTreeMap::new();
    for owner in &file.owners {
        for one in owner
            .interests
            .iter()
            .filter(|one| one.is_there(on) && !one.indirect)
        {
            held_by
                .entry(one.of.as_deref())
                .or_default()
                .push(&owner.id);
            // Who stands behind a nominee stands beyond it.
            if let Some(held_for) = &one.held_for
                && let Some(owner_behind) = file.owners.iter().find(|other| other.id == *held_for)
            {
                held_by
                    .entry(Some(&owner.id))
                    .or_default()
                    .push(&owner_behind.id);
            }
        }
    }
    let mut layers = BTreeMap::new();
    let mut next: Vec<&str> = held_by.get(&None).cloned().unwrap_or_default();
    let mut layer = 1;
    while !next.is_empty() {
        next.retain(|id| !layers.contains_key(id));
        for id in &next {
            layers.entry(*id).or_insert(layer);
        }
        next = next
            .iter()
            .flat_map(|id| held_by.get(&Some(*id)).into_iter().flatten().copied())
            .collect();
        layer += 1;
    }
    layers
}

/// An owner as the customer's page shows it.
pub(super) fn owner_view(
    file: &CustomerFile,
    owner: &Owner,
    threshold: Option<u32>,
    held: Option<&Holding>,
    proofs: Vec<c::ProofView>,
) -> c::OwnerView {
    let counts = held
        .filter(|_| owner.kind == PartyKind::Individual)
        .map_or(Counting::No, |held| held.counts(threshold));
    c::OwnerView {
        id: owner.id.clone(),
        name: owner.name.clone(),
        name_original: owner.name_original.clone(),
        kind: super::party_view(owner.kind),
        unspecified: owner.unspecified.clone(),
        interests: owner
            .interests
            .iter()
            .map(|one| c::InterestView {
                of: one.of.clone(),
                of_name: name_of(file, one.of.as_deref()),
                kind: one.kind.word().to_owned(),
                share: one.share.map(|share| share.show()),
                means: one.means.clone(),
                held_for: one.held_for.clone(),
                held_for_name: one.held_for.as_deref().map(|id| name_of(file, Some(id))),
                indirect: one.indirect,
                via: one.via.clone(),
                from: one.from.clone(),
                to: one.to.clone(),
                words: interest_words(file, one),
            })
            .collect(),
        direct: direct_words(owner),
        effective: held
            .filter(|held| !held.equity.is_none())
            .map(|held| held.equity.percent()),
        counts: counting(counts),
        why: held.map(why).unwrap_or_default(),
        country: owner.country.clone().unwrap_or_default(),
        us_status: super::us_view(file.us_status_of(&owner.id)),
        address: owner.address.clone(),
        email: owner.email.clone(),
        phone: owner.phone.clone(),
        source: owner.source.clone(),
        valid_from: owner.valid_from.clone(),
        valid_to: owner.valid_to.clone(),
        verified: file.is_verified(&owner.id),
        proofs,
    }
}
