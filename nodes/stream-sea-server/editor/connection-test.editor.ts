/** The button that tries what the dialog says from where Node-RED runs, deployed or not. */

import { t, wordsFor } from '../../shared/editor/dialog.editor';
import { bringIntoView, busyLine, element, icon } from '../../shared/editor/dom.editor';
import { lifetimeOf } from '../../shared/editor/lifetime.editor';
import type { TestAnswer } from '../../shared/wire/api';
import { saidOf } from '../../shared/wire/sentence';
import { inDialog } from './dialog-values.editor';
import { testConnection } from './server-api.editor';

const ICONS = { fine: 'check', failed: 'times', skipped: 'minus' } as const;

type Step = TestAnswer['steps'][number];

export function attachConnectionTest(id: string, button: JQuery, results: JQuery): void {
  const lifetime = lifetimeOf(button);
  let running: AbortController | undefined;

  function clear(): void {
    running?.abort();
    running = undefined;
    results.empty();
  }

  async function test(): Promise<void> {
    clear();
    const started = new AbortController();
    running = started;
    // The button stays enabled: one that is disabled while it has the focus loses it, and Node-RED's key for Cancel with it.
    results.append(busyLine(t('status.testing')));
    const steps = await testConnection(inDialog(id), started.signal).catch((error: unknown): Step[] => [
      { step: 'settings', outcome: 'failed', problem: saidOf(error) },
    ]);
    if (started.signal.aborted) return;
    clear();
    results.append(element('ul', { class: 'sea-steps' }, ...steps.map(stepLine)));
    bringIntoView(results.get(0));
  }

  button.on('click', () => void test());
  // What was found holds for what was tried.
  $('.sea-server-dialog').on('change input', 'input, select, textarea', clear);
  lifetime.addEventListener('abort', clear);
}

function stepLine({ step, outcome, detail = '', problem }: Step): HTMLElement {
  const words = problem === undefined ? detail : wordsFor(problem);
  const text = t(`status.test.${step}.${outcome}`, { detail: words });
  return element('li', { class: `sea-step-${outcome}` }, icon(ICONS[outcome]), element('span', {}, text));
}
