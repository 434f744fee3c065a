const PARENT_CHECK_MS = 500;

/**
 * A signal that aborts, once, when this process is told to end: by Ctrl-C, SIGTERM, a closed terminal, or the death of
 * the process that started it. Being told again changes nothing: whoever stops has a deadline.
 */
export function untilToldToStop(): AbortSignal {
  const told = new AbortController();
  const parent = process.ppid;
  const stop = (reason: string) => {
    clearInterval(watch);
    told.abort(reason);
  };
  const watch = setInterval(
    () => process.ppid !== parent && stop('its starter has ended'),
    PARENT_CHECK_MS,
  ).unref();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
  // The terminal may be gone by the time of the last words.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  return told.signal;
}
