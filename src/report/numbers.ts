/** Numbers for people: 1,204 states, 0.08 s, 45 MB. English, whatever the locale of the machine. */

const GROUPED = new Intl.NumberFormat('en-US');

/** `1,204`. */
export function grouped(count: number): string {
  return GROUPED.format(count);
}

/** `1 step`, `2 steps`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${grouped(count)} ${count === 1 ? singular : plural}`;
}

/** Formats a probability: `0`, `3.1e-8`. */
export function chance(probability: number): string {
  return probability === 0 ? '0' : probability.toExponential(1);
}

/** `950`, `12k`, `1.2M`. */
export function short(count: number): string {
  for (const [unit, suffix] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (count < unit) continue;
    const amount = count / unit;
    return `${amount < 10 ? Math.floor(amount * 10) / 10 : Math.floor(amount)}${suffix}`;
  }
  return `${Math.round(count)}`;
}

/** `45 MB`. */
export function bytes(count: number): string {
  if (count >= 2 ** 30) return `${(count / 2 ** 30).toFixed(1)} GB`;
  if (count >= 2 ** 20) return `${Math.round(count / 2 ** 20)} MB`;
  return `${Math.round(count / 2 ** 10)} kB`;
}

/** `0.08 s`, `12.3 s`, `4 min 10 s`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
