// Which view is shown, with which parameters: #/VIEW?NAME=VALUE.

export function route() {
  const [view, query] = location.hash.replace(/^#\/?/, '').split('?');
  return { view: view || 'topology', parameters: Object.fromEntries(new URLSearchParams(query ?? '')) };
}

/** Changes parameters of the view that is shown, without a step in the history of the browser. */
export function adjust(changes) {
  const { view, parameters } = route();
  const query = new URLSearchParams(Object.entries({ ...parameters, ...changes }).filter(([, value]) => value));
  history.replaceState(null, '', `#/${view}${query.size ? `?${query}` : ''}`);
  window.dispatchEvent(new Event('karst:adjusted'));
}

export const go = (hash) => {
  location.hash = hash;
};
