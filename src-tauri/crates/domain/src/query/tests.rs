//! The language of lists: what is read, what is refused and how, and what fits.

use super::*;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

const TODAY: &str = "2026-11-24";

fn fields() -> Vec<Field> {
    let words = |list: &[&str]| {
        list.iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    let field = |name, ask| Field {
        name,
        means: "",
        ask,
    };
    vec![
        field("is", Ask::OneOf(words(&["overdue", "due-today"]))),
        field("kind", Ask::OneOf(words(&["cip-copy", "failure"]))),
        field("risk", Ask::Ranked(words(&["low", "medium", "high"]))),
        field("country", Ask::Country),
        field("reseller", Ask::Text),
        field("updated", Ask::Past),
        field("due", Ask::Ahead),
    ]
}

fn read(typed: &str) -> Result<Query, Misread> {
    parse(typed, &fields(), day(TODAY))
}

fn code(typed: &str) -> &'static str {
    read(typed).unwrap_err().code
}

struct Row {
    kind: &'static str,
    country: &'static str,
    reseller: &'static str,
    updated: &'static str,
}

impl Record for Row {
    fn is(&self, field: &str, word: &str) -> bool {
        match field {
            "kind" => self.kind == word,
            "country" => self.country == word,
            _ => false,
        }
    }

    fn texts(&self, _: &str) -> Vec<&str> {
        vec![self.reseller]
    }

    fn day(&self, _: &str) -> Option<NaiveDate> {
        Some(day(self.updated))
    }

    fn everything(&self) -> Vec<&str> {
        vec![self.kind, self.reseller]
    }
}

const ROW: Row = Row {
    kind: "cip-copy",
    country: "CN",
    reseller: "Acmé Hosting",
    updated: "2026-11-20",
};

fn fits(typed: &str) -> bool {
    read(typed).unwrap().fits(&ROW)
}

#[test]
fn the_words_of_the_issue_are_understood() {
    let read = read(r#"is:overdue kind:cip-copy reseller:"Acme" country:CN,IR"#).unwrap();
    let way: Vec<&Test> = read.ways[0].iter().map(|term| &term.test).collect();
    assert_eq!(
        way,
        [
            &Test::Is("is", vec!["overdue".to_owned()]),
            &Test::Is("kind", vec!["cip-copy".to_owned()]),
            &Test::Has("reseller", vec!["acme".to_owned()]),
            &Test::Is("country", vec!["CN".to_owned(), "IR".to_owned()]),
        ]
    );
}

#[test]
fn words_are_all_wanted_values_any_of_them_and_or_begins_another_way() {
    assert!(fits("") && fits("kind:cip-copy country:CN,IR"));
    assert!(!fits("kind:cip-copy country:IR"));
    assert!(fits("country:IR OR kind:cip-copy country:CN"));
    assert!(!fits("country:IR OR kind:failure"));
    assert!(fits("-country:IR") && !fits("-country:CN") && !fits("-hosting"));
    assert!(
        fits("ACME host"),
        "free text is folded, and each word is looked for"
    );
    assert!(fits("reseller:\"acme host\"") && !fits("\"host acme x\""));
}

#[test]
fn ages_count_back_and_distances_ahead() {
    assert!(fits("updated:<5d") && !fits("updated:<4d") && fits("updated:>3d"));
    assert!(fits("updated:4d") && fits("updated:2026-11-20") && fits("updated:<=2026-11-20"));
    assert_eq!(
        read("due:<=1w").unwrap().ways[0][0].test,
        Test::Day("due", Compare::Until, day("2026-12-01"))
    );
}

#[test]
fn ranks_take_those_from_there_on() {
    let ranks = |typed: &str| match &read(typed).unwrap().ways[0][0].test {
        Test::Is(_, words) => words.join(" "),
        other => format!("{other:?}"),
    };
    assert_eq!(ranks("risk:>=medium"), "medium high");
    assert_eq!(ranks("risk:<medium"), "low");
    assert_eq!(ranks("risk:high,low"), "high low");
}

#[test]
fn what_is_not_understood_is_named_with_the_words_there_are() {
    let wrong = read("knd:x").unwrap_err();
    assert_eq!(wrong.code, "E-QUERY-WORD");
    assert!(
        wrong.why.contains("\"knd:\"") && wrong.why.contains("kind:, risk:"),
        "{}",
        wrong.why
    );
    let wrong = read("kind:letter").unwrap_err();
    assert!(wrong.why.contains("cip-copy, failure"), "{}", wrong.why);
    assert_eq!(code("country:Untied"), "E-QUERY-VALUE");
    assert_eq!(code("kind:"), "E-QUERY-VALUE");
    assert_eq!(code("due:soon"), "E-QUERY-DAY");
    assert_eq!(code("updated:<99999999999999d"), "E-QUERY-DAY");
    assert_eq!(code("reseller:\"Acme"), "E-QUERY-QUOTE");
    assert_eq!(code("OR kind:failure"), "E-QUERY-OR");
    assert_eq!(code("kind:failure OR"), "E-QUERY-OR");
    assert_eq!(code(&"x".repeat(LONGEST + 1)), "E-QUERY-LONG");
    assert_eq!(code(&"x ".repeat(MOST_WORDS + 1)), "E-QUERY-LONG");
}

#[test]
fn a_time_in_quotes_is_text() {
    assert_eq!(
        read("\"12:30\"").unwrap().ways[0][0].test,
        Test::Anywhere("12:30".to_owned())
    );
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,6}",
        "-[a-z]{1,6}",
        Just("kind:failure,cip-copy".to_owned()),
        Just("risk:>=medium".to_owned()),
        Just("country:KP".to_owned()),
        Just("updated:<30d".to_owned()),
        "\\PC{1,12}".prop_map(|text| format!("reseller:{}", quoted(&text))),
        "\\PC{1,12}".prop_map(|text| quoted(&text)),
    ]
}

proptest! {
    #[test]
    fn whatever_is_typed_is_read_or_refused_in_words(typed in "\\PC{0,80}") {
        if let Err(wrong) = read(&typed) {
            prop_assert!(wrong.code.starts_with("E-QUERY-") && wrong.why.ends_with('.'), "{}", wrong.why);
        }
    }

    #[test]
    fn the_words_of_a_query_read_again_are_the_same_query(words in proptest::collection::vec(word(), 0..8)) {
        let Ok(first) = read(&words.join(" ")) else { return Ok(()) };
        let again = read(&first.words.join(" ")).unwrap();
        prop_assert_eq!(first, again);
    }

    #[test]
    fn a_text_in_quotes_is_read_as_it_was(text in "[ -~]{1,20}") {
        prop_assume!(!text.trim().is_empty());
        let query = read(&format!("reseller:{}", quoted(&text))).unwrap();
        prop_assert_eq!(&query.ways[0][0].test, &Test::Has("reseller", vec![crate::text::fold(&text)]));
    }

    #[test]
    fn what_is_turned_round_fits_exactly_where_the_word_does_not(word in word()) {
        prop_assume!(!word.starts_with('-'));
        if let (Ok(there), Ok(not)) = (read(&word), read(&format!("-{word}")))
            && !there.is_empty()
        {
            prop_assert_ne!(there.fits(&ROW), not.fits(&ROW));
        }
    }
}
