// Pings of the application's own layer, and how long their answers take.

export class RoundTrips {
  #dialect;
  #metrics;
  #timers;
  #pings = 0;
  #pingedAtMillis;

  constructor({ dialect, metrics, timers }) {
    this.#dialect = dialect;
    this.#metrics = metrics;
    this.#timers = timers;
  }

  /** The text of the next ping, which is sent now. */
  ping() {
    this.#pingedAtMillis = this.#timers.now();
    const text = JSON.stringify(this.#dialect.ping(++this.#pings));
    this.#metrics.sent(text);
    return text;
  }

  ponged() {
    if (this.#pingedAtMillis !== undefined) {
      this.#metrics.rttMillis = this.#timers.now() - this.#pingedAtMillis;
      this.#pingedAtMillis = undefined;
    }
  }
}
