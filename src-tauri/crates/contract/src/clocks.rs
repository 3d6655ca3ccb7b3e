//! Today, clocks and "why this date?".

words! {
    /// The five bands of Today, in their order (ux 2.2).
    Band { Overdue, DueToday, NextThree, NextTen, Waiting, Later }
}

views! {
    /// One running clock, as lists show it.
    ClockRow {
        /// Such as `K-0001`.
        r#ref: String,
        /// The rule's clock id, such as `CLK-CIP-REQ`.
        clock: String,
        /// What it means to a person: "Copy of a CIP", "Termination".
        kind: String,
        /// Whom it is about, by name.
        subject: String,
        /// The record it belongs to, for a link.
        subject_ref: String,
        /// The case, where there is one.
        case: Option<String>,
        /// Day 0.
        day0: String,
        /// The last day.
        due: String,
        /// The business day to aim for.
        target: Option<String>,
        /// The instant after which it is late, RFC 3339 UTC.
        cutoff: Option<String>,
        /// running, satisfied, late, cancelled, superseded.
        status: String,
        /// Days left; negative when late; as of today for a running clock, as of the stop for a stopped one.
        days_left: i32,
        /// "2 days late", "due today", "3 days left".
        standing: String,
        /// Which band of Today.
        band: Band,
        /// A grey clock from a signal that is not confirmed yet.
        provisional: bool,
        /// What holds it up, such as "needs approver".
        blocker: Option<String>,
        /// The deadline is in a rule (as against an internal target).
        statutory: bool,
        /// The number is not verified against the rule.
        unverified: bool,
    }
    /// A span of the calendar.
    CalendarView {
        /// Clocks that are, or were, due in it.
        clocks: Vec<ClockRow>,
        /// Holidays in it.
        holidays: Vec<DayDot>,
    }
    /// A date that was put in place of another: a correction of the trigger, or an extension.
    ClockRevision {
        /// corrected, extended.
        kind: String,
        /// The due date before.
        due_before: String,
        /// The due date after.
        due_after: String,
        /// Why, or by which grant.
        reason: String,
        /// The day it was recorded.
        on: String,
    }
    /// Something that happened to a clock.
    ClockEvent {
        /// The day it happened, `YYYY-MM-DD`.
        occurred_on: String,
        /// When it was recorded, RFC 3339.
        recorded_at: String,
        /// In words.
        what: String,
        /// By whom.
        by: String,
        /// "recorded 3 days after", where it differs.
        note: Option<String>,
    }
    /// "Why this date?"
    ClockView {
        /// The clock as lists show it.
        row: ClockRow,
        /// Dates that stood before, oldest first.
        revisions: Vec<ClockRevision>,
        /// Name of the trigger, in words.
        trigger: String,
        /// The trigger as it was given.
        trigger_at: String,
        /// The arithmetic, in words, line by line.
        steps: Vec<String>,
        /// The paragraph, such as "15 CFR 7.303, 7.305 (proposed)".
        cite: String,
        /// What the paragraph asks, in our words.
        rule: String,
        /// seen, memory, memory-low or design.
        confidence: String,
        /// The pack that started it.
        pack: PackNoteShort,
        /// Time zones used.
        zones: Vec<String>,
        /// Version of the time zone database.
        tzdb: String,
        /// What happened to it.
        events: Vec<ClockEvent>,
        /// What stops it.
        stops_on: String,
        /// What stopped it, with a reference.
        satisfied_by: Option<String>,
    }
    /// Which pack and version.
    PackNoteShort {
        /// The id.
        id: String,
        /// The version.
        version: String,
        /// The status.
        status: String,
        /// The banner.
        banner: String,
    }
    /// One band of Today.
    TodayBand {
        /// Which.
        band: Band,
        /// Its heading.
        title: String,
        /// Its clocks, in their order.
        rows: Vec<ClockRow>,
    }
    /// A day with something due.
    DayDot {
        /// The date.
        date: String,
        /// How many clocks are due.
        due: u32,
        /// A federal holiday's name.
        holiday: Option<String>,
    }
    /// The landing page.
    TodayView {
        /// Today's date.
        today: String,
        /// The weekday, in full.
        weekday: String,
        /// Overdue, due today, next three, next ten, waiting.
        bands: Vec<TodayBand>,
        /// Clocks later than ten days: only counted.
        later: u32,
        /// Days with something due, for the month calendar.
        days: Vec<DayDot>,
        /// Filings drafted and not sealed.
        to_approve: Vec<TodayFiling>,
        /// Customers that are foreign or undetermined and not verified.
        unverified_customers: u32,
        /// Customers with required items missing.
        incomplete_customers: u32,
        /// Days since the last backup.
        backup_age_days: Option<u32>,
    }
    /// A filing waiting for a person.
    TodayFiling {
        /// Such as `F4-2026-0001`.
        r#ref: String,
        /// Its title.
        title: String,
        /// Its state.
        state: String,
        /// The due date of its clock.
        due: Option<String>,
    }
    /// A clock worked out before anything is recorded.
    ClockPreview {
        /// Day 0.
        day0: String,
        /// The last day.
        due: String,
        /// The weekday of the last day, in full.
        due_weekday: String,
        /// The business day to aim for.
        target: Option<String>,
        /// The arithmetic, in words.
        steps: Vec<String>,
        /// "6 days left".
        standing: String,
    }
}

requests! {
    /// A span of the calendar.
    CalendarReq {
        /// First day, `YYYY-MM-DD`.
        from: String,
        /// Last day.
        to: String,
    }
    /// Write the deadlines as iCalendar.
    CalendarExportReq {
        /// generic, case, full.
        privacy: String,
    }
    /// The trigger was on another day.
    ClockCorrectReq {
        /// The clock.
        r#ref: String,
        /// The trigger as it was: a date or an instant.
        at: String,
        /// Why the record was wrong.
        reason: String,
    }
    /// The Department granted more time.
    ClockExtendReq {
        /// The clock.
        r#ref: String,
        /// The new last day, `YYYY-MM-DD`.
        due: String,
        /// The written grant: its reference and date.
        grant: String,
    }
    /// A record by its reference.
    RefReq {
        /// Such as `C-000001`, `K-0001`, `F4-2026-0001`.
        r#ref: String,
    }
    /// Which clocks.
    ClockListReq {
        /// Also those that have stopped.
        all: bool,
    }
    /// What would the due date be?
    ClockPreviewReq {
        /// The rule's clock id.
        clock: String,
        /// A date or an instant.
        at: String,
    }
}
