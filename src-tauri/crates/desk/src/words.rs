//! The desk's own words for ids and kinds: what a person reads.

mod handling;
mod written;

use crate::customers::past;
use contract as c;
use domain::{
    casefile::Taken,
    cases,
    change::{Approval, Change},
    customer, field,
    machine::Ask,
    pack::{Coded, RequiredField},
    programme::Stated,
    record::{self, Plan},
    rulebook::Rulebook,
};

/// The paragraph that asks for a field.
pub(crate) fn rule_note(item: &RequiredField) -> c::RuleNote {
    c::RuleNote {
        cite: item.cite.clone(),
        text: item.text.clone(),
        confidence: item.confidence.word().to_owned(),
        verified: item.confidence.is_verified(),
    }
}

/// The paragraph behind a row of one of a pack's lists.
pub(crate) fn coded_note(row: &Coded) -> c::RuleNote {
    c::RuleNote {
        cite: row.cite.clone(),
        text: row.text.clone(),
        confidence: row.confidence.word().to_owned(),
        verified: row.confidence.is_verified(),
    }
}

/// Words of a closed list, as a person chooses among them.
pub(crate) fn choices(list: &[(&str, &str)]) -> Vec<c::Choice> {
    list.iter()
        .map(|(value, label)| c::Choice {
            value: (*value).to_owned(),
            label: (*label).to_owned(),
        })
        .collect()
}

/// How sure a pack is of a number or text, in words.
pub(crate) fn confidence(word: &str) -> &str {
    match word {
        "seen" => "Read in a retrieved passage",
        "memory" => "From memory",
        "memory-low" => "From memory, and doubtful",
        "design" => "Our own",
        other => other,
    }
}

/// The words as a sentence: with a full stop where they end without a mark.
pub(crate) fn sentence(words: &str) -> String {
    let words = words.trim();
    if words.ends_with(['.', '!', '?', '…', '。']) {
        words.to_owned()
    } else {
        format!("{words}.")
    }
}

/// A group of fields.
pub(crate) fn section(id: &str) -> &str {
    match id {
        "identity" => "Identity",
        "place" => "Address and places of use",
        "contact" => "Contact",
        "added" => "Asked for by another rule pack",
        _ => "More",
    }
}

/// Where a value came from, by the kind of entry that set it.
pub(crate) fn source(kind: &str) -> String {
    match kind {
        "customer.recorded" => "First record",
        "customer.changed" => "Change",
        other => other,
    }
    .to_owned()
}

/// Where a value came from, as an entry's source says it.
pub(crate) fn value_source(source: &str) -> &str {
    match source {
        "form" => "Typed in a form",
        _ if source.starts_with("document ") => "Read from a document",
        other => other,
    }
}

/// What a line may show of a field's values: sensitive ones are masked.
fn lined(id: &str, values: &[String]) -> String {
    let shown = crate::customers::values::shown(id, values);
    let words: Vec<String> = shown
        .iter()
        .map(|value| crate::customers::values::worded(id, value))
        .collect();
    words.join("; ")
}

fn label(id: &str) -> String {
    field::find(id).map_or(id, |field| field.label).to_owned()
}

fn line(label: impl Into<String>, before: Option<String>, after: Option<String>) -> c::ChangeLine {
    c::ChangeLine {
        label: label.into(),
        before: before.filter(|text| !text.is_empty()),
        after: after.filter(|text| !text.is_empty()),
    }
}

/// What was recorded of the programme.
fn programme_stated(stated: &Stated) -> (&'static str, String, Vec<c::ChangeLine>) {
    let until = |to: &Option<String>| line("Until", None, to.clone());
    match stated {
        Stated::Standing(one) => (
            "decisions",
            "What the organization is to the rule was stated".to_owned(),
            vec![
                new("Role", &one.role),
                new("Organized in", &one.jurisdiction),
                new("New provider", if one.new_provider { "yes" } else { "no" }),
                new("Why", &one.reason),
            ],
        ),
        Stated::Headcount(one) => (
            "edits",
            "The number of employees was stated".to_owned(),
            vec![
                new("Employees", one.employees.to_string()),
                new("As of", &one.as_of),
            ],
        ),
        Stated::Product(one) => (
            "decisions",
            format!("Scope of {} recorded", one.name),
            [new("In scope", &one.in_scope), new("Why", &one.reason)]
                .into_iter()
                .chain(one.made_of.iter().map(made_of))
                .collect(),
        ),
        Stated::Cip(one) => (
            "documents",
            format!("Version {} of the own CIP recorded", one.version),
            vec![
                new("In force from", &one.effective_from),
                new("Approved by", &one.approver),
                new("Elements marked", one.elements.len().to_string()),
            ],
        ),
        Stated::Assessment(one) => (
            "decisions",
            format!("Assessment of the risks of {} recorded", one.on),
            one.heads
                .iter()
                .map(|(id, head)| new(id, format!("{}: {}", head.rating, head.text)))
                .chain([new("Reviewer", &one.reviewer)])
                .chain(one.landscape_of.iter().map(made_of))
                .collect(),
        ),
        Stated::Contact(one) => (
            "edits",
            format!(
                "{} {} recorded",
                if one.primary {
                    "Primary contact"
                } else {
                    "Contact"
                },
                one.name
            ),
            vec![
                new("From", &one.from),
                until(&one.to),
                new("Title", &one.title),
            ],
        ),
        Stated::Reliance(one) => (
            "decisions",
            format!("Reliance on the CIP of {} recorded", one.provider),
            vec![
                new("Version", &one.version),
                new("From", &one.from),
                until(&one.to),
            ],
        ),
    }
}

fn new(label: &str, after: impl Into<String>) -> c::ChangeLine {
    line(label, None, Some(after.into()))
}

/// The text that a memo was made of.
fn made_of(made: &domain::letter::MadeOf) -> c::ChangeLine {
    new(
        "Made of",
        format!(
            "{} version {}, {}",
            made.template, made.version, made.language
        ),
    )
}

/// What a case ended over, and why.
fn left_open(left: &domain::closing::LeftOpen) -> Vec<c::ChangeLine> {
    let items = left.items.iter().map(|one| new("Left open", one));
    items.chain([new("Closed anyway", &left.reason)]).collect()
}

/// The line of an approval. It holds the key that signed; whose key that is, a list of members says.
pub(crate) const APPROVAL: &str = "Approved with the key of";

/// Who approved, and why one person alone did.
fn approved(approval: &Approval) -> Vec<c::ChangeLine> {
    let mut lines = vec![new(APPROVAL, &approval.fingerprint)];
    lines.extend(
        approval
            .override_reason
            .as_ref()
            .map(|reason| new("One person alone", reason)),
    );
    lines
}

/// Two states of an owner or account, value by value.
fn compared(
    before: Vec<domain::proof::PartValue>,
    after: Vec<domain::proof::PartValue>,
) -> Vec<c::ChangeLine> {
    let mut before: std::collections::BTreeMap<String, String> = past::worded("", before)
        .into_iter()
        .map(|one| (one.label, one.words))
        .collect();
    let mut lines: Vec<c::ChangeLine> = past::worded("", after)
        .into_iter()
        .map(|one| {
            let old = before.remove(&one.label);
            line(one.label, old, Some(one.words))
        })
        .collect();
    lines.extend(
        before
            .into_iter()
            .map(|(label, value)| line(label, Some(value), None)),
    );
    lines
}

fn counted(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

fn case_state<'a>(case: &str, state: &'a str) -> &'a str {
    cases::machine_of(case).map_or(state, |machine| machine.label(state))
}

/// The step's own label where it is an event within a state, else the state it led to.
fn case_step(case: &str, taken: &Taken) -> String {
    let machine = cases::machine_of(case);
    let event = machine
        .filter(|_| taken.step != taken.state)
        .and_then(|machine| machine.steps.iter().find(|step| step.id == taken.step));
    match event {
        Some(step) => format!("{case}: {}", step.label),
        None => format!("{case}: {}", case_state(case, &taken.state)),
    }
}

/// Answers, a line each, in the words of the rule packs.
fn answered<'a>(
    machine: Option<&'a domain::machine::Machine>,
    answers: &'a domain::machine::Answers,
    rules: &'a Rulebook,
) -> impl Iterator<Item = c::ChangeLine> + 'a {
    answers.iter().map(move |(id, values)| {
        let question = machine.and_then(|machine| {
            machine.question(id).or_else(|| {
                machine
                    .items
                    .iter()
                    .flat_map(|item| {
                        item.fields
                            .iter()
                            .chain(item.steps.iter().flat_map(|step| step.asks))
                    })
                    .find(|question| question.id == id)
            })
        });
        let said = match question {
            // A document is known by its name, which is its record's to say.
            Some(question) if matches!(question.ask, Ask::Documents) => match values.len() {
                1 => "1 document".to_owned(),
                many => format!("{many} documents"),
            },
            Some(question) => {
                let read: Vec<String> = values
                    .iter()
                    .map(|value| question.read(value, rules))
                    .collect();
                read.join(", ")
            }
            None => values.join(", "),
        };
        new(
            question.map_or(id.as_str(), |question| question.label),
            said,
        )
    })
}

/// An entry in words: group, title, and what changed line by line; what stayed as it was is left out.
pub(crate) fn change(change: &Change) -> (&'static str, String, Vec<c::ChangeLine>) {
    told(change, &Rulebook::default())
}

/// The same, with what was chosen from a pack's list in that list's words.
pub(crate) fn told(
    change: &Change,
    rules: &Rulebook,
) -> (&'static str, String, Vec<c::ChangeLine>) {
    let (group, title, mut lines) = all(change, rules);
    lines.retain(|line| line.before != line.after);
    (group, title, lines)
}

fn all(change: &Change, rules: &Rulebook) -> (&'static str, String, Vec<c::ChangeLine>) {
    match change {
        Change::VaultCreated { organisation } => (
            "edits",
            format!("Vault created for {}", organisation.name),
            vec![new("Time zone", &organisation.zone)],
        ),
        Change::StaffAdded { staff } => (
            "edits",
            format!("{} joined as {}", staff.name, staff.label),
            vec![new("Signing key", &staff.approval_key)],
        ),
        Change::StaffRoles {
            label,
            before,
            roles,
        } => (
            "edits",
            format!("{label} has other roles"),
            vec![line(
                "Roles",
                Some(before.join(", ")),
                Some(roles.join(", ")),
            )],
        ),
        Change::StaffRevoked { label, on } => (
            "edits",
            format!("{label} was revoked"),
            vec![new("Until", on)],
        ),
        Change::StaffEnrolled { staff, by_recovery } => (
            "edits",
            if *by_recovery {
                format!("{} got new keys by the recovery key", staff.name)
            } else {
                format!("{} was enrolled again with new keys", staff.name)
            },
            vec![new("Signing key", &staff.approval_key)],
        ),
        Change::KeysRotated { generation } => (
            "edits",
            format!("The vault has other keys, generation {generation}"),
            Vec::new(),
        ),
        Change::RecoveryMade { keys, instead } => (
            "edits",
            if *instead {
                "The recovery key was replaced".to_owned()
            } else {
                "A recovery key was added".to_owned()
            },
            vec![new("Recovery keys now", keys.to_string())],
        ),
        Change::PassphraseChanged { label } => (
            "edits",
            format!("{label} changed the passphrase"),
            Vec::new(),
        ),
        Change::VaultImported { entries, head } => (
            "edits",
            "Everything before was imported from a full export".to_owned(),
            vec![
                new("Entries imported", entries.to_string()),
                new("Head of their journal", head.clone()),
            ],
        ),
        Change::RollbackAccepted { remembered } => (
            "edits",
            "A vault other than the one remembered was accepted".to_owned(),
            vec![new("Entries remembered", remembered.to_string())],
        ),
        Change::CustomerRecorded {
            reference,
            fields,
            source,
            owners,
            accounts,
            ..
        } => {
            let mut lines: Vec<c::ChangeLine> = fields
                .iter()
                .map(|(id, values)| new(&label(id), lined(id, values)))
                .collect();
            lines.extend(owners.iter().map(|owner| new("Owner", &owner.name)));
            lines.extend(
                accounts
                    .iter()
                    .map(|account| new("Account", &account.account_ref)),
            );
            ("edits", format!("{reference} recorded ({source})"), lines)
        }
        Change::CustomerChanged {
            before,
            after,
            source,
            ..
        } => {
            let lines: Vec<c::ChangeLine> = after
                .iter()
                .map(|(id, values)| {
                    line(
                        label(id),
                        before.get(id).map(|old| lined(id, old)),
                        Some(lined(id, values)),
                    )
                })
                .collect();
            let what: Vec<String> = lines.iter().map(|line| line.label.clone()).collect();
            let from = if source == "form" {
                String::new()
            } else {
                format!(" ({})", value_source(source).to_lowercase())
            };
            ("edits", format!("{} changed{from}", what.join(", ")), lines)
        }
        Change::OwnerRecorded { before, owner, .. } => {
            let verb = match before {
                None => "added",
                Some(old) if old.valid_to.is_none() && owner.valid_to.is_some() => "ended",
                Some(_) => "changed",
            };
            (
                "edits",
                format!("Owner {} {verb}", owner.name),
                match before {
                    None => vec![new("Holds", held_words(&owner.interests))],
                    Some(before) => compared(before.values(), owner.values()),
                },
            )
        }
        Change::NoneIdentified { none, .. } => match none {
            Some(none) => (
                "decisions",
                "Nobody is found who owns enough to count".to_owned(),
                vec![new("Why", &none.explanation)],
            ),
            None => (
                "edits",
                "\"Nobody owns enough\" taken back".to_owned(),
                Vec::new(),
            ),
        },
        Change::AccountRecorded {
            before, account, ..
        } => {
            let verb = if before.is_none() { "added" } else { "changed" };
            let lines = compared(
                before
                    .as_ref()
                    .map(customer::Account::values)
                    .unwrap_or_default(),
                account.values(),
            );
            (
                "edits",
                format!("Account {} {verb}", account.account_ref),
                lines,
            )
        }
        Change::NoticeDelivered { notice, .. } => (
            "messages",
            "Notice shown to the customer".to_owned(),
            vec![new("How", &notice.channel)],
        ),
        Change::Determined { determination, .. } => {
            let outcome = match determination.outcome {
                customer::UsStatus::Us => "U.S. person",
                customer::UsStatus::Foreign => "foreign person",
                customer::UsStatus::Undetermined => "cannot tell",
            };
            (
                "decisions",
                format!("{} determined: {outcome}", determination.about),
                vec![new("Rests on", &determination.evidence)],
            )
        }
        Change::Verified { verification, .. } => (
            "decisions",
            format!(
                "{} verified by the {} method: {}",
                verification.about,
                verification.method.replace('_', "-"),
                verification.result
            ),
            vec![new("Basis", &verification.basis)],
        ),
        Change::DiscrepancyRecorded { discrepancy, .. } => (
            "decisions",
            if discrepancy.resolution.is_some() {
                format!("Discrepancy resolved: {}", discrepancy.what)
            } else {
                format!("Discrepancy: {}", discrepancy.what)
            },
            vec![
                {
                    let (claimed, found) = discrepancy.shown();
                    line(&discrepancy.source, Some(claimed), Some(found))
                },
                new(
                    "Resolution",
                    discrepancy.resolution.as_deref().unwrap_or("open"),
                ),
            ],
        ),
        Change::CustomerAdvanced {
            from,
            to,
            approval,
            how,
            ..
        } => {
            let machine = &domain::onboarding::MACHINE;
            let mut lines = vec![line(
                "State",
                Some(machine.label(from).to_owned()),
                Some(machine.label(to).to_owned()),
            )];
            lines.extend(how.trigger.map(|trigger| new("Opened by", trigger.label())));
            lines.extend(
                how.target_on
                    .as_ref()
                    .map(|day| new("To be decided by", day)),
            );
            lines.extend(
                how.target_ended
                    .as_ref()
                    .map(|ended| new("Target", format!("{}, {}", ended.on, ended.outcome))),
            );
            lines.extend(how.left_open.iter().flat_map(left_open));
            lines.extend(how.made_of.iter().map(made_of));
            lines.extend(approval.iter().flat_map(approved));
            let by = if how.automatic { " by itself" } else { "" };
            (
                "decisions",
                format!("Case moved to \"{}\"{by}", machine.label(to)),
                lines,
            )
        }
        Change::SignatoryRecorded {
            before, signatory, ..
        } => (
            "edits",
            match (before, &signatory.valid_to) {
                (None, _) => format!("Signatory recorded: {}", signatory.name),
                (Some(_), Some(day)) => format!("{} ceased on {day}", signatory.name),
                (Some(_), None) => format!("Signatory changed: {}", signatory.name),
            },
            vec![
                new("Role", domain::signatory::role_label(&signatory.role)),
                line(
                    "Authority",
                    before.as_ref().map(|before| before.authority.clone()),
                    Some(signatory.authority.clone()),
                ),
            ],
        ),
        Change::RedFlagRecorded { flag, .. } => (
            "decisions",
            match &flag.outcome {
                None => format!("Red flag: {}", flag.what),
                Some(_) => format!("Red flag looked at: {}", flag.what),
            },
            vec![
                new("Source", &flag.source),
                new("Seen on", &flag.seen_on),
                new("Outcome", flag.outcome.as_deref().unwrap_or("open")),
            ],
        ),
        Change::HouseRulesSet { before, after } => (
            "edits",
            "The house's rules of a case changed".to_owned(),
            before
                .lines()
                .into_iter()
                .zip(after.lines())
                .filter(|(was, now)| was.1 != now.1)
                .map(|(was, now)| line(was.0, Some(was.1), Some(now.1)))
                .collect(),
        ),
        Change::KeptLonger { kept, .. } => (
            "decisions",
            match kept {
                Some(kept) => format!("Kept longer, until {}", kept.review_on),
                None => "Kept no longer than it must be".to_owned(),
            },
            Vec::new(),
        ),
        Change::HoldPlaced { hold } => (
            "decisions",
            format!("Legal hold for {}", hold.authority),
            match hold.scope.as_slice() {
                [] => vec![new("Covers", "every customer".to_owned())],
                scope => vec![new("Covers", scope.join(", "))],
            },
        ),
        Change::HoldReleased { release, .. } => (
            "decisions",
            format!("Legal hold released: {}", release.writing),
            approved(&release.approval),
        ),
        Change::DisposalApproved { disposal } => (
            "decisions",
            format!(
                "Disposal of {} approved",
                counted(disposal.customers.len(), "customer")
            ),
            approved(&disposal.approval),
        ),
        Change::Disposed {
            disposal,
            destroyed,
            ..
        } => (
            "decisions",
            format!("Records disposed of under {disposal}"),
            vec![
                new("Entries", destroyed.entries.len().to_string()),
                new("Documents", destroyed.documents.len().to_string()),
                new("Access records", destroyed.access_records.to_string()),
            ],
        ),
        Change::AccessDisposed { left, .. } => (
            "edits",
            format!(
                "Access records disposed of, out of {}",
                counted(left.len(), "import")
            ),
            Vec::new(),
        ),
        Change::DisposalDone { done, .. } => (
            "decisions",
            "Disposal carried out and looked over".to_owned(),
            vec![new(
                "Looked for afterwards",
                format!("{}, none found", done.looked_for),
            )],
        ),
        Change::Imported {
            file,
            rows,
            created,
            updated,
            unchanged,
            skipped,
            ..
        } => (
            "edits",
            format!("{file} imported: {rows} rows"),
            vec![
                new("New", created.to_string()),
                new("Changed", updated.to_string()),
                new("As before", unchanged.to_string()),
                new("Left out", skipped.to_string()),
            ],
        ),
        Change::MappingSaved { name, columns, .. } => (
            "edits",
            format!("Columns saved as {name}"),
            columns
                .iter()
                .map(|(theirs, ours)| new(theirs, ours.as_str()))
                .collect(),
        ),
        Change::ImportUndone {
            file,
            removed,
            restored,
            ..
        } => (
            "edits",
            format!("The import of {file} was undone"),
            vec![
                new("Taken out", removed.to_string()),
                new("As before", restored.to_string()),
            ],
        ),
        Change::CustomerRemoved { import, .. } => (
            "edits",
            format!("Taken out with the import of entry {import}"),
            Vec::new(),
        ),
        Change::LetterSaved { before, letter, .. } => (
            "messages",
            match (&letter.sent, before) {
                (Some(sent), _) => format!(
                    "Letter {} went out: {} ({})",
                    letter.id, letter.subject, sent.channel
                ),
                (None, None) => format!("Letter {} written: {}", letter.id, letter.subject),
                (None, Some(_)) => format!("Letter {} changed: {}", letter.id, letter.subject),
            },
            Vec::new(),
        ),
        Change::TemplateSaved { template } => (
            "edits",
            format!(
                "Text \"{}\" version {}, {}",
                template.title, template.version, template.language
            ),
            Vec::new(),
        ),
        Change::RiskDecided { decided, .. } => match decided {
            Some(decided) => (
                "decisions",
                format!("Risk decided: {}", decided.tier),
                vec![new("Why", &decided.reason)],
            ),
            None => (
                "decisions",
                "Risk is rated by points again".to_owned(),
                Vec::new(),
            ),
        },
        Change::RedressRecorded { redress, .. } => (
            "messages",
            match &redress.outcome {
                Some(outcome) => format!("Redress {} answered: {outcome}", redress.id),
                None => format!("Redress {} asked for: {}", redress.id, redress.what),
            },
            Vec::new(),
        ),
        Change::KeptApart { apart, .. } => (
            "decisions",
            format!("Not the same customer as {}", apart.other),
            vec![new("Why", &apart.reason)],
        ),
        Change::CustomerMerged { other, .. } => (
            "decisions",
            format!("{other} was merged into this record"),
            Vec::new(),
        ),
        Change::MergedAway { into, .. } => ("decisions", format!("Merged into {into}"), Vec::new()),
        Change::MergeUndone { other, merge, .. } => (
            "decisions",
            format!("The merge with {other} of entry {merge} was taken back"),
            Vec::new(),
        ),
        Change::CustomerRestored { import, .. } => (
            "edits",
            format!("As it was before entry {import}"),
            Vec::new(),
        ),
        Change::AccessImported {
            source, rows, upto, ..
        } => (
            "edits",
            match upto {
                None => format!("{rows} access records from {source}"),
                Some(upto) => {
                    format!("{rows} access records from {source}, read up to its record {upto}")
                }
            },
            Vec::new(),
        ),
        Change::DocumentAttached { document } => (
            "documents",
            match document.kind.as_str() {
                "other" => "Document attached".to_owned(),
                kind => format!("{} attached", record::document_type_label(kind)),
            },
            vec![
                new("Name", &document.name),
                new("SHA-256", &document.sha256),
            ],
        ),
        Change::DocumentReviewed { review, .. } => {
            let mut lines: Vec<c::ChangeLine> = review
                .facts
                .iter()
                .map(|fact| {
                    let name = domain::review::asked_of(&review.kind)
                        .iter()
                        .find(|asked| asked.id == fact.field)
                        .map_or(fact.field.as_str(), |asked| asked.label);
                    new(name, lined(&fact.field, std::slice::from_ref(&fact.value)))
                })
                .collect();
            lines.extend(
                review
                    .to_customer
                    .iter()
                    .map(|text| new("To the customer", text)),
            );
            (
                "decisions",
                format!(
                    "{} of {}: {}",
                    record::document_type_label(&review.kind),
                    review.about,
                    domain::review::decision_label(&review.decision).to_lowercase()
                ),
                lines,
            )
        }
        Change::ProofRecorded { proof, holds, .. } => {
            let part = proof.of != *change.subject();
            let values: Vec<String> = proof
                .values
                .iter()
                .map(|value| domain::proof::label(value, part))
                .collect();
            let whose = if part {
                format!(" of {}", proof.of)
            } else {
                String::new()
            };
            (
                "documents",
                if *holds {
                    format!("Document named as proof{whose}")
                } else {
                    format!("Document named as proof no longer{whose}")
                },
                vec![new(&proof.name, values.join(", "))],
            )
        }
        Change::ValueRevealed { field, .. } => (
            "edits",
            format!(
                "{} was shown unmasked",
                match (field.as_str(), field.split_once(':')) {
                    ("document_number", _) => "Document number".to_owned(),
                    (_, Some(("payment", id))) => format!("Means of payment {id}"),
                    (_, Some(("discrepancy", id))) => format!("Discrepancy {id}"),
                    (other, _) => label(other),
                }
            ),
            Vec::new(),
        ),
        Change::ResellerRecorded { before, reseller } => {
            let verb = if before.is_none() {
                "registered"
            } else {
                "changed"
            };
            (
                "edits",
                format!("Reseller {} {verb}", reseller.name),
                vec![line(
                    "Country",
                    before.as_ref().map(|old| old.country.clone()),
                    Some(reseller.country.clone()),
                )],
            )
        }
        Change::ResellerOverseen { before, after, .. } => {
            let said = |one: &Option<String>| one.clone();
            let mut lines = vec![
                line(
                    "Other names",
                    Some(before.names.join("; ")),
                    Some(after.names.join("; ")),
                ),
                line("Buys from", said(&before.upstream), said(&after.upstream)),
                line("Contract clause", said(&before.clause), said(&after.clause)),
                line(
                    "Customers that came through it",
                    Some(before.customers.join(", ")),
                    Some(after.customers.join(", ")),
                ),
            ];
            let ai = |one: &domain::oversight::Oversight| {
                one.ai_reporting
                    .as_ref()
                    .map(|known| if known.ok { "yes" } else { "no" }.to_owned())
            };
            lines.push(line("Reports AI training", ai(before), ai(after)));
            if let Some(one) = after
                .attestations
                .get(before.attestations.len()..)
                .and_then(<[_]>::first)
            {
                lines.push(new("Attestation", format!("{}, {}", one.on, one.signatory)));
            }
            if let Some(one) = after
                .counts
                .get(before.counts.len()..)
                .and_then(<[_]>::first)
            {
                lines.push(new(
                    "Counts",
                    format!(
                        "{} customers, {} not verified, as of {}",
                        one.customers, one.unverified, one.as_of
                    ),
                ));
            }
            if let Some(one) = after
                .reviews
                .get(before.reviews.len()..)
                .and_then(<[_]>::first)
            {
                let met = one
                    .marks
                    .values()
                    .filter(|mark| mark.standing == "met")
                    .count();
                lines.push(new(
                    "Review",
                    format!(
                        "{} on {}: {met} of {} met",
                        one.cip,
                        one.on,
                        one.marks.len()
                    ),
                ));
            }
            (
                "edits",
                "What is known of the reseller changed".to_owned(),
                lines,
            )
        }
        Change::ProgrammeStated { stated } => programme_stated(stated),
        Change::CipFiled { cip } => (
            "documents",
            format!("CIP version {} filed", cip.version),
            vec![new("In force from", &cip.effective_from)],
        ),
        Change::CaseOpened { case } => {
            let what = cases::machine(&case.kind).map_or("Case", |machine| machine.title);
            (
                "messages",
                format!("{what} recorded"),
                vec![new("Received", &case.received), new("Text", &case.text)],
            )
        }
        Change::DrillSkipped { ms } => (
            "edits",
            format!(
                "The rehearsal's clock was put forward by {} hours",
                ms / 3_600_000
            ),
            Vec::new(),
        ),
        Change::PackAdopted { pack } => (
            "decisions",
            format!("Rule pack {} {} adopted", pack.id, pack.version),
            vec![
                new("From", &pack.source),
                new("Signature", &pack.vouched),
                new("SHA-256", &pack.sha256),
            ],
        ),
        Change::FieldSwitched { field, on } => (
            "decisions",
            format!(
                "{} is {}",
                label(field),
                if *on {
                    "collected from now on"
                } else {
                    "collected no longer; what is recorded stays"
                }
            ),
            Vec::new(),
        ),
        Change::PackRetired { id } => ("decisions", format!("Rule pack {id} retired"), Vec::new()),
        Change::CaseAdvanced {
            case, from, taken, ..
        } => (
            "decisions",
            case_step(case, taken),
            std::iter::once(line(
                "State",
                Some(case_state(case, from).to_owned()),
                Some(case_state(case, &taken.state).to_owned()),
            ))
            .chain(answered(cases::machine_of(case), &taken.answers, rules))
            .chain(taken.left_open.iter().flat_map(left_open))
            .chain(taken.made_of.iter().map(made_of))
            .collect(),
        ),
        Change::CaseItem {
            case, before, item, ..
        } => {
            let machine = cases::machine_of(case);
            let kind = machine.and_then(|machine| machine.item(&item.kind));
            let state =
                |state: &str| kind.map_or(state.to_owned(), |kind| kind.label(state).to_owned());
            let taken = before.as_ref().and_then(|_| item.path.last());
            let answers = taken.map_or(&item.fields, |taken| &taken.answers);
            (
                "decisions",
                match before {
                    None => format!(
                        "{case}: {} added: {}",
                        kind.map_or("part", |kind| kind.title),
                        item.label
                    ),
                    Some(_) => format!("{case}: {}: {}", item.label, state(&item.state)),
                },
                std::iter::once(line(
                    "State",
                    before.as_ref().map(|before| state(&before.state)),
                    Some(state(&item.state)),
                ))
                .chain(answered(machine, answers, rules))
                .chain(taken.and_then(|taken| taken.made_of.as_ref()).map(made_of))
                .collect(),
            )
        }
        Change::CaseWork { case, work } => {
            let (what, lines) = work_words(work);
            ("edits", format!("{case}: {what}"), lines)
        }
        Change::UsageImported {
            file,
            lines,
            duplicates,
            skipped,
            ..
        } => (
            "edits",
            format!("Accelerator hours imported from {file}"),
            vec![
                new("Lines", lines.len().to_string()),
                new("There already", duplicates.to_string()),
                new("Left out", skipped.to_string()),
            ],
        ),
        Change::CaseChanged {
            case,
            before,
            after,
        } => {
            let machine = cases::machine_of(case);
            let mut lines = vec![
                line(
                    "Customers",
                    Some(before.subjects.join(", ")),
                    Some(after.subjects.join(", ")),
                ),
                line(
                    "Resellers",
                    Some(before.resellers.join(", ")),
                    Some(after.resellers.join(", ")),
                ),
                line(
                    "Related cases",
                    Some(before.related.join(", ")),
                    Some(after.related.join(", ")),
                ),
            ];
            for id in before.fields.keys().chain(
                after
                    .fields
                    .keys()
                    .filter(|id| !before.fields.contains_key(*id)),
            ) {
                let label = machine
                    .and_then(|machine| machine.question(id))
                    .map_or(id.as_str(), |question| question.label);
                let words = |fields: &domain::machine::Answers| {
                    fields.get(id).map(|values| values.join(", "))
                };
                lines.push(line(label, words(&before.fields), words(&after.fields)));
            }
            ("edits", format!("{case}: what is known changed"), lines)
        }
        Change::ClockStarted { clock } => (
            "clocks",
            format!(
                "Clock {} started: due {}",
                clock.reference, clock.computed.due
            ),
            vec![
                new("Rule", &clock.computed.clock),
                new("Day 0", clock.computed.day0.to_string()),
            ],
        ),
        Change::ClockRevised { clock } => {
            let last = clock.revisions.last();
            let what = match last.map(|one| one.kind.as_str()) {
                Some("extended") => "extended",
                Some("adopted") => "taken over to another version of its pack",
                Some("re-anchored") => "counts from a later event",
                Some("confirmed") => "confirmed",
                _ => "corrected",
            };
            (
                "clocks",
                format!(
                    "Clock {} {what}: due {}",
                    clock.reference, clock.computed.due
                ),
                vec![line(
                    "Due",
                    last.map(|one| one.due_before.clone()),
                    Some(clock.computed.due.to_string()),
                )],
            )
        }
        Change::TaskSet { before, task, .. } => {
            let (title, lines) = handling::task(before.as_deref(), task);
            ("edits", title, lines)
        }
        Change::CommentMade { comment, .. } => {
            let (title, lines) = handling::comment(comment);
            ("edits", title, lines)
        }
        Change::HandlingSet { before, after, .. } => {
            let (title, lines) = handling::handling(before, after);
            ("edits", title, lines)
        }
        Change::ViewSaved { before, view } => {
            let (title, lines) = handling::view(before.as_ref(), view.as_ref());
            ("edits", title, lines)
        }
        Change::ClockPlanned { clock, plan } => {
            let what = match plan {
                Plan::Assigned { to: Some(to) } => format!("{clock} assigned to {to}"),
                Plan::Assigned { to: None } => {
                    format!("{clock} assigned to nobody")
                }
                Plan::Snoozed { until: Some(day) } => {
                    format!("{clock} out of my work until {day}")
                }
                Plan::Snoozed { until: None } => format!("{clock} back in my work"),
                Plan::Met { id, on } => format!("{clock}: internal target {id} met on {on}"),
                Plan::Paused { reason, .. } => format!("{clock}: internal targets rest ({reason})"),
                Plan::Resumed { .. } => format!("{clock}: internal targets go on"),
            };
            ("clocks", what, Vec::new())
        }
        Change::ClockStopped { clock, stop } => {
            let late = if stop.days_late > 0 {
                format!(", {} days late", stop.days_late)
            } else {
                String::new()
            };
            (
                "clocks",
                format!("Clock {clock} {}{late}", stop.outcome),
                vec![new("By", &stop.by), new("On", &stop.on)],
            )
        }
        Change::FilingDrafted { filing } => {
            ("edits", format!("{} drafted", filing.reference), Vec::new())
        }
        Change::FilingEdited {
            filing,
            before,
            after,
        } => (
            "edits",
            format!("{filing} edited"),
            written::lines(filing, before, after),
        ),
        Change::FilingValidated {
            filing, content, ..
        } => (
            "decisions",
            format!("{filing} validated"),
            vec![new("Content SHA-256", content)],
        ),
        Change::FilingApproved {
            filing,
            content,
            approval,
            ..
        } => (
            "decisions",
            format!("{filing} approved"),
            vec![
                new("Content SHA-256", content),
                new(APPROVAL, &approval.fingerprint),
            ],
        ),
        Change::KeyKnown { before, key } => (
            "decisions",
            match (key.standing(), before) {
                ("seen", None) => format!("Key of {} seen first", key.label),
                ("seen", Some(_)) => format!("Key of {}: note changed", key.label),
                ("trusted", _) => format!("Key of {} trusted", key.label),
                _ => format!("Key of {} withdrawn", key.label),
            },
            [
                Some(new("Key", &key.fingerprint)),
                Some(new("Signs as", &key.principal)),
                key.trusted.as_ref().map(|word| new("Compared", &word.how)),
                key.withdrawn.as_ref().map(|word| new("Why", &word.how)),
            ]
            .into_iter()
            .flatten()
            .collect(),
        ),
        Change::KeyBound {
            label,
            before,
            keys,
            ..
        } => (
            "decisions",
            if keys.len() > before.len() {
                format!("{label} bound a key to sign filings with")
            } else {
                format!("{label} released a key")
            },
            keys.iter()
                .filter(|key| !before.contains(key))
                .chain(before.iter().filter(|key| !keys.contains(key)))
                .map(|key| new("Key", &key.fingerprint))
                .collect(),
        ),
        Change::BundleReceived { bundle } => (
            "documents",
            format!("{} imported: {}", bundle.reference, bundle.name),
            [
                Some(new("Signed by", &bundle.principal)),
                Some(new("Key", &bundle.fingerprint)),
                Some(new("Known as", &bundle.standing)),
                bundle.why.as_ref().map(|why| new("Why anyway", why)),
                Some(new("SHA-256", &bundle.sha256)),
            ]
            .into_iter()
            .flatten()
            .collect(),
        ),
        Change::IntakeAsked { intake } => (
            "messages",
            format!("{} asks by file", intake.reference),
            vec![new("Answers are encrypted to", &intake.recipient)],
        ),
        Change::IntakeAnswered { intake, answer, .. } => (
            "documents",
            format!("An answer to {intake} came; it counts once its key was compared"),
            vec![
                new("Answered by", &answer.stated.answered_by),
                new("Key", &answer.fingerprint),
                new("SHA-256", &answer.sha256),
            ],
        ),
        Change::IntakeJudged {
            intake, verdict, ..
        } => (
            "decisions",
            if verdict.taken {
                format!("The answer to {intake} entered the register as the reseller's statement")
            } else {
                format!("The answer to {intake} was refused")
            },
            vec![new(
                if verdict.taken { "Compared" } else { "Why" },
                &verdict.word.how,
            )],
        ),
        Change::IntakeWithdrawn { intake, word, .. } => (
            "decisions",
            format!("{intake} was withdrawn"),
            vec![new("Why", &word.how)],
        ),
        Change::FilingAnswered { filing, reply } => (
            "messages",
            format!("{filing} {}", reply.outcome),
            vec![new("On", &reply.on), new("Their words", &reply.reference)],
        ),
        Change::FilingSealed {
            filing,
            seal,
            approval,
        } => {
            let mut lines = vec![
                new("Bundle SHA-256", &seal.sha256),
                new(APPROVAL, &approval.fingerprint),
            ];
            lines.extend(
                seal.override_reason
                    .iter()
                    .map(|reason| new("One person alone", reason)),
            );
            ("decisions", format!("{filing} approved and sealed"), lines)
        }
        Change::FilingExported {
            filing,
            sha256,
            recipients,
        } => {
            let to = if recipients.is_empty() {
                "not encrypted".to_owned()
            } else {
                recipients.join(", ")
            };
            (
                "messages",
                format!("{filing} written to a file"),
                vec![new("SHA-256", sha256), new("Encrypted to", to)],
            )
        }
        Change::FilingSent { filing, sending } => (
            "messages",
            format!("{filing} sent"),
            vec![new("When", &sending.sent), new("How", &sending.channel)],
        ),
    }
}

/// What an owner holds, in words; its ties to other owners by their ids, whose names stand in their own entries.
pub(crate) fn held_words(ties: &[domain::ownership::Interest]) -> String {
    let there = ties.iter().filter(|one| one.to.is_none());
    let words: Vec<String> = there
        .map(|one| {
            let short = crate::customers::owners::short_words(one);
            match &one.of {
                Some(of) => format!("{short} of {of}"),
                None => short,
            }
        })
        .collect();
    words.join(", ")
}

/// A piece of work on a case, in words.
fn work_words(work: &domain::casework::Work) -> (String, Vec<c::ChangeLine>) {
    use domain::casework::Work;
    match work {
        Work::Worksheet { worksheet, judged } => (
            format!("worksheet kept: {}", judged.verdict.replace('_', " ")),
            vec![
                new("Runs", worksheet.runs.len().to_string()),
                new("Operations, low to high", judged.operations.join(" / ")),
                new("By", judged.pack.clone()),
            ],
        ),
        Work::Query { query } => (
            "query of the sweep set".to_owned(),
            vec![
                new("Countries", query.countries.join(", ")),
                new("Looked for in", query.places.join(", ")),
                new("Networks", query.networks.join(", ")),
                new("Names", query.names.join(", ")),
            ],
        ),
        Work::Sweep { sweep } => (
            format!("sweep run, {} found, {} new", sweep.found, sweep.new),
            vec![new("Result, SHA-256", sweep.result_sha256.clone())],
        ),
        Work::Counts { counts } => (
            format!("counts frozen as of {}", counts.as_of),
            vec![
                new("Customers", counts.customers.to_string()),
                new(
                    "Foreign beneficial owners",
                    counts.foreign_owners.to_string(),
                ),
                new("Unverified accounts", counts.unverified.len().to_string()),
            ],
        ),
    }
}
