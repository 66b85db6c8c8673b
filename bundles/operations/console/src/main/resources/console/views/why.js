// Why something is wanted: the rules, and the facts that they read.

import { html, nothing } from '../lit-html/lit-html.js';
import { count, plural } from '../format.js';
import * as live from '../live.js';
import { outcome } from '../parts.js';
import { adjust } from '../router.js';
import { ask } from '../session.js';

const asked = { subject: '', node: '', answer: null, failure: '', busy: false };
let redraw = () => {};
let tell = () => {};

export function enter(parameters, schedule, announce) {
  redraw = schedule;
  tell = announce;
}

function submit(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  asked.subject = '';
  adjust({ subject: form.get('subject').trim(), node: form.get('node') });
}

function inquire({ subject = '', node = '' }) {
  if (!subject || (asked.subject === subject && asked.node === node)) {
    return;
  }
  Object.assign(asked, { subject, node, answer: null, failure: '', busy: true });
  const pod = subject.match(/^(?:pod\s+)?([^\s=,]+\/[^\s=,]+)$/);
  ask('why', pod ? { pod: pod[1], node } : { flow: subject, node })
    .then((answer) => ({ answer }), (failure) => ({ failure: failure.message }))
    .then((change) => {
      if (asked.subject === subject && asked.node === node) {
        Object.assign(asked, change, { busy: false });
        tell(change.answer ? `${plural(change.answer.items.length, 'item')} explained.` : change.failure);
        redraw();
      }
    });
}

export function show(parameters) {
  inquire(parameters);
  return html`
    <h1 id="title" tabindex="-1">Why is it wanted?</h1>
    <form class="question" role="search" aria-label="Why" @submit=${submit}>
      <div class="field grow"><label for="subject">A pod, or a flow as ovs-ofctl prints it</label>
        <input id="subject" name="subject" required list="why-pods" autocomplete="off" spellcheck="false" class="mono"
          placeholder="shop/web   or   table=136,priority=100,ip,nw_dst=10.128.0.5" .value=${parameters.subject ?? ''}></div>
      <div class="field"><label for="node">Node</label><select id="node" name="node">
        <option value="">any</option>${live.nodes().map((node) => html`<option value=${node.name} ?selected=${node.name === parameters.node}>${node.name}</option>`)}</select></div>
      <button type="submit" class="primary">Ask</button>
      <datalist id="why-pods">${live.pods().map((pod) => html`<option value="pod ${pod.pod}"></option>`)}</datalist>
    </form>
    ${parameters.subject ? outcome(asked, result) : html`<p class="empty">The engine remembers, for everything that it wants, which rule wants it and which facts that rule read.</p>`}`;
}

const result = (answer) => html`<p class="muted" role="status">${plural(answer.items.length, 'item')} for <span class="mono">${answer.subject}</span>, as of revision ${count(answer.revision)}${answer.omitted ? `, and ${count(answer.omitted)} more` : ''}</p>
  <div class="explained">${answer.items.map(item)}</div>`;

const item = (each) => html`<article class="panel"><h2 class="mono flow">${each.item}</h2>
  ${each.place ? html`<p class="muted">${each.place}</p>` : nothing}
  ${each.owners.map((owner, at) => html`<div class="owner">
    <p>${at === 0 ? 'Wanted by rule' : 'Also claimed by rule'} <strong>${owner.rule}</strong> for <span class="mono">${owner.key}</span>, unchanged since revision ${count(owner.changed)}.</p>
    ${owner.other ? html`<p class="notice">It lost, and wants <span class="mono">${owner.other}</span></p>` : nothing}
    ${owner.failure ? html`<p class="refusal">It fails now, so this is from before: ${owner.failure}</p>` : nothing}
    ${owner.facts.length ? html`<details><summary>${plural(owner.facts.length, 'fact')} read</summary><table><caption class="unseen">Facts that the rule read</caption>
      <thead><tr><th scope="col">Table or index</th><th scope="col">Key</th><th scope="col" class="number">Revision</th></tr></thead>
      <tbody>${owner.facts.map((fact) => html`<tr><td>${fact.definition}</td><td class="mono break">${fact.key}</td><td class="number mono">${count(fact.changed)}</td></tr>`)}</tbody></table></details>` : nothing}
  </div>`)}
  ${each.alsoOn.length ? html`<p class="muted">Also on ${each.alsoOn.join(', ')}</p>` : nothing}</article>`;
