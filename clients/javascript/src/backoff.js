// Pure: how long to wait before the next try. Randomness comes in as a function () => [0, 1).

/** After 1013 (`server_shutdown_retry_delay`). */
const TRY_AGAIN_LATER_MILLIS = 10_000;
/** Waits that everybody was told alike are spread by this much on top; jitter never shortens. */
const ADDED_TO_WAITS = 0.1;
/** Nobody means more than a day. */
const MAX_DELAY_MILLIS = 86_400_000;
const MAX_FACTOR = 1_000;

/**
 * The named policies (client.md, "Reconnecting"). `jitter`: "none" keeps the delay; "full" takes
 * anything between nothing and the delay; `{spread}` goes by that fraction to either side, never
 * over the cap; `{add}` adds up to that fraction, also above the cap.
 */
export const PRESETS = Object.freeze({
  browser: preset(1_000, 30_000, 'full', 10),
  deepstream: preset(1_000, 60_000, { spread: 0.1 }, Infinity),
  bot: preset(2_000, 60_000, { add: 0.1 }, Infinity),
  feed: preset(1_000, 60_000, 'full', Infinity),
});

function preset(firstMillis, capMillis, jitter, maxAttempts) {
  return Object.freeze({
    firstMillis, factor: 2, capMillis, jitter, maxAttempts,
    tryAgainLaterMillis: TRY_AGAIN_LATER_MILLIS,
  });
}

/**
 * A preset by name, or own values on top of the preset `base`.
 *
 * @throws {RangeError} for a name that is no preset, or a value that makes no policy
 */
export function policyFrom(choice, base = 'browser') {
  if (typeof choice === 'string') {
    if (!Object.hasOwn(PRESETS, choice)) {
      const names = Object.keys(PRESETS).join(', ');
      throw new RangeError(`backoff "${choice}" is not known; use one of ${names}, or an object`);
    }
    return PRESETS[choice];
  }
  for (const name of Object.keys(choice)) {
    if (!Object.hasOwn(PRESETS[base], name)) {
      const known = Object.keys(PRESETS[base]).join(', ');
      throw new TypeError(`backoff has no "${name}"; it has ${known}`);
    }
  }
  const policy = { ...PRESETS[base], ...choice };
  requireNumber('firstMillis', policy.firstMillis, 1, MAX_DELAY_MILLIS);
  requireNumber('factor', policy.factor, 1, MAX_FACTOR);
  requireNumber('capMillis', policy.capMillis, policy.firstMillis, MAX_DELAY_MILLIS);
  requireNumber('maxAttempts', policy.maxAttempts, 0, Infinity);
  requireNumber('tryAgainLaterMillis', policy.tryAgainLaterMillis, 0, MAX_DELAY_MILLIS);
  if (policy.jitter !== 'full' && policy.jitter !== 'none') {
    const { jitter } = policy;
    const parts = typeof jitter === 'object' ? Object.entries(jitter ?? {}) : [];
    const [[name, part] = []] = parts;
    const known = parts.length === 1 && (name === 'spread' || name === 'add');
    requireNumber('jitter', known ? part : jitter, 0, 1);
  }
  return Object.freeze(policy);
}

function requireNumber(name, value, min, max) {
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    throw new RangeError(`backoff ${name} is ${value}; it has to be a number, ${min} to ${max}`);
  }
}

/** The delay before try number `step` (0 is the first), without jitter. Never over the cap. */
export function plainDelayMillis(policy, step) {
  // A large step overflows to Infinity, which the cap catches: no long outage needs a limit.
  return Math.min(policy.firstMillis * policy.factor ** step, policy.capMillis);
}

/** The delay before try number `step`, with the policy's jitter. */
export function delayMillis(policy, step, random) {
  const plain = plainDelayMillis(policy, step);
  const { jitter } = policy;
  if (jitter === 'none') {
    return plain;
  }
  if (jitter === 'full') {
    return fullJitter(plain, random);
  }
  if (jitter.add !== undefined) {
    return Math.round(plain * (1 + jitter.add * random()));
  }
  const spread = plain * (1 + jitter.spread * (2 * random() - 1));
  return Math.min(Math.round(spread), policy.capMillis);
}

/** Anything between nothing and `millis`. */
export function fullJitter(millis, random) {
  return Math.round(millis * random());
}

/** A wait that the server asked for: never shorter, and spread unless jitter is off. */
export function waitMillis(policy, millis, random) {
  return policy.jitter === 'none' ? millis : Math.round(millis * (1 + ADDED_TO_WAITS * random()));
}
