/**
 * Where the core's tips stand within our dialogs. It has them below what the pointer rests on, where a field has its hint:
 * what is wrong with it covered what it is for, and the tip of the + beside Server what tells newcomers to press it.
 */

interface Tip {
  move(where: { direction: 'left' | 'top'; maxWidth?: number }): void;
  close(atOnce: true): void;
}

/** Once for each editor. Node-RED tells nobody of a tip; its target holds it by the time that the page has changed. */
export function placeTips(): void {
  new MutationObserver(() => {
    for (const target of $('.sea-dialog :hover')) {
      const tip: Tip | undefined = $(target).data('red-ui-popover');
      // It says once more what stands on the tab.
      if (target.closest('.red-ui-tab')) tip?.close(true);
      else if (target.matches('.red-ui-button')) tip?.move({ direction: 'top' });
      else tip?.move({ direction: 'left', maxWidth: target.getBoundingClientRect().left - 20 });
    }
  }).observe(document.body, { childList: true });
}
