// Pure: how far the application has come with what the connection has received. It is behind: a
// message waits in an iteration, or its listener waits for a database. Only this is saved; while
// this process lives the server is told what was received.

/** Steps that may be unfinished; what is told then counts with the last of them. */
export const MAX_UNFINISHED = 1_000;

/**
 * What becomes true for the application at one point of what it is told.
 *
 * @typedef {object} Change
 * @property {object} [all] stream → place `{epoch, seq}`: these take the place of all others
 * @property {object} [streams] stream → place; `undefined`: the stream is left
 */

export class Progress {
  /** stream → {epoch, seq}: the last message that the application has dealt with. */
  #positions = new Map();
  /** The unfinished ones, in the order of what was told. */
  #steps = [];

  /** A copy, stream → place. */
  positions() {
    return Object.fromEntries([...this.#positions].map(([stream, at]) => [stream, { ...at }]));
  }

  get unfinished() {
    return this.#steps.length;
  }

  /** Something is being told: what it changes is so when it, and all before it, is dealt with. */
  begin(change) {
    if (this.#steps.length < MAX_UNFINISHED) {
      this.#steps.push(new Step((step) => this.#finished(step)));
    }
    const step = this.#steps.at(-1);
    step.begin(change);
    return step;
  }

  /** A change that leaves the application nothing to deal with. */
  note(change) {
    this.#passOn(change, this.#steps.length);
  }

  #finished(step) {
    if (step.wasDealtWith) {
      // Whoever deals with a later message has done with what a loop was left on.
      const before = this.#steps.slice(0, this.#steps.indexOf(step));
      before.filter(({ isLeft }) => isLeft).forEach((left) => this.#remove(left));
    }
    this.#remove(step);
  }

  #remove(step) {
    const index = this.#steps.indexOf(step);
    this.#steps.splice(index, 1);
    this.#passOn(step.change, index);
  }

  /** What was behind a step that is unfinished is so when that is finished. */
  #passOn(change, index) {
    if (index > 0) {
      this.#steps[index - 1].add(change);
      return;
    }
    if (change.all) {
      this.#positions = new Map(Object.entries(change.all));
    }
    for (const [stream, place] of Object.entries(change.streams ?? {})) {
      if (place === undefined) {
        this.#positions.delete(stream);
      } else {
        this.#positions.set(stream, place);
      }
    }
  }
}

/**
 * One thing that the application is told, by one or several claims: one for each listener or
 * iteration. Unfinished until {@link end} was called and each of them is finished.
 */
class Step {
  change = {};
  wasDealtWith = false;
  #open = 0;
  /** Those who have dealt with it or may still do so. */
  #takers = 0;
  #wasLeft = false;
  #onFinished;

  constructor(onFinished) {
    this.#onFinished = onFinished;
  }

  begin(change) {
    this.add(change);
    this.#open++;
  }

  add({ all, streams }) {
    this.change = all ? { all, streams } : {
      all: this.change.all, streams: { ...this.change.streams, ...streams },
    };
  }

  /** Nobody will deal with it: the loops that could have were left. */
  get isLeft() {
    return this.#open === 0 && this.#wasLeft && this.#takers === 0;
  }

  /** Everybody was told. */
  end() {
    this.#close();
  }

  /** Somebody has to deal with it. Who fails never finishes. */
  claim() {
    this.#open++;
    this.#takers++;
    let isOpen = true;
    const once = (act) => () => {
      if (isOpen) {
        isOpen = false;
        act();
        this.#close();
      }
    };
    return {
      finish: once(() => {
        this.wasDealtWith = true;
      }),
      /** It was taken away, and the application told so. */
      drop: once(() => {}),
      leave: once(() => {
        this.#takers--;
        this.#wasLeft = true;
      }),
    };
  }

  #close() {
    this.#open--;
    if (this.#open === 0 && !this.isLeft) {
      this.#onFinished(this);
    }
  }
}
