//! Customers taken in, found, checked and counted, and their clocks, at three sizes.

use super::{Bench, Dice, Outcome};
use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::Path,
};

/// Customers whose accounts were closed: each starts a clock.
fn closed_accounts(path: &Path, rows: u32) -> Outcome<()> {
    let mut text = "external_id,party_type,name,country,account_ids,account_closed\n".to_owned();
    for n in 0..rows {
        let _ = writeln!(
            text,
            "x{n},person,Person {n},DE,acct-{n},20{:02}-{:02}-{:02}",
            20 + n % 6,
            1 + n % 12,
            1 + n % 28
        );
    }
    fs::write(path, text).map_err(|why| why.to_string())
}

/// Every running clock worked out anew by another version of its pack, with the arithmetic in words: what a person is shown before
/// taking that version in.
pub(super) fn clocks(bench: &mut Bench) -> Outcome<()> {
    let shipped = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../rules/us-iaas-nprm-2024.toml"
    );
    let pack = fs::read_to_string(shipped)
        .map_err(|why| why.to_string())?
        .replacen("version = \"1.0.1\"", "version = \"1.1.0\"", 1)
        .replacen(
            "title = \"Retention\"\nn = 2",
            "title = \"Retention\"\nn = 3",
            1,
        );
    fs::write(bench.path("next.toml"), pack).map_err(|why| why.to_string())?;
    let sizes: &[u32] = if bench.quick {
        &[1_000, 10_000]
    } else {
        &[1_000, 10_000, 100_000]
    };
    for size in sizes {
        let (csv, vault) = (format!("c{size}.csv"), format!("C{size}.cipdesk"));
        closed_accounts(&bench.path(&csv), *size)?;
        bench.vault(&vault)?;
        bench.time(&mut bench.cli(&["customer", "import", &vault, &csv]))?;
        let nothing = bench.best(&mut bench.cli(&["pack", "list", &vault]))?;
        let mut list = bench.best(&mut bench.cli(&["clock", "list", &vault, "--json"]))?;
        list.0 -= nothing.0;
        bench.row(
            "clocks listed",
            size.to_string(),
            list,
            None,
            "without unlocking",
        );
        let mut again = bench.best(&mut bench.cli(&[
            "pack",
            "adopt",
            &vault,
            "next.toml",
            "--dry-run",
            "--json",
        ]))?;
        again.0 -= nothing.0;
        let days = format!(
            "sqlite3 :memory: \"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {size}) SELECT date('2020-01-01', i || ' days', '+3 years') FROM n\""
        );
        let beside = bench.best(&mut bench.shell(&days))?;
        bench.row(
            "clocks worked out anew, two dates each",
            size.to_string(),
            again,
            Some(beside.0),
            "sqlite3's date(), without words, zones or a record; ours without unlocking",
        );
    }
    Ok(())
}

/// A register of invented persons, the same every time.
pub(crate) fn register(path: &Path, rows: u32) -> Outcome<()> {
    register_after(path, rows, 0)
}

/// The same register after each of its persons has changed the number of the telephone so many times.
fn register_after(path: &Path, rows: u32, changes: u32) -> Outcome<()> {
    const GIVEN: &[&str] = &[
        "Anna",
        "Jürgen",
        "Mariam",
        "Oluwaseun",
        "Søren",
        "Thảo",
        "Ying",
        "Zoë",
        "Łukasz",
        "Amélie",
    ];
    const FAMILY: &[&str] = &[
        "Müller", "Öberg", "Nguyễn", "Okafor", "Żak", "Silva", "Tanaka", "Haddad", "O'Neill",
        "Ferreira",
    ];
    const COUNTRIES: &[&str] = &["DE", "SE", "VN", "NG", "PL", "BR", "JP", "LB", "IE", "PT"];
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut out = BufWriter::new(File::create(path).map_err(|why| why.to_string())?);
    let mut text =
        "external_id,party_type,name,country,emails,phones,us_person,street,city\n".to_owned();
    for n in 0..rows {
        let (given, family, country) = (dice.one(GIVEN), dice.one(FAMILY), dice.one(COUNTRIES));
        let _ = writeln!(
            text,
            "x{n},person,{given} {family} {n},{country},p{n}@example.com,+49401{:06},no,{} Main Street,Town {}",
            (n + changes) % 1_000_000,
            n % 400,
            n % 97
        );
        if text.len() > 1 << 20 {
            out.write_all(text.as_bytes())
                .map_err(|why| why.to_string())?;
            text.clear();
        }
    }
    out.write_all(text.as_bytes())
        .map_err(|why| why.to_string())
}

/// The same rows into a plain file: tables with the same columns and indexes, the marks by which records are found beside each other, and the
/// search index. No journal, nothing checked, nothing encrypted.
const PLAIN_CUSTOMERS: &str = r#"
import csv, json, re, sqlite3, sys
db = sqlite3.connect(sys.argv[2])
db.executescript("""PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
CREATE TABLE customer (id INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, external_id TEXT UNIQUE, kind TEXT, name TEXT, name_fold TEXT, name_original TEXT, country TEXT, us_status TEXT, status TEXT, risk TEXT, risk_rank INTEGER, missing INTEGER, changed_at INTEGER, body TEXT);
CREATE INDEX a ON customer (name_fold, id); CREATE INDEX b ON customer (country, id); CREATE INDEX c ON customer (status, id); CREATE INDEX d ON customer (us_status, id); CREATE INDEX e ON customer (missing, id); CREATE INDEX f ON customer (changed_at, id); CREATE INDEX g ON customer (risk_rank, id);
CREATE INDEX h ON customer (status, country, us_status, kind, risk, missing, risk_rank, changed_at, name_fold, ref);
CREATE TABLE mark (kind TEXT NOT NULL, value TEXT NOT NULL, customer INTEGER NOT NULL, part TEXT NOT NULL, PRIMARY KEY (kind, value, customer, part)) WITHOUT ROWID;
CREATE INDEX i ON mark (customer);
CREATE VIRTUAL TABLE search USING fts5 (text, content = '', prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2');""")
with db, open(sys.argv[1], newline='') as file:
    for n, row in enumerate(csv.DictReader(file), 1):
        name = row['name'].lower()
        db.execute('INSERT INTO customer VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)', (n, 'C-%06d' % n, row['external_id'], row['party_type'], row['name'], name, None, row['country'], 'foreign', 'draft', None, 0, 5, 0, json.dumps(row)))
        db.execute('INSERT INTO search (rowid, text) VALUES (?,?)', (n, ' '.join(row.values())))
        marks = (('name', ' '.join(sorted(name.split()))), ('sound', re.sub('[aeiouhwy]', '', name)), ('email', row['emails']), ('phone', row['phones'].lstrip('+')), ('address', (row['street'] + ' ' + row['city']).lower()), ('external', row['external_id']))
        db.executemany('INSERT INTO mark VALUES (?,?,?,?)', ((kind, value, n, '') for kind, value in marks))
"#;

pub(super) fn customers(bench: &mut Bench) -> Outcome<()> {
    fs::write(bench.path("plain.py"), PLAIN_CUSTOMERS).map_err(|why| why.to_string())?;
    let sizes: &[u32] = if bench.quick {
        &[1_000, 10_000]
    } else {
        &[1_000, 10_000, 100_000]
    };
    for size in sizes {
        let (csv, vault, plain) = (
            format!("r{size}.csv"),
            format!("V{size}.cipdesk"),
            format!("p{size}.db"),
        );
        register(&bench.path(&csv), *size)?;
        bench.vault(&vault)?;
        // What is compared is the work: neither the passphrase function nor the start of Python belongs to it.
        let mut ours = bench.time(&mut bench.cli(&["customer", "import", &vault, &csv]))?;
        let mut beside = bench
            .best(&mut bench.shell(&format!("rm -f {plain}* && python3 plain.py {csv} {plain}")))?;
        let unlock = bench.best(&mut bench.cli(&["vault", "status", &vault]))?;
        let python =
            bench.best(&mut bench.shell("python3 -c 'import csv, json, re, sqlite3, sys'"))?;
        ours.0 -= unlock.0;
        beside.0 -= python.0;
        bench.row(
            "import customers",
            size.to_string(),
            ours,
            Some(beside.0),
            "sqlite3 with the same indexes, its best of three; each beyond its start, ours beyond unlocking",
        );
        let again = bench.time(&mut bench.cli(&["customer", "import", &vault, &csv]))?;
        bench.row(
            "import the same file again",
            size.to_string(),
            again,
            None,
            "",
        );
        let unlock = bench.best(&mut bench.cli(&["vault", "status", &vault]))?;
        bench.row("start, unlock, counts", size.to_string(), unlock, None, "");
        for (work, search) in [
            ("search a name, first 50", "okafor"),
            ("search one person", "x77"),
        ] {
            let found = bench.best(&mut bench.cli(&[
                "customer", "list", &vault, "--search", search, "--limit", "50", "--json",
            ]))?;
            bench.row(
                work,
                size.to_string(),
                ((found.0 - unlock.0).max(0.0), found.1),
                None,
                "beyond start and unlock",
            );
        }
        let check = bench.time(&mut bench.cli(&["vault", "check", &vault]))?;
        bench.row("vault check", size.to_string(), check, None, "");
        bench.questions(&vault, &size.to_string(), false)?;
    }
    Ok(())
}

/// A journal with ten entries for each customer, checked: `vault check`, and the walk through the journal alone.
pub(super) fn journal(bench: &mut Bench) -> Outcome<()> {
    const CHANGES: u32 = 9;
    let sizes: &[u32] = if bench.quick {
        &[100, 1_000]
    } else {
        &[1_000, 10_000, 100_000]
    };
    for size in sizes {
        let (csv, vault) = ("changes.csv", format!("E{size}.cipdesk"));
        bench.vault(&vault)?;
        let mut last = (0.0, 0.0);
        for changes in 0..=CHANGES {
            register_after(&bench.path(csv), *size, changes)?;
            last = bench.time(&mut bench.cli(&["customer", "import", &vault, csv]))?;
        }
        let unlock = bench.best(&mut bench.cli(&["vault", "status", &vault]))?;
        last.0 -= unlock.0;
        bench.row(
            "change every customer by an import",
            size.to_string(),
            last,
            None,
            "the ninth time; beyond start and unlock",
        );
        let entries = (size * (1 + CHANGES)).to_string();
        let check = bench.time(&mut bench.cli(&["vault", "check", &vault]))?;
        let note = "ten entries a customer, replayed and compared with every table";
        bench.row(
            "vault check, by entries",
            entries.clone(),
            check,
            None,
            note,
        );
        bench.journal(&vault, &entries)?;
    }
    Ok(())
}
