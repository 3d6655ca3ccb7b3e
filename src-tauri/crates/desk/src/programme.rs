//! The organisation's own programme: what is recorded of it, how it stood on a day, what is missing, and the gate of a new provider (D-08).

mod view;

use crate::{
    customers::Wrong,
    elements::{self, listed},
    error::{Error, Result},
    open_vault::OpenVault,
};
use contract as c;
use domain::{
    change::Change,
    customer::{CustomerFile, UsStatus},
    field::Input,
    letter::Audience,
    machine::Answers,
    pack::Part,
    programme::{
        Assessment, Contact, FORMS, Head, Headcount, OwnCip, Product, Programme, RATINGS, ROLES,
        Reliance, SCOPES, Standing, Stated,
    },
};
use std::collections::BTreeMap;
use store::{Act, Read};

/// What documents of the programme are attached to.
pub(crate) const SUBJECT: &str = "programme";

type Words = [(&'static str, &'static str)];

/// A form of the programme, checked field by field.
struct Form(Wrong);

impl Form {
    fn new() -> Self {
        Self(Wrong::default())
    }

    /// A line that may be empty.
    fn line(&mut self, id: &str, input: Input, value: &str) -> String {
        self.0.one(id, input, Some(value)).unwrap_or_default()
    }

    /// A line that must be there: `asks` says what to write.
    fn must(&mut self, id: &str, input: Input, value: &str, asks: &str) -> String {
        let there = self.0.one(id, input, Some(value));
        if value.trim().is_empty() {
            self.0
                .add(id, "E-PROGRAMME-EMPTY", format!("Write {asks}."));
        }
        there.unwrap_or_default()
    }

    fn word(&mut self, id: &str, words: &Words, value: &str) -> String {
        if !words.iter().any(|(word, _)| *word == value) {
            let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.0.add(
                id,
                "E-PROGRAMME-CHOICE",
                format!("Choose one of: {}.", all.join(", ")),
            );
        }
        value.to_owned()
    }

    fn day(&mut self, id: &str, value: Option<&str>) -> Option<String> {
        self.0.one(id, Input::Date, value)
    }

    /// A day and one that does not come before it.
    fn span(
        &mut self,
        from: (&str, Option<&str>),
        to: (&str, Option<&str>),
    ) -> (Option<String>, Option<String>) {
        let first = self.day(from.0, from.1);
        let last = self.day(to.0, to.1);
        if let (Some(first), Some(last)) = (&first, &last)
            && last < first
        {
            self.0.add(
                to.0,
                "E-PROGRAMME-SPAN",
                format!("{last} lies before {first}, when it began."),
            );
        }
        (first, last)
    }

    fn done(self, subject: &str) -> Result<()> {
        self.0.done(subject)
    }
}

impl OpenVault {
    fn state(&self, stated: Stated) -> Result<c::ProgrammeView> {
        self.act(|act| {
            push(act, stated)?;
            self.programme_view(act.read(), self.today())
        })
    }

    /// States what the organisation is to the rule (D-01, D-08).
    pub fn programme_standing(&self, req: &c::StandingReq) -> Result<c::ProgrammeView> {
        let mut form = Form::new();
        let role = form.word("role", ROLES, &req.role);
        let jurisdiction = form.must(
            "jurisdiction",
            Input::Country,
            &req.jurisdiction,
            "the country in which the organization was organized",
        );
        let reason = form.must(
            "reason",
            Input::Long,
            &req.reason,
            "why it is that to the rule: who reads this later asks",
        );
        form.done("Standing of the organization")?;
        self.state(Stated::Standing(Standing {
            role,
            jurisdiction,
            new_provider: req.new_provider,
            reason,
            on: self.today().to_string(),
        }))
    }

    /// States how many people work there (D-56).
    pub fn programme_headcount(&self, req: &c::HeadcountReq) -> Result<c::ProgrammeView> {
        let as_of = self.past_day(Some(&req.as_of))?.ok_or_else(|| {
            Error::input(
                "E-FIELD-DATE",
                "Write the day of the count, like 2026-11-24.",
            )
        })?;
        self.state(Stated::Headcount(Headcount {
            as_of,
            employees: req.employees,
        }))
    }

    /// Records an offering and the memo on its scope (D-01).
    pub fn programme_product(&self, req: &c::ProductReq) -> Result<c::ProgrammeView> {
        let mut form = Form::new();
        let name = form.must("name", Input::Text, &req.name, "the name of the offering");
        let description = form.must(
            "description",
            Input::Long,
            &req.description,
            "what it is, and who uses it",
        );
        let kind = form.word("form", FORMS, &req.form);
        let in_scope = form.word("in_scope", SCOPES, &req.in_scope);
        let reason = form.must(
            "reason",
            Input::Long,
            &req.reason,
            "why it is in scope or not",
        );
        let (launched, retired) = form.span(
            ("launched", req.launched.as_deref()),
            ("retired", req.retired.as_deref()),
        );
        form.done(req.r#ref.as_deref().unwrap_or("New offering"))?;
        self.act(|act| {
            let programme = act.read().programme()?;
            let reference = self.reference(act, &req.r#ref, "PRD", |reference| {
                programme
                    .products
                    .iter()
                    .any(|one| one.reference == reference)
            })?;
            if let Some(there) = programme
                .products
                .iter()
                .find(|one| one.name == name && one.reference != reference)
            {
                return Err(Error::input(
                    "E-PROGRAMME-EXISTS",
                    format!(
                        "There is an offering named \"{name}\" already: {}. Change that one.",
                        there.reference
                    ),
                ));
            }
            let made_of = self.made_of(
                act.read(),
                &[Audience::Offering],
                req.made_of.as_ref(),
                &reason,
            )?;
            // What is changed by hand is still what it was made of.
            let before = programme
                .products
                .iter()
                .find(|one| one.reference == reference);
            let made_of = made_of.or_else(|| before?.made_of.clone());
            push(
                act,
                Stated::Product(Product {
                    reference,
                    name: name.clone(),
                    description,
                    form: kind,
                    deploys_software: req.deploys_software,
                    trial: req.trial,
                    us_owned: req.us_owned,
                    in_us: req.in_us,
                    in_scope,
                    reason,
                    decided_on: self.today().to_string(),
                    launched,
                    retired,
                    made_of,
                }),
            )?;
            self.programme_view(act.read(), self.today())
        })
    }

    /// Records a version of the own CIP, and where each element stands in it (D-02).
    pub fn programme_cip(&self, req: &c::OwnCipReq) -> Result<c::ProgrammeView> {
        let mut form = Form::new();
        let version = form.must(
            "version",
            Input::Text,
            &req.version,
            "what the version is called, such as 2026.1",
        );
        let effective_from = form.must(
            "effective_from",
            Input::Date,
            &req.effective_from,
            "the day from which it is in force, like 2026-01-01",
        );
        let approver = form.must(
            "approver",
            Input::Text,
            &req.approver,
            "who approved it: a name and a title",
        );
        let next_review_on = form.day("next_review_on", req.next_review_on.as_deref());
        form.done(req.r#ref.as_deref().unwrap_or("New version of the CIP"))?;
        let marks = elements::marked(&self.rules(), &req.marks)?;
        self.act(|act| {
            let programme = act.read().programme()?;
            let reference = self.reference(act, &req.r#ref, "CIP", |reference| {
                programme.cips.iter().any(|one| one.reference == reference)
            })?;
            let before = programme
                .cips
                .iter()
                .find(|one| one.reference == reference);
            if let Some(there) = programme
                .cips
                .iter()
                .find(|one| one.effective_from == effective_from && one.reference != reference)
            {
                return Err(Error::input(
                    "E-CIP-DATE",
                    format!(
                        "Version {} is in force from {effective_from} already. Two versions cannot begin on one day: check the date.",
                        there.version
                    ),
                ));
            }
            if let Some(id) = &req.document {
                of_programme(act.read(), id)?;
            }
            if let Some(adopted) = &req.adopted_from
                && !programme.reliances.iter().any(|one| one.reference == *adopted)
            {
                return Err(Error::input(
                    "E-RECORD-UNKNOWN",
                    format!("No reliance \"{adopted}\" is recorded."),
                ));
            }
            let mut elements = before.map(|one| one.elements.clone()).unwrap_or_default();
            elements.extend(marks);
            push(
                act,
                Stated::Cip(OwnCip {
                    reference,
                    version,
                    effective_from,
                    approver,
                    document: req.document.clone(),
                    next_review_on,
                    adopted_from: req.adopted_from.clone(),
                    elements,
                }),
            )?;
            self.programme_view(act.read(), self.today())
        })
    }

    /// Records an assessment of the risks under its heads (D-05, D-60).
    pub fn programme_assessment(&self, req: &c::AssessmentReq) -> Result<c::ProgrammeView> {
        let on = self
            .past_day(req.on.as_deref())?
            .unwrap_or_else(|| self.today().to_string());
        let rules = self.rules();
        let factors = listed(&rules, Part::RiskFactor);
        let mut form = Form::new();
        let reviewer = form.must(
            "reviewer",
            Input::Text,
            &req.reviewer,
            "who made the assessment",
        );
        let landscape = form.line("landscape", Input::Long, &req.landscape);
        let next_review_on = form.day("next_review_on", req.next_review_on.as_deref());
        let mut heads = BTreeMap::new();
        for head in &req.heads {
            if !factors.iter().any(|factor| factor.id == head.id) {
                form.0.add(
                    &head.id,
                    "E-PROGRAMME-HEAD",
                    format!("No rule pack in use has a head \"{}\".", head.id),
                );
            }
            let rating = form.word(&head.id, RATINGS, &head.rating);
            let text = form.must(&head.id, Input::Long, &head.text, "why it is rated so");
            heads.insert(
                head.id.clone(),
                Head {
                    rating,
                    text,
                    made_of: None,
                },
            );
        }
        for factor in factors
            .iter()
            .filter(|factor| !heads.contains_key(&factor.id))
        {
            form.0.add(
                &factor.id,
                "E-PROGRAMME-HEAD",
                format!(
                    "{} is not rated. The assessment covers every head.",
                    factor.label
                ),
            );
        }
        form.done(req.r#ref.as_deref().unwrap_or("New assessment"))?;
        self.act(|act| {
            let programme = act.read().programme()?;
            let reference = self.reference(act, &req.r#ref, "RA", |reference| {
                programme
                    .assessments
                    .iter()
                    .any(|one| one.reference == reference)
            })?;
            let cip = req
                .cip
                .clone()
                .or_else(|| programme.cip(&on).map(|cip| cip.reference.clone()));
            if let Some(cip) = &cip
                && !programme.cips.iter().any(|one| one.reference == *cip)
            {
                return Err(Error::input(
                    "E-RECORD-UNKNOWN",
                    format!("No own CIP \"{cip}\" is recorded."),
                ));
            }
            let before = programme
                .assessments
                .iter()
                .find(|one| one.reference == reference);
            for given in &req.heads {
                if let Some(head) = heads.get_mut(&given.id) {
                    let made_of = self.made_of(
                        act.read(),
                        &[Audience::RiskHead],
                        given.made_of.as_ref(),
                        &head.text,
                    )?;
                    let there = before.and_then(|one| one.heads.get(&given.id));
                    head.made_of = made_of.or_else(|| there?.made_of.clone());
                }
            }
            let landscape_of = self.made_of(
                act.read(),
                &[Audience::Landscape],
                req.landscape_of.as_ref(),
                &landscape,
            )?;
            let landscape_of = landscape_of
                .or_else(|| before?.landscape_of.clone())
                .filter(|_| !landscape.is_empty());
            push(
                act,
                Stated::Assessment(Assessment {
                    reference,
                    on,
                    cip,
                    heads,
                    landscape,
                    reviewer,
                    next_review_on,
                    landscape_of,
                }),
            )?;
            self.programme_view(act.read(), self.today())
        })
    }

    /// Records a contact. Another primary contact takes the place of the one before, and opens an irregular update (D-51, D-64).
    pub fn programme_contact(&self, req: &c::ContactReq) -> Result<c::ProgrammeView> {
        let mut form = Form::new();
        let name = form.must("name", Input::Text, &req.name, "a name");
        let title = form.must("title", Input::Text, &req.title, "a title");
        let email = form.must("email", Input::Email, &req.email, "an e-mail address");
        let phone = form.must("phone", Input::Phone, &req.phone, "a telephone number");
        let (from, to) = form.span(("from", Some(req.from.as_str())), ("to", req.to.as_deref()));
        if req.from.trim().is_empty() {
            form.0.add(
                "from",
                "E-PROGRAMME-EMPTY",
                "Write the day from which it holds, like 2026-11-24.".to_owned(),
            );
        }
        form.done(req.r#ref.as_deref().unwrap_or("New contact"))?;
        let from = from.unwrap_or_default();
        self.act(|act| {
            let programme = act.read().programme()?;
            let reference = self.reference(act, &req.r#ref, "CT", |reference| {
                programme
                    .contacts
                    .iter()
                    .any(|one| one.reference == reference)
            })?;
            let before = programme
                .primary(&from)
                .filter(|one| req.primary && one.reference != reference)
                .cloned();
            if let Some(before) = &before {
                if before.from >= from {
                    return Err(Error::input(
                        "E-PROGRAMME-CONTACT",
                        format!(
                            "{} is the primary contact from {}. Choose a later day for the change.",
                            before.name, before.from
                        ),
                    ));
                }
                let last = domain::field::date(&from)
                    .and_then(|day| day.pred_opt())
                    .map(|day| day.to_string());
                push(
                    act,
                    Stated::Contact(Contact {
                        to: last,
                        ..before.clone()
                    }),
                )?;
            }
            let after = Contact {
                reference,
                name,
                title,
                email,
                phone,
                primary: req.primary,
                signatory: req.signatory,
                from: from.clone(),
                to,
            };
            push(act, Stated::Contact(after.clone()))?;
            // The Department knows the one before only where a certification named it (D-64).
            let opened = match before {
                Some(before) if certified_on(act.read())?.is_some() => {
                    Some(self.contact_changed(act, &before, &after, &from)?)
                }
                _ => None,
            };
            let mut view = self.programme_view(act.read(), self.today())?;
            view.opened = opened;
            Ok(view)
        })
    }

    fn contact_changed(
        &self,
        act: &mut Act<'_, '_>,
        before: &Contact,
        after: &Contact,
        from: &str,
    ) -> Result<String> {
        let said = |one: &Contact| {
            vec![format!(
                "{}, {}, {}, {}",
                one.name, one.title, one.email, one.phone
            )]
        };
        let answers: Answers = [
            ("trigger", vec!["contact_change".to_owned()]),
            ("effective_on", vec![from.to_owned()]),
            ("before", said(before)),
            ("after", said(after)),
        ]
        .into_iter()
        .map(|(question, values)| (question.to_owned(), values))
        .collect();
        let opened = self.open_case(
            act,
            crate::cases::Opening {
                kind: "update",
                state: None,
                received: &self.today().to_string(),
                text: format!(
                    "The primary contact of the CIP is {} from {from}",
                    after.name
                ),
                how: None,
                resellers: Vec::new(),
                subjects: Vec::new(),
                answers,
                documents: Vec::new(),
                document_type: "evidence",
                related: Vec::new(),
                through: None,
            },
        )?;
        Ok(opened.case.reference)
    }

    /// Records reliance on another's CIP (D-06).
    pub fn programme_reliance(&self, req: &c::RelianceReq) -> Result<c::ProgrammeView> {
        let mut form = Form::new();
        let provider = form.must(
            "provider",
            Input::Text,
            &req.provider,
            "whose CIP is relied on",
        );
        let version = form.must(
            "version",
            Input::Text,
            &req.version,
            "which version is relied on",
        );
        let extent = form.must(
            "extent",
            Input::Long,
            &req.extent,
            "what is relied on: the whole, or which parts",
        );
        let (from, to) = form.span(("from", Some(req.from.as_str())), ("to", req.to.as_deref()));
        if from.is_none() && form.0.is_empty() {
            form.0.add(
                "from",
                "E-PROGRAMME-EMPTY",
                "Write the day of the agreement, like 2026-01-01.".to_owned(),
            );
        }
        form.done(req.r#ref.as_deref().unwrap_or("New reliance"))?;
        self.act(|act| {
            let programme = act.read().programme()?;
            let reference = self.reference(act, &req.r#ref, "REL", |reference| {
                programme
                    .reliances
                    .iter()
                    .any(|one| one.reference == reference)
            })?;
            if let Some(id) = &req.document {
                of_programme(act.read(), id)?;
            }
            push(
                act,
                Stated::Reliance(Reliance {
                    reference,
                    provider,
                    version,
                    extent,
                    document: req.document.clone(),
                    from: from.unwrap_or_default(),
                    to,
                }),
            )?;
            self.programme_view(act.read(), self.today())
        })
    }

    /// The reference that is changed, or the next one.
    fn reference(
        &self,
        act: &Act<'_, '_>,
        asked: &Option<String>,
        prefix: &str,
        there: impl Fn(&str) -> bool,
    ) -> Result<String> {
        match asked {
            None => Ok(act.read().next_reference(prefix, 4)?),
            Some(reference) if there(reference) => Ok(reference.clone()),
            Some(reference) => Err(Error::input(
                "E-RECORD-UNKNOWN",
                format!("The program has no \"{reference}\"."),
            )),
        }
    }

    /// The gate of a new provider (D-08): why an account of this customer cannot be opened; none where it can. U.S. persons pass.
    pub(crate) fn shut_for(&self, read: &Read<'_>, file: &CustomerFile) -> Result<Option<String>> {
        if file.us_status() == UsStatus::Us {
            return Ok(None);
        }
        Ok(read
            .programme()?
            .gate(&self.today().to_string(), certified_on(read)?.as_deref()))
    }
}

/// The civil day of a date or an instant, as it was written down.
fn civil(at: &str) -> &str {
    at.get(..10).unwrap_or(at)
}

/// The first day on which a certification went out: as a filing that was sent, or as a step of a certification's case.
pub(crate) fn certified_on(read: &Read<'_>) -> Result<Option<String>> {
    let filed = read
        .filings()?
        .into_iter()
        .filter(|filing| matches!(filing.form.as_str(), "F1" | "F2"))
        .filter_map(|filing| filing.sending)
        .map(|sending| civil(&sending.sent).to_owned());
    let stepped = read
        .cases()?
        .into_iter()
        .filter(|case| case.kind == "certification")
        .flat_map(|case| case.path)
        .filter(|taken| taken.state == "filed")
        .map(|taken| taken.on);
    Ok(filed.chain(stepped).min())
}

fn of_programme(read: &Read<'_>, id: &str) -> Result<()> {
    let line = read.document(id)?;
    if line.document.subject == SUBJECT {
        return Ok(());
    }
    Err(Error::input(
        "E-PROGRAMME-DOCUMENT",
        format!(
            "{} belongs to {}. Attach the file to the program first.",
            line.document.name, line.document.subject
        ),
    ))
}

fn push(act: &mut Act<'_, '_>, stated: Stated) -> Result<()> {
    let mut after: Programme = act.read().programme()?;
    let before = after.clone();
    after.apply(&stated);
    // What says nothing new is no entry.
    if after != before {
        act.push(
            Change::ProgrammeStated {
                stated: Box::new(stated),
            },
            None,
            None,
        )?;
    }
    Ok(())
}
