//! Black-box tests of the worker: a real process in its real sandbox, asked by the real client.

// A test gives up loudly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/files.rs"]
mod files;

use files::{encoded, jpeg_held, pdf, pdf_pages, png_header, red_and_blue, stream, tiff};
use image::{ImageFormat, RgbImage, Rgba, RgbaImage};
use preview::{Answer, Inspection, Kind, MAX_INPUT, Mark, PreviewError, Request, Rotation, Worker};
use std::{fs, path::PathBuf, process::Command, time::Duration};

const EXE: &str = env!("CARGO_BIN_EXE_preview-worker-for-tests");

fn inspect(bytes: &[u8]) -> Inspection {
    match Worker::new(EXE).ask(bytes, Request::Inspect { page: 1 }) {
        Ok(Answer::Inspected(inspection)) => inspection,
        other => panic!("an inspection always answers, got {other:?}"),
    }
}

fn ask(bytes: &[u8], page: u32, width_px: u32, rotate: Rotation) -> Result<Answer, PreviewError> {
    Worker::new(EXE).ask(
        bytes,
        Request::Render {
            page,
            width_px,
            rotate,
        },
    )
}

fn draw(bytes: &[u8], page: u32, width_px: u32, rotate: Rotation) -> RgbImage {
    match ask(bytes, page, width_px, rotate) {
        Ok(Answer::Picture(picture)) => {
            let image = image::load_from_memory_with_format(&picture.png, ImageFormat::Png)
                .unwrap()
                .into_rgb8();
            assert_eq!(
                (picture.width, picture.height),
                image.dimensions(),
                "the answer states the PNG's size"
            );
            image
        }
        other => panic!("a picture, got {other:?}"),
    }
}

fn code(bytes: &[u8]) -> &'static str {
    ask(bytes, 1, 100, Rotation::None)
        .expect_err("no preview")
        .code()
}

fn near(image: &RgbImage, x: u32, y: u32, expected: [u8; 3]) {
    let found = image.get_pixel(x, y).0;
    let close = found.iter().zip(expected).all(|(f, e)| f.abs_diff(e) <= 24);
    assert!(
        close,
        "pixel {x},{y} is {found:?}, expected about {expected:?}"
    );
}

const RED: [u8; 3] = [220, 20, 20];
const BLUE: [u8; 3] = [20, 20, 220];
const WHITE: [u8; 3] = [255; 3];

#[test]
fn images_of_every_shown_kind_are_drawn_at_the_width_asked_for() {
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::WebP,
        ImageFormat::Tiff,
    ] {
        let image = draw(
            &encoded(red_and_blue(400, 200), format),
            1,
            100,
            Rotation::None,
        );
        assert_eq!(image.dimensions(), (100, 50), "{format:?} keeps its shape");
        near(&image, 20, 25, RED);
        near(&image, 80, 25, BLUE);
    }
}

#[test]
fn an_image_is_not_drawn_larger_than_it_is() {
    let image = draw(
        &encoded(red_and_blue(40, 20), ImageFormat::Png),
        1,
        2000,
        Rotation::None,
    );
    assert_eq!(
        image.dimensions(),
        (40, 20),
        "made-up pixels would show nothing more"
    );
}

#[test]
fn transparency_lies_on_white() {
    let clear = RgbaImage::from_pixel(10, 10, Rgba([0, 0, 0, 0]));
    near(
        &draw(&encoded(clear, ImageFormat::Png), 1, 10, Rotation::None),
        5,
        5,
        WHITE,
    );
}

#[test]
fn a_photograph_taken_sideways_stands_upright() {
    let held = jpeg_held(&red_and_blue(400, 200), 6);
    let size = inspect(&held).size.unwrap();
    assert_eq!(
        (size.width, size.height),
        (200.0, 400.0),
        "the size is that of the upright picture"
    );
    let image = draw(&held, 1, 100, Rotation::None);
    assert_eq!(image.dimensions(), (100, 200));
    near(&image, 50, 40, RED);
    near(&image, 50, 160, BLUE);
}

#[test]
fn nothing_of_the_file_but_pixels_comes_back() {
    let Ok(Answer::Picture(picture)) =
        ask(&jpeg_held(&red_and_blue(40, 20), 1), 1, 40, Rotation::None)
    else {
        panic!("a picture")
    };
    let mut rest = &picture.png[8..];
    while !rest.is_empty() {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        let chunk = std::str::from_utf8(&rest[4..8]).unwrap();
        assert!(
            ["IHDR", "IDAT", "IEND"].contains(&chunk),
            "a {chunk} chunk could carry metadata"
        );
        rest = &rest[12 + length..];
    }
}

#[test]
fn a_turn_is_clockwise_and_the_width_is_that_of_the_turned_page() {
    let bytes = encoded(red_and_blue(400, 200), ImageFormat::Png);
    let quarter = draw(&bytes, 1, 100, Rotation::Quarter);
    assert_eq!(quarter.dimensions(), (100, 200));
    near(&quarter, 50, 40, RED);
    let half = draw(&bytes, 1, 100, Rotation::Half);
    near(&half, 20, 25, BLUE);
    let three = draw(&bytes, 1, 100, Rotation::ThreeQuarters);
    near(&three, 50, 40, BLUE);
}

#[test]
fn each_of_the_first_twenty_tiff_pages_can_be_drawn() {
    for little_endian in [true, false] {
        let bytes = tiff(25, little_endian);
        assert_eq!(inspect(&bytes).pages, Some(25), "all pages are counted");
        for page in [1, 2, 20] {
            let shade = u8::try_from(page * 10).unwrap();
            near(&draw(&bytes, page, 8, Rotation::None), 4, 4, [shade; 3]);
        }
        let behind = ask(&bytes, 21, 8, Rotation::None);
        assert_eq!(
            behind,
            Err(PreviewError::PageNotShown {
                page: 21,
                shown: 20,
                pages: 25
            })
        );
        let absent = ask(&bytes, 26, 8, Rotation::None);
        assert_eq!(
            absent,
            Err(PreviewError::NoSuchPage {
                page: 26,
                pages: 25
            })
        );
    }
}

#[test]
fn tiff_directories_in_a_circle_end() {
    let mut bytes = tiff(2, true);
    let link = bytes.len() - 64 - 4;
    bytes[link..link + 4].copy_from_slice(&8u32.to_le_bytes());
    assert_eq!(inspect(&bytes).pages, Some(2), "a page is counted once");
}

#[test]
fn a_pdf_page_is_drawn_where_its_content_stands() {
    let bytes = pdf_pages(2, "", "");
    let inspection = inspect(&bytes);
    assert_eq!((inspection.kind, inspection.pages), (Kind::Pdf, Some(2)));
    assert!(
        !inspection.encrypted && inspection.marks.is_empty(),
        "a plain PDF: {inspection:?}"
    );
    let size = inspection.size.unwrap();
    assert_eq!((size.width, size.height), (200.0, 300.0), "points");
    let image = draw(&bytes, 2, 400, Rotation::None);
    assert_eq!(image.dimensions(), (400, 600));
    near(&image, 100, 100, [255, 0, 0]);
    near(&image, 300, 100, WHITE);
    near(&image, 100, 500, WHITE);
    let turned = draw(&bytes, 1, 600, Rotation::Quarter);
    assert_eq!(
        turned.dimensions(),
        (600, 400),
        "the width asked for is that of the turned page"
    );
    near(&turned, 500, 100, [255, 0, 0]);
}

#[test]
fn a_pdf_page_that_turns_itself_is_shown_turned() {
    let image = draw(&pdf_pages(1, "", "/Rotate 90"), 1, 300, Rotation::None);
    assert_eq!(image.dimensions(), (300, 200));
    near(&image, 250, 50, [255, 0, 0]);
}

#[test]
fn a_page_of_any_shape_stays_within_the_picture_limits() {
    for media_box in ["[0 0 100000 10]", "[0 0 10 100000]", "[0 0 0.5 0.5]"] {
        let image = draw(
            &pdf_pages(1, "", &format!("/MediaBox {media_box}")),
            1,
            9_999,
            Rotation::Quarter,
        );
        assert!(
            image.width() <= preview::MAX_WIDTH_PX && image.height() <= preview::MAX_HEIGHT_PX,
            "{media_box}"
        );
    }
}

#[test]
fn an_encrypted_pdf_needs_its_password() {
    let bytes = include_bytes!("fixtures/password.pdf");
    assert_eq!(code(bytes), "A-05");
    let inspection = inspect(bytes);
    assert!(inspection.encrypted);
    assert_eq!(
        (inspection.pages, inspection.obstacle),
        (None, Some(PreviewError::NeedsPassword))
    );
}

#[test]
fn a_pdf_encrypted_without_a_password_is_shown_and_said_to_be_encrypted() {
    let bytes = include_bytes!("fixtures/permissions.pdf");
    let inspection = inspect(bytes);
    assert!(
        inspection.encrypted && inspection.obstacle.is_none(),
        "{inspection:?}"
    );
    near(&draw(bytes, 1, 200, Rotation::None), 50, 50, [255, 0, 0]);
}

#[test]
fn broken_files_have_no_preview_and_no_known_pages() {
    let whole = encoded(red_and_blue(400, 200), ImageFormat::Png);
    let no_pages = pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Count 0 /Kids [] >>".into(),
    ]);
    let cut_png = &whole[..whole.len() / 2];
    for bytes in [
        b"%PDF-1.7\nnothing of the sort".as_slice(),
        &no_pages,
        cut_png,
        b"\xff\xd8\xff\xe0\0\x10JFIF",
        b"II*\0\xff\xff\xff\xff",
    ] {
        assert_eq!(code(bytes), "A-08", "{:?}", &bytes[..8]);
    }
    let inspection = inspect(&no_pages);
    assert_eq!(
        (inspection.pages, inspection.obstacle),
        (None, Some(PreviewError::Damaged)),
        "pages are unknown, not none"
    );
}

#[test]
fn a_cut_jpeg_shows_its_first_part_and_says_so() {
    let whole = encoded(red_and_blue(800, 600), ImageFormat::Jpeg);
    let partial = |bytes: &[u8]| match ask(bytes, 1, 800, Rotation::None) {
        Ok(Answer::Picture(picture)) => picture.partial,
        other => panic!("a picture, got {other:?}"),
    };
    assert!(!partial(&whole));
    assert!(partial(&whole[..whole.len() * 2 / 3]));
}

#[test]
fn pixel_floods_are_refused_by_their_header() {
    for (width, height) in [(100_000, 100_000), (20_001, 10), (12_000, 12_000)] {
        let bytes = png_header(width, height);
        let refused = PreviewError::ImageTooLarge { width, height };
        assert_eq!(ask(&bytes, 1, 100, Rotation::None), Err(refused.clone()));
        assert_eq!(refused.code(), "A-07");
        assert_eq!(inspect(&bytes).obstacle, Some(refused));
    }
}

#[test]
fn a_file_over_the_limit_is_refused_before_a_worker_starts() {
    let bytes = vec![0; usize::try_from(MAX_INPUT).unwrap() + 1];
    let refused = Worker::new("/absent").ask(&bytes, Request::Inspect { page: 1 });
    assert_eq!(refused, Err(PreviewError::FileTooLarge(257)));
}

#[test]
fn deep_nesting_loops_and_lying_sizes_end_without_harm() {
    let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    let in_page = pdf_pages(1, &format!("/Deep {}", deep(100_000)), "");
    let in_kids = pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        format!("<< /Type /Pages /Kids {} >>", deep(100_000)),
    ]);
    let in_content = pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>".into(),
        stream(&format!("{} TJ {}", deep(100_000), "q ".repeat(200_000))),
    ]);
    let circle_of_pages = pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [2 0 R 2 0 R] >>".into(),
    ]);
    let circle_of_forms = pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>".into(),
        stream("/X Do"),
        "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >> /Length 11 >>\nstream\n/X Do /X Do\nendstream".into(),
    ]);
    let huge_image = pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>".into(),
        stream("/X Do"),
        "<< /Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Length 3 >>\nstream\nabc\nendstream".into(),
    ]);
    let text = String::from_utf8(pdf_pages(1, "", "")).unwrap();
    let start = text
        .split("startxref\n")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap();
    let circle_of_tables = text
        .replace("/Root", &format!("/Prev {start} /Root"))
        .into_bytes();
    for (name, bytes) in [
        ("in_page", in_page),
        ("in_kids", in_kids),
        ("in_content", in_content),
        ("circle_of_pages", circle_of_pages),
        ("circle_of_forms", circle_of_forms),
        ("huge_image", huge_image),
        ("circle_of_tables", circle_of_tables),
    ] {
        if let Err(refused) = ask(&bytes, 1, 100, Rotation::None) {
            assert!(
                ["A-06", "A-08"].contains(&refused.code()),
                "{name}: {refused:?}"
            );
        }
    }
}

#[test]
fn a_form_that_draws_itself_many_times_over_is_stopped() {
    // Seven levels of forty: more drawing than any processor finishes.
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>".to_owned(),
        stream("/X Do"),
    ];
    for level in 6..12 {
        let content = "/X Do ".repeat(40);
        objects.push(format!(
            "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {level} 0 R >> >> /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        ));
    }
    objects.push("<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 12 >>\nstream\n0 0 9 9 re f\nendstream".to_owned());
    let outcome = Worker::new(EXE).with_patience(Duration::from_secs(2)).ask(
        &pdf(&objects),
        Request::Render {
            page: 1,
            width_px: 50,
            rotate: Rotation::None,
        },
    );
    assert_eq!(
        outcome.expect_err("more squares than can be drawn").code(),
        "A-06"
    );
}

#[test]
fn pages_behind_the_five_hundredth_are_counted_and_not_drawn() {
    let bytes = pdf_pages(1_200, "", "");
    assert_eq!(inspect(&bytes).pages, Some(1_200));
    near(&draw(&bytes, 500, 100, Rotation::None), 20, 20, [255, 0, 0]);
    let behind = ask(&bytes, 501, 100, Rotation::None);
    assert_eq!(
        behind,
        Err(PreviewError::PageNotShown {
            page: 501,
            shown: 500,
            pages: 1_200
        })
    );
    let behind = ask(&bytes, 1_201, 100, Rotation::None);
    assert_eq!(
        behind,
        Err(PreviewError::NoSuchPage {
            page: 1_201,
            pages: 1_200
        })
    );
    let why = behind.unwrap_err();
    assert_eq!(why.code(), "E-PREVIEW-PAGE");
    assert!(
        why.to_string()
            .contains("the file has 1200. Choose one of them"),
        "{why}"
    );
}

#[test]
fn active_content_is_marked_and_the_page_still_shown() {
    let catalogue =
        "/OpenAction << /S /Java#53cript /JS (app.alert(1)) >> /AcroForm << /Fields [] >>";
    let bytes = pdf_pages(
        1,
        catalogue,
        "/Annots [<< /Subtype /Link /A << /S /URI /URI (http://example.org) >> >>]",
    );
    assert_eq!(
        inspect(&bytes).marks,
        [Mark::JavaScript, Mark::Form, Mark::Links]
    );
    near(&draw(&bytes, 1, 200, Rotation::None), 50, 50, [255, 0, 0]);
}

#[test]
fn active_content_in_compressed_objects_is_marked() {
    let bytes = include_bytes!("fixtures/packed-script.pdf");
    assert!(
        !bytes.windows(10).any(|window| window == b"JavaScript"),
        "the fixture hides the name"
    );
    assert_eq!(inspect(bytes).marks, [Mark::JavaScript]);
}

#[test]
fn what_is_not_shown_says_so() {
    for bytes in [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>".as_slice(),
        b"<html><script>1</script>",
        b"PK\x03\x04",
        b"MZ\x90\0\x03\0",
    ] {
        assert_eq!(code(bytes), "A-04");
        assert!(
            inspect(bytes).obstacle.is_some(),
            "an inspection gives the same reason"
        );
    }
    assert_eq!(code(b""), "A-01");
}

fn text_of(bytes: &[u8]) -> (String, bool) {
    match ask(bytes, 1, 100, Rotation::None) {
        Ok(Answer::Text(excerpt)) => (excerpt.text, excerpt.truncated),
        other => panic!("text, got {other:?}"),
    }
}

#[test]
fn text_comes_as_text_with_everything_invisible_escaped() {
    assert_eq!(
        text_of("a\tb\r\nc\u{202E}d\u{1b}[31m".as_bytes()).0,
        "a\tb\nc\\u{202e}d\\u{1b}[31m"
    );
    assert_eq!(text_of(b"\xff\xfeZ\0\xfc\0").0, "Zü", "UTF-16 by its mark");
    assert_eq!(
        text_of(b"Stra\xdfe in an old encoding").0,
        "Straße in an old encoding"
    );
    assert_eq!(text_of("\u{FEFF}mark".as_bytes()).0, "mark");
}

#[test]
fn a_long_text_is_cut_at_a_character() {
    let (text, truncated) = text_of("aü".repeat(200_000).as_bytes());
    assert!(truncated);
    assert!(
        text.ends_with('a') || text.ends_with('ü'),
        "no half character stands at the end"
    );
    assert!(text.len() <= preview::MAX_TEXT && text.len() > preview::MAX_TEXT - 4);
}

#[test]
fn a_worker_cannot_open_connect_or_start_anything() {
    let output = Command::new(EXE).arg("--probe").output().unwrap();
    let report = String::from_utf8(output.stdout).unwrap();
    let mut lines = report.lines();
    assert_eq!(
        lines.next(),
        Some("before true"),
        "the probe could read before, so the refusals mean something"
    );
    assert_eq!(
        lines.next(),
        Some("full true"),
        "this machine's kernel has every layer"
    );
    let attempts: Vec<&str> = lines.collect();
    assert_eq!(attempts.len(), 9, "{report}");
    for attempt in attempts {
        assert!(attempt.ends_with(" denied"), "{attempt}");
    }
}

#[test]
fn an_inspection_tells_what_held_the_worker() {
    assert!(
        inspect(b"text").confinement.is_full(),
        "this machine's kernel has every layer"
    );
}

/// A program that is no worker.
fn impostor(script: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("impostor");
    // Written by another process: a file that this one holds open for writing, if only in a worker being started at the
    // same moment by another test, cannot be run.
    let written = Command::new("/bin/sh")
        .args([
            "-c",
            r#"printf '#!/bin/sh\n%s\n' "$1" > "$2" && chmod 700 "$2""#,
            "sh",
            script,
        ])
        .arg(&path)
        .status();
    assert!(written.unwrap().success());
    (folder, path)
}

#[test]
fn a_worker_that_does_not_answer_is_killed() {
    let (folder, path) = impostor("echo $$ > \"${0%/*}/pid\"; exec /bin/sleep 600");
    let outcome = Worker::new(path)
        .with_patience(Duration::from_secs(1))
        .ask(b"text", Request::Inspect { page: 1 });
    assert_eq!(outcome, Err(PreviewError::TookTooLong(1)));
    let pid = fs::read_to_string(folder.path().join("pid")).unwrap();
    assert!(
        !PathBuf::from(format!("/proc/{}", pid.trim())).exists(),
        "the process is gone"
    );
}

#[test]
fn nothing_that_a_captured_worker_says_gets_through() {
    let frame = |json: &str| {
        let length: String = u32::try_from(json.len())
            .unwrap()
            .to_le_bytes()
            .iter()
            .map(|b| format!("\\{b:03o}"))
            .collect();
        format!("printf '{length}%s' '{json}'; exec /bin/cat /dev/zero")
    };
    let scripts = [
        "exec /bin/cat /dev/zero".to_owned(),
        "exec /bin/cat /dev/urandom".to_owned(),
        "printf '\\377\\377\\377\\377'; exec /bin/cat /dev/zero".to_owned(),
        frame(r#"{"pixels":{"width":2001,"height":10,"partial":false}}"#),
        frame(r#"{"pixels":{"width":4294967295,"height":4294967295,"partial":false}}"#),
        frame(r#"{"text":{"bytes":4000000000,"truncated":false}}"#),
        frame(r#"{"refused":{"not_previewed":"<script>"}}"#),
        frame("{"),
        "exit 0".to_owned(),
    ];
    for script in scripts {
        let (_folder, path) = impostor(&script);
        assert_eq!(
            Worker::new(path).ask(b"text", Request::Inspect { page: 1 }),
            Err(PreviewError::NoWorker),
            "{script}"
        );
    }
    let absent = Worker::new("/nowhere/worker").ask(b"text", Request::Inspect { page: 1 });
    assert_eq!(absent, Err(PreviewError::NoWorker));
    let why = absent.unwrap_err();
    assert_eq!(why.code(), "E-PREVIEW-WORKER");
    assert!(
        why.to_string().contains("Reinstall CIP Desk") && why.to_string().contains("unchanged"),
        "{why}"
    );
}

#[test]
fn a_worker_sees_no_environment() {
    let (folder, path) = impostor("/usr/bin/env > \"${0%/*}/env\"");
    let _ = Worker::new(path).ask(b"text", Request::Inspect { page: 1 });
    let seen = fs::read_to_string(folder.path().join("env")).unwrap();
    assert!(!seen.contains("HOME=") && !seen.contains("CARGO"), "{seen}");
}

#[test]
fn damage_anywhere_gives_an_answer_or_a_reason() {
    let files = [
        pdf_pages(2, "", ""),
        include_bytes!("fixtures/packed-script.pdf").to_vec(),
        encoded(red_and_blue(64, 64), ImageFormat::Png),
        encoded(red_and_blue(64, 64), ImageFormat::Jpeg),
        encoded(red_and_blue(64, 64), ImageFormat::WebP),
        tiff(3, false),
    ];
    let mut seed = 0x2545_f491_4f6c_dd1du64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % u64::try_from(below).unwrap()).unwrap()
    };
    for file in files {
        for _ in 0..12 {
            let mut damaged = file.clone();
            for _ in 0..8 {
                let at = 8 + random(damaged.len() - 8);
                damaged[at] = u8::try_from(random(256)).unwrap();
            }
            if let Err(refused) = ask(&damaged, 1, 64, Rotation::None) {
                assert!(refused.code().starts_with("A-0"), "{refused:?}");
            }
        }
    }
}
