// What the server asks an application to do (deepstream, bot): run a command, or terminate.

import { HoldfastError } from './errors.js';
import { utf8Length } from './utf8.js';

/** dialect-deepstream.md: the server waits this long for app_terminated. */
export const TERMINATE_TIMEOUT_MILLIS = 10_000;
/** A command is sent again until its result has arrived; so many results are remembered. */
const MAX_REMEMBERED = 1_024;
/** More than any dialect writes around a result. */
const ENVELOPE_BYTES = 64;

export class Commands {
  #onCommand;
  #onTerminate;
  #timeoutMillis;
  #maxBytes;
  #timers;
  /** request_id → promise of the result's fields */
  #results = new Map();
  /** A promise of how the clean-up ends, while it runs. */
  #cleanUp;

  constructor({ onCommand, onTerminate, timers, maxMessageBytes,
    terminateTimeoutMillis = TERMINATE_TIMEOUT_MILLIS }) {
    this.#onCommand = onCommand;
    this.#onTerminate = onTerminate;
    this.#timers = timers;
    this.#timeoutMillis = terminateTimeoutMillis;
    this.#maxBytes = maxMessageBytes;
  }

  /** Runs a command once, however often it is sent; a promise of the fields of command_result. */
  run(command) {
    const id = command.request_id;
    const known = this.#results.get(id);
    if (known) {
      return known;
    }
    const result = this.#execute(command);
    this.#results.set(id, result);
    if (this.#results.size > MAX_REMEMBERED) {
      this.#results.delete(this.#results.keys().next().value);
    }
    return result;
  }

  async #execute({ request_id, command, args }) {
    try {
      if (!this.#onCommand) {
        throw new Error('this application takes no commands');
      }
      const data = await this.#onCommand({ requestId: request_id, command, args }) ?? {};
      const result = { request_id, status: 'OK', data };
      // Throws for what cannot be sent, a BigInt or a cycle.
      if (utf8Length(JSON.stringify(result)) + ENVELOPE_BYTES > this.#maxBytes) {
        throw new Error(`the result is too large: a message has at most ${this.#maxBytes} bytes`);
      }
      return result;
    } catch (error) {
      return { request_id, status: 'ERROR', data: { message: String(error?.message ?? error) } };
    }
  }

  /**
   * Lets the application clean up, for so long; a promise of the fields of app_terminated. Who asks
   * again while it does, over another connection say, gets the same outcome.
   */
  async terminate({ request_id, reason }) {
    this.#cleanUp ??= this.#runCleanUp({ requestId: request_id, reason });
    const outcome = await this.#cleanUp;
    this.#cleanUp = undefined;
    return { request_id, ...outcome };
  }

  async #runCleanUp(request) {
    try {
      await this.#bounded(this.#onTerminate?.(request));
      return { status: 'OK', message: 'Application terminated gracefully' };
    } catch (error) {
      return { status: 'ERROR', message: String(error?.message ?? error) };
    }
  }

  #bounded(work) {
    const tooLate = new Promise((resolve, reject) => {
      this.#timers.set('terminate', this.#timeoutMillis, () => reject(new HoldfastError(
        'timeout', `the clean-up took longer than ${this.#timeoutMillis} ms`)));
    });
    return Promise.race([work, tooLate]).finally(() => this.#timers.clear('terminate'));
  }
}
