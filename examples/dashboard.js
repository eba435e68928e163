// The dashboard's part of the work; dashboard.html says how to open it. All that keeps the
// connection, finds the way back and loses no message is in the client.

import { HoldfastClient } from '../clients/javascript/src/browser.js';

/** Lines that a list keeps; older ones go. */
const LINES_KEPT = 200;
/** Asking who is there counts towards the 60 messages that a client may send in a minute. */
const WHO_EVERY_MILLIS = 5_000;
/** Nobody tells when a client that was there already joins a room: so often it is asked anyway. */
const WHO_AT_LEAST_EVERY_MILLIS = 15_000;
/** Stands among the rooms; no room can be called so. */
const DIRECT = 'direct messages';
const NUMBERS_EVERY_MILLIS = 1_000;

const $ = (id) => document.getElementById(id);
const rooms = new Map(); // name → {messages, unread, members}
let client;
let shown = 'lobby';
let whoIsDue;

// --- Connecting --------------------------------------------------------------------------------

function connect(server, name) {
  client?.close();
  clearTimeout(whoIsDue);
  whoIsDue = undefined;
  rooms.clear();
  shown = 'lobby';
  show(shown);
  const mine = new HoldfastClient(server, { clientId: name, resume: true });
  client = mine;
  const on = (type, listener) => mine.on(type, (event) => {
    if (client === mine) { // Not the one before, which may still be closing.
      listener(event);
    }
  });
  on('state', stateChanged);
  on('message', received);
  on('presence', askSoon);
  on('session', ({ restored, recovered }) => {
    const missed = recovered === 0 ? 'nothing was missed' : `missed messages follow: ${recovered}`;
    happened(restored ? `back in the same session, ${missed}` : 'in a new session', 'good');
    askSoon();
  });
  on('gap', ({ stream, from, to, reason }) => happened(
    `messages are missing in ${stream}: ${reason ?? `${from} to ${to}`}`, 'bad'));
  on('notice', ({ type, advice }) => happened(advice?.afterMillis === undefined
    ? `the server says ${type}` : `the server says ${type}, with ${seconds(advice.afterMillis)}`));
  on('error', failed);
  mine.connect().catch(() => {}); // The state says so.
}

function stateChanged({ state, delayMillis, cause, error }) {
  const details = {
    DISCONNECTED: delayMillis !== undefined && `next try in ${seconds(delayMillis)}`, CLOSED: cause,
  }[state];
  const words = details ? `${state.toLowerCase()}, ${details}` : state.toLowerCase();
  $('state').dataset.state = state;
  $('state').textContent = words;
  $('close').disabled = state === 'CLOSED';
  happened(error ? `${words}: ${error.message}` : words);
}

function seconds(millis) {
  return `${Math.round(millis / 100) / 10} s`;
}

// --- Rooms and messages ------------------------------------------------------------------------

function roomNamed(name) {
  if (!rooms.has(name)) {
    rooms.set(name, { messages: [], unread: 0, members: undefined });
  }
  return rooms.get(name);
}

function show(name) {
  roomNamed(shown).members = undefined; // Nobody asks about it any more.
  shown = name;
  const room = roomNamed(name);
  room.unread = 0;
  $('room').textContent = name;
  $('messages').replaceChildren();
  room.messages.forEach((message) => append($('messages'), ...message));
  drawRooms();
  askSoon();
}

function received({ type, room = DIRECT, from, data, seq, timestamp }) {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  const message = [new Date(timestamp ?? Date.now()), `${from ?? type}: ${text}`, '', seq];
  const kept = roomNamed(room);
  kept.messages.push(message);
  kept.messages.splice(0, kept.messages.length - LINES_KEPT);
  if (room === shown) {
    append($('messages'), ...message);
  } else {
    kept.unread++;
    drawRooms();
  }
}

/** Changes the buttons that are there: one of them may have the focus. */
function drawRooms() {
  const list = $('rooms');
  [...rooms].forEach(([name, { unread, members }], i) => {
    const button = list.children[i]?.firstChild ?? list.appendChild(
      document.createElement('li')).appendChild(document.createElement('button'));
    const words = [name, members && `${members} here`, unread && `${unread} new`];
    button.textContent = words.filter(Boolean).join(', ');
    if (name === shown) {
      button.setAttribute('aria-current', 'true');
    } else {
      button.removeAttribute('aria-current');
    }
    button.onclick = () => show(name);
  });
  while (list.children.length > rooms.size) {
    list.lastChild.remove();
  }
}

/** Asks who is in the room that is shown: now if nobody knows, else when it may be asked again. */
function askSoon() {
  if (whoIsDue && roomNamed(shown).members !== undefined) {
    return;
  }
  clearTimeout(whoIsDue);
  whoIsDue = setTimeout(ask, roomNamed(shown).members === undefined ? 0 : WHO_EVERY_MILLIS);
}

async function ask() {
  whoIsDue = undefined;
  const [name, asked] = [shown, client];
  if (asked?.state !== 'CONNECTED' || name === DIRECT) {
    return;
  }
  try {
    const { count } = await asked.who(name);
    if (asked === client) {
      roomNamed(name).members = count;
      drawRooms();
    }
  } catch (error) {
    failed(error);
  }
}

// --- Writing lines -----------------------------------------------------------------------------

function append(list, when, text, className, seq) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  const line = document.createElement('p');
  const time = document.createElement('time');
  time.dateTime = when.toISOString();
  time.textContent = `${when.toLocaleTimeString()}${seq === undefined ? '' : ` #${seq}`} `;
  line.append(time, text);
  line.className = className;
  list.append(line);
  while (list.children.length > LINES_KEPT) {
    list.firstChild.remove();
  }
  if (atEnd) {
    list.scrollTop = list.scrollHeight;
  }
}

function happened(text, className = '') {
  append($('happened'), new Date(), text, className);
}

function failed(error) {
  happened(error.message, 'bad');
}

// --- What the user does ------------------------------------------------------------------------

function onSubmit(id, act) {
  $(id).addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      await act(event.target.elements);
    } catch (error) {
      failed(error);
    }
  });
}

onSubmit('connection', ({ server, name }) => connect(server.value, name.value));
$('close').addEventListener('click', () => client.close());
onSubmit('join', async ({ room }) => {
  const name = room.value;
  await connected().join(name);
  room.value = '';
  show(name);
});
onSubmit('send', async ({ text }) => {
  if (shown === DIRECT) {
    throw new Error('choose a room first');
  }
  const sent = connected().send(text.value, { room: shown });
  text.value = '';
  await sent; // It is shown when it comes back, with its number.
});

function connected() {
  if (client === undefined || client.state === 'CLOSED') {
    throw new Error('connect first');
  }
  return client;
}

setInterval(() => {
  if (client) {
    const { messagesReceived, messagesSent, reconnects, rttMillis, queueLength } = client.metrics();
    $('numbers').textContent = [
      `in ${messagesReceived}`, `out ${messagesSent}`, `waiting ${queueLength}`,
      `returns ${reconnects}`, ...(rttMillis === undefined ? [] : [`to and fro ${rttMillis} ms`]),
    ].join(', ');
  }
}, NUMBERS_EVERY_MILLIS);

setInterval(() => {
  if (document.visibilityState === 'visible' && !whoIsDue) {
    ask();
  }
}, WHO_AT_LEAST_EVERY_MILLIS);

// ?server=…&name=… fills in the form.
for (const [name, value] of new URLSearchParams(location.search)) {
  const field = $('connection').elements.namedItem(name);
  if (field) {
    field.value = value;
  }
}
