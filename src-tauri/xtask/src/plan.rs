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

/// An id of the plan, what it tries in the words of a promise, and the figure that the plan asks for.
pub(crate) struct Id(
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) How,
);

pub(crate) const IDS: &[Id] = &[
    Id(
        "T-K1",
        "Killed at a random moment, nothing that was said to be saved is lost",
        "10,000 kills",
        How::Program,
    ),
    Id(
        "T-K2",
        "Killed at every write of every operation, and again during recovery, nothing is half done",
        "every boundary, twice",
        How::Program,
    ),
    Id(
        "T-K3",
        "After a loss of power the last state or the one in flight is there",
        "5,000 images",
        How::Program,
    ),
    Id(
        "T-K4",
        "Signals end or suspend the program and lose nothing",
        "72",
        How::Program,
    ),
    Id(
        "T-F1",
        "A failing disk is named, and loses nothing",
        "3,000 faults",
        How::Program,
    ),
    Id(
        "T-F2",
        "A full disk is named, and loses nothing",
        "600",
        How::Program,
    ),
    Id(
        "T-F3",
        "Too little memory is named, and is no wrong passphrase",
        "40",
        How::Program,
    ),
    Id(
        "T-F4",
        "A read-only or vanished disk and a second program are named",
        "30",
        How::Program,
    ),
    Id(
        "T-C1",
        "A flipped byte is found",
        "20,000 flips, every page",
        How::Program,
    ),
    Id(
        "T-C2",
        "A cut, emptied, removed or exchanged file is found, and no database is made anew",
        "3,000",
        How::Program,
    ),
    Id(
        "T-C3",
        "Something older put back is found",
        "200",
        How::Program,
    ),
    Id(
        "T-C4",
        "An attacker's keyring or database is not opened",
        "20",
        How::Program,
    ),
    Id(
        "T-J",
        "Who has the key and changes entries or tables behind the program's back is found, and what was changed is named",
        "each kind",
        How::Tests(&[(
            "it",
            "damage::every_change_behind_the_programs_back_is_found_and_named",
        )]),
    ),
    Id(
        "T-Z",
        "Whatever a file says, its reader ends with an answer",
        "1,000,000 inputs each",
        How::Program,
    ),
    Id(
        "T-B",
        "A bundle made to deceive is refused with its code, and nothing of it is written",
        "1,000",
        How::Tests(&[
            ("hostile", "every_kind_of_hostile_bundle"),
            ("it", "check::every_bag_of_the_conformance_suite"),
        ]),
    ),
    Id(
        "T-A",
        "A hostile attachment ends with a picture or a reason, in a worker that reaches nothing",
        "300 files",
        How::Tests(&[("hostile", "three_hundred_hostile_files")]),
    ),
    Id(
        "T-I1",
        "Whatever a page asks is no request, or is answered with a view or a sentence",
        "100,000 calls",
        How::Tests(&[("it", "asked::")]),
    ),
    Id(
        "T-I2",
        "A member does what the roles allow and nothing else",
        "all commands",
        How::Tests(&[("it", "roles::every_command_is_for_the_roles")]),
    ),
    Id(
        "T-CSP",
        "Whatever is typed stays text in the window, and what a page would run is stopped",
        "60 texts in 80 fields",
        How::Window(&[("it", "window_injected::")]),
    ),
    Id(
        "T-N",
        "The command line opens no network connection",
        "all journeys",
        How::Tests(&[("it", "silence::")]),
    ),
    Id(
        "T-M",
        "After locking neither passphrase nor keys stand in the program's memory",
        "50 lock cycles",
        How::Tests(&[("memory", "after_locking")]),
    ),
    Id(
        "T-S",
        "No word of a person stands in clear on the disk, after work and after kills",
        "none",
        How::Tests(&[("it", "journey::no_word_of_a_person")]),
    ),
    Id(
        "T-D",
        "Nothing of a disposed customer is left in any file or page",
        "200 records",
        How::Tests(&[("it", "retention::nothing_of_a_disposed_customer")]),
    ),
    Id(
        "T-T",
        "Whatever becomes of the clock, no deadline moves and none looks farther",
        "71",
        How::Tests(&[
            ("it", "clocks::whatever_becomes_of_the_clock"),
            ("it", "packs::every_worked_example"),
        ]),
    ),
    Id(
        "T-R1",
        "A backup gives back every byte",
        "100",
        How::Tests(&[("it", "histories::a_backup_of_any_history")]),
    ),
    Id(
        "T-R2",
        "Every single wrong letter of a recovery key is noticed",
        "74 x 31 letters",
        How::Tests(&[(
            "it",
            "people::every_single_wrong_letter_of_a_recovery_key_is_noticed",
        )]),
    ),
    Id(
        "T-R3",
        "A change of keys or members that is killed has happened or has not",
        "300 kills",
        How::Program,
    ),
    Id(
        "T-R4",
        "Nobody approves what they prepared, and an approval that is forged, copied or missing is found",
        "60",
        How::Tests(&[("it", "four_eyes::")]),
    ),
    Id(
        "T-G",
        "Merged histories lose nothing",
        "100,000 cases",
        How::Left("one vault is written by one computer at a time; there is no merge"),
    ),
    Id(
        "T-V",
        "Stock tools and ours judge a bundle alike",
        "200, and 1,000 changed",
        How::Tests(&[("it", "stock::random_bundles")]),
    ),
    Id(
        "T-U",
        "A name that deceives is refused or pointed out, and goes out as it is",
        "120 names in 8 views",
        How::Tests(&[("it", "deceiving::a_name_that_deceives")]),
    ),
    Id(
        "T-X",
        "No cell that is handed out is taken for a formula",
        "500 cells",
        How::Tests(&[("it", "deceiving::no_cell_that_is_handed_out")]),
    ),
    Id(
        "T-P",
        "What a person waits for",
        "20 runs each",
        How::Left("measured beside the plain tools by cargo xtask bench, docs/PERFORMANCE.md"),
    ),
    Id(
        "T-L",
        "A long day of work leaves no open file, no memory and no log behind",
        "50,000 changes, 500 lock cycles",
        How::Program,
    ),
];
