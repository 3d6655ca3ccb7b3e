//! The page in every bundle that checks it, in a browser that people have: WebKit's own, without a network and without CIP Desk.

use crate::support::{artefacts, desk::Desk, screen::Screen};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// WebKit's small browser lies beside the library that the program's window uses.
pub(crate) fn browser() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").unwrap().flatten();
    folders
        .map(|folder| folder.path().join("webkit2gtk-4.1/MiniBrowser"))
        .find(|path| path.is_file())
        .expect("MiniBrowser is part of the package libwebkit2gtk-4.1-0")
}

/// Shows a file to the page; gives its verdict and everything it says.
fn judged(screen: &Screen, page: &str, bundle: &Path, known: &str) -> (String, String) {
    let session = &screen.session;
    session.go(page).unwrap();
    if !known.is_empty() {
        session
            .wait_for("css selector", "#known")
            .unwrap()
            .type_text(known)
            .unwrap();
    }
    session
        .wait_for("css selector", "#zip")
        .unwrap()
        .type_text(&bundle.display().to_string())
        .unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let said = session
            .script(
                "const it = document.getElementById('verdict'); return [it.dataset.state, it.textContent + document.getElementById('steps').textContent]",
                &[],
            )
            .unwrap();
        let state = said[0].as_str().unwrap_or_default().to_owned();
        if state != "waiting" && state != "working" {
            return (state, said[1].as_str().unwrap_or_default().to_owned());
        }
        assert!(Instant::now() < until, "no verdict: {said}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn the_page_in_a_bundle_tells_a_sound_one_from_a_changed_one_in_a_real_browser() {
    if std::env::var_os("CIP_WINDOW").is_none_or(|asked| asked != "1") {
        eprintln!("SKIPPED page: no browser test without CIP_WINDOW=1; ./dev test sets it");
        return;
    }
    let desk = Desk::new();
    desk.json(&[
        "demo",
        "D.cipdesk",
        "--customers",
        "20",
        "--now",
        "2026-11-24",
    ]);
    let sealed = desk
        .json(&["filing", "list", "D.cipdesk"])
        .as_array()
        .unwrap()
        .iter()
        .find(|one| !one["sealed_at"].is_null())
        .expect("a demonstration holds a sealed filing")["ref"]
        .as_str()
        .unwrap()
        .to_owned();
    let written = desk.json(&["filing", "export", "D.cipdesk", &sealed, "--to", "out"]);
    let bundle = desk.path(written["file"].as_str().unwrap());
    let known = desk.json(&["bundle", "verify", bundle.to_str().unwrap()]);
    let fingerprint = known["signer"]["fingerprint"].as_str().unwrap().to_owned();

    let unzipped = std::process::Command::new("unzip")
        .args(["-q", bundle.to_str().unwrap(), "-d", "open"])
        .current_dir(desk.folder.path())
        .status()
        .unwrap();
    assert!(unzipped.success());
    let name = fs::read_dir(desk.path("open"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let page = format!("file://{}/data/verify.html", name.path().display());

    let bytes = fs::read(&bundle).unwrap();
    let place = |needle: &[u8]| {
        bytes
            .windows(needle.len())
            .position(|at| at == needle)
            .unwrap()
    };
    let replaced = |file: &str, at: usize, byte: u8| {
        let mut other = bytes.clone();
        other[at] = byte;
        let path = desk.path(file);
        fs::write(&path, other).unwrap();
        path
    };
    let changed = |file: &str, at: usize| replaced(file, at, bytes[at] ^ 1);
    let document = changed("document.bundle.zip", place(b"%PDF-") + 1000);
    // The last one: the journal extract holds the signature of a checkpoint too.
    let armour = b"-----BEGIN SSH SIGNATURE-----";
    let last = bytes
        .windows(armour.len())
        .rposition(|at| at == armour)
        .unwrap();
    let signature = changed("signature.bundle.zip", last + 200);
    // Another digit, so that the list is in form and only its signature tells.
    let digit = place(b"  VERIFY.txt\n") - 3;
    let other = if bytes[digit] == b'0' { b'1' } else { b'0' };
    let list = replaced("list.bundle.zip", digit, other);
    let cut = desk.path("cut.bundle.zip");
    fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();

    let log = artefacts().join("page.log");
    let home = desk.path("home");
    fs::create_dir_all(&home).unwrap();
    let screen = Screen::open_with(&browser(), &["--automation"], &[("HOME", &home)], &log)
        .unwrap_or_else(|why| panic!("{why}; see {}", log.display()));
    screen.session.go(&page).unwrap();
    let able = screen
        .session
        .script_async(
            "try { await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign']); return true } catch { return false }",
            &[],
        )
        .unwrap()
        .unwrap();
    let (state, said) = judged(&screen, &page, &bundle, "");
    fs::write(
        artefacts().join("page-sound.png"),
        screen.session.screenshot().unwrap(),
    )
    .unwrap();
    assert!(said.contains("No file is missing"), "{said}");
    if able == json!(true) {
        assert_eq!(state, "holds", "{said}");
        assert!(said.contains("signed by staff-1."), "{said}");
    } else {
        println!("this WebKit has no Ed25519: the page must say so");
        assert_eq!(state, "partly", "{said}");
        assert!(said.contains("cannot check Ed25519"), "{said}");
    }
    assert!(
        said.contains(&fingerprint),
        "it is shown, to be compared: {said}"
    );
    let (state, said) = judged(&screen, &page, &bundle, &fingerprint);
    assert!(
        state != "fails" && said.contains("is the one whose fingerprint you gave"),
        "{said}"
    );
    let (state, said) = judged(&screen, &page, &bundle, "SHA256:somebodyelse");
    assert_eq!(state, "fails", "another fingerprint is another key: {said}");
    for (bundle, why) in [
        (document, "data/filing.pdf"),
        (signature, "signature"),
        (list, "VERIFY.txt"),
        (cut, "not in the form of a bundle"),
    ] {
        let (state, said) = judged(&screen, &page, &bundle, "");
        // Without Ed25519 a changed signature is one that was not checked.
        let open = able != json!(true) && why == "signature" && state == "partly";
        assert!(state == "fails" || open, "{}: {said}", bundle.display());
        assert!(said.contains(why), "{}: {said}", bundle.display());
    }
}
