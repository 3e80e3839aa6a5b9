/** Work for as long as somebody can see an element. */

/**
 * The editor tells when a tab comes to the front, not when it goes, nor when a sidebar is folded away.
 *
 * @param begin called whenever the element comes into sight, with a signal that is aborted when it is out of it.
 * @returns ends both.
 */
export function whileSeen(content: Element, begin: (signal: AbortSignal) => void): () => void {
  let seen: AbortController | undefined;
  const observer = new IntersectionObserver((entries) => {
    const visible = entries.at(-1)?.isIntersecting ?? false;
    if (visible === (seen !== undefined)) return;
    seen?.abort();
    seen = visible ? new AbortController() : undefined;
    if (seen !== undefined) begin(seen.signal);
  });
  observer.observe(content);
  return () => {
    observer.disconnect();
    seen?.abort();
  };
}
