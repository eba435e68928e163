import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { accept, frame, listen } from './support/foreign-server.js';
import { until } from './support/until.js';

const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  .find((path) => existsSync(path));
if (!chromium) {
  console.log('browser tests not run: there is no chromium');
}

const PAGE = `<!doctype html><script type="module">
  import { HoldfastClient, ReconnectingWebSocket } from '/src/browser.js';
  // One after the other: requests that are made at once may arrive in any order.
  let told = Promise.resolve();
  const tell = (what) => {
    told = told.then(() => fetch('/told', { method: 'POST', body: JSON.stringify(what) }));
  };
  const client = new HoldfastClient('/', { clientId: 'page', token: 'T',
    resume: true, backoff: { firstMillis: 20, jitter: 'none' } });
  client.on('state', ({ state }) => tell({ state }));
  client.on('message', ({ data }) => tell({ data }));
  await client.connect();
  const socket = new ReconnectingWebSocket('/plain');
  socket.onmessage = async ({ data }) =>
    tell({ plain: await data.text(), open: socket.readyState });
</script>`;

describe('in a real browser', { skip: !chromium, timeout: 240_000 }, () => {
  const profile = mkdtempSync(join(tmpdir(), 'holdfast-chromium-'));
  const told = [];
  const paths = [];
  const sockets = new Set();
  let browser;

  const server = http.createServer(async (request, response) => {
    if (request.url === '/told') {
      let body = '';
      for await (const chunk of request) {
        body += chunk;
      }
      told.push(JSON.parse(body));
      response.end();
    } else if (request.url.startsWith('/src/')) {
      response.setHeader('Content-Type', 'text/javascript');
      response.end(readFileSync(new URL(`..${request.url}`, import.meta.url)));
    } else {
      response.setHeader('Content-Type', 'text/html');
      response.end(request.url === '/' ? PAGE : '');
    }
  });
  server.on('upgrade', (request, socket) => {
    paths.push(request.url);
    sockets.add(socket);
    socket.on('error', () => {});
    accept(socket, request);
    if (request.url === '/plain') {
      socket.write(frame(2, 'bytes'));
    } else {
      socket.write(frame(1, '{"type":"welcome","streams":{}}'));
      socket.write(frame(1, '{"type":"message","room":"lobby","data":"hi"}'));
    }
  });

  after(async () => {
    browser?.kill('SIGKILL');
    await browser?.ended;
    sockets.forEach((socket) => socket.destroy());
    server.closeAllConnections();
    server.close();
    await until(() => removed(profile), 'the last process of the browser to end');
  });

  it('both classes connect, receive, and come back', async () => {
    const port = await listen(server);
    browser = spawn(chromium, ['--headless', '--no-sandbox', '--disable-gpu',
      `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/`], { stdio: 'ignore' });
    browser.ended = new Promise((resolve) => {
      browser.once('exit', resolve);
    });
    await until(() => told.some(({ plain }) => plain), 'the binary message');
    assert.deepEqual(told.find(({ plain }) => plain), { plain: 'bytes', open: 1 });
    assert.ok(told.some(({ data }) => data === 'hi'));
    assert.equal(paths[0], '/ws/page?resume=1&token=T');

    [...sockets][0].destroy();
    await until(() => told.filter(({ state }) => state === 'CONNECTED').length === 2, 'its return');
    assert.deepEqual(told.filter(({ state }) => state).map(({ state }) => state),
      ['CONNECTING', 'CONNECTED', 'DISCONNECTED', 'CONNECTING', 'CONNECTED']);
  });
});

/** False while processes that outlived the browser's first still write there. */
function removed(directory) {
  try {
    rmSync(directory, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}
