//! The specimens of ICAO 9303, and what happens when a character of them is misread.

use super::*;
use proptest::prelude::*;

const TD3: &str =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
const TD2: &str = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6";
const TD1: &str = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

fn wrong(mrz: &Mrz) -> Vec<&'static str> {
    mrz.checks
        .iter()
        .filter(|one| !one.holds())
        .map(|one| one.of)
        .collect()
}

#[test]
fn the_specimens_of_the_standard_are_read() {
    for (text, format, number) in [
        (TD3, "TD3", "L898902C3"),
        (TD2, "TD2", "D23145890"),
        (TD1, "TD1", "D23145890"),
    ] {
        let mrz = read(text, today()).unwrap();
        assert_eq!((mrz.format, mrz.number.as_str()), (format, number));
        assert_eq!(
            (mrz.surname.as_str(), mrz.given.as_str()),
            ("ERIKSSON", "ANNA MARIA")
        );
        assert_eq!(mrz.birth.unwrap().to_string(), "1974-08-12");
        assert_eq!(mrz.expires.unwrap().to_string(), "2012-04-15");
        assert_eq!(
            (mrz.issuer.as_str(), mrz.nationality.as_str(), mrz.sex),
            ("UTO", "UTO", Some('F'))
        );
        assert_eq!(
            wrong(&mrz),
            Vec::<&str>::new(),
            "{format}: every check digit holds"
        );
        assert!(!mrz.name_cut);
    }
    let checks = |text| read(text, today()).unwrap().checks.len();
    assert_eq!((checks(TD3), checks(TD2), checks(TD1)), (5, 4, 4));
}

#[test]
fn a_visa_has_no_composite_digit_and_a_run_without_lines_is_cut() {
    let visa = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<";
    let mrz = read(visa, today()).unwrap();
    assert_eq!((mrz.format, mrz.checks.len()), ("MRV-A", 3));
    assert_eq!(wrong(&mrz), Vec::<&str>::new());
    let run = TD3.replace('\n', "");
    assert_eq!(read(&run, today()).unwrap().number, "L898902C3");
    let sloppy = TD3.to_lowercase().replace('\n', "  \r\n ");
    assert_eq!(read(&sloppy, today()).unwrap().number, "L898902C3");
}

#[test]
fn a_misread_letter_is_named_with_what_it_may_have_been() {
    let misread = TD3.replace("L898902C36", "L8989O2C36");
    let mrz = read(&misread, today()).unwrap();
    assert_eq!(wrong(&mrz), ["number", "composite"]);
    let says = mrz.checks[0].says();
    assert!(says.contains("character 6 were 0 and not O"), "{says}");
    let misread = TD3.replace("7408122F", "74O8I22F");
    assert!(wrong(&read(&misread, today()).unwrap()).contains(&"birth"));
    let misread = TD3.replace("7408122F", "740812ZF");
    let says = read(&misread, today()).unwrap().checks[1].says();
    assert!(says.contains("looks like 2"), "{says}");
}

#[test]
fn a_number_of_more_than_nine_characters_goes_on_in_the_optional_data() {
    let digit = check_digit("D23145890<7349");
    let first = format!("I<UTOD23145890<7349{digit}<<<<<<<<<<");
    let second = "7408122F1204159UTO<<<<<<<<<<<";
    let whole = format!(
        "{}{}{}{}",
        &first[5..30],
        &second[0..7],
        &second[8..15],
        &second[18..29]
    );
    let text = format!(
        "{first}\n{second}{}\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
        check_digit(&whole)
    );
    let mrz = read(&text, today()).unwrap();
    assert_eq!(mrz.number, "D231458907349");
    assert_eq!(wrong(&mrz), Vec::<&str>::new());
}

#[test]
fn a_year_of_two_digits_is_of_the_century_that_makes_sense() {
    let birth = |text| date(text, today(), false).map(|date| date.to_string());
    assert_eq!(birth("261124").as_deref(), Some("2026-11-24"));
    assert_eq!(
        birth("261125").as_deref(),
        Some("1926-11-25"),
        "nobody is born tomorrow"
    );
    assert_eq!(birth("7408<<").as_deref(), Some("1974-08"));
    assert_eq!(birth("74<<<<").as_deref(), Some("1974"));
    assert_eq!(birth("<<<<<<"), None);
    assert_eq!(birth("741301"), None);
    let expiry = |text| date(text, today(), true).map(|date| date.to_string());
    assert_eq!(expiry("350101").as_deref(), Some("2035-01-01"));
    assert_eq!(expiry("990101").as_deref(), Some("1999-01-01"));
    assert_eq!(expiry("760101").as_deref(), Some("2076-01-01"));
}

#[test]
fn what_is_no_zone_is_refused_with_what_one_is() {
    for (text, code) in [
        ("", "E-MRZ-SHAPE"),
        ("P<UTO", "E-MRZ-SHAPE"),
        ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<", "E-MRZ-SHAPE"),
        (&TD3.replace("ANNA", "ANN\u{410}"), "E-MRZ-CHARACTER"),
        (&TD3.replace("ANNA", "AN*A"), "E-MRZ-CHARACTER"),
        (&"<".repeat(1_000_000), "E-MRZ-SHAPE"),
    ] {
        let why = read(text, today()).unwrap_err();
        assert_eq!(why.code(), code);
        assert!(why.to_string().len() < 300, "{why}");
    }
}

proptest! {
    #[test]
    fn a_digit_for_another_digit_is_always_noticed(place in 0usize..44, digit in 0u8..10) {
        let lines: Vec<&str> = TD3.lines().collect();
        let mut second: Vec<char> = lines[1].chars().collect();
        prop_assume!(second[place].is_ascii_digit());
        let before = second[place];
        second[place] = char::from(b'0' + digit);
        let text = format!("{}\n{}", lines[0], second.iter().collect::<String>());
        let mrz = read(&text, today()).unwrap();
        prop_assert_eq!(wrong(&mrz).is_empty(), second[place] == before);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[A-Z0-9<\\PC]{0,100}") {
        let _ = read(&text, today());
        let _ = spelled_for_machines(&text);
    }
}
