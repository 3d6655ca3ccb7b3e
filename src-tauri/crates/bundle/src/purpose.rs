//! What a bundle is signed for. Knows no keys and no files.

use crate::sshsig::NAMESPACE;

/// What a bundle is signed for: one namespace each, so that no signature of one kind passes for another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Purpose {
    /// A filing, to an agency.
    #[default]
    Filing,
    /// What a reseller answers to a request made by file.
    Intake,
}

impl Purpose {
    /// The SSHSIG namespace.
    pub const fn namespace(self) -> &'static str {
        match self {
            Self::Filing => NAMESPACE,
            Self::Intake => "cipdesk-intake-v1",
        }
    }

    /// As a sentence has it.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Filing => "a filing",
            Self::Intake => "an answer to a request by file",
        }
    }

    /// The payload's JSON for machines, whose form is checked, and its largest size in bytes.
    pub(crate) const fn json(self) -> (&'static str, u64) {
        match self {
            Self::Filing => ("data/filing.json", 64 << 20),
            Self::Intake => ("data/answers.json", 512 << 10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        OpenSshKey,
        bag::{BAGIT, Date, manifest_text},
        medium::Medium,
        tree::Tree,
        verify::{Container, Options, examine},
        zipfile::Headers,
    };
    use sha2::{Digest as _, Sha256};
    use std::{collections::BTreeMap, io::Write as _, path::Path};

    /// The codes that a bag gives which holds `json` where a purpose has it, and is sound and signed for that purpose otherwise.
    fn codes(purpose: Purpose, json: &str) -> Vec<&'static str> {
        let key = OpenSshKey::fresh().unwrap();
        let path = purpose.json().0;
        let info = format!(
            "Bagging-Date: 2026-03-01\nPayload-Oxum: {}.1\nCIP-Bundle-Format: cipdesk-bundle/1\nCIP-Bundle-Name: IN-0001\n",
            json.len()
        );
        let signers = format!(
            "a@b namespaces=\"{}\" {}\n",
            purpose.namespace(),
            key.public_openssh()
        );
        let list = |files: &[(&str, &str)]| {
            let hashed = files
                .iter()
                .map(|(path, text)| ((*path).to_owned(), Sha256::digest(text).into()));
            manifest_text(&hashed.collect::<BTreeMap<String, [u8; 32]>>())
        };
        let manifest = list(&[(path, json)]);
        let tags = [
            ("VERIFY.txt", "how"),
            ("allowed_signers", signers.as_str()),
            ("bag-info.txt", info.as_str()),
            ("bagit.txt", BAGIT),
        ];
        let mut listed = tags.to_vec();
        listed.push(("manifest-sha256.txt", &manifest));
        let signed = list(&listed);
        let signature = key.sign(purpose.namespace(), signed.as_bytes()).unwrap();
        let mut files = tags.to_vec();
        files.extend([
            (path, json),
            ("manifest-sha256.txt", manifest.as_str()),
            ("tagmanifest-sha256.txt", signed.as_str()),
            ("tagmanifest-sha256.txt.sig", signature.as_str()),
        ]);
        let mut medium = Medium::hidden(&std::env::temp_dir()).unwrap();
        let mut headers = Headers::new(Date::parse("2026-03-01").unwrap().dos());
        for (path, text) in files {
            let (name, crc) = (format!("IN-0001/{path}"), crc32fast::hash(text.as_bytes()));
            medium
                .write_all(&headers.begin(name, text.len() as u64, crc))
                .unwrap();
            medium.write_all(text.as_bytes()).unwrap();
        }
        medium.write_all(&headers.end()).unwrap();
        let mut tree = Tree::strict_zip(medium, Path::new("test")).unwrap();
        let options = Options {
            purpose,
            ..Options::default()
        };
        let mut silent = crate::silent;
        let found = examine(&mut tree, Container::Zip, &options, &mut silent).unwrap();
        found.report.problems.iter().map(|one| one.code).collect()
    }

    #[test]
    fn the_json_of_each_purpose_means_the_same_to_every_reader_or_is_refused() {
        for purpose in [Purpose::Filing, Purpose::Intake] {
            assert!(codes(purpose, r#"{"customers":"12"}"#).is_empty());
            for odd in [
                r#"{"customers":1e400}"#,
                r#"{"customers":99999999999999999999}"#,
                r#"{"vault":"a","vault":"b"}"#,
                "\u{feff}{}",
                "",
                "{}x",
            ] {
                assert_eq!(codes(purpose, odd), ["B-41"], "{purpose:?}: {odd}");
            }
            assert_eq!(codes(purpose, &"[".repeat(40_000)), ["B-41"], "nested");
        }
        let long = format!("\"{}\"", "x".repeat(600 << 10));
        assert_eq!(
            codes(Purpose::Intake, &long),
            ["B-41"],
            "an answer is never so long"
        );
        assert!(codes(Purpose::Filing, &long).is_empty());
    }
}
