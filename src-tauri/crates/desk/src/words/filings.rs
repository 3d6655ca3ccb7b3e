//! Filings, from draft to answer, in words.

use super::{
    entries::{APPROVAL, Told, new},
    written,
};
use domain::{
    change::Approval,
    record::{Answer, Filing, Reply, Seal, Sending},
};
use std::collections::BTreeMap;

pub(super) fn drafted(filing: &Filing) -> Told {
    ("edits", format!("{} drafted", filing.reference), Vec::new())
}

pub(super) fn edited(
    filing: &str,
    before: &BTreeMap<String, Answer>,
    after: &BTreeMap<String, Answer>,
) -> Told {
    (
        "edits",
        format!("{filing} edited"),
        written::lines(filing, before, after),
    )
}

pub(super) fn validated(filing: &str, content: &str) -> Told {
    (
        "decisions",
        format!("{filing} validated"),
        vec![new("Content SHA-256", content)],
    )
}

pub(super) fn approved(filing: &str, content: &str, approval: &Approval) -> Told {
    (
        "decisions",
        format!("{filing} approved"),
        vec![
            new("Content SHA-256", content),
            new(APPROVAL, &approval.fingerprint),
        ],
    )
}

pub(super) fn answered(filing: &str, reply: &Reply) -> Told {
    (
        "messages",
        format!("{filing} {}", reply.outcome),
        vec![new("On", &reply.on), new("Their words", &reply.reference)],
    )
}

pub(super) fn sealed(filing: &str, seal: &Seal, approval: &Approval) -> Told {
    let mut lines = vec![
        new("Bundle SHA-256", &seal.sha256),
        new(APPROVAL, &approval.fingerprint),
    ];
    lines.extend(
        seal.override_reason
            .iter()
            .map(|reason| new("One person alone", reason)),
    );
    ("decisions", format!("{filing} approved and sealed"), lines)
}

pub(super) fn exported(filing: &str, sha256: &str, recipients: &[String]) -> Told {
    let to = if recipients.is_empty() {
        "not encrypted".to_owned()
    } else {
        recipients.join(", ")
    };
    (
        "messages",
        format!("{filing} written to a file"),
        vec![new("SHA-256", sha256), new("Encrypted to", to)],
    )
}

pub(super) fn sent(filing: &str, sending: &Sending) -> Told {
    (
        "messages",
        format!("{filing} sent"),
        vec![new("When", &sending.sent), new("How", &sending.channel)],
    )
}
