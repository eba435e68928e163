// Keeps one connection: opens it, watches it, and comes back after it ended. The only place that
// changes the state. What is said over the connection is the owner's business.
//
// The owner has these methods; each is called on the event loop, never inside a call of its own:
//   target()             a promise of {url, protocols, headers}, and what else the owner wants to
//                        find in connection.target; asked before each try
//   opened(connection)   the handshake is done; with `needsAnswer`, call ready() when it is ours
//   received(connection, data)
//   receivedThere(connection, data)   on the connection beside the one that serves
//   ping()               the text of an application ping
//   lost(connection, error)   a connection or a try ended; connection.opened says which
//   stateChanged(event), alert(alert), and perhaps moved(): another connection serves now

import { Alarm } from './alarm.js';
import { fullJitter } from './backoff.js';
import { Connection } from './connection.js';
import { endingOf, exhaustedError, HoldfastError, platformError,
  senselessError } from './errors.js';
import { Farewell } from './farewell.js';
import { Health, notReady } from './health.js';
import { CircuitLog, logEnd } from './log.js';
import { Move, outcomeOf } from './move.js';
import { Reconnect } from './reconnect.js';
import { redirected } from './redirect.js';
import { Timers } from './timers.js';
import { Watchdog } from './watchdog.js';

/** Until the handshake is done (client.md), and after it until the peer has answered hello. */
export const CONNECT_TIMEOUT_MILLIS = 10_000;
/** How long a peer has to answer our close frame. */
export const CLOSE_TIMEOUT_MILLIS = 2_000;
/** When the network is back everybody comes back: spread over this much time. */
const ONLINE_SPREAD_MILLIS = 1_000;

export class Link {
  #settings;
  #owner;
  #timers;
  #reconnect;
  #watchdog;
  #alarm;
  #log;
  #circuit;
  #state = 'DISCONNECTED';
  #current;
  /** Where the owner wanted to go last. */
  #configuredUrl;
  /** Its connection, to where the server sends us, replaces #current when it is ready. */
  #move;
  #health;
  /** Connections that were left, or refused. */
  #farewell;
  /** What the server said about coming back; holds for one ending. */
  #advice = {};
  /** The server wants the present wait: nothing shortens it. */
  #waitIsAsked = false;
  #leaving = false;
  /** Why, once it ends for good. */
  #closing;
  #everConnected = false;
  #error;
  #whenClosed = [];
  #unlisten = () => {};

  constructor(settings, owner) {
    this.#settings = settings;
    this.#owner = owner;
    this.#log = settings.log;
    this.#circuit = new CircuitLog(settings.log);
    this.#timers = new Timers(settings.clock);
    this.#farewell = new Farewell(this.#timers, CLOSE_TIMEOUT_MILLIS);
    this.#reconnect = new Reconnect(settings);
    this.#move = new Move({
      timers: this.#timers, log: settings.log, go: (target) => this.#moveTo(target),
    });
    this.#health = settings.health && new Health(settings.health, this.#timers, settings.log);
    this.#watchdog = new Watchdog({
      silence: settings.silence,
      timers: this.#timers,
      canPing: settings.canPing,
      onPing: () => this.#sendPing(),
      onDead: (quietMillis) => this.#dead(quietMillis),
    });
    this.#alarm = new Alarm({
      conditions: settings.alerts,
      timers: this.#timers,
      tell: (alert) => owner.alert(alert),
    });
  }

  get state() {
    return this.#state;
  }

  get connection() {
    return this.#state === 'CONNECTED' ? this.#current : undefined;
  }

  /** Why there is no connection; undefined while there is one. */
  get error() {
    return this.#error;
  }

  get attempts() {
    return this.#reconnect.attempts;
  }

  get timerNames() {
    return this.#timers.names;
  }

  start() {
    const { environment } = this.#settings;
    this.#unlisten = environment?.listen({
      online: () => this.#isOnline(),
      offline: () => this.#isOffline(),
      visible: () => this.#wokeUp(),
    }) ?? this.#unlisten;
    this.#alarm.started();
    this.#dial();
  }

  // --- Opening ------------------------------------------------------------------------------

  #dial() {
    this.#circuit.tries();
    this.#current = new Connection();
    this.#move.end();
    this.#setState('CONNECTING');
    this.#open(this.#current, this.#reconnect.target, 'connect');
  }

  /** Moves to another host after a wait: there first, and only then away from here. */
  migrate(target, afterMillis) {
    const leastMillis = this.#reconnect.leastStayMillis(this.#timers.now());
    this.#move.ask(target, Math.max(afterMillis, leastMillis));
  }

  /** The server has said something else since: no move begins. */
  stay() {
    this.#move.stay();
  }

  #moveTo(target) {
    const busy = this.#move.connection || this.#closing || this.#leaving;
    if (this.#state === 'CONNECTED' && !busy) {
      this.#open(this.#move.begin(target), target, 'move');
    }
  }

  async #open(connection, redirection, timer) {
    const timeout = this.#settings.connectTimeoutMillis;
    const tooLate = (what) => this.#tooLate(connection, what);
    this.#timers.set(timer, timeout, () => tooLate('connecting'));
    let target;
    try {
      target = await this.#owner.target();
      if (connection.ended) {
        return;
      }
      this.#configuredUrl = target.url;
      const url = redirection ? redirected(target.url, redirection) : target.url;
      connection.target = target;
      const { protocols, headers } = target;
      this.#settings.transport.open({ url, protocols, headers }, {
        attach: (raw) => connection.attach(raw),
        opened: (info) => {
          connection.opened = true;
          connection.info = info;
          this.#move.greets(connection);
          this.#timers.clear(timer);
          if (this.#settings.needsAnswer) {
            this.#timers.set(timer, timeout, () => tooLate('the answer to hello'));
          }
          this.#guard(connection, () => this.#owner.opened(connection));
          if (!this.#settings.needsAnswer) {
            this.ready(connection);
          }
        },
        received: (data) => {
          if (connection === this.#move.connection) {
            this.#guard(connection, () => this.#owner.receivedThere(connection, data));
          } else if (!connection.ended) {
            this.#watchdog.received();
            this.#guard(connection, () => this.#owner.received(connection, data));
          }
        },
        activity: () => {
          if (connection === this.#current) { // Another one's life says nothing about this one.
            this.#watchdog.received();
          }
        },
        ended: (end) => this.#ended(connection, end),
      });
    } catch (error) {
      this.#fail(connection, platformError(error));
    }
  }

  /** What a server sends may be of any shape: whatever it breaks here is a protocol error. */
  #guard(connection, act) {
    try {
      act();
    } catch (error) {
      this.#fail(connection, senselessError(error));
    }
  }

  #tooLate(connection, what) {
    const message = `${what} took longer than ${this.#settings.connectTimeoutMillis} ms`;
    this.#log.error(`[TIMEOUT] ${message}`);
    this.#fail(connection, new HoldfastError('timeout', message));
  }

  /** The peer has accepted us on this connection. */
  ready(connection) {
    if (connection.ended || this.#closing) {
      return;
    }
    if (connection === this.#move.connection) {
      this.#swap();
      return;
    }
    this.#timers.clear('connect', 'move');
    this.#reconnect.connected(this.#timers.now());
    this.#alarm.connected();
    this.#advice = {};
    this.#error = undefined;
    this.#setState('CONNECTED', { reconnected: this.#everConnected });
    this.#everConnected = true;
    if (this.#current === connection && !connection.ended) {
      this.#watchdog.start();
    }
  }

  #swap() {
    const { target } = this.#move;
    const old = this.#current;
    this.#current = this.#move.end();
    this.#timers.clear('move', 'migrate');
    this.#reconnect.moved(this.#timers.now(), target);
    this.#log.info(`[CONNECTED] moved to ${target.host}:${target.port}`);
    this.#owner.moved?.();
    this.#advice = {};
    this.#watchdog.start();
    this.#farewell.leave(old, 'Moved');
  }

  // --- Watching -------------------------------------------------------------------------------

  #dead(quietMillis) {
    this.#log.error(`[TIMEOUT] nothing received for ${quietMillis} ms; closing`);
    this.#fail(this.#current,
      new HoldfastError('silence', 'the connection was silent for too long'));
  }

  #sendPing() {
    const ping = this.#owner.ping();
    if (ping !== undefined) {
      this.#current.send(ping);
    }
  }

  #isOffline() {
    if (this.#current) {
      this.#current.notes.wasOffline = true;
    }
    this.#watchdog.suspect();
  }

  #isOnline() {
    const connection = this.connection;
    if (connection?.notes.wasOffline && !this.#settings.canPing) {
      // Nobody can say whether it survived, and a dead one would look alive for hours.
      this.#fail(connection, new HoldfastError('silence',
        'the network was away, and there is no pingMessage to ask the server with'));
    }
    this.#hurry();
  }

  /** A tab that was hidden: its timers were slow or stopped, its network perhaps gone. */
  #wokeUp() {
    this.#watchdog.check();
    this.#hurry();
  }

  /** The network is there again: no reason to wait out the backoff, unless the server said so. */
  #hurry() {
    if (this.#state === 'DISCONNECTED' && !this.#waitIsAsked) {
      this.#retryIn(fullJitter(ONLINE_SPREAD_MILLIS, this.#settings.random));
    } else {
      this.#watchdog.suspect();
    }
  }

  // --- Ending ---------------------------------------------------------------------------------

  /**
   * What the server said about coming back, on top of what it said before: `afterMillis` counts
   * from the end of this connection, `target` is `{host, port}`, or null: the configured address.
   */
  advise({ afterMillis = this.#advice.afterMillis, target = this.#advice.target }) {
    this.#advice = { afterMillis, target };
  }

  /** Leaves because the server asked for it, to come back as advised. */
  leave(reason = '') {
    if (this.#state === 'CONNECTED' && !this.#leaving && !this.#closing) {
      this.#leaving = true;
      this.#closeConnection(1000, reason);
    }
  }

  /** An error closes the connection at once; coming back is another matter. */
  fail(connection, error) {
    this.#fail(connection, error);
  }

  #fail(connection, error) {
    if (connection && !connection.ended) {
      if (error?.kind !== 'protocol') {
        connection.abort();
      }
      this.#ended(connection, { code: 1006, reason: '', wasClean: false, error });
    }
  }

  #closeConnection(code, reason) {
    const connection = this.#current;
    connection.close(code, reason);
    this.#timers.set('close', CLOSE_TIMEOUT_MILLIS, () => {
      connection.abort();
      this.#ended(connection, { code, reason, wasClean: false });
    });
  }

  #ended(connection, end) {
    if (connection.ended) {
      return;
    }
    connection.ended = true;
    if (end.error?.kind === 'protocol') {
      this.#farewell.refuse(connection, end.error);
    }
    if (connection === this.#move.connection) {
      this.#move.failed();
      return;
    }
    if (connection !== this.#current) {
      return;
    }
    this.#watchdog.stop();
    this.#timers.clear('connect', 'close', 'migrate', ...(this.#move.connection ? [] : ['move']));
    this.advise({ afterMillis: connection.waitOf(end) });
    this.#lost(connection, outcomeOf(connection.errorOf(end), this.#leaving, this.#move), end);
  }

  #lost(connection, error, end) {
    const now = this.#timers.now();
    const { canRefreshToken: freshToken, environment } = this.#settings;
    const { target = this.#move.connection && this.#move.target } = this.#advice;
    const advice = { ...this.#advice, target, freshToken, offline: environment?.offline };
    this.#advice = {};
    this.#leaving = false;
    this.#error = error;
    if (this.#closing) {
      this.#owner.lost(connection, error, end);
      this.#finish(this.#closing);
      return;
    }
    const decision = this.#reconnect.ended(now, endingOf(error), advice);
    if (decision.stop) {
      this.#move.abort();
    }
    logEnd(this.#log, error);
    this.#owner.lost(connection, error, end);
    this.#alarm.ended(error);
    if (decision.stop) {
      this.#finish(decision.stop, error);
      return;
    }
    if (this.#closing) { // By whoever heard of the end.
      return;
    }
    if (this.#move.connection) {
      this.#continueOnNext(error);
      return;
    }
    this.#waitIsAsked = decision.asked;
    this.#circuit.ended(decision.open, this.attempts);
    this.#setState('DISCONNECTED', { error, delayMillis: decision.retryMillis });
    if (this.#state === 'DISCONNECTED' && !this.#closing) {
      this.#log.info(`[RECONNECTING] in ${decision.retryMillis} ms, attempts=${this.attempts}`);
      this.#retryIn(decision.retryMillis);
    }
  }

  /** The old host closed while the connection to the new one is still being made. */
  #continueOnNext(error) {
    this.#current = this.#move.end();
    this.#reconnect.target = this.#move.target;
    this.#setState('DISCONNECTED', { error });
    this.#log.info(`[RECONNECTING] in 0 ms, attempts=${this.attempts}`);
    this.#setState('CONNECTING');
  }

  #retryIn(millis) {
    this.#timers.set('retry', millis, () => this.#retry());
  }

  async #retry() {
    if (this.#health) {
      const asking = new Connection();
      this.#current = asking;
      this.#setState('CONNECTING');
      const ready = await this.#health.isReady(this.#configuredUrl, this.#reconnect.target);
      if (asking.ended || this.#closing) {
        return;
      }
      if (!ready) {
        this.#fail(asking, notReady());
        return;
      }
    }
    this.#dial();
  }

  // --- Closing --------------------------------------------------------------------------------

  /** Ends for good. The promise is fulfilled when nothing is left, timers included. */
  close(code = 1000, reason = '', cause = 'asked') {
    const closed = new Promise((resolve) => this.#whenClosed.push(resolve));
    if (this.#state === 'CLOSED') {
      this.#settle();
    } else if (!this.#closing) {
      this.#closing = cause;
      this.#watchdog.stop();
      this.#timers.clear('retry', 'alert', 'health', 'migrate');
      this.#move.abort();
      if (this.#current?.opened && !this.#current.ended) {
        this.#closeConnection(code, reason);
      } else {
        this.#fail(this.#current);
        this.#finish(cause);
      }
    }
    return closed;
  }

  /** Ends for good, now, without waiting for the peer. */
  abort() {
    if (this.#state !== 'CLOSED') {
      this.#closing ??= 'asked';
      this.#fail(this.#current);
      this.#finish(this.#closing);
    }
  }

  #finish(cause, error) {
    if (this.#state === 'CLOSED') {
      return;
    }
    this.#closing = cause;
    if (cause === 'attempts_exhausted') {
      this.#error = exhaustedError(error, this.attempts);
    }
    this.#move.abort();
    this.#farewell.abort();
    this.#timers.clearAll();
    this.#unlisten();
    this.#setState('CLOSED', cause === 'asked' ? { cause } : { cause, error: this.#error });
    this.#settle();
  }

  #settle() {
    this.#whenClosed.splice(0).forEach((resolve) => resolve());
  }

  reportGap(gap) {
    this.#alarm.gap(gap);
  }

  // --- Telling --------------------------------------------------------------------------------

  /** The only place that changes the state. */
  #setState(state, details = {}) {
    const previous = this.#state;
    if (previous === state) {
      return;
    }
    this.#state = state;
    if (state === 'CONNECTED') {
      this.#log.info(`[CONNECTED] ${details.reconnected ? 'again' : 'for the first time'}`);
    } else if (state === 'CLOSED') {
      this.#log.info(`[DISCONNECTED] for good: ${details.cause}`);
    }
    this.#owner.stateChanged({ state, previous, attempts: this.attempts, ...details });
  }
}
