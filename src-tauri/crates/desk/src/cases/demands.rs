//! Demands to resellers for the copies that a request asks for: letters made of the house's texts, kept on the part they are about. A letter that
//! goes out is the part's demand or reminder in the same act, and its page is kept as it was sent.

use super::{machine_of, view::Seen};
use crate::{
    customers::letters::{channel_of, dispatched, written},
    documents::Source,
    error::{Error, Result},
    open_vault::OpenVault,
    watch::Unwatched,
};
use chrono::NaiveDate;
use contract as c;
use domain::{
    casefile::{Case, Item},
    change::Change,
    demand::{self, Chase},
    letter::{Audience, Dispatch, Letter},
    machine::ItemKind,
    record::{ClockRecord, Reseller},
};
use std::collections::HashSet;
use store::Read;

/// One copy that is asked of a reseller.
struct Asked {
    case: Case,
    item: Item,
    reseller: Reseller,
    clock: Option<ClockRecord>,
}

/// An internal target for one copy that a reseller owes.
pub(crate) struct Chased {
    /// The request.
    pub(crate) case: String,
    /// The part of it.
    pub(crate) item: String,
    /// The reseller's name.
    pub(crate) reseller: String,
    /// The target.
    pub(crate) target: Chase,
    /// It was met, or nothing is waited for any more.
    pub(crate) over: bool,
}

fn no_letter(asked: &Asked, id: &str) -> Error {
    let short: String = id.chars().take(40).collect();
    Error::input(
        "E-DEMAND-LETTER",
        format!(
            "{}: {} has no letter \"{short}\".",
            asked.case.reference, asked.item.label
        ),
    )
}

fn gone_out(letter: &Letter) -> Error {
    Error::refused(
        "E-LETTER-SENT",
        format!(
            "{} went out and is not changed any more. Write another.",
            letter.id
        ),
    )
}

impl OpenVault {
    /// The part of a request that names a reseller, with the clock that its targets are counted from.
    fn asked(&self, read: &Read<'_>, reference: &str, item: &str) -> Result<Asked> {
        let case = read.case(reference)?;
        let found = case.item(item).filter(|item| item.kind == "cip").cloned();
        let Some((item, owner)) =
            found.and_then(|item| item.subject.clone().map(|owner| (item, owner)))
        else {
            let short: String = item.chars().take(40).collect();
            return Err(Error::input(
                "E-CASE-PART",
                format!(
                    "{} asks no reseller for a copy under \"{short}\".",
                    case.reference
                ),
            ));
        };
        Ok(Asked {
            reseller: read.reseller(&owner)?,
            clock: self.request_clock(read, &case)?,
            case,
            item,
        })
    }

    /// The strictest clock of a request that runs to its last copy.
    fn request_clock(&self, read: &Read<'_>, case: &Case) -> Result<Option<ClockRecord>> {
        let clocks = self.request_clocks(read, case)?;
        Ok(clocks.into_iter().find(|clock| clock.stop.is_none()))
    }

    /// The clocks of a request that run, or ran, to its last copy: the strictest first.
    fn request_clocks(&self, read: &Read<'_>, case: &Case) -> Result<Vec<ClockRecord>> {
        let mut clocks = read.clocks_about(&case.reference)?;
        clocks.retain(|clock| {
            clock.case.as_deref() == Some(&case.reference)
                && self
                    .pack_of(&clock.computed)
                    .clock(&clock.computed.clock)
                    .is_some_and(|rule| rule.statutory && rule.stop == "all_items_sent")
        });
        clocks.sort_by_key(|clock| clock.computed.due);
        Ok(clocks)
    }

    fn chase_of(&self, item: &Item, clock: Option<&ClockRecord>) -> Vec<Chase> {
        clock.map_or_else(Vec::new, |clock| {
            demand::chase(item, clock, &self.pack_of(&clock.computed))
        })
    }

    /// A letter as it would be written now; what the records do not know keeps its name.
    pub fn demand_preview(&self, req: &c::DemandPreviewReq) -> Result<c::LetterPreview> {
        self.read(|read| {
            let asked = self.asked(read, &req.r#ref, &req.item)?;
            let text = self.text_for(read, Audience::Reseller, &req.template, &req.language)?;
            let chase = self.chase_of(&asked.item, asked.clock.as_ref());
            let answer_by = asked.clock.as_ref().and_then(|clock| {
                demand::answer_by(&text.id, &chase, clock.computed.due, self.today())
            });
            let known = demand::known(&asked.case, &asked.item, &asked.reseller, answer_by);
            self.written_letter(read, text, known, demand::address(&asked.reseller))
        })
    }

    /// Keeps a letter, new or changed. One that went out is not changed any more.
    ///
    /// # Errors
    /// `E-DEMAND-STATE` where the copy is no longer waited for; those of `letter_save`.
    pub fn demand_save(&self, req: &c::DemandSaveReq) -> Result<c::CaseView> {
        let [to, subject, body] = written(&req.to, &req.subject, &req.body)?;
        self.act(|act| {
            let asked = self.asked(act.read(), &req.r#ref, &req.item)?;
            self.is_waited_for(&asked)?;
            let text =
                self.text_for(act.read(), Audience::Reseller, &req.template, &req.language)?;
            let mut after = asked.item.clone();
            let mut letter = Letter {
                id: format!("L-{}", after.letters.len() + 1),
                template: text.id,
                version: text.version,
                language: text.language,
                to,
                subject,
                body,
                by: self.author(),
                on: self.today().to_string(),
                sent: None,
                answered: None,
            };
            match &req.id {
                None => after.letters.push(letter),
                Some(id) => {
                    let there = after
                        .letters
                        .iter_mut()
                        .find(|there| there.id == *id)
                        .ok_or_else(|| no_letter(&asked, id))?;
                    if there.sent.is_some() {
                        return Err(gone_out(there));
                    }
                    letter.id.clone_from(&there.id);
                    letter.template.clone_from(&there.template);
                    letter.version = there.version;
                    letter.language.clone_from(&there.language);
                    *there = letter;
                }
            }
            if after != asked.item {
                act.push(
                    Change::CaseItem {
                        case: asked.case.reference.clone(),
                        before: Some(Box::new(asked.item.clone())),
                        item: Box::new(after),
                        approval: None,
                    },
                    None,
                    None,
                )?;
            }
            Ok(())
        })?;
        self.case_show(&req.r#ref)
    }

    /// Records that a letter went out: its part is demanded, or reminded, by it, and the page is kept with the case as it was sent.
    ///
    /// # Errors
    /// `E-LETTER-SENT`, `E-LETTER-DAY`, `E-LETTER-CHANNEL`; those of the part's step.
    pub fn demand_sent(&self, req: &c::DemandSentReq) -> Result<c::CaseView> {
        channel_of(&req.channel)?;
        let asked = self.read(|read| self.asked(read, &req.r#ref, &req.item))?;
        self.is_waited_for(&asked)?;
        let mut letter = asked
            .item
            .letters
            .iter()
            .find(|letter| letter.id == req.id)
            .ok_or_else(|| no_letter(&asked, &req.id))?
            .clone();
        if letter.sent.is_some() {
            return Err(gone_out(&letter));
        }
        let on = self
            .past_day(Some(&req.on))?
            .unwrap_or_else(|| self.today().to_string());
        if on < letter.on {
            return Err(Error::input(
                "E-LETTER-DAY",
                format!(
                    "{} was written on {}; it cannot have gone out on {on}.",
                    letter.id, letter.on
                ),
            ));
        }
        let page = self.take_in(
            Source::Made {
                name: format!("{} {} {on}.pdf", letter.template, asked.reseller.reference),
                bytes: self.letter_sheet(
                    &format!("{} {}", asked.case.reference, asked.item.id),
                    &letter,
                )?,
            },
            &Unwatched,
        )?;
        letter.sent = Some(Dispatch {
            on: on.clone(),
            channel: req.channel.clone(),
            recipient: None,
            proof: None,
            by: self.author(),
        });
        self.item_sent(&asked.case, &asked.item, letter, page, req)?;
        self.case_show(&req.r#ref)
    }

    /// A letter as PDF, ready to send.
    pub fn demand_page(&self, req: &c::DemandReq) -> Result<Vec<u8>> {
        let asked = self.read(|read| self.asked(read, &req.r#ref, &req.item))?;
        let letter = asked
            .item
            .letters
            .iter()
            .find(|letter| letter.id == req.id)
            .ok_or_else(|| no_letter(&asked, &req.id))?;
        self.letter_sheet(
            &format!("{} {}", asked.case.reference, asked.item.id),
            letter,
        )
    }

    fn is_waited_for(&self, asked: &Asked) -> Result<()> {
        let over = machine_of(&asked.case)?.is_done(&asked.case.state);
        if !over && demand::step(&asked.item).is_some() {
            return Ok(());
        }
        Err(Error::input(
            "E-DEMAND-STATE",
            format!(
                "{}: the copy of {} is not waited for any more. No letter goes out for it.",
                asked.case.reference, asked.item.label
            ),
        ))
    }

    /// Every internal target of a copy that is, or was, waited for.
    pub(crate) fn chased(&self, read: &Read<'_>) -> Result<Vec<Chased>> {
        let mut found = Vec::new();
        for case in read.cases()? {
            if case.kind != "request" {
                continue;
            }
            let clocks = self.request_clocks(read, &case)?;
            let running = clocks.iter().find(|clock| clock.stop.is_none());
            let ended = running.is_none() || machine_of(&case)?.is_done(&case.state);
            for item in case.items.iter().filter(|item| item.kind == "cip") {
                let waits = demand::waits(item) && !ended;
                // A copy that was here from the beginning was never waited for.
                if !waits && item.path.is_empty() && item.letters.is_empty() {
                    continue;
                }
                for target in self.chase_of(item, running.or(clocks.first())) {
                    found.push(Chased {
                        case: case.reference.clone(),
                        item: item.id.clone(),
                        reseller: item.label.clone(),
                        over: !waits || target.sent_on.is_some(),
                        target,
                    });
                }
            }
        }
        Ok(found)
    }
}

impl Seen<'_> {
    /// What was done to get one copy, and what comes next.
    pub(super) fn chase(
        &self,
        case: &Case,
        kind: &ItemKind,
        item: &Item,
    ) -> Result<Option<c::ChaseView>> {
        let Some(owner) = item.subject.as_deref().filter(|_| item.kind == "cip") else {
            return Ok(None);
        };
        let over = machine_of(case)?.is_done(&case.state);
        let next = demand::next(item).filter(|_| !over);
        if item.letters.is_empty() && item.path.is_empty() && next.is_none() {
            return Ok(None);
        }
        let clock = self.vault.request_clock(self.read, case)?;
        let today = self.vault.today();
        let waits = demand::waits(item) && !over;
        let mut texts = self.vault.texts(self.read)?;
        texts.retain(|text| text.audience == Audience::Reseller);
        // Each text once for each language: its versions share the title.
        let mut known = HashSet::new();
        texts.retain(|text| known.insert((text.id.clone(), text.language.clone())));
        texts.sort_by_key(|text| demand::rank(&text.id));
        let title = |id: &str| {
            texts
                .iter()
                .find(|text| text.id == id)
                .map_or_else(|| id.to_owned(), |text| text.title.clone())
        };
        Ok(Some(c::ChaseView {
            targets: self
                .vault
                .chase_of(item, clock.as_ref())
                .iter()
                .map(|one| target(one, today, waits))
                .collect(),
            log: item
                .path
                .iter()
                .enumerate()
                .map(|(place, taken)| self.part_taken(kind, item, place, taken))
                .collect::<Result<_>>()?,
            letters: item
                .letters
                .iter()
                .rev()
                .map(|letter| c::DemandView {
                    id: letter.id.clone(),
                    title: title(&letter.template),
                    version: format!("version {}, {}", letter.version, letter.language),
                    template: letter.template.clone(),
                    language: letter.language.clone(),
                    to: letter.to.clone(),
                    subject: letter.subject.clone(),
                    body: letter.body.clone(),
                    by: self.names.of(&letter.by),
                    on: letter.on.clone(),
                    sent: letter
                        .sent
                        .as_ref()
                        .map(|sent| dispatched(sent, &self.names)),
                    sent_on: letter.sent.as_ref().map(|sent| sent.on.clone()),
                })
                .collect(),
            next: next.map(|id| c::Choice {
                value: id.to_owned(),
                label: title(id),
            }),
            texts: texts
                .iter()
                .map(|text| c::Choice {
                    value: format!("{} {}", text.id, text.language),
                    label: if text.language == "en" {
                        text.title.clone()
                    } else {
                        format!("{} ({})", text.title, text.language)
                    },
                })
                .collect(),
            clause: self.read.reseller(owner)?.oversight.clause,
        }))
    }
}

fn target(one: &Chase, today: NaiveDate, waits: bool) -> c::ChaseTarget {
    let left = (one.on - today).num_days();
    let (standing, words) = match &one.sent_on {
        Some(on) => ("met", format!("sent {on}")),
        None if !waits => ("over", "no longer waited for".to_owned()),
        None => (
            match left {
                ..0 => "late",
                0 => "today",
                _ => "ahead",
            },
            domain::clock::due_in(left).words(),
        ),
    };
    c::ChaseTarget {
        label: one.label.clone(),
        on: one.on.to_string(),
        sent_on: one.sent_on.clone(),
        standing: standing.to_owned(),
        words,
    }
}
