// Pure: what each option may be, in words for whoever gave something else.

import { isToken } from './token-source.js';

/** What somebody waits for ends within a day. */
const MAX_WAIT_MILLIS = 86_400_000;

const check = (words, fits) => ({ words, fits });
const oneOf = (...values) => check(`one of ${values.join(', ')}`, (it) => values.includes(it));
const flag = check('true or false', (it) => typeof it === 'boolean');
const isFunction = (it) => typeof it === 'function';
const callable = check('a function', isFunction);
const isObject = (it) => it !== null && typeof it === 'object' && !Array.isArray(it);
const record = check('an object', isObject);
const isText = (it) => typeof it === 'string' && it !== '';
const text = check('a text', isText);
const number = (words, fits) => check(words, (it) => typeof it === 'number' && fits(it));
const count = number('a whole number from 1 up', (it) => Number.isInteger(it) && it >= 1);
const bytes = number('bytes, a number over 0', (it) => it > 0);
const wait = number(`milliseconds over 0, up to a day (${MAX_WAIT_MILLIS})`,
  (it) => it > 0 && it <= MAX_WAIT_MILLIS);
const perhapsNever = number('milliseconds over 0, or Infinity for never', (it) => it > 0);
const having = (...names) => check(`an object with the functions ${names.join(' and ')}`,
  (it) => (isObject(it) || isFunction(it)) && names.every((name) => isFunction(it[name])));

const COMMON = {
  backoff: check('the name of a preset, or an object', (it) => isText(it) || isObject(it)),
  circuitBreaker: flag,
  alerts: check('a list of conditions', Array.isArray),
  connectTimeoutMillis: wait,
  pingIntervalMillis: perhapsNever,
  silenceLimitMillis: perhapsNever,
  logger: having('info', 'error'),
  transport: having('open'),
  clock: having('now', 'setTimeout', 'clearTimeout'),
  environment: having('listen'),
  random: callable,
  fetch: callable,
};

const CLIENT = {
  ...COMMON,
  dialect: oneOf('rooms', 'deepstream', 'bot'),
  clientId: text,
  token: check('a text that a header may have, or a function that gives one',
    (it) => isFunction(it) || isToken(it)),
  resume: flag,
  presence: flag,
  config: check('an object that can be written as JSON', (it) => isObject(it) && isJson(it)),
  features: check('a list of texts', (it) => Array.isArray(it) && it.every(isText)),
  session: check('what client.session was', isSession),
  health: check('true, false, or an http: or https: URL',
    (it) => typeof it === 'boolean' || isHttp(it)),
  sendTimeoutMillis: perhapsNever,
  maxUnacked: number('1 to 512, the most that a server takes',
    (it) => Number.isInteger(it) && it >= 1 && it <= 512),
  maxWaiting: count,
  maxWaitingBytes: bytes,
  maxMessageBytes: number('a whole number of bytes, up to 1073741824 (1 GiB)',
    (it) => Number.isInteger(it) && it >= 1 && it <= 2 ** 30),
  whenDisconnected: oneOf('queue', 'fail'),
  leaveWhenAsked: flag,
  onTerminate: callable,
  onCommand: callable,
  terminateTimeoutMillis: wait,
};

const SOCKET = {
  ...COMMON,
  health: check('an http: or https: URL, or false', (it) => it === false || isHttp(it)),
  pingMessage: text,
  maxQueuedBytes: bytes,
  queueTimeoutMillis: perhapsNever,
  headers: check('an object of texts',
    (it) => isObject(it) && Object.values(it).every((value) => typeof value === 'string')),
};

/** Characters of a wrong text in an error. */
const MAX_SHOWN = 130;
/** What must not be repeated in an error, which ends up in a log. */
const SECRET = new Set(['token', 'session', 'headers']);

export const checkClientOptions = (options) => requireAll(options, CLIENT);
export const checkSocketOptions = (options) => requireAll(options, SOCKET);

/** Throws for the first one that makes no sense; what is undefined has its default. */
function requireAll(options, checks) {
  for (const [name, { words, fits }] of Object.entries(checks)) {
    const value = options[name];
    if (value !== undefined && !fits(value)) {
      const wrong = typeof value === 'number' ? RangeError : TypeError;
      throw new wrong(`the option ${name} ${SECRET.has(name) ? 'makes no sense' : shown(value)}; `
        + `it has to be ${words}`);
    }
  }
}

function shown(value) {
  if (typeof value === 'string') {
    return `is "${value.slice(0, MAX_SHOWN)}"`;
  }
  const kind = { function: 'a function', object: Array.isArray(value) ? 'a list' : 'an object' };
  return `is ${value === null ? value : kind[typeof value] ?? String(value)}`;
}

/** How a client of this dialect may call itself (docs/PROTOCOL.md). */
export function checkClientId({ name, clientIdField }, clientId) {
  const roomsId = /^[a-zA-Z0-9_-]{1,64}$/;
  const printable = /^(?=.*[^\p{Zs}])[^\p{C}\p{Zl}\p{Zp}]{1,128}$/u;
  if (clientId === undefined && clientIdField) {
    throw new TypeError(`the ${name} dialect needs the option clientId, the ${clientIdField}`);
  }
  const [rule, words] = clientIdField ? [printable, '1 to 128 printable characters']
    : [roomsId, '1 to 64 of a-z A-Z 0-9 _ -'];
  if (clientId !== undefined && !rule.test(clientId)) {
    throw new TypeError(`the option clientId ${shown(clientId)}; it has to be ${words}`);
  }
}

/** A silence that is shorter than the pings are apart would end every quiet connection. */
export function checkHeartbeat({ pingIntervalMillis: ping, silenceLimitMillis: silence }) {
  if (silence !== Infinity && silence <= ping) {
    throw new RangeError(`the option silenceLimitMillis is ${silence}; it has to be over `
      + `pingIntervalMillis, ${ping}, or no server could answer in time`);
  }
}

/** An argument that has to be a whole number from 1 up; undefined: its default. */
export function checkCount(name, value) {
  if (value !== undefined && !count.fits(value)) {
    throw new RangeError(`${name} is ${value}; it has to be ${count.words}`);
  }
}

export function checkWait(name, value) {
  if (!(value >= 0 && value <= MAX_WAIT_MILLIS)) {
    throw new RangeError(`${name} is ${value}; it has to be milliseconds, up to a day`);
  }
}

function isHttp(url) {
  try {
    return /^https?:$/.test(new URL(url, globalThis.location?.href).protocol);
  } catch {
    return false;
  }
}

function isJson(value) {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}

function isSession(it) {
  return isObject(it) && isObject(it.positions) && (it.token === undefined || isText(it.token))
    && Object.values(it.positions).every((at) => isObject(at) && isText(at.epoch)
      && Number.isSafeInteger(at.seq) && at.seq >= 0);
}
