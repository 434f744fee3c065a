/** The day that a Date scalar stands for; empty where it was left out. */
export function dayIn(date: Date | null | undefined): string {
  return date ? date.toISOString().slice(0, 10) : '';
}
