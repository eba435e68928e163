// The timer around the pure alerts.js: tells each condition that the application set when it comes
// true, without a further event if need be.

import { Alerts } from './alerts.js';

export class Alarm {
  #alerts;
  #timers;
  #tell;

  /** @param tell hears each alert */
  constructor({ conditions, timers, tell }) {
    this.#alerts = new Alerts(conditions);
    this.#timers = timers;
    this.#tell = tell;
  }

  /** There is no connection yet. */
  started() {
    this.#disconnected();
  }

  connected() {
    this.#timers.clear('alert');
    this.#alerts.connected();
  }

  /** A connection, or a try at one, has ended. */
  ended({ kind, code }) {
    this.#disconnected();
    // Whoever goes as the server has asked, or is sent away with its goodbye, has not failed.
    if (kind !== 'left' && !(kind === 'closed' && code === 1000)) {
      this.#report(this.#alerts.failed(this.#timers.now()));
    }
  }

  gap(gap) {
    this.#report(this.#alerts.gap(gap));
  }

  #disconnected() {
    const now = this.#timers.now();
    this.#report(this.#alerts.disconnected(now));
    const next = this.#alerts.nextMillis();
    if (next !== Infinity) {
      this.#timers.set('alert', next - now, () => this.#disconnected());
    }
  }

  #report(alerts) {
    alerts.forEach((alert) => this.#tell(alert));
  }
}
