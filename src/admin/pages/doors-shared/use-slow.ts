import { useEffect, useState } from 'react';

/** Kisi usually answers within a second; from here on silence needs a word. */
const SLOW_AFTER_MS = 3_000;

/** True once something has been going on for so long that people wonder. */
export function useSlow(isRunning: boolean): boolean {
  const [isSlow, setIsSlow] = useState(false);
  useEffect(() => {
    if (!isRunning) return;
    const timer = setTimeout(() => setIsSlow(true), SLOW_AFTER_MS);
    return () => {
      clearTimeout(timer);
      setIsSlow(false);
    };
  }, [isRunning]);
  return isSlow;
}
