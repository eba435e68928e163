// Pure: whether to come back after a connection ended, when, and where. Knows neither sockets nor
// timers; `nowMillis` and randomness come in. conformance/vectors/delays.json holds all clients to
// the same decisions.

import { delayMillis, plainDelayMillis, waitMillis } from './backoff.js';
import {
  finalCause, isServerWaiting, migrationTarget, MIGRATED, SLOW_CONSUMER, TOKEN_EXPIRED,
} from './close-codes.js';

/** A connection has to last this long before failures are forgotten: "accept and drop" is one. */
export const STABLE_MILLIS = 10_000;
/** After 1001 without advice: the server needs a moment to be replaced. */
export const GOING_AWAY_MILLIS = 5_000;
/** Each further 1013 adds this much. */
export const TRY_AGAIN_LATER_STEP_MILLIS = 5_000;
/** Advice above this is taken for this: every wait has a limit. */
export const MAX_ADVICE_MILLIS = 3_600_000;
/**
 * Advice to come back at once is not for a connection that was never stable, nor for one that was
 * refused with a status: no tight loop.
 */
export const MIN_UNSTABLE_MILLIS = 1_000;
/** The circuit opens after this many failures in a row, for this long; then one trial. */
export const CIRCUIT_FAILURES = 5;
export const CIRCUIT_OPEN_MILLIS = 60_000;
/** An address that the server named fails so often in a row, then the configured one is tried. */
export const TARGET_TRIES = 3;

/**
 * The decisions of one client. Call {@link connected} when a connection is established, and
 * {@link ended} once for each connection or try that ended.
 */
export class Reconnect {
  #policy;
  #random;
  #circuit;
  #connectedAtMillis;
  /** Raises the delay. */
  #step = 0;
  /** Failures since the last stable connection; what the policy and the circuit count. */
  #attempts = 0;
  #target;
  #targetFailures = 0;

  /** @param options `policy` from backoff.js, `random` () => [0, 1), `circuit` true or false. */
  constructor({ policy, random, circuit = false }) {
    this.#policy = policy;
    this.#random = random;
    this.#circuit = circuit;
  }

  get attempts() {
    return this.#attempts;
  }

  /** Where to go instead of the configured address, `{host, port}`; undefined: there. */
  get target() {
    return this.#target;
  }

  set target(target) {
    this.#target = target;
    this.#targetFailures = 0;
  }

  connected(nowMillis) {
    this.#connectedAtMillis = nowMillis;
  }

  /**
   * How long this connection serves at least before a move that a server asks for now. Two servers
   * that are both being drained may send their clients to each other: they must see no tight loop.
   */
  leastStayMillis(nowMillis) {
    return this.#isStable(nowMillis) ? 0
      : Math.max(MIN_UNSTABLE_MILLIS, delayMillis(this.#policy, this.#step, this.#random));
  }

  /** The move has succeeded; the connection that was left has served. */
  moved(nowMillis, target) {
    if (!this.#endStability(nowMillis, {})) {
      this.#step++;
    }
    this.target = target;
    this.connected(nowMillis);
  }

  /**
   * The connection, or the try to get one, ended.
   *
   * @param trouble a HoldfastError, or an object with its fields: `kind`, `code`, `reason`,
   *     `status`, `retryAfterMillis`
   * @param advice what the server said about coming back: `afterMillis` for this client alone, and
   *     `target`, where null is the configured address; `freshToken`: whether other credentials can
   *     be had; `offline`: this host has no network, which says nothing about the server
   * @returns `{stop}` with the cause, or `{retryMillis, counts, asked, target}`; `asked`: the
   *     server wants this wait, nothing may shorten it
   */
  ended(nowMillis, trouble, advice = {}) {
    const stable = this.#endStability(nowMillis, trouble);
    const stop = stopCause(trouble, advice);
    if (stop !== undefined) {
      return { stop };
    }
    const target = targetOf(trouble) ?? advice.target;
    const wait = this.#wait(trouble, advice, target ?? undefined, stable);
    const counts = wait === undefined && !isPolite(trouble) && advice.offline !== true;
    if (counts) {
      if (this.#attempts >= this.#policy.maxAttempts) {
        return { stop: 'attempts_exhausted' };
      }
      this.#attempts++;
    }
    this.#aim(target, stable);
    const step = this.#step++;
    const open = counts && this.#circuit && this.#attempts >= CIRCUIT_FAILURES;
    const retryMillis = wait?.(step) ?? (open ? CIRCUIT_OPEN_MILLIS : this.#backoff(trouble, step));
    return { retryMillis, counts, asked: wait !== undefined, open, target: this.#target };
  }

  #isStable(nowMillis) {
    const since = this.#connectedAtMillis;
    return since !== undefined && nowMillis - since >= STABLE_MILLIS;
  }

  #endStability(nowMillis, trouble) {
    const stable = this.#isStable(nowMillis);
    this.#connectedAtMillis = undefined;
    if (stable && trouble.code !== SLOW_CONSUMER) {
      this.#step = 0;
      this.#attempts = 0;
    }
    return stable;
  }

  /** How to compute a wait that the server asked for; undefined if it asked for none. */
  #wait(trouble, advice, target, stable) {
    const least = stable ? 0 : MIN_UNSTABLE_MILLIS;
    if (advice.afterMillis !== undefined) {
      // This client's own place in the queue: kept exactly.
      return () => heeded(advice.afterMillis, least);
    }
    if (target !== undefined) {
      // Go there now; but servers that send clients to and fro must see no tight loop.
      return (step) => (stable ? 0 : delayMillis(this.#policy, step, this.#random));
    }
    if (heedsRetryAfter(trouble)) {
      const told = heeded(trouble.retryAfterMillis, MIN_UNSTABLE_MILLIS);
      return () => this.#spread(told);
    }
    if (trouble.kind === 'left' || (trouble.kind === 'closed' && trouble.code === 1001)) {
      return (step) => this.#spread(
        Math.max(GOING_AWAY_MILLIS, plainDelayMillis(this.#policy, step)));
    }
    if (trouble.kind === 'closed' && trouble.code === 1013) {
      const { tryAgainLaterMillis: first, capMillis } = this.#policy;
      return (step) => this.#spread(
        Math.max(first, Math.min(first + step * TRY_AGAIN_LATER_STEP_MILLIS, capMillis)));
    }
    return undefined;
  }

  #spread(millis) {
    return waitMillis(this.#policy, millis, this.#random);
  }

  #backoff(trouble, step) {
    // Everybody is told 1012 in the same instant: spread even where jitter is off.
    const spread = trouble.kind === 'closed' && trouble.code === 1012
      && this.#policy.jitter === 'none';
    const policy = spread ? { ...this.#policy, jitter: 'full' } : this.#policy;
    return delayMillis(policy, step, this.#random);
  }

  #aim(target, stable) {
    if (target !== undefined) {
      this.target = target ?? undefined;
    } else if (stable) {
      this.#targetFailures = 0;
    } else if (this.#target !== undefined && ++this.#targetFailures >= TARGET_TRIES) {
      this.target = undefined;
    }
  }
}

function stopCause(trouble, advice) {
  if (trouble.kind === 'unauthorised' || trouble.status === 401 || trouble.status === 403) {
    return 'unauthorised';
  }
  if (trouble.kind !== 'closed' || (trouble.code === TOKEN_EXPIRED && advice.freshToken)) {
    return undefined;
  }
  return finalCause(trouble.code);
}

function targetOf(trouble) {
  return trouble.kind === 'closed' && trouble.code === MIGRATED
    ? migrationTarget(trouble.reason) : undefined;
}

function heedsRetryAfter({ status, retryAfterMillis }) {
  return retryAfterMillis !== undefined && (status === 429 || status === 503);
}

/** A wait that a server asked for, between the limits. */
function heeded(millis, least) {
  return Math.min(Math.max(millis, least), MAX_ADVICE_MILLIS);
}

/** A server that says "wait" is not a failure. */
function isPolite(trouble) {
  return trouble.kind === 'server_not_ready'
    || (trouble.kind === 'closed' && isServerWaiting(trouble.code));
}
