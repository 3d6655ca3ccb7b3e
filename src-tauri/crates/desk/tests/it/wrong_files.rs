//! Files that are wrong: logs, structures, rule packs. Each is refused with its place and what to write, and nothing of it is kept.

use crate::{
    bench::{Bench, tells},
    ownership::import as structure,
};
use desk::{AccessHow, Unwatched, offer_file};
use domain::pack::RulePack;

const MAIN: &str = "us-iaas-nprm-2024";

#[test]
fn a_record_of_a_log_that_is_none_is_named_by_its_line() {
    let bench = Bench::new();
    let header = "account,time,ip,action\n";
    let good = "a,2026-03-01T08:00:00Z,203.0.113.7,login\n";
    let more = "a,2026-03-01T08:00:01Z,203.0.113.7,login,twice\n";
    let fewer = "a,2026-03-01T08:00:02Z\n";
    for (name, text, code, words) in [
        (
            "more.csv",
            format!("{header}{good}{more}"),
            "E-ACCESS-CELLS",
            ["more.csv line 3", "5 cells where the header has 4", "Quote what holds a separator"],
        ),
        (
            "fewer.csv",
            format!("{header}{good}{fewer}{good}"),
            "E-ACCESS-CELLS",
            ["fewer.csv line 3", "2 cells where the header has 4", "Quote what holds a separator"],
        ),
        (
            "number.json",
            "[{\"account\":\"a\",\"time\":\"2026-03-01T08:00:00Z\",\"ip\":\"203.0.113.7\"},7]".to_owned(),
            "E-ACCESS-RECORD",
            ["number.json record 2", "this is no record", "a JSON object"],
        ),
        (
            "other.jsonl",
            "{\"account\":\"a\",\"time\":\"2026-03-01T08:00:00Z\",\"ip\":\"203.0.113.7\"}\n{\"level\":\"info\",\"msg\":\"started\"}\n".to_owned(),
            "E-ACCESS-RECORD",
            ["other.jsonl line 2", "no access record that is known", "account, time, ip, action, event_id"],
        ),
    ] {
        let log = bench.file(name, text.as_bytes());
        let import = |bench: &Bench, how| bench.vault.access_import(&log, how, &Unwatched);
        tells(
            &bench.refused(|bench| import(bench, AccessHow::default())),
            code,
            &words,
        );
        let kept = bench.vault.read(|read| Ok(read.access_count()?)).unwrap();
        assert_eq!(kept, 0, "{name}: all or nothing");
    }
    let log = bench.file("more.csv", format!("{header}{good}{more}").as_bytes());
    let how = AccessHow {
        skip_bad_rows: true,
        ..AccessHow::default()
    };
    let report = bench.vault.access_import(&log, how, &Unwatched).unwrap();
    assert_eq!((report.imported, report.rejected), (1, 1));
}

#[test]
fn a_structure_that_is_about_nobody_is_refused() {
    let bench = Bench::new();
    let person = serde_json::json!([{"statementId": "p", "recordId": "p", "recordType": "person", "recordStatus": "new", "statementDate": "2025-01-01", "recordDetails": {"personType": "knownPerson", "names": [{"fullName": "Ada Byron"}]}}]);
    let path = bench.file("person.json", person.to_string().as_bytes());
    tells(
        &bench.refused(|bench| structure(bench, &path)),
        "E-BODS-SUBJECT",
        &[
            "person.json",
            "which organization",
            "declarationSubject",
            "Nothing was imported",
        ],
    );
}

/// Changes a text of the main pack once; what comes of it as a file.
fn offered(bench: &Bench, from: &str, to: &str) -> Result<(), desk::Error> {
    let whole = RulePack::builtin(MAIN).unwrap().toml();
    assert!(whole.contains(from), "the pack no longer holds {from}");
    let file = bench.file("mine.toml", whole.replacen(from, to, 1).as_bytes());
    offer_file(&file, "2026-03-02").map(drop)
}

#[test]
fn a_pack_whose_words_points_or_targets_cannot_be_is_refused_at_their_place() {
    let bench = Bench::new();
    let milestone = |clock: &str, day: u32, letter: &str| {
        format!(
            "[[milestone]]\nid = \"ours\"\nclock = \"{clock}\"\nlabel = \"Gathered\"\nday = {day}\n{letter}cite = \"Ours\"\nconfidence = \"design\"\n\n[[risk_tier]]\nid = \"low\""
        )
    };
    let tier = "[[risk_tier]]\nid = \"low\"";
    let banner = "banner = \"Proposed in 2024, reported withdrawn; not in force.\"";
    let countries = "test = \"country\"\nvalues = [\"CN\", \"HK\", \"MO\", \"RU\", \"BY\", \"IR\", \"KP\", \"CU\", \"SY\", \"VE\"]";
    for (code, from, to, words) in [
        (
            "E-PACK-BANNER",
            banner,
            "banner = \" \"",
            ["[pack], banner", "Say in a sentence"],
        ),
        (
            "E-PACK-MILESTONE",
            tier,
            &milestone("CLK-CIP-REQ", 2, "letter = \"love-letter\"\n"),
            ["[[milestone]] ours, letter", "Write cip-demand"],
        ),
        (
            "E-PACK-MILESTONE",
            tier,
            &milestone("CLK-CIP-REQ", 11, ""),
            ["[[milestone]] ours, day", "Write a day from 1"],
        ),
        (
            "E-PACK-MILESTONE",
            tier,
            &milestone("CLK-CIP-REQ", 0, ""),
            ["[[milestone]] ours, day", "Write a day from 1"],
        ),
        (
            "E-PACK-RISK",
            "from = 25\n",
            "from = 50\n",
            ["[[risk_tier]], from", "Write them from the lowest"],
        ),
        (
            "E-PACK-RISK",
            "from = 0\n",
            "from = 5\n",
            ["[[risk_tier]], from", "begins at 0"],
        ),
        (
            "E-PACK-RISK",
            "test = \"not_us\"",
            "test = \"not_us\"\nvalues = [\"x\"]",
            ["[[risk_point]] foreign, values", "Delete values"],
        ),
        (
            "E-PACK-RISK",
            countries,
            "test = \"country\"",
            ["[[risk_point]] concern, values", "Write values"],
        ),
        (
            "E-PACK-RISK",
            countries,
            "test = \"country\"\nvalues = [\"Russia\"]",
            ["\"Russia\" is no country code", "Write ISO 3166"],
        ),
        (
            "E-PACK-RISK",
            "values = [\"foreign_reseller\"]",
            "values = [\"abroad\"]",
            ["\"abroad\" is no channel", "Write direct"],
        ),
        (
            "E-PACK-RISK",
            "\"bare metal\"",
            "\"Bare metal\"",
            ["\"Bare metal\"", "small letters. Write it so"],
        ),
    ] {
        let told = bench.refused(|bench| offered(bench, from, to));
        tells(&told, code, &words);
        assert!(
            told.1.starts_with("mine.toml, "),
            "the file is named: {}",
            told.1
        );
    }
    // Points with no tier to fall into.
    let whole = RulePack::builtin(MAIN).unwrap().toml();
    let first = whole.find("[[risk_tier]]").unwrap();
    let after = whole.find("[[inability]]").unwrap();
    let without = format!("{}{}", &whole[..first], &whole[after..]);
    let file = bench.file("mine.toml", without.as_bytes());
    tells(
        &bench.refused(|_| offer_file(&file, "2026-03-02")),
        "E-PACK-RISK",
        &["[[risk_tier]]", "Write both, or neither"],
    );
    let in_use = bench.vault.pack_list().unwrap();
    assert_eq!(in_use.iter().filter(|row| row.in_use).count(), 1);
}

#[test]
fn a_pack_whose_signature_does_not_hold_is_not_offered_as_if_it_had_none() {
    let bench = Bench::new();
    let whole = RulePack::builtin(MAIN).unwrap().toml();
    let file = bench.file("mine.toml", whole.as_bytes());
    let offer = || offer_file(&file, "2026-03-02");
    assert!(offer().unwrap().vouched.starts_with("Unsigned"));
    for signature in [
        "no signature",
        "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n",
        "",
    ] {
        bench.file("mine.toml.sig", signature.as_bytes());
        tells(
            &bench.refused(|_| offer()),
            "E-PACK-SIGNATURE",
            &[
                "mine.toml",
                "does not hold",
                "Get the pack again from whoever made it",
            ],
        );
    }
}
