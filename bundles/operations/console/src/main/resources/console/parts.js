// Small pieces that several views share.

import { html, nothing, svg } from './lit-html/lit-html.js';

/** A word with a mark beside it: the mark has a shape of its own, so that colour alone says nothing. */
export const badge = (kind, text) => html`<span class="badge ${kind}">
  <svg class="mark" viewBox="0 0 10 10" aria-hidden="true">${MARKS[kind] ?? MARKS.idle}</svg>${text}</span>`;

const MARKS = {
  good: svg`<circle cx="5" cy="5" r="4"></circle>`,
  warn: svg`<path d="M5 .8 9.6 9H.4Z"></path>`,
  bad: svg`<path d="M1 1h8v8H1Z"></path>`,
  idle: svg`<circle cx="5" cy="5" r="3.2" class="hollow"></circle>`,
};

/** A line of the last values. The figure beside it says the newest, so it is not read out. */
export function sparkline(values, width = 120, height = 26) {
  if (values.length < 2) {
    return svg`<svg class="spark" viewBox="0 0 ${width} ${height}" aria-hidden="true"></svg>`;
  }
  const most = Math.max(...values, 1e-9);
  const step = width / 89;
  const left = width - (values.length - 1) * step;
  const points = values.map((value, at) => [left + at * step, height - 2 - (value / most) * (height - 5)]);
  const line = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' L');
  return html`<svg class="spark" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">
    <path class="area" d="M${points[0][0].toFixed(1)},${height} L${line} L${width},${height}Z"></path>
    <path class="line" d="M${line}"></path></svg>`;
}

/** A figure with its name and its past. */
export const tile = (name, value, note, values) => html`<div class="tile">
  <dt>${name}</dt><dd><span class="value">${value}</span>${note ? html` <span class="note">${note}</span>` : nothing}</dd>
  ${values ? sparkline(values) : nothing}</div>`;

/** A table with a caption for who cannot see where it stands; columns are [title, class]. */
export const table = (caption, columns, rows, empty) => rows.length === 0
  ? html`<p class="empty">${empty}</p>`
  : html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
      <caption class="unseen">${caption}</caption>
      <thead><tr>${columns.map(([title, kind]) => html`<th scope="col" class="${kind ?? ''}">${title}</th>`)}</tr></thead>
      <tbody>${rows}</tbody></table></div>`;

/** A list of sentences, each of which is wrong with something. */
export const sentences = (list, none) => list.length === 0
  ? html`<p class="empty">${none}</p>`
  : html`<ul class="sentences">${list.map((each) => html`<li>${each}</li>`)}</ul>`;

/** What a question that is asked by hand shows until it is answered. */
export const outcome = (asked, show) => {
  if (asked.failure) {
    return html`<p class="refusal" role="alert">${asked.failure}</p>`;
  }
  if (asked.answer) {
    return show(asked.answer);
  }
  return asked.busy ? html`<p class="empty">Asking …</p>` : nothing;
};

/** A share as a bar. */
export const meter = (share, name) => svg`<svg class="meter" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="${name}">
  <rect class="rail" width="100" height="6" rx="3"></rect><rect class="fill" width="${Math.max(0, Math.min(100, share * 100))}" height="6" rx="3"></rect></svg>`;

/** A long text that is cut after commas rather than inside of words. */
export const breakable = (text) => text.split(/(?<=,)/).map((part) => html`${part}<wbr>`);

/** The address of a view. */
export const link = (view, parameters = {}) => {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value));
  return `#/${view}${query.size ? `?${query}` : ''}`;
};
