/**
 * The sides that are compared. Each opens its own processes and gives `round(ms)`, which resolves with what it did in
 * one round, and `close()`. A round whose count is not that of its server throws.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { names } from './flows.mjs';
import { until } from './measure.mjs';
import { spawn } from './spawn.mjs';

/** @typedef {{ packageDir: string, nodeRedDir: string }} Setup what is measured */

/**
 * A server delivers as fast as its socket takes it, until the round ends.
 *
 * @param server `stub` or `aedes`
 * @param subject its module @param options of the subject, made from the server's port
 * @param subscriptions that the server must have before the first round
 */
export function receiving({ server = 'stub', bytes, subject, options, subscriptions = 1, prepare }) {
  return async (setup) => {
    const sender = await spawn(`servers/${server}`, { bytes });
    const port = await sender.port();
    const receiver = await spawn(`subjects/${subject}`, { ...setup, ...options(port) });
    await prepare?.(receiver);
    await until(async () => (await sender.subscriptions()) === subscriptions, 'the subscriptions');
    return {
      subject: receiver,
      async round(ms) {
        await sender.go();
        const { result, cpu } = await besides(sender, () => receiver.measure(ms));
        await sender.halt();
        const arrived = async () => (await receiver.received()) === (await sender.counts()).sent;
        await until(arrived, 'all that was sent');
        return rates(result, cpu);
      },
      close: () => closeAll(receiver, sender),
    };
  };
}

/** One `stream in` that is told what to subscribe to. */
export function subscribing({ bytes, streams }) {
  return receiving({
    bytes,
    subject: 'node-red',
    options: (port) => ({ flow: 'control', settings: { port } }),
    subscriptions: streams,
    prepare: (nodeRed) => nodeRed.subscribe(names(streams)),
  });
}

/** A subject publishes to a server that answers at once. */
export function publishing({ server = 'stub', bytes, subject, options }) {
  return async (setup) => {
    const taker = await spawn(`servers/${server}`, { bytes });
    const publisher = await spawn(`subjects/${subject}`, { ...setup, ...options(await taker.port()), bytes });
    return {
      subject: publisher,
      async round(ms) {
        const { result, cpu } = await besides(taker, () => publisher.measure(ms));
        const { published } = await taker.counts();
        if (published !== result.total) {
          throw new Error(`The server was sent ${published} messages, but ${result.total} were counted.`);
        }
        return rates(result, cpu);
      },
      close: () => closeAll(publisher, taker),
    };
  };
}

/** A flow without any other end. */
export function alone({ subject, options }) {
  return async (setup) => {
    const process = await spawn(`subjects/${subject}`, { ...setup, ...options });
    return {
      subject: process,
      round: async (ms) => rates(await process.measure(ms), 0),
      close: () => process.close(),
    };
  };
}

/** A server alone in its process, kept busy by a load that costs less. */
export function serving({ server, bytes, load, options, kept = {} }) {
  return async (setup) => {
    const nats = kept.engine === 'jetstream' ? await spawn('servers/nats') : undefined;
    const port = nats && { nats: await nats.port() };
    const subject = await spawn(`servers/${server}`, { ...setup, bytes, ...kept, ...port });
    const loader = await spawn(`subjects/${load}`, { port: await subject.port(), bytes, ...options });
    return {
      subject,
      async round(ms) {
        if (options.stuck > 0) await loader.join();
        const { result, cpu } = await besides(subject, () => loader.measure(ms));
        const { published } = await subject.counts();
        if (published !== result.total) {
          throw new Error(`The server has taken ${published} messages, but ${result.total} were sent.`);
        }
        // What is measured is the server: the load is the other side.
        return rates({ ...result, cpu }, result.cpu);
      },
      close: () => closeAll(loader, subject, ...(nats ? [nats] : [])),
    };
  };
}

/**
 * Servers of this package, with so many subscribers. Where they share a group, each message goes to one of them; else each gets all.
 *
 * @param engine `memory`, or `jetstream`: all the servers are on one NATS
 * @param perProcessor messages for each second of a processor that the servers take, instead of a second
 * @param options of the load
 */
export function servingMany({
  servers: count = 1,
  engine = 'memory',
  perProcessor = false,
  bytes,
  ...options
}) {
  return async (setup) => {
    const nats = engine === 'jetstream' ? await spawn('servers/nats') : undefined;
    const kept = { ...setup, engine, nats: await nats?.port() };
    const servers = [];
    for (let index = 0; index < count; index += 1) servers.push(await spawn('servers/embedded', kept));
    const ports = await Promise.all(servers.map((server) => server.port()));
    const load = await spawn('subjects/load-sea', { ports, bytes, batch: 100, ...options });
    const all = {
      async cpu() {
        const each = await Promise.all(servers.map((server) => server.cpu()));
        return each.reduce((sum, one) => sum + one, 0);
      },
    };
    return {
      subject: servers[0],
      async round(ms) {
        const { result, cpu } = await besides(all, () => load.measure(ms));
        return { value: result.count / result.seconds / (perProcessor ? cpu : 1) };
      },
      async close() {
        await closeAll(load, ...servers);
        await nats?.close();
      },
    };
  };
}

/** What a client of NATS publishes by itself: it is the subject, and NATS the other side. */
export function publishingToNats({ bytes, options }) {
  return async () => {
    const nats = await spawn('servers/nats');
    const subject = await spawn('subjects/load-nats', { port: await nats.port(), bytes, ...options });
    return {
      subject,
      async round(ms) {
        const { result, cpu } = await besides(nats, () => subject.measure(ms));
        return rates(result, cpu);
      },
      close: () => closeAll(subject, nats),
    };
  };
}

/** Bytes that a server takes more, with all that it holds for a crowd, once it has been under load; each round begins anew. */
export function growthOf({ bytes, options }) {
  return async (setup) => ({
    async round(ms) {
      const server = await spawn('servers/embedded', { ...setup, bytes });
      const loader = await spawn('subjects/load-sea', { port: await server.port(), bytes, ...options });
      const before = await server.heap();
      if (options.stuck > 0) await loader.join();
      await loader.measure(ms);
      const after = await server.heap();
      await closeAll(loader, server);
      const bytesOf = ({ heapUsed, arrayBuffers }) => heapUsed + arrayBuffers;
      return { value: bytesOf(after) - bytesOf(before) };
    },
    async close() {},
  });
}

/** Milliseconds until a server listens, each round in a new process, in a folder with so many definitions. */
export function startingServer({ schemas }) {
  return async (setup) => {
    const folder = await mkdtemp(join(tmpdir(), 'sea-bench-'));
    const writer = await spawn('subjects/define', { ...setup, folder, schemas });
    await writer.close();
    return {
      async round() {
        const from = performance.now();
        const server = await spawn('servers/embedded', { ...setup, engine: 'disk', folder });
        const value = performance.now() - from;
        await server.close();
        return { value };
      },
      close: () => rm(folder, { recursive: true, force: true }),
    };
  };
}

/** @param relay whether the raw side's server is in a process of its own */
export function trip({ subject, options = {}, relay = false }) {
  return async (setup) => {
    const server = relay ? await spawn('servers/relay') : undefined;
    const port = server && { port: await server.port() };
    const traveller = await spawn(`subjects/${subject}`, { ...setup, ...options, ...port });
    if (options.flow === 'loop') {
      await traveller.define();
      await until(() => traveller.trip(), 'a first message to come back');
    }
    return {
      subject: traveller,
      async round(ms) {
        const { count, p50, p99 } = await traveller.measureLatency(ms);
        return { value: p50, p99, count };
      },
      close: () => closeAll(traveller, ...(server ? [server] : [])),
    };
  };
}

const FIRST = Array.from({ length: 100 }, (_, index) => `first_${index}`);

/**
 * Bytes of heap that 1,000 subscriptions take: a tenth of what 10,000 do, on a connection that has its first ones; each
 * round begins anew. What a connection's code takes is in no subscription: beside 1,000 of them it was the larger part, and
 * V8 compiles more of it, or less, as it pleases.
 */
export function heapOf({ subject, options = () => ({}), names }) {
  return async (setup) => ({
    async round() {
      const server = await spawn('servers/stub', { bytes: 96 });
      const port = await server.port();
      const holder = await spawn(`subjects/${subject}`, { ...setup, port, ...options(port) });
      await holder.keepCode();
      const subscribe = async (some, count) => {
        await holder.subscribe(some);
        await until(async () => (await server.subscriptions()) === count, 'the subscriptions');
      };
      await subscribe(FIRST, FIRST.length);
      const before = await holder.heap();
      await subscribe(names, FIRST.length + names.length);
      const after = await holder.heap();
      await closeAll(holder, server);
      return { value: (after.heapUsed - before.heapUsed) / (names.length / 1_000) };
    },
    async close() {},
  });
}

/** Milliseconds until a Node-RED runs its flows, each round a new one. */
export function starting({ flow, settings, withNodes }) {
  return async ({ packageDir, nodeRedDir }) => ({
    async round() {
      const from = performance.now();
      const options = { flow, settings, nodeRedDir, ...(withNodes && { packageDir }) };
      const nodeRed = await spawn('subjects/node-red', options);
      const value = performance.now() - from;
      await nodeRed.close();
      return { value };
    },
    async close() {},
  });
}

/** `cpu` and `serverCpu`: processors kept busy; the side that is at 1 is the one that is measured. */
function rates({ count, seconds, cpu }, serverCpu) {
  return { value: count / seconds, count, cpu, perCpuSecond: count / seconds / cpu, serverCpu };
}

/** The share of a processor that the other side took meanwhile. */
async function besides(other, act) {
  const from = { cpu: await other.cpu(), time: performance.now() };
  const result = await act();
  return { result, cpu: ((await other.cpu()) - from.cpu) / (performance.now() - from.time) };
}

async function closeAll(...processes) {
  await Promise.all(processes.map((process) => process.close()));
}
