//! A desk to work at: a vault in a temporary folder, and its clock.

use chrono::{DateTime, Utc};
use contract as c;
use desk::{Desk, NewVault, Now, OpenVault, Source, Surroundings, Unwatched};
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use tempfile::TempDir;

pub(crate) const PASSPHRASE: &str = "specimen lantern orchard velvet compass tide";
pub(crate) const ALONE: &str = "Only one person works here";

/// How often something is tried: the plan's own figure where `CIP_FULL=1` asks for it (`cargo xtask torture --full`).
pub(crate) fn points(quick: usize, full: usize) -> usize {
    if std::env::var_os("CIP_FULL").is_some() {
        full
    } else {
        quick
    }
}

/// A clock that stands until it is set.
#[derive(Debug)]
pub(crate) struct Stopped(AtomicI64);

impl Now for Stopped {
    fn utc(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

pub(crate) struct Bench {
    pub vault: OpenVault,
    clock: Arc<Stopped>,
    pub folder: TempDir,
}

/// A vault's folder and clock, while nobody has the vault open.
pub(crate) struct Office {
    pub path: PathBuf,
    clock: Arc<Stopped>,
    folder: TempDir,
}

impl Office {
    /// Sets the clock.
    pub(crate) fn now(&self, instant: &str) {
        set(&self.clock, instant);
    }

    pub(crate) fn surroundings(&self) -> Surroundings {
        surroundings(&self.clock, &self.folder)
    }

    /// Unlocks as a member.
    pub(crate) fn open(&self, label: &str, passphrase: &str) -> Result<OpenVault, desk::Error> {
        OpenVault::unlock(
            &self.path,
            Some(label),
            &passphrase.to_owned().into(),
            self.surroundings(),
        )
    }
}

impl Bench {
    /// Leaves the desk; the folder and the clock stay.
    pub(crate) fn leave(self) -> Office {
        drop(self.vault);
        Office {
            path: self.folder.path().join("A.cipdesk"),
            clock: self.clock,
            folder: self.folder,
        }
    }

    /// A new vault in New York, at 2026-03-02 12:00 there.
    pub(crate) fn new() -> Self {
        Self::at("2026-03-02T17:00:00Z", "America/New_York")
    }

    pub(crate) fn at(instant: &str, zone: &str) -> Self {
        let clock = Arc::new(Stopped(AtomicI64::new(0)));
        let folder = tempfile::tempdir().unwrap();
        set(&clock, instant);
        let (vault, _) = OpenVault::create(
            &folder.path().join("A.cipdesk"),
            NewVault {
                org: "Acme Cloud LLC".to_owned(),
                role: "provider".to_owned(),
                zone: zone.to_owned(),
                staff: "Ana Lima".to_owned(),
                label: "staff-1".to_owned(),
                passphrase: PASSPHRASE.to_owned().into(),
                demo: false,
                drill: None,
            },
            surroundings(&clock, &folder),
        )
        .unwrap();
        Self {
            vault,
            clock,
            folder,
        }
    }

    /// Sets the clock.
    pub(crate) fn now(&self, instant: &str) {
        set(&self.clock, instant);
    }

    /// Collects a field that the rule pack leaves off.
    pub(crate) fn collects(&self, field: &str) {
        self.vault
            .field_switch(&c::FieldSwitchReq {
                field: field.to_owned(),
                on: true,
                reason: "Passports are compared by it".to_owned(),
            })
            .unwrap();
    }

    /// Closes the vault and opens it again.
    pub(crate) fn reopened(self) -> Self {
        self.between(|_| ())
    }

    /// Closes the vault, looks at its folder, and opens it again.
    pub(crate) fn between(self, look: impl FnOnce(&std::path::Path)) -> Self {
        self.vault.close().unwrap();
        drop(self.vault);
        look(&self.folder.path().join("A.cipdesk"));
        let vault = OpenVault::unlock(
            &self.folder.path().join("A.cipdesk"),
            Some("staff-1"),
            &PASSPHRASE.to_owned().into(),
            surroundings(&self.clock, &self.folder),
        )
        .unwrap();
        Self {
            vault,
            clock: self.clock,
            folder: self.folder,
        }
    }

    /// The surroundings of another vault in the same folder, on the same clock.
    pub(crate) fn surroundings(&self) -> Surroundings {
        surroundings(&self.clock, &self.folder)
    }

    pub(crate) fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// What a printed page says, as pdftotext reads it; kept where `CIP_KEEP_SHEETS` names a folder, for the eye.
    pub(crate) fn printed(&self, name: &str, pdf: &[u8]) -> String {
        let path = self.file(name, pdf);
        if let Some(keep) = std::env::var_os("CIP_KEEP_SHEETS") {
            std::fs::copy(&path, std::path::Path::new(&keep).join(name)).unwrap();
        }
        let text = std::process::Command::new("pdftotext")
            .arg("-layout")
            .arg(&path)
            .arg("-")
            .output()
            .unwrap();
        String::from_utf8(text.stdout).unwrap()
    }

    pub(crate) fn customer(&self, name: &str, country: &str) -> String {
        self.party(c::PartyKind::Individual, name, country)
    }

    /// The notice of D-36, given the day before.
    pub(crate) fn notice(&self, customer: &str) {
        self.vault
            .notice_record(&c::NoticeRecordReq {
                r#ref: customer.to_owned(),
                delivered_on: "2026-03-01".to_owned(),
                channel: "form".to_owned(),
            })
            .unwrap();
    }

    /// An account that is open under restriction, which any customer may have.
    pub(crate) fn restricted_account(&self, customer: &str) -> c::CustomerView {
        self.vault
            .account_save(&c::AccountSaveReq {
                customer: customer.to_owned(),
                id: None,
                account_ref: "acct-1".to_owned(),
                state: "restricted".to_owned(),
                products: None,
                opened_on: None,
                closed_on: None,
                resold_to_foreign: None,
                added: Vec::new(),
                proved_by: None,
            })
            .unwrap()
    }

    /// What happened to a record, the last fifty lines.
    pub(crate) fn timeline(&self, subject: &str) -> c::Timeline {
        self.vault
            .timeline(&c::TimelineReq {
                subject: Some(subject.to_owned()),
                group: None,
                search: None,
                offset: 0,
                limit: 50,
            })
            .unwrap()
    }

    pub(crate) fn entity(&self, name: &str, country: &str) -> String {
        self.party(c::PartyKind::Entity, name, country)
    }

    fn party(&self, kind: c::PartyKind, name: &str, country: &str) -> String {
        self.vault
            .customer_create(&c::CustomerCreateReq {
                kind,
                name: name.to_owned(),
                name_original: None,
                country: Some(country.to_owned()),
                external_id: None,
            })
            .unwrap()
            .r#ref
    }

    /// A foreign reseller with one CIP, in force from 2020 on.
    pub(crate) fn reseller(&self, name: &str) -> String {
        let reference = self.reseller_without_cip(name);
        let cip = self.file("cip.txt", b"We ask every customer for a passport.");
        self.vault
            .cip_file(
                &reference,
                "1",
                "2020-01-01",
                None,
                Source::File(cip),
                &Unwatched,
            )
            .unwrap();
        reference
    }

    pub(crate) fn reseller_without_cip(&self, name: &str) -> String {
        self.vault
            .reseller_save(&c::ResellerSaveReq {
                r#ref: None,
                name: name.to_owned(),
                country: "Singapore".to_owned(),
                address: None,
                email: None,
                notes: None,
            })
            .unwrap()
            .r#ref
    }

    pub(crate) fn request(
        &self,
        received: &str,
        resellers: &[&str],
    ) -> Result<c::CaseOpened, desk::Error> {
        self.vault.request_open(
            &c::RequestOpenReq {
                received: received.to_owned(),
                resellers: resellers.iter().map(|one| (*one).to_owned()).collect(),
                reference: "BIS-1".to_owned(),
                how: None,
                handle: None,
            },
            Vec::new(),
        )
    }

    pub(crate) fn seal(
        &self,
        filing: &str,
        reason: Option<&str>,
    ) -> Result<c::FilingView, desk::Error> {
        self.vault.filing_seal(
            &c::FilingSealReq {
                r#ref: filing.to_owned(),
                label: None,
                passphrase: PASSPHRASE.to_owned(),
                override_reason: reason.map(str::to_owned),
                sign_with: None,
            },
            &Unwatched,
        )
    }

    /// Writes one part of one item of a draft.
    pub(crate) fn write(
        &self,
        filing: &str,
        item: &str,
        key: &str,
        part: &str,
        value: &str,
    ) -> Result<c::FilingView, desk::Error> {
        let revision = self.vault.filing_show(filing)?.revision;
        self.vault.filing_edit(&c::FilingEditReq {
            r#ref: filing.to_owned(),
            revision,
            answers: vec![c::FormAnswer {
                item: item.to_owned(),
                rows: vec![c::FormAnswerRow {
                    key: key.to_owned(),
                    cells: [(part.to_owned(), value.to_owned())].into(),
                }],
                unknown: None,
            }],
        })
    }

    pub(crate) fn sent(&self, filing: &str, at: &str) -> Result<c::FilingView, desk::Error> {
        self.vault.filing_sent(&c::FilingSentReq {
            r#ref: filing.to_owned(),
            sent: at.to_owned(),
            channel: "courier".to_owned(),
            proof: None,
        })
    }
}

impl Bench {
    /// The code and the sentence of a refusal, which must have written nothing.
    pub(crate) fn refused<T>(
        &self,
        tried: impl FnOnce(&Self) -> Result<T, desk::Error>,
    ) -> (String, String) {
        let entries = || self.vault.read(|read| Ok(read.head()?.count)).unwrap();
        let before = entries();
        let told = said(tried(self));
        assert_eq!(
            entries(),
            before,
            "what is refused writes nothing: {told:?}"
        );
        told
    }
}

/// Of a refusal: its code, and words that say what, on what, and what to do.
#[track_caller]
pub(crate) fn tells(told: &(String, String), code: &str, words: &[&str]) {
    assert_eq!(told.0, code, "{}", told.1);
    for one in words {
        assert!(told.1.contains(one), "{code} says \"{one}\": {}", told.1);
    }
}

/// An answer.
pub(crate) fn said_to(id: &str, values: &[&str]) -> c::CaseAnswer {
    c::CaseAnswer {
        id: id.to_owned(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    }
}

/// Something right for every question that must be answered; what is given goes before.
pub(crate) fn fill(
    asks: &[c::QuestionView],
    given: &[c::CaseAnswer],
    day: &str,
) -> Vec<c::CaseAnswer> {
    let mut answers = given.to_vec();
    for question in asks.iter().filter(|question| question.required) {
        if answers.iter().any(|answer| answer.id == question.id) {
            continue;
        }
        let first = question.choices.first().map(|choice| choice.value.clone());
        let value = match question.ask.as_str() {
            "date" | "instant" => day.to_owned(),
            "number" => "1".to_owned(),
            "choice" | "ticks" | "refs" => first.unwrap_or_default(),
            _ => "As it was".to_owned(),
        };
        answers.push(c::CaseAnswer {
            id: question.id.clone(),
            values: vec![value],
        });
    }
    answers
}

impl Bench {
    /// Takes a step of a case, answering what it asks.
    pub(crate) fn step(
        &self,
        case: &str,
        to: &str,
        note: &str,
        given: &[c::CaseAnswer],
        reason: Option<&str>,
    ) -> Result<c::CaseView, desk::Error> {
        let view = self.vault.case_show(case)?;
        let asks = view.moves.iter().find(|step| step.to == to);
        let today = self.vault.today().to_string();
        let asks = asks.map(|step| step.asks.as_slice()).unwrap_or_default();
        self.vault.case_advance(&c::CaseAdvanceReq {
            r#ref: case.to_owned(),
            to: to.to_owned(),
            note: note.to_owned(),
            at: None,
            answers: fill(asks, given, &today),
            approver: None,
            passphrase: reason.map(|_| PASSPHRASE.to_owned()),
            override_reason: reason.map(str::to_owned),
            leave_open: None,
            made_of: None,
        })
    }

    /// Adds a part to a case; gives its id.
    pub(crate) fn part(
        &self,
        case: &str,
        kind: &str,
        given: &[c::CaseAnswer],
    ) -> Result<String, desk::Error> {
        let view = self.vault.case_item_add(&c::CaseItemAddReq {
            r#ref: case.to_owned(),
            kind: kind.to_owned(),
            answers: given.to_vec(),
        })?;
        let group = view.parts.iter().find(|group| group.kind == kind).unwrap();
        Ok(group.rows.last().unwrap().id.clone())
    }

    /// Takes a step of a part of a case, answering what it asks.
    pub(crate) fn part_step(
        &self,
        case: &str,
        item: &str,
        to: &str,
        given: &[c::CaseAnswer],
    ) -> Result<c::CaseView, desk::Error> {
        let view = self.vault.case_show(case)?;
        let row = view
            .parts
            .iter()
            .flat_map(|group| &group.rows)
            .find(|row| row.id == item);
        let asks = row
            .and_then(|row| row.moves.iter().find(|step| step.to == to))
            .map(|step| step.asks.as_slice())
            .unwrap_or_default();
        let today = self.vault.today().to_string();
        self.vault.case_item_advance(&c::CaseItemAdvanceReq {
            r#ref: case.to_owned(),
            item: item.to_owned(),
            to: to.to_owned(),
            note: "As it was".to_owned(),
            at: None,
            answers: fill(asks, given, &today),
            approver: None,
            passphrase: None,
            override_reason: None,
            made_of: None,
        })
    }

    /// Everything that must be there before the reports of a failure are recorded: an account closed, an authority told.
    pub(crate) fn contain(&self, case: &str) {
        let account = self
            .part(case, "account", &[said_to("account", &["acct-1"])])
            .unwrap();
        self.part_step(case, &account, "closed", &[]).unwrap();
        let report = self
            .part(case, "report", &[said_to("authority", &["FBI IC3"])])
            .unwrap();
        self.part_step(case, &report, "cleared", &[]).unwrap();
        self.part_step(case, &report, "made", &[]).unwrap();
    }
}

fn set(clock: &Stopped, instant: &str) {
    let at: DateTime<Utc> = instant.parse().unwrap();
    clock.0.store(at.timestamp_millis(), Ordering::Relaxed);
}

fn surroundings(clock: &Arc<Stopped>, folder: &TempDir) -> Surroundings {
    Surroundings {
        now: clock.clone(),
        state: Some(folder.path().join("state")),
        worker: None,
        work: 15,
        schema: desk::Schema::TODAY,
    }
}

/// The code and the sentence of an error.
pub(crate) fn said<T>(result: Result<T, desk::Error>) -> (String, String) {
    match result {
        Ok(_) => panic!("this must be refused"),
        Err(error) => (error.0.code.clone(), error.0.message.clone()),
    }
}

/// Asks for everybody, by their references.
pub(crate) fn all_customers() -> c::CustomerListReq {
    c::CustomerListReq {
        query: String::new(),
        sort: c::CustomerSort::Ref,
        descending: false,
        offset: 0,
        limit: 0,
        counts: false,
    }
}

/// A tie as the form sends it.
pub(crate) fn interest(of: Option<&str>, kind: &str, share: Option<&str>) -> c::InterestReq {
    c::InterestReq {
        of: of.map(str::to_owned),
        kind: kind.to_owned(),
        share: share.map(str::to_owned),
        means: None,
        held_for: None,
        indirect: false,
        via: Vec::new(),
        from: None,
        to: None,
    }
}

/// Unlocks a vault that the desk shows a card of, as a page does.
pub(crate) fn unlock(desk: &Desk, vault: &str) {
    desk.vault_unlock(
        c::VaultUnlockReq {
            vault: vault.to_owned(),
            label: None,
            passphrase: PASSPHRASE.to_owned(),
            reading: false,
        },
        &Unwatched,
    )
    .unwrap();
}
