//! The conduct of a case: what is open when it ends, what it does by itself, signatories, red flags, answers to letters.

use super::{Wrong, clean, part};
use crate::{
    error::{Error, Result},
    open_vault::{Names, OpenVault},
};
use chrono::{Days, NaiveDate};
use contract as c;
use domain::{
    cases,
    change::Change,
    checklist,
    closing::{self, Around, LeftOpen, Open},
    customer::{CustomerFile, How, TargetEnded},
    due::{self, What},
    field::Input,
    handling::Task,
    house::HouseRules,
    letter::LetterAnswer,
    onboarding,
    pack::Part,
    record::{ClockRecord, Document},
    redflag::RedFlag,
    reopening::{self, Trigger},
    signatory::{self, Signatory},
};
use store::{Act, Read};

/// States in which an internal target stands still: the case is settled, or a restriction has a day of its own.
fn target_ends(to: &str) -> bool {
    !due::AT_WORK.contains(&to)
}

impl OpenVault {
    /// Everything that is open about a customer, wherever it is settled.
    pub(crate) fn open_about(&self, read: &Read<'_>, file: &CustomerFile) -> Result<Vec<Open>> {
        let mut papers: Vec<Document> = Vec::new();
        let mut tasks: Vec<(String, Task)> = Vec::new();
        for subject in std::iter::once(&file.reference).chain(&file.merged) {
            let there = read.tasks_about(subject)?;
            tasks.extend(there.into_iter().map(|task| (subject.clone(), task)));
            papers.extend(
                read.documents_of(subject)?
                    .into_iter()
                    .map(|line| line.document),
            );
        }
        let clocks: Vec<ClockRecord> = read.clocks_about(&file.reference)?;
        let cases = read
            .cases()?
            .into_iter()
            .filter(|case| case.subjects.contains(&file.reference))
            .filter_map(|case| {
                let machine = cases::machine(&case.kind)?;
                (!machine.is_done(&case.state))
                    .then(|| (case.reference, format!("{}: {}", machine.title, case.text)))
            })
            .collect();
        let around = Around {
            documents: papers.iter().collect(),
            clocks: clocks.iter().collect(),
            cases,
            tasks,
        };
        Ok(closing::open(file, &around))
    }

    /// What a step that ends a case is closed over; refuses where something must be settled, or nobody says why not.
    pub(super) fn closed_over(
        &self,
        read: &Read<'_>,
        file: &CustomerFile,
        to: &str,
        reason: Option<&str>,
    ) -> Result<Option<LeftOpen>> {
        if !closing::ends(to) {
            return Ok(None);
        }
        let mut open = self.open_about(read, file)?;
        if to == "abandoned" {
            // Deadlines of an abandoned case are cancelled with it.
            open.retain(|one| one.kind != closing::Kind::Clock);
        }
        closing::over(&open, reason).map_err(|refused| {
            Error::input(refused.code, format!("{}: {}", file.reference, refused.why))
        })
    }

    /// What a step does to the internal target of a case: sets it, ends it, or lets it run.
    pub(super) fn with_target(
        &self,
        file: &CustomerFile,
        to: &str,
        on: &str,
        how: How,
    ) -> Result<How> {
        let house = self.house()?;
        let days = match (file.status.as_str(), to) {
            ("reverify", "collecting" | "verifying") if file.target_on.is_some() => None,
            (_, "collecting") => Some(house.decide_within_days),
            (_, "reverify") | ("restricted", "verifying") => Some(house.verify_again_within_days),
            _ => None,
        };
        let target_on = days
            .zip(on.parse::<NaiveDate>().ok())
            .and_then(|(days, on)| on.checked_add_days(Days::new(days.into())))
            .map(|day| day.to_string());
        let ended = file
            .target_on
            .as_ref()
            .filter(|_| target_ends(to) || target_on.is_some());
        let target_ended = ended.map(|set| TargetEnded {
            on: set.clone(),
            outcome: match to {
                "abandoned" | "closed_account" => "cancelled",
                _ if on > set.as_str() => "late",
                _ => "met",
            }
            .to_owned(),
        });
        Ok(How {
            target_on,
            target_ended,
            ..how
        })
    }

    /// Cancels the deadlines of a customer whose case is abandoned; what must be kept is kept on.
    pub(super) fn cancel_clocks(
        &self,
        act: &mut Act<'_, '_>,
        file: &CustomerFile,
        on: &str,
        by: &str,
    ) -> Result<()> {
        for clock in act.read().clocks_about(&file.reference)? {
            let deadline = clock.computed.direction() == domain::pack::Direction::Deadline;
            if clock.stop.is_none() && clock.case.is_none() && deadline {
                let ending = crate::clocks::Ending {
                    outcome: "cancelled",
                    at: on,
                    by,
                    document: None,
                };
                self.stop_clock(act, &clock.reference, ending)?;
            }
        }
        Ok(())
    }

    /// The house's own rules as they stand.
    pub(crate) fn house(&self) -> Result<HouseRules> {
        self.read(|read| Ok(read.organisation()?.house))
    }

    /// The house's own rules.
    pub fn house_rules(&self) -> Result<c::HouseRulesView> {
        let house = self.house()?;
        Ok(c::HouseRulesView {
            abandon_after_days: house.abandon_after_days,
            decide_within_days: house.decide_within_days,
            verify_again_within_days: house.verify_again_within_days,
            attempts: house.attempts,
            reverify_by_itself: house.reverify_by_itself,
            expired_by_itself: house.expired_by_itself,
        })
    }

    /// Changes the house's own rules. Targets that are set stay where they are.
    pub fn house_rules_save(&self, req: &c::HouseRulesReq) -> Result<c::HouseRulesView> {
        let after = HouseRules {
            abandon_after_days: req.abandon_after_days,
            decide_within_days: req.decide_within_days,
            verify_again_within_days: req.verify_again_within_days,
            attempts: req.attempts,
            reverify_by_itself: req.reverify_by_itself,
            expired_by_itself: req.expired_by_itself,
        };
        let mut wrong = Wrong::default();
        for (field, why) in after.problems() {
            wrong.add(field, "E-HOUSE-NUMBER", why);
        }
        wrong.done("House rules")?;
        let reason = clean("reason", &req.reason)?;
        if reason.trim().is_empty() {
            return Err(Error::input(
                "E-HOUSE-REASON",
                "Write why the house's rules change: it stays in the journal beside them.",
            ));
        }
        let before = self.house()?;
        if before != after {
            self.act(|act| {
                act.push(Change::HouseRulesSet { before, after }, None, Some(&reason))?;
                Ok(())
            })?;
        }
        self.house_rules()
    }

    /// What the house's rules do by themselves today, as entries that say so: cases that were silent too long are abandoned, customers in use
    /// whose document has expired or whose interval has passed are opened again. Does nothing for whoever only reads, or may not work on cases.
    pub fn tend(&self) -> Result<c::Tended> {
        let mut tended = c::Tended {
            abandoned: Vec::new(),
            reopened: Vec::new(),
            kept: Vec::new(),
        };
        if self.reading().is_some() || self.needs(domain::may::Right::Collect).is_err() {
            return Ok(tended);
        }
        let house = self.house()?;
        let today = self.today();
        let silent = match house
            .abandon_after_days
            .and_then(|days| today.checked_sub_days(Days::new(days.into())))
        {
            None => Vec::new(),
            Some(since) => {
                let before = since
                    .and_time(chrono::NaiveTime::MIN)
                    .and_utc()
                    .timestamp_millis();
                self.read(|read| Ok(read.silent_since(before)?))?
            }
        };
        let due = self.to_open_again(&house, today)?;
        if silent.is_empty() && due.is_empty() {
            return Ok(tended);
        }
        let mut abandon = Vec::new();
        self.read(|read| {
            for reference in silent {
                let file = read.customer_file(&reference)?;
                let open = self.open_about(read, &file)?;
                let keeps = closing::keeps(&open);
                if keeps.is_empty() {
                    abandon.push((file, open));
                } else {
                    let what: Vec<&str> = keeps.iter().map(|one| one.what.as_str()).collect();
                    tended.kept.push(c::Choice {
                        value: file.reference.clone(),
                        label: what.join("; "),
                    });
                }
            }
            Ok(())
        })?;
        if abandon.is_empty() && due.is_empty() {
            return Ok(tended);
        }
        self.act(|act| {
            for (file, open) in abandon {
                self.abandon(act, &file, &open, &house, &today.to_string())?;
                tended.abandoned.push(file.reference);
            }
            for (reference, trigger, why) in due {
                let file = act.read().customer_file(&reference)?;
                self.reopen_by(act, &file, trigger, &why, true)?;
                tended.reopened.push(reference);
            }
            Ok(())
        })?;
        Ok(tended)
    }

    /// The same once for each day on which the vault is used. A disk that is full then keeps nobody from looking at what is due.
    pub(crate) fn tend_daily(&self) -> Result<()> {
        if self.tended_on(self.today()) {
            return Ok(());
        }
        match self.tend() {
            Err(error) if error.0.class != contract::Class::Machine => Err(error),
            _ => Ok(()),
        }
    }

    /// Customers in use who are opened again by themselves: whose document has expired, and, where the house wants it, whose interval has passed.
    fn to_open_again(
        &self,
        house: &HouseRules,
        today: NaiveDate,
    ) -> Result<Vec<(String, Trigger, String)>> {
        self.read(|read| {
            let mut found: Vec<(String, Trigger, String)> = Vec::new();
            if house.expired_by_itself {
                for reference in read.expired_before(&today.to_string())? {
                    let file = read.customer_file(&reference)?;
                    if let Some(why) = reopening::expired(&file, today) {
                        found.push((reference, Trigger::Document, why));
                    }
                }
            }
            if house.reverify_by_itself
                && let Some(yesterday) = today.pred_opt()
            {
                let (due, _) =
                    read.due_by(&yesterday.to_string(), Some(What::VerifyAgain), u32::MAX)?;
                for store::DueAbout {
                    customer: reference,
                    on,
                    ..
                } in due
                {
                    if found.iter().all(|(there, ..)| *there != reference) {
                        found.push((
                            reference,
                            Trigger::Interval,
                            format!("It was to be verified again by {on}"),
                        ));
                    }
                }
            }
            Ok(found)
        })
    }

    fn abandon(
        &self,
        act: &mut Act<'_, '_>,
        file: &CustomerFile,
        open: &[Open],
        house: &HouseRules,
        on: &str,
    ) -> Result<()> {
        let days = house.abandon_after_days.unwrap_or_default();
        let why = format!(
            "Automatic: nothing was recorded about the case for {days} days, which is the house's rule"
        );
        let left: Vec<String> = open
            .iter()
            .filter(|one| one.kind != closing::Kind::Clock)
            .map(|one| format!("{}: {}", one.kind.label(), one.what))
            .collect();
        let how = How {
            automatic: true,
            left_open: (!left.is_empty()).then(|| LeftOpen {
                items: left,
                reason: "Nobody answered: what was waited for is waited for no longer".to_owned(),
            }),
            ..How::default()
        };
        let change = Change::CustomerAdvanced {
            customer: file.reference.clone(),
            from: file.status.clone(),
            to: "abandoned".to_owned(),
            on: on.to_owned(),
            note: Some(why.clone()),
            terms: None,
            approval: None,
            how: Box::new(self.with_target(file, "abandoned", on, how)?),
        };
        act.push(change, Some(on), Some(&why))?;
        self.cancel_clocks(act, file, on, "The case was abandoned")?;
        let file = act.read().customer_file(&file.reference)?;
        self.keep_decision(act, &file, on)
    }

    /// Opens a settled case again because something happened (D-24, D-35); a case that is open stays where it is.
    pub(crate) fn reopen_for(
        &self,
        act: &mut Act<'_, '_>,
        file: &CustomerFile,
        trigger: Trigger,
        why: &str,
    ) -> Result<()> {
        self.reopen_by(act, file, trigger, why, true)
    }

    fn reopen_by(
        &self,
        act: &mut Act<'_, '_>,
        file: &CustomerFile,
        trigger: Trigger,
        why: &str,
        automatic: bool,
    ) -> Result<()> {
        if onboarding::MACHINE.step(&file.status, "reverify").is_none() {
            return Ok(());
        }
        let on = self.today().to_string();
        let how = How {
            trigger: Some(trigger),
            automatic,
            ..How::default()
        };
        let change = Change::CustomerAdvanced {
            customer: file.reference.clone(),
            from: file.status.clone(),
            to: "reverify".to_owned(),
            on: on.clone(),
            note: Some(why.to_owned()),
            terms: None,
            approval: None,
            how: Box::new(self.with_target(file, "reverify", &on, how)?),
        };
        act.push(
            change,
            None,
            Some(&format!(
                "Automatic, {}: {why}",
                trigger.label().to_lowercase()
            )),
        )?;
        self.restrict_accounts(act, &file.reference)
    }

    /// Opens a settled case again where somebody in it is not shown to be a U.S. person any more, and not verified (invariant i).
    pub(super) fn reopen_in_doubt(&self, act: &mut Act<'_, '_>, customer: &str) -> Result<()> {
        let file = act.read().customer_file(customer)?;
        match reopening::in_doubt(&file, &self.rules()) {
            Some(why) => self.reopen_for(act, &file, Trigger::Doubt, &why),
            None => Ok(()),
        }
    }

    /// Records a signatory, or a person with authority or control over an account (D-29).
    pub fn signatory_save(&self, req: &c::SignatorySaveReq) -> Result<c::CustomerView> {
        let mut wrong = Wrong::default();
        let name = wrong.one("name", Input::Text, Some(&req.name));
        let authority = wrong.one("authority", Input::Text, Some(&req.authority));
        let made = Signatory {
            id: String::new(),
            name: name.clone().unwrap_or_default(),
            name_original: wrong.one("name_original", Input::Text, req.name_original.as_deref()),
            role: req.role.clone(),
            authority: authority.clone().unwrap_or_default(),
            country: wrong.one("country", Input::Country, req.country.as_deref()),
            address: wrong.one("address", Input::Long, req.address.as_deref()),
            email: wrong.one("email", Input::Email, req.email.as_deref()),
            phone: wrong.one("phone", Input::Phone, req.phone.as_deref()),
            source: wrong.one("source", Input::Text, req.source.as_deref()),
            valid_from: wrong.one("valid_from", Input::Date, req.valid_from.as_deref()),
            valid_to: wrong.one("valid_to", Input::Date, req.valid_to.as_deref()),
        };
        if name.is_none() {
            wrong.add(
                "name",
                "E-SIGNATORY-NAME",
                "The name is empty. Write the person's full legal name.".to_owned(),
            );
        }
        if authority.is_none() {
            wrong.add(
                "authority",
                "E-SIGNATORY-AUTHORITY",
                "Write what the person may do, and by what: \"signs alone, by the register\"."
                    .to_owned(),
            );
        }
        if !signatory::ROLES.iter().any(|(word, _)| *word == req.role) {
            let all: Vec<&str> = signatory::ROLES.iter().map(|(word, _)| *word).collect();
            wrong.add(
                "role",
                "E-SIGNATORY-ROLE",
                format!("Choose one of: {}.", all.join(", ")),
            );
        }
        let today = self.today().to_string();
        for (field, day) in [
            ("valid_from", &made.valid_from),
            ("valid_to", &made.valid_to),
        ] {
            if let Some(day) = day.as_ref().filter(|day| **day > today) {
                wrong.add(
                    field,
                    "E-FIELD-FUTURE",
                    format!("{day} lies in the future. Record it when it has happened."),
                );
            }
        }
        if let (Some(from), Some(to)) = (&made.valid_from, &made.valid_to)
            && to < from
        {
            wrong.add(
                "valid_to",
                "E-SIGNATORY-DATES",
                format!("The end ({to}) is before the start ({from})."),
            );
        }
        wrong.done(&format!("{} signatory", req.customer))?;
        self.act(|act| {
            let file = act.read().customer_file(&req.customer)?;
            let before = match &req.id {
                None => None,
                Some(id) => Some(part(&file, "signatory", &file.signatories, id, |one| {
                    &one.id
                })?),
            };
            let id = req.id.clone().unwrap_or_else(|| file.next_id("S"));
            let change = Change::SignatoryRecorded {
                customer: file.reference.clone(),
                before: before.map(Box::new),
                signatory: Box::new(Signatory { id, ..made }),
            };
            act.push(change, None, None)?;
            self.prove_new(act, &file, req.proved_by.as_deref())?;
            self.customer_view(act.read(), &file.reference)
        })
    }

    /// Records a red flag, or what came of it. A new one opens a settled case again (D-35).
    pub fn red_flag_save(&self, req: &c::RedFlagSaveReq) -> Result<c::CustomerView> {
        let mut wrong = Wrong::default();
        let what = wrong.one("what", Input::Long, Some(&req.what));
        let source = wrong.one("source", Input::Text, Some(&req.source));
        let outcome = wrong.one("outcome", Input::Long, req.outcome.as_deref());
        let flag = req.flag.clone().filter(|flag| !flag.is_empty());
        if what.is_none() {
            wrong.add("what", "E-FLAG-EMPTY", "Write what was seen.".to_owned());
        }
        if source.is_none() {
            wrong.add(
                "source",
                "E-FLAG-SOURCE",
                "Write where it was seen, or who said so.".to_owned(),
            );
        }
        if let Some(flag) = &flag
            && self.flag_label(flag).is_none()
        {
            let short: String = flag.chars().take(60).collect();
            wrong.add("flag", "E-FLAG-UNKNOWN", format!("\"{short}\" is no red flag of the rule packs in use. Choose one of the list, or none."));
        }
        let mut day = |field: &str, given: Option<&str>| {
            self.past_day(given).unwrap_or_else(|error| {
                wrong.add(field, &error.0.code, error.0.message);
                None
            })
        };
        let seen_on = day("seen_on", Some(&req.seen_on));
        let settled_on = day("settled_on", req.settled_on.as_deref());
        wrong.done(&format!("{} red flag", req.customer))?;
        let today = self.today().to_string();
        let seen_on = seen_on.unwrap_or_else(|| today.clone());
        let settled_on = outcome.as_ref().map(|_| settled_on.unwrap_or(today));
        if settled_on.as_ref().is_some_and(|on| *on < seen_on) {
            return Err(Error::input(
                "E-FLAG-DAY",
                format!("It was seen on {seen_on}; nothing can have come of it before."),
            ));
        }
        self.act(|act| {
            let file = act.read().customer_file(&req.customer)?;
            let before = match &req.id {
                None => None,
                Some(id) => Some(part(&file, "red flag", &file.red_flags, id, |one| &one.id)?),
            };
            let new = before.is_none();
            let flag = RedFlag {
                id: req.id.clone().unwrap_or_else(|| file.next_id("F")),
                flag,
                what: what.unwrap_or_default(),
                source: source.unwrap_or_default(),
                seen_on: seen_on.clone(),
                outcome,
                settled_on,
                by: self.author(),
            };
            let why = format!("Red flag {}: {}", flag.id, flag.what);
            let change = Change::RedFlagRecorded {
                customer: file.reference.clone(),
                before,
                flag,
            };
            act.push(change, Some(&seen_on), None)?;
            if new {
                let file = act.read().customer_file(&file.reference)?;
                self.reopen_for(act, &file, Trigger::RedFlag, &why)?;
            }
            self.customer_view(act.read(), &file.reference)
        })
    }

    fn flag_label(&self, flag: &str) -> Option<String> {
        let rules = self.rules();
        rules.in_use().find_map(|pack| {
            pack.list(Part::RedFlag)
                .iter()
                .find(|one| one.id == flag)
                .map(|one| one.label.clone())
        })
    }

    /// Records what a customer answered to a letter, or that the wait for an answer is over.
    pub fn letter_answered(&self, req: &c::LetterAnsweredReq) -> Result<c::CustomerView> {
        let what = clean("what", &req.what)?;
        if what.trim().is_empty() {
            return Err(Error::input(
                "E-LETTER-ANSWER",
                "Write what the customer answered, or why no answer is waited for any more.",
            ));
        }
        let on = self
            .past_day(Some(&req.on))?
            .unwrap_or_else(|| self.today().to_string());
        self.act(|act| {
            let file = act.read().customer_file(&req.customer)?;
            let before = part(&file, "letter", &file.letters, &req.id, |one| &one.id)?;
            let Some(sent) = &before.sent else {
                return Err(Error::refused(
                    "E-LETTER-UNSENT",
                    format!("{} was not sent yet: record that first.", before.id),
                ));
            };
            if on < sent.on {
                return Err(Error::input(
                    "E-LETTER-DAY",
                    format!(
                        "{} was sent on {}; it cannot have been answered on {on}.",
                        before.id, sent.on
                    ),
                ));
            }
            if let Some(id) = &req.document {
                act.read().document(id)?;
            }
            let mut letter = before.clone();
            letter.answered = Some(LetterAnswer {
                on: on.clone(),
                what: what.clone(),
                document: req.document.clone(),
                by: self.author(),
            });
            let change = Change::LetterSaved {
                customer: file.reference.clone(),
                before: Some(Box::new(before)),
                letter: Box::new(letter),
            };
            act.push(change, Some(&on), None)?;
            self.customer_view(act.read(), &file.reference)
        })
    }

    /// The day on which a case is abandoned by itself unless something is recorded before; none where the house has no such rule.
    pub(super) fn abandoned_on(
        &self,
        read: &Read<'_>,
        file: &CustomerFile,
    ) -> Result<Option<String>> {
        let days = read
            .organisation()?
            .house
            .abandon_after_days
            .filter(|_| file.status == "collecting");
        let last =
            chrono::DateTime::from_timestamp_millis(file.changed_at).map(|at| at.date_naive());
        Ok(days
            .zip(last)
            .and_then(|(days, last)| last.checked_add_days(Days::new(u64::from(days) + 1)))
            .map(|day| day.to_string()))
    }

    /// What is due about a customer, in words.
    pub(super) fn due_views(&self, file: &CustomerFile) -> Vec<c::CaseDue> {
        let today = self.today();
        due::due(file, &self.rules())
            .into_iter()
            .map(|one| c::CaseDue {
                what: one.what.word().to_owned(),
                label: one.what.label().to_owned(),
                on: one.on.to_string(),
                standing: domain::clock::due_in((one.on - today).num_days()).words(),
                overdue: one.on < today,
            })
            .collect()
    }

    pub(super) fn red_flag_views(&self, file: &CustomerFile, names: &Names) -> Vec<c::RedFlagView> {
        file.red_flags
            .iter()
            .map(|one| c::RedFlagView {
                id: one.id.clone(),
                flag: one.flag.clone(),
                flag_label: one
                    .flag
                    .as_deref()
                    .map(|flag| self.flag_label(flag).unwrap_or_else(|| flag.to_owned())),
                what: one.what.clone(),
                source: one.source.clone(),
                seen_on: one.seen_on.clone(),
                outcome: one.outcome.clone(),
                settled_on: one.settled_on.clone(),
                by: names.of(&one.by),
            })
            .collect()
    }

    pub(super) fn checklist_views(&self, file: &CustomerFile) -> Vec<c::ChecklistSection> {
        checklist::checklist(file, &self.rules(), self.today())
            .into_iter()
            .map(|section| {
                let asked = section
                    .items
                    .iter()
                    .filter(|one| one.state != checklist::State::Optional);
                let done = asked
                    .clone()
                    .filter(|one| one.state == checklist::State::Done)
                    .count();
                c::ChecklistSection {
                    asked: u32::try_from(asked.count()).unwrap_or(u32::MAX),
                    done: u32::try_from(done).unwrap_or(u32::MAX),
                    title: section.title,
                    items: section
                        .items
                        .into_iter()
                        .map(|one| c::ChecklistItem {
                            label: one.label,
                            state: one.state.word().to_owned(),
                            duty: one.duty.to_owned(),
                            evidence: one
                                .evidence
                                .into_iter()
                                .map(|seen| c::ChecklistEvidence {
                                    place: seen.place.to_owned(),
                                    at: seen.at,
                                    words: seen.words,
                                })
                                .collect(),
                        })
                        .collect(),
                }
            })
            .collect()
    }
}

pub(crate) fn open_view(one: Open) -> c::OpenItem {
    c::OpenItem {
        kind_label: one.kind.label().to_owned(),
        kind: one.kind.word().to_owned(),
        tab: one.tab().map(str::to_owned),
        must: one.must(),
        at: one.at,
        what: one.what,
    }
}

/// What a case ended over.
pub(crate) fn left_view(left: &LeftOpen) -> c::LeftOpenView {
    c::LeftOpenView {
        items: left.items.clone(),
        reason: left.reason.clone(),
    }
}

pub(super) fn signatory_view(
    file: &CustomerFile,
    one: &Signatory,
    proofs: Vec<c::ProofView>,
) -> c::SignatoryView {
    c::SignatoryView {
        id: one.id.clone(),
        name: one.name.clone(),
        name_original: one.name_original.clone(),
        role: one.role.clone(),
        role_label: signatory::role_label(&one.role).to_owned(),
        authority: one.authority.clone(),
        country: one.country.clone(),
        address: one.address.clone(),
        email: one.email.clone(),
        phone: one.phone.clone(),
        source: one.source.clone(),
        valid_from: one.valid_from.clone(),
        valid_to: one.valid_to.clone(),
        verified: file.is_verified(&one.id),
        proofs,
    }
}
