/** What a set-up step tells while it runs: its name, its progress on a terminal, and how long it took. */

const isTerminal = process.stderr.isTTY === true;

export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Runs one named step. */
export async function step(name, work) {
  const startedAt = performance.now();
  say(`• ${name}`);
  const result = await work();
  const seconds = (performance.now() - startedAt) / 1000;
  if (seconds > 2) say(`  done in ${seconds.toFixed(1)} s`);
  return result;
}

/** Shows how much of a download has come: in place on a terminal, every 20 % elsewhere. */
export function progress(totalBytes) {
  let bytes = 0;
  let told = 0;
  const megabytes = (count) => (count / 1_000_000).toFixed(0);
  return {
    add(count) {
      bytes += count;
      const share = totalBytes > 0 ? bytes / totalBytes : 0;
      const text = totalBytes > 0 ? `${megabytes(bytes)} of ${megabytes(totalBytes)} MB` : `${megabytes(bytes)} MB`;
      if (isTerminal) process.stderr.write(`\r  ${text}   `);
      else if (share - told >= 0.2) {
        told = share;
        say(`  ${text}`);
      }
    },
    end() {
      if (isTerminal) process.stderr.write('\n');
    },
  };
}

/** An error whose text is meant for whoever ran the command: shown without a stack. */
export class SetupError extends Error {}

/** Ends the program with the message of a failed set-up and its ways out. */
export function fail(error) {
  say('');
  say(error instanceof SetupError ? error.message : (error?.stack ?? String(error)));
  process.exit(1);
}
