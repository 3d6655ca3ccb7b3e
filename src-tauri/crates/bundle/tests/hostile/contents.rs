//! Files, lists and signatures that were changed after signing, or signed for something else.

use crate::{kinds::*, support::*};
use ssh_key::{HashAlg, LineEnding, SshSig};

fn foreign_signature(bag: &mut Bag, namespace: &str) {
    let signature =
        SshSig::sign(&key(1), namespace, HashAlg::Sha512, &bag.0[TAG_MANIFEST]).unwrap();
    bag.set(SIGNATURE, signature.to_pem(LineEnding::LF).unwrap());
}

pub(crate) fn contents() -> Vec<Kind> {
    let mut kinds = vec![
        files("a changed document", &["B-22"], |bag, seed| {
            bag.0.get_mut("data/filing.pdf").unwrap()[usize::from(seed)] ^= 1
        }),
        files("a shortened document", &["B-22"], |bag, _| {
            bag.0.get_mut("data/filing.pdf").unwrap().truncate(3)
        }),
        files("a lengthened document", &["B-22"], |bag, seed| {
            bag.0.get_mut("data/filing.pdf").unwrap().push(seed)
        }),
        files("a missing document", &["B-21"], |bag, _| {
            drop(bag.0.remove("data/filing.pdf"))
        }),
        files("an added document", &["B-21"], |bag, _| {
            bag.set("data/added.pdf", "x")
        }),
        files("a renamed document", &["B-21"], |bag, _| {
            let bytes = bag.0.remove("data/filing.pdf").unwrap();
            bag.set("data/filed.pdf", bytes);
        }),
        files("two documents exchanged", &["B-22"], |bag, _| {
            let (one, two) = (
                bag.0["data/filing.pdf"].clone(),
                bag.0["data/documents/0001.pdf"].clone(),
            );
            bag.set("data/filing.pdf", two);
            bag.set("data/documents/0001.pdf", one);
        }),
        files("a changed document and list", &["B-23"], |bag, _| {
            bag.set("data/filing.pdf", "other");
            bag.list();
        }),
        files("a changed document and both lists", &["B-35"], |bag, _| {
            bag.set("data/filing.pdf", "other");
            bag.list();
            bag.tag();
        }),
        files(
            "a changed document, signed by another",
            &["B-31"],
            |bag, _| {
                bag.set("data/filing.pdf", "other");
                bag.list();
                bag.sign(2);
            },
        ),
        files("a changed bag-info", &["B-23"], |bag, _| {
            bag.edit("bag-info.txt", "Łódź", "Lodz")
        }),
        files("a changed VERIFY.txt", &["B-23"], |bag, _| {
            bag.edit("VERIFY.txt", "Kim", "Lee")
        }),
        files("a list entry removed", &["B-23"], |bag, _| {
            let list = bag
                .text(MANIFEST)
                .lines()
                .skip(1)
                .map(|line| format!("{line}\n"))
                .collect::<String>();
            bag.set(MANIFEST, list);
        }),
        files("a list entry doubled", &["B-13"], |bag, _| {
            let list = bag.text(MANIFEST);
            let first = list.lines().next().unwrap();
            bag.set(MANIFEST, format!("{first}\n{list}"));
            bag.sign(1);
        }),
        files("a list entry that leads outside", &["B-11"], |bag, _| {
            let list = bag.text(MANIFEST);
            bag.set(
                MANIFEST,
                format!("{}  ../../outside\n{list}", "0".repeat(64)),
            );
            bag.sign(1);
        }),
        files("a list entry that is a case twin", &["B-13"], |bag, _| {
            bag.edit(
                MANIFEST,
                "data/filing.pdf\n",
                &format!("data/filing.pdf\n{}  data/FILING.pdf\n", "0".repeat(64)),
            );
            bag.sign(1);
        }),
        files("a list entry with an encoded slash", &["B-14"], |bag, _| {
            bag.edit(MANIFEST, "data/filing.pdf", "data%2ffiling.pdf");
            bag.sign(1);
        }),
        files("a list with binary marks", &["B-23"], |bag, _| {
            bag.edit(MANIFEST, "  data", " *data");
            bag.sign(1);
        }),
        files("a list of tag files with one more", &["B-23"], |bag, _| {
            let list = bag.text(TAG_MANIFEST);
            bag.set(TAG_MANIFEST, format!("{list}{}  x.txt\n", "0".repeat(64)));
            foreign_signature(bag, bag.purpose().namespace());
        }),
        files("a list of tag files with one less", &["B-23"], |bag, _| {
            let list = bag
                .text(TAG_MANIFEST)
                .lines()
                .skip(1)
                .map(|line| format!("{line}\n"))
                .collect::<String>();
            bag.set(TAG_MANIFEST, list);
            foreign_signature(bag, bag.purpose().namespace());
        }),
        files("no list of tag files", &["B-23"], |bag, _| {
            drop(bag.0.remove(TAG_MANIFEST))
        }),
        files("no signature", &["B-30"], |bag, _| {
            drop(bag.0.remove(SIGNATURE))
        }),
        files("an empty signature", &["B-33"], |bag, _| {
            bag.set(SIGNATURE, "")
        }),
        files("a signature by another key", &["B-31"], |bag, seed| {
            bag.sign(2 + seed)
        }),
        files("a signature over something else", &["B-35"], |bag, _| {
            let mut other = bag.clone();
            other.edit("bag-info.txt", "Łódź", "Lodz");
            other.sign(1);
            bag.set(SIGNATURE, other.0[SIGNATURE].clone());
        }),
        files(
            "the signer's key exchanged, not re-signed",
            &["B-31"],
            |bag, _| {
                bag.edit(
                    "allowed_signers",
                    key_word(1).as_str(),
                    key_word(2).as_str(),
                )
            },
        ),
        files("the signer's name exchanged", &["B-23"], |bag, _| {
            bag.edit("allowed_signers", "staff-1", "staff-9")
        }),
        files("two signers", &["B-36"], |bag, _| {
            let list = bag.text("allowed_signers");
            bag.set(
                "allowed_signers",
                format!("{list}{}", list.replace("staff-1", "staff-2")),
            );
            bag.sign(1);
        }),
        files("any signer", &["B-36"], |bag, _| {
            bag.edit("allowed_signers", PRINCIPAL, "*");
            bag.sign(1);
        }),
        files("no signer", &["B-36"], |bag, _| {
            bag.set("allowed_signers", "# nobody\n");
            bag.sign(1);
        }),
        files("a signer for other purposes", &["B-32"], |bag, _| {
            bag.edit("allowed_signers", bag.purpose().namespace(), "git");
            bag.sign(1);
        }),
        files("a key not valid yet", &["B-34"], |bag, _| {
            bag.edit(
                "allowed_signers",
                "namespaces=",
                "valid-after=\"20270101\",namespaces=",
            );
            bag.sign(1);
        }),
        files("a key no longer valid", &["B-34"], |bag, _| {
            bag.edit(
                "allowed_signers",
                "namespaces=",
                "valid-before=\"20260101\",namespaces=",
            );
            bag.sign(1);
        }),
        files("a newer format", &["B-41"], |bag, _| {
            bag.edit("bag-info.txt", "cipdesk-bundle/1", "cipdesk-bundle/2");
            bag.sign(1);
        }),
        files("an unknown format", &["B-41"], |bag, _| {
            bag.edit("bag-info.txt", "cipdesk-bundle/1", "cipdesk-bundle/0");
            bag.sign(1);
        }),
        files("a format told twice", &["B-41"], |bag, _| {
            let info = bag.text("bag-info.txt");
            bag.set(
                "bag-info.txt",
                format!("{info}CIP-Bundle-Format: cipdesk-bundle/1\n"),
            );
            bag.sign(1);
        }),
        files("no date", &["B-41"], |bag, _| {
            bag.edit(
                "bag-info.txt",
                "Bagging-Date: 2026-11-23",
                "Bagging-Date: yesterday",
            );
            bag.sign(1);
        }),
        files("a lying count", &["B-41"], |bag, _| {
            bag.edit("bag-info.txt", ".5\n", ".6\n");
            bag.sign(1);
        }),
        files("an older bag", &["B-41"], |bag, _| {
            bag.edit("bagit.txt", "1.0", "0.97");
            bag.sign(1);
        }),
    ];
    for (what, json) in [
        ("JSON with a key twice", "{\"a\":1,\"a\":2}".to_owned()),
        ("JSON too deep", "[".repeat(5000)),
        ("JSON with a huge number", "[1e400]".to_owned()),
        ("JSON that is none", "{".to_owned()),
        (
            "JSON with two hundred thousand keys",
            format!(
                "{{{}}}",
                (0..200_000)
                    .map(|number| format!("\"{number}\":0"))
                    .collect::<Vec<_>>()
                    .join(",")
            ),
        ),
    ] {
        kinds.push(files(what, &["B-41"], move |bag, _| {
            bag.set(bag.json(), json.clone());
            bag.list();
            let total: usize = bag
                .0
                .iter()
                .filter(|(path, _)| path.starts_with("data/"))
                .map(|(_, bytes)| bytes.len())
                .sum();
            let oxum = bag
                .text("bag-info.txt")
                .lines()
                .find(|line| line.starts_with("Payload-Oxum"))
                .unwrap()
                .to_owned();
            bag.edit("bag-info.txt", &oxum, &format!("Payload-Oxum: {total}.5"));
            bag.sign(1);
        }));
    }
    kinds.extend([
        files(
            "a signature replayed from another bundle",
            &["B-35"],
            |bag, _| {
                let mut other = bag.clone();
                other.set("data/filing.pdf", "another filing");
                other.list();
                other.sign(1);
                bag.set(SIGNATURE, other.0[SIGNATURE].clone());
            },
        ),
        files(
            "list and signature replayed from another bundle",
            &["B-23"],
            |bag, _| {
                let mut other = bag.clone();
                other.set("data/filing.pdf", "another filing");
                other.list();
                other.sign(1);
                for path in [SIGNATURE, TAG_MANIFEST] {
                    bag.set(path, other.0[path].clone());
                }
            },
        ),
        files("a list entry of a million parts", &["B-14"], |bag, _| {
            bag.set(
                MANIFEST,
                format!("{}  data/{}\n", "0".repeat(64), "a/".repeat(1_000_000)),
            );
            bag.sign(1);
        }),
        files(
            "a list of sixty thousand absent files",
            &["B-21"],
            |bag, _| {
                let lines: String = (0..50_000)
                    .map(|number| format!("{}  data/z{number:05}\n", "0".repeat(64)))
                    .collect();
                let list = bag.text(MANIFEST);
                bag.set(MANIFEST, format!("{list}{lines}"));
                bag.sign(1);
            },
        ),
        files("a list of five megabytes", &["B-17"], |bag, _| {
            bag.set(MANIFEST, "x".repeat(5 << 20));
            bag.sign(1);
        }),
        files("a signature of four megabytes", &["B-33"], |bag, _| {
            let text = bag.text(SIGNATURE);
            let body = "A".repeat(70) + "\n";
            bag.set(
                SIGNATURE,
                text.replacen('\n', &format!("\n{}", body.repeat((4 << 20) / 71 - 10)), 1),
            );
        }),
        files("allowed_signers of four megabytes", &["B-36"], |bag, _| {
            let list = bag.text("allowed_signers");
            bag.set(
                "allowed_signers",
                list.replace(PRINCIPAL, &"a*,".repeat(1_300_000)),
            );
            bag.sign(1);
        }),
        files(
            "bag-info of two hundred thousand lines",
            &["B-41"],
            |bag, _| {
                let info = bag.text("bag-info.txt");
                bag.set(
                    "bag-info.txt",
                    format!("{info}{}", "Bagging-Date: x\n".repeat(200_000)),
                );
                bag.sign(1);
            },
        ),
    ]);
    for purpose in [
        "handoff",
        "receipt",
        "approval",
        "checkpoint",
        "members",
        "keyring",
        "pack",
        "list",
        "release",
    ] {
        kinds.push(files(
            "a signature made for another purpose",
            &["B-32"],
            move |bag, _| foreign_signature(bag, &format!("cipdesk-{purpose}-v1")),
        ));
    }
    kinds.push(files(
        "a signature made for the other of our purposes",
        &["B-32"],
        |bag, _| {
            let other = match bag.purpose() {
                bundle::Purpose::Filing => bundle::Purpose::Intake,
                bundle::Purpose::Intake => bundle::Purpose::Filing,
            };
            foreign_signature(bag, other.namespace());
        },
    ));
    let armours: [(&'static str, fn(String) -> String); 6] = [
        ("CRLF in the signature", |text| text.replace('\n', "\r\n")),
        ("text before the signature", |text| format!("x\n{text}")),
        ("text after the signature", |text| format!("{text}x\n")),
        ("the signature twice", |text| format!("{text}{text}")),
        ("no last line end in the signature", |text| {
            text.trim_end().to_owned()
        }),
        ("another line length in the signature", |text| {
            text.replacen("\nU1NIU0lH", "\nU1NI\nU0lH", 1)
        }),
    ];
    for (what, change) in armours {
        kinds.push(files(what, &["B-33"], move |bag, _| {
            bag.set(SIGNATURE, change(bag.text(SIGNATURE)))
        }));
    }
    kinds
}

fn key_word(seed: u8) -> String {
    public(seed).split(' ').nth(1).unwrap().to_owned()
}
