//! Memos for the file, each begun from a text of the house's own: what the records fill in, and the version that is kept beside the words.
//! Where the words are kept is their place's own: an offering, an assessment, a step of a case or of a part of one.

use crate::{
    cases::{self, machine_of},
    customers::{clean, letters::filled_in},
    error::{Error, Result},
    open_vault::OpenVault,
};
use contract as c;
use domain::{
    customer::CustomerFile,
    letter::{Audience, MadeOf, Template},
    memo::{self, Dealings, Known},
    programme::Product,
};
use store::Read;

fn nothing_about(text: &Template, asks: &str) -> Error {
    Error::input(
        "E-MEMO-ABOUT",
        format!("\"{}\" is about {asks}. Say which.", text.title),
    )
}

impl OpenVault {
    /// A memo as it would be begun now: what the records know is filled in, what only a person can say keeps its name.
    ///
    /// # Errors
    /// `E-LETTER-TEMPLATE` for a text that is none, or a letter; `E-MEMO-ABOUT` where it is about a record that is not named.
    pub fn memo_preview(&self, req: &c::MemoPreviewReq) -> Result<c::LetterPreview> {
        self.read(|read| {
            let text = self.text_in_use(read, &req.template, &req.language)?;
            let about = req
                .about
                .as_deref()
                .map(str::trim)
                .filter(|about| !about.is_empty());
            let known = match text.audience {
                Audience::Offering => memo::offering(&offering(read, about, &req.typed)?),
                Audience::RiskHead | Audience::Landscape => self.dealings(read, &req.typed)?,
                Audience::Belief | Audience::CustomerStep => {
                    let about = about.ok_or_else(|| nothing_about(&text, "a customer"))?;
                    self.memo_of_customer(read, &read.customer_file(about)?)?
                }
                Audience::CaseStep => {
                    let about = about.ok_or_else(|| nothing_about(&text, "a case"))?;
                    let case = read.case(about)?;
                    let papers = read.documents_of(&case.reference)?;
                    let papers: Vec<String> =
                        papers.into_iter().map(|line| line.document.name).collect();
                    memo::case(
                        &case,
                        machine_of(&case)?,
                        cases::title(read, &case)?,
                        &papers,
                        &read.clocks_about(&case.reference)?,
                        &cases::still_open(read, &case)?,
                    )
                }
                Audience::PartStep => {
                    let asks = || nothing_about(&text, "a part of a case");
                    let case = read.case(about.ok_or_else(asks)?)?;
                    let machine = machine_of(&case)?;
                    let item = cases::part_of(&case, req.part.as_deref().ok_or_else(asks)?)?;
                    let kind = machine.item(&item.kind).ok_or_else(asks)?;
                    memo::part(
                        &case,
                        machine,
                        cases::title(read, &case)?,
                        item,
                        kind,
                        &self.part_answers(read, &case, kind, item)?,
                    )
                }
                Audience::Customer | Audience::Reseller | Audience::Department => {
                    return Err(Error::input(
                        "E-LETTER-TEMPLATE",
                        format!("\"{}\" is a letter. Choose a text for a memo.", text.title),
                    ));
                }
            };
            self.written_memo(read, text, known)
        })
    }

    fn written_memo(
        &self,
        read: &Read<'_>,
        text: Template,
        known: Known,
    ) -> Result<c::LetterPreview> {
        let seen = self.written_letter(read, text, known, String::new())?;
        Ok(c::LetterPreview {
            body: memo::words(&seen.subject, &seen.body),
            ..seen
        })
    }

    /// The belief statement on a customer as far as the record goes (D-04).
    pub(crate) fn belief(&self, read: &Read<'_>, file: &CustomerFile) -> Result<c::LetterPreview> {
        let text = self.text_for(read, Audience::Belief, "belief", "en")?;
        self.written_memo(read, text, self.memo_of_customer(read, file)?)
    }

    fn memo_of_customer(&self, read: &Read<'_>, file: &CustomerFile) -> Result<Known> {
        let gaps = file.completeness(&self.rules()).gaps;
        let missing: Vec<String> = gaps.into_iter().map(|gap| gap.label).collect();
        Ok(memo::customer(
            file,
            &missing,
            &self.open_about(read, file)?,
        ))
    }

    fn dealings(&self, read: &Read<'_>, typed: &[c::CaseAnswer]) -> Result<Known> {
        let customers = read
            .customers_by_standing()?
            .into_iter()
            .map(|(code, standing, count)| (crate::resellers::country_name(&code), standing, count))
            .collect();
        let with = Dealings {
            customers,
            resellers: read.resellers()?.len(),
            programme: &read.programme()?,
        };
        let mut known = memo::dealings(&with, &self.today().to_string());
        if let Some(head) = said(typed, "head")? {
            known.insert("head", head);
        }
        Ok(known)
    }

    /// The text that a memo's words were made of, where they were made of one.
    ///
    /// # Errors
    /// `E-LETTER-TEMPLATE` where there is no such version for this place; `E-LETTER-UNFILLED` where something of it is left to fill in.
    pub(crate) fn made_of(
        &self,
        read: &Read<'_>,
        place: &[Audience],
        given: Option<&c::MadeOfReq>,
        words: &str,
    ) -> Result<Option<MadeOf>> {
        let Some(given) = given else { return Ok(None) };
        let made = MadeOf {
            template: given.template.clone(),
            version: given.version,
            language: given.language.clone(),
        };
        let texts = self.texts(read)?;
        if !texts
            .iter()
            .any(|text| made.is(text) && place.contains(&text.audience))
        {
            let short: String = made.template.chars().take(40).collect();
            return Err(Error::input(
                "E-LETTER-TEMPLATE",
                format!(
                    "No text \"{short}\" has a version {} in \"{}\" for this place. Begin again from one that is listed.",
                    made.version,
                    made.language.chars().take(8).collect::<String>()
                ),
            ));
        }
        filled_in(words)?;
        Ok(Some(made))
    }

    /// The text that a memo was made of, in words: "Scope memo of an offering, version 1, en".
    pub(crate) fn made_of_words(
        &self,
        read: &Read<'_>,
        made: Option<&MadeOf>,
    ) -> Result<Option<String>> {
        made.map(|made| {
            let title = self.letter_title(read, &made.template)?;
            Ok(format!(
                "{title}, version {}, {}",
                made.version, made.language
            ))
        })
        .transpose()
    }
}

/// What is being typed under a name.
fn said(typed: &[c::CaseAnswer], id: &str) -> Result<Option<String>> {
    let given = typed.iter().find(|one| one.id == id);
    given
        .and_then(|one| one.values.first())
        .map(|value| clean(id, value))
        .transpose()
}

/// An offering as it is recorded, with what is being typed of it in its place.
fn offering(read: &Read<'_>, about: Option<&str>, typed: &[c::CaseAnswer]) -> Result<Product> {
    let recorded = match about {
        None => None,
        Some(about) => {
            let products = read.programme()?.products;
            let found = products.into_iter().find(|one| one.reference == about);
            Some(found.ok_or_else(|| store::StoreError::not_found("offering", about))?)
        }
    };
    let of = |id: &str, recorded: Option<&String>| -> Result<String> {
        Ok(said(typed, id)?
            .or_else(|| recorded.cloned())
            .unwrap_or_default())
    };
    let is = |id: &str, recorded: Option<bool>| -> Result<bool> {
        let typed = said(typed, id)?.map(|value| value == "true");
        Ok(typed.or(recorded).unwrap_or_default())
    };
    let there = recorded.as_ref();
    Ok(Product {
        reference: there.map(|one| one.reference.clone()).unwrap_or_default(),
        name: of("name", there.map(|one| &one.name))?,
        description: of("description", there.map(|one| &one.description))?,
        form: of("form", there.map(|one| &one.form))?,
        deploys_software: is("deploys_software", there.map(|one| one.deploys_software))?,
        trial: is("trial", there.map(|one| one.trial))?,
        us_owned: is("us_owned", there.map(|one| one.us_owned))?,
        in_us: is("in_us", there.map(|one| one.in_us))?,
        in_scope: of("in_scope", there.map(|one| &one.in_scope))?,
        reason: String::new(),
        decided_on: String::new(),
        launched: None,
        retired: None,
        made_of: None,
    })
}
