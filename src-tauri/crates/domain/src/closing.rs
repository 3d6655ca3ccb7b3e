//! The closing guard: what is still open about a customer, or on a case of any kind, when it is to end, each with the place where it is settled. A case is not
//! closed over it by accident; a person with the right may close it all the same, with a reason that stays (ux 2.5).

use crate::{
    customer::CustomerFile,
    handling::Task,
    machine::Refusal,
    onboarding,
    pack::Direction,
    record::{ClockRecord, Document},
    review,
};
use serde::{Deserialize, Serialize};

/// What is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An account that can be used.
    Account,
    /// Two values that do not fit.
    Discrepancy,
    /// A document that nobody has decided on.
    Document,
    /// A letter that was written and not sent.
    Draft,
    /// A letter that asks for something, and was not answered.
    Letter,
    /// A complaint without an answer.
    Redress,
    /// A red flag without an outcome.
    RedFlag,
    /// A running deadline.
    Clock,
    /// A case of another kind about the customer.
    Case,
    /// Something that the house wrote down to be done.
    Task,
}

impl Kind {
    /// The word that crosses to the window.
    pub fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Discrepancy => "discrepancy",
            Self::Document => "document",
            Self::Draft => "draft",
            Self::Letter => "letter",
            Self::Redress => "redress",
            Self::RedFlag => "red_flag",
            Self::Clock => "clock",
            Self::Case => "case",
            Self::Task => "task",
        }
    }

    /// What a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Account => "Account",
            Self::Discrepancy => "Discrepancy",
            Self::Document => "Document to review",
            Self::Draft => "Letter not sent",
            Self::Letter => "Letter without an answer",
            Self::Redress => "Complaint",
            Self::RedFlag => "Red flag",
            Self::Clock => "Running clock",
            Self::Case => "Open case",
            Self::Task => "Task not done",
        }
    }
}

/// Something that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// What it is.
    pub kind: Kind,
    /// The record, or the part of this one, in which it is settled: `K-0012`, `D-1`, a document's id, `C-000001/T-1`.
    pub at: String,
    /// In words.
    pub what: String,
}

impl Open {
    /// The part of the customer's record where it is settled; none where it is a record of its own.
    pub fn tab(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Account => Some("accounts"),
            Kind::Discrepancy | Kind::RedFlag => Some("case"),
            Kind::Draft | Kind::Letter | Kind::Redress => Some("letters"),
            Kind::Document | Kind::Clock | Kind::Case | Kind::Task => None,
        }
    }

    /// Nobody may leave it open: an account is closed with its day, because retention counts from that (D-38).
    pub fn must(&self) -> bool {
        self.kind == Kind::Account
    }

    /// Somebody answered or something runs, so that no case ends over it without a person.
    fn needs_a_person(&self) -> bool {
        !matches!(self.kind, Kind::Draft | Kind::Letter | Kind::Clock)
    }
}

/// What a case was closed over, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOpen {
    /// What was open, in words.
    pub items: Vec<String>,
    /// Why it was closed all the same.
    pub reason: String,
}

/// What is known beside the customer's own file.
#[derive(Debug, Default)]
pub struct Around<'a> {
    /// The customer's documents.
    pub documents: Vec<&'a Document>,
    /// Clocks about the customer.
    pub clocks: Vec<&'a ClockRecord>,
    /// Cases of other kinds about the customer in which something is owed: reference, and what it is about.
    pub cases: Vec<(String, String)>,
    /// Tasks about the customer, each with the record that it stands at.
    pub tasks: Vec<(String, Task)>,
}

/// The steps that end a case.
pub fn ends(to: &str) -> bool {
    onboarding::MACHINE.has_ended(to)
}

/// Everything that is open, in the order in which it is best settled.
pub fn open(file: &CustomerFile, around: &Around<'_>) -> Vec<Open> {
    let item = |kind: Kind, at: &str, what: String| Open {
        kind,
        at: at.to_owned(),
        what,
    };
    let mut all = Vec::new();
    for account in file.accounts.iter().filter(|one| onboarding::is_open(one)) {
        all.push(item(
            Kind::Account,
            &account.id,
            format!("Account {} is {}", account.account_ref, account.state),
        ));
    }
    for one in file
        .discrepancies
        .iter()
        .filter(|one| one.resolution.is_none())
    {
        all.push(item(
            Kind::Discrepancy,
            &one.id,
            // The values may be masked where they stand; the list and its copy in the journal name the fact alone.
            format!("{}: two values do not fit", one.what),
        ));
    }
    for paper in &around.documents {
        // Whatever was decided on it is done; a newer version is reviewed in its place.
        let replaced = around
            .documents
            .iter()
            .any(|newer| newer.replaces.as_ref() == Some(&paper.id));
        if review::is_reviewed(&paper.kind) && !replaced && file.review_of(&paper.id).is_none() {
            all.push(item(Kind::Document, &paper.id, paper.name.clone()));
        }
    }
    for one in file.redress.iter().filter(|one| one.outcome.is_none()) {
        all.push(item(
            Kind::Redress,
            &one.id,
            format!("{}, received {}", one.id, one.received_on),
        ));
    }
    for one in file.red_flags.iter().filter(|one| one.outcome.is_none()) {
        all.push(item(Kind::RedFlag, &one.id, one.what.clone()));
    }
    for letter in &file.letters {
        match &letter.sent {
            None => all.push(item(Kind::Draft, &letter.id, letter.subject.clone())),
            Some(sent) if letter.asks() && letter.answered.is_none() => {
                all.push(item(
                    Kind::Letter,
                    &letter.id,
                    format!("{}, sent {}", letter.subject, sent.on),
                ));
            }
            Some(_) => {}
        }
    }
    for clock in &around.clocks {
        // What must be kept is kept on; a deadline of a case is that case's.
        let ours = clock.case.is_none() && clock.stop.is_none();
        if ours && clock.computed.direction() == Direction::Deadline {
            all.push(item(
                Kind::Clock,
                &clock.reference,
                format!("{}, due {}", clock.computed.clock, clock.computed.due),
            ));
        }
    }
    for (reference, about) in &around.cases {
        all.push(item(Kind::Case, reference, about.clone()));
    }
    all.extend(to_do(&around.tasks));
    all
}

/// Tasks that nobody has done: all that the closing of a case beside a customer's own adds to the guards of its machine.
pub fn to_do(tasks: &[(String, Task)]) -> Vec<Open> {
    tasks
        .iter()
        .filter(|(_, task)| task.is_open())
        .map(|(about, task)| Open {
            kind: Kind::Task,
            at: format!("{about}/{}", task.id),
            what: match task.due {
                Some(due) => format!("{}, wanted by {due}", task.title),
                None => task.title.clone(),
            },
        })
        .collect()
}

/// What keeps a case from being abandoned by itself: whatever a person must look at first.
pub fn keeps(open: &[Open]) -> Vec<&Open> {
    open.iter().filter(|one| one.needs_a_person()).collect()
}

/// What a case ends over: nothing, or what is open with the reason why it is closed all the same.
///
/// # Errors
/// What must be settled, or what is open while nobody gives a reason.
pub fn over(open: &[Open], reason: Option<&str>) -> Result<Option<LeftOpen>, Refusal> {
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    match refused(open, reason) {
        Some(refusal) => Err(refusal),
        None => Ok(reason.filter(|_| !open.is_empty()).map(|reason| LeftOpen {
            items: open
                .iter()
                .map(|one| format!("{}: {}", one.kind.label(), one.what))
                .collect(),
            reason: reason.to_owned(),
        })),
    }
}

fn refused(open: &[Open], reason: Option<&str>) -> Option<Refusal> {
    let words = |items: &mut dyn Iterator<Item = &Open>| {
        items
            .map(|one| format!("{} ({})", one.what, one.kind.label().to_lowercase()))
            .collect::<Vec<_>>()
            .join("; ")
    };
    if open.iter().any(Open::must) {
        return Some(Refusal::new(
            "E-CASE-BLOCKED",
            format!(
                "These accounts are still open: {}. Close each with its day, because retention counts from it.",
                words(&mut open.iter().filter(|one| one.must()))
            ),
        ));
    }
    if open.is_empty() || reason.is_some() {
        return None;
    }
    Some(Refusal::new(
        "E-CASE-OPEN",
        format!(
            "Still open: {}. Settle each, or say why the case is closed anyway.",
            words(&mut open.iter())
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::{Discrepancy, PartyKind};

    fn file() -> CustomerFile {
        let mut file = CustomerFile::new("C-1", None, PartyKind::Individual);
        file.discrepancies.push(Discrepancy {
            id: "D-1".to_owned(),
            about: "C-1".to_owned(),
            what: "Date of birth".to_owned(),
            claimed: "1974-12-08".to_owned(),
            found: "1974-08-12".to_owned(),
            source: "Passport".to_owned(),
            substantive: true,
            resolution: None,
            by: "k".to_owned(),
            on: "2026-01-01".to_owned(),
        });
        file
    }

    fn paper(kind: &str) -> Document {
        Document {
            id: format!("paper-{kind}"),
            subject: "C-1".to_owned(),
            kind: kind.to_owned(),
            name: format!("{kind}.pdf"),
            media_type: "application/pdf".to_owned(),
            bytes: 1,
            sha256: String::new(),
            recipient: String::new(),
            pages: None,
            marks: Vec::new(),
            replaces: None,
        }
    }

    #[test]
    fn what_is_open_is_named_and_a_reason_closes_over_it() {
        let (passport, receipt) = (paper("passport"), paper("letter"));
        let around = Around {
            documents: vec![&passport, &receipt],
            cases: vec![("INC-2026-0001".to_owned(), "Scanning".to_owned())],
            ..Around::default()
        };
        let open = open(&file(), &around);
        let at: Vec<&str> = open.iter().map(|one| one.at.as_str()).collect();
        assert_eq!(
            at,
            ["D-1", "paper-passport", "INC-2026-0001"],
            "a postal receipt is not reviewed"
        );
        assert!(
            !open.iter().any(|one| one.what.contains("1974")),
            "what is masked where it stands is not said here"
        );
        let why = over(&open, None).expect_err("open things hold it");
        assert!(
            why.code == "E-CASE-OPEN"
                && why.why.contains("Date of birth")
                && why.why.contains("Scanning"),
            "{}",
            why.why
        );
        assert!(over(&open, Some(" ")).is_err(), "blanks are no reason");
        let left = over(&open, Some(" The customer left for good ")).unwrap();
        let left = left.expect("what was left open is kept with the reason");
        assert_eq!(
            (left.items.len(), left.reason.as_str()),
            (3, "The customer left for good")
        );
        assert_eq!(over(&[], None), Ok(None));
        assert_eq!(
            over(&[], Some("For nothing")),
            Ok(None),
            "nothing was left open"
        );
    }

    #[test]
    fn a_task_is_open_until_it_is_done_and_is_never_abandoned_by_itself() {
        let day = |text: &str| text.parse().unwrap();
        let task = |due: Option<&str>| {
            let due = due.map(day);
            Task::new(
                "T-1".to_owned(),
                "Ring the registry",
                None,
                None,
                due,
                day("2026-03-01"),
            )
            .unwrap()
        };
        let mut tasks = vec![
            ("C-1".to_owned(), task(Some("2026-03-05"))),
            ("INC-1".to_owned(), task(None)),
        ];
        let open = to_do(&tasks);
        assert_eq!(
            open.iter()
                .map(|one| (one.at.as_str(), one.what.as_str()))
                .collect::<Vec<_>>(),
            [
                ("C-1/T-1", "Ring the registry, wanted by 2026-03-05"),
                ("INC-1/T-1", "Ring the registry")
            ],
            "each says where it is done"
        );
        assert_eq!(keeps(&open).len(), 2, "somebody is to do it");
        tasks[0].1.done = Some(crate::handling::TaskDone {
            on: day("2026-03-04"),
            by: "k".to_owned(),
            note: None,
        });
        assert_eq!(to_do(&tasks).len(), 1);
    }

    #[test]
    fn no_reason_closes_over_an_account_that_can_be_used() {
        let mut file = file();
        for (id, state) in [
            ("A-1", "restricted"),
            ("A-2", "closed"),
            ("A-3", "requested"),
            ("A-4", "suspended"),
        ] {
            file.accounts.push(crate::customer::Account {
                id: id.to_owned(),
                account_ref: format!("acct-{id}"),
                state: state.to_owned(),
                products: String::new(),
                opened_on: None,
                closed_on: None,
                resold_to_foreign: None,
                payments: Vec::new(),
                extra: std::collections::BTreeMap::new(),
            });
        }
        let open = open(&file, &Around::default());
        let why = over(&open, Some("All the same")).expect_err("an account holds it");
        assert_eq!(why.code, "E-CASE-BLOCKED");
        assert!(
            why.why.contains("acct-A-1")
                && why.why.contains("acct-A-4")
                && !why.why.contains("acct-A-2"),
            "{}",
            why.why
        );
        assert_eq!(
            keeps(&open).len(),
            3,
            "two accounts and the discrepancy need a person"
        );
    }
}
