// A trace as a picture: each node a box with the slots that the packet meets, from the source to the destination. The same is told
// as text below it.

import { nothing, svg } from './lit-html/lit-html.js';

const BOX = 232;
const GAP = 56;
const END = 150;
const ROW = 25;
const TOP = 46;

/** Cuts a text so that it fits. */
const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function mark(visit) {
  if (visit.dropped) {
    return 'drop';
  }
  return { ALLOW: 'allow', DENY: 'drop', PASS: 'pass' }[visit.verdict?.outcome] ?? '';
}

const GLYPHS = {
  allow: (x, y) => svg`<path class="glyph" d="M${x - 5},${y} l3.5,3.5 L${x + 5},${y - 4}"></path>`,
  drop: (x, y) => svg`<path class="glyph" d="M${x - 4},${y - 4} l8,8 m0,-8 l-8,8"></path>`,
  pass: (x, y) => svg`<path class="glyph" d="M${x - 4},${y - 4} l4,4 l-4,4"></path>`,
};

function slot(visit, x, y) {
  const kind = mark(visit);
  return svg`<g class="visit ${kind}"><rect x=${x} y=${y} width=${BOX - 24} height=${ROW - 5} rx="4"></rect>
    <text x=${x + 9} y=${y + 14}>${visit.slot}</text>${kind ? GLYPHS[kind](x + BOX - 38, y + 10) : nothing}</g>`;
}

function arrow(x1, x2, y, label, passed) {
  return svg`<g class="way ${passed ? '' : 'dead'}"><path d="M${x1 + 4},${y} H${x2 - 10}"></path><path class="tip" d="M${x2 - 11},${y - 5} l8,5 l-8,5Z"></path>
    <text x=${(x1 + x2) / 2} y=${y - 9} text-anchor="middle">${label}</text></g>`;
}

function end(point, x, y, passed) {
  return svg`<g class="end ${passed ? '' : 'dead'}"><rect x=${x} y=${y - 27} width=${END} height="54" rx="8"></rect>
    <text x=${x + END / 2} y=${y - 4} text-anchor="middle" class="strong">${short(point.name, 20)}</text>
    <text x=${x + END / 2} y=${y + 14} text-anchor="middle">${short(point.name === point.address ? '' : point.address, 22)}</text></g>`;
}

/** A drawing of an answer to trace. */
export function picture(answer) {
  const most = Math.max(1, ...answer.hops.map((hop) => hop.slots.length));
  const height = TOP + most * ROW + 36;
  const width = 2 * (END + GAP) + answer.hops.length * BOX + Math.max(0, answer.hops.length - 1) * GAP + 8;
  const middle = 6 + (height - 12) / 2;
  const at = (index) => 4 + END + GAP + index * (BOX + GAP);
  const last = answer.hops.length - 1;
  const words = `${answer.source.name} to ${answer.destination.name}: ${answer.admitted ? 'admitted' : 'dropped'}. ${answer.hops
    .map((hop) => `Node ${hop.node}: ${hop.slots.map((visit) => visit.slot + (visit.dropped ? ' (dropped here)' : '')).join(', ')}`).join('. ')}`;
  return svg`<svg class="trace" viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img" aria-label=${words}>
    ${end(answer.source, 4, middle, true)}
    ${answer.hops.map((hop, index) => svg`
      ${arrow(index ? at(index) - GAP : 4 + END, at(index), middle, index ? 'tunnel' : '', true)}
      <g class="hop"><rect x=${at(index)} y="6" width=${BOX} height=${height - 12} rx="9"></rect>
        <text x=${at(index) + 14} y="29" class="strong">${short(hop.node, 24)}</text>
        ${hop.slots.map((visit, row) => slot(visit, at(index) + 12, TOP + row * ROW))}
        <text x=${at(index) + 14} y=${height - 17} class="leaves">${short(hop.leaves, 34)}</text></g>`)}
    ${arrow(last < 0 ? 4 + END : at(last) + BOX, last < 0 ? 4 + END + GAP : at(last) + BOX + GAP, middle, '', answer.admitted)}
    ${end(answer.destination, (last < 0 ? 4 + END : at(last) + BOX) + GAP, middle, answer.admitted)}</svg>`;
}
