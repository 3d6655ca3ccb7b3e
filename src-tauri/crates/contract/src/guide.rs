//! The help.

use super::{Choice, PackNote, PackPart};

views! {
    /// What a pack in use asks about a screen.
    GuidePack {
        /// What the pack says of itself.
        note: PackNote,
        /// Part by part.
        parts: Vec<PackPart>,
    }
    /// A step of the first week.
    GuideStep {
        /// The screen where it is done.
        place: String,
        /// What is done.
        title: String,
        /// Why.
        why: String,
        /// The vault shows that it was done.
        done: bool,
    }
    /// A word of the field.
    GuideTerm {
        /// The word.
        word: String,
        /// What it means, in our words.
        meaning: String,
        /// seen, memory, memory-low, design.
        confidence: String,
        /// False: show "not verified against the rule".
        verified: bool,
    }
    /// The help.
    GuideView {
        /// The screen that it is about.
        screen: String,
        /// What one does there.
        does: String,
        /// What the packs in use ask about it.
        packs: Vec<GuidePack>,
        /// The screens that there is help on.
        screens: Vec<Choice>,
        /// What a first week consists of.
        week: Vec<GuideStep>,
        /// The glossary.
        terms: Vec<GuideTerm>,
    }
}

requests! {
    /// The help.
    GuideReq {
        /// The screen, by its word; absent: Today.
        screen: Option<String>,
    }
}
