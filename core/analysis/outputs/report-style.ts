/** The report's style sheet: light and dark by the reader's preference, plain on paper. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--bg:#fbfaf7;--card:#fff;--ink:#1d2327;--soft:#566069;--line:#dcd9d0;--high:#a4221b;--medium:#8a5a00;--low:#4a5a66;--mark:#a4221b;--bar:#7d93a8;--window:#a4221b22;--link:#12507f}
@media (prefers-color-scheme:dark){:root{--bg:#15181b;--card:#1d2226;--ink:#e6e4df;--soft:#a3adb5;--line:#343b41;--high:#ff8d84;--medium:#f0c069;--low:#a9bac7;--mark:#ff8d84;--bar:#5d7388;--window:#ff8d8433;--link:#8fc3ee}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:68rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:2}
h1{font-size:1.7rem;line-height:1.25;margin:.2rem 0 .6rem}
h2{font-size:1.2rem;margin:2.4rem 0 .7rem;padding-top:.4rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:1.2rem 0 .3rem}
.origin{border:2px solid var(--medium);border-radius:.4rem;padding:.6rem .9rem;font-weight:600}
.verdict{font-size:1.15rem;border-left:.35rem solid var(--soft);padding:.3rem 0 .3rem .9rem;margin:1rem 0}
.verdict.compromised{border-color:var(--high)}.verdict.suspicious{border-color:var(--medium)}
nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1rem;list-style:none;padding:0;margin:.5rem 0;font-size:.92rem}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:0}dl.facts dt{color:var(--soft)}dl.facts dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:.4rem;background:var(--card)}
table{border-collapse:collapse;width:100%;font-size:.88rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th{white-space:nowrap;color:var(--soft);font-weight:600}tr:last-child td{border-bottom:0}
code,pre{font:.85em/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{margin:.2rem 0 .5rem;padding:.5rem .7rem;background:var(--bg);border:1px solid var(--line);border-radius:.3rem;white-space:pre-wrap;overflow-wrap:anywhere}
.high{color:var(--high);font-weight:700}.medium{color:var(--medium);font-weight:700}.low{color:var(--low);font-weight:600}
details{background:var(--card);border:1px solid var(--line);border-radius:.4rem;margin:.35rem 0;padding:.45rem .8rem}
summary{cursor:pointer}details[open] summary{margin-bottom:.4rem}
.soft{color:var(--soft)}.small{font-size:.88rem}
ul.tree{list-style:none;padding-left:1.1rem;margin:0;border-left:1px solid var(--line)}.tree>li{padding:.08rem 0}
.tree .suspect{font-weight:700;color:var(--high)}
svg{display:block;width:100%;height:auto}svg text{fill:var(--soft);font:11px system-ui,sans-serif}
.bar{fill:var(--bar)}.win{fill:var(--window)}.mk{stroke:var(--mark);stroke-width:2}.dot{fill:var(--mark);stroke:var(--card);stroke-width:1.5}a:focus-visible .dot{stroke:var(--link);stroke-width:3}figure{margin:1rem 0}
.axis{stroke:var(--line)}
@media print{body{background:#fff;color:#000}main{max-width:none;padding:0}nav,.skip{display:none}details{break-inside:avoid}details::details-content{content-visibility:visible;display:block}.scroll{overflow:visible}h2{break-after:avoid}}
`;
