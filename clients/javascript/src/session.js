// Pure: what has to be remembered to come back without loss. The positions in the streams, the
// messages that are not acked, the session token. Follows docs/PROTOCOL.md, "How to resume".

import { Progress } from './progress.js';

/** The server refuses more than this many unacked messages (delivery.md, "Client to server"). */
export const MAX_UNACKED = 512;
/** Messages that may wait to be sent at all; a caller who has more has to slow down. */
export const MAX_WAITING = 1_024;
/** Their bytes, and those of what is not acked: 16 of the largest messages. */
export const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** The largest message that a server takes (docs/PROTOCOL.md, "Limits"). */
export const MAX_MESSAGE_BYTES = 1024 * 1024;
/** A message that is not acked in this time has failed. */
export const SEND_TIMEOUT_MILLIS = 30_000;
/** The server names at most this many (docs/PROTOCOL.md, "Limits"); more is not believed. */
const MAX_POSITIONS = 10_001;

/**
 * One entry of the unacked list.
 *
 * @typedef {object} Entry
 * @property {string} id new in its session
 * @property {object} request what to send, without the id
 * @property {boolean} repeatable harmless when done twice: join, leave, who
 * @property {number} createdMillis
 * @property {boolean} sent whether it was ever handed to a connection
 */

export class Session {
  #token;
  /** Whether the positions are of the token's session. */
  #begun;
  /** stream → {epoch, seq}: the last message that was received. */
  #positions = new Map();
  /** The same of those that the application has dealt with. */
  #progress = new Progress();
  /** id → Entry, in the order of sending. */
  #unacked = new Map();
  #maxUnacked;
  #maxWaiting;
  #timeoutMillis;

  /** @param saved what {@link snapshot} returned, from an earlier life of this client */
  constructor({
    saved, maxUnacked = MAX_UNACKED, maxWaiting = MAX_WAITING, timeoutMillis = SEND_TIMEOUT_MILLIS,
  } = {}) {
    this.#maxUnacked = maxUnacked;
    this.#maxWaiting = maxWaiting;
    this.#timeoutMillis = timeoutMillis;
    this.#token = saved?.token;
    this.#begun = this.#token !== undefined;
    for (const [stream, at] of Object.entries(saved?.positions ?? {})) {
      this.#positions.set(stream, { epoch: at.epoch, seq: at.seq });
    }
    this.#progress.note({ all: this.positions() });
  }

  get token() {
    return this.#token;
  }

  set token(token) {
    this.#token = token;
  }

  /** Whether there is anything to come back to. */
  get known() {
    return this.#token !== undefined || this.#positions.size > 0;
  }

  get unackedCount() {
    return this.#unacked.size;
  }

  /** Whether {@link keep} would pass the limit. */
  get isFull() {
    const waiting = [...this.#unacked.values()].filter((entry) => !entry.sent).length;
    return waiting >= this.#maxWaiting;
  }

  position(stream) {
    return this.#positions.get(stream);
  }

  /**
   * A plain object that can be stored, and given to the constructor of another Session: the newest
   * token, and how far the application has come.
   */
  snapshot() {
    const token = this.#begun ? this.#token : undefined;
    return { token, positions: this.#progress.positions() };
  }

  /** How far this connection has come, which is what the next one begins with. */
  positions() {
    return Object.fromEntries([...this.#positions].map(([name, at]) => [name, { ...at }]));
  }

  /** The fields of `hello`; empty the first time. */
  helloFields() {
    if (!this.known) {
      return {};
    }
    const fields = { positions: this.positions() };
    return this.#token === undefined ? fields : { session_token: this.#token, ...fields };
  }

  /**
   * The answer to hello. Sets the token and the positions.
   *
   * @param answer `type`, `session_token` and `streams`, of a welcome (`epoch`, `seq`) or a
   *     reconnection_ack (`epoch`, `head`, `recovered`, `gap`)
   * @returns the gaps to report, the names of streams that are not ours any more, how many
   *     messages will follow; the step that the application makes by hearing of the gaps
   */
  answered(answer) {
    const before = this.#positions;
    if (answer.session_token === undefined) {
      // It keeps no sessions. Token and positions go together: another that does may be next.
      return { gaps: lost([...before.keys()]), dropped: [], recovered: 0 };
    }
    this.#token = answer.session_token;
    this.#begun = true;
    const streams = Object.entries(answer.streams ?? {}).slice(0, MAX_POSITIONS);
    this.#positions = new Map(streams.map(
      ([stream, at]) => [stream, startingPosition(at, before.get(stream))]));
    const dropped = [...before.keys()].filter((stream) => !this.#positions.has(stream));
    const step = this.#progress.begin({ all: this.positions() });
    if (answer.type === 'welcome') { // A new session: what was said since then does not come.
      return { gaps: lost([...before.keys()]), dropped, recovered: 0, step };
    }
    const gaps = streams.flatMap(([stream, at]) => gapsAtResume(
      stream, at, before.get(stream), this.#positions.get(stream)));
    const recovered = streams.reduce((sum, [, at]) => sum + (at.recovered ?? 0), 0);
    return { gaps: [...gaps, ...lost(dropped)], dropped, recovered, step };
  }

  /** The same of a client that does not come back to its session: bots have one all the same. */
  answeredPlainly({ session_token: token }) {
    this.#token = token;
    return { gaps: [], dropped: [], recovered: 0 };
  }

  /**
   * What to do with a message of a stream: "repeat" must not reach the application; "new" must,
   * and {@link moved} says so. Numbers that were jumped over are a gap that nobody announced.
   */
  arrives(stream, seq) {
    const at = this.#positions.get(stream);
    if (at === undefined) {
      return { verdict: 'new', gaps: [] };
    }
    return seq <= at.seq ? { verdict: 'repeat', gaps: [] }
      : { verdict: 'new', gaps: gapsBetween(stream, at.seq, seq - 1) };
  }

  /** A gap in band. Returns what is to be reported, each of which {@link moved} follows. */
  missed(stream, from, to) {
    const at = this.#positions.get(stream);
    if (at === undefined) {
      return [{ stream, from, to }];
    }
    if (to <= at.seq) {
      return [];
    }
    return gapsBetween(stream, at.seq, to, { from: Math.max(from, at.seq + 1), to });
  }

  /**
   * Everything up to `seq` has come, or will not come. Returns the step that the application makes
   * by hearing of it; undefined: it makes none.
   */
  moved(stream, seq) {
    const at = this.#positions.get(stream);
    if (at === undefined || !(seq > at.seq)) {
      return undefined;
    }
    const place = { epoch: at.epoch, seq };
    this.#positions.set(stream, place);
    return this.#progress.begin({ streams: { [stream]: place } });
  }

  /** The ack of a join says where the room begins. Returns what was missed since, if anything. */
  joined(stream, epoch, seq) {
    const before = this.#positions.get(stream);
    const place = { epoch, seq };
    this.#positions.set(stream, place);
    this.#progress.note({ streams: { [stream]: place } });
    if (before === undefined || (before.epoch === epoch && before.seq >= seq)) {
      return undefined;
    }
    return before.epoch === epoch
      ? { stream, from: before.seq + 1, to: seq } : { stream, reason: 'epoch' };
  }

  left(stream) {
    this.#positions.delete(stream);
    this.#progress.note({ streams: { [stream]: undefined } });
  }

  /** Keeps a request until it is acked. The caller has looked at {@link isFull}. */
  keep(id, request, nowMillis, repeatable = false) {
    const entry = { id, request, repeatable, createdMillis: nowMillis, sent: false };
    this.#unacked.set(id, entry);
    return entry;
  }

  /** Marks and returns, in order, what may be sent now and was not sent on this connection. */
  takeSendable(alreadyOnThisConnection) {
    const entries = [];
    let unacked = alreadyOnThisConnection.size;
    for (const entry of this.#unacked.values()) {
      if (unacked < this.#maxUnacked && !alreadyOnThisConnection.has(entry.id)) {
        entry.sent = true;
        unacked++;
        entries.push(entry);
      }
    }
    return entries;
  }

  /** When the oldest message becomes too old; Infinity when there is none. */
  get nextDeadlineMillis() {
    const [oldest] = this.#unacked.values();
    return oldest === undefined ? Infinity : oldest.createdMillis + this.#timeoutMillis;
  }

  entry(id) {
    return this.#unacked.get(id);
  }

  /** An ack, or another end: it is not sent again. */
  acked(id) {
    this.#unacked.delete(id);
  }

  /** Removes and returns what is too old. */
  expired(nowMillis) {
    return this.#removeIf((entry) => nowMillis - entry.createdMillis >= this.#timeoutMillis);
  }

  /**
   * The session is another one now: it knows no ids, so that what was sent must not be sent again.
   * Removes and returns those: their outcome is unknown.
   */
  forgetSent() {
    return this.#removeIf((entry) => entry.sent && !entry.repeatable);
  }

  removeAll() {
    return this.#removeIf(() => true);
  }

  #removeIf(condition) {
    const removed = [...this.#unacked.values()].filter(condition);
    for (const entry of removed) {
      this.#unacked.delete(entry.id);
    }
    return removed;
  }
}

/**
 * What was recovered comes next and moves the position on to the head. While a client moves to
 * another host the old connection may already have brought some of it: never go back then.
 */
function startingPosition(at, before) {
  const seq = at.head === undefined ? at.seq ?? 0 : at.head - (at.recovered ?? 0);
  const ahead = before?.epoch === at.epoch && before.seq > seq
    && (at.head === undefined || before.seq <= at.head);
  return { epoch: at.epoch, seq: ahead ? before.seq : seq };
}

/** Nobody can say what is missing of these. */
function lost(streams) {
  return streams.map((stream) => ({ stream, reason: 'session' }));
}

function gapsAtResume(stream, { epoch, gap }, before, start) {
  if (before !== undefined && before.epoch !== epoch && gap === undefined) {
    return [{ stream, reason: 'epoch', unannounced: true }];
  }
  return gapsBetween(stream, before?.epoch === epoch ? before.seq : undefined, start.seq, gap);
}

/**
 * What is missing of the numbers above `seen`, up to and including `upTo`, given that `announced`
 * says which of them it is about.
 */
function gapsBetween(stream, seen, upTo, announced) {
  const gaps = [];
  const unannouncedTo = announced?.from === undefined ? upTo : announced.from - 1;
  if (seen !== undefined && announced?.reason === undefined && unannouncedTo > seen) {
    gaps.push({ stream, from: seen + 1, to: unannouncedTo, unannounced: true });
  }
  if (announced) {
    gaps.push({ stream, ...announced });
  }
  return gaps;
}
