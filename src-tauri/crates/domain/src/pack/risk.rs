//! The points table of the risk rating, as a pack writes it (D-04): what points are given for, and from how many a tier begins. Rates nobody.

use super::Confidence;
use serde::Deserialize;

/// What in a record points are given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskTest {
    /// The customer is foreign or undetermined.
    NotUs,
    /// The customer or an owner is of one of these countries.
    Country,
    /// The customer came by one of these channels: direct, us_reseller, foreign_reseller.
    Channel,
    /// An owner is not determined.
    OwnerUndetermined,
    /// An owner is an organisation.
    OwnerEntity,
    /// An organisation names no owner.
    NoOwner,
    /// Something is paid by one of these means.
    Payment,
    /// Something is paid from one of these countries.
    PaymentCountry,
    /// An open account names no means of payment.
    NoPayment,
    /// A product in use has one of these words in its name.
    Product,
    /// A discrepancy is open.
    Discrepancy,
    /// The identity could not be verified.
    Unverified,
    /// The last attempt about somebody was no match.
    Mismatch,
    /// A red flag has no outcome.
    RedFlag,
}

impl RiskTest {
    /// Every test.
    pub const ALL: [Self; 14] = [
        Self::NotUs,
        Self::Country,
        Self::Channel,
        Self::OwnerUndetermined,
        Self::OwnerEntity,
        Self::NoOwner,
        Self::Payment,
        Self::PaymentCountry,
        Self::NoPayment,
        Self::Product,
        Self::Discrepancy,
        Self::Unverified,
        Self::Mismatch,
        Self::RedFlag,
    ];

    /// The word of the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotUs => "not_us",
            Self::Country => "country",
            Self::Channel => "channel",
            Self::OwnerUndetermined => "owner_undetermined",
            Self::OwnerEntity => "owner_entity",
            Self::NoOwner => "no_owner",
            Self::Payment => "payment",
            Self::PaymentCountry => "payment_country",
            Self::NoPayment => "no_payment",
            Self::Product => "product",
            Self::Discrepancy => "discrepancy",
            Self::Unverified => "unverified",
            Self::Mismatch => "mismatch",
            Self::RedFlag => "red_flag",
        }
    }

    /// Whether it needs values to look for.
    pub fn takes_values(self) -> bool {
        matches!(
            self,
            Self::Country | Self::Channel | Self::Payment | Self::PaymentCountry | Self::Product
        )
    }
}

/// A row of the table: points for something.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RiskPoint {
    /// Its id.
    pub id: String,
    /// What it is given for.
    pub label: String,
    /// How many points; 1 to 100.
    pub points: u32,
    /// What is looked at.
    pub test: RiskTest,
    /// What is looked for, where the test needs it.
    #[serde(default)]
    pub values: Vec<String>,
    /// Why, in our words.
    #[serde(default)]
    pub text: String,
    /// The paragraph, or who decided it.
    pub cite: String,
    /// How sure that is.
    pub confidence: Confidence,
}

/// A tier, and from how many points it begins.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RiskTier {
    /// low, medium, high, or a house's own word.
    pub id: String,
    /// What a person reads.
    pub label: String,
    /// From so many points.
    pub from: u32,
    /// After so many months a customer in use is verified again (D-35).
    pub reverify_months: u32,
    /// The paragraph, or who decided it.
    pub cite: String,
    /// How sure that is.
    pub confidence: Confidence,
}
