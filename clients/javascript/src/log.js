// The lines of one client: a keyword in brackets, so that they can be found in every language's
// log, who it is, and what happened. conformance/vectors/names.json has the keywords and levels.

import { wasClosed } from './errors.js';
import { CIRCUIT_FAILURES, CIRCUIT_OPEN_MILLIS } from './reconnect.js';
import { portOf } from './redirect.js';

/** Says nothing: a library does not write to the console unless it is asked to. */
export const silentLog = Object.freeze({ info() {}, error() {} });

const WEB_SOCKET_SCHEMES = { 'http:': 'ws:', 'https:': 'wss:' };

/** Puts the client and its server into lines that are written as `[KEYWORD] what happened`. */
export class ClientLog {
  #logger;
  #clientId;
  #server;

  constructor(logger, clientId) {
    this.#logger = logger;
    this.#clientId = clientId;
  }

  /** Where the client is configured to go; of an address no more is said than which server. */
  at(url) {
    const { protocol, hostname } = url;
    this.#server = `${WEB_SOCKET_SCHEMES[protocol] ?? protocol}//${hostname}:${portOf(url)}`;
  }

  info(line) {
    this.#logger.info(this.#named(line));
  }

  error(line) {
    this.#logger.error(this.#named(line));
  }

  #named(line) {
    const who = [this.#clientId, this.#server].filter((part) => part !== undefined).join(' at ');
    const [, keyword = '', what] = /^(\[[A-Z]+\] )?([^]*)$/.exec(line);
    return who === '' ? line : `${keyword}${who}: ${what}`;
  }
}

/** An end that was told is a line for the log, whatever its code; anything else is an error. */
export function logEnd(log, error) {
  const level = wasClosed(error) || error.kind === 'left' ? 'info' : 'error';
  log[level](`[DISCONNECTED] ${error.kind}: ${error.message}`);
}

/** Says it once when the circuit breaker opens, lets one try through, and closes. */
export class CircuitLog {
  #log;
  #state = 'closed';

  constructor(log) {
    this.#log = log;
  }

  /** A connection or a try has ended. @param open whether it opened the circuit */
  ended(open, attempts) {
    if (open) {
      this.#state = 'open';
      this.#log.error(`[CIRCUIT] open: ${attempts} failures in a row; the next try is in `
        + `${CIRCUIT_OPEN_MILLIS / 1_000} s`);
    } else if (this.#state !== 'closed' && attempts < CIRCUIT_FAILURES) {
      this.#state = 'closed';
      this.#log.info('[CIRCUIT] closed: a connection was stable');
    }
  }

  tries() {
    if (this.#state === 'open') {
      this.#state = 'half-open';
      this.#log.info('[CIRCUIT] half-open: one try');
    }
  }
}
