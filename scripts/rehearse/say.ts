export const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Tells every tenth of the facts. */
export function every(total: number): (sent: number) => void {
  let told = 0;
  return (sent) => {
    const tenth = Math.floor((sent / total) * 10);
    if (tenth <= told) return;
    told = tenth;
    say(`  ${sent} of ${total} facts`);
  };
}
