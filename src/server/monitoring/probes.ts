/** `GET /health` and `GET /metrics`, for balancers and collectors: they bring no credentials, and no tenant is named. */

import type { RequestListener, ServerResponse } from 'node:http';
import type { Engine } from '../../engine/engine';
import type { ServerLimits } from '../limits';
import { type Condition, conditionOf } from './health';
import { type MetricsParts, metricsOf, type ServerStats } from './metrics';
import { PROMETHEUS_TYPE, prometheusText } from './prometheus';

export interface ProbesParts {
  readonly engine: Pick<Engine, 'name' | 'state'>;
  readonly limits: Readonly<ServerLimits>;
  readonly isDraining: () => boolean;
  readonly isStale: () => boolean;
  readonly stats: () => ServerStats;
}

/** What is no probe is for `next`. */
export function withProbes(parts: ProbesParts, next: RequestListener): RequestListener {
  const answers: Record<string, (response: ServerResponse, isHead: boolean) => void> = {
    '/health': (response, isHead) => {
      const { status, body } = conditionNow(parts);
      answer(response, status, 'application/json; charset=utf-8', isHead ? '' : JSON.stringify(body));
    },
    '/metrics': (response, isHead) => {
      answer(response, 200, PROMETHEUS_TYPE, isHead ? '' : prometheusText(metricsOf(figures(parts))));
    },
  };
  return (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '';
    const probe = Object.hasOwn(answers, path) ? answers[path] : undefined;
    if (probe === undefined) {
      next(request, response);
    } else if (request.method === 'GET' || request.method === 'HEAD') {
      probe(response, request.method === 'HEAD');
    } else {
      response.setHeader('Allow', 'GET, HEAD');
      answer(response, 405, 'text/plain', 'GET and HEAD are the methods of this path.');
    }
  };
}

function conditionNow({ engine, isDraining, isStale }: ProbesParts): Condition {
  return conditionOf({ engine, isDraining: isDraining(), isStale: isStale() });
}

function figures(parts: ProbesParts): MetricsParts {
  const { engine, limits, stats } = parts;
  return {
    engine,
    limits,
    stats: stats(),
    isReady: conditionNow(parts).status === 200,
    process: {
      residentBytes: process.memoryUsage.rss(),
      cpu: process.cpuUsage(),
      startedAt: performance.timeOrigin,
    },
  };
}

function answer(response: ServerResponse, status: number, type: string, text: string): void {
  response
    .writeHead(status, {
      'Content-Type': type,
      'Cache-Control': 'no-store',
      // Nobody proves who they are here, and a socket of somebody who has not is ended after a while: better now than
      // while the next question is on its way.
      Connection: 'close',
    })
    .end(text);
}
