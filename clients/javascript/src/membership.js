// The rooms that the application is in: what it joins and leaves, and what is joined again for it.

import { HoldfastError } from './errors.js';
import { Rejoining } from './rejoining.js';
import { RoomList } from './room-list.js';

export class Membership {
  #rooms;
  #rejoining;
  #request;
  #log;
  #tell;

  /**
   * @param home the room in which a new session begins; undefined: the dialect has no rooms
   * @param saved the session that is taken up again, if one is
   * @param request (kind, fields, settings) asks for the application; a promise of the ack
   * @param write (connection, kind, fields, id) puts a request on the wire
   */
  constructor({ home, saved: { token, positions = {} } = {}, timers, newId, request, write, log,
    tell }) {
    this.#rooms = new RoomList(home, token === undefined ? undefined : Object.keys(positions));
    this.#rejoining = new Rejoining({
      timers, newId, write, onRefused: (...refusal) => this.#notRejoined(...refusal),
    });
    this.#request = request;
    this.#log = log;
    this.#tell = tell;
  }

  async join(room, id) {
    const ack = await this.#request('join', { room }, { id, repeatable: true });
    this.#rooms.joined(room);
    return ack;
  }

  async leave(room, id) {
    const ack = await this.#request('leave', { room }, { id, repeatable: true });
    this.#rooms.left(room);
    return ack;
  }

  /** The server has welcomed us, to a session that is in the rooms of these streams. */
  begin(connection, streams, restored) {
    this.#rejoining.begin(connection, this.#rooms.missing(streams, !restored));
  }

  stop() {
    this.#rejoining.stop();
  }

  /** A request of the application's goes out: if it is of a room, that is seen to. */
  goesOut({ kind, fields }) {
    if (kind === 'join' || kind === 'leave') {
      this.#rejoining.isAskedFor(fields.room);
    }
  }

  /** An ack. Returns the request; undefined: it was not made here. */
  answered(id) {
    return this.#rejoining.answered(id);
  }

  /** Returns whether the request was made here. */
  refused(message) {
    return this.#rejoining.refused(message);
  }

  /** The application believes that it is in this room, and is not. */
  #notRejoined(room, { code, message, id, retryable }, again) {
    const text = `not in ${room} again: ${code}: ${message}${again ? '; it is tried again' : ''}`;
    this.#log.error(`[GAP] ${text}`);
    this.#tell('error', new HoldfastError('rejected', text,
      { code, id, room, retryable: retryable === true }));
  }
}
