// The frame: login, navigation, the line of what is going on, and one view.

import { html, nothing, render } from './lit-html/lit-html.js';
import * as live from './live.js';
import { badge } from './parts.js';
import { count } from './format.js';
import { route } from './router.js';
import { forget, probe, remember, token } from './session.js';
import { views } from './views.js';

const app = document.getElementById('app');
const announcer = document.getElementById('announcer');
const login = { busy: false, failure: '' };
let scheduled = false;
let shown = '';
let said = { stream: '', ready: null };

/** Tells something to who does not see it. */
function announce(text) {
  announcer.textContent = text;
}

function draw() {
  scheduled = false;
  if (token() === null) {
    render(loginPage(), app);
    return;
  }
  const { view, parameters } = route();
  const current = views.get(view) ?? views.get('topology');
  document.title = `${current.title} · Karst console`;
  render(frame(view, current, parameters), app);
  if (shown !== view) {
    views.get(shown)?.leave?.();
    const first = shown === '';
    shown = view;
    current.enter?.(parameters, schedule, announce);
    if (!first) {
      document.getElementById('title')?.focus();
    }
  }
  speak();
}

function schedule() {
  if (!scheduled) {
    scheduled = true;
    requestAnimationFrame(draw);
  }
}

/** Announces what an operator would see change. */
function speak() {
  const ready = live.section('status')?.ready ?? null;
  if (live.stream.state !== said.stream && (live.stream.state === 'lost' || said.stream === 'lost')) {
    announce(live.stream.state === 'lost' ? 'The connection to the server is lost.' : 'Connected again.');
  } else if (said.ready !== null && ready !== null && ready !== said.ready) {
    announce(ready ? 'The controller is ready.' : 'The controller is not ready.');
  }
  said = { stream: live.stream.state, ready };
}

function begin() {
  live.start(schedule, (refusal) => {
    login.failure = `The session has ended: ${refusal.message}.`;
    logout();
  });
  schedule();
}

function logout() {
  views.get(shown)?.leave?.();
  forget();
  live.stop();
  shown = '';
  said = { stream: '', ready: null };
  schedule();
}

async function enter(given) {
  login.busy = true;
  login.failure = '';
  schedule();
  try {
    await probe(given);
    remember(given);
    login.busy = false;
    begin();
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById('title')?.focus()));
  } catch (failure) {
    login.busy = false;
    login.failure = failure.status === 401
      ? 'This token is not the one of the server.'
      : `No answer: ${failure.message}.`;
    schedule();
    document.getElementById('token')?.focus();
  }
}

function submit(event) {
  event.preventDefault();
  enter(new FormData(event.target).get('token').trim());
}

function loginPage() {
  document.title = 'Log in · Karst console';
  return html`<main class="login" id="main" tabindex="-1">
    <form @submit=${submit} aria-labelledby="title">
      <p class="brand"><img src="icon.svg" alt="" width="28" height="28"> Karst</p>
      <h1 id="title" tabindex="-1">Log in to the console</h1>
      <label for="token">Token of the API server</label>
      <input id="token" name="token" type="password" autocomplete="current-password" spellcheck="false" autofocus
        aria-describedby="hint problem" aria-invalid=${login.failure ? 'true' : 'false'}>
      <p class="hint" id="hint">The <code>token</code> in the server's kubeconfig; in the sandbox
        <code>sudo grep token: /run/karst/kubeconfig</code>. It stays in this tab. Leave it empty to be known by a client certificate.</p>
      <p class="refusal" id="problem" role="alert">${login.failure}</p>
      <button type="submit" class="primary" ?disabled=${login.busy}>${login.busy ? 'Asking …' : 'Log in'}</button>
    </form></main>`;
}

const LIVE = {
  live: ['good', 'live'],
  connecting: ['idle', 'connecting'],
  lost: ['bad', 'connection lost'],
  paused: ['idle', 'paused'],
};

function frame(view, current, parameters) {
  const status = live.section('status');
  const now = live.section('now');
  const trouble = live.section('trouble', '');
  const [kind, text] = LIVE[live.stream.state];
  return html`
    <header class="top">
      <p class="brand"><img src="icon.svg" alt="" width="22" height="22"> Karst <span class="muted">console</span></p>
      <dl class="strip" aria-label="State of the cluster">
        ${status ? html`
          <div><dt>Controller</dt><dd>${status.ready ? badge('good', 'ready') : badge('bad', 'not ready')}</dd></div>
          <div><dt>Switches</dt><dd>${status.switches}/${status.nodes}</dd></div>
          <div><dt>Pods</dt><dd>${count(status.pods)}</dd></div>
          <div><dt>Flows</dt><dd>${count(status.flows)}</dd></div>
          <div class="wide"><dt>Revision</dt><dd>${count(now?.revision)}</dd></div>` : nothing}
        <div><dt>Updates</dt><dd>${badge(kind, text)}</dd></div>
      </dl>
      <button type="button" class="quiet" @click=${() => { login.failure = ''; logout(); }}>Log out</button>
    </header>
    <nav class="side" aria-label="Views"><ul>${[...views].map(([name, each]) => html`<li>
      <a href="#/${name}" aria-current=${name === view ? 'page' : 'false'}>${each.title}${each.mark?.() ?? nothing}</a></li>`)}</ul></nav>
    <main id="main" tabindex="-1">
      ${trouble ? html`<p class="refusal" role="alert">${trouble}</p>` : nothing}
      ${status && !status.ready ? html`<div class="notice" role="status"><strong>Not ready.</strong> ${status.notReady.join(' · ')}</div>` : nothing}
      ${status ? current.show(parameters) : html`<h1 id="title" tabindex="-1">${current.title}</h1><p class="empty">Waiting for the first picture …</p>`}
    </main>`;
}

document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  document.getElementById('main')?.focus();
});
window.addEventListener('hashchange', schedule);
window.addEventListener('karst:adjusted', schedule);

// What stood there for who has no JavaScript.
app.replaceChildren();
if (token() === null) {
  draw();
  document.getElementById('token')?.focus();
} else {
  begin();
}
