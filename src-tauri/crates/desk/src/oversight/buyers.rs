//! Buyers that a reseller stated by file, and the act by which a person takes one into the chain of resale: from then on sweeps, scorecards and
//! the chain meet it. What is stated alone changes nothing.

use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
    resellers::country_name,
};
use contract as c;
use domain::{
    change::Change,
    oversight::{self, Buyer, Known, Oversight},
    record::Reseller,
    text::fold,
};
use store::{Act, Read, StoreError};

/// A record by name or reference, where there is one.
fn there<T>(found: std::result::Result<T, StoreError>) -> Result<Option<T>> {
    match found {
        Ok(record) => Ok(Some(record)),
        Err(StoreError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The buyers that a reseller stated last before a day, with what the records know of each.
pub(super) fn views(
    read: &Read<'_>,
    reseller: &Reseller,
    every: &[Reseller],
    on: &str,
) -> Result<Vec<c::StatedBuyer>> {
    let mut customers = Vec::new();
    for reference in &reseller.oversight.customers {
        if let Some(file) = there(read.customer_file(reference))? {
            customers.push(c::Choice {
                label: file.name().to_owned(),
                value: file.reference,
            });
        }
    }
    let view = |buyer: Buyer<'_>| {
        let named = |one: &Reseller| c::Choice {
            value: one.reference.clone(),
            label: one.name.clone(),
        };
        let name = fold(buyer.stated.name.trim());
        let customer = customers.iter().find(|one| fold(&one.label) == name);
        let (standing, record) = match (buyer.known, customer) {
            (Known::Below(one), _) => ("below", Some(named(one))),
            (_, Some(customer)) => ("customer", Some(customer.clone())),
            (Known::Elsewhere(one), None) => ("elsewhere", Some(named(one))),
            (Known::Not, None) => ("outside", None),
        };
        c::StatedBuyer {
            name: buyer.stated.name.clone(),
            country: buyer.stated.country.clone(),
            country_name: country_name(&buyer.stated.country),
            stated: format!("{}, {}", buyer.statement.intake, buyer.statement.dated),
            standing: standing.to_owned(),
            record,
        }
    };
    let stated = oversight::stated_buyers(reseller, every, on);
    Ok(stated.into_iter().map(view).collect())
}

/// Names of stated buyers that are neither in the chain nor in the record.
pub(super) fn outside(buyers: &[c::StatedBuyer]) -> Vec<String> {
    buyers
        .iter()
        .filter(|one| matches!(one.standing.as_str(), "outside" | "elsewhere"))
        .map(|one| one.name.clone())
        .collect()
}

impl OpenVault {
    /// Takes a buyer that a reseller stated into the chain of resale, a tier below it, or among the customers that came through it.
    ///
    /// # Errors
    /// `E-RESELLER-BUYER` where its last statement names no such buyer, or the record is none; `E-RESELLER-CHAIN` where the chain would go in
    /// a circle, or the buyer stands in another chain; `E-RESELLER-EXISTS`.
    pub fn buyer_take(&self, req: &c::BuyerTakeReq) -> Result<c::OversightView> {
        let today = self.today().to_string();
        let record = req
            .record
            .as_deref()
            .map(str::trim)
            .filter(|one| !one.is_empty());
        self.act(|act| {
            let above = act.read().reseller(&req.r#ref)?;
            let every = act.read().resellers()?;
            let buyers = oversight::stated_buyers(&above, &every, &today);
            let buyer = buyers
                .iter()
                .find(|one| fold(one.stated.name.trim()) == fold(req.name.trim()))
                .ok_or_else(|| {
                    let short: String = req.name.chars().take(60).collect();
                    Error::input(
                        "E-RESELLER-BUYER",
                        format!("The last statement of {} names no buyer \"{short}\". Take one that it names, or register the reseller by hand.", above.name),
                    )
                })?;
            let Some(record) = record else {
                let below = self.registered(act, &above, buyer)?;
                return self.put_below(act, &above, &below, &every);
            };
            if let Some(below) = there(act.read().reseller(record))? {
                return self.put_below(act, &above, &below, &every);
            }
            let Some(file) = there(act.read().customer_file(record))? else {
                let short: String = record.chars().take(60).collect();
                return Err(Error::input(
                    "E-RESELLER-BUYER",
                    format!("\"{short}\" is no reseller and no customer of this vault. Write its reference, like RS-0004 or C-000012."),
                ));
            };
            let mut after = above.oversight.clone();
            if !after.customers.contains(&file.reference) {
                after.customers.push(file.reference);
                after.customers.sort();
            }
            self.put_oversight(act, &above, after)
        })?;
        self.reseller_oversight(&req.r#ref, None)
    }

    /// A buyer as a reseller that is new to the register: what is known of it is what was stated, and where.
    fn registered(
        &self,
        act: &mut Act<'_, '_>,
        above: &Reseller,
        buyer: &Buyer<'_>,
    ) -> Result<Reseller> {
        if let Some(one) = there(act.read().reseller(&buyer.stated.name))? {
            return Err(Error::input(
                "E-RESELLER-EXISTS",
                format!(
                    "There is a reseller named \"{}\" already: {}. Say that it is that one.",
                    one.name, one.reference
                ),
            ));
        }
        let reseller = Reseller {
            reference: act.read().next_reference("RS", 4)?,
            name: buyer.stated.name.clone(),
            country: buyer.stated.country.clone(),
            address: None,
            email: None,
            notes: Some(format!(
                "Stated as a buyer by {} ({}) in its answer to {}, dated {}. Nothing else is known of it yet.",
                above.name, above.reference, buyer.statement.intake, buyer.statement.dated
            )),
            state: "active".to_owned(),
            cips: Vec::new(),
            oversight: Oversight::default(),
            revision: 0,
        };
        act.push(
            Change::ResellerRecorded {
                before: None,
                reseller: reseller.clone(),
            },
            None,
            None,
        )?;
        Ok(reseller)
    }

    fn put_below(
        &self,
        act: &mut Act<'_, '_>,
        above: &Reseller,
        below: &Reseller,
        every: &[Reseller],
    ) -> Result<()> {
        let elsewhere = below.oversight.upstream.as_ref();
        if let Some(other) = elsewhere.filter(|other| **other != above.reference) {
            return Err(Error::input(
                "E-RESELLER-CHAIN",
                format!(
                    "{} buys from {other} by the register. Find out which is right, and change that first.",
                    below.name
                ),
            ));
        }
        if let Some(why) = oversight::wrong_upstream(&below.reference, above, every) {
            return Err(Error::input("E-RESELLER-CHAIN", why));
        }
        let after = Oversight {
            upstream: Some(above.reference.clone()),
            ..below.oversight.clone()
        };
        self.put_oversight(act, below, after)
    }
}
