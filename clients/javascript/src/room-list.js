// Pure: the rooms that the application wants to be in, whatever the server remembers.

/** Rooms that are remembered; more than a server lets one client join by default. */
const MAX_ROOMS = 10_000;

export class RoomList {
  #home;
  #joined = new Set();
  #leftHome = false;

  /**
   * @param home the room in which a new session begins; undefined: there are no rooms
   * @param saved the streams of a session that is taken up again, if one is
   */
  constructor(home, saved) {
    this.#home = home;
    // Others are personal.
    saved?.filter((stream) => !stream.startsWith('@')).forEach((room) => this.joined(room));
    this.#leftHome = saved !== undefined && !saved.includes(home);
  }

  joined(room) {
    if (room === this.#home) {
      this.#leftHome = false;
    } else if (this.#joined.size < MAX_ROOMS) {
      this.#joined.add(room);
    }
  }

  left(room) {
    if (room === this.#home) {
      this.#leftHome = true;
    } else {
      this.#joined.delete(room);
    }
  }

  /**
   * What to join and leave in a session that is in these rooms.
   *
   * @param isNew whether the server has put us into the home room just now
   */
  missing(present, isNew) {
    if (this.#home === undefined) {
      return { join: [], leave: [] };
    }
    return {
      join: [...this.#joined].filter((room) => !present.includes(room)),
      leave: this.#leftHome && isNew ? [this.#home] : [],
    };
  }
}
