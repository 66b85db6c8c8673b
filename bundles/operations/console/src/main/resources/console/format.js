// Figures and words for people.

const COUNT = new Intl.NumberFormat('en');

/** A whole number with separators. */
export const count = (value) => (value === null || value === undefined ? '–' : COUNT.format(value));

function scaled(value, units) {
  let at = 0;
  let rest = value;
  while (rest >= 1000 && at < units.length - 1) {
    rest /= 1000;
    at++;
  }
  const digits = rest >= 100 || Number.isInteger(rest) ? 0 : rest >= 10 ? 1 : 2;
  return `${rest.toFixed(digits)} ${units[at]}`;
}

/** Bits per second from bytes per second, as operators count links. */
export const bitRate = (bytes) => (bytes ? scaled(bytes * 8, ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s']) : '0');
export const packetRate = (packets) => (packets ? scaled(packets, ['p/s', 'kp/s', 'Mp/s']) : '0');
export const bytes = (value) => scaled(value, ['B', 'kB', 'MB', 'GB', 'TB']);

/** A rate of events. */
export const perSecond = (value) => (value >= 100 ? count(Math.round(value)) : String(Math.round(value * 10) / 10));

export function duration(seconds) {
  if (seconds === null || seconds === undefined) {
    return '–';
  }
  if (seconds < 1) {
    return `${(seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0)} ms`;
  }
  if (seconds < 120) {
    return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min` : minutes < 2880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
}

export const percent = (share) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

/** NOT_ATTACHED becomes "not attached". */
export const words = (name) => name.toLowerCase().replaceAll('_', ' ');

/** One thing, two things. */
export const plural = (number, thing, things = `${thing}s`) => `${count(number)} ${number === 1 ? thing : things}`;
