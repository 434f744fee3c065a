import { DEMO } from './people.ts';

/** A conversation of the demo world. */
export interface SeedConversation {
  /** Of a group; a conversation of two has none. */
  title?: string;
  /** Handles; the first one starts it. */
  people: readonly string[];
  /** "handle: text", in order. */
  messages: readonly string[];
  /** How many of the messages the demo user has not read, from the end; none where left out. */
  unread?: number;
  /** "handle emoji" under the message at this index. */
  reactions?: Readonly<Record<number, readonly string[]>>;
  /** Index of the message that carries a picture. */
  picture?: number;
  /** Index of a message → index of the one that it replies to. */
  replies?: Readonly<Record<number, number>>;
}

export const CONVERSATIONS: readonly SeedConversation[] = [
  {
    title: 'Sunday long run',
    people: ['mira', DEMO, 'yuki', 'kofi', 'aisha'],
    messages: [
      'mira: Morning! Sunday, 8:00, at the old mill?',
      `${DEMO}: I am in. How far?`,
      'mira: 16 km, easy. Nobody gets left behind.',
      'kofi: Easy by your standards or by mine?',
      'mira: By yours. I checked.',
      'yuki: I can do the first ten, then I have the pool.',
      `${DEMO}: Running and then swimming? On a Sunday?`,
      'yuki: It is called balance.',
      'aisha: Count me in for the flat part.',
      'mira: The whole thing is flat, Aisha.',
      'aisha: Then count me in for the whole thing.',
      'kofi: I bring bananas.',
      `${DEMO}: I bring coffee for afterwards.`,
      'mira: Forecast says 4 degrees and sun. Gloves!',
      'yuki: See you at the mill.',
      'kofi: If I am late, start slowly. Very slowly.',
    ],
    unread: 3,
    picture: 13,
    reactions: { 2: ['kofi 👍', 'yuki 👍'], 11: ['mira 🍌', 'aisha 🍌'], 12: ['kofi ☕', 'mira ☕'] },
    replies: { 8: 2, 15: 0 },
  },
  {
    title: 'Gym crew',
    people: ['theo', DEMO, 'lena', 'priya'],
    messages: [
      'theo: New rack at the gym. I may have hugged it.',
      'priya: Pictures or it did not happen.',
      'theo: The rack asked for privacy.',
      'lena: Did you at least warm up before hugging it?',
      'theo: Two sets of five.',
      `${DEMO}: Can someone look at my squat on Thursday?`,
      'lena: Yes. Film two sets from the side and send them to me before.',
      'priya: I will hold the phone.',
      `${DEMO}: Last time you filmed the ceiling.`,
      'priya: It was a very nice ceiling.',
      'lena: Thursday 18:30. Bring flat shoes, Dana.',
      `${DEMO}: Flat shoes, noted.`,
      'theo: I will bring encouragement and snacks.',
      'priya: Mostly snacks.',
    ],
    unread: 2,
    reactions: { 0: ['priya 😂', 'lena 😂'], 6: [`${DEMO} 🙏`] },
    replies: { 3: 0, 9: 8 },
  },
  {
    title: 'Meal prep swap',
    people: ['marco', DEMO, 'sofia', 'chloe'],
    messages: [
      'marco: This week: one pot, thirty minutes, four portions. Go.',
      'sofia: Lentils, tomatoes, spinach, a lot of cumin.',
      'chloe: Chicken, leeks, mustard. Very French, very quick.',
      `${DEMO}: Oatmeal.`,
      'marco: Dana. It is dinner.',
      `${DEMO}: Savoury oatmeal. With an egg on it.`,
      'chloe: I am calling the police.',
      'sofia: No, wait, I would eat that.',
      'marco: 24 g of protein with two eggs. I allow it.',
      `${DEMO}: Vindicated.`,
      'marco: Next week: no cooking at all. Think about it.',
    ],
    unread: 1,
    reactions: { 5: ['sofia 😋'], 8: [`${DEMO} 🎉`] },
    replies: { 8: 5 },
  },
  {
    title: 'Coaches',
    people: ['lena', 'marco', 'robin'],
    messages: [
      'lena: Who takes the beginners on Tuesday?',
      'marco: I can, if you take the nutrition questions at the end.',
      'lena: Deal. Robin, does the new room have mats?',
      'robin: Twelve mats, and a door that closes since this morning.',
      'marco: Luxury.',
    ],
  },
  {
    people: ['mira', DEMO],
    messages: [
      'mira: How was the tempo run?',
      `${DEMO}: Hard. I started too fast, again.`,
      'mira: First kilometre?',
      `${DEMO}: 4:50. Then reality happened.`,
      'mira: Next time let the first two feel boring. Truly boring.',
      `${DEMO}: I can do boring.`,
      'mira: That is the spirit. Same loop on Wednesday?',
      `${DEMO}: Wednesday it is.`,
      'mira: I will bring the headlamps.',
    ],
    unread: 1,
    reactions: { 3: ['mira 😅'] },
  },
  {
    people: [DEMO, 'lena'],
    messages: [
      `${DEMO}: Hi Lena, my knee complains a little after the lunges.`,
      'lena: Where exactly, and when: during, or the day after?',
      `${DEMO}: Front, below the kneecap, the day after.`,
      'lena: Then half the volume this week, and step-ups in place of lunges.',
      'lena: If it is still there on Friday, see someone who can look at it.',
      `${DEMO}: Will do. Thank you!`,
      'lena: And sleep. You always forget sleep.',
      `${DEMO}: I never forget it, I only postpone it.`,
    ],
    reactions: { 7: ['lena 🙄'] },
    replies: { 5: 3 },
  },
  {
    people: ['theo', DEMO],
    messages: [
      'theo: What do you call a runner who lifts?',
      `${DEMO}: Tired?`,
      'theo: Dana. You ruined it.',
      `${DEMO}: What was the answer?`,
      'theo: …tired.',
      'theo: 180 kg today, by the way. Moved like a door with rusty hinges, but it moved.',
      `${DEMO}: Theo! That is huge!`,
    ],
    reactions: { 5: [`${DEMO} 💪`] },
  },
  {
    people: ['yuki', DEMO],
    messages: [
      'yuki: You asked about the kick drill: 4 × 50 m, 20 s rest, fins are fine.',
      `${DEMO}: I swallowed half of the pool yesterday.`,
      'yuki: Breathe out under water, all of it. Then the breathing in is easy.',
      `${DEMO}: That sounds obvious when you say it.`,
      'yuki: Everything does, on land.',
    ],
    unread: 1,
  },
  {
    people: [DEMO, 'marco'],
    messages: [
      `${DEMO}: What do I eat before sixteen kilometres?`,
      'marco: Ninety minutes before: bread and honey, or your beloved oatmeal.',
      'marco: Nothing new on the day. Nothing with a lot of fibre.',
      `${DEMO}: And during?`,
      'marco: Under ninety minutes: water. Above: 30 to 60 g of carbohydrates an hour.',
      `${DEMO}: So two of Kofi’s bananas.`,
      'marco: Exactly two of Kofi’s bananas.',
    ],
  },
  {
    people: ['priya', DEMO],
    messages: [
      'priya: I made you a spreadsheet.',
      `${DEMO}: Of course you did.`,
      'priya: It has a tab for your shoes.',
      `${DEMO}: How many kilometres do they have?`,
      'priya: 612. You should let them go.',
      `${DEMO}: They have been through a lot.`,
      'priya: 612 kilometres of a lot.',
      'priya: Climbing on Saturday?',
    ],
    unread: 2,
  },
  {
    people: ['kofi', DEMO],
    messages: [
      'kofi: Five-a-side tonight, we are one short.',
      `${DEMO}: I have two left feet.`,
      'kofi: Perfect, we need a left winger.',
      `${DEMO}: Fine. But I only run in straight lines.`,
    ],
  },
  { people: ['sofia', 'marco'], messages: ['sofia: 40 km today!', 'marco: Brava! Now eat something.'] },
  { people: ['priya', 'chloe'], messages: ['chloe: Rings or bar?', 'priya: Rings. Always rings.'] },
];
