//! Deadlines and the calendar, as the window asks for them.

use super::{Answer, Desk, answer, ask};
use contract as c;
use contract::Empty;

#[allow(missing_docs)] // each is the method of the same name on `OpenVault`
impl Desk {
    pub fn today(&self, _: Empty) -> Answer<c::TodayView> {
        // What the house's rules do by themselves is done when the vault is opened, and again on the next day: before what is due is shown.
        self.with(|vault| {
            vault.tend_daily()?;
            vault.today_view()
        })
    }

    pub fn clock_list(&self, req: c::ClockListReq) -> Answer<Vec<c::ClockRow>> {
        self.with(|vault| match req.query.as_deref() {
            Some(query) => vault.clocks_like(query),
            None => vault.clock_list(req.all),
        })
    }

    pub fn clock_show(&self, req: c::RefReq) -> Answer<c::ClockView> {
        self.with(|vault| vault.clock_show(&req.r#ref))
    }

    pub fn clock_choices(&self, _: Empty) -> Answer<Vec<c::ClockChoice>> {
        self.with(|vault| Ok(vault.clock_choices()))
    }

    /// What the due date would be.
    pub fn clock_preview(&self, req: c::ClockPreviewReq) -> Answer<c::ClockPreview> {
        self.with(|vault| vault.clock_preview(&req))
    }

    pub fn clock_start(&self, req: c::ClockStartReq) -> Answer<c::ClockView> {
        self.with(|vault| vault.clock_start(&req))
    }

    pub fn clock_correct(&self, req: c::ClockCorrectReq) -> Answer<c::ClockView> {
        self.with(|vault| vault.clock_correct(&req))
    }

    pub fn clock_extend(&self, req: c::ClockExtendReq) -> Answer<c::ClockView> {
        self.with(|vault| vault.clock_extend(&req))
    }

    pub fn clock_stop(&self, req: c::ClockStopReq) -> Answer<c::ClockView> {
        self.with(|vault| vault.clock_stop(&req))
    }

    pub fn clock_assign(&self, req: c::ClockAssignReq) -> Answer<c::ClockView> {
        self.with(|vault| vault.clock_assign(&req))
    }

    pub fn clock_snooze(&self, req: c::ClockSnoozeReq) -> Answer<c::ClockView> {
        self.with(|vault| vault.clock_snooze(&req))
    }

    pub fn clock_target(&self, req: c::ClockTargetReq) -> Answer<c::ClockView> {
        self.with(|vault| vault.clock_target(&req))
    }

    pub fn clock_pause(&self, req: c::ClockPauseReq) -> Answer<c::ClockView> {
        self.with(|vault| vault.clock_pause(&req))
    }

    pub fn clock_resume(&self, req: c::RefReq) -> Answer<c::ClockView> {
        self.with(|vault| vault.clock_resume(&req.r#ref))
    }

    pub fn clock_print(&self, req: c::RefReq) -> Answer<Option<c::Saved>> {
        self.print("clock.pdf", |vault| vault.clock_page(&req.r#ref))
    }

    pub fn calendar(&self, req: c::CalendarReq) -> Answer<c::CalendarView> {
        self.with(|vault| vault.calendar(&req.from, &req.to))
    }

    pub fn calendar_print(&self, req: c::CalendarReq) -> Answer<Option<c::Saved>> {
        self.print("calendar.pdf", |vault| {
            vault.calendar_page(&req.from, &req.to)
        })
    }

    pub fn calendar_export(&self, req: c::CalendarExportReq) -> Answer<Option<c::Saved>> {
        answer(self.vault().map(|_| ()))?;
        let privacy = answer(crate::calendar::Privacy::parse(&req.privacy))?;
        let mut ask = ask("Save the calendar", "calendar");
        ask.name = Some("deadlines.ics".to_owned());
        let Some(path) = self.picker.save(&ask) else {
            return Ok(None);
        };
        self.with(|vault| vault.calendar_export(&path, privacy))
            .map(Some)
    }
}
