/** How the server nodes do, for the sidebar: counts since the deploy, from which the editor makes rates. */

import type { Node, NodeAPI } from 'node-red';
import type { Report, ServerReport } from '../shared/api.config';
import { saidOf } from '../shared/sentence.config';
import { isServerNode, type RunningSea, SERVER_TYPE } from '../shared/server-node';

export async function reportOn(RED: NodeAPI): Promise<Report> {
  const ids: string[] = [];
  RED.nodes.eachNode(({ id, type }) => {
    if (type === SERVER_TYPE) ids.push(id);
  });
  const reports = await Promise.all(ids.map((id) => report(RED, id)));
  return { at: Date.now(), servers: reports.filter((each) => each !== undefined) };
}

async function report(RED: NodeAPI, id: string): Promise<ServerReport | undefined> {
  const node: Node | null | undefined = RED.nodes.getNode(id);
  if (!isServerNode(node)) return undefined;
  const { sea } = node;
  if ('problem' in sea) {
    const reason = saidOf(sea.problem);
    return { id, state: 'misconfigured', reason, queued: 0, subscriptions: [], published: [] };
  }
  const { client, log, traffic } = sea;
  const { state } = client;
  const embedded = await embeddedReport(sea);
  return {
    id,
    state: state.name,
    since: log.since,
    ...((state.name === 'waiting' || state.name === 'refused') && {
      reason: saidOf(state.why),
      retryAt: state.until,
    }),
    queued: client.queued,
    ...(log.lastProblem && { lastProblem: log.lastProblem }),
    subscriptions: traffic.subscriptions(),
    published: traffic
      .streams()
      .filter(({ published, failed }) => published + failed > 0)
      .map(({ name, published, failed, error }) => {
        return { stream: name, published, failed, ...(error && { problem: error }) };
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
