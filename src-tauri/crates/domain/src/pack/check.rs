//! What a pack may say: every fault with its place, what is wrong and what to do. Reads no files.

mod hardware;
mod risk;

use super::{
    Calendar, Combine, Direction, RulePack, Unit,
    error::{PackError, Problem},
    parts::{Fields, File},
};
use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// The largest pack that is read, in bytes.
const LARGEST: usize = 1 << 20;
/// The longest text of a pack, in characters.
const LONGEST: usize = 4_000;
/// The kinds of record that fields belong to, in the order in which they are shown.
pub(super) const KINDS: [&str; 4] = ["individual", "entity", "account", "case"];
/// What the program keeps of a customer beside the catalogue of fields.
const KEPT: [&str; 7] = [
    "beneficial_owners",
    "payment_means",
    "payment_source",
    "access_ip",
    "access_at",
    "us_status",
    "notice_delivered",
];

/// Reads a pack's text.
pub(super) fn read(text: &str) -> Result<RulePack, PackError> {
    if text.len() > LARGEST {
        return Err(PackError::one(
            "E-PACK-SIZE",
            "the file",
            "it is larger than 1 MiB, which no rule pack is. Give the TOML file of a rule pack.",
        ));
    }
    let file: File = toml::from_str(text).map_err(|error| {
        let line = error
            .span()
            .and_then(|span| text.get(..span.start))
            .map_or(1, |before| before.matches('\n').count() + 1);
        let why: String = error
            .message()
            .trim_end_matches('.')
            .chars()
            .take(300)
            .collect();
        PackError::one(
            "E-PACK-READ",
            format!("line {line}"),
            format!(
                "{why}. Correct that line; what may stand there is listed in rule-pack.schema.json."
            ),
        )
    })?;
    let mut check = Check {
        problems: Vec::new(),
    };
    let zone = check.head(&file);
    check.fields(&file.fields);
    check.lists(&file);
    check.clocks(&file);
    check.cycles(&file);
    check.certification(&file);
    check.ai(&file);
    check.hardware(&file);
    check.risk(&file);
    let holidays = check.holidays(&file);
    check.words(&file);
    match (zone, check.problems.is_empty()) {
        (Some(zone), true) => Ok(RulePack {
            file,
            zone,
            holidays,
            toml: text.to_owned(),
        }),
        _ => Err(PackError {
            file: None,
            problems: check.problems,
        }),
    }
}

struct Check {
    problems: Vec<Problem>,
}

impl Check {
    fn wrong(&mut self, code: &'static str, at: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Problem {
            code,
            at: at.into(),
            message: message.into(),
        });
    }

    fn cite(&mut self, at: &str, cite: &str) {
        if cite.trim().is_empty() {
            self.wrong(
                "E-PACK-CITE",
                format!("{at}, cite"),
                "has no citation. Name the paragraph it comes from, or write who decided it and confidence = \"design\".",
            );
        }
    }

    /// Each id once, and of the shape of an id.
    fn ids<'a>(&mut self, table: &str, ids: impl Iterator<Item = &'a str>) {
        let mut seen = HashSet::new();
        for id in ids {
            if !is_id(id) {
                self.wrong(
                    "E-PACK-ID",
                    format!("{table} \"{}\", id", short(id)),
                    "is no id. Use 1 to 60 letters, digits, - or _, beginning with a letter.",
                );
            } else if !seen.insert(id) {
                self.wrong(
                    "E-PACK-DUPLICATE",
                    format!("{table} {id}, id"),
                    "is there twice. Rename or delete one of the two.",
                );
            }
        }
    }

    /// A name that must be one of those declared.
    fn refers<'a>(
        &mut self,
        at: &str,
        name: &str,
        what: &str,
        known: impl Iterator<Item = &'a str>,
    ) {
        let known: BTreeSet<&str> = known.collect();
        if !known.contains(name) {
            let list: Vec<&str> = known.into_iter().take(30).collect();
            let choice = if list.is_empty() {
                "the pack has none".to_owned()
            } else {
                format!("there are: {}", list.join(", "))
            };
            self.wrong(
                "E-PACK-REFERENCE",
                at,
                format!(
                    "names the {what} \"{}\", which the pack does not have. Correct the name or add it; {choice}.",
                    short(name)
                ),
            );
        }
    }

    fn head(&mut self, file: &File) -> Option<Tz> {
        let head = &file.pack;
        if !is_id(&head.id) || head.id.chars().any(|c| c.is_ascii_uppercase() || c == '_') {
            self.wrong("E-PACK-ID", "[pack], id", format!("\"{}\" is no id of a pack. Use small letters, digits and -, like us-iaas-nprm-2024.", short(&head.id)));
        }
        let numbers: Vec<&str> = head.version.split('.').collect();
        let plain = |n: &&str| {
            (1..=5).contains(&n.len())
                && n.bytes().all(|b| b.is_ascii_digit())
                && (n.len() == 1 || !n.starts_with('0'))
        };
        if numbers.len() != 3 || !numbers.iter().all(plain) {
            self.wrong(
                "E-PACK-VERSION",
                "[pack], version",
                format!(
                    "\"{}\" is no version. Write three numbers, like 1.0.0.",
                    short(&head.version)
                ),
            );
        }
        self.cite("[pack], status_cite", &head.status_cite);
        if head.banner.trim().is_empty() {
            self.wrong("E-PACK-BANNER", "[pack], banner", "is empty. Say in a sentence whom the rule binds, or that it binds nobody; every screen and filing shows it.");
        }
        if head.binding && head.status != super::Status::Final {
            self.wrong("E-PACK-STATUS", "[pack], binding", format!("a rule that is {} binds nobody. Write binding = false, or status = \"final\" once it is in force.", head.status.word()));
        }
        if let Some(day) = &head.published
            && crate::field::date(day).is_none()
        {
            self.wrong(
                "E-PACK-DATE",
                "[pack], published",
                format!(
                    "\"{}\" is no date. Write it like \"2024-01-29\".",
                    short(day)
                ),
            );
        }
        if file.authority.is_empty() {
            self.wrong("E-PACK-CITE", "[[authority]]", "there is none. Name at least one text that the pack rests on, and where it can be read.");
        }
        for authority in &file.authority {
            self.cite("[[authority]]", &authority.cite);
            if authority.source.trim().is_empty() {
                self.wrong(
                    "E-PACK-CITE",
                    format!("[[authority]] {}, source", short(&authority.cite)),
                    "is empty. Say where the text can be read.",
                );
            }
        }
        if let Some(threshold) = &file.threshold {
            self.cite("[threshold]", &threshold.cite);
            let thousandths = threshold.ownership_percent * 1_000.0;
            if !(0.0..=100.0).contains(&threshold.ownership_percent)
                || (thousandths - thousandths.round()).abs() > 1e-6
            {
                self.wrong(
                    "E-PACK-NUMBER",
                    "[threshold], ownership_percent",
                    "is no share. Write a number from 0 to 100, with at most three decimal places.",
                );
            }
        }
        let zone = head.agency_zone.parse().ok();
        if zone.is_none() {
            self.wrong(
                "E-PACK-ZONE",
                "[pack], agency_zone",
                format!(
                    "\"{}\" is no time zone. Write an IANA name, like America/New_York.",
                    short(&head.agency_zone)
                ),
            );
        }
        zone
    }

    fn fields(&mut self, kinds: &BTreeMap<String, Fields>) {
        for (kind, fields) in kinds {
            if !KINDS.contains(&kind.as_str()) {
                self.wrong(
                    "E-PACK-FIELD",
                    format!("[fields.{}]", short(kind)),
                    "is no kind of record. Fields belong to individual, entity, account or case.",
                );
            }
            self.ids(
                &format!("[[fields.{kind}]]"),
                fields
                    .required
                    .iter()
                    .map(|field| field.field.as_str())
                    .chain(fields.off.iter().map(|off| off.field.as_str())),
            );
            for field in &fields.required {
                let at = format!("[[fields.{kind}.required]] {}", field.field);
                self.cite(&at, &field.cite);
                let id = field.field.as_str();
                let known = KEPT.contains(&id) || crate::field::find(id).is_some();
                if known == field.input.is_some() {
                    self.wrong(
                        "E-PACK-FIELD",
                        format!("{at}, input"),
                        if known {
                            "is for fields that the pack adds, and the program has this one. Delete the line."
                        } else {
                            "the program has no such field. Correct the name, or say what the added field holds: input = \"text\", \"long\", \"country\" or \"date\"."
                        },
                    );
                }
            }
            for off in &fields.off {
                self.cite(&format!("[[fields.{kind}.off]] {}", off.field), &off.cite);
            }
        }
    }

    fn lists(&mut self, file: &File) {
        for (part, items) in super::outline::lists(file) {
            let table = part.table();
            self.ids(
                &format!("[[{table}]]"),
                items.iter().map(|item| item.id.as_str()),
            );
            for item in items {
                let at = format!("[[{table}]] {}", item.id);
                self.cite(&at, &item.cite);
                if let Some(clock) = &item.clock {
                    let known = file.clock.iter().map(|clock| clock.id.as_str());
                    self.refers(&format!("{at}, clock"), clock, "clock", known);
                }
                if let Some(template) = &item.template {
                    let known = file.text.iter().map(|text| text.id.as_str());
                    self.refers(&format!("{at}, template"), template, "text", known);
                }
            }
        }
        self.ids("[[text]]", file.text.iter().map(|text| text.id.as_str()));
        for text in &file.text {
            self.cite(&format!("[[text]] {}", text.id), &text.cite);
        }
    }

    fn clocks(&mut self, file: &File) {
        self.ids(
            "[[clock]]",
            file.clock.iter().map(|clock| clock.id.as_str()),
        );
        self.ids(
            "[[event]]",
            file.event.iter().map(|event| event.id.as_str()),
        );
        for clock in &file.clock {
            let at = format!("[[clock]] {}", clock.id);
            self.cite(&at, &clock.cite);
            let years = clock.unit == Unit::Years;
            if clock.n > if years { 100 } else { 3_660 } {
                self.wrong(
                    "E-PACK-NUMBER",
                    format!("{at}, n"),
                    format!(
                        "{} {} is more than any clock runs. Write at most {}.",
                        clock.n,
                        clock.unit.counted(clock.n),
                        if years { "100" } else { "3660" }
                    ),
                );
            }
            if clock.anchors.is_empty()
                || clock.anchors.iter().collect::<HashSet<_>>().len() != clock.anchors.len()
            {
                self.wrong(
                    "E-PACK-ANCHOR",
                    format!("{at}, anchors"),
                    "needs at least one trigger, each once. Name the events that start it.",
                );
            }
            let events = || file.event.iter().map(|event| event.id.as_str());
            for anchor in &clock.anchors {
                if !events().any(|event| event == anchor) {
                    self.wrong("E-PACK-ANCHOR", format!("{at}, anchors"), format!("the trigger \"{}\" is no event of this pack. Correct the name, or declare it as an [[event]].", short(anchor)));
                }
            }
            if clock.stop != "none" {
                self.refers(&format!("{at}, stop"), &clock.stop, "event", events());
            }
            let many = match clock.combine {
                Combine::Only => clock.anchors.len() == 1,
                Combine::EarliestFeasible => clock.anchors.len() == 2,
                Combine::Latest => clock.anchors.len() >= 2,
            };
            if !clock.anchors.is_empty() && !many {
                self.wrong("E-PACK-COMBINE", format!("{at}, combine"), "does not fit the number of triggers. One trigger takes none, two take \"earliest_feasible\" or \"latest\", more take \"latest\".");
            }
            let why = match (clock.unit, clock.direction) {
                (Unit::Hours, Direction::Minimum | Direction::NotBefore) => {
                    Some("hours are for deadlines. Count this one in calendar_days.")
                }
                (Unit::Hours, _) if clock.anchors.len() > 1 => {
                    Some("hours count from one trigger. Name one, or count in calendar_days.")
                }
                (Unit::BusinessDays, _) if clock.n == 0 => {
                    Some("needs at least one business day. Count nought days in calendar_days.")
                }
                (Unit::BusinessDays, _) if file.calendar.is_none() => Some(
                    "business days need the pack's own holidays. Add a [calendar], with its [[holiday]] days if there are any.",
                ),
                _ if clock.rolling
                    && (clock.direction, clock.unit, clock.anchors.len())
                        != (Direction::Minimum, Unit::CalendarDays, 1) =>
                {
                    Some(
                        "a rolling period is a minimum in calendar_days from one trigger. Change it, or delete rolling.",
                    )
                }
                (_, Direction::Deadline) => None,
                _ if clock.combine == Combine::EarliestFeasible => {
                    Some("only a deadline can be the earliest that is feasible. Use \"latest\".")
                }
                _ => None,
            };
            if let Some(why) = why {
                self.wrong("E-PACK-UNIT", format!("{at}, unit"), why);
            }
        }
        let known = || file.clock.iter().map(|clock| clock.id.as_str());
        for clock in &file.clock {
            for next in &clock.starts {
                let at = format!("[[clock]] {}, starts", clock.id);
                self.refers(&at, next, "clock", known());
            }
        }
        self.ids(
            "[[milestone]]",
            file.milestone.iter().map(|milestone| milestone.id.as_str()),
        );
        for milestone in &file.milestone {
            let at = format!("[[milestone]] {}", milestone.id);
            self.cite(&at, &milestone.cite);
            self.refers(&format!("{at}, clock"), &milestone.clock, "clock", known());
            if let Some(letter) = &milestone.letter
                && !crate::demand::LETTERS.contains(&letter.as_str())
            {
                self.wrong(
                    "E-PACK-MILESTONE",
                    format!("{at}, letter"),
                    "is no letter to a reseller. Write cip-demand, cip-reminder or cip-last-notice.",
                );
            }
            let clock = file.clock.iter().find(|clock| clock.id == milestone.clock);
            let end = clock.and_then(|clock| match clock.unit {
                Unit::CalendarDays if clock.direction == Direction::Deadline => Some(clock.n),
                Unit::BusinessDays if clock.direction == Direction::Deadline => Some(clock.n),
                Unit::Years if clock.direction == Direction::Deadline => Some(clock.n * 365),
                _ => None,
            });
            if clock.is_some() && end.is_none_or(|end| milestone.day == 0 || milestone.day > end) {
                self.wrong("E-PACK-MILESTONE", format!("{at}, day"), "lies on the way to no deadline. Write a day from 1 to the last one of a clock that counts days or years.");
            }
        }
        for migration in &file.migration {
            let at = format!("[[migration]] {}", migration.field);
            self.cite(&at, &migration.cite);
            if migration.to != "custom" && crate::field::find(&migration.to).is_none() {
                self.wrong(
                    "E-PACK-FIELD",
                    format!("{at}, to"),
                    format!(
                        "\"{}\" is no field of the program. Name one, or write custom.",
                        short(&migration.to)
                    ),
                );
            }
        }
        self.ids(
            "[[migration]]",
            file.migration
                .iter()
                .map(|migration| migration.field.as_str()),
        );
        for event in &file.event {
            if let Some(clock) = &event.follows {
                let known = file.clock.iter().map(|clock| clock.id.as_str());
                self.refers(
                    &format!("[[event]] {}, follows", event.id),
                    clock,
                    "clock",
                    known,
                );
            }
        }
    }

    /// An event may stand for the end of a clock, whose triggers may do the same, but never in a ring.
    fn cycles(&mut self, file: &File) {
        let before = |event: &str| {
            file.event
                .iter()
                .find(|known| known.id == event)
                .and_then(|known| known.follows.as_deref())
                .and_then(|clock| file.clock.iter().find(|known| known.id == clock))
                .map_or(&[][..], |clock| clock.anchors.as_slice())
        };
        for event in &file.event {
            let (mut seen, mut open) = (HashSet::new(), vec![event.id.as_str()]);
            while let Some(next) = open.pop() {
                for earlier in before(next) {
                    if *earlier == event.id {
                        self.wrong("E-PACK-CYCLE", format!("[[event]] {}, follows", event.id), "goes in a circle: the event waits for a clock that waits for the event. Delete one of the steps.");
                        return;
                    }
                    if seen.insert(earlier.as_str()) {
                        open.push(earlier);
                    }
                }
            }
        }
    }

    fn certification(&mut self, file: &File) {
        for form in [super::CertificationForm::F1, super::CertificationForm::F2] {
            let items = || file.certification.iter().filter(|item| item.form == form);
            self.ids("[[certification]]", items().map(|item| item.id.as_str()));
        }
        let initial = || {
            file.certification
                .iter()
                .filter(|item| item.form == super::CertificationForm::F1)
                .map(|item| item.id.as_str())
        };
        for item in &file.certification {
            let at = format!("[[certification]] {}", item.id);
            self.cite(&at, &item.cite);
            for name in &item.refreshes {
                self.refers(&format!("{at}, refreshes"), name, "item of F1", initial());
            }
        }
    }

    fn ai(&mut self, file: &File) {
        let fields = || file.ai_report_field.iter().map(|field| field.id.as_str());
        self.ids("[[ai_report_field]]", fields());
        self.ids(
            "[[ai_condition]]",
            file.ai_condition
                .iter()
                .map(|condition| condition.id.as_str()),
        );
        for field in &file.ai_report_field {
            self.cite(&format!("[[ai_report_field]] {}", field.id), &field.cite);
        }
        for condition in &file.ai_condition {
            let at = format!("[[ai_condition]] {}", condition.id);
            self.cite(&at, &condition.cite);
            if condition.all.is_empty() {
                self.wrong(
                    "E-PACK-NUMBER",
                    format!("{at}, all"),
                    "holds no comparison, so it would cover every model. Add one.",
                );
            }
            for clause in &condition.all {
                self.refers(
                    &format!("{at}, field"),
                    &clause.field,
                    "field of the AI report",
                    fields(),
                );
                if matches!(clause.value, super::ai::Value::Flag(_))
                    && clause.op != super::ai::Op::Equal
                {
                    self.wrong(
                        "E-PACK-NUMBER",
                        format!("{at}, op"),
                        "true and false are compared with ==. Correct the sign.",
                    );
                }
            }
        }
    }

    fn holidays(&mut self, file: &File) -> BTreeMap<NaiveDate, String> {
        if let Some(calendar) = &file.calendar {
            self.cite("[calendar]", &calendar.cite);
            if calendar.first_year < 1900
                || calendar.last_year > 2200
                || calendar.first_year > calendar.last_year
            {
                self.wrong(
                    "E-PACK-HOLIDAY",
                    "[calendar]",
                    "the years are no range. Write first_year and last_year between 1900 and 2200.",
                );
            }
        }
        for closure in &file.closure {
            self.cite(&format!("[[closure]] {}", closure.date), &closure.cite);
        }
        let days = file
            .holiday
            .iter()
            .map(|holiday| ("holiday", &holiday.date, &holiday.name))
            .chain(
                file.closure
                    .iter()
                    .map(|closure| ("closure", &closure.date, &closure.name)),
            );
        let mut found = BTreeMap::new();
        for (table, text, name) in days {
            let at = format!("[[{table}]] {}, date", short(text));
            let Some(date) = crate::field::date(text) else {
                self.wrong(
                    "E-PACK-DATE",
                    at,
                    "is no date. Write it like \"2025-12-25\".",
                );
                continue;
            };
            let inside = |calendar: &Calendar| {
                (calendar.first_year..=calendar.last_year).contains(&date.year())
            };
            match &file.calendar {
                None => self.wrong("E-PACK-HOLIDAY", &at, "the pack does not say for which years it lists holidays. Add [calendar] with first_year and last_year."),
                Some(calendar) if !inside(calendar) => self.wrong("E-PACK-HOLIDAY", &at, format!("lies outside {} to {}, the years of [calendar]. Widen the range once every holiday of the year is listed.", calendar.first_year, calendar.last_year)),
                Some(_) => {}
            }
            if found.insert(date, name.clone()).is_some() {
                self.wrong(
                    "E-PACK-DUPLICATE",
                    at,
                    "is there twice. Delete one of the two.",
                );
            }
        }
        found
    }

    /// Texts end up on paper and on screens: no markup, no control characters, none of endless length.
    fn words(&mut self, file: &File) {
        let mut faults = Vec::new();
        for (at, text) in super::outline::words(file) {
            let why = if text.chars().any(is_hidden) {
                "holds a control character or one that turns the direction of writing. Delete it."
            } else if holds_markup(&text) {
                "holds markup. Write plain text, without tags."
            } else if text.chars().count() > LONGEST {
                "is longer than 4,000 characters. Shorten it."
            } else {
                continue;
            };
            faults.push((at, why));
        }
        for (at, why) in faults {
            self.wrong("E-PACK-TEXT", at, why);
        }
    }
}

fn is_id(text: &str) -> bool {
    text.len() <= 60
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn is_hidden(c: char) -> bool {
    c.is_control() && c != '\n'
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// `<b>`, `</p>`, `<!--`: an angle bracket that a browser would read.
fn holds_markup(text: &str) -> bool {
    text.split('<').skip(1).any(|rest| {
        rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
    })
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}
