import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { nodeWebSocketTransport, ReconnectingWebSocket } from '../src/node.js';
import { getWith } from '../src/transports/node-get.js';
import { accept, frame, listen } from './support/foreign-server.js';
import { until } from './support/until.js';

/** A key, and a certificate for 127.0.0.1 that no host trusts; undefined: no openssl here. */
function privateCertificate() {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-js-'));
  try {
    const [key, cert] = ['key', 'cert'].map((name) => join(directory, name));
    const { status } = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes',
      '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=127.0.0.1',
      '-addext', 'subjectAltName=IP:127.0.0.1'], { stdio: 'ignore' });
    return status === 0 ? { key: readFileSync(key), cert: readFileSync(cert) } : undefined;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const certificate = privateCertificate();
if (!certificate) {
  console.log('health over TLS not run: there is no openssl to make a certificate with');
}

describe('health', () => {
  it('is asked with the CA of the transport', { skip: !certificate }, async () => {
    const sockets = new Set();
    const server = https.createServer(certificate, (request, response) => {
      response.end('{"status":"healthy"}');
    });
    server.on('secureConnection', (socket) => sockets.add(socket));
    server.on('upgrade', (request, socket) => {
      socket.on('error', () => {});
      accept(socket, request);
      socket.write(frame(1, 'hello'));
    });
    const port = await listen(server);
    const socket = new ReconnectingWebSocket(`wss://127.0.0.1:${port}/`, [], {
      health: `https://127.0.0.1:${port}/health`,
      transport: nodeWebSocketTransport({ tls: { ca: certificate.cert } }),
      backoff: { firstMillis: 5, capMillis: 20, jitter: 'none' },
    });
    try {
      const seen = { messages: 0, errors: [] };
      socket.onmessage = () => seen.messages++;
      socket.onerror = ({ error }) => seen.errors.push(error.kind);
      await until(() => seen.messages === 1, 'the first connection');
      sockets.forEach((one) => one.destroy());
      await until(() => seen.messages === 2 || seen.errors.length > 0, 'the second');
      assert.deepEqual(seen, { messages: 2, errors: [] });
    } finally {
      socket.close();
      sockets.forEach((one) => one.destroy());
      server.close();
    }
  });

  async function asked(answer) {
    const server = http.createServer((request, response) => answer(response));
    const port = await listen(server);
    try {
      const response = await getWith({})(`http://127.0.0.1:${port}/health`);
      return { status: response.status, text: await response.text() };
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  it('is not asked where a redirect leads', async () => {
    const { status } = await asked((response) => response.writeHead(302, { Location: '/' }).end());
    assert.equal(status, 302);
  });

  it('is not read where its page has no end', async () => {
    const { text } = await asked((response) => {
      response.on('error', () => {});
      response.write('x'.repeat(1_048_577));
    });
    assert.equal(text, '');
  });

  it('has not answered where its page breaks off', async () => {
    await assert.rejects(asked((response) => {
      response.write('x', () => response.destroy());
    }), { message: /aborted/ });
  });
});
