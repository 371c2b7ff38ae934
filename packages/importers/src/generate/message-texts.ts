import type { Random } from "./random.ts";

type Texts = readonly [string, ...string[]];

const asks: Texts = [
  "Hello, my order has not arrived yet and the tracking page has shown the same place for days.",
  "I was charged twice this month. Could you have a look at the invoice, please?",
  "I cannot sign in any more, the reset mail never comes.",
  "How do I change the delivery address of an order that is already paid?",
  "The app closes as soon as I open the second page, since the update of this morning.",
  "I would like to cancel my plan at the end of this period.",
  "Is the blue one in stock again? I have been waiting for it.",
  "The parcel came, but one of the three parts was broken.",
];
const details: Texts = [
  "Thank you. The number is on the label, I can send a photo if that helps.",
  "I tried that twice, and it says the same thing again.",
  "Yes, that is the right address. When can I expect it?",
  "It happens on my phone and on the computer at work.",
  "Any news? I have to tell my colleagues something by tomorrow.",
  "That worked, thank you very much!",
  "No, the amount is still wrong, it should be the price of last year.",
];
const answers: Texts = [
  "Thank you for writing to us. I have looked into it and will come back to you with an answer from the warehouse.",
  "I am sorry about that. The second charge has been sent back and should show within five days.",
  "Please try the link that I have just sent to your address; it is good for one hour.",
  "I have changed it for you. You will get a confirmation in a few minutes.",
  "Could you tell me which version you see at the bottom of the settings page?",
  "It has been solved on our side. Would you please check and let me know?",
  "A replacement leaves us today, and you need not send the broken one back.",
];
const notes: Texts = [
  "Called the carrier, they look for it until tomorrow.",
  "Same cause as last week, see the incident of Monday.",
  "Asked billing to confirm the amount before I answer.",
];
const botLines: Texts = [
  "Hi! I am the assistant. Is it about an order, a payment or something else?",
  "Here is what I found about this. Did it help?",
  "I could not find an answer, so I am passing you on to my colleagues.",
];
const comments: Texts = [
  "Quick and friendly.",
  "It took too long until somebody answered.",
  "Solved, thank you.",
  "I had to explain it three times.",
];

const kinds = { asks, details, answers, notes, botLines, comments };

/** A sentence or two of the kind, with a number in some, so that texts differ. */
export function messageText(kind: keyof typeof kinds, random: Random): string {
  const text = random.pick(kinds[kind]);
  return random.chance(0.3) ? `${text} (${100_000 + random.below(900_000)})` : text;
}
