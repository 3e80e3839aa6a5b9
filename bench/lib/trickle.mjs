/**
 * The first messages of a process come one by one, for a second. If they came as a burst, V8 could take what Node-RED
 * makes for each message for things that live long: for the life of that process garbage then costs three times as much.
 * One process in four was so, whichever node it ran, and no gateway begins with a burst.
 */

const MS = 1_000;

/** @param sendOne called once a millisecond, for a second; the first time alone. */
export function trickle(sendOne) {
  let done;
  return () => {
    done ??= new Promise((resolve) => {
      const timer = setInterval(sendOne, 1);
      setTimeout(() => {
        clearInterval(timer);
        resolve();
      }, MS);
    });
    return done;
  };
}
