//! How the programme stood on a day, with what is missing.

use super::{SUBJECT, certified_on};
use crate::{
    documents,
    elements::{self, listed},
    error::Result,
    open_vault::OpenVault,
    words::{choices, coded_note},
};
use chrono::NaiveDate;
use contract as c;
use domain::{
    country::Country,
    pack::Part,
    programme::{Assessment, Contact, FORMS, OwnCip, Product, ROLES, SCOPES},
};
use store::Read;

fn label(words: &[(&str, &str)], id: &str) -> String {
    words
        .iter()
        .find(|(word, _)| *word == id)
        .map_or(id, |(_, label)| label)
        .to_owned()
}

impl OpenVault {
    /// The programme as of a day.
    pub fn programme(&self, on: Option<&str>) -> Result<c::ProgrammeView> {
        let day = match self.past_day(on)? {
            Some(day) => domain::field::date(&day).unwrap_or_else(|| self.today()),
            None => self.today(),
        };
        self.read(|read| self.programme_view(read, day))
    }

    pub(super) fn programme_view(
        &self,
        read: &Read<'_>,
        day: NaiveDate,
    ) -> Result<c::ProgrammeView> {
        let on = day.to_string();
        let programme = read.programme()?;
        let rules = self.rules();
        let names = self.names(read)?;
        let lines = read.documents_of(SUBJECT)?;
        let document = |id: &Option<String>| {
            let id = id.as_deref()?;
            let line = lines.iter().find(|line| line.document.id == id)?;
            Some(c::Choice {
                value: line.document.id.clone(),
                label: line.document.name.clone(),
            })
        };
        let certified_on = certified_on(read)?;
        let in_force = programme.cip(&on).map(|cip| cip.reference.clone());
        let mut cips: Vec<&OwnCip> = programme.cips.iter().collect();
        cips.sort_by(|a, b| b.effective_from.cmp(&a.effective_from));
        let mut assessments: Vec<&Assessment> = programme
            .assessments
            .iter()
            .filter(|one| one.on <= on)
            .collect();
        assessments.sort_by(|a, b| b.on.cmp(&a.on));
        let mut contacts: Vec<&Contact> = programme.contacts.iter().collect();
        contacts.sort_by(|a, b| (b.primary, &b.from).cmp(&(a.primary, &a.from)));
        let stands = |from: &str, to: &Option<String>| {
            from <= on.as_str() && to.as_deref().is_none_or(|to| on.as_str() <= to)
        };
        let headcount = programme.headcount(&on);
        Ok(c::ProgrammeView {
            gaps: programme.gaps(&on, &rules),
            gate: programme.gate(&on, certified_on.as_deref()),
            standing: programme.standing(&on).map(|one| c::StandingView {
                role: one.role.clone(),
                role_label: label(ROLES, &one.role),
                jurisdiction: one.jurisdiction.clone(),
                jurisdiction_name: Country::parse(&one.jurisdiction).map_or_else(
                    |_| one.jurisdiction.clone(),
                    |country| country.name().to_owned(),
                ),
                new_provider: one.new_provider,
                reason: one.reason.clone(),
                on: one.on.clone(),
            }),
            employees: headcount.map(|one| one.employees),
            employees_as_of: headcount.map(|one| one.as_of.clone()),
            products: programme
                .products
                .iter()
                .map(|one| self.product_view(read, one))
                .collect::<Result<_>>()?,
            cips: cips
                .into_iter()
                .map(|cip| {
                    let elements = elements::views(&rules, Some(&cip.elements));
                    c::OwnCipView {
                        r#ref: cip.reference.clone(),
                        version: cip.version.clone(),
                        effective_from: cip.effective_from.clone(),
                        in_force: in_force.as_deref() == Some(&cip.reference),
                        approver: cip.approver.clone(),
                        document: document(&cip.document),
                        next_review_on: cip.next_review_on.clone(),
                        adopted_from: cip.adopted_from.clone(),
                        met: count_met(&elements),
                        elements,
                    }
                })
                .collect(),
            elements: elements::views(&rules, None),
            assessments: assessments
                .into_iter()
                .map(|one| {
                    Ok(c::AssessmentView {
                        r#ref: one.reference.clone(),
                        on: one.on.clone(),
                        cip: one.cip.clone(),
                        heads: self.heads(read, Some(one))?,
                        landscape: one.landscape.clone(),
                        reviewer: one.reviewer.clone(),
                        next_review_on: one.next_review_on.clone(),
                        landscape_of: self.made_of_words(read, one.landscape_of.as_ref())?,
                    })
                })
                .collect::<Result<_>>()?,
            heads: self.heads(read, None)?,
            contacts: contacts
                .into_iter()
                .map(|one| c::ContactView {
                    r#ref: one.reference.clone(),
                    name: one.name.clone(),
                    title: one.title.clone(),
                    email: one.email.clone(),
                    phone: one.phone.clone(),
                    primary: one.primary,
                    signatory: one.signatory,
                    from: one.from.clone(),
                    to: one.to.clone(),
                    stands: stands(&one.from, &one.to),
                })
                .collect(),
            reliances: programme
                .reliances
                .iter()
                .rev()
                .map(|one| c::RelianceView {
                    r#ref: one.reference.clone(),
                    provider: one.provider.clone(),
                    version: one.version.clone(),
                    extent: one.extent.clone(),
                    document: document(&one.document),
                    from: one.from.clone(),
                    to: one.to.clone(),
                    stands: stands(&one.from, &one.to),
                })
                .collect(),
            documents: lines
                .iter()
                .map(|line| documents::row(line, &names))
                .collect(),
            roles: choices(ROLES),
            forms: choices(FORMS),
            opened: None,
            certified_on,
            on,
        })
    }

    fn heads(
        &self,
        read: &Read<'_>,
        assessment: Option<&Assessment>,
    ) -> Result<Vec<c::AssessedHead>> {
        listed(&self.rules(), Part::RiskFactor)
            .into_iter()
            .map(|factor| {
                let head = assessment.and_then(|one| one.heads.get(&factor.id));
                let made_of = head.and_then(|head| head.made_of.as_ref());
                Ok(c::AssessedHead {
                    id: factor.id.clone(),
                    label: factor.label.clone(),
                    rule: coded_note(factor),
                    rating: head.map(|head| head.rating.clone()),
                    text: head.map(|head| head.text.clone()).unwrap_or_default(),
                    made_of: self.made_of_words(read, made_of)?,
                })
            })
            .collect()
    }

    fn product_view(&self, read: &Read<'_>, one: &Product) -> Result<c::ProductView> {
        Ok(c::ProductView {
            r#ref: one.reference.clone(),
            name: one.name.clone(),
            description: one.description.clone(),
            form: one.form.clone(),
            form_label: label(FORMS, &one.form),
            deploys_software: one.deploys_software,
            trial: one.trial,
            us_owned: one.us_owned,
            in_us: one.in_us,
            in_scope: one.in_scope.clone(),
            scope_label: label(SCOPES, &one.in_scope),
            reason: one.reason.clone(),
            decided_on: one.decided_on.clone(),
            launched: one.launched.clone(),
            retired: one.retired.clone(),
            made_of: self.made_of_words(read, one.made_of.as_ref())?,
        })
    }
}

fn count_met(elements: &[c::ElementView]) -> u32 {
    u32::try_from(
        elements
            .iter()
            .filter(|one| one.standing.as_deref() == Some("met"))
            .count(),
    )
    .unwrap_or(u32::MAX)
}
