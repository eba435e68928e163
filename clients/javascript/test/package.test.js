import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const manifest = JSON.parse(read('package.json'));

const npm = (process.env.PATH ?? '').split(delimiter).map((directory) => join(directory, 'npm'))
  .find((path) => existsSync(path));
if (!npm) {
  console.log('npm pack not run: there is no npm');
}

/** All modules that are loaded with one, by their addresses. */
function loadedWith(url, seen = new Set()) {
  if (!seen.has(url.href)) {
    seen.add(url.href);
    for (const [, path] of readFileSync(url, 'utf8').matchAll(/from '([^']+)'/g)) {
      if (path.startsWith('.')) {
        loadedWith(new URL(path, url), seen);
      } else {
        seen.add(path);
      }
    }
  }
  return seen;
}

describe('the package', () => {
  it('needs no other package', () => {
    assert.equal(manifest.dependencies, undefined);
    assert.equal(manifest.devDependencies, undefined);
    const loaded = loadedWith(new URL('../src/node.js', import.meta.url));
    const foreign = [...loaded].filter((path) => !/^(file|node):/.test(path));
    assert.deepEqual(foreign, []);
  });

  it('loads nothing of Node in a browser', () => {
    const loaded = loadedWith(new URL('../src/browser.js', import.meta.url));
    assert.deepEqual([...loaded].filter((path) => path.startsWith('node:')), []);
  });

  it('has every file that it names', () => {
    const exported = Object.values(manifest.exports['.']).flatMap(Object.values);
    for (const path of [...manifest.files, manifest.types, ...exported]) {
      assert.ok(existsSync(new URL(`../${path}`, import.meta.url)), path);
    }
  });

  it('says what tools ask for', () => {
    const { name, version, type, license, sideEffects, engines, types, exports } = manifest;
    assert.match(name, /^holdfast-/);
    assert.match(version, /^\d+\.\d+\.\d+$/);
    assert.deepEqual({ type, license, sideEffects, engines },
      { type: 'module', license: 'Apache-2.0', sideEffects: false, engines: { node: '>=20' } });
    assert.equal(exports['.'].node.types, types);
    assert.deepEqual(Object.keys(exports['.']), ['browser', 'node', 'default'], 'the default last');
    for (const [where, condition] of Object.entries(exports['.'])) {
      assert.deepEqual(Object.keys(condition), ['types', 'default'], `${where}: types come first`);
    }
    const scripts = Object.keys(manifest.scripts);
    assert.deepEqual(scripts, ['test'], 'nothing runs when it is installed');
  });

  it('is found by its own name', async () => {
    const itself = await import('holdfast-client');
    assert.equal(itself.HoldfastClient, (await import('../src/node.js')).HoldfastClient);
  });

  it('is packed with its sources, types, licence and README, and nothing else', { skip: !npm },
    () => {
      const root = fileURLToPath(new URL('..', import.meta.url));
      const { stdout, stderr } = spawnSync(npm, ['pack', '--dry-run', '--json', '--offline'],
        { cwd: root, encoding: 'utf8' });
      assert.ok(stdout, stderr);
      const packed = JSON.parse(stdout)[0].files.map(({ path }) => path);
      const sources = readdirSync(new URL('../src', import.meta.url),
        { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)));
      assert.deepEqual(packed.sort(), [
        'LICENSE', 'README.md', 'package.json', 'types/index.d.ts', 'types/node.d.ts',
        ...sources,
      ].sort());
      const everything = packed.map(read).join();
      assert.doesNotMatch(everything, /\/(home|root|tmp|work)\//, 'paths of a machine');
    });

  it('has only modules that something loads, short enough to be read', () => {
    const root = fileURLToPath(new URL('../src', import.meta.url));
    const loaded = new Set(['browser', 'node'].flatMap((entry) => [
      ...loadedWith(new URL(`../src/${entry}.js`, import.meta.url))]));
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) {
        const path = `${entry.parentPath ?? entry.path}/${entry.name}`;
        const lines = readFileSync(path, 'utf8').split('\n');
        assert.ok(loaded.has(new URL(`file://${path}`).href), `${path} is loaded by nothing`);
        assert.ok(lines.length <= 500, `${path} has ${lines.length} lines`);
        assert.deepEqual(lines.filter((line) => line.length > 100), [], path);
      }
    }
  });
});
