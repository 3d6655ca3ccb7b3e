//! What a pack may say of accelerators, and of the part of a number from which a run is watched.

use super::Check;
use crate::pack::{
    ai::{Decimal, Value},
    parts::File,
};

impl Check {
    /// Peaks are numbers above nought; the part from which a run is watched lies between nought and one.
    pub(super) fn hardware(&mut self, file: &File) {
        self.ids(
            "[[hardware]]",
            file.hardware.iter().map(|hardware| hardware.id.as_str()),
        );
        for hardware in &file.hardware {
            let at = format!("[[hardware]] {}", hardware.id);
            self.cite(&at, &hardware.cite);
            if hardware.peak().is_none_or(Decimal::is_nought) {
                self.wrong(
                    "E-PACK-NUMBER",
                    format!("{at}, peak_ops_per_s"),
                    "is no number above nought. Write it in quotes, like \"9.895e14\".",
                );
            }
            if hardware.names.is_empty()
                || hardware
                    .names
                    .iter()
                    .any(|name| name.trim().is_empty() || *name != name.to_lowercase())
            {
                self.wrong(
                    "E-PACK-NUMBER",
                    format!("{at}, names"),
                    "must hold at least one name, in small letters.",
                );
            }
        }
        if let Some(near) = &file.near_threshold {
            self.cite("[near_threshold]", &near.cite);
            let inside = match &near.fraction {
                Value::Number(number) => !number.is_nought() && *number <= Decimal::whole(1),
                Value::Flag(_) => false,
            };
            if !inside {
                self.wrong(
                    "E-PACK-NUMBER",
                    "[near_threshold], fraction".to_owned(),
                    "must lie between nought and one, in quotes, like \"0.25\".",
                );
            }
        }
    }
}
