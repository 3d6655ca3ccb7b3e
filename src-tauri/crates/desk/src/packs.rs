//! Rule packs: find one, check one with its signature, compare two, show what it demands, and ask what another limit would have
//! made of a vault's clocks. What changes a vault's packs stands in `adopt`.

mod adopt;

pub use adopt::{offer_builtin, offer_file};

use crate::{
    error::{Error, Result},
    now::Now,
    open_vault::OpenVault,
};
use bundle::{AllowedSigners, Detached, KeyStanding, verify_detached};
use contract as c;
use domain::{
    clock::Moment,
    pack::{ClockRule, Demand, Difference, PackError, PastClock, RulePack, compare, simulate},
};
use serde::Serialize;
use std::{
    borrow::Cow,
    fs::File,
    io::{ErrorKind, Read},
    path::Path,
};

/// The purpose for which a rule pack is signed: `ssh-keygen -Y sign -n cipdesk-rulepack-v1 FILE.toml`.
pub const PACK_NAMESPACE: &str = "cipdesk-rulepack-v1";

/// Where a pack of the program comes from.
pub(crate) const BUILT_IN: &str = "built in";
/// Who vouches for it.
pub(crate) const PART_OF_PROGRAM: &str =
    concat!("Part of CIP Desk ", env!("CARGO_PKG_VERSION"), ".");

/// No rule pack and no signature is larger; what is beyond is not read.
const LARGEST: u64 = (1 << 20) + 1;

impl From<PackError> for Error {
    fn from(error: PackError) -> Self {
        let mut made = Self::input(error.code(), error.to_string());
        made.0.problems = problems(&error);
        made
    }
}

fn problems(error: &PackError) -> Vec<contract::FieldProblem> {
    error
        .problems
        .iter()
        .map(|problem| contract::FieldProblem {
            field: problem.at.clone(),
            code: problem.code.to_owned(),
            message: problem.to_string(),
        })
        .collect()
}

/// Every pack that is part of the program.
pub fn builtin_packs() -> &'static [RulePack] {
    RulePack::builtins()
}

/// A built-in pack by its id, or a pack in a TOML file.
pub fn find_pack(name: &str) -> Result<Cow<'static, RulePack>> {
    if let Some(pack) = RulePack::builtin(name) {
        return Ok(Cow::Borrowed(pack));
    }
    let path = Path::new(name);
    if path.extension().is_some_and(|ending| ending == "toml") || path.exists() {
        return Ok(Cow::Owned(parse(path, &read(path)?)?));
    }
    let short: String = name.chars().take(60).collect();
    let known: Vec<&str> = RulePack::builtins().iter().map(RulePack::id).collect();
    Err(Error::input(
        "E-PACK-UNKNOWN",
        format!(
            "There is no built-in rule pack \"{short}\". Name one of {}, or a TOML file.",
            known.join(", ")
        ),
    ))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = held::retry(|| File::open(path)).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Error::input(
            "E-FILE-MISSING",
            format!("{} is not there. Check its name and place.", path.display()),
        ),
        _ => error.into(),
    })?;
    if !file.metadata()?.is_file() {
        return Err(Error::input(
            "E-PACK-READ",
            format!(
                "{} is no file. Give the TOML file of a rule pack.",
                path.display()
            ),
        ));
    }
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn parse(path: &Path, bytes: &[u8]) -> Result<RulePack> {
    Ok(judge(path, bytes)?)
}

fn judge(path: &Path, bytes: &[u8]) -> std::result::Result<RulePack, PackError> {
    let name = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy();
    let text = std::str::from_utf8(bytes).map_err(|error| {
        PackError::one(
            "E-PACK-READ",
            format!("byte {}", error.valid_up_to() + 1),
            "is not UTF-8. Save the file as UTF-8 text.",
        )
    });
    text.and_then(RulePack::parse)
        .map_err(|error| error.in_file(&name))
}

/// What a check of a pack's file found.
#[derive(Debug, Serialize)]
pub struct PackReport {
    /// The pack is sound, and so is the signature where there is one. With a list of signers: it is signed by one of them.
    pub valid: bool,
    /// The file.
    pub file: String,
    /// Its SHA-256.
    pub sha256: Option<String>,
    /// Id, version, title, status and banner, where it could be read.
    pub pack: Option<PackHead>,
    /// How many things it says.
    pub demands: usize,
    /// How many of them are not verified against the rule.
    pub unverified: usize,
    /// What is wrong with it.
    pub problems: Vec<contract::FieldProblem>,
    /// Its signature.
    pub signature: PackSignature,
}

/// What a pack says of itself.
#[derive(Debug, Serialize)]
pub struct PackHead {
    /// The id.
    pub id: String,
    /// The version.
    pub version: String,
    /// The title.
    pub title: String,
    /// proposed, final, withdrawn, ...
    pub status: String,
    /// Whether it binds anybody.
    pub binding: bool,
    /// Whether a person compared it with the rule.
    pub reviewed: bool,
    /// What every screen and filing shows.
    pub banner: String,
    /// The SHA-256 of its text.
    pub sha256: String,
}

impl From<&RulePack> for PackHead {
    fn from(pack: &RulePack) -> Self {
        Self {
            id: pack.id().to_owned(),
            version: pack.version().to_owned(),
            title: pack.title().to_owned(),
            status: pack.status().to_owned(),
            binding: pack.is_binding(),
            reviewed: pack.is_reviewed(),
            banner: pack.banner().to_owned(),
            sha256: pack.sha256(),
        }
    }
}

/// The signature beside a pack.
#[derive(Debug, Serialize)]
pub struct PackSignature {
    /// unsigned, invalid, unchecked (no list was given), unknown, other_purpose, out_of_dates, known.
    pub state: &'static str,
    /// A sentence.
    pub sentence: String,
    /// The names of the signer on the list.
    pub signer: Option<String>,
    /// The key.
    pub fingerprint: Option<String>,
}

/// Checks a pack's file, and the signature `FILE.toml.sig` beside it against a list of signers.
pub fn check_pack(path: &Path, signers: Option<&Path>, now: &dyn Now) -> Result<PackReport> {
    // A list that cannot be read is a mistake of the call, told before anything else.
    let signers = signers.map(AllowedSigners::read).transpose()?;
    let bytes = read(path)?;
    let day = now.utc().date_naive().to_string();
    let signature = signature(path, &bytes, signers.as_ref(), &day)?;
    let signed = match signature.state {
        "known" => true,
        "unsigned" | "unchecked" => signers.is_none(),
        _ => false,
    };
    let judged = judge(path, &bytes);
    let rows = judged.as_ref().map(RulePack::demands).unwrap_or_default();
    Ok(PackReport {
        valid: judged.is_ok() && signed,
        file: path.display().to_string(),
        sha256: judged.as_ref().ok().map(RulePack::sha256),
        pack: judged.as_ref().ok().map(PackHead::from),
        demands: rows.len(),
        unverified: rows.iter().filter(|row| !row.is_verified()).count(),
        problems: judged.as_ref().err().map(problems).unwrap_or_default(),
        signature,
    })
}

fn signature(
    path: &Path,
    bytes: &[u8],
    signers: Option<&AllowedSigners>,
    day: &str,
) -> Result<PackSignature> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".sig");
    let armour = match read(Path::new(&beside)) {
        Ok(armour) => armour,
        Err(error) if error.0.code == "E-FILE-MISSING" => {
            return Ok(PackSignature {
                state: "unsigned",
                sentence: "Unsigned: nobody vouches for this pack.".to_owned(),
                signer: None,
                fingerprint: None,
            });
        }
        Err(error) => return Err(error),
    };
    let (fingerprint, standing) =
        match verify_detached(PACK_NAMESPACE, &armour, bytes, signers, day) {
            Detached::Fails(why) => {
                return Ok(PackSignature {
                    state: "invalid",
                    sentence: why,
                    signer: None,
                    fingerprint: None,
                });
            }
            Detached::Holds {
                fingerprint,
                standing,
            } => (fingerprint, standing),
        };
    let (state, sentence, signer) = match standing {
        KeyStanding::Known(names) => (
            "known",
            format!("Signed by {names} ({fingerprint}), who is on your list."),
            Some(names),
        ),
        KeyStanding::Unchecked => (
            "unchecked",
            format!(
                "Signed by the key {fingerprint}. Whose it is, is not known: give your list with --allowed-signers."
            ),
            None,
        ),
        KeyStanding::Unknown => (
            "unknown",
            format!(
                "Signed by the key {fingerprint}, which is not on your list. Do not trust the pack before you know whose key that is."
            ),
            None,
        ),
        KeyStanding::OtherPurpose(names) => (
            "other_purpose",
            format!(
                "Signed by {names} ({fingerprint}), whom your list does not let sign rule packs. Ask for the approved signer, or add the purpose {PACK_NAMESPACE}."
            ),
            Some(names),
        ),
        KeyStanding::OutOfDates(names) => (
            "out_of_dates",
            format!(
                "Signed by {names} ({fingerprint}), whose key is not valid on {day} by your list. Ask for a signature with the present key."
            ),
            Some(names),
        ),
    };
    Ok(PackSignature {
        state,
        sentence,
        signer,
        fingerprint: Some(fingerprint),
    })
}

/// What changed from one pack to another; each a built-in id or a TOML file.
pub fn compare_packs(old: &str, new: &str) -> Result<Vec<Difference>> {
    Ok(compare(&*find_pack(old)?, &*find_pack(new)?))
}

/// What a pack says of itself.
pub(crate) fn note(pack: &RulePack) -> c::PackNote {
    c::PackNote {
        id: pack.id().to_owned(),
        version: pack.version().to_owned(),
        title: pack.title().to_owned(),
        status: pack.status().to_owned(),
        banner: pack.banner().to_owned(),
        reviewed: pack.is_reviewed(),
    }
}

/// A pack that nobody has.
pub(crate) fn no_pack(id: &str) -> Error {
    let short: String = id.chars().take(60).collect();
    Error::input(
        "E-PACK-UNKNOWN",
        format!("There is no rule pack \"{short}\" in use here."),
    )
}

/// A pack of the program.
pub(crate) fn builtin(id: &str) -> Result<&'static RulePack> {
    RulePack::builtin(id).ok_or_else(|| no_pack(id))
}

/// How a version is named: `us-iaas-nprm-2024@1.0.0`.
fn key(pack: &RulePack) -> String {
    format!("{}@{}", pack.id(), pack.version())
}

/// What packs demand, part by part, in the order given.
pub(crate) fn parts(demands: impl IntoIterator<Item = Demand>) -> Vec<c::PackPart> {
    let mut parts: Vec<c::PackPart> = Vec::new();
    for demand in demands {
        let title = demand.part.title();
        let verified = demand.is_verified();
        let row = c::PackDemand {
            facts: demand
                .facts
                .iter()
                .map(|fact| c::Choice {
                    value: fact.value.clone(),
                    label: fact.name.replace('_', " "),
                })
                .collect(),
            confidence: demand.confidence.map(|how| how.word().to_owned()),
            verified,
            id: demand.id,
            label: demand.label,
            text: demand.text,
            cite: demand.cite,
        };
        match parts.last_mut().filter(|part| part.title == title) {
            Some(part) => part.demands.push(row),
            None => parts.push(c::PackPart {
                title: title.to_owned(),
                demands: vec![row],
            }),
        }
    }
    parts
}

/// Everything a pack demands, in the rule's order.
fn view(pack: &RulePack) -> c::PackView {
    c::PackView {
        note: note(pack),
        sha256: pack.sha256(),
        parts: parts(pack.demands()),
    }
}

/// What differs between two packs.
fn differences(old: &RulePack, new: &RulePack) -> Vec<c::PackDifference> {
    use domain::pack::Kind;
    compare(old, new)
        .into_iter()
        .map(|one| c::PackDifference {
            part: one.part.title().to_owned(),
            label: one.label,
            kind: match one.kind {
                Kind::Added => "added",
                Kind::Removed => "removed",
                Kind::Changed => "changed",
            }
            .to_owned(),
            what: one.what.map(|what| what.replace('_', " ")),
            old: one.old,
            new: one.new,
            cite: one.cite,
        })
        .collect()
}

impl OpenVault {
    /// The packs that are there: those in use first, the leading one at the top; then earlier versions; then what the program has besides.
    pub fn pack_list(&self) -> Result<Vec<c::PackRow>> {
        let rules = self.rules();
        let lead = self.pack();
        let running = self.read(|read| Ok(read.clocks(false)?))?;
        let mut rows = Vec::new();
        let (used, kept): (Vec<_>, Vec<_>) = rules.kept().iter().partition(|kept| kept.in_use);
        for kept in used.into_iter().chain(kept) {
            let pack = kept.pack.as_ref();
            let newer = builtin_packs()
                .iter()
                .find(|other| other.id() == pack.id() && other.version() != pack.version())
                .filter(|other| {
                    kept.in_use && rules.version(other.id(), other.version()).is_none()
                });
            rows.push(c::PackRow {
                key: key(pack),
                note: note(pack),
                in_use: kept.in_use,
                leads: kept.in_use && std::sync::Arc::ptr_eq(&kept.pack, &lead),
                source: kept.source.clone(),
                vouched: kept.vouched.clone(),
                running: Self::running_by(&running, pack),
                newer: newer.map(|other| other.version().to_owned()),
                clocks: pack_clocks(pack),
            });
        }
        for pack in builtin_packs() {
            if rules.version(pack.id(), pack.version()).is_none() {
                rows.push(c::PackRow {
                    key: key(pack),
                    note: note(pack),
                    in_use: false,
                    leads: false,
                    source: String::new(),
                    vouched: PART_OF_PROGRAM.to_owned(),
                    running: 0,
                    newer: None,
                    clocks: pack_clocks(pack),
                });
            }
        }
        Ok(rows)
    }

    /// A version that is kept or built in, by `id@version`; by `id` alone the one in use, or the program's.
    fn pack_by_key(&self, name: &str) -> Result<RulePack> {
        let rules = self.rules();
        let found = match name.split_once('@') {
            Some((id, version)) => rules
                .version(id, version)
                .or_else(|| RulePack::builtin(id).filter(|pack| pack.version() == version)),
            None => rules.current(name).or_else(|| RulePack::builtin(name)),
        };
        found.cloned().ok_or_else(|| no_pack(name))
    }

    /// Everything a pack demands, part by part, in the rule's order.
    pub fn pack_show(&self, name: &str) -> Result<c::PackView> {
        Ok(view(&self.pack_by_key(name)?))
    }

    /// What differs between two packs.
    pub fn pack_compare(&self, old: &str, new: &str) -> Result<Vec<c::PackDifference>> {
        Ok(differences(
            &self.pack_by_key(old)?,
            &self.pack_by_key(new)?,
        ))
    }

    /// "Had the limit been 15 days, which past cases would have been late?" Nothing is changed; a clock that still runs is judged by
    /// today.
    pub fn pack_simulate(&self, req: &c::PackSimulateReq) -> Result<c::PackSimulation> {
        const MOST: u32 = 4_000;
        let rules = self.rules();
        let unknown = || crate::clocks::unknown(&req.clock);
        let pack = rules.with_clock(&req.clock).ok_or_else(unknown)?;
        let rule = pack.clock(&req.clock).ok_or_else(unknown)?;
        if req.n == 0 || req.n > MOST {
            return Err(Error::input(
                "E-PACK-NUMBER",
                format!("Write a whole number from 1 to {MOST}."),
            ));
        }
        let today = self.today();
        let zone = self.zone();
        let records = self.read(|read| Ok(read.clocks(true)?))?;
        let mut past = Vec::new();
        let mut known = std::collections::HashMap::new();
        for record in records.iter().filter(|record| {
            record.computed.clock == req.clock && record.computed.pack == pack.id()
        }) {
            let anchors: std::result::Result<_, _> = record
                .anchors
                .iter()
                .map(|(name, at)| Moment::parse(at).map(|at| (name.clone(), at)))
                .collect();
            let ended = record
                .stop
                .as_ref()
                .and_then(|stop| stop.on.parse().ok())
                .unwrap_or(today);
            known.insert(record.reference.clone(), record);
            past.push(PastClock {
                reference: record.reference.clone(),
                anchors: anchors.map_err(crate::clocks::clock_error)?,
                zone: record.computed.zone.parse().unwrap_or(zone),
                due: record.computed.due,
                cutoff: record.computed.cutoff,
                ended: Moment::Date(ended),
            });
        }
        let changed = ClockRule {
            n: req.n,
            ..rule.clone()
        };
        let mut answer = c::PackSimulation {
            title: rule.title.clone(),
            rows: Vec::new(),
            late_then: 0,
            late_now: 0,
        };
        let whole = |days: i64| u32::try_from(days).unwrap_or(0);
        for (reference, simulated) in simulate(pack, &changed, &past) {
            let simulated = simulated.map_err(crate::clocks::clock_error)?;
            answer.late_then += u32::from(simulated.late_then());
            answer.late_now += u32::from(simulated.late_now());
            let record = known.get(&reference);
            answer.rows.push(c::PackSimulated {
                subject: record
                    .map(|one| one.subject_name.clone())
                    .unwrap_or_default(),
                running: record.is_some_and(|one| one.stop.is_none()),
                r#ref: reference,
                due_then: simulated.due_then.to_string(),
                due_now: simulated.due_now.to_string(),
                days_late_then: whole(simulated.days_late_then),
                days_late_now: whole(simulated.days_late_now),
            });
        }
        Ok(answer)
    }
}

fn pack_clocks(pack: &RulePack) -> Vec<c::PackClock> {
    pack.clocks()
        .iter()
        .map(|rule| c::PackClock {
            id: rule.id.clone(),
            title: rule.title.clone(),
            n: rule.n,
            unit: rule.unit.counted(rule.n).to_owned(),
        })
        .collect()
}
