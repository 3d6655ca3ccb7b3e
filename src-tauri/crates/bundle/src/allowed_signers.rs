//! OpenSSH's `allowed_signers`: whose key may sign what, and when. Knows no bundles; only a list from outside makes a signer trusted.

use crate::{
    bag::Date,
    error::Refusal,
    purpose::Purpose,
    sshsig::{NAMESPACE, key_words},
};
use ssh_key::public::KeyData;
use std::{fs, io::Read, path::Path};

/// A list of known signers, obtained by another way than the bundle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedSigners {
    pub(crate) lines: Vec<Line>,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) principals: String,
    namespaces: Option<String>,
    after: Option<u64>,
    before: Option<u64>,
    authority: bool,
    kind: String,
    pub(crate) key: String,
}

/// What a list says about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    Known,
    Unknown,
    /// Known, but not for filings.
    OtherPurpose,
    /// Known, but not on that day; in words.
    OutOfDates(String),
    /// Known under these other names.
    OtherName(String),
}

/// Whether a name can be a principal on the command line and in a list: ASCII, no spaces, commas, quotes, wildcards or `!`.
pub fn principal_is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 128
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"@._+-".contains(&b))
        && !name.starts_with('-')
}

impl AllowedSigners {
    /// Reads a list from a file.
    ///
    /// # Errors
    /// `E-BUNDLE-NOT-FOUND` and other errors of the disk; `E-BUNDLE-SIGNERS` as for [`AllowedSigners::parse`].
    pub fn read(file: &Path) -> Result<Self, Refusal> {
        let failed = |error| Refusal::machine("Reading the list of signers", file, &error);
        let mut text = Vec::new();
        held::retry(|| fs::File::open(file))
            .and_then(|open| open.take(1 << 20).read_to_end(&mut text))
            .map_err(failed)?;
        let name = file.display().to_string();
        let text = String::from_utf8(text).map_err(|_| {
            Refusal::input(
                "E-BUNDLE-SIGNERS",
                format!("{name} is not a text file. Give a file in the form of allowed_signers."),
            )
        })?;
        Self::parse(&text, &name)
    }

    /// Reads a list from text; `origin` names it in messages.
    ///
    /// # Errors
    /// `E-BUNDLE-SIGNERS` naming the first line that is not `PRINCIPALS [OPTIONS] KEYTYPE BASE64 [COMMENT]`.
    pub fn parse(text: &str, origin: &str) -> Result<Self, Refusal> {
        let lines = text
            .lines()
            .enumerate()
            .map(|(number, line)| (number + 1, line.trim()))
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let lines = lines.map(|(number, line)| {
            Line::parse(line).ok_or_else(|| {
                Refusal::input(
                    "E-BUNDLE-SIGNERS",
                    format!("{origin} line {number}: this is not a line of allowed_signers. Write: name@example namespaces=\"{NAMESPACE}\" ssh-ed25519 AAAA..."),
                )
            })
        });
        Ok(Self {
            lines: lines.collect::<Result<_, _>>()?,
        })
    }

    /// What the list says about a key that calls itself `principal` and signed for `purpose` on `day`.
    pub(crate) fn standing(
        &self,
        key: &KeyData,
        principal: &str,
        purpose: Purpose,
        day: Option<Date>,
    ) -> Standing {
        let Some((kind, base64)) = key_words(key) else {
            return Standing::Unknown;
        };
        let mine: Vec<&Line> = self
            .lines
            .iter()
            .filter(|line| !line.authority && line.kind == kind && line.key == base64)
            .collect();
        // The first line that says yes decides, as in ssh-keygen; otherwise the reason nearest to a yes is told.
        let mut why = Standing::Unknown;
        for line in mine {
            let standing = line.standing(principal, purpose, day);
            match (&standing, &why) {
                (Standing::Known, _) => return Standing::Known,
                (_, Standing::Unknown | Standing::OtherName(_)) => why = standing,
                _ => {}
            }
        }
        why
    }
}

impl AllowedSigners {
    /// What the list says about a key that signed for `namespace` on `day` without giving a name; with the names of the line that decided.
    pub(crate) fn of_key(
        &self,
        key: &KeyData,
        namespace: &str,
        day: Option<Date>,
    ) -> (Standing, Option<String>) {
        let words = key_words(key);
        let mine = self.lines.iter().filter(|line| {
            !line.authority
                && words
                    .as_ref()
                    .is_some_and(|(kind, base64)| line.kind == *kind && line.key == *base64)
        });
        let mut why = (Standing::Unknown, None);
        for line in mine {
            why = (line.limits(namespace, day), Some(line.principals.clone()));
            if why.0 == Standing::Known {
                break;
            }
        }
        why
    }
}

impl Line {
    fn parse(line: &str) -> Option<Self> {
        let (principals, rest) = word(line)?;
        let principals = principals.trim_matches('"').to_owned();
        let mut parsed = Self {
            principals,
            namespaces: None,
            after: None,
            before: None,
            authority: false,
            kind: String::new(),
            key: String::new(),
        };
        let (mut next, mut rest) = word(rest)?;
        if !is_key_type(next) {
            for option in split_outside_quotes(next) {
                let (name, value) = option.split_once('=').unwrap_or((option, ""));
                let value = value
                    .strip_prefix('"')
                    .and_then(|value| value.strip_suffix('"'))
                    .unwrap_or(value);
                match name.to_ascii_lowercase().as_str() {
                    "namespaces" => parsed.namespaces = Some(value.to_owned()),
                    "valid-after" => parsed.after = Some(instant(value)?),
                    "valid-before" => parsed.before = Some(instant(value)?),
                    "cert-authority" => parsed.authority = true,
                    _ => return None,
                }
            }
            (next, rest) = word(rest)?;
        }
        if !is_key_type(next) {
            return None;
        }
        parsed.kind = next.to_owned();
        parsed.key = word(rest)?.0.to_owned();
        base64::Engine::decode(&base64::engine::general_purpose::STANDARD, &parsed.key).ok()?;
        Some(parsed)
    }

    fn standing(&self, principal: &str, purpose: Purpose, day: Option<Date>) -> Standing {
        if !matches_list(&self.principals, principal) {
            return Standing::OtherName(self.principals.clone());
        }
        self.limits(purpose.namespace(), day)
    }

    /// For what and when the key may sign.
    fn limits(&self, namespace: &str, day: Option<Date>) -> Standing {
        if self
            .namespaces
            .as_ref()
            .is_some_and(|list| !matches_list(list, namespace))
        {
            return Standing::OtherPurpose;
        }
        // A date has no hour: the key must be good at some time of that day.
        if let Some(day) = day.map(Date::number) {
            if self
                .after
                .is_some_and(|after| after > day * 1_000_000 + 235_959)
            {
                return Standing::OutOfDates(
                    "is not valid yet on the day of this bundle".to_owned(),
                );
            }
            if self.before.is_some_and(|before| before <= day * 1_000_000) {
                return Standing::OutOfDates(
                    "was no longer valid on the day of this bundle".to_owned(),
                );
            }
        } else if self.after.is_some() || self.before.is_some() {
            return Standing::OutOfDates(
                "is limited in time, and this bundle carries no readable date".to_owned(),
            );
        }
        Standing::Known
    }
}

/// The next word; spaces inside double quotes belong to it.
fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches([' ', '\t']);
    let mut quoted = false;
    let end = text.find(|c: char| {
        quoted ^= c == '"';
        !quoted && (c == ' ' || c == '\t')
    });
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    (!word.is_empty()).then_some((word, rest))
}

fn split_outside_quotes(text: &str) -> Vec<&str> {
    let mut quoted = false;
    text.split(|c: char| {
        quoted ^= c == '"';
        !quoted && c == ','
    })
    .collect()
}

fn is_key_type(word: &str) -> bool {
    ["ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-"]
        .iter()
        .any(|prefix| word.starts_with(prefix))
        && !word.contains(['=', '"'])
}

/// `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, with or without `Z`, as the number with all fourteen digits.
fn instant(text: &str) -> Option<u64> {
    let digits = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    if !matches!(digits.len(), 8 | 12 | 14) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    format!("{digits:0<14}").parse().ok()
}

/// OpenSSH's pattern list: commas, `*`, `?`, and `!` for "not".
fn matches_list(list: &str, name: &str) -> bool {
    let mut found = false;
    for pattern in list.split(',') {
        match pattern.trim().strip_prefix('!') {
            Some(not) if matches_pattern(not.as_bytes(), name.as_bytes()) => return false,
            Some(_) => {}
            None => found |= matches_pattern(pattern.trim().as_bytes(), name.as_bytes()),
        }
    }
    found
}

/// Iterative, so that many stars cannot make it slow.
fn matches_pattern(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == b'?' || Some(c) == name.get(n) => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((at, taken)) = star else {
                    return false;
                };
                star = Some((at, taken + 1));
                p = at + 1;
                n = taken + 1;
            }
        }
    }
    pattern
        .get(p..)
        .is_some_and(|rest| rest.iter().all(|c| *c == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ssh_key::PublicKey;

    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIqKTzh5oHCMoc6BjJOI4KuPd8PQIaALVk96XkHbvS8I";

    fn standing(line: &str, day: &str) -> Standing {
        let key = PublicKey::from_openssh(KEY).unwrap();
        AllowedSigners::parse(&line.replace("KEY", KEY), "list")
            .unwrap()
            .standing(key.key_data(), "a@b", Purpose::Filing, Date::parse(day))
    }

    #[test]
    fn a_line_says_who_for_what_and_when() {
        let day = "2026-11-23";
        for good in [
            "a@b KEY",
            "a@b KEY a comment",
            "# note\n\nx@y,a@* KEY",
            "\"a@b\" namespaces=\"cipdesk-filing-v1\" KEY",
            "a@b namespaces=\"git,cipdesk-*\",valid-after=\"20261101\",valid-before=\"20281101\" KEY",
            "a@b valid-after=20261123 KEY",
            "a@b valid-before=\"20261123120000Z\" KEY",
            "a@b namespaces=\"git\" KEY\na@b KEY",
        ] {
            assert_eq!(standing(good, day), Standing::Known, "{good}");
        }
        assert_eq!(
            standing("a@b namespaces=\"git\" KEY", day),
            Standing::OtherPurpose
        );
        assert_eq!(
            standing("*,!a@b KEY", day),
            Standing::OtherName("*,!a@b".into())
        );
        assert_eq!(
            standing("a@b cert-authority KEY", day),
            Standing::Unknown,
            "an authority signs keys, not filings"
        );
        for out in [
            "a@b valid-after=\"20261124\" KEY",
            "a@b valid-before=\"20261123\" KEY",
        ] {
            assert!(
                matches!(standing(out, day), Standing::OutOfDates(_)),
                "{out}"
            );
        }
        assert!(
            matches!(
                standing("a@b valid-after=\"20200101\" KEY", "no date"),
                Standing::OutOfDates(_)
            ),
            "without a date a limited key is not good"
        );
    }

    #[test]
    fn a_line_that_is_not_understood_is_named() {
        for bad in [
            "a@b",
            "a@b ssh-ed25519",
            "a@b frobnicate KEY",
            "a@b valid-after=\"soon\" KEY",
            "a@b ssh-ed25519 ???",
        ] {
            let error = AllowedSigners::parse(&format!("\n{}", bad.replace("KEY", KEY)), "known")
                .unwrap_err();
            assert!(error.message.starts_with("known line 2:"), "{bad}: {error}");
        }
    }
}
