//! Which names may stand in a bundle: the same on every system, and never a way out of the folder. Knows no container.

use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;

/// Most files in one bundle or bag folder.
pub(crate) const MAX_FILES: usize = 5_000;
/// Longest path inside a bundle, in bytes.
pub(crate) const MAX_PATH: usize = 120;
/// Most levels of a path inside a bundle: `data` and four below it.
pub(crate) const MAX_LEVELS: usize = 5;

/// Whether a name points out of its folder on any system: absolute, `..`, backslash, drive letter, UNC, `~`.
pub(crate) fn escapes(path: &str) -> bool {
    let drive = path.as_bytes().get(1) == Some(&b':')
        && path.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    path.starts_with('/')
        || path.starts_with('~')
        || path.contains('\\')
        || drive
        || path.split('/').any(|part| part == "..")
}

/// What makes one component unsafe to write on some system, in words; `None` if nothing does.
pub(crate) fn unsafe_component(part: &str) -> Option<&'static str> {
    let Some(first) = part.chars().next() else {
        return Some("an empty part");
    };
    if !first.is_ascii_alphanumeric() {
        return Some("a part that does not begin with a letter or digit");
    }
    if !part
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
    {
        return Some("a character other than A-Z, a-z, 0-9, dot, hyphen and underscore");
    }
    if part.len() > 64 {
        return Some("a part of more than 64 characters");
    }
    if part.ends_with('.') {
        return Some("a part that ends with a dot");
    }
    reserved(part).then_some("a name that Windows reserves")
}

fn reserved(part: &str) -> bool {
    let stem = part
        .split('.')
        .next()
        .unwrap_or_default()
        .to_ascii_uppercase();
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix)
            .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    matches!(
        stem.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CLOCK$" | "CONIN$" | "CONOUT$"
    ) || numbered("COM")
        || numbered("LPT")
}

/// The form under which two names are the same file on some file system: composed, without case.
pub(crate) fn folded(path: &str) -> String {
    let composed: String = path.nfc().collect();
    composed.to_lowercase().nfc().collect()
}

/// A name that collides with another on some file system: the same name, another case or Unicode form of it,
/// or a file where another name needs a folder.
pub(crate) fn collision<'a>(paths: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut spelled: BTreeMap<String, String> = BTreeMap::new();
    let mut files: BTreeSet<String> = BTreeSet::new();
    let mut folders: BTreeSet<String> = BTreeSet::new();
    for path in paths {
        let mut end = 0;
        for part in path.split('/') {
            end += part.len();
            let prefix = path.get(..end).unwrap_or(path);
            end += 1;
            let key = folded(prefix);
            let is_file = prefix.len() == path.len();
            if spelled.get(&key).is_some_and(|other| other != prefix)
                || (is_file && (folders.contains(&key) || files.contains(&key)))
                || (!is_file && files.contains(&key))
            {
                return Some(path.to_owned());
            }
            if is_file {
                files.insert(key.clone());
            } else {
                folders.insert(key.clone());
            }
            spelled.insert(key, prefix.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_the_folder_are_known() {
        for bad in [
            "/etc/passwd",
            "../x",
            "a/../../x",
            "a\\b",
            "C:x",
            "c:/x",
            "\\\\server\\x",
            "~/x",
            "~root/x",
        ] {
            assert!(escapes(bad), "{bad} leads out of the folder on some system");
        }
        for good in ["data/a..b", "data/x", "a/b.c"] {
            assert!(!escapes(good), "{good} stays inside");
        }
    }

    #[test]
    fn names_that_some_system_cannot_hold_are_known() {
        for bad in [
            "",
            ".",
            ".x",
            "-x",
            "a b",
            "CON",
            "con.txt",
            "COM1",
            "lpt9.pdf",
            "a.",
            "é",
            "a\u{202e}b",
            "a\nb",
            &"x".repeat(65),
        ] {
            assert!(
                unsafe_component(bad).is_some(),
                "{bad:?} is not the same file everywhere"
            );
        }
        for good in ["0001.pdf", "CONTRACT.pdf", "COM10", "a_b-c.d", "LPT"] {
            assert_eq!(unsafe_component(good), None, "{good}");
        }
    }

    #[test]
    fn names_that_are_one_file_somewhere_collide() {
        for pair in [
            ["a", "a"],
            ["a", "A"],
            ["d/a", "D/b"],
            ["e\u{301}", "é"],
            ["a", "a/b"],
            ["a/b", "A"],
        ] {
            assert!(
                collision(pair).is_some(),
                "{pair:?} overwrite each other on some file system"
            );
            assert!(
                collision([pair[1], pair[0]]).is_some(),
                "{pair:?} the other way round"
            );
        }
        assert_eq!(
            collision(["a/b", "a/c", "b"]),
            None,
            "different files in one folder do not collide"
        );
    }
}
