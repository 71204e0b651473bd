/** Calendar dates, "2027-01-31". They are data: nothing in the compiler asks what day it is. */
export type CalendarDate = `${number}-${number}-${number}`;

export function isCalendarDate(text: string): text is CalendarDate {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** The days until what ends, negative where it has; nobody needs to hear of what lasts for more than two weeks. */
export function daysUntilEnd(asOf: CalendarDate, until: CalendarDate): number | undefined {
  const days = daysBetween(asOf, until);
  return days > NOTICE ? undefined : days;
}

const NOTICE = 14;

/** Whole days from one date to another; negative when `to` is earlier. */
export const daysBetween = (from: CalendarDate, to: CalendarDate): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
