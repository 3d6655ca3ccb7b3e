//! Sums and products of decimals, exact: digits and a power of ten, no rounding anywhere. There is no division, because nothing that decides needs one.

use super::Decimal;

impl Decimal {
    /// A whole number.
    pub fn whole(number: u64) -> Self {
        Self::of(
            number.to_string().bytes().map(|byte| byte - b'0').collect(),
            0,
        )
    }

    /// Nought.
    pub fn is_nought(&self) -> bool {
        self.digits.is_empty()
    }

    /// The product.
    pub fn times(&self, other: &Self) -> Self {
        let (a, b) = (self.values(), other.values());
        if a.is_empty() || b.is_empty() {
            return Self::whole(0);
        }
        // Least significant first; a column holds at most 81 for each digit of the shorter number, so u64 cannot overflow.
        let mut columns = vec![0u64; a.len() + b.len()];
        for (i, x) in a.iter().rev().enumerate() {
            for (j, y) in b.iter().rev().enumerate() {
                if let Some(column) = columns.get_mut(i + j) {
                    *column += u64::from(*x) * u64::from(*y);
                }
            }
        }
        Self::of(
            carried(columns),
            self.exponent.saturating_add(other.exponent),
        )
    }

    /// The sum.
    pub fn plus(&self, other: &Self) -> Self {
        if self.is_nought() {
            return other.clone();
        }
        if other.is_nought() {
            return self.clone();
        }
        let least = self.exponent.min(other.exponent);
        let mut columns = Vec::new();
        for number in [self, other] {
            let shift =
                usize::try_from(number.exponent.saturating_sub(least)).unwrap_or(usize::MAX);
            for (place, digit) in number.values().iter().rev().enumerate() {
                let at = place.saturating_add(shift);
                if columns.len() <= at {
                    columns.resize(at + 1, 0u64);
                }
                if let Some(column) = columns.get_mut(at) {
                    *column += u64::from(*digit);
                }
            }
        }
        Self::of(carried(columns), least)
    }

    /// Ten to this power times as much.
    #[must_use]
    pub fn shifted(&self, power: i64) -> Self {
        Self::of(self.values(), self.exponent.saturating_add(power))
    }

    /// The whole number that is not below it; none where it is larger than 128 bits hold.
    pub fn ceiling(&self) -> Option<u128> {
        let (digits, up) = match usize::try_from(self.exponent) {
            Ok(zeros) if zeros <= 40 => (format!("{}{}", self.digits, "0".repeat(zeros)), 0),
            Ok(_) => return None,
            Err(_) => {
                let whole = usize::try_from(self.magnitude()).unwrap_or(0);
                (self.digits.get(..whole)?.to_owned(), 1)
            }
        };
        if digits.is_empty() {
            return Some(up);
        }
        digits.parse::<u128>().ok()?.checked_add(up)
    }

    /// The number as one string, exact and always the same for the same number: `1e26`, `129.6`, `1.296e24`.
    pub fn canonical(&self) -> String {
        if self.is_nought() {
            return "0".to_owned();
        }
        let power = self.magnitude() - 1;
        if (-3..=8).contains(&power) {
            return self.plain();
        }
        let (first, rest) = self.digits.split_at(1);
        let part = if rest.is_empty() {
            String::new()
        } else {
            format!(".{rest}")
        };
        format!("{first}{part}e{power}")
    }

    /// For reading: so many significant digits, `about ` before what was cut. It is never compared.
    pub fn shown(&self, digits: usize) -> String {
        if self.digits.len() <= digits || digits == 0 {
            return self.canonical();
        }
        let kept = self.digits.get(..digits).unwrap_or_default();
        let up = self
            .digits
            .as_bytes()
            .get(digits)
            .is_some_and(|next| *next >= b'5');
        let dropped = i64::try_from(self.digits.len() - digits).unwrap_or(0);
        let mut cut = Self::of(
            kept.bytes().map(|byte| byte - b'0').collect(),
            self.exponent + dropped,
        );
        if up {
            cut = cut.plus(&Self::whole(1).shifted(self.exponent + dropped));
        }
        format!("about {}", cut.canonical())
    }

    fn plain(&self) -> String {
        let point = self.magnitude();
        if self.exponent >= 0 {
            let zeros = usize::try_from(self.exponent).unwrap_or(0);
            return format!("{}{}", self.digits, "0".repeat(zeros));
        }
        match usize::try_from(point) {
            Ok(point) if point > 0 => {
                let (whole, part) = self.digits.split_at(point.min(self.digits.len()));
                format!("{whole}.{part}")
            }
            _ => {
                let zeros = usize::try_from(-point).unwrap_or(0);
                format!("0.{}{}", "0".repeat(zeros), self.digits)
            }
        }
    }

    fn values(&self) -> Vec<u8> {
        self.digits.bytes().map(|byte| byte - b'0').collect()
    }

    fn of(values: Vec<u8>, exponent: i64) -> Self {
        let text: String = values
            .iter()
            .map(|digit| char::from(b'0' + digit))
            .collect();
        let kept = text.trim_end_matches('0');
        let dropped = i64::try_from(text.len() - kept.len()).unwrap_or(0);
        let digits = kept.trim_start_matches('0').to_owned();
        let mut number = Self {
            exponent: if digits.is_empty() {
                0
            } else {
                exponent.saturating_add(dropped)
            },
            digits,
            text: String::new(),
        };
        number.text = number.canonical();
        number
    }
}

/// Columns, the least first, as digits, the most first.
fn carried(columns: Vec<u64>) -> Vec<u8> {
    let mut digits = Vec::with_capacity(columns.len() + 2);
    let mut carry = 0u64;
    for column in columns {
        let all = column + carry;
        digits.push(u8::try_from(all % 10).unwrap_or(0));
        carry = all / 10;
    }
    while carry > 0 {
        digits.push(u8::try_from(carry % 10).unwrap_or(0));
        carry /= 10;
    }
    digits.reverse();
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).expect("a number")
    }

    #[test]
    fn ten_to_the_twenty_six_is_exact() {
        assert_eq!(number("1e26").canonical(), "1e26");
        assert_eq!(number("100000000000000000000000000"), number("1e26"));
        let almost = number("99999999999999999999999999");
        assert!(almost < number("1e26"), "one operation less is less");
        assert_eq!(almost.plus(&Decimal::whole(1)), number("1e26"));
    }

    #[test]
    fn numbers_are_written_the_same_way_each_time() {
        for (text, canonical) in [
            ("0", "0"),
            ("0.0", "0"),
            ("40", "40"),
            ("4e1", "40"),
            ("0.45", "0.45"),
            ("0.00001", "1e-5"),
            ("989500000000000", "9.895e14"),
        ] {
            assert_eq!(number(text).canonical(), canonical);
        }
        assert_eq!(number("123456e20").shown(3), "about 1.23e25");
        assert_eq!(number("9999e20").shown(2), "about 1e24");
        assert_eq!(number("1.2e24").shown(3), "1.2e24", "nothing was cut");
    }

    proptest! {
        #[test]
        fn products_and_sums_are_those_of_whole_numbers(a in any::<u64>(), b in any::<u64>()) {
            let (x, y) = (Decimal::whole(a), Decimal::whole(b));
            prop_assert_eq!(x.times(&y), number(&(u128::from(a) * u128::from(b)).to_string()));
            prop_assert_eq!(x.plus(&y), number(&(u128::from(a) + u128::from(b)).to_string()));
        }

        #[test]
        fn the_canonical_text_reads_back_as_the_same_number(digits in "[0-9]{1,20}", part in "[0-9]{1,10}", power in -40i64..40) {
            let one = number(&format!("{digits}.{part}e{power}"));
            prop_assert_eq!(number(&one.canonical()), one.clone());
            prop_assert!(one.shown(60) == one.canonical());
        }

        #[test]
        fn order_follows_addition(a in any::<u64>(), b in 1u64.., power in -30i64..30) {
            let one = Decimal::whole(a).shifted(power);
            prop_assert!(one.plus(&Decimal::whole(b).shifted(power)) > one);
        }
    }
}
