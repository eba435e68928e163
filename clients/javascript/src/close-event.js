// CloseEvent for hosts that have none (Node before 23).

export const ClosingEvent = globalThis.CloseEvent ?? class CloseEvent extends Event {
  constructor(type, { code = 0, reason = '', wasClean = false, ...init } = {}) {
    super(type, init);
    this.code = code;
    this.reason = reason;
    this.wasClean = wasClean;
  }
};
