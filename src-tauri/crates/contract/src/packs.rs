//! Rule packs: what each demands, what differs, and what another limit would have made of past cases.

use super::{Choice, PackNote};

views! {
    /// A pack in the list.
    PackRow {
        /// What it says of itself.
        note: PackNote,
        /// The vault counts by it.
        in_use: bool,
        /// Its clocks, for the question "had the limit been".
        clocks: Vec<PackClock>,
    }
    /// A clock of a pack.
    PackClock {
        /// Such as `CLK-CIP-REQ`.
        id: String,
        /// In words.
        title: String,
        /// How many units.
        n: u32,
        /// Which units, in words.
        unit: String,
    }
    /// Everything a pack demands, in the rule's order.
    PackView {
        /// What it says of itself.
        note: PackNote,
        /// SHA-256 of its text.
        sha256: String,
        /// Part by part.
        parts: Vec<PackPart>,
    }
    /// A part of a pack.
    PackPart {
        /// Its heading.
        title: String,
        /// What it says.
        demands: Vec<PackDemand>,
    }
    /// One thing that a pack says.
    PackDemand {
        /// Its id, unique in its part.
        id: String,
        /// What a person reads.
        label: String,
        /// Its numbers and words.
        facts: Vec<Choice>,
        /// What the paragraph asks, in our words; may be empty.
        text: String,
        /// The paragraph; may be empty.
        cite: String,
        /// seen, memory, memory-low, design; absent where there is nothing to be sure of.
        confidence: Option<String>,
        /// False: show "not verified against the rule".
        verified: bool,
    }
    /// What differs between two packs.
    PackDifference {
        /// The part's heading.
        part: String,
        /// What it is about.
        label: String,
        /// added, removed, changed.
        kind: String,
        /// The value that changed; absent where the whole came or went.
        what: Option<String>,
        /// What the first pack says.
        old: Option<String>,
        /// What the second pack says.
        new: Option<String>,
        /// The paragraph.
        cite: String,
    }
    /// What another limit would have made of this vault's clocks.
    PackSimulation {
        /// The clock in words.
        title: String,
        /// Each clock of that kind.
        rows: Vec<PackSimulated>,
        /// How many were late.
        late_then: u32,
        /// How many would have been.
        late_now: u32,
    }
    /// One clock under another limit.
    PackSimulated {
        /// Such as `K-0001`.
        r#ref: String,
        /// Whom it is about.
        subject: String,
        /// The last day, as it was recorded.
        due_then: String,
        /// The last day it would have been.
        due_now: String,
        /// Days late as it was; 0 in time.
        days_late_then: u32,
        /// Days late it would have been.
        days_late_now: u32,
        /// It still runs, and is judged by today.
        running: bool,
    }
}

requests! {
    /// Compare two packs.
    PackCompareReq {
        /// The first, by its id.
        old: String,
        /// The second.
        new: String,
    }
    /// "Had the limit been ..."
    PackSimulateReq {
        /// The clock's id.
        clock: String,
        /// How many units instead.
        n: u32,
    }
}
