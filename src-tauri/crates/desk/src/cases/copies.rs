//! The copies that a request asks for: what a sealed and a sent filing, and a CIP that arrives, do to its parts. The clock runs to the last.

use super::machine_of;
use crate::{clocks::Ending, error::Result, open_vault::OpenVault};
use domain::{
    casefile::{Case, Item, Taken},
    cases::settled,
    change::Change,
    machine::Answers,
    record::{Filing, Reseller},
};
use std::collections::HashSet;
use store::Act;

impl OpenVault {
    /// A filing was sealed: what it supplies is here, what it explains is explained, and the case takes the remaining steps to its review.
    pub(crate) fn copies_sealed(&self, act: &mut Act<'_, '_>, filing: &Filing) -> Result<()> {
        let Some(case) = filing.case.as_deref() else {
            return Ok(());
        };
        let case = act.read().case(case)?;
        if filing.form != "F4" || case.kind != "request" || machine_of(&case)?.is_done(&case.state)
        {
            return Ok(());
        }
        for item in case.items_of("cip").filter(|item| !settled(&item.state)) {
            let owner = item.subject.as_deref().unwrap_or_default();
            if self.in_force(act, owner, &case)? {
                self.put_copy(act, &case, item, "held", Answers::new())?;
                continue;
            }
            let reason = filing.written("missing", owner, "reason");
            if !reason.is_empty() {
                let answers = Answers::from([("reason".to_owned(), vec![reason.to_owned()])]);
                self.put_copy(act, &case, item, "explained", answers)?;
            }
        }
        self.go_through(
            act,
            &case,
            &["scoped", "gathering", "review"],
            &filing.reference,
        )
    }

    /// A filing was sent. The last one stops the clock; one that leaves something to follow does not, and what is left gets a draft of its own.
    pub(crate) fn copies_sent(
        &self,
        act: &mut Act<'_, '_>,
        filing: &Filing,
        at: &str,
        day: &str,
        by: &str,
    ) -> Result<()> {
        let (Some(case), Some(clock)) = (filing.case.as_deref(), filing.clock.as_deref()) else {
            return Ok(());
        };
        let case = act.read().case(case)?;
        let unsent = act.read().filings()?.iter().any(|other| {
            other.form == "F4" && other.case == filing.case && other.sending.is_none()
        });
        let sent: HashSet<&str> = filing
            .items
            .iter()
            .map(|(reseller, _)| reseller.as_str())
            .collect();
        if !unsent {
            for item in case.items_of("cip") {
                let owner = item.subject.as_deref().unwrap_or_default();
                if item.state == "held" && sent.contains(owner) {
                    self.put_copy_on(act, &case, item, "sent", Answers::new(), day)?;
                }
            }
        }
        let case = act.read().case(&case.reference)?;
        let left = case.items_of("cip").any(|item| {
            let owner = item.subject.as_deref().unwrap_or_default();
            match item.state.as_str() {
                "sent" | "explained" => false,
                // The filing of another pack is still to go out with it.
                "held" => !sent.contains(owner),
                _ => true,
            }
        });
        let over = machine_of(&case)?.is_done(&case.state);
        if act.read().clock(clock)?.stop.is_none() && (!left || over) {
            let ending = Ending {
                outcome: "satisfied",
                at,
                by,
                document: None,
            };
            self.stop_clock(act, clock, ending)?;
        }
        // The request is answered when the filing of every pack that asks for one has gone out.
        if unsent || machine_of(&case)?.step(&case.state, "sent").is_none() {
            return Ok(());
        }
        let (step, to) = if left {
            ("sent_in_part", "gathering")
        } else {
            ("sent", "sent")
        };
        act.push(
            Change::CaseAdvanced {
                case: case.reference.clone(),
                from: case.state.clone(),
                to: to.to_owned(),
                taken: Taken {
                    step: step.to_owned(),
                    state: to.to_owned(),
                    on: day.to_owned(),
                    at: None,
                    answers: Answers::new(),
                    left_open: None,
                    made_of: None,
                },
                approval: None,
            },
            Some(day),
            Some(by),
        )?;
        if left {
            let running: Vec<_> = act
                .read()
                .clocks_about(&case.reference)?
                .into_iter()
                .filter(|clock| {
                    clock.stop.is_none() && clock.case.as_deref() == Some(&case.reference)
                })
                .collect();
            self.draft_copies(act, &case, &running)?;
            return Ok(());
        }
        // An internal target that nobody recorded is not owed once the work is done.
        self.end_case_clocks(
            act,
            &case.reference,
            |rule| !rule.statutory,
            "cancelled",
            at,
            by,
        )
    }

    /// A CIP was filed: every open request that waits for it has it now.
    pub(crate) fn copy_arrived(&self, act: &mut Act<'_, '_>, reseller: &Reseller) -> Result<()> {
        for case in act.read().cases()? {
            if case.kind != "request" || machine_of(&case)?.is_done(&case.state) {
                continue;
            }
            for item in case.items_of("cip") {
                let waits = matches!(
                    item.state.as_str(),
                    "missing" | "demanded" | "refused" | "to_follow"
                );
                if waits
                    && item.subject.as_deref() == Some(&reseller.reference)
                    && reseller.cip_on(&case.received_on).is_some()
                {
                    self.put_copy(act, &case, item, "held", Answers::new())?;
                }
            }
        }
        Ok(())
    }

    fn in_force(&self, act: &Act<'_, '_>, owner: &str, case: &Case) -> Result<bool> {
        Ok(act
            .read()
            .reseller(owner)
            .is_ok_and(|reseller| reseller.cip_on(&case.received_on).is_some()))
    }

    /// The steps of the straight path that are left up to a state, in one act.
    fn go_through(
        &self,
        act: &mut Act<'_, '_>,
        case: &Case,
        path: &[&str],
        by: &str,
    ) -> Result<()> {
        let machine = machine_of(case)?;
        let today = self.today().to_string();
        let mut from = case.state.clone();
        for to in path {
            if machine.step(&from, to).is_none() {
                continue;
            }
            act.push(
                Change::CaseAdvanced {
                    case: case.reference.clone(),
                    from: from.clone(),
                    to: (*to).to_owned(),
                    taken: Taken {
                        step: (*to).to_owned(),
                        state: (*to).to_owned(),
                        on: today.clone(),
                        at: None,
                        answers: Answers::new(),
                        left_open: None,
                        made_of: None,
                    },
                    approval: None,
                },
                None,
                Some(&format!("{by} was sealed")),
            )?;
            from = (*to).to_owned();
        }
        Ok(())
    }

    fn put_copy(
        &self,
        act: &mut Act<'_, '_>,
        case: &Case,
        item: &Item,
        state: &str,
        answers: Answers,
    ) -> Result<()> {
        let today = self.today().to_string();
        self.put_copy_on(act, case, item, state, answers, &today)
    }

    fn put_copy_on(
        &self,
        act: &mut Act<'_, '_>,
        case: &Case,
        item: &Item,
        state: &str,
        answers: Answers,
        on: &str,
    ) -> Result<()> {
        let mut after = item.clone();
        state.clone_into(&mut after.state);
        after.path.push(Taken {
            step: state.to_owned(),
            state: state.to_owned(),
            on: on.to_owned(),
            at: None,
            answers,
            left_open: None,
            made_of: None,
        });
        act.push(
            Change::CaseItem {
                case: case.reference.clone(),
                before: Some(Box::new(item.clone())),
                item: Box::new(after),
                approval: None,
            },
            Some(on),
            None,
        )?;
        Ok(())
    }
}
