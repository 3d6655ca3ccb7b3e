//! Names that lead outside, collide, or cannot be written everywhere.

use crate::{kinds::*, support::*};

pub(crate) fn names() -> Vec<Kind> {
    vec![
        named("a parent folder", &["B-11"], "NAME/data/../../../x"),
        named("a parent folder at the start", &["B-11"], "../x"),
        named("an absolute path", &["B-11"], "/etc/cron.d/x"),
        named("a backslash", &["B-11"], "NAME\\data\\x"),
        named("a drive letter", &["B-11"], "C:/x"),
        named("a network path", &["B-11"], "\\\\server\\share\\x"),
        named("a home folder", &["B-11"], "~root/x"),
        named("the same name twice", &["B-13"], "NAME/data/filing.pdf"),
        named("a case twin", &["B-13"], "NAME/data/FILING.PDF"),
        named(
            "a case twin of a folder",
            &["B-13"],
            "NAME/data/Documents/0009.pdf",
        ),
        named("a file where a folder is", &["B-13"], "NAME/data/documents"),
        named("a reserved name", &["B-14"], "NAME/data/con.pdf"),
        named("a reserved port", &["B-14"], "NAME/data/LPT1"),
        named("a control character", &["B-14"], "NAME/data/a\u{7}b"),
        named(
            "a turned text direction",
            &["B-14"],
            "NAME/data/a\u{202e}fdp.exe",
        ),
        named("a trailing dot", &["B-14"], "NAME/data/x."),
        named("a trailing space", &["B-14"], "NAME/data/x "),
        named("a hidden file", &["B-14"], "NAME/data/.profile"),
        named("a colon stream", &["B-14"], "NAME/data/x:stream"),
        named("an encoded slash", &["B-14"], "NAME/data/x%2f..%2fy"),
        named("an empty part", &["B-14"], "NAME/data//x"),
        named("a folder entry", &["B-15"], "NAME/data/documents/"),
        named("a second top folder", &["B-18"], "OTHER/data/x"),
        named("a file beside the top folder", &["B-18"], "README"),
        named("a name too deep", &["B-17"], "NAME/data/a/b/c/d/e/f"),
        named("a stray tag file", &["B-18"], "NAME/README.html"),
        named("a fetch list", &["B-18"], "NAME/fetch.txt"),
        named(
            "a second tag manifest",
            &["B-18"],
            "NAME/tagmanifest-sha512.txt",
        ),
        named("an md5 manifest", &["B-18"], "NAME/manifest-md5.txt"),
        named("an added payload file", &["B-21"], "NAME/data/added.pdf"),
        archive("a Unicode twin", &["B-13"], |zip, _| {
            zip.entries
                .push(Raw::new(&format!("{NAME}/data/e\u{301}.pdf"), b"1"));
            zip.entries
                .push(Raw::new(&format!("{NAME}/data/\u{e9}.pdf"), b"2"));
        }),
        archive("a name that is no UTF-8", &["B-14"], |zip, _| {
            zip.entry("data/filing.pdf").name = format!("{NAME}/data/")
                .into_bytes()
                .into_iter()
                .chain([0xff, 0xfe])
                .collect()
        }),
        archive("a NUL in a name", &["B-14"], |zip, _| {
            zip.entry("data/filing.pdf").name.push(0)
        }),
        archive("a name too long", &["B-17"], |zip, _| {
            let long = ["x"; 3].map(|part| part.repeat(60)).join("/");
            zip.entries
                .push(Raw::new(&format!("{NAME}/data/{long}"), b""));
        }),
        archive("a name of thirty thousand parts", &["B-17"], |zip, _| {
            for first in 0..30 {
                let long = format!("{NAME}/data/{first}{}", "/a".repeat(32_000));
                zip.entries.push(Raw::new(&long, b""));
            }
        }),
        archive("another top folder throughout", &["B-18"], |zip, _| {
            for raw in &mut zip.entries {
                raw.name = String::from_utf8_lossy(&raw.name)
                    .replace(NAME, "F4-2026-0008-00000000")
                    .into_bytes();
            }
        }),
        archive("too many files", &["B-17"], |zip, _| {
            for number in 0..5_000 {
                zip.entries
                    .push(Raw::new(&format!("{NAME}/data/z{number:05}"), b""));
            }
        }),
        typed("a symbolic link", 0o120_777),
        typed("a named pipe", 0o010_644),
        typed("a device", 0o020_644),
        typed("a disk", 0o060_644),
        typed("a socket", 0o140_644),
    ]
}
