//! Attempts to approve what one has prepared (security T-R4): through the program, and behind its back by a member who has every key but
//! the approver's.

use crate::{
    bench::{ALONE, Bench, Office, PASSPHRASE},
    customers::{to_verifying, verification},
    damage::{copy, judged},
    people::{BENS, adding},
    retention::closed_customer,
};
use contract as c;
use desk::{Error, OpenVault, Unwatched};
use domain::{
    approval,
    casefile::{Case, Item, Taken},
    change::{Approval, Change},
    entry::ClockState,
    retention::Release,
};
use std::path::Path;
use store::{Signer, Stamp, Store, StoreError};

const CORAS: &str = "granite meadow violin harbour pepper oath";
const DORAS: &str = "copper willow lagoon thimble saffron quay";

/// Who is said to approve: a label, a passphrase, and a reason to do it alone.
type By<'a> = (Option<&'a str>, &'a str, Option<&'a str>);

/// Ana with everything, Ben who may approve, Cora who may not, and Dora who left. What waits for an approval: a case and another, a
/// filing, a hold, and a customer whose time is over.
fn office() -> (Office, String) {
    let bench = Bench::new();
    closed_customer(&bench, "");
    verification(&bench, &to_verifying(&bench), "match");
    to_verifying(&bench);
    let reseller = bench.reseller("Lion City");
    let filing = bench
        .request("2026-03-02", &[&reseller])
        .unwrap()
        .filing
        .unwrap();
    for _ in 0..2 {
        bench
            .vault
            .hold_place(&c::HoldPlaceReq {
                scope: vec!["C-000002".to_owned()],
                reason: "Litigation".to_owned(),
                authority: "Counsel".to_owned(),
                placed_on: None,
            })
            .unwrap();
    }
    let office = bench.leave();
    for (name, roles, passphrase) in [
        ("Ben Okoro", ["compliance_officer"], BENS),
        ("Cora Lind", ["analyst"], CORAS),
        ("Dora Ek", ["compliance_officer"], DORAS),
    ] {
        let ana = office.open("staff-1", PASSPHRASE).unwrap();
        let turned = ana.member_add(&adding(name, &roles, passphrase)).unwrap();
        turned.vault.close().unwrap();
    }
    let ana = office.open("staff-1", PASSPHRASE).unwrap();
    let turned = ana
        .member_revoke(&c::MemberRevokeReq {
            label: "staff-4".to_owned(),
            reason: "Left".to_owned(),
            passphrase: PASSPHRASE.to_owned(),
        })
        .unwrap();
    turned.vault.close().unwrap();
    (office, filing)
}

type Act<'a> = (
    &'a str,
    Box<dyn Fn(&OpenVault, By<'_>) -> Result<(), Error> + 'a>,
);

fn advance(vault: &OpenVault, (label, passphrase, reason): By<'_>) -> Result<(), Error> {
    let req = c::CustomerAdvanceReq {
        r#ref: "C-000002".to_owned(),
        to: "verified".to_owned(),
        reason: Some("Passport seen; I believe it".to_owned()),
        approver: label.map(str::to_owned),
        passphrase: Some(passphrase.to_owned()),
        override_reason: reason.map(str::to_owned),
        on: None,
        review_on: None,
        leave_open: None,
        made_of: None,
    };
    vault.customer_advance(&req).map(drop)
}

fn release(
    vault: &OpenVault,
    hold: &str,
    (label, passphrase, reason): By<'_>,
) -> Result<(), Error> {
    let req = c::HoldReleaseReq {
        r#ref: hold.to_owned(),
        writing: "Letter".to_owned(),
        approver: label.map(str::to_owned),
        passphrase: Some(passphrase.to_owned()),
        override_reason: reason.map(str::to_owned),
    };
    vault.hold_release(&req).map(drop)
}

/// What needs an approval.
fn acts(filing: &str) -> [Act<'_>; 6] {
    [
        ("a hold", Box::new(|vault, by| release(vault, "H-0001", by))),
        ("a case", Box::new(advance)),
        (
            "a list of cases",
            Box::new(|vault, (label, passphrase, reason)| {
                let revision = vault.customer_show("C-000002")?.revision;
                let req = c::CustomersDecideReq {
                    cases: vec![c::CaseAt {
                        r#ref: "C-000002".to_owned(),
                        revision,
                    }],
                    to: "verified".to_owned(),
                    reason: "Passport seen; I believe it".to_owned(),
                    approver: label.map(str::to_owned),
                    passphrase: passphrase.to_owned(),
                    override_reason: reason.map(str::to_owned),
                };
                vault.customers_decide(&req).map(drop)
            }),
        ),
        (
            "a filing",
            Box::new(move |vault, (label, passphrase, reason)| {
                let req = c::FilingApproveReq {
                    r#ref: filing.to_owned(),
                    label: label.map(str::to_owned),
                    passphrase: passphrase.to_owned(),
                    override_reason: reason.map(str::to_owned),
                };
                vault.filing_approve(&req).map(drop)
            }),
        ),
        (
            "a seal",
            Box::new(move |vault, (label, passphrase, reason)| {
                let req = c::FilingSealReq {
                    r#ref: filing.to_owned(),
                    label: label.map(str::to_owned),
                    passphrase: passphrase.to_owned(),
                    override_reason: reason.map(str::to_owned),
                    sign_with: None,
                };
                vault.filing_seal(&req, &Unwatched).map(drop)
            }),
        ),
        (
            "a disposal",
            Box::new(|vault, (label, passphrase, reason)| {
                let req = c::DisposalApproveReq {
                    customers: vec!["C-000001".to_owned()],
                    approver: label.map(str::to_owned),
                    passphrase: Some(passphrase.to_owned()),
                    override_reason: reason.map(str::to_owned),
                };
                vault.disposal_approve(&req).map(drop)
            }),
        ),
    ]
}

#[test]
fn nobody_approves_what_they_prepared_by_any_name_or_passphrase() {
    let (office, filing) = office();
    let attempts: [(&str, By<'_>, &str); 10] = [
        ("as the one at work", (None, PASSPHRASE, None), "U-08"),
        (
            "alone, with a reason",
            (None, PASSPHRASE, Some(ALONE)),
            "U-08",
        ),
        (
            "by their own name",
            (Some("staff-1"), PASSPHRASE, None),
            "U-08",
        ),
        (
            "by an empty name",
            (Some(""), PASSPHRASE, Some(ALONE)),
            "U-08",
        ),
        (
            "in another's name",
            (Some("staff-2"), PASSPHRASE, None),
            "V-04",
        ),
        (
            "without a passphrase",
            (Some("staff-2"), "", None),
            "E-APPROVAL-PASSPHRASE",
        ),
        (
            "both, with a reason",
            (Some("staff-2"), BENS, Some(ALONE)),
            "U-08",
        ),
        ("by who may not", (Some("staff-3"), CORAS, None), "U-01"),
        (
            "by who left",
            (Some("staff-4"), DORAS, None),
            "E-VAULT-MEMBER",
        ),
        ("by nobody", (Some("STAFF-2"), BENS, None), "E-VAULT-MEMBER"),
    ];
    office.now("2028-03-02T17:00:00Z");
    let ana = office.open("staff-1", PASSPHRASE).unwrap();
    let count = || ana.read(|read| Ok(read.head()?.count)).unwrap();
    let before = count();
    let mut tried = 0;
    for (what, act) in acts(&filing) {
        for (how, by, code) in &attempts {
            let refused = act(&ana, *by).expect_err(how);
            assert_eq!(&refused.0.code, code, "{what} {how}: {refused}");
            tried += 1;
        }
    }
    assert_eq!(count(), before, "what was refused wrote nothing");
    for (what, act) in acts(&filing) {
        let done = act(&ana, (Some("staff-2"), BENS, None));
        // The list holds the case that was decided just before.
        if what != "a list of cases" {
            done.unwrap_or_else(|why| panic!("{what}, by two: {why}"));
        }
    }
    let report = ana.check(&Unwatched).unwrap();
    assert!(report.ok, "{:?}", report.problems);
    eprintln!("figure T-R4 {tried} attempts to approve one's own work in the program, refused");
}

struct Log(vault::LogKey, String);

impl Signer for Log {
    fn fingerprint(&self) -> &str {
        &self.1
    }
    fn sign(&self, text: &[u8]) -> [u8; 64] {
        self.0.sign(text)
    }
}

/// Writes entries as a member with other tools would: chained and signed as they should be.
fn forge(
    vault: &Path,
    rules: &domain::rulebook::Rulebook,
    changes: Vec<Change>,
) -> Result<(), StoreError> {
    let open = vault::unlock(vault, Some("staff-1"), &PASSPHRASE.to_owned().into()).unwrap();
    let store =
        Store::open::<StoreError>(&open.db_path(), open.db_key(), desk::Schema::TODAY, |_| {
            Ok(())
        })
        .unwrap();
    let log = Log(open.log_key(), open.log_key().fingerprint());
    let stamp = Stamp {
        recorded_at: 0,
        today: "2026-03-02".to_owned(),
        zone: "America/New_York".to_owned(),
        clock_state: ClockState::Ok,
    };
    store.write(|write| {
        let mut act = write.act_of(&log, rules.clone(), stamp)?;
        for change in changes {
            act.push(change, None, None)?;
        }
        act.sign().map(drop)
    })
}

#[test]
fn an_approval_that_is_missing_forged_copied_or_ones_own_is_found_by_the_check() {
    let (office, _) = office();
    let ana = office.open("staff-1", PASSPHRASE).unwrap();
    advance(&ana, (Some("staff-2"), BENS, None)).unwrap();
    release(&ana, "H-0001", (Some("staff-2"), BENS, None)).unwrap();
    let rules = (*ana.rules()).clone();
    let (bens_release, bens_decision) = ana
        .read(|read| {
            let mut decision = None;
            for seq in 1..=read.head()?.count {
                decision = match read.body(seq)?.map(|body| body.change) {
                    Some(Change::CustomerAdvanced {
                        approval: Some(approval),
                        ..
                    }) if approval.label == "staff-2" => Some(approval),
                    _ => decision,
                };
            }
            let released = read.hold("H-0001")?.release.unwrap().approval;
            Ok((released, decision.unwrap()))
        })
        .unwrap();
    ana.close().unwrap();
    drop(ana);
    let keys = vault::unlock(&office.path, Some("staff-1"), &PASSPHRASE.to_owned().into()).unwrap();
    let mine = keys
        .approval_key("staff-1", &PASSPHRASE.to_owned().into())
        .unwrap();
    let words = approval::release("H-0002", "Letter");
    let signed = |label: &str, fingerprint: &str, statement: &str, signature: String| Approval {
        label: label.to_owned(),
        fingerprint: fingerprint.to_owned(),
        statement: statement.to_owned(),
        signature,
        override_reason: None,
    };
    let my = |statement: &str| {
        mine.sign_sshsig(approval::NAMESPACE, statement.as_bytes())
            .unwrap()
    };
    let bens = bens_release.fingerprint.clone();
    let released = |approval: Approval| Change::HoldReleased {
        hold: "H-0002".to_owned(),
        release: Release {
            on: "2026-03-02".to_owned(),
            writing: "Letter".to_owned(),
            approval,
        },
    };
    let advanced = |customer: &str, from: &str, to: &str, approval: Option<Approval>| {
        Change::CustomerAdvanced {
            customer: customer.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            on: "2026-03-02".to_owned(),
            note: Some("I believe it".to_owned()),
            terms: None,
            approval,
            how: Box::default(),
        }
    };
    let of = |customer: &str| approval::customer_step(customer, "verifying", "verified", 9, None);
    let mut reworded = bens_release.clone();
    reworded.statement.clone_from(&words);
    let mut renamed = bens_release.clone();
    "staff-4".clone_into(&mut renamed.label);
    let log_signature = keys
        .log_key()
        .sign_sshsig(approval::NAMESPACE, words.as_bytes())
        .unwrap();
    let elsewhere = mine
        .sign_sshsig("cipdesk-checkpoint-v1", words.as_bytes())
        .unwrap();
    let forgeries: Vec<(&str, &str, Change)> = vec![
        (
            "signed by oneself",
            "E-APPROVAL-OWN",
            released(signed("staff-1", &mine.fingerprint(), &words, my(&words))),
        ),
        (
            "signed by oneself in another's name",
            "E-APPROVAL-SIGNATURE",
            released(signed("staff-2", &bens, &words, my(&words))),
        ),
        (
            "one's own key under another's name",
            "E-APPROVAL-SIGNATURE",
            released(signed("staff-2", &mine.fingerprint(), &words, my(&words))),
        ),
        (
            "by nobody",
            "E-APPROVAL-SIGNATURE",
            released(signed("staff-9", &mine.fingerprint(), &words, my(&words))),
        ),
        (
            "not signed",
            "E-APPROVAL-SIGNATURE",
            released(signed("staff-2", &bens, &words, String::new())),
        ),
        (
            "signed with the key of entries",
            "E-APPROVAL-SIGNATURE",
            released(signed("staff-2", &bens, &words, log_signature)),
        ),
        (
            "signed for another purpose",
            "E-APPROVAL-SIGNATURE",
            released(signed("staff-1", &mine.fingerprint(), &words, elsewhere)),
        ),
        (
            "another's signature under other words",
            "E-APPROVAL-SIGNATURE",
            released(reworded),
        ),
        (
            "another's signature under a third name",
            "E-APPROVAL-SIGNATURE",
            released(renamed),
        ),
        (
            "copied from another hold",
            "E-APPROVAL-ELSEWHERE",
            released(bens_release.clone()),
        ),
        (
            "copied from a decision",
            "E-APPROVAL-ELSEWHERE",
            released(bens_decision.clone()),
        ),
        (
            "no approval at all",
            "E-APPROVAL-MISSING",
            advanced("C-000003", "verifying", "verified", None),
        ),
        (
            "the decision's own, a second time",
            "E-APPROVAL-ELSEWHERE",
            advanced(
                "C-000002",
                "verifying",
                "verified",
                Some(bens_decision.clone()),
            ),
        ),
        (
            "a decision on another customer",
            "E-APPROVAL-ELSEWHERE",
            advanced("C-000003", "verifying", "verified", Some(bens_decision)),
        ),
        (
            "a release for a decision",
            "E-APPROVAL-ELSEWHERE",
            advanced("C-000003", "verifying", "verified", Some(bens_release)),
        ),
        (
            "one's own decision",
            "E-APPROVAL-OWN",
            advanced(
                "C-000003",
                "verifying",
                "verified",
                Some(signed(
                    "staff-1",
                    &mine.fingerprint(),
                    &of("C-000003"),
                    my(&of("C-000003")),
                )),
            ),
        ),
    ];
    drop(keys);
    assert!(
        judged(&office.path).is_empty(),
        "{:?}",
        judged(&office.path)
    );
    let tried = forgeries.len();
    for (place, (how, code, change)) in forgeries.into_iter().enumerate() {
        let vault = office.path.with_file_name(format!("{place}.cipdesk"));
        copy(&office.path, &vault);
        // A decision that is taken a second time needs a case that was opened again.
        let again = match &change {
            Change::CustomerAdvanced { customer, .. } if customer == "C-000002" => vec![
                advanced("C-000002", "verified", "reverify", None),
                advanced("C-000002", "reverify", "verifying", None),
            ],
            _ => Vec::new(),
        };
        forge(&vault, &rules, [again, vec![change]].concat()).unwrap();
        let problems = judged(&vault);
        assert!(
            problems.iter().any(|one| one.starts_with(code)),
            "{how}: wanted {code}, found {problems:?}"
        );
        assert!(
            !problems.iter().any(|one| one.starts_with("E-JOURNAL")),
            "{how}: everything else about the entry is as it should be: {problems:?}"
        );
    }
    eprintln!(
        "figure T-R4 {tried} entries with an approval that was missing, forged, copied or one's own, by somebody with every key but the approver's, each found by the check"
    );
}

fn taken(step: &str, state: &str) -> Taken {
    Taken {
        step: step.to_owned(),
        state: state.to_owned(),
        on: "2026-03-02".to_owned(),
        at: None,
        answers: Default::default(),
        left_open: None,
        made_of: None,
    }
}

fn opened(kind: &str, reference: &str, state: &str, items: Vec<Item>) -> Change {
    Change::CaseOpened {
        case: Case {
            reference: reference.to_owned(),
            kind: kind.to_owned(),
            state: state.to_owned(),
            received_on: "2026-03-02".to_owned(),
            received: "2026-03-02".to_owned(),
            text: "Something".to_owned(),
            how: None,
            resellers: Vec::new(),
            subjects: Vec::new(),
            fields: Default::default(),
            path: vec![taken("open", state)],
            items,
            related: Vec::new(),
        },
    }
}

fn stepped(case: &str, from: &str, step: &str, to: &str) -> Change {
    Change::CaseAdvanced {
        case: case.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        taken: taken(step, to),
        approval: None,
    }
}

fn part(state: &str, path: Vec<Taken>) -> Item {
    Item {
        id: "1".to_owned(),
        kind: "deviation".to_owned(),
        label: "A change".to_owned(),
        subject: None,
        state: state.to_owned(),
        fields: Default::default(),
        path,
        letters: Vec::new(),
    }
}

fn put(before: Option<Item>, item: Item) -> Change {
    Change::CaseItem {
        case: "EXM-2026-0001".to_owned(),
        before: before.map(Box::new),
        item: Box::new(item),
        approval: None,
    }
}

#[test]
fn a_step_of_a_case_that_nobody_approved_is_found_and_one_that_needs_nobody_is_not() {
    let (office, _) = office();
    let ana = office.open("staff-1", PASSPHRASE).unwrap();
    let rules = (*ana.rules()).clone();
    ana.close().unwrap();
    drop(ana);
    let training = || opened("training", "AIT-2026-0001", "assessing", Vec::new());
    let exemption = || opened("exemption", "EXM-2026-0001", "preparing", Vec::new());
    let noted = || part("noted", Vec::new());
    let missing: Vec<(&str, Vec<Change>)> = vec![
        (
            "a case",
            vec![
                training(),
                stepped("AIT-2026-0001", "assessing", "not_covered", "not_covered"),
            ],
        ),
        (
            "a case, by a step of another name",
            vec![
                training(),
                stepped("AIT-2026-0001", "assessing", "corrected", "not_covered"),
            ],
        ),
        (
            "a case that is opened where only an approval leads",
            vec![opened(
                "training",
                "AIT-2026-0001",
                "not_covered",
                Vec::new(),
            )],
        ),
        (
            "a part",
            vec![
                exemption(),
                put(None, noted()),
                put(
                    Some(noted()),
                    part(
                        "not_significant",
                        vec![taken("not_significant", "not_significant")],
                    ),
                ),
            ],
        ),
        (
            "a part, without a step",
            vec![
                exemption(),
                put(None, noted()),
                put(Some(noted()), part("not_significant", Vec::new())),
            ],
        ),
        (
            "a case that is opened with a part where only an approval leads",
            vec![opened(
                "exemption",
                "EXM-2026-0001",
                "preparing",
                vec![part("not_significant", Vec::new())],
            )],
        ),
        (
            "a part that is added where only an approval leads",
            vec![exemption(), put(None, part("not_significant", Vec::new()))],
        ),
    ];
    let judge = |place: usize, changes: Vec<Change>| {
        let vault = office.path.with_file_name(format!("{place}.cipdesk"));
        copy(&office.path, &vault);
        forge(&vault, &rules, changes).map(|()| judged(&vault))
    };
    let tried = missing.len();
    for (place, (what, changes)) in missing.into_iter().enumerate() {
        let problems = judge(place, changes).unwrap();
        assert!(
            problems
                .iter()
                .any(|one| one.starts_with("E-APPROVAL-MISSING")),
            "{what}: {problems:?}"
        );
        assert_eq!(problems.len(), 1, "{what}: nothing else: {problems:?}");
    }
    eprintln!(
        "figure T-R4 {tried} steps of a case or of its part that nobody approved, written past the program, each found by the check"
    );
    let needs_nobody = vec![
        exemption(),
        put(None, noted()),
        put(
            Some(noted()),
            part("notified", vec![taken("notified", "notified")]),
        ),
    ];
    assert_eq!(judge(20, needs_nobody).unwrap(), [""; 0], "nobody is asked");
    for (place, lie) in [
        vec![
            training(),
            stepped("AIT-2026-0001", "covered", "reported", "reported"),
        ],
        vec![
            exemption(),
            put(None, noted()),
            put(
                Some(part("notified", Vec::new())),
                part("dropped", Vec::new()),
            ),
        ],
    ]
    .into_iter()
    .enumerate()
    {
        let refused = judge(30 + place, lie).unwrap_err();
        assert!(
            matches!(refused, StoreError::Record("case")),
            "what begins where the case does not stand fits no case: {refused}"
        );
    }
}

#[test]
fn an_approval_by_who_might_not_give_it_on_that_day_is_found() {
    let (office, _) = office();
    let ana = office.open("staff-1", PASSPHRASE).unwrap();
    release(&ana, "H-0001", (Some("staff-2"), BENS, None)).unwrap();
    let turned = ana
        .member_roles(&c::MemberRolesReq {
            label: "staff-2".to_owned(),
            roles: vec!["analyst".to_owned()],
            passphrase: PASSPHRASE.to_owned(),
        })
        .unwrap();
    let rules = (*turned.vault.rules()).clone();
    turned.vault.close().unwrap();
    drop(turned);
    drop(ana);
    assert_eq!(
        judged(&office.path),
        [""; 0],
        "what was approved before the role went stays approved"
    );
    let keys = vault::unlock(&office.path, Some("staff-1"), &PASSPHRASE.to_owned().into()).unwrap();
    let words = approval::release("H-0002", "Letter");
    let by = |label: &str, passphrase: &str, reason: Option<&str>| {
        let key = keys
            .approval_key(label, &passphrase.to_owned().into())
            .unwrap();
        let signature = key
            .sign_sshsig(approval::NAMESPACE, words.as_bytes())
            .unwrap();
        Change::HoldReleased {
            hold: "H-0002".to_owned(),
            release: Release {
                on: "2026-03-02".to_owned(),
                writing: "Letter".to_owned(),
                approval: Approval {
                    label: label.to_owned(),
                    fingerprint: key.fingerprint(),
                    statement: words.clone(),
                    signature,
                    override_reason: reason.map(str::to_owned),
                },
            },
        }
    };
    let with_role = |roles: &[&str], then: Change| {
        let given = Change::StaffRoles {
            label: "staff-2".to_owned(),
            before: vec!["analyst".to_owned()],
            roles: roles.iter().map(ToString::to_string).collect(),
        };
        vec![given, then]
    };
    let cases: Vec<(&str, Option<&str>, Vec<Change>)> = vec![
        (
            "by one who never might",
            Some("E-APPROVAL-ROLE"),
            vec![by("staff-3", CORAS, None)],
        ),
        (
            "by one who might once",
            Some("E-APPROVAL-ROLE"),
            vec![by("staff-2", BENS, None)],
        ),
        (
            "by one who may again",
            None,
            with_role(&["compliance_officer"], by("staff-2", BENS, None)),
        ),
        (
            "alone, with a reason",
            None,
            vec![by("staff-1", PASSPHRASE, Some(ALONE))],
        ),
        (
            "with a reason, and not alone",
            Some("E-APPROVAL-OWN"),
            with_role(
                &["compliance_officer"],
                by("staff-1", PASSPHRASE, Some(ALONE)),
            ),
        ),
    ];
    for (place, (how, code, changes)) in cases.into_iter().enumerate() {
        let vault = office.path.with_file_name(format!("{place}.cipdesk"));
        copy(&office.path, &vault);
        forge(&vault, &rules, changes).unwrap();
        let problems = judged(&vault);
        let codes: Vec<Option<&str>> = problems
            .iter()
            .map(|one| one.split(' ').next())
            .filter(|code| code.is_some_and(|code| code.starts_with("E-APPROVAL")))
            .collect();
        assert_eq!(codes, Vec::from_iter(code.map(Some)), "{how}: {problems:?}");
    }
}
