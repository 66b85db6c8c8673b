// What the server tells while the page is open: sections by name, and a short history of the rates.

import { follow, Refusal } from './session.js';

const HISTORY = 90;
const LONGEST_WAIT = 15000;
/** A page that nobody sees lets go of its connection after so long. */
const HIDDEN = 30000;

const sections = new Map();
const history = new Map();
let listener = () => {};
let refused = () => {};
let controller = null;
let hiding = 0;

/** State of the stream: 'connecting', 'live', 'lost' or 'paused'. */
export const stream = { state: 'connecting', since: 0 };

export const section = (name, otherwise) => sections.get(name) ?? otherwise;
export const past = (name) => history.get(name) ?? [];

/** The sections whose names begin so, by the rest of their names. */
export function family(prefix) {
  return [...sections.keys()]
    .filter((name) => name.startsWith(prefix))
    .sort()
    .map((name) => [name.slice(prefix.length), sections.get(name)]);
}

export const nodes = () => section('nodes', []);
export const pods = () => family('pods/').flatMap(([, rows]) => rows);
export const traffic = (node) => section(`traffic/${node}`, {});

/** What a node's pods send and receive, in sum. */
export function nodeTraffic(node) {
  const sum = { fromBytes: 0, toBytes: 0, fromPackets: 0, toPackets: 0, dropped: 0 };
  for (const rates of Object.values(traffic(node))) {
    for (const key of Object.keys(sum)) {
      sum[key] += rates[key];
    }
  }
  return sum;
}

function remember(name, value) {
  const values = history.get(name) ?? [];
  values.push(value);
  if (values.length > HISTORY) {
    values.shift();
  }
  history.set(name, values);
}

function take(kind, news) {
  if (kind === 'snapshot') {
    sections.clear();
  }
  for (const [name, value] of Object.entries(news)) {
    if (value === null) {
      sections.delete(name);
    } else {
      sections.set(name, value);
    }
  }
  if (news.now) {
    for (const name of ['bytes', 'packets', 'flowMods', 'messages', 'settling']) {
      remember(name, news.now[name]);
    }
    for (const node of nodes()) {
      const rates = nodeTraffic(node.name);
      remember(`node/${node.name}`, rates.fromBytes);
    }
  }
  enter('live');
  listener();
}

function enter(state) {
  if (stream.state !== state) {
    stream.state = state;
    stream.since = Date.now();
    listener();
  }
}

async function run(signal) {
  for (let wait = 1000; !signal.aborted; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    try {
      await follow(signal, (kind, news) => {
        wait = 1000;
        take(kind, news);
      });
      wait = 500;
    } catch (failure) {
      if (signal.aborted) {
        return;
      }
      if (failure instanceof Refusal && (failure.status === 401 || failure.status === 403)) {
        refused(failure);
        return;
      }
      enter('lost');
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** Begins to listen; onNews runs after each change, onRefused if the token is no longer good. */
export function start(onNews, onRefused) {
  listener = onNews;
  refused = onRefused;
  stop();
  controller = new AbortController();
  enter('connecting');
  run(controller.signal);
}

export function stop() {
  controller?.abort();
  controller = null;
  sections.clear();
  history.clear();
}

document.addEventListener('visibilitychange', () => {
  clearTimeout(hiding);
  if (document.hidden && controller) {
    hiding = setTimeout(() => {
      controller?.abort();
      enter('paused');
    }, HIDDEN);
  } else if (!document.hidden && stream.state === 'paused') {
    controller = new AbortController();
    enter('connecting');
    run(controller.signal);
  }
});
