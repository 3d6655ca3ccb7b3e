//! Rule packs: what each demands, what differs, and what another limit would have made of past cases.

use super::{Choice, PackNote};

views! {
    /// A pack in the list.
    PackRow {
        /// How the version is named: `us-iaas-nprm-2024@1.0.0`.
        key: String,
        /// What it says of itself.
        note: PackNote,
        /// The vault counts by it.
        in_use: bool,
        /// It leads: its banner, forms and fields come first.
        leads: bool,
        /// Where it came from: "built in", or a file's name; empty for one that was never taken in.
        source: String,
        /// Who vouches for it.
        vouched: String,
        /// Clocks that run by it.
        running: u32,
        /// The program has another version of it than the one in use.
        newer: Option<String>,
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
    /// What taking in a pack would change.
    PackOffer {
        /// The handle to take it in by.
        handle: String,
        /// What it says of itself.
        note: PackNote,
        /// SHA-256 of its text.
        sha256: String,
        /// Who vouches for it: "Unsigned", or the signer.
        vouched: String,
        /// The version in use that it replaces.
        replaces: Option<String>,
        /// What differs from that version.
        differences: Vec<PackDifference>,
        /// Running clocks with their dates by both versions.
        clocks: Vec<PackMove>,
        /// Fields that it takes away, with what becomes of their data.
        fields: Vec<PackField>,
        /// Why it cannot be taken in; empty where it can.
        blocked_by: Vec<String>,
    }
    /// A running clock under another version.
    PackMove {
        /// Such as `K-0001`.
        r#ref: String,
        /// The clock in words.
        kind: String,
        /// Whom it is about.
        subject: String,
        /// The last day, as it runs.
        due_before: String,
        /// The last day by the other version; absent where that has no such clock.
        due_after: Option<String>,
    }
    /// A field that a version takes away.
    PackField {
        /// Its id.
        field: String,
        /// Its label.
        label: String,
        /// How many records hold it.
        held: u32,
        /// Where its data goes; absent where the version does not say.
        to: Option<String>,
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
    /// Ask what taking in a pack would change.
    PackOfferReq {
        /// A pack of the program, by its id; absent asks for a file.
        id: Option<String>,
    }
    /// Take in a pack.
    PackAdoptReq {
        /// The handle of the offer.
        handle: String,
        /// Why.
        reason: String,
        /// Running clocks that go over to the new version. All others keep theirs.
        clocks: Vec<String>,
    }
    /// Count by a pack no longer.
    PackRetireReq {
        /// Its id.
        id: String,
        /// Why.
        reason: String,
    }
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
