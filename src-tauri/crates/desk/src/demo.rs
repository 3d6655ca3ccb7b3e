//! A vault of believable, invented people, for trying things on. Everything in it says SPECIMEN or is made up.
//!
//! The same number, seed and day give the same rows; keys, ids and signatures differ. Entries are dated by the demonstration's own clock.

mod alike;
mod casework;
mod conduct;
mod demands;
mod ended;
mod filings;
mod handling;
pub mod intake;
mod oversight;
mod owned;
mod people;
mod programme;
mod reviewed;
pub(crate) mod specimen;
mod unverified;

use crate::{
    documents::Source,
    error::Result,
    now::Now,
    open_vault::{NewVault, OpenVault, Surroundings},
    watch::{Unwatched, Watch},
};
use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use contract as c;
use domain::{
    approval,
    change::{Approval, Change},
    customer::{
        Account, Determination, How, Notice, Owner, PartyKind, Payment, TargetEnded, UsStatus,
        Values, Verification,
    },
    ownership::{Interest, InterestKind, Share},
};
use people::{Luck, PLACES, Place};
use secrecy::{ExposeSecret, SecretString};
use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};
use store::{AccessFile, AccessRow};

/// The passphrase of the demonstration vault that the window makes; it protects nothing.
pub const PASSPHRASE: &str = "specimen lantern orchard velvet compass";

/// What the demonstration holds.
#[derive(Debug, Clone)]
pub struct Demo {
    /// How many customers.
    pub customers: u32,
    /// How many access records.
    pub access_records: u32,
    /// Another number gives other people.
    pub seed: u64,
    /// The day on which the demonstration is "today"; none means now.
    pub at: Option<DateTime<Utc>>,
}

impl Default for Demo {
    fn default() -> Self {
        Self {
            customers: 120,
            access_records: 2_000,
            seed: 1,
            at: None,
        }
    }
}

/// A clock that the demonstration moves.
pub(crate) struct DemoClock(Mutex<DateTime<Utc>>);

impl Now for DemoClock {
    fn utc(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DemoClock {
    pub(crate) fn at(at: DateTime<Utc>) -> Self {
        Self(Mutex::new(at))
    }

    fn set(&self, at: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }
}

const HISTORY_DAYS: i64 = 150;

/// Where the invented organisation sits; its agency sits in the same zone.
const ZONE: Tz = chrono_tz::America::New_York;

/// The same time of day in that zone, days before: what is counted back in hours falls on another day at night, and when summer time ends.
pub(super) fn days_before(end: DateTime<Utc>, days: i64) -> DateTime<Utc> {
    let wall = end.with_timezone(&ZONE).naive_local() - Duration::days(days);
    ZONE.from_local_datetime(&wall)
        .latest()
        .map_or(end - Duration::days(days), |then| then.with_timezone(&Utc))
}

/// By when a case that was opened on a day is to be decided: most of the demonstration's open cases have time left.
fn target(customer: &str, on: NaiveDate) -> NaiveDate {
    let number: i64 = customer
        .rsplit('-')
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0);
    on + Duration::days(126 + number * 13 % 150)
}

/// Makes the vault and opens it.
pub fn make(
    path: &Path,
    demo: &Demo,
    passphrase: &SecretString,
    surroundings: Surroundings,
    watch: &dyn Watch,
) -> Result<OpenVault> {
    let end = demo.at.unwrap_or_else(|| surroundings.now.utc());
    let clock = Arc::new(DemoClock::at(days_before(end, HISTORY_DAYS)));
    let inside = Surroundings {
        now: clock.clone(),
        state: None,
        ..surroundings.clone()
    };
    let new = NewVault {
        org: "Cascade Compute LLC (demonstration)".to_owned(),
        role: "provider".to_owned(),
        zone: ZONE.name().to_owned(),
        staff: "Ana Lima".to_owned(),
        label: "staff-1".to_owned(),
        passphrase: passphrase.clone(),
        demo: true,
        drill: None,
    };
    let (vault, _) = OpenVault::create(path, new, inside)?;
    fill(&vault, demo, &clock, end, passphrase, watch)?;
    vault.close()?;
    drop(vault);
    OpenVault::unlock(path, None, passphrase, surroundings)
}

fn fill(
    vault: &OpenVault,
    demo: &Demo,
    clock: &DemoClock,
    end: DateTime<Utc>,
    passphrase: &SecretString,
    watch: &dyn Watch,
) -> Result<()> {
    let mut luck = Luck::new(demo.seed);
    let today = vault.civil_day(end);
    let day = |ago: i64| days_before(end, ago);
    // The approver's key is opened once: a thousand invented approvals need not cost a thousand seconds.
    let key = vault.approver(
        None,
        Some(passphrase.expose_secret()),
        Some("A demonstration with one person"),
    )?;
    let approve = |statement: String| -> Result<Approval> {
        Ok(Approval {
            label: "staff-1".to_owned(),
            fingerprint: key.fingerprint(),
            signature: key.sign_sshsig(approval::NAMESPACE, statement.as_bytes())?,
            statement,
            override_reason: Some("A demonstration with one person".to_owned()),
        })
    };
    // Its passports are compared by the date of birth, which the rule does not ask for: a decision of its own.
    clock.set(day(HISTORY_DAYS - 10));
    vault.field_switch(&contract::FieldSwitchReq {
        field: "date_of_birth".to_owned(),
        on: true,
        reason: "Passports are compared by it, and two customers of one name are told apart."
            .to_owned(),
    })?;
    let mut accounts: Vec<String> = Vec::new();
    let mut with_papers: Vec<(String, &'static Place, String)> = Vec::new();
    let batch = 500;
    // The customers with a structure of their own are among the number asked for.
    let structures = demo.customers > 40;
    let invented = demo.customers - if structures { owned::COUNT } else { 0 };
    let batches = invented.div_ceil(batch).max(1);
    for number in 0..batches {
        clock.set(day(HISTORY_DAYS
            - 20
            - i64::from(number) * 80 / i64::from(batches)));
        let first = number * batch;
        let last = (first + batch).min(invented);
        vault.act(|act| {
            for n in first..last {
                let customer = invent(&mut luck, n, vault.author(), today - Duration::days(HISTORY_DAYS - 30));
                let reference = act.read().next_reference("C", 6)?;
                accounts.extend(customer.accounts.iter().map(|account| account.account_ref.clone()));
                if with_papers.len() < 40 && customer.reach >= 2 {
                    with_papers.push((reference.clone(), customer.place, customer.name.clone()));
                }
                act.push(
                    Change::CustomerRecorded {
                        reference: reference.clone(),
                        external_id: Some(format!("cust-{:05}", n + 1)),
                        party: customer.kind,
                        fields: customer.fields,
                        custom: BTreeMap::new(),
                        owners: customer.owners,
                        accounts: customer.accounts,
                        source: "sign-up form".to_owned(),
                    },
                    None,
                    None,
                )?;
                if customer.reach >= 1 {
                    act.push(Change::NoticeDelivered { customer: reference.clone(), notice: customer.notice }, None, None)?;
                    act.push(advance(&reference, "draft", "collecting", vault.today(), None), None, None)?;
                }
                if customer.reach >= 2 {
                    act.push(advance(&reference, "collecting", "status_review", vault.today(), None), None, None)?;
                }
                if customer.reach >= 3 {
                    for mut determination in customer.determinations {
                        if determination.about.is_empty() {
                            determination.about.clone_from(&reference);
                        }
                        act.push(Change::Determined { customer: reference.clone(), determination }, None, None)?;
                    }
                    let to = if customer.foreign { "verifying" } else { "us_cleared" };
                    let approval = (!customer.foreign).then(|| approve(approval::customer_step(&reference, "status_review", to, act.read().customer_file(&reference)?.revision, None))).transpose()?;
                    act.push(advance(&reference, "status_review", to, vault.today(), approval), None, None)?;
                }
                if customer.reach >= 4 && customer.foreign {
                    for mut verification in customer.verifications {
                        if verification.about.is_empty() {
                            verification.about.clone_from(&reference);
                        }
                        act.push(Change::Verified { customer: reference.clone(), verification }, None, None)?;
                    }
                    let approval = approve(approval::customer_step(&reference, "verifying", "verified", act.read().customer_file(&reference)?.revision, None))?;
                    act.push(
                        advance(&reference, "verifying", "verified", vault.today(), Some(approval)),
                        None,
                        Some("Passport and address agree with the form; nothing contradicts them. The identity is believed."),
                    )?;
                }
            }
            Ok(())
        })?;
        watch.step(
            "Inventing customers",
            u64::from(last),
            Some(u64::from(demo.customers)),
            "customers",
        );
        if watch.cancelled() {
            return Err(crate::Error::cancelled());
        }
    }
    papers(vault, &with_papers)?;
    reviewed::reviewed(vault, clock, &with_papers, end)?;
    access(vault, demo, &accounts, end, &mut luck, watch)?;
    alike::alike(vault)?;
    unverified::unverified(vault, clock, end)?;
    clock.set(day(30));
    resellers_and_cases(vault, clock, end, today)?;
    programme::programme(vault, today)?;
    if structures {
        owned::owned(vault)?;
    }
    ended::ended(vault, clock, end)?;
    conduct::conduct(vault, clock, end)?;
    clock.set(end);
    filings::filings(vault, today, passphrase)?;
    handling::handling(vault, today)?;
    Ok(())
}

fn advance(
    customer: &str,
    from: &str,
    to: &str,
    on: NaiveDate,
    approval: Option<Approval>,
) -> Change {
    Change::CustomerAdvanced {
        customer: customer.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        on: on.to_string(),
        note: None,
        terms: None,
        approval,
        how: Box::new(match to {
            "collecting" => How {
                target_on: Some(target(customer, on).to_string()),
                ..How::default()
            },
            "us_cleared" | "verified" => How {
                target_ended: Some(TargetEnded {
                    on: (on + Duration::days(9)).to_string(),
                    outcome: "met".to_owned(),
                }),
                ..How::default()
            },
            _ => How::default(),
        }),
    }
}

struct Invented {
    kind: PartyKind,
    name: String,
    place: &'static Place,
    foreign: bool,
    /// How far the case has come: 0 draft, 1 collecting, 2 review, 3 verifying or cleared, 4 verified.
    reach: u32,
    fields: Values,
    owners: Vec<Owner>,
    accounts: Vec<Account>,
    notice: Notice,
    determinations: Vec<Determination>,
    verifications: Vec<Verification>,
}

fn invent(luck: &mut Luck, n: u32, author: String, since: NaiveDate) -> Invented {
    let place = luck.weighted(PLACES, |place| place.weight);
    let kind = if luck.below(10) < 6 {
        PartyKind::Individual
    } else {
        PartyKind::Entity
    };
    let reach = [0, 1, 1, 1, 2, 3, 3, 4, 4, 4][luck.below(10) as usize % 10];
    let foreign = place.code != "US";
    let (name, original) = if kind == PartyKind::Individual {
        place.person(luck)
    } else {
        place.company(luck)
    };
    let mut fields = Values::new();
    let mut put = |id: &str, value: String| {
        fields.insert(id.to_owned(), vec![value]);
    };
    put(kind.name_field(), name.clone());
    if let Some(original) = original {
        put("name_original", original);
    }
    put(kind.country_field(), place.code.to_owned());
    // What is still being collected has gaps; what has come further has none.
    let has = |luck: &mut Luck| reach >= 2 || luck.below(100) < 65;
    let address = if kind == PartyKind::Individual {
        "street_address"
    } else {
        "principal_place"
    };
    if has(luck) {
        put(
            address,
            format!(
                "{} {}, {}, {}",
                luck.below(2_900) + 1,
                place.street,
                place.city,
                place.country
            ),
        );
    }
    if has(luck) {
        put(
            "use_locations",
            format!("{}, {}", place.city, place.country),
        );
    }
    if has(luck) {
        put(
            "email",
            format!("{}{}@{}", people::slug(&name), n + 1, place.mail),
        );
    }
    if has(luck) {
        put(
            "phone",
            format!("{}{:07}", place.dial, 1_000_000 + luck.below(8_999_999)),
        );
    }
    if kind == PartyKind::Entity && has(luck) {
        put(
            "names_used",
            format!("{} Cloud", name.split(' ').next().unwrap_or("Demo")),
        );
        put(
            "registration_number",
            format!("{}-{:06}", place.code, luck.below(999_999)),
        );
    }
    let channel = match n % 5 {
        0 => "foreign_reseller",
        1 | 2 => "us_reseller",
        _ => "direct",
    };
    put("channel", channel.to_owned());
    if luck.below(4) == 0 {
        put(
            "risk_tier",
            ["low", "medium", "high"][luck.below(3) as usize % 3].to_owned(),
        );
    }
    let mut owners = Vec::new();
    if kind == PartyKind::Entity && has(luck) {
        let count = luck.below(3) + 1;
        for number in 1..=count {
            let (owner, original) = place.person(luck);
            owners.push(Owner {
                id: format!("O-{number}"),
                name: owner,
                name_original: original,
                kind: PartyKind::Individual,
                interests: {
                    let share = Share::exact(match count {
                        1 => 100_000,
                        2 => [60_000, 40_000][number as usize - 1],
                        _ => [51_000, 29_000, 20_000][number as usize - 1],
                    });
                    let equity = Interest::in_customer(InterestKind::Equity, Some(share));
                    let control = Interest::in_customer(InterestKind::Control, None);
                    std::iter::once(equity)
                        .chain((number == 1).then_some(control))
                        .collect()
                },
                unspecified: None,
                external_id: None,
                said: None,
                country: Some(place.code.to_owned()),
                address: Some(format!(
                    "{} {}, {}, {}",
                    luck.below(2_900) + 1,
                    place.street,
                    place.city,
                    place.country
                )),
                email: None,
                phone: None,
                source: Some("Ownership statement".to_owned()),
                valid_from: Some((since - Duration::days(i64::from(luck.below(900)))).to_string()),
                valid_to: None,
            });
        }
    }
    let mut accounts = Vec::new();
    if has(luck) {
        let payment = Payment {
            id: "P-1".to_owned(),
            kind: ["card", "bank", "wallet", "invoice"][luck.below(4) as usize % 4].to_owned(),
            institution: place.bank.to_owned(),
            source: name.clone(),
            identifier: Some(format!("…{:04}", luck.below(10_000))),
            country: Some(place.code.to_owned()),
        };
        accounts.push(Account {
            id: "A-1".to_owned(),
            account_ref: format!("acc-{:06}", 100_000 + n),
            state: if reach == 4 || (reach == 3 && !foreign) {
                "active"
            } else {
                "restricted"
            }
            .to_owned(),
            products: [
                "Virtual machines",
                "Object storage",
                "GPU cluster",
                "Bare metal",
                "CDN",
            ][luck.below(5) as usize % 5]
                .to_owned(),
            opened_on: Some((since + Duration::days(i64::from(luck.below(60)))).to_string()),
            closed_on: None,
            resold_to_foreign: None,
            payments: vec![payment],
            extra: BTreeMap::new(),
        });
    }
    let decided_on = (since + Duration::days(i64::from(luck.below(80)))).to_string();
    let (test, outcome) = match (foreign, kind) {
        (true, _) => ("none_met", UsStatus::Foreign),
        (false, PartyKind::Individual) => ("citizen", UsStatus::Us),
        (false, PartyKind::Entity) => ("organised_in_us", UsStatus::Us),
    };
    let abouts: Vec<String> = std::iter::once(String::new())
        .chain(owners.iter().map(|owner| owner.id.clone()))
        .collect();
    let determinations = abouts
        .iter()
        .map(|about| Determination {
            about: about.clone(),
            test: if about.is_empty() || foreign {
                test
            } else {
                "citizen"
            }
            .to_owned(),
            outcome,
            evidence: if foreign {
                "Statement on the form; passport country"
            } else {
                "Statement on the form; U.S. address and register"
            }
            .to_owned(),
            documents: Vec::new(),
            decided_by: author.clone(),
            decided_on: decided_on.clone(),
            approved: None,
        })
        .collect();
    let verifications = abouts
        .iter()
        .map(|about| Verification {
            special: None,
            about: about.clone(),
            method: "non_documentary".to_owned(),
            result: "match".to_owned(),
            document: None,
            basis: format!("Compared with the public register of {}", place.country),
            notes: None,
            performed_by: author.clone(),
            performed_on: decided_on.clone(),
        })
        .collect();
    let notice = Notice {
        delivered_on: since.to_string(),
        channel: "form".to_owned(),
        text: Some("notice version 1, en".to_owned()),
        proof: None,
    };
    Invented {
        kind,
        name,
        place,
        foreign,
        reach,
        fields,
        owners,
        accounts,
        notice,
        determinations,
        verifications,
    }
}

/// A specimen passport and a specimen letter for some customers.
fn papers(vault: &OpenVault, customers: &[(String, &'static Place, String)]) -> Result<()> {
    for (number, (reference, place, name)) in customers.iter().enumerate() {
        let image = specimen::card(name, place.country)?;
        vault.document_add(
            reference,
            "passport",
            Source::Made {
                name: "passport-specimen.png".to_owned(),
                bytes: image,
            },
            &Unwatched,
        )?;
        if number % 2 == 0 {
            let lines = [
                format!("Statement of residence for {name}"),
                format!("{}, {}", place.city, place.country),
                "Invented for demonstration.".to_owned(),
            ];
            let pdf = specimen::letter("Proof of address", &lines);
            vault.document_add(
                reference,
                "proof_of_address",
                Source::Made {
                    name: "address-specimen.pdf".to_owned(),
                    bytes: pdf,
                },
                &Unwatched,
            )?;
        }
    }
    Ok(())
}

/// Where an account is used from: an address or two of its own, and for a few accounts now and then one that they share.
fn address_of(account: usize, draw: u32) -> Ipv4Addr {
    if account % 23 == 5 && draw < 40 {
        return Ipv4Addr::new(198, 51, 100, 77);
    }
    let own = account * 2 + draw as usize % 2;
    let net = [192, 203][own / 254 % 2];
    let octet = u8::try_from(own % 254).unwrap_or_default() + 1;
    match net {
        192 => Ipv4Addr::new(192, 0, 2, octet),
        _ => Ipv4Addr::new(203, 0, 113, octet),
    }
}

fn access(
    vault: &OpenVault,
    demo: &Demo,
    accounts: &[String],
    end: DateTime<Utc>,
    luck: &mut Luck,
    watch: &dyn Watch,
) -> Result<()> {
    use sha2::{Digest, Sha256};
    if accounts.is_empty() {
        return Ok(());
    }
    const BATCH: u32 = 100_000;
    let mut done = 0;
    while done < demo.access_records {
        let count = BATCH.min(demo.access_records - done);
        let mut hash = Sha256::new();
        let mut rows = Vec::with_capacity(count as usize);
        for _ in 0..count {
            let account = luck.below(u32::try_from(accounts.len()).unwrap_or(u32::MAX)) as usize;
            let at_ms =
                (end - Duration::seconds(i64::from(luck.below(60 * 86_400)))).timestamp_millis();
            let ip = address_of(account, luck.below(255));
            let action = if luck.below(12) == 0 {
                "administration"
            } else {
                "access"
            };
            hash.update(accounts.get(account).map_or("", String::as_str));
            hash.update(at_ms.to_be_bytes());
            hash.update(ip.octets());
            hash.update(action);
            rows.push((account, at_ms, ip, action));
        }
        let sha256 = domain::entry::hex(&hash.finalize());
        vault.act(|act| {
            let mut import = act.access_import();
            for (place, (account, at_ms, ip, action)) in (u64::from(done)..).zip(&rows) {
                let Some(account) = accounts.get(*account) else {
                    continue;
                };
                import.add(&AccessRow {
                    account,
                    at_ms: *at_ms,
                    ip: Some(IpAddr::V4(*ip)),
                    action,
                    event: None,
                    rest: place,
                })?;
            }
            let file = AccessFile {
                name: "demonstration",
                sha256: &sha256,
                account: None,
                skipped: 0,
                upto: None,
                ends: false,
            };
            act.access_imported(import, file)?;
            Ok(())
        })?;
        done += count;
        watch.step(
            "Inventing access records",
            done.into(),
            Some(demo.access_records.into()),
            "records",
        );
        if watch.cancelled() {
            return Err(crate::Error::cancelled());
        }
    }
    Ok(())
}

/// Registers resellers, with two versions of a CIP for those that have one.
pub(crate) fn register(
    vault: &OpenVault,
    resellers: &[(&str, &str, bool)],
    today: NaiveDate,
) -> Result<Vec<String>> {
    let mut references = Vec::new();
    for &(name, country, has_cip) in resellers {
        let req = c::ResellerSaveReq {
            r#ref: None,
            name: name.to_owned(),
            country: country.to_owned(),
            address: None,
            email: None,
            notes: None,
        };
        let created = vault.reseller_save(&req)?;
        if has_cip {
            for (version, ago) in [("2025.1", 400), ("2026.1", 120)] {
                let lines = [
                    format!("Customer identification program of {name}"),
                    format!("Version {version}"),
                    "1. Collection of identifying information".to_owned(),
                    "2. Verification of foreign customers".to_owned(),
                    "3. Records kept for two years".to_owned(),
                    "Invented for demonstration.".to_owned(),
                ];
                let source = Source::Made {
                    name: format!("cip-{version}.pdf"),
                    bytes: specimen::letter("Customer Identification Program", &lines),
                };
                let effective = (today - Duration::days(ago)).to_string();
                vault.cip_file(
                    &created.r#ref,
                    version,
                    &effective,
                    None,
                    source,
                    &Unwatched,
                )?;
            }
        }
        references.push(created.r#ref);
    }
    Ok(references)
}

/// Resellers with their CIPs, and a clock in every band of Today.
fn resellers_and_cases(
    vault: &OpenVault,
    clock: &DemoClock,
    end: DateTime<Utc>,
    today: NaiveDate,
) -> Result<()> {
    let resellers = [
        ("Lion City Hosting Pte Ltd", "SG", true),
        ("Nordlicht Rechenzentrum GmbH", "DE", true),
        ("Andes Nube S.A.", "CL", true),
        ("Nippon Kumo K.K.", "JP", true),
        ("Atlas Serveurs SARL", "MA", true),
        ("Sahel Datacenter SA", "SN", false),
        ("Maple Ridge Colocation Inc.", "CA", true),
    ];
    let references = register(vault, &resellers, today)?;
    oversight::known(vault, &references, today)?;
    oversight::came_through(vault, &references)?;
    let reseller = |place: usize| references.get(place).cloned().unwrap_or_default();
    let mut events: Vec<(i64, &str, Vec<usize>, &str)> = vec![
        (
            33,
            "evidence",
            vec![4],
            "Three customers were let in without any identity check, says a former employee's letter.",
        ),
        (
            6,
            "signal",
            vec![5],
            "Five sign-ups from one payment card in two hours; the reseller's log shows no review.",
        ),
        (20, "stated", vec![0], "Whom it sells on to"),
        (9, "file", vec![1], "Counts and CIP of the year"),
        (12, "request", vec![1], "BIS-2026-0101"),
        (10, "request", vec![0, 2], "BIS-2026-0117"),
        (8, "request", vec![3], "BIS-2026-0123"),
        (4, "request", vec![6, 5], "BIS-2026-0131"),
        (
            24,
            "evidence",
            vec![2],
            "The reseller's CIP is not applied to accounts paid by wallet, says its own audit.",
        ),
    ];
    events.sort_by_key(|(ago, ..)| -ago);
    let mut page = None;
    for (ago, kind, whose, text) in events {
        clock.set(days_before(end, ago));
        let received = (today - Duration::days(ago)).to_string();
        if kind == "request" {
            let letter = specimen::letter(
                "Department request",
                &[
                    format!("Reference {text}"),
                    "Furnish a copy of the customer identification program of the resellers named."
                        .to_owned(),
                    "Invented for demonstration.".to_owned(),
                ],
            );
            let req = c::RequestOpenReq {
                received,
                resellers: whose.iter().map(|place| reseller(*place)).collect(),
                reference: text.to_owned(),
                how: Some("Letter".to_owned()),
                handle: None,
            };
            vault.request_open(
                &req,
                vec![Source::Made {
                    name: "request-specimen.pdf".to_owned(),
                    bytes: letter,
                }],
            )?;
        } else if kind == "file" {
            let asked = whose.first().copied().unwrap_or(0);
            page = Some(intake::asked(vault, &reseller(asked))?);
        } else if kind == "stated" {
            let asked = whose.first().copied().unwrap_or(0);
            intake::entered(vault, &reseller(asked), today - Duration::days(ago))?;
        } else {
            let req = c::EvidenceOpenReq {
                reseller: reseller(whose.first().copied().unwrap_or(0)),
                received,
                summary: text.to_owned(),
                handle: None,
                signal: kind == "signal",
            };
            vault.evidence_open(&req, Vec::new())?;
        }
    }
    clocks(vault, clock, end, today)?;
    oversight::incident(vault, clock, end, today, &reseller(3))?;
    if let Some(page) = page {
        intake::answered(vault, &page, today)?;
    }
    casework::casework(vault, clock, end, today, &reseller(0))
}

/// Clocks that somebody started by hand, and one that the end of an account started.
fn clocks(
    vault: &OpenVault,
    clock: &DemoClock,
    end: DateTime<Utc>,
    today: NaiveDate,
) -> Result<()> {
    let day = |ago: i64| (today - Duration::days(ago)).to_string();
    clock.set(days_before(end, 5));
    let first = |list: &[&str]| -> Vec<c::TriggerAt> {
        list.iter()
            .zip([9, 5])
            .map(|(event, ago)| c::TriggerAt {
                event: (*event).to_owned(),
                at: day(ago),
            })
            .collect()
    };
    let start = |id: &str, at: Vec<c::TriggerAt>, note: &str| {
        vault.clock_start(&c::ClockStartReq {
            pack: crate::open_vault::DEFAULT_PACK.to_owned(),
            clock: id.to_owned(),
            at,
            subject: "programme".to_owned(),
            note: note.to_owned(),
            provisional: false,
        })
    };
    start(
        "CLK-AI-DIRECT",
        first(&["transaction", "knowledge"]),
        "A foreign customer's cluster is large enough to train a covered model, says the capacity team",
    )?;
    clock.set(days_before(end, 3));
    let open = vault.read(|read| {
        let mut open = None;
        read.each_customer(|file| {
            if open.is_none()
                && file
                    .accounts
                    .iter()
                    .any(|account| account.state == "active")
            {
                open = Some(file.clone());
            }
            Ok::<_, crate::error::Error>(())
        })?;
        Ok(open)
    })?;
    if let Some(file) = open
        && let Some(account) = file.accounts.first()
    {
        vault.account_save(&c::AccountSaveReq {
            customer: file.reference.clone(),
            id: Some(account.id.clone()),
            account_ref: account.account_ref.clone(),
            state: "closed".to_owned(),
            products: Some(account.products.clone()),
            opened_on: account.opened_on.clone(),
            closed_on: Some(day(4)),
            resold_to_foreign: None,
            added: Vec::new(),
            proved_by: None,
        })?;
    }
    Ok(())
}
