/**
 * Waits until something is true, by asking again and again.
 *
 * @throws Error that says what was waited for, and the last answer
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T>,
  isSo: (answer: T) => boolean = Boolean,
  withinMs = 30_000,
): Promise<T> {
  const deadlineAt = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (isSo(answer)) return answer;
    if (Date.now() > deadlineAt)
      throw new Error(`Waited ${withinMs} ms until ${what}; last: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
