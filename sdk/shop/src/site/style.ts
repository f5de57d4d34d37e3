/**
 * The one style sheet, and pictures of goods that nobody photographed: drawn from category and name, always the same.
 * Floor: shop site; pure.
 */
import { createHash } from 'node:crypto';

export const STYLE = `:root{--ink:#1d2330;--paper:#fbfaf7;--line:#d9d5cb;--accent:#8a2c1d;--good:#1f6b3a;color-scheme:light}
*{box-sizing:border-box}
body{margin:0 auto;max-width:64rem;padding:0 1rem 3rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
header{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;align-items:baseline;justify-content:space-between;padding:1rem 0;border-bottom:1px solid var(--line)}
header .name{font-weight:700;font-size:1.25rem;color:inherit;text-decoration:none}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem}
a{color:var(--accent)}
nav a,button,.button{display:inline-block;min-height:2.75rem;padding:.6rem .4rem}
h1{font-size:1.6rem;line-height:1.2}
.items{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:1rem;padding:0;list-style:none}
.items li,.listing,.receipt{border:1px solid var(--line);border-radius:.5rem;padding:.75rem;background:#fff}
.listing,.receipt{margin:1rem 0}
.items img,.item img{width:100%;height:auto;max-width:20rem;border-radius:.35rem;display:block}
.items a{color:inherit;text-decoration:none;font-weight:600}
.items p{margin:.15rem 0}
.price{font-variant-numeric:tabular-nums;font-weight:600}
.there{color:var(--good)}.gone{color:var(--accent)}.why{font-size:.9rem}
.offers{background:#f4ecdc;border-radius:.5rem;padding:.5rem 1rem;margin:1rem 0}.offers h2{font-size:1rem;margin:.25rem 0}
form{margin:.75rem 0;display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center}
label{display:inline-flex;flex-wrap:wrap;gap:.25rem .5rem;align-items:center}
input,select{font:inherit;padding:.5rem;min-height:2.75rem;border:1px solid #8b8779;border-radius:.35rem;background:#fff;max-width:100%}
input[type=radio]{min-height:1.5rem;width:1.25rem}
input[type=number]{width:5.5rem}
fieldset{border:1px solid var(--line);border-radius:.5rem;width:100%}fieldset label{display:flex}
button,.button{font:inherit;font-weight:600;padding:.6rem 1.1rem;border:0;border-radius:.35rem;background:var(--accent);color:#fff;cursor:pointer;text-decoration:none}
button[value=remove]{background:#5d6472}
:focus-visible{outline:3px solid #2456c7;outline-offset:2px}
table{border-collapse:collapse;width:100%;max-width:40rem}td,th{padding:.4rem 0;border-bottom:1px solid var(--line);text-align:left}
td:last-child{text-align:right;font-variant-numeric:tabular-nums}.discount td{color:var(--good)}
.code{font-size:1.5rem;letter-spacing:.15em}.status{font-size:1.25rem;font-weight:700}
.phone{max-width:24rem;margin:2.5rem auto;padding:1.5rem 2rem 2rem;border:1px solid var(--line);border-radius:1.5rem;background:#fff;text-align:center}.phone form{justify-content:center}.phone .code{font-size:2.25rem;margin:1rem 0}
pre{overflow-x:auto;font-size:.75rem}
footer{margin-top:3rem;border-top:1px solid var(--line);font-size:.9rem}
`;

/** Outlines of what categories hold, on 160 × 120. Any other one is a box. */
const SHAPES: Readonly<Record<string, string>> = {
  coffee: 'M60 30h40l6 62a6 6 0 0 1-6 6H60a6 6 0 0 1-6-6zM60 30l4-10h32l4 10',
  tea: 'M50 48h52v30a20 20 0 0 1-20 20H70a20 20 0 0 1-20-20zM102 54h10a10 10 0 0 1 0 22h-10M66 40c0-8 8-8 8-16M82 40c0-8 8-8 8-16',
  tableware: 'M44 44h72l-8 40a14 14 0 0 1-14 12H66a14 14 0 0 1-14-12zM36 100h88',
  grocery: 'M58 40h44v52a8 8 0 0 1-8 8H66a8 8 0 0 1-8-8zM56 26h48v14H56z',
  sweets: 'M46 34h68v52H46zM68.500 34v52M91 34v52M46 60h68',
  bakery:
    'M30 78C40 46 96 26 128 34c8 4 4 14-2 18C104 66 70 92 44 94c-10 0-16-8-14-16zM62 62l10 10M82 50l10 10M102 42l8 8',
  gift: 'M40 48h80v48H40zM36 36h88v12H36zM80 36v60M80 36c-18-2-24-18-12-20 8 0 12 12 12 20 0-8 4-20 12-20 12 2 6 18-12 20',
};
const BOX = 'M44 40h72v56H44zM44 40l14-14h72l-14 14M116 40l14-14v56l-14 14';

/** An SVG of its own; the name decides the colour. */
export function pictureOf(sku: string, category: string): string {
  const hue = ((createHash('sha256').update(sku).digest()[0] ?? 0) * 360) >> 8;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 120"><rect width="160" height="120" fill="hsl(${hue} 45% 88%)"/><path d="${SHAPES[category] ?? BOX}" fill="hsl(${hue} 50% 72%)" stroke="hsl(${hue} 45% 28%)" stroke-width="3" stroke-linejoin="round" stroke-linecap="round"/></svg>`;
}
