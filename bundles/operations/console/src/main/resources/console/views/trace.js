// What becomes of the first packet of a connection: a verdict, a picture and the story.

import { html, nothing } from '../lit-html/lit-html.js';
import { count, plural, words } from '../format.js';
import * as live from '../live.js';
import { badge, link, outcome } from '../parts.js';
import { picture } from '../picture.js';
import { adjust } from '../router.js';
import { ask } from '../session.js';

const NAMES = ['source', 'destination', 'protocol', 'port', 'family'];
const asked = { key: '', answer: null, failure: '', busy: false };
let redraw = () => {};
let tell = () => {};

export function enter(parameters, schedule, announce) {
  redraw = schedule;
  tell = announce;
}

function submit(event) {
  event.preventDefault();
  const form = Object.fromEntries([...new FormData(event.target)].map(([name, value]) => [name, value.trim()]));
  if (form.protocol === 'icmp') {
    form.port = '';
  }
  asked.key = '';
  adjust(form);
}

function inquire(parameters) {
  const wanted = Object.fromEntries(NAMES.map((name) => [name, parameters[name] ?? '']));
  const key = JSON.stringify(wanted);
  if (!wanted.source || !wanted.destination || asked.key === key) {
    return;
  }
  Object.assign(asked, { key, answer: null, failure: '', busy: true });
  ask('trace', wanted)
    .then((answer) => ({ answer }), (failure) => ({ failure: failure.message }))
    .then((change) => {
      if (asked.key === key) {
        Object.assign(asked, change, { busy: false });
        tell(change.answer ? `${change.answer.admitted ? 'Admitted' : 'Dropped'}: ${change.answer.outcome}` : change.failure);
        redraw();
      }
    });
}

const end = (name, label, value) => html`<div class="field grow"><label for=${name}>${label}</label>
  <input id=${name} name=${name} required list="ends" autocomplete="off" spellcheck="false" placeholder="NAMESPACE/POD, node or address" .value=${value ?? ''}></div>`;

const choice = (name, label, values, value) => html`<div class="field"><label for=${name}>${label}</label><select id=${name} name=${name}>
  ${values.map(([each, text]) => html`<option value=${each} ?selected=${each === (value ?? values[0][0])}>${text}</option>`)}</select></div>`;

export function show(parameters) {
  inquire(parameters);
  return html`
    <h1 id="title" tabindex="-1">Trace a connection</h1>
    <form class="question" role="search" aria-label="Trace" @submit=${submit}>
      ${end('source', 'From', parameters.source)}
      ${end('destination', 'To', parameters.destination)}
      ${choice('protocol', 'Protocol', [['tcp', 'TCP'], ['udp', 'UDP'], ['sctp', 'SCTP'], ['icmp', 'ICMP echo']], parameters.protocol)}
      <div class="field"><label for="port">Port</label><input id="port" name="port" inputmode="numeric" pattern="[0-9]{1,5}" size="6" .value=${parameters.port ?? '80'}></div>
      ${choice('family', 'Family', [['', 'first'], ['4', 'IPv4'], ['6', 'IPv6']], parameters.family)}
      <button type="submit" class="primary">Trace</button>
      <datalist id="ends">${live.pods().filter((pod) => pod.addresses.length).map((pod) => html`<option value=${pod.pod}></option>`)}
        ${live.nodes().map((node) => html`<option value=${node.name}></option>`)}</datalist>
    </form>
    ${parameters.source && parameters.destination ? outcome(asked, result) : html`<p class="empty">The real switches on the way are asked what they would do with the connection's first packet. Nothing is sent.</p>`}`;
}

const result = (answer) => html`
  <section class="verdict ${answer.admitted ? 'good' : 'bad'}" aria-labelledby="verdict">
    <h2 id="verdict">${answer.admitted ? 'Admitted' : 'Dropped'}</h2>
    <p>${answer.source.name} to ${answer.destination.name}, ${answer.protocol}${answer.port ? ` ${answer.port}` : ''}</p>
    <p>${answer.outcome}</p></section>
  ${answer.warnings.map((warning) => html`<p class="notice">${warning}</p>`)}
  <figure class="picture" tabindex="0" aria-label="The way of the packet">${picture(answer)}</figure>
  <section aria-labelledby="story"><h2 id="story">The story <span class="muted">as of revision ${count(answer.revision)}</span></h2>
    <ol class="story">${answer.hops.map(hop)}</ol></section>`;

const hop = (each) => html`<li class="panel"><h3>Node ${each.node}</h3>
  <p>In by ${each.enters}.</p>
  <ol class="visits">${each.slots.map((visit) => html`<li class=${visit.dropped ? 'dropped' : ''}>
    <p><a href=${link('slots', { slot: visit.slot, node: each.node })}>${visit.slot}</a> <span class="muted">${visit.stage || 'gate'}</span>
      ${visit.dropped ? badge('bad', 'dropped here') : nothing}</p>
    ${visit.verdict ? html`<p>${verdict(visit.verdict)}</p>` : nothing}
    ${visit.deeds.length ? html`<p>${visit.deeds.join('; ')}</p>` : nothing}
    ${visit.flows.length ? html`<details><summary>${plural(visit.flows.length, 'flow')}</summary>
      <ul class="met">${visit.flows.map((flow) => html`<li class="mono break">${met(flow, each.node)}</li>`)}</ul></details>` : nothing}
  </li>`)}</ol>
  <p><strong>${each.leaves}</strong></p>
  <details><summary>The packet that was asked about</summary><p class="mono break">${each.packet}</p></details></li>`;

const OUTCOMES = { ALLOW: ['good', 'allowed'], DENY: ['bad', 'denied'], PASS: ['idle', 'passed on'], NOT_SUBJECT: ['idle', ''] };

function verdict(said) {
  const [kind, text] = OUTCOMES[said.outcome] ?? ['idle', words(said.outcome)];
  const more = said.rules.length > 1 ? ` and ${plural(said.rules.length - 1, 'more rule')}` : '';
  const rule = said.responsible ? `${said.responsible}${more}` : '';
  const rest = [rule, said.reason].filter(Boolean).join('; ');
  return text ? html`${badge(kind, text)} ${rest}` : rest;
}

function met(flow, node) {
  const text = `table=${flow.table}${flow.priority === null ? '' : `,priority=${flow.priority}`}${flow.match ? `,${flow.match}` : ''} actions=${flow.actions.join(',')}`;
  return flow.priority === null ? `${text} (no flow)` : html`<a href=${link('why', { subject: text, node })}>${text}</a>`;
}
