/** What is in the sidebar: how all servers do, and what those have left that are no more. */

import { knownStreams } from '../../../shared/editor/api.editor';
import { reasonFor, t } from '../../../shared/editor/dialog.editor';
import { div, element, statusLine, write } from '../../../shared/editor/dom.editor';
import type { KnownStream, QueueList, Report, ServerReport } from '../../../shared/wire/api';
import { KeyedList } from '../keyed-list.editor';
import { getQueues, getReport } from '../server-api.editor';
import { type Choice, type LeftoverItem, leftoverCard } from './leftover-card.editor';
import { Rates } from './rates.editor';
import { type ServerItem, serverCard } from './server-card.editor';
import { flowsOf, labelIn, labelOf } from './stream-row.editor';

/** Milliseconds after which the versions of a server's streams are asked for anew: its own, and those of another. */
const FRESH = { here: 5_000, elsewhere: 30_000 };

export interface Servers {
  /** Asks anew; tells whether that went well. */
  refresh(signal: AbortSignal): Promise<boolean>;
  /** What was known last, for an issue or a colleague. */
  report(): string;
}

/** @param content is filled. */
export function attachServers(content: HTMLElement): Servers {
  const message = statusLine('sea-message', t('hint.sidebar.loading'));
  const cards = element('div', {});
  const leftovers = element('div', {});
  const rest = element(
    'section',
    { class: 'sea-leftovers' },
    element('h2', {}, t('label.leftovers')),
    div('sea-facts', t('hint.leftovers')),
    leftovers,
  );
  rest.hidden = true;
  content.append(message, cards, rest);
  const rates = new Rates();
  const unfolded = new Set<string>();
  const list = new KeyedList<ServerItem>(
    cards,
    ({ report: { id } }) => id,
    (item) => serverCard(item, rates, unfolded),
  );
  const left = new KeyedList<LeftoverItem>(leftovers, ({ leftover: { key } }) => key, leftoverCard);
  let latest: Report | undefined;
  const versions = new Map<string, { at: number; streams: KnownStream[] }>();

  /** As far as they are known by now: a server that takes its time keeps nobody waiting. */
  function streamsOf(server: ServerReport, signal: AbortSignal): KnownStream[] {
    const { id, embedded } = server;
    const known = versions.get(id);
    const fresh = embedded === undefined ? FRESH.elsewhere : FRESH.here;
    if (isRunning(server) && performance.now() - (known?.at ?? -FRESH.elsewhere) >= fresh) {
      const streams = known?.streams ?? [];
      versions.set(id, { at: performance.now(), streams });
      knownStreams(id, [], signal).then(
        (answer) => versions.set(id, { at: performance.now(), streams: answer.streams }),
        // The report says what is wrong with it.
        () => {},
      );
    }
    return known?.streams ?? [];
  }

  async function refresh(signal: AbortSignal): Promise<boolean> {
    try {
      const [report, queues] = await Promise.all([getReport(signal), getQueues(signal)]);
      latest = report;
      rates.read(latest.at, latest.servers.flatMap(flowsOf));
      list.show(itemsOf(latest, queues, (server) => streamsOf(server, signal)));
      const choices = choicesOf(latest);
      left.show(queues.leftovers.map((leftover) => ({ leftover, choices })));
      rest.hidden = !queues.leftovers.length;
      say(latest.servers.length ? '' : t('hint.sidebar.none'));
      return true;
    } catch (error) {
      if (!signal.aborted) say(t('hint.sidebar.failed', { reason: reasonFor(error) }));
      return false;
    }
  }

  function say(text: string): void {
    write(message, text);
  }

  return { refresh, report: () => reportText(latest) };
}

function itemsOf(
  { servers }: Report,
  queues: QueueList,
  streamsOf: (server: ServerReport) => KnownStream[],
): ServerItem[] {
  return servers.map((report) => {
    const queue = queues.servers.find(({ server }) => server === report.id);
    return { report, streams: streamsOf(report), ...(queue && { queue }) };
  });
}

function isRunning({ state }: ServerReport): boolean {
  return state !== 'misconfigured' && state !== 'closed';
}

/** Those that can be given what another has left. */
function choicesOf({ servers }: Report): Choice[] {
  return servers
    .filter(isRunning)
    .map(({ id, place }) => ({ id, label: labelIn(labelOf(place?.node ?? id), place?.within) }));
}

/** For an issue or a colleague: the runtime's report, which holds no secret, and where it comes from. */
function reportText(report: Report | undefined): string {
  const about = { nodeRed: RED.settings.version, browser: navigator.userAgent };
  const times = ['at', 'since', 'retryAt'];
  const readable = (key: string, value: unknown) => {
    // What it says stands beside it, in English, which whoever reads an issue understands.
    if (key === 'sentence') return undefined;
    return times.includes(key) && typeof value === 'number' ? new Date(value).toISOString() : value;
  };
  return JSON.stringify({ ...about, ...report }, readable, 2);
}
