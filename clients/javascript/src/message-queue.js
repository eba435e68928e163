// The bounded queue between a connection and `for await`. A consumer that is slow stalls neither
// pings nor other consumers: what does not fit is dropped, oldest first, and told.

/** Messages that may wait for one consumer. */
export const MAX_QUEUED_MESSAGES = 1_000;
/** Bytes of them: sixteen of the server's largest. */
export const MAX_QUEUED_BYTES = 16 * 1024 * 1024;

export class MessageQueue {
  /** {item, bytes, claim} */
  #items = [];
  /** The claims of those that were taken, and are being dealt with. */
  #inHand = [];
  #bytes = 0;
  #waiting = [];
  #limit;
  #limitBytes;
  #ended = false;
  #error;
  #onDropped;
  #onReturn;

  constructor({
    limit = MAX_QUEUED_MESSAGES, limitBytes = MAX_QUEUED_BYTES,
    onDropped = () => {}, onReturn = () => {},
  } = {}) {
    this.#limit = limit;
    this.#limitBytes = limitBytes;
    this.#onDropped = onDropped;
    this.#onReturn = onReturn;
  }

  get length() {
    return this.#items.length;
  }

  get bytes() {
    return this.#bytes;
  }

  /**
   * The newest is kept, however large it is alone.
   *
   * @param step the message's in what the application deals with, if it has one
   */
  push(item, bytes = 0, step = undefined) {
    if (this.#ended) {
      return;
    }
    const claim = step?.claim();
    const waiting = this.#waiting.shift();
    if (waiting) {
      this.#hand({ item, claim }, waiting);
      return;
    }
    this.#items.push({ item, bytes, claim });
    this.#bytes += bytes;
    while (this.#items.length > this.#limit
        || (this.#bytes > this.#limitBytes && this.#items.length > 1)) {
      const { item: dropped, claim: dropping } = this.#take();
      this.#onDropped(dropped);
      dropping?.drop();
    }
  }

  #take() {
    const entry = this.#items.shift();
    this.#bytes -= entry.bytes;
    return entry;
  }

  #hand({ item, claim }, { resolve }) {
    this.#inHand.push(claim);
    resolve({ value: item, done: false });
  }

  /** What is queued can still be read; then the iteration ends, with the error if there is one. */
  end(error) {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    this.#error = error;
    for (const waiting of this.#waiting.splice(0)) {
      this.#finish(waiting);
    }
  }

  /** Whoever asks for the next one has dealt with the one before. */
  next() {
    this.#inHand.shift()?.finish();
    return new Promise((resolve, reject) => {
      if (this.#items.length > 0) {
        this.#hand(this.#take(), { resolve });
      } else if (this.#ended) {
        this.#finish({ resolve, reject });
      } else {
        this.#waiting.push({ resolve, reject });
      }
    });
  }

  #finish({ resolve, reject }) {
    const error = this.#error;
    this.#error = undefined; // An error is told once.
    if (error) {
      reject(error);
    } else {
      resolve({ value: undefined, done: true });
    }
  }

  /** The consumer left its loop: what it had in hand may be dealt with, and may not. */
  async return() {
    const left = [...this.#inHand.splice(0), ...this.#items.splice(0).map(({ claim }) => claim)];
    left.forEach((claim) => claim?.leave());
    this.#bytes = 0;
    this.end();
    this.#onReturn();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}
