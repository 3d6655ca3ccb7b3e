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
        /// The pack that it was worked out by.
        pack: String,
        /// deadline, minimum, not_before.
        direction: String,
        /// Who sees to it, by name.
        assignee: Option<String>,
        /// Out of "my work" until this day.
        snoozed_until: Option<String>,
        /// The next internal target, such as "What goes out has been reviewed".
        target_next: Option<TargetView>,
        /// The day on which something was last done about it. Only on Today.
        activity: Option<String>,
        /// What other packs say of the same work: "internal-policy: Mon 2026-11-30". Only on Today.
        also: Vec<String>,
    }
    /// An internal target on the way to a deadline.
    TargetView {
        /// Its id.
        id: String,
        /// What should be done by then.
        label: String,
        /// The day.
        on: String,
        /// The day it was done.
        met_on: Option<String>,
        /// "in 3 days", "2 days ago", "today", "resting", "done".
        standing: String,
    }
    /// A pause of the internal targets.
    PauseView {
        /// The first day.
        from: String,
        /// The day they went on.
        to: Option<String>,
        /// Why.
        reason: String,
    }
    /// A trigger of a clock.
    TriggerView {
        /// The event's id.
        event: String,
        /// In words.
        label: String,
        /// As it was given: a date or an instant.
        at: String,
    }
    /// A clock that a person can start.
    ClockChoice {
        /// The pack.
        pack: String,
        /// The pack's title.
        pack_title: String,
        /// The clock's id.
        clock: String,
        /// What it means to a person.
        title: String,
        /// What the paragraph asks, in our words.
        text: String,
        /// The paragraph.
        cite: String,
        /// The number is not verified against the rule.
        unverified: bool,
        /// "15 calendar days".
        limit: String,
        /// Its triggers.
        triggers: Vec<super::Choice>,
        /// What several triggers mean, in words; empty where there is one.
        combine: String,
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
        /// corrected, extended, adopted, re-anchored, confirmed.
        kind: String,
        /// The due date before.
        due_before: String,
        /// The due date after.
        due_after: String,
        /// Why, or by which grant.
        reason: String,
        /// The day it was recorded.
        on: String,
        /// The pack and version before, where that changed.
        pack_before: Option<String>,
        /// The document that shows it, such as the written grant: its id.
        document: Option<String>,
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
        /// Why, in the author's words: for the house, and never in a filing.
        reason: Option<String>,
    }
    /// "Why this date?"
    ClockView {
        /// The clock as lists show it.
        row: ClockRow,
        /// Dates that stood before, oldest first.
        revisions: Vec<ClockRevision>,
        /// What started it.
        triggers: Vec<TriggerView>,
        /// The document that shows the trigger.
        document: Option<super::DocumentRow>,
        /// Documents that were attached to it: the trigger's, a written grant, a receipt.
        documents: Vec<super::DocumentRow>,
        /// Internal targets on the way.
        targets: Vec<TargetView>,
        /// Pauses of the internal targets.
        pauses: Vec<PauseView>,
        /// The internal targets rest.
        paused: bool,
        /// Its end is recorded on the filing, such as `F4-2026-0001`.
        filing: Option<String>,
        /// Who could see to it.
        members: Vec<super::Choice>,
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
        /// Due about customers within ten days, and not listed because there are too many.
        cases_more: u32,
        /// Out of "my work" for now; still among the deadlines.
        snoozed: Vec<ClockRow>,
        /// Who could see to a clock.
        members: Vec<super::Choice>,
        /// Days with something due, for the month calendar.
        days: Vec<DayDot>,
        /// Filings drafted and not sealed.
        to_approve: Vec<TodayFiling>,
        /// Documents of customers that have expired or will within 30 days.
        expiring: Vec<super::ExpiringPaper>,
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
    /// A clock that a case would start.
    CaseClock {
        /// The rule's clock id.
        clock: String,
        /// What it counts.
        title: String,
        /// The pack that asks for it.
        pack: String,
        /// An internal target, no duty.
        internal: bool,
        /// Its number was not checked against the rule.
        unverified: bool,
        /// Its dates.
        preview: ClockPreview,
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
        /// The question about a trigger whose last day passed more than a year ago.
        doubt: Option<String>,
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
        /// The triggers as they were: dates or instants.
        at: Vec<TriggerAt>,
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
        /// The document that holds it.
        document: Option<String>,
    }
    /// A trigger and its moment.
    TriggerAt {
        /// The event's id.
        event: String,
        /// A date or an instant.
        at: String,
    }
    /// Start a clock: something happened.
    ClockStartReq {
        /// The pack.
        pack: String,
        /// The clock's id.
        clock: String,
        /// Its triggers.
        at: Vec<TriggerAt>,
        /// Whom it is about: a reference, or `programme`.
        subject: String,
        /// What happened, in a sentence.
        note: String,
        /// It rests on a signal that is not confirmed yet.
        provisional: bool,
    }
    /// A clock ended.
    ClockStopReq {
        /// The clock.
        r#ref: String,
        /// satisfied, cancelled.
        outcome: String,
        /// When: a date or an instant.
        at: String,
        /// What ended it, with its reference.
        by: String,
        /// The document that shows it.
        document: Option<String>,
    }
    /// Who sees to a clock.
    ClockAssignReq {
        /// The clock.
        r#ref: String,
        /// The member's label; absent takes it away.
        to: Option<String>,
    }
    /// Take a clock out of "my work" for a time.
    ClockSnoozeReq {
        /// The clock.
        r#ref: String,
        /// Until this day; absent brings it back.
        until: Option<String>,
    }
    /// An internal target was met.
    ClockTargetReq {
        /// The clock.
        r#ref: String,
        /// The target.
        target: String,
        /// The day.
        on: String,
    }
    /// Let the internal targets rest.
    ClockPauseReq {
        /// The clock.
        r#ref: String,
        /// Why.
        reason: String,
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
        /// What is typed above the list: `is:overdue kind:cip-copy`. What it says of `is:ended` goes before `all`.
        query: Option<String>,
    }
    /// Which clocks would a case start, and with what dates?
    CasePreviewReq {
        /// request or failure.
        kind: String,
        /// When it was received: an instant or a day.
        received: String,
    }
    /// What would the due date be?
    ClockPreviewReq {
        /// The rule's clock id.
        clock: String,
        /// The pack; the leading one that has the clock where absent.
        pack: Option<String>,
        /// Its triggers.
        at: Vec<TriggerAt>,
    }
}
