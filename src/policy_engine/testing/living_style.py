"""The look of the page: three columns where there is room, one below the other on a phone and on paper."""

from __future__ import annotations

STYLE = """
:root { --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --head: #f3f5f7; --link: #0550ae;
  --passed: #1a7f37; --failed: #b42318; --open: #9a6700; --none: #6e7781; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 2.6rem; }
body { margin: 0; color: var(--ink); background: #fff; overflow-wrap: anywhere;
  font: 15px/1.65 "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei",
    "WenQuanYi Zen Hei", system-ui, sans-serif; }
header, main, footer { max-width: 100rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.35; margin: 0 0 .5rem; }
h2 { font-size: 1.1rem; margin: 0 0 .25rem; display: flex; flex-wrap: wrap; gap: .25rem .6rem; align-items: center; }
h4 { font-size: .95rem; margin: 0 0 .25rem; }
p { margin: .2rem 0; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, input:focus-visible, .frame:focus-visible { outline: 2px solid var(--link);
  outline-offset: 2px; border-radius: 2px; }
section:focus { outline: none; }
.soft, .at { color: var(--soft); font-size: .87em; }
.at { font-family: ui-monospace, Consolas, monospace; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: .5rem; background: #fff; padding: .25rem .5rem; z-index: 9; }
.meta { display: grid; grid-template-columns: auto 1fr; gap: .1rem .9rem; margin: 0 0 .6rem; font-size: .9em; }
.meta dt { color: var(--soft); }
.meta dd { margin: 0; }
.counts { display: flex; flex-wrap: wrap; gap: .3rem .6rem; }
.counts span { border: 1px solid var(--line); border-radius: 1em; padding: 0 .7em; font-size: .9em; }
.ok, .passed > summary > .mark, span.passed { color: var(--passed); }
.bad, .failed > summary > .mark, span.failed { color: var(--failed); }
.not_run > summary > .mark, .skipped > summary > .mark, span.not_run, span.skipped { color: var(--open); }
.search { display: flex; flex-wrap: wrap; gap: .4rem .8rem; align-items: center; margin: .7rem 0; }
.search input[type=search] { font: inherit; padding: .25rem .6rem; border: 1px solid var(--none); border-radius: 6px;
  width: 20rem; max-width: 100%; }
nav { display: flex; flex-wrap: wrap; gap: .3rem; margin: 0 0 1rem; }
.chip { display: inline-block; border: 1px solid var(--line); border-radius: 5px; padding: 0 .5em; font-size: .87em;
  text-decoration: none; color: var(--ink); white-space: nowrap; }
a.chip:hover { border-color: var(--link); color: var(--link); }
nav .chip { border-left-width: 4px; }
.chip.passed, .clause.passed .notice { border-left-color: var(--passed); }
.chip.failed, .clause.failed .notice { border-left-color: var(--failed); }
.chip.not_run, .clause.not_run .notice, .chip.none, .clause.none .notice { border-left-color: var(--open); }
.chip.out { opacity: .3; }
.chip.here { background: var(--head); font-weight: 600; }
.badge { font-size: .75rem; font-weight: 400; border: 1px solid; border-radius: 1em; padding: 0 .6em; }
.badge.passed { color: var(--passed); } .badge.failed { color: var(--failed); }
.badge.none, .badge.not_run { color: var(--open); } .badge.untestable { color: var(--none); }
.columns { display: none; }
.clause { border-top: 1px solid var(--line); padding: 1rem 0; }
.clause > div + div { margin-top: .8rem; }
.notice { border-left: 4px solid var(--line); padding: .1rem 0 .1rem .9rem; }
.notice h2 a { color: inherit; text-decoration: none; }
.notice h2 a:hover { text-decoration: underline; }
.summary { font-size: 1.02em; }
.clause:target h2 { background: #fff8c5; }
.block { border: 1px solid var(--line); border-radius: 6px; padding: .5rem .75rem; margin: 0 0 .6rem; }
.kind { color: var(--soft); font-weight: 400; border: 1px solid var(--line); border-radius: 4px; padding: 0 .4em;
  font-size: .85em; }
code { font-family: ui-monospace, Consolas, "Noto Sans Mono CJK SC", monospace; font-size: .92em; background: var(--head);
  border-radius: 3px; padding: .05em .3em; }
mark { background: #fff8c5; padding: 0 .3em; border-radius: 3px; }
.frame { overflow-x: auto; margin: .35rem 0; }
table { border-collapse: collapse; font-size: .9em; width: 100%; }
caption { text-align: left; color: var(--soft); font-size: .92em; padding: .1rem 0; }
th, td { border: 1px solid var(--line); padding: .2rem .5rem; text-align: left; vertical-align: top;
  overflow-wrap: normal; word-break: normal; line-break: strict; }
td, tbody th { min-width: 4.4em; max-width: 22em; overflow-wrap: anywhere; }
thead th { background: var(--head); min-width: 3.2em; }
tbody th { font-weight: 600; }
tr.own > * { background: #ddf4ff; }
.scenario { border: 1px solid var(--line); border-left: 4px solid var(--line); border-radius: 6px; margin: 0 0 .4rem; }
.scenario.passed { border-left-color: var(--passed); } .scenario.failed { border-left-color: var(--failed); }
.scenario.not_run, .scenario.skipped { border-left-color: var(--open); }
.scenario:target { background: #fff8c5; }
summary { cursor: pointer; padding: .25rem .6rem; }
.inside { padding: .1rem .75rem .5rem; border-top: 1px solid var(--line); background: #fff; }
.mark { font-weight: 700; display: inline-block; width: 1.1em; }
.tags { display: flex; flex-wrap: wrap; gap: .3rem; align-items: center; }
.background > summary { padding-left: 0; color: var(--soft); }
.steps { list-style: none; margin: .3rem 0; padding: 0; }
.steps li { margin: .15rem 0; }
.steps b { color: var(--link); font-weight: 600; }
.steps li.failed { background: #ffebe9; outline: 1px solid var(--failed); border-radius: 3px; padding: 0 .3em; }
pre { margin: .3rem 0; padding: .4rem .6rem; background: var(--head); border-radius: 4px; white-space: pre-wrap;
  font: .88em/1.55 ui-monospace, Consolas, "Noto Sans Mono CJK SC", monospace; }
.message { background: #ffebe9; color: #82071e; }
.rest { border-top: 3px double var(--line); padding: 1rem 0; }
.rest > h2 { margin-bottom: .6rem; }
footer { padding: 1rem 1.5rem 3rem; border-top: 1px solid var(--line); }
.states { display: block; font-size: 13px; }
.states rect { fill: #fff; stroke: var(--none); stroke-width: 1.3; }
.states .start { fill: #ddf4ff; } .states .final { fill: #dafbe1; stroke: var(--passed); }
.states .line { fill: none; stroke: var(--none); stroke-width: 1.2; }
.states .head { fill: var(--none); }
.states text { fill: var(--ink); paint-order: stroke; stroke: #fff; stroke-width: 4px; }
.states .name { text-anchor: middle; stroke: none; }
@media screen and (min-width: 1000px) {
  .columns, .clause { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 5fr) minmax(0, 5fr); gap: 1.5rem; }
  .columns { position: sticky; top: 0; background: #fff; z-index: 2; border-bottom: 2px solid var(--line);
    padding: .35rem 0; font-weight: 600; color: var(--soft); }
  .clause > div + div { margin-top: 0; }
  .clause { border-top: 0; border-bottom: 1px solid var(--line); }
}
@media screen and (max-width: 640px) {
  header, main, footer { padding-left: 1rem; padding-right: 1rem; }
  h1 { font-size: 1.25rem; }
  .search .soft { display: none; }
  .search input[type=search] { width: 100%; }
  .meta { grid-template-columns: 1fr; gap: 0; }
  .meta dt { margin-top: .3rem; }
}
@media print {
  @page { size: A4; margin: 14mm; }
  body { font-size: 10pt; }
  .search, nav, .skip { display: none; }
  .clause, .block, .scenario, tr { break-inside: avoid-page; }
  .frame { overflow: visible; }
  details::details-content { content-visibility: visible; height: auto; }
  a { color: inherit; text-decoration: none; }
}
"""
