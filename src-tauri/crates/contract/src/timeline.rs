//! What happened to a record, entry by entry.

views! {
    /// A journal entry about a record, in words.
    TimelineItem {
        /// Place in the journal.
        seq: u32,
        /// decisions, documents, messages, clocks, edits.
        group: String,
        /// The entry's kind, such as `customer.changed`.
        kind: String,
        /// The record it is about, such as `C-000012`.
        subject: String,
        /// In words.
        title: String,
        /// Before and after, line by line.
        lines: Vec<ChangeLine>,
        /// The day it happened.
        occurred_on: String,
        /// When it was recorded, RFC 3339.
        recorded_at: String,
        /// "recorded 3 days after".
        late_note: Option<String>,
        /// By whom.
        by: String,
        /// The reason given.
        reason: Option<String>,
    }
    /// One field's change.
    ChangeLine {
        /// The label.
        label: String,
        /// Before.
        before: Option<String>,
        /// After.
        after: Option<String>,
    }
    /// A part of a record's timeline, newest first.
    Timeline {
        /// How many entries there are.
        total: u32,
        /// The items.
        items: Vec<TimelineItem>,
    }
}

requests! {
    /// A part of a record's timeline.
    TimelineReq {
        /// The record; absent for the whole journal.
        subject: Option<String>,
        /// Only one group.
        group: Option<String>,
        /// Words to look for in title, reason and author.
        search: Option<String>,
        /// From which item, newest first.
        offset: u32,
        /// How many.
        limit: u32,
    }
}
