// Pure: the conditions under which an application wants to be woken up.

/** Failures that are remembered for a condition; more cannot be asked for. */
export const MAX_ALERT_FAILURES = 1_000;

/**
 * A condition is one of
 *
 * - `{failures: 5, withinMillis: 60_000}`: so many failed connections in so much time,
 * - `{notConnectedMillis: 120_000}`: no connection for that long,
 * - `{gap: true}`: messages were lost.
 *
 * The first two are reported once until they have ceased to be true, a gap each time.
 * conformance/vectors/alerts.json holds all clients to the same alerts.
 */
export class Alerts {
  #conditions;
  #failures = [];
  #disconnectedSince;
  #active = new Set();

  constructor(conditions = []) {
    conditions.forEach(requireCondition);
    this.#conditions = conditions;
  }

  connected() {
    this.#disconnectedSince = undefined;
    for (const condition of this.#active) {
      if (condition.notConnectedMillis !== undefined) {
        this.#active.delete(condition);
      }
    }
  }

  /** There is no connection from now on, if there was one. */
  disconnected(nowMillis) {
    this.#disconnectedSince ??= nowMillis;
    return this.check(nowMillis);
  }

  /** A connection or a try at one has failed. Call {@link disconnected} before it. */
  failed(nowMillis) {
    this.#failures.push(nowMillis);
    if (this.#failures.length > MAX_ALERT_FAILURES) {
      this.#failures.shift();
    }
    return this.check(nowMillis);
  }

  gap(gap) {
    return this.#conditions.filter((condition) => condition.gap)
      .map((condition) => ({ condition, gap }));
  }

  /** The conditions that have become true, each as `{condition, …}` with the figure. */
  check(nowMillis) {
    const alerts = [];
    for (const condition of this.#conditions) {
      const alert = this.#judge(condition, nowMillis);
      if (alert === undefined) {
        this.#active.delete(condition);
      } else if (!this.#active.has(condition)) {
        this.#active.add(condition);
        alerts.push({ condition, ...alert });
      }
    }
    return alerts;
  }

  /** When {@link check} could find something without a further event. */
  nextMillis() {
    if (this.#disconnectedSince === undefined) {
      return Infinity;
    }
    const limits = this.#conditions
      .filter((condition) => condition.notConnectedMillis && !this.#active.has(condition))
      .map((condition) => condition.notConnectedMillis);
    return this.#disconnectedSince + Math.min(Infinity, ...limits);
  }

  #judge({ notConnectedMillis, failures, withinMillis }, nowMillis) {
    if (notConnectedMillis !== undefined) {
      const millis = nowMillis - (this.#disconnectedSince ?? Infinity);
      return millis >= notConnectedMillis ? { notConnectedMillis: millis } : undefined;
    }
    if (failures === undefined) {
      return undefined;
    }
    const newest = this.#failures.filter((at) => nowMillis - at < withinMillis).length;
    return newest >= failures ? { failures: newest } : undefined;
  }
}

function requireCondition(condition) {
  const { failures, withinMillis, notConnectedMillis, gap } = condition ?? {};
  const names = Object.keys(condition ?? {}).sort().join();
  const valid = (names === 'failures,withinMillis' && Number.isInteger(failures)
      && failures >= 1 && failures <= MAX_ALERT_FAILURES && isTime(withinMillis))
    || (names === 'notConnectedMillis' && isTime(notConnectedMillis))
    || (names === 'gap' && gap === true);
  if (!valid) {
    throw new RangeError(`there is no alert ${JSON.stringify(condition)}; it is one of `
      + `{failures, withinMillis} with 1 to ${MAX_ALERT_FAILURES} failures, {notConnectedMillis}, `
      + '{gap: true}, with times over 0');
  }
}

function isTime(millis) {
  return Number.isFinite(millis) && millis > 0;
}
