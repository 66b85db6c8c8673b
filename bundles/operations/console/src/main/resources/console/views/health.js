// How the controller of this zone and its switches are.

import { html, nothing } from '../lit-html/lit-html.js';
import { bitRate, count, duration, percent, perSecond, plural, words } from '../format.js';
import * as live from '../live.js';
import { badge, sentences, table, tile } from '../parts.js';

function troubles(status) {
  return status.notReady.length + status.failures.length + status.conflicts.length + status.damped.length + status.drift.length;
}

export function mark() {
  const status = live.section('status');
  const number = status ? troubles(status) : 0;
  return number ? html`<span class="bubble" title="${plural(number, 'thing')} to look at">${number}</span>` : nothing;
}

export function show() {
  const status = live.section('status');
  const now = live.section('now', {});
  return html`
    <h1 id="title" tabindex="-1">Health</h1>
    <section aria-labelledby="zone"><h2 id="zone">Zone <span class="muted">the controller and the nodes that it serves</span></h2>
      <dl class="tiles">
        ${tile('State', status.ready ? badge('good', 'ready') : badge('bad', 'not ready'), `revision ${count(now.revision)}`)}
        ${tile('Time spent settling', percent(now.settling ?? 0), `longest step ${duration(now.longestStepSeconds)}`, live.past('settling'))}
        ${tile('Events taken', perSecond(now.messages ?? 0), `per second, ${count(now.waiting)} waiting, ${count(now.failedMessages)} failed`, live.past('messages'))}
        ${tile('Wanted', count(status.items), `items, ${count(status.cells)} cells`)}
      </dl>
      ${reactions(now.reactions ?? {})}
    </section>
    ${wrong(status)}
    <section aria-labelledby="switches"><h2 id="switches">Switches</h2>${switches()}</section>
    <section aria-labelledby="targets"><h2 id="targets">Targets <span class="muted">how far the world is what it shall be</span></h2>${targets(status)}</section>
    <section aria-labelledby="watches"><h2 id="watches">Watches of the API</h2>
      ${table('Watches', [['Source'], ['Resource version', 'number']], Object.entries(status.positions).map(([source, position]) => html`<tr>
        <th scope="row" class="mono">${source}</th><td class="number mono">${position}</td></tr>`), 'No source has been read.')}</section>`;
}

function reactions(all) {
  const rows = Object.entries(all).map(([driver, each]) => html`<tr><th scope="row">${driver}</th>
    <td class="number">${each.half === null ? '–' : `≤ ${duration(each.half)}`}</td>
    <td class="number">${each.most === null ? '–' : `≤ ${duration(each.most)}`}</td><td class="number">${count(each.count)}</td></tr>`);
  return table('From an event until it is true in the world', [['From an event until it is true, by driver'], ['half of them', 'number'], ['99 %', 'number'], ['counted', 'number']], rows, 'Nothing has changed yet.');
}

function wrong(status) {
  const kinds = [
    ['Missing for readiness', status.notReady],
    ['Units that failed', status.failures],
    ['Conflicts', status.conflicts],
    ['Slowed down because they chase their own echo', status.damped],
    ['Switches that were changed by somebody', status.drift],
  ].filter(([, list]) => list.length);
  return html`<section aria-labelledby="wrong"><h2 id="wrong">To look at</h2>
    ${kinds.length === 0 ? html`<p class="fine">${badge('good', 'Nothing fails, nothing conflicts, no switch differs.')}</p>`
      : kinds.map(([title, list]) => html`<h3>${title}</h3>${sentences(list, '')}`)}
    <p class="muted">${plural(status.verified, 'switch', 'switches')} verified. ${status.recomputation ?? 'Not computed from scratch yet.'}</p></section>`;
}

function switches() {
  const all = live.section('switches', {});
  const names = [...new Set([...live.nodes().map((node) => node.name), ...Object.keys(all)])].sort();
  const rows = names.map((name) => {
    const each = all[name];
    return html`<tr><th scope="row">${name}</th>
      <td>${each?.connected ? badge('good', words(each.phase)) : badge('bad', each ? words(each.phase) : 'unknown')}</td>
      <td class="mono">${each?.peer || '–'}</td><td class="mono">${each?.datapathId ?? '–'}</td>
      <td class="number">${count(each?.heldFlows)}${each && each.heldFlows !== each.wantedFlows ? html` <span class="warn-text">of ${count(each.wantedFlows)}</span>` : nothing}</td>
      <td class="number ${each?.foreignFlows ? 'warn-text' : ''}">${count(each?.foreignFlows)}</td>
      <td class="number ${each?.refusedFlows ? 'bad-text' : ''}">${count(each?.refusedFlows)}</td>
      <td class="number">${count(each?.queuedFlows)}</td>
      <td class="number">${perSecond(each?.flowModsPerSecond ?? 0)}</td>
      <td class="number">${bitRate(each?.bytesPerSecond)}</td></tr>`;
  });
  return table('Switches', [['Node'], ['State'], ['Peer'], ['Datapath'], ['Flows held', 'number'], ['Foreign', 'number'], ['Refused', 'number'],
    ['Queued', 'number'], ['Changes/s', 'number'], ['OpenFlow', 'number']], rows, 'There are no nodes.');
}

function targets(status) {
  const behind = status.targets.filter((each) => each.acknowledged < each.changed);
  const rows = [...behind, ...status.targets.filter((each) => !behind.includes(each))].map((each) => html`<tr>
    <th scope="row">${each.driver}</th><td>${each.place || '–'}</td>
    <td>${behind.includes(each) ? badge('warn', 'behind') : badge('good', 'reached')}</td>
    <td class="number mono">${count(each.changed)}</td><td class="number mono">${count(each.acknowledged)}</td></tr>`);
  return table('Targets', [['Driver'], ['Place'], ['State'], ['Last change', 'number'], ['Acknowledged', 'number']], rows, 'There are no targets.');
}
