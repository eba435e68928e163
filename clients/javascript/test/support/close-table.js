// What has to follow each close code: the table of lifecycle.md and client.md, in the words of this
// client. For the preset `browser` without jitter, a first connection that was not stable, and 0.5
// where chance is left.

/** code → why the client stays away. */
export const STOPS = {
  1000: 'finished',
  1003: 'not_unchanged',
  1007: 'not_unchanged',
  1008: 'unauthorised',
  1009: 'not_unchanged',
  4500: 'replaced',
  4501: 'token_expired',
  4502: 'closed_by_operator',
  4503: 'told_to_stay_away',
  4999: 'told_to_stay_away',
};

/** code → when it comes back, and whether that counts as a failure. */
export const RETURNS = {
  1001: { delayMillis: 5_000, attempts: 0 },
  1002: { delayMillis: 1_000, attempts: 1 },
  1011: { delayMillis: 1_000, attempts: 1 },
  1012: { delayMillis: 500, attempts: 0 }, // Everybody hears it at once: spread in every case.
  1013: { delayMillis: 10_000, attempts: 0 },
  3000: { delayMillis: 1_000, attempts: 1 },
  4000: { delayMillis: 1_000, attempts: 1 },
  4100: { delayMillis: 1_000, attempts: 1 },
  4101: { delayMillis: 1_000, attempts: 1 },
  4102: { delayMillis: 1_000, attempts: 1 }, // Its reason is no address here.
};

/** A close without a code, and an end without a close. */
export const BACKOFF = { delayMillis: 1_000, attempts: 1 };

/** Under which the table holds. */
export const TABLE_OPTIONS = { backoff: { jitter: 'none' }, random: () => 0.5 };
