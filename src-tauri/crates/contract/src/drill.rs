//! Rehearsals: a request at a hard moment, timed, with a result sheet.

views! {
    /// A rehearsal as it stands.
    DrillView {
        /// What happened: the letter, line by line.
        letter: Vec<String>,
        /// When the request arrived, in words.
        arrived: String,
        /// What time it is on the rehearsal's clock, in words.
        now: String,
        /// The last day, once the request is recorded.
        due: Option<String>,
        /// What had to be done.
        tasks: Vec<DrillTask>,
        /// passed, failed, running.
        verdict: String,
        /// The verdict in a sentence.
        sentence: String,
    }
    /// One thing that had to be done.
    DrillTask {
        /// What.
        label: String,
        /// done, open, wrong, late.
        standing: String,
        /// What is wrong, or what is still to be done.
        note: String,
        /// When, on the rehearsal's clock.
        at: Option<String>,
        /// Working time from the arrival, in words: "12 minutes".
        took: Option<String>,
    }
}
