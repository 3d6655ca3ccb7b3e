//! Bundles of another desk: verified, taken in with their origin, never trusted because they say so. Keys: the address book, and our own.

use crate::bench::{ALONE, Bench, PASSPHRASE, said};
use contract as c;
use desk::{OpenSshKey, Unwatched, agent_key_at, key_file};
use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

/// A sealed filing of a desk, written out.
fn bundle_of(bench: &Bench, name: &str, recipients: &[String]) -> PathBuf {
    let reseller = bench.reseller(name);
    let filing = bench
        .request("2026-03-02", &[&reseller])
        .unwrap()
        .filing
        .unwrap();
    bench.seal(&filing, Some(ALONE)).unwrap();
    written(bench, &filing, recipients)
}

fn written(bench: &Bench, filing: &str, recipients: &[String]) -> PathBuf {
    let out = bench.folder.path().join("out");
    let exported = bench
        .vault
        .filing_export(filing, &out, recipients, &Unwatched)
        .unwrap();
    out.join(exported.name)
}

fn verify(bench: &Bench, path: &Path) -> c::BundleReport {
    bench
        .vault
        .bundle_verify(path, None, None, &Unwatched)
        .unwrap()
}

fn receive(bench: &Bench, path: &Path, why: Option<&str>) -> Result<c::ReceivedRow, desk::Error> {
    bench
        .vault
        .bundle_receive(path, None, "C-000001", why, &Unwatched)
}

fn save(bench: &Bench, key: &str, act: &str, how: &str) -> Result<c::SignerBook, desk::Error> {
    bench.vault.signer_save(&c::SignerSaveReq {
        key: key.to_owned(),
        label: None,
        principal: None,
        act: act.to_owned(),
        how: Some(how.to_owned()),
    })
}

fn entries(bench: &Bench) -> u64 {
    bench.vault.read(|read| Ok(read.head()?.count)).unwrap()
}

/// What people do with a bundle of somebody else and with keys, for the random histories: receive, trust, withdraw, bind, release.
pub(crate) fn deed(bench: &Bench, customer: &str, what: u8) {
    static FOREIGN: OnceLock<(Vec<u8>, String, String)> = OnceLock::new();
    let (zip, fingerprint, key) = FOREIGN.get_or_init(|| {
        let sender = Bench::new();
        let zip = std::fs::read(bundle_of(&sender, "Lion City", &[])).unwrap();
        let staff = sender.vault.read(|read| Ok(read.staff()?)).unwrap();
        let key = std::fs::read_to_string(new_key(&sender, "id", "ed25519", "")).unwrap();
        (zip, staff[0].approval_key.clone(), key)
    });
    let _ = match what {
        0 => bench
            .vault
            .bundle_receive(
                &bench.file("foreign.zip", zip),
                None,
                customer,
                Some("Its key is being compared"),
                &Unwatched,
            )
            .map(drop),
        1 => save(bench, fingerprint, "trust", "By telephone").map(drop),
        2 => save(bench, fingerprint, "withdraw", "Stolen").map(drop),
        3 => {
            let key = key_file(&bench.file("id", key.as_bytes())).unwrap();
            bench.vault.key_bind(&key, PASSPHRASE).map(drop)
        }
        _ => {
            let book = bench.vault.signer_list().unwrap();
            let bound = book.own.iter().find(|one| one.releasable);
            let fingerprint = bound.map(|one| one.fingerprint.clone()).unwrap_or_default();
            bench
                .vault
                .key_release(&c::KeyReleaseReq {
                    fingerprint,
                    passphrase: PASSPHRASE.to_owned(),
                })
                .map(drop)
        }
    };
}

/// Two desks: one that sends, one with a customer to take things into.
fn two() -> (Bench, Bench) {
    let (sender, bench) = (Bench::new(), Bench::new());
    bench.customer("Ada Byron", "GB");
    (sender, bench)
}

#[test]
fn a_bundle_of_another_desk_is_taken_in_with_its_origin_and_its_key_is_seen_not_trusted() {
    let (sender, bench) = two();
    let path = bundle_of(&sender, "Lion City", &[]);
    let report = verify(&bench, &path);
    let signer = report.signer.clone().unwrap();
    assert!(report.valid && !signer.trusted);
    assert_eq!((signer.standing.as_str(), signer.label), ("unknown", None));
    assert_eq!(
        signer.words.split_whitespace().count(),
        8,
        "{}",
        signer.words
    );
    let before = entries(&bench);
    assert_eq!(said(receive(&bench, &path, None)).0, "B-31");
    assert_eq!(
        said(receive(&bench, &path, Some("  "))).0,
        "B-31",
        "blanks are no reason"
    );
    assert_eq!(entries(&bench), before, "nothing was recorded");
    let row = receive(
        &bench,
        &path,
        Some("Their letter with the key is on its way"),
    )
    .unwrap();
    assert_eq!(
        (row.standing.as_str(), row.standing_now.as_str(), row.again),
        ("unknown", "seen", false)
    );
    assert_eq!(row.organisation.as_deref(), Some("Acme Cloud LLC"));
    assert!(row.why.unwrap().contains("letter"));
    let kept = bench.folder.path().join("kept.zip");
    bench
        .vault
        .document_extract(&row.document, &kept, &Unwatched)
        .unwrap();
    assert_eq!(
        std::fs::read(&kept).unwrap(),
        std::fs::read(&path).unwrap(),
        "it is kept as it came"
    );
    let shown = bench.vault.customer_show("C-000001").unwrap();
    assert!(
        shown.documents.iter().any(|one| one.id == row.document),
        "it is a document of the record"
    );
    let after = entries(&bench);
    let again = receive(&bench, &path, Some("Once more")).unwrap();
    assert!(again.again && again.r#ref == row.r#ref);
    assert_eq!(entries(&bench), after, "the same bundle changes nothing");
    assert_eq!(bench.vault.bundle_list().unwrap().len(), 1);
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn a_key_is_trusted_when_somebody_compared_it_and_never_again_once_withdrawn() {
    let (sender, bench) = two();
    let path = bundle_of(&sender, "Lion City", &[]);
    let key = verify(&bench, &path).signer.unwrap().fingerprint;
    assert_eq!(
        said(save(&bench, &key, "trust", "By telephone")).0,
        "E-SIGNER-UNKNOWN",
        "a fingerprint alone is no key"
    );
    receive(&bench, &path, Some("To be compared")).unwrap();
    assert_eq!(verify(&bench, &path).signer.unwrap().standing, "seen");
    assert_eq!(said(save(&bench, &key, "trust", "")).0, "E-SIGNER-HOW");
    let book = save(&bench, &key, "trust", "By telephone with Mei Tan").unwrap();
    assert!(book.keys[0].said.as_ref().unwrap().contains("Ana Lima"));
    let report = verify(&bench, &path);
    assert!(report.valid && report.signer.unwrap().trusted);
    // The list that leaves the vault says the same to a desk without one, and to ssh-keygen.
    let list = bench.file(
        "allowed_signers",
        bench.vault.signer_lines().unwrap().as_bytes(),
    );
    let outside = desk::verify_bundle(&path, Some(&list), None, &Unwatched).unwrap();
    assert!(outside.valid && outside.signer.unwrap().trusted);
    let nobody = bench.file("nobody", b"");
    let unknown = desk::verify_bundle(&path, Some(&nobody), None, &Unwatched).unwrap();
    assert_eq!(unknown.problems[0].code, "B-31");

    let second = bundle_of(&sender, "Merlion", &[]);
    assert_eq!(
        receive(&bench, &second, None).unwrap().standing,
        "trusted",
        "a compared key needs no reason"
    );
    save(&bench, &key, "withdraw", "Stolen").unwrap();
    let report = verify(&bench, &path);
    assert!(!report.valid);
    assert_eq!(report.problems[0].code, "B-34");
    assert!(bench.vault.signer_lines().unwrap().is_empty());
    let third = bundle_of(&sender, "Orchard", &[]);
    assert_eq!(
        said(receive(&bench, &third, Some("All the same"))).0,
        "B-34"
    );
    assert_eq!(
        said(save(&bench, &key, "trust", "They say it was found")).0,
        "E-SIGNER-WITHDRAWN"
    );
    assert_eq!(
        bench.vault.bundle_list().unwrap()[0].standing_now,
        "withdrawn"
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn a_key_that_signs_under_another_name_than_the_books_does_not_hold() {
    let (sender, bench) = two();
    let path = bundle_of(&sender, "Lion City", &[]);
    let public = sender
        .vault
        .read(|read| Ok(read.staff()?[0].approval_public.clone()))
        .unwrap();
    let req = |principal: &str| c::SignerSaveReq {
        key: public.clone(),
        label: Some("Lion City Cloud".to_owned()),
        principal: Some(principal.to_owned()),
        act: "trust".to_owned(),
        how: Some("From their letter of certification".to_owned()),
    };
    assert_eq!(
        said(bench.vault.signer_save(&req("a b"))).0,
        "E-SIGNER-NAME"
    );
    bench.vault.signer_save(&req("somebody@else")).unwrap();
    let report = verify(&bench, &path);
    assert!(!report.valid);
    assert_eq!(report.problems[0].code, "B-36");
    assert_eq!(said(receive(&bench, &path, Some("why"))).0, "B-36");
}

#[test]
fn what_was_changed_on_the_way_is_refused_with_its_code_and_leaves_nothing() {
    let (sender, bench) = two();
    let path = bundle_of(&sender, "Lion City", &[]);
    let mut bytes = std::fs::read(&path).unwrap();
    let place = bytes.windows(5).position(|five| five == b"%PDF-").unwrap();
    bytes[place + 900] ^= 1;
    let changed = bench.file("changed.bundle.zip", &bytes);
    let (before, documents) = (entries(&bench), files_in(&bench));
    assert_eq!(said(receive(&bench, &changed, Some("why"))).0, "B-22");
    let cut = bench.file("cut.bundle.zip", &bytes[..bytes.len() / 2]);
    assert_eq!(said(receive(&bench, &cut, Some("why"))).0, "B-16");
    let text = bench.file("text.bundle.zip", b"no bundle");
    assert_eq!(said(receive(&bench, &text, Some("why"))).0, "B-01");
    assert_eq!(
        said(
            bench
                .vault
                .bundle_receive(&path, None, "C-000099", Some("why"), &Unwatched)
        )
        .0,
        "E-RECORD-UNKNOWN"
    );
    assert_eq!((entries(&bench), files_in(&bench)), (before, documents));
    assert!(bench.vault.signer_list().unwrap().keys.is_empty());
}

fn files_in(bench: &Bench) -> usize {
    fn count(folder: &Path) -> usize {
        std::fs::read_dir(folder)
            .unwrap()
            .flatten()
            .map(|entry| {
                if entry.path().is_dir() {
                    count(&entry.path())
                } else {
                    1
                }
            })
            .sum()
    }
    let vault = bench.folder.path().join("A.cipdesk");
    count(&vault.join("documents")) + count(&vault.join("tmp"))
}

#[test]
fn an_encrypted_bundle_is_opened_with_the_age_key_and_kept_under_the_vaults_own() {
    let (sender, bench) = two();
    let identity = bench.folder.path().join("key.txt");
    let made = Command::new("age-keygen")
        .arg("-o")
        .arg(&identity)
        .output()
        .unwrap();
    let key = String::from_utf8(made.stderr).unwrap();
    let recipient = key.split_whitespace().last().unwrap().to_owned();
    let path = bundle_of(&sender, "Lion City", &[recipient]);
    let (code, _) = said(bench.vault.bundle_verify(&path, None, None, &Unwatched));
    assert_eq!(code, "B-02");
    let row = bench
        .vault
        .bundle_receive(&path, Some(&identity), "C-000001", Some("why"), &Unwatched)
        .unwrap();
    assert!(row.encrypted);
    let kept = bench.folder.path().join("kept.zip");
    bench
        .vault
        .document_extract(&row.document, &kept, &Unwatched)
        .unwrap();
    assert!(
        verify(&bench, &kept).valid,
        "what is kept is the bundle in clear, encrypted by the vault"
    );
    assert_eq!(
        std::fs::read_dir(bench.folder.path().join("A.cipdesk/tmp"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn a_bundle_of_our_own_is_known_as_such() {
    let bench = Bench::new();
    let path = bundle_of(&bench, "Lion City", &[]);
    let signer = verify(&bench, &path).signer.unwrap();
    assert_eq!(
        (
            signer.standing.as_str(),
            signer.trusted,
            signer.label.as_deref()
        ),
        ("own", true, Some("Ana Lima"))
    );
}

/// A key file as a person makes it.
fn new_key(bench: &Bench, name: &str, kind: &str, passphrase: &str) -> PathBuf {
    let path = bench.folder.path().join(name);
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", kind, "-N", passphrase, "-C", "test", "-f"])
        .arg(&path)
        .status()
        .unwrap();
    assert!(made.success());
    path
}

fn drafted(bench: &Bench, name: &str) -> String {
    let reseller = bench.reseller(name);
    bench
        .request("2026-03-02", &[&reseller])
        .unwrap()
        .filing
        .unwrap()
}

fn seal_with(bench: &Bench, filing: &str, key: &OpenSshKey) -> Result<c::FilingView, desk::Error> {
    bench.vault.filing_seal_with(
        &c::FilingSealReq {
            r#ref: filing.to_owned(),
            label: None,
            passphrase: PASSPHRASE.to_owned(),
            override_reason: Some(ALONE.to_owned()),
            sign_with: None,
        },
        Some(key),
        &Unwatched,
    )
}

/// The recipient's first command.
fn ssh_keygen_verifies(bundle: &Path) -> String {
    let folder = tempfile::tempdir().unwrap();
    let script = format!(
        "unzip -q '{}' && cd * && name=$(cut -d' ' -f1 allowed_signers) && ssh-keygen -Y verify -f allowed_signers -I $name -n cipdesk-filing-v1 -s tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt",
        bundle.display()
    );
    let out = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    String::from_utf8_lossy(&out.stdout).into_owned()
}

#[test]
fn an_openssh_key_signs_filings_once_it_is_bound_and_no_longer_when_released() {
    let bench = Bench::new();
    let key = key_file(&new_key(&bench, "id", "ed25519", "")).unwrap();
    let filing = drafted(&bench, "Lion City");
    assert_eq!(
        said(seal_with(&bench, &filing, &key)).0,
        "E-FILING-SIGN-WITH",
        "a key that nobody bound signs nothing"
    );
    assert!(bench.vault.key_bind(&key, "not the passphrase").is_err());
    let book = bench.vault.key_bind(&key, PASSPHRASE).unwrap();
    assert!(
        book.own
            .iter()
            .any(|one| one.kind == "bound" && one.releasable)
    );
    assert_eq!(
        said(bench.vault.key_bind(&key, PASSPHRASE)).0,
        "E-SIGNER-BOUND"
    );
    let seal = seal_with(&bench, &filing, &key).unwrap().seal.unwrap();
    assert_eq!(seal.fingerprint, key.fingerprint());
    assert_eq!(seal.signer, "Ana Lima", "a bound key is its member's");
    let path = written(&bench, &filing, &[]);
    let signer = verify(&bench, &path).signer.unwrap();
    assert_eq!(
        (signer.standing.as_str(), signer.fingerprint),
        ("own", key.fingerprint())
    );
    let told = ssh_keygen_verifies(&path);
    assert!(told.contains(&key.fingerprint()), "{told}");
    let release = |passphrase: &str| {
        bench.vault.key_release(&c::KeyReleaseReq {
            fingerprint: key.fingerprint(),
            passphrase: passphrase.to_owned(),
        })
    };
    release(PASSPHRASE).unwrap();
    assert_eq!(said(release(PASSPHRASE)).0, "E-SIGNER-UNKNOWN");
    let second = drafted(&bench, "Merlion");
    assert_eq!(
        said(seal_with(&bench, &second, &key)).0,
        "E-FILING-SIGN-WITH"
    );
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn a_key_that_cannot_sign_here_says_what_to_do() {
    let bench = Bench::new();
    let closed = new_key(&bench, "closed", "ed25519", "a passphrase");
    let why = key_file(&closed).unwrap_err();
    assert!(why.0.message.contains("ssh-add"), "{}", why.0.message);
    let other = new_key(&bench, "other", "ecdsa", "");
    assert!(
        key_file(&other)
            .unwrap_err()
            .0
            .message
            .contains("ssh-keygen -t ed25519")
    );
    let public = bench.folder.path().join("other.pub");
    assert_eq!(
        key_file(&public).unwrap_err().0.code,
        "E-BUNDLE-SIGNING-KEY"
    );
}

/// A real agent, gone when dropped.
struct Agent(Child, PathBuf);

impl Agent {
    fn start(bench: &Bench, keys: &[&Path]) -> Self {
        let socket = bench.folder.path().join("agent");
        let child = Command::new("ssh-agent")
            .arg("-D")
            .arg("-a")
            .arg(&socket)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let agent = Self(child, socket);
        while !agent.1.exists() {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        for key in keys {
            let added = Command::new("ssh-add")
                .arg("-q")
                .arg(key)
                .env("SSH_AUTH_SOCK", &agent.1)
                .status()
                .unwrap();
            assert!(added.success());
        }
        agent
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_key_in_an_ssh_agent_signs_like_the_file() {
    let bench = Bench::new();
    let (mine, other, elliptic) = (
        new_key(&bench, "mine", "ed25519", ""),
        new_key(&bench, "other", "ed25519", ""),
        new_key(&bench, "elliptic", "ecdsa", ""),
    );
    let agent = Agent::start(&bench, &[&elliptic, &other, &mine]);
    let file = key_file(&mine).unwrap();
    let (code, told) = said(agent_key_at(&agent.1, "SHA256:none"));
    assert_eq!(code, "E-SIGNER-UNKNOWN");
    assert_eq!(
        told.matches("SHA256:").count(),
        2,
        "only Ed25519 keys are offered: {told}"
    );
    let key = agent_key_at(&agent.1, &file.fingerprint()).unwrap();
    assert_eq!(
        key.sign("cipdesk-filing-v1", b"text").unwrap(),
        file.sign("cipdesk-filing-v1", b"text").unwrap(),
        "the same key, the same text, the same signature"
    );
    assert_eq!(
        said(bench.vault.key_in_agent_at(&agent.1, None)).0,
        "E-FILING-SIGN-WITH",
        "none of them is bound"
    );
    bench.vault.key_bind(&key, PASSPHRASE).unwrap();
    let found = bench.vault.key_in_agent_at(&agent.1, None).unwrap();
    assert_eq!(found.fingerprint(), file.fingerprint());
    let filing = drafted(&bench, "Lion City");
    seal_with(&bench, &filing, &found).unwrap();
    let told = ssh_keygen_verifies(&written(&bench, &filing, &[]));
    assert!(told.contains(&file.fingerprint()), "{told}");
    drop(agent);
    let gone = bench.folder.path().join("agent");
    assert_eq!(said(agent_key_at(&gone, "")).0, "E-BUNDLE-AGENT");
}
