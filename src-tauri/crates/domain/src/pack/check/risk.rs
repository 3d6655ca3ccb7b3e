//! What a pack may say of the risk rating: points that can be given, and tiers in order.

use super::{Check, short};
use crate::{
    country::Country,
    pack::{
        parts::File,
        risk::{RiskPoint, RiskTest},
    },
};

impl Check {
    /// Points and tiers come together; every row can be given, and every number of points has one tier.
    pub(super) fn risk(&mut self, file: &File) {
        self.ids(
            "[[risk_point]]",
            file.risk_point.iter().map(|one| one.id.as_str()),
        );
        self.ids(
            "[[risk_tier]]",
            file.risk_tier.iter().map(|one| one.id.as_str()),
        );
        for one in &file.risk_point {
            let at = format!("[[risk_point]] {}", one.id);
            self.cite(&at, &one.cite);
            if !(1..=100).contains(&one.points) {
                self.wrong(
                    "E-PACK-NUMBER",
                    format!("{at}, points"),
                    format!("{} is no number of points. Write 1 to 100.", one.points),
                );
            }
            self.risk_values(&at, one);
        }
        for one in &file.risk_tier {
            let at = format!("[[risk_tier]] {}", one.id);
            self.cite(&at, &one.cite);
            if one.from > 100_000 {
                self.wrong(
                    "E-PACK-NUMBER",
                    format!("{at}, from"),
                    "is more points than anybody gets. Write at most 100000.",
                );
            }
            if !(1..=120).contains(&one.reverify_months) {
                self.wrong(
                    "E-PACK-NUMBER",
                    format!("{at}, reverify_months"),
                    format!(
                        "{} is no such interval. Write 1 to 120 months.",
                        one.reverify_months
                    ),
                );
            }
        }
        if file.risk_tier.is_empty() != file.risk_point.is_empty() {
            self.wrong("E-PACK-RISK", "[[risk_tier]]", "points without tiers, or tiers without points, rate nobody. Write both, or neither.");
        }
        if file.risk_tier.first().is_some_and(|first| first.from != 0)
            || file
                .risk_tier
                .windows(2)
                .any(|pair| pair[0].from >= pair[1].from)
        {
            self.wrong("E-PACK-RISK", "[[risk_tier]], from", "the tiers do not follow each other. Write them from the lowest, which begins at 0, to the highest.");
        }
    }

    fn risk_values(&mut self, at: &str, one: &RiskPoint) {
        if one.test.takes_values() == one.values.is_empty() {
            let what = if one.values.is_empty() {
                "needs values to look for. Write values = [\"...\"]"
            } else {
                "looks for nothing. Delete values"
            };
            self.wrong(
                "E-PACK-RISK",
                format!("{at}, values"),
                format!("the test \"{}\" {what}.", one.test.word()),
            );
        }
        for value in &one.values {
            let why = match one.test {
                RiskTest::Country | RiskTest::PaymentCountry => {
                    let known = value.len() == 2
                        && Country::parse(value).is_ok_and(|country| country.code() == value);
                    (!known).then_some(
                        "is no country code. Write ISO 3166 alpha-2 in capitals, like DE",
                    )
                }
                RiskTest::Channel => {
                    (!crate::field::CHANNELS.iter().any(|(word, _)| word == value))
                        .then_some("is no channel. Write direct, us_reseller or foreign_reseller")
                }
                _ => (value.trim().is_empty() || *value != value.to_lowercase())
                    .then_some("is looked for in small letters. Write it so"),
            };
            if let Some(why) = why {
                self.wrong(
                    "E-PACK-RISK",
                    format!("{at}, values"),
                    format!("\"{}\" {why}.", short(value)),
                );
            }
        }
    }
}
