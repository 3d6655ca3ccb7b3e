//! Every command of the table, asked as a page that somebody else took over would ask: with what is no request, and with what is one and is meant badly;
//! while locked, as every role, and with dialogs that answer whatever is asked.

use crate::{
    bench::{Office, points},
    roles::{ROLES, one_of_each, passphrase},
    shape::{Shape, shape_of},
};
#[allow(clippy::wildcard_imports)] // the table names the contract's types without a path
use contract::*;
use desk::{Ask, Desk, FilePicker, NoListener, Unwatched};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

macro_rules! ask {
    (call $desk:ident $name:ident $req:ident) => {
        $desk.$name($req)
    };
    (job $desk:ident $name:ident $req:ident) => {
        $desk.$name($req, &Unwatched)
    };
}

macro_rules! table {
    ($($mode:ident $name:ident($req:ty) -> $res:ty;)*) => {
        /// What each command asks for.
        fn shapes() -> Vec<(&'static str, Shape)> {
            vec![$((stringify!($name), shape_of::<$req>())),*]
        }

        /// Whether a request is one.
        pub(crate) fn read(name: &str, req: &Value) -> Result<(), serde_json::Error> {
            match name {
                $(stringify!($name) => <$req as serde::Deserialize>::deserialize(req).map(drop),)*
                _ => unreachable!("a command of the table"),
            }
        }

        /// Asks as the window's handler does; nothing where the request is none.
        pub(crate) fn call(desk: &Desk, name: &str, req: &Value) -> Option<Result<Value, Failure>> {
            match name {
                $(stringify!($name) => {
                    let req = <$req as serde::Deserialize>::deserialize(req).ok()?;
                    Some(desk.may(name).and_then(|()| ask!($mode desk $name req)).map(|view| serde_json::to_value(view).unwrap()))
                })*
                _ => unreachable!("a command of the table"),
            }
        }
    };
}
contract::for_each_command!(table);

#[test]
fn a_request_with_a_wrong_type_or_a_field_that_none_has_is_none() {
    let mut tried = 0;
    for (name, shape) in shapes() {
        let plain = shape.plain();
        read(name, &plain).unwrap_or_else(|why| panic!("{name} {plain}: {why}"));
        let mut refused = |req: &Value, what: &str| {
            tried += 1;
            assert!(read(name, req).is_err(), "{name} takes {what}: {req}");
        };
        for (place, of) in shape.places() {
            for wrong in of.wrong() {
                let mut req = plain.clone();
                *req.pointer_mut(&place).unwrap() = wrong;
                refused(&req, &format!("a wrong type at {place:?}"));
            }
        }
        let mut more = plain.clone();
        for name in ["__proto__", "constructor", "surprise"] {
            more[name] = json!({"polluted": true});
            refused(&more, "a field that it does not have");
            more.as_object_mut().unwrap().remove(name);
        }
    }
    eprintln!("figure T-I1 {tried} requests that are none, refused");
    assert!(tried > 3_000, "{tried}");
}

/// Texts that somebody may have reason to send.
fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "x",
        "C-000001",
        "RS-0001",
        "K-0001",
        "REQ-2026-0001",
        "staff-1",
        "2026-03-02",
        "2026-02-30",
        "9999-12-31",
        "-9999-01-01",
        "../../../../etc/passwd",
        "/etc/passwd",
        "C:\\Windows\\System32\\config",
        "file:///etc/passwd",
        "a\0b",
        "a\r\nX: b",
        "\u{1b}[31mred",
        "abc\u{202e}fdp.exe",
        "' OR 1=1; DROP TABLE journal; --",
        "\"*\" NEAR/2 (x OR)",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "=HYPERLINK(\"http://example.com\")",
        "{{customer}} #panic() \\u{41} %s %n ${x}",
        "NaN",
        "1e400",
        "-1",
        "99999999999999999999999999",
        "citizen",
        "us_cleared",
        "\u{feff}\u{200b}\u{ad}",
        "a\u{301}\u{301}\u{301}\u{301}\u{301}",
        "\u{10ffff}",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("x".repeat(1 << 20));
    texts.push("(".repeat(50_000));
    texts.push("\u{1f98a}".repeat(4_000));
    texts
}

/// Dialogs that answer whatever is asked, with places in one folder.
struct Anything {
    folder: PathBuf,
    asked: AtomicU32,
}

impl Anything {
    fn in_folder(folder: PathBuf) -> Self {
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("in.csv"), "external_id,name\n1,<b>\n").unwrap();
        Self {
            folder,
            asked: AtomicU32::new(0),
        }
    }

    fn place(&self) -> PathBuf {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        self.folder.join(format!("out-{number}"))
    }
}

impl FilePicker for Anything {
    fn files(&self, _: &Ask) -> Vec<PathBuf> {
        vec![self.folder.join("in.csv")]
    }

    fn save(&self, _: &Ask) -> Option<PathBuf> {
        Some(self.place())
    }

    fn folder(&self, _: &Ask) -> Option<PathBuf> {
        Some(self.folder.clone())
    }
}

/// The names of everything in a folder, however deep.
fn everything(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                open.push(entry.path());
            }
            found.insert(entry.path());
        }
    }
    found
}

/// What a command is told, so that the same mistakes are made again in the next run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }
}

/// A sentence that a person can read whole, with a code; never a fault of ours.
fn is_an_answer(name: &str, failure: &Failure) {
    assert!(!failure.code.is_empty(), "{name}: {failure:?}");
    assert_ne!(failure.class, Class::Internal, "{name}: {failure:?}");
    let problems = failure.problems.iter().map(|problem| &problem.message);
    for said in problems.chain([&failure.message]) {
        assert!(
            said.len() < 6_000 && !said.chars().any(|c| c.is_control() && c != '\n'),
            "{name}: a sentence, not what was sent: {} bytes, {:?}",
            said.len(),
            said.chars().take(200).collect::<String>()
        );
    }
}

/// They make vaults of their own in the computer's folder for passing files; what they do is tried in `drills`.
const OWN_VAULTS: [&str; 2] = ["demo_open", "drill_begin"];

/// A desk in front of the office's vault.
pub(crate) fn desk_of(office: &Office, chosen: &Path) -> Desk {
    Desk::new(
        office.surroundings(),
        Box::new(Anything::in_folder(chosen.to_owned())),
        Box::new(NoListener),
    )
}

/// Asks every command some times; gives how often, and how many requests were taken for ones.
fn ask_all(
    desk: &Desk,
    chance: &mut Chance,
    times: usize,
    judge: impl Fn(&str, &Result<Value, Failure>),
) -> usize {
    let texts = texts();
    let numbers = [
        json!(0),
        json!(1),
        json!(2),
        json!(25),
        json!(255),
        json!(65_535),
        json!(u32::MAX),
        json!(i64::MAX),
        json!(-1),
        json!(0.5),
    ];
    let mut answered = 0;
    for (name, shape) in shapes() {
        if OWN_VAULTS.contains(&name) {
            continue;
        }
        for _ in 0..times {
            let chance = std::cell::RefCell::new(&mut *chance);
            let req = shape.made(
                &mut || texts[chance.borrow_mut().below(texts.len())].clone(),
                &mut || numbers[chance.borrow_mut().below(numbers.len())].clone(),
            );
            let Some(answer) = call(desk, name, &req) else {
                continue;
            };
            answered += 1;
            if let Err(failure) = &answer {
                is_an_answer(name, failure);
            }
            judge(name, &answer);
        }
    }
    answered
}

#[test]
fn whatever_is_asked_while_locked_reaches_nothing() {
    let office = one_of_each();
    let folder = office.path.parent().unwrap();
    let chosen = folder.join("chosen");
    let desk = desk_of(&office, &chosen);
    let anyone: BTreeSet<&str> = desk::commands()
        .filter(|(_, right)| *right == domain::may::Right::Anyone)
        .map(|(name, _)| name)
        .collect();
    let vault = || {
        everything(&office.path)
            .into_iter()
            .filter(|path| path.is_file())
            .map(|path| (fs::read(&path).unwrap(), path))
            .collect::<Vec<_>>()
    };
    let before = vault();
    let answered = ask_all(&desk, &mut Chance(7), points(6, 330), |name, answer| {
        if !anyone.contains(name) {
            let failure = answer.as_ref().expect_err(name);
            assert_eq!(
                (failure.code.as_str(), failure.class),
                ("U-01", Class::Locked),
                "{name}: {failure:?}"
            );
        }
    });
    assert!(answered > 800, "{answered}");
    assert_eq!(vault(), before, "the vault is as it was");
    let may_be_there = [office.path.as_path(), &chosen, &folder.join("state")];
    for path in everything(folder) {
        assert!(
            may_be_there.iter().any(|there| path.starts_with(there)),
            "{} was chosen by nobody",
            path.display()
        );
    }
    eprintln!("figure T-I1 {answered} requests answered while locked, none reached anything");
}

#[test]
fn whatever_is_asked_as_any_role_is_answered_with_a_view_or_a_sentence_and_leaves_a_sound_vault() {
    let office = one_of_each();
    let folder = office.path.parent().unwrap().to_owned();
    let chosen = folder.join("chosen");
    let mut answered = 0;
    let done = std::cell::RefCell::new(BTreeSet::new());
    for (role, name) in ROLES.iter().enumerate() {
        let desk = desk_of(&office, &chosen);
        let label = format!("staff-{}", role + 2);
        let open = office.open(&label, &passphrase(role)).unwrap();
        let head = |vault: &desk::OpenVault| vault.read(|read| Ok(read.head()?.count)).unwrap();
        let before = head(&open);
        open.close().unwrap();
        drop(open);
        let unlock = || {
            let recent = desk.app_state(Empty {}).unwrap().recent;
            let card = recent
                .into_iter()
                .find(|card| Path::new(&card.place).ends_with("A.cipdesk"))
                .expect("the vault was opened here before");
            desk.vault_unlock(
                VaultUnlockReq {
                    vault: card.id,
                    label: Some(label.clone()),
                    passphrase: passphrase(role),
                    reading: false,
                },
                &Unwatched,
            )
            .unwrap();
        };
        unlock();
        answered += ask_all(
            &desk,
            &mut Chance(11 + role as u64),
            points(8, 20),
            |asked, answer| {
                if asked == "vault_lock" {
                    unlock();
                }
                if answer.is_ok() {
                    done.borrow_mut().insert(asked.to_owned());
                }
                let refused = desk.may(asked).is_err();
                assert!(
                    !refused || answer.is_err(),
                    "{asked} is not for a {name}, and was answered"
                );
            },
        );
        desk.lock();
        let open = office.open(&label, &passphrase(role)).unwrap();
        if *name == "auditor" {
            assert_eq!(head(&open), before, "an auditor writes nothing");
        }
        let report = open.check(&Unwatched).unwrap();
        assert!(report.ok, "{name}: {:?}", report.problems);
        open.close().unwrap();
    }
    for path in everything(&folder) {
        let there = [office.path.as_path(), &chosen, &folder.join("state")];
        assert!(
            there.iter().any(|there| path.starts_with(there)),
            "{} was chosen by nobody",
            path.display()
        );
    }
    assert!(answered > 1_500, "{answered}");
    let done = done.into_inner().len();
    eprintln!(
        "figure T-I1 {answered} requests answered with a view or a sentence as every role, the vault sound afterwards; {done} commands did something"
    );
    assert!(done > 60, "not everything is refused at its door: {done}");
}
