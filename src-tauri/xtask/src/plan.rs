//! The test plan by its ids (security, section 4): what each promises, the figure that it asks for, and what runs it.

/// How an id is run.
pub(crate) enum How {
    /// By the torture program.
    Program,
    /// By tests: a test target, and a filter. Each prints its figure as `figure T-X N words`; with `CIP_FULL=1` it tries as many as the
    /// plan asks for.
    Tests(&'static [(&'static str, &'static str)]),
    /// By tests in the real window, which only a full run opens.
    Window(&'static [(&'static str, &'static str)]),
    /// Not at all, and why.
    Left(&'static str),
}

/// An id of the plan.
pub(crate) struct Id {
    pub(crate) name: &'static str,
    /// What it tries, in the words of a promise.
    pub(crate) promise: &'static str,
    /// The figure that the plan asks for.
    pub(crate) asked: &'static str,
    pub(crate) how: How,
    /// Why a full run tries less than the plan asks for, where it does.
    pub(crate) short: Option<&'static str>,
}

pub(crate) const IDS: &[Id] = &[
    Id {
        name: "T-K1",
        promise: "Killed at a random moment, nothing that was said to be saved is lost",
        asked: "10,000 kills",
        how: How::Program,
        short: Some(
            "a full run has so many minutes for it, and after each kill the vault is opened and checked whole",
        ),
    },
    Id {
        name: "T-K2",
        promise: "Killed at every write of every operation, and again during recovery, nothing is half done",
        asked: "every boundary, twice",
        how: How::Program,
        short: None,
    },
    Id {
        name: "T-K3",
        promise: "After a loss of power the last state or the one in flight is there",
        asked: "5,000 images",
        how: How::Program,
        short: None,
    },
    Id {
        name: "T-K4",
        promise: "Signals end or suspend the program and lose nothing",
        asked: "72",
        how: How::Program,
        short: None,
    },
    Id {
        name: "T-F1",
        promise: "A failing disk is named, and loses nothing",
        asked: "3,000 faults",
        how: How::Program,
        short: None,
    },
    Id {
        name: "T-F2",
        promise: "A full disk is named, and loses nothing",
        asked: "600",
        how: How::Program,
        short: None,
    },
    Id {
        name: "T-F3",
        promise: "Too little memory is named, and is no wrong passphrase",
        asked: "40",
        how: How::Program,
        short: None,
    },
    Id {
        name: "T-F4",
        promise: "A read-only or vanished disk, a file that is held, and a second program are named",
        asked: "30",
        how: How::Program,
        short: None,
    },
    Id {
        name: "T-C1",
        promise: "A flipped byte is found",
        asked: "20,000 flips, every page",
        how: How::Program,
        short: Some(
            "this vault has no more pages, chunks and bytes of small files, and each flip opens and checks it whole",
        ),
    },
    Id {
        name: "T-C2",
        promise: "A cut, emptied, removed or exchanged file is found, and no database is made anew",
        asked: "3,000",
        how: How::Program,
        short: None,
    },
    Id {
        name: "T-C3",
        promise: "Something older put back is found",
        asked: "200",
        how: How::Program,
        short: None,
    },
    Id {
        name: "T-C4",
        promise: "An attacker's keyring or database is not opened",
        asked: "20",
        how: How::Program,
        short: None,
    },
    Id {
        name: "T-J",
        promise: "Who has the key and changes entries or tables behind the program's back is found, and what was changed is named",
        asked: "each kind",
        how: How::Tests(&[(
            "it",
            "damage::every_change_behind_the_programs_back_is_found_and_named",
        )]),
        short: None,
    },
    Id {
        name: "T-Z",
        promise: "Whatever a file says, its reader ends with an answer",
        asked: "1,000,000 inputs each",
        how: How::Program,
        short: Some(
            "the minutes of a full run are shared by the readers, and those that open keys, workbooks or whole files are slow",
        ),
    },
    Id {
        name: "T-B",
        promise: "A bundle made to deceive is refused with its code, and nothing of it is written",
        asked: "1,000",
        how: How::Tests(&[
            ("hostile", "every_kind_of_hostile_bundle"),
            ("it", "check::every_bag_of_the_conformance_suite"),
        ]),
        short: None,
    },
    Id {
        name: "T-A",
        promise: "A hostile attachment ends with a picture or a reason, in a worker that reaches nothing",
        asked: "300 files",
        how: How::Tests(&[("hostile", "three_hundred_hostile_files")]),
        short: None,
    },
    Id {
        name: "T-I1",
        promise: "Whatever a page asks is no request, or is answered with a view or a sentence",
        asked: "100,000 calls",
        how: How::Tests(&[("it", "asked::")]),
        short: None,
    },
    Id {
        name: "T-I2",
        promise: "A member does what the roles allow and nothing else",
        asked: "all commands",
        how: How::Tests(&[("it", "roles::every_command_is_for_the_roles")]),
        short: None,
    },
    Id {
        name: "T-CSP",
        promise: "Whatever is typed stays text in the window, and what a page would run is stopped",
        asked: "60 texts in 80 fields",
        how: How::Window(&[("it", "window_injected::")]),
        short: None,
    },
    Id {
        name: "T-N",
        promise: "The command line opens no network connection",
        asked: "all journeys",
        how: How::Tests(&[("it", "silence::")]),
        short: None,
    },
    Id {
        name: "T-M",
        promise: "After locking neither passphrase nor keys stand in the program's memory",
        asked: "50 lock cycles",
        how: How::Tests(&[("memory", "after_locking")]),
        short: None,
    },
    Id {
        name: "T-S",
        promise: "No word of a person stands in clear on the disk, after work and after kills",
        asked: "none",
        how: How::Tests(&[("it", "journey::no_word_of_a_person")]),
        short: None,
    },
    Id {
        name: "T-D",
        promise: "Nothing of a disposed customer is left in any file or page",
        asked: "200 records",
        how: How::Tests(&[("it", "retention::nothing_of_a_disposed_customer")]),
        short: None,
    },
    Id {
        name: "T-T",
        promise: "Whatever becomes of the clock, no deadline moves and none looks farther",
        asked: "71",
        how: How::Tests(&[
            ("it", "clocks::whatever_becomes_of_the_clock"),
            ("it", "packs::every_worked_example"),
        ]),
        short: None,
    },
    Id {
        name: "T-R1",
        promise: "A backup gives back every byte",
        asked: "100",
        how: How::Tests(&[("it", "histories::a_backup_of_any_history")]),
        short: None,
    },
    Id {
        name: "T-R2",
        promise: "Every single wrong letter of a recovery key is noticed",
        asked: "74 x 31 letters",
        how: How::Tests(&[(
            "it",
            "people::every_single_wrong_letter_of_a_recovery_key_is_noticed",
        )]),
        short: Some("a recovery key has 58 letters here; each was replaced by every other"),
    },
    Id {
        name: "T-R3",
        promise: "A change of keys or members that is killed has happened or has not",
        asked: "300 kills",
        how: How::Program,
        short: None,
    },
    Id {
        name: "T-R4",
        promise: "Nobody approves what they prepared, and an approval that is forged, copied or missing is found",
        asked: "60",
        how: How::Tests(&[("it", "four_eyes::")]),
        short: None,
    },
    Id {
        name: "T-G",
        promise: "Merged histories lose nothing",
        asked: "100,000 cases",
        how: How::Left("one vault is written by one computer at a time; there is no merge"),
        short: None,
    },
    Id {
        name: "T-V",
        promise: "Stock tools and ours judge a bundle alike",
        asked: "200, and 1,000 changed",
        how: How::Tests(&[("it", "stock::random_bundles")]),
        short: None,
    },
    Id {
        name: "T-U",
        promise: "A name that deceives is refused or pointed out, and goes out as it is",
        asked: "120 names in 8 views",
        how: How::Tests(&[("it", "deceiving::a_name_that_deceives")]),
        short: None,
    },
    Id {
        name: "T-X",
        promise: "No cell that is handed out is taken for a formula",
        asked: "500 cells",
        how: How::Tests(&[("it", "deceiving::no_cell_that_is_handed_out")]),
        short: None,
    },
    Id {
        name: "T-P",
        promise: "What a person waits for",
        asked: "20 runs each",
        how: How::Left("measured beside the plain tools by cargo xtask bench, docs/PERFORMANCE.md"),
        short: None,
    },
    Id {
        name: "T-L",
        promise: "A long day of work leaves no open file, no memory and no log behind",
        asked: "50,000 changes, 500 lock cycles",
        how: How::Program,
        short: None,
    },
];
