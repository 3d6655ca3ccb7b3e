//! The review of a customer's documents: the form, the comparison as it is typed, and the decision with what follows from it.

use super::{clean, someone};
use crate::{
    error::{Error, Result},
    open_vault::{Names, OpenVault},
    words::choices,
};
use chrono::NaiveDate;
use contract as c;
use domain::{
    change::Change,
    customer::{CustomerFile, Discrepancy, Values, Verification},
    field, mrz,
    pack::Part,
    partial_date::PartialDate,
    record,
    review::{self, Asked, CHECKLIST, Fact, Pin, REASONS, Review, SEEN},
    rulebook::Rulebook,
    text,
};
use store::Read;

/// How long before its last day a document is shown as expiring.
pub(crate) const SOON_DAYS: i64 = 30;

pub(crate) fn pin_view(pin: &Pin) -> c::PinView {
    c::PinView {
        page: pin.page,
        x: pin.x,
        y: pin.y,
        w: pin.w,
        h: pin.h,
    }
}

/// "expired 3 days ago", "12 days left", by the last day that the document can mean.
pub(crate) fn expiry_standing(last: NaiveDate, today: NaiveDate) -> String {
    let left = (last - today).num_days();
    match left {
        0 => "expires today".to_owned(),
        1.. => format!("expires in {}", crate::clocks::days(left)),
        _ => format!("expired {} ago", crate::clocks::days(-left)),
    }
}

fn name_of(file: &CustomerFile, about: &str) -> String {
    file.owners
        .iter()
        .find(|owner| owner.id == about)
        .map_or_else(|| file.name().to_owned(), |owner| owner.name.clone())
}

/// A review in words; what is sensitive is masked.
pub(super) fn review_view(file: &CustomerFile, one: &Review, names: &Names) -> c::ReviewView {
    c::ReviewView {
        id: one.id.clone(),
        document: one.document.clone(),
        about: one.about.clone(),
        name: name_of(file, &one.about),
        decision: one.decision.clone(),
        decision_label: review::decision_label(&one.decision).to_owned(),
        reason: one.reason.as_ref().map(|code| {
            REASONS
                .iter()
                .find(|(known, ..)| known == code)
                .map_or_else(|| code.clone(), |(_, _, label, _)| (*label).to_owned())
        }),
        to_customer: one.to_customer.clone(),
        internal: one.internal.clone(),
        seen: SEEN
            .iter()
            .find(|(id, _)| *id == one.seen)
            .map_or(one.seen.as_str(), |(_, label)| label)
            .to_owned(),
        facts: one
            .facts
            .iter()
            .map(|fact| {
                let masked = field::is_sensitive(&fact.field);
                c::FactView {
                    field: fact.field.clone(),
                    label: review::asked_of(&one.kind)
                        .iter()
                        .find(|asked| asked.id == fact.field)
                        .map_or_else(|| fact.field.clone(), |asked| asked.label.to_owned()),
                    value: if masked {
                        field::masked(&fact.value)
                    } else {
                        fact.value.clone()
                    },
                    masked,
                    mark: fact.mark.clone(),
                    pin: fact.pin.as_ref().map(pin_view),
                }
            })
            .collect(),
        expires: one.expires().map(|date| date.to_string()),
        by: names.of(&one.by),
        on: one.on.clone(),
    }
}

fn asked_view(file: &CustomerFile, about: &str, asked: &Asked) -> c::AskedView {
    let masked = field::is_sensitive(asked.id);
    let claimed: Vec<String> = review::claims(file, about, asked)
        .into_iter()
        .map(|claim| {
            if masked {
                field::masked(claim)
            } else {
                claim.to_owned()
            }
        })
        .collect();
    c::AskedView {
        id: asked.id.to_owned(),
        label: asked.label.to_owned(),
        input: asked.input.word().to_owned(),
        required: asked.required,
        masked: masked && !claimed.is_empty(),
        claimed,
        takes_into: review::takes_into(file, about, asked).map(str::to_owned),
    }
}

/// What the form of a document asks: what is not collected is not read either, but for what is recorded already and can be compared.
fn asks(rules: &Rulebook, file: &CustomerFile, kind: &str) -> Vec<&'static Asked> {
    review::asked_of(kind)
        .iter()
        .filter(|asked| !is_off(rules, file, asked.id))
        .collect()
}

fn is_off(rules: &Rulebook, file: &CustomerFile, id: &str) -> bool {
    rules.is_off("individual", id) && file.values(id).is_empty()
}

/// What was typed in one form: the readings that stand, and every mark.
struct Typed {
    facts: Vec<Fact>,
    marks: Vec<c::FactMark>,
    mrz: Option<mrz::Mrz>,
    mrz_problem: Option<String>,
}

impl Typed {
    fn of(
        rules: &Rulebook,
        file: &CustomerFile,
        kind: &str,
        req: &c::ReviewReq,
        today: NaiveDate,
    ) -> Self {
        let zone = req
            .mrz
            .as_deref()
            .filter(|text| !text.trim().is_empty())
            .map(|text| mrz::read(text, today));
        let (mrz, mrz_problem) = match zone {
            None => (None, None),
            Some(Ok(mrz)) => (Some(mrz), None),
            Some(Err(why)) => (None, Some(why.to_string())),
        };
        let said: Vec<(&str, String)> = mrz.as_ref().map(review::facts_of).unwrap_or_default();
        let mut facts = Vec::new();
        let mut marks = Vec::new();
        for asked in review::asked_of(kind) {
            let given = req.facts.iter().find(|fact| fact.field == asked.id);
            let typed = given.map_or("", |fact| fact.value.as_str());
            let mut mark = c::FactMark {
                field: asked.id.to_owned(),
                mark: String::new(),
                why: None,
                problem: None,
                notes: text::notes(typed),
                zone: None,
            };
            if is_off(rules, file, asked.id) {
                // The field is not on the form; a value that comes all the same is refused with the reason.
                if let Some(off) = rules
                    .off_by("individual", asked.id)
                    .filter(|_| !typed.trim().is_empty())
                {
                    let why = field::ValueError::Off(format!("{} ({})", off.text, off.cite));
                    mark.problem = Some(why.to_string());
                    marks.push(mark);
                }
                continue;
            }
            match review::read(file, &req.about, asked, typed, today) {
                Err(why) => mark.problem = Some(why.to_string()),
                Ok(None) => {}
                Ok(Some((value, agreement))) => {
                    agreement.mark.word().clone_into(&mut mark.mark);
                    mark.why = agreement.why.map(str::to_owned);
                    let of_zone = said.iter().find(|(id, _)| *id == asked.id);
                    mark.zone = of_zone
                        .filter(|(_, zone)| {
                            review::zone_agrees(asked, &value, zone).mark
                                == domain::agree::Mark::Different
                        })
                        .map(|(id, zone)| {
                            if field::is_sensitive(id) {
                                field::masked(zone)
                            } else {
                                zone.clone()
                            }
                        });
                    let pin = given.and_then(|fact| fact.pin.as_ref()).map(|pin| Pin {
                        page: pin.page,
                        x: pin.x,
                        y: pin.y,
                        w: pin.w,
                        h: pin.h,
                    });
                    facts.push(Fact {
                        field: asked.id.to_owned(),
                        value,
                        pin: pin.filter(Pin::is_sound),
                        mark: mark.mark.clone(),
                    });
                }
            }
            marks.push(mark);
        }
        Self {
            facts,
            marks,
            mrz,
            mrz_problem,
        }
    }
}

impl OpenVault {
    /// The document of a customer, and that customer's file.
    fn paper(&self, read: &Read<'_>, document: &str) -> Result<(record::Document, CustomerFile)> {
        let document = read.document(document)?.document;
        let file = read.customer_file(&document.subject).map_err(|_| {
            Error::input(
                "E-REVIEW-SUBJECT",
                format!(
                    "\"{}\" belongs to {}, which is no customer. Documents of customers are reviewed here.",
                    document.name, document.subject
                ),
            )
        })?;
        Ok((document, file))
    }

    /// A document under review.
    pub fn review_open(&self, req: &c::ReviewOpenReq) -> Result<c::ReviewSheet> {
        let view = self.document_show(&req.document)?;
        let today = self.today();
        self.read(|read| {
            let (document, file) = self.paper(read, &req.document)?;
            let names = self.names(read)?;
            let about = req
                .about
                .clone()
                .or_else(|| file.review_of(&document.id).map(|one| one.about.clone()))
                .unwrap_or_else(|| file.reference.clone());
            someone(&file, &about)?;
            let strip = read
                .documents_of(&file.reference)?
                .iter()
                .map(|line| {
                    let row = crate::documents::row(line, &names);
                    let last = file.review_of(&row.id);
                    let expires = last.and_then(Review::expires);
                    c::StripItem {
                        pages_url: row.previewable.then(|| format!("doc/{}", row.id)),
                        id: row.id,
                        name: row.name,
                        type_label: row.type_label,
                        state: last
                            .map_or("not_reviewed", |one| one.decision.as_str())
                            .to_owned(),
                        state_label: last
                            .map_or("Not reviewed", |one| review::decision_label(&one.decision))
                            .to_owned(),
                        expires: expires.map(|date| date.to_string()),
                        expiry_note: expires
                            .map(PartialDate::last)
                            .filter(|last| (*last - today).num_days() <= SOON_DAYS)
                            .map(|last| expiry_standing(last, today)),
                    }
                })
                .collect();
            Ok(c::ReviewSheet {
                customer: file.reference.clone(),
                name: file.name().to_owned(),
                strip,
                people: file
                    .people()
                    .into_iter()
                    .map(|(value, label, _)| c::Choice { value, label })
                    .collect(),
                asked: asks(&self.rules(), &file, &document.kind)
                    .into_iter()
                    .map(|asked| asked_view(&file, &about, asked))
                    .collect(),
                about,
                takes_mrz: review::identifies(&document.kind),
                checklist: choices(CHECKLIST),
                situations: self
                    .pack()
                    .list(Part::SpecialSituation)
                    .iter()
                    .map(|one| c::Choice {
                        value: one.id.clone(),
                        label: one.label.clone(),
                    })
                    .collect(),
                reasons: REASONS
                    .iter()
                    .map(|(value, decision, label, text)| c::ReasonChoice {
                        value: (*value).to_owned(),
                        label: (*label).to_owned(),
                        decision: (*decision).to_owned(),
                        text: (*text).to_owned(),
                    })
                    .collect(),
                copies: choices(SEEN),
                reviews: file
                    .reviews
                    .iter()
                    .rev()
                    .filter(|one| one.document == document.id)
                    .map(|one| review_view(&file, one, &names))
                    .collect(),
                document: view,
            })
        })
    }

    /// How what was typed so far stands; nothing is recorded.
    pub fn review_compare(&self, req: &c::ReviewReq) -> Result<c::ReviewCompared> {
        let today = self.today();
        self.read(|read| {
            let (document, file) = self.paper(read, &req.document)?;
            someone(&file, &req.about)?;
            let typed = Typed::of(&self.rules(), &file, &document.kind, req, today);
            let proposed =
                review::proposed(&document.kind, &typed.facts, typed.mrz.as_ref(), today);
            let draft = self.review_of(&document, &file, req, "accept", typed.facts.clone())?;
            Ok(c::ReviewCompared {
                marks: typed.marks,
                mrz: typed.mrz.as_ref().map(|mrz| c::MrzView {
                    format: mrz.format.to_owned(),
                    checks: mrz
                        .checks
                        .iter()
                        .map(|one| c::MrzCheck {
                            holds: one.holds(),
                            says: one.says(),
                        })
                        .collect(),
                    facts: review::facts_of(mrz)
                        .into_iter()
                        .filter(|(id, _)| !is_off(&self.rules(), &file, id))
                        .map(|(id, value)| c::Choice {
                            value: id.to_owned(),
                            label: value,
                        })
                        .collect(),
                    name_cut: mrz.name_cut,
                }),
                mrz_problem: typed.mrz_problem,
                proposed: proposed
                    .into_iter()
                    .map(|(id, answer)| c::Choice {
                        value: id.to_owned(),
                        label: answer.to_owned(),
                    })
                    .collect(),
                accept_blocked: review::blocked_by(&draft, today),
            })
        })
    }

    fn review_of(
        &self,
        document: &record::Document,
        file: &CustomerFile,
        req: &c::ReviewReq,
        decision: &str,
        facts: Vec<Fact>,
    ) -> Result<Review> {
        let words = |name: &str, text: &Option<String>| -> Result<Option<String>> {
            Ok(text
                .as_deref()
                .map(|text| clean(name, text))
                .transpose()?
                .filter(|text| !text.is_empty()))
        };
        if !SEEN.iter().any(|(id, _)| *id == req.seen) {
            return Err(Error::input(
                "E-REVIEW-SEEN",
                "Choose how the document was seen: a scan, the original, on video, or a certified copy.",
            ));
        }
        for answer in &req.answers {
            let known = CHECKLIST.iter().any(|(id, _)| *id == answer.id)
                && ["yes", "no", "not_applicable"].contains(&answer.answer.as_str());
            if !known {
                return Err(Error::input(
                    "E-REVIEW-ANSWER",
                    format!(
                        "\"{}: {}\" is no answer of the checklist.",
                        answer.id, answer.answer
                    ),
                ));
            }
        }
        Ok(Review {
            id: next_id(file),
            document: document.id.clone(),
            kind: document.kind.clone(),
            about: req.about.clone(),
            decision: decision.to_owned(),
            reason: req.reason.clone().filter(|_| decision != "accept"),
            to_customer: words("to_customer", &req.to_customer)?.filter(|_| decision != "accept"),
            internal: words("internal", &req.internal)?,
            seen: req.seen.clone(),
            facts,
            // The zone holds the date of birth: where that is not collected, its checks are answered and it is not kept.
            mrz: req
                .mrz
                .clone()
                .map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty())
                .filter(|_| !is_off(&self.rules(), file, "date_of_birth")),
            answers: req
                .answers
                .iter()
                .map(|one| (one.id.clone(), one.answer.clone()))
                .collect(),
            by: self.author(),
            on: self.today().to_string(),
        })
    }

    /// Decides on a document: the review, the values that were taken over, what does not fit, and the verification, as one act.
    pub fn review_decide(&self, req: &c::ReviewReq) -> Result<c::ReviewSheet> {
        let today = self.today();
        self.act(|act| {
            let (document, file) = self.paper(act.read(), &req.document)?;
            someone(&file, &req.about)?;
            let typed = Typed::of(&self.rules(), &file, &document.kind, req, today);
            let wrong: Vec<c::FieldProblem> = typed
                .marks
                .iter()
                .filter_map(|mark| {
                    Some(c::FieldProblem {
                        field: mark.field.clone(),
                        code: "E-REVIEW-FIELD".to_owned(),
                        message: mark.problem.clone()?,
                    })
                })
                .chain(typed.mrz_problem.iter().map(|why| c::FieldProblem {
                    field: "mrz".to_owned(),
                    code: "E-REVIEW-MRZ".to_owned(),
                    message: why.clone(),
                }))
                .collect();
            if !wrong.is_empty() {
                return Err(Error::fields(&format!("{} review", file.reference), wrong));
            }
            let decided = self.review_of(&document, &file, req, &req.decision, typed.facts)?;
            let blocked = review::blocked_by(&decided, today);
            if !blocked.is_empty() {
                return Err(Error::input(
                    "E-REVIEW-BLOCKED",
                    format!("{}: {}", file.reference, blocked.join(" ")),
                ));
            }
            let source = format!(
                "{}, \"{}\"",
                record::document_type_label(&document.kind),
                document.name
            );
            let differs: Vec<Discrepancy> = conflicts(&file, &decided, &source);
            let taken = taken(&file, &decided, req)?;
            act.push(
                Change::DocumentReviewed {
                    customer: file.reference.clone(),
                    review: Box::new(decided.clone()),
                },
                None,
                decided.internal.as_deref(),
            )?;
            if decided.decision == "accept" && !taken.is_empty() {
                let now = super::Revised {
                    fields: taken,
                    source: format!("document {}", document.id),
                    ..Default::default()
                };
                self.put_values(act, &file, now, None, None)?;
            }
            for discrepancy in differs {
                act.push(
                    Change::DiscrepancyRecorded {
                        customer: file.reference.clone(),
                        before: None,
                        discrepancy,
                    },
                    None,
                    None,
                )?;
            }
            if decided.decision == "accept" && req.verify {
                let differing = decided.facts.iter().any(|fact| fact.mark == "different");
                let verification = Verification {
                    about: decided.about.clone(),
                    method: "documentary".to_owned(),
                    result: if differing { "partial" } else { "match" }.to_owned(),
                    document: Some(document.id.clone()),
                    basis: decided.describe(),
                    special: situation(&self.pack(), req.situation.as_deref())?,
                    notes: decided.internal.clone(),
                    performed_by: self.author(),
                    performed_on: today.to_string(),
                };
                act.push(
                    Change::Verified {
                        customer: file.reference.clone(),
                        verification,
                    },
                    None,
                    None,
                )?;
                self.keep_record(act, &file, &today.to_string())?;
            }
            // Who was verified by a document that is rejected now, or does not match it, is not verified any more.
            self.reopen_in_doubt(act, &file.reference)
        })?;
        self.review_open(&c::ReviewOpenReq {
            document: req.document.clone(),
            about: Some(req.about.clone()),
        })
    }

    /// Documents that have expired or will within [`SOON_DAYS`], the oldest first; no more than fifty.
    pub(crate) fn expiring(&self, read: &Read<'_>) -> Result<Vec<c::ExpiringPaper>> {
        let today = self.today();
        let before = today + chrono::Duration::days(SOON_DAYS);
        let mut papers = Vec::new();
        for (document, expires) in read.documents_expiring(&before.to_string(), 50)? {
            let Ok(file) = read.customer_file(&document.subject) else {
                continue;
            };
            let Some(last) = field::date(&expires) else {
                continue;
            };
            papers.push(c::ExpiringPaper {
                type_label: record::document_type_label(&document.kind).to_owned(),
                document: document.id,
                name: file.name().to_owned(),
                customer: file.reference,
                standing: expiry_standing(last, today),
                over: last < today,
                expires,
            });
        }
        Ok(papers)
    }
}

/// A special situation of the pack, by its id.
pub(super) fn situation(pack: &domain::pack::RulePack, id: Option<&str>) -> Result<Option<String>> {
    let Some(id) = id.filter(|id| !id.is_empty()) else {
        return Ok(None);
    };
    let known = pack.list(Part::SpecialSituation);
    if known.iter().any(|one| one.id == id) {
        return Ok(Some(id.to_owned()));
    }
    let known: Vec<&str> = known.iter().map(|one| one.id.as_str()).collect();
    Err(Error::input(
        "E-VERIFICATION-SITUATION",
        format!(
            "\"{id}\" is no special situation of the rule pack. Choose one of: {}.",
            known.join(", ")
        ),
    ))
}

fn next_id(file: &CustomerFile) -> String {
    format!("RV-{}", file.reviews.len() + 1)
}

/// What the person chose to take over into the record, checked as any value of that field is.
fn taken(file: &CustomerFile, decided: &Review, req: &c::ReviewReq) -> Result<Values> {
    let mut taken = Values::new();
    for asked in review::asked_of(&decided.kind) {
        let wanted = req
            .facts
            .iter()
            .any(|fact| fact.field == asked.id && fact.take);
        let (Some(into), Some(value), true) = (
            review::takes_into(file, &decided.about, asked),
            decided.value(asked.id),
            wanted,
        ) else {
            continue;
        };
        let values = vec![value.to_owned()];
        if file.values(into) != values.as_slice() {
            taken.insert(into.to_owned(), values);
        }
    }
    Ok(taken)
}

/// What does not fit what the customer says, and is not among the discrepancies yet (D-39).
fn conflicts(file: &CustomerFile, decided: &Review, source: &str) -> Vec<Discrepancy> {
    let speaks = decided.decision == "accept" || decided.reason.as_deref() == Some("name_differs");
    let mut found: Vec<Discrepancy> = Vec::new();
    for fact in decided
        .facts
        .iter()
        .filter(|fact| speaks && fact.mark == "different")
    {
        let Some(asked) = review::asked_of(&decided.kind)
            .iter()
            .find(|asked| asked.id == fact.field)
        else {
            continue;
        };
        let known = file.discrepancies.iter().any(|one| {
            one.about == decided.about && one.what == asked.label && one.found == fact.value
        });
        if known {
            continue;
        }
        let first = file.next_id("D");
        let number = first
            .rsplit_once('-')
            .and_then(|(_, number)| number.parse::<usize>().ok())
            .unwrap_or(1)
            + found.len();
        found.push(Discrepancy {
            id: format!("D-{number}"),
            about: decided.about.clone(),
            what: asked.label.to_owned(),
            claimed: review::claims(file, &decided.about, asked).join("; "),
            found: fact.value.clone(),
            source: source.to_owned(),
            substantive: true,
            resolution: None,
            by: decided.by.clone(),
            on: decided.on.clone(),
        });
    }
    found
}
