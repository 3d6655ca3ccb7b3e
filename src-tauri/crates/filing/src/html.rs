//! The contents page: no scripts, nothing remote, readable in any browser.

use crate::filled::Filing;
use std::fmt::Write as _;

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

const STYLE: &str = ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:3rem auto;padding:0 1.5rem}\
h1{font-size:1.5rem;margin:0 0 .25rem}p.banner{border-left:4px solid #b7791f;padding:.25rem .75rem}table{border-collapse:collapse;width:100%}\
th,td{text-align:left;vertical-align:top;padding:.4rem .75rem .4rem 0;border-bottom:1px solid #8886}code{font-size:.8rem;overflow-wrap:anywhere}";

/// Writes the page. `more` are files beside the filing that are no attachments: name and what it is.
pub(crate) fn write(filing: &Filing, more: &[(String, String)]) -> String {
    let mut out = String::new();
    let title = format!(
        "{} {}",
        escape(&filing.reference),
        escape(&filing.form.title)
    );
    let filer = filing
        .rows("filer")
        .first()
        .map_or("", |row| row.cell("legal_name"));
    let to = filing.value("addressee");
    let to = if to.is_empty() {
        String::new()
    } else {
        format!(", to {}", escape(to))
    };
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>{title}</h1>\n<p><bdi>{}</bdi>{to}</p>\n<p class=\"banner\">{}</p>\n\
         <p><a href=\"filing.pdf\">The filing, to read (PDF)</a> · <a href=\"filing.json\">for a machine (JSON)</a> · \
         <a href=\"filing.schema.json\">its JSON Schema</a> · <a href=\"journal.jsonl\">journal extract</a></p>\n",
        escape(filer),
        escape(&filing.pack.banner)
    );
    if let Some(corrects) = &filing.corrects {
        let _ = writeln!(
            out,
            "<p>It replaces {}, whose bundle {} has the SHA-256 <code>{}</code>.</p>",
            escape(&corrects.reference),
            escape(&corrects.bundle),
            escape(&corrects.sha256)
        );
    }
    if !more.is_empty() {
        out.push_str("<h2>Also here</h2>\n<ul>\n");
        for (file, what) in more {
            let _ = writeln!(
                out,
                "<li><a href=\"{0}\">{0}</a>: {1}</li>",
                escape(file),
                escape(what)
            );
        }
        out.push_str("</ul>\n");
    }
    out.push_str("<h2>Documents</h2>\n");
    if filing.attachments.is_empty() {
        out.push_str("<p>None.</p>\n");
    } else {
        out.push_str("<table>\n<tr><th>File</th><th>Name it came with</th><th>Bytes</th><th>SHA-256</th></tr>\n");
        for attachment in &filing.attachments {
            let file = escape(&attachment.file);
            let _ = writeln!(
                out,
                "<tr><td><a href=\"{file}\">{file}</a></td><td><bdi>{}</bdi></td><td>{}</td><td><code>{}</code></td></tr>",
                escape(&attachment.original_name),
                attachment.bytes,
                escape(&attachment.sha256)
            );
        }
        out.push_str("</table>\n");
    }
    let _ = write!(
        out,
        "<p>Signed by <bdi>{}</bdi> with key <code>{}</code>. Journal head {}. How to check this bundle stands in VERIFY.txt, one folder up.</p>\n</body>\n</html>\n",
        escape(&filing.signature.name),
        escape(&filing.signature.fingerprint),
        escape(&filing.integrity.event_chain_head)
    );
    out
}
