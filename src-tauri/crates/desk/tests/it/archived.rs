//! Whatever is printed is made to be kept: PDF/A with a structure, as far as stock tools can tell. veraPDF is not to be had on every machine that
//! builds this, so what its profiles ask of the structure (ISO 19005-2 and -3, level A) is asked here of each object of the file.

use crate::{
    bench::{ALONE, Bench, said_to},
    cases::open,
    printed::{chosen, worked},
};
use contract as c;
use desk::Unwatched;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

fn run(program: &str, args: &[&str]) -> Vec<u8> {
    let output = Command::new(program)
        .args(args)
        .output()
        .unwrap_or_else(|_| panic!("{program} is installed"));
    assert!(
        output.status.success(),
        "{program} {args:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

fn text(program: &str, args: &[&str]) -> String {
    String::from_utf8(run(program, args)).unwrap()
}

/// A PDF as qpdf reads it.
struct Pdf {
    path: PathBuf,
    trailer: Value,
    /// Dictionaries, those of streams too, by their reference.
    objects: BTreeMap<String, Value>,
}

impl Pdf {
    fn read(path: &Path) -> Self {
        let name = path.to_str().unwrap();
        run("qpdf", &["--check", name]);
        let said: Value = serde_json::from_slice(&run("qpdf", &["--json=2", name])).unwrap();
        let mut objects = BTreeMap::new();
        let mut trailer = Value::Null;
        for (key, object) in said["qpdf"][1].as_object().unwrap() {
            let value = object
                .get("value")
                .unwrap_or_else(|| &object["stream"]["dict"])
                .clone();
            match key.strip_prefix("obj:") {
                Some(reference) => drop(objects.insert(reference.to_owned(), value)),
                None => trailer = value,
            }
        }
        Self {
            path: path.to_owned(),
            trailer,
            objects,
        }
    }

    /// What a value is, or refers to.
    fn at<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value.as_str().and_then(|text| self.objects.get(text)) {
            Some(there) => there,
            None => value,
        }
    }

    fn catalogue(&self) -> &Value {
        self.at(&self.trailer["/Root"])
    }

    fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        self.objects
            .values()
            .filter(move |object| object["/Type"] == kind)
    }

    /// Every dictionary, however deep.
    fn dictionaries(&self) -> Vec<&Value> {
        let mut found = Vec::new();
        let mut open: Vec<&Value> = self.objects.values().chain([&self.trailer]).collect();
        while let Some(value) = open.pop() {
            match value {
                Value::Object(parts) => {
                    found.push(value);
                    open.extend(parts.values());
                }
                Value::Array(parts) => open.extend(parts),
                _ => {}
            }
        }
        found
    }

    fn stream(&self, reference: &Value) -> String {
        let number = reference.as_str().unwrap().split(' ').next().unwrap();
        let which = format!("--show-object={number}");
        text(
            "qpdf",
            &[
                self.path.to_str().unwrap(),
                &which,
                "--filtered-stream-data",
            ],
        )
    }

    /// What an archive asks of every PDF of level A.
    fn keeps(&self, part: &str, title: &str, size: (f64, f64)) {
        let name = self.path.file_name().unwrap().to_str().unwrap();
        let catalogue = self.catalogue();
        assert!(self.trailer.get("/Encrypt").is_none(), "{name} is readable");
        assert_eq!(self.trailer["/ID"].as_array().map(Vec::len), Some(2));
        assert_eq!(catalogue["/Lang"], "u:en", "{name} says its language");
        assert_eq!(self.at(&catalogue["/MarkInfo"])["/Marked"], true, "{name}");

        let shown = self.at(&catalogue["/ViewerPreferences"]);
        assert_eq!(
            shown["/DisplayDocTitle"], true,
            "{name}: a reader's window says what it is, not what the file is called"
        );

        let intents = self.at(&catalogue["/OutputIntents"]);
        let intent = self.at(&intents[0]);
        assert_eq!(intent["/S"], "/GTS_PDFA1", "{name}: colors have a meaning");
        assert!(self.at(&intent["/DestOutputProfile"])["/N"].is_number());

        let told = self.stream(&catalogue["/Metadata"]);
        for said in [
            format!("<pdfaid:part>{part}</pdfaid:part>"),
            "<pdfaid:conformance>A</pdfaid:conformance>".to_owned(),
            "<pdfuaid:part>1</pdfuaid:part>".to_owned(),
            format!(">{title}<"),
        ] {
            assert!(told.contains(&said), "{name}: {said} in {told}");
        }
        let info = self.at(&self.trailer["/Info"]);
        assert_eq!(
            info["/Title"],
            format!("u:{title}"),
            "{name}: both titles agree"
        );

        // Structure: one tree, from which every page and every drawn thing is found.
        let tree = self.at(&catalogue["/StructTreeRoot"]);
        assert!(
            tree.get("/K").is_some() && tree.get("/ParentTree").is_some(),
            "{name}"
        );
        let elements: Vec<&Value> = self
            .dictionaries()
            .into_iter()
            .filter(|one| {
                one.get("/P").is_some() && one.get("/S").is_some() && one.get("/K").is_some()
            })
            .collect();
        let tags = |tag: &str| elements.iter().filter(|one| one["/S"] == tag).count();
        assert_eq!(tags("/Document"), 1, "{name}");
        assert!(
            tags("/H1") > 0 && tags("/P") > 0,
            "{name} has a heading and text"
        );
        assert_eq!(
            tags("/Table") == 0,
            tags("/TH") == 0,
            "{name}: a table has headers"
        );
        for figure in elements.iter().filter(|one| one["/S"] == "/Figure") {
            assert!(
                figure["/Alt"].is_string(),
                "{name}: a picture is said in words"
            );
        }
        let mut pages = 0;
        for page in self.of_type("/Page") {
            pages += 1;
            assert!(page["/StructParents"].is_number(), "{name}");
            assert_eq!(page["/Tabs"], "/S", "{name}: keys follow the structure");
            let paper: Vec<f64> = page["/MediaBox"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one.as_f64().unwrap())
                .collect();
            assert!(
                (paper[2] - size.0).abs() < 0.1 && (paper[3] - size.1).abs() < 0.1,
                "{name}: {paper:?}"
            );
        }
        assert!(pages > 0);

        // Every letter has its face in the file, and its code.
        let faces: Vec<&Value> = self.of_type("/Font").collect();
        assert!(!faces.is_empty(), "{name}");
        for face in faces {
            if let Some(inner) = face.get("/DescendantFonts") {
                assert!(
                    face.get("/ToUnicode").is_some(),
                    "{name}: {face} can be copied"
                );
                let descriptor = self.at(&self.at(&self.at(inner)[0])["/FontDescriptor"]);
                assert!(
                    ["/FontFile", "/FontFile2", "/FontFile3"]
                        .iter()
                        .any(|file| descriptor.get(file).is_some()),
                    "{name}: {face} lies in the file"
                );
            } else {
                assert!(
                    ["/CIDFontType0", "/CIDFontType2"]
                        .contains(&face["/Subtype"].as_str().unwrap()),
                    "{name}: {face} is a face of the file"
                );
            }
        }

        // Nothing that runs, leads out, or is kept elsewhere.
        for one in self.dictionaries() {
            for banned in [
                "/JS",
                "/JavaScript",
                "/OpenAction",
                "/AA",
                "/XFA",
                "/Launch",
                "/TR",
                "/FFilter",
            ] {
                assert!(one.get(banned).is_none(), "{name} has {banned}: {one}");
            }
            for (key, banned) in [
                ("/S", "/URI"),
                ("/S", "/Launch"),
                ("/S", "/JavaScript"),
                ("/Filter", "/LZWDecode"),
                ("/Subtype", "/PS"),
                ("/Subtype", "/Widget"),
            ] {
                assert_ne!(one[key], banned, "{name}: {one}");
            }
        }
    }

    /// The words of each page.
    fn pages(&self) -> Vec<String> {
        let all = text("pdftotext", &["-layout", self.path.to_str().unwrap(), "-"]);
        let pages = all.trim_end_matches('\u{c}').split('\u{c}');
        pages.map(str::to_owned).collect()
    }
}

const LETTER: (f64, f64) = (612.0, 792.0);
const A4: (f64, f64) = (595.276, 841.89);

/// An incident whose report to an authority may go out, with the report.
fn to_be_reported(bench: &Bench, reseller: &str) -> c::CasePartReq {
    let customer = bench.customer("Jürgen Müller", "DE");
    let case = open(
        bench,
        "incident",
        "Scanning from one address",
        &[reseller],
        &[&customer],
    )
    .case;
    for (to, note, given) in [
        (
            "triaged",
            "Logs of two days",
            vec![said_to("red_flags", &["scanning"])],
        ),
        (
            "suspected",
            "Ports of a utility were probed",
            vec![
                said_to("impaired", &["availability"]),
                said_to("foreign", &["yes"]),
            ],
        ),
        ("contained", "Suspended", vec![]),
    ] {
        bench.step(&case, to, note, &given, None).unwrap();
    }
    let item = bench
        .part(&case, "report", &[said_to("authority", &["CISA"])])
        .unwrap();
    bench.part_step(&case, &item, "cleared", &[]).unwrap();
    c::CasePartReq { r#ref: case, item }
}

/// A letter to a customer that may be printed; its customer and number.
fn to_be_sent(bench: &Bench) -> c::LetterReq {
    let customer = bench.customer("Zoë Weiß 狮城", "DE");
    let view = bench
        .vault
        .letter_save(
            &serde_json::from_value(serde_json::json!({"customer": customer, "id": null, "template": "notice", "language": "en",
                "to": "Zoë Weiß", "subject": "About your details", "body": "Dear Zoë Weiß,\n\nplease send us your passport.\n\nAcme"}))
            .unwrap(),
        )
        .unwrap();
    c::LetterReq {
        customer,
        id: view.letters[0].id.clone(),
    }
}

#[test]
fn a_case_a_customer_file_a_letter_and_a_transmittal_are_made_to_be_kept_on_either_paper() {
    let bench = Bench::new();
    let case = worked(&bench);
    let report = to_be_reported(&bench, "RS-0001");
    let letter = to_be_sent(&bench);
    for (paper, size) in [("letter", LETTER), ("a4", A4)] {
        chosen(&bench, paper);
        for (name, pdf, reference) in [
            ("case", bench.vault.case_page(&case), case.as_str()),
            (
                "customer",
                bench.vault.customer_page(&letter.customer),
                &letter.customer,
            ),
            ("letter", bench.vault.letter_page(&letter), &letter.id),
            (
                "transmittal",
                bench.vault.transmittal_page(&report),
                &report.r#ref,
            ),
        ] {
            let path = bench.file(&format!("{name}-{paper}.pdf"), &pdf.unwrap());
            let pdf = Pdf::read(&path);
            let title = pdf.at(&pdf.trailer["/Info"])["/Title"].clone();
            let title = title.as_str().unwrap().strip_prefix("u:").unwrap();
            assert!(!title.trim().is_empty(), "{name}");
            pdf.keeps("2", title, size);
            assert!(
                pdf.catalogue().get("/AF").is_none(),
                "{name} carries nothing inside"
            );
            let pages = pdf.pages();
            let head = bench.vault.read(|read| Ok(read.head()?)).unwrap();
            let head = domain::entry::head_code(&head.chain);
            for (number, page) in (1..).zip(&pages) {
                let words: String = page.split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(
                    words.contains(&format!("Page {number} of {}", pages.len())),
                    "{name}: {words}"
                );
                for said in [reference, &head] {
                    assert!(
                        words.contains(said),
                        "{name}, page {number}: {said} in {words}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_filing_is_made_to_be_kept_on_either_paper_with_its_json_inside() {
    let bench = Bench::new();
    for (place, (paper, size)) in [("letter", LETTER), ("a4", A4)].into_iter().enumerate() {
        chosen(&bench, paper);
        let reseller = bench.reseller(&format!("Harbour {place}"));
        let filing = bench
            .request("2026-03-02", &[&reseller])
            .unwrap()
            .filing
            .unwrap();
        bench.seal(&filing, Some(ALONE)).unwrap();
        let out = bench.folder.path().join(paper);
        let written = bench
            .vault
            .filing_export(&filing, &out, &[], &Unwatched)
            .unwrap();
        let bundle = out.join(&written.name);
        let inside = |name: &str| run("unzip", &["-p", bundle.to_str().unwrap(), name]);
        let json = inside("*/data/filing.json");
        let path = bench.file(&format!("filing-{paper}.pdf"), &inside("*/data/filing.pdf"));
        let pdf = Pdf::read(&path);
        let title = pdf.at(&pdf.trailer["/Info"])["/Title"].clone();
        let title = title.as_str().unwrap().strip_prefix("u:").unwrap();
        pdf.keeps("3", title, size);

        let catalogue = pdf.catalogue();
        let with = pdf.at(&catalogue["/AF"]);
        assert_eq!(
            with.as_array().map(Vec::len),
            Some(1),
            "one file, told by the document"
        );
        let file = pdf.at(&with[0]);
        assert_eq!(file["/UF"], "u:filing.json");
        assert!(
            ["/Source", "/Data"].contains(&file["/AFRelationship"].as_str().unwrap()),
            "{file}"
        );
        let held = pdf.at(&file["/EF"]);
        let held = pdf.at(&held["/F"]);
        assert_eq!(held["/Subtype"], "/application/json", "{held}");
        let shown = run(
            "qpdf",
            &[path.to_str().unwrap(), "--show-attachment=filing.json"],
        );
        assert!(shown == json, "the JSON is the bundle's, byte for byte");
        let told: Value = serde_json::from_slice(&json).unwrap();
        let head = told["integrity"]["event_chain_head"].as_str().unwrap();
        let pages = pdf.pages();
        for (number, page) in (1..).zip(&pages) {
            for said in [
                filing.as_str(),
                head,
                &format!("Page {number} of {}", pages.len()),
            ] {
                assert!(page.contains(said), "page {number}: {said} in {page}");
            }
        }
    }
}
