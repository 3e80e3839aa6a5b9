/** The streams that a server node knows of, and their versions, for suggestions in the dialogs. */

import { TimeoutError, type Version } from '../../../src/index';
import type { RunningSea, SeaOrProblem } from '../../shared/server-node';
import type { StreamList } from '../../shared/wire/api';
import { type Said, saidOf } from '../../shared/wire/sentence';

/** A dialog is open and waits: names without versions are better than none. */
const PATIENCE = 4_000;

/** Names whose versions are asked for at once. */
const MAX_NAMES = 500;

/**
 * @param asked names that the editor knows and wants the versions of.
 * @param signal ends the wait for the server.
 */
export async function listStreams(
  sea: SeaOrProblem,
  asked: readonly string[],
  signal: AbortSignal,
): Promise<StreamList> {
  if ('problem' in sea) {
    return { streams: asked.map((name) => ({ name })), problem: saidOf(sea.problem) };
  }
  const { host, traffic } = sea;
  const defined = await definedHere(sea, signal);
  const versions = new Map<string, Version | null | undefined>(defined);
  const used = [
    ...traffic.subscriptions().map(({ stream }) => stream),
    ...traffic.streams().map(({ name }) => name),
  ];
  const unknown = [...new Set([...asked, ...used])].filter((name) => !versions.has(name)).slice(0, MAX_NAMES);
  // A server in this process has just told all that it has.
  const answer: VersionsAnswer =
    host === undefined ? await ask(sea, unknown, signal) : { versions: defined && unknown.map(() => null) };
  for (const [index, name] of unknown.entries()) versions.set(name, answer.versions?.[index]);
  const streams = [...versions]
    .map(([name, version]) => (version === undefined ? { name } : { name, version }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  return answer.problem === undefined ? { streams } : { streams, problem: answer.problem };
}

/** Nothing: the server is elsewhere, or does not run. */
async function definedHere(
  { host }: RunningSea,
  signal: AbortSignal,
): Promise<[string, Version][] | undefined> {
  const server = await host?.server().catch(() => undefined);
  const defined = await server?.streams();
  signal.throwIfAborted();
  return defined?.map(({ name, version }) => [name, version]);
}

interface VersionsAnswer {
  readonly versions?: readonly (Version | null)[] | undefined;
  readonly problem?: Said;
}

async function ask(
  { client }: RunningSea,
  names: readonly string[],
  signal: AbortSignal,
): Promise<VersionsAnswer> {
  try {
    return { versions: await client.versions(names, { signal, timeout: PATIENCE }) };
  } catch (error) {
    // Of our own patience nothing is said: the server may only be slow.
    const isLate = error instanceof TimeoutError && error.sent !== undefined;
    return isLate ? {} : { problem: saidOf(error) };
  }
}
