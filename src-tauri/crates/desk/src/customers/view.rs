//! A customer as the window and the command line show it.

use super::{
    case::too_few_attempts,
    conduct::{left_view, open_view, signatory_view},
    letters::redress_view,
    owners::{notes, owner_view},
    proofs::{Papers, Seen},
    risk::risk_view,
    row_of, us_view,
};
use crate::{error::Result, now::rfc3339, open_vault::OpenVault, words};
use contract as c;
use domain::{
    closing,
    customer::{PartyKind, Payment},
    field, onboarding,
    ownership::Ownership,
    pack::Part,
    rulebook::Added,
};
use std::collections::HashMap;
use store::Read;

impl OpenVault {
    pub(super) fn customer_view(
        &self,
        read: &Read<'_>,
        reference: &str,
    ) -> Result<c::CustomerView> {
        let file = read.customer_file(reference)?;
        let rules = self.rules();
        let pack = self.pack();
        let names = self.names(read)?;
        let complete = file.completeness(&rules);
        let required: HashMap<String, &domain::pack::RequiredField> = rules
            .required_fields(file.kind.word())
            .map(|item| (item.field.clone(), item))
            .collect();
        let needed = complete.required > 3 || !complete.gaps.is_empty();
        let mut documents = Vec::new();
        for subject in std::iter::once(&file.reference).chain(&file.merged) {
            documents.extend(read.documents_of(subject)?);
        }
        let papers = Papers::among(&documents);
        let proofs = Seen {
            file: &file,
            papers: &papers,
            names: &names,
        };
        let mut seen: HashMap<u64, Option<domain::entry::Entry>> = HashMap::new();
        let mut sections: Vec<c::FieldSection> = Vec::new();
        let mine = |spec: &&field::Field| match spec.of {
            field::Of::Both => true,
            field::Of::Individual => file.kind == PartyKind::Individual,
            field::Of::Entity => file.kind == PartyKind::Entity,
        };
        for spec in field::FIELDS.iter().filter(mine) {
            let values = file.values(spec.id).to_vec();
            if rules.is_off(file.kind.word(), spec.id) && values.is_empty() {
                continue;
            }
            let rule = required.get(spec.id).map(|item| words::rule_note(item));
            let dated = file.fields.get(spec.id);
            let entry = match dated {
                None => None,
                Some(dated) => match seen.entry(dated.entry) {
                    std::collections::hash_map::Entry::Occupied(there) => there.get().clone(),
                    std::collections::hash_map::Entry::Vacant(free) => {
                        let entry = read.entry(dated.entry)?.map(|chained| chained.entry);
                        free.insert(entry).clone()
                    }
                },
            };
            let notes = values
                .iter()
                .flat_map(|value| domain::text::notes(value))
                .collect();
            let view = c::FieldView {
                id: spec.id.to_owned(),
                label: spec.label.to_owned(),
                input: spec.input.word().to_owned(),
                multiple: spec.multiple,
                required: rule.is_some() && needed,
                present: !values.is_empty(),
                absent_reason: None,
                rule,
                source: entry.as_ref().map(|entry| words::source(&entry.kind)),
                recorded_at: entry.as_ref().map(|entry| rfc3339(entry.recorded_at)),
                recorded_by: entry.as_ref().map(|entry| names.of(&entry.author)),
                notes,
                masked: field::is_sensitive(spec.id) && !values.is_empty(),
                off: rules.is_off(file.kind.word(), spec.id),
                proofs: proofs.of(&file.reference, spec.id),
                values: super::values::shown(spec.id, &values),
            };
            match sections
                .iter_mut()
                .find(|section| section.id == spec.section)
            {
                Some(section) => section.fields.push(view),
                None => sections.push(c::FieldSection {
                    id: spec.section.to_owned(),
                    title: words::section(spec.section).to_owned(),
                    fields: vec![view],
                }),
            }
        }
        let added = rules.added_fields(file.kind.word());
        if !added.is_empty() {
            sections.push(c::FieldSection {
                id: "added".to_owned(),
                title: words::section("added").to_owned(),
                fields: added
                    .into_iter()
                    .map(|field| {
                        let shown_by = proofs.of(&file.reference, &field.rule.field);
                        let mut view = added_view(field, None, shown_by);
                        view.values = file.values(&field.rule.field).to_vec();
                        view.present = !view.values.is_empty();
                        view.required = needed;
                        view
                    })
                    .collect(),
            });
        }
        let gaps = complete
            .gaps
            .iter()
            .map(|gap| c::Gap {
                field: gap.field.clone(),
                label: gap.label.clone(),
                tab: gap.tab.to_owned(),
                part: gap.part.clone(),
                rule: rules
                    .rule_for(file.kind.word(), &gap.field)
                    .map(words::rule_note),
            })
            .collect();
        let ownership = Ownership::of(&file.owners);
        let threshold = rules.ownership_threshold();
        let owners: Vec<c::OwnerView> = file
            .owners
            .iter()
            .map(|owner| {
                let held = ownership.held_by(&owner.id);
                owner_view(&file, owner, threshold, held, proofs.of_part(&owner.id))
            })
            .collect();
        let ownership_note = (file.kind == PartyKind::Entity && !file.owners.is_empty())
            .then(|| notes(&file, &ownership, None).join(" "));
        let mut accounts = Vec::new();
        for account in &file.accounts {
            let (access_records, last, ips) = read.access_summary(&account.account_ref)?;
            accounts.push(c::AccountView {
                id: account.id.clone(),
                account_ref: account.account_ref.clone(),
                state: account.state.clone(),
                products: account.products.clone(),
                opened_on: account.opened_on.clone(),
                closed_on: account.closed_on.clone(),
                resold_to_foreign: account.resold_to_foreign.clone(),
                last_access: last.map(rfc3339),
                access_records,
                recent_ips: ips.iter().map(ToString::to_string).collect(),
                payments: account
                    .payments
                    .iter()
                    .map(|one| payment_view(one, proofs.of(&account.id, &one.id)))
                    .collect(),
                proofs: proofs.of_part(&account.id),
                added: rules
                    .added_fields("account")
                    .into_iter()
                    .map(|field| {
                        let shown_by = proofs.of(&account.id, &field.rule.field);
                        added_view(field, account.extra.get(&field.rule.field), shown_by)
                    })
                    .collect(),
            });
        }
        let name_of = |about: &str| file.person_name(about).to_owned();
        let determinations = file
            .determinations
            .iter()
            .enumerate()
            .map(|(at, d)| c::DeterminationView {
                about: d.about.clone(),
                name: name_of(&d.about),
                test: d.test.clone(),
                outcome: us_view(d.outcome),
                evidence: d.evidence.clone(),
                documents: d.documents.clone(),
                decided_by: names.of(&d.decided_by),
                decided_on: d.decided_on.clone(),
                approved: d.approved.as_ref().map(|approved| {
                    let alone = approved
                        .alone
                        .as_ref()
                        .map(|why| format!(", alone: {why}"))
                        .unwrap_or_default();
                    format!("{}, {}{alone}", names.of(&approved.by), approved.on)
                }),
                superseded: file
                    .determinations
                    .iter()
                    .skip(at + 1)
                    .any(|later| later.about == d.about),
            })
            .collect();
        let verifications = file
            .verifications
            .iter()
            .map(|v| c::VerificationView {
                about: v.about.clone(),
                name: name_of(&v.about),
                method: v.method.clone(),
                result: v.result.clone(),
                basis: v.basis.clone(),
                document: v.document.clone(),
                performed_by: names.of(&v.performed_by),
                performed_on: v.performed_on.clone(),
                special: v.special.as_ref().map(|id| {
                    pack.list(Part::SpecialSituation)
                        .iter()
                        .find(|one| one.id == *id)
                        .map_or_else(|| id.clone(), |one| one.label.clone())
                }),
                notes: v.notes.clone(),
            })
            .collect();
        let gate = self.shut_for(read, &file)?;
        let house = read.organisation()?.house;
        let moves = onboarding::MACHINE
            .from(&file.status)
            .map(|step| {
                let mut blocked_by = onboarding::blocked_by(&file, &rules, step.to);
                blocked_by.extend(too_few_attempts(&file, &house, step.to));
                if step.to == "monitoring" {
                    blocked_by.extend(gate.clone());
                }
                blocked_by.extend(self.locked_step(step));
                Ok(c::MoveView {
                    to: step.to.to_owned(),
                    label: step.label.to_owned(),
                    allowed: blocked_by.is_empty(),
                    blocked_by,
                    approval: step.approval,
                    who: step.role.word().replace('_', " "),
                    asks: onboarding::asks_for_words(&file.status, step.to).map(str::to_owned),
                    proposed: (step.to == "verified")
                        .then(|| self.belief(read, &file))
                        .transpose()?,
                    asks_review: onboarding::asks_for_review(step.to),
                    ends: closing::ends(step.to),
                    duties: step.duties.iter().map(ToString::to_string).collect(),
                })
            })
            .collect::<Result<_>>()?;
        let documents = documents
            .iter()
            .map(|line| crate::documents::row(line, &names))
            .collect();
        let today = self.today();
        let clocks = read
            .clocks_about(&file.reference)?
            .iter()
            .filter(|clock| clock.stop.is_none())
            .map(|clock| self.clock_row(clock, today))
            .collect();
        Ok(c::CustomerView {
            row: row_of(
                &file,
                &rules,
                complete.missing(),
                self.beside(read, &file.reference)?,
            ),
            revision: file.revision,
            status_label: onboarding::MACHINE.label(&file.status).to_owned(),
            sections,
            completeness: c::Completeness {
                required: complete.required,
                present: complete.present(),
                gaps,
            },
            owners,
            ownership_note,
            none_identified: file
                .none_identified
                .as_ref()
                .map(|none| none.explanation.clone()),
            accounts,
            documents,
            determinations,
            verifications,
            verified: file.is_verified(&file.reference),
            discrepancies: file
                .discrepancies
                .iter()
                .map(|one| (one, one.shown()))
                .map(|(one, (claimed, found))| c::DiscrepancyView {
                    id: one.id.clone(),
                    masked: one.is_sensitive(),
                    about: one.about.clone(),
                    name: name_of(&one.about),
                    what: one.what.clone(),
                    claimed,
                    found,
                    source: one.source.clone(),
                    substantive: one.substantive,
                    resolution: one.resolution.clone(),
                    by: names.of(&one.by),
                    on: one.on.clone(),
                })
                .collect(),
            reviews: file
                .reviews
                .iter()
                .rev()
                .map(|one| super::papers::review_view(&file, one, &names))
                .collect(),
            expiring: file
                .expiries()
                .into_iter()
                .filter(|(_, last)| (*last - today).num_days() <= super::papers::SOON_DAYS)
                .map(|(document, last)| {
                    format!(
                        "{} {}.",
                        papers.name(document),
                        super::papers::expiry_standing(last, today)
                    )
                })
                .collect(),
            situations: pack
                .list(Part::SpecialSituation)
                .iter()
                .map(|one| c::Choice {
                    value: one.id.clone(),
                    label: one.label.clone(),
                })
                .collect(),
            path: file
                .path
                .iter()
                .map(|one| {
                    Ok(c::ReachedView {
                        label: onboarding::MACHINE.label(&one.state).to_owned(),
                        on: one.on.clone(),
                        note: one.note.clone(),
                        trigger: one.how.trigger.map(|trigger| trigger.label().to_owned()),
                        automatic: one.how.automatic,
                        left_open: one.how.left_open.as_ref().map(left_view),
                        target: one.how.target_ended.as_ref().map(|ended| {
                            format!(
                                "Target of {} {}",
                                crate::print::on(&ended.on),
                                ended.outcome
                            )
                        }),
                        made_of: self.made_of_words(read, one.how.made_of.as_ref())?,
                    })
                })
                .collect::<Result<_>>()?,
            terms: file.terms.as_ref().map(|terms| {
                format!(
                    "{} To be looked at again on {}.",
                    words::sentence(&terms.text),
                    crate::print::on(&terms.review_on)
                )
            }),
            moves,
            open: self
                .open_about(read, &file)?
                .into_iter()
                .map(open_view)
                .collect(),
            due: self.due_views(&file),
            checklist: self.checklist_views(&file),
            signatories: file
                .signatories
                .iter()
                .map(|one| signatory_view(&file, one, proofs.of_part(&one.id)))
                .collect(),
            signatory_roles: domain::signatory::ROLES
                .iter()
                .map(|(value, label)| c::Choice {
                    value: (*value).to_owned(),
                    label: (*label).to_owned(),
                })
                .collect(),
            red_flags: self.red_flag_views(&file, &names),
            flags: rules
                .in_use()
                .flat_map(|pack| pack.list(Part::RedFlag))
                .map(|one| c::Choice {
                    value: one.id.clone(),
                    label: one.label.clone(),
                })
                .collect(),
            abandoned_on: self.abandoned_on(read, &file)?,
            risk: risk_view(&file, &rules, &names),
            letters: self.letter_views(read, &file, &names)?,
            redress: file
                .redress
                .iter()
                .map(|one| redress_view(one, &names))
                .collect(),
            merged_into: file.merged_into.clone(),
            notice: file.notice.as_ref().map(|notice| {
                let text = notice
                    .text
                    .as_ref()
                    .map(|text| format!(", text: {text}"))
                    .unwrap_or_default();
                format!(
                    "Shown on {} ({}{text}).",
                    crate::print::on(&notice.delivered_on),
                    notice.channel
                )
            }),
            clocks,
            custom: file
                .custom
                .iter()
                .map(|(label, value)| c::Choice {
                    value: value.clone(),
                    label: label.clone(),
                })
                .collect(),
            us_tests: pack
                .us_person_tests()
                .map(|(value, label)| c::Choice {
                    value: value.to_owned(),
                    label: label.to_owned(),
                })
                .collect(),
        })
    }
}

/// A field that a rule pack adds.
fn added_view(field: Added<'_>, value: Option<&String>, proofs: Vec<c::ProofView>) -> c::FieldView {
    c::FieldView {
        id: field.rule.field.clone(),
        label: field.rule.label.clone(),
        input: field.input.word().to_owned(),
        multiple: false,
        required: true,
        present: value.is_some(),
        absent_reason: None,
        rule: Some(words::rule_note(field.rule)),
        source: None,
        recorded_at: None,
        recorded_by: None,
        notes: Vec::new(),
        masked: false,
        off: false,
        proofs,
        values: value.into_iter().cloned().collect(),
    }
}

fn payment_view(payment: &Payment, proofs: Vec<c::ProofView>) -> c::PaymentView {
    let (identifier, masked) = super::past::shown_identifier(payment.identifier.as_deref());
    c::PaymentView {
        masked,
        id: payment.id.clone(),
        kind: payment.kind.clone(),
        institution: payment.institution.clone(),
        source: payment.source.clone(),
        identifier,
        country: payment.country.clone(),
        proofs,
    }
}
