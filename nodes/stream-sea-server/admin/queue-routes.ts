/** What the editor may ask of the queues: to see them, to have them sent now or elsewhere, to throw them away. */

import type { SendingState } from '../../../src/index';
import { settingError, type Translate } from '../../shared/catalogue';
import type { ServerNode } from '../../shared/server-node';
import type {
  PurgeAnswer,
  QueueList,
  SendAnswer,
  SendNowAnswer,
  ServerQueueReport,
} from '../../shared/wire/api';
import { saidOf } from '../../shared/wire/sentence';
import { SHOWN, shown } from '../queues/queue-view';
import type { Queues } from '../queues/queues';
import type { Servers } from '../servers';
import { type Admin, AdminError, type AdminRequest, findRunningSea } from './admin';

export function addQueueRoutes(admin: Admin, servers: Servers, queues: Queues, t: Translate): void {
  const clientOf = (id: string) => findRunningSea(servers, id, t).client;
  const found = (count: number | undefined): number => {
    if (count === undefined) throw new AdminError(404, settingError(t, 'error.noLeftover'));
    return count;
  };

  admin.get('queues', async (): Promise<QueueList> => {
    return { servers: servers.running().flatMap(queueOf), leftovers: await queues.list() };
  });

  admin.post(':server/queue/purge', (request): PurgeAnswer => {
    return { purged: clientOf(request.parameter('server')).purge() };
  });
  admin.post(':server/queue/send', (request): SendNowAnswer => {
    clientOf(request.parameter('server')).sendNow();
    return {};
  });

  admin.post('leftovers/:key/purge', async (request): Promise<PurgeAnswer> => {
    return { purged: found(await queues.purge(request.parameter('key'))) };
  });
  admin.post('leftovers/:key/send', async (request): Promise<SendAnswer> => {
    const client = clientOf(serverIn(request));
    return { sent: found(await queues.send(request.parameter('key'), client)) };
  });
}

function serverIn({ body }: AdminRequest): string {
  const server: unknown = body instanceof Object ? Reflect.get(body, 'server') : undefined;
  if (typeof server === 'string' && server !== '') return server;
  throw new AdminError(400, { message: 'server is missing' });
}

function queueOf({ id, sea }: ServerNode): ServerQueueReport[] {
  if ('problem' in sea) return [];
  const { count, oldestAt, first } = sea.client.queue(SHOWN);
  return [
    {
      server: id,
      count,
      ...(oldestAt !== undefined && { oldestAt }),
      first: first.map(shown),
      ...waitOf(sea.client.sending),
    },
  ];
}

function waitOf(sending: SendingState): Pick<ServerQueueReport, 'sending' | 'until' | 'reason'> {
  if (sending.name === 'flowing') return { sending: 'flowing' };
  return { sending: sending.name, until: sending.until, reason: saidOf(sending.why) };
}
