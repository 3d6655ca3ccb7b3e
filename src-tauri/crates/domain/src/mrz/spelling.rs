//! How a name is spelled in a machine-readable zone: ICAO 9303 part 3, section 6 (tables A and B), capitals of ASCII and spaces.

/// Letters that the tables spell with other letters than their base letter. Where they allow two spellings, the first is used here;
/// whoever compares must know the other too (`Ä` as A, `Ü` as U).
const LATIN: &[(char, &str)] = &[
    ('Ä', "AE"),
    ('Å', "AA"),
    ('Æ', "AE"),
    ('Ð', "D"),
    ('Đ', "D"),
    ('Ħ', "H"),
    ('I', "I"),
    ('Ĳ', "IJ"),
    ('Ł', "L"),
    ('Ŋ', "N"),
    ('Ö', "OE"),
    ('Ø', "OE"),
    ('Œ', "OE"),
    ('ẞ', "SS"),
    ('ß', "SS"),
    ('Þ', "TH"),
    ('Ŧ', "T"),
    ('Ü', "UE"),
    ('ı', "I"),
];

const CYRILLIC: &[(char, &str)] = &[
    ('А', "A"),
    ('Б', "B"),
    ('В', "V"),
    ('Г', "G"),
    ('Ґ', "G"),
    ('Д', "D"),
    ('Ђ', "D"),
    ('Ѓ', "G"),
    ('Е', "E"),
    ('Ё', "E"),
    ('Є', "IE"),
    ('Ж', "ZH"),
    ('З', "Z"),
    ('Ѕ', "DZ"),
    ('И', "I"),
    ('І', "I"),
    ('Ї', "I"),
    ('Й', "I"),
    ('Ј', "J"),
    ('К', "K"),
    ('Л', "L"),
    ('Љ', "LJ"),
    ('М', "M"),
    ('Н', "N"),
    ('Њ', "NJ"),
    ('О', "O"),
    ('П', "P"),
    ('Р', "R"),
    ('С', "S"),
    ('Т', "T"),
    ('Ћ', "C"),
    ('Ќ', "K"),
    ('У', "U"),
    ('Ў', "U"),
    ('Ф', "F"),
    ('Х', "KH"),
    ('Ц', "TS"),
    ('Ч', "CH"),
    ('Џ', "DZ"),
    ('Ш', "SH"),
    ('Щ', "SHCH"),
    ('Ъ', "IE"),
    ('Ы', "Y"),
    ('Ь', ""),
    ('Э', "E"),
    ('Ю', "IU"),
    ('Я', "IA"),
];

/// The name in capitals of ASCII, words with one space between them, apostrophes left out, hyphens as spaces. What neither table has is
/// transliterated as for search.
pub fn spelled(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let mut out = String::new();
    for letter in name.nfc().flat_map(char::to_uppercase) {
        let table = LATIN
            .iter()
            .chain(CYRILLIC)
            .find(|(known, _)| *known == letter);
        match (letter, table) {
            (_, Some((_, spelled))) => out.push_str(spelled),
            ('\'' | '’' | 'ʼ' | '`', None) => {}
            (letter, None) if letter.is_ascii_alphanumeric() => out.push(letter),
            (letter, None) if letter.is_alphabetic() => {
                // A base letter with an accent loses the accent; anything else is transliterated.
                let base: String = letter
                    .nfd()
                    .filter(|part| !unicode_normalization::char::is_combining_mark(*part))
                    .collect();
                let latin = any_ascii::any_ascii(&base).to_uppercase();
                out.extend(latin.chars().filter(|part| part.is_ascii_alphanumeric()));
            }
            _ => out.push(' '),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::spelled;

    #[test]
    fn names_are_spelled_as_the_tables_say() {
        for (name, zone) in [
            ("Jürgen Müller", "JUERGEN MUELLER"),
            ("Søren Åkesson-Ærø", "SOEREN AAKESSON AEROE"),
            ("O'Brien", "OBRIEN"),
            ("Weiß", "WEISS"),
            ("Łukasz Żółć", "LUKASZ ZOLC"),
            ("Щербаков Юрий", "SHCHERBAKOV IURII"),
            ("Nguyễn Thị Minh", "NGUYEN THI MINH"),
            ("Þór", "THOR"),
        ] {
            assert_eq!(spelled(name), zone);
        }
    }
}
