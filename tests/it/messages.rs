//! Messages of the command line (security, section 5.6), met as a script meets them.

use crate::support::desk::Desk;

#[test]
fn a_passphrase_is_never_taken_from_the_arguments_and_what_is_missing_is_named() {
    let desk = Desk::new();
    desk.create();
    // Neither a file nor a terminal: it says what to give, and why not as an argument.
    let status = std::process::Command::new(crate::support::command_line())
        .args(["vault", "status", "A.cipdesk"])
        .current_dir(desk.folder.path())
        .env("CIPDESK_STATE", desk.path("state"))
        .env_remove("CIPDESK_PASSPHRASE_FILE")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&status.stderr).into_owned();
    assert_eq!(status.status.code(), Some(2), "{said}");
    assert!(
        said.contains("C-01") && said.contains("list of processes"),
        "{said}"
    );
    let (code, said) = desk.fails(&["vault", "status", "A.cipdesk", "--passphrase", "x"]);
    assert_eq!(code, 2, "there is no such argument: {said}");

    let (code, said) = desk.fails(&[
        "vault",
        "create",
        "B.cipdesk",
        "--org",
        "Acme",
        "--role",
        "provider",
        "--zone",
        "UTC",
    ]);
    assert_eq!(code, 2);
    assert!(said.contains("C-05") && said.contains("--staff"), "{said}");
    assert!(!desk.path("B.cipdesk").exists(), "nothing was made");
}

#[test]
fn a_file_that_another_program_holds_is_tried_again_for_a_moment_and_then_named() {
    let desk = Desk::new();
    desk.create();
    let injector = desk.injector();
    let held = |to: &str, how: (&str, &str)| {
        let backup = desk
            .command()
            .args(["vault", "backup", "A.cipdesk", to])
            .env("LD_PRELOAD", &injector)
            .env("FI_MATCH", "A.cipdesk/keyring")
            .env("FI_KIND", "held")
            .env("FI_AT", "1")
            .env(how.0, how.1)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&backup.stderr).into_owned();
        (backup.status.code(), said)
    };
    let (code, said) = held("B.cipdesk", ("FI_TIMES", "3"));
    assert_eq!(code, Some(0), "three tries in vain are no failure: {said}");
    assert!(desk.path("B.cipdesk/VAULT").exists());

    let (code, said) = held("C.cipdesk", ("FI_STICKY", "1"));
    assert_eq!(code, Some(3), "{said}");
    assert!(
        said.contains("another program (antivirus?) is holding this file") && said.contains("A-14"),
        "{said}"
    );
    assert!(!desk.path("C.cipdesk").exists(), "nothing was made");
}

#[test]
fn a_recovery_key_in_parts_is_written_into_a_file_each_and_typed_one_after_the_other() {
    let desk = Desk::new();
    desk.create();
    let split = |parts: &str| {
        desk.fails(&[
            "keys",
            "recovery",
            "A.cipdesk",
            "--instead",
            "--parts",
            parts,
            "--recovery-sheet",
            "officers.txt",
        ])
    };
    let (code, said) = split("two");
    assert_eq!(code, 2, "{said}");
    let (code, said) = split("1/3");
    assert!(code == 2 && said.contains("E-VAULT-SPLIT"), "{said}");
    let file = |part: u32| desk.path(&format!("officers-part-{part}-of-3.txt"));
    std::fs::write(file(2), "somebody's").unwrap();
    let (code, said) = split("2/3");
    assert!(code == 2 && said.contains("E-FILE-EXISTS"), "{said}");
    assert!(!file(1).exists(), "none is written where one cannot be");
    std::fs::remove_file(file(2)).unwrap();
    let (code, said) = split("2/3");
    assert_eq!(code, 0, "{said}");
    let part = |number: u32| {
        let sheet = std::fs::read_to_string(file(number)).unwrap();
        assert!(sheet.contains(&format!("part {number} of 3")), "{sheet}");
        let key = sheet
            .lines()
            .find(|line| line.starts_with("CIPDESK-PART-1"));
        key.unwrap().to_owned()
    };
    let test = |typed: &str| {
        std::fs::write(desk.path("typed.txt"), typed).unwrap();
        desk.fails(&[
            "keys",
            "test",
            "A.cipdesk",
            "--recovery-key-file",
            "typed.txt",
        ])
    };
    let (code, said) = test(&part(3));
    assert!(code == 4 && said.contains("V-28"), "{said}");
    let (code, said) = test(&format!("{}\n{}\n", part(3), part(1)));
    assert_eq!(code, 0, "{said}");
}
