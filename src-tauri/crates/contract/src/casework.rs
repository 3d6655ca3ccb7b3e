//! Worksheets of training runs, sweeps of special measures, counts of certifications: what a case holds beyond its steps.

views! {
    /// An assumption of a worksheet, as it was typed.
    AssumptionView {
        /// Its id.
        id: String,
        /// What a person reads.
        label: String,
        /// The unit, or empty.
        unit: String,
        /// At least.
        low: String,
        /// Most likely.
        likely: String,
        /// At most.
        high: String,
        /// Who or what says so.
        source: String,
    }
    /// One run of a worksheet.
    RunView {
        /// Its id.
        id: String,
        /// What a person calls it.
        label: String,
        /// hardware or model.
        method: String,
        /// The formula in words.
        formula: String,
        /// The account.
        account: Option<String>,
        /// The model of accelerator, by id of a rule pack.
        hardware: Option<String>,
        /// The assumptions.
        assumptions: Vec<AssumptionView>,
        /// Operations: low, likely, high, for reading; empty while something is missing.
        operations: Vec<String>,
    }
    /// A fact of the cluster.
    ClusterFact {
        /// The field of the report.
        id: String,
        /// What a person reads.
        label: String,
        /// yes, no, a number, or empty where nobody knows.
        value: String,
        /// Who or what says so.
        source: String,
        /// What the pack compares it with.
        compared: String,
    }
    /// A model of accelerator that a worksheet can begin from.
    HardwareChoice {
        /// Its id.
        id: String,
        /// What a person reads.
        label: String,
        /// Operations a second at most.
        peak: String,
        /// Where that stands.
        source: String,
        /// seen, memory, memory-low, design.
        confidence: String,
    }
    /// The worksheet of a case, with what it comes to.
    WorksheetView {
        /// The case.
        r#ref: String,
        /// Nothing was kept yet.
        empty: bool,
        /// It may be changed.
        open: bool,
        /// The runs.
        runs: Vec<RunView>,
        /// What is known of the cluster.
        facts: Vec<ClusterFact>,
        /// Why the runs count together.
        together: String,
        /// All runs: low, likely, high, for reading.
        total: Vec<String>,
        /// The same, exact.
        exact: Vec<String>,
        /// covered, not_covered, uncertain.
        verdict: String,
        /// In words, with how each end would be judged.
        verdict_words: String,
        /// Not covered, and near.
        near: bool,
        /// The number it is compared with, as the pack writes it.
        threshold: Option<String>,
        /// The conditions.
        conditions: Vec<String>,
        /// The pack, its version and its words about its own force.
        pack: String,
        /// How sure the conditions are.
        confidence: String,
        /// What is wrong, run by run: nothing where it can be kept.
        faults: Vec<super::FieldProblem>,
        /// Models of accelerators.
        hardware: Vec<HardwareChoice>,
        /// Usage of the accounts of the case that was imported, and could become runs.
        usage: Vec<UsageOffer>,
    }
    /// Imported accelerator hours of an account.
    UsageOffer {
        /// The account.
        account: String,
        /// The model as schedulers name it.
        model: String,
        /// The model of a pack; absent where it is not known.
        hardware: Option<String>,
        /// Accelerator hours, exact.
        hours: String,
        /// Lines.
        lines: u32,
    }
    /// What one person's runs and usage come to.
    WatchRow {
        /// Who: a candidate, by name and country.
        name: String,
        /// Alpha-2, or empty.
        country: String,
        /// Customers behind it.
        customers: Vec<String>,
        /// Accounts.
        accounts: u32,
        /// Resellers.
        resellers: Vec<String>,
        /// Operations: low, likely, high, for reading.
        operations: Vec<String>,
        /// covered, near, below: by operations alone.
        standing: String,
        /// Cases about it.
        cases: Vec<String>,
    }
    /// Who comes near the technical conditions.
    ComputeWatch {
        /// The rows, the largest first.
        rows: Vec<WatchRow>,
        /// The number.
        threshold: Option<String>,
        /// From which part of it on a row is near.
        fraction: Option<String>,
        /// Lines of usage that were imported.
        lines: u32,
        /// Of those, how many name a model that no pack knows: they are not counted.
        unknown_model: u32,
        /// The utilisation that lines of usage are counted with.
        utilisation: String,
        /// The pack's words about its own force.
        banner: String,
    }
    /// What an import of usage did.
    UsageReport {
        /// Rows in the file.
        rows: u32,
        /// New lines.
        imported: u32,
        /// There already.
        duplicates: u32,
        /// Rows without accelerators.
        without: u32,
        /// Rows that are wrong.
        rejected: u32,
        /// What is wrong, the first hundred.
        problems: Vec<super::ImportProblem>,
    }
    /// A sweep that was run.
    SweepRow {
        /// When: RFC 3339.
        at: String,
        /// Customers, owners, payments, addresses, resellers that were looked at.
        looked_at: Vec<u32>,
        /// Customers and resellers that were found.
        found: u32,
        /// Of those, new since the last one.
        new: u32,
        /// No longer found.
        gone: Vec<String>,
        /// SHA-256 over the result.
        result_sha256: String,
        /// It was run with the query as it stands.
        current: bool,
    }
    /// The query and the sweeps of a special measure.
    SweepView {
        /// The case.
        r#ref: String,
        /// It may be changed.
        open: bool,
        /// Countries by code.
        countries: Vec<String>,
        /// Where countries are looked for.
        places: Vec<String>,
        /// Networks.
        networks: Vec<String>,
        /// Names and aliases.
        names: Vec<String>,
        /// Where countries can be looked for.
        choices: Vec<super::Choice>,
        /// Sweeps, newest first.
        sweeps: Vec<SweepRow>,
        /// Matches that wait for a decision.
        undecided: u32,
    }
    /// A country and how many.
    CountRow {
        /// Alpha-2; `--` where it is not known.
        country: String,
        /// Its name.
        name: String,
        /// How many.
        count: u32,
    }
    /// A reseller on the certification's board.
    BoardRow {
        /// The reseller.
        r#ref: String,
        /// Its name.
        name: String,
        /// Its jurisdiction.
        country: String,
        /// The CIP in force on the day.
        cip: Option<String>,
        /// In force since.
        cip_since: Option<String>,
        /// It attested in this certification: missing, received, explained; empty where it is not asked.
        attestation: String,
        /// A version of its CIP came into force after the day of the counts, or after the attestation.
        changed: bool,
        /// Accounts it could not verify, as it attests; else how many of its customers, as it last counted them up to the day of the counts.
        unverified: Option<String>,
    }
    /// A gap, with where it is closed.
    GapRow {
        /// What does not stand.
        text: String,
        /// The screen.
        href: String,
        /// Where on the case's own screen: counts, attestation, reseller; absent where it is another screen.
        part: Option<String>,
    }
    /// The counts of a certification.
    CertificationView {
        /// The case.
        r#ref: String,
        /// The counts may be frozen.
        open: bool,
        /// As of which day they are frozen; absent where they are not.
        as_of: Option<String>,
        /// SHA-256 of the frozen counts as JSON.
        sha256: Option<String>,
        /// Customers.
        customers: u32,
        /// Foreign ones.
        foreign: u32,
        /// By country.
        customers_by_country: Vec<CountRow>,
        /// Foreign beneficial owners.
        foreign_owners: u32,
        /// By country.
        owners_by_country: Vec<CountRow>,
        /// Accounts of foreign customers that are not verified.
        unverified: u32,
        /// By country.
        unverified_by_country: Vec<CountRow>,
        /// Inabilities to verify since the last certification: verified, refused, closed, restricted on terms, open.
        unverifiable: Vec<u32>,
        /// The board of resellers.
        board: Vec<BoardRow>,
        /// Gaps.
        gaps: Vec<GapRow>,
    }
}

requests! {
    /// An assumption of a worksheet.
    AssumptionReq {
        /// Its id.
        id: String,
        /// At least.
        low: String,
        /// Most likely.
        likely: String,
        /// At most.
        high: String,
        /// Who or what says so.
        source: String,
    }
    /// A run of a worksheet.
    RunReq {
        /// What a person calls it.
        label: String,
        /// hardware or model.
        method: String,
        /// The account.
        account: Option<String>,
        /// The model of accelerator.
        hardware: Option<String>,
        /// The assumptions.
        assumptions: Vec<AssumptionReq>,
    }
    /// A fact of the cluster.
    ClusterFactReq {
        /// The field of the report.
        id: String,
        /// yes, no, a number, or empty.
        value: String,
        /// Who or what says so.
        source: String,
    }
    /// Work out a worksheet, or keep it.
    WorksheetReq {
        /// The case.
        r#ref: String,
        /// The runs.
        runs: Vec<RunReq>,
        /// Facts of the cluster.
        facts: Vec<ClusterFactReq>,
        /// Why the runs count together.
        together: String,
        /// Keep it; else only work it out.
        keep: bool,
    }
    /// Import accelerator hours.
    UsageImportReq {
        /// The handle of a dropped file.
        handle: Option<String>,
        /// Leave bad rows out instead of refusing the file.
        skip_bad_rows: bool,
        /// Which column is what: theirs and ours. Absent: as saved for a file with this header, else by name.
        columns: Option<Vec<super::ColumnMapping>>,
        /// Save the mapping under this name.
        save_as: Option<String>,
    }
    /// Say what a special measure's sweep looks for.
    SweepQueryReq {
        /// The case.
        r#ref: String,
        /// Countries: codes or English names.
        countries: Vec<String>,
        /// Where countries are looked for.
        places: Vec<String>,
        /// Networks.
        networks: Vec<String>,
        /// Names and aliases.
        names: Vec<String>,
    }
    /// Freeze the counts of a certification.
    CountsFreezeReq {
        /// The case.
        r#ref: String,
        /// The day as of which they count.
        as_of: String,
    }
}
