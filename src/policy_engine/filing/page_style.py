"""The look of the page: one column of tables, cards on a phone, A4 when printed. Nothing is loaded from anywhere."""

from __future__ import annotations

STYLE = """
:root { --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --head: #f3f5f7; --ok: #1a7f37; --open: #b42318; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.5rem 3rem; color: var(--ink); background: #fff;
  font: 15px/1.6 "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.35; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .25rem; }
h3 { font-size: 1rem; margin: 0; display: inline; }
p, ul { margin: .25rem 0; }
ul { padding-left: 1.25rem; }
.soft, .meta { color: var(--soft); font-size: .87em; }
.meta { display: flex; flex-wrap: wrap; gap: .1rem 1.25rem; }
.summary { margin: 1rem 0 0; padding: .55rem .9rem; border: 1px solid; border-left-width: 5px; border-radius: 4px;
  font-weight: 600; }
.ok { color: var(--ok); }
.open { color: var(--open); }
table { width: 100%; border-collapse: collapse; margin: .75rem 0 1.25rem; table-layout: fixed; }
th, td { border: 1px solid var(--line); padding: .45rem .6rem; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
thead th { background: var(--head); font-size: .87em; font-weight: 600; }
thead .name { background: none; border-width: 0 0 1px; padding: .5rem 0 .4rem; font-size: 1em; }
.name .verdict { margin-left: .75rem; }
.name .who { display: none; margin-left: .75rem; font-weight: 400; }
tbody th { font-weight: 600; }
.item { display: flex; gap: .55rem; align-items: flex-start; }
.box { flex: none; display: inline-block; position: relative; appearance: none; -webkit-appearance: none;
  width: 1.05em; height: 1.05em; margin: .28em 0 0; border: 1.5px solid var(--ink); border-radius: 2px;
  background: #fff; font: inherit; }
input.box { cursor: pointer; }
.box.on::after, .box:checked::after { content: ""; position: absolute; left: .29em; top: .02em; width: .34em;
  height: .68em; border: solid var(--ink); border-width: 0 .15em .15em 0; transform: rotate(42deg); }
.box.none { border-color: var(--line); }
.box.none::after { content: ""; position: absolute; left: .15em; right: .15em; top: 50%;
  border-top: 1.5px solid var(--soft); }
.not_needed td, .not_needed th { color: var(--soft); font-weight: 400; }
td > div { min-width: 0; }
td p { margin: 0 0 .2rem; }
td p:last-child { margin-bottom: 0; }
.clause { font-size: .87em; }
.clause b { font-weight: 600; }
.sign { display: flex; gap: 3rem; margin-top: 2.5rem; }
.sign span { flex: 1; border-bottom: 1px solid var(--ink); padding-bottom: .2rem; }
@media screen and (max-width: 700px) {
  body { padding: 1.1rem .9rem 2rem; }
  h1 { font-size: 1.25rem; }
  table, thead, tbody, tr, th, td { display: block; width: auto; }
  thead tr:last-child { display: none; }
  thead .name { border: 0; padding: 0 0 .5rem; }
  tbody tr { border: 1px solid var(--line); border-radius: 6px; margin-bottom: .7rem; padding: .55rem .75rem; }
  tbody th, tbody td { border: 0; padding: .2rem 0; }
  tbody td { display: grid; grid-template-columns: 4.6rem 1fr; gap: .5rem; }
  tbody td::before { content: attr(data-label); color: var(--soft); font-size: .87em; }
  tbody td:empty { display: none; }
}
@media print {
  @page { size: A4; margin: 16mm 14mm 18mm; @bottom-right { content: counter(page) " / " counter(pages);
    font-size: 9pt; color: #57606a; } }
  :root { --line: #8c959f; --head: #fff; --ok: #1b1f24; --open: #1b1f24; }
  body { max-width: none; padding: 0; font-size: 9.5pt; line-height: 1.45; }
  h2 { break-after: avoid; margin-top: 1.2rem; }
  thead { display: table-header-group; }
  .name .who { display: inline; }
  tr, .summary, .sign { break-inside: avoid; }
  th, td { padding: 1.2mm 1.8mm; }
}
"""
