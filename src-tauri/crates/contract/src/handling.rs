//! What the house does about a record beside what a rule asks: tasks, comments, who sees to it, tags, and one member's work.

words! {
    /// What becomes of a task.
    TaskStep { Done, Reopened, Assigned, Due }
    /// What is done to how several records are handled.
    HandleWhat { Assign, Due, Tag, Untag }
}

views! {
    /// What stands beside a record, for its line in a list.
    Beside {
        /// Comments, without those that another stands in the place of.
        comments: u32,
        /// Tasks that are open.
        tasks: u32,
        /// Who sees to it, by name.
        assignee: Option<String>,
        /// By when the house wants it settled; no deadline of a rule.
        due: Option<String>,
        /// Its tags.
        tags: Vec<String>,
    }
    /// A task.
    TaskRow {
        /// Such as `C-000001/T-1`: the record, and the task within it.
        r#ref: String,
        /// The record.
        about: String,
        /// The record's name.
        about_name: String,
        /// What is to be done.
        title: String,
        /// What helps to do it.
        note: Option<String>,
        /// Who does it, by label.
        assignee: Option<String>,
        /// Who does it, by name.
        assignee_name: Option<String>,
        /// By when.
        due: Option<String>,
        /// "2 days late", "due today", "3 days left", "done", "by no day".
        standing: String,
        /// Wanted by a day that has passed.
        overdue: bool,
        /// The day it was written down.
        made_on: String,
        /// The day it was done.
        done_on: Option<String>,
        /// Who did it.
        done_by: Option<String>,
        /// What came of it.
        done_note: Option<String>,
    }
    /// Something that somebody said about a record.
    CommentRow {
        /// Its id within the record, such as `N-1`.
        id: String,
        /// What was said.
        text: String,
        /// When it was recorded, RFC 3339.
        at: String,
        /// By whom.
        by: String,
        /// By the member at work: they may write another in its place.
        mine: bool,
        /// The comment in whose place it stands.
        corrects: Option<String>,
        /// The comment that stands in its place.
        corrected_by: Option<String>,
    }
    /// How a record is handled.
    HandlingView {
        /// Who sees to it, by label.
        assignee: Option<String>,
        /// Who sees to it, by name.
        assignee_name: Option<String>,
        /// By when the house wants it settled; no deadline of a rule.
        due: Option<String>,
        /// Its tags.
        tags: Vec<String>,
    }
    /// Everything of that about a record.
    RecordWork {
        /// The record.
        about: String,
        /// Its name.
        name: String,
        /// Its tasks: open ones first, by day.
        tasks: Vec<TaskRow>,
        /// What was said, oldest first.
        comments: Vec<CommentRow>,
        /// How it is handled.
        handling: HandlingView,
        /// Who could see to it.
        members: Vec<super::Choice>,
        /// Tags in use anywhere.
        known_tags: Vec<String>,
    }
    /// A record that a member sees to.
    HandledRow {
        /// The record.
        r#ref: String,
        /// Its name.
        name: String,
        /// How it is handled.
        handling: HandlingView,
        /// "2 days late", "due today", "3 days left", "by no day".
        standing: String,
    }
    /// One member's work.
    MyWork {
        /// The member's label.
        member: String,
        /// The member's name.
        name: String,
        /// Everybody at work.
        members: Vec<super::Choice>,
        /// Open tasks that the member does, by day; those by no day last.
        tasks: Vec<TaskRow>,
        /// Running clocks that the member sees to, by name or because the case or the customer is theirs and nobody else sees to the clock.
        clocks: Vec<super::ClockRow>,
        /// Cases and customers that the member sees to.
        records: Vec<HandledRow>,
        /// Tasks that nobody in particular does.
        unassigned: u32,
    }
    /// A word of a list.
    QueryField {
        /// What is typed before the colon.
        name: String,
        /// What it means.
        means: String,
        /// What may stand behind it, where that is a list.
        values: Vec<String>,
    }
    /// How a query is read.
    QueryView {
        /// Its words, as they were typed, `OR` among them.
        words: Vec<String>,
        /// What was not understood, and which words there are.
        wrong: Option<String>,
        /// The words of the list.
        fields: Vec<QueryField>,
    }
    /// A query that the member at work keeps.
    ViewRow {
        /// Of which list.
        list: String,
        /// What it is called.
        name: String,
        /// The query.
        query: String,
    }
    /// How a record is handled before and after something.
    HandlingChange {
        /// The record.
        r#ref: String,
        /// Its name.
        name: String,
        /// Before.
        before: HandlingView,
        /// After.
        after: HandlingView,
    }
}

requests! {
    /// A list, as far as a query fits.
    ListReq {
        /// What is typed above it; absent: everything.
        query: Option<String>,
    }
    /// How is a query read?
    QueryReadReq {
        /// customers, cases, filings, clocks.
        list: String,
        /// What is typed.
        query: String,
    }
    /// Keep a query under a name.
    ViewSaveReq {
        /// customers, cases, filings, clocks.
        list: String,
        /// What it is called.
        name: String,
        /// The query; absent gives the name up.
        query: Option<String>,
    }
    /// Which tasks.
    TaskListReq {
        /// Those of one member, by label; `me` is the member at work, `nobody` those that nobody in particular does.
        member: Option<String>,
        /// Those about one record.
        about: Option<String>,
        /// Also those that are done.
        done: bool,
    }
    /// A new task, or other words for one.
    TaskSaveReq {
        /// The customer or the case.
        about: String,
        /// The task's id within it, such as `T-1`; none makes a new one.
        id: Option<String>,
        /// What is to be done.
        title: String,
        /// What helps to do it.
        note: Option<String>,
        /// Who does it, by label; for a new one.
        assignee: Option<String>,
        /// By when; for a new one.
        due: Option<String>,
    }
    /// A step of a task.
    TaskAdvanceReq {
        /// Such as `C-000001/T-1`.
        task: String,
        /// What becomes of it.
        step: TaskStep,
        /// The member's label, or the day; absent: nobody, by no day.
        to: Option<String>,
        /// What came of it.
        note: Option<String>,
    }
    /// One member's work.
    MyWorkReq {
        /// The label; absent means the member at work.
        member: Option<String>,
    }
    /// Say something about a record.
    CommentAddReq {
        /// The customer, the case or the filing.
        about: String,
        /// What is said.
        text: String,
        /// The comment in whose place it stands.
        corrects: Option<String>,
    }
    /// What would become of how these records are handled?
    HandlingPreviewReq {
        /// Customers and cases.
        refs: Vec<String>,
        /// What is done.
        what: HandleWhat,
        /// The member's label, the day, the tag; absent: nobody, by no day.
        value: Option<String>,
    }
    /// Do what was looked at, or undo it: the same with before and after exchanged.
    HandlingSaveReq {
        /// Each record with how it is handled before and after.
        changes: Vec<HandlingChange>,
    }
}
