import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PRESETS, policyFrom } from '../src/backoff.js';
import { Reconnect } from '../src/reconnect.js';
import { FakeRandom } from './support/fake-clock.js';
import { adviceOf, policyOf, troubleOf, vectors } from './support/vectors.js';

describe('shared vectors: delays', () => {
  const files = ['delays', 'delays-targets'];
  for (const vector of files.flatMap((file) => vectors(file) ?? [])) {
    it(vector.name, () => {
      const random = new FakeRandom();
      const reconnect = new Reconnect({
        policy: policyFrom(policyOf(vector.policy, PRESETS)),
        random: random.next,
        circuit: vector.policy.circuit_breaker,
      });
      let now = 0;
      vector.steps.forEach((step, index) => {
        random.use(step.random);
        let decision;
        for (let i = 0; i < (step.repeat ?? 1); i++) {
          if (step.connected_ms !== undefined) {
            reconnect.connected(now);
            now += step.connected_ms;
          }
          if (step.move) {
            const stayMillis = reconnect.leastStayMillis(now);
            now += stayMillis;
            reconnect.moved(now, step.move);
            decision = { stayMillis, target: reconnect.target };
          } else {
            decision = reconnect.ended(now, troubleOf(step.ending), adviceOf(step.ending.advice));
            now += decision.retryMillis ?? 0;
          }
        }
        compare(decision, reconnect.attempts, step.expect, `step ${index + 1}`);
      });
    });
  }
});

function compare(decision, attempts, expect, where) {
  const actual = {
    stop: decision.stop,
    retry_ms: decision.retryMillis,
    stay_ms: decision.stayMillis,
    counts: decision.counts,
    attempts,
    target: decision.target ?? null,
  };
  for (const [field, value] of Object.entries(expect)) {
    assert.deepEqual(actual[field], value, `${where}, ${field}`);
  }
}
