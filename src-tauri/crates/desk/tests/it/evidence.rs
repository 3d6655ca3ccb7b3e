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
        proved_by: None,
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

const TODAY: &str = "2026-03-02T17:00:00Z";

pub(crate) fn bench_with_passport() -> (Bench, String) {
    let bench = Bench::at(TODAY, "America/New_York");
    bench.collects("date_of_birth");
    let customer = bench.customer("Jürgen Müller", "DE");
    let path = bench.file("passport.txt", b"P<D<<MUELLER<<JUERGEN");
    let row = bench
        .vault
        .document_add(
            &customer,
            "passport",
            desk::Source::File(path),
            &desk::Unwatched,
        )
        .unwrap();
    (bench, row.id)
}

/// A zone of Jürgen Müller, born 1974-08-12, valid until the given day.
pub(crate) fn zone(expires: &str) -> String {
    use domain::mrz::check_digit as digit;
    let (number, birth) = ("C01X00T47", "740812");
    let optional = "<".repeat(14);
    let head = format!("{number}{}", digit(number));
    let tail = format!("{birth}{}", digit(birth));
    let end = format!("{expires}{}{optional}0", digit(expires));
    let whole = digit(&format!("{head}{tail}{end}"));
    format!(
        "{:<<44}\n{head}D<<{tail}M{end}{whole}",
        "P<D<<MUELLER<<JUERGEN"
    )
}

pub(crate) fn form(document: &str, facts: &[(&str, &str)], decision: &str) -> c::ReviewReq {
    c::ReviewReq {
        document: document.to_owned(),
        about: "C-000001".to_owned(),
        facts: facts
            .iter()
            .map(|(field, value)| c::FactReq {
                field: (*field).to_owned(),
                value: (*value).to_owned(),
                pin: (*field == "date_of_birth").then_some(c::PinReq {
                    page: 1,
                    x: 100,
                    y: 200,
                    w: 3_000,
                    h: 400,
                }),
                take: *field == "date_of_birth",
            })
            .collect(),
        mrz: None,
        answers: domain::review::CHECKLIST
            .iter()
            .map(|(id, _)| c::AnswerReq {
                id: (*id).to_owned(),
                answer: "yes".to_owned(),
            })
            .collect(),
        seen: "scan".to_owned(),
        decision: decision.to_owned(),
        reason: None,
        to_customer: None,
        internal: None,
        verify: true,
        situation: Some("not_in_person".to_owned()),
    }
}

pub(crate) const FACTS: [(&str, &str); 5] = [
    ("full_name", "MUELLER JUERGEN"),
    ("document_number", "C01X00T47"),
    ("issuing_country", "D"),
    ("date_of_birth", "1974-08-12"),
    ("expires_on", "2026-03-20"),
];

fn field<'a>(view: &'a c::CustomerView, id: &str) -> &'a c::FieldView {
    view.sections
        .iter()
        .flat_map(|section| &section.fields)
        .find(|one| one.id == id)
        .unwrap()
}

#[test]
fn what_was_read_is_compared_with_the_claim_and_with_the_zone_as_it_is_typed() {
    let (bench, id) = bench_with_passport();
    set(&bench, "C-000001", "date_of_birth", "1974-12-08").unwrap();
    let mut req = form(&id, &FACTS, "");
    req.mrz = Some(zone("260320"));
    let compared = bench.vault.review_compare(&req).unwrap();
    let mark = |id: &str| {
        let one = compared.marks.iter().find(|one| one.field == id).unwrap();
        (one.mark.as_str(), one.why.as_deref().unwrap_or_default())
    };
    assert_eq!(
        mark("full_name").0,
        "similar",
        "the zone's spelling of the same name"
    );
    assert_eq!(
        mark("date_of_birth"),
        ("different", "Day and month may have been swapped.")
    );
    assert_eq!(mark("issuing_country").0, "same");
    assert_eq!(
        mark("document_number").0,
        "missing",
        "the customer did not say it"
    );
    let read = compared.mrz.unwrap();
    assert_eq!(read.format, "TD3");
    assert!(read.checks.iter().all(|one| one.holds), "{:?}", read.checks);
    let proposed: Vec<(&str, &str)> = compared
        .proposed
        .iter()
        .map(|one| (one.value.as_str(), one.label.as_str()))
        .collect();
    assert_eq!(
        proposed,
        [
            ("not_expired", "yes"),
            ("name_matches", "yes"),
            ("mrz", "yes")
        ]
    );
    assert!(
        compared.accept_blocked.is_empty(),
        "{:?}",
        compared.accept_blocked
    );
    req.mrz = Some(zone("260320").replace("C01X00T47", "CO1X00T47"));
    req.facts[1].value = "C01X99".to_owned();
    let compared = bench.vault.review_compare(&req).unwrap();
    let says: Vec<String> = compared
        .mrz
        .unwrap()
        .checks
        .into_iter()
        .map(|one| one.says)
        .collect();
    assert!(says[0].contains("character 2 were 0 and not O"), "{says:?}");
    let number = compared
        .marks
        .iter()
        .find(|one| one.field == "document_number")
        .unwrap();
    assert_eq!(
        number.zone.as_deref(),
        Some("••••47"),
        "the zone says another number; it is masked"
    );
}

#[test]
fn an_accepted_document_proves_values_verifies_and_its_expiry_is_seen() {
    let (bench, id) = bench_with_passport();
    let sheet = bench
        .vault
        .review_decide(&form(&id, &FACTS, "accept"))
        .unwrap();
    assert_eq!(sheet.reviews[0].decision_label, "Accepted");
    let number = sheet.reviews[0]
        .facts
        .iter()
        .find(|fact| fact.field == "document_number")
        .unwrap();
    assert_eq!((number.value.as_str(), number.masked), ("••••47", true));
    let view = bench.vault.customer_show("C-000001").unwrap();
    let born = field(&view, "date_of_birth");
    assert_eq!(
        (born.values.as_slice(), born.masked),
        (["••••12".to_owned()].as_slice(), true),
        "taken over, and masked"
    );
    assert_eq!(
        born.proofs[0].pin.as_ref().map(|pin| pin.x),
        Some(100),
        "the box on the page is its source"
    );
    assert_eq!(
        field(&view, "full_legal_name").proofs.len(),
        1,
        "the passport proves the name too"
    );
    let verified = view.verifications.last().unwrap();
    assert_eq!(
        (verified.method.as_str(), verified.result.as_str()),
        ("documentary", "match")
    );
    assert_eq!(
        verified.special.as_deref(),
        Some("A customer who is not met in person")
    );
    assert!(
        !verified.basis.contains("C01X00T47"),
        "the number is masked: {}",
        verified.basis
    );
    assert_eq!(view.expiring, ["passport.txt expires in 18 days."]);
    let papers = bench.vault.today_view().unwrap().expiring;
    assert_eq!(
        (papers.len(), papers[0].standing.as_str()),
        (1, "expires in 18 days")
    );
    bench.now("2026-03-21T17:00:00Z");
    assert!(bench.vault.today_view().unwrap().expiring[0].over);
    // A newer passport that was accepted takes the place of the old one.
    let path = bench.file("new.txt", b"P<D");
    let new = bench
        .vault
        .document_add(
            "C-000001",
            "passport",
            desk::Source::File(path),
            &desk::Unwatched,
        )
        .unwrap();
    let mut facts = FACTS;
    facts[4].1 = "2036-03";
    bench
        .vault
        .review_decide(&form(&new.id, &facts, "accept"))
        .unwrap();
    assert!(bench.vault.today_view().unwrap().expiring.is_empty());
    assert!(bench.vault.check(&desk::Unwatched).unwrap().ok);
}

#[test]
fn a_document_is_not_accepted_against_the_checklist_and_what_differs_becomes_a_discrepancy() {
    let (bench, id) = bench_with_passport();
    set(&bench, "C-000001", "date_of_birth", "1974-12-08").unwrap();
    let mut req = form(&id, &FACTS, "accept");
    req.answers[0].answer = "no".to_owned();
    let why = bench
        .vault
        .review_decide(&req)
        .map(|_| ())
        .unwrap_err()
        .to_string();
    assert!(
        why.contains("Every line is legible\" is answered no"),
        "{why}"
    );
    assert!(
        bench
            .vault
            .customer_show("C-000001")
            .unwrap()
            .reviews
            .is_empty(),
        "nothing was written"
    );
    req.answers[0].answer = "yes".to_owned();
    for fact in &mut req.facts {
        fact.take = false;
    }
    bench.vault.review_decide(&req).unwrap();
    let view = bench.vault.customer_show("C-000001").unwrap();
    assert_eq!(view.discrepancies.len(), 1);
    assert_eq!(
        (
            view.discrepancies[0].claimed.as_str(),
            view.discrepancies[0].found.as_str()
        ),
        ("••••08", "••••12"),
        "both are masked: they say when somebody was born"
    );
    assert_eq!(view.verifications.last().unwrap().result, "partial");
    bench.vault.review_decide(&req).unwrap();
    assert_eq!(
        bench
            .vault
            .customer_show("C-000001")
            .unwrap()
            .discrepancies
            .len(),
        1,
        "the same conflict is not recorded twice"
    );
}

#[test]
fn asking_again_keeps_what_the_customer_is_told_apart_from_what_is_for_us() {
    let (bench, id) = bench_with_passport();
    let mut req = form(&id, &[], "ask_again");
    assert!(bench.vault.review_decide(&req).is_err());
    req.reason = Some("not_legible".to_owned());
    req.to_customer = Some("Please send a sharper picture.".to_owned());
    req.internal = Some("Glare over the zone; looks deliberate.".to_owned());
    let sheet = bench.vault.review_decide(&req).unwrap();
    let one = &sheet.reviews[0];
    assert_eq!(
        (one.reason.as_deref(), one.to_customer.as_deref()),
        (Some("Not legible"), Some("Please send a sharper picture."))
    );
    assert_eq!(sheet.strip[0].state, "ask_again");
    assert!(
        bench
            .vault
            .customer_show("C-000001")
            .unwrap()
            .verifications
            .is_empty()
    );
    let papers = bench.vault.today_view().unwrap().expiring;
    assert!(papers.is_empty());
}

#[test]
fn what_is_masked_is_shown_when_asked_and_who_asked_is_recorded() {
    let (bench, id) = bench_with_passport();
    bench
        .vault
        .review_decide(&form(&id, &FACTS, "accept"))
        .unwrap();
    let reveal = |field: &str, review: Option<&str>| {
        bench.vault.value_reveal(&c::RevealReq {
            customer: "C-000001".to_owned(),
            field: field.to_owned(),
            review: review.map(str::to_owned),
            reason: Some("A call from the customer".to_owned()),
        })
    };
    let revision = bench.vault.customer_show("C-000001").unwrap().revision;
    assert_eq!(
        reveal("date_of_birth", None).unwrap().values,
        ["1974-08-12"]
    );
    assert_eq!(
        reveal("document_number", Some("RV-1")).unwrap().values,
        ["C01X00T47"]
    );
    assert_eq!(
        bench.vault.customer_show("C-000001").unwrap().revision,
        revision,
        "looking changes nothing"
    );
    assert!(
        reveal("email", None).is_err(),
        "what is not masked is not revealed"
    );
    assert!(reveal("national_id", None).is_err());
    let timeline = bench.vault.timeline(&c::TimelineReq {
        subject: Some("C-000001".to_owned()),
        group: None,
        search: None,
        offset: 0,
        limit: 100,
    });
    let items = timeline.unwrap().items;
    let shown: Vec<&str> = items
        .iter()
        .filter(|item| item.kind == "value.revealed")
        .map(|item| item.title.as_str())
        .collect();
    assert_eq!(
        shown,
        [
            "Document number was shown unmasked",
            "Date of birth was shown unmasked"
        ]
    );
    let told = serde_json::to_string(&items).unwrap();
    assert!(
        !told.contains("1974-08-12") && !told.contains("C01X00T47"),
        "the timeline does not say what is masked: {told}"
    );
}

#[test]
fn a_field_keeps_every_value_it_had_with_its_source_and_its_page() {
    let (bench, id) = bench_with_passport();
    set(&bench, "C-000001", "street_address", "1 Hafenstraße").unwrap();
    set(&bench, "C-000001", "street_address", "2 Hafenstraße").unwrap();
    set(&bench, "C-000001", "date_of_birth", "1974").unwrap();
    bench
        .vault
        .review_decide(&form(&id, &FACTS, "accept"))
        .unwrap();
    let past = |field: &str| {
        bench
            .vault
            .field_history(&c::FieldReq {
                customer: "C-000001".to_owned(),
                field: field.to_owned(),
            })
            .unwrap()
    };
    let address: Vec<String> = past("street_address")
        .into_iter()
        .flat_map(|one| one.values)
        .collect();
    assert_eq!(address, ["1 Hafenstraße", "2 Hafenstraße"]);
    let born = past("date_of_birth");
    assert_eq!(born.len(), 2);
    assert_eq!(
        (born[0].source.as_str(), born[1].source.as_str()),
        ("Typed in a form", "Read from a document")
    );
    let proof = &born[1].proofs[0];
    assert_eq!((proof.document.as_str(), proof.named), (id.as_str(), false));
    assert_eq!(proof.pin.as_ref().map(|pin| pin.page), Some(1));
    assert!(born.iter().all(|one| one.masked));
}

#[test]
fn nobody_is_born_tomorrow() {
    let bench = Bench::at(TODAY, "America/New_York");
    bench.collects("date_of_birth");
    bench.customer("Ada Byron", "DE");
    for (value, refused) in [
        ("2026-03-03", true),
        ("2026-04", true),
        ("2027", true),
        ("2026-03-02", false),
        ("1960 to 1961", false),
        ("1974-08", false),
    ] {
        let result = set(&bench, "C-000001", "date_of_birth", value);
        assert_eq!(result.is_err(), refused, "{value}");
    }
}

#[test]
fn the_belief_statement_is_put_together_from_the_record_and_needs_a_conclusion() {
    let (bench, id) = bench_with_passport();
    bench
        .vault
        .review_decide(&form(&id, &FACTS, "accept"))
        .unwrap();
    let statement = bench
        .vault
        .memo_preview(&c::MemoPreviewReq {
            template: "belief".to_owned(),
            language: "en".to_owned(),
            about: Some("C-000001".to_owned()),
            part: None,
            typed: Vec::new(),
        })
        .unwrap()
        .body;
    for wanted in [
        "by the documentary method",
        "result match",
        "Passport, number ••••47, issued by DE",
        "Conflicts: none was found.",
    ] {
        assert!(statement.contains(wanted), "{statement}");
    }
    assert!(!statement.contains("C01X00T47"), "the number is masked");
    assert!(
        statement.ends_with("Conclusion:"),
        "that is the approver's: {statement}"
    );
}
