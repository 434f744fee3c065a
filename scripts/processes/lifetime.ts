const PARENT_CHECK_MS = 500;

/**
 * Makes a signal that aborts, once, when this process is to end: by Ctrl-C, SIGTERM, a closed terminal, or the death of
 * the process that started it. A second request changes nothing, since the stop has a deadline.
 */
export function createStopSignal(): AbortSignal {
  const controller = new AbortController();
  const parent = process.ppid;
  const stop = (reason: string) => {
    clearInterval(watch);
    controller.abort(reason);
  };
  const watch = setInterval(
    () => process.ppid !== parent && stop('its starter has ended'),
    PARENT_CHECK_MS,
  ).unref();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
  // The terminal may be gone by the time of the last words.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  return controller.signal;
}
