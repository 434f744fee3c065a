/** The day that a Date scalar stands for; null and what is left out stay so, since an update tells them apart. */
export function dayIn(date: Date): string;
export function dayIn(date: Date | null | undefined): string | null | undefined;
export function dayIn(date: Date | null | undefined): string | null | undefined {
  return date ? date.toISOString().slice(0, 10) : date;
}
