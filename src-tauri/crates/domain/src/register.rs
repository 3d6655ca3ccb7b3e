//! The register of those whose identity could not be verified (domain 5.14, D-40): read from the cases, for any day.

use crate::customer::CustomerFile;

/// What is done about somebody on the register, on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Nothing yet.
    None,
    /// The account is left open under terms.
    Restricted,
    /// New evidence is looked at.
    VerifyingAgain,
    /// It was verified after all, or cleared.
    Verified,
    /// It was refused.
    Refused,
    /// The account was closed.
    Closed,
    /// The case ended otherwise.
    Ended,
}

impl Measure {
    /// The word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Restricted => "restricted",
            Self::VerifyingAgain => "verifying_again",
            Self::Verified => "verified",
            Self::Refused => "refused",
            Self::Closed => "closed",
            Self::Ended => "ended",
        }
    }

    /// What a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "No measure yet",
            Self::Restricted => "Restricted on terms",
            Self::VerifyingAgain => "Verified again with new evidence",
            Self::Verified => "Verified after all",
            Self::Refused => "Refused",
            Self::Closed => "Account closed",
            Self::Ended => "Ended otherwise",
        }
    }

    /// Whether this is how it was resolved.
    pub fn resolves(self) -> bool {
        !matches!(self, Self::None | Self::Restricted | Self::VerifyingAgain)
    }
}

/// A line of the register on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Since when.
    pub since: String,
    /// Why: as it was written down.
    pub reasons: Option<String>,
    /// What is done.
    pub measure: Measure,
    /// Since when that is done, or when it was resolved.
    pub measure_on: String,
    /// What was written down for it.
    pub measure_note: Option<String>,
}

/// Where a customer stands on the register at the end of a day; none who was not on it by then. Who comes on it anew has a line of its own
/// time: the latest counts.
pub fn line(file: &CustomerFile, day: &str) -> Option<Line> {
    let mut found: Option<Line> = None;
    for reached in file
        .path
        .iter()
        .filter(|reached| reached.on.as_str() <= day)
    {
        if reached.state == "unverified" {
            // Giving up again over new evidence is the same failure, not a second one.
            let since = match &found {
                Some(there) if !there.measure.resolves() => there.since.clone(),
                _ => reached.on.clone(),
            };
            found = Some(Line {
                since,
                reasons: reached.note.clone(),
                measure: Measure::None,
                measure_on: reached.on.clone(),
                measure_note: None,
            });
            continue;
        }
        let Some(there) = found.as_mut().filter(|there| !there.measure.resolves()) else {
            continue;
        };
        let measure = match reached.state.as_str() {
            "restricted" => Measure::Restricted,
            "verifying" | "discrepancy" => Measure::VerifyingAgain,
            "verified" | "us_cleared" => Measure::Verified,
            "refused" => Measure::Refused,
            "closed_account" => Measure::Closed,
            _ => Measure::Ended,
        };
        there.measure = measure;
        there.measure_on.clone_from(&reached.on);
        there.measure_note.clone_from(&reached.note);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::{PartyKind, Reached};

    #[test]
    fn the_register_stands_as_it_stood_on_any_day() {
        let mut file = CustomerFile::new("C-1", None, PartyKind::Individual);
        for (state, on) in [
            ("verifying", "2026-01-05"),
            ("unverified", "2026-02-01"),
            ("restricted", "2026-02-03"),
            ("verifying", "2026-03-01"),
            ("unverified", "2026-03-20"),
            ("closed_account", "2026-04-01"),
            ("collecting", "2026-05-01"),
            ("unverified", "2026-06-01"),
        ] {
            file.path.push(Reached {
                state: state.to_owned(),
                on: on.to_owned(),
                note: None,
                how: crate::customer::How::default(),
            });
        }
        let at = |day| line(&file, day).map(|line| (line.since, line.measure));
        assert_eq!(at("2026-01-31"), None);
        let first = "2026-02-01".to_owned();
        assert_eq!(at("2026-02-01"), Some((first.clone(), Measure::None)));
        assert_eq!(at("2026-02-28"), Some((first.clone(), Measure::Restricted)));
        assert_eq!(
            at("2026-03-10"),
            Some((first.clone(), Measure::VerifyingAgain))
        );
        assert_eq!(at("2026-03-31"), Some((first.clone(), Measure::None)));
        assert_eq!(
            at("2026-05-31"),
            Some((first, Measure::Closed)),
            "reopening takes nothing off"
        );
        assert_eq!(
            at("2026-07-01"),
            Some(("2026-06-01".to_owned(), Measure::None))
        );
    }
}
