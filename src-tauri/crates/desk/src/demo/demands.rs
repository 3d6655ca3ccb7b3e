//! Invented demands: every reseller whose copy is missing was asked for it yesterday, and nobody has answered yet.

use crate::{error::Result, open_vault::OpenVault};
use contract as c;

pub(super) fn demands(vault: &OpenVault, on: &str) -> Result<()> {
    for case in vault.case_list()?.rows {
        let view = vault.case_show(&case.r#ref)?;
        for row in view.parts.into_iter().flat_map(|group| group.rows) {
            let Some(chase) = row.chase else { continue };
            let (Some(next), "missing") = (chase.next, row.state.as_str()) else {
                continue;
            };
            let seen = vault.demand_preview(&c::DemandPreviewReq {
                r#ref: case.r#ref.clone(),
                item: row.id.clone(),
                template: next.value,
                language: "en".to_owned(),
            })?;
            vault.demand_save(&c::DemandSaveReq {
                r#ref: case.r#ref.clone(),
                item: row.id.clone(),
                id: None,
                template: seen.template,
                language: seen.language,
                to: seen.to,
                subject: seen.subject,
                body: seen.body.replace(" {clause}", ""),
            })?;
            vault.demand_sent(&c::DemandSentReq {
                r#ref: case.r#ref.clone(),
                item: row.id,
                id: "L-1".to_owned(),
                on: on.to_owned(),
                channel: "registered".to_owned(),
                clause: Some("Reseller agreement, section 9.2".to_owned()),
                note: String::new(),
            })?;
        }
    }
    Ok(())
}
