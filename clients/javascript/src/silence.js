// Pure: is the connection alive? Times are given in, wall-clock milliseconds, so that the time a
// host slept counts.

/** How often the application ping goes out, and how long silence may last (client.md). */
export const PING_INTERVAL_MILLIS = 30_000;
export const SILENCE_LIMIT_MILLIS = 75_000;
/** A connection under suspicion (a tab that slept, a network that changed) has this long. */
export const PROBE_MILLIS = 10_000;

export class Silence {
  #pingInterval;
  #limit;
  #received = 0;
  #pinged = 0;
  #sleepLimit;
  #probeUntil = Infinity;
  #expected = Infinity;

  /** Either may be Infinity: never. With no pings the watch is over. */
  constructor({
    pingIntervalMillis = PING_INTERVAL_MILLIS,
    silenceLimitMillis = SILENCE_LIMIT_MILLIS,
  } = {}) {
    this.#pingInterval = pingIntervalMillis;
    this.#limit = silenceLimitMillis;
    // A server may be silent for ever; the host that slept is another matter.
    this.#sleepLimit = silenceLimitMillis === Infinity ? SILENCE_LIMIT_MILLIS : silenceLimitMillis;
  }

  /** A new connection: nothing is owed yet. */
  start(nowMillis) {
    this.#received = nowMillis;
    this.#pinged = nowMillis;
    this.#probeUntil = Infinity;
  }

  get lastReceivedMillis() {
    return this.#received;
  }

  received(nowMillis) {
    this.#received = nowMillis;
    this.#probeUntil = Infinity;
  }

  /** Ask now, and give the peer less time than usual to answer. Follow with {@link check}. */
  suspect(nowMillis) {
    this.#pinged = -Infinity;
    this.#probeUntil = Math.min(this.#probeUntil, nowMillis + PROBE_MILLIS);
  }

  /** When {@link check} has to be called next. Remembers it, to notice that it came late. */
  nextMillis() {
    const ping = this.#pinged + this.#pingInterval;
    this.#expected = Math.min(ping, this.#received + this.#limit, this.#probeUntil);
    return this.#expected;
  }

  /**
   * "dead": close the connection. "ping": send a ping. "fine": nothing to do.
   *
   * A check that is late by the whole limit (75 s if there is none) means that the host slept. What
   * was received before the sleep, and is only read now, proves nothing about the connection.
   */
  check(nowMillis) {
    this.#clampTo(nowMillis);
    const slept = nowMillis - this.#expected >= this.#sleepLimit;
    if (slept || nowMillis >= Math.min(this.#received + this.#limit, this.#probeUntil)) {
      return 'dead';
    }
    if (nowMillis >= this.#pinged + this.#pingInterval) {
      this.#pinged = nowMillis;
      return 'ping';
    }
    return 'fine';
  }

  /** A clock that was set back must not make the watch wait for the old time to come again. */
  #clampTo(nowMillis) {
    this.#received = Math.min(this.#received, nowMillis);
    this.#pinged = Math.min(this.#pinged, nowMillis);
    if (this.#probeUntil !== Infinity) {
      this.#probeUntil = Math.min(this.#probeUntil, nowMillis + PROBE_MILLIS);
    }
  }
}
