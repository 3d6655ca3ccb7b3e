//! What the screens ask, timed inside the program: `questions VAULT PASSPHRASE-FILE TIMES [log|journal|QUESTION]`. Prints a JSON array with the median, the 99th
//! percentile and the worst of each, in milliseconds. `cargo xtask bench` runs it; a process of its own for each question would time the start.

#![allow(clippy::print_stdout, clippy::expect_used)] // a tool for developers

use contract as c;
use desk::{OpenVault, Surroundings, SystemNow};
use domain::{entry, merkle::Tree};
use std::{path::Path, sync::Arc, time::Instant};

fn ask(search: &str) -> c::CustomerListReq {
    c::CustomerListReq {
        query: search.to_owned(),
        sort: c::CustomerSort::Name,
        descending: false,
        offset: 0,
        limit: 100,
        counts: false,
    }
}

fn log() -> c::AccessListReq {
    c::AccessListReq {
        account: None,
        ip: None,
        from: None,
        to: None,
        action: None,
        offset: 0,
        limit: 200,
    }
}

struct Questions {
    vault: OpenVault,
    times: usize,
    /// The one that is asked, if not all are.
    only: Option<String>,
    told: Vec<String>,
}

impl Questions {
    fn time(&mut self, what: &str, mut work: impl FnMut(&OpenVault, usize) -> desk::Result<()>) {
        if self.times == 0 || self.only.as_deref().is_some_and(|only| only != what) {
            return;
        }
        let mut took: Vec<f64> = (0..self.times)
            .map(|n| {
                let start = Instant::now();
                work(&self.vault, n).expect("the question is answered");
                start.elapsed().as_secs_f64() * 1_000.0
            })
            .collect();
        took.sort_by(f64::total_cmp);
        let at = |of: usize| {
            took.get((took.len() - 1) * of / 100)
                .copied()
                .unwrap_or(0.0)
        };
        self.told.push(format!(
            "{{\"work\": \"{what}\", \"median_ms\": {:.3}, \"p99_ms\": {:.3}, \"worst_ms\": {:.3}}}",
            at(50),
            at(99),
            at(100)
        ));
    }

    fn lists(&mut self) {
        const SORTS: [c::CustomerSort; 8] = [
            c::CustomerSort::Ref,
            c::CustomerSort::Name,
            c::CustomerSort::Country,
            c::CustomerSort::Status,
            c::CustomerSort::UsStatus,
            c::CustomerSort::Missing,
            c::CustomerSort::Risk,
            c::CustomerSort::Changed,
        ];
        let list = |vault: &OpenVault, req: &c::CustomerListReq| vault.customer_list(req).map(drop);
        self.time("customers, any sort", |vault, n| {
            list(
                vault,
                &c::CustomerListReq {
                    sort: SORTS[n % SORTS.len()],
                    descending: n % 3 == 0,
                    ..ask("")
                },
            )
        });
        self.time("customers, filtered and sorted", |vault, n| {
            let country = ["DE", "US", "JP", "BR"][n % 4];
            let us = ["undetermined", "foreign"][n % 2];
            let incomplete = if n % 5 == 0 { " is:incomplete" } else { "" };
            list(
                vault,
                &c::CustomerListReq {
                    sort: SORTS[n % SORTS.len()],
                    ..ask(&format!("country:{country} us:{us}{incomplete}"))
                },
            )
        });
        self.time("customers, deep in the list", |vault, n| {
            let offset = u32::try_from(n * 487).unwrap_or(0);
            list(vault, &c::CustomerListReq { offset, ..ask("") })
        });
        const TYPED: [&str; 5] = ["ada byron", "müller", "kovacs", "person 99", "li wei"];
        let typed = |n: usize| {
            let word = TYPED[n / 9 % TYPED.len()];
            let end = word
                .char_indices()
                .map(|(at, c)| at + c.len_utf8())
                .nth(n % 9)
                .unwrap_or(word.len());
            ask(&word[..end])
        };
        self.time("search as you type", |vault, n| list(vault, &typed(n)));
        self.time("what a search finds, counted", |vault, n| {
            let counts = true;
            list(
                vault,
                &c::CustomerListReq {
                    counts,
                    limit: 1,
                    ..typed(n)
                },
            )
        });
        self.time("today", |vault, _| vault.today_view().map(drop));
        self.time("timeline of a customer", |vault, n| {
            let subject = Some(format!("C-{:06}", 1 + n * 7));
            vault
                .timeline(&c::TimelineReq {
                    subject,
                    group: None,
                    search: None,
                    offset: 0,
                    limit: 200,
                })
                .map(drop)
        });
        self.time("timeline of the vault", |vault, n| {
            let offset = u32::try_from(n * 100).unwrap_or(0);
            vault
                .timeline(&c::TimelineReq {
                    subject: None,
                    group: None,
                    search: None,
                    offset,
                    limit: 200,
                })
                .map(drop)
        });
    }

    fn log(&mut self) {
        let list = |vault: &OpenVault, req: &c::AccessListReq| vault.access_list(req).map(drop);
        self.time("access log, the newest", |vault, n| {
            list(
                vault,
                &c::AccessListReq {
                    offset: u32::try_from(n % 20 * 200).unwrap_or(0),
                    ..log()
                },
            )
        });
        self.time("access log by account", |vault, n| {
            list(
                vault,
                &c::AccessListReq {
                    account: Some(format!("acct-{}", n * 9)),
                    ..log()
                },
            )
        });
        self.time("access log by address", |vault, n| {
            list(
                vault,
                &c::AccessListReq {
                    ip: Some(format!("10.{}.{}.{}", n % 256, n * 3 % 256, n * 7 % 256)),
                    ..log()
                },
            )
        });
        self.time("access log by network /24", |vault, n| {
            list(
                vault,
                &c::AccessListReq {
                    ip: Some(format!("10.{}.{}.0/24", n % 256, n * 5 % 256)),
                    ..log()
                },
            )
        });
        self.time("access log by network /8", |vault, n| {
            list(
                vault,
                &c::AccessListReq {
                    ip: Some("10.0.0.0/8".to_owned()),
                    from: Some(format!("2026-03-{:02}", 1 + n % 28)),
                    ..log()
                },
            )
        });
        self.time("access log by day", |vault, n| {
            let day = format!("2026-{:02}-{:02}", 1 + n % 9, 1 + n % 28);
            list(
                vault,
                &c::AccessListReq {
                    from: Some(day.clone()),
                    to: Some(day),
                    ..log()
                },
            )
        });
    }
}

/// Walks the journal as `vault check` does, but for the replay: once what stands in the entries alone is hashed, once what they say as well. Gives
/// how many entries there are and the seconds of both walks.
fn walked(vault: &OpenVault) -> desk::Result<(u64, f64, f64)> {
    let (mut entries, mut took) = (0, [0.0; 2]);
    for (bodies, took) in [false, true].into_iter().zip(&mut took) {
        let start = Instant::now();
        vault.read(|read| -> desk::Result<()> {
            let (mut chain, mut tree) = ([0; 32], Tree::default());
            let mut holds = true;
            entries = 0;
            let mut heading = |chained: &store::Chained| {
                entries += 1;
                holds &= chained.entry.hash().is_ok_and(|hash| hash == chained.hash);
                holds &= entry::link(&chain, &chained.hash) == chained.chain;
                chain = chained.chain;
                tree.push(&chained.hash);
            };
            if bodies {
                let mut said_so = true;
                read.each_entry(1, |recorded| -> Result<(), store::StoreError> {
                    heading(&recorded.chained);
                    said_so &= recorded
                        .said
                        .is_none_or(|said| said.commitment() == recorded.chained.entry.commitment);
                    Ok(())
                })?;
                holds &= said_so;
            } else {
                read.each_heading(1, |chained| -> Result<(), store::StoreError> {
                    heading(&chained);
                    Ok(())
                })?;
            }
            assert!(
                holds && tree.root() == read.merkle_root()?,
                "the journal holds"
            );
            Ok(())
        })?;
        *took = start.elapsed().as_secs_f64();
    }
    let [headings, whole] = took;
    Ok((entries, headings, whole))
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [vault, passphrase, times, rest @ ..] = arguments.as_slice() else {
        eprintln!("questions VAULT PASSPHRASE-FILE TIMES [log|QUESTION]");
        return;
    };
    let passphrase = std::fs::read_to_string(passphrase).expect("the passphrase file is there");
    let vault = OpenVault::unlock(
        Path::new(vault),
        None,
        &passphrase.trim_end_matches('\n').to_owned().into(),
        Surroundings {
            now: Arc::new(SystemNow),
            state: None,
            worker: None,
            work: 15,
            schema: desk::Schema::TODAY,
        },
    )
    .expect("the vault opens");
    if rest.first().is_some_and(|word| word == "journal") {
        let (entries, headings, whole) = walked(&vault).expect("the journal is read");
        println!(
            "{{\"entries\": {entries}, \"headings_s\": {headings:.3}, \"whole_s\": {whole:.3}}}"
        );
        return;
    }
    let times = times.parse().expect("a number of times");
    let log = rest.first().is_some_and(|word| word == "log");
    let mut questions = Questions {
        vault,
        times,
        only: rest.first().filter(|_| !log).cloned(),
        told: Vec::new(),
    };
    if log {
        questions.log();
    } else {
        questions.lists();
    }
    println!("[\n{}\n]", questions.told.join(",\n"));
}
