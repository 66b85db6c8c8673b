// Who asks: the token, kept for this tab only, and requests that show it.

const KEY = 'karst.token';
/** A stream that says nothing for so long is broken: the server speaks at least every 20 s. */
const SILENCE = 25000;

/** An answer that is not what was asked for; its message is a sentence of the server. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The token of this tab; null if nobody has logged in. Empty if a client certificate speaks for the user. */
export const token = () => sessionStorage.getItem(KEY);
export const remember = (text) => sessionStorage.setItem(KEY, text);
export const forget = () => sessionStorage.removeItem(KEY);

const headers = (given) => (given ? { Authorization: `Bearer ${given}` } : {});

async function sentence(response) {
  const text = await response.text();
  try {
    return JSON.parse(text).message || text;
  } catch {
    return text.trim() || `the server answered ${response.status}`;
  }
}

async function expectAnswer(response) {
  if (!response.ok) {
    throw new Refusal(response.status, await sentence(response));
  }
  return response;
}

async function request(path, given, options = {}) {
  let response;
  try {
    response = await fetch(path, { headers: headers(given), cache: 'no-store', ...options });
  } catch (failure) {
    if (failure.name === 'AbortError') {
      throw failure;
    }
    throw new Refusal(0, 'the server cannot be reached');
  }
  return expectAnswer(response);
}

/** Whether somebody with this token is let in; fails with a Refusal if not. */
export const probe = (given) => request('/karst/v1/status', given);

/** The JSON answer to a question: its name and parameters, of which empty ones are left out. */
export async function ask(question, parameters = {}, signal) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value));
  const answer = await request(`/karst/v1/${question}${query.size ? `?${query}` : ''}`, token(), { signal });
  return answer.json();
}

/** What a promise brings, unless that takes too long. */
async function within(milliseconds, promise) {
  let timer = 0;
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Refusal(0, 'the server is silent')), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Server-sent events, read by fetch because EventSource shows no token. Returns when the server ends the stream; fails with a Refusal when
 * it is silent.
 */
export async function follow(signal, onEvent) {
  const silent = new AbortController();
  try {
    const stream = request('/karst/v1/live', token(), { signal: AbortSignal.any([signal, silent.signal]) });
    await take((await within(SILENCE, stream)).body, onEvent);
  } finally {
    silent.abort();
  }
}

async function take(body, onEvent) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  for (;;) {
    const { value, done } = await within(SILENCE, reader.read());
    if (done) {
      return;
    }
    buffer += value;
    for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
      const event = parse(buffer.slice(0, end));
      buffer = buffer.slice(end + 2);
      onEvent(event.event, JSON.parse(event.data));
    }
  }
}

function parse(text) {
  const event = { event: 'message', data: '' };
  for (const line of text.split('\n')) {
    const colon = line.indexOf(': ');
    const field = line.slice(0, colon);
    event[field] = field === 'data' ? event.data + line.slice(colon + 2) : line.slice(colon + 2);
  }
  return event;
}
