//! Documents: what they are is told by their content, and what comes out is what went in.

use crate::bench::{Bench, said};
use desk::{Source, Unwatched};
use std::fs;

#[test]
fn a_document_comes_out_as_it_went_in_and_no_file_is_written_over() {
    let bench = Bench::new();
    let customer = bench.customer("Jürgen Müller", "DE");
    let content: Vec<u8> = (0..300_000u32).flat_map(u32::to_le_bytes).collect();
    let path = bench.file("scan.bin", &content);
    let row = bench
        .vault
        .document_add(&customer, "passport", Source::File(path), &Unwatched)
        .unwrap();
    let out = bench.folder.path().join("back.bin");
    bench
        .vault
        .document_extract(&row.id, &out, &Unwatched)
        .unwrap();
    assert_eq!(fs::read(&out).unwrap(), content);
    assert_eq!(
        said(bench.vault.document_extract(&row.id, &out, &Unwatched)).0,
        "E-FILE-EXISTS"
    );
}

#[test]
fn a_file_is_what_its_content_says() {
    let bench = Bench::new();
    let customer = bench.customer("Jürgen Müller", "DE");
    for (name, content, media_type, marked) in [
        (
            "passport.pdf",
            b"<!DOCTYPE html><html><script>x</script></html>".as_slice(),
            "text/html",
            true,
        ),
        (
            "logo.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "image/svg+xml",
            false,
        ),
        ("notes.txt", "Grüße".as_bytes(), "text/plain", false),
        (
            "scan.png",
            b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR",
            "image/png",
            false,
        ),
    ] {
        let path = bench.file(name, content);
        let row = bench
            .vault
            .document_add(&customer, "other", Source::File(path), &Unwatched)
            .unwrap();
        assert_eq!(row.media_type, media_type, "{name}");
        assert_eq!(!row.marks.is_empty(), marked, "{name}: {:?}", row.marks);
    }
}

#[test]
fn a_name_that_turns_hides_or_breaks_is_marked_and_the_file_is_kept_under_none_of_it() {
    let bench = Bench::new();
    let customer = bench.customer("Jürgen Müller", "DE");
    for (name, kept, mark) in [
        (
            "invoice\u{202e}fdp.txt",
            "invoice\u{202e}fdp.txt",
            "Its name contains a mark that changes the reading direction (U+202E)",
        ),
        (
            "pass\u{200b}port.txt",
            "pass\u{200b}port.txt",
            "Its name contains a character that cannot be seen (U+200B)",
        ),
        ("a\u{1b}[31m\nb.txt", "a\u{fffd}[31m\u{fffd}b.txt", ""),
        ("=cmd|calc!A1.txt", "=cmd|calc!A1.txt", ""),
        ("con.txt", "con.txt", ""),
        ("جواز سفر.txt", "جواز سفر.txt", ""),
        (".. ", ".. ", ""),
    ] {
        let path = bench.file(name, b"Hello");
        let row = bench
            .vault
            .document_add(&customer, "other", Source::File(path), &Unwatched)
            .unwrap();
        assert_eq!(row.name, kept, "{name:?}");
        assert_eq!(
            row.marks.is_empty(),
            mark.is_empty(),
            "{name:?}: {:?}",
            row.marks
        );
        assert!(
            row.marks.join(" ").contains(mark),
            "{name:?}: {:?}",
            row.marks
        );
    }
    let documents = bench.folder.path().join("A.cipdesk/documents");
    let mut files = 0;
    for folder in fs::read_dir(documents).unwrap().flatten() {
        for file in fs::read_dir(folder.path()).unwrap().flatten() {
            let name = file.file_name().into_string().unwrap();
            let id = name.strip_suffix(".age").unwrap();
            assert!(
                id.chars().all(|c| c.is_ascii_hexdigit() || c == '-'),
                "its name says nothing: {name}"
            );
            files += 1;
        }
    }
    assert_eq!(files, 7);
    assert!(bench.vault.check(&Unwatched).unwrap().ok);
}

#[test]
fn what_cannot_be_a_document_is_refused_with_its_reason() {
    let bench = Bench::new();
    let customer = bench.customer("Jürgen Müller", "DE");
    let add = |path| {
        bench
            .vault
            .document_add(&customer, "other", Source::File(path), &Unwatched)
    };
    assert_eq!(said(add(bench.file("empty.pdf", b""))).0, "A-01");
    assert_eq!(
        said(add(bench.folder.path().to_owned())).0,
        "A-10",
        "a folder"
    );
    let link = bench.folder.path().join("link.pdf");
    std::os::unix::fs::symlink(bench.file("real.pdf", b"%PDF-1.4"), &link).unwrap();
    assert_eq!(said(add(link)).0, "A-10", "a link");
    let huge = bench.folder.path().join("huge.bin");
    fs::File::create(&huge).unwrap().set_len(2 << 30).unwrap();
    let (code, sentence) = said(add(huge));
    assert_eq!(code, "A-02");
    assert!(
        sentence.contains("512 MB"),
        "the limit is named: {sentence}"
    );
    let (code, sentence) = said(bench.vault.document_add(
        &customer,
        "pasport",
        Source::File(bench.file("a.txt", b"a")),
        &Unwatched,
    ));
    assert_eq!(code, "E-DOCUMENT-TYPE");
    assert!(
        sentence.contains("passport"),
        "the choices are named: {sentence}"
    );
}

#[test]
fn a_document_that_was_changed_on_the_disk_is_named_by_the_check() {
    let bench = Bench::new();
    let customer = bench.customer("Jürgen Müller", "DE");
    let mut ids = Vec::new();
    for word in ["one", "two"] {
        let path = bench.file(word, word.as_bytes());
        ids.push(
            bench
                .vault
                .document_add(&customer, "other", Source::File(path), &Unwatched)
                .unwrap()
                .id,
        );
    }
    let file = bench.folder.path().join(format!(
        "A.cipdesk/documents/{}/{}.age",
        &ids[0][..2],
        ids[0]
    ));
    let mut bytes = fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&file, bytes).unwrap();
    let report = bench.vault.check(&Unwatched).unwrap();
    assert!(!report.ok);
    let named: Vec<&str> = report.problems.iter().map(|one| one.at.as_str()).collect();
    assert_eq!(named, [format!("document {}", ids[0])]);
    let out = bench.folder.path().join("out");
    assert_eq!(
        said(bench.vault.document_extract(&ids[0], &out, &Unwatched)).0,
        "V-25"
    );
    assert!(!out.exists(), "nothing of a changed document is written");
    bench
        .vault
        .document_extract(&ids[1], &out, &Unwatched)
        .unwrap();
}
