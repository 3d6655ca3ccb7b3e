//! One tie between an owner and what it owns: a share, exact or within bounds, votes, profits, or control without shares.

use serde::{Deserialize, Serialize};

/// Thousandths of a percent in a whole.
pub(super) const WHOLE: u32 = 100_000;

/// A percentage, exact or within bounds, in thousandths of a percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// At least this.
    pub least: u32,
    /// At most this.
    pub most: u32,
    /// The lower bound itself is not reached: "over 25 %".
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub over: bool,
    /// The upper bound itself is not reached: "under 50 %".
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub under: bool,
}

/// "33.3" to thousandths of a percent, exactly.
pub fn parse_percent(text: &str) -> Option<u32> {
    let text = text.trim().trim_end_matches('%').trim();
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || part.len() > 3 || !digits(whole) || !digits(part) {
        return None;
    }
    let share = whole.parse::<u32>().ok()? * 1_000 + format!("{part:0<3}").parse::<u32>().ok()?;
    (share <= WHOLE).then_some(share)
}

/// Thousandths of a percent as "33.3".
pub fn show_percent(share: u32) -> String {
    let text = format!("{}.{:03}", share / 1_000, share % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl Share {
    /// Exactly so many thousandths of a percent.
    pub fn exact(share: u32) -> Self {
        Self {
            least: share,
            most: share,
            over: false,
            under: false,
        }
    }

    /// Nothing is known of it.
    pub const UNKNOWN: Self = Self {
        least: 0,
        most: WHOLE,
        over: false,
        under: false,
    };

    /// Whether it is one number.
    pub fn is_exact(&self) -> bool {
        self.least == self.most
    }

    /// What a person writes: `33.3`, `25 to 50`, `over 25 to 50`, `25 to under 50`, `at least 25`, `over 75`, `up to 10`, `under 25`.
    /// None where it is no share, or its bounds stand upside down.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase().replace(['–', '—'], "-");
        if let Some(exact) = parse_percent(&text) {
            return Some(Self::exact(exact));
        }
        let bound = |text: &str, words: &[&str]| -> Option<Option<u32>> {
            let rest = words.iter().find_map(|word| text.strip_prefix(word))?;
            Some(parse_percent(rest))
        };
        let lower = |text: &str| -> Option<(u32, bool)> {
            if let Some(open) = bound(text, &["more than ", "over ", ">"])
                && !text.starts_with(">=")
            {
                return Some((open?, true));
            }
            match bound(text, &["at least ", "from ", ">="]) {
                Some(closed) => Some((closed?, false)),
                None => Some((parse_percent(text)?, false)),
            }
        };
        let upper = |text: &str| -> Option<(u32, bool)> {
            if let Some(open) = bound(text, &["less than ", "under ", "<"])
                && !text.starts_with("<=")
            {
                return Some((open?, true));
            }
            match bound(text, &["up to ", "at most ", "<="]) {
                Some(closed) => Some((closed?, false)),
                None => Some((parse_percent(text)?, false)),
            }
        };
        let one_sided =
            |text: &str, words: &[&str]| words.iter().any(|word| text.starts_with(word));
        let (least, over, most, under) = if let Some((from, to)) = text
            .split_once(" to ")
            .filter(|(from, _)| *from != "up")
            .or_else(|| text.split_once('-'))
        {
            let ((least, over), (most, under)) = (lower(from.trim())?, upper(to.trim())?);
            (least, over, most, under)
        } else if one_sided(&text, &["over ", "more than ", "at least ", "from ", ">"]) {
            let (least, over) = lower(&text)?;
            (least, over, WHOLE, false)
        } else if one_sided(&text, &["under ", "less than ", "up to ", "at most ", "<"]) {
            let (most, under) = upper(&text)?;
            (0, false, most, under)
        } else {
            return None;
        };
        Self::bounded(least, over, most, under)
    }

    /// Within bounds; none where they are upside down or leave no room.
    pub fn bounded(least: u32, over: bool, most: u32, under: bool) -> Option<Self> {
        let room = least < most || (least == most && !over && !under);
        (room && most <= WHOLE).then_some(Self {
            least,
            most,
            over,
            under,
        })
    }

    /// As [`Share::parse`] reads it.
    pub fn show(&self) -> String {
        if self.is_exact() {
            return show_percent(self.least);
        }
        let least = show_percent(self.least);
        let most = show_percent(self.most);
        match (self.least, self.most) {
            (0, WHOLE) if !self.over && !self.under => "0 to 100".to_owned(),
            (0, _) if !self.over => {
                format!("{} {most}", if self.under { "under" } else { "up to" })
            }
            (_, WHOLE) if !self.under => {
                format!("{} {least}", if self.over { "over" } else { "at least" })
            }
            _ => format!(
                "{}{least} to {}{most}",
                if self.over { "over " } else { "" },
                if self.under { "under " } else { "" }
            ),
        }
    }
}

/// What kind of tie it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InterestKind {
    /// A part of the equity.
    Equity,
    /// A part of the votes.
    Votes,
    /// A right to profits, or to what is left when it is wound up.
    Profits,
    /// Substantial control without a share: appoints the board, trustee, contract.
    Control,
    /// A tie that gives no substantial control: a member of the board.
    Other,
}

impl InterestKind {
    /// Every kind, with what a person reads.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Equity, "equity", "Shares"),
        (Self::Votes, "votes", "Votes"),
        (Self::Profits, "profits", "Profits or surplus"),
        (Self::Control, "control", "Control without shares"),
        (Self::Other, "other", "Another tie, no control"),
    ];

    /// The word in tables.
    pub fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(kind, ..)| *kind == self)
            .map_or("other", |(_, word, _)| word)
    }

    /// Out of a word in tables.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known, _)| *known == word)
            .map(|(kind, ..)| *kind)
    }

    /// Whether it is counted in percent.
    pub fn is_measured(self) -> bool {
        matches!(self, Self::Equity | Self::Votes | Self::Profits)
    }

    /// What a share of it is a share of: "50 % of the votes of Holding".
    pub(super) fn of(self) -> &'static str {
        match self {
            Self::Votes => "of the votes of ",
            Self::Profits => "of the profits of ",
            _ => "of ",
        }
    }
}

/// A tie between an owner and the customer, or another owner of it that is an organisation (OwnershipLink, domain 5.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interest {
    /// In what: an owner's id, such as `O-2`; none is the customer itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Shares, votes, profits, control, or another tie.
    pub kind: InterestKind,
    /// How much; none where it is not known, or where the kind has no percentage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Share>,
    /// What control rests on, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub means: Option<String>,
    /// Held as nominee for this owner, who is counted in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_for: Option<String>,
    /// Stated as indirect: it stands in place of the chains that go through others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub indirect: bool,
    /// The organisations that an indirect one goes through, where that is said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub via: Vec<String>,
    /// The first day; none where it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The first day on which it is no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

impl Interest {
    /// A direct interest of this kind in the customer, since when is not known.
    pub fn in_customer(kind: InterestKind, share: Option<Share>) -> Self {
        Self {
            of: None,
            kind,
            share,
            means: None,
            held_for: None,
            indirect: false,
            via: Vec::new(),
            from: None,
            to: None,
        }
    }

    /// A share of the equity of an organisation among the owners.
    pub fn stake(of: &str, share: Share) -> Self {
        Self {
            of: Some(of.to_owned()),
            ..Self::in_customer(InterestKind::Equity, Some(share))
        }
    }

    /// A present direct tie of a kind to the customer, held for the owner itself.
    pub(super) fn is_direct(&self, kind: InterestKind) -> bool {
        self.kind == kind
            && self.of.is_none()
            && !self.indirect
            && self.held_for.is_none()
            && self.to.is_none()
    }

    /// Whether it is there on a day; without one, whether it has not ended.
    pub fn is_there(&self, day: Option<&str>) -> bool {
        is_there(self.from.as_deref(), self.to.as_deref(), day)
    }
}

/// A span of days that may be open at both ends holds a day; without a day, whether it has not ended.
pub(super) fn is_there(from: Option<&str>, to: Option<&str>, day: Option<&str>) -> bool {
    match day {
        None => to.is_none(),
        Some(day) => from.is_none_or(|from| from <= day) && to.is_none_or(|to| day < to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_share_is_read_as_it_is_written_and_nonsense_is_not() {
        for (text, shown) in [
            ("33.3 %", "33.3"),
            ("25 to 50", "25 to 50"),
            ("25-50%", "25 to 50"),
            ("over 25 to 50", "over 25 to 50"),
            (">25-<50", "over 25 to under 50"),
            (">=75", "at least 75"),
            ("more than 50", "over 50"),
            ("up to 10", "up to 10"),
            ("Under 25 %", "under 25"),
            ("0 to 100", "0 to 100"),
        ] {
            assert_eq!(
                Share::parse(text).map(|share| share.show()).as_deref(),
                Some(shown),
                "{text}"
            );
        }
        for bad in [
            "",
            "101",
            "-1",
            "50 to 25",
            "over 25 to 25",
            "25.0001",
            "a",
            "1e2",
            "25 to",
            "to 50",
            "over",
            "NaN",
            "25 to 101",
        ] {
            assert_eq!(Share::parse(bad), None, "{bad} is no share");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(least in 0u32..=WHOLE, most in 0u32..=WHOLE, over: bool, under: bool) {
            if let Some(share) = Share::bounded(least.min(most), over, least.max(most), under) {
                prop_assert_eq!(Share::parse(&share.show()), Some(share), "{}", share.show());
            }
        }
    }
}
