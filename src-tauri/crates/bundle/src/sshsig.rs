//! SSH signatures over a tag manifest: made and judged in the one canonical armour. Knows no files and whom nobody trusts.

use crate::{
    error::{Class, Refusal},
    names,
    purpose::Purpose,
};
use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey, PublicKey, SshSig, public::KeyData};

/// The SSHSIG namespace of a filing; a signature made for another purpose never holds here.
pub const NAMESPACE: &str = "cipdesk-filing-v1";

/// Signs a tag manifest as a filing with an Ed25519 key, as `ssh-keygen -Y sign -n cipdesk-filing-v1` would: same key, same text, same bytes.
///
/// # Errors
/// `E-BUNDLE-SIGNING-KEY` if the key is locked, is no Ed25519 key, or lies on a security key.
pub fn sign_filing(key: &PrivateKey, tag_manifest: &[u8]) -> Result<String, Refusal> {
    let unusable = || {
        Refusal::new(
            "E-BUNDLE-SIGNING-KEY",
            Class::BadInput,
            "Signing the bundle: this key cannot sign. Use an unlocked Ed25519 key that is not on a security key.",
        )
    };
    if key.is_encrypted() || key.algorithm() != Algorithm::Ed25519 {
        return Err(unusable());
    }
    let signature =
        SshSig::sign(key, NAMESPACE, HashAlg::Sha512, tag_manifest).map_err(|_| unusable())?;
    let mut text = signature.to_pem(LineEnding::LF).map_err(|_| unusable())?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text)
}

/// The fingerprint of an OpenSSH public key line, as `ssh-keygen -l` prints it: `SHA256:` and 43 characters.
///
/// # Errors
/// `E-BUNDLE-DRAFT` if the line is no public key.
pub fn fingerprint(public_openssh: &str) -> Result<String, Refusal> {
    Ok(fingerprint_of(&parse_public(public_openssh)?))
}

pub(crate) fn parse_public(line: &str) -> Result<KeyData, Refusal> {
    PublicKey::from_openssh(line.trim())
        .map(|key| key.key_data().clone())
        .map_err(|_| {
            crate::bag::draft(
                "the signer's public key is not a line as in an OpenSSH .pub file".to_owned(),
            )
        })
}

pub(crate) fn fingerprint_of(key: &KeyData) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

/// A key as OpenSSH writes it in a line: its type and its base64.
pub(crate) fn key_words(key: &KeyData) -> Option<(String, String)> {
    let line = PublicKey::from(key.clone()).to_openssh().ok()?;
    let mut words = line.split(' ');
    Some((words.next()?.to_owned(), words.next()?.to_owned()))
}

/// What a signature file turned out to be.
pub(crate) struct Judged {
    /// The key that the signature names, where one could be read.
    pub(crate) key: Option<KeyData>,
    /// Code and sentence of what does not hold; `None` for a good signature by that key.
    pub(crate) fault: Option<(&'static str, String)>,
}

/// What does not hold of a signature, whatever it was made for.
pub(crate) enum Fault {
    /// Not in the one canonical form.
    Form,
    /// Made for another purpose, in words.
    Purpose(String),
    /// Over another text, or forged.
    Text,
}

/// Judges a signature file over the `message` of a bundle that is made for a purpose.
pub(crate) fn judge(purpose: Purpose, armour: &[u8], message: &[u8]) -> Judged {
    let (key, fault) = examine(purpose.namespace(), armour, message);
    let fault = fault.map(|fault| match fault {
        Fault::Form => (
            "B-33",
            "The signature file is not in the standard form (line endings, or text around it?). Ask for it again, sent in a way that does not change files.".to_owned(),
        ),
        Fault::Purpose(other) => (
            "B-32",
            format!(
                "This signature was made for {other}, not for {}. Ask the sender for that itself.",
                purpose.words()
            ),
        ),
        Fault::Text => ("B-35", "The signature does not match the contents: the list of files was changed after signing, or the signature belongs to another bundle.".to_owned()),
    });
    Judged { key, fault }
}

/// The key that a signature names, and what does not hold; no fault for a good signature by that key, made for `namespace`.
pub(crate) fn examine(
    namespace: &str,
    armour: &[u8],
    message: &[u8],
) -> (Option<KeyData>, Option<Fault>) {
    let Ok(signature) = SshSig::from_pem(armour) else {
        return (None, Some(Fault::Form));
    };
    let key = signature.public_key().clone();
    // Readers differ on six ways to write the same armour; the only one accepted is the one that is written here and by ssh-keygen.
    let canonical = signature.to_pem(LineEnding::LF).map(|text| {
        if text.ends_with('\n') {
            text
        } else {
            text + "\n"
        }
    });
    let fault = if canonical.map(String::into_bytes).ok().as_deref() != Some(armour) {
        Some(Fault::Form)
    } else if signature.namespace() != namespace {
        Some(Fault::Purpose(purpose_of(signature.namespace())))
    } else if signature.version() != SshSig::VERSION
        || signature.hash_alg() != HashAlg::Sha512
        || !signature.reserved().is_empty()
    {
        Some(Fault::Form)
    } else {
        (!holds(namespace, &signature, &key, message)).then_some(Fault::Text)
    };
    (Some(key), fault)
}

fn holds(namespace: &str, signature: &SshSig, key: &KeyData, message: &[u8]) -> bool {
    match key {
        // Strict: also refuses keys and signatures that other verifiers may judge differently.
        KeyData::Ed25519(public) => {
            let bytes = SshSig::signed_data(namespace, HashAlg::Sha512, message);
            let key = ed25519_dalek::VerifyingKey::from_bytes(&public.0);
            let raw = ed25519_dalek::Signature::from_slice(signature.signature_bytes());
            match (bytes, key, raw) {
                (Ok(bytes), Ok(key), Ok(raw)) => {
                    signature.algorithm() == Algorithm::Ed25519
                        && key.verify_strict(&bytes, &raw).is_ok()
                }
                _ => false,
            }
        }
        other => PublicKey::from(other.clone())
            .verify(namespace, message, signature)
            .is_ok(),
    }
}

fn purpose_of(namespace: &str) -> String {
    let known = namespace
        .strip_prefix("cipdesk-")
        .and_then(|rest| rest.strip_suffix("-v1"));
    match known {
        Some("handoff") => "a hand-off".to_owned(),
        Some("receipt") => "a receipt".to_owned(),
        Some("approval") => "an approval".to_owned(),
        Some("checkpoint") => "a checkpoint of a journal".to_owned(),
        Some("members") => "a list of members".to_owned(),
        Some("keyring") => "a key list".to_owned(),
        Some("filing") => Purpose::Filing.words().to_owned(),
        Some("intake") => Purpose::Intake.words().to_owned(),
        Some("pack" | "rulepack") => "a rule pack".to_owned(),
        Some("list") => "a list".to_owned(),
        Some("release") => "a release of the program".to_owned(),
        _ if names::unsafe_component(namespace).is_none() => format!("the purpose \"{namespace}\""),
        _ => "another purpose".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ssh_key::private::{Ed25519Keypair, KeypairData};

    fn key(seed: u8) -> PrivateKey {
        PrivateKey::new(
            KeypairData::Ed25519(Ed25519Keypair::from_seed(&[seed; 32])),
            "",
        )
        .unwrap()
    }

    fn code(armour: &str, message: &[u8]) -> Option<&'static str> {
        judge(Purpose::Filing, armour.as_bytes(), message)
            .fault
            .map(|(code, _)| code)
    }

    #[test]
    fn only_the_canonical_armour_is_read() {
        let good = sign_filing(&key(1), b"list").unwrap();
        assert_eq!(code(&good, b"list"), None, "what is signed holds");
        assert_eq!(
            good,
            sign_filing(&key(1), b"list").unwrap(),
            "Ed25519 signatures are deterministic"
        );
        let body: String = good.lines().filter(|line| !line.starts_with('-')).collect();
        let wrapped = |columns: usize| {
            let lines: Vec<String> = body
                .as_bytes()
                .chunks(columns)
                .map(|line| String::from_utf8_lossy(line).into_owned())
                .collect();
            format!(
                "-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n",
                lines.join("\n")
            )
        };
        assert_eq!(wrapped(70), good, "the standard form has 70 columns");
        for odd in [
            good.replace('\n', "\r\n"),
            format!("text\n{good}"),
            format!("{good}text\n"),
            format!("{good}{good}"),
            format!("{good}\n"),
            format!(" {good}"),
            good.trim_end().to_owned(),
            good.replacen('\n', "\n\n", 1),
            wrapped(76),
            wrapped(64),
            wrapped(10_000),
            good.replace("SSH SIGNATURE", "SSH  SIGNATURE"),
            good.to_lowercase(),
            String::new(),
        ] {
            assert_eq!(
                code(&odd, b"list"),
                Some("B-33"),
                "another armour is another file: {odd:?}"
            );
        }
    }

    #[test]
    fn a_signature_for_another_purpose_or_text_does_not_hold() {
        let good = sign_filing(&key(1), b"list").unwrap();
        assert_eq!(code(&good, b"lisT"), Some("B-35"), "another text");
        for purpose in [
            "handoff",
            "receipt",
            "intake",
            "approval",
            "checkpoint",
            "members",
            "keyring",
            "pack",
            "list",
            "release",
        ] {
            let other = SshSig::sign(
                &key(1),
                &format!("cipdesk-{purpose}-v1"),
                HashAlg::Sha512,
                b"list",
            )
            .unwrap()
            .to_pem(LineEnding::LF)
            .unwrap();
            assert_eq!(
                code(&other, b"list"),
                Some("B-32"),
                "a {purpose} is no filing"
            );
        }
        let weaker = SshSig::sign(&key(1), NAMESPACE, HashAlg::Sha256, b"list")
            .unwrap()
            .to_pem(LineEnding::LF)
            .unwrap();
        assert_eq!(
            code(&weaker, b"list"),
            Some("B-33"),
            "the hash inside is SHA-512, always"
        );
    }
}
