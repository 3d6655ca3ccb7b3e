//! Everything that can happen. A change is an entry's body; the records are what the changes add up to.

use crate::casefile::{Case, Item, Known, Taken};
use crate::customer::{
    Account, Apart, CustomerFile, Determination, Discrepancy, How, NoneIdentified, Notice, Owner,
    PartyKind, Terms, Values, Verification,
};
use crate::handling::{Comment, Handling, Task};
use crate::house::HouseRules;
use crate::intake::{Answer as IntakeAnswer, Intake, Verdict};
use crate::letter::{Letter, Template};
use crate::oversight::Oversight;
use crate::programme::Stated;
use crate::proof::Proof;
use crate::query::SavedView;
use crate::record::{
    Answer, Cip, ClockRecord, Document, Filing, Organisation, Plan, Reply, Reseller, Seal, Sending,
    Staff, Stop,
};
use crate::redflag::RedFlag;
use crate::redress::Redress;
use crate::retention::{AccessLeft, Destroyed, Disposal, Done, Hold, KeptLonger, Release, Stub};
use crate::review::Review;
use crate::risk::RiskDecision;
use crate::rulebook::AdoptedPack;
use crate::signatory::Signatory;
use crate::signer::{BoundKey, KnownKey, Received, Word};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An approver's signature over a state of a record, made with the approval key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The approver's label.
    pub label: String,
    /// Fingerprint of the approval key.
    pub fingerprint: String,
    /// The words that were signed: action, record, state.
    pub statement: String,
    /// SSHSIG, namespace `cipdesk-approval-v1`.
    pub signature: String,
    /// Why one person both prepared and approved.
    pub override_reason: Option<String>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
#[allow(missing_docs)] // the fields are the records' own, documented there
pub enum Change {
    #[serde(rename = "vault.created")]
    VaultCreated { organisation: Organisation },
    /// The house's own rules of a customer's case.
    #[serde(rename = "house.rules")]
    HouseRulesSet {
        before: HouseRules,
        after: HouseRules,
    },
    /// The clock of a rehearsal was put forward.
    #[serde(rename = "drill.skipped")]
    DrillSkipped { ms: i64 },
    /// A version of a rule pack was taken in: new clocks are started by it, and what it requires is required.
    #[serde(rename = "pack.adopted")]
    PackAdopted { pack: AdoptedPack },
    /// The organisation collects a field that the packs leave off, or collects it no longer; what is recorded stays.
    #[serde(rename = "field.switched")]
    FieldSwitched { field: String, on: bool },
    /// A rule pack is used no longer. Running clocks keep it.
    #[serde(rename = "pack.retired")]
    PackRetired { id: String },
    #[serde(rename = "staff.added")]
    StaffAdded { staff: Staff },
    /// A member may do other things from now on.
    #[serde(rename = "staff.roles")]
    StaffRoles {
        label: String,
        before: Vec<String>,
        roles: Vec<String>,
    },
    /// A member left: keys and database were made anew without them.
    #[serde(rename = "staff.revoked")]
    StaffRevoked { label: String, on: String },
    /// A member who forgot the passphrase got new keys; `by_recovery` where the recovery key opened the vault for it.
    #[serde(rename = "staff.enrolled")]
    StaffEnrolled {
        staff: Staff,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        by_recovery: bool,
    },
    /// The vault has other keys from here on.
    #[serde(rename = "keys.rotated")]
    KeysRotated { generation: u64 },
    /// A recovery key was made; `instead` of those there were, or beside them.
    #[serde(rename = "recovery.made")]
    RecoveryMade {
        keys: u32,
        instead: bool,
        /// Where it is in parts: how many open the vault, of how many.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parts: Option<(u32, u32)>,
    },
    #[serde(rename = "passphrase.changed")]
    PassphraseChanged { label: String },
    /// Everything before was taken in from a full export of another vault, by whoever has its passphrase from here on.
    #[serde(rename = "vault.imported")]
    VaultImported {
        /// Entries that were taken in.
        entries: u64,
        /// The head of their journal, in hexadecimal.
        head: String,
    },
    /// An older or other copy of the vault was taken for the right one.
    #[serde(rename = "rollback.accepted")]
    RollbackAccepted {
        /// Entries that this computer remembers.
        remembered: u64,
    },
    #[serde(rename = "customer.recorded")]
    CustomerRecorded {
        #[serde(rename = "ref")]
        reference: String,
        external_id: Option<String>,
        party: PartyKind,
        fields: Values,
        custom: BTreeMap<String, String>,
        owners: Vec<Owner>,
        accounts: Vec<Account>,
        source: String,
    },
    #[serde(rename = "customer.changed")]
    CustomerChanged {
        #[serde(rename = "ref")]
        reference: String,
        before: Values,
        after: Values,
        custom: BTreeMap<String, String>,
        accounts: Vec<Account>,
        source: String,
    },
    #[serde(rename = "owner.recorded")]
    OwnerRecorded {
        customer: String,
        before: Option<Owner>,
        owner: Owner,
    },
    /// Nobody is found who owns enough to count; none takes it back.
    #[serde(rename = "owner.none_identified")]
    NoneIdentified {
        customer: String,
        none: Option<NoneIdentified>,
    },
    #[serde(rename = "account.recorded")]
    AccountRecorded {
        customer: String,
        before: Option<Account>,
        account: Account,
    },
    #[serde(rename = "notice.delivered")]
    NoticeDelivered { customer: String, notice: Notice },
    #[serde(rename = "determination.recorded")]
    Determined {
        customer: String,
        determination: Determination,
    },
    #[serde(rename = "verification.recorded")]
    Verified {
        customer: String,
        verification: Verification,
    },
    #[serde(rename = "customer.advanced")]
    CustomerAdvanced {
        customer: String,
        from: String,
        to: String,
        /// The day.
        on: String,
        /// What was written down for it.
        note: Option<String>,
        /// Under which terms the accounts are left open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        terms: Option<Terms>,
        approval: Option<Approval>,
        /// What opened it, whether nobody took it, what it was closed over, by when it is to be decided.
        #[serde(default, skip_serializing_if = "is_plain")]
        how: Box<How>,
    },
    /// A signatory, or a person with authority or control over an account (D-29).
    #[serde(rename = "signatory.recorded")]
    SignatoryRecorded {
        customer: String,
        before: Option<Box<Signatory>>,
        signatory: Box<Signatory>,
    },
    /// A red flag about a customer, or what came of it.
    #[serde(rename = "red_flag.recorded")]
    RedFlagRecorded {
        customer: String,
        before: Option<RedFlag>,
        flag: RedFlag,
    },
    /// Two values that do not fit, or what became of them.
    #[serde(rename = "discrepancy.recorded")]
    DiscrepancyRecorded {
        customer: String,
        before: Option<Discrepancy>,
        discrepancy: Discrepancy,
    },
    /// Records are kept longer than they must be; none takes it back.
    #[serde(rename = "retention.kept")]
    KeptLonger {
        customer: String,
        kept: Option<KeptLonger>,
    },
    #[serde(rename = "hold.placed")]
    HoldPlaced { hold: Hold },
    #[serde(rename = "hold.released")]
    HoldReleased { hold: String, release: Release },
    /// Two people agreed on whose records go.
    #[serde(rename = "disposal.approved")]
    DisposalApproved { disposal: Disposal },
    /// What the records of a customer were is gone; what is left says that there was one.
    #[serde(rename = "customer.disposed")]
    Disposed {
        disposal: String,
        stub: Stub,
        destroyed: Destroyed,
    },
    /// What the imports of access records vouch for, after records of theirs were destroyed.
    #[serde(rename = "access.disposed")]
    AccessDisposed {
        disposal: String,
        left: Vec<AccessLeft>,
    },
    #[serde(rename = "disposal.done")]
    DisposalDone { disposal: String, done: Done },
    #[serde(rename = "import.run")]
    Imported {
        file: String,
        sha256: String,
        rows: u64,
        created: u64,
        updated: u64,
        unchanged: u64,
        skipped: u64,
    },
    #[serde(rename = "access.imported")]
    AccessImported {
        /// The file's name.
        source: String,
        /// Of the file as it lay on the disk.
        sha256: String,
        /// The account that the importer named for every row, whatever the file says.
        account: Option<String>,
        /// How many were written.
        rows: u64,
        /// Over the rows that were written, in the order of account, time and identity.
        rows_sha256: String,
        /// How many were there already.
        duplicates: u64,
        /// How many could not be read and were left out.
        skipped: u64,
        /// How many of the file's records were read up to here; none where the file was read to its end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        upto: Option<u64>,
    },
    /// Which column of a kind of file is what, under a name.
    #[serde(rename = "mapping.saved")]
    MappingSaved {
        name: String,
        /// register or access.
        of: String,
        /// Their column, and ours; an empty one is a custom field.
        columns: BTreeMap<String, String>,
    },
    /// An import was taken back as one. What it recorded goes by the entries that follow; access records go with this one.
    #[serde(rename = "import.undone")]
    ImportUndone {
        /// The place of the import's entry in the journal.
        import: u64,
        file: String,
        removed: u64,
        restored: u64,
    },
    /// A customer that only an import knew went with it.
    #[serde(rename = "customer.removed")]
    CustomerRemoved {
        #[serde(rename = "ref")]
        reference: String,
        import: u64,
    },
    /// A customer that an import changed is as it was before.
    #[serde(rename = "customer.restored")]
    CustomerRestored {
        file: Box<CustomerFile>,
        import: u64,
    },
    /// A letter was written, changed, or went out.
    #[serde(rename = "letter.saved")]
    LetterSaved {
        customer: String,
        before: Option<Box<Letter>>,
        letter: Box<Letter>,
    },
    /// A new version of a text for letters.
    #[serde(rename = "template.saved")]
    TemplateSaved { template: Box<Template> },
    /// A person decided on the risk tier, whatever the points say; none leaves it to the points again.
    #[serde(rename = "risk.decided")]
    RiskDecided {
        customer: String,
        decided: Option<RiskDecision>,
    },
    /// A complaint or a notice of compromise, or what became of it.
    #[serde(rename = "redress.recorded")]
    RedressRecorded {
        customer: String,
        before: Option<Redress>,
        redress: Redress,
    },
    /// Two records look alike and are two customers; each of them says so.
    #[serde(rename = "customer.apart")]
    KeptApart { customer: String, apart: Apart },
    /// Two records are one customer: this one, as both add up to.
    #[serde(rename = "customer.merged")]
    CustomerMerged {
        customer: String,
        other: String,
        file: Box<CustomerFile>,
    },
    /// The record that went into another.
    #[serde(rename = "customer.merged_away")]
    MergedAway {
        customer: String,
        into: String,
        on: String,
    },
    /// A merge was taken back; what each record was before comes by the entries that follow.
    #[serde(rename = "customer.merge_undone")]
    MergeUndone {
        customer: String,
        other: String,
        /// The place of the merge's entry in the journal.
        merge: u64,
    },
    #[serde(rename = "document.attached")]
    DocumentAttached { document: Document },
    /// What a customer's document says, and what was decided about it.
    #[serde(rename = "document.reviewed")]
    DocumentReviewed {
        customer: String,
        review: Box<Review>,
    },
    /// A document was named as what proves values of a customer's file, or is named no longer.
    #[serde(rename = "proof.recorded")]
    ProofRecorded {
        customer: String,
        proof: Box<Proof>,
        /// It proves them; false takes back what was said before.
        holds: bool,
    },
    /// Somebody was shown what is masked.
    #[serde(rename = "value.revealed")]
    ValueRevealed {
        customer: String,
        field: String,
        /// The review whose reading it was; none for the customer's own field.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        review: Option<String>,
    },
    /// Something was recorded of the organisation's own programme: new, or in the place of what had its reference.
    #[serde(rename = "programme.stated")]
    ProgrammeStated {
        /// What it says now.
        stated: Box<Stated>,
    },
    #[serde(rename = "reseller.recorded")]
    ResellerRecorded {
        before: Option<Reseller>,
        reseller: Reseller,
    },
    /// What is known of a reseller: its chain, contract, attestations, counts, reviews of its CIP.
    #[serde(rename = "reseller.overseen")]
    ResellerOverseen {
        reseller: String,
        before: Box<Oversight>,
        after: Box<Oversight>,
    },
    #[serde(rename = "cip.filed")]
    CipFiled { cip: Cip },
    #[serde(rename = "case.opened")]
    CaseOpened { case: Case },
    #[serde(rename = "case.advanced")]
    CaseAdvanced {
        case: String,
        from: String,
        to: String,
        taken: Taken,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approval: Option<Approval>,
    },
    /// A part of a case was added, or is now as it stands here.
    #[serde(rename = "case.item")]
    CaseItem {
        case: String,
        before: Option<Box<Item>>,
        item: Box<Item>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approval: Option<Approval>,
    },
    /// What is known of a case beyond its steps.
    #[serde(rename = "case.changed")]
    CaseChanged {
        case: String,
        before: Box<Known>,
        after: Box<Known>,
    },
    /// A worksheet, a query, a sweep or frozen counts of a case.
    #[serde(rename = "case.work")]
    CaseWork {
        case: String,
        work: Box<crate::casework::Work>,
    },
    /// A task of the house about a record was written down, or is now as it stands here.
    #[serde(rename = "task.set")]
    TaskSet {
        about: String,
        before: Option<Box<Task>>,
        task: Box<Task>,
    },
    /// Somebody said something about a record.
    #[serde(rename = "comment.made")]
    CommentMade { about: String, comment: Comment },
    /// Who sees to a record, by when, under which tags.
    #[serde(rename = "handling.set")]
    HandlingSet {
        about: String,
        before: Handling,
        after: Handling,
    },
    /// A member keeps a query under a name, or another one under that name; none gives it up.
    #[serde(rename = "view.saved")]
    ViewSaved {
        before: Option<SavedView>,
        view: Option<SavedView>,
    },
    /// Accelerator hours out of a scheduler's or a bill's export; each line counts once.
    #[serde(rename = "usage.imported")]
    UsageImported {
        file: String,
        /// Of the file as it lay on the disk.
        sha256: String,
        lines: Vec<crate::compute::UsageLine>,
        /// How many were there already.
        duplicates: u64,
        /// How many had no accelerators, or could not be read and were left out.
        skipped: u64,
    },
    #[serde(rename = "clock.started")]
    ClockStarted { clock: Box<ClockRecord> },
    /// The trigger was on another day, or more time was granted: the clock as it is from now on, with what it said before.
    #[serde(rename = "clock.revised")]
    ClockRevised { clock: Box<ClockRecord> },
    /// What somebody does with the work on a clock; the deadline stays.
    #[serde(rename = "clock.planned")]
    ClockPlanned { clock: String, plan: Plan },
    #[serde(rename = "clock.stopped")]
    ClockStopped { clock: String, stop: Stop },
    #[serde(rename = "filing.drafted")]
    FilingDrafted { filing: Box<Filing> },
    #[serde(rename = "filing.edited")]
    FilingEdited {
        filing: String,
        before: BTreeMap<String, Answer>,
        after: BTreeMap<String, Answer>,
    },
    /// Nothing blocks what the form says now.
    #[serde(rename = "filing.validated")]
    FilingValidated {
        filing: String,
        /// SHA-256 of what the form says.
        content: String,
        on: String,
    },
    /// Another member signed for that content.
    #[serde(rename = "filing.approved")]
    FilingApproved {
        filing: String,
        content: String,
        on: String,
        approval: Approval,
    },
    /// What came back for a filing that was sent.
    #[serde(rename = "filing.answered")]
    FilingAnswered { filing: String, reply: Reply },
    #[serde(rename = "filing.sealed")]
    FilingSealed {
        filing: String,
        seal: Seal,
        approval: Approval,
    },
    #[serde(rename = "filing.exported")]
    FilingExported {
        filing: String,
        sha256: String,
        recipients: Vec<String>,
    },
    #[serde(rename = "filing.sent")]
    FilingSent { filing: String, sending: Sending },
    /// What is known of a key that signs bundles of others.
    #[serde(rename = "key.known")]
    KeyKnown {
        before: Option<Box<KnownKey>>,
        key: Box<KnownKey>,
    },
    /// The keys that a member signs filings with beside the approval key.
    #[serde(rename = "key.bound")]
    KeyBound {
        label: String,
        before: Vec<BoundKey>,
        keys: Vec<BoundKey>,
        approval: Approval,
    },
    /// A bundle of somebody else was verified and kept.
    #[serde(rename = "bundle.received")]
    BundleReceived { bundle: Box<Received> },
    /// A page was made that asks a reseller; the secret key of its answers lies in the table alone.
    #[serde(rename = "intake.asked")]
    IntakeAsked { intake: Box<Intake> },
    /// An answer came. It counts for nothing until its key was compared.
    #[serde(rename = "intake.answered")]
    IntakeAnswered {
        reseller: String,
        intake: String,
        answer: Box<IntakeAnswer>,
    },
    /// A person compared the key of the answer that waits, or refused the answer.
    #[serde(rename = "intake.judged")]
    IntakeJudged {
        reseller: String,
        intake: String,
        verdict: Verdict,
    },
    /// It is asked no longer.
    #[serde(rename = "intake.withdrawn")]
    IntakeWithdrawn {
        reseller: String,
        intake: String,
        word: Word,
    },
}

#[allow(clippy::borrowed_box)] // serde hands the field as it is
fn is_plain(how: &Box<How>) -> bool {
    **how == How::default()
}

impl Change {
    /// The kind, as it stands in the entry.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::VaultCreated { .. } => "vault.created",
            Self::HouseRulesSet { .. } => "house.rules",
            Self::DrillSkipped { .. } => "drill.skipped",
            Self::PackAdopted { .. } => "pack.adopted",
            Self::PackRetired { .. } => "pack.retired",
            Self::FieldSwitched { .. } => "field.switched",
            Self::StaffAdded { .. } => "staff.added",
            Self::StaffRoles { .. } => "staff.roles",
            Self::StaffRevoked { .. } => "staff.revoked",
            Self::StaffEnrolled { .. } => "staff.enrolled",
            Self::KeysRotated { .. } => "keys.rotated",
            Self::RecoveryMade { .. } => "recovery.made",
            Self::PassphraseChanged { .. } => "passphrase.changed",
            Self::VaultImported { .. } => "vault.imported",
            Self::RollbackAccepted { .. } => "rollback.accepted",
            Self::CustomerRecorded { .. } => "customer.recorded",
            Self::CustomerChanged { .. } => "customer.changed",
            Self::OwnerRecorded { .. } => "owner.recorded",
            Self::NoneIdentified { .. } => "owner.none_identified",
            Self::AccountRecorded { .. } => "account.recorded",
            Self::NoticeDelivered { .. } => "notice.delivered",
            Self::Determined { .. } => "determination.recorded",
            Self::Verified { .. } => "verification.recorded",
            Self::CustomerAdvanced { .. } => "customer.advanced",
            Self::SignatoryRecorded { .. } => "signatory.recorded",
            Self::RedFlagRecorded { .. } => "red_flag.recorded",
            Self::DiscrepancyRecorded { .. } => "discrepancy.recorded",
            Self::KeptLonger { .. } => "retention.kept",
            Self::HoldPlaced { .. } => "hold.placed",
            Self::HoldReleased { .. } => "hold.released",
            Self::DisposalApproved { .. } => "disposal.approved",
            Self::Disposed { .. } => "customer.disposed",
            Self::AccessDisposed { .. } => "access.disposed",
            Self::DisposalDone { .. } => "disposal.done",
            Self::Imported { .. } => "import.run",
            Self::AccessImported { .. } => "access.imported",
            Self::MappingSaved { .. } => "mapping.saved",
            Self::ImportUndone { .. } => "import.undone",
            Self::CustomerRemoved { .. } => "customer.removed",
            Self::CustomerRestored { .. } => "customer.restored",
            Self::LetterSaved { .. } => "letter.saved",
            Self::TemplateSaved { .. } => "template.saved",
            Self::RiskDecided { .. } => "risk.decided",
            Self::RedressRecorded { .. } => "redress.recorded",
            Self::KeptApart { .. } => "customer.apart",
            Self::CustomerMerged { .. } => "customer.merged",
            Self::MergedAway { .. } => "customer.merged_away",
            Self::MergeUndone { .. } => "customer.merge_undone",
            Self::DocumentAttached { .. } => "document.attached",
            Self::DocumentReviewed { .. } => "document.reviewed",
            Self::ProofRecorded { .. } => "proof.recorded",
            Self::ValueRevealed { .. } => "value.revealed",
            Self::ProgrammeStated { .. } => "programme.stated",
            Self::ResellerRecorded { .. } => "reseller.recorded",
            Self::ResellerOverseen { .. } => "reseller.overseen",
            Self::CipFiled { .. } => "cip.filed",
            Self::CaseOpened { .. } => "case.opened",
            Self::CaseAdvanced { .. } => "case.advanced",
            Self::CaseItem { .. } => "case.item",
            Self::CaseChanged { .. } => "case.changed",
            Self::CaseWork { .. } => "case.work",
            Self::TaskSet { .. } => "task.set",
            Self::CommentMade { .. } => "comment.made",
            Self::HandlingSet { .. } => "handling.set",
            Self::ViewSaved { .. } => "view.saved",
            Self::UsageImported { .. } => "usage.imported",
            Self::ClockStarted { .. } => "clock.started",
            Self::ClockRevised { .. } => "clock.revised",
            Self::ClockPlanned { .. } => "clock.planned",
            Self::ClockStopped { .. } => "clock.stopped",
            Self::FilingDrafted { .. } => "filing.drafted",
            Self::FilingEdited { .. } => "filing.edited",
            Self::FilingValidated { .. } => "filing.validated",
            Self::FilingApproved { .. } => "filing.approved",
            Self::FilingAnswered { .. } => "filing.answered",
            Self::FilingSealed { .. } => "filing.sealed",
            Self::FilingExported { .. } => "filing.exported",
            Self::FilingSent { .. } => "filing.sent",
            Self::KeyKnown { .. } => "key.known",
            Self::KeyBound { .. } => "key.bound",
            Self::BundleReceived { .. } => "bundle.received",
            Self::IntakeAsked { .. } => "intake.asked",
            Self::IntakeAnswered { .. } => "intake.answered",
            Self::IntakeJudged { .. } => "intake.judged",
            Self::IntakeWithdrawn { .. } => "intake.withdrawn",
        }
    }

    /// The record it is about.
    pub fn subject(&self) -> &str {
        match self {
            Self::VaultCreated { .. }
            | Self::HouseRulesSet { .. }
            | Self::DrillSkipped { .. }
            | Self::FieldSwitched { .. } => "vault",
            Self::PackAdopted { pack } => &pack.id,
            Self::PackRetired { id } => id,
            Self::KeysRotated { .. }
            | Self::RecoveryMade { .. }
            | Self::VaultImported { .. }
            | Self::RollbackAccepted { .. } => "vault",
            Self::StaffAdded { staff } | Self::StaffEnrolled { staff, .. } => &staff.label,
            Self::StaffRoles { label, .. }
            | Self::StaffRevoked { label, .. }
            | Self::PassphraseChanged { label } => label,
            Self::CustomerRecorded { reference, .. } | Self::CustomerChanged { reference, .. } => {
                reference
            }
            Self::OwnerRecorded { customer, .. }
            | Self::NoneIdentified { customer, .. }
            | Self::AccountRecorded { customer, .. }
            | Self::NoticeDelivered { customer, .. }
            | Self::Determined { customer, .. }
            | Self::Verified { customer, .. }
            | Self::DiscrepancyRecorded { customer, .. }
            | Self::DocumentReviewed { customer, .. }
            | Self::ProofRecorded { customer, .. }
            | Self::ValueRevealed { customer, .. }
            | Self::KeptLonger { customer, .. }
            | Self::LetterSaved { customer, .. }
            | Self::RiskDecided { customer, .. }
            | Self::RedressRecorded { customer, .. }
            | Self::SignatoryRecorded { customer, .. }
            | Self::RedFlagRecorded { customer, .. }
            | Self::KeptApart { customer, .. }
            | Self::CustomerMerged { customer, .. }
            | Self::MergedAway { customer, .. }
            | Self::MergeUndone { customer, .. }
            | Self::CustomerAdvanced { customer, .. } => customer,
            Self::HoldPlaced { hold } => &hold.reference,
            Self::HoldReleased { hold, .. } => hold,
            Self::DisposalApproved { disposal } => &disposal.reference,
            Self::Disposed { stub, .. } => &stub.reference,
            Self::AccessDisposed { disposal, .. } | Self::DisposalDone { disposal, .. } => disposal,
            Self::Imported { .. } | Self::ImportUndone { .. } => "import",
            Self::MappingSaved { .. } => "mapping",
            Self::TemplateSaved { .. } => "template",
            Self::CustomerRemoved { reference, .. } => reference,
            Self::CustomerRestored { file, .. } => &file.reference,
            Self::AccessImported { .. } => "access",
            Self::UsageImported { .. } => "usage",
            Self::ViewSaved { before, view } => view
                .as_ref()
                .or(before.as_ref())
                .map_or("view", |view| view.member.as_str()),
            Self::TaskSet { about, .. }
            | Self::CommentMade { about, .. }
            | Self::HandlingSet { about, .. } => about,
            Self::DocumentAttached { document } => &document.subject,
            Self::ProgrammeStated { .. } => "programme",
            Self::ResellerRecorded { reseller, .. } => &reseller.reference,
            Self::ResellerOverseen { reseller, .. } => reseller,
            Self::CipFiled { cip } => &cip.reseller,
            Self::CaseOpened { case } => &case.reference,
            Self::CaseAdvanced { case, .. }
            | Self::CaseItem { case, .. }
            | Self::CaseWork { case, .. }
            | Self::CaseChanged { case, .. } => case,
            Self::ClockStarted { clock } | Self::ClockRevised { clock } => {
                clock.case.as_deref().unwrap_or(&clock.subject)
            }
            Self::ClockPlanned { clock, .. } | Self::ClockStopped { clock, .. } => clock,
            Self::KeyKnown { key, .. } => &key.fingerprint,
            Self::KeyBound { label, .. } => label,
            Self::BundleReceived { bundle } => &bundle.reference,
            Self::IntakeAsked { intake } => &intake.reseller,
            Self::IntakeAnswered { reseller, .. }
            | Self::IntakeJudged { reseller, .. }
            | Self::IntakeWithdrawn { reseller, .. } => reseller,
            Self::FilingDrafted { filing } => &filing.reference,
            Self::FilingEdited { filing, .. }
            | Self::FilingValidated { filing, .. }
            | Self::FilingApproved { filing, .. }
            | Self::FilingAnswered { filing, .. }
            | Self::FilingSealed { filing, .. }
            | Self::FilingExported { filing, .. }
            | Self::FilingSent { filing, .. } => filing,
        }
    }
}

/// An entry's body: the change and the reason given. Shredding it leaves the entry and its commitment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// What happened.
    pub change: Change,
    /// Why, in the author's words.
    pub reason: Option<String>,
}
