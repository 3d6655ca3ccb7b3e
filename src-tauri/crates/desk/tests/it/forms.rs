//! Every form: begun, filled in, sealed and checked as its recipient checks it; replaced, answered, compared.

use crate::bench::{ALONE, Bench, PASSPHRASE, said};
use contract as c;
use desk::{
    OpenVault, Unwatched,
    demo::{self, Demo},
};
use std::{collections::BTreeMap, path::Path, process::Command};

fn shell(folder: &Path, script: &str) -> (bool, String) {
    let out = Command::new("bash")
        .args(["-c", script])
        .current_dir(folder)
        .output()
        .unwrap();
    let said = [out.stdout, out.stderr].concat();
    (
        out.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

fn demonstration(bench: &Bench) -> OpenVault {
    demo::make(
        &bench.folder.path().join("Demo.cipdesk"),
        &Demo {
            customers: 40,
            access_records: 100,
            ..Demo::default()
        },
        &PASSPHRASE.to_owned().into(),
        bench.surroundings(),
        &Unwatched,
    )
    .unwrap()
}

/// The demonstration counts days back from now; nights, and nights near the end of summer time, once put letters into the future.
#[test]
fn the_demonstration_is_made_at_any_hour_of_any_day() {
    for at in [
        "2026-11-26T02:05:00Z",
        "2026-03-20T04:10:00Z",
        "2026-11-01T05:30:00Z",
    ] {
        let bench = Bench::new();
        let made = demo::make(
            &bench.folder.path().join("Demo.cipdesk"),
            &Demo {
                customers: 40,
                access_records: 10,
                at: Some(at.parse().unwrap()),
                ..Demo::default()
            },
            &PASSPHRASE.to_owned().into(),
            bench.surroundings(),
            &Unwatched,
        );
        assert!(made.is_ok(), "{at}: {:?}", made.err());
    }
}

fn seal(vault: &OpenVault, filing: &str) -> Result<c::FilingView, desk::Error> {
    vault.filing_seal(
        &c::FilingSealReq {
            r#ref: filing.to_owned(),
            label: None,
            passphrase: PASSPHRASE.to_owned(),
            override_reason: Some(ALONE.to_owned()),
            sign_with: None,
        },
        &Unwatched,
    )
}

fn draft(form: &str, subjects: &[&str], replaces: Option<&str>) -> c::FilingDraftReq {
    c::FilingDraftReq {
        form: form.to_owned(),
        subjects: subjects.iter().map(|one| (*one).to_owned()).collect(),
        clock: None,
        as_of: None,
        replaces: replaces.map(str::to_owned),
    }
}

#[test]
fn the_demonstration_holds_every_form_and_each_bundle_passes_the_stock_commands() {
    let bench = Bench::at("2026-11-24T17:00:00Z", "America/New_York");
    let vault = demonstration(&bench);
    let mut by_form: BTreeMap<String, String> = BTreeMap::new();
    for row in vault.filing_list().unwrap().rows {
        let view = vault.filing_show(&row.r#ref).unwrap();
        if view.sealable || view.seal.is_some() {
            by_form.entry(row.form).or_insert(row.r#ref);
        }
    }
    let known = vault.filing_forms().unwrap();
    let mut all: Vec<String> = known.into_iter().map(|form| form.form).collect();
    all.push("F4".to_owned());
    for form in &all {
        let filing = by_form
            .get(form)
            .unwrap_or_else(|| panic!("the demonstration has no {form} that is ready"));
        let mut view = vault.filing_show(filing).unwrap();
        let before = view.sections.clone();
        if view.seal.is_none() {
            view = seal(&vault, filing).unwrap();
            let said = |sections: &[c::FormSection]| -> Vec<(String, String, Vec<Vec<String>>)> {
                let lines = sections.iter().flat_map(|section| &section.lines);
                lines
                    .map(|line| {
                        (
                            line.id.clone(),
                            format!("{}{:?}{}", line.words, line.facts, line.unknown),
                            line.rows.clone(),
                        )
                    })
                    .collect()
            };
            assert_eq!(
                said(&view.sections),
                said(&before),
                "{form}: what was sealed is what was seen"
            );
        }
        let out = bench.folder.path().join(format!("out-{form}"));
        let exported = vault.filing_export(filing, &out, &[], &Unwatched).unwrap();
        let report =
            desk::verify_bundle(&out.join(&exported.name), None, None, &Unwatched).unwrap();
        assert!(report.valid, "{form}: {:?}", report.problems);
        let principal = report.signer.unwrap().name;
        let script = format!(
            "set -e; echo '{}  {}' | sha256sum -c --strict --quiet; unzip -q {}; cd {filing}-*/
             ssh-keygen -Y verify -f allowed_signers -I {principal} -n cipdesk-filing-v1 -s tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt
             sha256sum -c --strict --quiet tagmanifest-sha256.txt && sha256sum -c --strict --quiet manifest-sha256.txt
             diff <(cut -c67- manifest-sha256.txt | LC_ALL=C sort) <(find data -type f | LC_ALL=C sort)
             qpdf --check data/filing.pdf > /dev/null
             cmp <(qpdf data/filing.pdf --show-attachment=filing.json) data/filing.json
             test -s data/filing.schema.json",
            exported.sha256, exported.name, exported.name
        );
        let (well, text) = shell(&out, &script);
        assert!(well, "{form}: {text}");
        let pdf = shell(
            &out,
            "pdftotext -layout */data/filing.pdf - | tr -s ' \\n' ' '",
        )
        .1;
        for word in [
            filing.as_str(),
            "reported withdrawn",
            "Page 1 of",
            ALONE_OR_DEMO,
        ] {
            assert!(pdf.contains(word), "{form}: the pages must say {word:?}");
        }
        if form == "F12" {
            the_sample_can_be_drawn_again(&out);
        }
    }
    assert!(vault.check(&Unwatched).unwrap().ok);
}

/// Who sealed it alone says so, in the test's words or in the demonstration's.
const ALONE_OR_DEMO: &str = "one person";

/// With the shell alone, as VERIFY and the form say.
fn the_sample_can_be_drawn_again(out: &Path) {
    let script = r#"set -e; cd */data
        seed=$(python3 -c 'import json; print(json.load(open("filing.json"))["body"]["sampling"]["seed"])')
        size=$(python3 -c 'import json; print(json.load(open("filing.json"))["body"]["sampling"]["size"])')
        drawn=$(while read r; do printf '%s %s\n' "$(printf '%s %s' "$seed" "$r" | sha256sum | cut -c1-64)" "$r"; done < registers/population.txt | sort | head -n "$size" | cut -d' ' -f2 | sort)
        there=$(ls case-files | sed 's/.json//' | sort)
        test -n "$drawn"; test "$drawn" = "$there""#;
    let (well, text) = shell(out, script);
    assert!(well, "the recipient draws the same sample: {text}");
}

#[test]
fn what_a_person_writes_lies_over_the_records_and_says_so() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let view = bench.vault.filing_draft(&draft("F1", &[], None)).unwrap();
    let filing = view.row.r#ref.clone();
    let line = |view: &c::FilingView, id: &str| -> c::FormLine {
        let lines = view.sections.iter().flat_map(|section| &section.lines);
        lines
            .into_iter()
            .find(|line| line.id == id)
            .unwrap()
            .clone()
    };
    let list = line(&view, "resellers");
    assert_eq!(
        (list.origin.as_str(), list.from.as_slice()),
        ("records", &[reseller.clone()][..])
    );
    let view = bench
        .write(&filing, "resellers", &reseller, "attested_on", "2026-01-15")
        .unwrap();
    let list = line(&view, "resellers");
    assert_eq!(list.origin, "written");
    assert_eq!(list.rows[0][0], "Lion City", "what the records say stays");
    assert_eq!(list.rows[0][3], "Thu 2026-01-15");
    let view = bench
        .write(&filing, "resellers", &reseller, "attested_on", "")
        .unwrap();
    assert_eq!(
        line(&view, "resellers").origin,
        "records",
        "what equals the records is not kept"
    );
    assert_eq!(
        said(bench.write(&filing, "nothing", "", "value", "x")).0,
        "E-FORM-ITEM"
    );
    assert_eq!(
        said(bench.vault.filing_validate(&filing)).0,
        "E-FILING-BLOCKED"
    );
}

#[test]
fn what_was_approved_is_what_is_sealed() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let filing = bench
        .request("2026-03-02", &[&reseller])
        .unwrap()
        .filing
        .unwrap();
    let state = |view: c::FilingView| view.row.state;
    assert_eq!(
        state(bench.vault.filing_validate(&filing).unwrap()),
        "validated"
    );
    let approve = || {
        bench.vault.filing_approve(&c::FilingApproveReq {
            r#ref: filing.clone(),
            label: None,
            passphrase: PASSPHRASE.to_owned(),
            override_reason: Some(ALONE.to_owned()),
        })
    };
    assert_eq!(state(approve().unwrap()), "approved");
    bench
        .write(&filing, "notes", "", "value", "One more word")
        .unwrap();
    assert_eq!(
        bench.vault.filing_show(&filing).unwrap().row.state,
        "draft",
        "an edit takes the approval back"
    );
    approve().unwrap();
    bench
        .vault
        .reseller_save(&c::ResellerSaveReq {
            r#ref: Some(reseller),
            name: "Another name".to_owned(),
            country: "Singapore".to_owned(),
            address: None,
            email: None,
            notes: None,
        })
        .unwrap();
    assert_eq!(
        said(bench.seal(&filing, Some(ALONE))).0,
        "U-08",
        "the records changed under the approval"
    );
    approve().unwrap();
    assert_eq!(state(bench.seal(&filing, Some(ALONE)).unwrap()), "sealed");
}

#[test]
fn a_restatement_names_the_sealed_bundle_marks_what_changed_and_replaces_it_when_it_is_sent() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let first = bench
        .request("2026-03-02", &[&reseller])
        .unwrap()
        .filing
        .unwrap();
    assert_eq!(
        said(bench.vault.filing_draft(&draft("F4", &[], Some(&first)))).0,
        "E-FORM-REPLACES",
        "an open one is changed instead"
    );
    let sealed = bench.seal(&first, Some(ALONE)).unwrap().seal.unwrap();
    bench.sent(&first, "2026-03-02").unwrap();
    assert_eq!(
        said(bench.vault.filing_draft(&draft("F1", &[], Some(&first)))).0,
        "E-FORM-REPLACES"
    );
    let second = bench
        .vault
        .filing_draft(&draft("F4", &[], Some(&first)))
        .unwrap()
        .row
        .r#ref;
    assert!(
        bench
            .vault
            .filing_show(&second)
            .unwrap()
            .differences
            .is_empty()
    );
    let view = bench
        .write(&second, "notes", "", "value", "The first one had no note")
        .unwrap();
    let difference = view.differences.first().unwrap();
    assert_eq!(
        (difference.was.as_str(), difference.now.as_str()),
        ("not recorded", "The first one had no note")
    );
    assert!(!view.sealable, "a change needs its reason");
    bench
        .write(
            &second,
            "correction",
            "notes/",
            "reason",
            "It was forgotten",
        )
        .unwrap();
    bench.seal(&second, Some(ALONE)).unwrap();
    assert_eq!(
        bench.vault.filing_show(&first).unwrap().row.state,
        "sent",
        "nothing is replaced before it is sent"
    );
    bench.sent(&second, "2026-03-02").unwrap();
    let row = bench.vault.filing_show(&first).unwrap().row;
    assert_eq!(
        (row.state.as_str(), row.replaced_by.as_deref()),
        ("superseded", Some(second.as_str()))
    );
    let out = bench.folder.path().join("out");
    bench
        .vault
        .filing_export(&second, &out, &[], &Unwatched)
        .unwrap();
    let (_, json) = shell(
        &out,
        "unzip -q *.zip; cat */data/filing.json; cat */bag-info.txt",
    );
    assert!(
        json.matches(&sealed.sha256).count() >= 2,
        "the JSON and bag-info.txt name the bundle it replaces"
    );
    assert!(json.contains("It was forgotten"));
    let compared = bench
        .vault
        .filing_compare(&c::FilingCompareReq {
            before: first,
            after: second,
        })
        .unwrap();
    assert_eq!(compared.differences.len(), 1);
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn a_clock_stops_only_for_the_form_it_waits_for_and_an_answer_needs_a_sending() {
    let bench = Bench::new();
    let clock = bench
        .vault
        .clock_start(&c::ClockStartReq {
            pack: "us-iaas-nprm-2024".to_owned(),
            clock: "CLK-IRREGULAR".to_owned(),
            at: vec![c::TriggerAt {
                event: "change_effective".to_owned(),
                at: "2026-02-27".to_owned(),
            }],
            subject: "programme".to_owned(),
            note: "The contact changed".to_owned(),
            provisional: false,
        })
        .unwrap()
        .row
        .r#ref;
    let filing = bench.vault.filing_draft(&draft("F3", &[], None)).unwrap();
    assert_eq!(
        filing.clock.as_ref().map(|row| row.r#ref.clone()),
        Some(clock.clone()),
        "the only clock that waits for it"
    );
    let filing = filing.row.r#ref;
    for (item, value) in [
        ("kind", "contact_change"),
        ("effective_on", "2026-02-27"),
        ("before", "Bo"),
        ("after", "Ana"),
        ("impact", "None"),
    ] {
        bench.write(&filing, item, "", "value", value).unwrap();
    }
    let answer = |outcome: &str| {
        bench.vault.filing_answer(&c::FilingAnswerReq {
            r#ref: filing.clone(),
            outcome: outcome.to_owned(),
            on: None,
            reference: "ACK-77".to_owned(),
        })
    };
    bench.seal(&filing, Some(ALONE)).unwrap();
    assert_eq!(said(answer("acknowledged")).0, "E-FILING-STATE");
    assert!(
        bench
            .vault
            .clock_show(&clock)
            .unwrap()
            .satisfied_by
            .is_none(),
        "a seal is no sending"
    );
    bench.sent(&filing, "2026-03-02").unwrap();
    assert!(
        bench
            .vault
            .clock_show(&clock)
            .unwrap()
            .satisfied_by
            .is_some()
    );
    assert_eq!(answer("acknowledged").unwrap().row.state, "acknowledged");
    assert_eq!(said(answer("lost")).0, "E-FILING-OUTCOME");
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn unknown_is_an_answer_only_where_the_rule_allows_it() {
    let bench = Bench::new();
    let customer = bench.customer("Ada Byron", "DE");
    assert_eq!(
        said(bench.vault.filing_draft(&draft("F6", &[], None))).0,
        "E-FORM-SUBJECT"
    );
    let view = bench
        .vault
        .filing_draft(&draft("F6", &[&customer], None))
        .unwrap();
    let filing = view.row.r#ref.clone();
    let unknown = |item: &str| {
        let revision = bench.vault.filing_show(&filing).unwrap().revision;
        let asked = c::FormAsked {
            asked_on: "2026-03-01".to_owned(),
            asked_of: "Ada Byron".to_owned(),
            answer: String::new(),
        };
        let answers = vec![c::FormAnswer {
            item: item.to_owned(),
            rows: Vec::new(),
            unknown: Some(asked),
        }];
        bench
            .vault
            .filing_edit(&c::FilingEditReq {
                r#ref: filing.clone(),
                revision,
                answers,
            })
            .unwrap()
    };
    let level = |view: &c::FilingView, item: &str| {
        view.findings
            .iter()
            .find(|one| one.go_to.as_deref() == Some(item))
            .unwrap()
            .level
            .clone()
    };
    assert_eq!(level(&unknown("practices"), "practices"), "warns");
    assert_eq!(level(&unknown("notes"), "notes"), "blocks");
    assert_eq!(
        level(&view, "persons"),
        "warns",
        "the customer is not verified"
    );
}
