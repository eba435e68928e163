import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock, Timers } from '../src/timers.js';
import { FakeClock } from './support/fake-clock.js';
import { world } from './support/worlds.js';

const DAY_MILLIS = 86_400_000;

/** As Node and browsers do it: what does not fit into 31 bits is no delay at all. */
class HostClock extends FakeClock {
  constructor() {
    super();
    const { setTimeout } = this;
    this.setTimeout = (callback, millis) => setTimeout(callback, millis < 2 ** 31 ? millis : 1);
  }
}

describe('waits that are longer than the timers of the host', () => {
  it('end at their time, not at once', async () => {
    const clock = new HostClock();
    const timers = new Timers(clock);
    let fired = false;
    timers.set('long', 100 * DAY_MILLIS, () => {
      fired = true;
    });
    await clock.advance(100 * DAY_MILLIS - 1);
    assert.equal(fired, false);
    assert.deepEqual(timers.names, ['long']);
    await clock.advance(1);
    assert.equal(fired, true);
    assert.deepEqual([timers.names, clock.pending], [[], 0]);
  });

  it('can be stopped in any of their parts, and the endless one needs no timer', async () => {
    const clock = new HostClock();
    const timers = new Timers(clock);
    timers.set('never', Infinity, () => assert.fail('never'));
    assert.equal(clock.pending, 0);
    timers.set('long', 100 * DAY_MILLIS, () => assert.fail('stopped'));
    await clock.advance(50 * DAY_MILLIS);
    timers.clear('long');
    assert.equal(clock.pending, 0);
  });

  it('a migration in four months moves nobody today', async () => {
    const clock = new HostClock();
    const { transport, connected } = world({ clock });
    await connected();
    transport.last.receive({
      type: 'server_migration', new_host: 'b', new_port: 2, migrate_after: 10_000_000,
    });
    await clock.advance(20_000);
    assert.equal(transport.connections.length, 1);
  });

  it('a send that may wait for ever spins no timer', async () => {
    const clock = new HostClock();
    const { client, connected } = world({ clock, sendTimeoutMillis: Infinity });
    await connected();
    client.send('x').catch(() => {});
    assert.equal(client.runningTimers.includes('outgoing'), false);
  });
});

/** A clock on the wall beside the one that counts: people set it, and sleep shows on it. */
class TwoClocks extends FakeClock {
  offMillis = 0;
  wallNow = () => this.now() + this.offMillis;
}

const HOUR_MILLIS = 3_600_000;

describe('the clock of the host', () => {
  it('is not the one on the wall, which anybody may set', () => {
    const real = Date.now;
    const before = systemClock.now();
    try {
      Date.now = () => 7;
      assert.ok(systemClock.now() >= before);
      assert.equal(systemClock.wallNow(), 7);
    } finally {
      Date.now = real;
    }
    assert.ok(Number.isInteger(before));
  });

  it('set back by an hour lets no message wait for longer, and makes no connection unstable',
    async () => {
      const clock = new TwoClocks();
      const { client, transport, told, connected } = world({ clock });
      await connected();
      clock.offMillis = -HOUR_MILLIS;
      const sent = assert.rejects(client.send('x'), { kind: 'outcome_unknown' });
      await clock.advance(30_000);
      await sent;
      assert.equal(client.metrics().uptimeMillis, 30_000);
      transport.last.end();
      assert.deepEqual([client.metrics().attempts, told.state.at(-1).delayMillis], [1, 1_000]);
    });

  it('may stand still while the host sleeps: the one on the wall says that it did', async () => {
    const clock = new TwoClocks();
    const { client, told, connected } = world({ clock });
    await connected();
    clock.offMillis = HOUR_MILLIS;
    await clock.advance(30_000);
    assert.equal(client.state, 'DISCONNECTED');
    assert.equal(told.error.at(-1).kind, 'silence');
  });

  it('may call too early, and is asked again for the rest', async () => {
    const clock = new FakeClock();
    const { setTimeout } = clock;
    clock.setTimeout = (callback, millis) => setTimeout(callback, Math.max(1, millis - 5));
    const timers = new Timers(clock);
    let firedAt;
    const start = clock.now();
    timers.set('exactly', 100, () => {
      firedAt = clock.now() - start;
    });
    await clock.advance(200);
    assert.ok(firedAt >= 100 && firedAt < 110, `after ${firedAt} ms`);
  });
});
