/** How far some work has come. */
interface Progress {
  readBytes: number;
  totalBytes: number;
  doneRows: number;
  badRows: number;
}

/** Where a bar is drawn. */
interface BarStream {
  isTTY?: boolean;
  write(text: string): unknown;
}

const WIDTH = 30;
/** Where nothing can be drawn over, a line is written this often, milliseconds. */
const LINE_EVERY_MS = 10_000;

/** A bar on the last line of a terminal, or now and then a line where the stream is none. */
export function createProgressBar(stream: BarStream, now: () => number = Date.now) {
  let [drawn, lastLineAt] = [false, now()];
  const clear = () => {
    if (drawn) stream.write('\r\u001B[K');
    drawn = false;
  };
  return {
    show(progress: Progress): void {
      if (stream.isTTY) {
        clear();
        stream.write(textOf(progress));
        drawn = true;
      } else if (now() - lastLineAt >= LINE_EVERY_MS) {
        lastLineAt = now();
        stream.write(`${textOf(progress)}\n`);
      }
    },
    /** Writes a line above the bar. */
    print(line: string): void {
      clear();
      stream.write(`${line}\n`);
    },
    end: clear,
  };
}

function textOf({ readBytes, totalBytes, doneRows, badRows }: Progress): string {
  const part = totalBytes === 0 ? 1 : Math.min(1, readBytes / totalBytes);
  const filled = Math.round(part * WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
  const skipped = badRows === 0 ? '' : `, ${badRows} skipped`;
  return `${bar} ${Math.floor(part * 100)} % ${doneRows} rows${skipped}`;
}
