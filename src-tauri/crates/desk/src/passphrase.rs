//! Passphrases: how strong, and a suggestion (security 3.7).

use crate::error::{Error, Result};
use contract::Strength;
use secrecy::{ExposeSecret, SecretString};

const SHORTEST: usize = 15;
const LONGEST: usize = 256;

/// Six words out of this list give 66 bits: eleven bits a word.
pub(crate) const WORDS: &str = include_str!("words.txt");

/// How strong a passphrase is. `words` are what an attacker would try first.
pub(crate) fn strength(passphrase: &str, words: &[&str]) -> Strength {
    let mut known: Vec<&str> = vec!["cip", "desk", "cipdesk", "cip desk", "compliance"];
    known.extend(words.iter().flat_map(|text| text.split_whitespace()));
    // zxcvbn's cost grows with the length; what is past a hundred characters cannot make it weaker.
    let head: String = passphrase.chars().take(100).collect();
    let found = zxcvbn::zxcvbn(&head, &known);
    let score = u8::from(found.score());
    let length = passphrase.chars().count();
    let mut warning = found
        .feedback()
        .and_then(|feedback| feedback.warning())
        .map(|warning| warning.to_string());
    if length < SHORTEST {
        warning = Some(format!(
            "At least {SHORTEST} characters are needed; there are {length}."
        ));
    } else if length > LONGEST {
        warning = Some(format!("At most {LONGEST} characters can be used."));
    }
    // What is left when the names an attacker tries first are taken out must still be worth guessing.
    let mut rest = passphrase.to_lowercase();
    for word in known.iter().filter(|word| word.chars().count() > 2) {
        rest = rest.replace(&word.to_lowercase(), "");
    }
    let named = rest.chars().filter(|c| c.is_alphanumeric()).count() < 8;
    if named && warning.is_none() {
        warning = Some("It is mostly made of names that an attacker tries first.".to_owned());
    }
    let suggestions = found
        .feedback()
        .map(|feedback| {
            feedback
                .suggestions()
                .iter()
                .map(ToString::to_string)
                .collect()
        })
        .unwrap_or_default();
    Strength {
        score,
        accepted: score == 4 && !named && (SHORTEST..=LONGEST).contains(&length),
        warning,
        suggestions,
        guess_time: found
            .crack_times()
            .offline_slow_hashing_1e4_per_second()
            .to_string(),
    }
}

/// Refuses a passphrase that is too short, too long or too easily guessed; one reason each.
pub(crate) fn check(passphrase: &SecretString, words: &[&str]) -> Result<()> {
    let text = passphrase.expose_secret();
    let refuse = |what: &str| {
        Err(Error::input(
            "V-27",
            format!("This passphrase cannot be used: {what}"),
        ))
    };
    if text.contains('\0') {
        return refuse("it holds a NUL character.");
    }
    if text.trim().is_empty() {
        return refuse("it is empty or only spaces.");
    }
    let found = strength(text, words);
    if found.accepted {
        return Ok(());
    }
    match found.warning {
        Some(warning) => refuse(&warning),
        None => refuse("it is too easily guessed. Use six unrelated words, or more."),
    }
}

/// Six words drawn at random.
pub(crate) fn suggest() -> Result<String> {
    let words: Vec<&str> = WORDS.lines().filter(|word| !word.is_empty()).collect();
    let mut chosen: Vec<&str> = Vec::with_capacity(6);
    while chosen.len() < 6 {
        let mut bytes = [0u8; 2];
        getrandom::fill(&mut bytes).map_err(|_| {
            Error::machine("E-RANDOM", "The system gave no random numbers. Try again.")
        })?;
        // Draws past the last whole multiple of the list are thrown away, so that no word is likelier than another.
        let draw = usize::from(u16::from_le_bytes(bytes));
        if draw < 65_536 / words.len() * words.len() {
            chosen.extend(words.get(draw % words.len()).copied());
        }
    }
    Ok(chosen.join(" "))
}

/// The beginning of a key's fingerprint as eight words of the list, eleven bits each: easier to read out and to compare than letters.
pub(crate) fn fingerprint_words(fingerprint: &str) -> String {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut said: Vec<&str> = Vec::new();
    let (mut held, mut bits) = (0usize, 0u32);
    for letter in fingerprint.trim_start_matches("SHA256:").bytes() {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        held = (held << 6 | usize::from(six)) & 0xffff;
        bits += 6;
        if bits >= 11 {
            bits -= 11;
            said.extend(words.get(held >> bits & 0x7ff));
        }
        if said.len() == 8 {
            break;
        }
    }
    said.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggested_passphrase_is_accepted() {
        let phrase = suggest().unwrap();
        assert_eq!(phrase.split(' ').count(), 6);
        assert!(check(&SecretString::from(phrase), &[]).is_ok());
    }

    #[test]
    fn the_list_has_2048_different_words() {
        let mut words: Vec<&str> = WORDS.lines().collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), 2048, "eleven bits a word");
    }

    #[test]
    fn weak_passphrases_are_refused_with_one_reason_each() {
        for weak in [
            "",
            "   ",
            "short",
            "password password",
            "aaaaaaaaaaaaaaaaaaaa",
            "Acme Cloud Acme Cloud",
            "nul\0nul nul nul nul nul",
        ] {
            let error = check(&SecretString::from(weak.to_owned()), &["Acme Cloud"]).unwrap_err();
            assert_eq!(error.0.code, "V-27", "{weak:?}");
        }
    }
}
