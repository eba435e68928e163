// The timer around the pure silence.js: pings a live connection, and says when it is dead. On the
// wall clock, since another may stand still while the host sleeps.

import { Silence } from './silence.js';

export class Watchdog {
  #silence;
  #timers;
  #canPing;
  #onPing;
  #onDead;
  #running = false;

  /** `onDead(quietMillis)` is called once; after it, or stop(), nothing more happens. */
  constructor({ silence, timers, canPing, onPing, onDead }) {
    this.#silence = new Silence(silence);
    this.#timers = timers;
    this.#canPing = canPing;
    this.#onPing = onPing;
    this.#onDead = onDead;
  }

  start() {
    this.#running = true;
    this.#silence.start(this.#timers.wallNow());
    this.#arm();
  }

  stop() {
    this.#running = false;
    this.#timers.clear('watch');
  }

  received() {
    this.#silence.received(this.#timers.wallNow());
  }

  /** Something happened that connections often do not survive: ask the peer, and soon. */
  suspect() {
    if (this.#running && this.#canPing) {
      this.#silence.suspect(this.#timers.wallNow());
      this.check();
    }
  }

  check() {
    if (!this.#running) {
      return;
    }
    const now = this.#timers.wallNow();
    const verdict = this.#silence.check(now);
    if (verdict === 'dead') {
      this.stop();
      this.#onDead(now - this.#silence.lastReceivedMillis);
      return;
    }
    if (verdict === 'ping') {
      this.#onPing();
    }
    if (this.#running) {
      this.#arm();
    }
  }

  #arm() {
    const next = this.#silence.nextMillis();
    if (next !== Infinity) {
      this.#timers.set('watch', next - this.#timers.wallNow(), () => this.check());
    }
  }
}
