// Both classes where nothing is real but themselves: the test moves the clock, and is the server.

import { HoldfastClient, ReconnectingWebSocket } from '../../src/node.js';
import { FakeClock, settle } from './fake-clock.js';
import { FakeTransport } from './fake-transport.js';

export const WELCOME = {
  type: 'welcome', client_id: 'a', session_token: 'T1', streams: { lobby: { epoch: 'e', seq: 0 } },
};
export const RESUMED = {
  type: 'reconnection_ack', session_restored: true, session_token: 'T2',
  streams: { lobby: { epoch: 'e', head: 0, recovered: 0 } },
};

const EVENTS = ['state', 'message', 'gap', 'session', 'notice', 'error', 'alert'];

/** A HoldfastClient on a fake clock and transport, with everything it told of these `types`. */
export function world(options = {}, url = 'ws://one.example/', types = EVENTS) {
  const clock = new FakeClock();
  const transport = new FakeTransport();
  const environment = fakeEnvironment();
  const lines = [];
  const client = new HoldfastClient(url, {
    clientId: 'a', resume: true, clock, transport, environment, random: () => 0.5,
    backoff: { jitter: 'none' },
    logger: { info: (line) => lines.push(line), error: (line) => lines.push(line) },
    ...options,
  });
  const told = {};
  for (const type of types) {
    told[type] = [];
    client.on(type, (event) => told[type].push(event));
  }
  const connected = async (answer = WELCOME) => {
    client.connect();
    await settle();
    transport.last.open();
    transport.last.receive(answer);
    await settle();
    transport.last.takeSent();
  };
  return { client, clock, transport, environment, told, lines, connected };
}

/** A ReconnectingWebSocket on a fake clock and transport. */
export function socketWorld(options = {}, url = 'ws://one.example/', protocols = []) {
  const clock = new FakeClock();
  const transport = new FakeTransport();
  const environment = fakeEnvironment();
  const socket = new ReconnectingWebSocket(url, protocols, {
    clock, transport, environment, random: () => 0.5, backoff: { jitter: 'none' }, ...options,
  });
  const events = [];
  for (const type of ['open', 'message', 'close', 'error']) {
    socket.addEventListener(type, (event) => events.push([type, socket.readyState, event]));
  }
  const types = () => events.map(([type]) => type);
  return { socket, clock, transport, environment, events, types };
}

/** What a browser would tell of its network and its tab; the test calls what was registered. */
function fakeEnvironment() {
  const environment = {
    offline: false,
    listen({ online, offline, visible }) {
      environment.heard = { online, offline, visible };
      return () => {
        environment.stopped = true;
      };
    },
    goOffline() {
      environment.offline = true;
      environment.heard.offline();
    },
    goOnline() {
      environment.offline = false;
      environment.heard.online();
    },
    visible: () => environment.heard.visible(),
  };
  return environment;
}
