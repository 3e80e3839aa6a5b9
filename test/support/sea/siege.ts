/**
 * A server under attack: it runs in a process of its own, a well-behaved client in another. What is done to it must cost
 * that client little, and the server neither its life nor much memory. The bounds are those of a slow machine.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ServerOptions } from '../../../src/server/options';
import { closeAfterwards } from '../closing';
import { ok } from '../network/wire';
import { TYPESCRIPT } from '../typescript';
import type { Condition } from './besieged-process';
import type { Testimony } from './witness-process';

export interface Bounds {
  /** Milliseconds of the processor's time in which it serves nobody else. */
  readonly pause: number;
  /** Milliseconds that the other client waits, on a machine that others keep busy. */
  readonly wait: number;
  /** Bytes in use more than before, while the attack goes on. */
  readonly used: number;
  /** Bytes of the process more than before. */
  readonly peak: number;
}

const MEBIBYTE = 1_048_576;
const BOUNDS: Bounds = { pause: 2_000, wait: 15_000, used: 150 * MEBIBYTE, peak: 700 * MEBIBYTE };

/** Who attacks, of the first jail. */
export const GAUGE = { clientId: 'gauge', clientSecret: 'gauge-secret' };

export async function besiege(options: ServerOptions = {}): Promise<Siege> {
  const jail = { jailId: 'works', ...GAUGE };
  const server = start('besieged-process', JSON.stringify({ jail, ...options }));
  const { url, port, started } = await answerOf(server);
  const { secret } = await ok(
    url,
    'POST',
    '/client',
    { clientId: 'witness', description: '' },
    { as: GAUGE },
  );
  const witness = start('witness-process', url, 'witness', secret);
  assert.equal(await answerOf(witness), 'ready');
  return new Siege(server, witness, { url, port, started });
}

export class Siege {
  readonly url: string;
  readonly port: number;
  /** Milliseconds of the processor's time until it listened. */
  readonly started: number;
  readonly #server: ChildProcess;
  readonly #witness: ChildProcess;
  /** Milliseconds that the other client has waited for one message, of this attack. */
  #longest = 0;

  constructor(
    server: ChildProcess,
    witness: ChildProcess,
    { url, port, started }: { url: string; port: number; started: number },
  ) {
    this.#server = server;
    this.#witness = witness;
    this.url = url;
    this.port = port;
    this.started = started;
  }

  /** Attacks, and holds what it did to the server and to the other client against the bounds. */
  async withstands(attack: () => Promise<void>, bounds: Partial<Bounds> = {}): Promise<void> {
    const most = { ...BOUNDS, ...bounds };
    const before = await this.#condition();
    await this.#testimony();
    this.#longest = 0;
    await attack();
    // It may not have read yet all that was sent.
    await this.rounds(20);
    const { rounds, troubles } = await this.#testimony();
    const longest = this.#longest;
    const after = await this.#condition();
    const seen = {
      pause: Math.round(after.pause),
      wait: Math.round(longest),
      used: Math.round((after.used - before.used) / MEBIBYTE),
      peak: Math.round((after.peak - before.peak) / MEBIBYTE),
      rounds,
    };
    if (process.env.SIEGE) process.stderr.write(`      ${JSON.stringify(seen)}\n`);
    assert.deepEqual(troubles, []);
    assert.deepEqual(after.faults, []);
    assert(after.pause <= most.pause, `it served nobody else for ${seen.pause} ms`);
    assert(longest <= most.wait, `the other client waited for ${seen.wait} ms`);
    assert(after.used - before.used <= most.used, `it kept ${seen.used} MB`);
    assert(after.peak - before.peak <= most.peak, `it took ${seen.peak} MB`);
  }

  /** Resolves once the other client has been served so often: the server has come to all that was sent before. */
  async rounds(count: number): Promise<void> {
    for (let rounds = 0; rounds < count; ) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      const testimony = await this.#testimony();
      assert.deepEqual(testimony.troubles, []);
      rounds += testimony.rounds;
    }
  }

  /** Resolves once nobody is there but the other client, with its subscription. */
  async alone(): Promise<void> {
    for (;;) {
      const { connections, subscriptions, faults } = await this.#condition();
      assert.deepEqual(faults, []);
      if (connections === 1 && subscriptions === 1) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async #condition(): Promise<Condition> {
    this.#server.send('condition');
    return answerOf(this.#server);
  }

  async #testimony(): Promise<Testimony> {
    this.#witness.send('testimony');
    const testimony: Testimony = await answerOf(this.#witness);
    this.#longest = Math.max(this.#longest, testimony.longest);
    return testimony;
  }
}

function start(name: string, ...args: string[]): ChildProcess {
  const child = fork(join(__dirname, `${name}.ts`), args, { execArgv: [...TYPESCRIPT] });
  closeAfterwards(() => ended(child));
  return child;
}

/** A folder that a server has open cannot be removed. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  if (child.connected) child.disconnect();
  await exit;
}

/** What it says next; a process that has ended says nothing more. */
// biome-ignore lint/suspicious/noExplicitAny: each side knows what the other one says
async function answerOf(child: ChildProcess): Promise<any> {
  const ended = new AbortController();
  const [answer] = await Promise.race([
    once(child, 'message', { signal: ended.signal }),
    once(child, 'exit', { signal: ended.signal }).then(([code, signal]) => {
      throw new Error(`its process has ended: ${code ?? signal}`);
    }),
  ]).finally(() => ended.abort());
  return answer;
}
