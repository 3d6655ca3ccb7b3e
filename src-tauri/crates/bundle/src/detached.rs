//! Detached signatures (SSHSIG) over a single file, made for another purpose than a filing. Knows neither what the file is nor where it lies.

use crate::{
    allowed_signers::{AllowedSigners, Standing},
    bag::Date,
    sshsig::{Fault, examine, fingerprint_of},
};

/// What a detached signature turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detached {
    /// It holds.
    Holds {
        /// The key, as `ssh-keygen -l` prints it.
        fingerprint: String,
        /// Whether a list given from outside knows that key, for this purpose, on that day.
        standing: KeyStanding,
    },
    /// It does not hold; what is wrong, and what to do.
    Fails(String),
}

/// What a list of signers says about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyStanding {
    /// No list was given.
    Unchecked,
    /// It is on the list, under these names.
    Known(String),
    /// It is not on the list.
    Unknown,
    /// It is on the list under these names, but not for this purpose.
    OtherPurpose(String),
    /// It is on the list under these names, but not for that day.
    OutOfDates(String),
}

/// Judges a detached signature over `message`, made for `namespace` with `ssh-keygen -Y sign -n NAMESPACE`. `day` is `YYYY-MM-DD`: a signature
/// carries no date, so the list is asked about the day on which it is checked.
pub fn verify_detached(
    namespace: &str,
    armour: &[u8],
    message: &[u8],
    allowed: Option<&AllowedSigners>,
    day: &str,
) -> Detached {
    let key = match examine(namespace, armour, message) {
        (Some(key), None) => key,
        (_, fault) => {
            return Detached::Fails(match fault {
                Some(Fault::Purpose(purpose)) => format!(
                    "The signature was made for {purpose}. Ask for one made with: ssh-keygen -Y sign -n {namespace}"
                ),
                Some(Fault::Text) => "The signature does not match the file: it was changed after signing, or the signature belongs to another file. Ask for both again.".to_owned(),
                Some(Fault::Form) | None => "The signature file is not in the form that ssh-keygen -Y sign writes. Ask for it again, sent in a way that does not change files.".to_owned(),
            });
        }
    };
    let standing = allowed.map_or(KeyStanding::Unchecked, |list| {
        let (standing, names) = list.of_key(&key, namespace, Date::parse(day));
        let names = names.unwrap_or_default();
        match standing {
            Standing::Known => KeyStanding::Known(names),
            Standing::OtherPurpose => KeyStanding::OtherPurpose(names),
            Standing::OutOfDates(_) => KeyStanding::OutOfDates(names),
            Standing::Unknown | Standing::OtherName(_) => KeyStanding::Unknown,
        }
    });
    Detached::Holds {
        fingerprint: fingerprint_of(&key),
        standing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ssh_key::{
        HashAlg, LineEnding, PrivateKey, SshSig,
        private::{Ed25519Keypair, KeypairData},
    };

    const PURPOSE: &str = "cipdesk-rulepack-v1";

    fn key(seed: u8) -> PrivateKey {
        PrivateKey::new(
            KeypairData::Ed25519(Ed25519Keypair::from_seed(&[seed; 32])),
            "",
        )
        .unwrap()
    }

    fn sign(seed: u8, purpose: &str) -> Vec<u8> {
        let signature = SshSig::sign(&key(seed), purpose, HashAlg::Sha512, b"a pack").unwrap();
        let mut text = signature.to_pem(LineEnding::LF).unwrap();
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text.into_bytes()
    }

    fn standing(list: &str) -> KeyStanding {
        let line = key(1).public_key().to_openssh().unwrap();
        let list = AllowedSigners::parse(&list.replace("KEY", &line), "list").unwrap();
        match verify_detached(
            PURPOSE,
            &sign(1, PURPOSE),
            b"a pack",
            Some(&list),
            "2026-11-24",
        ) {
            Detached::Holds { standing, .. } => standing,
            Detached::Fails(why) => panic!("{why}"),
        }
    }

    #[test]
    fn only_a_list_from_outside_makes_a_key_known() {
        let alone = verify_detached(PURPOSE, &sign(1, PURPOSE), b"a pack", None, "2026-11-24");
        assert!(matches!(
            alone,
            Detached::Holds {
                standing: KeyStanding::Unchecked,
                ..
            }
        ));
        assert_eq!(standing("a@b KEY"), KeyStanding::Known("a@b".into()));
        assert_eq!(
            standing("a@b namespaces=\"cipdesk-rulepack-v1\" KEY"),
            KeyStanding::Known("a@b".into())
        );
        assert_eq!(
            standing("a@b namespaces=\"cipdesk-filing-v1\" KEY"),
            KeyStanding::OtherPurpose("a@b".into()),
            "who may sign filings may not sign rules"
        );
        assert_eq!(
            standing("a@b valid-before=\"20261101\" KEY"),
            KeyStanding::OutOfDates("a@b".into())
        );
        assert_eq!(standing("# nobody"), KeyStanding::Unknown);
    }

    #[test]
    fn a_signature_for_another_purpose_or_text_does_not_hold() {
        let fails = |armour: &[u8], message: &[u8]| {
            matches!(
                verify_detached(PURPOSE, armour, message, None, "2026-11-24"),
                Detached::Fails(_)
            )
        };
        assert!(!fails(&sign(1, PURPOSE), b"a pack"));
        assert!(fails(&sign(1, PURPOSE), b"another pack"));
        assert!(
            fails(&sign(1, crate::NAMESPACE), b"a pack"),
            "a filing's signature is no pack's"
        );
        assert!(fails(b"", b"a pack") && fails(b"-----BEGIN SSH SIGNATURE-----\n", b"a pack"));
    }
}
