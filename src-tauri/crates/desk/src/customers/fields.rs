//! Which fields the organisation collects although a rule pack leaves them off (D-21): its own decision, with a reason.

use super::clean;
use crate::{
    error::{Error, Result},
    open_vault::OpenVault,
    words,
};
use contract as c;
use domain::{change::Change, field, pack::Confidence};

impl OpenVault {
    /// Every field that the packs in use leave off, and whether it is collected all the same.
    pub fn field_rules(&self) -> Result<Vec<c::FieldRule>> {
        let rules = self.rules();
        self.read(|read| {
            let names = self.names(read)?;
            let (_, entries) = read.timeline(&["vault".to_owned()], 0, u32::MAX)?;
            let decided = |id: &str| {
                entries.iter().find_map(|recorded| {
                    let body = recorded.body()?;
                    let Change::FieldSwitched { field, on } = body.change else {
                        return None;
                    };
                    let entry = &recorded.chained.entry;
                    (field == id).then(|| {
                        format!(
                            "Switched {} on {} by {}: {}",
                            if on { "on" } else { "off" },
                            entry.occurred_on,
                            names.of(&entry.author),
                            words::sentence(body.reason.as_deref().unwrap_or_default())
                        )
                    })
                })
            };
            Ok(rules
                .off_fields("individual")
                .into_iter()
                .filter(|off| rules.off_by("individual", &off.field).is_some())
                .map(|off| c::FieldRule {
                    field: off.field.clone(),
                    label: label(&off.field),
                    on: rules.collects(&off.field),
                    rule: c::RuleNote {
                        cite: off.cite.clone(),
                        text: off.text.clone(),
                        confidence: off.confidence.word().to_owned(),
                        verified: off.confidence == Confidence::Seen,
                    },
                    decided: decided(&off.field),
                })
                .collect())
        })
    }

    /// Collects a field that the packs leave off, or collects it no longer. What was recorded stays, masked.
    ///
    /// # Errors
    /// `E-FIELD-UNKNOWN` where no pack leaves the field off; `E-FIELD-REASON` without a reason.
    pub fn field_switch(&self, req: &c::FieldSwitchReq) -> Result<Vec<c::FieldRule>> {
        let reason = clean("reason", &req.reason)?;
        let rules = self.rules();
        if rules.off_by("individual", &req.field).is_none() {
            let known: Vec<&str> = rules
                .off_fields("individual")
                .into_iter()
                .map(|off| off.field.as_str())
                .collect();
            let shown: String = req.field.chars().take(60).collect();
            return Err(Error::input(
                "E-FIELD-UNKNOWN",
                format!(
                    "\"{shown}\" is no field that the rule packs leave off. They leave off: {}.",
                    if known.is_empty() {
                        "none".to_owned()
                    } else {
                        known.join(", ")
                    }
                ),
            ));
        }
        if reason.trim().is_empty() {
            return Err(Error::input(
                "E-FIELD-REASON",
                "Write why: collecting more than the rule asks for is a decision that somebody will ask about.",
            ));
        }
        if rules.collects(&req.field) != req.on {
            self.act(|act| {
                let change = Change::FieldSwitched {
                    field: req.field.clone(),
                    on: req.on,
                };
                act.push(change, None, Some(&reason))?;
                Ok(())
            })?;
        }
        self.field_rules()
    }
}

/// A field's label.
fn label(id: &str) -> String {
    field::find(id).map_or_else(|| id.to_owned(), |field| field.label.to_owned())
}
