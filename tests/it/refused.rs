//! What the command line may be told wrongly: each mistake is one line with its code, and nothing is written.

use crate::support::desk::Desk;
use std::fs;

/// Files that are not what they are given for.
const FILES: &[(&str, &str)] = &[
    ("kind.csv", "external_id,party_type,name\nx1,robot,Ada\n"),
    (
        "us.csv",
        "external_id,party_type,name,us_person\nx1,person,Ada,perhaps\n",
    ),
    (
        "paid.csv",
        "external_id,party_type,name,account_ids,payment_means\nx1,person,Ada,acc-1,shells\n",
    ),
    ("good.csv", "external_id,party_type,name\nx1,person,Ada\n"),
    (
        "control.csv",
        "external_id,owner_name,owner_type,control\nc1,Ada,person,perhaps\n",
    ),
    (
        "dates.csv",
        "external_id,owner_name,owner_type,valid_from,valid_to\nc1,Ada,person,2026-02-02,2026-02-01\n",
    ),
    ("map.toml", "this is no map"),
    ("answers.json", "{}"),
    (
        "bods.json",
        "[{\"statementID\": \"1\", \"statementType\": \"entityStatement\"}]",
    ),
    (
        "closed.json",
        "[{\"statementId\": \"1\", \"recordId\": \"r\", \"recordType\": \"entity\", \"recordStatus\": \"closed\", \"recordDetails\": {}}]",
    ),
    ("usage.jsonl", "{\"account\": \"a\"\n"),
    ("usage.csv", "who,when\na,b\n"),
];

#[test]
fn what_the_command_line_is_told_wrongly_is_one_line_with_its_code() {
    let desk = Desk::new();
    desk.create();
    for (name, text) in FILES {
        fs::write(desk.path(name), text).unwrap();
    }
    fs::write(desk.path("latin.jsonl"), b"{\"account\": \"\xe9\"}\n").unwrap();
    fs::write(
        desk.path("company.csv"),
        "external_id,party_type,name\nc1,company,Nimbus\n",
    )
    .unwrap();
    desk.json(&["customer", "import", "A.cipdesk", "company.csv"]);
    desk.json(&["filing", "draft", "A.cipdesk", "F1"]);
    let head = || desk.json(&["vault", "status", "A.cipdesk"]);
    let before = head();
    let rows: &[(&str, &str)] = &[
        (
            "E-PASSPHRASE-FILE",
            "customer list A.cipdesk --passphrase-file none.txt",
        ),
        (
            "E-ANSWER-FORM",
            "case open A.cipdesk --kind training --received 2026-03-02 --text Lead --set nothing",
        ),
        (
            "E-FORM-FILE",
            "filing edit A.cipdesk F1-2026-0001 --answers none.json",
        ),
        (
            "E-FORM-FILE",
            "filing edit A.cipdesk F1-2026-0001 --answers answers.json",
        ),
        (
            "E-FORM-SET",
            "filing edit A.cipdesk F1-2026-0001 --set nothing",
        ),
        (
            "E-LETTER-SET",
            "letter write A.cipdesk C-000001 notice --set nothing",
        ),
        (
            "E-PROGRAMME-FORM",
            "program assess A.cipdesk --head nothing --reviewer Ana",
        ),
        (
            "E-SIGNER-FILE",
            "signer add A.cipdesk none.pub --label Bis --principal bis",
        ),
        (
            "E-AI-FORM",
            "ai estimate A.cipdesk AIT-2026-0001 --label Run --method model --set nothing",
        ),
        (
            "E-IMPORT-MAP",
            "customer import A.cipdesk good.csv --map map.toml",
        ),
        ("E-IMPORT-PARTY", "customer import A.cipdesk kind.csv"),
        ("E-IMPORT-US-PERSON", "customer import A.cipdesk us.csv"),
        ("E-IMPORT-PAYMENT", "customer import A.cipdesk paid.csv"),
        ("E-IMPORT-CONTROL", "customer import A.cipdesk control.csv"),
        ("E-IMPORT-DATES", "customer import A.cipdesk dates.csv"),
        ("E-BODS-VERSION", "customer import A.cipdesk bods.json"),
        ("E-BODS-DATE", "customer import A.cipdesk closed.json"),
        ("E-USAGE-JSON", "ai import A.cipdesk usage.jsonl"),
        ("E-USAGE-MAP", "ai import A.cipdesk usage.csv"),
        ("E-USAGE-TEXT", "ai import A.cipdesk latin.jsonl"),
        ("E-TASK-REF", "task show A.cipdesk C-000001"),
    ];
    let mut wrong = Vec::new();
    for (code, line) in rows {
        let args: Vec<&str> = line.split(' ').collect();
        let output = desk.run(&args);
        let said = String::from_utf8_lossy(&output.stderr);
        let status = output.status.code();
        if !said.contains(code) || !matches!(status, Some(1..=3)) {
            wrong.push(format!("{code}: {line}: {status:?} {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(head(), before, "what is refused writes nothing");
}
