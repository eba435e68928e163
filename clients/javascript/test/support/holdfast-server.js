// Runs the real server from the source tree that this package lies in, where it has been built.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** The launcher, or undefined: nothing is built here just to be tested against. */
export const launcher = process.env.TEST_LAUNCHER
  ?? (existsSync(join(root, '.holdfast', 'current')) ? join(root, 'holdfast') : undefined);

/** Within this the server says READY, or that it cannot start. */
const START_MILLIS = 120_000;

export class HoldfastServer {
  #process;
  #directory = mkdtempSync(join(tmpdir(), 'holdfast-js-'));
  #settings;
  #port = 0;
  #botPort = 0;
  log = '';

  /** @param settings `section.key=value` as for --set */
  constructor(settings = []) {
    this.#settings = settings;
  }

  get url() {
    return `ws://127.0.0.1:${this.#port}`;
  }

  get botUrl() {
    return `tcp://127.0.0.1:${this.#botPort}`;
  }

  /** Starts it, on the same port as before if it ran before. */
  async start() {
    const settings = [`store.directory=${this.#directory}`, ...this.#settings];
    const process = spawn(launcher, [
      'serve', '--host', '127.0.0.1', '--operations-port', '0',
      '--port', String(this.#port), '--bot-port', String(this.#botPort),
      ...settings.flatMap((setting) => ['--set', setting]),
    ], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = process;
    this.exited = new Promise((resolve) => {
      process.once('exit', resolve);
    });
    const ready = await new Promise((resolve, reject) => {
      let out = '';
      const limit = setTimeout(() => reject(new Error(`no READY: ${this.log}`)), START_MILLIS);
      process.stdout.on('data', (chunk) => {
        out += chunk;
        if (out.includes('\n')) {
          clearTimeout(limit);
          resolve(out);
        }
      });
      process.stderr.on('data', (chunk) => {
        this.log += chunk;
      });
      process.once('exit', (code) => {
        clearTimeout(limit);
        reject(new Error(`the server ended with ${code}: ${this.log}`));
      });
    });
    this.#port = Number(/http=(\d+)/.exec(ready)[1]);
    this.#botPort = Number(/bot=(\d+)/.exec(ready)[1]);
  }

  /** A graceful stop; the promise is fulfilled when the process has ended. */
  stop(signal = 'SIGTERM') {
    this.#process.kill(signal);
    return this.exited;
  }

  async destroy() {
    if (this.#process?.exitCode === null && this.#process.signalCode === null) {
      await this.stop('SIGKILL');
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
