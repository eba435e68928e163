// A table of named timers on a clock that is given in. One place that knows what is still to come,
// and that can stop all of it.

/**
 * The clock of the host. Tests give their own. Two times, in milliseconds: `now` is for lengths of
 * time, since nobody can set it; `wallNow` shows that the host slept, when `now` may stand still.
 */
export const systemClock = Object.freeze({
  now: () => Math.round(performance.now()),
  wallNow: () => Date.now(),
  setTimeout: (callback, millis) => setTimeout(callback, millis),
  clearTimeout: (handle) => clearTimeout(handle),
});

/** Hosts take a longer delay for none at all; longer waits are waited for in parts. */
const LONGEST_TIMEOUT_MILLIS = 2 ** 31 - 1;

export class Timers {
  #clock;
  #running = new Map();

  constructor(clock) {
    this.#clock = clock;
  }

  now() {
    return this.#clock.now();
  }

  /** The same as {@link now} where the clock knows no other. */
  wallNow() {
    return this.#clock.wallNow?.() ?? this.#clock.now();
  }

  /**
   * Starts the timer `name`, instead of the one that may be running under it. `millis` may be
   * Infinity: never.
   */
  set(name, millis, callback) {
    this.clear(name);
    if (millis === Infinity) {
      return;
    }
    const dueMillis = this.now() + millis;
    const part = Math.min(Math.max(0, millis), LONGEST_TIMEOUT_MILLIS);
    const handle = this.#clock.setTimeout(() => {
      this.#running.delete(name);
      const restMillis = dueMillis - this.now();
      if (restMillis > 0) { // A part only, or the host was early, as hosts are.
        this.set(name, restMillis, callback);
      } else {
        callback();
      }
    }, part);
    this.#running.set(name, handle);
  }

  clear(...names) {
    for (const name of names) {
      this.#clock.clearTimeout(this.#running.get(name));
      this.#running.delete(name);
    }
  }

  clearAll() {
    this.clear(...this.#running.keys());
  }

  get names() {
    return [...this.#running.keys()];
  }
}
