//! What is kept, held and disposed of, in words.

use super::entries::{Told, approved, new};
use domain::retention::{AccessLeft, Destroyed, Disposal, Done, Hold, KeptLonger, Release};

pub(super) fn kept_longer(kept: Option<&KeptLonger>) -> Told {
    (
        "decisions",
        match kept {
            Some(kept) => format!("Kept longer, until {}", kept.review_on),
            None => "Kept no longer than it must be".to_owned(),
        },
        Vec::new(),
    )
}

pub(super) fn hold_placed(hold: &Hold) -> Told {
    (
        "decisions",
        format!("Legal hold for {}", hold.authority),
        match hold.scope.as_slice() {
            [] => vec![new("Covers", "every customer".to_owned())],
            scope => vec![new("Covers", scope.join(", "))],
        },
    )
}

pub(super) fn hold_released(release: &Release) -> Told {
    (
        "decisions",
        format!("Legal hold released: {}", release.writing),
        approved(&release.approval),
    )
}

pub(super) fn disposal_approved(disposal: &Disposal) -> Told {
    (
        "decisions",
        format!(
            "Disposal of {} approved",
            counted(disposal.customers.len(), "customer")
        ),
        approved(&disposal.approval),
    )
}

pub(super) fn disposed(disposal: &str, destroyed: &Destroyed) -> Told {
    (
        "decisions",
        format!("Records disposed of under {disposal}"),
        vec![
            new("Entries", destroyed.entries.len().to_string()),
            new("Documents", destroyed.documents.len().to_string()),
            new("Access records", destroyed.access_records.to_string()),
        ],
    )
}

pub(super) fn access_disposed(left: &[AccessLeft]) -> Told {
    (
        "edits",
        format!(
            "Access records disposed of, out of {}",
            counted(left.len(), "import")
        ),
        Vec::new(),
    )
}

pub(super) fn disposal_done(done: &Done) -> Told {
    (
        "decisions",
        "Disposal carried out and looked over".to_owned(),
        vec![new(
            "Looked for afterwards",
            format!("{}, none found", done.looked_for),
        )],
    )
}

fn counted(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}
