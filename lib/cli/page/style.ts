/** The look of the page: light and dark, narrow and wide, and on paper. Every pair of colours has a contrast of 4.5 : 1 or more. */

/** Name → light, dark. */
export const COLOURS = {
  paper: ['#ffffff', '#14171c'],
  raised: ['#f5f6f8', '#1d2128'],
  ink: ['#1b1f26', '#e7e9ed'],
  quiet: ['#545c69', '#a5adba'],
  rule: ['#d5d9e0', '#353c48'],
  link: ['#0b57a8', '#84b8f5'],
  critical: ['#a3123a', '#ff9db3'],
  high: ['#a83a06', '#ffb08a'],
  medium: ['#7a5600', '#f1cc69'],
  low: ['#4a5568', '#b6c0d0'],
  undetermined: ['#5b3aa8', '#c5b0ff'],
  exempt: ['#0a6a68', '#6fd6d2'],
  compliant: ['#1c6b34', '#82d79a'],
} as const satisfies { readonly [name: string]: readonly [string, string] };

const BADGES = ['critical', 'high', 'medium', 'low', 'undetermined', 'exempt', 'compliant'] as const;

const scheme = (index: 0 | 1): string =>
  Object.entries(COLOURS)
    .map(([name, pair]) => `--${name}:${pair[index]}`)
    .join(';');

export const STYLE = `
:root{color-scheme:light dark;${scheme(0)}}
@media screen and (prefers-color-scheme:dark){:root{${scheme(1)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main,header,footer{max-width:72rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}
h2{font-size:1.25rem;margin:2.25rem 0 .5rem}
h3{font-size:1.05rem;margin:1.75rem 0 .25rem;overflow-wrap:anywhere}
h4{font-size:1rem;margin:0;overflow-wrap:anywhere}
p{margin:.35rem 0;overflow-wrap:anywhere}
a{color:var(--link)}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.875em}
pre{margin:.25rem 0;padding:.5rem .65rem;background:var(--raised);border-radius:4px;white-space:pre-wrap;overflow-wrap:anywhere}
.quiet,.place,figcaption,caption{color:var(--quiet)}
.place{font-size:.875rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.75rem;margin:1.25rem 0 0;padding:0;list-style:none}
.tiles li{padding:.6rem .8rem;background:var(--raised);border:1px solid var(--rule);border-radius:6px}
.tiles strong{display:block;font-size:1.6rem;line-height:1.2;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
caption{text-align:left;padding:.15rem 0 .5rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--rule);overflow-wrap:break-word}
thead th{color:var(--quiet);font-weight:600;white-space:nowrap}
tbody th{font-weight:600;min-width:9rem;overflow-wrap:anywhere}
.number{text-align:right;width:7rem;font-variant-numeric:tabular-nums}
.none{color:var(--quiet)}
.digest{font-size:.75rem}
.badge{display:inline-block;padding:0 .5rem;border:1px solid currentColor;border-radius:99px;font-size:.8125rem;font-weight:600;line-height:1.5}
${BADGES.map((name) => `.${name}{color:var(--${name})}`).join('\n')}
.filter{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:end;padding:.65rem 0;background:var(--paper);border-bottom:1px solid var(--rule)}
.filter label{display:block;font-size:.8125rem;color:var(--quiet)}
.filter input,.filter select{font:inherit;color:inherit;background:var(--raised);border:1px solid var(--quiet);border-radius:4px;padding:.3rem .5rem;max-width:100%}
.filter .wide{flex:1 1 16rem}
.filter .wide input{width:100%}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
[hidden]{display:none!important}
article{padding:.9rem 0;border-bottom:1px solid var(--rule);content-visibility:auto;contain-intrinsic-size:auto 14rem}
.name{font-weight:600}
dl{display:grid;grid-template-columns:8rem minmax(0,1fr);gap:.25rem 1rem;margin:.5rem 0}
dl.codes{grid-template-columns:15rem minmax(0,1fr);font-size:.9375rem}
dt{color:var(--quiet)}
dd{margin:0;overflow-wrap:anywhere}
dd pre:first-child{margin-top:0}
summary{cursor:pointer;color:var(--link)}
footer{padding-top:2rem;padding-bottom:3rem;font-size:.875rem;color:var(--quiet)}
@media (max-width:40rem){
dl,dl.codes{grid-template-columns:minmax(0,1fr);gap:0}
dd{margin-bottom:.4rem}
.filter{position:static}
.filter div{flex:1 1 100%}
.filter select{width:100%}
}
@media print{
body{font-size:10pt}
.filter,details{display:none!important}
article{content-visibility:visible;break-inside:avoid}
h2,h3{break-after:avoid}
.number{width:auto}
a{color:inherit}
}
`;
