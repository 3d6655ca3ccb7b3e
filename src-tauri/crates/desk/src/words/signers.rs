//! Keys that sign filings, ours and others', and bundles of others, in words.

use super::entries::{Told, new};
use domain::signer::{BoundKey, KnownKey, Received};

pub(super) fn key_known(before: Option<&KnownKey>, key: &KnownKey) -> Told {
    (
        "decisions",
        match (key.standing(), before) {
            ("seen", None) => format!("Key of {} seen first", key.label),
            ("seen", Some(_)) => format!("Key of {}: note changed", key.label),
            ("trusted", _) => format!("Key of {} trusted", key.label),
            _ => format!("Key of {} withdrawn", key.label),
        },
        [
            Some(new("Key", &key.fingerprint)),
            Some(new("Signs as", &key.principal)),
            key.trusted.as_ref().map(|word| new("Compared", &word.how)),
            key.withdrawn.as_ref().map(|word| new("Why", &word.how)),
        ]
        .into_iter()
        .flatten()
        .collect(),
    )
}

pub(super) fn key_bound(label: &str, before: &[BoundKey], keys: &[BoundKey]) -> Told {
    (
        "decisions",
        if keys.len() > before.len() {
            format!("{label} bound a key to sign filings with")
        } else {
            format!("{label} released a key")
        },
        keys.iter()
            .filter(|key| !before.contains(key))
            .chain(before.iter().filter(|key| !keys.contains(key)))
            .map(|key| new("Key", &key.fingerprint))
            .collect(),
    )
}

pub(super) fn bundle_received(bundle: &Received) -> Told {
    (
        "documents",
        format!("{} imported: {}", bundle.reference, bundle.name),
        [
            Some(new("Signed by", &bundle.principal)),
            Some(new("Key", &bundle.fingerprint)),
            Some(new("Known as", &bundle.standing)),
            bundle.why.as_ref().map(|why| new("Why anyway", why)),
            Some(new("SHA-256", &bundle.sha256)),
        ]
        .into_iter()
        .flatten()
        .collect(),
    )
}
