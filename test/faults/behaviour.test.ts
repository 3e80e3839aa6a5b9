/**
 * How the package promises to behave, sentence by sentence, each with the tests that prove it. The titles are looked
 * up in the files, so that a test that is renamed or removed is missed here.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'mocha';

const ROOT = resolve(__dirname, '..');

/** A file below test/, without `.test.ts`, and the titles in it, as they are written there. */
type Proof = readonly [file: string, ...titles: string[]];

const PROMISES: Readonly<Record<string, Readonly<Record<string, readonly Proof[]>>>> = {
  State: {
    'One union value per server node: idle, connecting, authenticating, ready, waiting, refused, closed.': [
      [
        'client/connection/transition',
        'goes from idle over connecting and authenticating to ready',
        'never leaves closed',
      ],
      ['client/connection/session', 'tells of each state once and in order, also when a listener steps in'],
    ],
    'Node statuses are a total function of it, with the reason in the text.': [
      ['nodes/shared/status', 'is total, and tells the reason where there is one'],
    ],
  },
  'One connection': {
    'Opened when the first enabled node leases it, closed when the last gives it back.': [
      [
        'client/client',
        'opens nothing before somebody needs it',
        'closes the connection when the last lease is given back and nobody takes it over',
      ],
      ['faults/deploys', 'that drops a shared subscription gives its share back (${others} other nodes)'],
    ],
    'Any number of in nodes: one socket.': [
      [
        'nodes/stream-sea-in/stream-sea-in',
        'shares one socket among fifty nodes on one server, and each gets its own copy',
      ],
    ],
    'HTTP requests share one keep-alive pool.': [
      [
        'client/http/http',
        'use the same socket again',
        'are sixteen at once at the most, and leave in order',
      ],
    ],
    'TLS and proxy are decided once for both.': [
      [
        'nodes/stream-sea-server/network',
        'serve both transports: the CA of the one, the tunnel and password of the other',
      ],
      ['client/http/transport', 'speaks TLS with the same settings for requests and the WebSocket'],
    ],
  },
  Reconnect: {
    'Deadlines for connect and for authenticate.': [
      [
        'client/connection/connection',
        'gives up a server that takes the connection and says nothing',
        'is given up when it is not answered',
      ],
    ],
    'Backoff 1 s doubling to 60 s with full jitter.': [
      [
        'client/common/backoff',
        'doubles from 1 s to 60 s',
        'spreads each wait over all of its range (full jitter)',
      ],
    ],
    'The attempt count is forgotten only after 30 s of a ready connection.': [
      [
        'client/connection/transition',
        'forgets earlier failures once a connection was ready for 30 s',
        'counts on when a connection fails before it was ready for 30 s',
      ],
    ],
    'Every wait can be cancelled.': [
      ['client/client', 'connects without waiting any longer when it is told to, and once'],
      [
        'faults/close',
        'while it waits for another try, with messages that wait too: they fail, each once',
        'ends within 2 s with a ${fault.type} ${direction} at ${step}, and leaves nothing',
      ],
    ],
    'Silence longer than silenceTimeout ends the socket.': [
      ['client/connection/watchdog', 'barks once when nothing at all is heard for the time (P23)'],
      [
        'client/connection/connection/ends',
        'ends a connection on which nothing is heard, and none on which pings are (P23)',
      ],
    ],
    'After a fault the client is back within one backoff step of the network’s return.': [
      [
        'faults/connection',
        'with ${each.name} ${direction} at ${step} ${SENTENCES[outcome]}',
        'that answers the first connection with ${door} is waited for: nothing is lost',
      ],
    ],
    'Refused credentials: close at once, send nothing more.': [
      ['client/connection/connection', 'closes when refused and sends nothing more (P22)'],
    ],
    'Retry no sooner than every 5 minutes, at once on a connect message.': [
      [
        'client/client',
        'does not try refused credentials again before 5 minutes have passed, unless told to',
      ],
      ['nodes/stream-sea-in/stream-sea-in', 'connects and disconnects by message'],
    ],
    'At once on edit.': [
      ['faults/nodes', 'tries refused credentials again at once when the server node is edited'],
    ],
  },
  Subscriptions: {
    'In nodes with the same server, stream and group share one server subscription; each gets its own copy.':
      [
        [
          'client/receive/subscriptions',
          'shares one server subscription among those who want the same',
          'gives each its own copy: what one changes no other sees',
        ],
      ],
    'A failed subscribe shows on the nodes that wanted it, and reaches Catch, and does not disturb the others.':
      [
        [
          'nodes/stream-sea-in/stream-sea-in',
          'shows a refused subscription and tells Catch, without disturbing another',
        ],
      ],
    'A node re-created by a deploy keeps its subscription: nothing is lost, nothing doubled.': [
      [
        'faults/deploys',
        '${name}, loses and doubles nothing (${delivery})',
        'that disables a node and one that enables it again at once lose and double nothing',
        'that renames the stream ends the one and begins the other',
        'loses and doubles nothing in the instances of a subflow',
        'that leads the server node to another server delivers nothing of the old one to the new',
      ],
      [
        'client/receive/subscriptions-succession',
        'gives a successor what came in between: nothing lost, nothing doubled',
      ],
    ],
    'A subscription really dropped: every is ignored from then on, and given up when that has cost enough.': [
      [
        'client/receive/subscriptions-succession',
        'ignores what still comes for a group of one, and keeps the connection (P29)',
      ],
      [
        'client/receive/subscriptions',
        'is left behind once so much has gathered that an exchange costs no more',
      ],
    ],
    'A shared or named group makes the client exchange the connection for one with what remains.': [
      [
        'client/client',
        'gives back a share on a new connection, without waiting and without calling it a problem (P29)',
      ],
      ['faults/deploys', 'that drops a shared subscription gives its share back (${others} other nodes)'],
    ],
    'An exchange loses and doubles nothing of what others are subscribed to.': [
      ['faults/exchange', 'loses and doubles nothing while thousands arrive, with the server ${where} (G13)'],
      [
        'client/exchange',
        'exchange connections without losing or doubling a message, whatever overtakes what',
      ],
    ],
  },
  Publishing: {
    'Per stream first in, first out: one request in flight, different streams in parallel.': [
      [
        'client/publish/publisher',
        'publishes each stream in order, one request at a time, and different streams side by side',
      ],
    ],
    'A message that finds the line free goes at once, alone.': [
      [
        'client/publish/lines/line',
        'sends a message that finds the line free at once and alone, with no timer',
      ],
    ],
    'Those that arrive meanwhile leave together as one batch, at most 500 messages or 1 MB.': [
      [
        'client/publish/lines/line',
        'sends together what has gathered while a request was out',
        'sends no more messages together than the limit',
        'sends no more bytes together than the limit, and a larger message alone',
      ],
    ],
    'A batch refused with 400 or 413 is halved until the guilty stand alone: only they fail.': [
      [
        'client/publish/lines/failures',
        'halves a batch refused with 400 until the guilty stand alone, and only they fail (G5)',
        'halves a batch that is too large for the server (413)',
      ],
    ],
    'Exactly one done for each message: success only once the server has answered 200.': [
      ['faults/nodes', 'shows how many messages wait, and completes each once when it is back'],
      [
        'faults/peers',
        'is lost or lied about by core mqtt out and websocket out; ours tells the truth, once',
      ],
      [
        'client/publish/lines/line',
        'settles each message exactly once, accepted ones in order, whatever the server does',
      ],
    ],
    '400, 401, 403, 404 are final.': [
      ['client/publish/lines/failures', 'fails a lone message refused with ${status} for good, and goes on'],
    ],
    'Time-outs, 408, 429 (honour Retry-After), 5xx and network errors are retried in order.': [
      [
        'client/publish/lines/failures',
        'tries the same messages again after ${error.message}, before all others (P9)',
        'waits as long as the server asks, also when woken',
      ],
    ],
    'fail refuses at once.': [
      ['client/client', 'refuses at once while requests find nobody, and says why'],
      ['client/client', 'publishes though the WebSocket is shut: only requests say what requests can do'],
    ],
    'memory queues up to queueLimit, then refuses the newest.': [
      ['faults/nodes', 'fails the newest beyond its limit, and keeps the others'],
    ],
    'disk survives a crash of the process: accepted means stored, replayed in order, at least once.': [
      [
        'faults/kill',
        '${KILLS} times at random moments: every accepted message arrives after the restart (G9)',
      ],
      ['client/outbox/disk-outbox', 'loses nothing it had accepted, in ${rounds} rounds'],
    ],
    'Status shows how many are queued.': [
      ['faults/nodes', 'shows how many messages wait, and completes each once when it is back'],
    ],
  },
  Validation: {
    'types checks present fields against the current schema, fetched once, and anew before it refuses a message.':
      [
        [
          'client/publish/publisher',
          'fetches the schema before the first message is sent, and again only before it refuses one',
          'sends what a schema allows that somebody has defined since (G3)',
          'accepts missing and extra fields unless told to be strict (P12)',
        ],
        ['client/http/schemas', 'fetches once for all who ask, and keeps the compiled check'],
      ],
    'Refreshed when the server refuses a message or a version changes.': [
      ['client/publish/publisher', 'fetches the schema again when the server refuses what follows it'],
      ['client/http/schemas', 'forgets a schema when another version is heard of, however it is written'],
    ],
    'strict also refuses missing and extra fields.': [
      ['nodes/stream-sea-out/stream-sea-out', 'asks for every field, and no other, when strict'],
    ],
    'The error names each bad field by its path and what it should be; nothing invalid is sent.': [
      [
        'nodes/stream-sea-out/stream-sea-out',
        'sends the wrong messages to Catch with what is wrong, and the right ones on',
      ],
      ['client/publish/lines/line', 'sends only what follows the schema'],
    ],
    'A JavaScript Date in a date field goes out in the protocol’s form.': [
      ['nodes/stream-sea-out/stream-sea-out', 'writes a JavaScript Date as the protocol wants it'],
    ],
  },
  Errors: {
    'One family, each with a stable code, whether a retry can help, and its cause; to Catch as msg.error.': [
      [
        'errors',
        'calls each error what its class is called, and gives each code one class',
        'carries status and lines in its cause, the one place Node-RED takes them from to msg.error',
      ],
      ['nodes/stream-sea-out/stream-sea-out', '${name} is red with the reason, and fails each message'],
    ],
    'Catalogue keys in the nodes.': [
      ['nodes/editor/catalogues', 'has every text that dialog, editor and runtime ask for'],
    ],
    'No secret, token or Authorization header in any log, status, error, export or admin reply.': [
      [
        'nodes/secrets',
        'are in no log at trace level, flow file, export, status, error or admin reply (G15)',
      ],
      ['faults/hostile/hostile-frames', 'that repeats our secret in its refusal does not get it into a log'],
      [
        'faults/hostile/hostile-replies',
        'that redirects (${status}) gets no credentials to another host, nor our message',
      ],
    ],
  },
  Close: {
    'Every close ends within 2 s on every path, whatever the network does.': [
      [
        'faults/close',
        'ends within 2 s with a ${fault.type} ${direction} at ${step}, and leaves nothing',
        'ends within 2 s when its own frame meets a ${fault.type} ${direction}, and leaves nothing',
      ],
      ['faults/deploys', 'that ends a flow whose server is stalled at ${step} takes less than 2 s'],
    ],
    'A message still unsent then gets its done with an error, or is on disk.': [
      ['faults/nodes', 'fails each message once when its flow ends before they are sent'],
      [
        'nodes/stream-sea-server/stream-sea-server',
        'keeps on disk what could not be sent, and sends it after a restart, in order',
      ],
    ],
    'Nothing left running: no timer, socket, listener.': [
      ['faults/deploys', '500 times leaves no socket, timer, listener or heap behind'],
      ['client/client', 'holds nothing of twenty clients that were made and closed'],
    ],
    'An embedded server ends its clients’ sockets.': [
      ['server/server', 'ends every client, whatever it does, and frees the port'],
    ],
  },
  Never: {
    'Never crash or block the runtime: hostile frames cost at most the connection.': [
      [
        'faults/hostile/hostile-frames',
        'with a frame ${name} loses the connection, and no more',
        'with ${name} in answer to the authentication loses the connection, and no more',
        'with ${name} instead of an upgrade is told, and left alone until it behaves',
        'with a message in pieces without end loses the connection once it is too large',
        'with a flood of pings loses the connection before their answers fill the memory',
      ],
      [
        'faults/hostile/hostile-replies',
        'that answers with ${name} is told in words',
        'that answers with ${name} costs no message once it behaves',
      ],
      [
        'faults/hostile/hostile-clients',
        'that send ${name} are answered, and disturb nobody',
        'that send ${name} lose their connection, and disturb nobody',
        'that send ${name} are ended, and disturb nobody meanwhile',
        'ten thousand of them, which never authenticate, keep nobody out',
      ],
    ],
    'Admin routes need a Node-RED permission.': [
      [
        'nodes/stream-sea-server/admin/routes',
        'are closed to who has not logged in',
        'let a reader read and not act',
        'let nobody send a saved secret elsewhere who could not deploy that',
      ],
    ],
    'They answer only what the editor needs.': [
      ['nodes/stream-sea-server/admin/routes', 'tell what an embedded server offers, not its secret'],
    ],
  },
};

describe('the promised behaviour', () => {
  for (const [topic, sentences] of Object.entries(PROMISES)) {
    describe(topic, () => {
      for (const [sentence, proofs] of Object.entries(sentences)) {
        it(`is proven by tests that there are: ${sentence}`, () => {
          assert.ok(proofs.length > 0);
          for (const [file, ...titles] of proofs) {
            const known = titlesIn(file);
            for (const title of titles) assert.ok(known.has(title), `${file}.test.ts has no "${title}"`);
          }
        });
      }
    });
  }
});

/** What stands after `it(`, as it is written. */
function titlesIn(file: string): ReadonlySet<string> {
  const code = readFileSync(join(ROOT, `${file}.test.ts`), 'utf8');
  const titles = [...code.matchAll(/\bit\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g)].map(
    ([, , title]) => title ?? '',
  );
  return new Set(titles);
}
