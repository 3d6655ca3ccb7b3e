//! What the records say in the certificate of a disposal.

use super::{facts::Facts, fill::Finding};
use crate::{error::Result, open_vault::OpenVault};
use domain::record::{Filing, FormRow};
use filing::Level;
use store::Read;

impl OpenVault {
    /// A disposal that was carried out: nothing personal.
    pub(super) fn disposed(
        &self,
        read: &Read<'_>,
        filing: &Filing,
        facts: &mut Facts,
    ) -> Result<()> {
        let Some(subject) = filing.subjects.first() else {
            return Ok(());
        };
        let disposal = read.disposal(subject)?;
        let names = self.names(read)?;
        facts.from("disposal", &disposal.reference);
        let Some(done) = &disposal.done else {
            facts.findings.push(Finding {
                level: Level::Blocks,
                code: "E-DISPOSAL-OPEN",
                message: format!(
                    "{} was approved and not carried out yet: there is nothing to certify.",
                    disposal.reference
                ),
                go_to: disposal.reference.clone(),
            });
            return Ok(());
        };
        facts.one(
            "disposal",
            [
                ("ref", disposal.reference.clone()),
                ("approved_on", disposal.approved_on.clone()),
                ("done_on", done.on.clone()),
                ("method", "Keys of documents and content of journal entries destroyed; the free pages of the database overwritten".to_owned()),
            ],
        );
        facts.one(
            "approvers",
            [
                ("proposed_by", names.of(&disposal.proposed_by)),
                ("approved_by", names.of(&disposal.approval.fingerprint)),
                ("key", disposal.approval.fingerprint.clone()),
                (
                    "alone",
                    disposal
                        .approval
                        .override_reason
                        .clone()
                        .unwrap_or_default(),
                ),
            ],
        );
        let classes = [
            ("Customer files", done.customers),
            ("Contents of journal entries", done.entries),
            ("Clocks", done.clocks),
            ("Documents and their keys", done.documents),
            ("Access records", done.access_records),
        ];
        facts.say(
            "classes",
            classes
                .iter()
                .map(|(class, count)| {
                    FormRow::of(
                        class,
                        [("class", (*class).to_owned()), ("count", count.to_string())],
                    )
                })
                .collect(),
        );
        let records = disposal.customers.iter().map(|stub| {
            let minimums: Vec<String> = stub
                .applied
                .iter()
                .map(|one| {
                    format!(
                        "{} {}, {}: counted from {}, kept through {}",
                        one.pack, one.version, one.clock, one.day0, one.last_day
                    )
                })
                .collect();
            FormRow::of(
                &stub.reference,
                [
                    ("ref", stub.reference.clone()),
                    (
                        "outcome",
                        domain::onboarding::MACHINE.label(&stub.outcome).to_owned(),
                    ),
                    ("eligible_on", stub.eligible_on.to_string()),
                    ("minimums", minimums.join("; ")),
                ],
            )
        });
        facts.say("records", records.collect());
        facts.one(
            "proof",
            [
                ("index_sha256", done.index_sha256.clone()),
                ("looked_for", done.looked_for.to_string()),
                ("holds", "None covered these records on the day of approval, and none on the day of disposal".to_owned()),
            ],
        );
        Ok(())
    }
}
