//! What may be written into a field, and what is said of it; who said what; what a document proves.

use crate::bench::Bench;
use contract as c;

fn set(
    bench: &Bench,
    reference: &str,
    field: &str,
    value: &str,
) -> Result<c::CustomerView, desk::Error> {
    let revision = bench.vault.customer_show(reference).unwrap().revision;
    bench.vault.customer_change(&c::CustomerChangeReq {
        r#ref: reference.to_owned(),
        revision,
        fields: vec![c::FieldChange {
            id: field.to_owned(),
            values: vec![value.to_owned()],
        }],
        reason: None,
        occurred_on: None,
    })
}

/// Every text field with every kind of bad or odd input: refused with a code and a remedy, or kept whole with a note. Nothing half-written.
#[test]
fn each_field_takes_each_odd_input_whole_or_not_at_all() {
    enum Then {
        Refused(&'static str),
        Noted(&'static str),
        Kept,
    }
    use Then::{Kept, Noted, Refused};
    let bench = Bench::new();
    bench.customer("Ada Byron", "DE");
    let megabyte = "x".repeat(1_048_576);
    let words = [
        "full_legal_name",
        "name_original",
        "street_address",
        "use_locations",
        "other_names",
        "notes",
    ];
    let inputs: [(&str, &str, Then); 11] = [
        ("a NUL", "Ada\u{0}Byron", Refused("E-TEXT-CONTROL")),
        ("an escape", "Ada\u{1b}[31m", Refused("E-TEXT-CONTROL")),
        ("a megabyte", &megabyte, Refused("E-TEXT-LENGTH")),
        (
            "a card number",
            "4111 1111 1111 1111",
            Refused("E-TEXT-CARD"),
        ),
        (
            "a homoglyph",
            "p\u{430}ypal",
            Noted("is Cyrillic (U+0430), which looks like the Latin a"),
        ),
        (
            "a Greek letter",
            "\u{39F}scar Stone",
            Noted("is Greek (U+039F), which looks like the Latin O"),
        ),
        ("a mark of direction", "Ada \u{202E}norB", Noted("U+202E")),
        ("what cannot be seen", "Ada\u{200B}Byron", Noted("U+200B")),
        ("a picture", "Ada \u{1F600}", Noted("Contains a picture")),
        (
            "a name from the right",
            "\u{645}\u{62D}\u{645}\u{62F} \u{639}\u{644}\u{64A}",
            Kept,
        ),
        (
            "both directions",
            "\u{645}\u{62D}\u{645}\u{62F} Ali",
            Noted("runs from the right"),
        ),
    ];
    for field in words {
        for (what, value, then) in &inputs {
            let before = bench.vault.customer_show("C-000001").unwrap();
            let result = set(&bench, "C-000001", field, value);
            match (then, result) {
                (Refused(code), Err(why)) => {
                    let told = serde_json::to_string(&*why.0).unwrap();
                    assert!(told.contains(code), "{field}, {what}: {told}");
                    assert!(
                        told.len() < 2_000,
                        "{field}, {what}: the value is not echoed whole"
                    );
                    assert!(!told.contains("4111 1111"), "a card number is never echoed");
                    assert_eq!(
                        bench.vault.customer_show("C-000001").unwrap(),
                        before,
                        "{field}, {what}: nothing was written"
                    );
                }
                (Noted(_) | Kept, Ok(view)) => {
                    let kept = view
                        .sections
                        .iter()
                        .flat_map(|section| &section.fields)
                        .find(|one| one.id == field)
                        .unwrap();
                    assert_eq!(
                        kept.values,
                        [value.to_string()],
                        "{field}, {what}: kept as it was written"
                    );
                    if let Noted(note) = then {
                        assert!(
                            kept.notes.iter().any(|one| one.contains(note)),
                            "{field}, {what}: {:?}",
                            kept.notes
                        );
                    } else {
                        assert!(kept.notes.is_empty(), "{field}, {what}: {:?}", kept.notes);
                    }
                }
                (_, other) => panic!(
                    "{field}, {what}: {:?}",
                    other.map(|_| "kept").map_err(|why| why.to_string())
                ),
            }
        }
    }
    let checked = [
        ("email", "nobody", "E-FIELD-EMAIL"),
        ("email", "a b@example.com", "E-FIELD-EMAIL"),
        ("phone", "202 555 0147", "E-FIELD-PHONE"),
        ("phone", "+999 1234567", "E-FIELD-PHONE-COUNTRY"),
        ("country", "Untied States", "E-FIELD-COUNTRY"),
        ("citizenships", "Utopia", "E-FIELD-COUNTRY"),
        ("lei", "529900T8BM49AURSDO54", "E-FIELD-UNKNOWN"),
        ("nonsense", "x", "E-FIELD-UNKNOWN"),
    ];
    for (field, value, code) in checked {
        let told = set(&bench, "C-000001", field, value)
            .map(|_| ())
            .unwrap_err();
        let told = serde_json::to_string(&*told.0).unwrap();
        assert!(told.contains(code), "{field} {value}: {told}");
    }
}
