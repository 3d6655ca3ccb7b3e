//! The risk rating of a customer, a person's decision over it, and who is to be verified again.

use super::clean;
use crate::{
    error::{Error, Result},
    open_vault::{Names, OpenVault},
};
use chrono::Days;
use contract as c;
use domain::{
    change::Change,
    customer::CustomerFile,
    due::What,
    risk::{self, RiskDecision},
    rulebook::Rulebook,
};
use store::Read;

/// How many days ahead, and how many, the list of those to be verified again shows.
const AHEAD: u64 = 30;
const LISTED: u32 = 100;

pub(super) fn risk_view(file: &CustomerFile, rules: &Rulebook, names: &Names) -> c::RiskView {
    let rating = risk::rate(file, rules);
    let pack = rules.risk_pack();
    c::RiskView {
        tier_label: risk::tier_label(rules, &rating.tier),
        by_points: risk::tier_label(rules, &rating.by_points),
        points: rating.points,
        given: rating
            .given
            .into_iter()
            .map(|one| c::RiskPoint {
                label: one.label,
                points: one.points,
                why: one.why,
            })
            .collect(),
        decided: file.risk.as_ref().map(|one| {
            format!(
                "{} {}, {}",
                crate::words::sentence(&one.reason),
                names.of(&one.by),
                one.on
            )
        }),
        stated: file.value("risk_tier").map(str::to_owned),
        table: match pack {
            Some(pack) => format!(
                "Points and tiers are those of {} {}, our own numbers; the proposed rule states none.",
                pack.id(),
                pack.version()
            ),
            None => "No rule pack in use has a points table.".to_owned(),
        },
        pack: pack.map(|pack| pack.id().to_owned()),
        tiers: risk::tiers(rules)
            .iter()
            .map(|tier| c::Choice {
                value: tier.id.clone(),
                label: format!("{} (from {} points)", tier.label, tier.from),
            })
            .collect(),
        reverify_on: risk::reverify_on(file, rules).map(|day| day.to_string()),
        tier: rating.tier,
    }
}

impl OpenVault {
    /// Decides on the risk tier over the points, or leaves it to them again.
    pub fn risk_decide(&self, req: &c::RiskDecideReq) -> Result<c::CustomerView> {
        let reason = clean("reason", &req.reason)?;
        if reason.trim().is_empty() {
            return Err(Error::input(
                "E-RISK-REASON",
                "Write why the tier is another than the points say.",
            ));
        }
        if let Some(tier) = &req.tier
            && !risk::tiers(&self.rules())
                .iter()
                .any(|known| known.id == *tier)
        {
            let rules = self.rules();
            let known: Vec<&str> = risk::tiers(&rules)
                .iter()
                .map(|tier| tier.id.as_str())
                .collect();
            return Err(Error::input(
                "E-RISK-TIER",
                format!(
                    "\"{}\" is no tier of the rule packs in use. There are: {}.",
                    tier.chars().take(20).collect::<String>(),
                    if known.is_empty() {
                        "none".to_owned()
                    } else {
                        known.join(", ")
                    }
                ),
            ));
        }
        self.act(|act| {
            let file = act.read().customer_file(&req.customer)?;
            let decided = req.tier.clone().map(|tier| RiskDecision {
                tier,
                reason: reason.clone(),
                by: self.author(),
                on: self.today().to_string(),
            });
            let customer = file.reference.clone();
            act.push(
                Change::RiskDecided { customer, decided },
                None,
                Some(&reason),
            )?;
            self.customer_view(act.read(), &file.reference)
        })
    }

    /// Puts into the queue who is to be verified again soon (D-35).
    pub(super) fn to_verify_again(
        &self,
        read: &Read<'_>,
        queue: &mut c::ReviewQueue,
    ) -> Result<()> {
        let today = self.today();
        let until = today.checked_add_days(Days::new(AHEAD)).unwrap_or(today);
        let (due, all) = read.due_by(&until.to_string(), Some(What::VerifyAgain), LISTED)?;
        let rules = self.rules();
        queue.again_more = all.saturating_sub(u32::try_from(due.len()).unwrap_or(u32::MAX));
        for store::DueAbout { customer, on, .. } in due {
            let file = read.customer_file(&customer)?;
            queue.again.push(c::ReverifyRow {
                r#ref: file.reference.clone(),
                name: file.name().to_owned(),
                risk: risk::tier_label(&rules, &risk::rate(&file, &rules).tier),
                overdue: on < today.to_string(),
                on,
            });
        }
        Ok(())
    }
}
