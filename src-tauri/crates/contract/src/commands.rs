//! The one table of commands. The window's handlers, its permissions, the development server and the TypeScript map
//! are all generated from it; each row is a method of the same name on `desk::Desk`.

/// Calls the given macro with every row: `call` answers at once, `job` reports progress and can be cancelled.
#[macro_export]
macro_rules! for_each_command {
    ($callback:ident) => {
        $callback! {
            call app_state(Empty) -> AppState;
            call vault_pick(Empty) -> Option<VaultCard>;
            call vault_create(VaultCreateReq) -> Option<VaultCreated>;
            call vault_unlock(VaultUnlockReq) -> Digest;
            call vault_lock(Empty) -> Done;
            call demo_open(DemoOpenReq) -> Digest;
            call drill_begin(Empty) -> Digest;
            call drill(Empty) -> DrillView;
            call drill_skip(Empty) -> DrillView;
            call drill_letter(Empty) -> Option<Saved>;
            call drill_print(Empty) -> Option<Saved>;
            call recovery_sheet_save(Empty) -> Option<Saved>;
            call recovery_sheet_forget(Empty) -> Done;
            call passphrase_strength(StrengthReq) -> Strength;
            call passphrase_suggest(Empty) -> Suggested;
            call activity(Empty) -> Done;
            call settings_save(SettingsReq) -> Done;
            call reminders_set(RemindersReq) -> Done;
            call status(Empty) -> StatusView;
            call draft_save(DraftSaveReq) -> Done;
            call draft_load(DraftReq) -> DraftView;
            call draft_drop(DraftReq) -> Done;
            call today(Empty) -> TodayView;
            call clock_list(ClockListReq) -> Vec<ClockRow>;
            call clock_show(RefReq) -> ClockView;
            call clock_preview(ClockPreviewReq) -> ClockPreview;
            call case_preview(CasePreviewReq) -> Vec<CaseClock>;
            call clock_correct(ClockCorrectReq) -> ClockView;
            call clock_extend(ClockExtendReq) -> ClockView;
            call clock_choices(Empty) -> Vec<ClockChoice>;
            call clock_start(ClockStartReq) -> ClockView;
            call clock_stop(ClockStopReq) -> ClockView;
            call clock_assign(ClockAssignReq) -> ClockView;
            call clock_snooze(ClockSnoozeReq) -> ClockView;
            call clock_target(ClockTargetReq) -> ClockView;
            call clock_pause(ClockPauseReq) -> ClockView;
            call clock_resume(RefReq) -> ClockView;
            call clock_print(RefReq) -> Option<Saved>;
            call calendar(CalendarReq) -> CalendarView;
            call calendar_export(CalendarExportReq) -> Option<Saved>;
            call calendar_print(CalendarReq) -> Option<Saved>;
            call customer_list(CustomerListReq) -> CustomerList;
            call customer_show(RefReq) -> CustomerView;
            call customer_create(CustomerCreateReq) -> Created;
            call customer_change(CustomerChangeReq) -> CustomerView;
            call owner_save(OwnerSaveReq) -> CustomerView;
            call account_save(AccountSaveReq) -> CustomerView;
            call payment_save(PaymentSaveReq) -> CustomerView;
            call notice_record(NoticeRecordReq) -> CustomerView;
            call determination_record(DeterminationReq) -> CustomerView;
            call verification_record(VerificationReq) -> CustomerView;
            call customer_advance(CustomerAdvanceReq) -> CustomerView;
            call review_queue(Empty) -> ReviewQueue;
            call customers_decide(CustomersDecideReq) -> ReviewQueue;
            call discrepancy_save(DiscrepancySaveReq) -> CustomerView;
            call timeline(TimelineReq) -> Timeline;
            job customer_export(CustomerExportReq) -> Option<Saved>;
            call import_pick(Empty) -> Option<ImportSource>;
            job import_check(ImportReq) -> ImportReport;
            job import_run(ImportReq) -> ImportReport;
            call access_list(AccessListReq) -> AccessList;
            job access_export(AccessListReq) -> Option<Saved>;
            job access_import(AccessImportReq) -> Option<AccessReport>;
            job document_attach(DocumentAttachReq) -> Option<Attached>;
            call document_show(DocumentReq) -> DocumentView;
            job document_save_copy(DocumentReq) -> Option<Saved>;
            call reseller_list(Empty) -> ResellerList;
            call reseller_show(RefReq) -> ResellerView;
            call reseller_save(ResellerSaveReq) -> Created;
            job cip_add(CipAddReq) -> Option<ResellerView>;
            call case_list(Empty) -> CaseList;
            call case_show(RefReq) -> CaseView;
            call request_open(RequestOpenReq) -> CaseOpened;
            call evidence_open(EvidenceOpenReq) -> CaseOpened;
            call case_advance(CaseAdvanceReq) -> CaseView;
            call pack_list(Empty) -> Vec<PackRow>;
            call pack_show(RefReq) -> PackView;
            call pack_compare(PackCompareReq) -> Vec<PackDifference>;
            call pack_offer(PackOfferReq) -> Option<PackOffer>;
            call pack_adopt(PackAdoptReq) -> Vec<PackRow>;
            call pack_retire(PackRetireReq) -> Vec<PackRow>;
            call pack_print(RefReq) -> Option<Saved>;
            call pack_simulate(PackSimulateReq) -> PackSimulation;
            call filing_list(Empty) -> FilingList;
            call filing_show(RefReq) -> FilingView;
            call filing_edit(FilingEditReq) -> FilingView;
            job filing_seal(FilingSealReq) -> FilingView;
            job filing_export(FilingExportReq) -> Option<Exported>;
            call filing_sent(FilingSentReq) -> FilingView;
            job bundle_verify(Empty) -> Option<BundleReport>;
            job vault_check(Empty) -> CheckReport;
            job vault_backup(Empty) -> Option<Saved>;
            job journal_export(Empty) -> Option<Saved>;
        }
    };
}
