//! Bundles of anybody: verified, received; the keys that sign them, ours and those of others.

views! {
    /// Who signed a bundle.
    BundleSigner {
        /// The principal.
        name: String,
        /// The fingerprint.
        fingerprint: String,
        /// The fingerprint in words, for the telephone.
        words: String,
        /// Known through the address book of keys, or through an allowed-signers file from outside the bundle.
        trusted: bool,
        /// own, trusted, listed, seen, withdrawn, unknown; `none` where there is no address book.
        standing: String,
        /// Whose key it is, as the address book says.
        label: Option<String>,
    }
    /// What is wrong with a bundle.
    BundleProblem {
        /// The stable code, such as `B-22`.
        code: String,
        /// The file inside.
        path: String,
        /// In words.
        message: String,
    }
    /// The result of verifying a bundle.
    BundleReport {
        /// Everything holds.
        valid: bool,
        /// Who signed.
        signer: Option<BundleSigner>,
        /// The filing's reference.
        filing: Option<String>,
        /// The form, such as F7.
        kind: Option<String>,
        /// The sender, as the bundle names it.
        organisation: Option<String>,
        /// The bundle's own date.
        dated: Option<String>,
        /// Payload files.
        files: u32,
        /// Payload bytes.
        #[ts(type = "number")]
        bytes: u64,
        /// What does not hold.
        problems: Vec<BundleProblem>,
        /// What was checked, in words, in order.
        checks: Vec<String>,
        /// The file's name.
        name: String,
        /// Under this handle it can be taken in, for a while; none for a bundle that does not hold or an unpacked one.
        handle: Option<String>,
        /// It was taken in before, under this reference.
        received: Option<String>,
    }
    /// A bundle that came from somebody else and was kept.
    ReceivedRow {
        /// Such as `RB-0001`.
        r#ref: String,
        /// The record that it was taken into.
        into: String,
        /// The folder name inside.
        name: String,
        /// The sender's reference of the filing.
        filing: Option<String>,
        /// The form, such as F7.
        kind: Option<String>,
        /// The sender as the bundle names it.
        organisation: Option<String>,
        /// The bundle's own date.
        dated: Option<String>,
        /// The signer: as the address book names the key today, else the principal.
        signer: String,
        /// The key's fingerprint.
        fingerprint: String,
        /// What was known of the key when it came: own, trusted, seen, unknown.
        standing: String,
        /// What is known of it today.
        standing_now: String,
        /// Why it was taken in although nobody had compared the key.
        why: Option<String>,
        /// It came encrypted.
        encrypted: bool,
        /// Payload files.
        files: u32,
        /// Size in bytes.
        #[ts(type = "number")]
        bytes: u64,
        /// SHA-256 of the zip.
        sha256: String,
        /// The document that keeps it; empty where the record it was taken into was disposed of, and the bundle with it.
        document: String,
        /// The day.
        on: String,
        /// Who took it in.
        by: String,
        /// Only in the answer to taking it in: it was there already, and nothing was changed.
        again: bool,
    }
    /// A key of somebody else.
    KnownKeyRow {
        /// The fingerprint.
        fingerprint: String,
        /// The same in words, for the telephone.
        words: String,
        /// The name under which it signs.
        principal: String,
        /// Whose key it is, in our words.
        label: String,
        /// seen, trusted, withdrawn.
        standing: String,
        /// The day on which it was seen or written down first.
        first_seen: String,
        /// Where.
        seen_in: String,
        /// Who compared it, when and how; or who withdrew it, when and why.
        said: Option<String>,
    }
    /// A key that signs for this vault.
    OwnKeyRow {
        /// The member's name.
        member: String,
        /// The member's label.
        member_label: String,
        /// The fingerprint.
        fingerprint: String,
        /// The same in words, for the telephone.
        words: String,
        /// approval or bound.
        kind: String,
        /// Since when, for a bound key.
        on: Option<String>,
        /// It signs no longer: the member left, or has other keys.
        former: bool,
        /// The member at work may release it.
        releasable: bool,
    }
    /// The address book of keys.
    SignerBook {
        /// Keys of others.
        keys: Vec<KnownKeyRow>,
        /// Our own.
        own: Vec<OwnKeyRow>,
        /// Ed25519 keys that an SSH agent offers and that are not bound yet: fingerprints.
        agent: Vec<String>,
    }
}

requests! {
    /// Verify a bundle that is chosen in a dialog.
    BundleVerifyReq {
        /// It is encrypted: an age key file is chosen first.
        encrypted: bool,
    }
    /// Take in a bundle that was verified.
    BundleReceiveReq {
        /// The handle of the report.
        handle: String,
        /// The record it belongs to.
        into: String,
        /// Why it is taken in although nobody compared the key with the sender; needed unless the key is trusted.
        why: Option<String>,
    }
    /// Say something about a key of somebody else.
    SignerSaveReq {
        /// The fingerprint of a key in the book, or a public key as in a .pub file.
        key: String,
        /// Whose key it is.
        label: Option<String>,
        /// The name under which it signs.
        principal: Option<String>,
        /// `trust` (the fingerprint was compared), `withdraw` (it is good no longer), or `note` (neither).
        act: String,
        /// How it was compared, or why it is good no longer.
        how: Option<String>,
    }
    /// Bind an OpenSSH key to the member at work, to sign filings with.
    KeyBindReq {
        /// The fingerprint of a key in the SSH agent; none: a key file is chosen in a dialog.
        agent: Option<String>,
        /// The member's passphrase, again.
        passphrase: String,
    }
    /// Release a key that was bound to the member at work.
    KeyReleaseReq {
        /// The fingerprint.
        fingerprint: String,
        /// The member's passphrase, again.
        passphrase: String,
    }
}
