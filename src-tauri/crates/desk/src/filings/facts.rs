//! What the records say about each item of a form. Where a record does not exist yet, the item is left to a person's hand.

use super::{fill::Finding, sample, worked};
use crate::{error::Result, open_vault::OpenVault};
use domain::{
    letter::{self, Audience},
    pack::RulePack,
    record::{ClockRecord, Filing, FormRow, Reseller},
};
use filing as form;
use form::Level;
use std::collections::{BTreeMap, BTreeSet};
use store::{DocumentLine, Read};

/// Answers out of records, by item.
#[derive(Default)]
pub(crate) struct Facts {
    pub(crate) rows: BTreeMap<String, Vec<FormRow>>,
    pub(crate) refs: BTreeMap<String, Vec<String>>,
    pub(crate) unverified: BTreeSet<String>,
    pub(crate) documents: Vec<DocumentLine>,
    pub(crate) attachments: Vec<form::Attachment>,
    pub(crate) files: Vec<(String, String, Vec<u8>)>,
    pub(crate) findings: Vec<Finding>,
}

impl Facts {
    pub(crate) fn say(&mut self, item: &str, rows: Vec<FormRow>) {
        self.rows.insert(item.to_owned(), rows);
    }

    pub(crate) fn one<const N: usize>(&mut self, item: &str, cells: [(&str, String); N]) {
        self.say(item, vec![FormRow::of("", cells)]);
    }

    pub(crate) fn from(&mut self, item: &str, reference: &str) {
        let refs = self.refs.entry(item.to_owned()).or_default();
        if !refs.iter().any(|one| one == reference) {
            refs.push(reference.to_owned());
        }
    }

    /// Takes a document along; gives the name it has in the bundle.
    pub(super) fn attach(&mut self, line: DocumentLine) -> String {
        let document = &line.document;
        let file = payload_name(self.documents.len(), &line);
        self.attachments.push(form::Attachment {
            file: file.clone(),
            original_name: document.name.clone(),
            media_type: document.media_type.clone(),
            sha256: document.sha256.clone(),
            bytes: document.bytes,
            pages: document.pages,
        });
        self.documents.push(line);
        file
    }
}

/// The payload name of the n-th document.
fn payload_name(place: usize, line: &DocumentLine) -> String {
    let ending = match line.document.media_type.as_str() {
        "application/pdf" => "pdf",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/tiff" => "tif",
        "image/webp" => "webp",
        "text/plain" => "txt",
        "application/zip" => "zip",
        _ => "bin",
    };
    format!("documents/{:04}.{ending}", place + 1)
}

/// What the department is called where nobody wrote otherwise.
const DEPARTMENT: &str = "U.S. Department of Commerce, Bureau of Industry and Security";
const CONFIDENTIAL: &str = "This production contains confidential commercial information. Confidential treatment is requested to the extent the law allows.";

impl OpenVault {
    pub(crate) fn gather(
        &self,
        read: &Read<'_>,
        filing: &Filing,
        clock: Option<&ClockRecord>,
        pack: &RulePack,
        facts: &mut Facts,
    ) -> Result<()> {
        let organisation = self.organisation();
        let internal = super::form_of(&filing.form)?.internal;
        facts.one(
            "filer",
            [
                ("legal_name", organisation.name.clone()),
                ("role", organisation.role.clone()),
            ],
        );
        self.head(read, &self.today().to_string(), facts)?;
        if !internal {
            facts.one("addressee", [("value", DEPARTMENT.to_owned())]);
            facts.one("confidential", [("value", "true".to_owned())]);
            facts.one(
                "confidentiality_request",
                [("value", CONFIDENTIAL.to_owned())],
            );
        }
        let case = filing
            .case
            .as_deref()
            .map(|case| read.case(case))
            .transpose()?;
        match filing.form.as_str() {
            "F1" | "F2" => self.certified(read, filing, case.as_ref(), clock, pack, facts)?,
            "F3" => {
                if let Some(case) = &case {
                    self.updated(read, case, facts)?;
                }
            }
            "F4" => self.copies(read, filing, clock, facts)?,
            "F5" => self.reseller_register(read, facts)?,
            "F6" | "F7" | "F8" => {
                // A corrected report is about the transaction of the report that it replaces; its own clock counts from the error.
                let first = filing
                    .replaces
                    .as_ref()
                    .map(|one| read.filing(&one.reference))
                    .transpose()?
                    .and_then(|one| one.clock)
                    .map(|clock| read.clock(&clock))
                    .transpose()?;
                self.training(read, filing, first.as_ref().or(clock), pack, facts)?;
                if let Some(case) = &case {
                    self.worked_training(read, case, pack, facts)?;
                }
            }
            "F7R" => {
                if let Some(case) = &case {
                    let resellers = resellers_of(read, filing)?;
                    self.worked_relay(read, case, &resellers, facts)?;
                }
            }
            "F9" => {
                request(clock, facts);
                if let Some(case) = &case {
                    self.worked_answers(read, case, facts)?;
                }
            }
            "F10" => self.failure(read, filing, clock, facts)?,
            "F11" => {
                if let Some(case) = &case {
                    self.applied_for(case, facts);
                }
            }
            "F12" => sample::assessment(self, read, filing, pack, facts)?,
            "F13" => {
                if let Some(case) = &case {
                    self.measure_taken(read, case, facts)?;
                }
            }
            "F14" => self.disposed(read, filing, facts)?,
            _ => {}
        }
        if matches!(filing.form.as_str(), "F7" | "F7R" | "F10")
            && let Some(reseller) = resellers_of(read, filing)?.first()
        {
            facts.one(
                "reseller",
                [
                    ("name", reseller.name.clone()),
                    ("jurisdiction", reseller.country.clone()),
                    ("address", reseller.address.clone().unwrap_or_default()),
                    ("contact", reseller.email.clone().unwrap_or_default()),
                    (
                        "chain",
                        worked::chain(&self.organisation().name, reseller, &read.resellers()?),
                    ),
                ],
            );
            facts.from("reseller", &reseller.reference);
        }
        if filing.form == "F7" {
            facts.one("addressee", [("value", organisation.name.clone())]);
        }
        // What was attached to the draft goes with it.
        for line in read.documents_of(&filing.reference)? {
            let sealed = filing
                .seal
                .as_ref()
                .is_some_and(|seal| [&seal.document, &seal.content].contains(&&line.document.id));
            if !sealed {
                facts.attach(line);
            }
        }
        Ok(())
    }

    /// Copies of CIPs (D-67, D-68): of each reseller the one in force on the day of the request.
    fn copies(
        &self,
        read: &Read<'_>,
        filing: &Filing,
        clock: Option<&ClockRecord>,
        facts: &mut Facts,
    ) -> Result<()> {
        let case = filing
            .case
            .as_deref()
            .map(|case| read.case(case))
            .transpose()?;
        let received_on = case
            .as_ref()
            .map_or_else(|| filing.as_of.clone(), |case| case.received_on.clone());
        facts.one(
            "request",
            [
                (
                    "reference",
                    case.as_ref()
                        .map(|case| case.text.clone())
                        .unwrap_or_default(),
                ),
                ("received_on", received_on.clone()),
                (
                    "due_on",
                    clock
                        .map(|clock| clock.computed.due.to_string())
                        .unwrap_or_default(),
                ),
                (
                    "how",
                    case.as_ref()
                        .and_then(|case| case.how.clone())
                        .unwrap_or_default(),
                ),
            ],
        );
        if let Some(case) = &case {
            facts.from("request", &case.reference);
        }
        let (mut supplied, mut missing) = (Vec::new(), Vec::new());
        for (reseller, cip) in &filing.items {
            let reseller = read.reseller(reseller)?;
            // A CIP that came in after the request fills the gap, if it was in force on the day of the request.
            let cip = match cip {
                Some(reference) => reseller.cips.iter().find(|cip| cip.reference == *reference),
                None => reseller.cip_on(&received_on),
            };
            let Some(cip) = cip else {
                let said = filing.written("missing", &reseller.reference, "reason");
                facts.findings.push(if said.is_empty() {
                    Finding {
                        level: Level::Blocks,
                        code: "E-F4-MISSING",
                        message: format!("No CIP of {} was in force on {received_on}. File it, or write why it is missing.", reseller.name),
                        go_to: reseller.reference.clone(),
                    }
                } else {
                    Finding {
                        level: Level::Warns,
                        code: "E-F4-EXPLAINED",
                        message: format!("The CIP of {} is missing, with a reason.", reseller.name),
                        go_to: reseller.reference.clone(),
                    }
                });
                facts.from("missing", &reseller.reference);
                missing.push(FormRow::of(
                    &reseller.reference,
                    [("owner", reseller.name.clone())],
                ));
                continue;
            };
            let line = read.document(&cip.document)?;
            let (sha256, pages) = (line.document.sha256.clone(), line.document.pages);
            let file = facts.attach(line);
            facts.from("items", &reseller.reference);
            facts.findings.push(Finding {
                level: Level::Passed,
                code: "E-F4-CIP",
                message: format!(
                    "{}: version {}, in force from {}.",
                    reseller.name, cip.version, cip.effective_from
                ),
                go_to: reseller.reference.clone(),
            });
            supplied.push(FormRow::of(
                &reseller.reference,
                [
                    ("owner", reseller.name.clone()),
                    (
                        "owner_kind",
                        if reseller.is_foreign() {
                            "foreign_reseller"
                        } else {
                            "us_reseller"
                        }
                        .to_owned(),
                    ),
                    ("jurisdiction", reseller.country.clone()),
                    ("version", cip.version.clone()),
                    ("effective_on", cip.effective_from.clone()),
                    (
                        "pages",
                        pages.map(|pages| pages.to_string()).unwrap_or_default(),
                    ),
                    ("file", file),
                    ("sha256", sha256),
                ],
            ));
        }
        self.cover_letter(
            read,
            facts,
            &received_on,
            case.as_ref(),
            [&supplied, &missing],
        )?;
        facts.say("items", supplied);
        facts.say("missing", missing);
        Ok(())
    }

    /// The letter on top of a production, by the text in use; a person may write another.
    fn cover_letter(
        &self,
        read: &Read<'_>,
        facts: &mut Facts,
        received_on: &str,
        case: Option<&domain::casefile::Case>,
        [supplied, missing]: [&[FormRow]; 2],
    ) -> Result<()> {
        let lines = |rows: &[FormRow], none: &str, words: fn(&FormRow) -> String| {
            let lines: Vec<String> = rows.iter().map(|row| format!("- {}", words(row))).collect();
            if lines.is_empty() {
                none.to_owned()
            } else {
                lines.join("\n")
            }
        };
        let known = BTreeMap::from([
            ("organisation", self.organisation().name.clone()),
            ("received_on", received_on.to_owned()),
            (
                "request_reference",
                case.map_or_else(|| "your request".to_owned(), |case| case.text.clone()),
            ),
            (
                "supplied",
                lines(supplied, "- none", |row| {
                    format!(
                        "{}, version {}, in force from {}",
                        row.cell("owner"),
                        row.cell("version"),
                        row.cell("effective_on")
                    )
                }),
            ),
            (
                "not_supplied",
                lines(
                    missing,
                    "- nothing: all that was asked for is enclosed",
                    |row| row.cell("owner").to_owned(),
                ),
            ),
        ]);
        let text = self.text_for(read, Audience::Department, letter::COVER, "en")?;
        facts.one(
            "cover_letter",
            [("value", letter::fill(&text.body, &known))],
        );
        Ok(())
    }

    /// The register of foreign resellers, with its CSV.
    pub(super) fn reseller_register(&self, read: &Read<'_>, facts: &mut Facts) -> Result<()> {
        let today = self.today().to_string();
        let cases = read.cases()?;
        let every = read.resellers()?;
        let mut rows = Vec::new();
        for one in every.iter().filter(|one| one.is_foreign()) {
            let cip = one.cip_on(&today);
            let seen = &one.oversight;
            let counts = seen.counted(&today);
            let number = |number: Option<u32>| number.map(|n| n.to_string()).unwrap_or_default();
            let review = cip.and_then(|cip| seen.review_of(&cip.reference, &today));
            let open: Vec<String> = cases
                .iter()
                .filter(|case| case.resellers.contains(&one.reference))
                .filter(|case| {
                    domain::cases::machine(&case.kind)
                        .is_none_or(|machine| !machine.is_done(&case.state))
                })
                .map(|case| {
                    let machine = domain::cases::machine(&case.kind);
                    let state = machine.map_or(case.state.as_str(), |of| of.label(&case.state));
                    format!("{}: {state}", case.reference)
                })
                .collect();
            rows.push(FormRow::of(
                &one.reference,
                [
                    ("ref", one.reference.clone()),
                    ("name", one.name.clone()),
                    ("jurisdiction", one.country.clone()),
                    ("address", one.address.clone().unwrap_or_default()),
                    (
                        "chain",
                        worked::chain(&self.organisation().name, one, &every),
                    ),
                    (
                        "cip_version",
                        cip.map(|cip| cip.version.clone()).unwrap_or_default(),
                    ),
                    (
                        "cip_from",
                        cip.map(|cip| cip.effective_from.clone())
                            .unwrap_or_default(),
                    ),
                    (
                        "cip_received_on",
                        cip.map(|cip| cip.received_on.clone()).unwrap_or_default(),
                    ),
                    (
                        "review",
                        review
                            .map(|review| format!("Reviewed on {}", review.on))
                            .unwrap_or_default(),
                    ),
                    ("attested_on", attested_on(one, &today)),
                    (
                        "ai_reporting",
                        match &seen.ai_reporting {
                            None => String::new(),
                            Some(known) if known.ok => format!("Yes, as of {}", known.as_of),
                            Some(known) => format!("No, as of {}", known.as_of),
                        },
                    ),
                    ("customers", number(counts.map(|counts| counts.customers))),
                    ("unverified", number(counts.map(|counts| counts.unverified))),
                    ("open", open.join("; ")),
                    ("state", filing::choice_label(&one.state)),
                ],
            ));
            facts.from("resellers", &one.reference);
        }
        if let Some(item) = form::form("F5").and_then(|form| form.item("resellers")) {
            let csv = as_csv(item, &rows);
            facts.files.push((
                "register.csv".to_owned(),
                "The register as a table".to_owned(),
                csv,
            ));
        }
        facts.say("resellers", rows);
        Ok(())
    }

    /// A reseller's failure (D-69 to D-71).
    fn failure(
        &self,
        read: &Read<'_>,
        filing: &Filing,
        clock: Option<&ClockRecord>,
        facts: &mut Facts,
    ) -> Result<()> {
        if let Some(case) = filing
            .case
            .as_deref()
            .map(|case| read.case(case))
            .transpose()?
        {
            facts.say(
                "evidence",
                vec![FormRow::of(
                    &case.reference,
                    [
                        ("received_on", case.received_on.clone()),
                        ("what", case.text.clone()),
                    ],
                )],
            );
            facts.from("evidence", &case.reference);
        }
        // The report stops no clock: the thirty days end when the termination takes effect (D-71).
        let of_case = match filing.case.as_deref() {
            Some(case) => read.clocks_about(case)?,
            None => Vec::new(),
        };
        let due = clock
            .or_else(|| {
                of_case
                    .iter()
                    .find(|clock| clock.computed.clock == "CLK-RESELLER-TERM")
            })
            .map(|clock| clock.computed.due.to_string())
            .unwrap_or_default();
        facts.one("termination", [("due_on", due.clone())]);
        match filing.case.as_deref() {
            Some(case) => self.worked_failure(read, &read.case(case)?, due, facts),
            None => Ok(()),
        }
    }
}

fn request(clock: Option<&ClockRecord>, facts: &mut Facts) {
    if let Some(clock) = clock {
        facts.one(
            "request",
            [
                ("received_on", clock.computed.day0.to_string()),
                ("due_on", clock.computed.due.to_string()),
            ],
        );
        facts.from("request", &clock.reference);
    }
}

/// The day on a reseller's last attestation; empty where none is recorded.
pub(super) fn attested_on(reseller: &Reseller, today: &str) -> String {
    let last = reseller.oversight.attested(today);
    last.map(|one| one.on.clone()).unwrap_or_default()
}

/// The resellers a filing is about: those it names, else those of its case.
fn resellers_of(read: &Read<'_>, filing: &Filing) -> Result<Vec<Reseller>> {
    let mut names: Vec<String> = filing
        .subjects
        .iter()
        .filter(|one| one.starts_with("RS-"))
        .cloned()
        .collect();
    if let (true, Some(case)) = (names.is_empty(), filing.case.as_deref()) {
        names = read.case(case)?.resellers;
    }
    names.iter().map(|one| Ok(read.reseller(one)?)).collect()
}

/// A table as CSV; a value that a spreadsheet would run as a formula is made text.
pub(super) fn as_csv(item: &form::Item, rows: &[FormRow]) -> Vec<u8> {
    let field = |value: &str| {
        let safe = if value.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            format!("'{value}")
        } else {
            value.to_owned()
        };
        format!("\"{}\"", safe.replace('"', "\"\""))
    };
    let mut out = item
        .parts
        .iter()
        .map(|part| field(&part.key))
        .collect::<Vec<_>>()
        .join(",");
    out.push_str("\r\n");
    for row in rows {
        out.push_str(
            &item
                .parts
                .iter()
                .map(|part| field(row.cell(&part.key)))
                .collect::<Vec<_>>()
                .join(","),
        );
        out.push_str("\r\n");
    }
    out.into_bytes()
}
