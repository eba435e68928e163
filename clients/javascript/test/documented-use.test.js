import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync }
  from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { roomsServer } from './support/foreign-server.js';
import { until } from './support/until.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = join(root, '..', '..', 'docs', 'clients-javascript.md');
const documented = existsSync(page);
if (!documented) {
  console.log('documented use not run: docs/clients-javascript.md is not beside this package');
}

const scripts = (path) => [...readFileSync(path, 'utf8').matchAll(/^```js\n([^]*?)^```/gm)]
  .map(([, code]) => code);

/** Where the page says that the server is, this one is. */
const elsewhere = (port) => `
import http from 'node:http';
const { request } = http;
http.request = (options, ...more) => {
  if (options.host !== 'localhost' || String(options.port) !== '8000') {
    throw new Error('the page names another server: ' + options.host + ':' + options.port);
  }
  return request({ ...options, host: '127.0.0.1', port: ${port} }, ...more);
};
`;

describe('the code in docs/clients-javascript.md', { skip: !documented }, () => {
  let directory;
  const running = [];

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'holdfast-docs-'));
    mkdirSync(join(directory, 'node_modules'));
    // As npm installs a package from its directory.
    symlinkSync(root, join(directory, 'node_modules', 'holdfast-client'));
  });

  after(() => {
    running.forEach((program) => program.kill());
    rmSync(directory, { recursive: true, force: true });
  });

  /** Runs the first lines as they stand; what they have written so far. */
  function firstLines(port) {
    writeFileSync(join(directory, 'elsewhere.mjs'), elsewhere(port));
    writeFileSync(join(directory, 'first.mjs'), scripts(page)[0]);
    const program = spawn(process.execPath, ['--import', './elsewhere.mjs', 'first.mjs'],
      { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
    running.push(program);
    const written = { out: '', err: '' };
    program.stdout.on('data', (chunk) => {
      written.out += chunk;
    });
    program.stderr.on('data', (chunk) => {
      written.err += chunk;
    });
    return written;
  }

  it('connects, joins and sends, as it stands', async () => {
    const server = await roomsServer();
    try {
      const written = firstLines(server.port);
      await until(() => written.out.includes('it is message number 1\n') || written.err,
        () => JSON.stringify(written));
      assert.equal(written.err, '');
      assert.match(written.out, /^\[CONNECTED\] alice at ws:\/\/localhost:8000: for the first/);
    } finally {
      await server.close();
    }
  });

  it('says what is wrong when there is no server', async () => {
    const server = await roomsServer();
    await server.close(); // Nobody listens there now.
    const written = firstLines(server.port);
    await until(() => written.out.includes('[RECONNECTING]'), () => JSON.stringify(written));
    assert.match(written.err, /^\[DISCONNECTED\] alice at ws:\/\/localhost:8000: refused: /);
  });

  it('is the same in the README', () => {
    assert.equal(scripts(join(root, 'README.md'))[0], scripts(page)[0]);
  });

  it('can be parsed, all of it', () => {
    assert.ok(scripts(page).length >= 3);
    scripts(page).forEach((code, i) => {
      const file = join(directory, `part-${i}.mjs`);
      writeFileSync(file, code);
      const { stderr, status } = spawnSync(process.execPath, ['--check', file],
        { encoding: 'utf8' });
      assert.equal(status, 0, stderr);
    });
  });
});
