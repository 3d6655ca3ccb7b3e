//! Countries by ISO 3166-1: codes, English short names, and the names people write.

use crate::text::fold;
use std::{collections::HashMap, sync::LazyLock};

/// A country or territory with an ISO 3166-1 alpha-2 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Country {
    code: &'static str,
    name: &'static str,
}

/// A text that is no country.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{given}\" is no country. Write an ISO 3166 code (US) or an English name ({}).",
    nearest(given)
)]
pub struct NoCountry {
    given: String,
}

/// Other names, folded, with the code each stands for.
const ALIASES: &[(&str, &str)] = &[
    ("usa", "US"),
    ("united states of america", "US"),
    ("u.s.", "US"),
    ("u.s.a.", "US"),
    ("america", "US"),
    ("uk", "GB"),
    ("great britain", "GB"),
    ("united kingdom of great britain and northern ireland", "GB"),
    ("england", "GB"),
    ("scotland", "GB"),
    ("wales", "GB"),
    ("northern ireland", "GB"),
    ("russian federation", "RU"),
    ("korea, republic of", "KR"),
    ("republic of korea", "KR"),
    ("korea", "KR"),
    ("dprk", "KP"),
    ("china, people's republic of", "CN"),
    ("people's republic of china", "CN"),
    ("prc", "CN"),
    ("taiwan, province of china", "TW"),
    ("viet nam", "VN"),
    ("turkiye", "TR"),
    ("czech republic", "CZ"),
    ("holland", "NL"),
    ("the netherlands", "NL"),
    ("uae", "AE"),
    ("emirates", "AE"),
    ("iran, islamic republic of", "IR"),
    ("syrian arab republic", "SY"),
    ("venezuela, bolivarian republic of", "VE"),
    ("bolivia, plurinational state of", "BO"),
    ("tanzania, united republic of", "TZ"),
    ("moldova, republic of", "MD"),
    ("lao people's democratic republic", "LA"),
    ("brunei darussalam", "BN"),
    ("palestine, state of", "PS"),
    ("macedonia", "MK"),
    ("ivory coast", "CI"),
    ("democratic republic of the congo", "CD"),
    ("drc", "CD"),
    ("republic of the congo", "CG"),
    ("cape verde", "CV"),
    ("swaziland", "SZ"),
    ("burma", "MM"),
    ("vatican", "VA"),
    ("vatican city", "VA"),
    ("hong kong sar", "HK"),
    ("macau", "MO"),
    ("bahamas, the", "BS"),
    ("the bahamas", "BS"),
    ("the gambia", "GM"),
    ("ireland, republic of", "IE"),
    ("republic of ireland", "IE"),
    ("us virgin islands", "VI"),
    ("british virgin islands", "VG"),
    ("deutschland", "DE"),
    ("espana", "ES"),
    ("nippon", "JP"),
    ("brasil", "BR"),
];

/// Places that count as being in the United States for the test "located in the United States".
const UNITED_STATES: &[&str] = &["US", "PR", "GU", "VI", "AS", "MP", "UM"];

impl Country {
    /// A country by its code or by an English name, in any case, with or without accents.
    ///
    /// # Errors
    /// [`NoCountry`], with the nearest name where one is near.
    pub fn parse(text: &str) -> Result<Self, NoCountry> {
        let text = text.trim();
        let found = NAMED.get(fold(text).as_str());
        found.copied().ok_or_else(|| NoCountry {
            given: text.chars().take(60).collect(),
        })
    }

    /// All of them, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        COUNTRIES.iter().map(|(code, name)| Self { code, name })
    }

    /// ISO 3166-1 alpha-2.
    pub fn code(self) -> &'static str {
        self.code
    }

    /// The English short name.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The United States itself.
    pub fn is_us(self) -> bool {
        self.code == "US"
    }

    /// In the United States, its territories and possessions included.
    pub fn is_us_territory(self) -> bool {
        UNITED_STATES.contains(&self.code)
    }
}

/// Every country by its code, its name and the other names people write, all folded. Records are compared by it in bulk, so that a look
/// must cost no walk through all names.
static NAMED: LazyLock<HashMap<String, Country>> = LazyLock::new(|| {
    let mut named = HashMap::new();
    for country in Country::all() {
        named.insert(fold(country.code), country);
        named.insert(fold(country.name), country);
    }
    for (alias, code) in ALIASES {
        let country = Country::all().find(|country| country.code == *code);
        named.extend(country.map(|country| ((*alias).to_owned(), country)));
    }
    named
});

/// The name that is nearest in spelling; the United States where none is near.
fn nearest(text: &str) -> &'static str {
    let folded = fold(text);
    let far = folded.chars().count() / 3;
    let near = COUNTRIES
        .iter()
        .map(|(_, name)| (distance(&folded, &fold(name)), *name))
        .filter(|(distance, _)| *distance <= far);
    near.min_by_key(|(distance, _)| *distance)
        .map_or("United States", |(_, name)| name)
}

/// How many letters must change: the distance of Levenshtein.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (to, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let above = *cell;
            let here = (diagonal + usize::from(from != *to))
                .min(above + 1)
                .min(left + 1);
            diagonal = above;
            left = here;
            *cell = here;
        }
    }
    // The first cell is only read through `diagonal`, which each row sets anew.
    row.last().copied().unwrap_or_default()
}

/// Codes and English short names, by code.
const COUNTRIES: &[(&str, &str)] = &[
    ("AD", "Andorra"),
    ("AE", "United Arab Emirates"),
    ("AF", "Afghanistan"),
    ("AG", "Antigua and Barbuda"),
    ("AI", "Anguilla"),
    ("AL", "Albania"),
    ("AM", "Armenia"),
    ("AO", "Angola"),
    ("AQ", "Antarctica"),
    ("AR", "Argentina"),
    ("AS", "American Samoa"),
    ("AT", "Austria"),
    ("AU", "Australia"),
    ("AW", "Aruba"),
    ("AX", "Åland Islands"),
    ("AZ", "Azerbaijan"),
    ("BA", "Bosnia and Herzegovina"),
    ("BB", "Barbados"),
    ("BD", "Bangladesh"),
    ("BE", "Belgium"),
    ("BF", "Burkina Faso"),
    ("BG", "Bulgaria"),
    ("BH", "Bahrain"),
    ("BI", "Burundi"),
    ("BJ", "Benin"),
    ("BL", "Saint Barthélemy"),
    ("BM", "Bermuda"),
    ("BN", "Brunei"),
    ("BO", "Bolivia"),
    ("BQ", "Bonaire, Sint Eustatius and Saba"),
    ("BR", "Brazil"),
    ("BS", "Bahamas"),
    ("BT", "Bhutan"),
    ("BV", "Bouvet Island"),
    ("BW", "Botswana"),
    ("BY", "Belarus"),
    ("BZ", "Belize"),
    ("CA", "Canada"),
    ("CC", "Cocos (Keeling) Islands"),
    ("CD", "Congo, Democratic Republic of the"),
    ("CF", "Central African Republic"),
    ("CG", "Congo"),
    ("CH", "Switzerland"),
    ("CI", "Côte d'Ivoire"),
    ("CK", "Cook Islands"),
    ("CL", "Chile"),
    ("CM", "Cameroon"),
    ("CN", "China"),
    ("CO", "Colombia"),
    ("CR", "Costa Rica"),
    ("CU", "Cuba"),
    ("CV", "Cabo Verde"),
    ("CW", "Curaçao"),
    ("CX", "Christmas Island"),
    ("CY", "Cyprus"),
    ("CZ", "Czechia"),
    ("DE", "Germany"),
    ("DJ", "Djibouti"),
    ("DK", "Denmark"),
    ("DM", "Dominica"),
    ("DO", "Dominican Republic"),
    ("DZ", "Algeria"),
    ("EC", "Ecuador"),
    ("EE", "Estonia"),
    ("EG", "Egypt"),
    ("EH", "Western Sahara"),
    ("ER", "Eritrea"),
    ("ES", "Spain"),
    ("ET", "Ethiopia"),
    ("FI", "Finland"),
    ("FJ", "Fiji"),
    ("FK", "Falkland Islands"),
    ("FM", "Micronesia"),
    ("FO", "Faroe Islands"),
    ("FR", "France"),
    ("GA", "Gabon"),
    ("GB", "United Kingdom"),
    ("GD", "Grenada"),
    ("GE", "Georgia"),
    ("GF", "French Guiana"),
    ("GG", "Guernsey"),
    ("GH", "Ghana"),
    ("GI", "Gibraltar"),
    ("GL", "Greenland"),
    ("GM", "Gambia"),
    ("GN", "Guinea"),
    ("GP", "Guadeloupe"),
    ("GQ", "Equatorial Guinea"),
    ("GR", "Greece"),
    ("GS", "South Georgia and the South Sandwich Islands"),
    ("GT", "Guatemala"),
    ("GU", "Guam"),
    ("GW", "Guinea-Bissau"),
    ("GY", "Guyana"),
    ("HK", "Hong Kong"),
    ("HM", "Heard Island and McDonald Islands"),
    ("HN", "Honduras"),
    ("HR", "Croatia"),
    ("HT", "Haiti"),
    ("HU", "Hungary"),
    ("ID", "Indonesia"),
    ("IE", "Ireland"),
    ("IL", "Israel"),
    ("IM", "Isle of Man"),
    ("IN", "India"),
    ("IO", "British Indian Ocean Territory"),
    ("IQ", "Iraq"),
    ("IR", "Iran"),
    ("IS", "Iceland"),
    ("IT", "Italy"),
    ("JE", "Jersey"),
    ("JM", "Jamaica"),
    ("JO", "Jordan"),
    ("JP", "Japan"),
    ("KE", "Kenya"),
    ("KG", "Kyrgyzstan"),
    ("KH", "Cambodia"),
    ("KI", "Kiribati"),
    ("KM", "Comoros"),
    ("KN", "Saint Kitts and Nevis"),
    ("KP", "North Korea"),
    ("KR", "South Korea"),
    ("KW", "Kuwait"),
    ("KY", "Cayman Islands"),
    ("KZ", "Kazakhstan"),
    ("LA", "Laos"),
    ("LB", "Lebanon"),
    ("LC", "Saint Lucia"),
    ("LI", "Liechtenstein"),
    ("LK", "Sri Lanka"),
    ("LR", "Liberia"),
    ("LS", "Lesotho"),
    ("LT", "Lithuania"),
    ("LU", "Luxembourg"),
    ("LV", "Latvia"),
    ("LY", "Libya"),
    ("MA", "Morocco"),
    ("MC", "Monaco"),
    ("MD", "Moldova"),
    ("ME", "Montenegro"),
    ("MF", "Saint Martin"),
    ("MG", "Madagascar"),
    ("MH", "Marshall Islands"),
    ("MK", "North Macedonia"),
    ("ML", "Mali"),
    ("MM", "Myanmar"),
    ("MN", "Mongolia"),
    ("MO", "Macao"),
    ("MP", "Northern Mariana Islands"),
    ("MQ", "Martinique"),
    ("MR", "Mauritania"),
    ("MS", "Montserrat"),
    ("MT", "Malta"),
    ("MU", "Mauritius"),
    ("MV", "Maldives"),
    ("MW", "Malawi"),
    ("MX", "Mexico"),
    ("MY", "Malaysia"),
    ("MZ", "Mozambique"),
    ("NA", "Namibia"),
    ("NC", "New Caledonia"),
    ("NE", "Niger"),
    ("NF", "Norfolk Island"),
    ("NG", "Nigeria"),
    ("NI", "Nicaragua"),
    ("NL", "Netherlands"),
    ("NO", "Norway"),
    ("NP", "Nepal"),
    ("NR", "Nauru"),
    ("NU", "Niue"),
    ("NZ", "New Zealand"),
    ("OM", "Oman"),
    ("PA", "Panama"),
    ("PE", "Peru"),
    ("PF", "French Polynesia"),
    ("PG", "Papua New Guinea"),
    ("PH", "Philippines"),
    ("PK", "Pakistan"),
    ("PL", "Poland"),
    ("PM", "Saint Pierre and Miquelon"),
    ("PN", "Pitcairn"),
    ("PR", "Puerto Rico"),
    ("PS", "Palestine"),
    ("PT", "Portugal"),
    ("PW", "Palau"),
    ("PY", "Paraguay"),
    ("QA", "Qatar"),
    ("RE", "Réunion"),
    ("RO", "Romania"),
    ("RS", "Serbia"),
    ("RU", "Russia"),
    ("RW", "Rwanda"),
    ("SA", "Saudi Arabia"),
    ("SB", "Solomon Islands"),
    ("SC", "Seychelles"),
    ("SD", "Sudan"),
    ("SE", "Sweden"),
    ("SG", "Singapore"),
    ("SH", "Saint Helena, Ascension and Tristan da Cunha"),
    ("SI", "Slovenia"),
    ("SJ", "Svalbard and Jan Mayen"),
    ("SK", "Slovakia"),
    ("SL", "Sierra Leone"),
    ("SM", "San Marino"),
    ("SN", "Senegal"),
    ("SO", "Somalia"),
    ("SR", "Suriname"),
    ("SS", "South Sudan"),
    ("ST", "Sao Tome and Principe"),
    ("SV", "El Salvador"),
    ("SX", "Sint Maarten"),
    ("SY", "Syria"),
    ("SZ", "Eswatini"),
    ("TC", "Turks and Caicos Islands"),
    ("TD", "Chad"),
    ("TF", "French Southern Territories"),
    ("TG", "Togo"),
    ("TH", "Thailand"),
    ("TJ", "Tajikistan"),
    ("TK", "Tokelau"),
    ("TL", "Timor-Leste"),
    ("TM", "Turkmenistan"),
    ("TN", "Tunisia"),
    ("TO", "Tonga"),
    ("TR", "Turkey"),
    ("TT", "Trinidad and Tobago"),
    ("TV", "Tuvalu"),
    ("TW", "Taiwan"),
    ("TZ", "Tanzania"),
    ("UA", "Ukraine"),
    ("UG", "Uganda"),
    ("UM", "United States Minor Outlying Islands"),
    ("US", "United States"),
    ("UY", "Uruguay"),
    ("UZ", "Uzbekistan"),
    ("VA", "Holy See"),
    ("VC", "Saint Vincent and the Grenadines"),
    ("VE", "Venezuela"),
    ("VG", "Virgin Islands, British"),
    ("VI", "Virgin Islands, U.S."),
    ("VN", "Vietnam"),
    ("VU", "Vanuatu"),
    ("WF", "Wallis and Futuna"),
    ("WS", "Samoa"),
    ("YE", "Yemen"),
    ("YT", "Mayotte"),
    ("ZA", "South Africa"),
    ("ZM", "Zambia"),
    ("ZW", "Zimbabwe"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_names_and_the_names_people_write_are_understood() {
        for (text, code) in [
            ("us", "US"),
            ("United States", "US"),
            ("u.s.a.", "US"),
            ("SOUTH KOREA", "KR"),
            ("Russia", "RU"),
            ("UK", "GB"),
            ("Cote d'Ivoire", "CI"),
            (" de ", "DE"),
            ("Türkiye", "TR"),
        ] {
            assert_eq!(Country::parse(text).unwrap().code(), code, "{text}");
        }
    }

    #[test]
    fn what_is_no_country_is_refused_with_the_nearest_name() {
        let error = Country::parse("Untied States").unwrap_err().to_string();
        assert_eq!(
            error,
            "\"Untied States\" is no country. Write an ISO 3166 code (US) or an English name (United States)."
        );
        assert!(
            Country::parse("Germny")
                .unwrap_err()
                .to_string()
                .contains("(Germany)")
        );
        assert!(Country::parse("").is_err());
    }

    #[test]
    fn aliases_name_codes_that_exist() {
        for (alias, code) in ALIASES {
            assert!(
                COUNTRIES.iter().any(|(known, _)| known == code),
                "{alias} -> {code}"
            );
            assert_eq!(&fold(alias), alias, "aliases are compared folded");
        }
    }
}
