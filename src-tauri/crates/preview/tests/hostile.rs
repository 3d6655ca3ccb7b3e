//! Three hundred hostile attachments (security T-A): each ends with a picture, a text or a reason, in a worker that opens no connection and
//! starts nothing; whoever asked goes on.

// A test gives up loudly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(target_os = "linux")]

#[path = "support/files.rs"]
#[allow(dead_code, reason = "shared with the other tests of the worker")]
mod files;

use files::{encoded, pdf, pdf_pages, png_header, red_and_blue, stream, tiff};
use image::ImageFormat;
use preview::{Answer, PreviewError, Request, Rotation, Worker};
use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt, path::Path};

const EXE: &str = env!("CARGO_BIN_EXE_preview-worker-for-tests");

/// What must become of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// A picture or a text.
    Shown,
    /// A reason.
    Refused,
    /// One of them.
    Somehow,
}

type File = (String, Vec<u8>, Ends);

fn active_pdfs() -> Vec<File> {
    let actions = [
        "/S /JavaScript /JS (app.launchURL('http://example.org'))",
        "/S /Launch /F (cmd.exe)",
        "/S /URI /URI (http://example.org)",
        "/S /SubmitForm /F (http://example.org)",
        "/S /ImportData /F (a.fdf)",
        "/S /GoToR /F (\\\\\\\\server\\\\x.pdf) /D [0 /Fit]",
        "/S /GoToE /D [0 /Fit]",
        "/S /Rendition",
        "/S /Named /N /Print",
        "/S /SetOCGState /State []",
    ];
    let mut found = Vec::new();
    for action in actions {
        for (place, catalogue, page) in [
            (
                "as it opens",
                format!("/OpenAction << {action} >>"),
                String::new(),
            ),
            (
                "as its page opens",
                String::new(),
                format!("/AA << /O << {action} >> >>"),
            ),
            (
                "at a click",
                String::new(),
                format!("/Annots [<< /Subtype /Link /Rect [0 0 99 99] /A << {action} >> >>]"),
            ),
            (
                "after another",
                format!("/OpenAction << /S /GoTo /D [0 /Fit] /Next << {action} >> >>"),
                String::new(),
            ),
        ] {
            found.push((
                format!("PDF {action} {place}"),
                pdf_pages(1, &catalogue, &page),
                Ends::Shown,
            ));
        }
    }
    found
}

/// Deep, looped, huge by its own words.
fn lying_pdfs() -> Vec<File> {
    let mut found = Vec::new();
    for depth in [100, 1_000, 10_380, 100_000] {
        for (open, close) in [("[", "]"), ("<< /A ", " >>"), ("(", ")")] {
            let deep = format!("{}{}", open.repeat(depth), close.repeat(depth));
            found.push((
                format!("PDF {depth} deep in {open}"),
                pdf_pages(1, &format!("/Deep {deep}"), ""),
                Ends::Somehow,
            ));
            found.push((
                format!("PDF page {depth} deep in {open}"),
                pdf_pages(1, "", &format!("/Deep {deep}")),
                Ends::Somehow,
            ));
        }
    }
    for kids in [
        "[2 0 R]",
        "[2 0 R 2 0 R]",
        "[1 0 R]",
        "[9 0 R]",
        "[null]",
        "[(x)]",
        "2 0 R",
        "[[2 0 R]]",
    ] {
        for count in ["1", "0", "-1", "1000000", "99999999999", "1.5", "null"] {
            let objects = [
                "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
                format!("<< /Type /Pages /Kids {kids} /Count {count} >>"),
            ];
            found.push((
                format!("PDF of the pages {kids}, which are {count}"),
                pdf(&objects),
                Ends::Somehow,
            ));
        }
    }
    for content in [
        "q ".repeat(300_000),
        "BT ".repeat(99_999),
        "/X Do ".repeat(9_999),
        "1e400 w 9e99 0 0 9e99 0 0 cm 0 0 1 1 re f".to_owned(),
        "BI /W 60000 /H 60000 /BPC 8 /CS /RGB ID x EI".to_owned(),
    ] {
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R /Resources << /XObject << /X 4 0 R >> >> >>".to_owned(),
            stream(&content),
        ];
        found.push((
            format!("PDF that draws {}", &content[..6]),
            pdf(&objects),
            Ends::Somehow,
        ));
    }
    for page in [
        "/MediaBox [0 0 1e9 1e9]",
        "/MediaBox [0 0 0 0]",
        "/MediaBox [9 9 -9 -9]",
        "/MediaBox (x)",
        "/Rotate 45",
        "/UserUnit 1000000",
        "/Contents [3 0 R 99 0 R]",
        "/Parent 3 0 R",
    ] {
        found.push((
            format!("PDF page with {page}"),
            pdf_pages(1, "", page),
            Ends::Somehow,
        ));
    }
    found
}

fn pictures() -> Vec<File> {
    let mut found = Vec::new();
    for (width, height) in [
        (100_000, 100_000),
        (1, u32::MAX),
        (u32::MAX, 1),
        (0x7fff_ffff, 0x7fff_ffff),
        (50_000, 3_000),
        (20_001, 1),
        (1, 20_001),
        (0, 0),
        (0, 9),
        (9, 0),
    ] {
        found.push((
            format!("PNG of {width} by {height}"),
            png_header(width, height),
            Ends::Refused,
        ));
    }
    let picture = red_and_blue(60, 40);
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::WebP,
        ImageFormat::Tiff,
    ] {
        let whole = encoded(picture.clone(), format);
        for part in 0..10 {
            found.push((
                format!("{format:?} cut after {part} tenths"),
                whole[..whole.len() * part / 10].to_vec(),
                Ends::Somehow,
            ));
            let mut holed = whole.clone();
            let at = holed.len() * part / 10;
            for byte in holed.iter_mut().skip(at.max(12)).take(16) {
                *byte = 0xff;
            }
            found.push((
                format!("{format:?} with a hole after {part} tenths"),
                holed,
                Ends::Somehow,
            ));
        }
    }
    let mut looped = tiff(2, true);
    let link = looped.len() - 64 - 4;
    looped[link..link + 4].copy_from_slice(&8u32.to_le_bytes());
    found.push(("TIFF in a circle".to_owned(), looped, Ends::Somehow));
    found
}

/// What is never drawn, whatever it is called.
fn scripts() -> Vec<File> {
    let mut found = Vec::new();
    let lol: String = (1..10)
        .map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10)))
        .collect();
    for text in [
        "<html><script>alert(1)</script>".to_owned(),
        "<!DOCTYPE html><body onload=alert(1)>".to_owned(),
        "\u{feff}<html><iframe src='http://example.org'>".to_owned(),
        "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_owned(),
        "<svg><image href='http://example.org/x.png'/></svg>".to_owned(),
        "<svg><foreignObject><script>1</script></foreignObject></svg>".to_owned(),
        "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"
            .to_owned(),
        format!("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY l0 \"lol\">{lol}]><a>&l9;</a>"),
        "<?xml version='1.0'?><?xml-stylesheet href='http://example.org/x.xsl'?><a/>".to_owned(),
        "#!/bin/sh\ntouch /tmp/was-run\n".to_owned(),
        "[Desktop Entry]\nExec=touch /tmp/was-run\n".to_owned(),
        "{\\rtf1{\\object\\objdata 0}}".to_owned(),
    ] {
        let called: String = text.chars().take(24).collect();
        for before in ["", " \n\t", "<!-- x -->"] {
            // A text in front makes a script or a list of what to start a text.
            let ends = if before.is_empty() {
                Ends::Refused
            } else {
                Ends::Somehow
            };
            found.push((
                format!("{before:?} before {called}"),
                format!("{before}{text}").into_bytes(),
                ends,
            ));
        }
    }
    for (what, head) in [
        (
            "Office of old",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(),
        ),
        ("an archive", b"PK\x03\x04\x14\0\0\0\x08\0"),
        ("a program of Windows", b"MZ\x90\0\x03\0\0\0"),
        ("a program of Linux", b"\x7fELF\x02\x01\x01\0"),
        ("a link of Windows", b"L\0\0\0\x01\x14\x02\0\0\0\0\0"),
        ("gzip", b"\x1f\x8b\x08\0\0\0\0\0"),
        ("7z", b"7z\xbc\xaf\x27\x1c"),
        ("a disk", b"\0\0\0\0\0\0\0\0"),
    ] {
        for tail in [b"xl/vbaProject.bin".as_slice(), &[0; 5_000], &[0xff; 300]] {
            found.push((
                format!("{what} and {} bytes", tail.len()),
                [head, tail].concat(),
                Ends::Refused,
            ));
        }
    }
    found
}

fn of_two_kinds() -> Vec<File> {
    let kinds = [
        ("PNG", encoded(red_and_blue(20, 10), ImageFormat::Png)),
        ("JPEG", encoded(red_and_blue(20, 10), ImageFormat::Jpeg)),
        ("PDF", pdf_pages(1, "", "")),
        ("HTML", b"<html><script>1</script></html>".to_vec()),
        ("ZIP", b"PK\x03\x04\x14\0\0\0\0\0".to_vec()),
        ("EXE", b"MZ\x90\0\x03\0\0\0".to_vec()),
    ];
    let mut found = Vec::new();
    for (first, one) in &kinds {
        for (second, two) in kinds.iter().filter(|(second, _)| second != first) {
            found.push((
                format!("{first} and {second}"),
                [one.as_slice(), two].concat(),
                Ends::Somehow,
            ));
        }
    }
    for byte in 0..8u8 {
        found.push((
            format!("one byte {byte}"),
            vec![byte.wrapping_mul(37)],
            Ends::Somehow,
        ));
    }
    found.push(("nothing".to_owned(), Vec::new(), Ends::Refused));
    found
}

/// A worker that is watched: what it asks the system for of networks and programs is written down.
fn watched(folder: &Path) -> Worker {
    let path = folder.join("worker");
    let script = format!(
        "#!/bin/sh\nexec strace -f -qq -e trace=network,execve,execveat -e signal=none -o \"${{0%/*}}/calls.$$\" '{EXE}' \"$@\"\n"
    );
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    Worker::new(path)
}

/// What the watched worker did beside starting: calls of the network, and programs.
fn did(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if !entry.file_name().to_string_lossy().starts_with("calls.") {
            continue;
        }
        let calls = fs::read_to_string(entry.path()).unwrap();
        assert!(
            calls.contains("execve("),
            "the watch sees the worker start: {calls}"
        );
        found.extend(calls.lines().skip(1).map(str::to_owned));
        fs::remove_file(entry.path()).unwrap();
    }
    found
}

#[test]
fn three_hundred_hostile_files_end_with_a_picture_or_a_reason_and_reach_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let worker = watched(folder.path());
    let files: Vec<File> = [
        active_pdfs(),
        lying_pdfs(),
        pictures(),
        scripts(),
        of_two_kinds(),
    ]
    .concat();
    let mut ends: BTreeMap<String, u32> = BTreeMap::new();
    let draw = Request::Render {
        page: 1,
        width_px: 60,
        rotate: Rotation::None,
    };
    for (what, bytes, wanted) in &files {
        let answer = worker.ask(bytes, draw);
        let end = match &answer {
            Ok(Answer::Picture(picture)) => {
                assert!(
                    picture.png.starts_with(b"\x89PNG"),
                    "{what}: pixels alone come back"
                );
                "picture"
            }
            Ok(Answer::Text(_)) => "text",
            Ok(other) => panic!("{what}: {other:?}"),
            Err(PreviewError::NoWorker) => panic!("{what}: the worker did not start"),
            Err(refused) => refused.code(),
        };
        *ends.entry(end.to_owned()).or_default() += 1;
        match wanted {
            Ends::Shown => assert_eq!(end, "picture", "{what}"),
            Ends::Refused => assert!(answer.is_err(), "{what}: {end}"),
            Ends::Somehow => {}
        }
        assert_eq!(did(folder.path()), Vec::<String>::new(), "{what}");
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "{what}: the worker left a file"
        );
    }
    assert!(!Path::new("/tmp/was-run").exists());
    let sound = worker.ask(&pdf_pages(1, "", ""), draw);
    assert!(matches!(sound, Ok(Answer::Picture(_))), "who asked goes on");
    let ends: Vec<String> = ends
        .iter()
        .map(|(end, count)| format!("{end} {count}"))
        .collect();
    eprintln!(
        "figure T-A {} hostile files in the worker of previews, which started nothing and opened no connection (strace): {}",
        files.len(),
        ends.join(", ")
    );
}
