// Types of the public API, in pages; node.d.ts adds what only Node has. test/types.test.js holds them
// against the code.

/** CONNECTING and CONNECTED speak for themselves; DISCONNECTED waits for the next try. */
export type State = 'CONNECTING' | 'CONNECTED' | 'DISCONNECTED' | 'CLOSED';

/** The first lines are about connections, the last one about messages. */
export type ErrorKind =
  | 'refused' | 'unreachable' | 'timeout' | 'silence' | 'tls' | 'handshake' | 'closed'
  | 'protocol' | 'unauthorised' | 'server_not_ready' | 'left'
  | 'rejected' | 'not_sent' | 'outcome_unknown' | 'queue_full';

/** Why a client is CLOSED. */
export type CloseCause =
  | 'asked' | 'finished' | 'not_unchanged' | 'unauthorised' | 'replaced' | 'token_expired'
  | 'closed_by_operator' | 'told_to_stay_away' | 'attempts_exhausted';

/** The one error of this package; `kind` says which failure it is. */
export class HoldfastError extends Error {
  constructor(kind: ErrorKind, message: string, details?: Record<string, unknown>);
  readonly name: 'HoldfastError';
  readonly kind: ErrorKind;
  /** The close code, the server's error code, or the platform's. */
  readonly code?: number | string;
  /** The reason in the close frame. */
  readonly reason?: string;
  /** HTTP status of a failed handshake; not visible in browsers. */
  readonly status?: number;
  /** Of the message that failed. */
  readonly id?: string;
  readonly retryable?: boolean;
  readonly retryAfterMillis?: number;
  /** The room that was to be joined again, and was refused. */
  readonly room?: string;
}

/** The name of a close code, for a log. */
export function closeCodeName(code: number): string;

export type PresetName = 'browser' | 'deepstream' | 'bot' | 'feed';

export type Jitter = 'none' | 'full' | { readonly spread: number } | { readonly add: number };

export interface BackoffPolicy {
  readonly firstMillis: number;
  readonly factor: number;
  readonly capMillis: number;
  readonly jitter: Jitter;
  readonly maxAttempts: number;
  /** The first wait after close 1013. */
  readonly tryAgainLaterMillis: number;
}

export const PRESETS: Readonly<Record<PresetName, BackoffPolicy>>;

export type AlertCondition =
  | { failures: number; withinMillis: number }
  | { notConnectedMillis: number }
  | { gap: true };

export interface Alert {
  condition: AlertCondition;
  failures?: number;
  notConnectedMillis?: number;
  gap?: Gap;
}

export interface Logger {
  info(line: string): void;
  error(line: string): void;
}

export interface Clock {
  /** Milliseconds from anywhere, that nobody sets: performance.now(). */
  now(): number;
  /** Wall-clock milliseconds, which show that the host slept; default: now(). */
  wallNow?(): number;
  setTimeout(callback: () => void, millis: number): unknown;
  clearTimeout(handle: unknown): void;
}

export interface Target {
  url: URL | string;
  protocols?: string[];
  headers?: Record<string, string>;
}

export interface End {
  code: number;
  reason: string;
  wasClean: boolean;
  error?: HoldfastError;
}

export interface TransportHandlers {
  attach(connection: TransportConnection): void;
  opened(info: { protocol: string; extensions: string }): void;
  received(data: string | ArrayBuffer): void;
  activity(): void;
  ended(end: End): void;
}

export interface TransportConnection {
  readonly bufferedAmount: number;
  send(data: string | ArrayBuffer | Blob): void;
  close(code?: number, reason?: string): void;
  abort(): void;
}

/** What carries the messages; the rules of the calls stand in src/transports/websocket.js. */
export interface Transport {
  readonly canSetHeaders?: boolean;
  /** Asks for health with the transport's TLS options; without it the host's fetch does. */
  readonly fetch?: (url: string | URL, options: { signal: AbortSignal }) =>
    Promise<{ text(): Promise<string> }>;
  open(target: Target, handlers: TransportHandlers): void;
}

export interface Environment {
  /** The host has no network: failures of that time do not count towards the attempts. */
  readonly offline?: boolean;
  listen(handlers: { online(): void; offline(): void; visible(): void }): () => void;
}

/** What both classes take. */
export interface CommonOptions {
  /** A preset, or own values on top of the dialect's preset. */
  backoff?: PresetName | Partial<BackoffPolicy>;
  /** Five failures in a row stop the tries for 60 s. */
  circuitBreaker?: boolean;
  alerts?: AlertCondition[];
  connectTimeoutMillis?: number;
  pingIntervalMillis?: number;
  silenceLimitMillis?: number;
  logger?: Logger;
  transport?: Transport;
  clock?: Clock;
  random?: () => number;
  environment?: Environment;
  fetch?: typeof fetch;
}

export interface StateEvent {
  state: State;
  previous: State;
  attempts: number;
  /** DISCONNECTED: until the next try. */
  delayMillis?: number;
  /** DISCONNECTED, CLOSED: why. */
  error?: HoldfastError;
  /** CLOSED: why. */
  cause?: CloseCause;
  /** CONNECTED: not for the first time. */
  reconnected?: boolean;
}

export interface Metrics {
  state: State;
  attempts: number;
  uptimeMillis: number;
  reconnects: number;
  reconnectsPerMinute: number;
  lastCloseCode?: number;
  rttMillis?: number;
  messagesSent: number;
  messagesReceived: number;
  bytesSent: number;
  bytesReceived: number;
  queueLength: number;
  bufferedBytes: number;
  gaps: number;
  /** Messages that iterations were too slow for. */
  dropped: number;
  /** HoldfastClient: messages that wait in iterations, and their bytes. */
  queued?: number;
  queuedBytes?: number;
}

// --- HoldfastClient ----------------------------------------------------------------------------

export interface SavedSession {
  token?: string;
  positions: Record<string, { epoch: string; seq: number }>;
}

export interface TerminateRequest {
  requestId: string;
  reason?: string;
}

export interface Command {
  requestId: string;
  command: string;
  args?: unknown;
}

export interface HoldfastClientOptions extends CommonOptions {
  /** By default what the URL says: tcp: and tls: are bot, /deepstream/ is deepstream. */
  dialect?: 'rooms' | 'deepstream' | 'bot';
  /** client_id, instance_id or client_key. */
  clientId?: string;
  /**
   * The access token, or a function that gets one before each try: one call at a time, with half of
   * connectTimeoutMillis; then `signal` is aborted, and the try has failed.
   */
  token?: string | ((call: { signal: AbortSignal }) => string | Promise<string>);
  /** Come back to where it was; otherwise begin anew each time. Default: with `session`. */
  resume?: boolean;
  /** Ask for a `presence` of each room after coming back. */
  presence?: boolean;
  /** Deepstream: goes into app_ready. */
  config?: Record<string, unknown>;
  /** Bot: what is offered in hello. */
  features?: string[];
  /** What `client.session` said in an earlier life. */
  session?: SavedSession;
  /** Ask the server for its health before reconnecting: true, or the URL. */
  health?: boolean | string | URL;
  sendTimeoutMillis?: number;
  /** Messages that may be on their way without an ack. */
  maxUnacked?: number;
  /** Messages that may wait to be sent. */
  maxWaiting?: number;
  /** Their bytes, and those of what is not acked. */
  maxWaitingBytes?: number;
  /** A larger message is rejected here; in Node one that comes in ends the connection. */
  maxMessageBytes?: number;
  /** What send() does without a connection: wait (default), or fail at once. */
  whenDisconnected?: 'queue' | 'fail';
  /** Leave when the server says that it shuts down, and come back when it said (default). */
  leaveWhenAsked?: boolean;
  /** Cleans up; the server is told "OK" when it is done, "ERROR" when it throws. */
  onTerminate?: (request: TerminateRequest) => unknown;
  /** Runs a command; what it returns becomes the result's data. */
  onCommand?: (command: Command) => unknown;
  terminateTimeoutMillis?: number;
}

export interface Message {
  type: 'message' | 'direct' | string;
  data: any;
  from?: string;
  room?: string;
  id?: string;
  timestamp?: string;
  /** With resume: its place. */
  stream?: string;
  seq?: number;
}

/** Messages that are lost: with bounds, or with a reason where numbers mean nothing. */
export interface Gap {
  stream: string;
  from?: number;
  to?: number;
  reason?: 'epoch' | 'ahead' | 'session' | 'slow_reader';
  /** The server said nothing about it; the client noticed. */
  unannounced?: boolean;
}

export interface Ack {
  type: 'ack';
  id: string;
  status: 'ok' | 'queued';
  stream?: string;
  seq?: number;
  epoch?: string;
}

export interface Presence {
  type: 'presence' | 'client_connected' | 'client_disconnected' | 'presence_change';
  room?: string;
  clients?: string[];
  count?: number;
  client_id?: string;
  joined?: string[];
  left?: string[];
  connections?: number;
}

/** Anything else that the server says; `advice` is what the client makes of it. */
export interface Notice {
  type: string;
  advice?: { afterMillis?: number; host?: string; port?: number };
  [field: string]: unknown;
}

export interface SessionEvent {
  clientId?: string;
  /** Whether the server still had the session. */
  restored: boolean;
  /** Messages that follow now because they were missed. */
  recovered: number;
  /** Streams that are gone from the session. */
  dropped: string[];
}

export interface ClientEvents {
  state: StateEvent;
  message: Message;
  gap: Gap;
  session: SessionEvent;
  presence: Presence;
  notice: Notice;
  error: HoldfastError;
  alert: Alert;
}

export interface SendOptions {
  /** 1 to 64 characters, new in the session; made when absent. */
  id?: string;
  /** false: the promise is fulfilled when it is written. */
  ack?: boolean;
}

/** A connection that comes back to where it was. */
export class HoldfastClient implements AsyncIterable<Message> {
  constructor(url: string | URL | (() => string | URL | Promise<string | URL>),
    options?: HoldfastClientOptions);
  readonly state: State;
  readonly session: SavedSession;
  readonly runningTimers: string[];
  connect(): Promise<void>;
  on<T extends keyof ClientEvents>(type: T, listener: (event: ClientEvents[T]) => unknown):
    () => void;
  messages(options?: {
    room?: string; limit?: number; limitBytes?: number;
  }): AsyncIterableIterator<Message>;
  [Symbol.asyncIterator](): AsyncIterableIterator<Message>;
  send(data: unknown, options?: SendOptions & { room?: string }): Promise<Ack>;
  direct(to: string, data: unknown, options?: SendOptions): Promise<Ack>;
  event(name: string, data?: unknown, options?: { id?: string }): Promise<Ack | undefined>;
  join(room: string, options?: { id?: string }): Promise<Ack>;
  leave(room: string, options?: { id?: string }): Promise<Ack>;
  who(room?: string): Promise<Presence>;
  /** Bot: shows a fresh access token (the argument, or the token function's), else the session's. */
  reauth(token?: string): Promise<void>;
  metrics(): Metrics;
  close(options?: { timeoutMillis?: number }): Promise<void>;
}

// --- ReconnectingWebSocket ---------------------------------------------------------------------

export interface ReconnectingWebSocketOptions extends CommonOptions {
  /** Asked before each reconnect. */
  health?: string | URL;
  /** Node: headers of the handshake. */
  headers?: Record<string, string>;
  /** Sent every pingIntervalMillis; without it there are no pings. */
  pingMessage?: string;
  /** What send() may hold back without a connection. */
  maxQueuedBytes?: number;
  queueTimeoutMillis?: number;
}

export interface ReconnectingWebSocketEventMap extends WebSocketEventMap {
  error: Event & { error: HoldfastError };
  statechange: Event & StateEvent;
  alert: Event & { alert: Alert };
}

/** A WebSocket that comes back: it, and its class, go wherever a WebSocket does. */
export class ReconnectingWebSocket extends EventTarget implements WebSocket {
  constructor(url: string | URL | (() => string | URL | Promise<string | URL>),
    protocols?: string | string[], options?: ReconnectingWebSocketOptions);
  static readonly CONNECTING: 0;
  static readonly OPEN: 1;
  static readonly CLOSING: 2;
  static readonly CLOSED: 3;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
  readonly url: string;
  readonly protocol: string;
  readonly extensions: string;
  readonly readyState: 0 | 1 | 2 | 3;
  readonly bufferedAmount: number;
  readonly state: State;
  readonly runningTimers: string[];
  binaryType: BinaryType;
  // As in WebSocket: `this`, `any`, and an event that may be without what only ours has.
  onopen: ((this: WebSocket, event: Event) => any) | null;
  onmessage: ((this: WebSocket, event: MessageEvent) => any) | null;
  onclose: ((this: WebSocket, event: CloseEvent) => any) | null;
  onerror: ((this: WebSocket, event: Event & { error?: HoldfastError }) => any) | null;
  onstatechange: ((this: WebSocket, event: Event & StateEvent) => any) | null;
  send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void;
  close(code?: number, reason?: string): void;
  metrics(): Metrics;
  addEventListener<K extends keyof ReconnectingWebSocketEventMap>(type: K,
    listener: (this: WebSocket, event: ReconnectingWebSocketEventMap[K]) => any,
    options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof ReconnectingWebSocketEventMap>(type: K,
    listener: (this: WebSocket, event: ReconnectingWebSocketEventMap[K]) => any,
    options?: boolean | EventListenerOptions): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions): void;
}

// --- Transports --------------------------------------------------------------------------------

/** A WebSocket class, the browser's or a library's, as a transport. */
export function webSocketTransport(WebSocketClass: unknown): Transport;
