//! Which document proves which value: named by a person, for any value of a customer, its owners, signatories and accounts, in one way.

use crate::{
    error::{Error, Result},
    open_vault::{Names, OpenVault},
};
use contract as c;
use domain::{
    change::Change,
    customer::CustomerFile,
    proof::{self, Proof, Proven, Said},
};
use std::collections::{BTreeMap, HashMap};
use store::{Act, DocumentLine, Read};

/// What a save says of how it stands or where it was learned, which no document of the customer proves.
const OUR_OWN: [&str; 2] = ["state", "source"];

/// The documents of a customer, and of the records that were merged into it: names by id.
pub(super) struct Papers(HashMap<String, String>);

impl Papers {
    pub(super) fn of(read: &Read<'_>, file: &CustomerFile) -> Result<Self> {
        let mut documents = Vec::new();
        for subject in std::iter::once(&file.reference).chain(&file.merged) {
            documents.extend(read.documents_of(subject)?);
        }
        Ok(Self::among(&documents))
    }

    pub(super) fn among(documents: &[DocumentLine]) -> Self {
        let documents = documents.iter().map(|line| &line.document);
        Self(
            documents
                .map(|one| (one.id.clone(), one.name.clone()))
                .collect(),
        )
    }

    /// A document's name; "a document" for one that is gone.
    pub(super) fn name(&self, id: &str) -> &str {
        self.0.get(id).map_or("a document", String::as_str)
    }
}

/// What a person sees of proofs.
pub(super) struct Seen<'a> {
    pub(super) file: &'a CustomerFile,
    pub(super) papers: &'a Papers,
    pub(super) names: &'a Names,
}

impl Seen<'_> {
    /// What proves a value as it stands, the latest first.
    pub(super) fn of(&self, of: &str, value: &str) -> Vec<c::ProofView> {
        let values = [proof::label(value, of != self.file.reference)];
        self.file
            .proofs(of, value)
            .into_iter()
            .map(|proven| self.view(&proven, values.to_vec()))
            .collect()
    }

    /// What proves values of a part as they stand, each document once, with what it proves. Means of payment stand for themselves.
    pub(super) fn of_part(&self, part: &str) -> Vec<c::ProofView> {
        let mut all: Vec<c::ProofView> = Vec::new();
        let values = self.file.part_values(part).unwrap_or_default();
        for value in values
            .iter()
            .filter(|value| !matches!(value.said, Said::Payment(_)))
        {
            for one in self.of(part, &value.id) {
                let there = all
                    .iter_mut()
                    .find(|there| there.document == one.document && there.pin == one.pin);
                match there {
                    Some(there) => there.values.extend(one.values),
                    None => all.push(one),
                }
            }
        }
        all
    }

    fn view(&self, proven: &Proven<'_>, values: Vec<String>) -> c::ProofView {
        c::ProofView {
            document: proven.document.to_owned(),
            name: self.papers.name(proven.document).to_owned(),
            pin: proven.pin.map(super::papers::pin_view),
            by: self.names.of(proven.by),
            on: proven.on.to_owned(),
            values,
            named: proven.named,
        }
    }

    /// What proves the value that stands now: what holds of it, and what it was read in.
    pub(super) fn now(&self, known: &mut Vec<c::ProofView>, of: &str, value: &str) {
        let mut proofs = self.of(of, value);
        let read_in = known.drain(..).filter(|one| !one.named);
        for one in read_in {
            if !proofs.iter().any(|there| there.document == one.document) {
                proofs.push(one);
            }
        }
        *known = proofs;
    }

    /// What an entry says of the proof of a value, taken into what is known of it: named, or named no longer.
    pub(super) fn hear(&self, known: &mut Vec<c::ProofView>, proof: &Proof, holds: bool) {
        known.retain(|one| one.document != proof.document);
        if holds {
            let proven = Proven {
                document: &proof.document,
                pin: None,
                by: &proof.by,
                on: &proof.on,
                named: true,
            };
            known.push(self.view(&proven, Vec::new()));
        }
    }
}

impl OpenVault {
    /// Names a document as what proves values of a customer's file, or takes that back.
    ///
    /// # Errors
    /// `E-PROOF-*` where there is no such value, the document is not the customer's or was rejected, or nothing is there to take back.
    pub fn value_prove(&self, req: &c::ProofReq) -> Result<c::CustomerView> {
        self.act(|act| {
            let file = act.read().customer_file(&req.customer)?;
            if req.values.is_empty() {
                return Err(Error::input(
                    "E-PROOF-VALUE",
                    format!("{}: say which value the document proves.", file.reference),
                ));
            }
            let mut parts: BTreeMap<&str, Vec<String>> = BTreeMap::new();
            for c::ValueAt { of, value } in &req.values {
                if file.said(of, value).as_ref().is_none_or(Said::is_nothing) {
                    let short = |text: &str| text.chars().take(60).collect::<String>();
                    return Err(Error::input(
                        "E-PROOF-VALUE",
                        format!(
                            "{}: nothing is recorded under \"{}\" of \"{}\", so nothing can prove it. Its history lists what is.",
                            file.reference,
                            short(value),
                            short(of)
                        ),
                    ));
                }
                let named = |one: &Proven<'_>| one.named && one.document == req.document;
                if !req.holds && !file.proofs(of, value).iter().any(named) {
                    return Err(Error::input(
                        "E-PROOF-NONE",
                        format!(
                            "{}: nobody named this document as proof of {}, so there is nothing to take back.",
                            file.reference,
                            proof::label(value, *of != file.reference).to_lowercase()
                        ),
                    ));
                }
                parts.entry(of).or_default().push(value.clone());
            }
            for (of, values) in parts {
                self.put_proof(act, &file, of, values, &req.document, req.holds)?;
            }
            self.customer_view(act.read(), &file.reference)
        })
    }

    /// Names the document that came with a save as the proof of what the save says anew; `before` is the file as it was.
    ///
    /// # Errors
    /// As [`Self::value_prove`]; `E-PROOF-NOTHING` where the save says nothing new.
    pub(super) fn prove_new(
        &self,
        act: &mut Act<'_, '_>,
        before: &CustomerFile,
        document: Option<&str>,
    ) -> Result<()> {
        let Some(document) = document.map(str::trim).filter(|id| !id.is_empty()) else {
            return Ok(());
        };
        let file = act.read().customer_file(&before.reference)?;
        let mut named = false;
        for (of, mut values) in file.newly_said(Some(before)) {
            values.retain(|value| !OUR_OWN.contains(&value.as_str()));
            if !values.is_empty() {
                named = true;
                self.put_proof(act, &file, &of, values, document, true)?;
            }
        }
        if named {
            return Ok(());
        }
        Err(Error::input(
            "E-PROOF-NOTHING",
            format!(
                "{}: nothing was changed that a document could prove. To name one for what is recorded, open the history of the value.",
                file.reference
            ),
        ))
    }

    fn put_proof(
        &self,
        act: &mut Act<'_, '_>,
        file: &CustomerFile,
        of: &str,
        values: Vec<String>,
        document: &str,
        holds: bool,
    ) -> Result<()> {
        let papers = Papers::of(act.read(), file)?;
        let Some(name) = papers.0.get(document) else {
            let short: String = document.chars().take(60).collect();
            return Err(Error::input(
                "E-PROOF-DOCUMENT",
                format!(
                    "{} has no document \"{short}\". Attach it to the customer first.",
                    file.reference
                ),
            ));
        };
        let rejected = file
            .review_of(document)
            .is_some_and(|review| review.decision == "reject");
        if holds && rejected {
            return Err(Error::refused(
                "E-PROOF-REJECTED",
                format!(
                    "{}: \"{name}\" was rejected, so it proves nothing. Choose another document.",
                    file.reference
                ),
            ));
        }
        let proof = Proof {
            of: of.to_owned(),
            values,
            document: document.to_owned(),
            name: name.clone(),
            by: self.author(),
            on: self.today().to_string(),
        };
        let change = Change::ProofRecorded {
            customer: file.reference.clone(),
            proof: Box::new(proof),
            holds,
        };
        act.push(change, None, None)?;
        Ok(())
    }
}
