// What runs, what guards without its bundle, and what can be installed.

import { html, nothing } from '../lit-html/lit-html.js';
import { count, plural, words } from '../format.js';
import * as live from '../live.js';
import { badge, link, table } from '../parts.js';

const KINDS = { RUNNING: ['good', 'running'], INSTALLED: ['warn', 'installed, not bound'], LEAVING: ['warn', 'leaving'], GUARDING: ['warn', 'guards without its bundle'], AVAILABLE: ['idle', 'can be installed'] };

export function mark() {
  const number = live.section('features', []).filter((each) => ['INSTALLED', 'LEAVING', 'GUARDING'].includes(each.state)).length;
  return number ? html`<span class="bubble" title="${plural(number, 'feature')} to look at">${number}</span>` : nothing;
}

export function show() {
  const features = live.section('features', []);
  const empty = live.section('slots', []).filter((slot) => slot.stages.length === 0);
  return html`
    <h1 id="title" tabindex="-1">Features</h1>
    <p class="muted">Each is a bundle that comes and goes while packets flow: <code>feature:install karst-NAME</code> and
      <code>feature:uninstall karst-NAME</code> in the shell.</p>
    ${table('Features', [['Feature'], ['State'], ['What it does'], ['Stages in slots'], ['Flows', 'number'], ['Version']], features.map((each) => html`<tr>
      <th scope="row">${each.name}</th><td>${badge(...KINDS[each.state])}</td><td class="text">${each.description || '–'}</td>
      <td class="stages">${each.stages.length === 0 ? '–' : each.stages.map((stage) => html`<a class="chip" href=${link('slots', { slot: stage.slot })}>${stage.slot}${stage.state === 'BOUND' ? nothing : ` (${words(stage.state)})`}</a> `)}</td>
      <td class="number">${count(each.flows)}</td><td class="mono">${each.version || '–'}</td></tr>`), 'There are no features.')}
    <h2>Places that no feature uses</h2>
    <p class="chips">${empty.map((slot) => html`<span class="chip idle">${slot.slot}</span> `)}</p>`;
}
