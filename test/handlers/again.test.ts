import { nextLook, windowEnd } from '../../lib/handlers/again';

const since = new Date('2026-11-22T10:00:00Z');
const HOURS = 60 * 60 * 1000;

it('looks after 1, 5 and 15 minutes, then hourly, and once more when the offer has ended', () => {
  const looks: Date[] = [];
  for (let at = nextLook(0, since); at !== undefined; at = nextLook(looks.length, since)) looks.push(at);
  const minutes = looks.map((at) => (at.getTime() - since.getTime()) / 60_000);

  expect(minutes.slice(0, 6)).toEqual([1, 5, 15, 75, 135, 195]);
  expect(minutes.at(-1)).toBe(48 * 60 + 1);
  expect(minutes.slice(1).every((minute, index) => minute > (minutes[index] ?? 0) && minute - (minutes[index] ?? 0) <= 60)).toBe(true);
  expect(windowEnd(since).getTime() - since.getTime()).toBe(48 * HOURS);
});
