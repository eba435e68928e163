// A clock that stands still until it is told to go on.

/** Turns of the microtask queue that any chain of promises in the client has ended after. */
const TURNS = 30;

/** Lets everything happen that needs no time. */
export async function settle() {
  for (let i = 0; i < TURNS; i++) {
    await Promise.resolve();
  }
}

export class FakeClock {
  #now = 1_000_000;
  #timers = new Map();
  #ids = 0;

  now = () => this.#now;

  setTimeout = (callback, millis) => {
    this.#timers.set(++this.#ids, { at: this.#now + millis, callback });
    return this.#ids;
  };

  clearTimeout = (id) => {
    this.#timers.delete(id);
  };

  get pending() {
    return this.#timers.size;
  }

  /** Goes on, firing each timer at its time, those of the last moment included. */
  async advance(millis) {
    const until = this.#now + millis;
    await settle();
    for (let due = this.#nextDue(until); due !== undefined; due = this.#nextDue(until)) {
      const [id, timer] = due;
      this.#timers.delete(id);
      this.#now = Math.max(this.#now, timer.at);
      timer.callback();
      await settle();
    }
    this.#now = until;
    await settle();
  }

  /** The host sleeps: time passes, and no timer fires until it is over. */
  async sleep(millis) {
    this.#now += millis;
    await this.advance(0);
  }

  #nextDue(until) {
    let earliest;
    for (const entry of this.#timers) {
      if (entry[1].at <= until && (earliest === undefined || entry[1].at < earliest[1].at)) {
        earliest = entry;
      }
    }
    return earliest;
  }
}

/** Gives the listed fractions, the last one again and again. */
export class FakeRandom {
  #fractions = [0.5];

  use(fractions = [0.5]) {
    this.#fractions = [...fractions];
  }

  next = () => (this.#fractions.length > 1 ? this.#fractions.shift() : this.#fractions[0]);
}
