// The pipeline: slots, the stages in them, and the flows of one node with what the switch has counted.

import { html, nothing } from '../lit-html/lit-html.js';
import { repeat } from '../lit-html/directives/repeat.js';
import { bytes, count, duration, packetRate, plural, words } from '../format.js';
import * as live from '../live.js';
import { badge, breakable, link, table } from '../parts.js';
import { adjust } from '../router.js';
import { ask } from '../session.js';

const PERIOD = 3000;
/** So many flows are drawn; more are read by a narrower question. */
const MOST_FLOWS = 400;
/** An answer with more flows than this is not asked for again by itself. */
const LARGE = 3000;

const asked = { key: '', answer: null, failure: '', busy: false, time: 0 };
let before = { time: 0, packets: new Map() };
let rates = new Map();
let timer = 0;
let redraw = () => {};

export function enter(parameters, schedule) {
  redraw = schedule;
}

export function leave() {
  clearTimeout(timer);
  asked.key = '';
}

const KINDS = { BOUND: 'good', DEPARTED: 'warn', BYPASSED: 'idle', FROZEN: 'warn' };
const identity = (flow) => `${flow.table} ${flow.priority} ${flow.match}`;

/** How much each flow counted since the last answer. */
function compare(answer) {
  const time = performance.now();
  const packets = new Map(answer.flows.filter((flow) => flow.counters).map((flow) => [identity(flow), flow.counters.packets]));
  if (before.time) {
    const seconds = (time - before.time) / 1000;
    rates = new Map([...packets].map(([flow, number]) => [flow, Math.max(0, number - (before.packets.get(flow) ?? number)) / seconds]));
  }
  before = { time, packets };
}

async function read(key, parameters) {
  asked.busy = true;
  try {
    const answer = await ask('flows', parameters);
    if (asked.key !== key) {
      return;
    }
    compare(answer);
    Object.assign(asked, { answer, failure: '' });
  } catch (failure) {
    if (asked.key !== key) {
      return;
    }
    Object.assign(asked, { answer: null, failure: failure.message });
  }
  asked.busy = false;
  redraw();
  if (asked.answer && asked.answer.flows.length <= LARGE) {
    timer = setTimeout(() => (document.hidden ? (asked.key = '') : read(key, parameters)), PERIOD);
  }
}

function inquire(parameters) {
  const key = JSON.stringify(parameters);
  if (asked.key !== key) {
    clearTimeout(timer);
    before = { time: 0, packets: new Map() };
    rates = new Map();
    Object.assign(asked, { key, answer: null, failure: '' });
    read(key, parameters);
  }
}

export function show(parameters) {
  const slots = live.section('slots', []);
  const nodes = live.nodes();
  const node = parameters.node || nodes[0]?.name || '';
  const slot = parameters.slot || (parameters.pod ? '' : slots.find((each) => each.stages.length)?.slot ?? '');
  if (node) {
    inquire({ node, slot, pod: parameters.pod ?? '' });
  }
  return html`
    <h1 id="title" tabindex="-1">Slots and flows</h1>
    <div class="pipeline">
      <section aria-labelledby="pipeline"><h2 id="pipeline">Pipeline <span class="muted">in the order in which packets pass</span></h2>
        <ol class="slots">${slots.map((each) => entry(each, each.slot === slot))}</ol></section>
      <section aria-labelledby="flows" class="flows"><h2 id="flows">Flows <span class="muted">${slot ? `of ${slot}` : 'of all slots'}${parameters.pod ? ` about ${parameters.pod}` : ''}</span></h2>
        <div class="question">
          <div class="field"><label for="at-node">Node</label><select id="at-node" @change=${(event) => adjust({ node: event.target.value })}>
            ${nodes.map((each) => html`<option value=${each.name} ?selected=${each.name === node}>${each.name}</option>`)}</select></div>
          <div class="field"><label for="at-slot">Slot</label><select id="at-slot" @change=${(event) => adjust({ slot: event.target.value })}>
            <option value="" ?selected=${slot === ''}>all (with a pod)</option>
            ${slots.map((each) => html`<option value=${each.slot} ?selected=${each.slot === slot}>${each.slot}</option>`)}</select></div>
          <div class="field grow"><label for="about">About pod</label><input id="about" list="flow-pods" placeholder="any" .value=${parameters.pod ?? ''}
            @change=${(event) => adjust({ pod: event.target.value.trim() })}></div>
          <datalist id="flow-pods">${live.pods().map((pod) => html`<option value=${pod.pod}></option>`)}</datalist>
        </div>
        ${stages(slots.find((each) => each.slot === slot))}
        ${asked.failure ? html`<p class="refusal" role="alert">${asked.failure}</p>` : asked.answer ? flows(asked.answer) : html`<p class="empty">Asking the switch …</p>`}
      </section>
    </div>`;
}

function entry(each, current) {
  const states = each.stages.filter((stage) => stage.state !== 'BOUND');
  return html`<li><button type="button" class="slot ${each.stages.length ? '' : 'vacant'}" aria-pressed=${current ? 'true' : 'false'}
      @click=${() => adjust({ slot: each.slot })}>
    <span class="mono number">${each.table}</span><span class="name">${each.slot}</span>
    <span class="muted stage">${states.length ? badge('warn', words(states[0].state)) : each.stages.map((stage) => stage.feature).filter((name, at, all) => all.indexOf(name) === at).join(', ') || words(each.otherwise)}</span>
    <span class="number">${each.flows ? count(each.flows) : nothing}</span></button></li>`;
}

const stages = (slot) => !slot ? nothing : table(`Stages of ${slot.slot}`, [['Stage'], ['Feature'], ['State'], ['Gate'], ['Tables'], ['Flows on all nodes', 'number']],
  slot.stages.map((stage) => html`<tr><th scope="row">${stage.name}</th><td>${stage.feature}</td><td>${badge(KINDS[stage.state], words(stage.state))}</td>
    <td class="mono break">${stage.gate || 'all packets'}</td><td class="mono">${stage.tables.map((each) => `${each.table} ${each.name}`).join(', ')}</td>
    <td class="number">${count(stage.flows)}</td></tr>`), `No stage lives here: packets ${slot.otherwise === 'PASS' ? 'pass' : 'are dropped'}.`);

function flows(answer) {
  const list = answer.flows.slice(0, MOST_FLOWS);
  return html`<p class="muted">${plural(answer.flows.length, 'flow')} wanted, as of revision ${count(answer.revision)}${answer.flows.length > list.length ? `; the first ${count(list.length)} are shown` : ''}${answer.flows.length > LARGE ? '; so many are not read again by themselves' : ''}</p>
    ${table('Flows', [['Table'], ['Prio', 'number'], ['Match'], ['Actions'], ['Packets', 'number'], ['Rate', 'number'], ['Bytes', 'number'], ['Age', 'number'], ['Why']],
      repeatable(list, (flow) => html`<tr class=${(rates.get(identity(flow)) ?? 0) > 0 ? 'busy' : ''}>
        <th scope="row" class="mono">${flow.table} <span class="muted">${flow.place.split('/')[1] ?? ''}</span></th><td class="number mono">${flow.priority}</td>
        <td class="mono break">${breakable(flow.match || 'all packets')}</td><td class="mono break">${breakable(flow.actions)}</td>
        <td class="number mono">${count(flow.counters?.packets)}</td><td class="number mono">${flow.counters ? packetRate(rates.get(identity(flow)) ?? 0) : '–'}</td>
        <td class="number mono">${flow.counters ? bytes(flow.counters.bytes) : '–'}</td><td class="number mono">${duration(flow.counters?.seconds)}</td>
        <td><a href=${link('why', { subject: text(flow), node: flow.node })} aria-label="Why ${text(flow)}">why</a></td></tr>`), 'No flow is wanted here.')}`;
}

/** Rows that keep their elements, so that the focus stays where it is. */
function repeatable(list, row) {
  return list.length === 0 ? [] : [repeat(list, identity, row)];
}

const text = (flow) => `table=${flow.table},priority=${flow.priority}${flow.match ? `,${flow.match}` : ''} actions=${flow.actions}`;
