// Listeners by event name. A listener that throws harms neither the others nor the connection.

export class Emitter {
  #listeners = new Map();
  #onListenerError;

  /** @param onListenerError hears what a listener threw, or what its promise was rejected with */
  constructor(onListenerError) {
    this.#onListenerError = onListenerError;
  }

  /** Returns a function that takes the listener away again. */
  on(type, listener) {
    if (typeof listener !== 'function') {
      throw new TypeError(`the listener for "${type}" is no function`);
    }
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  /** @param step the event's step in what the application deals with, if it is one */
  emit(type, event, step) {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) {
      const claim = step?.claim();
      try {
        const result = listener(event);
        if (typeof result?.then === 'function') {
          result.then(() => claim?.finish(), (error) => this.#onListenerError(error, type));
        } else {
          claim?.finish();
        }
      } catch (error) {
        this.#onListenerError(error, type);
      }
    }
  }
}
