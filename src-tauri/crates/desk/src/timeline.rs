//! The timeline of a record, and of the whole vault: journal entries in words.

use crate::{error::Result, now::rfc3339, open_vault::OpenVault, words};
use contract as c;
use domain::entry::Entry;

/// "recorded 3 days after", where an entry was recorded on a later day than it happened.
pub(crate) fn late_note(entry: &Entry) -> Option<String> {
    let zone: chrono_tz::Tz = entry.zone.parse().ok()?;
    let recorded = crate::now::civil(
        chrono::DateTime::from_timestamp_millis(entry.recorded_at)?,
        zone,
    );
    let occurred: chrono::NaiveDate = entry.occurred_on.parse().ok()?;
    let days = (recorded - occurred).num_days();
    (days > 0).then(|| format!("recorded {} after", crate::clocks::days(days)))
}

impl OpenVault {
    /// Entries about a record and what belongs to it, newest first.
    pub fn timeline(&self, req: &c::TimelineReq) -> Result<c::Timeline> {
        self.read(|read| {
            let names = self.names(read)?;
            let subjects = match &req.subject {
                None => Vec::new(),
                Some(subject) => {
                    let mut subjects = vec![subject.clone()];
                    // A case's story includes its clocks and filings.
                    subjects.extend(
                        read.clocks_about(subject)?
                            .into_iter()
                            .map(|clock| clock.reference),
                    );
                    subjects.extend(
                        read.filings()?
                            .into_iter()
                            .filter(|filing| filing.case.as_ref() == Some(subject))
                            .map(|filing| filing.reference),
                    );
                    subjects
                }
            };
            let filtered = req.group.is_some()
                || req
                    .search
                    .as_deref()
                    .is_some_and(|text| !text.trim().is_empty());
            let (offset, limit) = if filtered {
                (0, u32::MAX)
            } else {
                (req.offset, req.limit.clamp(1, 500))
            };
            let (total, entries) = read.timeline(&subjects, offset, limit)?;
            let rules = self.rules();
            let mut items: Vec<c::TimelineItem> = entries
                .into_iter()
                .map(|recorded| {
                    let entry = &recorded.chained.entry;
                    let (group, title, lines, reason) = match recorded.body() {
                        Some(body) => {
                            let (group, title, mut lines) =
                                words::entries::told(&body.change, &rules);
                            for line in &mut lines {
                                if line.label == words::entries::APPROVAL {
                                    line.after = line
                                        .after
                                        .take()
                                        .map(|key| format!("{}: {key}", names.of(&key)));
                                }
                            }
                            (group, title, lines, body.reason)
                        }
                        None => (
                            "edits",
                            format!("{} (content disposed of)", entry.kind),
                            Vec::new(),
                            None,
                        ),
                    };
                    c::TimelineItem {
                        seq: u32::try_from(recorded.chained.seq).unwrap_or(u32::MAX),
                        group: group.to_owned(),
                        kind: entry.kind.clone(),
                        subject: entry.subject.clone(),
                        title,
                        lines,
                        occurred_on: entry.occurred_on.clone(),
                        recorded_at: rfc3339(entry.recorded_at),
                        late_note: late_note(entry),
                        by: names.of(&entry.author),
                        reason,
                    }
                })
                .collect();
            let mut total = u32::try_from(total).unwrap_or(u32::MAX);
            if filtered {
                let wanted = req
                    .search
                    .as_deref()
                    .map(domain::text::fold)
                    .unwrap_or_default();
                items.retain(|item| {
                    let text = domain::text::fold(&format!(
                        "{} {} {} {} {}",
                        item.title,
                        item.subject,
                        item.by,
                        item.reason.as_deref().unwrap_or_default(),
                        item.kind
                    ));
                    req.group.as_ref().is_none_or(|group| *group == item.group)
                        && wanted.split_whitespace().all(|word| text.contains(word))
                });
                total = u32::try_from(items.len()).unwrap_or(u32::MAX);
                items = items
                    .into_iter()
                    .skip(req.offset as usize)
                    .take(req.limit.clamp(1, 500) as usize)
                    .collect();
            }
            Ok(c::Timeline { total, items })
        })
    }
}
