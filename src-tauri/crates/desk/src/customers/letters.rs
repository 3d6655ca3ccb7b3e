//! Letters to customers: made of texts with versions, filled from the record, printed, and recorded as sent with their proof; and redress.

use super::{Wrong, clean, part};
use crate::{
    error::{Error, Result},
    open_vault::{Names, OpenVault},
    print::printed,
};
use chrono::NaiveDate;
use contract as c;
use domain::{
    change::Change,
    customer::{CustomerFile, Notice},
    field::Input,
    letter::{self, Audience, Dispatch, Letter, Template},
    redress::{self, Redress},
};
use filing::{Block, Tone};
use std::collections::BTreeMap;
use store::Read;

/// The ways in which a letter goes out.
const CHANNELS: [(&str, &str); 6] = [
    ("letter", "by letter"),
    ("registered", "by registered letter"),
    ("courier", "by courier"),
    ("email", "by e-mail"),
    ("portal", "through the portal"),
    ("in_person", "in person"),
];

/// The way in words: "by registered letter".
pub(crate) fn channel(word: &str) -> &str {
    CHANNELS
        .iter()
        .find(|(id, _)| *id == word)
        .map_or(word, |(_, label)| label)
}

/// A letter's or a memo's text: longer than a field, and no less clean.
pub(crate) fn text(what: &str, value: &str) -> Result<String> {
    if value.chars().count() > letter::LONGEST {
        return Err(Error::input(
            "E-LETTER-LENGTH",
            format!("The {what} is longer than 12,000 characters. Shorten it."),
        ));
    }
    let mut lines = Vec::new();
    for line in value.trim().lines() {
        lines.push(clean(what, line)?);
    }
    Ok(lines.join("\n"))
}

/// Addressee, subject and text as a person wrote them.
///
/// # Errors
/// `E-LETTER-UNFILLED` naming every placeholder that is left; `E-LETTER-EMPTY`; `E-LETTER-LENGTH`.
pub(crate) fn written(to: &str, subject: &str, body: &str) -> Result<[String; 3]> {
    let to = text("addressee", to)?;
    let subject = text("subject", subject)?;
    let body = text("text", body)?;
    filled_in(&format!("{subject}\n{body}"))?;
    if to.is_empty() || subject.is_empty() || body.is_empty() {
        return Err(Error::input(
            "E-LETTER-EMPTY",
            "A letter has an addressee, a subject and words.",
        ));
    }
    Ok([to, subject, body])
}

/// That nothing of a text is left to be filled in.
///
/// # Errors
/// `E-LETTER-UNFILLED` naming every placeholder that is left.
pub(crate) fn filled_in(words: &str) -> Result<()> {
    let left: Vec<String> = letter::placeholders(words)
        .into_iter()
        .map(|name| format!("{{{name}}}"))
        .collect();
    if left.is_empty() {
        return Ok(());
    }
    Err(Error::input(
        "E-LETTER-UNFILLED",
        format!(
            "Not filled in: {}. Write what belongs there, or delete the line.",
            left.join(", ")
        ),
    ))
}

/// How a letter went out, by its word.
///
/// # Errors
/// `E-LETTER-CHANNEL` naming the words there are.
pub(crate) fn channel_of(word: &str) -> Result<()> {
    if CHANNELS.iter().any(|(id, _)| *id == word) {
        return Ok(());
    }
    let all: Vec<&str> = CHANNELS.iter().map(|(id, _)| *id).collect();
    Err(Error::input(
        "E-LETTER-CHANNEL",
        format!("Write how it went out: {}.", all.join(", ")),
    ))
}

/// How a letter went out, in a sentence.
pub(crate) fn dispatched(sent: &Dispatch, names: &Names) -> String {
    let to = sent
        .recipient
        .as_ref()
        .map(|to| format!(" to {to}"))
        .unwrap_or_default();
    format!(
        "Sent {}{to}; recorded by {}.",
        channel(&sent.channel),
        names.of(&sent.by)
    )
}

fn view(file: &CustomerFile, letter: &Letter, title: String, names: &Names) -> c::LetterView {
    let sent = letter.sent.as_ref().map(|sent| dispatched(sent, names));
    c::LetterView {
        id: letter.id.clone(),
        customer: file.reference.clone(),
        customer_name: file.name().to_owned(),
        title,
        template: letter.template.clone(),
        version: format!("version {}, {}", letter.version, letter.language),
        to: letter.to.clone(),
        subject: letter.subject.clone(),
        body: letter.body.clone(),
        by: names.of(&letter.by),
        on: letter.on.clone(),
        sent,
        sent_on: letter.sent.as_ref().map(|sent| sent.on.clone()),
        proof: letter.sent.as_ref().and_then(|sent| sent.proof.clone()),
        asks: letter.asks(),
        answered: letter.answered.as_ref().map(|one| {
            format!(
                "{}: {} Recorded by {}.",
                one.on,
                crate::words::sentence(&one.what),
                names.of(&one.by)
            )
        }),
    }
}

impl OpenVault {
    /// Every version of every text, the program's own last.
    pub(crate) fn texts(&self, read: &Read<'_>) -> Result<Vec<Template>> {
        let mut all = read.templates()?;
        all.extend(letter::templates().iter().cloned());
        Ok(all)
    }

    /// The text that is used today: the newest whose day has come.
    pub(crate) fn text_in_use(
        &self,
        read: &Read<'_>,
        id: &str,
        language: &str,
    ) -> Result<Template> {
        let today = self.today().to_string();
        self.texts(read)?
            .into_iter()
            .filter(|one| one.id == id && one.language == language)
            .filter(|one| {
                one.effective_from
                    .as_deref()
                    .is_none_or(|from| from <= today.as_str())
            })
            .max_by_key(|one| one.version)
            .ok_or_else(|| {
                Error::input(
                    "E-LETTER-TEMPLATE",
                    format!(
                        "There is no text \"{id}\" in \"{language}\". Write one under Letters."
                    ),
                )
            })
    }

    /// The text that is used today, where it is written to them.
    ///
    /// # Errors
    /// `E-LETTER-TEMPLATE` where there is none, or it is written to somebody else.
    pub(crate) fn text_for(
        &self,
        read: &Read<'_>,
        audience: Audience,
        id: &str,
        language: &str,
    ) -> Result<Template> {
        let text = self.text_in_use(read, id, language)?;
        if text.audience == audience {
            return Ok(text);
        }
        Err(Error::input(
            "E-LETTER-TEMPLATE",
            format!(
                "\"{}\" is not written to {}. Choose another text.",
                text.title,
                audience.whom()
            ),
        ))
    }

    /// What a letter's text is called.
    pub(crate) fn letter_title(&self, read: &Read<'_>, id: &str) -> Result<String> {
        Ok(self
            .texts(read)?
            .into_iter()
            .find(|one| one.id == id)
            .map_or_else(|| id.to_owned(), |one| one.title))
    }

    /// The notice's text that is used now, as it is named with a delivery.
    pub(super) fn notice_text(&self, read: &Read<'_>) -> Result<String> {
        let text = self.text_in_use(read, letter::NOTICE, "en")?;
        Ok(format!(
            "{} version {}, {}",
            text.id, text.version, text.language
        ))
    }

    /// The texts for letters, each in the version that is used now.
    pub fn template_list(&self) -> Result<Vec<c::TemplateView>> {
        self.read(|read| {
            let all = self.texts(read)?;
            let mut views: Vec<c::TemplateView> = Vec::new();
            for one in &all {
                if views
                    .iter()
                    .any(|view| view.id == one.id && view.language == one.language)
                {
                    continue;
                }
                let now = self
                    .text_in_use(read, &one.id, &one.language)
                    .unwrap_or_else(|_| one.clone());
                let earlier = all
                    .iter()
                    .filter(|old| {
                        old.id == one.id
                            && old.language == one.language
                            && old.version != now.version
                    })
                    .map(|old| c::Choice {
                        value: old.version.to_string(),
                        label: old.effective_from.as_ref().map_or_else(
                            || "the program's own".to_owned(),
                            |from| format!("from {from}"),
                        ),
                    })
                    .collect();
                let mut names = letter::placeholders(&now.subject);
                names.extend(letter::placeholders(&now.body));
                views.push(c::TemplateView {
                    audience: now.audience.word().to_owned(),
                    id: now.id,
                    language: now.language,
                    version: now.version,
                    title: now.title,
                    subject: now.subject,
                    body: now.body,
                    effective_from: now.effective_from,
                    placeholders: names.into_iter().collect(),
                    duties: now.duties,
                    earlier,
                });
            }
            let place = |id: &str| letter::templates().iter().position(|one| one.id == id);
            views.sort_by_key(|view| (place(&view.id), view.language.clone()));
            Ok(views)
        })
    }

    /// Writes the next version of a text. Letters that were written keep the version that they were made of.
    pub fn template_save(&self, req: &c::TemplateSaveReq) -> Result<Vec<c::TemplateView>> {
        let own = letter::templates()
            .iter()
            .find(|one| one.id == req.id)
            .ok_or_else(|| {
                Error::input(
                    "E-LETTER-TEMPLATE",
                    format!("There is no text \"{}\".", req.id),
                )
            })?;
        let language = req.language.trim().to_lowercase();
        if language.len() < 2
            || language.len() > 8
            || !language
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'-')
        {
            return Err(Error::input(
                "E-LETTER-LANGUAGE",
                "Write the language as a code, such as en, fr or zh-hant.",
            ));
        }
        let reason = clean("reason", &req.reason)?;
        let subject = text("subject", &req.subject)?;
        let body = text("text", &req.body)?;
        if subject.is_empty() || body.is_empty() || reason.trim().is_empty() {
            return Err(Error::input(
                "E-LETTER-EMPTY",
                "A text has a subject and words, and its change a reason.",
            ));
        }
        let from = match req
            .effective_from
            .as_deref()
            .map(str::trim)
            .filter(|day| !day.is_empty())
        {
            None => self.today(),
            Some(day) => day.parse::<NaiveDate>().map_err(|_| {
                Error::input(
                    "E-FIELD-DATE",
                    format!("\"{day}\" is no date. Write it like 2026-11-24."),
                )
            })?,
        };
        self.act(|act| {
            let version = self
                .texts(act.read())?
                .iter()
                .filter(|one| one.id == own.id && one.language == language)
                .map(|one| one.version)
                .max()
                .unwrap_or(0)
                + 1;
            let template = Box::new(Template {
                asks: own.asks,
                audience: own.audience,
                id: own.id.clone(),
                language,
                version,
                title: own.title.clone(),
                subject,
                body,
                effective_from: Some(from.to_string()),
                duties: own.duties.clone(),
            });
            act.push(Change::TemplateSaved { template }, None, Some(&reason))?;
            Ok(())
        })?;
        self.template_list()
    }

    /// A text filled in with what is known of its record and what every letter says of us; what is not known keeps its name, and is listed.
    pub(crate) fn written_letter(
        &self,
        read: &Read<'_>,
        text: Template,
        mut known: BTreeMap<&'static str, String>,
        to: String,
    ) -> Result<c::LetterPreview> {
        known.insert("organisation", self.organisation().name.clone());
        known.insert("today", self.today().to_string());
        known.insert("signatory", self.names(read)?.of(&self.author()));
        let subject = letter::fill(&text.subject, &known);
        let body = letter::fill(&text.body, &known);
        let mut unfilled = letter::placeholders(&subject);
        unfilled.extend(letter::placeholders(&body));
        Ok(c::LetterPreview {
            template: text.id,
            version: text.version,
            language: text.language,
            to,
            subject,
            body,
            unfilled: unfilled.into_iter().collect(),
        })
    }

    /// A letter as it would be written now: what the record knows is filled in, what it does not keeps its name.
    pub fn letter_preview(&self, req: &c::LetterPreviewReq) -> Result<c::LetterPreview> {
        self.read(|read| {
            let file = read.customer_file(&req.customer)?;
            let text = self.text_for(read, Audience::Customer, &req.template, &req.language)?;
            let missing: Vec<String> = file
                .completeness(&self.rules())
                .gaps
                .into_iter()
                .filter(|gap| gap.field != "us_status" && gap.field != "notice_delivered")
                .map(|gap| gap.label)
                .collect();
            let known = letter::known(&file, &missing);
            self.written_letter(read, text, known, letter::address(&file))
        })
    }

    /// Keeps a letter, new or changed. One that went out is not changed any more.
    ///
    /// # Errors
    /// `E-LETTER-UNFILLED` naming every placeholder that is left; `E-LETTER-SENT`.
    pub fn letter_save(&self, req: &c::LetterSaveReq) -> Result<c::CustomerView> {
        let [to, subject, body] = written(&req.to, &req.subject, &req.body)?;
        self.act(|act| {
            let file = act.read().customer_file(&req.customer)?;
            let before = req
                .id
                .as_ref()
                .map(|id| part(&file, "letter", &file.letters, id, |one| &one.id))
                .transpose()?;
            if before.as_ref().is_some_and(|letter| letter.sent.is_some()) {
                return Err(Error::refused(
                    "E-LETTER-SENT",
                    format!(
                        "{} went out and is not changed any more. Write another.",
                        req.id.as_deref().unwrap_or_default()
                    ),
                ));
            }
            let version = match &before {
                Some(letter) => letter.version,
                None => {
                    self.text_for(act.read(), Audience::Customer, &req.template, &req.language)?
                        .version
                }
            };
            let letter = Letter {
                id: req.id.clone().unwrap_or_else(|| file.next_id("L")),
                template: before
                    .as_ref()
                    .map_or_else(|| req.template.clone(), |old| old.template.clone()),
                version,
                language: before
                    .as_ref()
                    .map_or_else(|| req.language.clone(), |old| old.language.clone()),
                to,
                subject,
                body,
                by: self.author(),
                on: self.today().to_string(),
                sent: None,
                answered: None,
            };
            let change = Change::LetterSaved {
                customer: file.reference.clone(),
                before: before.map(Box::new),
                letter: Box::new(letter),
            };
            act.push(change, None, None)?;
            self.customer_view(act.read(), &file.reference)
        })
    }

    /// Records that a letter went out, with its proof. A delivered notice is the notice of D-36.
    pub fn letter_sent(&self, req: &c::LetterSentReq) -> Result<c::CustomerView> {
        let on = self
            .past_day(Some(&req.on))?
            .unwrap_or_else(|| self.today().to_string());
        channel_of(&req.channel)?;
        let recipient = req
            .recipient
            .as_deref()
            .map(|to| clean("recipient", to))
            .transpose()?
            .filter(|to| !to.trim().is_empty());
        self.act(|act| {
            let file = act.read().customer_file(&req.customer)?;
            let before = part(&file, "letter", &file.letters, &req.id, |one| &one.id)?;
            if let Some(sent) = &before.sent {
                return Err(Error::refused(
                    "E-LETTER-SENT",
                    format!("{} was recorded as sent on {}.", before.id, sent.on),
                ));
            }
            if on < before.on {
                return Err(Error::input(
                    "E-LETTER-DAY",
                    format!(
                        "{} was written on {}; it cannot have gone out on {on}.",
                        before.id, before.on
                    ),
                ));
            }
            if let Some(id) = &req.proof {
                let line = act.read().document(id)?;
                if line.document.subject != file.reference
                    && !file.merged.contains(&line.document.subject)
                {
                    return Err(Error::input(
                        "E-LETTER-PROOF",
                        format!(
                            "Document {id} belongs to {}, not to {}.",
                            line.document.subject, file.reference
                        ),
                    ));
                }
            }
            let mut letter = before.clone();
            letter.sent = Some(Dispatch {
                on: on.clone(),
                channel: req.channel.clone(),
                recipient,
                proof: req.proof.clone(),
                by: self.author(),
            });
            let notice = (letter.template == letter::NOTICE).then(|| Notice {
                delivered_on: on.clone(),
                channel: req.channel.clone(),
                text: Some(format!(
                    "{} version {}, {}",
                    letter.template, letter.version, letter.language
                )),
                proof: req.proof.clone(),
            });
            let change = Change::LetterSaved {
                customer: file.reference.clone(),
                before: Some(Box::new(before)),
                letter: Box::new(letter),
            };
            act.push(change, Some(&on), None)?;
            if let Some(notice) = notice {
                let customer = file.reference.clone();
                act.push(
                    Change::NoticeDelivered { customer, notice },
                    Some(&on),
                    None,
                )?;
            }
            self.customer_view(act.read(), &file.reference)
        })
    }

    /// A letter as PDF, ready to send by mail.
    pub fn letter_page(&self, req: &c::LetterReq) -> Result<Vec<u8>> {
        let (reference, letter) = self.read(|read| {
            let file = read.customer_file(&req.customer)?;
            let letter = part(&file, "letter", &file.letters, &req.id, |one| &one.id)?;
            Ok((file.reference, letter))
        })?;
        self.letter_sheet(&reference, &letter)
    }

    /// A letter on paper; `reference` is the record it belongs to.
    pub(crate) fn letter_sheet(&self, reference: &str, letter: &Letter) -> Result<Vec<u8>> {
        let mut sheet = self.sheet(
            letter.subject.clone(),
            crate::now::weekday(letter.on.parse().unwrap_or_else(|_| self.today())),
            &format!("{reference} {}", letter.id),
        )?;
        // It is a house's own letter: no rule's banner belongs on it.
        sheet.pack = None;
        sheet.blocks.push(Block::Text {
            text: letter.to.clone(),
            tone: Tone::Plain,
        });
        for paragraph in letter
            .body
            .split("\n\n")
            .filter(|text| !text.trim().is_empty())
        {
            sheet.blocks.push(Block::Text {
                text: paragraph.trim().to_owned(),
                tone: Tone::Plain,
            });
        }
        printed(&sheet)
    }

    /// The letters of a customer.
    pub(super) fn letter_views(
        &self,
        read: &Read<'_>,
        file: &CustomerFile,
        names: &Names,
    ) -> Result<Vec<c::LetterView>> {
        file.letters
            .iter()
            .rev()
            .map(|letter| {
                Ok(view(
                    file,
                    letter,
                    self.letter_title(read, &letter.template)?,
                    names,
                ))
            })
            .collect()
    }

    /// Records a complaint or a notice of compromise, or what came of it (D-33).
    pub fn redress_save(&self, req: &c::RedressSaveReq) -> Result<c::CustomerView> {
        let mut wrong = Wrong::default();
        let what = wrong.one("what", Input::Long, Some(&req.what));
        let outcome = wrong.one("outcome", Input::Long, req.outcome.as_deref());
        let answer_by = wrong.one("answer_by", Input::Date, req.answer_by.as_deref());
        if what.is_none() {
            wrong.add(
                "what",
                "E-REDRESS-EMPTY",
                "Write what the customer says.".to_owned(),
            );
        }
        if !redress::KINDS.iter().any(|(id, _)| *id == req.kind) {
            wrong.add(
                "kind",
                "E-REDRESS-KIND",
                "Choose a complaint or a notice of compromise.".to_owned(),
            );
        }
        wrong.done(&format!("{} redress", req.customer))?;
        let received_on = self
            .past_day(Some(&req.received_on))?
            .unwrap_or_else(|| self.today().to_string());
        let answered_on = self.past_day(req.answered_on.as_deref())?;
        let answered_on =
            answered_on.or_else(|| outcome.is_some().then(|| self.today().to_string()));
        if answered_on.is_some() != outcome.is_some() {
            return Err(Error::input(
                "E-REDRESS-OUTCOME",
                "An answer has a day and words: write what came of it.",
            ));
        }
        if answered_on.as_ref().is_some_and(|on| *on < received_on) {
            return Err(Error::input(
                "E-REDRESS-DAY",
                format!("It was received on {received_on}; it cannot have been answered before."),
            ));
        }
        self.act(|act| {
            let file = act.read().customer_file(&req.customer)?;
            let before = req
                .id
                .as_ref()
                .map(|id| part(&file, "redress", &file.redress, id, |one| &one.id))
                .transpose()?;
            let redress = Redress {
                id: req.id.clone().unwrap_or_else(|| file.next_id("R")),
                kind: req.kind.clone(),
                received_on: received_on.clone(),
                what: what.unwrap_or_default(),
                answer_by,
                outcome,
                answered_on: answered_on.clone(),
                by: self.author(),
            };
            let change = Change::RedressRecorded {
                customer: file.reference.clone(),
                before,
                redress,
            };
            act.push(
                change,
                Some(answered_on.as_deref().unwrap_or(&received_on)),
                None,
            )?;
            self.customer_view(act.read(), &file.reference)
        })
    }
}

pub(super) fn redress_view(one: &Redress, names: &Names) -> c::RedressView {
    c::RedressView {
        id: one.id.clone(),
        kind: one.kind.clone(),
        kind_label: redress::KINDS
            .iter()
            .find(|(id, _)| *id == one.kind)
            .map_or_else(|| one.kind.clone(), |(_, label)| (*label).to_owned()),
        received_on: one.received_on.clone(),
        what: one.what.clone(),
        answer_by: one.answer_by.clone(),
        outcome: one.outcome.clone(),
        answered_on: one.answered_on.clone(),
        by: names.of(&one.by),
    }
}
