//! Tables, structures, logs, answers, rule packs, and what is typed.

use super::{Place, any, project, said, sound};
use crate::fuzz::Seed;
use desk::{Structure, Table, Unwatched};
use std::{
    io::{Read, Write},
    path::Path,
};

pub(super) fn csv_seeds(_: &Place) -> Vec<Seed> {
    vec![
        sound(
            "name,kind,country,external_id\nAda Byron,individual,GB,c-1\n\"Müller, Jürgen\",individual,DE,c-2\n",
        ),
        sound(
            "\u{feff}Name;Country;Born\r\nZoë Weiß;AT;1990-02-03\r\n\"a\"\"b\";SG;03/02/1990\r\n",
        ),
        sound("name\tcountry\nLee\tSG\n"),
    ]
}

/// A table, and what an import would make of its columns.
fn table(path: &Path) -> bool {
    said(Table::read(path).map(|table| {
        let _ = (table.guess(), table.sample(), table.is_exact());
    }))
}

pub(super) fn csv(place: &Place, bytes: &[u8]) -> bool {
    table(&place.file("input.csv", bytes))
}

const BOOK: [(&str, &str); 5] = [
    (
        "xl/worksheets/sheet1.xml",
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>name</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>country</t></is></c></row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"B2\" s=\"1\"><v>45000.5</v></c></row></sheetData></worksheet>",
    ),
    (
        "_rels/.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
    ),
    (
        "xl/workbook.xml",
        "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"People\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
    ),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"t\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>",
    ),
    (
        "xl/sharedStrings.xml",
        "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" count=\"1\" uniqueCount=\"1\"><si><t>Ada Byron</t></si></sst>",
    ),
];

/// A workbook with one part exchanged, packed as any program packs it; a number beyond its parts is a whole file instead.
pub(super) fn book_seeds(_: &Place) -> Vec<Seed> {
    let mut seeds: Vec<Seed> = (0u8..)
        .zip(BOOK)
        .map(|(which, (_, text))| sound([&[which], text.as_bytes()].concat()))
        .collect();
    seeds.push(sound([&[255], packed(None).as_slice()].concat()));
    seeds
}

fn packed(instead: Option<(usize, &[u8])>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (place, (name, text)) in BOOK.iter().enumerate() {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(*name, options)
            .expect("a part of a workbook");
        let bytes = match instead {
            Some((which, bytes)) if which == place => bytes,
            _ => text.as_bytes(),
        };
        zip.write_all(bytes).expect("a part of a workbook");
    }
    zip.finish().expect("a workbook").into_inner()
}

pub(super) fn book(place: &Place, bytes: &[u8]) -> bool {
    let Some((which, rest)) = bytes.split_first() else {
        return false;
    };
    let whole = match usize::from(*which) {
        part if part < BOOK.len() => packed(Some((part, rest))),
        _ => rest.to_vec(),
    };
    table(&place.file("input.xlsx", &whole))
}

pub(super) fn structure_seeds(_: &Place) -> Vec<Seed> {
    let mut seeds: Vec<Seed> = project("tests/fixtures/bods", "json")
        .into_iter()
        .map(any)
        .collect();
    seeds.push(sound("{\"id\":\"nim\",\"schema\":\"Company\",\"properties\":{\"name\":[\"Nimbus GmbH\",\"Нимбус\"],\"jurisdiction\":[\"de\"],\"leiCode\":[\"529900T8BM49AURSDO55\"],\"incorporationDate\":[\"2011-05-03\"]}}\n{\"id\":\"ada\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Ada Byron\"],\"birthDate\":[\"1990\"],\"nationality\":[\"gb\"]}}\n{\"id\":\"own\",\"schema\":\"Ownership\",\"properties\":{\"owner\":[\"ada\"],\"asset\":[\"nim\"],\"percentage\":[\"25.5\"],\"startDate\":[\"2020-01-01\"]}}\n"));
    seeds
}

pub(super) fn structure(place: &Place, bytes: &[u8]) -> bool {
    let path = place.file("input.json", bytes);
    let _ = Structure::is_in(&path);
    said(Structure::read(&path).map(|structure| {
        let _ = (structure.len(), structure.sample());
    }))
}

pub(super) fn log_seeds(_: &Place) -> Vec<Seed> {
    let mut seeds: Vec<Seed> = project("tests/fixtures/cloudtrail", "json")
        .into_iter()
        .map(sound)
        .collect();
    seeds.extend([
        sound("account,time,ip,action,event_id\nacct-1,2026-03-01T08:00:00Z,203.0.113.7,login,e1\n"),
        sound("{\"account\":\"acct-1\",\"time\":\"2026-03-01T08:00:00Z\",\"ip\":\"2001:db8::1\",\"action\":\"deploy\"}\n"),
        any("{\"records\":[{\"time\":\"2026-03-01T08:00:00Z\",\"operationName\":\"MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE\",\"callerIpAddress\":\"203.0.113.9\",\"identity\":{\"claims\":{}},\"resourceId\":\"/SUBSCRIPTIONS/1\"}]}"),
        any("{\"protoPayload\":{\"@type\":\"type.googleapis.com/google.cloud.audit.AuditLog\",\"methodName\":\"v1.compute.instances.insert\",\"requestMetadata\":{\"callerIp\":\"203.0.113.9\"}},\"timestamp\":\"2026-03-01T08:00:00Z\",\"insertId\":\"x\",\"resource\":{\"labels\":{\"project_id\":\"p\"}}}\n"),
    ]);
    let mut packed = Vec::new();
    let mut zip = flate2::read::GzEncoder::new(
        "account,time,ip,action\na,2026-03-01T08:00:00Z,203.0.113.7,login\n".as_bytes(),
        flate2::Compression::fast(),
    );
    zip.read_to_end(&mut packed).expect("a packed log");
    seeds.push(sound(packed));
    seeds
}

/// Read and rolled back as far as the reader goes; what is accepted is in the vault.
pub(super) fn log(place: &Place, bytes: &[u8]) -> bool {
    let path = place.file("input.log", bytes);
    let how = desk::AccessHow {
        skip_bad_rows: true,
        ..desk::AccessHow::default()
    };
    let vault = place.vault.as_ref().expect("an open vault");
    said(vault.access_import(&path, how, &Unwatched))
}

pub(super) fn answer_seeds(_: &Place) -> Vec<Seed> {
    let answers = domain::intake::Answers {
        format: "cipdesk-intake/1".to_owned(),
        vault: "v".to_owned(),
        request: "INT-2026-0001".to_owned(),
        answer: "0123456789abcdef0123456789abcdef".to_owned(),
        answered_by: "Kim Example, counsel".to_owned(),
        names: vec!["Lion City".to_owned()],
        email: "kim@lion.example".to_owned(),
        contacts: vec![domain::intake::Contact {
            name: "Lee".to_owned(),
            title: String::new(),
            email: "lee@lion.example".to_owned(),
            phone: "+6561234567".to_owned(),
        }],
        counts: Some(domain::intake::TypedCounts {
            as_of: "2026-02-28".to_owned(),
            customers: "420".to_owned(),
            unverified: "3".to_owned(),
        }),
        ..domain::intake::Answers::default()
    };
    vec![sound(serde_json::to_vec_pretty(&answers).expect("answers"))]
}

pub(super) fn answers(_: &Place, bytes: &[u8]) -> bool {
    let Ok(answers) = serde_json::from_slice::<domain::intake::Answers>(bytes) else {
        return false;
    };
    let _ = answers.belongs("v", None);
    true
}

pub(super) fn pack_seeds(_: &Place) -> Vec<Seed> {
    project("src-tauri/rules", "toml")
        .into_iter()
        .map(any)
        .collect()
}

pub(super) fn pack(_: &Place, bytes: &[u8]) -> bool {
    domain::pack::RulePack::parse(&String::from_utf8_lossy(bytes)).is_ok()
}

pub(super) fn mrz_seeds(_: &Place) -> Vec<Seed> {
    vec![
        sound(
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
        ),
        sound(
            "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
        ),
        sound("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"),
    ]
}

pub(super) fn mrz(_: &Place, bytes: &[u8]) -> bool {
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
    domain::mrz::read(&String::from_utf8_lossy(bytes), today).is_ok()
}

pub(super) fn word_seeds(_: &Place) -> Vec<Seed> {
    [
        "2026-11-24",
        "2026-11",
        "1990",
        "+442079460958",
        "(020) 7946 0958",
        "529900T8BM49AURSDO55",
        "GB33BUKB20201555555555",
        "2026-11-24T17:00:00+14:00",
        "status:open OR -name:\"Ada B\" due<2026-11-30",
        "country:GB,DE missing:passport",
    ]
    .map(sound)
    .into()
}

pub(super) fn words(_: &Place, bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
    let fields = [
        ("status", domain::query::Ask::Text),
        ("name", domain::query::Ask::Text),
        ("due", domain::query::Ask::Ahead),
        ("country", domain::query::Ask::Text),
        ("missing", domain::query::Ask::Text),
    ]
    .map(|(name, ask)| domain::query::Field {
        name,
        means: "",
        ask,
    });
    [
        domain::partial_date::PartialDate::parse(&text).is_ok(),
        domain::telephone::parse(&text).is_ok(),
        domain::identifier::lei(&text).is_ok(),
        domain::identifier::iban(&text).is_ok(),
        desk::parse_now(&text).is_ok(),
        domain::query::parse(&text, &fields, today).is_ok(),
    ]
    .contains(&true)
}
