//! The text of `VERIFY.txt`: how somebody without CIP Desk checks a bundle on Linux, macOS and Windows. Knows no files.

use crate::purpose::Purpose;

/// What the text names.
pub(crate) struct Facts<'a> {
    pub(crate) purpose: Purpose,
    pub(crate) bag: &'a str,
    pub(crate) principal: &'a str,
    pub(crate) signer: &'a str,
    pub(crate) fingerprint: &'a str,
    pub(crate) date: &'a str,
    pub(crate) notes: &'a str,
    /// The bundle holds the page that checks it in a browser.
    pub(crate) page: bool,
}

/// The whole text, LF, ending with one.
pub(crate) fn text(facts: &Facts<'_>) -> String {
    let Facts {
        purpose,
        bag,
        principal,
        signer,
        fingerprint,
        date,
        notes,
        page,
    } = facts;
    let namespace = purpose.namespace();
    let page = if *page {
        format!(
            "

IN A BROWSER, WITHOUT ANY OF THESE TOOLS

    Open data/verify.html from the unpacked bundle, and choose the bundle in it. It works without a network and checks every
    hash; the signature too, in a browser that knows Ed25519. It came with the bundle, so it proves less than the steps above: a
    page out of a bundle that you trust is better. Every bundle of the same version of CIP Desk holds the same page, whose
    SHA-256 is
    {}
",
            hex::encode(<sha2::Sha256 as sha2::Digest>::digest(crate::VERIFY_PAGE))
        )
    } else {
        String::new()
    };
    let notes = if notes.trim().is_empty() {
        String::new()
    } else {
        format!("\n{}\n", notes.trim())
    };
    format!(
        "HOW TO CHECK THIS BUNDLE

Bundle:       {bag}
Signed by:    {signer}
Signer name:  {principal}
Fingerprint:  {fingerprint}
Dated:        {date}
{notes}
The file allowed_signers in this bundle says whose key this is, but whoever changed the bundle could have changed that file too.
Obtain the fingerprint by another way - a telephone call, a letter, an earlier filing - and compare it with the line above.
To print the fingerprint of the key that the commands below use:

    cut -d' ' -f3- allowed_signers | ssh-keygen -lf -

All steps are needed. Step 1 alone proves only the list of files; step 2 alone proves nothing about the sender; steps 1 and 2
together do not notice an added file. Run them inside the folder {bag}.


LINUX (bash; OpenSSH 8.2 or newer)

0. Only if the file ends in .age, then unpack:
    age -d -i key.txt {bag}.bundle.zip.age > {bag}.bundle.zip
    unzip {bag}.bundle.zip && cd {bag}

1. Who signed it, and is the list of files unchanged? Expect: Good \"{namespace}\" signature for {principal}
    ssh-keygen -Y verify -f allowed_signers -I {principal} -n {namespace} -s tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt

2. Are all files unchanged? Expect: no output.
    sha256sum -c --strict --quiet tagmanifest-sha256.txt && sha256sum -c --strict --quiet manifest-sha256.txt

3. Is a file added or missing? Expect: no output.
    diff <(cut -c67- manifest-sha256.txt | LC_ALL=C sort) <(find data -type f | LC_ALL=C sort)
    ls -A     (expect only: VERIFY.txt allowed_signers bag-info.txt bagit.txt data manifest-sha256.txt
               tagmanifest-sha256.txt tagmanifest-sha256.txt.sig)

4. Instead of 2 and 3, with the tool of the Library of Congress (pip install bagit):
    bagit.py --validate .


MACOS (Terminal, zsh or bash)

    As on Linux, with step 2 written so:
    shasum -a 256 -c tagmanifest-sha256.txt && shasum -a 256 -c manifest-sha256.txt
    Expect: OK after every name.


WINDOWS 10 or newer

    Unpack the zip in the Explorer, then open PowerShell in the folder {bag}.

1.  cmd /c \"ssh-keygen -Y verify -f allowed_signers -I {principal} -n {namespace} -s tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt\"

2.  foreach ($list in 'tagmanifest-sha256.txt', 'manifest-sha256.txt') {{ foreach ($line in Get-Content $list) {{
      $sum, $path = $line -split '  ', 2
      if ((Get-FileHash -Algorithm SHA256 -LiteralPath $path).Hash -ne $sum) {{ \"CHANGED OR MISSING: $path\" }} }} }}
    Expect: no output.

3.  $listed = Get-Content manifest-sha256.txt | ForEach-Object {{ $_.Substring(66) }}
    $found = Get-ChildItem data -Recurse -File -Force | ForEach-Object {{ (Resolve-Path -Relative -LiteralPath $_.FullName).Substring(2).Replace('\\', '/') }}
    Compare-Object $listed $found
    Expect: no output.
{page}"
    )
}
