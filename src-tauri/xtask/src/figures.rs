//! The record of what `cargo xtask bench` measured, and the page that is made from it: no figure is claimed that was not measured.

use serde_json::{Value, json};
use std::{collections::BTreeMap, fmt::Write as _, fs};

const RECORD: &str = "src-tauri/docs/bench.json";
const PAGE: &str = "src-tauri/docs/PERFORMANCE.md";
const PLOT: &str = "src-tauri/docs/performance.svg";

/// One work or question, by size.
struct Series<'a> {
    name: &'a str,
    /// Size and the record of it, the smallest first.
    points: Vec<(f64, &'a Value)>,
}

/// Takes what was measured into the record, and writes page and plot anew.
pub(crate) fn keep(measured: &Value) -> Result<(), String> {
    let mut record: Value = fs::read(RECORD)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_else(|| json!({"work": [], "questions": []}));
    let machine = machine();
    for part in ["work", "questions", "sizes"] {
        let mut kept: Vec<Value> = record[part].as_array().cloned().unwrap_or_default();
        for one in measured[part].as_array().into_iter().flatten() {
            kept.retain(|there| key(there) != key(one));
            let mut one = one.clone();
            one["machine"] = machine.as_str().into();
            kept.push(one);
        }
        record[part] = kept.into();
    }
    let text = serde_json::to_string_pretty(&record).map_err(|why| why.to_string())?;
    for (path, content) in [
        (RECORD, format!("{text}\n")),
        (PAGE, page(&record)),
        (PLOT, plot(&record)),
    ] {
        fs::write(path, content).map_err(|why| format!("{path}: {why}"))?;
    }
    Ok(())
}

/// What makes a figure the same figure: a comparison with another tool is another one.
fn key(one: &Value) -> (String, String, String) {
    let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let tool = text("beside");
    let tool = tool.split(';').next().unwrap_or_default().to_owned();
    (text("work"), text("size"), tool)
}

fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let after = |text: &str, name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.split_once(':'))
            .map(|(_, value)| value.trim().to_owned())
            .unwrap_or_default()
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = after(&read("/proc/meminfo"), "MemTotal");
    let memory = memory
        .split_whitespace()
        .next()
        .and_then(|kib| kib.parse::<u64>().ok())
        .map_or(0, |kib| kib / 1_048_576);
    format!(
        "{}, {cores} cores, {memory} GiB",
        after(&read("/proc/cpuinfo"), "model name")
    )
}

fn series<'a>(record: &'a Value, part: &str) -> Vec<Series<'a>> {
    let mut order: Vec<(String, &'a str)> = Vec::new();
    let mut by: BTreeMap<String, Vec<(f64, &'a Value)>> = BTreeMap::new();
    for one in record[part].as_array().into_iter().flatten() {
        let (work, _, tool) = key(one);
        let id = format!("{work}\n{tool}");
        if !by.contains_key(&id) {
            order.push((id.clone(), one["work"].as_str().unwrap_or_default()));
        }
        by.entry(id).or_default().push((size(one), one));
    }
    order
        .into_iter()
        .map(|(id, name)| {
            let mut points = by.remove(&id).unwrap_or_default();
            points.sort_by(|a, b| a.0.total_cmp(&b.0));
            Series { name, points }
        })
        .collect()
}

fn size(one: &Value) -> f64 {
    let size = one["size"].as_str().unwrap_or_default();
    size.split(' ')
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(1.0)
}

/// How a cost grows with size: the simplest of constant, logarithmic and linear that fits, or the factor where there are two sizes.
fn growth(points: &[(f64, f64)]) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return String::new();
    };
    if points.len() < 2 || first.1 <= 0.0 {
        return String::new();
    }
    let (times, larger) = (last.1 / first.1, last.0 / first.0);
    let most = points.iter().map(|point| point.1).fold(0.0, f64::max);
    let least = points
        .iter()
        .map(|point| point.1)
        .fold(f64::INFINITY, f64::min);
    // What takes no time worth the name does not grow, whatever its ratio.
    let name = if most / least < 1.5 || most < 0.000_5 {
        "constant"
    } else if points.len() > 2 && misfit(points, f64::ln) < misfit(points, |size| size) {
        "logarithmic"
    } else if times > larger * 1.5 {
        "more than linear"
    } else {
        "linear"
    };
    format!("{name} (x{times:.1} for x{larger:.0})")
}

/// The sum of squared relative errors of the best line through cost against a measure of size.
fn misfit(points: &[(f64, f64)], measure: impl Fn(f64) -> f64) -> f64 {
    let count = points.len() as f64;
    let weight = |y: f64| 1.0 / (y * y);
    let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
        points
            .iter()
            .map(|(x, y)| of(measure(*x), *y) * weight(*y))
            .sum()
    };
    let (w, x, y) = (sum(&|_, _| 1.0), sum(&|x, _| x), sum(&|_, y| y));
    let (xx, xy) = (sum(&|x, _| x * x), sum(&|x, y| x * y));
    let below = w * xx - x * x;
    if below.abs() < f64::EPSILON * w * xx * count {
        return f64::INFINITY;
    }
    let slope = (w * xy - x * y) / below;
    let start = (y - slope * x) / w;
    sum(&|x, y| (start + slope * x - y).powi(2))
}

fn number(one: &Value, name: &str) -> Option<f64> {
    one[name].as_f64()
}

/// Seconds for work, milliseconds for questions, as the plot and the growth see them: in seconds.
fn cost(one: &Value) -> f64 {
    number(one, "ours_s")
        .or_else(|| number(one, "median_ms").map(|ms| ms / 1_000.0))
        .unwrap_or(0.0)
}

fn page(record: &Value) -> String {
    let mut out = String::from(
        "# Performance\n\nMade by `cargo xtask bench --record`; every figure was measured by it. A ratio compares with the plain tool in the same run on the same \
         machine: above 1 is faster than the tool. Times are those of a release build; peak is the memory of the whole process.\n\n![What work costs as it grows](performance.svg)\n\n\
         ## Work\n\n| work | size | ours | beside | ratio | peak MiB | growth | on |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let machines = machines(record);
    for one in series(record, "work") {
        let grows = grown(&one.points);
        let largest = one.points.len() - 1;
        for (place, (_, point)) in one.points.iter().enumerate() {
            let ours = cost(point);
            let plain = number(point, "plain_s");
            let _ = writeln!(
                out,
                "| {} | {} | {ours:.3} s | {} | {} | {} | {} | {} |",
                one.name,
                point["size"].as_str().unwrap_or_default(),
                match plain {
                    Some(plain) => format!(
                        "{plain:.3} s: {}",
                        point["beside"].as_str().unwrap_or_default()
                    ),
                    None => point["beside"].as_str().unwrap_or_default().to_owned(),
                },
                plain.map_or_else(String::new, |plain| format!("{:.2}", plain / ours)),
                // Of two windows only the time was taken.
                number(point, "peak_mib")
                    .filter(|peak| *peak > 0.0)
                    .map_or_else(String::new, |peak| format!("{peak:.0}")),
                if place == largest { grows.as_str() } else { "" },
                letter(&machines, point),
            );
        }
    }
    out.push_str("\n## Questions of the screens, each asked 200 times inside the program\n\n| question | size | median ms | 99th ms | worst ms | growth | on |\n| --- | --- | --- | --- | --- | --- | --- |\n");
    for one in series(record, "questions") {
        let grows = grown(&one.points);
        let largest = one.points.len() - 1;
        for (place, (_, point)) in one.points.iter().enumerate() {
            let ms = |name: &str| number(point, name).unwrap_or(0.0);
            let _ = writeln!(
                out,
                "| {} | {} | {:.2} | {:.2} | {:.2} | {} | {} |",
                one.name,
                point["size"].as_str().unwrap_or_default(),
                ms("median_ms"),
                ms("p99_ms"),
                ms("worst_ms"),
                if place == largest { grows.as_str() } else { "" },
                letter(&machines, point),
            );
        }
    }
    for (place, one) in (record["sizes"].as_array().into_iter().flatten()).enumerate() {
        if place == 0 {
            out.push_str("\n## What is installed\n\n| what | size |\n| --- | --- |\n");
        }
        let _ = writeln!(
            out,
            "| {} | {:.1} MB |",
            one["work"].as_str().unwrap_or_default(),
            number(one, "bytes").unwrap_or(0.0) / 1e6
        );
    }
    out.push_str("\nMeasured on:\n\n");
    for (name, letter) in machines.iter().zip(LETTERS.chars()) {
        let _ = writeln!(out, "- {letter}: {name}");
    }
    out
}

/// How cost grows, as far as it was measured where the largest size was: between two machines nothing grows.
fn grown(points: &[(f64, &Value)]) -> String {
    let last = points.last().map(|(_, one)| &one["machine"]);
    let there = points
        .iter()
        .filter(|(_, one)| Some(&one["machine"]) == last);
    growth(
        &there
            .map(|(size, one)| (*size, cost(one)))
            .collect::<Vec<_>>(),
    )
}

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Every machine on which something of the record was timed.
fn machines(record: &Value) -> Vec<&str> {
    let timed = ["work", "questions"]
        .iter()
        .flat_map(|part| record[*part].as_array());
    let mut names: Vec<&str> = (timed.flatten())
        .filter_map(|one| one["machine"].as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// How the page names the machine that a figure was taken on.
fn letter(machines: &[&str], point: &Value) -> char {
    let place = machines
        .iter()
        .position(|name| Some(*name) == point["machine"].as_str());
    place
        .and_then(|place| LETTERS.chars().nth(place))
        .unwrap_or('?')
}

const WIDE: f64 = 260.0;
const HIGH: f64 = 170.0;
const ACROSS: usize = 3;

/// Small plots side by side, both scales logarithmic: ours drawn through, the plain tool dashed.
fn plot(record: &Value) -> String {
    let mut all = series(record, "work");
    all.extend(series(record, "questions"));
    all.retain(|one| one.points.len() > 1);
    let rows = all.len().div_ceil(ACROSS);
    let (width, height) = (WIDE * ACROSS as f64, HIGH * rows as f64);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"sans-serif\" font-size=\"10\" role=\"img\" aria-label=\"What work costs as it grows; the figures are in the tables of PERFORMANCE.md\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for (place, one) in all.iter().enumerate() {
        let left = WIDE * (place % ACROSS) as f64;
        let top = HIGH * (place / ACROSS) as f64;
        let ours: Vec<(f64, f64)> = one
            .points
            .iter()
            .map(|(size, point)| (*size, cost(point)))
            .collect();
        let plain: Vec<(f64, f64)> = one
            .points
            .iter()
            .filter_map(|(size, point)| Some((*size, number(point, "plain_s")?)))
            .collect();
        out.push_str(&small(left, top, one, &ours, &plain));
    }
    out.push_str("</svg>\n");
    out
}

fn small(
    left: f64,
    top: f64,
    one: &Series<'_>,
    ours: &[(f64, f64)],
    plain: &[(f64, f64)],
) -> String {
    let costs = || ours.iter().chain(plain).map(|point| point.1.max(1e-6));
    let (low, high) = (
        costs().fold(f64::INFINITY, f64::min),
        costs().fold(0.0, f64::max),
    );
    let (first, last) = (ours.first(), ours.last());
    let (from, to) = (
        first.map_or(1.0, |point| point.0),
        last.map_or(1.0, |point| point.0),
    );
    let along = |value: f64, low: f64, high: f64| {
        if high > low {
            (value / low).ln() / (high / low).ln()
        } else {
            0.5
        }
    };
    let at = |(size, cost): &(f64, f64)| {
        (
            left + 50.0 + along(*size, from, to) * (WIDE - 70.0),
            top + HIGH - 35.0 - along(cost.max(1e-6), low, high) * (HIGH - 70.0),
        )
    };
    let line = |points: &[(f64, f64)], style: &str| {
        let drawn: Vec<String> = points
            .iter()
            .map(|point| {
                let (x, y) = at(point);
                format!("{x:.1},{y:.1}")
            })
            .collect();
        format!(
            "<polyline points=\"{}\" fill=\"none\" {style}/>\n",
            drawn.join(" ")
        )
    };
    let mut out = format!(
        "<text x=\"{:.0}\" y=\"{:.0}\" font-weight=\"bold\">{}</text>\n",
        left + 10.0,
        top + 18.0,
        one.name.replace('&', "&amp;").replace('<', "&lt;")
    );
    out.push_str(&line(ours, "stroke=\"#0b5d66\" stroke-width=\"2\""));
    if plain.len() > 1 {
        out.push_str(&line(
            plain,
            "stroke=\"#777\" stroke-width=\"1.5\" stroke-dasharray=\"4 3\"",
        ));
    }
    for (cost, y) in [(high, top + 35.0), (low, top + HIGH - 35.0)] {
        let _ = writeln!(
            out,
            "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\" fill=\"#555\">{}</text>",
            left + 44.0,
            y + 3.0,
            seconds(cost)
        );
    }
    for (point, anchor) in [(one.points.first(), "start"), (one.points.last(), "end")] {
        if let Some((size, point)) = point {
            let (x, _) = at(&(*size, low));
            let _ = writeln!(
                out,
                "<text x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"{anchor}\" fill=\"#555\">{}</text>",
                top + HIGH - 14.0,
                point["size"].as_str().unwrap_or_default()
            );
        }
    }
    out
}

fn seconds(cost: f64) -> String {
    if cost >= 1.0 {
        format!("{cost:.1} s")
    } else if cost >= 0.001 {
        format!("{:.1} ms", cost * 1_000.0)
    } else {
        format!("{:.0} µs", cost * 1_000_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_page_claims_what_was_recorded_and_nothing_else() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let record: Value = serde_json::from_slice(&fs::read(root.join(RECORD)).unwrap()).unwrap();
        for (path, made) in [(PAGE, page(&record)), (PLOT, plot(&record))] {
            if std::env::var_os("UPDATE_DOCS").is_some() {
                fs::write(root.join(path), &made).unwrap();
            }
            assert!(
                fs::read_to_string(root.join(path)).unwrap() == made,
                "{path} is another than {RECORD} makes: run cargo xtask bench --record"
            );
        }
    }

    #[test]
    fn growth_has_the_name_of_the_curve_it_follows() {
        let grown = |cost: fn(f64) -> f64| growth(&[1e3, 1e4, 1e5].map(|size| (size, cost(size))));
        assert!(grown(|_| 2.0).starts_with("constant"));
        assert!(grown(|size| size.ln()).starts_with("logarithmic"));
        assert!(grown(|size| 0.1 + size * 1e-3).starts_with("linear"));
        assert!(grown(|size| size * size * 1e-6).starts_with("more than linear"));
        assert_eq!(growth(&[(1.0, 2.0)]), "", "one size tells nothing");
    }

    #[test]
    fn what_is_measured_again_replaces_what_was_recorded_beside_the_same_tool() {
        let one = json!({"work": "seal", "size": "1 MiB", "beside": "cp; 3 bytes"});
        let same = json!({"work": "seal", "size": "1 MiB", "beside": "cp; 4 bytes"});
        let other = json!({"work": "seal", "size": "1 MiB", "beside": "bagit-python"});
        assert!(key(&one) == key(&same) && key(&one) != key(&other));
    }
}
