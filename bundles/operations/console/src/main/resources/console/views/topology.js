// Nodes as boxes on the overlay, their pods in them, and what flows.

import { html, nothing } from '../lit-html/lit-html.js';
import { repeat } from '../lit-html/directives/repeat.js';
import { bitRate, count, packetRate, perSecond, plural, words } from '../format.js';
import * as live from '../live.js';
import { badge, link, sparkline, tile } from '../parts.js';
import { adjust } from '../router.js';
import { ask } from '../session.js';

/** So many pods of a node are drawn at once; the filter finds the others. */
const MOST_PODS = 40;

const policies = { pod: '', answer: null, failure: '' };
let redraw = () => {};

export function enter(parameters, schedule) {
  redraw = schedule;
}

export function mark() {
  const lost = live.nodes().filter((node) => !node.connected).length;
  return lost ? html`<span class="bubble" title="${plural(lost, 'switch', 'switches')} not connected">${lost}</span>` : nothing;
}

const KINDS = {
  ATTACHED: 'good', PORT_MISSING: 'warn', NOT_ATTACHED: 'warn', HOST_NETWORK: 'idle', FINISHED: 'idle',
  NOT_SCHEDULED: 'idle', NODE_UNKNOWN: 'bad',
};

const matches = (pod, filter) => !filter
  || [pod.pod, pod.state, ...pod.addresses].some((text) => text.toLowerCase().includes(filter));

export function show(parameters) {
  const filter = (parameters.filter ?? '').toLowerCase();
  const now = live.section('now', {});
  const families = live.family('pods/');
  const lonely = families.filter(([node]) => !live.nodes().some((each) => each.name === node)).flatMap(([, rows]) => rows);
  const selected = live.pods().find((pod) => pod.pod === parameters.pod);
  return html`
    <div class="head"><h1 id="title" tabindex="-1">Topology</h1>
      <div class="field"><label for="filter">Find pods</label>
        <input id="filter" type="search" placeholder="name, namespace, address or state" .value=${parameters.filter ?? ''}
          @input=${(event) => adjust({ filter: event.target.value })}></div></div>
    <dl class="tiles">
      ${tile('Traffic of pods', bitRate(now.bytes), 'sent', live.past('bytes'))}
      ${tile('Packets of pods', packetRate(now.packets), 'sent', live.past('packets'))}
      ${tile('Changes of flows', perSecond(now.flowMods ?? 0), 'per second', live.past('flowMods'))}
      ${tile('Events taken', perSecond(now.messages ?? 0), 'per second', live.past('messages'))}
    </dl>
    <div class="${selected ? 'split' : ''}">
      <div>
        <h2 class="unseen">Nodes and their pods</h2>
        <p class="bus" aria-hidden="true"><span>Geneve overlay, ${plural(live.nodes().length, 'node')}</span></p>
        <div class="fabric">${repeat(live.nodes(), (node) => node.name, (node) =>
          card(node, families.find(([name]) => name === node.name)?.[1] ?? [], filter, parameters.pod))}</div>
        ${lonely.length ? html`<section class="panel"><h2>Pods on no node that is known</h2>
          <ul class="pods">${lonely.filter((pod) => matches(pod, filter)).slice(0, MOST_PODS).map((pod) => row(pod, {}, parameters.pod))}</ul></section>` : nothing}
      </div>
      ${selected ? detail(selected) : nothing}
    </div>`;
}

function card(node, pods, filter, selected) {
  const sums = live.nodeTraffic(node.name);
  const rates = live.traffic(node.name);
  const found = pods.filter((pod) => matches(pod, filter));
  const state = !node.connected ? badge('bad', 'not connected')
    : node.behind.length ? badge('warn', `behind: ${node.behind.join(', ')}`) : badge('good', 'connected');
  return html`<section class="card" aria-label="Node ${node.name}">
    <header><h3>${node.name}</h3>${state}</header>
    <p class="mono muted">${node.addresses.join(' · ')}</p>
    <p class="mono muted">${node.subnets.join(' · ')}</p>
    <div class="figures">
      <p><span class="value">${bitRate(sums.fromBytes)}</span> <span class="note">sent by pods</span></p>
      <p><span class="value">${count(node.flows)}</span> <span class="note">flows</span></p>
      <p><span class="value">${count(node.attachments)}</span> <span class="note">interfaces</span></p>
      ${sparkline(live.past(`node/${node.name}`), 120, 24)}
    </div>
    ${found.length ? html`<ul class="pods" aria-label="Pods on ${node.name}">${repeat(found.slice(0, MOST_PODS), (pod) => pod.pod + pod.container,
      (pod) => row(pod, rates[pod.port] ?? {}, selected))}</ul>` : html`<p class="empty">${filter && pods.length ? 'No pod here is meant.' : 'No pods.'}</p>`}
    ${found.length > MOST_PODS ? html`<p class="muted more">and ${plural(found.length - MOST_PODS, 'more pod')}; find them by name</p>` : nothing}
  </section>`;
}

function row(pod, rates, selected) {
  const slash = pod.pod.indexOf('/');
  const busy = (rates.fromPackets ?? 0) + (rates.toPackets ?? 0) > 0;
  return html`<li><button type="button" class="pod" aria-pressed=${pod.pod === selected ? 'true' : 'false'}
      @click=${() => choose(pod.pod === selected ? '' : pod.pod)}>
    <span class="dot ${KINDS[pod.state]}" aria-hidden="true"></span>
    <span class="name"><span class="muted">${pod.pod.slice(0, slash + 1)}</span>${pod.pod.slice(slash + 1)}</span>
    <span class="mono muted address">${pod.addresses[0] ?? ''}</span>
    ${pod.state === 'ATTACHED'
      ? html`<span class="rate ${busy ? '' : 'muted'}"><span class="unseen">sends </span>↑ ${bitRate(rates.fromBytes)}
          <span class="unseen">receives </span>↓ ${bitRate(rates.toBytes)}${rates.dropped ? html` <span class="bad-text">dropped ${packetRate(rates.dropped)}</span>` : nothing}</span>`
      : html`<span class="rate muted">${words(pod.state)}</span>`}
  </button></li>`;
}

function choose(pod) {
  adjust({ pod });
  if (pod) {
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById('detail')?.focus()));
  }
}

function ofPod(pod) {
  if (policies.pod !== pod.pod) {
    Object.assign(policies, { pod: pod.pod, answer: null, failure: '' });
    ask('policy', { pod: pod.pod })
      .then((answer) => ({ answer }), (failure) => ({ failure: failure.message }))
      .then((change) => {
        if (policies.pod === pod.pod) {
          Object.assign(policies, change);
          redraw();
        }
      });
  }
  return policies;
}

function detail(pod) {
  const rates = live.traffic(pod.node)[pod.port] ?? {};
  const said = ofPod(pod);
  return html`<aside class="panel detail" aria-labelledby="detail">
    <header><h2 id="detail" tabindex="-1">${pod.pod}</h2>
      <button type="button" class="quiet" @click=${() => { choose(''); document.getElementById('title')?.focus(); }}>Close</button></header>
    <dl class="facts">
      <dt>State</dt><dd>${badge(KINDS[pod.state], words(pod.state))}</dd>
      <dt>Node</dt><dd>${pod.node || '–'}</dd>
      <dt>Addresses</dt><dd class="mono">${pod.addresses.map((each) => html`<div>${each}</div>`)}</dd>
      <dt>Sends</dt><dd>${bitRate(rates.fromBytes)}, ${packetRate(rates.fromPackets)}</dd>
      <dt>Receives</dt><dd>${bitRate(rates.toBytes)}, ${packetRate(rates.toPackets)}</dd>
      <dt>Dropped</dt><dd>${packetRate(rates.dropped)}</dd>
      <dt>Port</dt><dd class="mono">${pod.port ? `${pod.port} (${pod.ofport})` : '–'}</dd>
      <dt>MAC</dt><dd class="mono">${pod.mac || '–'}</dd>
      <dt>MTU</dt><dd>${pod.mtu || '–'}</dd>
    </dl>
    <p class="actions">
      <a class="button" href=${link('trace', { source: pod.pod })}>Trace from here</a>
      <a class="button" href=${link('trace', { destination: pod.pod })}>Trace to here</a>
      <a class="button" href=${link('why', { subject: `pod ${pod.pod}` })}>Why</a>
      <a class="button" href=${link('slots', { node: pod.node, pod: pod.pod })}>Flows</a></p>
    <h3>Policies</h3>
    ${said.failure ? html`<p class="empty">${said.failure}</p>` : said.answer ? said.answer.sides.map(side) : html`<p class="empty">Asking …</p>`}
    ${said.answer?.warnings.map((warning) => html`<p class="notice">${warning}</p>`)}
  </aside>`;
}

const side = (each) => html`<h4>${words(each.direction)}: ${each.isolated ? 'isolated' : 'not isolated'}</h4>
  ${each.tiers.flatMap((tier) => tier.policies).length === 0 ? html`<p class="empty">No policy is about it.</p>` : html`<ul class="policies">
    ${each.tiers.flatMap((tier) => tier.policies.map((policy) => html`<li><strong>${policy.name}</strong>${policy.dryRun ? ' (dry run)' : ''}
      ${policy.rules.map((rule) => html`<div class="muted">${rule.words}${rule.decided === null ? '' : html` · <span class="mono">${count(rule.decided)}</span>`}</div>`)}</li>`))}</ul>`}`;
