//! Which right each command of the table exercises, and the doors that ask: one before a command, one before an act is signed.
//! The rights themselves, and who has them, are `domain::may`.

use crate::{
    error::{Error, Result},
    open_vault::{OpenVault, Reading},
};
use domain::{
    machine::{Role, Step},
    may::{self, Needs, Right},
};

/// A command without a line here does not compile: the table of commands names a constant for each.
macro_rules! rights {
    ($($right:ident: $($command:ident)*;)*) => {
        #[allow(non_upper_case_globals)] // each is named as its command
        mod of {
            use super::Right;
            $($(pub(super) const $command: Right = Right::$right;)*)*
        }
    };
}

rights! {
    Anyone: app_state vault_pick vault_create vault_unlock vault_recover vault_lock demo_open drill_begin recovery_sheet_save
        recovery_sheet_forget passphrase_strength passphrase_suggest activity settings_save reminders_set bundle_verify backup_pick backup_restore export_pick vault_import;
    Read: vault_check guide query_read view_list my_work record_work task_list handling_preview house_rules status programme drill today clock_list clock_show clock_preview case_preview clock_choices calendar customer_list customer_show ownership worksheet compute_watch sweep certification
        review_queue retention timeline import_list access_list document_show reseller_list reseller_show case_list case_kinds case_show case_doubt reseller_oversight cip_compare
        pack_list pack_show pack_compare pack_simulate filing_list filing_show intake_list intake_show draft_load people passphrase_change recovery_test filing_forms filing_compare bundle_list signer_list
        audit_sample duplicates merge_preview radar
        template_list letter_preview memo_preview demand_preview register review_open review_compare field_history part_history field_rules;
    Work: view_save task_save task_advance comment_add handling_save files_pick bundle_receive draft_save draft_drop document_attach request_open evidence_open case_open case_advance case_item_add case_item_advance case_change demand_save demand_sent clock_assign clock_snooze clock_target worksheet_set sweep_query sweep_run counts_freeze
        clock_pause clock_resume drill_skip;
    Collect: customer_create customer_change owner_save none_identified account_save payment_save notice_record determination_record usage_import
        verification_record customer_advance cases_tend discrepancy_save import_pick import_check import_run import_undo access_import duplicate_apart customers_merge
        merge_undo
        letter_save letter_sent letter_answered signatory_save red_flag_save review_decide value_prove value_reveal;
    Decide: key_bind key_release risk_decide redress_save;
    Programme: programme_standing programme_headcount programme_product programme_cip programme_assessment programme_contact programme_reliance
        intake_request intake_page intake_import intake_confirm intake_refuse intake_withdraw
        signer_save reseller_save reseller_oversee reseller_customers buyer_take cip_review cip_add filing_edit filing_seal filing_sent customers_decide filing_draft filing_validate filing_approve filing_answer;
    Investigate: ;
    Deadlines: clock_correct clock_extend clock_start clock_stop;
    Rules: field_switch template_save house_rules_save pack_offer pack_adopt pack_retire;
    Retain: hold_place hold_release retention_keep disposal_approve disposal_run;
    Export: drill_letter drill_print clock_print calendar_export calendar_print management_print journal_print pack_print disposal_print letter_print demand_print case_print transmittal_print scorecard_print customer_print customer_export
        signer_export access_export document_save_copy filing_export journal_export vault_export;
    Keep: vault_backup rollback_accept;
    Administer: member_add member_roles member_revoke member_enrol keys_rotate recovery_make;
}

macro_rules! table {
    ($($mode:ident $name:ident($req:ty) -> $res:ty;)*) => {
        const COMMANDS: &[(&str, Right)] = &[$((stringify!($name), of::$name)),*];
    };
}
contract::for_each_command!(table);

/// Every command with the right it exercises, in the order of the table.
pub fn commands() -> impl Iterator<Item = (&'static str, Right)> {
    COMMANDS.iter().copied()
}

/// The right that a command exercises; what is no command is nobody's.
pub(crate) fn of_command(name: &str) -> Option<Right> {
    commands()
        .find(|(command, _)| *command == name)
        .map(|(_, right)| right)
}

/// Why somebody with these roles may not do what those roles may; none where they may.
pub(crate) fn refusal(has: &[Role], asked: &[Role]) -> Option<String> {
    (!may::may(has, asked)).then(|| {
        let mine = has
            .iter()
            .map(|role| role.name())
            .collect::<Vec<_>>()
            .join(" and ");
        format!(
            "This is for: {}. You work as {}. Ask a member who may, or an administrator to change your roles.",
            may::in_words(asked),
            if mine.is_empty() { "nobody" } else { &mine }
        )
    })
}

impl OpenVault {
    /// Refuses what the member at work may not do.
    pub fn needs(&self, right: Right) -> Result<()> {
        self.needs_one_of(right.roles())
    }

    fn needs_one_of(&self, asked: &[Role]) -> Result<()> {
        match refusal(self.roles(), asked) {
            None => Ok(()),
            Some(why) => Err(Error::refused("U-01", why)),
        }
    }

    /// Why the member at work may not take a step of a case; none where they may. With an approval it is the approver who needs the role.
    pub(crate) fn locked_step(&self, step: &Step) -> Option<String> {
        let asked = if step.approval || step.anyone {
            Right::Work.roles()
        } else {
            step.role.alone()
        };
        refusal(self.roles(), asked)
    }

    /// Refuses a step of a case that the member at work may not take.
    pub(crate) fn needs_step(&self, step: &Step) -> Result<()> {
        match self.locked_step(step) {
            None => Ok(()),
            Some(why) => Err(Error::refused("U-01", why)),
        }
    }

    /// Judges what an act is about to record.
    pub(crate) fn judge(&self, act: &[Needs]) -> Result<()> {
        match may::refusal(self.roles(), act) {
            None => Ok(()),
            Some(asked) => self.needs_one_of(asked),
        }
    }

    /// Refuses where the vault is only read.
    pub(crate) fn writes(&self) -> Result<()> {
        match self.reading() {
            None => Ok(()),
            Some(Reading::Auditor) => self.needs(Right::Work),
            Some(Reading::Asked) => Err(store::StoreError::Reading.into()),
            Some(Reading::Rollback { note, .. }) => Err(Error::refused(
                "V-09",
                format!(
                    "{note} It is open for reading only. To go on with it, say why it is the right one (vault accept --reason TEXT)."
                ),
            )),
        }
    }
}
