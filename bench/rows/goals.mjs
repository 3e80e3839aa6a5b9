/** How a row should come out. */

/** @param goal what the ratio should be at least */
export const atLeast = (goal) => ({ goal, better: 'more' });

/** @param goal what the ratio, or the difference, should be at most */
export const atMost = (goal) => ({ goal, better: 'less' });
