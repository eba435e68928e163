// What a server says about going away, or about going elsewhere, and what a client does then.

import { address, waitFrom } from './close-codes.js';

/** How long a client that was asked to leave, or sent elsewhere, waits for what is on its way. */
const LEAVE_TIMEOUT_MILLIS = 5_000;
/** A client told to move begins at this part of its time, to be there before the old end comes. */
const MOVE_AT = 0.9;

export class Leaving {
  #link;
  #outgoing;
  #timers;
  #log;
  #tell;
  #resumes;
  #leaveWhenAsked;

  /**
   * @param resumes whether there is a session to be taken to another server
   * @param leaveWhenAsked whether to leave at all before the server closes
   */
  constructor({ link, outgoing, timers, log, tell, resumes, leaveWhenAsked }) {
    this.#link = link;
    this.#outgoing = outgoing;
    this.#timers = timers;
    this.#log = log;
    this.#tell = tell;
    this.#resumes = resumes;
    this.#leaveWhenAsked = leaveWhenAsked;
  }

  /** The server says that it goes away, and when to come back. */
  advised(message) {
    const seconds = message.reconnect_after;
    this.#log.info(`[SHUTDOWN] the server is leaving, reconnect_after=${seconds ?? 'unknown'}`);
    const advice = { afterMillis: waitFrom(seconds) };
    this.#link.advise(advice);
    this.#tell('notice', { ...message, advice });
  }

  /** Finishes what was begun, closes with 1000, and comes back when it was told to. */
  leaveWhenDone({ timeout_seconds: seconds }) {
    if (!this.#leaveWhenAsked || this.#link.state !== 'CONNECTED') {
      return;
    }
    const { connection } = this.#link;
    const leave = () => {
      this.#timers.clear('leave');
      if (this.#link.connection === connection) {
        this.#link.leave('Server is leaving');
      }
    };
    this.#link.stay();
    this.#outgoing.pause();
    const limit = Math.min(LEAVE_TIMEOUT_MILLIS, waitFrom(seconds) ?? Infinity);
    this.#timers.set('leave', limit, leave);
    this.#outgoing.idle().then(leave);
  }

  /**
   * The server sends us elsewhere; back to where we were configured for when it does not say where
   * to. Should this connection end before its time, then we go there all the same.
   */
  migrate(message) {
    const { new_host: host, new_port: port, migrate_after: seconds } = message;
    const target = address(host, port);
    const afterMillis = waitFrom(seconds) ?? 0;
    this.#link.advise({ target: target ?? null });
    if (target && this.#resumes) {
      this.#link.migrate(target, afterMillis * MOVE_AT);
    } else { // Nothing to be carried over: never two connections of one client.
      this.#link.stay();
      this.#timers.set('leave', afterMillis,
        () => this.leaveWhenDone({}));
    }
    this.#tell('notice', { ...message, advice: { afterMillis, ...target } });
  }

  /** The connection has ended. */
  lost() {
    this.#timers.clear('leave');
  }
}
