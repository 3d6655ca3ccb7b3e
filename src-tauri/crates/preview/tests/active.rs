//! Files that would do something where they are opened: each is marked, shown as a picture at most, and costs no more than its limits.

// A test gives up loudly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/files.rs"]
#[allow(dead_code, reason = "shared with the other tests of the worker")]
mod files;

use files::{encoded, pdf, pdf_pages, red_and_blue, stream};
use image::{GrayImage, ImageFormat};
use preview::{Answer, Inspection, Kind, Mark, PreviewError, Request, Rotation, Worker};

fn ask(bytes: &[u8], request: Request) -> Result<Answer, PreviewError> {
    Worker::new(env!("CARGO_BIN_EXE_preview-worker-for-tests")).ask(bytes, request)
}

fn inspect(bytes: &[u8]) -> Inspection {
    match ask(bytes, Request::Inspect { page: 1 }) {
        Ok(Answer::Inspected(inspection)) => inspection,
        other => panic!("an inspection always answers, got {other:?}"),
    }
}

fn drawn(bytes: &[u8]) -> Result<(u32, u32), PreviewError> {
    let first = Request::Render {
        page: 1,
        width_px: 100,
        rotate: Rotation::None,
    };
    ask(bytes, first).map(|answer| match answer {
        Answer::Picture(picture) => {
            assert!(
                picture.png.starts_with(b"\x89PNG"),
                "pixels alone come back"
            );
            (picture.width, picture.height)
        }
        other => panic!("a picture, got {other:?}"),
    })
}

#[test]
fn whatever_a_pdf_would_do_is_marked_and_only_its_page_is_shown() {
    let cases: [(&str, &str, &str, &[Mark]); 11] = [
        (
            "a script when it opens",
            "/OpenAction << /S /JavaScript /JS (app.launchURL('http://example.org')) >>",
            "",
            &[Mark::JavaScript],
        ),
        (
            "a script by name",
            "/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (1) >>] >> >>",
            "",
            &[Mark::JavaScript],
        ),
        (
            "a script when the page is turned to",
            "",
            "/AA << /O << /S /JavaScript /JS (1) >> >>",
            &[Mark::JavaScript],
        ),
        (
            "another program",
            "/OpenAction << /S /Launch /F (cmd.exe) >>",
            "",
            &[Mark::Launch],
        ),
        (
            "files inside",
            "/Names << /EmbeddedFiles << /Names [(a.exe) << /Type /Filespec /F (a.exe) >>] >> >>",
            "",
            &[Mark::EmbeddedFiles],
        ),
        (
            "a file pinned to the page",
            "",
            "/Annots [<< /Subtype /FileAttachment /Rect [0 0 9 9] /FS << /Type /Filespec /F (a.exe) >> >>]",
            &[Mark::EmbeddedFiles],
        ),
        (
            "media",
            "",
            "/Annots [<< /Subtype /RichMedia /Rect [0 0 9 9] >> << /Subtype /Screen /A << /S /Rendition >> >> << /Subtype /Movie >>]",
            &[Mark::EmbeddedFiles],
        ),
        (
            "a way into a file inside",
            "/OpenAction << /S /GoToE /D [0 /Fit] >>",
            "",
            &[Mark::EmbeddedFiles],
        ),
        (
            "a form that is sent",
            "/AcroForm << /Fields [] /XFA (x) >> /OpenAction << /S /SubmitForm /F (http://example.org) >>",
            "",
            &[Mark::Form, Mark::Links],
        ),
        (
            "a page of another file",
            "/OpenAction << /S /GoToR /F (\\\\\\\\server\\\\share\\\\x.pdf) /D [0 /Fit] >>",
            "",
            &[Mark::Links],
        ),
        ("nothing", "", "", &[]),
    ];
    for (what, catalogue, page, marks) in cases {
        let bytes = pdf_pages(1, catalogue, page);
        let told = inspect(&bytes);
        assert_eq!(told.marks, marks, "{what}");
        assert_eq!(told.obstacle, None, "{what}");
        assert_eq!(drawn(&bytes), Ok((100, 150)), "{what}");
    }
}

#[test]
fn pages_with_script_are_never_drawn_whatever_they_are_called() {
    let script = "<script>fetch('http://example.org')</script>";
    let html = format!("<!DOCTYPE html><html><body onload=\"alert(1)\">{script}</body></html>");
    let svg = format!(
        "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"><image href=\"http://example.org/x.png\"/>{script}<foreignObject>{html}</foreignObject></svg>"
    );
    let entities = "<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><svg>&x;</svg>";
    for (bytes, kind) in [
        (html.as_bytes(), Kind::Html),
        (svg.as_bytes(), Kind::Svg),
        (entities.as_bytes(), Kind::Xml),
    ] {
        for name in ["a.html", "a.svg", "passport.png", "passport.pdf", "a.txt"] {
            let found = preview::sniff(bytes, name);
            let drawing = found.kind == Kind::Svg || found.kind == Kind::Xml;
            assert!(found.kind == kind || drawing, "{name}: {found:?}");
            assert!(!found.previewable, "{name}: {found:?}");
        }
        assert_eq!(drawn(bytes).unwrap_err().code(), "A-04");
    }
}

#[test]
fn one_file_of_two_kinds_is_shown_as_the_one_it_begins_as_and_said_to_be_both() {
    let picture = encoded(red_and_blue(40, 20), ImageFormat::Png);
    let page = pdf_pages(1, "", "");
    let web = b"<html><script>alert(1)</script></html>";
    let both = [picture.as_slice(), &page].concat();
    let told = inspect(&both);
    assert_eq!(
        (told.kind, told.marks),
        (Kind::Png, vec![Mark::DisplacedPdf])
    );
    assert_eq!(drawn(&both), Ok((40, 20)));
    let with_script = [picture.as_slice(), web].concat();
    assert_eq!(inspect(&with_script).kind, Kind::Png);
    assert_eq!(drawn(&with_script), Ok((40, 20)));
    let script_first = [web.as_slice(), &picture].concat();
    assert_eq!(drawn(&script_first).unwrap_err().code(), "A-04");
}

/// What a PNG holds its pixels in: a zlib stream of `side` rows of `side` zeros.
fn zeros(side: u32) -> Vec<u8> {
    let png = encoded(GrayImage::new(side, side), ImageFormat::Png);
    let mut rest = &png[8..];
    let mut held = Vec::new();
    while !rest.is_empty() {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        if &rest[4..8] == b"IDAT" {
            held.extend_from_slice(&rest[8..8 + length]);
        }
        rest = &rest[12 + length..];
    }
    held
}

#[test]
fn a_small_file_that_unpacks_to_a_great_deal_ends_within_its_limits() {
    let png = encoded(GrayImage::new(9_000, 9_000), ImageFormat::Png);
    assert!(png.len() < 500_000, "{} bytes for 81 million", png.len());
    assert_eq!(drawn(&png), Ok((100, 100)), "within the limits it is drawn");
    let too_many = encoded(GrayImage::new(20_000, 5_001), ImageFormat::Png);
    assert_eq!(drawn(&too_many).unwrap_err().code(), "A-07");

    let packed = zeros(9_000);
    let hex: String = packed.iter().map(|byte| format!("{byte:02x}")).collect();
    let filters = "/Filter [/ASCIIHexDecode /FlateDecode]";
    let held = |dictionary: &str| {
        format!(
            "<< {dictionary} {filters} /Length {} >>\nstream\n{hex}\nendstream",
            hex.len()
        )
    };
    let page = |content: String, more: &[String]| {
        let mut objects = vec![
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>".to_owned(),
            content,
        ];
        objects.extend_from_slice(more);
        pdf(&objects)
    };
    let content = page(held(""), &[]);
    let picture = page(
        stream("9 0 0 9 0 0 cm /X Do"),
        &[held(
            "/Type /XObject /Subtype /Image /Width 10 /Height 10 /BitsPerComponent 8 /ColorSpace /DeviceGray",
        )],
    );
    for (what, bytes) in [("content", content), ("picture", picture)] {
        assert!(bytes.len() < 1_000_000);
        if let Err(refused) = drawn(&bytes) {
            assert!(
                ["A-06", "A-08"].contains(&refused.code()),
                "{what}: {refused:?}"
            );
        }
    }
}
