//! What may be written on the command line, and its help.

use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Run a customer identification program from a terminal: offline, in an encrypted case database.
///
/// Nothing here uses the network. The rule behind it (89 FR 5698) was proposed in 2024, is reported withdrawn, and is not in force.
#[derive(Parser)]
#[command(
    name = "cipdesk-cli",
    version,
    arg_required_else_help = true,
    max_term_width = 100
)]
#[command(
    after_help = "Exit status: 0 done or holds; 1 a check does not hold; 2 bad usage or input; 3 the machine failed; 4 could not unlock or decrypt; 5 damaged; 6 made by a newer version; 7 over a limit; 8 refused for safety.\n\nExample:\n  cipdesk-cli vault create Acme.cipdesk --org \"Acme Cloud LLC\" --role provider --zone America/New_York --staff \"Ana Lima\"\n  cipdesk-cli customer import Acme.cipdesk customers.csv --dry-run"
)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(clap::Args)]
pub(crate) struct Common {
    /// Print one JSON object or array on standard output, and nothing else there.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Read the passphrase from this file; one newline at its end is not part of it.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "CIPDESK_PASSPHRASE_FILE",
        hide_env_values = true
    )]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Which member unlocks, by the label in the folder, such as staff-1. In `vault create`: the first member's name.
    #[arg(long, global = true, value_name = "LABEL|NAME")]
    pub(crate) staff: Option<String>,
    /// Who approves, where it is not the one who unlocks.
    #[arg(long, global = true, value_name = "LABEL")]
    pub(crate) approver: Option<String>,
    /// Read the approver's passphrase from this file; without it, it is asked for on a terminal.
    #[arg(long, global = true, value_name = "FILE", requires = "approver")]
    pub(crate) approver_passphrase_file: Option<PathBuf>,
    /// Only look: no connection that could write is made.
    #[arg(long, global = true)]
    pub(crate) read_only: bool,
    /// Read as if it were this instant or day: for lists and dashboards, never for what is recorded.
    #[arg(long, global = true, value_name = "INSTANT")]
    pub(crate) now: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make, look at, check and back up vaults.
    #[command(subcommand)]
    Vault(VaultCommand),
    /// List, add and revoke members, change roles, give new keys.
    #[command(subcommand)]
    Member(crate::member::MemberCommand),
    /// Other keys, recovery keys, and opening a vault whose passphrase is lost.
    #[command(subcommand)]
    Keys(crate::member::KeysCommand),
    /// Draw records at random, for an audit.
    #[command(subcommand)]
    Audit(crate::member::AuditCommand),
    /// Make a vault of believable, invented people, to try things on.
    ///
    /// The same number, seed and day give the same rows; keys and signatures differ.
    #[command(
        after_help = "Example:\n  cipdesk-cli demo Demo.cipdesk --customers 300 --passphrase-file pass.txt"
    )]
    Demo {
        /// The new folder, ending in .cipdesk.
        vault: PathBuf,
        /// How many customers.
        #[arg(long, default_value_t = 120)]
        customers: u32,
        /// How many access records.
        #[arg(long, default_value_t = 2_000)]
        access_records: u32,
        /// Another number gives other people.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Import access logs.
    #[command(subcommand)]
    Access(AccessCommand),
    /// Import, list and show customers.
    #[command(subcommand)]
    Customer(CustomerCommand),
    /// List who owns a customer, and record that nobody owns enough.
    #[command(subcommand)]
    Owner(crate::owner::OwnerCommand),
    /// Fields that the rule packs leave off, and the history of every value.
    #[command(subcommand)]
    Field(crate::field::FieldCommand),
    /// Imports that were run, and undoing them.
    #[command(subcommand)]
    Import(ImportCommand),
    /// Attach and extract documents.
    #[command(subcommand)]
    Document(DocumentCommand),
    /// The organization's own program: scope, CIP, risks, contacts, reliance.
    #[command(subcommand, name = "program", alias = "programme")]
    Programme(crate::programme::ProgrammeCommand),
    /// Register resellers and their CIP documents.
    #[command(subcommand)]
    Reseller(crate::reseller::ResellerCommand),
    /// Record a Department request.
    #[command(subcommand)]
    Request(RequestCommand),
    /// Demand the copies that a request asks for from their resellers: letters, reminders, the log of the chase.
    #[command(subcommand)]
    Demand(crate::demand::DemandCommand),
    /// Record evidence that a reseller failed.
    #[command(subcommand)]
    Evidence(EvidenceCommand),
    /// List clocks, start and stop one, or work one out.
    #[command(subcommand)]
    Clock(crate::clock::ClockCommand),
    /// List, show, open cases of every kind and take their steps.
    #[command(subcommand)]
    Case(crate::case::CaseCommand),
    /// What the rule packs ask about a screen, what a first week consists of, what the words mean.
    #[command(subcommand)]
    Guide(crate::guide::GuideCommand),
    /// List, show, write down tasks of the house and take their steps; one member's work.
    #[command(subcommand)]
    Task(crate::handling::TaskCommand),
    /// List what was said about a customer, a case or a filing, and say something.
    #[command(subcommand)]
    Comment(crate::handling::CommentCommand),
    /// Show and say who sees to customers and cases, by when, under which tags.
    #[command(subcommand)]
    Handling(crate::handling::HandlingCommand),
    /// Estimate training runs, import usage, see who comes near. The steps of a report are `case`.
    #[command(subcommand)]
    Ai(crate::work::AiCommand),
    /// Sweep for a special measure. Its steps and decisions are `case`.
    #[command(subcommand)]
    Measure(crate::work::MeasureCommand),
    /// Count for a certification. Its steps and attestations are `case`.
    #[command(subcommand)]
    Certification(crate::work::CertificationCommand),
    /// List, show, check and compare rule packs; take one into a vault.
    #[command(subcommand)]
    Pack(crate::pack::PackCommand),
    /// Write letters to customers, print them, record that they went out.
    #[command(subcommand)]
    Letter(crate::letters::LetterCommand),
    /// The register of those whose identity could not be verified.
    #[command(subcommand)]
    Register(crate::letters::RegisterCommand),
    /// List records that may be one customer; keep two apart, merge them, take a merge back.
    #[command(subcommand)]
    Duplicates(crate::likeness::DuplicatesCommand),
    /// List what unrelated customers share: IP addresses, means of payment, telephone numbers, addresses, e-mail.
    #[command(
        after_help = "Example:\n  cipdesk-cli radar Acme.cipdesk --kind ip\n  cipdesk-cli radar Acme.cipdesk --customer C-000012"
    )]
    Radar {
        /// The vault's folder.
        vault: PathBuf,
        /// Only what this customer shares.
        #[arg(long, value_name = "REF")]
        customer: Option<String>,
        /// Only one kind.
        #[arg(long, value_parser = ["ip", "payment", "phone", "address", "document", "email", "registration"])]
        kind: Option<String>,
    },
    /// List who may be disposed of, hold records back, dispose of them.
    #[command(subcommand)]
    Retention(crate::retention::RetentionCommand),
    /// Draft, fill in, validate, approve, seal, export and compare filings; record their sending and what came back.
    #[command(subcommand)]
    Filing(crate::filing::FilingCommand),
    /// Verify a signed bundle; take those of others into a record, list and show them.
    #[command(subcommand)]
    Bundle(crate::bundle::BundleCommand),
    /// Ask resellers by a file: make the page, take the signed answer in, compare its key, enter it in the register.
    #[command(subcommand)]
    Intake(crate::intake::IntakeCommand),
    /// The address book of keys that sign bundles: list, trust, withdraw, export; bind an OpenSSH key of your own.
    #[command(subcommand)]
    Signer(crate::bundle::SignerCommand),
    /// Check any BagIt bag; needs no vault.
    #[command(subcommand)]
    Bag(BagCommand),
    /// Export the journal.
    #[command(subcommand)]
    Journal(crate::journal::JournalCommand),
    /// Print completions for a shell.
    #[command(
        after_help = "Example:\n  cipdesk-cli completions bash > /etc/bash_completion.d/cipdesk-cli"
    )]
    Completions {
        /// bash, zsh, fish, elvish or powershell.
        shell: clap_complete::Shell,
    },
    /// Print the man page.
    #[command(after_help = "Example:\n  cipdesk-cli man > cipdesk-cli.1")]
    Man,
}

#[derive(Subcommand)]
pub(crate) enum VaultCommand {
    /// Make a vault.
    #[command(
        after_help = "Example:\n  cipdesk-cli vault create Acme.cipdesk --org \"Acme Cloud LLC\" --role provider --zone America/New_York --staff \"Ana Lima\" --recovery-sheet sheet.txt"
    )]
    Create {
        /// The new folder, ending in .cipdesk.
        vault: PathBuf,
        /// The organization's legal name.
        #[arg(long)]
        org: String,
        /// What the organization is.
        #[arg(long, value_parser = ["provider", "us_reseller", "foreign_reseller"])]
        role: String,
        /// Its time zone, by IANA name.
        #[arg(long, value_name = "TZ")]
        zone: String,
        /// The first member's label in the folder.
        #[arg(long, default_value = "staff-1")]
        label: String,
        /// Write the recovery sheet here; without it, it goes to standard error.
        #[arg(long, value_name = "FILE")]
        recovery_sheet: Option<PathBuf>,
    },
    /// Counts, pack, last backup, open clocks.
    #[command(after_help = "Example:\n  cipdesk-cli vault status Acme.cipdesk --json")]
    Status {
        /// The vault's folder.
        vault: PathBuf,
    },
    /// Check database pages, journal with its signatures, tables against the replay, and every document's hash.
    #[command(after_help = "Example:\n  cipdesk-cli vault check Acme.cipdesk")]
    Check {
        /// The vault's folder.
        vault: PathBuf,
        /// Say that the signature over each entry was verified, which it always is.
        #[arg(long)]
        signatures: bool,
    },
    /// Go on with a vault that is not the one this computer remembers, such as a backup that was put back.
    #[command(
        after_help = "Example:\n  cipdesk-cli vault accept Acme.cipdesk --reason \"The disk failed; this is Friday's backup\"\n\nUntil then it is open for reading only (V-09)."
    )]
    Accept {
        /// The vault's folder.
        vault: PathBuf,
        /// Why it is the right one; kept in the journal.
        #[arg(long)]
        reason: String,
    },
    /// Write a consistent copy, which opens like any vault and was checked; `vault restore` copies it back.
    #[command(
        after_help = "Example:\n  cipdesk-cli vault backup Acme.cipdesk /media/stick/Acme-2026-11-24.cipdesk --keep 7\n\nWith --keep, older backups of the same vault in the same folder are removed until so many are left, the new one among them.\nA backup that was opened for writing since is a vault of its own and stays."
    )]
    Backup {
        /// The vault's folder.
        vault: PathBuf,
        /// The new folder.
        dest: PathBuf,
        /// Keep so many backups of this vault beside it, at least 1.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        keep: Option<u32>,
    },
    /// Write everything to a new folder in clear: journal, records, access records, documents. Documented; `vault import` reads it.
    #[command(
        after_help = "Example:\n  cipdesk-cli vault export Acme.cipdesk /secure/acme-export\n\nEverything in that folder is readable by whoever has it, identity documents too. README.txt beside the files says what each is."
    )]
    Export {
        /// The vault's folder.
        vault: PathBuf,
        /// The new folder.
        dest: PathBuf,
    },
    /// Make a new vault of a full export: the same journal, records and documents under other keys.
    #[command(
        after_help = "Example:\n  cipdesk-cli vault import /secure/acme-export New.cipdesk --staff staff-1 --recovery-sheet sheet.txt\n\nWho takes it in (--staff, a label of the old vault) administers it, under the passphrase that is given. Other members have no keys\nin it and are recorded as gone until they are added again."
    )]
    Import {
        /// The export's folder.
        export: PathBuf,
        /// The new vault's folder.
        vault: PathBuf,
        /// Write the recovery sheet here; without it, it goes to standard error.
        #[arg(long, value_name = "FILE")]
        recovery_sheet: Option<PathBuf>,
    },
    /// The backups in a folder, the oldest first, as they say it of themselves.
    #[command(after_help = "Example:\n  cipdesk-cli vault backups /media/stick --json")]
    Backups {
        /// The folder that the backups lie in.
        folder: PathBuf,
    },
    /// Copy a backup to a new folder, open it there and check it whole; the backup is only read.
    #[command(
        after_help = "Example:\n  cipdesk-cli vault restore /media/stick/Acme-2026-11-24.cipdesk Acme.cipdesk\n\nThe passphrase is the one of the day of the backup. Nothing is written over. Where this computer remembers later entries,\nthe restored vault is read until somebody says why it is the right one (vault accept)."
    )]
    Restore {
        /// The backup's folder.
        backup: PathBuf,
        /// The new vault's folder.
        dest: PathBuf,
        /// Restore it although something in it does not hold.
        #[arg(long)]
        damaged: bool,
    },
}

#[derive(Subcommand)]
pub(crate) enum AccessCommand {
    /// Import an access log: CSV, JSON lines, CloudTrail, Azure or Google Cloud, plain or gzipped, recognized from content.
    #[command(
        after_help = "Example:\n  cipdesk-cli access import Acme.cipdesk trail.json.gz\n  cipdesk-cli access import Acme.cipdesk logins.csv --account acct-4711\n\nColumns of a CSV file: account, time, ip, action, event_id. The same record twice counts once. Records without an address, and\nrecords of accounts that nobody has, are kept and counted. A large file that was stopped goes on where it stopped when it is\nimported again."
    )]
    Import {
        /// The vault's folder.
        vault: PathBuf,
        /// The log.
        file: PathBuf,
        /// The account of every record, whatever the file says: its number, or a customer with one account.
        #[arg(long, value_name = "REF")]
        account: Option<String>,
        /// Which column is what: a file in TOML, or the name under which it was saved.
        #[arg(long, value_name = "MAP.toml|NAME")]
        map: Option<PathBuf>,
        /// Save that mapping in the vault under a name.
        #[arg(long, value_name = "NAME", requires = "map")]
        save_map: Option<String>,
        /// Leave bad records out, and list them in a report beside the file.
        #[arg(long)]
        skip_bad_rows: bool,
        /// After how many records what was read is kept: what a loss of power can cost. About a million where nothing is said.
        #[arg(long, value_name = "RECORDS", value_parser = clap::value_parser!(u64).range(1..))]
        keep_every: Option<u64>,
    },
    /// List access records, the newest first; times are UTC.
    #[command(
        after_help = "Example:\n  cipdesk-cli access list Acme.cipdesk --ip 203.0.113.0/24 --from 2026-11-01 --to-day 2026-11-24"
    )]
    List {
        /// The vault's folder.
        vault: PathBuf,
        #[command(flatten)]
        asked: AccessAsked,
        /// How many at most, to 1,000.
        #[arg(long, default_value_t = 200)]
        limit: u32,
    },
    /// Write access records as CSV, and beside it the proof that they are what was imported.
    #[command(
        after_help = "Example:\n  cipdesk-cli access export Acme.cipdesk --account acct-4711 --to access.csv\n\nThe proof, access.csv.proof.json, names the file's hash, the imports, and the journal's signed checkpoint."
    )]
    Export {
        /// The vault's folder.
        vault: PathBuf,
        #[command(flatten)]
        asked: AccessAsked,
        /// The new file.
        #[arg(long, value_name = "FILE.csv")]
        to: PathBuf,
    },
}

/// Which access records.
#[derive(clap::Args)]
pub(crate) struct AccessAsked {
    /// The provider's account number.
    #[arg(long)]
    account: Option<String>,
    /// An address, or a network.
    #[arg(long, value_name = "IP|CIDR")]
    ip: Option<String>,
    /// From this day in the vault's zone, or this instant, on.
    #[arg(long, value_name = "INSTANT-OR-DATE")]
    from: Option<String>,
    /// Through this day, or before this instant.
    #[arg(long, value_name = "INSTANT-OR-DATE")]
    to_day: Option<String>,
    /// A part of the action's name.
    #[arg(long)]
    action: Option<String>,
}

impl AccessAsked {
    pub(crate) fn request(self, limit: u32) -> contract::AccessListReq {
        contract::AccessListReq {
            account: self.account,
            ip: self.ip,
            from: self.from,
            to: self.to_day,
            action: self.action,
            offset: 0,
            limit,
        }
    }
}

#[derive(Subcommand)]
pub(crate) enum CustomerCommand {
    #[command(flatten)]
    Conduct(crate::conduct::ConductCommand),
    /// Take a step of a customer's case; what forbids it is said.
    #[command(
        after_help = "Example:\n  cipdesk-cli customer advance Acme.cipdesk C-000012 --to unverified --note \"Three attempts; nothing came\"\n  cipdesk-cli customer advance Acme.cipdesk C-000012 --to restricted --note \"No GPU; logs read weekly\" --review-on 2026-12-31\n\nA step that needs an approval asks for the passphrase again."
    )]
    Advance {
        /// The vault's folder.
        vault: PathBuf,
        /// The customer.
        #[arg(value_name = "REF")]
        customer: String,
        /// The state it leads to.
        #[arg(long, value_name = "STATE")]
        to: String,
        /// What has to be written down for it.
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
        /// When the terms of a restriction are looked at again.
        #[arg(long, value_name = "DATE")]
        review_on: Option<String>,
        /// The day it happened; today unless given.
        #[arg(long, value_name = "DATE")]
        on: Option<String>,
        /// Why one person alone approves.
        #[arg(long = "override", id = "override_reason", value_name = "REASON")]
        override_reason: Option<String>,
        /// Why the case is closed over what is still open.
        #[arg(long, value_name = "REASON")]
        leave_open: Option<String>,
        /// The text that the note was made of: see `letter memo`.
        #[arg(long, value_name = "TEXT")]
        memo: Option<String>,
    },
    /// Import customers, or their owners, from CSV, XLSX, BODS 0.4 or FollowTheMoney; importing the same file again changes nothing.
    #[command(
        after_help = "Example:\n  cipdesk-cli customer import Acme.cipdesk customers.csv --dry-run\n  cipdesk-cli customer import Acme.cipdesk register.xlsx --sheet Owners\n  cipdesk-cli customer import Acme.cipdesk entities.ftm.jsonl --skip-bad-rows\n\nA file with the columns customer and owner_name lists owners. JSON statements of the Beneficial Ownership Data Standard and JSON lines of\nFollowTheMoney are recognized from content: whoever owns and directs nobody in the file is a customer. The mapping file is TOML:\n  [columns]\n  \"Company\" = \"name\"\n  \"Land\" = \"country\""
    )]
    Import {
        /// The vault's folder.
        vault: PathBuf,
        /// The CSV, XLSX, BODS or FollowTheMoney file.
        file: PathBuf,
        /// The sheet of an XLSX file; the first one unless named.
        #[arg(long, value_name = "NAME")]
        sheet: Option<String>,
        /// Which column is what, in TOML. Without it: as saved for a file with this header, else by the columns' names.
        #[arg(long, value_name = "MAP.toml")]
        map: Option<PathBuf>,
        /// Save the mapping in the vault under a name, for the next file with this header.
        #[arg(long, value_name = "NAME")]
        save_map: Option<String>,
        /// Check everything, write nothing.
        #[arg(long)]
        dry_run: bool,
        /// Leave bad rows out, and write them to a report beside the file.
        #[arg(long)]
        skip_bad_rows: bool,
    },
    /// Print the customer file to a PDF: identity, owners, decisions, verification, discrepancies, letters, timeline.
    #[command(
        after_help = "Example:\n  cipdesk-cli customer print Acme.cipdesk C-000012 --to C-000012.pdf\n\nMasked values stay masked. The file is readable by you alone, and never written over."
    )]
    Print {
        /// The vault's folder.
        vault: PathBuf,
        /// The customer.
        #[arg(value_name = "REF")]
        reference: String,
        /// The new file.
        #[arg(long, value_name = "FILE.pdf")]
        to: PathBuf,
    },
    /// Write customers to a new file, readable by you alone.
    #[command(
        after_help = "Example:\n  cipdesk-cli customer export Acme.cipdesk --to customers.csv\n  cipdesk-cli customer export Acme.cipdesk --to entities.jsonl --format ftm --country IR\n\ncsv and owners can be imported again, and hold no formulas; jsonl, ftm and bods (ownership structures) hold every value as it is."
    )]
    Export {
        /// The vault's folder.
        vault: PathBuf,
        /// The new file.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
        /// csv, owners, jsonl, ftm (FollowTheMoney) or bods (ownership structures, BODS 0.4).
        #[arg(long, default_value = "csv", value_parser = ["csv", "owners", "jsonl", "ftm", "bods"])]
        format: String,
        /// Words: `status:verifying country:CN,IR risk:>=high -tag:test "beneficial owner"`. What is not understood is named with the words there are.
        #[arg(long, value_name = "QUERY", conflicts_with_all = ["search", "status", "country", "incomplete"])]
        query: Option<String>,
        /// Names in any script, references, e-mail addresses; accents and case do not matter.
        #[arg(long)]
        search: Option<String>,
        /// Only cases in this state.
        #[arg(long)]
        status: Option<String>,
        /// Only customers of this country, by its code.
        #[arg(long, value_name = "CC")]
        country: Option<String>,
        /// Only customers of whom something required is missing.
        #[arg(long)]
        incomplete: bool,
    },
    /// List customers.
    #[command(
        after_help = "Example:\n  cipdesk-cli customer list Acme.cipdesk --search muller --status collecting\n  cipdesk-cli customer list Acme.cipdesk --risk high --by-risk"
    )]
    List {
        /// The vault's folder.
        vault: PathBuf,
        /// Words: `status:verifying country:CN,IR risk:>=high -tag:test "beneficial owner"`. What is not understood is named with the words there are.
        #[arg(long, value_name = "QUERY", conflicts_with_all = ["search", "status", "risk"])]
        query: Option<String>,
        /// Names in any script, references, e-mail addresses; accents and case do not matter.
        #[arg(long)]
        search: Option<String>,
        /// Only cases in this state.
        #[arg(long)]
        status: Option<String>,
        /// Only customers of this risk tier; may be given several times.
        #[arg(long, value_name = "TIER")]
        risk: Vec<String>,
        /// The highest risk first.
        #[arg(long)]
        by_risk: bool,
        /// At most so many rows.
        #[arg(long)]
        limit: Option<u32>,
    },
    /// Show one customer, whole.
    #[command(after_help = "Example:\n  cipdesk-cli customer show Acme.cipdesk C-000001")]
    Show {
        /// The vault's folder.
        vault: PathBuf,
        /// C-000001, or your own reference.
        reference: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum ImportCommand {
    /// List every import, the newest first.
    #[command(after_help = "Example:\n  cipdesk-cli import list Acme.cipdesk")]
    List {
        /// The vault's folder.
        vault: PathBuf,
    },
    /// Take an import back as one, until something builds on it; the journal keeps both.
    #[command(after_help = "Example:\n  cipdesk-cli import undo Acme.cipdesk 12")]
    Undo {
        /// The vault's folder.
        vault: PathBuf,
        /// The import's place in the journal, as the list shows it.
        import: u32,
    },
}

/// A review as it is written on the command line.
#[derive(clap::Args)]
pub(crate) struct ReviewArgs {
    /// The vault's folder.
    pub(crate) vault: PathBuf,
    /// The document's id.
    pub(crate) document: String,
    /// Whom it is about, where it is an owner: O-1.
    #[arg(long, value_name = "ID")]
    pub(crate) about: Option<String>,
    /// What was read, field by field: expires_on=2031-05.
    #[arg(long, value_name = "FIELD=VALUE")]
    pub(crate) read: Vec<String>,
    /// Fields whose values are taken over into the customer's record.
    #[arg(long, value_name = "FIELD", value_delimiter = ',')]
    pub(crate) take: Vec<String>,
    /// A file with the lines of the machine-readable zone.
    #[arg(long, value_name = "FILE")]
    pub(crate) mrz: Option<PathBuf>,
    /// Items of the checklist that hold.
    #[arg(long, value_name = "ITEM", value_delimiter = ',')]
    pub(crate) yes: Vec<String>,
    /// Items that do not hold.
    #[arg(long, value_name = "ITEM", value_delimiter = ',')]
    pub(crate) no: Vec<String>,
    /// Items that do not apply.
    #[arg(long, value_name = "ITEM", value_delimiter = ',')]
    pub(crate) not_applicable: Vec<String>,
    /// How it was seen: scan, original, video, certified.
    #[arg(long, value_name = "HOW", default_value = "scan")]
    pub(crate) seen: String,
    /// accept, ask_again or reject.
    #[arg(long, value_name = "DECISION")]
    pub(crate) decide: Option<String>,
    /// Why it is asked for again or rejected: not_legible, cut_off, expired, altered, ...
    #[arg(long, value_name = "CODE")]
    pub(crate) reason: Option<String>,
    /// What the customer is told.
    #[arg(long, value_name = "TEXT")]
    pub(crate) to_customer: Option<String>,
    /// For the record alone.
    #[arg(long, value_name = "TEXT")]
    pub(crate) internal: Option<String>,
    /// Record a documentary verification when it is accepted.
    #[arg(long)]
    pub(crate) verify: bool,
    /// The special situation, by the rule pack's id.
    #[arg(long, value_name = "ID")]
    pub(crate) situation: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum DocumentCommand {
    /// Attach a document to a record.
    #[command(
        after_help = "Example:\n  cipdesk-cli document add Acme.cipdesk C-000001 passport.jpg --type passport"
    )]
    Add {
        /// The vault's folder.
        vault: PathBuf,
        /// The customer, reseller or case.
        reference: String,
        /// The file.
        file: PathBuf,
        /// passport, national_id, registry_extract, cip, other, ...
        #[arg(long = "type", value_name = "TYPE")]
        kind: String,
        /// The document in whose place it comes, as a newer version; both stay.
        #[arg(long, value_name = "DOCUMENT-ID")]
        replaces: Option<String>,
    },
    /// List a customer's documents with their reviews.
    #[command(after_help = "Example:\n  cipdesk-cli document list Acme.cipdesk C-000001")]
    List {
        /// The vault's folder.
        vault: PathBuf,
        /// The customer.
        reference: String,
    },
    /// Show a document, what a review asks of it, and its reviews; numbers are masked.
    #[command(after_help = "Example:\n  cipdesk-cli document show Acme.cipdesk 3f9c0b...")]
    Show {
        /// The vault's folder.
        vault: PathBuf,
        /// The document's id.
        document: String,
    },
    /// Compare what was read with what the customer says, and decide; without --decide nothing is recorded.
    #[command(
        after_help = "Example:\n  cipdesk-cli document review Acme.cipdesk 3f9c0b... --read full_name='Juergen Mueller' --read document_number=C01X00T47 \\\n    --read issuing_country=D --mrz zone.txt --yes legible,corners,not_expired,name_matches,mrz,number_format,untouched --not-applicable second_address --decide accept"
    )]
    Review(Box<ReviewArgs>),
    /// Write a document to a new file.
    #[command(
        after_help = "Example:\n  cipdesk-cli document extract Acme.cipdesk 3f9c0b... --to passport.jpg"
    )]
    Extract {
        /// The vault's folder.
        vault: PathBuf,
        /// The document's id.
        document: String,
        /// The new file.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
}

#[derive(Subcommand)]
pub(crate) enum RequestCommand {
    /// Record a Department request for resellers' CIPs: the ten-day clock starts, the F4 is drafted.
    #[command(
        after_help = "Example:\n  cipdesk-cli request open Acme.cipdesk --received 2026-11-23 --reseller RS-0001 --reference BIS-2026-118 --how Letter --file letter.pdf"
    )]
    Open {
        /// The vault's folder.
        vault: PathBuf,
        /// When it was received: a day or an instant.
        #[arg(long, value_name = "INSTANT-OR-DATE")]
        received: String,
        /// Whose CIP is asked for; may be given several times.
        #[arg(long, required = true, num_args = 1..)]
        reseller: Vec<String>,
        /// The Department's reference.
        #[arg(long, value_name = "TEXT")]
        reference: String,
        /// How it arrived.
        #[arg(long, value_name = "TEXT")]
        how: Option<String>,
        /// What arrived; may be given several times.
        #[arg(long, value_name = "FILE", num_args = 1..)]
        file: Vec<PathBuf>,
    },
}

#[derive(Subcommand)]
pub(crate) enum EvidenceCommand {
    /// Record evidence that a reseller failed: the thirty-day clock counts from its receipt.
    #[command(
        after_help = "Example:\n  cipdesk-cli evidence open Acme.cipdesk --reseller RS-0001 --received 2026-11-20 --summary \"No CIP is applied to trial accounts\""
    )]
    Open {
        /// The vault's folder.
        vault: PathBuf,
        /// The reseller.
        #[arg(long)]
        reseller: String,
        /// When the evidence was received: a day or an instant.
        #[arg(long, value_name = "INSTANT-OR-DATE")]
        received: String,
        /// What it is, in a sentence.
        #[arg(long, value_name = "TEXT")]
        summary: String,
        /// A signal that has to be assessed first: its clock is provisional, and counts from the same day.
        #[arg(long)]
        signal: bool,
    },
}

#[derive(Subcommand)]
pub(crate) enum BagCommand {
    /// Check any BagIt 0.97 or 1.0 bag, folder or zip, signed or not.
    #[command(after_help = "Example:\n  cipdesk-cli bag check some-bag")]
    Check {
        /// The bag.
        path: PathBuf,
    },
}
