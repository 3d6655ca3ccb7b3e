//! What the window shows of the desk itself, and keeps beside the records: its standing, settings and drafts.

use super::{Answer, Desk, answer, backups};
use crate::{
    error::Error,
    local::{DENSITIES, Local, MOST_HIDDEN, PAPERS, THEMES, are_columns},
    now::rfc3339,
    open_vault::OpenVault,
};
use contract as c;
use contract::{Done, Empty, Failure};
use domain::record::DOCUMENT_TYPES;

#[allow(missing_docs)] // the table in `contract` says what each is
impl Desk {
    pub fn status(&self, _: Empty) -> Answer<c::StatusView> {
        let Local {
            idle_minutes,
            remind,
            ..
        } = Local::load(self.surroundings.state.as_deref());
        self.with(|vault| {
            let (head, staff) = vault.read(|read| Ok((read.head()?, read.staff()?)))?;
            let standing = vault.standing();
            let me = vault.vault().member().label.clone();
            let pack = vault.pack();
            let organisation = vault.organisation();
            Ok(c::StatusView {
                organisation: organisation.name.clone(),
                role: organisation.role.clone(),
                zone: organisation.zone.clone(),
                member: staff
                    .iter()
                    .find(|member| member.label == me)
                    .map_or_else(|| me.clone(), |member| member.name.clone()),
                label: me,
                roles: standing.roles,
                reading: standing.reading,
                rollback: standing.rollback,
                approvers: standing.approvers,
                refused: standing.refused,
                pack: crate::packs::note(&pack),
                drill: vault.drill_now(),
                packs: vault.rules().in_use().map(crate::packs::note).collect(),
                entries: u32::try_from(head.count).unwrap_or(u32::MAX),
                head_code: domain::entry::head_code(&head.chain),
                last_backup: vault.last_backup().map(rfc3339),
                clock_note: vault.clock_state().note().map(str::to_owned),
                idle_minutes,
                remind,
                members: u32::try_from(
                    staff.iter().filter(|member| member.until.is_none()).count(),
                )
                .unwrap_or(u32::MAX),
                demo: organisation.demo,
                today: vault.today().to_string(),
                document_types: DOCUMENT_TYPES
                    .iter()
                    .map(|(value, label)| c::Choice {
                        value: (*value).to_owned(),
                        label: (*label).to_owned(),
                    })
                    .collect(),
            })
        })
    }

    pub fn settings_save(&self, req: c::SettingsReq) -> Answer<Done> {
        let mut local = Local::load(self.surroundings.state.as_deref());
        if !(1..=30).contains(&req.idle_minutes) {
            return Err(Failure::new(
                "U-13",
                c::Class::BadInput,
                "The idle lock is between 1 and 30 minutes.",
            ));
        }
        if !THEMES.contains(&req.theme.as_str())
            || !DENSITIES.contains(&req.density.as_str())
            || !PAPERS.contains(&req.paper.as_str())
        {
            return Err(Failure::new(
                "U-13",
                c::Class::BadInput,
                format!(
                    "Colors are one of: {}. Rows are one of: {}. Paper is one of: {}.",
                    THEMES.join(", "),
                    DENSITIES.join(", "),
                    PAPERS.join(", ")
                ),
            ));
        }
        if req.keep_backups > backups::MOST_KEPT {
            return Err(Failure::new(
                "U-13",
                c::Class::BadInput,
                format!(
                    "Between 1 and {} backups are kept, or all of them (0).",
                    backups::MOST_KEPT
                ),
            ));
        }
        if !are_columns(&req.hidden_columns) {
            return Err(Failure::new(
                "U-13",
                c::Class::BadInput,
                format!("At most {MOST_HIDDEN} columns are left out of lists, each by its name."),
            ));
        }
        local.hidden_columns = req.hidden_columns;
        local.keep_backups = req.keep_backups;
        local.idle_minutes = req.idle_minutes;
        local.lock_minimised = req.lock_minimised;
        local.theme = req.theme;
        local.density = req.density;
        local.paper = req.paper;
        answer(local.save().map(|()| Done {}))
    }

    pub fn reminders_set(&self, req: c::RemindersReq) -> Answer<Done> {
        let mut local = Local::load(self.surroundings.state.as_deref());
        local.remind = req.on;
        answer(local.save())?;
        if req.on {
            self.listener
                .remind("This is how CIP Desk reminds you: a number of deadlines, and no names.");
        }
        Ok(Done {})
    }

    pub fn draft_save(&self, req: c::DraftSaveReq) -> Answer<Done> {
        const LARGEST: usize = 256 * 1024;
        if req.body.len() > LARGEST || req.key.len() > 200 {
            return Err(Failure::new(
                "U-02",
                c::Class::Limit,
                "The draft is larger than 256 KB and was not kept. Shorten the text.",
            ));
        }
        let at = |vault: &OpenVault| vault.now().timestamp_millis();
        self.with(|vault| {
            vault
                .store()
                .write(|write| Ok::<_, Error>(write.keep_draft(&req.key, &req.body, at(vault))?))
                .map(|()| Done {})
        })
    }

    pub fn draft_load(&self, req: c::DraftReq) -> Answer<c::DraftView> {
        self.with(|vault| {
            vault.read(|read| {
                Ok(c::DraftView {
                    body: read.draft(&req.key)?,
                })
            })
        })
    }

    pub fn draft_drop(&self, req: c::DraftReq) -> Answer<Done> {
        self.with(|vault| {
            vault
                .store()
                .write(|write| Ok::<_, Error>(write.drop_draft(&req.key)?))
                .map(|()| Done {})
        })
    }
}
