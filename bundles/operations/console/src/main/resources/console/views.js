// The views, in the order of the navigation.

import * as topology from './views/topology.js';
import * as health from './views/health.js';
import * as slots from './views/slots.js';
import * as trace from './views/trace.js';
import * as why from './views/why.js';
import * as features from './views/features.js';

export const views = new Map([
  ['topology', { title: 'Topology', ...topology }],
  ['health', { title: 'Health', ...health }],
  ['slots', { title: 'Slots and flows', ...slots }],
  ['trace', { title: 'Trace', ...trace }],
  ['why', { title: 'Why', ...why }],
  ['features', { title: 'Features', ...features }],
]);
