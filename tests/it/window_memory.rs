//! What the real window keeps in memory once its vault is locked: in the program's own process, and in those of the web view. The passphrase is
//! typed key by key and the customer comes from the command line, so that the driver, which shares the program's process, is told neither.

use crate::support::{command_line, window::Window};
use std::{
    fmt,
    fs::{self, File},
    io::BufRead as _,
    os::unix::fs::FileExt as _,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

const PAGE: u64 = 4096;
/// Where glibc begins the heaps of threads: at whole multiples of this.
const HEAP: u64 = 64 << 20;

/// Something to look for.
struct Needle {
    name: &'static str,
    /// As it is, and in the two bytes a letter that a page may keep it in.
    spelled: [Vec<u8>; 2],
}

impl Needle {
    fn new(name: &'static str, text: &str) -> Self {
        let wide = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        Self {
            name,
            spelled: [text.as_bytes().to_vec(), wide],
        }
    }
}

/// A process of the window.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Process {
    name: String,
    id: u32,
}

impl Process {
    fn is_the_page(&self) -> bool {
        self.name.starts_with("WebKitWeb")
    }

    fn is_the_program(&self) -> bool {
        self.name == "cipdesk"
    }

    fn file(&self, what: &str) -> std::path::PathBuf {
        format!("/proc/{}/{what}", self.id).into()
    }

    /// The runs of pages that are there, in memory that can be written: most of what a web view reserves is never used. With each, whether the
    /// C library gave it out, to Rust and to everybody else: what is neither its heaps nor a file's belongs to the web view and to threads.
    fn there(&self) -> Vec<(u64, u64, bool)> {
        let maps = fs::read_to_string(self.file("maps")).unwrap_or_default();
        let mut runs: Vec<(u64, u64, bool)> = Vec::new();
        let (Ok(pages), Ok(memory)) = (
            File::open(self.file("pagemap")),
            File::open(self.file("mem")),
        ) else {
            return runs;
        };
        let mut entries = vec![0u8; 1 << 20];
        let mut heap_ends = 0;
        for line in maps.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            if !words[1].starts_with("rw") || line.contains("[vvar") {
                continue;
            }
            let (from, to) = words[0].split_once('-').unwrap();
            let mut at = u64::from_str_radix(from, 16).unwrap();
            let to = u64::from_str_radix(to, 16).unwrap();
            // A heap goes on where the one mapping ends and the next begins.
            if heap_ends == at && !at.is_multiple_of(HEAP) || begins_a_heap(&memory, at) {
                heap_ends = to;
            }
            let given_out = words.len() > 5 || heap_ends == to;
            while at < to {
                let left = usize::try_from((to - at) / PAGE * 8).unwrap();
                let most = entries.len().min(left);
                let read = pages.read_at(&mut entries[..most], at / PAGE * 8);
                let Some(read) = read.ok().filter(|read| *read > 0) else {
                    break;
                };
                for entry in entries[..read].chunks_exact(8) {
                    // Bit 63: in memory. Bit 62: swapped out.
                    if entry[7] & 0xc0 != 0 {
                        match runs.last_mut() {
                            Some(run) if run.1 == at && run.2 == given_out => run.1 += PAGE,
                            _ => runs.push((at, at + PAGE, given_out)),
                        }
                    }
                    at += PAGE;
                }
            }
        }
        runs
    }

    /// How often each needle stands in it: in what the C library gave out, and elsewhere.
    fn count(&self, needles: &[Needle]) -> Vec<[usize; 2]> {
        let mut counts = vec![[0; 2]; needles.len()];
        let Ok(memory) = File::open(self.file("mem")) else {
            return counts;
        };
        for (from, to, given_out) in self.there() {
            let mut run = vec![0u8; usize::try_from(to - from).unwrap()];
            // What was given back meanwhile is gone.
            let read = memory.read_at(&mut run, from).unwrap_or(0);
            for (needle, found) in needles.iter().zip(&mut counts) {
                for spelled in &needle.spelled {
                    found[usize::from(!given_out)] += times(&run[..read], spelled);
                }
            }
        }
        counts
    }
}

/// Whether one of glibc's heaps begins here: its first word leads to what it keeps at the beginning of one.
fn begins_a_heap(memory: &File, at: u64) -> bool {
    let mut first = [0u8; 8];
    if !at.is_multiple_of(HEAP) || memory.read_exact_at(&mut first, at).is_err() {
        return false;
    }
    let leads_to = u64::from_le_bytes(first);
    leads_to != 0 && (16..256).contains(&(leads_to % HEAP))
}

/// How often the needle stands there. `skip_until` looks with the system's memchr, fast in a test that is not optimised too.
fn times(part: &[u8], needle: &[u8]) -> usize {
    let mut rest = part;
    let mut found = 0;
    while rest.skip_until(needle[0]).unwrap() > 0 {
        let after = part.len() - rest.len();
        found += usize::from(part[after - 1..].starts_with(needle));
    }
    found
}

/// The processes that this window's environment was handed to, but for the driver.
fn processes(folder: &Path) -> Vec<Process> {
    let state = format!("CIPDESK_STATE={}", folder.join("state").display());
    let ours = |environment: &[u8]| {
        environment
            .split(|byte| *byte == 0)
            .any(|one| one == state.as_bytes())
    };
    fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| {
            let id = entry.file_name().to_str()?.parse().ok()?;
            ours(&fs::read(entry.path().join("environ")).ok()?).then_some(())?;
            let name = fs::read_to_string(entry.path().join("comm")).ok()?;
            let name = name.trim().to_owned();
            (!name.contains("Driver")).then_some(Process { name, id })
        })
        .collect()
}

/// A find: the process, the needle, how often in what the C library gave out, and how often elsewhere.
struct Find {
    process: Process,
    needle: &'static str,
    heaps: usize,
    elsewhere: usize,
}

impl fmt::Debug for Find {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            process,
            needle,
            heaps,
            elsewhere,
        } = self;
        write!(
            f,
            "{} has the {needle} {heaps} times in its heaps and {elsewhere} times elsewhere",
            process.name
        )
    }
}

fn found(folder: &Path, needles: &[Needle]) -> Vec<Find> {
    let mut all = Vec::new();
    for process in processes(folder) {
        for (needle, [heaps, elsewhere]) in needles.iter().zip(process.count(needles)) {
            if heaps + elsewhere > 0 {
                all.push(Find {
                    process: process.clone(),
                    needle: needle.name,
                    heaps,
                    elsewhere,
                });
            }
        }
    }
    all
}

/// A vault with one customer, made by the command line.
fn vault(folder: &Path, name: &str, passphrase: &str, customer: &str, email: &str) {
    fs::write(folder.join("pass.txt"), format!("{passphrase}\n")).unwrap();
    let csv = format!(
        "external_id,party_type,name,country,emails,phones,us_person\nx1,person,{customer},France,{email},+33123456789,no\n"
    );
    fs::write(folder.join("in.csv"), csv).unwrap();
    let create =
        "--org Acme --role provider --zone America/New_York --staff Ana --recovery-sheet sheet.txt";
    for args in [
        format!("vault create {name} {create}"),
        format!("customer import {name} in.csv"),
    ] {
        let done = Command::new(command_line())
            .current_dir(folder)
            .env("CIPDESK_PASSPHRASE_FILE", folder.join("pass.txt"))
            .env("CIPDESK_STATE", folder.join("elsewhere"))
            .env("CIPDESK_TEST_SCRYPT", "15")
            .args(args.split(' '))
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{args}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
    }
}

#[test]
fn after_locking_no_heap_and_no_page_of_the_window_holds_the_passphrase_or_a_customer() {
    let Some(window) = Window::open_on("memory", &[("CIPDESK_END_PAGE", Path::new("1"))]) else {
        return;
    };
    let folder = window.folder().to_owned();
    let passphrase = "quartz-lullaby-trestle-ginger-walnut-ocelot";
    let (customer, email) = ("Zephyrine Quackenbush", "z@umbrella-quokka.example");
    let name = "Thimbleberry.cipdesk";
    vault(&folder, name, passphrase, customer, email);
    let needles = [
        Needle::new("passphrase", passphrase),
        Needle::new("customer", customer),
        Needle::new("e-mail", email),
    ];
    window.dialogs_answer(&[("vault-open", &folder.join(name))]);
    window.press_button("Open a vault");
    window.wait_for_words("Read only");
    window.find("input[type=password]").click().unwrap();
    window.press_keys(passphrase);
    window.press_button("Unlock");
    window.wait_for_words("Never backed up");
    window.go("/customers/C-000001");
    window.wait_for_words("Still missing");
    window.settle();

    let open = found(&folder, &needles);
    for needle in &needles {
        assert!(
            open.iter()
                .any(|one| one.process.is_the_page() && one.needle == needle.name),
            "while the vault is open the page holds the {}, so the scan can find it: {open:?}",
            needle.name
        );
    }
    assert!(
        open.iter()
            .any(|one| one.process.is_the_program() && one.heaps > 0),
        "while the vault is open the program's heaps hold the customer: {open:?}"
    );

    // The driver loses the page with its process, so the lock is pressed a moment after it was told to.
    let drawn: Vec<Process> = processes(&folder);
    window.script(
        "setTimeout(() => document.querySelector('[aria-label=\"Lock the vault\"]').click(), 200)",
        &[],
    );
    let until = Instant::now() + Duration::from_secs(60);
    let began_anew = || {
        let there = [Needle::new(
            "the vault in the list of the lock screen",
            name,
        )];
        found(&folder, &there)
            .iter()
            .any(|one| one.process.is_the_page() && !drawn.contains(&one.process))
    };
    while !began_anew() {
        assert!(
            Instant::now() < until,
            "the lock screen is drawn by another process: {:?}",
            processes(&folder)
        );
    }
    let locked = found(&folder, &needles);
    eprintln!(
        "the window's processes while a vault was open: {open:?}; once it was locked: {locked:?}"
    );
    for one in &locked {
        // The web view's own allocator, in the program's process, neither wipes nor returns what it passed on.
        assert!(
            one.process.is_the_program() && one.heaps == 0 && one.needle != "passphrase",
            "nothing of it is left but what the web view keeps of answers in the program's process: {locked:?}"
        );
    }
}
