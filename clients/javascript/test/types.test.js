import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as browser from '../src/browser.js';
import { clientOptions, socketOptions } from '../src/options.js';
import * as node from '../src/node.js';

const read = (path) => readFileSync(new URL(`../types/${path}`, import.meta.url), 'utf8');
const types = read('index.d.ts');

describe('the types', () => {
  it('declare exactly what is exported', () => {
    const declaredIn = (text) => [...text.matchAll(/^export (?:class|function|const) (\w+)/gm)]
      .map(([, name]) => name);
    const inPages = declaredIn(types);
    const more = declaredIn(read('node.d.ts'));
    assert.deepEqual(inPages.sort(), Object.keys(browser).sort());
    assert.deepEqual([...inPages, ...more].sort(), Object.keys(node).sort());
    assert.deepEqual(more, ['nodeWebSocketTransport', 'tcpTransport']);
  });

  for (const name of ['HoldfastClient', 'ReconnectingWebSocket']) {
    it(`declare exactly the members of ${name}`, () => {
      const declared = members(new RegExp(`^export class ${name} [^]*?^}`, 'm'));
      const base = Object.getPrototypeOf(node[name].prototype);
      const actual = Object.getOwnPropertyNames(base);
      assert.deepEqual(declared.filter((member) => !/^(add|remove)EventListener$/.test(member)).sort(),
        actual.sort());
    });
  }

  it('declare exactly the options', () => {
    const platform = { transports: { webSocket: () => ({}), tcp: () => ({}) } };
    const derived = ['link', 'canSetHeaders'];
    const common = members(/^export interface CommonOptions [^]*?^}/m);
    for (const [name, options] of [
      ['HoldfastClientOptions', clientOptions('ws://x', {}, platform)],
      ['ReconnectingWebSocketOptions', socketOptions({}, platform)],
    ]) {
      const own = members(new RegExp(`^export interface ${name} [^]*?^}`, 'm'));
      assert.deepEqual([...own, ...common].sort(),
        Object.keys(options).filter((option) => !derived.includes(option)).sort());
    }
  });
});

function members(pattern) {
  const [body] = pattern.exec(types);
  const names = [...body.matchAll(/^  (?:readonly )?(\w+)\??[(:<]/gm)].map(([, name]) => name);
  return [...new Set(names)];
}

const tsc = [process.env.TEST_TSC, ...(process.env.PATH ?? '').split(delimiter)
  .map((directory) => join(directory, 'tsc'))].find((path) => path && existsSync(path));
if (!tsc) {
  console.log('types not compiled: there is no tsc in PATH, and TEST_TSC does not name one');
}

describe('the types, compiled', { skip: !tsc }, () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const compile = (...files) => spawnSync(tsc, ['--noEmit', '--strict', '--target', 'es2022',
    '--module', 'nodenext', ...files], { cwd: root, encoding: 'utf8' });

  const succeeds = ({ stdout, status }) => assert.equal(status, 0, stdout);
  const version = tsc && spawnSync(tsc, ['--version'], { encoding: 'utf8' }).stdout;

  it('allow what an application writes, and refuse what it should not', () => {
    succeeds(compile('test/types-usage.ts'));
  });

  it('are found under the name of the package', () => {
    const project = mkdtempSync(join(tmpdir(), 'holdfast-types-'));
    try {
      mkdirSync(join(project, 'node_modules'));
      symlinkSync(root, join(project, 'node_modules', 'holdfast-client'));
      writeFileSync(join(project, 'package.json'), '{"type":"module"}');
      writeFileSync(join(project, 'app.ts'), "import { HoldfastClient } from 'holdfast-client';\n"
        + "new HoldfastClient('ws://x').on('gap', ({ from }) => from?.toFixed());\n");
      writeFileSync(join(project, 'node.ts'), "import { tcpTransport } from 'holdfast-client';\n"
        + 'tcpTransport();\n');
      const app = join(project, 'app.ts');
      const inNode = join(project, 'node.ts');
      succeeds(compile(app, inNode));
      if (Number(/\d+/.exec(version)) < 5) {
        return; // It has no resolution for bundlers.
      }
      const bundled = ['--module', 'es2022', '--moduleResolution', 'bundler'];
      succeeds(compile(...bundled, '--customConditions', 'node', app, inNode));
      const { stdout } = compile(...bundled, app, inNode); // Of pages, which have no TCP.
      assert.match(stdout, /^\S*node\.ts\(1,10\): [^\n]*no exported member[^\n]*\n$/);
    } finally {
      rmSync(project, { recursive: true });
    }
  });
});
