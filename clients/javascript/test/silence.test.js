import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Silence } from '../src/silence.js';

describe('Silence', () => {
  it('what was received before a sleep, and is read after it, proves nothing', () => {
    const silence = new Silence();
    silence.start(0);
    assert.equal(silence.nextMillis(), 30_000);
    silence.received(600_000); // Read from the socket's buffer when the host woke up.
    assert.equal(silence.check(600_000), 'dead');
  });

  it('a clock that is set back stops neither pings nor the limit', () => {
    const silence = new Silence();
    silence.start(3_600_000);
    assert.equal(silence.check(0), 'fine');
    assert.equal(silence.check(30_000), 'ping');
    assert.equal(silence.check(75_000), 'dead');
  });

  it('a peer under suspicion has 10 s, and is cleared by anything that comes', () => {
    const silence = new Silence();
    silence.start(0);
    silence.suspect(1_000);
    assert.equal(silence.check(1_000), 'ping');
    assert.equal(silence.nextMillis(), 11_000);
    silence.received(2_000);
    assert.equal(silence.check(11_000), 'fine');
    silence.suspect(20_000);
    assert.equal(silence.check(30_000), 'dead');
  });

  it('without limits it asks for nothing', () => {
    const silence = new Silence({ pingIntervalMillis: Infinity, silenceLimitMillis: Infinity });
    silence.start(0);
    assert.equal(silence.nextMillis(), Infinity);
    assert.equal(silence.check(1e12), 'fine');
  });
});
