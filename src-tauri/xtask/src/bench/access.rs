//! Access records taken in and asked for, up to ten million.

use super::{Bench, Dice, Outcome};
use std::{
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::Path,
};

const PLAIN_ACCESS: &str = r#"
import csv, sqlite3, sys, datetime
db = sqlite3.connect(sys.argv[2])
db.executescript("""PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
CREATE TABLE access (account TEXT, at_ms INTEGER, ip BLOB, action TEXT, event TEXT UNIQUE);
CREATE INDEX a ON access (account, at_ms); CREATE INDEX b ON access (ip);""")
import socket
with db, open(sys.argv[1], newline='') as file:
    rows = csv.reader(file); next(rows)
    db.executemany('INSERT INTO access VALUES (?,?,?,?,?)', ((a, int(datetime.datetime.fromisoformat(t).timestamp() * 1000), socket.inet_aton(ip), what, e) for a, t, ip, what, e in rows))
"#;

pub(super) fn access(bench: &mut Bench) -> Outcome<()> {
    fs::write(bench.path("access.py"), PLAIN_ACCESS).map_err(|why| why.to_string())?;
    let sizes: &[u32] = if bench.quick {
        &[10_000, 100_000]
    } else if bench.full {
        &[100_000, 1_000_000, 10_000_000]
    } else {
        &[10_000, 100_000, 1_000_000]
    };
    for size in sizes {
        let mut dice = Dice(0x2545_F491_4F6C_DD1D);
        let (log, vault) = (format!("log{size}.csv"), format!("A{size}.cipdesk"));
        let file = File::create(bench.path(&log)).map_err(|why| why.to_string())?;
        let mut text = BufWriter::new(file);
        text.write_all(b"account,time,ip,action,event_id\n")
            .map_err(|why| why.to_string())?;
        for n in 0..*size {
            let roll = dice.next();
            let account = roll % 2000;
            // Nine in ten come from one of the account's eight usual addresses.
            let from = if (roll / 31).is_multiple_of(10) {
                dice.next()
            } else {
                account.wrapping_mul(0x9E37_79B9_7F4A_7C15)
                    ^ (roll / 37 % 8).wrapping_mul(0xD1B5_4A32_D192_ED03)
            };
            writeln!(
                text,
                "acct-{account},2026-{:02}-{:02}T{:02}:{:02}:{:02}+00:00,10.{}.{}.{},login,e{n}",
                1 + roll % 9,
                1 + roll / 7 % 28,
                roll / 11 % 24,
                roll / 13 % 60,
                roll / 17 % 60,
                from / 19 % 256,
                from / 23 % 256,
                from / 29 % 256
            )
            .map_err(|why| why.to_string())?;
        }
        text.flush().map_err(|why| why.to_string())?;
        bench.vault(&vault)?;
        let before = size_of(&bench.path(&vault));
        let ours = bench.time(&mut bench.cli(&["access", "import", &vault, &log]))?;
        let grown = size_of(&bench.path(&vault)).saturating_sub(before);
        let beside =
            bench.time(&mut bench.shell(&format!("python3 access.py {log} a{size}.db")))?;
        let plain = fs::metadata(bench.path(&format!("a{size}.db"))).map_or(0, |facts| facts.len());
        bench.row(
            "import access records",
            size.to_string(),
            ours,
            Some(beside.0),
            format!(
                "sqlite3 with the same indexes; {} bytes a row, plain {}",
                grown / u64::from(*size),
                plain / u64::from(*size)
            ),
        );
        bench.questions(&vault, &size.to_string(), true)?;
        for used in [log, vault, format!("a{size}.db")] {
            let used = bench.path(&used);
            let _ = fs::remove_dir_all(&used).or_else(|_| fs::remove_file(&used));
        }
    }
    Ok(())
}

fn size_of(folder: &Path) -> u64 {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .fold(0, |sum, entry| {
            sum + entry.metadata().map_or(0, |facts| {
                if facts.is_dir() {
                    size_of(&entry.path())
                } else {
                    facts.len()
                }
            })
        })
}
