// Pure: reads what every message of every dialect is, one JSON object.

import { HoldfastError } from '../errors.js';

/** Throws a `protocol` error for anything else: the peer does not speak the dialect. */
export function readObject(text) {
  if (typeof text !== 'string') {
    throw new HoldfastError('protocol', 'the server sent a binary message', { code: 1003 });
  }
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    // Told below, without the text: it may hold what belongs in no log.
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new HoldfastError('protocol', 'the server sent something that is no JSON object');
  }
  return value;
}
