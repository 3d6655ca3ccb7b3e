//! An invented reseller's answer to a request by file, made from the page as its browser would make it: the demonstration has one that waits,
//! and tests send others. Nobody answers for a real reseller with this: the key is made here and kept nowhere.

use super::specimen;
use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
    watch::Unwatched,
};
use bundle::{BagName, Content, Draft, OpenSshKey, PayloadPath, Purpose, Recipient, silent};
use chrono::{Duration, NaiveDate};
use contract as c;
use domain::{
    intake::{Answers, Contact, SoldTo, StatedAttestation, StatedCip, TypedCounts},
    oversight::{AiReporting, Mark},
};
use std::{collections::BTreeMap, path::Path};

/// What a page asks, read out of the page itself.
pub struct Asked {
    questions: serde_json::Value,
}

/// What goes into the file that comes back.
pub struct Reply {
    /// What it is signed for.
    pub purpose: Purpose,
    /// The age recipient it is encrypted to; none leaves it open.
    pub recipient: Option<String>,
    /// The folder inside.
    pub name: String,
    /// The day on it.
    pub day: String,
    /// The payload: paths below `data/`, and bytes.
    pub files: Vec<(String, Vec<u8>)>,
}

impl Asked {
    /// Reads the questions out of a page.
    ///
    /// # Errors
    /// It is no such page.
    pub fn read(page: &str) -> Result<Self> {
        let no_page = || Error::input("E-INTAKE-FORM", "This is no page that asks a reseller.");
        let (_, rest) = page
            .split_once("<script type=\"application/json\" id=\"questions\">")
            .ok_or_else(no_page)?;
        let (json, _) = rest.split_once("</script>").ok_or_else(no_page)?;
        let questions = serde_json::from_str(json).map_err(|_| no_page())?;
        Ok(Self { questions })
    }

    /// One of its texts.
    pub fn text(&self, name: &str) -> String {
        self.questions
            .get(name)
            .and_then(|value| value.as_str())
            .unwrap_or_default()
            .to_owned()
    }

    /// The ids of one of its lists.
    pub fn ids(&self, list: &str) -> Vec<String> {
        let rows = self.questions.get(list).and_then(|rows| rows.as_array());
        let id = |row: &serde_json::Value| Some(row.get("id")?.as_str()?.to_owned());
        rows.into_iter().flatten().filter_map(id).collect()
    }

    /// An answer that says nothing yet, bound to the request, under a number of its own.
    pub fn answers(&self, number: &str) -> Answers {
        Answers {
            format: self.text("format"),
            vault: self.text("vault"),
            request: self.text("request"),
            nonce: self.text("nonce"),
            answer: number.to_owned(),
            reseller: self.text("reseller"),
            answered_by: "Mei Tan, head of compliance".to_owned(),
            ..Answers::default()
        }
    }

    /// The file that the page would save.
    pub fn reply(&self, answers: &Answers, cip: Option<Vec<u8>>, day: &str) -> Reply {
        let json = serde_json::to_vec(answers).unwrap_or_default();
        let schema = self.text("schema").into_bytes();
        let mut files = vec![
            ("answers.json".to_owned(), json),
            ("answers.schema.json".to_owned(), schema),
        ];
        files.extend(cip.map(|bytes| ("documents/cip.bin".to_owned(), bytes)));
        Reply {
            purpose: Purpose::Intake,
            recipient: Some(self.text("recipient")),
            name: format!("{}-7f3a9c21", self.text("request")),
            day: day.to_owned(),
            files,
        }
    }
}

impl Reply {
    /// Signs, and encrypts where there is a recipient, into a new file.
    ///
    /// # Errors
    /// What cannot be a bundle, and the disk.
    pub fn write(self, key: &OpenSshKey, to: &Path) -> Result<()> {
        let purpose = self.purpose;
        let files = self
            .files
            .into_iter()
            .map(|(path, bytes)| Ok((PayloadPath::new(&path)?, Content::Bytes(bytes))));
        let draft = Draft {
            purpose,
            name: BagName::new(&self.name)?,
            info: vec![
                ("Bagging-Date".to_owned(), self.day),
                ("CIP-Bundle-Kind".to_owned(), "intake".to_owned()),
            ],
            files: files.collect::<Result<_>>()?,
            principal: "RS-0001.7f3a9c21@intake".to_owned(),
            signer_public_openssh: key.public_openssh(),
            signer_name: "The page".to_owned(),
            verify_notes: String::new(),
        };
        let sign = |text: &[u8]| key.sign(purpose.namespace(), text);
        let Some(recipient) = self.recipient else {
            bundle::seal(draft, &sign, to, &mut silent)?;
            return Ok(());
        };
        let recipient: Recipient = recipient.parse()?;
        bundle::seal_through(draft, &sign, &mut silent, |zip, length| {
            bundle::encrypt_from(zip, length, &[recipient], to, &mut silent)
        })?;
        Ok(())
    }
}

/// A reseller was asked; what its page asks.
pub(super) fn asked(vault: &OpenVault, reseller: &str) -> Result<Asked> {
    let folder = tempfile::tempdir()?;
    let page = folder.path().join("page.html");
    vault.intake_request(reseller, &page)?;
    Asked::read(&std::fs::read_to_string(&page)?)
}

/// Another's answer came and was compared: it names whom it sells on to, and one of them was taken into the chain of resale.
pub(super) fn entered(vault: &OpenVault, reseller: &str, today: NaiveDate) -> Result<()> {
    let asked = asked(vault, reseller)?;
    let folder = tempfile::tempdir()?;
    let day = |ago: i64| (today - Duration::days(ago)).to_string();
    let mut answers = asked.answers("b1946ac92492d2347c6235b4d2611184");
    answers.answered_by = "Mei Tan, head of compliance".to_owned();
    answers.sells_on = [("Merlion Resale Sdn Bhd", "MY"), ("Sunda Cloud PT", "ID")]
        .map(|(name, country)| SoldTo {
            name: name.to_owned(),
            country: country.to_owned(),
        })
        .into();
    answers.counts = Some(TypedCounts {
        as_of: day(2),
        customers: "428".to_owned(),
        unverified: "3".to_owned(),
    });
    let file = folder.path().join("answer.bundle.zip.age");
    let key = OpenSshKey::fresh()?;
    asked.reply(&answers, None, &day(0)).write(&key, &file)?;
    let came = vault.intake_import(&file, &Unwatched)?;
    vault.intake_confirm(
        &c::IntakeConfirmReq {
            r#ref: came.row.r#ref,
            compared: key.fingerprint(),
            how: "Called Mei Tan on the number in the contract".to_owned(),
        },
        &Unwatched,
    )?;
    vault.buyer_take(&c::BuyerTakeReq {
        r#ref: reseller.to_owned(),
        name: "Merlion Resale Sdn Bhd".to_owned(),
        record: None,
    })?;
    Ok(())
}

/// Its answer came; its key waits to be compared.
pub(super) fn answered(vault: &OpenVault, asked: &Asked, today: NaiveDate) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let day = |ago: i64| (today - Duration::days(ago)).to_string();
    let mut answers = asked.answers("5f0c2a9be1d84736a0c4f19d2b7e6358");
    answers.answered_by = "Jonas Albrecht, Leiter Compliance".to_owned();
    answers.names = vec!["Nordlicht Cloud".to_owned()];
    answers.address = "Speicherstraße 12, 20457 Hamburg".to_owned();
    answers.email = "cip@nordlicht.example".to_owned();
    answers.sells_on = vec![SoldTo {
        name: "Fjordlys Drift AS".to_owned(),
        country: "NO".to_owned(),
    }];
    answers.contacts = vec![Contact {
        name: "Jonas Albrecht".to_owned(),
        title: "Leiter Compliance".to_owned(),
        email: "j.albrecht@nordlicht.example".to_owned(),
        phone: "+49 40 5550 0112".to_owned(),
    }];
    answers.cip = Some(StatedCip {
        version: "2026.2".to_owned(),
        effective_from: day(40),
        file: "Nordlicht CIP 2026.2.pdf".to_owned(),
    });
    let marks = asked.ids("elements").into_iter().zip(2u32..);
    answers.elements = marks
        .map(|(id, page)| {
            let missing = page == 9;
            let mark = Mark {
                standing: if missing { "missing" } else { "met" }.to_owned(),
                page: (!missing).then(|| page.to_string()),
            };
            (id, mark)
        })
        .collect::<BTreeMap<_, _>>();
    answers.attestation = Some(StatedAttestation {
        on: day(3),
        signatory: "Ulrike Sommer, Geschäftsführerin".to_owned(),
        statements: asked.ids("attestations"),
    });
    answers.counts = Some(TypedCounts {
        as_of: day(5),
        customers: "103".to_owned(),
        unverified: "2".to_owned(),
    });
    answers.ai_reporting = Some(AiReporting {
        as_of: day(5),
        ok: true,
    });
    let cip = specimen::letter(
        "Customer identification program 2026.2",
        &["Nordlicht Rechenzentrum GmbH".to_owned()],
    );
    let file = folder.path().join("answer.bundle.zip.age");
    asked
        .reply(&answers, Some(cip), &day(2))
        .write(&OpenSshKey::fresh()?, &file)?;
    vault.intake_import(&file, &Unwatched)?;
    Ok(())
}
