//! What the first bytes and a name tell, without a worker.

// A test gives up loudly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/files.rs"]
#[allow(dead_code, reason = "shared with the tests of the worker")]
mod files;

use files::{encoded, pdf_pages, red_and_blue, tiff};
use image::ImageFormat;
use preview::{Kind, Mark, is_previewable, sniff};

#[test]
fn kinds_are_told_by_content() {
    let image = red_and_blue(16, 16);
    let cases: [(Vec<u8>, &str, Kind, &str); 29] = [
        (
            encoded(image.clone(), ImageFormat::Png),
            "a.png",
            Kind::Png,
            "image/png",
        ),
        (
            encoded(image.clone(), ImageFormat::Jpeg),
            "a.JPG",
            Kind::Jpeg,
            "image/jpeg",
        ),
        (
            encoded(image, ImageFormat::WebP),
            "a.webp",
            Kind::Webp,
            "image/webp",
        ),
        (tiff(1, true), "a.tif", Kind::Tiff, "image/tiff"),
        (tiff(1, false), "a.tiff", Kind::Tiff, "image/tiff"),
        (pdf_pages(1, "", ""), "a.pdf", Kind::Pdf, "application/pdf"),
        (
            b"name,country\nMZ,BM\n".into(),
            "a.csv",
            Kind::Text,
            "text/csv",
        ),
        (
            b"MZ is how this text begins".into(),
            "a.txt",
            Kind::Text,
            "text/plain",
        ),
        ("Łódź".into(), "a", Kind::Text, "text/plain"),
        (
            b"<?xml version='1.0'?>\n<!-- x --><svg/>".into(),
            "a.svg",
            Kind::Svg,
            "image/svg+xml",
        ),
        (
            b" \n<!-- c --><!DOCTYPE HTML><p>".into(),
            "a.html",
            Kind::Html,
            "text/html",
        ),
        (
            b"\xff\xfe<\0h\0t\0m\0l\0>\0".into(),
            "a.htm",
            Kind::Html,
            "text/html",
        ),
        (
            b"<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY lol 'lol'>]><lolz/>".into(),
            "a.xml",
            Kind::Xml,
            "application/xml",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0".into(),
            "a.doc",
            Kind::Office,
            "application/msword",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0".into(),
            "a.msg",
            Kind::Email,
            "application/vnd.ms-outlook",
        ),
        (
            b"{\\rtf1 text}".into(),
            "a.rtf",
            Kind::Office,
            "application/rtf",
        ),
        (
            b"PK\x03\x04\x14\0\0\0\0\0".into(),
            "a.zip",
            Kind::Archive,
            "application/zip",
        ),
        (
            b"PK\x05\x06\0\0\0\0".into(),
            "a.zip",
            Kind::Archive,
            "application/zip",
        ),
        (
            b"\x1f\x8b\x08\0".into(),
            "a.gz",
            Kind::Archive,
            "application/gzip",
        ),
        (
            b"MZ\x90\0\x03\0\0\0".into(),
            "a.exe",
            Kind::Executable,
            "application/vnd.microsoft.portable-executable",
        ),
        (
            b"#!/bin/sh\nrm -rf /\n".into(),
            "a",
            Kind::Executable,
            "text/x-script",
        ),
        (b"alert(1)".into(), "a.js", Kind::Executable, "text/plain"),
        (
            b"[Desktop Entry]\nExec=x\n".into(),
            "a",
            Kind::Executable,
            "application/x-desktop",
        ),
        (
            b"L\0\0\0\x01\x14\x02\0\0".into(),
            "a.lnk",
            Kind::Executable,
            "application/x-ms-shortcut",
        ),
        (
            b"From: a@example.org\r\nTo: b\r\nSubject: x\r\n\r\nhello".into(),
            "a.eml",
            Kind::Email,
            "message/rfc822",
        ),
        (
            b"From: <Saved>\r\nMIME-Version: 1.0\r\n\r\n".into(),
            "a.mht",
            Kind::Email,
            "message/rfc822",
        ),
        (
            b"GIF89a\x01\0\x01\0\0\0".into(),
            "a.gif",
            Kind::Other,
            "image/gif",
        ),
        (
            vec![0, 1, 2, 3, 4, 5],
            "a.bin",
            Kind::Other,
            "application/octet-stream",
        ),
        (Vec::new(), "a.pdf", Kind::Other, "application/octet-stream"),
    ];
    for (bytes, name, kind, media_type) in cases {
        let found = sniff(&bytes, name);
        assert_eq!(
            (found.kind, found.media_type.as_str()),
            (kind, media_type),
            "{name}: {:?}",
            bytes.get(..12)
        );
        assert_eq!(found.mismatch, None, "{name} keeps its promise");
        if kind.previewable() {
            assert!(
                found.previewable && is_previewable(media_type),
                "{media_type} can be shown"
            );
        }
    }
}

#[test]
fn a_lying_name_is_said_in_words() {
    let said = |bytes: &[u8], name: &str| sniff(bytes, name).mismatch.unwrap_or_default();
    assert_eq!(
        said(b"<html><body>", "passport.jpg"),
        "Named .jpg but is a web page"
    );
    assert_eq!(
        said(b"<svg/>", "photo.JPEG"),
        "Named .jpeg but is an SVG drawing"
    );
    assert_eq!(
        said(b"PK\x03\x04\0\0\0\0", "passport.jpg"),
        "Named .jpg but is an archive"
    );
    assert_eq!(
        said(b"MZ\x90\0\x03\0", "invoice.pdf . "),
        "Named .pdf but is a program or script"
    );
    assert_eq!(
        said(b"GIF89a\x01\0\x01\0\0\0", "a.png"),
        "Named .png but is of the type image/gif"
    );
    assert_eq!(said(b"%PDF-1.7", "a.png"), "Named .png but is a PDF");
    assert_eq!(
        said(b"\0\x01\x02", "a.png"),
        "Named .png but is a file of another kind"
    );
    assert_eq!(
        said(b"plain", "photo.unknown"),
        "",
        "an unknown name promises nothing"
    );
}

#[test]
fn what_is_not_shown_is_never_previewable() {
    for (bytes, name) in [
        (b"<svg/>".as_slice(), "a.jpg"),
        (b"<html>", "a.jpg"),
        (b"PK\x03\x04", "a.pdf"),
        (b"", "a.png"),
    ] {
        let found = sniff(bytes, name);
        assert!(
            !found.previewable && !is_previewable(&found.media_type),
            "{found:?}"
        );
    }
}

/// A ZIP archive with one empty entry called `a`.
fn zip() -> Vec<u8> {
    let entry = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0a";
    let mut directory =
        b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0".to_vec();
    directory.resize(46, 0);
    directory.push(b'a');
    let mut end = b"PK\x05\x06\0\0\0\0\x01\0\x01\0".to_vec();
    end.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    end.extend(u32::try_from(entry.len()).unwrap().to_le_bytes());
    end.extend([0, 0]);
    [entry.as_slice(), &directory, &end].concat()
}

#[test]
fn files_that_pass_for_two_kinds_are_marked() {
    let pdf = pdf_pages(1, "", "");
    let with_archive = [pdf.as_slice(), &zip()].concat();
    assert_eq!(sniff(&with_archive, "a.pdf").marks, [Mark::TrailingArchive]);
    let jpeg = [encoded(red_and_blue(16, 16), ImageFormat::Jpeg), zip()].concat();
    assert_eq!(sniff(&jpeg, "a.jpg").marks, [Mark::TrailingArchive]);
    let displaced = [b"\0\0\0\0junk\n".as_slice(), &pdf].concat();
    let found = sniff(&displaced, "a.pdf");
    assert_eq!(
        (found.kind, found.marks),
        (Kind::Pdf, vec![Mark::DisplacedPdf])
    );
    let page = [b"<html><!-- ".as_slice(), &pdf].concat();
    let found = sniff(&page, "a.pdf");
    assert_eq!(
        (found.kind, found.marks),
        (Kind::Html, vec![Mark::DisplacedPdf])
    );
    assert_eq!(
        sniff(&zip(), "a.zip").marks,
        [],
        "an archive is what a ZIP is"
    );
    assert_eq!(sniff(&pdf, "a.pdf").marks, []);
}

proptest::proptest! {
    #[test]
    fn any_bytes_have_a_kind(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..600), name in ".{0,20}") {
        let found = sniff(&bytes, &name);
        proptest::prop_assert_eq!(found.previewable, is_previewable(&found.media_type) && found.kind.previewable());
    }

    #[test]
    fn any_tail_after_a_known_beginning_has_a_kind(at in 0usize..8, tail in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let begin: &[u8] = [b"PK\x03\x04".as_slice(), b"%PDF-", b"<!--", b"\xff\xfe", b"II*\0", b"\x7fELF", b"PK\x05\x06", b"%PDF-1.4 /#"][at];
        let _ = sniff(&[begin, &tail].concat(), "x.pdf");
    }
}
