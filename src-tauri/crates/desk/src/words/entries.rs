//! An entry of the journal in words: which subject tells which change, and the lines that subjects share. A new change has to be told here.

use super::{
    cases, clocks, customers, documents, filings, handling, imports, parts, programme, resellers,
    retention, signers, vault,
};
use contract as c;
use domain::{
    change::{Approval, Change},
    field,
    rulebook::Rulebook,
};

/// An entry in words: group, title, and what changed line by line.
pub(super) type Told = (&'static str, String, Vec<c::ChangeLine>);

/// An entry in words: group, title, and what changed line by line; what stayed as it was is left out.
pub(crate) fn change(change: &Change) -> Told {
    told(change, &Rulebook::default())
}

/// The same, with what was chosen from a pack's list in that list's words.
pub(crate) fn told(change: &Change, rules: &Rulebook) -> Told {
    let (group, title, mut lines) = all(change, rules);
    lines.retain(|line| line.before != line.after);
    (group, title, lines)
}

fn all(change: &Change, rules: &Rulebook) -> Told {
    match change {
        Change::VaultCreated { organisation } => vault::created(organisation),
        Change::StaffAdded { staff } => vault::staff_added(staff),
        Change::StaffRoles {
            label,
            before,
            roles,
        } => vault::staff_roles(label, before, roles),
        Change::StaffRevoked { label, on } => vault::staff_revoked(label, on),
        Change::StaffEnrolled { staff, by_recovery } => vault::staff_enrolled(staff, *by_recovery),
        Change::KeysRotated { generation } => vault::keys_rotated(*generation),
        Change::RecoveryMade {
            keys,
            instead,
            parts,
        } => vault::recovery_made(*keys, *instead, *parts),
        Change::PassphraseChanged { label } => vault::passphrase_changed(label),
        Change::VaultImported { entries, head } => vault::imported(*entries, head),
        Change::RollbackAccepted { remembered } => vault::rollback_accepted(*remembered),
        Change::CustomerRecorded {
            reference,
            fields,
            source,
            owners,
            accounts,
            ..
        } => customers::recorded(reference, fields, owners, accounts, source),
        Change::CustomerChanged {
            before,
            after,
            source,
            ..
        } => customers::changed(before, after, source),
        Change::OwnerRecorded { before, owner, .. } => parts::owner(before.as_ref(), owner),
        Change::NoneIdentified { none, .. } => parts::none_identified(none.as_ref()),
        Change::AccountRecorded {
            before, account, ..
        } => parts::account(before.as_ref(), account),
        Change::NoticeDelivered { notice, .. } => customers::notice(notice),
        Change::Determined { determination, .. } => customers::determined(determination),
        Change::Verified { verification, .. } => customers::verified(verification),
        Change::DiscrepancyRecorded { discrepancy, .. } => customers::discrepancy(discrepancy),
        Change::CustomerAdvanced {
            from,
            to,
            approval,
            how,
            ..
        } => customers::advanced(from, to, approval.as_ref(), how),
        Change::SignatoryRecorded {
            before, signatory, ..
        } => parts::signatory(before.as_deref(), signatory),
        Change::RedFlagRecorded { flag, .. } => customers::red_flag(flag),
        Change::HouseRulesSet { before, after } => programme::house_rules(before, after),
        Change::KeptLonger { kept, .. } => retention::kept_longer(kept.as_ref()),
        Change::HoldPlaced { hold } => retention::hold_placed(hold),
        Change::HoldReleased { release, .. } => retention::hold_released(release),
        Change::DisposalApproved { disposal } => retention::disposal_approved(disposal),
        Change::Disposed {
            disposal,
            destroyed,
            ..
        } => retention::disposed(disposal, destroyed),
        Change::AccessDisposed { left, .. } => retention::access_disposed(left),
        Change::DisposalDone { done, .. } => retention::disposal_done(done),
        Change::Imported {
            file,
            rows,
            created,
            updated,
            unchanged,
            skipped,
            ..
        } => imports::register(file, *rows, *created, *updated, *unchanged, *skipped),
        Change::MappingSaved { name, columns, .. } => imports::mapping(name, columns),
        Change::ImportUndone {
            file,
            removed,
            restored,
            ..
        } => imports::undone(file, *removed, *restored),
        Change::CustomerRemoved { import, .. } => imports::customer_removed(*import),
        Change::LetterSaved { before, letter, .. } => documents::letter(before.as_deref(), letter),
        Change::TemplateSaved { template } => documents::template(template),
        Change::RiskDecided { decided, .. } => customers::risk(decided.as_ref()),
        Change::RedressRecorded { redress, .. } => customers::redress(redress),
        Change::KeptApart { apart, .. } => customers::kept_apart(apart),
        Change::CustomerMerged { other, .. } => customers::merged(other),
        Change::MergedAway { into, .. } => customers::merged_away(into),
        Change::MergeUndone { other, merge, .. } => customers::merge_undone(other, *merge),
        Change::CustomerRestored { import, .. } => imports::customer_restored(*import),
        Change::AccessImported {
            source, rows, upto, ..
        } => imports::access(source, *rows, *upto),
        Change::DocumentAttached { document } => documents::attached(document),
        Change::DocumentReviewed { review, .. } => documents::reviewed(review),
        Change::ProofRecorded {
            customer,
            proof,
            holds,
        } => documents::proof(customer, proof, *holds),
        Change::ValueRevealed { field, .. } => customers::revealed(field),
        Change::ResellerRecorded { before, reseller } => {
            resellers::recorded(before.as_ref(), reseller)
        }
        Change::ResellerOverseen { before, after, .. } => resellers::overseen(before, after),
        Change::ProgrammeStated { stated } => programme::stated(stated),
        Change::CipFiled { cip } => resellers::cip_filed(cip),
        Change::CaseOpened { case } => cases::opened(case),
        Change::DrillSkipped { ms } => vault::drill_skipped(*ms),
        Change::PackAdopted { pack } => programme::pack_adopted(pack),
        Change::FieldSwitched { field, on } => programme::field_switched(field, *on),
        Change::PackRetired { id } => programme::pack_retired(id),
        Change::CaseAdvanced {
            case, from, taken, ..
        } => cases::advanced(case, from, taken, rules),
        Change::CaseItem {
            case, before, item, ..
        } => cases::item(case, before.as_deref(), item, rules),
        Change::CaseWork { case, work } => cases::worked(case, work),
        Change::UsageImported {
            file,
            lines,
            duplicates,
            skipped,
            ..
        } => imports::usage(file, lines.len(), *duplicates, *skipped),
        Change::CaseChanged {
            case,
            before,
            after,
        } => cases::known(case, before, after),
        Change::ClockStarted { clock } => clocks::started(clock),
        Change::ClockRevised { clock } => clocks::revised(clock),
        Change::TaskSet { before, task, .. } => handling::task(before.as_deref(), task),
        Change::CommentMade { comment, .. } => handling::comment(comment),
        Change::HandlingSet { before, after, .. } => handling::handling(before, after),
        Change::ViewSaved { before, view } => handling::view(before.as_ref(), view.as_ref()),
        Change::ClockPlanned { clock, plan } => clocks::planned(clock, plan),
        Change::ClockStopped { clock, stop } => clocks::stopped(clock, stop),
        Change::FilingDrafted { filing } => filings::drafted(filing),
        Change::FilingEdited {
            filing,
            before,
            after,
        } => filings::edited(filing, before, after),
        Change::FilingValidated {
            filing, content, ..
        } => filings::validated(filing, content),
        Change::FilingApproved {
            filing,
            content,
            approval,
            ..
        } => filings::approved(filing, content, approval),
        Change::KeyKnown { before, key } => signers::key_known(before.as_deref(), key),
        Change::KeyBound {
            label,
            before,
            keys,
            ..
        } => signers::key_bound(label, before, keys),
        Change::BundleReceived { bundle } => signers::bundle_received(bundle),
        Change::IntakeAsked { intake } => resellers::asked(intake),
        Change::IntakeAnswered { intake, answer, .. } => resellers::answered(intake, answer),
        Change::IntakeJudged {
            intake, verdict, ..
        } => resellers::judged(intake, verdict),
        Change::IntakeWithdrawn { intake, word, .. } => resellers::withdrawn(intake, word),
        Change::FilingAnswered { filing, reply } => filings::answered(filing, reply),
        Change::FilingSealed {
            filing,
            seal,
            approval,
        } => filings::sealed(filing, seal, approval),
        Change::FilingExported {
            filing,
            sha256,
            recipients,
        } => filings::exported(filing, sha256, recipients),
        Change::FilingSent { filing, sending } => filings::sent(filing, sending),
    }
}

pub(super) fn line(
    label: impl Into<String>,
    before: Option<String>,
    after: Option<String>,
) -> c::ChangeLine {
    c::ChangeLine {
        label: label.into(),
        before: before.filter(|text| !text.is_empty()),
        after: after.filter(|text| !text.is_empty()),
    }
}

pub(super) fn new(label: &str, after: impl Into<String>) -> c::ChangeLine {
    line(label, None, Some(after.into()))
}

pub(super) fn label(id: &str) -> String {
    field::find(id).map_or(id, |field| field.label).to_owned()
}

/// What a line may show of a field's values: sensitive ones are masked.
pub(super) fn lined(id: &str, values: &[String]) -> String {
    let shown = crate::customers::values::shown(id, values);
    let words: Vec<String> = shown
        .iter()
        .map(|value| crate::customers::values::worded(id, value))
        .collect();
    words.join("; ")
}

/// The text that a memo was made of.
pub(super) fn made_of(made: &domain::letter::MadeOf) -> c::ChangeLine {
    new(
        "Made of",
        format!(
            "{} version {}, {}",
            made.template, made.version, made.language
        ),
    )
}

/// What a case ended over, and why.
pub(super) fn left_open(left: &domain::closing::LeftOpen) -> Vec<c::ChangeLine> {
    let items = left.items.iter().map(|one| new("Left open", one));
    items.chain([new("Closed anyway", &left.reason)]).collect()
}

/// The line of an approval. It holds the key that signed; whose key that is, a list of members says.
pub(crate) const APPROVAL: &str = "Approved with the key of";

/// Who approved, and why one person alone did.
pub(super) fn approved(approval: &Approval) -> Vec<c::ChangeLine> {
    let mut lines = vec![new(APPROVAL, &approval.fingerprint)];
    lines.extend(
        approval
            .override_reason
            .as_ref()
            .map(|reason| new("One person alone", reason)),
    );
    lines
}
