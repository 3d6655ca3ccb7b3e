//! A vault of believable, invented people, for trying things on. Everything in it says SPECIMEN or is made up.
//!
//! The same number, seed and day give the same rows; keys, ids and signatures differ. Entries are dated by the demonstration's own clock.

mod access;
mod alike;
mod casework;
mod conduct;
mod demands;
mod ended;
mod filings;
mod handling;
pub mod intake;
mod invented;
mod oversight;
mod owned;
mod papers;
mod people;
mod programme;
pub(crate) mod resellers;
mod reviewed;
pub(crate) mod specimen;
mod unverified;

use crate::{
    error::Result,
    now::Now,
    open_vault::{NewVault, OpenVault, Surroundings},
    watch::Watch,
};
use chrono::{DateTime, Duration, TimeZone, Utc};
use chrono_tz::Tz;
use domain::{
    approval,
    change::{Approval, Change},
};
use invented::{advance, invent};
use people::{Luck, Place};
use secrecy::{ExposeSecret, SecretString};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// The passphrase of the demonstration vault that the window makes; it protects nothing.
pub const PASSPHRASE: &str = "specimen lantern orchard velvet compass";

/// What the demonstration holds.
#[derive(Debug, Clone)]
pub struct Demo {
    /// How many customers.
    pub customers: u32,
    /// How many access records.
    pub access_records: u32,
    /// Another number gives other people.
    pub seed: u64,
    /// The day on which the demonstration is "today"; none means now.
    pub at: Option<DateTime<Utc>>,
}

impl Default for Demo {
    fn default() -> Self {
        Self {
            customers: 120,
            access_records: 2_000,
            seed: 1,
            at: None,
        }
    }
}

/// A clock that the demonstration moves.
pub(crate) struct DemoClock(Mutex<DateTime<Utc>>);

impl Now for DemoClock {
    fn utc(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DemoClock {
    pub(crate) fn at(at: DateTime<Utc>) -> Self {
        Self(Mutex::new(at))
    }

    fn set(&self, at: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }
}

const HISTORY_DAYS: i64 = 150;

/// Where the invented organisation sits; its agency sits in the same zone.
const ZONE: Tz = chrono_tz::America::New_York;

/// The same time of day in that zone, days before: what is counted back in hours falls on another day at night, and when summer time ends.
pub(super) fn days_before(end: DateTime<Utc>, days: i64) -> DateTime<Utc> {
    let wall = end.with_timezone(&ZONE).naive_local() - Duration::days(days);
    ZONE.from_local_datetime(&wall)
        .latest()
        .map_or(end - Duration::days(days), |then| then.with_timezone(&Utc))
}

/// Makes the vault and opens it.
pub fn make(
    path: &Path,
    demo: &Demo,
    passphrase: &SecretString,
    surroundings: Surroundings,
    watch: &dyn Watch,
) -> Result<OpenVault> {
    let end = demo.at.unwrap_or_else(|| surroundings.now.utc());
    let clock = Arc::new(DemoClock::at(days_before(end, HISTORY_DAYS)));
    let inside = Surroundings {
        now: clock.clone(),
        state: None,
        ..surroundings.clone()
    };
    let new = NewVault {
        org: "Cascade Compute LLC (demonstration)".to_owned(),
        role: "provider".to_owned(),
        zone: ZONE.name().to_owned(),
        staff: "Ana Lima".to_owned(),
        label: "staff-1".to_owned(),
        passphrase: passphrase.clone(),
        demo: true,
        drill: None,
    };
    let (vault, _) = OpenVault::create(path, new, inside)?;
    fill(&vault, demo, &clock, end, passphrase, watch)?;
    vault.close()?;
    drop(vault);
    OpenVault::unlock(path, None, passphrase, surroundings)
}

fn fill(
    vault: &OpenVault,
    demo: &Demo,
    clock: &DemoClock,
    end: DateTime<Utc>,
    passphrase: &SecretString,
    watch: &dyn Watch,
) -> Result<()> {
    let mut luck = Luck::new(demo.seed);
    let today = vault.civil_day(end);
    let day = |ago: i64| days_before(end, ago);
    // The approver's key is opened once: a thousand invented approvals need not cost a thousand seconds.
    let key = vault.approver(
        None,
        Some(passphrase.expose_secret()),
        Some("A demonstration with one person"),
    )?;
    let approve = |statement: String| -> Result<Approval> {
        Ok(Approval {
            label: "staff-1".to_owned(),
            fingerprint: key.fingerprint(),
            signature: key.sign_sshsig(approval::NAMESPACE, statement.as_bytes())?,
            statement,
            override_reason: Some("A demonstration with one person".to_owned()),
        })
    };
    // Its passports are compared by the date of birth, which the rule does not ask for: a decision of its own.
    clock.set(day(HISTORY_DAYS - 10));
    vault.field_switch(&contract::FieldSwitchReq {
        field: "date_of_birth".to_owned(),
        on: true,
        reason: "Passports are compared by it, and two customers of one name are told apart."
            .to_owned(),
    })?;
    let mut accounts: Vec<String> = Vec::new();
    let mut with_papers: Vec<(String, &'static Place, String)> = Vec::new();
    let batch = 500;
    // The customers with a structure of their own are among the number asked for.
    let structures = demo.customers > 40;
    let invented = demo.customers - if structures { owned::COUNT } else { 0 };
    let batches = invented.div_ceil(batch).max(1);
    for number in 0..batches {
        clock.set(day(HISTORY_DAYS
            - 20
            - i64::from(number) * 80 / i64::from(batches)));
        let first = number * batch;
        let last = (first + batch).min(invented);
        vault.act(|act| {
            for n in first..last {
                let customer = invent(&mut luck, n, vault.author(), today - Duration::days(HISTORY_DAYS - 30));
                let reference = act.read().next_reference("C", 6)?;
                accounts.extend(customer.accounts.iter().map(|account| account.account_ref.clone()));
                if with_papers.len() < 40 && customer.reach >= 2 {
                    with_papers.push((reference.clone(), customer.place, customer.name.clone()));
                }
                act.push(
                    Change::CustomerRecorded {
                        reference: reference.clone(),
                        external_id: Some(format!("cust-{:05}", n + 1)),
                        party: customer.kind,
                        fields: customer.fields,
                        custom: BTreeMap::new(),
                        owners: customer.owners,
                        accounts: customer.accounts,
                        source: "sign-up form".to_owned(),
                    },
                    None,
                    None,
                )?;
                if customer.reach >= 1 {
                    act.push(Change::NoticeDelivered { customer: reference.clone(), notice: customer.notice }, None, None)?;
                    act.push(advance(&reference, "draft", "collecting", vault.today(), None), None, None)?;
                }
                if customer.reach >= 2 {
                    act.push(advance(&reference, "collecting", "status_review", vault.today(), None), None, None)?;
                }
                if customer.reach >= 3 {
                    for mut determination in customer.determinations {
                        if determination.about.is_empty() {
                            determination.about.clone_from(&reference);
                        }
                        act.push(Change::Determined { customer: reference.clone(), determination }, None, None)?;
                    }
                    let to = if customer.foreign { "verifying" } else { "us_cleared" };
                    let approval = (!customer.foreign).then(|| approve(approval::customer_step(&reference, "status_review", to, act.read().customer_file(&reference)?.revision, None))).transpose()?;
                    act.push(advance(&reference, "status_review", to, vault.today(), approval), None, None)?;
                }
                if customer.reach >= 4 && customer.foreign {
                    for mut verification in customer.verifications {
                        if verification.about.is_empty() {
                            verification.about.clone_from(&reference);
                        }
                        act.push(Change::Verified { customer: reference.clone(), verification }, None, None)?;
                    }
                    let approval = approve(approval::customer_step(&reference, "verifying", "verified", act.read().customer_file(&reference)?.revision, None))?;
                    act.push(
                        advance(&reference, "verifying", "verified", vault.today(), Some(approval)),
                        None,
                        Some("Passport and address agree with the form; nothing contradicts them. The identity is believed."),
                    )?;
                }
            }
            Ok(())
        })?;
        watch.step(
            "Inventing customers",
            u64::from(last),
            Some(u64::from(demo.customers)),
            "customers",
        );
        if watch.cancelled() {
            return Err(crate::Error::cancelled());
        }
    }
    papers::papers(vault, &with_papers)?;
    reviewed::reviewed(vault, clock, &with_papers, end)?;
    access::access(vault, demo, &accounts, end, &mut luck, watch)?;
    alike::alike(vault)?;
    unverified::unverified(vault, clock, end)?;
    clock.set(day(30));
    resellers::resellers_and_cases(vault, clock, end, today)?;
    programme::programme(vault, today)?;
    if structures {
        owned::owned(vault)?;
    }
    ended::ended(vault, clock, end)?;
    conduct::conduct(vault, clock, end)?;
    clock.set(end);
    filings::filings(vault, today, passphrase)?;
    handling::handling(vault, today)?;
    Ok(())
}
