//! The landing page: what is due, in five bands, and what waits for a person.

use crate::{error::Result, now::weekday, open_vault::OpenVault};
use chrono::{Datelike, Days, NaiveDate};
use contract as c;
use std::collections::{BTreeMap, HashMap};
use store::Read;

/// How many of what is due about customers the landing page lists.
const CASES: u32 = 60;

impl OpenVault {
    /// The landing page.
    pub fn today_view(&self) -> Result<c::TodayView> {
        let today = self.today();
        self.read(|read| {
            let mut snoozed = Vec::new();
            let mut rows: Vec<c::ClockRow> = Vec::new();
            // Several packs may ask for the same work: the strictest date drives it, the others stand beside it.
            let mut same: HashMap<(String, String), usize> = HashMap::new();
            for record in read.clocks(false)? {
                let mut row = self.clock_row(&record, today);
                if !matches!(row.band, c::Band::Later) {
                    let about = [
                        record.reference.as_str(),
                        record.case.as_deref().unwrap_or_default(),
                    ];
                    row.activity = read
                        .last_activity(&about)?
                        .and_then(chrono::DateTime::from_timestamp_millis)
                        .map(|at| crate::now::civil(at, self.zone()).to_string());
                }
                let pack = self.pack_of(&record.computed);
                let key = match (&record.case, pack.clock(&record.computed.clock)) {
                    (Some(case), Some(rule)) => Some((case.clone(), rule.stop.clone())),
                    _ => None,
                };
                let urgent = matches!(row.band, c::Band::Overdue | c::Band::DueToday);
                if !urgent && row.snoozed_until.as_deref() > Some(today.to_string().as_str()) {
                    snoozed.push(row);
                    continue;
                }
                // Clocks come by due date, so the first of a kind is the strictest.
                match key
                    .as_ref()
                    .and_then(|key| same.get(key))
                    .and_then(|place| rows.get_mut(*place))
                {
                    Some(first) if first.pack != row.pack => {
                        first
                            .also
                            .push(format!("{}: {}", row.pack, weekday(record.computed.due)));
                    }
                    _ => {
                        if let Some(key) = key {
                            same.entry(key).or_insert(rows.len());
                        }
                        rows.push(row);
                    }
                }
            }
            let filings = read.filings()?;
            let sealed: Vec<&str> = filings
                .iter()
                .filter(|filing| !filing.is_open() && filing.sending.is_none())
                .filter_map(|filing| filing.clock.as_deref())
                .collect();
            let mut bands: Vec<c::TodayBand> = [
                (c::Band::Overdue, "Overdue"),
                (c::Band::DueToday, "Due today"),
                (c::Band::NextThree, "Next 3 days"),
                (c::Band::NextTen, "Next 10 days"),
                (c::Band::Waiting, "Waiting on others"),
            ]
            .map(|(band, title)| c::TodayBand {
                band,
                title: title.to_owned(),
                rows: Vec::new(),
            })
            .into();
            let mut later = 0;
            for mut row in rows {
                let draft = filings
                    .iter()
                    .find(|filing| filing.clock.as_deref() == Some(&row.r#ref) && filing.is_open());
                row.blocker = match draft {
                    Some(_) => Some("needs approver".to_owned()),
                    None if sealed.contains(&row.r#ref.as_str()) => {
                        Some("sealed, not sent".to_owned())
                    }
                    None => None,
                };
                match bands.iter_mut().find(|band| band.band == row.band) {
                    Some(band) => band.rows.push(row),
                    None => later += 1,
                }
            }
            // What is due about customers, beside the clocks of a rule: internal targets, verification again, restrictions, complaints.
            let (mut cases, cases_more) = self.case_rows(read, today)?;
            let until = today.checked_add_days(Days::new(10)).unwrap_or(today);
            cases.extend(self.chase_rows(read, until)?);
            cases.extend(self.task_rows(read, today, until)?);
            for row in cases {
                if let Some(band) = bands.iter_mut().find(|band| band.band == row.band) {
                    band.rows.push(row);
                }
            }
            for band in &mut bands {
                // Statutory before internal, then by due date; what ties keeps its order.
                band.rows.sort_by(|a, b| {
                    b.statutory
                        .cmp(&a.statutory)
                        .then_with(|| a.due.cmp(&b.due))
                });
            }
            let (unverified_customers, incomplete_customers) = read.customer_backlog()?;
            let mut to_approve = Vec::new();
            for filing in filings.iter().filter(|filing| filing.is_open()) {
                let clock = filing
                    .clock
                    .as_deref()
                    .map(|clock| read.clock(clock))
                    .transpose()?;
                // A draft whose clock was cancelled is owed to nobody: its request was withdrawn.
                let stop = clock.as_ref().and_then(|clock| clock.stop.as_ref());
                if stop.is_some_and(|stop| stop.outcome == "cancelled") {
                    continue;
                }
                to_approve.push(c::TodayFiling {
                    r#ref: filing.reference.clone(),
                    title: crate::filings::title(&filing.form).to_owned(),
                    state: filing.state.clone(),
                    due: clock.map(|clock| clock.computed.due.to_string()),
                });
            }
            Ok(c::TodayView {
                members: self.members(),
                today: today.to_string(),
                weekday: today.format("%A").to_string(),
                days: self.days(read, today)?,
                bands,
                later,
                cases_more,
                snoozed,
                to_approve,
                expiring: self.expiring(read)?,
                unverified_customers,
                incomplete_customers,
                backup_age_days: self.backup_age_days(),
            })
        })
    }

    /// What is due about customers within ten days, as rows among the clocks: the earliest, and how many more there are.
    fn case_rows(&self, read: &Read<'_>, today: NaiveDate) -> Result<(Vec<c::ClockRow>, u32)> {
        let until = today.checked_add_days(Days::new(10)).unwrap_or(today);
        let (due, all) = read.due_by(&until.to_string(), None, CASES)?;
        let more = all.saturating_sub(u32::try_from(due.len()).unwrap_or(u32::MAX));
        let mut rows = Vec::new();
        for store::DueAbout {
            customer: reference,
            what,
            on,
        } in due
        {
            let file = read.customer_file(&reference)?;
            let due = on.parse::<NaiveDate>().unwrap_or(today);
            rows.push(house_row(
                format!("{reference}/{}", what.word()),
                what.label().to_owned(),
                (reference, file.name().to_owned()),
                due,
                today,
                None,
            ));
        }
        Ok((rows, more))
    }

    /// Internal targets of the chase for copies that resellers owe, up to a day: of each copy the next one, while it is waited for.
    pub(crate) fn chase_rows(&self, read: &Read<'_>, until: NaiveDate) -> Result<Vec<c::ClockRow>> {
        let today = self.today();
        let mut rows: Vec<c::ClockRow> = Vec::new();
        for one in self.chased(read)? {
            let part = format!("{}/{}", one.case, one.item);
            let ahead = !one.over && one.target.on <= until;
            if ahead && !rows.iter().any(|row| row.r#ref == part) {
                rows.push(house_row(
                    part,
                    one.target.label,
                    (one.case, one.reseller),
                    one.target.on,
                    today,
                    None,
                ));
            }
        }
        Ok(rows)
    }

    /// Days of this month and the next with something due or a federal holiday.
    fn days(&self, read: &Read<'_>, today: NaiveDate) -> Result<Vec<c::DayDot>> {
        let rules = self.rules();
        let first = today.with_day(1).unwrap_or(today);
        let last = first + chrono::Duration::days(62);
        let mut due: BTreeMap<NaiveDate, u32> = BTreeMap::new();
        for clock in read.clocks(false)? {
            *due.entry(clock.computed.due).or_default() += 1;
        }
        Ok(first
            .iter_days()
            .take_while(|date| *date < last)
            .filter_map(|date| {
                let count = due.get(&date).copied().unwrap_or(0);
                let holiday = rules.holiday(date).map(str::to_owned);
                (count > 0 || holiday.is_some()).then(|| c::DayDot {
                    date: date.to_string(),
                    due: count,
                    holiday,
                })
            })
            .collect())
    }
}

/// What is due by the house's own word, as a row among the clocks: no rule asks for it, and nothing is stopped by it.
pub(crate) fn house_row(
    reference: String,
    what: String,
    (subject_ref, subject): (String, String),
    due: NaiveDate,
    today: NaiveDate,
    assignee: Option<String>,
) -> c::ClockRow {
    let left = (due - today).num_days();
    c::ClockRow {
        r#ref: reference,
        clock: String::new(),
        kind: what,
        subject,
        subject_ref,
        case: None,
        day0: due.to_string(),
        due: due.to_string(),
        target: None,
        cutoff: None,
        status: if left < 0 { "late" } else { "running" }.to_owned(),
        days_left: i32::try_from(left).unwrap_or(i32::MAX),
        standing: domain::clock::due_in(left).words(),
        band: match left {
            ..0 => c::Band::Overdue,
            0 => c::Band::DueToday,
            1..=3 => c::Band::NextThree,
            _ => c::Band::NextTen,
        },
        provisional: false,
        blocker: None,
        statutory: false,
        unverified: false,
        pack: String::new(),
        direction: "deadline".to_owned(),
        assignee,
        snoozed_until: None,
        target_next: None,
        activity: None,
        also: Vec::new(),
    }
}
