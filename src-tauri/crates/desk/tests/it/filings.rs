//! Copies of CIPs for the Department: drafted by the request, sealed by an approver, frozen from then on.

use crate::bench::{ALONE, Bench, said};
use desk::{Source, Unwatched};

/// A request for one reseller's CIP, answered by a draft.
fn drafted(bench: &Bench) -> String {
    let reseller = bench.reseller("Lion City");
    let opened = bench.request("2026-03-02", &[&reseller]).unwrap();
    opened.filing.unwrap()
}

#[test]
fn the_cip_in_force_on_the_day_of_the_request_is_the_one_supplied() {
    let bench = Bench::new();
    let reseller = bench.reseller("Lion City");
    let newer = bench.file("newer.txt", b"From today on we ask for two documents.");
    bench
        .vault
        .cip_file(
            &reseller,
            "2",
            "2026-03-02",
            None,
            Source::File(newer),
            &Unwatched,
        )
        .unwrap();
    let versions = |received: &str| {
        let case = bench.request(received, &[&reseller]).unwrap().case;
        let view = bench.vault.case_show(&case).unwrap();
        view.items[0].cip.as_ref().unwrap().version.clone()
    };
    assert_eq!(versions("2026-03-01"), "1");
    assert_eq!(versions("2026-03-02"), "2");
}

#[test]
fn only_a_missing_cip_without_a_reason_blocks() {
    let bench = Bench::new();
    let reseller = bench.reseller_without_cip("Lion City");
    let filing = bench
        .request("2026-03-02", &[&reseller])
        .unwrap()
        .filing
        .unwrap();
    let view = bench.vault.filing_show(&filing).unwrap();
    assert!(!view.sealable);
    assert!(
        view.findings.iter().any(|one| one.level == "blocks"),
        "{:?}",
        view.findings
    );
    said(bench.seal(&filing, Some(ALONE)));
    bench
        .write(
            &filing,
            "missing",
            &reseller,
            "reason",
            "The reseller refuses; a failure case is open.",
        )
        .unwrap();
    bench.seal(&filing, Some(ALONE)).unwrap();
}

#[test]
fn one_person_alone_says_why_and_it_is_seen() {
    let bench = Bench::new();
    let filing = drafted(&bench);
    said(bench.seal(&filing, None));
    let sealed = bench.seal(&filing, Some(ALONE)).unwrap();
    assert_eq!(sealed.seal.unwrap().override_reason.as_deref(), Some(ALONE));
}

#[test]
fn what_is_sealed_can_neither_be_edited_nor_sealed_again() {
    let bench = Bench::new();
    let filing = drafted(&bench);
    bench.seal(&filing, Some(ALONE)).unwrap();
    said(bench.seal(&filing, Some(ALONE)));
    let (code, _) = said(bench.write(&filing, "addressee", "", "value", "Somebody else"));
    assert_eq!(code, "E-FILING-STATE");
    assert_eq!(
        said(bench.sent("F4-2026-0099", "2026-03-02")).0,
        "E-RECORD-UNKNOWN"
    );
}

#[test]
fn what_is_not_sealed_cannot_be_sent_or_exported() {
    let bench = Bench::new();
    let filing = drafted(&bench);
    said(bench.sent(&filing, "2026-03-02"));
    let out = bench.folder.path().join("out");
    said(bench.vault.filing_export(&filing, &out, &[], &Unwatched));
}

#[test]
fn a_document_that_is_not_what_was_attached_is_named_and_nothing_is_sealed() {
    let bench = Bench::new();
    let filing = drafted(&bench);
    let paper = bench.file("annex.bin", &vec![7; 3 << 20]);
    let annex = bench
        .vault
        .document_add(&filing, "other", Source::File(paper), &Unwatched)
        .unwrap();
    let vault = bench.folder.path().join("A.cipdesk");
    let file = vault.join(format!("documents/{}/{}.age", &annex.id[..2], annex.id));
    let whole = std::fs::read(&file).unwrap();
    let kept = || {
        let shards = std::fs::read_dir(vault.join("documents"))
            .unwrap()
            .flatten();
        let files = shards.flat_map(|shard| std::fs::read_dir(shard.path()).unwrap());
        files.count() + std::fs::read_dir(vault.join("tmp")).unwrap().count()
    };
    let before = kept();
    let mut changed = whole.clone();
    changed[2 << 20] ^= 1;
    for (what, bytes) in [
        ("a byte is another", Some(changed)),
        ("its end is cut", Some(whole[..1 << 20].to_vec())),
        ("it is gone", None),
    ] {
        match bytes {
            Some(bytes) => std::fs::write(&file, bytes).unwrap(),
            None => std::fs::remove_file(&file).unwrap(),
        }
        let (code, message) = said(bench.seal(&filing, Some(ALONE)));
        assert_eq!(code, "V-25", "{what}");
        assert!(message.contains(&annex.id), "{what}: {message}");
    }
    std::fs::write(&file, &whole).unwrap();
    assert_eq!(kept(), before, "no bundle, and no half of one, was kept");
    assert_eq!(bench.vault.filing_show(&filing).unwrap().row.state, "draft");
    bench.seal(&filing, Some(ALONE)).unwrap();
}

#[test]
fn an_encrypted_export_opens_for_its_recipient_and_holds_what_was_sealed() {
    let bench = Bench::new();
    let filing = drafted(&bench);
    let seal = bench.seal(&filing, Some(ALONE)).unwrap().seal.unwrap();
    let identity = bench.folder.path().join("key.txt");
    let made = std::process::Command::new("age-keygen")
        .arg("-o")
        .arg(&identity)
        .output()
        .unwrap();
    let said_key = String::from_utf8(made.stderr).unwrap();
    let recipient = said_key.split_whitespace().last().unwrap().to_owned();
    let out = bench.folder.path().join("out");
    let exported = bench
        .vault
        .filing_export(&filing, &out, &[recipient], &Unwatched)
        .unwrap();
    let opened = std::process::Command::new("age")
        .arg("-d")
        .arg("-i")
        .arg(&identity)
        .arg(out.join(&exported.name))
        .output()
        .unwrap();
    assert!(
        opened.status.success(),
        "{}",
        String::from_utf8_lossy(&opened.stderr)
    );
    assert_eq!(opened.stdout.len() as u64, seal.bytes);
    let hashed = std::process::Command::new("sha256sum")
        .arg(out.join(&exported.name))
        .output()
        .unwrap();
    assert!(
        String::from_utf8(hashed.stdout)
            .unwrap()
            .starts_with(&exported.sha256),
        "the journal names the file that was handed out"
    );
    let plain = bench
        .vault
        .filing_export(&filing, &out, &[], &Unwatched)
        .unwrap();
    assert_eq!(std::fs::read(out.join(plain.name)).unwrap(), opened.stdout);
    assert_eq!(
        std::fs::read_dir(bench.folder.path().join("A.cipdesk/tmp"))
            .unwrap()
            .count(),
        0,
        "nothing is left in the vault's tmp"
    );
}
