/** The day that a Date scalar stands for, if it is there. */
export function dayIn(date: Date): string;
export function dayIn(date: Date | null | undefined): string | undefined;
export function dayIn(date: Date | null | undefined): string | undefined {
  return date?.toISOString().slice(0, 10);
}
