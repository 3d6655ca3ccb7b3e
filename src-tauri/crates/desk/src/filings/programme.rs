//! What the programme says about the items of a certification and of every form's head (D-45 to D-51, D-56).

use super::facts::Facts;
use crate::{error::Result, open_vault::OpenVault, programme::certified_on};
use domain::{
    programme::{Contact, FORMS},
    record::FormRow,
};
use store::Read;

fn person(one: &Contact) -> [(&'static str, String); 4] {
    [
        ("name", one.name.clone()),
        ("title", one.title.clone()),
        ("email", one.email.clone()),
        ("phone", one.phone.clone()),
    ]
}

impl OpenVault {
    /// The primary contact, on every form that has one.
    pub(super) fn head(&self, read: &Read<'_>, on: &str, facts: &mut Facts) -> Result<()> {
        let programme = read.programme()?;
        if let (Some(standing), Some(row)) = (
            programme.standing(on),
            facts
                .rows
                .get_mut("filer")
                .and_then(|rows| rows.first_mut()),
        ) {
            for (cell, value) in [
                ("role", &standing.role),
                ("jurisdiction", &standing.jurisdiction),
            ] {
                row.cells.insert(cell.to_owned(), value.clone());
            }
        }
        if let Some(one) = programme.primary(on) {
            facts.one("contact", person(one));
            facts.from("contact", &one.reference);
        }
        Ok(())
    }

    /// The CIP in force, offerings in scope, employees, the statement of a new provider.
    pub(super) fn own_programme(&self, read: &Read<'_>, on: &str, facts: &mut Facts) -> Result<()> {
        let programme = read.programme()?;
        if let Some(cip) = programme.cip(on) {
            facts.one(
                "cip",
                [
                    ("version", cip.version.clone()),
                    ("effective_on", cip.effective_from.clone()),
                    ("approver", cip.approver.clone()),
                ],
            );
            facts.from("cip", &cip.reference);
        }
        let mut offerings = Vec::new();
        for product in programme.offered(on).filter(|one| one.in_scope == "yes") {
            let form = FORMS
                .iter()
                .find(|(id, _)| *id == product.form)
                .map_or(product.form.as_str(), |(_, label)| label);
            offerings.push(FormRow::of(
                &product.reference,
                [
                    ("name", product.name.clone()),
                    ("form", form.to_owned()),
                    ("description", product.description.clone()),
                ],
            ));
            facts.from("offerings", &product.reference);
        }
        if !offerings.is_empty() {
            facts.say("offerings", offerings);
        }
        if let Some(one) = programme.headcount(on) {
            facts.one(
                "employees",
                [
                    ("value", one.employees.to_string()),
                    ("as_of", one.as_of.clone()),
                ],
            );
        }
        if let Some(standing) = programme.standing(on)
            && certified_on(read)?.is_none()
        {
            facts.one(
                "new_provider",
                [("is_new", standing.new_provider.to_string())],
            );
        }
        Ok(())
    }
}
