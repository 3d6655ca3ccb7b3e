//! The facts that guards are given: the case with its resellers, clocks and filings, and what is looked up for its kind.

use crate::{error::Result, open_vault::OpenVault};
use chrono::NaiveDate;
use domain::{
    casefile::{Case, Item},
    machine::{Answers, Facts},
    record::{ClockRecord, Filing, Reseller},
    rulebook::Rulebook,
};
use std::{collections::BTreeMap, sync::Arc};
use store::Read;

/// What the facts rest on.
pub(super) struct Ground {
    pub(super) case: Case,
    resellers: Vec<Reseller>,
    clocks: Vec<ClockRecord>,
    filings: Vec<Filing>,
    found: BTreeMap<String, String>,
    rules: Arc<Rulebook>,
    pub(super) today: NaiveDate,
    none: Answers,
}

impl Ground {
    /// Facts for a step that happens on a day, with its answers.
    pub(super) fn facts<'a>(
        &'a self,
        item: Option<&'a Item>,
        answers: &'a Answers,
        on: NaiveDate,
    ) -> Facts<'a> {
        Facts {
            case: &self.case,
            item,
            answers,
            on,
            today: self.today,
            rules: &self.rules,
            resellers: &self.resellers,
            clocks: &self.clocks,
            filings: &self.filings,
            found: &self.found,
        }
    }

    /// Facts for a step that is only looked at.
    pub(super) fn looked_at<'a>(&'a self, item: Option<&'a Item>) -> Facts<'a> {
        self.facts(item, &self.none, self.today)
    }
}

impl OpenVault {
    /// Everything a guard of a case may ask about.
    pub(super) fn ground(&self, read: &Read<'_>, case: &Case) -> Result<Ground> {
        let mut resellers = Vec::new();
        let parts = case.items.iter().filter_map(|item| item.subject.as_deref());
        for reference in case.resellers.iter().map(String::as_str).chain(parts) {
            if resellers
                .iter()
                .all(|there: &Reseller| there.reference != reference)
                && let Ok(reseller) = read.reseller(reference)
            {
                resellers.push(reseller);
            }
        }
        Ok(Ground {
            resellers,
            clocks: read
                .clocks_about(&case.reference)?
                .into_iter()
                .filter(|clock| clock.case.as_deref() == Some(&case.reference))
                .collect(),
            filings: read
                .filings()?
                .into_iter()
                .filter(|filing| filing.case.as_deref() == Some(&case.reference))
                .collect(),
            found: self.found(read, case)?,
            rules: self.rules(),
            today: self.today(),
            none: Answers::new(),
            case: case.clone(),
        })
    }

    /// What is looked up for a kind of case, by name. A machine whose guards need more than the case itself finds it here.
    fn found(&self, read: &Read<'_>, case: &Case) -> Result<BTreeMap<String, String>> {
        self.found_in_work(read, case)
    }
}
