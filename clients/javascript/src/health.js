// Asks a server whether it is well, before reconnecting to it.

import { HoldfastError } from './errors.js';
import { healthAt } from './redirect.js';

/** client.md: no answer in this time is "not ready". */
export const HEALTH_TIMEOUT_MILLIS = 5_000;

/** What a page says that is not ready yet, or not any more. */
const NOT_READY = ['shutting_down', 'starting'];
/** Needs no page of ours: it may be a proxy's, whose server is gone. */
const SERVICE_UNAVAILABLE = 503;

/** Where the health of the server that is next is asked, and what its answer says. */
export class Health {
  #url;
  #fetch;
  #timers;
  #log;

  constructor({ url, fetch }, timers, log) {
    this.#url = url;
    this.#fetch = fetch;
    this.#timers = timers;
    this.#log = log;
  }

  /**
   * @param configured where the application wants to go; `target`: where the server sent it, if so
   * @returns a promise of false if the server says that it is not ready, or nothing at all. An
   *     answer about something else is no reason to stay away.
   */
  async isReady(configured, target) {
    const url = target ? healthAt(this.#url, configured, target) : this.#url;
    const abort = new AbortController();
    let tooLate;
    const timeout = new Promise((resolve) => {
      tooLate = resolve;
    });
    this.#timers.set('health', HEALTH_TIMEOUT_MILLIS, () => {
      this.#log.error('[TIMEOUT] health did not answer');
      abort.abort();
      tooLate(false);
    });
    const answer = this.#ask(url, abort.signal);
    try {
      return await Promise.race([answer, timeout]);
    } catch {
      return false;
    } finally {
      answer.catch(() => {}); // It may still fail after the timeout has won.
      this.#timers.clear('health');
    }
  }

  async #ask(url, signal) {
    const response = await this.#fetch(url, {
      // A redirect is not followed, and says nothing about our server.
      signal, redirect: 'manual', cache: 'no-store', credentials: 'omit',
    });
    const says = statusIn(await response.text());
    return response.status !== SERVICE_UNAVAILABLE && !NOT_READY.includes(says);
  }
}

export function notReady() {
  return new HoldfastError('server_not_ready',
    'the server is not ready, or does not answer the question for its health');
}

/** The page of a proxy, say, is no JSON: it says nothing about our server. */
function statusIn(text) {
  try {
    return JSON.parse(text)?.status;
  } catch {
    return undefined;
  }
}
