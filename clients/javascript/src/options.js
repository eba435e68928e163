// The options of the clients: their defaults, and one clear sentence for a wrong one.

import { policyFrom } from './backoff.js';
import {
  checkClientId, checkClientOptions, checkHeartbeat, checkSocketOptions,
} from './checks.js';
import { TERMINATE_TIMEOUT_MILLIS } from './commands.js';
import { bot } from './dialects/bot.js';
import { deepstream } from './dialects/deepstream.js';
import { rooms } from './dialects/rooms.js';
import { CONNECT_TIMEOUT_MILLIS } from './link.js';
import { ClientLog, silentLog } from './log.js';
import {
  MAX_MESSAGE_BYTES, MAX_UNACKED, MAX_WAITING, MAX_WAITING_BYTES, SEND_TIMEOUT_MILLIS,
} from './session.js';
import { PING_INTERVAL_MILLIS, SILENCE_LIMIT_MILLIS } from './silence.js';
import { systemClock } from './timers.js';

const DIALECTS = { rooms, deepstream, bot };

const CLIENT_DEFAULTS = {
  dialect: undefined,
  clientId: undefined,
  token: undefined,
  resume: undefined,
  presence: false,
  config: undefined,
  features: ['resume', 'length-prefixed', 'gzip'],
  session: undefined,
  backoff: undefined,
  circuitBreaker: false,
  health: false,
  alerts: [],
  connectTimeoutMillis: CONNECT_TIMEOUT_MILLIS,
  pingIntervalMillis: PING_INTERVAL_MILLIS,
  silenceLimitMillis: SILENCE_LIMIT_MILLIS,
  sendTimeoutMillis: SEND_TIMEOUT_MILLIS,
  maxUnacked: MAX_UNACKED,
  maxWaiting: MAX_WAITING,
  maxWaitingBytes: MAX_WAITING_BYTES,
  maxMessageBytes: MAX_MESSAGE_BYTES,
  whenDisconnected: 'queue',
  leaveWhenAsked: true,
  onTerminate: undefined,
  onCommand: undefined,
  terminateTimeoutMillis: TERMINATE_TIMEOUT_MILLIS,
  logger: silentLog,
  transport: undefined,
  clock: systemClock,
  random: Math.random,
  environment: undefined,
  fetch: undefined,
};

const SOCKET_DEFAULTS = {
  backoff: undefined,
  circuitBreaker: false,
  health: false,
  alerts: [],
  connectTimeoutMillis: CONNECT_TIMEOUT_MILLIS,
  pingMessage: undefined,
  pingIntervalMillis: PING_INTERVAL_MILLIS,
  silenceLimitMillis: Infinity,
  maxQueuedBytes: 1024 * 1024,
  queueTimeoutMillis: SEND_TIMEOUT_MILLIS,
  headers: undefined,
  logger: silentLog,
  transport: undefined,
  clock: systemClock,
  random: Math.random,
  environment: undefined,
  fetch: undefined,
};

/** All options of a HoldfastClient, for a URL that decides what is not said. */
export function clientOptions(url, given, platform) {
  const options = merged('HoldfastClient', CLIENT_DEFAULTS, given ?? {}, checkClientOptions);
  const dialect = dialectOf(url, options.dialect);
  const policy = policyFrom(options.backoff ?? dialect.preset, dialect.preset);
  checkClientId(dialect, options.clientId);
  checkHeartbeat(options);
  const transport = options.transport ?? transportOf(platform, dialect, options);
  return {
    ...options,
    dialect,
    resume: options.resume ?? options.session !== undefined,
    transport,
    canSetHeaders: transport.canSetHeaders === true,
    link: {
      ...linkSettings(options, platform, transport, policy),
      health: health(options, platform, transport, () => (
        typeof url === 'function' ? undefined : dialect.health(url))),
      needsAnswer: true,
      canPing: true,
      canRefreshToken: typeof options.token === 'function',
    },
  };
}

/** All options of a ReconnectingWebSocket. */
export function socketOptions(given, platform) {
  const options = merged('ReconnectingWebSocket', SOCKET_DEFAULTS, given ?? {}, checkSocketOptions);
  const policy = policyFrom(options.backoff ?? 'browser', 'browser');
  const transport = options.transport ?? platform.transports.webSocket();
  if (options.pingMessage !== undefined) {
    checkHeartbeat(options);
  }
  return {
    ...options,
    link: {
      ...linkSettings(options, platform, transport, policy),
      health: health(options, platform, transport),
      needsAnswer: false,
      canPing: options.pingMessage !== undefined,
      canRefreshToken: false,
    },
  };
}

function merged(what, defaults, given, check) {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(defaults, name)) {
      const known = Object.keys(defaults).join(', ');
      throw new TypeError(`${what} has no option "${name}"; it has ${known}`);
    }
  }
  const options = { ...defaults };
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) {
      options[name] = value;
    }
  }
  check(options);
  options.logger = new ClientLog(options.logger, options.clientId);
  return options;
}

function linkSettings(options, platform, transport, policy) {
  return {
    transport,
    policy,
    clock: options.clock,
    random: options.random,
    log: options.logger,
    environment: options.environment ?? platform.environment,
    circuit: options.circuitBreaker,
    alerts: options.alerts,
    connectTimeoutMillis: options.connectTimeoutMillis,
    silence: {
      pingIntervalMillis: options.pingIntervalMillis,
      silenceLimitMillis: options.silenceLimitMillis,
    },
  };
}

function health(options, platform, transport, defaultUrl) {
  if (!options.health) {
    return undefined;
  }
  const url = options.health === true ? defaultUrl?.() : options.health;
  if (url === undefined) {
    throw new TypeError('where health is asked is not known here; give its URL as "health"');
  }
  // The transport's own knows its TLS options, a private CA for example.
  return { url, fetch: options.fetch ?? transport.fetch ?? platform.fetch };
}

function transportOf({ transports }, dialect, { maxMessageBytes }) {
  if (dialect !== bot) {
    return transports.webSocket({ maxMessageBytes });
  }
  if (!transports.tcp) {
    throw new TypeError('browsers have no TCP: the bot dialect works in Node only');
  }
  return transports.tcp({ maxMessageBytes });
}

function dialectOf(url, name) {
  if (name !== undefined) {
    return DIALECTS[name];
  }
  const text = String(url);
  if (/^(tcp|tls):/i.test(text)) {
    return bot;
  }
  return /^[a-z]*:?\/\/[^/]*\/deepstream\//i.test(text) ? deepstream : rooms;
}
