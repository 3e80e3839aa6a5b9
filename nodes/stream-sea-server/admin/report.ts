/** How the server nodes do, for the sidebar: counts since the deploy, from which the editor makes rates. */

import type { NodeAPI } from 'node-red';
import { type RunningSea, SERVER_TYPE, type ServerNode } from '../../shared/server-node';
import { subflowPathOf } from '../../shared/subflow-path';
import type { Report, ServerReport } from '../../shared/wire/api';
import { saidOf } from '../../shared/wire/sentence';
import type { Servers } from '../servers';

/** @param at when it is asked for. */
export async function reportOn(RED: NodeAPI, servers: Servers, at: number): Promise<Report> {
  const ids: string[] = [];
  RED.nodes.eachNode(({ id, type }) => {
    if (type === SERVER_TYPE) ids.push(id);
  });
  const nodes = ids.flatMap((id) => servers.all(id));
  return { at, servers: await Promise.all(nodes.map(report)) };
}

async function report(node: ServerNode): Promise<ServerReport> {
  const { sea, id } = node;
  const place = subflowPathOf(node);
  const where = place ? { id, place } : { id };
  if ('problem' in sea) {
    const reason = saidOf(sea.problem);
    return {
      ...where,
      state: 'misconfigured',
      reason,
      queued: 0,
      subscriptions: [],
      published: [],
      passed: [],
    };
  }
  const { client, history, traffic } = sea;
  const { state, sending, token } = client;
  // Who only publishes needs no connection, and may yet be kept waiting.
  const waits = 'why' in state ? state : 'why' in sending ? sending : undefined;
  const embedded = await embeddedReport(sea);
  const streams = traffic.streams();
  return {
    ...where,
    state: state.name,
    since: history.since,
    ...(waits && { reason: saidOf(waits.why), retryAt: waits.until }),
    queued: client.queued,
    ...(token && { token: { endsAt: token.endsAt, state: token.name } }),
    ...(history.lastProblem && { lastProblem: history.lastProblem }),
    subscriptions: traffic.subscriptions(),
    published: streams
      .filter(({ published, refused }) => published + refused > 0)
      .map(({ name, published, refused, error }) => {
        return { stream: name, published, refused, ...(error && { problem: error }) };
      }),
    passed: streams.map(({ name, at, definition }) => {
      return { stream: name, ...(at !== undefined && { at }), ...definition };
    }),
    ...(embedded && { embedded }),
  };
}

async function embeddedReport({ host }: RunningSea): Promise<ServerReport['embedded']> {
  const server = await host?.server().catch(() => undefined);
  if (server === undefined) return undefined;
  const { connections, streams, retained, dropped } = server.stats();
  return { url: server.url, connections, streams, retained, dropped };
}
