/** What is being made at the moment, so that many who ask for the same at a time make it once. */
export interface Flights<Value> {
  /**
   * Waits for what somebody else is making, or begins to make it. Whoever gets nothing makes it and then calls `end`. A
   * signal that aborts ends the wait.
   */
  join(key: string, signal: AbortSignal): Promise<Flight<Value>>;
  /** Whoever joins from now on gets nothing that was begun before. */
  forget(): void;
}

export interface Flight<Value> {
  /** What was made; undefined for whoever has to make it. */
  shared?: Value;
  /** Gives what was made to all who wait. */
  land(value: Value): void;
  /** What was made is for nobody else; where it was abandoned, one of those who wait makes it instead. */
  end(isAbandoned: boolean): void;
}

interface UnderWay<Value> {
  begunAt: number;
  outcome: Promise<{ value: Value } | 'unfit' | 'abandoned'>;
}

/** What is older than this, milliseconds, may be about something that has changed since. */
const OLDEST_MS = 1_000;

/** Makes flights; there are none yet. */
export function createFlights<Value>(): Flights<Value> {
  let underWay = new Map<string, UnderWay<Value>>();

  function begin(key: string): Flight<Value> {
    const outcome = Promise.withResolvers<{ value: Value } | 'unfit' | 'abandoned'>();
    const own = { begunAt: performance.now(), outcome: outcome.promise };
    const flights = underWay;
    flights.set(key, own);
    return {
      land: (value) => outcome.resolve({ value }),
      end(isAbandoned) {
        if (flights.get(key) === own) flights.delete(key);
        outcome.resolve(isAbandoned ? 'abandoned' : 'unfit');
      },
    };
  }

  return {
    async join(key, signal) {
      for (;;) {
        const flight = underWay.get(key);
        if (flight === undefined || performance.now() - flight.begunAt > OLDEST_MS) return begin(key);
        const outcome = await orAborted(flight.outcome, signal);
        if (typeof outcome === 'object') return { shared: outcome.value, ...ALONE };
        if (outcome === 'unfit') return ALONE;
      }
    },
    forget() {
      underWay = new Map();
    },
  };
}

/** For whoever makes something that is for nobody else. */
const ALONE = { land() {}, end() {} };

async function orAborted<Outcome>(
  outcome: Promise<Outcome>,
  signal: AbortSignal,
): Promise<Outcome | 'unfit'> {
  if (signal.aborted) return 'unfit';
  const aborted = Promise.withResolvers<'unfit'>();
  const onAbort = () => aborted.resolve('unfit');
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([outcome, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
