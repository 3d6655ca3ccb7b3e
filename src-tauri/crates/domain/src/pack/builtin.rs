//! The packs that are part of the program. Their files lie in `src-tauri/rules`.

use super::RulePack;
use std::sync::OnceLock;

/// The text of every built-in pack; the first is the one new vaults use.
pub(super) const TEXTS: &[&str] = &[
    include_str!("../../../../rules/us-iaas-nprm-2024.toml"),
    include_str!("../../../../rules/us-bank-cip.toml"),
    include_str!("../../../../rules/in-certin-2022.toml"),
    include_str!("../../../../rules/internal-policy.toml"),
];

pub(super) fn packs() -> &'static [RulePack] {
    static PACKS: OnceLock<Vec<RulePack>> = OnceLock::new();
    // A test reads each of them, so that none is missing here.
    PACKS.get_or_init(|| {
        TEXTS
            .iter()
            .filter_map(|text| RulePack::parse(text).ok())
            .collect()
    })
}
