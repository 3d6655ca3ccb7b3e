//! The contents page: no scripts, nothing remote, readable in any browser.

use crate::form::Filing;
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

/// Writes the page.
pub(crate) fn write(filing: &Filing) -> String {
    let header = &filing.header;
    let mut out = String::new();
    let title = format!("{} {}", escape(&header.reference), escape(&header.title));
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>{title}</h1>\n<p>{}, to {}</p>\n<p class=\"banner\">{}</p>\n\
         <p><a href=\"filing.pdf\">The filing, to read (PDF)</a> · <a href=\"filing.json\">for a machine (JSON)</a> · \
         <a href=\"journal.jsonl\">journal extract</a></p>\n",
        escape(&header.filer.legal_name),
        escape(&filing.body.addressee),
        escape(&header.pack.banner)
    );
    out.push_str("<h2>Documents</h2>\n<table>\n<tr><th>File</th><th>Name it came with</th><th>Bytes</th><th>SHA-256</th></tr>\n");
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
    let _ = write!(
        out,
        "</table>\n<p>Signed by <bdi>{}</bdi> with key <code>{}</code>. Journal head {}. How to check this bundle stands in VERIFY.txt, one folder up.</p>\n</body>\n</html>\n",
        escape(&filing.signature.name),
        escape(&filing.signature.fingerprint),
        escape(&filing.integrity.event_chain_head)
    );
    out
}
